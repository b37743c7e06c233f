"""From a plan and its cancelled tours to dates and buses that could stand in, and from stand-ins back to tours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.domain.roads import ChangeKind
from bibliobus.model.area import build_windows
from bibliobus.model.problem import ProblemVisit, price_tour
from bibliobus.network.changes.resolve import select_changes
from bibliobus.plan.build import build_tour
from bibliobus.plan.compare.compare import DatedVisit
from bibliobus.plan.dates import day_of, service_dates, tours_of
from bibliobus.plan.measure.figures import work_of
from bibliobus.plan.plan import Tour
from bibliobus.solve.repair.stand_in import Missed, Slot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bibliobus.demand.visits import Visit
    from bibliobus.domain.fleet import Bus
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.dates import ServiceDate
    from bibliobus.plan.plan import Call, Plan
    from bibliobus.solve.repair.stand_in import Takeover

YEAR: Final = timedelta(days=366)
"""So far ahead the next visit is looked for."""
WAITING_PEOPLE: Final = 500
"""The price of waiting in the scenario is that of so many residents."""
HUNDREDTHS: Final = 100
_MILD: Final = (ChangeKind.CLOSED, ChangeKind.DANGER_AREA, ChangeKind.WEIGHT_LIMIT, ChangeKind.HEIGHT_LIMIT)
"""Where such a change is over, the drives that were planned with it can be driven all the same."""


@dataclass(frozen=True)
class MissedVisit:
    """
    A visit of a cancelled tour.

    ``old``: The visit as it was announced.
    ``until``: Date of the next visit that was announced there, cancelled or not; None if there is none within a year.
    ``following``: The next visit by the timetable that takes place; None if there is none within a year.
    ``people``: Residents.
    """

    settlement_id: str
    old: DatedVisit
    until: date | None
    following: DatedVisit | None
    people: int


class Surroundings:
    """A plan on its dates from the first cancelled tour on: what is driven, what is not, and who could stand in."""

    def __init__(self, plan: Plan, prepared: PreparedArea, cancelled: frozenset[tuple[str, date]], first: date) -> None:
        """Take the plan and its cancelled tours by bus and date, none before the first date."""
        self.plan, self.prepared, self.first = plan, prepared, first
        self.scenario = prepared.dataset.scenario
        self.cycle_days = plan.cycle.weeks * WEEK_DAYS
        services = service_dates(plan, self.scenario, first, first + YEAR)
        self.driven = tuple(one for one in services if one.driven)
        self.cancelled = tuple(one for one in self.driven if (one.tour.bus_id, one.day) in cancelled)
        self.off = cancelled
        self._windows: dict[tuple[str, date], tuple[tuple[tuple[int, int], ...], ...]] = {}

    @cached_property
    def visits(self) -> Mapping[str, Visit]:
        """Settlements to be served, by id."""
        return {visit.settlement_id: visit for visit in self.prepared.demand.visits}

    @cached_property
    def missed(self) -> tuple[MissedVisit, ...]:
        """Visits of the cancelled tours by date, bus and time; none where school is out."""
        calls: dict[str, list[tuple[ServiceDate, Call]]] = {}
        for one in self.driven:
            for call in one.tour.calls:
                if call.settlement_id not in one.skipped:
                    calls.setdefault(call.settlement_id, []).append((one, call))
        return tuple(
            self._miss(one, call, [later for later in calls[call.settlement_id] if later[0].day > one.day])
            for one in self.cancelled
            for call in one.tour.calls
            if call.settlement_id not in one.skipped
        )

    def _miss(self, one: ServiceDate, call: Call, later: Sequence[tuple[ServiceDate, Call]]) -> MissedVisit:
        """A missed visit and those that were announced after it."""
        held = [visit for visit in later if visit[0] not in self.cancelled]
        people = {account.settlement_id: account.population for account in self.plan.accounts}
        return MissedVisit(
            call.settlement_id,
            self.date_call(one, call),
            later[0][0].day if later else None,
            self.date_call(*held[0]) if held else None,
            people.get(call.settlement_id, 0),
        )

    def date_call(self, one: ServiceDate, call: Call) -> DatedVisit:
        """A call on its date."""
        return DatedVisit(one.day, one.tour.day, one.tour.bus_id, call.start_s, call.end_s)

    def weigh_missed(self) -> tuple[Missed, ...]:
        """What the search needs to know of the missed visits."""
        price = self.scenario.promises.wait * HUNDREDTHS / WAITING_PEOPLE
        tours = list(dict.fromkeys((one.old.date, one.old.bus_id) for one in self.missed))
        return tuple(
            Missed(
                one.old.date,
                one.until or self._last(one),
                round(price * one.people),
                tours.index((one.old.date, one.old.bus_id)),
            )
            for one in self.missed
        )

    def list_slots(self) -> tuple[Slot, ...]:
        """Buses that are in service, with a tour or without, on dates on which some missed visit may be replaced."""
        if not self.missed:
            return ()
        last = max(map(self._last, self.missed))
        dates = [self.first + timedelta(days=at) for at in range((last - self.first).days)]
        serving = self._list_serving(last)
        slots = (
            self._make_slot(day, number, bus)
            for day in dates
            if self._knows_roads(day)
            for number, bus in enumerate(self.scenario.buses)
            if (day, bus.bus_id) in serving and (bus.bus_id, day) not in self.off and bus.stands_in_on(day)
        )
        return tuple(slot for slot in slots if slot is not None)

    def _last(self, one: MissedVisit) -> date:
        """Date before which a visit is replaced, if at all: the next one that was announced, a cycle later at most."""
        latest = one.old.date + timedelta(days=self.cycle_days)
        return min(one.until or latest, latest)

    def _list_serving(self, last: date) -> set[tuple[date, str]]:
        """Dates and buses of which the calendar does not say that they stay in the depot, or drive other tours."""
        tours = tuple(Tour(bus.bus_id, day, ()) for bus in self.scenario.buses for day in range(self.cycle_days))
        every = replace(self.plan, tours=tours, periods=())
        own = service_dates(every, self.scenario, self.first, last)
        moved = {(one.day, one.tour.bus_id) for one in self.driven if one.instead_of is not None}
        return {(one.day, one.tour.bus_id) for one in own if one.driven and one.instead_of is None} - moved

    def _knows_roads(self, day: date) -> bool:
        """Whether the drives of the plan hold on a date: nothing new has changed on the roads, and nothing is over."""
        changes, on = self.prepared.dataset.changes, self.prepared.dataset.roads_on
        first, last = self.plan.cycle.first_day, self.plan.cycle.date_of(self.cycle_days - 1)
        applied, _ = select_changes(changes, on or first, on or last)
        new = any(change.covers(day, day) and change not in applied for change in changes)
        return not new and all(change.covers(day, day) or change.kind in _MILD for change in applied)

    def _make_slot(self, day: date, number: int, bus: Bus) -> Slot | None:
        """A bus on a date with room for what it may take over; None if nothing."""
        room = {
            at: visit
            for at, one in enumerate(self.missed)
            if one.old.date <= day < self._last(one) and (visit := self._make_room(one, day, bus)) is not None
        }
        if not room:
            return None
        wished = {at: self.missed[at].old.start_s for at in room if self.missed[at].old.date == day}
        tour = next((one for one in tours_of(self.plan, day) if one.bus_id == bus.bus_id), None)
        if tour is None:
            return Slot(day, number, (), (), 0, 0, 0, room, wished)
        calls = tuple(self._keep_call(call, day) for call in tour.calls)
        length_m, work_s = sum(leg.length_m for leg in tour.legs), work_of(tour)
        cost = price_tour(self.prepared.problem, number, work_s, length_m)
        starts = tuple(call.start_s for call in tour.calls)
        return Slot(day, number, calls, starts, cost, work_s, length_m, room, wished)

    def _keep_call(self, call: Call, day: date) -> ProblemVisit:
        """An announced call that stays in its tour, as long as it is."""
        visit, stay = self.visits.get(call.settlement_id), (call.start_s, call.end_s)
        spans = (stay,) if visit is None else self._list_spans(visit, day)
        # A stay that was lengthened by hand may be longer than what a locked time leaves room for.
        fits = any(start <= stay[0] and stay[1] <= end for start, end in spans)
        lock = visit.lock if visit else None
        return ProblemVisit(
            place=self._rows[call.settlement_id],
            dwell_s=call.end_s - call.start_s,
            reward=0,
            patterns=(),
            windows=(spans if fits else (stay,),),
            buses=(),
            load=visit.load if visit else 0,
            position=lock.position if lock else None,
        )

    def _make_room(self, one: MissedVisit, day: date, bus: Bus) -> ProblemVisit | None:
        """A missed visit as a bus may serve it on a date, free of its lock; None if that may not be."""
        visit = self.visits.get(one.settlement_id)
        stay = (one.old.start_s, one.old.end_s)
        if visit is None:
            # Nothing is known of a stop that needs no bus but what was announced.
            spans: tuple[tuple[int, int], ...] = (stay,)
        elif set(visit.needs) <= set(bus.features) and self._may_come(one.settlement_id, day):
            spans = self._list_spans(replace(visit, lock=None), day)
        else:
            return None
        dwell_s = visit.dwell_s if visit else stay[1] - stay[0]
        if day == one.old.date:
            # Who comes at the announced time finds the bus there, or still to come.
            earliest_s = stay[0] - self.scenario.promises.tolerance_s
            spans = tuple((max(start, earliest_s), end) for start, end in spans)
        spans = tuple((start, end) for start, end in spans if start + dwell_s <= end)
        place, load = self._rows[one.settlement_id], visit.load if visit else 0
        return ProblemVisit(place, dwell_s, 0, (), (spans,), (), load) if spans else None

    def _may_come(self, settlement_id: str, day: date) -> bool:
        """Whether the planner's wishes allow a visit on a date."""
        wish = next((wish for wish in self.scenario.stops if wish.settlement_id == settlement_id), None)
        if wish is None:
            return True
        terms = self.scenario.calendar.school_terms
        school = not (wish.school_terms_only and terms) or any(day in term for term in terms)
        allowed = set(wish.weekdays or range(WEEK_DAYS)) - set(wish.forbidden_weekdays)
        return school and day.weekday() in allowed

    def _list_spans(self, visit: Visit, day: date) -> tuple[tuple[int, int], ...]:
        """Windows of a visit on a date, with the rules that hold on just this one."""
        at = day_of(self.plan.cycle, day)
        first = day - timedelta(days=at)
        key = (f"{visit.settlement_id}/{visit.lock is None}", first)
        if key not in self._windows:
            cycle = replace(self.plan.cycle, first_day=first)
            self._windows[key] = build_windows(visit, replace(self.scenario, cycle=cycle))
        return self._windows[key][at]

    @cached_property
    def _rows(self) -> Mapping[str, int]:
        """Row of each place in the matrices."""
        return {place: row for row, place in enumerate(self.prepared.matrices[0].place_ids)}

    def make_tour(self, takeover: Takeover) -> Tour:
        """Tour of a stand-in, on its day of the cycle."""
        problem = replace(self.prepared.problem, visits=takeover.visits)
        tour = build_tour(replace(self.prepared, problem=problem), takeover.timing.tour)
        return replace(tour, day=day_of(self.plan.cycle, takeover.slot.day))

    def list_dated_tours(self, takeovers: Sequence[Takeover]) -> dict[date, tuple[Tour, ...]]:
        """All tours of each date on which one is cancelled or stands in."""
        dated: dict[date, dict[str, Tour]] = {}

        def of(day: date) -> dict[str, Tour]:
            return dated.setdefault(day, {tour.bus_id: tour for tour in tours_of(self.plan, day)})

        for one in self.cancelled:
            of(one.instead_of or one.day).pop(one.tour.bus_id)
        for takeover in takeovers:
            tour = self.make_tour(takeover)
            of(takeover.slot.day)[tour.bus_id] = tour
        return {day: tuple(tours[bus] for bus in sorted(tours)) for day, tours in sorted(dated.items())}
