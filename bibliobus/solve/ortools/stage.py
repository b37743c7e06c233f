"""First stage: days by CP-SAT, each tour by OR-Tools routing, and moves of visits between days."""

from __future__ import annotations

import math
import random
import time
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.watch import Progress, Watch
from bibliobus.solve.budget import open_budget
from bibliobus.solve.drafts import EMPTY, Draft, TourKey, insert_visit, remove_visits, replace_tours
from bibliobus.solve.driven import draft_driven
from bibliobus.solve.ortools.choose import assign_days
from bibliobus.solve.solver import Ending, Solution, Status
from bibliobus.solve.times.schedule import Scheduler
from bibliobus.words.language import DAY_S, HOUR_S, KM_M

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bibliobus.model.problem import Problem, ProblemBus
    from bibliobus.solve.solver import SearchOptions


def order_calls(problem: Problem, bus: int, day: int, visits: Sequence[int]) -> tuple[int, ...] | None:
    """
    Order the calls of one tour so that paid time and kilometres are least; None if OR-Tools found no tour.

    The search is greedy descent, which ends by itself: same input, same order. Times are steps of the grid. A break may
    fall anywhere between two dwells in this model, and breaks for the driver are left out; the exact places of all
    breaks are found by `bibliobus.solve.times.schedule`.
    """
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    crew = problem.buses[bus]
    places = [crew.depot, *(problem.visits[visit].place for visit in visits)]
    manager = pywrapcp.RoutingIndexManager(len(places), 1, 0)
    model = pywrapcp.RoutingModel(manager)
    lengths = _lookup(problem.length_m[crew.profile], places)
    prices = [[round(problem.costs.per_km * metres / KM_M) for metres in row] for row in lengths]
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(prices))
    _add_driving(model, problem, crew, places)
    _add_clock(model, manager, problem, crew, day, visits, places)
    _fix_positions(model, manager, problem, visits)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GREEDY_DESCENT
    # As in `build_cp_solver`; where drives and breaks are mixed, the search asks CP-SAT.
    parameters.sat_parameters.catch_sigint_signal = False
    found = model.SolveWithParameters(parameters)
    return _read_order(model, manager, found, visits) if found else None


def _lookup(matrix: Any, places: Sequence[int]) -> list[list[int]]:
    """Small matrix of plain whole numbers for the places of one tour."""
    return [[int(matrix[a, b]) for b in places] for a in places]


def _add_driving(model: Any, problem: Problem, crew: ProblemBus, places: Sequence[int]) -> None:
    """Limit the driving of the day."""
    driving = model.RegisterTransitMatrix(_lookup(problem.driving_s[crew.profile], places))
    model.AddDimension(driving, 0, crew.max_driving_s, True, "driving")


def _add_clock(
    model: Any,
    manager: Any,
    problem: Problem,
    crew: ProblemBus,
    day: int,
    visits: Sequence[int],
    places: Sequence[int],
) -> None:
    """Keep shift, windows, longest work and meal break; price the paid time."""
    grid_s = problem.grid_s
    dwells = [0, *(problem.visits[visit].dwell_s // grid_s for visit in visits)]
    legs = [[leg_s // grid_s for leg_s in row] for row in _lookup(problem.leg_s[crew.profile], places)]
    steps = [[dwell + leg for leg in row] for dwell, row in zip(dwells, legs, strict=True)]
    steps_a_day = DAY_S // grid_s
    model.AddDimension(model.RegisterTransitMatrix(steps), steps_a_day, steps_a_day, False, "clock")
    clock = model.GetDimensionOrDie("clock")
    for index in (model.Start(0), model.End(0)):
        clock.CumulVar(index).SetRange(-(-crew.shift_start_s // grid_s), crew.shift_end_s // grid_s)
    for node, visit in enumerate(visits, start=1):
        opening = clock.CumulVar(manager.NodeToIndex(node))
        opening.SetValues(_openings(problem, visit, day))
    clock.SetSpanUpperBoundForVehicle((crew.max_work_s + crew.break_duration_s) // grid_s, 0)
    clock.SetSpanCostCoefficientForVehicle(round(problem.costs.per_hour * grid_s / HOUR_S), 0)
    if crew.break_duration_s:
        pause = model.solver().FixedDurationIntervalVar(
            -(-crew.break_earliest_s // grid_s),
            crew.break_latest_s // grid_s,
            crew.break_duration_s // grid_s,
            False,  # not optional
            "meal break",
        )
        clock.SetBreakIntervalsOfVehicle([pause], 0, [*dwells, 0])


def _fix_positions(model: Any, manager: Any, problem: Problem, visits: Sequence[int]) -> None:
    """Keep the places of locked calls in the order."""
    if all(problem.visits[visit].position is None for visit in visits):
        return
    size = len(visits) + 1
    model.AddDimension(model.RegisterTransitMatrix([[1] * size for _ in range(size)]), 0, size, True, "place")
    place = model.GetDimensionOrDie("place")
    for node, visit in enumerate(visits, start=1):
        position = problem.visits[visit].position
        if position is not None:
            place.CumulVar(manager.NodeToIndex(node)).SetValue(position if position > 0 else size + position)


def _openings(problem: Problem, visit: int, day: int) -> list[int]:
    """Steps of the grid at which a call may open; one that no day has where there is none."""
    grid_s, wish = problem.grid_s, problem.visits[visit]
    spans = ((start_s // grid_s, (end_s - wish.dwell_s) // grid_s) for start_s, end_s in wish.windows[day])
    steps = sorted({step for first, last in spans for step in range(first, last + 1)})
    return steps or [DAY_S]


def _read_order(model: Any, manager: Any, found: Any, visits: Sequence[int]) -> tuple[int, ...]:
    """Visits in the order of the solved tour."""
    order = []
    index = found.Value(model.NextVar(model.Start(0)))
    while not model.IsEnd(index):
        order.append(visits[manager.IndexToNode(index) - 1])
        index = found.Value(model.NextVar(index))
    return tuple(order)


# Numbers of this first stage are chosen by hand, not measured one by one; what it reaches stands beside the periodic
# search in tests/bench/README.md ("Real services", "Whole areas").
REMOVED_MOST: Final = 8
"""Most visits taken out in one step."""

ABSENT_MOST: Final = 12
"""Most unserved visits tried again in one step."""

START_TEMPERATURE: Final = 0.03
"""Start temperature as a share of the price of a plan's mean tour; it falls to nothing."""

ROUTED_FROM: Final = 3
"""Tours with fewer calls have one order only, up to its direction."""


class OrtoolsStage:
    """
    Plan with OR-Tools.

    CP-SAT gives each visit its days and bus; OR-Tools routing orders each tour; then, step by step,
    a few neighbouring visits are taken out and put back, with some of the unserved, on the days where
    they cost least (ruin and recreate: Schrimpf et al. 2000, with simulated annealing), and OR-Tools
    orders the changed tours anew. Clock times are exact at every step.
    """

    @property
    def name(self) -> str:
        """Name on the command line."""
        return "ortools"

    @property
    def compiled(self) -> bool:
        """Whether it needs a compiler: no, OR-Tools comes as machine code."""
        return False

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
            Told after every step; asked whether to stop after every visit and tour of the first tours, too.
        start
            Orders of visits by bus and day from which the steps go on if they cost less than the first tours; None for
            none.

        Returns
        -------
        Solution
            The best that was found. Who stops it ends the search, not the result.
        """
        search = _Search(problem, options, watch)
        try:
            if start:
                search.begin(start)
            search.start()
            ending = search.improve()
            return search.report(ending)
        except KeyboardInterrupt:
            search.watch = watch.to_the_end()
            return search.report(Ending.INTERRUPT)


class _Search:
    """State of one search: the tours now and the best so far."""

    def __init__(self, problem: Problem, options: SearchOptions, watch: Watch) -> None:
        self.problem = problem
        self.watch = watch
        self.options = options
        self.random = random.Random(options.seed)
        self.scheduler = Scheduler(problem)
        self.routed: dict[tuple[int, int, frozenset[int]], tuple[int, ...] | None] = {}
        self.now: Draft = EMPTY
        self.best: Draft = EMPTY
        self.budget = open_budget(problem, options, time.monotonic)
        self.done = 0

    def begin(self, start: Mapping[TourKey, tuple[int, ...]]) -> None:
        """Begin with tours that are there already, in so far as they keep all rules: the result is never worse."""
        self.best = draft_driven(self.scheduler, start)

    def start(self) -> None:
        """Build the first tours from the assignment to days, then fill in whatever fits."""
        homes = assign_days(self.problem, self.options.seed, self.options.time_limit_s)
        by_reward = sorted(homes, key=lambda visit: (-self.problem.visits[visit].reward, visit))
        for visit in by_reward:
            self.watch.check()
            self.now = insert_visit(self.now, visit, self.scheduler, [homes[visit]]) or self.now
        self.now = self._prune(self._fill(self._route(self.now, self.now.tours)))
        driven = self._fill(self.best) if self.best.tours else EMPTY
        if driven.tours and self._price(driven) <= self._price(self.now):
            self.now = driven
        self.best = self.now

    def improve(self) -> Ending:
        """Take out and put back until the budget is used up or time is over."""
        while (share := self._share()) < 1.0:
            if self.budget.left_s < 0.0:
                return Ending.LIMIT
            temperature = START_TEMPERATURE * self.best.cost / max(len(self.best.tours), 1) * (1 - share)
            candidate = self._step()
            if self._price(candidate) <= self._price(self.now) - temperature * math.log(1 - self.random.random()):
                self.now = candidate
            if self._price(candidate) < self._price(self.best):
                self.best = candidate
            self.done += 1
            total, cost, wanted = self.budget.guess_total(self.done), self._price(self.best), len(self.problem.visits)
            self.watch.tell(Progress(self.done, total, len(self.best.homes), cost, wanted))
        # Also without any step the limit may have cut the first stage short.
        return Ending.LIMIT if self.budget.by_time or self.budget.left_s < 0.0 else Ending.BUDGET

    def _share(self) -> float:
        """Share of the budget that is used, by steps or by time, whichever leads."""
        self.budget = self.budget.look(self.done)
        return self.budget.share(self.done)

    def report(self, ending: Ending) -> Solution:
        """Solution of the best tours; whatever still fits is filled in, so that nothing is left out without need."""
        best = self._prune(self._fill(self.best))
        timings = [self.scheduler.time_tour(*key, best.tours[key]) for key in best.tours]
        tours = sorted((timing.tour for timing in timings if timing), key=lambda tour: (tour.day, tour.bus))
        steps = self.done if ending is not Ending.BUDGET or self.budget.steps is None else self.budget.steps
        return Solution(tuple(tours), self._unserved(best), self._price(best), None, Status.FEASIBLE, ending, steps)

    def _step(self) -> Draft:
        """Neighbouring visits out, they and some of the unserved in again, changed tours ordered anew."""
        before = self.now
        removed = self._choose_removed()
        draft = remove_visits(before, removed, self.scheduler) if removed else before
        absent = self._unserved(draft)
        waiting = [visit for visit in absent if visit not in removed]
        self.random.shuffle(waiting)
        chosen = sorted({*removed, *waiting[:ABSENT_MOST]})
        keys = {visit: self.problem.visits[visit].reward * self.random.uniform(0.3, 1.0) for visit in chosen}
        for visit in sorted(chosen, key=lambda visit: (-keys[visit], visit)):
            self.watch.check()
            draft = insert_visit(draft, visit, self.scheduler) or draft
        return self._route(draft, [key for key in draft.tours if draft.tours[key] != before.tours.get(key)])

    def _choose_removed(self) -> set[int]:
        """A served visit and those nearest to it, or all visits of one tour."""
        served = sorted(self.now.homes)
        if not served:
            return set()
        if self.random.random() < 0.2:
            return set(self.random.choice([self.now.tours[key] for key in sorted(self.now.tours)]))
        legs, visits = self.problem.leg_s[0], self.problem.visits
        centre = visits[self.random.choice(served)].place
        near = sorted(served, key=lambda visit: (int(legs[centre, visits[visit].place]), visit))
        count = self.random.randint(1, REMOVED_MOST)
        # Now and then one is passed over, so that the same neighbours do not always go together.
        return set([visit for visit in near[: count + 3] if self.random.random() < 0.8][:count])

    def _route(self, draft: Draft, keys: Iterable[TourKey]) -> Draft:
        """Draft with the tours ordered by OR-Tools wherever that is cheaper."""
        for key in sorted(keys):
            self.watch.check()
            order = draft.tours[key]
            better = self._order(key, order) if len(order) >= ROUTED_FROM else None
            if better is not None and better != order:
                candidate = replace_tours(draft, {key: better}, self.scheduler)
                if candidate is not None and candidate.cost < draft.cost:
                    draft = candidate
        return draft

    def _order(self, key: TourKey, order: tuple[int, ...]) -> tuple[int, ...] | None:
        """Order of a set of visits by OR-Tools, asked once."""
        asked = (key[0], self.scheduler.find_first_like(key[1]), frozenset(order))
        if asked not in self.routed:
            self.routed[asked] = order_calls(self.problem, *key, sorted(order))
        return self.routed[asked]

    def _fill(self, draft: Draft) -> Draft:
        """Draft with every unserved visit that still fits and is worth its cost, the most needed first."""
        for visit in sorted(self._unserved(draft), key=lambda visit: (-self.problem.visits[visit].reward, visit)):
            self.watch.check()
            fuller = insert_visit(draft, visit, self.scheduler)
            if fuller is not None and self._price(fuller) <= self._price(draft):
                draft = fuller
        return draft

    def _prune(self, draft: Draft) -> Draft:
        """Draft without the visits that cost more than they are worth, the least needed first."""
        for visit in sorted(draft.homes, key=lambda visit: (self.problem.visits[visit].reward, visit)):
            self.watch.check()
            if visit in draft.homes:
                leaner = remove_visits(draft, [visit], self.scheduler)
                draft = leaner if self._price(leaner) < self._price(draft) else draft
        return draft

    def _unserved(self, draft: Draft) -> tuple[int, ...]:
        """Visits without a tour."""
        return tuple(visit for visit in range(len(self.problem.visits)) if visit not in draft.homes)

    def _price(self, draft: Draft) -> int:
        """Price of the tours and the rewards of the unserved."""
        return draft.cost + sum(self.problem.visits[visit].reward for visit in self._unserved(draft))
