"""Tests of `bibliobus.output.pages.tables`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from plans import tiny_atlas, tiny_dataset, tiny_plan

from bibliobus.domain.calendar import DateSpan
from bibliobus.output.pages.tables import (
    tabulate_not_needed,
    tabulate_stops,
    tabulate_unserved,
)
from bibliobus.view.style import Symbol


def test_stops_are_listed_by_name_with_times_stay_and_dates() -> None:
    rows = tabulate_stops(tiny_atlas())

    assert [(row.name, row.weeks, row.weekday, row.arrival, row.departure, row.stay, row.bus) for row in rows] == [
        ("Andriivka", "1", "Monday", "09:20", "10:20", "60\u00a0min", "Бібліобус 1"),
        ("Andriivka", "2", "Monday", "10:05", "11:05", "60\u00a0min", "Бібліобус 1"),
        ("Ivanivka", "2", "Monday", "09:20", "09:50", "30\u00a0min", "Бібліобус 1"),
        ("Yelyzavetivka", "1", "Monday", "10:35", "11:05", "30\u00a0min", "Бібліобус 1"),
        ("Zoloti Prudy", "1", "Wednesday", "09:20", "10:05", "45\u00a0min", "Бібліобус 2"),
    ]
    assert [row.rhythm for row in rows[:3]] == ["every week", "every week", "every 2 weeks"]
    assert rows[2].dates == "March 9, 23; April 6, 20; May 4, 18"
    assert rows[2].date_iso == "2026-03-09"


def test_dates_are_counted_from_the_day_that_was_asked_for() -> None:
    rows = tabulate_stops(tiny_atlas(first=date(2026, 12, 1)))

    assert rows[2].dates == "December 14, 28, 2026; January 11, 25, 2027; February 8, 22, 2027"


def test_a_date_that_falls_out_is_told() -> None:
    dataset = tiny_dataset()
    closed = replace(dataset.scenario.calendar, no_service=(DateSpan(date(2026, 4, 1), date(2026, 4, 10)),))

    rows = tabulate_stops(tiny_atlas(dataset=replace(dataset, scenario=replace(dataset.scenario, calendar=closed))))

    assert (rows[2].dates, rows[2].missing) == ("March 9, 23; April 20; May 4, 18; June 1", "April 6")
    assert rows[3].missing == ""


def test_a_stop_without_any_date_in_the_year_has_none() -> None:
    dataset = tiny_dataset()
    closed = replace(dataset.scenario.calendar, no_service=(DateSpan(date(2026, 1, 1), date(2030, 1, 1)),))

    rows = tabulate_stops(tiny_atlas(dataset=replace(dataset, scenario=replace(dataset.scenario, calendar=closed))))

    assert {(row.dates, row.date_iso) for row in rows} == {("", "")}


def test_calls_at_one_clock_time_every_week_are_one_row_without_weeks() -> None:
    plan = tiny_plan()
    same = replace(plan, tours=(plan.tours[0], replace(plan.tours[0], day=7)))

    rows = tabulate_stops(tiny_atlas(plan=same))

    assert [(row.name, row.weeks) for row in rows] == [("Andriivka", ""), ("Yelyzavetivka", "")]


def test_the_unserved_are_listed_with_their_reasons() -> None:
    rows = tabulate_unserved(tiny_atlas())

    assert [(row.name, row.residents, row.symbol) for row in rows] == [
        ("Daleka Balka", "120", Symbol.SACRIFICED),
        ("Ostrivne", "80", Symbol.IMPOSSIBLE),
    ]
    assert rows[1].reason == "No road leads there from a depot and back for any suitable bus."


def test_the_not_needed_are_listed_with_library_and_distance() -> None:
    rows = tabulate_not_needed(tiny_atlas())

    assert [(row.name, row.library, row.distance) for row in rows] == [
        ("Mistechko", "Центральна бібліотека", ""),
        ("Peredmistia", "Центральна бібліотека", "2.0\u00a0km"),
    ]


def test_only_the_hromada_in_front_has_its_unserved_listed_and_other_stops_are_far() -> None:
    dataset = tiny_dataset()
    moved = tuple(
        replace(s, hromada="Інша") if s.settlement_id in {"s5", "s7", "s6"} else s for s in dataset.settlements
    )
    atlas = tiny_atlas(hromada="Інша", dataset=replace(dataset, settlements=moved))

    stops, unserved, not_needed = tabulate_stops(atlas), tabulate_unserved(atlas), tabulate_not_needed(atlas)

    assert [row.name for row in stops if not row.far] == ["Zoloti Prudy"]
    assert [row.name for row in unserved] == ["Daleka Balka"]
    assert [row.name for row in not_needed] == ["Peredmistia"]
