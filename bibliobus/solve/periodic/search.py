"""
Finish of the periodic search: exact times for its tours, and whatever still fits.

The kernel knows breaks and driving rules only roughly, so a tour of it may have no exact times: visits leave it then,
the least needed first. What is left is put in order by OR-Tools where clocks decide, and filled up by exact prices.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from bibliobus.domain.watch import UNWATCHED, Progress, Stage, Watch
from bibliobus.solve.drafts import EMPTY, Draft, insert_visit, place_call, replace_tours
from bibliobus.solve.ortools.stage import order_calls
from bibliobus.solve.periodic.arrays import flatten_problem
from bibliobus.solve.periodic.params import SearchParams
from bibliobus.solve.periodic.population.nursery import (
    Nursery,
    adopt_plan,
    breed_plans,
    can_recombine,
    compile_breeding,
    open_nursery,
)
from bibliobus.solve.periodic.starts import (
    Start,
    anneal_start,
    anneal_together,
    compile_search,
    open_start,
    open_threads,
    read_orders,
    restart,
    run_together,
)
from bibliobus.solve.solver import Ending, Solution, Status
from bibliobus.solve.times.schedule import Scheduler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from concurrent.futures import ThreadPoolExecutor

    from bibliobus.model.problem import Problem
    from bibliobus.solve.drafts import TourKey
    from bibliobus.solve.periodic.arrays import Instance
    from bibliobus.solve.solver import SearchOptions

ORDERED_FROM: Final = 3
"""Tours with fewer calls have one order only, up to its direction."""

FINISH_S: Final = 1.0
"""Seconds for which the best tours of a search that was stopped are still finished: who stopped it waits."""


def time_orders(scheduler: Scheduler, orders: Mapping[TourKey, tuple[int, ...]], watch: Watch = UNWATCHED) -> Draft:
    """Find exact times for tours, without the visits, the least needed first, for which a tour has none."""
    removed: set[int] = set()
    kept = dict(orders)
    while True:
        broken = []
        for key in sorted(kept):
            watch.check()
            broken += [key] if scheduler.time_tour(*key, kept[key]) is None else []
        if not broken:
            return _draft(scheduler, kept)
        removed.add(_choose_removed(scheduler, broken[0], kept[broken[0]]))
        left = {key: tuple(visit for visit in order if visit not in removed) for key, order in kept.items()}
        kept = {key: order for key, order in left.items() if order}


def finish_draft(scheduler: Scheduler, draft: Draft) -> Draft:
    """Order tours by all rules, and fill in what still fits: never dearer, rewards of the unserved included."""
    for better in finish_by_steps(scheduler, draft):
        draft = better
    return draft


def finish_by_steps(scheduler: Scheduler, draft: Draft) -> Iterator[Draft]:
    """Finish tours as `finish_draft`, and give them after every tour and every visit, so that one can end there."""
    problem = scheduler.problem
    for key in sorted(draft.tours):
        if len(draft.tours[key]) >= ORDERED_FROM and _has_clock(problem, key, draft.tours[key]):
            better = order_calls(problem, *key, sorted(draft.tours[key]))
            candidate = replace_tours(draft, {key: better}, scheduler) if better else None
            if candidate is not None and candidate.cost < draft.cost:
                draft = candidate
            yield draft
    unserved = list_unserved(problem, draft)
    for visit in sorted(unserved, key=lambda visit: (-problem.visits[visit].reward, visit)):
        fuller = insert_visit(draft, visit, scheduler) if problem.one_bus else _insert_anywhere(draft, visit, scheduler)
        if fuller is not None and price_draft(problem, fuller) <= price_draft(problem, draft):
            draft = fuller
        yield draft


def list_unserved(problem: Problem, draft: Draft) -> tuple[int, ...]:
    """Visits without a tour, sorted."""
    return tuple(visit for visit in range(len(problem.visits)) if visit not in draft.homes)


def price_draft(problem: Problem, draft: Draft) -> int:
    """Price of the tours and the rewards of the unserved, in hundredths of a minute."""
    return draft.cost + sum(problem.visits[visit].reward for visit in list_unserved(problem, draft))


def _draft(scheduler: Scheduler, orders: Mapping[TourKey, tuple[int, ...]]) -> Draft:
    """Draft of tours that all have times."""
    homes: dict[int, tuple[int, tuple[int, ...]]] = {}
    cost = 0
    for (bus, day), order in sorted(orders.items(), key=lambda item: (item[0][1], item[0][0])):
        timing = scheduler.time_tour(bus, day, order)
        assert timing is not None
        cost += timing.cost
        for visit in order:
            homes[visit] = (bus, (*homes.get(visit, (bus, ()))[1], day))
    return Draft(dict(orders), homes, cost)


def _choose_removed(scheduler: Scheduler, key: TourKey, order: tuple[int, ...]) -> int:
    """Visit to leave out of a tour without times: one that helps if there is one, optional, of little reward."""
    visits = scheduler.problem.visits

    def rank(visit: int) -> tuple[bool, bool, int, int]:
        without = tuple(other for other in order if other != visit)
        helps = not without or scheduler.time_tour(*key, without) is not None
        return visits[visit].required, not helps, visits[visit].reward, visit

    return min(order, key=rank)


def _has_clock(problem: Problem, key: TourKey, order: Iterable[int]) -> bool:
    """Whether breaks or windows decide about a tour, which the search only knows roughly."""
    crew, day = problem.buses[key[0]], key[1]
    whole = (crew.shift_start_s, crew.shift_end_s)
    windows = (problem.visits[visit].windows[day] for visit in order)
    open_all_day = all(any(a <= whole[0] and b >= whole[1] for a, b in spans) for spans in windows)
    return crew.break_duration_s > 0 or crew.max_unbroken_s < crew.max_work_s or not open_all_day


def _insert_anywhere(draft: Draft, visit: int, scheduler: Scheduler) -> Draft | None:
    """Draft with a visit whose repeats may be by several buses, on the cheapest of its patterns."""
    wish = scheduler.problem.visits[visit]
    found = []
    for pattern in wish.patterns:
        changes = {}
        for day in pattern:
            orders = ((bus, place_call(draft, visit, bus, day, scheduler)) for bus in wish.buses)
            choices = [(_added(draft, (bus, day), order, scheduler), bus, order) for bus, order in orders if order]
            if choices:
                _, bus, order = min(choices)
                changes[bus, day] = order
        if len(changes) == len(pattern):
            fuller = replace_tours(draft, changes, scheduler)
            found += [fuller] if fuller else []
    if not found:
        return None
    best = min(found, key=lambda fuller: fuller.cost)
    return _draft(scheduler, best.tours)


def _added(draft: Draft, key: TourKey, order: tuple[int, ...], scheduler: Scheduler) -> int:
    """What a tour costs more in a new order."""
    changed = replace_tours(draft, {key: order}, scheduler)
    assert changed is not None
    return changed.cost - draft.cost


@dataclass(frozen=True)
class PeriodicSearch:
    """
    Plan with the periodic search.

    Parameters
    ----------
    clock
        Seconds that pass, for the time limit.
    params
        Numbers by which it is tuned.
    """

    clock: Callable[[], float] = time.monotonic
    params: SearchParams = SearchParams()

    @property
    def name(self) -> str:
        """Name on the command line."""
        return "periodic"

    @property
    def compiled(self) -> bool:
        """Whether it needs a compiler: yes, numba."""
        return True

    def solve(self, problem: Problem, options: SearchOptions, watch: Watch) -> Solution:
        """
        Search for tours.

        Parameters
        ----------
        problem, options
            What is to be planned, and how long and how to search.
        watch
            Told now and then, and asked whether to stop.

        Returns
        -------
        Solution
            The best that was found; who stops the search ends it, not the result.
        """
        search = _Search(problem, options, self.params, self.clock, watch)
        try:
            if problem.visits and any(bus.days for bus in problem.buses):
                search.prepare()
                search.run()
            search.finish()
        except KeyboardInterrupt:
            search.interrupt()
        return search.report()


class _Search:
    """State of one search: its starts, and the best exact tours so far."""

    def __init__(
        self,
        problem: Problem,
        options: SearchOptions,
        params: SearchParams,
        clock: Callable[[], float],
        watch: Watch,
    ) -> None:
        self.problem = problem
        self.options = options
        self.params = params
        self.clock = clock
        self.watch = watch
        self.scheduler = Scheduler(problem)
        self.starts: list[Start] = []
        self.leader: Start | Nursery | None = None
        self.best: Draft = EMPTY
        self.exact_cost = math.inf
        self.exact_at = 0
        self.done = 0
        self.told = 0
        self.began = clock()
        self.by_time = False
        self.ending = Ending.BUDGET

    def prepare(self) -> None:
        """Make or load the machine code, and tell before and after every part of it."""
        self.watch.enter(Stage.PREPARING)
        compile_search(watch=self.watch)
        if can_recombine(self.problem):
            compile_breeding()
            self.watch.check()
        self.watch.enter(Stage.SEARCHING)

    def run(self) -> None:
        """Anneal a start; then breed plans beside it, or where days cannot be recombined anneal several starts."""
        self.began = self.clock()
        instance = flatten_problem(self.problem, self.params)
        with open_threads(self.options.workers) as pool:
            first = open_start(instance, self.params, self.options.seed, 0)
            self.starts = [first]
            self._note(instance, first)
            if self.options.iterations:
                anneal_start(instance, first, 0.0, self.params.rounds_per_step)
                self._step(instance, first)
            if can_recombine(self.problem):
                self._recombine(instance, first, pool)
            else:
                self._anneal(instance, first, pool)
        self._time(instance)

    def _anneal(self, instance: Instance, first: Start, pool: ThreadPoolExecutor | None) -> None:
        """Anneal several starts, then the best of them."""
        count = self._count_starts(first)
        self.starts += [open_start(instance, self.params, self.options.seed, number) for number in range(1, count)]
        until = self.params.starts_share if count > 1 else 1.0
        while self._share(count) < until:
            cooled = self._share() / until
            for start in anneal_together(instance, self.starts, cooled, self.params.rounds_per_step, pool):
                self._step(instance, start)
        if isinstance(self.leader, Start):
            self._search_on(instance, self.leader, until)

    def _recombine(self, instance: Instance, first: Start, pool: ThreadPoolExecutor | None) -> None:
        """Anneal one start over the whole budget, and breed plans beside it, which its best plans join now and then."""
        nursery = open_nursery(instance, self.params, self.options.seed)
        adopted, adopt_at, born = math.inf, 0.0, 0
        children = max(1, round(self.params.bred_calls_per_step / max(1, int(first.tours.calls.sum()))))
        while self._share(2) < 1.0:
            if first.cost < adopted and self._share() >= adopt_at:
                adopted, adopt_at = first.cost, self._share() + self.params.bred_adopted
                adopt_plan(nursery, first.best)
            cooled, drawn = self._share(), born < self.params.bred_drawn
            tasks = (
                partial(anneal_start, instance, first, cooled, self.params.rounds_per_step),
                partial(breed_plans, nursery, children, drawn=drawn),
            )
            run_together(tasks, pool)
            self._step(instance, first)
            self._step(instance, nursery)
            born += children
        while self._share(1) < 1.0:
            anneal_start(instance, first, self._share(), self.params.rounds_per_step)
            self._step(instance, first)
        adopt_plan(nursery, first.best)
        self._note(instance, nursery)

    def _search_on(self, instance: Instance, leader: Start, since: float) -> None:
        """Search on from the best start."""
        if self._share(1) < 1.0:
            restart(instance, leader)
        while self._share(1) < 1.0:
            share = (self._share() - since) / (1.0 - since) if since < 1.0 else 1.0
            again = self.params.cooled_again
            anneal_start(instance, leader, again + (1.0 - again) * share, self.params.rounds_per_step)
            self._step(instance, leader)

    def _share(self, ahead: int = 0) -> float:
        """Share of the budget that is used up, or of the time where that leads; 1 if fewer steps are left."""
        budget, limit_s = self.options.iterations, self.options.time_limit_s
        if self.done + ahead > budget:
            return 1.0
        share = self.done / budget if budget else 1.0
        if limit_s is None:
            return share
        passed = (self.clock() - self.began) / limit_s
        self.by_time = self.by_time or passed > share + self.params.time_lag
        return min(1.0, max(share, passed)) if self.by_time else share

    def _count_starts(self, first: Start) -> int:
        """Number of starts that can each have enough steps."""
        steps = float(self.options.iterations)
        if self.options.time_limit_s is not None:
            a_step_s = max(1e-6, (self.clock() - self.began) / max(1, self.done))
            steps = min(steps, self.options.time_limit_s / a_step_s * self.options.workers)
        needed = self.params.rounds_per_call * int(first.tours.calls.sum()) / self.params.rounds_per_step
        return max(1, min(self.params.starts_most, int(self.params.starts_share * steps / max(1.0, needed))))

    def _step(self, instance: Instance, start: Start | Nursery) -> None:
        """Count a step, note what it found, and tell."""
        self._tell()
        self.done += 1
        self._note(instance, start)

    def _note(self, instance: Instance, start: Start | Nursery) -> None:
        """Note a start, or a population, that is the best so far; now and then find its exact times."""
        if start.cost < (math.inf if self.leader is None else self.leader.cost):
            self.leader = start
        if self.done >= self.exact_at:
            self._time(instance)
            by_size = int(self.params.exact_per_vehicle_day * len(instance.vehicle_day))
            self.exact_at = self.done + max(by_size, int(self.params.exact_share * self.done))

    def _time(self, instance: Instance) -> None:
        """Find exact times for the best tours of all starts, and keep them if they cost least."""
        if self.leader is not None and self.leader.cost < self.exact_cost:
            self.exact_cost = self.leader.cost
            self._keep(time_orders(self.scheduler, read_orders(instance, self.leader.best), self.watch))

    def _keep(self, draft: Draft) -> None:
        """Keep tours if they cost less than the best so far."""
        if self._rank(draft) < self._rank(self.best):
            self.best = draft

    def _rank(self, draft: Draft) -> tuple[int, int]:
        """Number of required visits left out, and cost."""
        return len(self._missing(draft)), price_draft(self.problem, draft)

    def _missing(self, draft: Draft) -> list[int]:
        """Required visits that are left out."""
        return [visit for visit in list_unserved(self.problem, draft) if self.problem.visits[visit].required]

    def _tell(self) -> None:
        """Tell about the steps that were not told yet, the last done among them."""
        while self.told < self.done:
            self.told += 1
            budget, cost = self.options.iterations, price_draft(self.problem, self.best)
            self.watch.tell(Progress(self.told, budget, len(self.best.homes), cost, len(self.problem.visits)))

    def finish(self) -> None:
        """Finish the best tours, and tell about the last step."""
        self.ending = Ending.LIMIT if self.by_time else Ending.BUDGET
        for draft in finish_by_steps(self.scheduler, self.best):
            self._keep(draft)
            self.watch.check()
        self._tell()

    def interrupt(self) -> None:
        """Make the best of what there is, but not for long."""
        self.ending = Ending.INTERRUPT
        self.watch = self.watch.to_the_end()
        if self.leader is not None:
            self._time(flatten_problem(self.problem, self.params))
        until = self.clock() + FINISH_S
        for draft in finish_by_steps(self.scheduler, self.best):
            self._keep(draft)
            self.watch.check()
            if self.clock() > until:
                break

    def report(self) -> Solution:
        """Solution of the best tours."""
        timings = [self.scheduler.time_tour(*key, order) for key, order in self.best.tours.items()]
        tours = sorted((timing.tour for timing in timings if timing), key=lambda tour: (tour.day, tour.bus))
        status = Status.NOT_FOUND if self._missing(self.best) else Status.FEASIBLE
        return Solution(
            tuple(tours),
            list_unserved(self.problem, self.best),
            price_draft(self.problem, self.best),
            None,
            status,
            self.ending,
        )
