"""Real services: their open data are read, and a plan made anew is no worse than what they drive today."""

from __future__ import annotations

import importlib.util
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from made import Made

from bibliobus.inputs.files import InputFile
from bibliobus.inputs.timetables.rows import read_timetable
from bibliobus.output.exchange.texts import render_timetable_csv
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.start import init_from_timetable

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from bibliobus.inputs.timetables.rows import TimetableRow

MONDAY = date(2020, 1, 6)
ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("midlothian", "somerset", "warwickshire", "suffolk")
VISITS = {"midlothian": (75, 10), "somerset": (126, 17), "warwickshire": (262, 39), "suffolk": (562, 53)}
"""Visits and bus-days of a cycle by the files themselves."""


@pytest.fixture
def find_file(request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """Find the timetable of a service in the folder given, or in one beside the checkout; without it, skip the test."""
    given = request.config.getoption("--timetables")
    folders = [Path(given)] if given else sorted(ROOT.parent.glob("*/data/mobile-libraries"))

    def find(name: str) -> Path:
        file = next((folder / f"{name}.csv" for folder in folders if (folder / f"{name}.csv").is_file()), None)
        if file is None:
            pytest.skip(f"no {name}.csv (LibrariesHacked open data); name its folder with --timetables")
        return file

    return find


def load_bench() -> ModuleType:
    """Program that measures services, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("bench_today", ROOT / "tests" / "bench" / "today.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def list_visits(content: bytes) -> list[tuple[object, ...]]:
    """Visits of a timetable: where, on which day, when, how often, and in which of its weeks."""
    rows, findings = read_timetable(InputFile("stops.csv", content))
    assert rows is not None, findings
    return sorted(
        (row.lat, row.lon, row.weekday, row.start_s, row.end_s, row.mobile, row.recurrence.weeks, find_week(row))
        for row in rows
    )


def find_week(row: TimetableRow) -> int:
    """Week of its rhythm in which a row is driven; first days may lie whole rhythms apart."""
    return row.recurrence.find_week(row.first, MONDAY)


@pytest.mark.parametrize("name", SERVICES)
def test_a_real_timetable_becomes_a_plan_that_gives_the_same_timetable_out_again(name, find_file, tmp_path):
    file = find_file(name)

    today = init_from_timetable(file, tmp_path / "area")

    figures = today.plan.figures
    assert (figures["visits"], figures["bus_days"]) == VISITS[name]
    assert figures["settlements_served"] == figures["settlements"] == VISITS[name][0]
    given_out = render_timetable_csv(Made(today.plan, today.prepared.dataset).view(), endless=True)
    assert list_visits(given_out) == list_visits(file.read_bytes())


@pytest.mark.slow
def test_a_service_planned_anew_keeps_its_visits_and_lunch_and_drives_less_on_no_more_and_no_longer_days(find_file):
    bench = load_bench()

    compared = bench.compare_service(find_file("midlothian"), SearchOptions(iterations=40), "ortools")

    print(bench.show(compared))
    assert [failure for failure in compared.failures if failure != "driving saved"] == []
    assert compared.driving_saved > 0
