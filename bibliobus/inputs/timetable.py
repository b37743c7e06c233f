"""Timetable that is driven today: open data of mobile library stops, a row for each stop of the bus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.cells import clean_name, parse_number
from bibliobus.inputs.change_words import NOT_A_DATE
from bibliobus.inputs.columns import Column, match_columns
from bibliobus.inputs.positions import LIMITS
from bibliobus.inputs.rows import CELL_EMPTY, Row, read_cell, read_within, require_text
from bibliobus.inputs.table_file import CHARACTERS, ROWS, read_table
from bibliobus.inputs.timetable_rhythm import parse_recurrence
from bibliobus.inputs.timetable_row import TimetableRow, check_row, check_rows
from bibliobus.inputs.timetable_words import NOT_A_TIME, NOT_A_WEEKDAY, parse_day, parse_day_name, parse_stop_time
from bibliobus.language import N_
from bibliobus.quantities import Count

if TYPE_CHECKING:
    from collections.abc import Callable

    from bibliobus.inputs.files import InputFile

COLUMNS: Final = (
    Column("organisation", ("організація", "установа", "бібліотека", "організатор")),
    Column("mobile", ("бібліобус", "автобус", "транспорт", "bus"), required=True),
    Column("route", ("маршрут", "рейс")),
    Column("community", ("населений пункт", "село", "місто")),
    Column("stop", ("зупинка", "назва зупинки", "місце зупинки", "назва"), required=True),
    Column("address", ("адреса",), free_text=True),
    Column("postcode", ("поштовий індекс", "індекс")),
    Column("geox", ("довгота", "longitude", "lon", "lng"), required=True),
    Column("geoy", ("широта", "latitude", "lat"), required=True),
    Column("day", ("день", "день тижня"), required=True),
    Column("type", ("тип", "вид зупинки")),
    Column("arrival", ("прибуття", "приїзд", "час прибуття"), required=True),
    Column("departure", ("відправлення", "від’їзд", "відїзд", "час відправлення"), required=True),
    Column("frequency", ("періодичність", "частота"), required=True),
    Column("start", ("початок", "діє з", "перший день"), required=True),
    Column("end", ("кінець", "діє до", "останній день")),
    Column("exceptions", ("винятки", "виняткові дні")),
    Column("timetable", ("розклад", "посилання")),
    Column("hromada", ("громада", "територіальна громада", "ТГ")),
)
MAX_STOPS: Final = 2000
MAX_NAME: Final = 120

RHYTHM_UNREADABLE: Final = FindingKind(
    "timetable-rhythm-unreadable",
    Severity.ERROR,
    N_("“{value}” does not say on which weekday every so many weeks or months the bus comes."),
    N_("Write a rule such as FREQ=WEEKLY;INTERVAL=2 or FREQ=MONTHLY;BYDAY=2MO, or just a number of weeks."),
)
NAME_TOO_LONG: Final = FindingKind(
    "timetable-name-too-long",
    Severity.ERROR,
    N_("The name has {found}; at most {limit} are read."),
    N_("Shorten it; what readers need beyond a name stands in the address."),
)
NO_STOPS: Final = FindingKind(
    "timetable-empty",
    Severity.ERROR,
    N_("The timetable has no stops."),
    N_("Put a row for each stop of the bus below the names of the columns."),
)
TOO_MANY_STOPS: Final = FindingKind(
    "timetable-too-long",
    Severity.ERROR,
    N_("The timetable has {found}, but at most {limit} are read."),
    N_("Split it by service or by bus."),
)


Value = TypeVar("Value")


def read_timetable(file: InputFile) -> tuple[tuple[TimetableRow, ...] | None, list[Finding]]:
    """
    Read a timetable of mobile library stops.

    Parameters
    ----------
    file
        A table in the LibrariesHacked schema "mobile library stops" as CSV, or as a workbook if its name ends
        in ``.xlsx``.

    Returns
    -------
    rows : tuple of TimetableRow or None
        In the order of the file; None if any finding is an error.
    findings : list of Finding
        Everything that is wrong or worth knowing.
    """
    table, findings = read_table(file)
    if table is None:
        return None, findings
    cells, more = match_columns(table, COLUMNS)
    findings += more
    if cells is None:
        return None, findings
    if not cells:
        return None, [*findings, NO_STOPS.at(Place(file.name))]
    if len(cells) > MAX_STOPS:
        counts = {"found": Count(*ROWS, len(cells)), "limit": Count(*ROWS, MAX_STOPS)}
        return None, [*findings, TOO_MANY_STOPS.at(Place(file.name), **counts)]
    found = [(row, stop) for row in cells if (stop := _read_row(row, findings)) is not None]
    findings += check_rows(found)
    broken = any(finding.severity is Severity.ERROR for finding in findings)
    return (None if broken else tuple(stop for _, stop in found)), findings


def _read_row(row: Row, findings: list[Finding]) -> TimetableRow | None:
    """Stop of one row; None if it lacks what every stop has."""
    mobile, stop = (_read_name(row, column, findings, needed=True) for column in ("mobile", "stop"))
    lat, lon = (_read_degrees(row, column, limits, findings) for column, limits in _DEGREES)
    weekday = _require(row, "day", parse_day_name, NOT_A_WEEKDAY, findings)
    start_s = _require(row, "arrival", parse_stop_time, NOT_A_TIME, findings)
    end_s = _require(row, "departure", parse_stop_time, NOT_A_TIME, findings)
    recurrence = _require(row, "frequency", parse_recurrence, RHYTHM_UNREADABLE, findings)
    first = _require(row, "start", parse_day, NOT_A_DATE, findings)
    last = read_cell(row, "end", parse_day, NOT_A_DATE, findings)
    names = {column: _read_name(row, column, findings) for column in ("route", "community", "hromada")}
    if weekday is None or start_s is None or end_s is None or recurrence is None or first is None:
        return None
    findings += check_row(row, (start_s, end_s), weekday, recurrence, (first, last))
    if not mobile or not stop or lat is None or lon is None:
        return None
    kind, has_exceptions = row.text("type"), bool(row.text("exceptions"))
    return TimetableRow(
        row=row.row,
        organisation=_read_organisation(row),
        mobile=mobile,
        stop=stop,
        kind=kind,
        lat=lat,
        lon=lon,
        weekday=weekday,
        start_s=start_s,
        end_s=end_s,
        frequency=row.text("frequency"),
        recurrence=recurrence,
        first=first,
        last=last,
        has_exceptions=has_exceptions,
        headers=row.headers,
        **names,
    )


_DEGREES: Final = (("geoy", LIMITS["lat"]), ("geox", LIMITS["lon"]))


def _read_degrees(row: Row, column: str, limits: tuple[float, float], findings: list[Finding]) -> float | None:
    """Degrees with the decimals that a table of settlements keeps: a tenth of a metre."""
    if not row.text(column):
        findings.append(CELL_EMPTY.at(row.place(column)))
    degrees = read_within(row, column, parse_number, limits, findings)
    return None if degrees is None else round(degrees, 6)


def _read_name(row: Row, column: str, findings: list[Finding], *, needed: bool = False) -> str:
    """Tidy name of a bearable length."""
    name = clean_name(require_text(row, column, findings) if needed else row.text(column))
    if len(name) > MAX_NAME:
        counts = {"found": Count(*CHARACTERS, len(name)), "limit": Count(*CHARACTERS, MAX_NAME)}
        findings.append(NAME_TOO_LONG.at(row.place(column), **counts))
    return name


def _read_organisation(row: Row) -> str:
    """Name of the service; timetables of ours carry all their warnings behind it, in brackets."""
    name = clean_name(row.text("organisation"))
    return name if len(name) <= MAX_NAME else name.partition(" (")[0][:MAX_NAME]


def _require(
    row: Row, column: str, parse: Callable[[str], Value], kind: FindingKind, findings: list[Finding]
) -> Value | None:
    """Value of a cell that must not be empty."""
    if not row.text(column):
        findings.append(CELL_EMPTY.at(row.place(column)))
    return read_cell(row, column, parse, kind, findings)
