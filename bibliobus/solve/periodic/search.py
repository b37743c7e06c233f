"""
Finish of the periodic search: exact times for its tours, and whatever still fits.

The kernel knows all rules exactly, so each of its tours has exact times at the same price; a test holds it to that.
Were a tour without times all the same, visits would leave it, the least needed first. Then tours are put in order by
OR-Tools where clocks decide, and filled up by exact prices.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from bibliobus.domain.watch import Progress, Stage, Watch
from bibliobus.solve.budget import open_budget
from bibliobus.solve.compose.compose import Composer, Effort, compile_composing, find_effort, open_composer
from bibliobus.solve.compose.pool import can_compose
from bibliobus.solve.drafts import EMPTY, Draft, insert_visit, place_call, replace_tours
from bibliobus.solve.driven import build_draft, draft_driven, time_orders
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
    build_tiny,
    compile_search,
    count_cores,
    load_start,
    meet,
    open_start,
    open_threads,
    read_orders,
    restart,
    run_together,
    split_start,
)
from bibliobus.solve.solver import Ending, Solution, Status
from bibliobus.solve.times.schedule import Scheduler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import ThreadPoolExecutor

    from bibliobus.model.problem import Problem
    from bibliobus.solve.budget import Budget
    from bibliobus.solve.drafts import TourKey
    from bibliobus.solve.periodic.arrays import Instance
    from bibliobus.solve.solver import SearchOptions

ORDERED_FROM: Final = 3
"""Tours with fewer calls have one order only, up to its direction."""

FINISH_S: Final = 1.0
"""Seconds for which the best tours of a search that was stopped are still finished: who stopped it waits."""


def finish_draft(scheduler: Scheduler, draft: Draft) -> Draft:
    """Order tours by all rules, and fill in what still fits: never dearer, rewards of the unserved included."""
    for better in finish_by_steps(scheduler, draft):
        draft = better
    return draft


def finish_by_steps(
    scheduler: Scheduler, draft: Draft, find_left_s: Callable[[], float] = lambda: math.inf, at_least: int = 0
) -> Iterator[Draft]:
    """
    Finish tours as `finish_draft`, and give them after every tour and every visit, so that one can end there.

    ``find_left_s``: Tells the seconds that are left, of which new orders get the first half: those who are left out
        gain more, and need the room that better orders make.
    ``at_least``: Visits that are tried however little time there is.
    """
    problem = scheduler.problem
    half_s = find_left_s() / 2
    for key in sorted(draft.tours):
        if find_left_s() < half_s or half_s < 0.0:
            break
        if len(draft.tours[key]) >= ORDERED_FROM and _has_clock(problem, key, draft.tours[key]):
            better = order_calls(problem, *key, sorted(draft.tours[key]))
            candidate = replace_tours(draft, {key: better}, scheduler) if better else None
            if candidate is not None and candidate.cost < draft.cost:
                draft = candidate
            yield draft
    insert = _insert_by_one if problem.one_bus else _insert_anywhere
    unserved = list_unserved(problem, draft)
    for number, visit in enumerate(sorted(unserved, key=lambda visit: (-problem.visits[visit].reward, visit))):
        if number >= at_least and find_left_s() <= 0.0:
            break
        fuller = insert(draft, visit, scheduler, _never if number < at_least else lambda: find_left_s() <= 0.0)
        if fuller is not None and price_draft(problem, fuller) <= price_draft(problem, draft):
            draft = fuller
        yield draft


def _never() -> bool:
    """Time is not over."""
    return False


def list_unserved(problem: Problem, draft: Draft) -> tuple[int, ...]:
    """Visits without a tour, sorted."""
    return tuple(visit for visit in range(len(problem.visits)) if visit not in draft.homes)


def price_draft(problem: Problem, draft: Draft) -> int:
    """Price of the tours and the rewards of the unserved, in hundredths of a minute."""
    return draft.cost + sum(problem.visits[visit].reward for visit in list_unserved(problem, draft))


def _has_clock(problem: Problem, key: TourKey, order: Iterable[int]) -> bool:
    """Whether breaks or windows decide about a tour, for whose order the search only guesses."""
    crew, day = problem.buses[key[0]], key[1]
    whole = (crew.shift_start_s, crew.shift_end_s)
    windows = (problem.visits[visit].windows[day] for visit in order)
    open_all_day = all(any(a <= whole[0] and b >= whole[1] for a, b in spans) for spans in windows)
    return crew.break_duration_s > 0 or crew.max_unbroken_s < crew.max_work_s or not open_all_day


def _insert_by_one(draft: Draft, visit: int, scheduler: Scheduler, is_over: Callable[[], bool]) -> Draft | None:
    """Draft with a visit whose repeats are all by one bus; None if it fits nowhere, or time is over."""
    return insert_visit(draft, visit, scheduler, is_over=is_over)


def _insert_anywhere(draft: Draft, visit: int, scheduler: Scheduler, is_over: Callable[[], bool]) -> Draft | None:
    """Draft with a visit whose repeats may be by several buses, on the cheapest of its patterns tried in time."""
    wish = scheduler.problem.visits[visit]
    found = []
    for pattern in wish.patterns:
        changes = {}
        for day in pattern:
            if is_over():
                break
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
    return build_draft(scheduler, best.tours)


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

    def solve(
        self,
        problem: Problem,
        options: SearchOptions,
        watch: Watch,
        start: Mapping[TourKey, tuple[int, ...]] | None = None,
    ) -> Solution:
        """
        Search for tours.

        Parameters
        ----------
        problem, options
            What is to be planned, and how long and how to search.
        watch
            Told now and then, and asked whether to stop.
        start
            Orders of visits by bus and day from which one of the starts begins; None for none.

        Returns
        -------
        Solution
            The best that was found; who stops the search ends it, not the result.
        """
        search = _Search(problem, options, self.params, self.clock, watch)
        try:
            if start:
                search.begin(start)
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
        self.workers = options.workers or count_cores()
        self.leader: Start | Nursery | None = None
        self.best: Draft = EMPTY
        self.driven: Draft = EMPTY
        self.composer: Composer | None = None
        self.composed = 0.0
        self.exact_cost = math.inf
        self.exact_at = 0
        self.done = 0
        self.told = 0
        self.whole = open_budget(problem, options, clock)
        self.budget = self.whole
        self.ending = Ending.BUDGET

    def begin(self, start: Mapping[TourKey, tuple[int, ...]]) -> None:
        """Begin with tours that are there already, in so far as they keep all rules: the result is never worse."""
        self.driven = draft_driven(self.scheduler, start)
        self._keep(self.driven)

    def prepare(self) -> None:
        """Make or load the machine code, and tell before and after every part of it: no part of the time limit."""
        self.watch.enter(Stage.PREPARING)
        compile_search(watch=self.watch)
        if self.params.composed_share > 0.0 and can_compose(self.problem):
            compile_composing(build_tiny(), self.watch.check)
        if can_recombine(self.problem):
            compile_breeding()
            self.watch.check()
        self.watch.enter(Stage.SEARCHING)
        self.whole = open_budget(self.problem, self.options, self.clock)
        self.budget = self._set_aside(self.whole)

    def _set_aside(self, budget: Budget) -> Budget:
        """Budget of the annealing: all steps, and the time but for what the finish needs."""
        aside = self.params.finish_share + (self.params.composed_share if can_compose(self.problem) else 0.0)
        limit_s = None if budget.limit_s is None else budget.limit_s * (1.0 - aside)
        return replace(budget, limit_s=limit_s)

    def run(self) -> None:
        """Anneal a start; then breed plans beside it, or where days cannot be recombined anneal several starts."""
        instance = flatten_problem(self.problem, self.params)
        if self.params.composed_share > 0.0:
            self.composer = open_composer(self.problem, self.scheduler, self.options.seed, self.watch.check)
        with open_threads(self.workers) as pool:
            first = self._open_first(instance)
            self.starts = [first]
            self._note(instance, first)
            first_step_s = self._try_step(instance, first) if self._share(1) < 1.0 else None
            self._time(instance)
            self._compose(early=True)
            if self._is_proved():
                return
            if can_recombine(self.problem):
                self._recombine(instance, first, pool)
            else:
                self._anneal_starts(instance, first, first_step_s, pool)
        self._time(instance)

    def _anneal_starts(
        self, instance: Instance, first: Start, a_step_s: float | None, pool: ThreadPoolExecutor | None
    ) -> None:
        """Anneal several starts, then search on from the best of them; or from the only one."""
        count = 1 if a_step_s is None else self._count_starts(first, a_step_s)
        self.starts += [open_start(instance, self.params, self.options.seed, number) for number in range(1, count)]
        until = self.params.starts_share if count > 1 else 0.0
        while self._share(count) < until:
            self._anneal(instance, self.starts, self._share() / until, pool)
        # By steps, two for half as long each are worse than one alone; by time, each has as long as one.
        alone = count == 1 and not (self.budget.by_time and self.workers > 1)
        self._search_on(instance, until, pool, alone=alone)

    def _anneal(
        self, instance: Instance, starts: Sequence[Start], cooled: float, pool: ThreadPoolExecutor | None
    ) -> None:
        """One step of each start."""
        for start in anneal_together(instance, starts, cooled, self.params.rounds_per_step, pool):
            self._step(instance, start)

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

    def _compose(self, *, early: bool) -> None:
        """Compose a plan: early of all tours that there are, which may prove it, in the end of those of the search."""
        if self.composer is None:
            return
        limit_s, passed_s = self.whole.limit_s, self.whole.passed_s
        until_s = math.inf if limit_s is None else limit_s
        if early and limit_s is not None:
            until_s = passed_s + limit_s * self.params.composed_share / 2.0
        effort = Effort(
            find_effort(self.whole.steps, until_s - passed_s) - self.composed,
            lambda: until_s - self.whole.passed_s,
            self.watch.check,
        )
        before = effort.left
        tours, cost = self.best.tours, price_draft(self.problem, self.best)
        steps = (self.composer.prove,) if early else (self.composer.recombine, self.composer.prove)
        for step in steps:
            found = step(tours, cost, effort)
            if found is not None:
                tours, cost = found.orders, found.cost
                self._keep(time_orders(self.scheduler, tours, self.watch))
        self.composed += before - effort.left

    def _try_step(self, instance: Instance, first: Start) -> float:
        """Do the first step; gives how many seconds it took by itself, without what is done once or now and then."""
        before_s = self.clock()
        anneal_start(instance, first, 0.0, self.params.rounds_per_step)
        a_step_s = self.clock() - before_s
        self._step(instance, first)
        return a_step_s

    def _open_first(self, instance: Instance) -> Start:
        """First start, which is the only one of a small budget: from the tours that are there, if there are any."""
        if self.driven.tours:
            return load_start(instance, self.params, self.options.seed, self.driven, self.scheduler)
        return open_start(instance, self.params, self.options.seed, 0)

    def _search_on(self, instance: Instance, since: float, pool: ThreadPoolExecutor | None, *, alone: bool) -> None:
        """
        Search on from the best start, or from the beginning if it is the only one: alone, or two side by side.

        After each step the worse of two goes on from the tours of the better one: table "Two side by side". By steps
        they are two or one whatever the workers, as the plan may not depend on that.
        """
        leader, warm = self.leader if isinstance(self.leader, Start) else self.starts[0], 0.0
        if since > 0.0 and self._share(1) < 1.0:
            restart(instance, leader)
            warm = self.params.cooled_again
        pair = (leader, split_start(instance, leader, self.options.seed))
        while self._share(1) < 1.0:
            share = max(0.0, self._share() - since) / (1.0 - since) if since < 1.0 else 1.0
            # Of an odd number of steps the last is one alone.
            some = pair[:1] if alone or self._share(2) >= 1.0 else pair
            self._anneal(instance, some, warm + (1.0 - warm) * share, pool)
            if not alone:
                meet(*pair)

    def _share(self, ahead: int = 0) -> float:
        """Share of the budget that is used, by steps or by time, whichever leads; 1 if fewer steps are left."""
        self.budget = self.budget.look(self.done)
        return self.budget.share(self.done, ahead)

    def _count_starts(self, first: Start, a_step_s: float) -> int:
        """Number of starts that can each have enough steps, of which one takes so many seconds."""
        a_step_s /= self.workers
        self.budget = self.budget.look_ahead(self.done, a_step_s)
        steps = self.budget.count_steps(self.done, a_step_s)
        needed = self.params.rounds_per_call * int(first.tours.calls.sum()) / self.params.rounds_per_step
        count = max(1, min(self.params.starts_most, int(self.params.starts_share * steps / max(1.0, needed))))
        # Steps are whole: half of the last ones, on large problems seconds, would lie beyond the time.
        self.budget = self.budget.shorten(a_step_s * max(2, count) / 2.0)
        return count

    def _step(self, instance: Instance, start: Start | Nursery) -> None:
        """Count a step, note what it found, and tell."""
        self._tell()
        self.done += 1
        if self.composer is not None:
            self.composer.pool.add(read_orders(instance, start.tours if isinstance(start, Start) else start.best))
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
            cost, orders = self.leader.cost, read_orders(instance, self.leader.best)
            if self.composer is not None:
                self.composer.pool.add(orders)
            self._keep(time_orders(self.scheduler, orders, self.watch))
            # Not before: who stops meanwhile is to have them timed once more.
            self.exact_cost = cost

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
            total, cost = self.budget.guess_total(self.told), price_draft(self.problem, self.best)
            self.watch.tell(Progress(self.told, total, len(self.best.homes), cost, len(self.problem.visits)))

    def finish(self) -> None:
        """Finish the best tours, and tell about the last step."""
        self.ending = Ending.LIMIT if self.budget.by_time else Ending.BUDGET
        for draft in finish_by_steps(self.scheduler, self.best, lambda: self.whole.left_s):
            self._keep(draft)
            self.watch.check()
        if not self._is_proved():
            self._compose(early=False)
        if self.whole.left_s <= 0.0:
            self.ending = Ending.LIMIT
        if self._is_proved():
            self.ending = Ending.PROOF
        self._tell()

    def interrupt(self) -> None:
        """Make the best of what there is, but not for long."""
        self.ending = Ending.INTERRUPT
        self.watch = self.watch.to_the_end()
        if self.leader is not None:
            self._time(flatten_problem(self.problem, self.params))
        until = self.clock() + FINISH_S
        # One visit at least: whoever stops before there is any tour is not to get an empty plan for that.
        for draft in finish_by_steps(self.scheduler, self.best, lambda: until - self.clock(), at_least=1):
            self._keep(draft)
            self.watch.check()

    def _is_proved(self) -> bool:
        """Whether the bound says that nothing is cheaper."""
        bound = self._find_bound()
        return bound is not None and bound >= price_draft(self.problem, self.best)

    def _find_bound(self) -> int | None:
        """A cost that no plan undercuts, None if none is known."""
        return None if self.composer is None else self.composer.bound

    def report(self) -> Solution:
        """Solution of the best tours."""
        timings = [self.scheduler.time_tour(*key, order) for key, order in self.best.tours.items()]
        tours = sorted((timing.tour for timing in timings if timing), key=lambda tour: (tour.day, tour.bus))
        status = Status.OPTIMAL if self.ending is Ending.PROOF else Status.FEASIBLE
        if self._missing(self.best):
            status = Status.NOT_FOUND
        return Solution(
            tuple(tours),
            list_unserved(self.problem, self.best),
            price_draft(self.problem, self.best),
            self._find_bound(),
            status,
            self.ending,
            self.done if self.ending is not Ending.BUDGET or self.budget.steps is None else self.budget.steps,
        )
