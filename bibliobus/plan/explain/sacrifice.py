"""Prices of a settlement that gave way to others: the cheapest place to force it in, and who would go instead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bibliobus.plan.plan import Reason
from bibliobus.solve.times.schedule import Scheduler
from bibliobus.words.language import DAY_S

if TYPE_CHECKING:
    from bibliobus.model.area import PreparedArea
    from bibliobus.model.problem import Problem
    from bibliobus.solve.solver import Solution
    from bibliobus.solve.times.schedule import Timing

TourKey = tuple[int, int]

MANY: Final = 10**6
"""More than any limit on calls or load."""

PLACES_MOST: Final = 3
"""Places in which somebody else is looked for who would have to go."""


@dataclass(frozen=True)
class Squeeze:
    """
    One bus and set of days on which a visit is forced in, and what that costs more, in hundredths of a minute.

    ``excess_s``: Seconds by which the worst of the days is too long or ends too late; 0 if none is.
    """

    excess_s: int
    cost: int
    bus: int
    timings: tuple[Timing, ...]
    work_s: int
    length_m: int

    @property
    def key(self) -> tuple[int, int, int, int]:
        """What makes one place better than another: the rule is broken less, then the price is lower."""
        return self.excess_s, self.cost, self.timings[0].tour.day, self.bus


class Sacrifices:
    """Places for visits in the tours of a solution."""

    def __init__(self, prepared: PreparedArea, solution: Solution) -> None:
        self.prepared, self.problem = prepared, prepared.problem
        self.tours = {(tour.bus, tour.day): tuple(call.visit for call in tour.calls) for tour in solution.tours}
        self.exact = Scheduler(self.problem)
        longer = _relax(self.problem, max_work_s=DAY_S, shift_end_s=DAY_S)
        fuller = _relax(longer, max_calls=None, capacity=None)
        farther = _relax(fuller, max_driving_s=DAY_S, max_unbroken_s=DAY_S)
        self.relaxed = [Scheduler(longer), Scheduler(fuller), Scheduler(farther)]

    def explain(self, visit: int) -> Reason:
        """Say what an unserved visit gave way to that would fit on an empty bus."""
        for stage, scheduler in enumerate(self.relaxed):
            squeezes = self._list_squeezes(visit, scheduler)
            if squeezes:
                reason = self._name_rule(visit, squeezes[0], stage)
                return replace(reason, values={**reason.values, **self._tell_price(visit, squeezes, stage)})
        return Reason("day-times-clash", False)

    def _name_rule(self, visit: int, best: Squeeze, stage: int) -> Reason:
        """The rule that the best place breaks."""
        crew, worst = self.problem.buses[best.bus], max(best.timings, key=lambda timing: _excess(self.problem, timing))
        day = worst.tour.day
        if stage == 1:
            return self._name_fullness(best, visit)
        if stage == 2:
            driving_s = max(self._driving_s(timing) for timing in best.timings)
            limit_s = min(crew.max_driving_s, DAY_S)
            if driving_s > limit_s:
                return Reason("day-driving", False, {"day": day, "needed": driving_s, "limit": limit_s})
            return Reason("day-unbroken", False, {"day": day, "limit": crew.max_unbroken_s})
        if best.excess_s <= 0:
            code = "costs-more" if best.cost >= self.problem.visits[visit].reward else "room-left"
            return Reason(code, False, {"day": day})
        if worst.work_s > crew.max_work_s:
            return Reason("day-full", False, {"day": day, "needed": worst.work_s, "limit": crew.max_work_s})
        return Reason("day-past-shift", False, {"day": day, "back": worst.tour.return_s, "end": crew.shift_end_s})

    def _name_fullness(self, best: Squeeze, visit: int) -> Reason:
        """Too many calls, or too much load."""
        crew = self.problem.buses[best.bus]
        for timing in best.timings:
            calls = [call.visit for call in timing.tour.calls]
            if crew.max_calls is not None and len(calls) > crew.max_calls:
                return Reason("day-calls", False, {"day": timing.tour.day, "calls": crew.max_calls})
        load = max(sum(self.problem.visits[c.visit].load for c in timing.tour.calls) for timing in best.timings)
        return Reason(
            "day-load", False, {"day": best.timings[0].tour.day, "load": load, "capacity": crew.capacity or 0}
        )

    def _driving_s(self, timing: Timing) -> int:
        """Driving of a tour with reserve."""
        crew = self.problem.buses[timing.tour.bus]
        places = [crew.depot, *(self.problem.visits[call.visit].place for call in timing.tour.calls), crew.depot]
        return int(self.problem.driving_s[crew.profile][places[:-1], places[1:]].sum())

    def _tell_price(self, visit: int, squeezes: list[Squeeze], stage: int) -> dict[str, str | int]:
        """Bus, price in the cycle, and who would go instead."""
        best = squeezes[0]
        told: dict[str, str | int] = {
            "bus": self.prepared.dataset.scenario.buses[best.bus].name,
            "more_work": max(0, best.work_s),
            "more_length": max(0, best.length_m),
        }
        if stage == 0 and best.excess_s > 0:
            told["longer"] = best.excess_s
        if stage or best.excess_s > 0:
            told |= self._tell_instead(visit, squeezes[:PLACES_MOST])
        return told

    def _list_squeezes(self, visit: int, scheduler: Scheduler) -> list[Squeeze]:
        """Places for a visit, the best first; those that cannot become the best may be missing."""
        wish = self.problem.visits[visit]
        pairs = [
            (max(self._least_excess(visit, bus, day) for day in days), bus, days)
            for days in wish.patterns
            for bus in wish.buses
            if set(days) <= set(self.problem.buses[bus].days)
        ]
        found: list[Squeeze] = []
        for least_s, bus, days in sorted(pairs):
            if len(found) >= PLACES_MOST and least_s > found[PLACES_MOST - 1].excess_s:
                break
            squeeze = self._squeeze(visit, bus, days, scheduler)
            if squeeze is not None:
                found = sorted([*found, squeeze], key=lambda one: one.key)
        return found

    def _squeeze(self, visit: int, bus: int, days: tuple[int, ...], scheduler: Scheduler) -> Squeeze | None:
        """The visit forced into the tours of one bus on some days; None if its times clash."""
        timings, cost, work_s, length_m = [], 0, 0, 0
        for day in days:
            timing = self._join(self.tours.get((bus, day), ()), bus, day, visit, scheduler)
            if timing is None:
                return None
            timings.append(timing)
            before = self.relaxed[-1].time_tour(bus, day, self.tours[bus, day]) if (bus, day) in self.tours else None
            cost += timing.cost - (before.cost if before else 0)
            work_s += timing.work_s - (before.work_s if before else 0)
            length_m += self._length_m(timing) - (self._length_m(before) if before else 0)
        excess_s = max(0, *(_excess(self.problem, timing) for timing in timings))
        return Squeeze(excess_s, cost, bus, tuple(timings), work_s, length_m)

    def _length_m(self, timing: Timing) -> int:
        """Metres of a tour."""
        crew = self.problem.buses[timing.tour.bus]
        places = [crew.depot, *(self.problem.visits[call.visit].place for call in timing.tour.calls), crew.depot]
        return int(self.problem.length_m[crew.profile][places[:-1], places[1:]].sum())

    def _join(self, order: tuple[int, ...], bus: int, day: int, visit: int, scheduler: Scheduler) -> Timing | None:
        """The tour of a day with the visit at its best place; None if it does not fit."""
        best: Timing | None = None
        for least_s, at in self._rank_positions(order, bus, visit):
            if best is not None and max(0, least_s) > max(0, _excess(self.problem, best)):
                break
            timing = scheduler.time_tour(bus, day, (*order[:at], visit, *order[at:]))
            if timing is not None and (best is None or self._key(timing) < self._key(best)):
                best = timing
        return best

    def _key(self, timing: Timing) -> tuple[int, int]:
        """Excess, then price."""
        return max(0, _excess(self.problem, timing)), timing.cost

    def _rank_positions(self, order: tuple[int, ...], bus: int, visit: int) -> list[tuple[int, int]]:
        """For each position the seconds by which the day is too long without any waiting, the least first."""
        crew, visits = self.problem.buses[bus], self.problem.visits
        legs, here = self.problem.leg_s[crew.profile], visits[visit].place
        places = np.array([crew.depot, *(visits[other].place for other in order), crew.depot])
        ways = legs[places[:-1], places[1:]]
        detours = legs[places[:-1], here] + legs[here, places[1:]] - (ways if order else 0)
        dwells = visits[visit].dwell_s + sum(visits[other].dwell_s for other in order)
        least = (int(ways.sum()) if order else 0) + dwells + detours - crew.max_work_s
        return sorted((int(seconds), at) for at, seconds in enumerate(least))

    def _least_excess(self, visit: int, bus: int, day: int) -> int:
        """Least seconds by which a day is too long with a visit; 0 if it may be short enough."""
        return max(0, self._rank_positions(self.tours.get((bus, day), ()), bus, visit)[0][0])

    def _tell_instead(self, visit: int, squeezes: list[Squeeze]) -> dict[str, str | int]:
        """The visit of least worth whose going alone makes room, and where; nothing if none does."""
        others = sorted(
            {
                (self.problem.visits[other].reward, other, at)
                for at, squeeze in enumerate(squeezes)
                for timing in squeeze.timings
                for other in self.tours.get((squeeze.bus, timing.tour.day), ())
                if not self.problem.visits[other].required
            }
        )
        for _, other, at in others:
            if self._makes_room(other, visit, squeezes[at]):
                gone, day = self.prepared.demand.visits[other], squeezes[at].timings[0].tour.day
                return {"instead": gone.settlement_id, "instead_people": gone.population, "instead_day": day}
        return {}

    def _makes_room(self, other: int, visit: int, squeeze: Squeeze) -> bool:
        """Whether a visit fits into a place once another has gone."""
        for timing in squeeze.timings:
            day = timing.tour.day
            order = tuple(one for one in self.tours.get((squeeze.bus, day), ()) if one != other)
            # Where even a day without waiting is too long, there is no need to look.
            if self._rank_positions(order, squeeze.bus, visit)[0][0] > 0:
                return False
            if self._join(order, squeeze.bus, day, visit, self.exact) is None:
                return False
        return True


def _relax(problem: Problem, **limits: Any) -> Problem:
    """Problem with some limits of every bus replaced."""
    return replace(problem, buses=tuple(replace(bus, **limits) for bus in problem.buses))


def _excess(problem: Problem, timing: Timing) -> int:
    """Seconds by which a tour is beyond the working time or the shift of its bus."""
    crew = problem.buses[timing.tour.bus]
    return max(timing.work_s - crew.max_work_s, timing.tour.return_s - crew.shift_end_s)
