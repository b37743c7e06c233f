"""Tests of `bibliobus.maps.tables`."""

from __future__ import annotations

from dataclasses import replace

from plans import tiny_dataset, tiny_plan

from bibliobus.language import Language
from bibliobus.maps.places import list_places
from bibliobus.maps.style import Symbol
from bibliobus.maps.tables import (
    tabulate_figures,
    tabulate_not_needed,
    tabulate_stops,
    tabulate_unserved,
)
from bibliobus.maps.tours import find_layers
from bibliobus.plan.measure import FIGURES

ENGLISH = Language("en")


def test_stops_are_listed_by_name_with_date_times_and_bus() -> None:
    plan, dataset = tiny_plan(), tiny_dataset()

    rows = tabulate_stops(plan, list_places(plan, dataset), find_layers(plan, dataset), ENGLISH)

    assert [(row.name, row.weeks, row.weekday, row.date_iso, row.arrival, row.departure, row.bus) for row in rows] == [
        ("Andriivka", "1", "Monday", "2026-03-02", "09:20", "10:20", "Бібліобус 1"),
        ("Andriivka", "2", "Monday", "2026-03-09", "10:05", "11:05", "Бібліобус 1"),
        ("Ivanivka", "2", "Monday", "2026-03-09", "09:20", "09:50", "Бібліобус 1"),
        ("Yelyzavetivka", "1", "Monday", "2026-03-02", "10:35", "11:05", "Бібліобус 1"),
        ("Zoloti Prudy", "1", "Wednesday", "2026-03-04", "09:20", "10:05", "Бібліобус 2"),
    ]
    assert [row.rhythm for row in rows[:3]] == ["every week", "every week", "every 2 weeks"]


def test_calls_at_one_clock_time_every_week_are_one_row_without_weeks() -> None:
    plan, dataset = tiny_plan(), tiny_dataset()
    same = replace(plan, tours=(plan.tours[0], replace(plan.tours[0], day=7)))

    rows = tabulate_stops(same, list_places(plan, dataset), find_layers(same, dataset), ENGLISH)

    assert [(row.name, row.weeks, row.order) for row in rows] == [("Andriivka", "", 1), ("Yelyzavetivka", "", 2)]


def test_the_unserved_are_listed_with_their_reasons() -> None:
    rows = tabulate_unserved(list_places(tiny_plan(), tiny_dataset()), ENGLISH)

    assert [(row.name, row.residents, row.symbol) for row in rows] == [
        ("Daleka Balka", "120", Symbol.SACRIFICED),
        ("Ostrivne", "80", Symbol.IMPOSSIBLE),
    ]
    assert rows[1].reason == "No road leads there from a depot and back for any suitable bus."


def test_the_not_needed_are_listed_with_library_and_distance() -> None:
    dataset = tiny_dataset()

    rows = tabulate_not_needed(dataset, list_places(tiny_plan(), dataset), ENGLISH)

    assert [(row.name, row.library, row.distance) for row in rows] == [
        ("Mistechko", "Центральна бібліотека", ""),
        ("Peredmistia", "Центральна бібліотека", "2.0\u00a0km"),
    ]


def test_all_key_figures_are_listed_and_six_stand_out() -> None:
    figures = tabulate_figures(tiny_plan(), ENGLISH)

    assert len(figures) == len(FIGURES)
    assert [main for main, _, _ in figures[:7]] == [True] * 6 + [False]
    assert figures[0] == (True, "Settlements served by the bus", "4")
