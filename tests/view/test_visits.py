"""Rows that several reports share."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from bibliobus.domain.calendar import week_of, weekday_of
from bibliobus.plan.measure.figures import FIGURES, Unit
from bibliobus.view.visits import list_calls, list_figures, list_outside

if TYPE_CHECKING:
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan
    from bibliobus.words.language import Language


def test_visits_are_sorted_by_the_name_in_the_language_of_the_reader(
    plan: Plan, dataset: Dataset, english: Language, ukrainian: Language
) -> None:
    in_english = [call.name for call in list_calls(plan, dataset, english)]
    in_ukrainian = [call.name for call in list_calls(plan, dataset, ukrainian)]

    assert in_english == ["Ganok", "Ganok", "Hannivka", "Hannivka", "Ivanivka", "Їжаківка"]
    assert in_ukrainian == ["Ганнівка", "Ганнівка", "Ґанок", "Ґанок", "Іванівка", "Їжаківка"]


def test_a_visit_knows_its_week_weekday_date_and_bus(plan: Plan, dataset: Dataset, english: Language) -> None:
    visit = list_calls(plan, dataset, english)[-1]

    assert (visit.settlement_id, visit.hromada, visit.raion) == ("yizhak", "Далека", "Північний")
    assert (visit.day, visit.week, visit.weekday, visit.date) == (8, 2, 1, date(2026, 3, 10))
    assert (visit.start_s, visit.end_s, visit.bus) == (13 * 3600 + 1800, 14 * 3600, "Bus 2")
    assert (visit.rhythm_weeks, visit.lat, visit.lon) == (2, 48.5, 37.25)


def test_every_visit_of_the_plan_has_one_row(plan: Plan, dataset: Dataset, english: Language) -> None:
    rows = list_calls(plan, dataset, english)

    assert sorted((row.settlement_id, row.day, row.start_s, row.end_s) for row in rows) == sorted(
        (call.settlement_id, tour.day, call.start_s, call.end_s) for tour in plan.tours for call in tour.calls
    )
    assert all((row.week, row.weekday) == (week_of(row.day), weekday_of(row.day)) for row in rows)


def test_settlements_without_a_bus_say_why_the_impossible_first(
    plan: Plan, dataset: Dataset, english: Language
) -> None:
    rows = list_outside(plan, dataset, english)

    assert [(row.settlement_id, row.standing) for row in rows] == [
        ("ivan-far", "impossible"),
        ("yelyz", "sacrificed"),
        ("near", "not_needed"),
        ("town", "not_needed"),
    ]
    space = "\N{NO-BREAK SPACE}"
    assert [row.why for row in rows] == [
        "No road leads there from a depot and back for any suitable bus.",
        "It gave way to others: the shortest day it could join (Tuesday, week 2) would take "
        f"8{space}h{space}30{space}min of work; the limit is 8{space}h{space}00{space}min.",
        f"A library is near: Town library, 2.4{space}km by road.",
        "A library stands here: Town library.",
    ]
    assert [(row.library, row.library_m) for row in rows] == [
        ("", None),
        ("Town library", 11500),
        ("Town library", 2400),
        ("Town library", 0),
    ]
    assert [row.population for row in rows] == [90, 200, 300, 12000]


def test_key_figures_come_as_words_and_as_exact_values(plan: Plan, english: Language) -> None:
    rows = {row.name: row for row in list_figures(plan, english)}

    assert list(rows) == list(FIGURES)
    assert rows["length_m"].label == "Distance driven in the cycle"
    assert rows["length_m"].text == "178.5\N{NO-BREAK SPACE}km"
    assert (rows["length_m"].value, rows["length_m"].unit) == (178500, Unit.METRES)


def test_a_rhythm_is_put_into_words(english: Language) -> None:
    words = [english.rhythm(weeks) for weeks in (1, 2, 4)]

    assert words == ["every week", "every 2 weeks", "every 4 weeks"]


def test_a_share_of_nobody_is_a_dash(plan: Plan, english: Language) -> None:
    grown = replace(plan, accounts=tuple(replace(one, population=max(one.population, 200)) for one in plan.accounts))

    (row,) = [row for row in list_figures(grown, english) if row.name == "share_small_served"]

    assert (row.text, row.value) == ("–", None)
