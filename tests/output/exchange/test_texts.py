"""The timetable as open data."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import Made

from bibliobus.output.exchange.texts import COLUMNS
from bibliobus.output.exchange.texts import render_timetable_csv as write_timetable_csv
from bibliobus.view.stops import find_rhythms

if TYPE_CHECKING:
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan
    from bibliobus.words.language import Language

HEADER = (
    "organisation,mobile,route,community,stop,address,postcode,geox,geoy,day,type,arrival,departure,"
    "frequency,start,end,exceptions,timetable"
)

# Constraints of the schema "mobile library stops" 0.3.0 (schema.librarydata.uk); number, time and date as patterns.
REQUIRED = ["organisation", "mobile", "route", "stop", "day", "type", "arrival", "departure", "frequency", "start"]
POSTCODE = r"^$|^([A-Za-z][A-Ha-hJ-Yj-y]?[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2}|[Gg][Ii][Rr] ?0[Aa]{2})$"
PATTERNS = {
    "postcode": POSTCODE,
    "geox": r"^-?\d+(\.\d+)?$",
    "geoy": r"^-?\d+(\.\d+)?$",
    "day": r"^(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day$",
    "type": r"^(Public|Private|Dynamic|Other)$",
    "arrival": r"^([01]\d|2[0-3]):[0-5]\d$",
    "departure": r"^([01]\d|2[0-3]):[0-5]\d$",
    "frequency": r"^FREQ=WEEKLY;INTERVAL=[1-4]$",
    "start": r"^\d{4}-\d\d-\d\d$",
    "end": r"^$",
    "exceptions": r"^$",
    "timetable": r"^$",
}


def render_timetable_csv(plan: Plan, dataset: Dataset, language: Language) -> bytes:
    """Table without end, as in a plan folder."""
    return write_timetable_csv(Made(plan, dataset, language=language).view(), endless=True)


def _read(content: bytes) -> list[dict[str, str]]:
    """Rows as a reader of open data sees them."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def _broken(rows: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Cells that break the schema."""
    missing = [(name, "") for row in rows for name in REQUIRED if not row[name]]
    wrong = [
        (name, row[name]) for row in rows for name, pattern in PATTERNS.items() if not re.match(pattern, row[name])
    ]
    return missing + wrong


def test_the_file_has_a_bom_line_feeds_and_the_header_of_the_schema(
    plan: Plan, dataset: Dataset, english: Language
) -> None:
    content = render_timetable_csv(plan, dataset, english)

    assert content.startswith(b"\xef\xbb\xbf" + HEADER.encode() + b"\n")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    assert ",".join(COLUMNS) == HEADER


def test_every_cell_keeps_the_schema(plan: Plan, dataset: Dataset, english: Language, ukrainian: Language) -> None:
    rows = _read(render_timetable_csv(plan, dataset, english)) + _read(render_timetable_csv(plan, dataset, ukrainian))

    assert rows
    assert _broken(rows) == []


def test_a_row_says_who_where_when_and_how_often(plan: Plan, dataset: Dataset, english: Language) -> None:
    row = _read(render_timetable_csv(plan, dataset, english))[-1]

    assert row == dict.fromkeys(COLUMNS, "") | {
        "organisation": "Small land (This is an example.)",
        "mobile": "Bus 2",
        "route": "Bus 2, Tuesday",
        "community": "Їжаківка",
        "stop": "Їжаківка",
        "address": "Їжаківка, Daleka hromada, Pivnichnyi raion",
        "geox": "37.250000",
        "geoy": "48.500000",
        "day": "Tuesday",
        "type": "Public",
        "arrival": "13:30",
        "departure": "14:00",
        "frequency": "FREQ=WEEKLY;INTERVAL=2",
        "start": "2026-03-10",
    }


def test_names_are_in_the_language_and_days_in_english(plan: Plan, dataset: Dataset, ukrainian: Language) -> None:
    row = _read(render_timetable_csv(plan, dataset, ukrainian))[0]

    assert row["organisation"].startswith("Мала земля (Це приклад.)")
    assert (row["stop"], row["day"]) == ("Ганнівка", "Monday")
    assert row["route"].endswith("понеділок")


def test_repeats_at_one_time_are_one_row_and_at_two_times_are_two(
    plan: Plan, dataset: Dataset, english: Language
) -> None:
    rows = _read(render_timetable_csv(plan, dataset, english))

    found = [(row["stop"], row["arrival"], row["frequency"], row["start"]) for row in rows]
    assert found == [
        ("Ganok", "10:20", "FREQ=WEEKLY;INTERVAL=1", "2026-03-02"),
        ("Hannivka", "09:00", "FREQ=WEEKLY;INTERVAL=2", "2026-03-02"),
        ("Hannivka", "09:05", "FREQ=WEEKLY;INTERVAL=2", "2026-03-09"),
        ("Ivanivka", "12:30", "FREQ=WEEKLY;INTERVAL=2", "2026-03-02"),
        ("Їжаківка", "13:30", "FREQ=WEEKLY;INTERVAL=2", "2026-03-10"),
    ]


def test_equal_plans_give_equal_bytes_whatever_the_order_of_the_tours(
    plan: Plan, dataset: Dataset, english: Language
) -> None:
    backwards = replace(plan, tours=plan.tours[::-1])

    contents = render_timetable_csv(plan, dataset, english), render_timetable_csv(backwards, dataset, english)

    assert contents[0] == contents[1]


@pytest.mark.parametrize("name", ["=1+1", "+7", "-x", "@SUM(A1)", '  =HYPERLINK("http://x")'])
def test_a_cell_cannot_become_a_formula(plan: Plan, dataset: Dataset, english: Language, name: str) -> None:
    hostile = replace(
        dataset,
        settlements=tuple(replace(settlement, name_latin=name) for settlement in dataset.settlements),
        scenario=replace(
            dataset.scenario,
            title_en=name,
            buses=tuple(replace(bus, name=name) for bus in dataset.scenario.buses),
        ),
    )

    rows = _read(render_timetable_csv(plan, hostile, english))

    texts = ("mobile", "community", "stop")
    assert {row[column] for row in rows for column in texts} == {"'" + name}
    assert all(row[column].startswith("'" + name) for row in rows for column in ("organisation", "route", "address"))


def test_negative_degrees_are_numbers_without_a_guard(plan: Plan, dataset: Dataset, english: Language) -> None:
    west = replace(dataset, settlements=tuple(replace(s, lon=-3.182644) for s in dataset.settlements))

    rows = _read(render_timetable_csv(plan, west, english))

    assert {row["geox"] for row in rows} == {"-3.182644"}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((2, 9, 16, 23), [(1, 2)]),
        ((2, 16), [(2, 2)]),
        ((9, 23), [(2, 9)]),
        ((16,), [(4, 16)]),
        ((2, 9), [(4, 2), (4, 9)]),
        ((2, 9, 16), [(4, 2), (4, 9), (4, 16)]),
        ((2, 23), [(4, 2), (4, 23)]),
        ((2, 3), [(4, 2), (4, 3)]),
    ],
)
def test_regular_repeats_have_one_rhythm_and_others_come_once_a_cycle(
    days: tuple[int, ...], expected: list[tuple[int, int]]
) -> None:
    groups = [(weeks, held[0]) for weeks, held in find_rhythms(days, 4)]

    assert groups == expected


@given(
    st.sampled_from([1, 2, 3, 4]).flatmap(
        lambda weeks: st.tuples(
            st.just(weeks),
            st.sets(st.tuples(st.integers(0, weeks * 7 - 1), st.sampled_from([36000, 36300])), max_size=12),
        )
    )
)
def test_the_rules_written_describe_exactly_the_visits_of_three_cycles(
    example: tuple[int, set[tuple[int, int]]],
) -> None:
    weeks, visits = example
    first = date(2026, 3, 2)
    horizon = first + timedelta(days=3 * 7 * weeks)

    starts = {start for _, start in visits}
    written = sorted(
        (first + timedelta(days=held[0] + 7 * interval * number), start)
        for start in starts
        for interval, held in find_rhythms((day for day, at in visits if at == start), weeks)
        for number in range(3 * weeks)
        if first + timedelta(days=held[0] + 7 * interval * number) < horizon
    )
    assert written == sorted(
        (first + timedelta(days=day + 7 * weeks * turn), start) for day, start in visits for turn in range(3)
    )
