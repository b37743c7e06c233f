"""Timetables of mobile library stops as text, small enough to be read at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.inputs.files import InputFile
from bibliobus.inputs.timetables.cycle import build_timetable
from bibliobus.inputs.timetables.rows import read_timetable

if TYPE_CHECKING:
    from bibliobus.findings import Finding
    from bibliobus.inputs.timetables.cycle import Timetable

COLUMNS: Final = (
    "organisation",
    "mobile",
    "route",
    "community",
    "stop",
    "address",
    "postcode",
    "geox",
    "geoy",
    "day",
    "type",
    "arrival",
    "departure",
    "frequency",
    "start",
    "end",
    "exceptions",
    "timetable",
)

ROW: Final = {
    "organisation": "Hromada",
    "mobile": "Bus",
    "route": "A",
    "community": "Oak",
    "stop": "School",
    "geox": "37.5",
    "geoy": "48.7",
    "day": "Monday",
    "type": "Public",
    "arrival": "10:00",
    "departure": "10:30",
    "frequency": "FREQ=WEEKLY;INTERVAL=2",
    "start": "2026-03-02",
}
"""A stop that is served every second Monday, the first time on a Monday."""


def write_rows(*rows: dict[str, str]) -> str:
    """Write a timetable: `ROW` with the cells of each row in place of its own."""
    lines = [",".join(COLUMNS)]
    for row in rows:
        cells = [(ROW | row).get(column, "") for column in COLUMNS]
        lines.append(",".join(f'"{cell}"' if "," in cell else cell for cell in cells))
    return "\n".join(lines) + "\n"


def read_rows(*rows: dict[str, str]) -> tuple[Timetable | None, list[Finding]]:
    """Read a timetable as `write_rows` writes it; none if a finding is an error."""
    found, findings = read_timetable(InputFile("today.csv", write_rows(*rows).encode()))
    if found is None:
        return None, findings
    timetable, more = build_timetable(found, "today.csv")
    return timetable, findings + more


# The mill is some 7.4 km east of the school and the farm as far north: 14 minutes by the estimate, and 18 from one to
# the other. A bus that starts at the school and rests at the mill for 45 minutes never waits.
SCHOOL: Final = {"stop": "School", "geoy": "48.7", "geox": "37.5"}
MILL: Final = {"stop": "Mill", "geoy": "48.7", "geox": "37.6", "arrival": "10:45", "departure": "11:30"}
FARM: Final = {"stop": "Farm", "geoy": "48.766", "geox": "37.5", "arrival": "12:35", "departure": "14:00"}
