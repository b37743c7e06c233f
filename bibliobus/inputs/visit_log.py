"""Log of visits that were made: when the bus came, how many readers, how many loans."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.bounds import limits_of
from bibliobus.inputs.changes import NOT_A_DATE, parse_date
from bibliobus.inputs.tables.cells import clean_id, parse_whole
from bibliobus.inputs.tables.ids import read_id
from bibliobus.inputs.tables.rows import RowCells, TableColumn, match_columns, read_cell, read_within, require_text
from bibliobus.inputs.tables.table import read_table
from bibliobus.words.language import N_, format_clock, parse_clock

if TYPE_CHECKING:
    from datetime import date

    from bibliobus.inputs.files import InputFile

COLUMNS: Final = (
    TableColumn("date", ("дата",), required=True),
    TableColumn("settlement_id", ("код КАТОТТГ", "КАТОТТГ", "katottg", "код", "id"), required=True),
    TableColumn("bus_id", ("бібліобус", "автобус", "код бібліобуса", "bus")),
    TableColumn("arrival", ("прибуття", "приїзд", "прибув")),
    TableColumn("departure", ("відправлення", "від’їзд", "вибув")),
    TableColumn("readers", ("користувачі", "читачі", "користувачів", "відвідувачі")),
    TableColumn("loans", ("видачі", "видано", "книговидача")),
    TableColumn("note", ("примітка", "примітки", "коментар"), free_text=True),
)

NOT_A_CLOCK_TIME: Final = FindingKind(
    "not-a-clock-time",
    Severity.ERROR,
    N_("“{value}” is not a clock time."),
    N_("Write hours and minutes, such as 09:40."),
)
LEFT_BEFORE_IT_CAME: Final = FindingKind(
    "left-before-it-came",
    Severity.ERROR,
    N_("By this row the bus left at {departure}, before it came at {arrival}."),
    N_("Correct one of the times."),
)
LOGGED_TWICE: Final = FindingKind(
    "logged-twice",
    Severity.ERROR,
    N_("The visit of this settlement on this date is in row {first} already."),
    N_("Keep one row for each visit; add up readers and loans."),
)
LOG_EMPTY: Final = FindingKind(
    "log-empty", Severity.ERROR, N_("The log has no rows."), N_("Write a row for each visit that was made.")
)


@dataclass(frozen=True)
class LoggedVisit:
    """One visit that was made; the bus is empty and numbers are None where nobody noted them."""

    row: int
    day: date
    settlement_id: str
    bus_id: str
    arrival_s: int | None
    departure_s: int | None
    readers: int | None
    loans: int | None


def read_log(file: InputFile) -> tuple[tuple[LoggedVisit, ...], list[Finding]]:
    """
    Read a log of visits.

    Parameters
    ----------
    file
        CSV or XLSX with a row for each visit: date, settlement, and what was noted.

    Returns
    -------
    visits : tuple of LoggedVisit
        Rows that can be used, in the order of the file.
    findings : list of Finding
        Everything that is wrong or worth knowing.
    """
    table, findings = read_table(file)
    if table is None:
        return (), findings
    rows, more = match_columns(table, COLUMNS)
    findings += more
    if rows is None:
        return (), findings
    if not rows:
        return (), [*findings, LOG_EMPTY.at(Place(file.name))]
    visits: dict[tuple[date, str, str], LoggedVisit] = {}
    for row in rows:
        visit = _read_visit(row, findings)
        if visit is None:
            continue
        key = (visit.day, visit.settlement_id, visit.bus_id)
        if key in visits:
            findings.append(LOGGED_TWICE.at(row.place("settlement_id"), first=visits[key].row))
        else:
            visits[key] = visit
    return tuple(visits.values()), findings


def _read_visit(row: RowCells, findings: list[Finding]) -> LoggedVisit | None:
    """Visit of one row; None if date or settlement are missing."""
    require_text(row, "date", findings)
    day = read_cell(row, "date", parse_date, NOT_A_DATE, findings)
    settlement_id = read_id(row, "settlement_id", findings)
    arrival_s = read_cell(row, "arrival", _parse_moment, NOT_A_CLOCK_TIME, findings)
    departure_s = read_cell(row, "departure", _parse_moment, NOT_A_CLOCK_TIME, findings)
    readers = read_within(row, "readers", parse_whole, limits_of("visits.csv: readers"), findings)
    loans = read_within(row, "loans", parse_whole, limits_of("visits.csv: loans"), findings)
    if arrival_s is not None and departure_s is not None and departure_s < arrival_s:
        times = {"arrival": format_clock(arrival_s), "departure": format_clock(departure_s)}
        findings.append(LEFT_BEFORE_IT_CAME.at(row.place("departure"), **times))
    if day is None or not settlement_id:
        return None
    return LoggedVisit(
        row.row, day, settlement_id, clean_id(row.text("bus_id")), arrival_s, departure_s, readers, loans
    )


def _parse_moment(text: str) -> int:
    """Clock time as typed or as a spreadsheet keeps it: ``9:40``, ``09:40:00``, ``9.40``."""
    return parse_clock(re.sub(r":\d\d$", "", text) if text.count(":") == 2 else text.replace(".", ":"))
