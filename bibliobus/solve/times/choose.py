"""Choose the clock times of tours that share stops with CP-SAT."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bibliobus.model.problem import price_tour
from bibliobus.solve.solver import build_cp_solver
from bibliobus.words.language import HOUR_S

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bibliobus.model.problem import Problem, ProblemBus
    from bibliobus.solve.times.schedule import Timing

BACK: Final = -1
"""Row of the return to the depot, beside those of the calls."""


@dataclass(frozen=True)
class TourChoice:
    """
    One tour and the orders it may be driven in, each with its times of least price; the first is that of now.

    ``now``: Opening of each call as it is now, in seconds after midnight, by visit; a tour of the first order.
    ``fixed``: True if its times have to stay.
    """

    orders: tuple[Timing, ...]
    now: Mapping[int, int]
    fixed: bool = False

    @property
    def bus(self) -> int:
        """Index of the bus, which is that of every order."""
        return self.orders[0].tour.bus

    @property
    def day(self) -> int:
        """Day of the cycle, which is that of every order."""
        return self.orders[0].tour.day


@dataclass(frozen=True)
class ChosenTimes:
    """The order that was chosen for one tour, and its openings."""

    order: int
    starts_s: Mapping[int, int]


def choose_times(
    problem: Problem, tours: Sequence[TourChoice], published: Mapping[tuple[int, int], int], *, seed: int, effort: float
) -> tuple[ChosenTimes, ...]:
    """
    Choose orders and clock times of tours that share stops, one for each tour in their order.

    Least paid time, kilometres and prices of unequal and of changed times, as far as the effort goes, which is in
    deterministic seconds of CP-SAT: with one thread the same input gives the same times on every machine. `published`
    is the opening in seconds after midnight that people know, by visit and day; calls without one are free. A break on
    the way lies between two stays, beside the first or beside the second; drives hold for the order that is chosen. No
    order takes less work than its times of least price: that bounds the search.
    """
    from ortools.sat.python import cp_model

    model = _Model(problem, cp_model.CpModel())
    for tour in tours:
        model.add_tour(tour)
    model.add_equal_times()
    model.add_published(published)
    model.minimise()
    solver = build_cp_solver(seed)
    solver.parameters.max_deterministic_time = effort
    # On models as small as these, probing takes longer than it saves.
    solver.parameters.cp_model_probing_level = 0
    if solver.solve(model.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return tuple(ChosenTimes(0, tour.now) for tour in tours)
    return tuple(rows.read(solver, problem.grid_s) for rows in model.tours)


@dataclass(frozen=True)
class _Meal:
    """Variables of the meal break: start, at the depot before or after, and whether on the way it follows the leg."""

    start: Any
    before: Any
    after: Any
    arrived: Any


class _Order:
    """One order of the calls of a tour, with the breaks that its driver needs."""

    def __init__(self, problem: Problem, timing: Timing) -> None:
        tour, crew = timing.tour, problem.buses[timing.tour.bus]
        visits = [call.visit for call in tour.calls]
        places = [crew.depot, *(problem.visits[visit].place for visit in visits), crew.depot]
        hops = list(zip(places, places[1:], strict=False))
        self.rows = (*visits, BACK)
        self.legs = [int(problem.leg_s[crew.profile][hop]) // problem.grid_s for hop in hops]
        self.rests = [0] * len(hops)
        for rest in tour.breaks:
            is_before = rest.start_s < tour.calls[rest.leg - 1].start_s
            self.rests[rest.leg - 1 if is_before else rest.leg] += rest.duration_s // problem.grid_s
        drives = [int(problem.driving_s[crew.profile][hop]) for hop in hops]
        is_limited = sum(drives) > crew.max_unbroken_s
        stops = range(1, len(hops))
        self.allows_depot = not is_limited or bool(tour.breaks)
        self.meal_stops = set(stops)
        if tour.breaks:
            # Which breaks end which stretch of driving is left as it is.
            self.meal_stops = {tour.meal_break.leg} if tour.meal_break else set()
        elif is_limited:
            self.meal_stops = {
                stop for stop in stops if max(sum(drives[:stop]), sum(drives[stop:])) <= crew.max_unbroken_s
            }


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
        windows = wish.windows[self.choice.day]
        spans = [(-(-start_s // grid_s), (end_s - wish.dwell_s) // grid_s) for start_s, end_s in windows]
        if self.choice.fixed:
            spans = [(self.choice.now[visit] // grid_s,) * 2]
        domain = cp_model.Domain.from_intervals([list(span) for span in spans if span[0] <= span[1]])
        return self.model.new_int_var_from_domain(domain, "")

    def add_rules(self) -> None:
        """Drives in the chosen order, the breaks, and the work."""
        self.model.add_exactly_one(self.orders)
        meal = self._add_meal() if self.pause else None
        for timing, chosen in zip(self.choice.orders, self.orders, strict=True):
            order = _Order(self.problem, timing)
            self._add_drives(order, chosen)
            if meal:
                self._add_meal_places(order, chosen, meal)
        self.model.add(self.work == self.back - self.leave - self.pause * sum(self.gaps.values()))
        steps = [timing.work_s // self.problem.grid_s for timing in self.choice.orders]
        self.model.add(self.work >= sum(least * chosen for least, chosen in zip(steps, self.orders, strict=True)))

    def _add_meal(self) -> _Meal:
        """Meal break before leaving, after returning, or on the way to one of the calls or back."""
        model, grid_s = self.model, self.problem.grid_s
        start = model.new_int_var(-(-self.crew.break_earliest_s // grid_s), self.crew.break_latest_s // grid_s, "")
        meal = _Meal(start, *(model.new_bool_var("") for _ in range(3)))
        model.add(start + self.pause <= self.leave).only_enforce_if(meal.before)
        model.add(start >= self.back).only_enforce_if(meal.after)
        model.add_exactly_one(meal.before, meal.after, *self.gaps.values())
        if self.crew.max_before_break_s is not None:
            most = self.crew.max_before_break_s // grid_s
            model.add(self.back - self.leave <= most).only_enforce_if(meal.after)
            model.add(start - self.leave <= most).only_enforce_if(~meal.before, ~meal.after)
        return meal

    def _add_drives(self, order: _Order, chosen: Any) -> None:
        """Time for the leg, the meal and the driver's breaks before each row, if this order is chosen."""
        for at, (end, begin) in enumerate(self._list_rows(order)):
            pause = self.pause * self.gaps.get(order.rows[at], 0)
            self.model.add(begin >= end + order.legs[at] + order.rests[at] + pause).only_enforce_if(chosen)

    def _add_meal_places(self, order: _Order, chosen: Any, meal: _Meal) -> None:
        """The meal lies between two stays, beside the first or the second, where the driving rules allow it."""
        if not order.allows_depot:
            self.model.add_bool_and([~meal.before, ~meal.after]).only_enforce_if(chosen)
        for at, (end, begin) in enumerate(self._list_rows(order)):
            gap, leg = self.gaps[order.rows[at]], order.legs[at]
            self.model.add(meal.start >= end + leg * meal.arrived).only_enforce_if([chosen, gap])
            last = begin - self.pause - leg + leg * meal.arrived
            self.model.add(meal.start <= last).only_enforce_if([chosen, gap])
            for stop, elsewhere in ((at, meal.arrived), (at + 1, ~meal.arrived)):
                if stop not in order.meal_stops:
                    self.model.add_bool_or([~chosen, ~gap, elsewhere])

    def _list_rows(self, order: _Order) -> list[tuple[Any, Any]]:
        """End of the row before and beginning of each row, the return last."""
        ends = [self.leave, *(self._close(visit) for visit in order.rows[:-1])]
        begins = [*(self.starts[visit] for visit in order.rows[:-1]), self.back]
        return list(zip(ends, begins, strict=True))

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
        self.prices.append(self._price_work(tour))
        for timing, chosen in zip(choice.orders, tour.orders, strict=True):
            way = timing.cost - price_tour(self.problem, choice.bus, timing.work_s, 0)
            self.prices.append(way * chosen)

    def _price_work(self, tour: _Tour) -> Any:
        """Price of the work of a tour, above every straight line between two steps of a curve that bends upwards."""
        grid_s, bus = self.problem.grid_s, tour.choice.bus
        first = min(timing.work_s for timing in tour.choice.orders) // grid_s
        last = max(first + 1, tour.crew.max_work_s // grid_s)
        worths = [price_tour(self.problem, bus, step * grid_s, 0) for step in range(first, last + 1)]
        price = self.model.new_int_var(0, worths[-1] + 1, "")
        lines = {
            (more - worth, worth - (more - worth) * (first + at))
            for at, (worth, more) in enumerate(zip(worths, worths[1:], strict=False))
        }
        for slope, base in sorted(lines):
            self.model.add(price >= slope * tour.work + base)
        return price

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
        """Set all prices together as what is to be least."""
        self.model.minimize(sum(self.prices))
