"""Random plans made anew with random dates: what is told lies inside of them, and nobody is forgotten or told twice."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta

from changed_plans import SERVED, changed_plans
from hypothesis import given, settings
from plans import tiny_dataset, tiny_made

from bibliobus.output.tables import format_text
from bibliobus.plan.compare.compare import TOLERANCE_S, compare_plans
from bibliobus.plan.dates import tours_of
from bibliobus.view.notices import Why, list_notices, render_exceptions
from bibliobus.view.reports import report_comparison
from bibliobus.words.language import Language

SETTLEMENTS = {one.settlement_id: one for one in tiny_dataset().settlements}
BUSES = {code: {"b1": "1", "b2": "2"} for code in ("uk", "en")}
MONTHS_EN, MONTHS_UK = zip(
    ("January", "січня"),
    ("February", "лютого"),
    ("March", "березня"),
    ("April", "квітня"),
    ("May", "травня"),
    ("June", "червня"),
    ("July", "липня"),
    ("August", "серпня"),
    ("September", "вересня"),
    ("October", "жовтня"),
    ("November", "листопада"),
    ("December", "грудня"),
    strict=True,
)
LONG_EN = re.compile(rf"({'|'.join(MONTHS_EN)}) (\d+), (\d{{4}})")
LONG_UK = re.compile(rf"(\d+) ({'|'.join(MONTHS_UK)}) (\d{{4}})\N{{NO-BREAK SPACE}}року")
SHORT_EN = re.compile(rf"\b(\d+) ({'|'.join(month[:3] for month in MONTHS_EN)})\b")
SHORT_UK = re.compile(r"\b(\d\d)\.(\d\d)\b")
ISO = re.compile(r"\d{4}-\d\d-\d\d")
DIGITS = re.compile(r"\b20\d\d\b")


def read_long(text: str) -> list[date]:
    """Dates of a text in either language; every year in it belongs to one."""
    found = [date(int(y), MONTHS_EN.index(m) + 1, int(d)) for m, d, y in LONG_EN.findall(text)]
    found += [date(int(y), MONTHS_UK.index(m) + 1, int(d)) for d, m, y in LONG_UK.findall(text)]
    assert len(found) == len(DIGITS.findall(text))
    return found


def read_short(text: str, first: date) -> list[date]:
    """Dates of a message, which say no year: the next ones from a date on."""
    pairs = [(int(d), int(m)) for d, m in SHORT_UK.findall(text)]
    pairs += [(int(d), [one[:3] for one in MONTHS_EN].index(m) + 1) for d, m in SHORT_EN.findall(text)]
    return [date(first.year + ((m, d) < (first.month, first.day)), m, d) for d, m in pairs]


def list_visits(plan, key, first, last):
    """Bus and times of the visits of a settlement by date, as the tours of each date say."""
    days = (first + timedelta(days=at) for at in range((last - first).days + 1))
    return {
        day: (tour.bus_id, call.start_s, call.end_s)
        for day in days
        for tour in tours_of(plan, day)
        for call in tour.calls
        if call.settlement_id == key
    }


def is_noticed(old, new) -> bool:
    """Whether people notice that visits are others."""
    return old.keys() != new.keys() or any(
        old[day][0] != new[day][0] or any(abs(old[day][at] - new[day][at]) > TOLERANCE_S for at in (1, 2))
        for day in old
    )


def told_dates(comparison):
    """First and last date that may be told: those on which the plan may differ, as far as they are compared."""
    return comparison.holds_from, comparison.holds_until or max(comparison.last_day, comparison.holds_from)


@settings(max_examples=60, deadline=None)
@given(changed_plans())
def test_every_date_that_is_told_lies_within_the_dates_of_the_plan(plans):
    old, new = plans
    comparison = compare_plans(old, new)
    first, last = told_dates(comparison)

    notices = list_notices(comparison, SETTLEMENTS, BUSES, dict.fromkeys(SETTLEMENTS, Why.CLOSED))

    for notice in notices:
        texts = [day for text in notice.texts for day in read_long(text)]
        messages = [day for text in notice.messages for day in read_short(text, first)]
        ends = [day for day in (notice.first, notice.last) if day]
        assert texts
        assert messages
        assert [day for day in (*texts, *messages, *ends) if not first <= day <= last] == []
    table = render_exceptions(comparison, SETTLEMENTS).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    days = [date.fromisoformat(text) for text in ISO.findall(table)]
    assert len(rows) == sum(len(place.visits) for place in comparison.places)
    assert [day for day in days if not first <= day <= last] == []


@settings(max_examples=60, deadline=None)
@given(changed_plans())
def test_who_notices_anything_has_exactly_one_notice_and_nobody_else_has_any(plans):
    old, new = plans
    comparison = compare_plans(old, new)
    span = comparison.first_day, comparison.last_day

    told = [one.place.settlement_id for one in list_notices(comparison, SETTLEMENTS, BUSES, {})]

    noticed = {key for key in SERVED if is_noticed(*(list_visits(plan, key, *span) for plan in plans))}
    assert sorted(told) == sorted(noticed)
    assert len(comparison.told) == len(told)


@settings(max_examples=20, deadline=None)
@given(changed_plans())
def test_the_page_names_no_date_but_those_that_are_compared_and_agrees_with_the_notices(plans):
    comparison = compare_plans(*plans)
    first = min(comparison.first_day, comparison.holds_from)
    last = max(comparison.last_day, comparison.holds_until or comparison.holds_from)
    count = len(comparison.told)
    made = [tiny_made(plan) for plan in plans]

    for language in map(Language, ("uk", "en")):
        views = [replace(one, language=language).view() for one in made]
        text = format_text(report_comparison(comparison, *views), language)

        assert [day for day in read_long(text) if not first <= day <= last] == []
        if language.code == "en" and count:
            assert f"To be told: {count} settlement" in text
