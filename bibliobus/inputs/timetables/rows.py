"""Timetable that is driven today: open data of mobile library stops, row by row, and what contradicts itself in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Final, TypeVar

from bibliobus.domain.places import Settlement
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.bounds import limits_of
from bibliobus.inputs.changes import DATES_REVERSED, NOT_A_DATE
from bibliobus.inputs.tables.cells import clean_name, parse_number, show_value
from bibliobus.inputs.tables.ids import LIMITS, SAME_POSITION, check_positions
from bibliobus.inputs.tables.rows import (
    CELL_EMPTY,
    RowCells,
    TableColumn,
    match_columns,
    read_cell,
    read_within,
    require_text,
)
from bibliobus.inputs.tables.table import CHARACTERS, ROWS, read_table
from bibliobus.inputs.timetables.rhythm import (
    NOT_A_TIME,
    NOT_A_WEEKDAY,
    parse_day_name,
    parse_recurrence,
    parse_stop_time,
    parse_timetable_day,
)
from bibliobus.words.language import MINUTE_S, N_, format_clock
from bibliobus.words.text import Count, Duration

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bibliobus.inputs.files import InputFile
    from bibliobus.inputs.timetables.rhythm import Recurrence

_LONGEST_STAY_S: Final = round(limits_of("settlements.csv: dwell_min")[1]) * MINUTE_S

BAD_STAY: Final = FindingKind(
    "timetable-bad-stay",
    Severity.ERROR,
    N_("The bus arrives at {arrival} and leaves at {departure}: a stay lasts from 1 minute to {limit}."),
    N_("Mend one of the two times; a stay ends on the day it begins."),
)
DAY_CONTRADICTED: Final = FindingKind(
    "timetable-day-contradicted",
    Severity.ERROR,
    N_("The stop is served on {day}, but its rhythm “{value}” implies another weekday."),
    N_("Let both say the same; a stop served on two weekdays has two rows."),
)
START_ON_OTHER_DAY: Final = FindingKind(
    "timetable-start-on-other-day",
    Severity.WARNING,
    N_("The first day, {date}, is not a {day}; the bus is assumed to come on the {day} of that week."),
    N_("Check the weekday and the first day."),
)
REPEATED: Final = FindingKind(
    "timetable-row-repeated",
    Severity.ERROR,
    N_("The row says the same as row {first}: this bus at this place, on this day, at this time."),
    N_("Delete one of the two rows."),
)


A_MONDAY: Final = date(2001, 1, 1)
"""Any Monday will do to tell whether two rows are driven in the same weeks."""


@dataclass(frozen=True)
class TimetableRow:
    """
    One stop of one bus in a timetable; texts that are not there are empty.

    ``kind``: ``Public``, ``Private``, ``Dynamic`` or ``Other`` as written.
    ``lat``, ``lon``: Degrees north and east, six decimals.
    ``first``, ``last``: First day, from whose week the rhythm counts, and last; None if there is none.
    ``has_exceptions``: True if single days are excepted.
    """

    row: int
    organisation: str
    mobile: str
    route: str
    community: str
    hromada: str
    stop: str
    kind: str
    lat: float
    lon: float
    weekday: int
    start_s: int
    end_s: int
    frequency: str
    recurrence: Recurrence
    first: date
    last: date | None
    has_exceptions: bool
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)

    def place(self, file: str, column: str) -> Place:
        """Say where a cell is."""
        return Place(file, self.row, self.headers.get(column, column))

    @property
    def name(self) -> str:
        """Name for people: the stop, with the community before it unless the one holds the other."""
        if not self.community or self.community.casefold() in self.stop.casefold():
            return self.stop
        return f"{self.community} – {self.stop}"


def place_column(rows: Sequence[TimetableRow], file: str, column: str) -> Place:
    """Say where a whole column is; there is at least one row."""
    return replace(rows[0].place(file, column), row=None)


def check_row(
    row: RowCells, stay: tuple[int, int], weekday: int, recurrence: Recurrence, days: tuple[date, date | None]
) -> list[Finding]:
    """Check that a row does not contradict itself: its stay in seconds after midnight, its first and last day."""
    findings, day, (first, last) = [], show_value(row.text("day")), days
    if not MINUTE_S <= stay[1] - stay[0] <= _LONGEST_STAY_S:
        arrival, departure = (format_clock(moment) for moment in stay)
        limit = Duration(_LONGEST_STAY_S)
        findings.append(BAD_STAY.at(row.place("departure"), arrival=arrival, departure=departure, limit=limit))
    if recurrence.weekday not in (None, weekday):
        value = show_value(row.text("frequency"))
        findings.append(DAY_CONTRADICTED.at(row.place("frequency"), day=day, value=value))
    if first.weekday() != weekday:
        findings.append(START_ON_OTHER_DAY.at(row.place("start"), date=first.isoformat(), day=day))
    if last is not None and last < first:
        findings.append(DATES_REVERSED.at(row.place("end"), first=first.isoformat(), last=last.isoformat()))
    return findings


def check_rows(found: Sequence[tuple[RowCells, TimetableRow]]) -> list[Finding]:
    """
    Find rows that say what an earlier one says, and stops where no stop of one service can be.

    That several stand at one spot is usual.
    """
    return _check_repeats(found) + _check_positions(found)


def _check_repeats(found: Sequence[tuple[RowCells, TimetableRow]]) -> list[Finding]:
    """Finding for each row that says what an earlier one says."""
    seen: dict[tuple[object, ...], int] = {}
    findings = []
    for row, stop in found:
        place = (stop.mobile, stop.lat, stop.lon, stop.weekday, stop.start_s, stop.end_s)
        said = (*place, stop.recurrence, stop.recurrence.find_week(stop.first, A_MONDAY), stop.last)
        if seen.setdefault(said, row.row) != row.row:
            findings.append(REPEATED.at(row.place(), first=seen[said]))
    return findings


def _check_positions(found: Sequence[tuple[RowCells, TimetableRow]]) -> list[Finding]:
    """Findings for stops where no stop of one service can be; that several stand at one spot is usual."""
    rows = {
        row.row: replace(
            row,
            cells={"lat": row.text("geoy"), "lon": row.text("geox")},
            headers={"lat": row.headers["geoy"], "lon": row.headers["geox"]},
        )
        for row, _ in found
    }
    places = {stop.row: Settlement("", stop.name, "", "", "", "", stop.lat, stop.lon) for _, stop in found}
    return [finding for finding in check_positions(rows, places) if finding.kind is not SAME_POSITION]


COLUMNS: Final = (
    TableColumn("organisation", ("організація", "установа", "бібліотека", "організатор")),
    TableColumn("mobile", ("бібліобус", "автобус", "транспорт", "bus"), required=True),
    TableColumn("route", ("маршрут", "рейс")),
    TableColumn("community", ("населений пункт", "село", "місто")),
    TableColumn("stop", ("зупинка", "назва зупинки", "місце зупинки", "назва"), required=True),
    TableColumn("address", ("адреса",), free_text=True),
    TableColumn("postcode", ("поштовий індекс", "індекс")),
    TableColumn("geox", ("довгота", "longitude", "lon", "lng"), required=True),
    TableColumn("geoy", ("широта", "latitude", "lat"), required=True),
    TableColumn("day", ("день", "день тижня"), required=True),
    TableColumn("type", ("тип", "вид зупинки")),
    TableColumn("arrival", ("прибуття", "приїзд", "час прибуття"), required=True),
    TableColumn("departure", ("відправлення", "від’їзд", "відїзд", "час відправлення"), required=True),
    TableColumn("frequency", ("періодичність", "частота"), required=True),
    TableColumn("start", ("початок", "діє з", "перший день"), required=True),
    TableColumn("end", ("кінець", "діє до", "останній день")),
    TableColumn("exceptions", ("винятки", "виняткові дні")),
    TableColumn("timetable", ("розклад", "посилання")),
    TableColumn("hromada", ("громада", "територіальна громада", "ТГ")),
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


def _read_row(row: RowCells, findings: list[Finding]) -> TimetableRow | None:
    """Stop of one row; None if it lacks what every stop has."""
    mobile, stop = (_read_name(row, column, findings, needed=True) for column in ("mobile", "stop"))
    lat, lon = (_read_degrees(row, column, limits, findings) for column, limits in _DEGREES)
    weekday = _require(row, "day", parse_day_name, NOT_A_WEEKDAY, findings)
    start_s = _require(row, "arrival", parse_stop_time, NOT_A_TIME, findings)
    end_s = _require(row, "departure", parse_stop_time, NOT_A_TIME, findings)
    recurrence = _require(row, "frequency", parse_recurrence, RHYTHM_UNREADABLE, findings)
    first = _require(row, "start", parse_timetable_day, NOT_A_DATE, findings)
    last = read_cell(row, "end", parse_timetable_day, NOT_A_DATE, findings)
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


def _read_degrees(row: RowCells, column: str, limits: tuple[float, float], findings: list[Finding]) -> float | None:
    """Degrees with the decimals that a table of settlements keeps: a tenth of a metre."""
    if not row.text(column):
        findings.append(CELL_EMPTY.at(row.place(column)))
    degrees = read_within(row, column, parse_number, limits, findings)
    return None if degrees is None else round(degrees, 6)


def _read_name(row: RowCells, column: str, findings: list[Finding], *, needed: bool = False) -> str:
    """Tidy name of a bearable length."""
    name = clean_name(require_text(row, column, findings) if needed else row.text(column))
    if len(name) > MAX_NAME:
        counts = {"found": Count(*CHARACTERS, len(name)), "limit": Count(*CHARACTERS, MAX_NAME)}
        findings.append(NAME_TOO_LONG.at(row.place(column), **counts))
    return name


def _read_organisation(row: RowCells) -> str:
    """Name of the service; timetables of ours carry all their warnings behind it, in brackets."""
    name = clean_name(row.text("organisation"))
    return name if len(name) <= MAX_NAME else name.partition(" (")[0][:MAX_NAME]


def _require(
    row: RowCells, column: str, parse: Callable[[str], Value], kind: FindingKind, findings: list[Finding]
) -> Value | None:
    """Value of a cell that must not be empty."""
    if not row.text(column):
        findings.append(CELL_EMPTY.at(row.place(column)))
    return read_cell(row, column, parse, kind, findings)
