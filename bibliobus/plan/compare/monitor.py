"""Monitoring: visits that were made against those that were announced, weak stops, and real driving times."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bibliobus.plan.dates import service_dates
from bibliobus.plan.plan import Call, Leg, Pause
from bibliobus.words.language import MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date

    from bibliobus.domain.scenario import Scenario
    from bibliobus.inputs.visit_log import LoggedVisit
    from bibliobus.plan.measure.coverage import Access
    from bibliobus.plan.plan import Plan, Tour

LATE_S: Final = 10 * MINUTE_S
"""A bus that comes later than announced by more than this is late; two steps of a timetable on five minutes."""

FEWEST_LEGS: Final = 5
"""Fewer drives do not make a factor."""

FEWEST_VISITS: Final = 3
"""A stop with fewer counted visits is not called weak."""


class VisitOutcome(StrEnum):
    """What became of an announced visit."""

    KEPT = "kept"
    LATE = "late"
    MISSED = "missed"


@dataclass(frozen=True)
class JudgedVisit:
    """
    One announced visit and what became of it.

    ``late_s``: Seconds by which it came later; None if it was missed or nobody noted when it came.
    ``readers``, ``loans``: People who came and items lent; None if nobody counted.
    """

    day: date
    settlement_id: str
    bus_id: str
    planned_s: int
    outcome: VisitOutcome
    late_s: int | None
    readers: int | None
    loans: int | None


@dataclass(frozen=True)
class StopRecord:
    """
    What became of all announced visits of one stop.

    ``mean_readers``: People a counted visit, two decimals; None if nobody counted.
    ``weak``: True if that is not more than the norm wants.
    ``protected``: True if no library and no other stop is near: readers have nothing else.
    """

    settlement_id: str
    announced: int
    kept: int
    late: int
    missed: int
    readers: int
    loans: int
    mean_readers: float | None
    weak: bool
    protected: bool


@dataclass(frozen=True)
class DrivingFactor:
    """Median of real over planned driving time without reserve; `kind` is the class of most of the road, or empty."""

    kind: str
    legs: int
    factor: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Record:
    """
    A plan against its log.

    Parameters
    ----------
    first, last
        First and last date of the log.
    visits
        Announced visits in the order of date and bus.
    unplanned
        Rows of the log that no announced visit explains, in order.
    stops
        One for each stop with an announced visit, sorted by id.
    factors
        All drives together, then by class of road; only where enough of them are known.
    """

    first: date
    last: date
    visits: tuple[JudgedVisit, ...]
    unplanned: tuple[LoggedVisit, ...]
    stops: tuple[StopRecord, ...]
    factors: tuple[DrivingFactor, ...]

    def count(self, outcome: VisitOutcome) -> int:
        """
        Count the visits with an outcome.

        Parameters
        ----------
        outcome
            Kept, late or missed.

        Returns
        -------
        int
            How many.
        """
        return sum(visit.outcome is outcome for visit in self.visits)


def judge_log(
    plan: Plan,
    scenario: Scenario,
    log: Sequence[LoggedVisit],
    access: Mapping[str, Access],
    *,
    fewest_readers: float,
    find_kind: Callable[[str, str, str], str] = lambda bus, start, end: "",
) -> Record:
    """
    Hold a log against the plan that was announced.

    Parameters
    ----------
    plan
        The plan.
    scenario
        What the planner decides; its calendar says on which dates the bus was not to come.
    log
        Visits that were made, at least one; dates from the first to the last of them are judged.
    access
        Access of every settlement, by id.
    fewest_readers
        A stop with no more readers a visit on average is weak.
    find_kind
        Tells the class of most of the road of a bus between two places.

    Returns
    -------
    Record
        Every announced visit with its outcome, stops, and real driving times.
    """
    first, last = min(visit.day for visit in log), max(visit.day for visit in log)
    free = {(visit.day, visit.settlement_id, visit.bus_id): visit for visit in log}
    visits: list[JudgedVisit] = []
    ratios: list[tuple[str, float]] = []
    for service in service_dates(plan, scenario, first, last):
        if not service.driven:
            continue
        made: dict[str, LoggedVisit] = {}
        for call in service.tour.calls:
            if call.settlement_id in service.skipped:
                continue
            logged = _take(free, service.day, call.settlement_id, service.tour.bus_id)
            visits.append(_judge(service.day, service.tour.bus_id, call, logged))
            if logged is not None:
                made[call.settlement_id] = logged
        ratios += _compare_drives(service.tour, made, find_kind)
    radius_m = scenario.rules.library_radius_m
    stops = _record_stops(visits, access, fewest_readers, radius_m)
    unplanned = sorted(free.values(), key=lambda visit: visit.row)
    return Record(first, last, tuple(visits), tuple(unplanned), stops, _find_factors(ratios))


def _take(
    free: dict[tuple[date, str, str], LoggedVisit], day: date, settlement_id: str, bus_id: str
) -> LoggedVisit | None:
    """Row of the log for a visit: of that bus, or of a bus that nobody noted."""
    for bus in (bus_id, ""):
        if (day, settlement_id, bus) in free:
            return free.pop((day, settlement_id, bus))
    return None


def _judge(day: date, bus_id: str, call: Call, logged: LoggedVisit | None) -> JudgedVisit:
    """One announced visit with what became of it."""
    if logged is None:
        return JudgedVisit(day, call.settlement_id, bus_id, call.start_s, VisitOutcome.MISSED, None, None, None)
    late_s = None if logged.arrival_s is None else logged.arrival_s - call.start_s
    outcome = VisitOutcome.LATE if late_s is not None and late_s > LATE_S else VisitOutcome.KEPT
    return JudgedVisit(day, call.settlement_id, bus_id, call.start_s, outcome, late_s, logged.readers, logged.loans)


def _compare_drives(
    tour: Tour, made: Mapping[str, LoggedVisit], find_kind: Callable[[str, str, str], str]
) -> Iterator[tuple[str, float]]:
    """Class of road, and real over planned time, of each drive between two visits whose times were noted."""
    for before, leg, after in zip(tour.rows, tour.rows[1:], tour.rows[2:], strict=False):
        # A meal break on the way would count as driving.
        if not isinstance(leg, Leg) or isinstance(before, Pause) or isinstance(after, Pause) or not leg.driving_s:
            continue
        start, end = made.get(leg.from_id), made.get(leg.to_id)
        if start is None or end is None or start.departure_s is None or end.arrival_s is None:
            continue
        if end.arrival_s > start.departure_s:
            ratio = (end.arrival_s - start.departure_s) / leg.driving_s
            yield find_kind(tour.bus_id, leg.from_id, leg.to_id), ratio


def _record_stops(
    visits: Sequence[JudgedVisit], access: Mapping[str, Access], fewest_readers: float, radius_m: int
) -> tuple[StopRecord, ...]:
    """Record of every stop."""
    by_stop: dict[str, list[JudgedVisit]] = {}
    for visit in visits:
        by_stop.setdefault(visit.settlement_id, []).append(visit)
    return tuple(
        _record_stop(by_stop[settlement_id], access[settlement_id], fewest_readers, radius_m)
        for settlement_id in sorted(by_stop)
    )


def _record_stop(visits: Sequence[JudgedVisit], access: Access, fewest_readers: float, radius_m: int) -> StopRecord:
    """Record of one stop."""
    counted = [visit.readers for visit in visits if visit.readers is not None]
    mean = round(sum(counted) / len(counted), 2) if counted else None
    others = (access.library, access.other_stop)
    outcomes = [visit.outcome for visit in visits]
    return StopRecord(
        settlement_id=access.settlement_id,
        announced=len(visits),
        kept=outcomes.count(VisitOutcome.KEPT),
        late=outcomes.count(VisitOutcome.LATE),
        missed=outcomes.count(VisitOutcome.MISSED),
        readers=sum(counted),
        loans=sum(visit.loans or 0 for visit in visits),
        mean_readers=mean,
        weak=mean is not None and len(counted) >= FEWEST_VISITS and mean <= fewest_readers,
        protected=all(way is None or way.length_m > radius_m for way in others),
    )


def _find_factors(ratios: Sequence[tuple[str, float]]) -> tuple[DrivingFactor, ...]:
    """Factor of all drives and of each class of road that enough of them were on."""
    groups: dict[str, list[float]] = {"": [ratio for _, ratio in ratios]}
    for kind, ratio in ratios:
        if kind:
            groups.setdefault(kind, []).append(ratio)
    return tuple(_find_factor(kind, groups[kind]) for kind in sorted(groups) if len(groups[kind]) >= FEWEST_LEGS)


def _find_factor(kind: str, values: Sequence[float]) -> DrivingFactor:
    """Median and quartiles, which do not mind single drives that went wrong (Huber 1981)."""
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return DrivingFactor(kind, len(values), round(median, 3), round(lower, 3), round(upper, 3))
