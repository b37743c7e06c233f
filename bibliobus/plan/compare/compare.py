"""Comparison: what changes for whom between two plans."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, DateSpan
from bibliobus.domain.roads import find_reordered
from bibliobus.inputs.norms import list_holidays
from bibliobus.libraries import PLAN_LIBRARIES
from bibliobus.plan.compare.excerpt import measure_on
from bibliobus.plan.dates import find_period, service_dates, tours_of
from bibliobus.plan.measure.figures import FIGURES
from bibliobus.words.language import MINUTE_S, alphabet_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bibliobus.domain.calendar import Cycle
    from bibliobus.domain.scenario import Scenario
    from bibliobus.plan.plan import Plan

PROGRAM: Final = "bibliobus"
TOLERANCE_S: Final = 15 * MINUTE_S
"""A visit that moves by no more than this is still the visit that was announced."""

YEAR_DAYS: Final = 365
"""So far ahead the calendars of two scenarios are compared."""

PER_CYCLE: Final = ("visits", "bus_days", "length_m", "driving_s", "open_s", "work_s")
"""Figures that grow with the weeks of a cycle."""

COMPARED: Final = (
    "settlements_served",
    "people_served",
    "visits",
    "bus_days",
    "length_m",
    "driving_s",
    "work_s",
    "open_s",
    "share_open",
    "longest_day_s",
)
"""Figures that are set side by side."""


_Date = date
"""The type where a field of a class is called `date`."""


class Difference(StrEnum):
    """What is different about a visit, the gravest first."""

    LOST = "lost"
    DAY = "day"
    BUS = "bus"
    TIME = "time"
    ORDER = "order"
    SLIGHT = "slight"
    NEW = "new"


NOTICED: Final = (Difference.LOST, Difference.DAY, Difference.BUS, Difference.TIME, Difference.NEW)
"""What people notice and must be told; the others stay within the tolerance."""


@dataclass(frozen=True)
class DatedVisit:
    """One visit on one date; `instead_of` is the date whose visit it is by the calendar, None if it is its own."""

    date: date
    day: int
    bus_id: str
    start_s: int
    end_s: int
    instead_of: _Date | None = None


@dataclass(frozen=True)
class VisitChange:
    """A visit that is new (`old` is None), lost (`new` is None) or different, the gravest kind of difference first."""

    old: DatedVisit | None
    new: DatedVisit | None
    kinds: tuple[Difference, ...]

    @property
    def kind(self) -> Difference:
        """The gravest difference."""
        return self.kinds[0]

    @property
    def dates(self) -> tuple[date, ...]:
        """Dates that it concerns: the old and the new one."""
        return tuple(visit.date for visit in (self.old, self.new) if visit is not None)

    @property
    def shift_s(self) -> int:
        """Seconds by which the bus opens later (above 0) or earlier (below 0); 0 unless it comes on the same date."""
        same_date = self.old and self.new and self.old.date == self.new.date
        return self.new.start_s - self.old.start_s if self.old and self.new and same_date else 0

    @property
    def noticed(self) -> bool:
        """Whether people notice it."""
        return self.kind in NOTICED


@dataclass(frozen=True)
class PlaceChange:
    """
    A settlement for which something changes: its changed visits by date, and all visits before and after.

    ``causes``: Ids of the road changes that touch the old tours of its changed visits, in their order.
    ``usual``, ``lasting``: Visits of the old and of the new cycle, once in full, whatever periods and calendars say.
    ``for_good``: Whether these differ so that people notice; else only single dates do.
    ``until``: Last date of the period of the new plan in which people notice anything last; None if it is for good, or
        not in a period.
    """

    settlement_id: str
    hromada: str
    residents: int
    visits: tuple[VisitChange, ...]
    before: tuple[DatedVisit, ...]
    after: tuple[DatedVisit, ...]
    causes: tuple[str, ...] = ()
    usual: tuple[DatedVisit, ...] = ()
    lasting: tuple[DatedVisit, ...] = ()
    for_good: bool = False
    until: date | None = None

    @property
    def noticed(self) -> tuple[VisitChange, ...]:
        """The changed visits that people notice."""
        return tuple(visit for visit in self.visits if visit.noticed)

    @property
    def kind(self) -> Difference:
        """The gravest difference of any visit."""
        order = list(Difference)
        return min((visit.kind for visit in self.visits), key=order.index)

    @property
    def shift_s(self) -> int:
        """The largest shift of any visit that stays on its date, with its sign."""
        return max((visit.shift_s for visit in self.visits), key=abs)


@dataclass(frozen=True)
class Tally:
    """How many are concerned."""

    visits: int
    settlements: int
    residents: int


@dataclass(frozen=True)
class RoadCause:
    """What one road change has to do with it: settlements, sorted, with a changed visit in a tour that it touches."""

    change_id: str
    legs: int
    settlements: tuple[str, ...]


@dataclass(frozen=True)
class FigurePair:
    """One key figure before and after."""

    name: str
    old: float
    new: float


@dataclass(frozen=True)
class VersionPair:
    """A program that made both plans, in different versions."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class OldLeg:
    """One leg of the old plan."""

    bus_id: str
    day: int
    from_id: str
    to_id: str


@dataclass(frozen=True)
class Comparison:
    """
    What changes for whom between two plans.

    Parameters
    ----------
    first_day
        First day of the span that is compared.
    days
        Days of the span: until both timetables repeat and every period is over, unless another was asked for.
    cycle
        Cycle of the new plan, by which weeks are numbered on posters.
    holds_from
        First date on which the new plan may differ; None where it does not say so.
    holds_until
        Last date on which it does, after which the timetable of before holds again; None if it differs for good.
    repeat_weeks
        Weeks after which both cycles repeat.
    announced
        Visits of the old plan in the span.
    tolerance_s
        A visit that moves by no more than this counts as a slight change.
    places
        Settlements for which something changes, sorted by id.
    figures
        Key figures side by side; those that grow with the weeks are those of the span.
    causes
        The road changes, in their order; empty where none is known.
    versions
        Programs that made the plans in different versions, sorted by name; empty where both plans do not name them.
    second_calls
        Calls of the old and of the new plan in `repeat_weeks` at a place where a bus is on the same day already.
    """

    first_day: date
    days: int
    cycle: Cycle
    holds_from: date | None
    holds_until: date | None
    repeat_weeks: int
    announced: int
    tolerance_s: int
    places: tuple[PlaceChange, ...]
    figures: tuple[FigurePair, ...]
    causes: tuple[RoadCause, ...] = ()
    versions: tuple[VersionPair, ...] = ()
    second_calls: tuple[int, int] = (0, 0)

    @property
    def same(self) -> bool:
        """Whether nothing changes for anybody."""
        return not self.places

    @property
    def last_day(self) -> date:
        """Last day of the span."""
        return self.first_day + timedelta(days=self.days - 1)

    @property
    def weeks(self) -> int:
        """Weeks of the span, the last one perhaps only in part."""
        return math.ceil(self.days / WEEK_DAYS)

    @property
    def tallies(self) -> dict[Difference, Tally]:
        """How many are concerned by each difference that occurs."""
        return _tally(self.places)

    @property
    def hromadas(self) -> dict[str, dict[Difference, Tally]]:
        """The same for each hromada in which something changes, sorted by name."""
        names = sorted({place.hromada for place in self.places}, key=alphabet_key)
        return {name: _tally([place for place in self.places if place.hromada == name]) for name in names}

    @property
    def broken(self) -> int:
        """Announced visits that are lost or have another day, another bus, or another time beyond the tolerance."""
        return sum(visit.noticed and visit.old is not None for place in self.places for visit in place.visits)

    @property
    def told(self) -> tuple[PlaceChange, ...]:
        """Settlements that must be told."""
        return tuple(place for place in self.places if place.noticed)


def compare_plans(
    old: Plan,
    new: Plan,
    *,
    hromadas: Mapping[str, str] | None = None,
    tolerance_s: int = TOLERANCE_S,
    touched: Mapping[str, Iterable[OldLeg]] | None = None,
    span: DateSpan | None = None,
    scenarios: tuple[Scenario, Scenario] | None = None,
    shown: DateSpan | None = None,
) -> Comparison:
    """
    Compare two plans date by date.

    Parameters
    ----------
    old, new
        The plan that people know, and the plan that follows it.
    hromadas
        Municipality by settlement; None where they are not known.
    tolerance_s
        Seconds by which a visit may move and count as only slightly changed.
    touched
        Legs of the old plan that each road change touches, by id of the change in the order of the changes;
        None where that is not known.
    span
        Dates to compare; None means from the later of the two first days until both timetables repeat and every period
        is over.
    scenarios
        What the planner decides for the old and for the new plan: dates on which their calendars differ are compared
        as well, wherever they lie in a year; None where that is not known.
    shown
        Dates whose tours the key figures of both plans count; None for those of the cycles.

    Returns
    -------
    Comparison
        What changes for whom. What both calendars cancel alike is compared as if it took place, so that nobody's change
        is overlooked because of a holiday.
    """
    span = span or choose_compared(old, new)
    dates = [span.first + timedelta(days=at) for at in range((span.last - span.first).days + 1)]
    differ = _find_calendar(span.first, scenarios) if scenarios else frozenset()
    dates = sorted({*dates, *differ})
    before, after = (
        _list_visits(plan, dates, differ, scenarios[at] if scenarios else None) for at, plan in enumerate((old, new))
    )
    weeks, cycle = math.lcm(old.cycle.weeks, new.cycle.weeks), max(new.cycle, old.cycle, key=lambda one: one.weeks)
    begins = max(old.cycle.first_day, new.cycle.first_day)
    usual, lasting = (_list_repeated(plan, begins, weeks) for plan in (old, new))
    reordered = _find_reordered(before, after)
    residents = {account.settlement_id: account.population for plan in (old, new) for account in plan.accounts}
    measured = [(plan, measure_on(plan, shown)) for plan in (old, new)]
    legs = {change: tuple(some) for change, some in (touched or {}).items()}
    tours = {change: {(leg.bus_id, leg.day) for leg in some} for change, some in legs.items()}
    places = []
    for key in sorted({*before, *after}):
        mine, theirs = before.get(key, {}), after.get(key, {})
        visits = _pair_visits(mine, theirs, {day for place, day in reordered if place == key}, tolerance_s, cycle)
        if visits:
            rode = {(visit.old.bus_id, visit.old.day) for visit in visits if visit.old}
            causes = tuple(change for change, some in tours.items() if rode & some)
            ends = (tuple(mine[day] for day in sorted(mine)), tuple(theirs[day] for day in sorted(theirs)))
            hromada = (hromadas or {}).get(key, "")
            cycles = usual.get(key, {}), lasting.get(key, {})
            for_good = any(one.noticed for one in _pair_visits(*cycles, set(), tolerance_s, cycle))
            one, other = (tuple(visits_of.values()) for visits_of in cycles)
            until = None if for_good else _find_until(visits, new)
            place = PlaceChange(key, hromada, residents.get(key, 0), visits, *ends, causes, one, other, for_good, until)
            places.append(place)
    return Comparison(
        first_day=span.first,
        days=(span.last - span.first).days + 1,
        cycle=new.cycle,
        holds_from=new.holds_from,
        holds_until=_find_end(old, new, (visit for place in places for visit in place.visits)),
        repeat_weeks=weeks,
        announced=sum(map(len, before.values())),
        tolerance_s=tolerance_s,
        places=tuple(places),
        figures=tuple(
            FigurePair(name, *(_scale(figures.get(name, 0), plan, name, weeks) for plan, figures in measured))
            for name in FIGURES
            if name in COMPARED
        ),
        causes=tuple(
            RoadCause(change, len(some), tuple(p.settlement_id for p in places if change in p.causes))
            for change, some in legs.items()
        ),
        versions=_pair_versions(old, new),
    )


def choose_compared(old: Plan, new: Plan) -> DateSpan:
    """Choose the dates to compare: until both timetables repeat and every period is over."""
    first = max(old.cycle.first_day, new.cycle.first_day)
    weeks = math.lcm(old.cycle.weeks, new.cycle.weeks)
    last = first + timedelta(days=weeks * WEEK_DAYS - 1)
    over = [period.last for plan in (old, new) for period in plan.periods]
    if over and max(over) >= first:
        # What holds after the last period is seen once in full.
        last = max(over) + timedelta(days=weeks * WEEK_DAYS)
    return DateSpan(first, last)


def choose_told(old: Plan, new: Plan, begins: date, scenarios: tuple[Scenario, Scenario]) -> DateSpan:
    """
    Choose the dates to tell of where a plan follows another one on a date.

    Parameters
    ----------
    old, new
        The plan that people know, and the plan that follows it.
    begins
        First date on which anything differs.
    scenarios
        What the planner decides for the old and for the new plan.

    Returns
    -------
    DateSpan
        From there until the timetable of before holds again; where it never does, until what holds for good was seen
        once in full, and until everything is over that was announced for a time.
    """
    last = compare_plans(old, new, scenarios=scenarios).holds_until
    if last is None:
        over, before = ([period.last for period in plan.periods] for plan in (new, old))
        settled = max([begins, *(day + timedelta(days=1) for day in over)])
        last = max([settled + timedelta(days=new.cycle.weeks * WEEK_DAYS - 1), *before])
    return DateSpan(min(begins, last), last)


def _find_end(old: Plan, new: Plan, changed: Iterable[VisitChange]) -> date | None:
    """Last date on which a new plan differs for a time; None if it differs for good, or what was for a time ends."""
    ends = old.periods and not new.periods
    if ends or _list_cycle(old, new.cycle) != _list_cycle(new, new.cycle):
        return None
    over = [period.last for period in new.periods]
    # Where the cycle is the same, what differs without a period is the calendar of single dates.
    over += [day for change in changed for day in change.dates]
    return max(over, default=None)


def _list_cycle(plan: Plan, cycle: Cycle) -> set[tuple[str, str, int, int, int]]:
    """Calls of the cycle of a plan: settlement, bus, day of another cycle, times; for ever the same if weeks differ."""
    offset, length = (cycle.first_day - plan.cycle.first_day).days, plan.cycle.weeks * WEEK_DAYS
    repeats = range(0, math.lcm(plan.cycle.weeks, cycle.weeks) * WEEK_DAYS, length)
    whole = math.lcm(plan.cycle.weeks, cycle.weeks) * WEEK_DAYS
    return {
        (call.settlement_id, tour.bus_id, (tour.day + again - offset) % whole, call.start_s, call.end_s)
        for tour in plan.tours
        for call in tour.calls
        for again in repeats
    }


def _pair_versions(old: Plan, new: Plan) -> tuple[VersionPair, ...]:
    """Programs that both plans name, in different versions; libraries that only write papers change no plan."""
    sides = []
    for plan in (old, new):
        named = {name: plan.provenance.libraries.get(name) for name in PLAN_LIBRARIES}
        sides.append({PROGRAM: plan.provenance.version, **named})
    before, after = sides
    pairs = ((name, before[name], after[name]) for name in sorted(before))
    return tuple(VersionPair(name, one, other) for name, one, other in pairs if one and other and one != other)


def _find_calendar(first: date, scenarios: tuple[Scenario, Scenario]) -> frozenset[date]:
    """Dates of a year of which the calendars of two scenarios, or the days off of their buses, say something else."""
    last = first + timedelta(days=YEAR_DAYS - 1)
    old, new = (set(_list_special(scenario, first, last)) for scenario in scenarios)
    return frozenset(day for day, _ in old ^ new if first <= day <= last)


def _list_special(scenario: Scenario, first: date, last: date) -> Iterator[tuple[date, object]]:
    """What a calendar says of single dates, and the buses that stay in the depot on them."""
    calendar = scenario.calendar
    for span in (*calendar.no_service, *calendar.school_terms):
        days = (min(last, span.last) - max(first, span.first)).days + 1
        kind = "no service" if span in calendar.no_service else "term"
        yield from ((max(first, span.first) + timedelta(days=at), kind) for at in range(days))
    yield from ((holiday.day, "holiday") for holiday in list_holidays(calendar.holidays, first, last))
    for extra in calendar.extra_service:
        yield extra.day, ("extra", extra.instead_of)
        if extra.instead_of is not None:
            yield extra.instead_of, ("moved", extra.day)
    yield from ((day, bus.bus_id) for bus in scenario.buses for day in bus.days_off)


def _list_visits(
    plan: Plan, dates: Sequence[date], judged: frozenset[date], scenario: Scenario | None
) -> dict[str, dict[date, DatedVisit]]:
    """Visits on some dates by settlement and date; on those that are judged, only as far as the calendar has them."""
    found: dict[str, dict[date, DatedVisit]] = {}
    for when in dates:
        if scenario is not None and when in judged:
            driven = [one for one in service_dates(plan, scenario, when, when) if one.driven]
            tours = [(one.tour, frozenset(one.skipped), one.instead_of) for one in driven]
        else:
            tours = [(tour, frozenset(), None) for tour in tours_of(plan, when)]
        for tour, skipped, instead_of in tours:
            for call in tour.calls:
                if call.settlement_id not in skipped:
                    visit = DatedVisit(when, tour.day, tour.bus_id, call.start_s, call.end_s, instead_of)
                    found.setdefault(call.settlement_id, {})[when] = visit
    return found


def _list_repeated(plan: Plan, begins: date, weeks: int) -> dict[str, dict[date, DatedVisit]]:
    """Visits of the cycle of a plan for some weeks, without its periods."""
    dates = [begins + timedelta(days=at) for at in range(weeks * WEEK_DAYS)]
    return _list_visits(replace(plan, periods=()), dates, frozenset(), None)


def _find_until(visits: Iterable[VisitChange], new: Plan) -> date | None:
    """Last date of the period of a plan in which people notice anything last."""
    dates = [day for change in visits if change.noticed for day in change.dates]
    period = find_period(new, max(dates)) if dates else None
    return period.last if period else None


def _find_reordered(
    before: Mapping[str, Mapping[date, DatedVisit]], after: Mapping[str, Mapping[date, DatedVisit]]
) -> set[tuple[str, date]]:
    """Settlements and dates whose order among the visits that stay on the same bus and date has changed."""
    stays: dict[tuple[date, str], list[tuple[int, int, str]]] = {}
    for key in sorted(before.keys() & after.keys()):
        for when in sorted(before[key].keys() & after[key].keys()):
            old, new = before[key][when], after[key][when]
            if old.bus_id == new.bus_id:
                stays.setdefault((when, old.bus_id), []).append((old.start_s, new.start_s, key))
    return {
        (key, when)
        for (when, _), visits in stays.items()
        for key in find_reordered(_by_time(visits, 0), _by_time(visits, 1))
    }


def _by_time(visits: Sequence[tuple[int, int, str]], at: int) -> list[str]:
    """Settlements in the order of the old (0) or new (1) times."""
    return [key for _, key in sorted((visit[at], visit[2]) for visit in visits)]


def _pair_visits(
    old: Mapping[date, DatedVisit],
    new: Mapping[date, DatedVisit],
    reordered: set[date],
    tolerance_s: int,
    cycle: Cycle,
) -> tuple[VisitChange, ...]:
    """Changed visits of one settlement: those of one date belong together, then those that move to another date."""
    kept = sorted(day for day in old if day in new)
    gone = [old[day] for day in sorted(old) if day not in new]
    come = [new[day] for day in sorted(new) if day not in old]
    moved = _pair_moved(gone, come, kept, cycle)
    ends = [{visit.date for visit in side} for side in zip(*moved, strict=True)] or [set(), set()]
    pairs: list[tuple[DatedVisit | None, DatedVisit | None]] = [*((old[day], new[day]) for day in kept), *moved]
    pairs += [(visit, None) for visit in gone if visit.date not in ends[0]]
    pairs += [(None, visit) for visit in come if visit.date not in ends[1]]
    changes = [VisitChange(*pair, kinds) for pair in pairs if (kinds := _find_kinds(*pair, reordered, tolerance_s))]
    return tuple(sorted(changes, key=lambda change: [v.date for v in (change.old, change.new) if v]))


class _Bond(IntEnum):
    """Why a visit that is gone and one that comes are one visit that moves, the best reason first."""

    CALENDAR = 0
    WEEK = 1
    NEAR = 2
    CYCLE = 3


def _pair_moved(
    gone: Sequence[DatedVisit], come: Sequence[DatedVisit], kept: Sequence[date], cycle: Cycle
) -> list[tuple[DatedVisit, DatedVisit]]:
    """
    Pair visits that are gone with those that come instead, each at most once, the nearest of one bond first.

    Who reads that the bus does not come on a date reads in the same sentence when it comes instead; what lies farther
    apart is no visit that moves, but one that is lost and another one.
    """
    bonds = [
        (bond, abs((other.date - one.date).days), at, to)
        for at, one in enumerate(gone)
        for to, other in enumerate(come)
        if (bond := _find_bond(one, other, kept, cycle)) is not None
    ]
    chosen: dict[_Bond, list[tuple[int, int]]] = {}
    left, free = set(range(len(gone))), set(range(len(come)))
    for bond, _, at, to in sorted(bonds):
        if at in left and to in free:
            left.remove(at)
            free.remove(to)
            chosen.setdefault(bond, []).append((at, to))
    pairs = []
    for bond, some in chosen.items():
        # Put in order none overtakes another, and no distance is longer than the longest was.
        ends = some if bond is _Bond.CALENDAR else zip(*map(sorted, zip(*some, strict=True)), strict=True)
        pairs += [(gone[at], come[to]) for at, to in ends]
    return pairs


def _find_bond(old: DatedVisit, new: DatedVisit, kept: Sequence[date], cycle: Cycle) -> _Bond | None:
    """Why two visits of different dates are one that moves; None if they are two."""
    if (old.instead_of or old.date) == (new.instead_of or new.date):
        return _Bond.CALENDAR
    days, apart = cycle.weeks * WEEK_DAYS, abs((new.date - old.date).days)
    if apart >= max(days, WEEK_DAYS):
        return None  # at once, for most pairs of a long time
    one, other = ((visit.date - cycle.first_day).days for visit in (old, new))
    if one // WEEK_DAYS == other // WEEK_DAYS:
        return _Bond.WEEK
    if apart <= days // 2:
        return _Bond.NEAR
    between = bisect_left(kept, max(old.date, new.date)) - bisect_left(kept, min(old.date, new.date))
    return _Bond.CYCLE if one // days == other // days and not between else None


def _find_kinds(
    old: DatedVisit | None, new: DatedVisit | None, reordered: set[date], tolerance_s: int
) -> tuple[Difference, ...]:
    """What is different about a visit, the gravest first."""
    if old is None or new is None:
        return (Difference.NEW if old is None else Difference.LOST,)
    moved_s = max(abs(new.start_s - old.start_s), abs(new.end_s - old.end_s))
    same_day = old.date == new.date
    facts = {
        Difference.DAY: not same_day,
        Difference.BUS: old.bus_id != new.bus_id,
        Difference.TIME: moved_s > tolerance_s,
        Difference.ORDER: same_day and old.date in reordered,
        Difference.SLIGHT: 0 < moved_s <= tolerance_s,
    }
    return tuple(kind for kind, true in facts.items() if true)


def _tally(places: Iterable[PlaceChange]) -> dict[Difference, Tally]:
    """How many are concerned by each difference that occurs."""
    some = list(places)
    found = {}
    for kind in Difference:
        visits = sum(visit.kind is kind for place in some for visit in place.visits)
        gravest = [place for place in some if place.kind is kind]
        if visits:
            found[kind] = Tally(visits, len(gravest), sum(place.residents for place in gravest))
    return found


def _scale(value: float, plan: Plan, name: str, weeks: int) -> float:
    """Key figure of a plan for a span of weeks."""
    return value * (weeks // plan.cycle.weeks) if name in PER_CYCLE else value
