"""
Instance, Tours and Notes: a problem, its tours and a round of the search as arrays, as the compiled kernel wants them.

Nothing here needs numba. Seconds and hundredths of a minute are floats, which hold whole numbers exactly; only the
seconds between places are 32-bit integers, as there are so many of them. A *row* is that of one vehicle day, which is
one possible tour: a bus on a day it is out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from bibliobus.network.places import UNREACHABLE_S
from bibliobus.words.language import HOUR_S, KM_M, round_up

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from bibliobus.model.problem import Problem, ProblemBus, ProblemVisit
    from bibliobus.solve.periodic.params import SearchParams

# Columns of `Instance.visit`.
DWELL, LOAD, REWARD, REQUIRED, SIZE, FAR = range(6)
# Columns of `Instance.vehicle_day`.
BUS, DAY, PROFILE, DEPOT, KIND = range(5)
# Columns of `Instance.limit`.
(
    CAPACITY,
    CALLS_MOST,
    START,
    END,
    SPAN,
    WORK_MOST,
    REGULAR,
    MEAL,
    MEAL_EARLIEST,
    MEAL_LATEST,
    MEAL_OUTSIDE,
    MEAL_BEFORE,
    MEAL_AFTER,
    MEAL_LAG,
    MEAL_RESTS,
    DRIVE_MOST,
    UNBROKEN,
    REST,
    FIRST_PART,
    SECOND_PART,
    MEAL_PARTS,
    PARTED,
    WATCHED,
    WINDOWED,
    LIMITS,
) = range(25)
# Columns of the last axis of `Tours.reach`, and of `Tours.meal`: the last stand and the first.
CLOCK, DRIVEN = range(2)
LAST_CLOCK, LAST_DRIVEN, FIRST_CLOCK, FIRST_DRIVEN = range(4)
# Entries of `Instance.money`.
PER_SECOND, PER_BUS_DAY, PER_OVERTIME, PER_SQUARE = range(4)
# Columns of `Tours.figure`.
PRICE, LEGS, WORK, WAIT, DRIVE, TAKEN, TIMED, LOCKED, OVER_LOAD, OVER_TIME, OVER_CALLS, FIGURES = range(12)
# Entries of `Tours.score`.
NOW, BEST, ABSENT, TRIED, ACCEPTED, SCORES = range(6)
# Entries of `Notes.tally`.
CHANGED, REMOVED, SWITCHED, STAMP, TALLIES = range(5)
# Columns of the last axis of `Notes.place`.
ROW, POSITION, WINDOW = range(3)
# Values of `Instance.fits`; 0 never.
FREE, IN_WINDOW = 1, 2
# Values of `Notes.was`; 0 if it did not change.
WAS_SERVED, WAS_ABSENT = 1, 2
# Value of `Notes.lost_day` of a visit that lost all its calls.
ALL_DAYS: Final = -1

# Beyond any load, count or second, and still exact as a float when such numbers are added to it (2**53 is 9e15).
NO_LIMIT: Final = 1e15
NEEDED: Final = 1e11
"""What leaving out a required visit costs: more than all else together, and still exact beside hundredths."""
CALLS_OF_A_TOUR: Final = 200
"""Most calls of one tour, ever: bounds the arrays. By hand."""
LUCK: Final = 4096
"""Chances that annealing draws from: a table, because mathematical libraries differ in the last bit of a logarithm. How
many is chosen by hand, not measured."""


class Instance(NamedTuple):
    """A problem as arrays; nodes are the visits, then the depots."""

    # (visits, 6): dwell, load, reward, required, size, distance from the depots.
    visit: NDArray[np.float64]
    # (visits,): locked place in the tour, from 1, or from -1 at its end; 0 for none.
    position: NDArray[np.int64]
    # (visits, patterns, days): days of each pattern, then -1.
    pattern: NDArray[np.int64]
    # (visits,): number of patterns; 0 for visits that fit nowhere.
    patterns: NDArray[np.int64]
    # (visits, patterns): number of days of each pattern.
    repeats: NDArray[np.int64]
    # (visits, neighbours): each visit, then the others by price of the leg.
    near: NDArray[np.int64]
    # (visits, days, windows, 2): earliest and latest opening.
    window: NDArray[np.float64]
    # (visits, days): number of windows with room for the dwell.
    windows: NDArray[np.int64]
    # (rows, 5): bus, day, profile, node of the depot and kind, by day; of one kind are buses alike in everything.
    vehicle_day: NDArray[np.int64]
    # (days + 1,): rows of day d are day_first[d] to day_first[d + 1] - 1.
    day_first: NDArray[np.int64]
    # (rows, 25): limits of each tour; its clock times lie on the grid.
    limit: NDArray[np.float64]
    # (visits, rows): 0 never, 1 at any time of the shift, 2 only in its windows.
    fits: NDArray[np.int8]
    # (profiles, nodes, nodes): price of a leg, its time included. The same with the last two axes exchanged lies beside
    # it, as the legs to one visit from many are then neighbours in memory.
    price: NDArray[np.float64]
    price_to: NDArray[np.float64]
    # (profiles, nodes, nodes): seconds of a leg; the same exchanged.
    leg: NDArray[np.int32]
    leg_to: NDArray[np.int32]
    # (profiles, nodes, nodes): driving that counts for the rules, in seconds.
    drive: NDArray[np.int32]
    # (4,): price of a second of work, of a bus day, of a second of overtime, of a squared second of work.
    money: NDArray[np.float64]
    # (1,): 1 if all repeats of a visit are by one bus.
    one_bus: NDArray[np.int64]
    # (1,): number of buses.
    bus_count: NDArray[np.int64]
    # (1,): seconds of the grid on which clock times lie.
    grid: NDArray[np.int64]
    # (3,): penalties of broken rules at first, least and highest: a unit of load, a second, a call.
    penalty_first: NDArray[np.float64]
    penalty_least: NDArray[np.float64]
    penalty_most: NDArray[np.float64]
    # (4096,): minus the logarithm of equally spread chances, rounded so that every machine has the same.
    luck: NDArray[np.float64]


class Tours(NamedTuple):
    """All tours of a cycle while the search changes them."""

    # (rows, room): visits in the order of their calls.
    sequence: NDArray[np.int64]
    # (rows, room): which window of the day each call uses.
    window: NDArray[np.int64]
    # (rows, room + 1, 2): price and seconds of the leg before each call and of the last one.
    leg: NDArray[np.float64]
    # (rows,): number of calls.
    calls: NDArray[np.int64]
    # (rows, 11): figures, as `penalties.measure_tour` works them out.
    figure: NDArray[np.float64]
    # (rows, room + 2, 4): time-window segment of the depot and the first k calls.
    prefix: NDArray[np.float64]
    # (rows, room + 2, 4): time-window segment from the k-th call, k from 1, to the depot.
    suffix: NDArray[np.float64]
    # (rows,): stand of the meal break: 2 k behind the k-th call, k from 1, 2 k - 1 before it; 0 if not on the way.
    meal_after: NDArray[np.int64]
    # (rows, room + 1, 2): time since leaving and driving on reaching each call and the depot, if nobody waits or rests.
    reach: NDArray[np.float64]
    # (rows, 4): stands, by time and driving, between which a meal break on the way may lie: not after the first of
    # them, as far as the part before it goes, and not before the second, as far as the part after it goes.
    meal: NDArray[np.float64]
    # (room + 2,), (2, room + 2, 2): room for counting breaks, and for clocks of one leaving.
    breaks: NDArray[np.float64]
    clocks: NDArray[np.float64]
    # (visits, days): row of the tour that serves the visit on that day, -1 if none.
    served_by: NDArray[np.int64]
    # (visits,): absent visits, as many as `score` says; and where each visit is among them, -1 if it is not.
    absent: NDArray[np.int64]
    absent_at: NDArray[np.int64]
    # (3,): penalties of broken rules: a unit of load, a second, a call.
    penalty: NDArray[np.float64]
    # (3,): accepted solutions that kept each rule since the penalties were last adjusted.
    kept: NDArray[np.float64]
    # (5,): cost now, best cost, absent visits, rounds tried, rounds accepted since the penalties were last adjusted.
    score: NDArray[np.float64]
    # (1,): state of the random numbers.
    rng: NDArray[np.uint64]


class Notes(NamedTuple):
    """What one round of the search notes; made once for all rounds, as making arrays would cost more than a round."""

    # (4,): changed tours, removed visits, visits for which being served may have changed; insertions ever tried.
    tally: NDArray[np.int64]
    # (rows,): whether a tour was saved before its first change; and those tours.
    is_changed: NDArray[np.bool_]
    changed: NDArray[np.int64]
    # (visits × days,): visits removed or tried again; the day on which each lost its call, -1 if on all.
    removed: NDArray[np.int64]
    lost_day: NDArray[np.int64]
    # The same shape: what they are sorted by, and their order.
    key: NDArray[np.float64]
    order: NDArray[np.int64]
    # (visits,): whether a visit is among them.
    is_removed: NDArray[np.bool_]
    # (visits,): 1 if a visit was served before the round, 2 if it was absent; 0 if that did not change.
    was: NDArray[np.int64]
    # (visits × days,): visits for which it may have changed, in order.
    switched: NDArray[np.int64]
    # (days, buses): what a visit would add on each day, by any bus or by each; and where: row, position, window.
    cost: NDArray[np.float64]
    place: NDArray[np.int64]
    # (days,): whether that is known.
    scanned: NDArray[np.bool_]
    # (rows,): number of the insertion for which a tour turned out not to do.
    barred: NDArray[np.int64]


def build_notes(instance: Instance) -> Notes:
    """Make room for the rounds of a search: zeros."""
    rows, visits, days = len(instance.vehicle_day), len(instance.visit), len(instance.day_first) - 1
    most, buses = visits * (days + 1) + 8, int(instance.bus_count[0]) if instance.one_bus[0] else 1
    return Notes(
        tally=np.zeros(TALLIES, dtype=np.int64),
        is_changed=np.zeros(rows, dtype=np.bool_),
        changed=np.zeros(rows, dtype=np.int64),
        removed=np.zeros(most, dtype=np.int64),
        lost_day=np.zeros(most, dtype=np.int64),
        key=np.zeros(most),
        order=np.zeros(most, dtype=np.int64),
        is_removed=np.zeros(visits, dtype=np.bool_),
        was=np.zeros(visits, dtype=np.int64),
        switched=np.zeros(most, dtype=np.int64),
        cost=np.zeros((days, buses)),
        place=np.zeros((days, buses, 3), dtype=np.int64),
        scanned=np.zeros(days, dtype=np.bool_),
        barred=np.zeros(rows, dtype=np.int64),
    )


def make_empty_tours(instance: Instance, seed: int) -> Tours:
    """Make empty tours, where everybody who fits anywhere is absent; the seed, 0 or more, starts the random numbers."""
    rows, visits, days = len(instance.vehicle_day), len(instance.visit), len(instance.day_first) - 1
    room = min(visits, CALLS_OF_A_TOUR) + 3
    prefix = np.zeros((rows, room + 2, 4))
    prefix[:, 0, 2:] = instance.limit[:, [START, END]]
    suffix = np.zeros((rows, room + 2, 4))
    suffix[:, 1, 2:] = instance.limit[:, [START, END]]
    possible = np.flatnonzero(instance.patterns > 0)
    absent_at = np.full(visits, -1)
    absent_at[possible] = np.arange(len(possible))
    absent = np.zeros(visits, dtype=np.int64)
    absent[: len(possible)] = possible
    score = np.zeros(SCORES)
    score[NOW], score[BEST], score[ABSENT] = instance.visit[possible, REWARD].sum(), np.inf, len(possible)
    return Tours(
        sequence=np.zeros((rows, room), dtype=np.int64),
        window=np.zeros((rows, room), dtype=np.int64),
        leg=np.zeros((rows, room + 1, 2)),
        calls=np.zeros(rows, dtype=np.int64),
        figure=np.zeros((rows, FIGURES)),
        prefix=prefix,
        suffix=suffix,
        meal_after=np.zeros(rows, dtype=np.int64),
        reach=np.zeros((rows, room + 1, 2)),
        meal=np.zeros((rows, 4)),
        breaks=np.zeros(room + 2),
        clocks=np.zeros((2, room + 2, 2)),
        served_by=np.full((visits, days), -1),
        absent=absent,
        absent_at=absent_at,
        penalty=instance.penalty_first.copy(),
        kept=np.zeros(3),
        score=score,
        rng=seed_random(seed),
    )


def seed_random(seed: int) -> NDArray[np.uint64]:
    """State of the random numbers, never 0, far apart for seeds side by side (splitmix64: Steele, Lea, Flood 2014)."""
    mixed = (seed + 1) * 0x9E3779B97F4A7C15 % 2**64
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB % 2**64
    return np.array([(mixed ^ (mixed >> 31)) or 1], dtype=np.uint64)


def flatten_problem(problem: Problem, params: SearchParams) -> Instance:
    """Write a problem with at least one visit and one bus that is out as arrays."""
    depots = sorted({bus.depot for bus in problem.buses})
    places = np.array([*(visit.place for visit in problem.visits), *depots])
    leg = _pick_legs(problem.leg_s, places)
    price = _price_legs(problem, leg, places)
    visit = _value_visits(problem, leg)
    usual = _usual_penalties(price, leg, visit)
    price_to = _exchange(price)
    openings = [[_list_openings(visit, day, problem.grid_s) for day in range(problem.days)] for visit in problem.visits]
    window, windows = _lay_windows(openings)
    vehicle_day, day_first = _list_vehicle_days(problem, depots)
    fits = _find_fits(problem, vehicle_day, leg, window, windows)
    pattern, patterns, repeats = _lay_patterns(problem, fits, vehicle_day)
    least = usual * np.array(params.penalty_least)
    return Instance(
        visit=visit,
        position=np.array([one.position or 0 for one in problem.visits], dtype=np.int64),
        pattern=pattern,
        patterns=patterns,
        repeats=repeats,
        near=_list_neighbours(price, price_to, len(visit), params.neighbours),
        window=window,
        windows=windows,
        vehicle_day=vehicle_day,
        day_first=day_first,
        limit=_limit_tours(problem, vehicle_day, fits),
        fits=fits,
        price=price,
        price_to=price_to,
        leg=leg,
        leg_to=_exchange(leg),
        drive=_pick_legs(problem.driving_s, places),
        money=_list_money(problem),
        one_bus=np.array([int(problem.one_bus)]),
        bus_count=np.array([len(problem.buses)]),
        grid=np.array([problem.grid_s]),
        penalty_first=least / np.array(params.penalty_least),
        penalty_least=least,
        penalty_most=usual * np.array(params.penalty_most),
        luck=np.round(-np.log((np.arange(LUCK) + 0.5) / LUCK) * 2.0**20) / 2.0**20,
    )


def _pick_legs(matrices: Sequence[NDArray[np.int64]], places: NDArray[np.int64]) -> NDArray[np.int32]:
    """Seconds between the nodes, by profile; of 32 bits, as no road takes 68 years."""
    picked = np.empty((len(matrices), len(places), len(places)), dtype=np.int32)
    for matrix, legs in zip(matrices, picked, strict=True):
        # Row by row, here and below: a whole matrix on the way would be as large as all the rest.
        for at, place in enumerate(places):
            legs[at] = matrix[place, places]
    return picked


def _price_legs(problem: Problem, leg: NDArray[np.int32], places: NDArray[np.int64]) -> NDArray[np.float64]:
    """Price of every leg: its time, and its kilometres."""
    costs = problem.costs
    price = np.empty(leg.shape)
    for profile, lengths in enumerate(problem.length_m):
        for at, place in enumerate(places):
            legs = leg[profile, at]
            prices = costs.per_hour / HOUR_S * legs + costs.per_km / KM_M * lengths[place, places]
            price[profile, at] = np.where(legs >= UNREACHABLE_S, NEEDED, prices)
    return price


def _exchange(matrix: NDArray[Any]) -> NDArray[Any]:
    """Matrix with its last two axes exchanged: itself where that is the same."""
    exchanged = matrix.transpose(0, 2, 1)
    same = all(np.array_equal(one, other) for one, other in zip(matrix, exchanged, strict=True))
    return matrix if same else exchanged.copy()


def _list_money(problem: Problem) -> NDArray[np.float64]:
    """Prices of time and bus days, as `Instance.money` wants them."""
    costs = problem.costs
    per_overtime, per_square = costs.per_overtime_hour / HOUR_S, costs.balance / HOUR_S**2
    return np.array([costs.per_hour / HOUR_S, costs.per_bus_day, per_overtime, per_square])


def _list_neighbours(
    price: NDArray[np.float64], price_to: NDArray[np.float64], visits: int, most: int
) -> NDArray[np.int64]:
    """Neighbours by the cheaper direction of any profile, each visit itself in front even of those at its place."""
    most = min(most, visits)
    near = np.empty((visits, most), dtype=np.int64)
    for at in range(visits):
        cheaper = np.minimum(price[:, at, :visits], price_to[:, at, :visits]).min(axis=0)
        cheaper[at] = -1.0
        # Only those as near as the last one are sorted; of equal ones the first of the list come first.
        found = np.flatnonzero(cheaper <= np.partition(cheaper, most - 1)[most - 1])
        near[at] = found[np.argsort(cheaper[found], kind="stable")][:most]
    return near


def _list_openings(visit: ProblemVisit, day: int, grid_s: int) -> list[tuple[int, int]]:
    """Earliest and latest opening, on the grid, in each window of a day that has room for the dwell."""
    spans = (
        (_round_down(start, grid_s), _round_down(end - visit.dwell_s, grid_s)) for start, end in visit.windows[day]
    )
    return [(first, last) for first, last in spans if last >= first]


def _lay_windows(
    openings: Sequence[Sequence[Sequence[tuple[int, int]]]],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Openings of all visits and days, and how many there are."""
    counts = np.array([[len(spans) for spans in days] for days in openings], dtype=np.int64)
    window = np.zeros((*counts.shape, max(1, int(counts.max())), 2))
    for at, days in enumerate(openings):
        for day, spans in enumerate(days):
            if spans:
                window[at, day, : len(spans)] = spans
    return window, counts


def _list_vehicle_days(problem: Problem, depots: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every bus on every day it is out, buses that are alike side by side; and the first row of each day."""
    kinds: dict[object, int] = {}
    kind_of = [kinds.setdefault(_describe_bus(problem, bus), len(kinds)) for bus in range(len(problem.buses))]
    rows, first = [], [0]
    for day in range(problem.days):
        out = [bus for bus, crew in enumerate(problem.buses) if day in crew.days]
        for bus in sorted(out, key=lambda bus: (kind_of[bus], bus)):
            crew = problem.buses[bus]
            rows.append((bus, day, crew.profile, len(problem.visits) + depots.index(crew.depot), kind_of[bus]))
        first.append(len(rows))
    return np.array(rows, dtype=np.int64).reshape(-1, 5), np.array(first, dtype=np.int64)


def _describe_bus(problem: Problem, bus: int) -> object:
    """What makes a bus another than the others: all but the days it is out."""
    return replace(problem.buses[bus], days=()), _find_allowed(problem, bus).tobytes()


def _find_allowed(problem: Problem, bus: int) -> NDArray[np.bool_]:
    """Whether each visit may be by a bus."""
    return np.array([bus in visit.buses for visit in problem.visits])


def _find_fits(
    problem: Problem,
    vehicle_day: NDArray[np.int64],
    leg: NDArray[np.int32],
    window: NDArray[np.float64],
    windows: NDArray[np.int64],
) -> NDArray[np.int8]:
    """Which visit may be in which tour, and whether only at some times of the shift."""
    visits = len(problem.visits)
    dwell = np.array([visit.dwell_s for visit in problem.visits])
    allowed = [_find_allowed(problem, bus) for bus in range(len(problem.buses))]
    real = np.arange(window.shape[2]) < windows[:, :, None]
    fits = np.zeros((visits, len(vehicle_day)), dtype=np.int8)
    homes = sorted({(int(row[PROFILE]), int(row[DEPOT])) for row in vehicle_day})
    # The way round may be shorter than the straight leg.
    soonest = {
        (profile, depot): (
            _shorten_ways(leg[profile], depot)[:visits],
            _shorten_ways(leg[profile].T, depot)[:visits],
        )
        for profile, depot in homes
    }
    for r, (bus, day, profile, depot, _) in enumerate(vehicle_day):
        crew = problem.buses[bus]
        out, back = leg[profile, depot, :visits], leg[profile, :visits, depot]
        soon, late = soonest[int(profile), int(depot)]
        earliest, latest = crew.shift_start_s + soon, crew.shift_end_s - dwell - late
        start, end = window[:, day, :, 0], window[:, day, :, 1]
        opens = (real[:, day] & (start <= latest[:, None]) & (end >= earliest[:, None])).any(axis=1)
        may = allowed[bus] & (np.maximum(out, back) < UNREACHABLE_S) & opens
        whole = (windows[:, day] == 1) & (start[:, 0] <= earliest) & (end[:, 0] >= latest)
        fits[:, r] = np.where(may, np.where(whole, FREE, IN_WINDOW), 0)
    return fits


def _shorten_ways(leg: NDArray[np.int32], depot: int) -> NDArray[np.int32]:
    """Seconds of the shortest way from a depot to every node, round others where that is shorter than the leg."""
    ways: NDArray[np.float64] = leg[depot]
    while True:
        shorter = np.minimum(ways, (ways[:, np.newaxis] + leg).min(axis=0))
        if (shorter == ways).all():
            return np.asarray(ways)
        ways = shorter


def _limit_tours(problem: Problem, vehicle_day: NDArray[np.int64], fits: NDArray[np.int8]) -> NDArray[np.float64]:
    """Limits of every tour; and whether its windows (1), its time (1), and its driving, too (2), must be watched."""
    rows = [_limit_bus(problem.buses[row[BUS]], problem.grid_s) for row in vehicle_day]
    limit = np.array(rows).reshape(len(rows), LIMITS)
    limit[:, WINDOWED] = (fits == IN_WINDOW).any(axis=0)
    stays = any(visit.dwell_s for visit in problem.visits)
    moves = [float(matrix.max()) > 0 for matrix in problem.leg_s]
    for r, row in enumerate(vehicle_day):
        crew = problem.buses[row[BUS]]
        takes_time = moves[crew.profile] or stays
        drives = min(crew.max_driving_s, crew.max_unbroken_s) < min(crew.max_work_s, limit[r, SPAN])
        limit[r, WATCHED] = 2.0 if drives else float(takes_time)
    return limit


def _limit_bus(crew: ProblemBus, grid_s: int) -> list[float]:
    """Limits of a tour of one bus, by the grid on which it is timed in the end."""
    start, end = round_up(crew.shift_start_s, grid_s), _round_down(crew.shift_end_s, grid_s)
    meal, earliest = _round_down(crew.break_duration_s, grid_s), round_up(crew.break_earliest_s, grid_s)
    latest, lag = _round_down(crew.break_latest_s, grid_s), NO_LIMIT
    if crew.max_before_break_s is not None:
        lag = _round_down(crew.max_before_break_s, grid_s)
    before, after = min(latest - start, lag), end - earliest - meal
    row = [0.0] * LIMITS
    row[CAPACITY] = NO_LIMIT if crew.capacity is None else crew.capacity
    row[CALLS_MOST] = NO_LIMIT if crew.max_calls is None else crew.max_calls
    row[START], row[END], row[SPAN] = start, end, end - start
    row[WORK_MOST], row[REGULAR] = crew.max_work_s, crew.regular_work_s
    row[MEAL], row[MEAL_EARLIEST], row[MEAL_LATEST], row[MEAL_LAG] = meal, earliest, latest, lag
    # The longest tour without a meal on the way: it returns before the meal or leaves after it.
    row[MEAL_OUTSIDE] = max(before, after) if meal else NO_LIMIT
    # With a meal on the way, the longest parts before and after it; none if it cannot begin on any step of the grid.
    row[MEAL_BEFORE], row[MEAL_AFTER] = before if earliest <= latest else -NO_LIMIT, after
    row[DRIVE_MOST], row[UNBROKEN] = crew.max_driving_s, crew.max_unbroken_s
    row[REST] = max(grid_s, round_up(crew.min_break_s, grid_s))
    row[MEAL_RESTS] = float(meal > 0 and crew.break_duration_s >= crew.min_break_s)
    row[FIRST_PART], row[SECOND_PART] = NO_LIMIT, NO_LIMIT
    if crew.split_break_s is not None:
        first_s, second_s = crew.split_break_s
        row[FIRST_PART], row[SECOND_PART] = (max(grid_s, round_up(part_s, grid_s)) for part_s in (first_s, second_s))
        row[MEAL_PARTS] = (crew.break_duration_s >= first_s) + 2 * (crew.break_duration_s >= second_s)
    # Without windows, two parts of a break never help unless they are shorter than a whole one, or the meal is a part.
    row[PARTED] = float(row[FIRST_PART] + row[SECOND_PART] < row[REST] or (meal > 0 and not row[MEAL_RESTS]))
    return row


def _round_down(value: int, step: int) -> int:
    """The multiple of a step that is not above a value."""
    return value // step * step


def _lay_patterns(
    problem: Problem, fits: NDArray[np.int8], vehicle_day: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Days of the patterns that some buses can serve, how many patterns there are, and how many days each has."""
    wanted = [list(_list_patterns(problem, at, vehicle_day[row > 0])) for at, row in enumerate(fits)]
    width = max((len(days) for patterns in wanted for days in patterns), default=1)
    pattern = np.full((len(wanted), max(1, *map(len, wanted)), width), -1)
    repeats = np.zeros(pattern.shape[:2], dtype=np.int64)
    for at, patterns in enumerate(wanted):
        for p, days in enumerate(patterns):
            pattern[at, p, : len(days)] = days
            repeats[at, p] = len(days)
    return pattern, np.array([len(patterns) for patterns in wanted], dtype=np.int64), repeats


def _list_patterns(problem: Problem, at: int, possible: NDArray[np.int64]) -> Iterator[tuple[int, ...]]:
    """Patterns of a visit whose days all lie among its possible vehicle days: of one bus if repeats stay together."""
    on = np.zeros((len(problem.buses), problem.days), dtype=np.bool_)
    on[possible[:, BUS], possible[:, DAY]] = True
    chances = on if problem.one_bus else np.array([on.any(axis=0)])
    return (days for days in problem.visits[at].patterns if chances[:, list(days)].all(axis=1).any())


def _value_visits(problem: Problem, leg: NDArray[np.int32]) -> NDArray[np.float64]:
    """Figures of each visit."""
    visits, count = problem.visits, len(problem.visits)
    loads = np.array([visit.load for visit in visits], dtype=np.float64)
    dwells = np.array([visit.dwell_s for visit in visits], dtype=np.float64)
    value = np.zeros((count, 6))
    value[:, DWELL], value[:, LOAD] = dwells, loads
    value[:, FAR] = leg[:, count:, :count].min(axis=(0, 1))
    value[:, REQUIRED] = [visit.required for visit in visits]
    value[:, REWARD] = [NEEDED if visit.required else visit.reward for visit in visits]
    value[:, SIZE] = loads / max(1.0, loads.max()) + dwells / max(1.0, dwells.max())
    return value


def _usual_penalties(
    price: NDArray[np.float64], leg: NDArray[np.int32], visit: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Units of the penalties: a mean leg for the largest load, a second's drive for a second, a mean leg for a call."""
    count = len(visit)
    found, prices_sum, legs_sum = 0, 0.0, 0.0
    for prices, legs in zip(price[:, :count, :count], leg[:, :count, :count], strict=True):
        real = (prices > 0) & (prices < NEEDED)
        found += int(real.sum())
        prices_sum += float(prices.sum(where=real))
        legs_sum += float(legs.sum(where=real, dtype=np.float64))
    mean, a_second = 1.0, 1.0
    if found:
        mean = prices_sum / found
        a_second = prices_sum / legs_sum if legs_sum else 1.0
    return np.array([mean / max(1.0, visit[:, LOAD].max()), a_second, mean])
