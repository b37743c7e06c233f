"""The cycle of a timetable of today, and its buses: how many weeks, from which Monday on, on which days."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations, count
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, Cycle, rhythm_days, weekday_of
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.tables.cells import show_value
from bibliobus.inputs.tables.ids import make_ids
from bibliobus.inputs.tables.table import ROWS
from bibliobus.inputs.timetables.rows import place_column
from bibliobus.words.language import N_, NN_
from bibliobus.words.text import Count, Number, Rhythm

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from bibliobus.inputs.timetables.rows import TimetableRow

MAX_WEEKS: Final = 4


def choose_weeks(rhythms: Iterable[int]) -> int:
    """
    Choose the cycle of 1 to 4 weeks that the rhythms of the most rows divide, and the shortest of those.

    ``rhythms``: Weeks between the visits of each row; more than four count as four.
    """
    counts = Counter(min(weeks, MAX_WEEKS) for weeks in rhythms)
    return max(range(1, MAX_WEEKS + 1), key=lambda weeks: (_count_fitting(counts, weeks), -weeks))


def fit_timetable_rhythm(weeks: int, cycle_weeks: int) -> int:
    """Fit a rhythm, weeks between visits, into the cycle."""
    divisors = [step for step in range(1, cycle_weeks + 1) if cycle_weeks % step == 0]
    return min(divisors, key=lambda step: abs(1 / step - 1 / weeks))


def find_first_day(rows: Sequence[TimetableRow], weeks: int) -> date:
    """Find the Monday on which the cycle starts."""
    oldest, newest = (_find_monday(choose(row.first for row in rows)) for choose in (min, max))
    return max(oldest, newest - timedelta(weeks=weeks - 1))


def find_day(row: TimetableRow, cycle: Cycle) -> int:
    """Day of the cycle on which a row is driven first."""
    week = row.recurrence.find_week(row.first, cycle.first_day) % fit_timetable_rhythm(
        row.recurrence.weeks, cycle.weeks
    )
    return week * WEEK_DAYS + row.weekday


def _find_monday(day: date) -> date:
    """Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


def _count_fitting(counts: Counter[int], cycle_weeks: int) -> int:
    """Number of rows whose rhythm divides the cycle."""
    return sum(count for weeks, count in counts.items() if cycle_weeks % weeks == 0)


SEVERAL_BUSES: Final = FindingKind(
    "timetable-several-buses",
    Severity.NOTE,
    N_("“{name}” drives several routes at the same time (such as “{first}” and “{second}”), so it counts as {buses}."),
    N_("If it is one bus, mend the times; else give each bus a name of its own in the column “mobile”."),
)
BUSES: Final = NN_("{count} bus", "{count} buses")


@dataclass(frozen=True)
class TimetableBus:
    """One bus of a timetable: its id and its name."""

    bus_id: str
    name: str


def assign_buses(
    rows: Sequence[TimetableRow], cycle: Cycle, file: str
) -> tuple[dict[int, TimetableBus], list[Finding]]:
    """Assign a bus to every row; routes that are driven at the same time have different ones."""
    numbers: dict[tuple[str, str], int] = {}
    findings = []
    for mobile in sorted({row.mobile for row in rows}):
        spans = _measure_spans([row for row in rows if row.mobile == mobile], cycle)
        clashes = [pair for pair in combinations(sorted(spans), 2) if _overlap(spans[pair[0]], spans[pair[1]])]
        for route in sorted(spans):
            taken = {numbers.get((mobile, other)) for pair in clashes if route in pair for other in pair}
            numbers[mobile, route] = next(number for number in count(1) if number not in taken)
        if clashes:
            most = max(numbers[mobile, route] for route in spans)
            first, second = (show_value(route) for route in clashes[0])
            told = {"name": show_value(mobile), "first": first, "second": second, "buses": Count(*BUSES, most)}
            findings.append(SEVERAL_BUSES.at(place_column(rows, file, "mobile"), **told))
    kinds = sorted({(mobile, number) for (mobile, _), number in numbers.items()})
    names = [mobile if number == 1 else f"{mobile} {number}" for mobile, number in kinds]
    buses = dict(zip(kinds, map(TimetableBus, make_ids(names), names), strict=True))
    return {row.row: buses[row.mobile, numbers[row.mobile, row.route]] for row in rows}, findings


def _measure_spans(rows: Sequence[TimetableRow], cycle: Cycle) -> dict[str, dict[int, tuple[int, int]]]:
    """First arrival and last departure of each route on each of its days."""
    spans: dict[str, dict[int, tuple[int, int]]] = {}
    for row in rows:
        mine = spans.setdefault(row.route, {})
        for day in rhythm_days(
            cycle.weeks, fit_timetable_rhythm(row.recurrence.weeks, cycle.weeks), find_day(row, cycle)
        ):
            start_s, end_s = mine.get(day, (row.start_s, row.end_s))
            mine[day] = min(start_s, row.start_s), max(end_s, row.end_s)
    return spans


def _overlap(first: dict[int, tuple[int, int]], second: dict[int, tuple[int, int]]) -> bool:
    """Whether two routes are driven at the same time on any day."""
    return any(
        max(first[day][0], second[day][0]) < min(first[day][1], second[day][1]) for day in first.keys() & second.keys()
    )


PUBLIC: Final = ("public", "загальнодоступна", "відкрита")
ORGANISATIONS: Final = NN_("{count} organisation", "{count} organisations")

ENDED: Final = FindingKind(
    "timetable-row-ended",
    Severity.WARNING,
    N_("The stop ended on {last}, before the newest row of the timetable begins ({newest}); it is left out."),
    N_("Delete the row, or take the date out if the bus still comes."),
)
MONTHLY: Final = FindingKind(
    "timetable-monthly",
    Severity.WARNING,
    N_("The bus comes by months (“{value}”), which no cycle of weeks can repeat; it is planned {rhythm}."),
    N_("Nothing to do if that will be the new rhythm; 13 visits a year take the place of 12."),
)
RHYTHM_CHANGED: Final = FindingKind(
    "timetable-rhythm-changed",
    Severity.WARNING,
    N_("A visit {found} does not fit the cycle, which repeats {cycle}; it is planned {rhythm}."),
    N_("Nothing to do if that will be the new rhythm; else change rhythm_weeks in settlements.csv and the cycle."),
)
CYCLE_CHOSEN: Final = FindingKind(
    "timetable-cycle-chosen",
    Severity.NOTE,
    N_("No cycle of up to four weeks fits every rhythm; one that repeats {cycle} fits {fitting} of {all}."),
    N_("Look at the rows whose rhythm changes."),
)
SITE_RECURS: Final = FindingKind(
    "timetable-site-recurs",
    Severity.NOTE,
    N_("Stops at the place of another row: {count}. Each row is planned on its own, in its own rhythm."),
    N_(
        "Where rows of one place are one rhythm, such as weekly, use --join-rows; else each keeps its part of the "
        "cycle."
    ),
)
EXCEPTIONS_IGNORED: Final = FindingKind(
    "timetable-exceptions",
    Severity.NOTE,
    N_("{rows} name single days on which the bus does not come; the cycle is planned without them."),
    N_("Tell readers about such days separately."),
)
NOT_PUBLIC: Final = FindingKind(
    "timetable-not-public",
    Severity.NOTE,
    N_("{rows} are not for the public (such as “{value}”); they are planned and published like the others."),
    N_("Delete from settlements.csv what nobody may know."),
)
SEVERAL_SERVICES: Final = FindingKind(
    "timetable-several-services",
    Severity.WARNING,
    N_("The timetable is of {organisations}; they are planned as one service with one base."),
    N_("Split the file if they are services of their own."),
)


@dataclass(frozen=True)
class TimetableStop:
    """
    One stop in the cycle; `hromada` is its municipality, or the village or town if none is known, or empty.

    ``day``: Day of the cycle on which it comes first, within the first `rhythm_weeks` weeks.
    ``rhythm_weeks``: Weeks between visits; divides the cycle.
    """

    row: int
    settlement_id: str
    name: str
    hromada: str
    bus_id: str
    lat: float
    lon: float
    day: int
    rhythm_weeks: int
    start_s: int
    end_s: int


@dataclass(frozen=True)
class Timetable:
    """
    A timetable that repeats after some weeks.

    Parameters
    ----------
    title
        Who runs the service; may be empty.
    cycle
        Weeks after which it repeats, and the Monday from which on all of its rows are driven.
    stops
        In the order of the file.
    buses
        Sorted by id.
    newest
        First day of the newest row.
    """

    title: str
    cycle: Cycle
    stops: tuple[TimetableStop, ...]
    buses: tuple[TimetableBus, ...]
    newest: date


def build_timetable(
    rows: Sequence[TimetableRow], file: str, *, join_rows: bool = False
) -> tuple[Timetable, list[Finding]]:
    """
    Build the cycle of a timetable.

    Parameters
    ----------
    rows
        Rows that were read, at least one.
    file
        Name of the file, for findings.
    join_rows
        True if rows that together are one rhythm become one stop.

    Returns
    -------
    timetable : Timetable
        Every row that has not ended as a stop in the cycle.
    findings : list of Finding
        What had to be changed for a cycle of one to four weeks, and what is not planned.
    """
    newest = max(row.first for row in rows)
    ended = [row for row in rows if row.last is not None and row.last < newest]
    driven = [row for row in rows if row not in ended]
    findings = [ENDED.at(row.place(file, "end"), last=str(row.last), newest=str(newest)) for row in ended]
    weeks = choose_weeks(row.recurrence.weeks for row in driven)
    cycle = Cycle(weeks, find_first_day(driven, weeks))
    buses, more = assign_buses(driven, cycle, file)
    ids = make_ids(row.name for row in driven)
    stops = tuple(_build_stop(row, stop_id, buses[row.row], cycle) for row, stop_id in zip(driven, ids, strict=True))
    if join_rows:
        stops = join_stops(stops)
    findings += more + _tell_rhythms(driven, cycle, file) + _tell_rest(driven, stops, file)
    title = Counter(row.organisation for row in driven).most_common(1)[0][0]
    return Timetable(
        title, cycle, stops, tuple(sorted(set(buses.values()), key=lambda bus: bus.bus_id)), newest
    ), findings


def join_stops(stops: Iterable[TimetableStop]) -> tuple[TimetableStop, ...]:
    """
    Join the stops that together are one rhythm, in their order.

    Where one bus comes to one place on one weekday at one time, and its weeks are evenly spaced, the first stop with a
    shorter rhythm stands for all.
    """
    alike: dict[tuple[object, ...], list[TimetableStop]] = {}
    for stop in stops:
        place = (stop.bus_id, stop.lat, stop.lon, stop.start_s, stop.end_s)
        alike.setdefault((*place, weekday_of(stop.day), stop.rhythm_weeks), []).append(stop)
    joined = [one for group in alike.values() for one in _join(group)]
    return tuple(sorted(joined, key=lambda stop: stop.row))


def _join(group: Sequence[TimetableStop]) -> Sequence[TimetableStop]:
    """One stop for a group whose days are a rhythm; the group itself if they are none."""
    weeks, rest = divmod(group[0].rhythm_weeks, len(group))
    days = tuple(sorted(stop.day for stop in group))
    if len(group) == 1 or rest or days != rhythm_days(group[0].rhythm_weeks, weeks, days[0] % (weeks * WEEK_DAYS)):
        return group
    return [replace(min(group, key=lambda stop: stop.row), day=days[0], rhythm_weeks=weeks)]


def _build_stop(row: TimetableRow, settlement_id: str, bus: TimetableBus, cycle: Cycle) -> TimetableStop:
    """Stop with its day and rhythm in the cycle."""
    return TimetableStop(
        row=row.row,
        settlement_id=settlement_id,
        name=row.name,
        hromada=row.hromada or row.community,
        bus_id=bus.bus_id,
        lat=row.lat,
        lon=row.lon,
        day=find_day(row, cycle),
        rhythm_weeks=fit_timetable_rhythm(row.recurrence.weeks, cycle.weeks),
        start_s=row.start_s,
        end_s=row.end_s,
    )


def _tell_rhythms(rows: Sequence[TimetableRow], cycle: Cycle, file: str) -> list[Finding]:
    """Findings for rows whose rhythm the cycle cannot keep, and for the choice of the cycle if there are such rows."""
    findings: list[Finding] = []
    for row in rows:
        found, place = row.recurrence, row.place(file, "frequency")
        rhythm = Rhythm(fit_timetable_rhythm(found.weeks, cycle.weeks))
        if found.monthly:
            findings.append(MONTHLY.at(place, value=show_value(row.frequency), rhythm=rhythm))
        elif found.weeks != rhythm.weeks:
            told = {"found": Rhythm(found.weeks), "cycle": Rhythm(cycle.weeks), "rhythm": rhythm}
            findings.append(RHYTHM_CHANGED.at(place, **told))
    fitting = sum(cycle.weeks % min(row.recurrence.weeks, MAX_WEEKS) == 0 for row in rows)
    if fitting < len(rows):
        counts = {"fitting": Count(*ROWS, fitting), "all": Count(*ROWS, len(rows))}
        findings.append(CYCLE_CHOSEN.at(Place(file), cycle=Rhythm(cycle.weeks), **counts))
    return findings


def _tell_rest(rows: Sequence[TimetableRow], stops: Sequence[TimetableStop], file: str) -> list[Finding]:
    """Findings for what the plan of the cycle does not hold."""
    findings = []
    again = len(stops) - len({(stop.lat, stop.lon) for stop in stops})
    if again:
        findings.append(SITE_RECURS.at(Place(file), count=Number(again)))
    excepted = sum(row.has_exceptions for row in rows)
    if excepted:
        findings.append(EXCEPTIONS_IGNORED.at(place_column(rows, file, "exceptions"), rows=Count(*ROWS, excepted)))
    other = [row.kind for row in rows if row.kind and row.kind.casefold() not in PUBLIC]
    if other:
        kinds = {"rows": Count(*ROWS, len(other)), "value": show_value(other[0])}
        findings.append(NOT_PUBLIC.at(place_column(rows, file, "type"), **kinds))
    services = {row.organisation for row in rows}
    if len(services) > 1:
        place = place_column(rows, file, "organisation")
        findings.append(SEVERAL_SERVICES.at(place, organisations=Count(*ORGANISATIONS, len(services))))
    return findings
