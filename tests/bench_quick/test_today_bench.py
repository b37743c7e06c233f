"""The benchmark of real services runs on a tiny timetable, in a process of its own, and prints what it promises."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from timetables import FARM, MILL, SCHOOL, write_rows

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).resolve().parents[1] / "bench" / "today.py"
FIGURES = {
    "visits",
    "bus_days",
    "weekend_days",
    "km",
    "km_between_stops",
    "driving_h",
    "long_day_h",
    "longest_day_h",
    "lunch_share",
    "equal_time_share",
    "site_twice_a_day",
    "place_twice_a_day",
}


@pytest.fixture
def timetable(tmp_path: Path) -> Path:
    """A service of two days: on Monday past the mill to the farm, the same again on Tuesday."""
    tuesday = {"day": "Tuesday", "start": "2026-03-03"}
    rows = [
        SCHOOL,
        MILL | {"stop": "Mill 1"},
        FARM,
        SCHOOL | tuesday,
        MILL | {"stop": "Mill 2"} | tuesday,
        FARM | tuesday,
    ]
    file = tmp_path / "village.csv"
    file.write_text(write_rows(*rows), encoding="utf-8")
    return file


def run(*words: object) -> subprocess.CompletedProcess[str]:
    """Run the program."""
    command = [sys.executable, str(PROGRAM), *map(str, words), "--solver", "ortools", "--iterations", "2"]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, encoding="utf-8")


def test_it_prints_one_json_list_with_both_plans_side_by_side(timetable):
    ran = run(timetable, "--json")

    (service,) = json.loads(ran.stdout)
    assert (service["service"], service["solver"]) == ("village", "ortools")
    assert service["today"].keys() == service["anew"].keys() == FIGURES
    assert service["today"]["visits"] == service["anew"]["visits"] == 6
    assert service["driving_saved"] == 1 - service["anew"]["driving_h"] / service["today"]["driving_h"]
    assert ran.returncode == bool(service["not_reached"])


def test_without_json_it_prints_a_table(timetable):
    ran = run(timetable)

    lines = ran.stdout.splitlines()
    assert lines[0].startswith("village by ortools, ")
    assert [line.split()[0] for line in lines if line.startswith(("visits", "bus_days", "driving_h"))] == [
        "visits",
        "bus_days",
        "driving_h",
    ]
    assert any(line.startswith("driving saved: ") for line in lines)


def test_a_file_that_is_no_timetable_is_told(tmp_path):
    ran = run(tmp_path / "none.csv")

    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", "none.csv: not-a-file\n")
