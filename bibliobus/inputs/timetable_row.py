"""One row of a timetable, and what contradicts itself in one or several of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from bibliobus.domain.places import Settlement
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.bounds import limits_of
from bibliobus.inputs.cells import show_value
from bibliobus.inputs.changes import DATES_REVERSED
from bibliobus.inputs.positions import SAME_POSITION, check_positions
from bibliobus.language import N_
from bibliobus.units import MINUTE_S, format_clock
from bibliobus.wording import Duration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bibliobus.inputs.rows import Row
    from bibliobus.inputs.timetable_rhythm import Recurrence

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
    One row of a timetable: one stop of one bus.

    Parameters
    ----------
    row
        Row of the file.
    organisation
        Who runs the service; may be empty.
    mobile
        Name of the bus.
    route
        Name of its route; may be empty.
    community
        Village or town; may be empty.
    hromada
        Municipality; may be empty.
    stop
        Name of the stop.
    kind
        ``Public``, ``Private``, ``Dynamic`` or ``Other`` as written; may be empty.
    lat
        Degrees north, six decimals.
    lon
        Degrees east, six decimals.
    weekday
        0 (Monday) to 6 (Sunday).
    start_s
        Arrival, seconds after midnight.
    end_s
        Departure, seconds after midnight.
    frequency
        How often, as written.
    recurrence
        How often.
    first
        First day; the rhythm counts from its week.
    last
        Last day; None if there is none.
    has_exceptions
        True if single days are excepted.
    headers
        Name that the file itself gives each column.
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
        """
        Say where a cell is.

        Parameters
        ----------
        file
            Name of the file.
        column
            Name of the column.

        Returns
        -------
        Place
            File, row and the name that the file gives the column.
        """
        return Place(file, self.row, self.headers.get(column, column))

    @property
    def name(self) -> str:
        """Name for people: the stop, with the community before it unless the one holds the other."""
        if not self.community or self.community.casefold() in self.stop.casefold():
            return self.stop
        return f"{self.community} – {self.stop}"


def place_column(rows: Sequence[TimetableRow], file: str, column: str) -> Place:
    """
    Say where a whole column is.

    Parameters
    ----------
    rows
        Rows of the timetable, at least one.
    file
        Name of the file.
    column
        Name of the column.

    Returns
    -------
    Place
        File and the name that the file gives the column.
    """
    return replace(rows[0].place(file, column), row=None)


def check_row(
    row: Row, stay: tuple[int, int], weekday: int, recurrence: Recurrence, days: tuple[date, date | None]
) -> list[Finding]:
    """
    Check that a row does not contradict itself.

    Parameters
    ----------
    row
        The row of the table.
    stay
        Arrival and departure, seconds after midnight.
    weekday
        0 (Monday) to 6 (Sunday).
    recurrence
        How often.
    days
        First day, and the last one if there is one.

    Returns
    -------
    list of Finding
        One for each contradiction.
    """
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


def check_rows(found: Sequence[tuple[Row, TimetableRow]]) -> list[Finding]:
    """
    Check rows against each other.

    Parameters
    ----------
    found
        Rows of the table and what was read from them.

    Returns
    -------
    list of Finding
        Rows that say what an earlier one says, and stops where no stop of one service can be; that several stand at
        one spot is usual.
    """
    return _check_repeats(found) + _check_positions(found)


def _check_repeats(found: Sequence[tuple[Row, TimetableRow]]) -> list[Finding]:
    """Finding for each row that says what an earlier one says."""
    seen: dict[tuple[object, ...], int] = {}
    findings = []
    for row, stop in found:
        place = (stop.mobile, stop.lat, stop.lon, stop.weekday, stop.start_s, stop.end_s)
        said = (*place, stop.recurrence, stop.recurrence.find_week(stop.first, A_MONDAY), stop.last)
        if seen.setdefault(said, row.row) != row.row:
            findings.append(REPEATED.at(row.place(), first=seen[said]))
    return findings


def _check_positions(found: Sequence[tuple[Row, TimetableRow]]) -> list[Finding]:
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
