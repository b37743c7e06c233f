"""Order the calls of one tour with OR-Tools routing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bibliobus.units import DAY_S, HOUR_S, KM_M

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.model.problem import Problem, ProblemBus


def order_calls(problem: Problem, bus: int, day: int, visits: Sequence[int]) -> tuple[int, ...] | None:
    """
    Order the calls of one tour so that paid time and kilometres are least.

    Parameters
    ----------
    problem
        The planning problem.
    bus
        Index of the bus.
    day
        Day of the cycle.
    visits
        Visits that must all be called at, at least one.

    Returns
    -------
    tuple of int or None
        The visits in order; None if OR-Tools found no tour. The search is greedy descent, which ends
        by itself: same input, same order.

    Notes
    -----
    Times are steps of the grid. A break may fall anywhere between two dwells in this model, and breaks for
    the driver are left out; the exact places of all breaks are found by `bibliobus.solve.schedule`.
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
    legs = _lookup(problem.leg_s[crew.profile] // grid_s, places)
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
