"""Terms and Tours: a problem and its tours as arrays, as the compiled kernel wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from bibliobus.network.places import UNREACHABLE_S
from bibliobus.words.units import DAY_S, HOUR_S, KM_M

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bibliobus.model.problem import Problem, ProblemBus, ProblemVisit

# Columns of `Terms.visit`.
DWELL, LOAD, REWARD, REQUIRED, SIZE, FAR = range(6)
# Columns of `Terms.slot`.
BUS, DAY, PROFILE, DEPOT, CLASS = range(5)
# Columns of `Terms.limit`.
(
    CAPACITY,
    CALLS_MOST,
    START,
    END,
    SPAN,
    WORK_MOST,
    REGULAR,
    PAUSE,
    MEAL_EARLY,
    MEAL_LATE,
    MEAL_OUTSIDE,
    DRIVE_MOST,
    UNBROKEN,
    REST,
    WATCHED,
    WINDOWED,
    LIMITS,
) = range(17)
# Entries of `Terms.money`.
PER_SECOND, PER_BUS_DAY, PER_OVERTIME, PER_SQUARE = range(4)
# Columns of `Tours.value`.
PRICE, LEGS, WORK, WAIT, WARP, DRIVE, TAKEN, TIMED, PICKED, OVER_LOAD, OVER_TIME, OVER_CALLS, VALUES = range(13)
# Entries of `Tours.score`.
NOW, BEST, BANKED, TRIED, FEASIBLE, SCORES = range(6)

POSITION: Final = 0
PATTERNS: Final = 0
NO_LIMIT: Final = 1e15
NEEDED: Final = 1e11
"""What leaving out a required visit costs: more than all else together, and still exact beside hundredths."""
CALLS_OF_A_TOUR: Final = 200
"""Most calls of one tour, ever."""
NEIGHBOURS: Final = 400
LUCK: Final = 4096
FREE, IN_WINDOW = 1, 2
AIM: Final = (0.9, 0.985)
"""Shares of accepted plans that keep a rule between which its price stays as it is."""


class Terms(NamedTuple):
    """
    A problem as arrays; seconds and hundredths of a minute as floats, which hold whole numbers exactly.

    Parameters
    ----------
    visit
        Shape (visits, 6): dwell, load, reward, required, size, distance from the depots.
    position
        Shape (visits,): locked place in the tour, 0 for none.
    pattern
        Shape (visits, patterns, days): days of each pattern, then -1.
    patterns
        Shape (visits,): number of patterns.
    repeats
        Shape (visits, patterns): number of days of each pattern.
    near
        Shape (visits, neighbours): each visit, then the others by price of the leg.
    window
        Shape (visits, days, windows, 2): earliest and latest opening.
    windows
        Shape (visits, days): number of windows with room for the dwell.
    slot
        Shape (slots, 5): bus, day, profile, node of the depot and class of every possible tour, by day; of equal
        class are those that are alike in everything.
    day_first
        Shape (days + 1,): slots of day d are ``day_first[d]`` to ``day_first[d + 1] - 1``.
    limit
        Shape (slots, 16): limits of each tour.
    fits
        Shape (visits, slots), int8: 0 never, 1 at any time of the shift, 2 only in its windows.
    price
        Shape (profiles, nodes, nodes): price of a leg, its time included; nodes are the visits, then the depots.
    price_to
        The same with the last two axes exchanged.
    leg
        Shape (profiles, nodes, nodes): seconds of a leg.
    leg_to
        The same with the last two axes exchanged.
    drive
        Shape (profiles, nodes, nodes): driving that counts for the rules.
    money
        Shape (4,): price of a second of work, of a bus day, of a second of overtime, of a squared second of work.
    alone
        Shape (1,): 1 if all repeats of a visit are by one bus.
    bus_count
        Shape (1,): number of buses.
    aim
        Shape (2,): shares of accepted plans that keep a rule between which its price stays.
    weight_least
        Shape (3,): least prices of broken rules: a unit of load, a second, a call.
    weight_most
        Shape (3,): the highest.
    luck
        Shape (4096,): minus the logarithm of equally spread chances, rounded so that every machine has the same.
    """

    visit: NDArray[np.float64]
    position: NDArray[np.int64]
    pattern: NDArray[np.int64]
    patterns: NDArray[np.int64]
    repeats: NDArray[np.int64]
    near: NDArray[np.int64]
    window: NDArray[np.float64]
    windows: NDArray[np.int64]
    slot: NDArray[np.int64]
    day_first: NDArray[np.int64]
    limit: NDArray[np.float64]
    fits: NDArray[np.int8]
    price: NDArray[np.float64]
    price_to: NDArray[np.float64]
    leg: NDArray[np.float64]
    leg_to: NDArray[np.float64]
    drive: NDArray[np.float64]
    money: NDArray[np.float64]
    alone: NDArray[np.int64]
    bus_count: NDArray[np.int64]
    aim: NDArray[np.float64]
    weight_least: NDArray[np.float64]
    weight_most: NDArray[np.float64]
    luck: NDArray[np.float64]


class Tours(NamedTuple):
    """
    All tours of a cycle while the search changes them.

    Parameters
    ----------
    sequence
        Shape (slots, room): visits in the order of their calls.
    span
        Shape (slots, room): the window each call uses.
    gap
        Shape (slots, room + 1, 2): price and seconds of the leg to each call and back to the depot.
    calls
        Shape (slots,): number of calls.
    value
        Shape (slots, 12): figures of each tour.
    before
        Shape (slots, room + 2, 4): the tour up to each call as one piece.
    after
        Shape (slots, room + 2, 4): the tour from each call on as one piece.
    pause_at
        Shape (slots,): call after which the meal break on the way is taken; 0 for none.
    home
        Shape (visits, days): slot that serves a visit on a day, or -1.
    bank
        Shape (visits,): unserved visits, as many as `score` says.
    bank_at
        Shape (visits,): where in `bank` a visit stands, or -1.
    weight
        Shape (3,): prices of broken rules.
    kept
        Shape (3,): accepted plans that kept each rule since the prices were last adjusted.
    score
        Shape (5,): cost now, best cost, unserved visits, steps tried, steps accepted.
    rng
        Shape (1,): state of the random numbers.
    """

    sequence: NDArray[np.int64]
    span: NDArray[np.int64]
    gap: NDArray[np.float64]
    calls: NDArray[np.int64]
    value: NDArray[np.float64]
    before: NDArray[np.float64]
    after: NDArray[np.float64]
    pause_at: NDArray[np.int64]
    home: NDArray[np.int64]
    bank: NDArray[np.int64]
    bank_at: NDArray[np.int64]
    weight: NDArray[np.float64]
    kept: NDArray[np.float64]
    score: NDArray[np.float64]
    rng: NDArray[np.uint64]


class Room(NamedTuple):
    """
    Room for what one step of the search needs.

    Parameters
    ----------
    touched
        Shape (slots,): whether a tour was copied before its first change.
    changed
        Shape (slots,): those tours.
    counts
        Shape (1,): how many they are.
    gone
        Shape (visits × days,): visits taken out.
    mode
        Same shape: the day on which each lost its call, or -1 if on all.
    key
        Same shape: what they are sorted by.
    order
        Same shape: their order.
    is_gone
        Shape (visits,): whether a visit is among them.
    before
        Shape (visits,): 1 if a visit was served before the step, 2 if not; 0 if that did not change.
    moved
        Shape (visits × days,): visits for which it may have changed.
    cost
        Shape (days, buses): what a visit would add on each day.
    place
        Shape (days, buses, 3): where.
    scanned
        Shape (days,): whether that is known.
    """

    touched: NDArray[np.bool_]
    changed: NDArray[np.int64]
    counts: NDArray[np.int64]
    gone: NDArray[np.int64]
    mode: NDArray[np.int64]
    key: NDArray[np.float64]
    order: NDArray[np.int64]
    is_gone: NDArray[np.bool_]
    before: NDArray[np.int64]
    moved: NDArray[np.int64]
    cost: NDArray[np.float64]
    place: NDArray[np.int64]
    scanned: NDArray[np.bool_]


def build_room(terms: Terms) -> Room:
    """
    Make room for the steps of a search.

    Parameters
    ----------
    terms
        The problem.

    Returns
    -------
    Room
        Zeros.
    """
    slots, visits, days = len(terms.slot), len(terms.visit), len(terms.day_first) - 1
    most, buses = visits * (days + 1) + 8, int(terms.bus_count[0]) if terms.alone[0] else 1
    return Room(
        touched=np.zeros(slots, dtype=np.bool_),
        changed=np.zeros(slots, dtype=np.int64),
        counts=np.zeros(1, dtype=np.int64),
        gone=np.zeros(most, dtype=np.int64),
        mode=np.zeros(most, dtype=np.int64),
        key=np.zeros(most),
        order=np.zeros(most, dtype=np.int64),
        is_gone=np.zeros(visits, dtype=np.bool_),
        before=np.zeros(visits, dtype=np.int64),
        moved=np.zeros(most, dtype=np.int64),
        cost=np.zeros((days, buses)),
        place=np.zeros((days, buses, 3), dtype=np.int64),
        scanned=np.zeros(days, dtype=np.bool_),
    )


def flatten_problem(problem: Problem) -> Terms:
    """
    Write a problem as arrays.

    Parameters
    ----------
    problem
        What is to be planned; with at least one visit and one bus that is out.

    Returns
    -------
    Terms
        The arrays. Visits that fit nowhere have no patterns.
    """
    depots = sorted({bus.depot for bus in problem.buses})
    places = np.array([*(visit.place for visit in problem.visits), *depots])
    pairs = np.ix_(places, places)
    leg = np.array([matrix[pairs] for matrix in problem.leg_s], dtype=np.float64)
    costs = problem.costs
    price = costs.per_hour / HOUR_S * leg + costs.per_km / KM_M * np.array(
        [matrix[pairs] for matrix in problem.length_m], dtype=np.float64
    )
    price[leg >= UNREACHABLE_S] = NEEDED
    windows = [[_list_openings(visit, day) for day in range(problem.days)] for visit in problem.visits]
    window, window_count = _lay_windows(windows)
    slot, day_first = _list_slots(problem, depots)
    fits = _find_fits(problem, slot, leg, windows)
    limit = np.array([_limit_tour(problem.buses[row[BUS]]) for row in slot]).reshape(len(slot), LIMITS)
    limit[:, WINDOWED] = (fits == IN_WINDOW).any(axis=0)
    _watch_time(problem, limit, slot)
    pattern, patterns, repeats = _lay_patterns(problem, fits, slot)
    visit = _value_visits(problem, leg)
    near = np.argsort(
        np.minimum(price, price.transpose(0, 2, 1)).min(axis=0)[: len(visit), : len(visit)], axis=1, kind="stable"
    )
    usual = _usual_leg(price, leg, len(visit))
    least = np.array([usual[0] / max(1.0, visit[:, LOAD].max()), usual[1], usual[0]])
    return Terms(
        visit=visit,
        position=np.array([one.position or 0 for one in problem.visits], dtype=np.int64),
        pattern=pattern,
        patterns=patterns,
        repeats=repeats,
        near=_self_first(near)[:, :NEIGHBOURS].copy(),
        window=window,
        windows=window_count,
        slot=slot,
        day_first=day_first,
        limit=limit,
        fits=fits,
        price=price,
        price_to=price.transpose(0, 2, 1).copy(),
        leg=leg,
        leg_to=leg.transpose(0, 2, 1).copy(),
        drive=np.array([matrix[pairs] for matrix in problem.driving_s], dtype=np.float64),
        money=np.array(
            [
                costs.per_hour / HOUR_S,
                costs.per_bus_day,
                costs.per_overtime_hour / HOUR_S,
                costs.balance / HOUR_S**2,
            ]
        ),
        alone=np.array([int(problem.one_bus)]),
        bus_count=np.array([len(problem.buses)]),
        aim=np.array(AIM),
        weight_least=least * np.array([0.02, 0.05, 0.05]),
        weight_most=least * np.array([100.0, 100.0, 1000.0]),
        luck=np.round(-np.log((np.arange(LUCK) + 0.5) / LUCK) * 2.0**20) / 2.0**20,
    )


def build_tours(terms: Terms, seed: int) -> Tours:
    """
    Make room for the tours of a problem; everybody is unserved.

    Parameters
    ----------
    terms
        The problem.
    seed
        Start of the random numbers, 0 or more.

    Returns
    -------
    Tours
        Empty tours.
    """
    slots, visits, days = len(terms.slot), len(terms.visit), len(terms.day_first) - 1
    room = min(visits, CALLS_OF_A_TOUR) + 3
    before = np.zeros((slots, room + 2, 4))
    before[:, 0, 2:] = terms.limit[:, [START, END]]
    after = np.zeros((slots, room + 2, 4))
    after[:, 1, 2:] = terms.limit[:, [START, END]]
    possible = np.flatnonzero(terms.patterns > 0)
    bank_at = np.full(visits, -1)
    bank_at[possible] = np.arange(len(possible))
    bank = np.zeros(visits, dtype=np.int64)
    bank[: len(possible)] = possible
    score = np.zeros(SCORES)
    score[NOW], score[BEST], score[BANKED] = terms.visit[possible, REWARD].sum(), np.inf, len(possible)
    return Tours(
        sequence=np.zeros((slots, room), dtype=np.int64),
        span=np.zeros((slots, room), dtype=np.int64),
        gap=np.zeros((slots, room + 1, 2)),
        calls=np.zeros(slots, dtype=np.int64),
        value=np.zeros((slots, VALUES)),
        before=before,
        after=after,
        pause_at=np.zeros(slots, dtype=np.int64),
        home=np.full((visits, days), -1),
        bank=bank,
        bank_at=bank_at,
        weight=terms.weight_least / np.array([0.02, 0.05, 0.05]),
        kept=np.zeros(3),
        score=score,
        rng=_seed_random(seed),
    )


def _seed_random(seed: int) -> NDArray[np.uint64]:
    """State of the random numbers, well mixed, never 0."""
    mixed = (seed + 1) * 0x9E3779B97F4A7C15 % 2**64
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB % 2**64
    return np.array([(mixed ^ (mixed >> 31)) or 1], dtype=np.uint64)


def _list_openings(visit: ProblemVisit, day: int) -> list[tuple[int, int]]:
    """Earliest and latest opening in each window of a day that has room for the dwell."""
    return [(start, end - visit.dwell_s) for start, end in visit.windows[day] if end - visit.dwell_s >= start]


def _lay_windows(
    windows: Sequence[Sequence[Sequence[tuple[int, int]]]],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Windows of all visits and days, and how many there are."""
    counts = np.array([[len(spans) for spans in days] for days in windows], dtype=np.int64)
    window = np.zeros((*counts.shape, max(1, int(counts.max())), 2))
    for at, days in enumerate(windows):
        for day, spans in enumerate(days):
            if spans:
                window[at, day, : len(spans)] = spans
    return window, counts


def _list_slots(problem: Problem, depots: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every bus on every day it is out, buses that are alike side by side; and the first of each day."""
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
    from dataclasses import replace

    allowed = tuple(at for at, visit in enumerate(problem.visits) if bus in visit.buses)
    return replace(problem.buses[bus], days=()), allowed


def _find_fits(
    problem: Problem,
    slot: NDArray[np.int64],
    leg: NDArray[np.float64],
    windows: Sequence[Sequence[Sequence[tuple[int, int]]]],
) -> NDArray[np.int8]:
    """Which visit may be in which tour, and whether only at some times of the shift."""
    fits = np.zeros((len(problem.visits), len(slot)), dtype=np.int8)
    for r, (bus, day, profile, depot, _) in enumerate(slot):
        crew = problem.buses[bus]
        for at, visit in enumerate(problem.visits):
            out, back = leg[profile, depot, at], leg[profile, at, depot]
            if bus not in visit.buses or max(out, back) >= UNREACHABLE_S:
                continue
            earliest, latest = crew.shift_start_s + out, crew.shift_end_s - visit.dwell_s - back
            spans = windows[at][day]
            if any(start <= latest and end >= earliest for start, end in spans):
                whole = len(spans) == 1 and spans[0][0] <= earliest and spans[0][1] >= latest
                fits[at, r] = FREE if whole else IN_WINDOW
    return fits


def _limit_tour(crew: ProblemBus) -> list[float]:
    """Limits of a tour of one bus."""
    span = crew.shift_end_s - crew.shift_start_s
    before_meal = span if crew.max_before_break_s is None else crew.max_before_break_s
    outside = max(
        min(crew.break_latest_s - crew.shift_start_s, before_meal),
        crew.shift_end_s - crew.break_earliest_s - crew.break_duration_s,
    )
    row = [0.0] * LIMITS
    row[CAPACITY] = NO_LIMIT if crew.capacity is None else crew.capacity
    row[CALLS_MOST] = NO_LIMIT if crew.max_calls is None else crew.max_calls
    row[START], row[END], row[SPAN] = crew.shift_start_s, crew.shift_end_s, span
    row[WORK_MOST], row[REGULAR] = crew.max_work_s, crew.regular_work_s
    row[PAUSE], row[MEAL_EARLY], row[MEAL_LATE] = crew.break_duration_s, crew.break_earliest_s, crew.break_latest_s
    row[MEAL_OUTSIDE] = outside if crew.break_duration_s else NO_LIMIT
    row[DRIVE_MOST], row[UNBROKEN] = crew.max_driving_s, crew.max_unbroken_s
    row[REST] = crew.min_break_s or DAY_S
    return row


def _watch_time(problem: Problem, limit: NDArray[np.float64], slot: NDArray[np.int64]) -> None:
    """Mark the tours whose time matters (1), and those whose driving does, too (2)."""
    for r, row in enumerate(slot):
        crew = problem.buses[row[BUS]]
        longest = float(problem.leg_s[crew.profile].max()) > 0 or any(visit.dwell_s for visit in problem.visits)
        drives = min(crew.max_driving_s, crew.max_unbroken_s) < min(crew.max_work_s, limit[r, SPAN])
        limit[r, WATCHED] = 2.0 if drives else float(longest)


def _lay_patterns(
    problem: Problem, fits: NDArray[np.int8], slot: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Days of the patterns that some buses can serve, how many patterns there are, and how many days each has."""
    wanted = []
    for at, visit in enumerate(problem.visits):
        open_days = {int(slot[r, DAY]) for r in np.flatnonzero(fits[at])}
        by_bus = [{int(slot[r, DAY]) for r in np.flatnonzero(fits[at]) if slot[r, BUS] == bus} for bus in visit.buses]
        chances = by_bus if problem.one_bus else [open_days]
        wanted.append([days for days in visit.patterns if any(set(days) <= chance for chance in chances)])
    width = max((len(days) for patterns in wanted for days in patterns), default=1)
    pattern = np.full((len(wanted), max(1, *map(len, wanted)), width), -1)
    repeats = np.zeros(pattern.shape[:2], dtype=np.int64)
    for at, patterns in enumerate(wanted):
        for p, days in enumerate(patterns):
            pattern[at, p, : len(days)] = days
            repeats[at, p] = len(days)
    return pattern, np.array([len(patterns) for patterns in wanted], dtype=np.int64), repeats


def _value_visits(problem: Problem, leg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Figures of each visit."""
    visits, count = problem.visits, len(problem.visits)
    loads = np.array([visit.load for visit in visits], dtype=np.float64)
    dwells = np.array([visit.dwell_s for visit in visits], dtype=np.float64)
    far = leg[:, count:, :count].min(axis=(0, 1))
    value = np.zeros((count, 6))
    value[:, DWELL], value[:, LOAD], value[:, FAR] = dwells, loads, far
    value[:, REQUIRED] = [visit.required for visit in visits]
    value[:, REWARD] = [NEEDED if visit.required else visit.reward for visit in visits]
    value[:, SIZE] = loads / max(1.0, loads.max()) + dwells / max(1.0, dwells.max())
    return value


def _usual_leg(price: NDArray[np.float64], leg: NDArray[np.float64], count: int) -> tuple[float, float]:
    """Price of a mean leg, and price of a second of it."""
    prices, legs = price[:, :count, :count], leg[:, :count, :count]
    real = (prices > 0) & (prices < NEEDED)
    if not real.any():
        return 1.0, 1.0
    mean, seconds = float(prices[real].mean()), float(legs[real].mean())
    return mean, mean / seconds if seconds else 1.0


def _self_first(near: NDArray[np.int64]) -> NDArray[np.int64]:
    """Neighbours with each visit itself in front, also where another lies at the same place."""
    rows = [[at, *(other for other in row if other != at)] for at, row in enumerate(near.tolist())]
    return np.array(rows, dtype=np.int64)
