"""Choose the clock times of tours that share stops with CP-SAT."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.calendar import weekday_of
from bibliobus.units import HOUR_S

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bibliobus.model.problem import Problem, ProblemBus
    from bibliobus.solve.schedule import Timing

BACK: Final = -1
"""Row of the return to the depot, beside those of the calls."""


@dataclass(frozen=True)
class TourChoice:
    """
    One tour and the orders it may be driven in.

    Parameters
    ----------
    orders
        Orders of the same calls, each with its times of least price; the first is that of now.
    now
        Opening of each call as it is now, in seconds after midnight, by visit; a tour of the first order.
    fixed
        True if its times have to stay.
    """

    orders: tuple[Timing, ...]
    now: Mapping[int, int]
    fixed: bool = False

    @property
    def bus(self) -> int:
        """Index of the bus."""
        return self.orders[0].tour.bus

    @property
    def day(self) -> int:
        """Day of the cycle."""
        return self.orders[0].tour.day


@dataclass(frozen=True)
class ChosenTimes:
    """
    What was chosen for one tour.

    Parameters
    ----------
    order
        Which of its orders.
    starts_s
        Opening of each call in seconds after midnight, by visit.
    """

    order: int
    starts_s: Mapping[int, int]


def choose_times(
    problem: Problem, tours: Sequence[TourChoice], published: Mapping[tuple[int, int], int], *, seed: int, effort: float
) -> tuple[ChosenTimes, ...]:
    """
    Choose orders and clock times of tours that share stops.

    Parameters
    ----------
    problem
        The planning problem.
    tours
        The tours, at least one.
    published
        Opening in seconds after midnight that people know, by visit and day; calls without one are free.
    seed
        Start of the random numbers, 0 or more.
    effort
        Deterministic seconds of CP-SAT: the same search on every machine.

    Returns
    -------
    tuple of ChosenTimes
        One for each tour: least paid time, kilometres and prices of unequal and of changed times, as far
        as the effort goes; one thread, so that the same input gives the same times.

    Notes
    -----
    A break on the way lies between two stays, beside the first or beside the second; drives hold for the
    order that is chosen. No order takes less work than its times of least price: that bounds the search.
    """
    from ortools.sat.python import cp_model

    model = _Model(problem, cp_model.CpModel())
    for tour in tours:
        model.add_tour(tour)
    model.add_equal_times()
    model.add_published(published)
    model.minimise()
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = effort
    # An interrupt belongs to the program, which ends the search between two groups.
    solver.parameters.catch_sigint_signal = False
    # On models as small as these, probing takes longer than it saves.
    solver.parameters.cp_model_probing_level = 0
    if solver.solve(model.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return tuple(ChosenTimes(0, tour.now) for tour in tours)
    return tuple(rows.read(solver, problem.grid_s) for rows in model.tours)


@dataclass(frozen=True)
class _Break:
    """Variables of the meal break of a tour."""

    start: Any
    arrived: Any
    outside: list[Any]


class _Tour:
    """Variables of one tour, in steps of the grid."""

    def __init__(self, problem: Problem, model: Any, choice: TourChoice) -> None:
        self.problem, self.model, self.choice = problem, model, choice
        self.crew: ProblemBus = problem.buses[choice.bus]
        first, last = -(-self.crew.shift_start_s // problem.grid_s), self.crew.shift_end_s // problem.grid_s
        self.leave, self.back = (model.new_int_var(first, last, "") for _ in range(2))
        self.starts = {visit: self._add_start(visit) for visit in sorted(choice.now)}
        self.orders = [model.new_bool_var("") for _ in choice.orders]
        self.work = model.new_int_var(0, self.crew.max_work_s // problem.grid_s, "")
        self.pause = self.crew.break_duration_s // problem.grid_s
        self.gaps = {row: model.new_bool_var("") for row in (*self.starts, BACK)} if self.pause else {}

    def _add_start(self, visit: int) -> Any:
        """Opening inside a window that holds the whole stay."""
        from ortools.sat.python import cp_model

        wish, grid_s = self.problem.visits[visit], self.problem.grid_s
        windows = wish.windows[weekday_of(self.choice.day)]
        spans = [(-(-start_s // grid_s), (end_s - wish.dwell_s) // grid_s) for start_s, end_s in windows]
        if self.choice.fixed:
            spans = [(self.choice.now[visit] // grid_s,) * 2]
        domain = cp_model.Domain.from_intervals([list(span) for span in spans if span[0] <= span[1]])
        return self.model.new_int_var_from_domain(domain, "")

    def add_rules(self) -> None:
        """Drives in the chosen order, the break, and the paid time."""
        self.model.add_exactly_one(self.orders)
        meal = self._add_break() if self.pause else None
        least = []
        for timing, chosen in zip(self.choice.orders, self.orders, strict=True):
            self._add_order([call.visit for call in timing.tour.calls], chosen, meal)
            least.append(timing.work_s // self.problem.grid_s * chosen)
        self.model.add(self.work == self.back - self.leave - self.pause * sum(self.gaps.values()))
        self.model.add(self.work >= sum(least))

    def _add_break(self) -> _Break:
        """Meal break before leaving, after returning, or on the way to one of the calls or back."""
        model, grid_s = self.model, self.problem.grid_s
        start = model.new_int_var(-(-self.crew.break_earliest_s // grid_s), self.crew.break_latest_s // grid_s, "")
        before, after, arrived = (model.new_bool_var("") for _ in range(3))
        model.add(start + self.pause <= self.leave).only_enforce_if(before)
        model.add(start >= self.back).only_enforce_if(after)
        model.add_exactly_one(before, after, *self.gaps.values())
        return _Break(start, arrived, [before, after])

    def _add_order(self, order: list[int], chosen: Any, meal: _Break | None) -> None:
        """Drives, and the break between two stays, as they are if this order is chosen."""
        places = [self.crew.depot, *(self.problem.visits[visit].place for visit in order), self.crew.depot]
        hops = list(zip(places, places[1:], strict=False))
        legs, driving = self.problem.leg_s[self.crew.profile], self.problem.driving_s[self.crew.profile]
        drives = [int(driving[hop]) for hop in hops]
        if meal and sum(drives) > self.crew.max_unbroken_s:
            self.model.add_bool_and([~outside for outside in meal.outside]).only_enforce_if(chosen)
        ends = [self.leave, *(self._close(visit) for visit in order)]
        begins = [*(self.starts[visit] for visit in order), self.back]
        for at, row in enumerate((*order, BACK)):
            leg, pause = int(legs[hops[at]]) // self.problem.grid_s, self.pause * self.gaps.get(row, 0)
            self.model.add(begins[at] >= ends[at] + leg + pause).only_enforce_if(chosen)
            if meal:
                here = [chosen, self.gaps[row]]
                self.model.add(meal.start >= ends[at] + leg * meal.arrived).only_enforce_if(here)
                last = begins[at] - self.pause - leg + leg * meal.arrived
                self.model.add(meal.start <= last).only_enforce_if(here)
                self._add_driving_rules(drives, at, [~chosen, ~self.gaps[row]], meal)

    def _add_driving_rules(self, drives: list[int], at: int, elsewhere: list[Any], meal: _Break) -> None:
        """No break beside the depot on the way, and none that leaves a stretch of driving too long."""
        for parked, other in ((at, meal.arrived), (at + 1, ~meal.arrived)):
            broken = max(sum(drives[:parked]), sum(drives[parked:])) <= self.crew.max_unbroken_s
            if not (broken and 0 < parked < len(drives)):
                self.model.add_bool_or([*elsewhere, other])

    def _close(self, visit: int) -> Any:
        """End of a stay."""
        return self.starts[visit] + self.problem.visits[visit].dwell_s // self.problem.grid_s

    def hint(self) -> None:
        """Start the search from the times of now."""
        for at, chosen in enumerate(self.orders):
            self.model.add_hint(chosen, at == 0)
        for visit, start in self.starts.items():
            self.model.add_hint(start, self.choice.now[visit] // self.problem.grid_s)

    def read(self, solver: Any, grid_s: int) -> ChosenTimes:
        """Chosen order and openings."""
        order = next(at for at, chosen in enumerate(self.orders) if solver.boolean_value(chosen))
        return ChosenTimes(order, {visit: solver.value(start) * grid_s for visit, start in self.starts.items()})


class _Model:
    """All tours of one group and the prices of their times, in hundredths of a minute."""

    def __init__(self, problem: Problem, model: Any) -> None:
        self.problem, self.model = problem, model
        self.tours: list[_Tour] = []
        self.prices: list[Any] = []

    def add_tour(self, choice: TourChoice) -> None:
        """Rules and price of a tour."""
        tour = _Tour(self.problem, self.model, choice)
        tour.add_rules()
        tour.hint()
        self.tours.append(tour)
        per_step = round(self.problem.costs.per_hour * self.problem.grid_s / HOUR_S)
        self.prices.append(per_step * tour.work)
        for timing, chosen in zip(choice.orders, tour.orders, strict=True):
            fixed = timing.cost - round(self.problem.costs.per_hour * timing.work_s / HOUR_S)
            self.prices.append(fixed * chosen)

    def add_equal_times(self) -> None:
        """Price of every stop whose openings differ, and of how far apart they are."""
        starts: dict[int, list[Any]] = {}
        for tour in self.tours:
            for visit, start in tour.starts.items():
                starts.setdefault(visit, []).append(start)
        for visit in sorted(starts):
            if len(starts[visit]) > 1:
                first, last = self._new_clock(), self._new_clock()
                for start in starts[visit]:
                    self.model.add(first <= start)
                    self.model.add(start <= last)
                self._add_price(last - first)

    def add_published(self, published: Mapping[tuple[int, int], int]) -> None:
        """Price of every opening that differs from what people know."""
        for tour in self.tours:
            for visit, start in tour.starts.items():
                known_s = published.get((visit, tour.choice.day))
                if known_s is not None:
                    apart = self._new_clock()
                    self.model.add_abs_equality(apart, start - known_s // self.problem.grid_s)
                    self._add_price(apart)

    def _add_price(self, apart: Any) -> None:
        """Price of times that are so many steps apart: once for being apart, and again for each hour."""
        price = self.problem.costs.same_time
        differs = self.model.new_bool_var("")
        self.model.add(apart == 0).only_enforce_if(~differs)
        self.prices += [price * differs, round(price * self.problem.grid_s / HOUR_S) * apart]

    def _new_clock(self) -> Any:
        """Step of a day."""
        return self.model.new_int_var(0, 24 * HOUR_S // self.problem.grid_s, "")

    def minimise(self) -> None:
        """Least price."""
        self.model.minimize(sum(self.prices))
