"""The prepared area: everything known before planning; and the problem that a solver gets of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.demand.visits import build_demand
from bibliobus.domain.calendar import WEEK_DAYS, weekday_of
from bibliobus.domain.roads import RoadFile
from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.files import ROADS_OSM, SCENARIO_FILE
from bibliobus.model.problem import Costs, Problem, ProblemBus, ProblemVisit, price_opening
from bibliobus.model.rules import STOP_RULES
from bibliobus.network.build import build_network
from bibliobus.network.places import DEPOT_PREFIX, UNREACHABLE_S
from bibliobus.words.language import DAY_S, N_, round_up
from bibliobus.words.text import Number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.demand.visits import Demand, Visit
    from bibliobus.domain.calendar import Cycle
    from bibliobus.domain.fleet import Bus
    from bibliobus.domain.scenario import Scenario, ServiceRules
    from bibliobus.inputs.area import Dataset
    from bibliobus.model.rules.stop_rule import Span
    from bibliobus.network.network import Network
    from bibliobus.network.places import TravelMatrix


def build_windows(visit: Visit, scenario: Scenario) -> tuple[tuple[Span, ...], ...]:
    """Windows of a visit on each day of the cycle, on the grid and sorted; the whole day if nothing limits it."""
    return tuple(tuple(_list_spans(visit, scenario, day)) for day in range(scenario.cycle.weeks * WEEK_DAYS))


def _list_spans(visit: Visit, scenario: Scenario, day: int) -> Iterator[Span]:
    """Spans of one day."""
    spans: list[Span] = [
        (window.start_s, window.end_s) for window in sorted(visit.windows) if window.weekday == weekday_of(day)
    ]
    if not visit.windows:
        spans = [(0, DAY_S)]
    for rule in STOP_RULES:
        spans = list(rule.cut(visit, scenario, day, spans))
    for start_s, end_s in spans:
        yield from _fit(visit, scenario.rules.grid_s, start_s, end_s)


def _fit(visit: Visit, grid_s: int, start_s: int, end_s: int) -> Iterator[Span]:
    """Span on the grid, narrowed to the locked time."""
    start_s, end_s = round_up(start_s, grid_s), end_s // grid_s * grid_s
    locked_s = visit.lock.time_s if visit.lock else None
    if locked_s is None:
        yield start_s, end_s
    elif start_s <= locked_s and locked_s + visit.dwell_s <= end_s:
        yield locked_s, locked_s + visit.dwell_s


HUNDREDTHS: Final = 100
"""Prices are whole hundredths of a minute of paid time."""

MOST_WORTH: Final = 2**52
"""What all visits may be worth together, in hundredths of a minute: beyond it no program counts exactly."""

WORTH_TOO_BIG: Final = FindingKind(
    "worth-too-big",
    Severity.ERROR,
    N_("By the weights of the scenario all visits together are worth {found} minutes; at most {limit} can be counted."),
    N_("Lower weights.need or the factors in [rules] and [weights], or check the numbers of residents."),
)
LOCK_TIMES: Final = 10
HOURS_A_DAY: Final = 24


def build_problem(scenario: Scenario, demand: Demand, matrices: Sequence[TravelMatrix]) -> Problem:
    """
    Build the planning problem.

    Parameters
    ----------
    scenario
        What the planner decides.
    demand
        Who is to be served.
    matrices
        One for each bus profile of the scenario, in its order, all with the same places.

    Returns
    -------
    Problem
        Visits in the order of the demand, buses in the order of the scenario; places are the rows
        of the matrices.
    """
    rows = {place: row for row, place in enumerate(matrices[0].place_ids)}
    rules, weights = scenario.rules, scenario.weights
    driving = tuple(add_buffer(matrix.duration_s, rules) for matrix in matrices)
    lock_price = _price_lock(scenario, demand)
    buses = tuple(_build_bus(bus, rows, scenario) for bus in scenario.buses)
    balance = round(weights.balance * HUNDREDTHS)
    return Problem(
        days=scenario.cycle.weeks * WEEK_DAYS,
        grid_s=rules.grid_s,
        visits=tuple(_build_visit(visit, rows, scenario, lock_price) for visit in demand.visits),
        buses=buses,
        leg_s=tuple(round_up_to_grid(buffered, rules.grid_s) for buffered in driving),
        driving_s=driving,
        length_m=tuple(matrix.length_m for matrix in matrices),
        costs=Costs(
            per_hour=round(weights.hour * HUNDREDTHS),
            per_km=round(weights.km * HUNDREDTHS),
            per_bus_day=round(weights.bus_day * HUNDREDTHS) + price_opening(balance, buses),
            per_overtime_hour=round(weights.overtime_hour * HUNDREDTHS),
            balance=balance,
            same_time=round(weights.same_time * HUNDREDTHS),
        ),
    )


def check_worth(problem: Problem) -> list[Finding]:
    """Find a finding, or none, where weights, factors and residents together are too much to count with."""
    worth = sum(visit.reward for visit in problem.visits)
    if worth <= MOST_WORTH:
        return []
    found, limit = (Number(hundredths // HUNDREDTHS) for hundredths in (worth, MOST_WORTH))
    return [WORTH_TOO_BIG.at(Place(SCENARIO_FILE), found=found, limit=limit)]


def add_buffer(duration_s: NDArray[np.int64], rules: ServiceRules) -> NDArray[np.int64]:
    """Add the reserve for weather and road works to drives, in whole seconds; none where nothing is driven."""
    import numpy as np

    reserve = np.maximum(np.ceil(duration_s * rules.buffer_share).astype(np.int64), rules.buffer_min_s)
    return np.asarray(np.where(duration_s > 0, duration_s + reserve, 0), dtype=np.int64)


def round_up_to_grid(seconds: NDArray[np.int64], grid_s: int) -> NDArray[np.int64]:
    """
    Round seconds up to the grid of published times.

    Since stays begin and end on the grid, the time between two of them is a multiple of it anyway: nothing is lost.
    """
    return -(-seconds // grid_s) * grid_s


def _price_lock(scenario: Scenario, demand: Demand) -> int:
    """Reward of a locked visit on top of its own: far more than all other visits are worth together."""
    worth = sum(_reward(visit, scenario) for visit in demand.visits)
    return LOCK_TIMES * (worth + round(scenario.weights.hour * HUNDREDTHS) * WEEK_DAYS * HOURS_A_DAY)


def _reward(visit: Visit, scenario: Scenario) -> int:
    """Worth of serving a visit, with all its calls, in hundredths of a minute."""
    repeats = scenario.cycle.weeks // visit.rhythm_weeks
    return round(visit.need * repeats * scenario.weights.need * HUNDREDTHS)


def _build_visit(visit: Visit, rows: Mapping[str, int], scenario: Scenario, lock_price: int) -> ProblemVisit:
    """Visit in whole numbers; locks narrow its days, times and buses."""
    lock = visit.lock
    return ProblemVisit(
        place=rows[visit.settlement_id],
        dwell_s=visit.dwell_s,
        reward=_reward(visit, scenario) + (lock_price if lock else 0),
        patterns=visit.patterns,
        windows=build_windows(visit, scenario),
        buses=tuple(
            at
            for at, bus in enumerate(scenario.buses)
            if not bus.spare
            and set(visit.needs) <= set(bus.features)
            and (lock is None or lock.bus_id in (None, bus.bus_id))
        ),
        load=visit.load,
        required=lock is not None,
        position=lock.position if lock else None,
    )


def _build_bus(bus: Bus, rows: Mapping[str, int], scenario: Scenario) -> ProblemBus:
    """Bus in whole numbers; limits that do not apply become longer than any day."""
    meal, rules = bus.meal_break, bus.driving_rules
    return ProblemBus(
        depot=rows[DEPOT_PREFIX + bus.depot_id],
        profile=[profile.profile_id for profile in scenario.profiles].index(bus.profile_id),
        days=_service_days(bus, scenario.cycle),
        shift_start_s=bus.shift.start_s,
        shift_end_s=bus.shift.end_s,
        regular_work_s=bus.shift.max_work_s,
        max_work_s=max(0, bus.shift.max_work_s + bus.shift.overtime_s - scenario.rules.reserve_s),
        break_duration_s=meal.duration_s if meal else 0,
        break_earliest_s=meal.earliest_s if meal else 0,
        break_latest_s=meal.latest_s if meal else 0,
        max_driving_s=rules.max_driving_s if rules else UNREACHABLE_S,
        max_unbroken_s=rules.max_unbroken_s if rules else UNREACHABLE_S,
        min_break_s=rules.min_break_s if rules else 0,
        split_break_s=rules.split_break_s if rules else None,
        max_before_break_s=rules.max_before_break_s if rules and meal else None,
        max_calls=bus.max_calls,
        capacity=bus.capacity,
    )


def _service_days(bus: Bus, cycle: Cycle) -> tuple[int, ...]:
    """Days of the cycle on which a plan may send a bus out: its weekdays but for its days off in the first cycle."""
    return tuple(
        day
        for day in range(cycle.weeks * WEEK_DAYS)
        if weekday_of(day) in bus.planned_weekdays and cycle.date_of(day) not in bus.days_off
    )


@dataclass(frozen=True)
class PreparedArea:
    """
    One area made ready for planning.

    Parameters
    ----------
    dataset
        Checked inputs.
    network
        Roads with the places joined to them.
    matrices
        Travel for each bus profile of the scenario, in its order; all have the same places.
    demand
        Who is to be served.
    problem
        The planning problem; its places are the rows of the matrices, its visits those of the demand.
    """

    dataset: Dataset
    network: Network
    matrices: tuple[TravelMatrix, ...]
    demand: Demand
    problem: Problem


def prepare_area(dataset: Dataset, like: PreparedArea | None = None, watch: Watch = UNWATCHED) -> PreparedArea:
    """
    Make an area ready for planning.

    Parameters
    ----------
    dataset
        Checked inputs.
    like
        The same area made ready with other decisions or road changes, whose roads need not be read again, or with the
        same ones, which is returned; None to read them.
    watch
        Told, and asked whether to stop, while roads are read and measured.

    Returns
    -------
    PreparedArea
        Network, travel, demand and problem.
    """
    if like is not None and like.dataset == dataset:
        return like
    network = build_network(dataset, _find_roads(dataset, like), watch)
    matrices = tuple(network.measure_travel(profile, watch) for profile in dataset.scenario.profiles)
    # Distances to libraries hardly differ between buses; those of the first kind of bus count.
    demand = build_demand(dataset, matrices[0])
    watch.check()
    problem = build_problem(dataset.scenario, demand, matrices)
    watch.check()
    return PreparedArea(dataset, network, matrices, demand, problem)


def _find_roads(dataset: Dataset, like: PreparedArea | None) -> Network | None:
    """Roads of another area if they are the same: imported from the same file, or between the same settlements."""
    if like is None:
        return None
    before = like.dataset
    if isinstance(dataset.roads, RoadFile):
        same = dataset.digests.get(ROADS_OSM) == before.digests.get(ROADS_OSM) is not None
    else:
        same = (dataset.roads, dataset.settlements) == (before.roads, before.settlements)
    return like.network if same else None
