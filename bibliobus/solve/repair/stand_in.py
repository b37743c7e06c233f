"""Stand-ins: which bus, on which of the next dates, takes over cancelled visits; all of them are weighed together."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bibliobus.solve.solver import build_cp_solver
from bibliobus.solve.times.schedule import Scheduler

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from bibliobus.model.problem import Problem, ProblemVisit
    from bibliobus.solve.times.schedule import Timing

ALL_PLACES: Final = 6
"""Up to so many visits for a tour, a further one is tried at each of its places; of more, at the shortest ways only."""
FEW_PLACES: Final = 2
MOST_SETS: Final = 20
"""Sets of as many visits each that are followed for one tour: the best ones. Six visits have no more of any size."""
MOST_WORK: Final = 20.0
"""Work of the choice between all sets, in the measure of OR-Tools that is the same on every machine."""
MOST_OTHERS: Final = 3
"""Further dates that are told for a visit."""


@dataclass(frozen=True)
class Missed:
    """
    One cancelled visit.

    ``day``: Date on which it was announced.
    ``until``: Date of the next visit that was announced there; so long the residents wait if there is no replacement.
    ``wait``: Price of a day of waiting in hundredths of a minute.
    ``tour``: Number of the cancelled tour; visits of one tour follow each other as it would have called at them.
    """

    day: date
    until: date
    wait: int
    tour: int = 0

    def price(self, day: date) -> int:
        """Price of the waiting until a date."""
        return self.wait * (day - self.day).days


@dataclass(frozen=True)
class Slot:
    """
    One bus on one date, with the tour that it has or without any.

    ``calls``: Announced visits of its tour in their order, with the windows of this one day.
    ``starts``: Announced opening of each.
    ``cost``, ``work_s``, ``length_m``: Price, paid time and way of that tour as it was announced.
    ``room``: Cancelled visits that the bus may serve on this date by their numbers, with the windows of this one day.
    ``wished``: Announced opening of those of them that were announced on this very date.
    """

    day: date
    bus: int
    calls: tuple[ProblemVisit, ...]
    starts: tuple[int, ...]
    cost: int
    work_s: int
    length_m: int
    room: Mapping[int, ProblemVisit]
    wished: Mapping[int, int] = field(default_factory=dict)

    def visit(self, call: int) -> ProblemVisit:
        """Announced visit, or a cancelled one: those have numbers below 0."""
        return self.calls[call] if call >= 0 else self.room[~call]


@dataclass(frozen=True)
class Takeover:
    """
    A tour that takes cancelled visits over.

    ``order``: Its calls: 0 or more is an announced visit of the slot, below 0 the complement of a cancelled one.
    ``price``: What it costs more than the announced tour, in hundredths of a minute: driving, and others that move.
    """

    slot: Slot
    order: tuple[int, ...]
    timing: Timing
    price: int

    @property
    def taken(self) -> tuple[int, ...]:
        """Numbers of the cancelled visits, sorted."""
        return tuple(sorted(~call for call in self.order if call < 0))

    @property
    def rank(self) -> tuple[int, tuple[int, ...]]:
        """The cheapest is the best; of equals the one that keeps the announced order."""
        return self.price, tuple(max(call, ~call) for call in self.order)

    @property
    def visits(self) -> tuple[ProblemVisit, ...]:
        """Visits in the order of the tour."""
        return tuple(self.slot.visit(call) for call in self.order)


class WhyNot(StrEnum):
    """Why a cancelled visit has no replacement."""

    NO_BUS = "no-bus"
    FULL = "full"
    OTHERS = "others"
    DEAR = "dear"


@dataclass(frozen=True)
class Offer:
    """
    What a cancelled visit is offered.

    ``chosen``: The tour that takes it over; None if there is none.
    ``without``: That tour without this visit; None if no other cancelled one is in it.
    ``others``: Tours that could take it over instead, all else as chosen, by date; at most `MOST_OTHERS`, each with
        the tour as it would be without.
    ``why_not``: Why it is not replaced; None if it is.
    """

    chosen: Takeover | None
    without: Takeover | None
    others: tuple[tuple[Takeover, Takeover | None], ...]
    why_not: WhyNot | None


@dataclass(frozen=True)
class StandIns:
    """
    The cheapest replacement of all cancelled visits.

    ``takeovers``: Tours that take visits over, by date and bus.
    ``offers``: One for each cancelled visit.
    ``whole``: True if every set of visits was weighed for every tour, so that no choice of dates is cheaper.
    """

    takeovers: tuple[Takeover, ...]
    offers: tuple[Offer, ...]
    whole: bool


class StandInSearch:
    """
    Finds stand-ins for cancelled visits.

    For every slot the sets of visits that fit are timed exactly, with every announced visit of its tour within the
    tolerance; then one choice of sets is made for all slots at once, which costs least: waiting of the residents and
    what is driven and moved for it.
    """

    def __init__(
        self, problem: Problem, missed: Sequence[Missed], *, tolerance_s: int, moved: int, seed: int = 1
    ) -> None:
        """
        Take what is the same for all slots.

        ``problem``: Its legs, buses and costs count; its visits and days do not.
        ``moved``: Price of an announced visit that moves within the tolerance.
        """
        self.problem = replace(problem, days=1, buses=tuple(replace(crew, days=(0,)) for crew in problem.buses))
        self.missed = tuple(missed)
        self.tolerance_s, self.moved, self.seed = tolerance_s, moved, seed
        self._legs = [matrix.tolist() for matrix in problem.leg_s]
        self._timed: dict[tuple[date, int, tuple[int, ...]], Takeover | None] = {}
        # On most dates a bus finds the same visits with the same windows: their tours are timed once.
        self._numbers: dict[ProblemVisit, int] = {}
        self._timings: dict[tuple[int, tuple[int, ...]], Timing | None] = {}
        self._whole = True

    def run(self, slots: Sequence[Slot]) -> StandIns:
        """Choose the stand-ins; the slots are sorted by date and bus."""
        usable = [slot for slot in slots if slot.room and self._stands(slot)]
        found = {(slot.day, slot.bus): list(self._grow(slot)) for slot in usable}
        chosen = self._choose([one for sets in found.values() for one in sets])
        now = {(one.slot.day, one.slot.bus): one for one in chosen}
        alone = {number for sets in found.values() for one in sets if len(one.taken) == 1 for number in one.taken}
        offers = tuple(self._offer(number, slots, usable, now, alone) for number in range(len(self.missed)))
        return StandIns(tuple(chosen), offers, self._whole)

    def time(self, slot: Slot, order: tuple[int, ...]) -> Takeover | None:
        """Time a tour of a slot; None if it breaks a rule or moves an announced visit beyond the tolerance."""
        key = (slot.day, slot.bus, order)
        if key not in self._timed:
            self._timed[key] = self._find_times(slot, order)
        return self._timed[key]

    def _stands(self, slot: Slot) -> bool:
        """Whether the announced tour of a slot can be driven as the roads of its date are."""
        return not slot.calls or self.time(slot, tuple(range(len(slot.calls)))) is not None

    def _grow(self, slot: Slot) -> Iterator[Takeover]:
        """Sets of cancelled visits that fit into a slot, each in its best order, one visit more at a time."""
        yield from self._drive_again(slot)
        orders: list[tuple[int, ...]] = [tuple(range(len(slot.calls)))]
        while orders:
            grown: dict[tuple[int, ...], Takeover] = {}
            for order in orders:
                for number in sorted(slot.room):
                    found = None if ~number in order else self._insert(slot, order, ~number)
                    if found is None:
                        continue
                    best = grown.get(found.taken)
                    if best is None or found.rank < best.rank:
                        grown[found.taken] = found
            yield from grown.values()
            ranked = sorted(grown.values(), key=lambda one: (one.price - self._gain(one), one.rank))
            self._whole = self._whole and len(ranked) <= MOST_SETS
            orders = [one.order for one in ranked[:MOST_SETS]]

    def _drive_again(self, slot: Slot) -> Iterator[Takeover]:
        """Whole cancelled tours, or all of one but one visit, on a date on which the bus has no tour of its own."""
        for tour in sorted({self.missed[number].tour for number in slot.room}) if not slot.calls else ():
            order = tuple(~number for number in sorted(slot.room) if self.missed[number].tour == tour)
            for some in (order, *(order[:at] + order[at + 1 :] for at in range(len(order)))):
                found = self.time(slot, some) if some else None
                if found is not None:
                    yield found

    def _gain(self, one: Takeover) -> int:
        """Price of the waiting that a tour spares."""
        waits = (self.missed[number] for number in one.taken)
        return sum(missed.price(missed.until) - missed.price(one.slot.day) for missed in waits)

    def _insert(self, slot: Slot, order: tuple[int, ...], call: int) -> Takeover | None:
        """The cheapest tour with one more call; None if it fits nowhere."""
        places = [(*order[:at], call, *order[at:]) for at in range(len(order) + 1)]
        if len(slot.room) > ALL_PLACES:
            self._whole = self._whole and len(places) <= FEW_PLACES
            places = sorted(places, key=lambda one: (self._measure_way(slot, one), one))[:FEW_PLACES]
        found = [one for place in places if (one := self.time(slot, place)) is not None]
        return min(found, key=lambda one: one.rank, default=None)

    def _measure_way(self, slot: Slot, order: Sequence[int]) -> int:
        """Seconds on the road of an order."""
        crew = self.problem.buses[slot.bus]
        legs, places = self._legs[crew.profile], [slot.visit(call).place for call in order]
        return sum(legs[a][b] for a, b in zip([crew.depot, *places], [*places, crew.depot], strict=True))

    def _find_times(self, slot: Slot, order: tuple[int, ...]) -> Takeover | None:
        """
        Times with every announced visit to the minute, else with as many of them as go one after the other.

        A cancelled visit of the same date opens at its announced time where that costs no more than another time does.
        """
        announced = {call: slot.starts[call] for call in order if call >= 0}
        spans = {call: (start_s, start_s) for call, start_s in announced.items()}
        timing = self._try(slot, order, spans)
        if timing is None and announced and self.tolerance_s:
            spans = {call: (at_s - self.tolerance_s, at_s + self.tolerance_s) for call, at_s in announced.items()}
            timing = self._try(slot, order, spans)
            for call, start_s in announced.items() if timing else ():
                sharper = self._try(slot, order, spans | {call: (start_s, start_s)})
                if sharper is not None:
                    timing, spans = sharper, spans | {call: (start_s, start_s)}
        if timing is None:
            return None
        wished = {call: slot.wished[~call] for call in order if call < 0 and ~call in slot.wished}
        best = self._price_times(slot, order, timing, announced | wished)
        for some in (wished, *({call: start_s} for call, start_s in wished.items() if len(wished) > 1)):
            sharper = self._try(slot, order, spans | {call: (start_s, start_s) for call, start_s in some.items()})
            other = sharper and self._price_times(slot, order, sharper, announced | wished)
            if other and other.price < best.price:
                best, spans = other, spans | {call: (start_s, start_s) for call, start_s in some.items()}
        return best

    def _price_times(
        self, slot: Slot, order: tuple[int, ...], timing: Timing, announced: Mapping[int, int]
    ) -> Takeover:
        """Times with the price of the calls that do not open as announced."""
        opens = dict(zip(order, (one.start_s for one in timing.tour.calls), strict=True))
        moved = sum(opens[call] != start_s for call, start_s in announced.items())
        return Takeover(slot, order, timing, timing.cost - slot.cost + moved * self.moved)

    def _try(self, slot: Slot, order: tuple[int, ...], spans: Mapping[int, tuple[int, int]]) -> Timing | None:
        """Times of a tour some of whose calls open within spans; None if there are none."""
        if not self._could_be(slot, order, spans):
            return None
        visits = []
        for call in order:
            wish = slot.visit(call)
            windows = wish.windows[0]
            if call in spans:
                first_s, last_s = spans[call][0], spans[call][1] + wish.dwell_s
                cut = ((max(start, first_s), min(end, last_s)) for start, end in windows)
                windows = tuple((start, end) for start, end in cut if start + wish.dwell_s <= end)
            if not windows:
                return None
            visits.append(replace(wish, windows=(windows,)))
        key = (slot.bus, tuple(self._numbers.setdefault(visit, len(self._numbers)) for visit in visits))
        if key not in self._timings:
            small = replace(self.problem, visits=tuple(visits))
            self._timings[key] = Scheduler(small).time_tour(slot.bus, 0, range(len(order)))
        return self._timings[key]

    def _could_be(self, slot: Slot, order: tuple[int, ...], spans: Mapping[int, tuple[int, int]]) -> bool:
        """Whether spans and shift could be kept without breaks and other rules: a quick look before the exact one."""
        crew = self.problem.buses[slot.bus]
        legs, here, clock_s = self._legs[crew.profile], crew.depot, crew.shift_start_s
        for call in order:
            wish = slot.visit(call)
            clock_s += legs[here][wish.place]
            if call in spans:
                if clock_s > spans[call][1]:
                    return False
                clock_s = max(clock_s, spans[call][0])
            here, clock_s = wish.place, clock_s + wish.dwell_s
        return bool(clock_s + legs[here][crew.depot] <= crew.shift_end_s)

    def _choose(self, sets: Sequence[Takeover]) -> list[Takeover]:
        """The tours that together cost least: each slot and each visit at most once."""
        # What costs more than the waiting it spares is never part of a best choice.
        good = [one for one in sets if one.price < self._gain(one)]
        apart = self._choose_apart(good)
        if apart is not None:
            return apart
        from ortools.sat.python import cp_model

        model = cp_model.CpModel()
        taken = [model.new_bool_var("") for _ in good]
        for key in sorted({(one.slot.day, one.slot.bus) for one in good}):
            model.add_at_most_one(x for x, one in zip(taken, good, strict=True) if (one.slot.day, one.slot.bus) == key)
        for number in sorted({number for one in good for number in one.taken}):
            model.add_at_most_one(x for x, one in zip(taken, good, strict=True) if number in one.taken)
        model.minimize(sum((one.price - self._gain(one)) * x for x, one in zip(taken, good, strict=True)))
        solver = build_cp_solver(self.seed)
        solver.parameters.max_deterministic_time = MOST_WORK
        status = solver.solve(model)
        assert status in (cp_model.OPTIMAL, cp_model.FEASIBLE)  # to take nothing is always possible
        self._whole = self._whole and status == cp_model.OPTIMAL
        chosen = [one for x, one in zip(taken, good, strict=True) if solver.boolean_value(x)]
        return sorted(chosen, key=lambda one: (one.slot.day, one.slot.bus))

    def _choose_apart(self, sets: Sequence[Takeover]) -> list[Takeover] | None:
        """The best set of each slot, if none wants a visit of another: no choice is cheaper. None otherwise."""
        best: dict[tuple[date, int], Takeover] = {}
        for one in sorted(sets, key=lambda one: (one.price - self._gain(one), one.rank)):
            best.setdefault((one.slot.day, one.slot.bus), one)
        wanted = [number for one in best.values() for number in one.taken]
        return [best[key] for key in sorted(best)] if len(wanted) == len(set(wanted)) else None

    def _offer(
        self,
        number: int,
        slots: Sequence[Slot],
        usable: Sequence[Slot],
        now: Mapping[tuple[date, int], Takeover],
        alone: set[int],
    ) -> Offer:
        """What one visit gets, and what it could get instead while all others keep what they get."""
        chosen = next((one for one in now.values() if number in one.taken), None)
        others: list[tuple[Takeover, Takeover | None]] = []
        for slot in usable:
            if number not in slot.room or slot is (chosen and chosen.slot) or len(others) == MOST_OTHERS:
                continue
            before = now.get((slot.day, slot.bus))
            found = self._insert(slot, before.order if before else tuple(range(len(slot.calls))), ~number)
            if found is not None:
                others.append((found, before))
        if chosen is not None:
            rest = tuple(call for call in chosen.order if call != ~number)
            shared = any(call < 0 for call in rest)
            return Offer(chosen, self.time(chosen.slot, rest) if shared else None, tuple(others), None)
        if not any(number in slot.room for slot in slots):
            why = WhyNot.NO_BUS
        elif others:
            why = WhyNot.DEAR
        else:
            why = WhyNot.OTHERS if number in alone else WhyNot.FULL
        return Offer(None, None, tuple(others), why)
