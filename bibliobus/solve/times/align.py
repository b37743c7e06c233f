"""Clock times of a whole plan: the same stop at the same time in all its repeats."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.solve.drafts import list_orders
from bibliobus.solve.solver import Ending, Status
from bibliobus.solve.times.choose import TourChoice, choose_times
from bibliobus.solve.times.schedule import Scheduler
from bibliobus.words.language import HOUR_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bibliobus.model.problem import Problem, ProblemVisit
    from bibliobus.solve.solver import Solution, SolvedTour
    from bibliobus.solve.times.schedule import Timing

# The numbers below are chosen by hand and not tuned one by one. What they give together stands in the table "Clock
# times" of tests/bench/README.md, made with them: 1,000 visits in 5 to 10 s, where less than 10 s were wanted.
ROUNDS: Final = 3
"""Most times a group is looked at, each time with orders near those that were chosen before."""

ORDERS: Final = 1200
"""Orders looked at in one round of a plan, shared by its tours."""

ORDERS_LEAST, ORDERS_MOST = 12, 30
"""Fewest and most orders of one tour that are looked at, that of now included."""

EFFORT: Final = 1.2
"""Deterministic seconds of CP-SAT for one round of a plan, shared by its groups: the same on every machine."""

GROUP_EFFORT_MOST: Final = 0.4
"""Deterministic seconds after which one group hardly gets better."""

NOTHING: Final[Mapping[tuple[int, int], int]] = {}
"""No times are published."""


def align_times(
    problem: Problem,
    solution: Solution,
    *,
    seed: int = 1,
    published: Mapping[tuple[int, int], int] = NOTHING,
    watch: Watch = UNWATCHED,
) -> Solution:
    """
    Give every stop the same clock time in all its repeats wherever that is worth its price.

    Parameters
    ----------
    problem
        The planning problem; its price `same_time` says what equal times are worth, 0 changes nothing.
    solution
        Tours that keep all rules.
    seed
        Start of the random numbers, 0 or more.
    published
        Opening in seconds after midnight that people know, by visit and day: keeping one is worth as much
        as equal times. Calls without one are free.
    watch
        Told, and asked whether to stop, after every tour that is looked at.

    Returns
    -------
    Solution
        The same calls on the same days by the same buses. Orders and times differ where `price_times` falls; every tour
        keeps all rules. A solution that was optimal is only feasible if its own price rose, or if somebody stopped it.
        A tour that breaks a rule stays as it is, for the checker to name it. Who stops it ends the search, not the
        result: groups that were not looked at stay as they are.
    """
    aligned: list[Timing] = []
    rise, ending = 0, solution.ended_by
    try:
        groups = _group_tours(_hold_all(problem, solution.tours, watch))
        search = _Search(
            problem, published, seed, [group for group in groups if _may_improve(problem, group, published)], watch
        )
        for group in groups:
            watch.check()
            found = search.align(group)
            rise += sum(timing.cost for timing in found) - sum(timing.cost for timing in group)
            aligned += found
    except KeyboardInterrupt:
        ending = Ending.INTERRUPT
    changed = {(timing.tour.bus, timing.tour.day): timing.tour for timing in aligned}
    proof_lost = solution.status is Status.OPTIMAL and (rise > 0 or ending is Ending.INTERRUPT)
    return replace(
        solution,
        tours=tuple(changed.get((tour.bus, tour.day), tour) for tour in solution.tours),
        cost=solution.cost + rise,
        status=Status.FEASIBLE if proof_lost else solution.status,
        ended_by=ending,
    )


def _hold_all(problem: Problem, tours: Iterable[SolvedTour], watch: Watch) -> list[Timing]:
    """Tours with the times they have; those that break a rule are left out."""
    held = []
    for tour in tours:
        watch.check()
        held.append(hold_openings(problem, tour, {call.visit: call.start_s for call in tour.calls}))
    return [timing for timing in held if timing is not None]


def price_times(problem: Problem, timings: Iterable[Timing], published: Mapping[tuple[int, int], int] = NOTHING) -> int:
    """Price tours with their clock times; `published`: openings people know, in seconds, by visit and day."""
    total, starts = 0, dict[int, list[int]]()
    for timing in timings:
        total += timing.cost
        for call in timing.tour.calls:
            starts.setdefault(call.visit, []).append(call.start_s)
            known_s = published.get((call.visit, timing.tour.day), call.start_s)
            total += _price_apart(problem, abs(call.start_s - known_s))
    return total + sum(_price_apart(problem, max(times) - min(times)) for times in starts.values())


def _price_apart(problem: Problem, apart_s: int) -> int:
    """Hundredths of a minute that two openings of a stop cost so many seconds apart; 0 within a grid step."""
    price, steps = problem.costs.same_time, apart_s // problem.grid_s
    return price * (steps > 0) + round(price * problem.grid_s / HOUR_S) * steps


def _group_tours(timings: Sequence[Timing]) -> list[list[Timing]]:
    """Tours that share stops, directly or through others."""
    groups: list[tuple[set[int], list[Timing]]] = []
    for timing in timings:
        visits, members = {call.visit for call in timing.tour.calls}, [timing]
        for other in [group for group in groups if group[0] & visits]:
            visits, members = other[0] | visits, [*other[1], *members]
            groups.remove(other)
        groups.append((visits, members))
    return [members for _, members in groups]


def _may_improve(problem: Problem, group: Sequence[Timing], published: Mapping[tuple[int, int], int]) -> bool:
    """Whether some stop has unequal times or one that differs from what is published."""
    return price_times(problem, group, published) > sum(timing.cost for timing in group)


class _Search:
    """Search for better orders and times, one group of tours that share stops after the other."""

    def __init__(
        self,
        problem: Problem,
        published: Mapping[tuple[int, int], int],
        seed: int,
        groups: Sequence[Sequence[Timing]],
        watch: Watch,
    ) -> None:
        self.watch = watch
        self.problem, self.published, self.seed = problem, published, seed
        self.effort = min(GROUP_EFFORT_MOST, EFFORT / max(len(groups), 1))
        tours = sum(len(group) for group in groups)
        self.orders_most = min(max(ORDERS // max(tours, 1), ORDERS_LEAST), ORDERS_MOST)
        self.scheduler = Scheduler(problem)

    def align(self, group: list[Timing]) -> list[Timing]:
        """Better orders and times; those of now where nothing is better."""
        best = group
        for _ in range(ROUNDS if _may_improve(self.problem, group, self.published) else 0):
            self.watch.check()
            found = self._improve(best)
            if self._price(found) >= self._price(best):
                break
            best = found
        return best if best is group else self._start_earlier(best)

    def _start_earlier(self, group: list[Timing]) -> list[Timing]:
        """The whole group earlier where that costs nothing: a day that begins early has time left for trouble."""
        grid_s = self.problem.grid_s
        room = [timing.tour.leave_s - self.problem.buses[timing.tour.bus].shift_start_s for timing in group]
        steps = min(room) // grid_s
        while steps > 0:
            self.watch.check()
            earlier = [
                hold_openings(
                    self.problem, timing.tour, {c.visit: c.start_s - steps * grid_s for c in timing.tour.calls}
                )
                for timing in group
            ]
            found = [timing for timing in earlier if timing is not None]
            if len(found) == len(group) and self._price(found) <= self._price(group):
                return self._start_earlier(found)
            steps //= 2
        return group

    def _price(self, timings: Iterable[Timing]) -> int:
        """Price with clock times."""
        return price_times(self.problem, timings, self.published)

    def _improve(self, group: list[Timing]) -> list[Timing]:
        """Orders and times chosen once; a tour whose times turn out to break a rule stays as it is."""
        choices = []
        for timing in group:
            choices.append(self._list_choices(timing, group))
            self.watch.check()
        for _ in range(len(group) + 1):
            self.watch.check()
            chosen = choose_times(self.problem, choices, self.published, seed=self.seed, effort=self.effort)
            found = [
                hold_openings(self.problem, choice.orders[times.order].tour, times.starts_s)
                for choice, times in zip(choices, chosen, strict=True)
            ]
            timings = [timing for timing in found if timing is not None]
            if len(timings) == len(found):
                return timings
            choices = [
                replace(choice, orders=choice.orders[:1], fixed=True) if timing is None else choice
                for choice, timing in zip(choices, found, strict=True)
            ]
        return group

    def _list_choices(self, timing: Timing, group: list[Timing]) -> TourChoice:
        """Orders of one tour that may be worth their price, each with its least paid time."""
        order = [call.visit for call in timing.tour.calls]
        partners = [[call.visit for call in other.tour.calls] for other in group if other is not timing]
        least = self.scheduler.time_tour(timing.tour.bus, timing.tour.day, order) or timing
        # No order is worth more than equal times of the whole group would save.
        allowance = self._price(group) - sum(other.cost for other in group) + timing.cost - least.cost
        orders = list_orders(self.scheduler, least, partners, allowance, self.orders_most)
        return TourChoice(orders, {call.visit: call.start_s for call in timing.tour.calls})


def hold_openings(problem: Problem, tour: SolvedTour, starts_s: Mapping[int, int]) -> Timing | None:
    """Time a tour with the least paid time around given openings; None if no such times keep all rules."""
    order = [call.visit for call in tour.calls]
    visits = tuple(_hold_visit(problem.visits[visit], tour.day, starts_s[visit]) for visit in order)
    held = Scheduler(replace(problem, visits=visits)).time_tour(tour.bus, tour.day, range(len(order)))
    if held is None:
        return None
    calls = tuple(replace(call, visit=order[call.visit]) for call in held.tour.calls)
    return replace(held, tour=replace(held.tour, calls=calls))


def _hold_visit(wish: ProblemVisit, day: int, start_s: int) -> ProblemVisit:
    """Visit that may only open at one time, or not at all where that time is not allowed."""
    span = (start_s, start_s + wish.dwell_s)
    allowed = any(first <= span[0] and span[1] <= last for first, last in wish.windows[day])
    return replace(wish, windows=((span,) if allowed else (),) * len(wish.windows))
