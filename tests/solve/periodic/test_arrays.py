from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from random_problems import build_problem

from bibliobus.network.places import UNREACHABLE_S
from bibliobus.solve.periodic.arrays import BUS, DAY, FREE, IN_WINDOW, PROFILE, flatten_problem
from bibliobus.solve.periodic.params import SearchParams

SEEDS = range(40)


def cut_off(problem, seed: int):
    """The same problem without any road to some of its places, from the others or back."""
    random = np.random.default_rng(seed)
    cut = [np.where(random.random(matrix.shape) < 0.1, UNREACHABLE_S, matrix) for matrix in problem.leg_s]
    return replace(problem, leg_s=tuple(cut))


def fit_slowly(problem, instance, at: int, r: int) -> int:
    """Whether a visit may be in a tour, asked one by one: 0 never, 1 at any time of the shift, 2 in its windows."""
    visit, row = problem.visits[at], instance.vehicle_day[r]
    crew = problem.buses[row[BUS]]
    legs, place = problem.leg_s[row[PROFILE]], visit.place
    out, back = int(legs[crew.depot, place]), int(legs[place, crew.depot])
    if row[BUS] not in visit.buses or max(out, back) >= UNREACHABLE_S:
        return 0
    earliest, latest = crew.shift_start_s + out, crew.shift_end_s - visit.dwell_s - back
    spans = [(a, b - visit.dwell_s) for a, b in visit.windows[row[DAY]] if b - visit.dwell_s >= a]
    if not any(start <= latest and end >= earliest for start, end in spans):
        return 0
    whole = len(spans) == 1 and spans[0][0] <= earliest and spans[0][1] >= latest
    return FREE if whole else IN_WINDOW


def test_where_visits_fit_is_what_asking_one_by_one_gives():
    seen = set()
    for seed in SEEDS:
        problem = cut_off(build_problem(seed), seed)

        instance = flatten_problem(problem, SearchParams())

        for at, row in enumerate(instance.fits):
            assert row.tolist() == [fit_slowly(problem, instance, at, r) for r in range(len(row))]
        seen |= set(instance.fits.ravel().tolist())
    assert seen == {0, FREE, IN_WINDOW}


@pytest.mark.parametrize("one_bus", [True, False])
def test_patterns_are_those_whose_days_some_bus_can_all_serve_or_several_together(one_bus):
    for seed in SEEDS:
        problem = replace(cut_off(build_problem(seed), seed), one_bus=one_bus)

        instance = flatten_problem(problem, SearchParams())

        for at, visit in enumerate(problem.visits):
            by_bus = [set() for _ in problem.buses]
            for r in np.flatnonzero(instance.fits[at]):
                by_bus[instance.vehicle_day[r, BUS]].add(int(instance.vehicle_day[r, DAY]))
            chances = by_bus if one_bus else [set().union(*by_bus)]
            wanted = [list(days) for days in visit.patterns if any(set(days) <= chance for chance in chances)]
            rows = instance.pattern[at, : instance.patterns[at]]
            assert [[day for day in row.tolist() if day >= 0] for row in rows] == wanted


@pytest.mark.parametrize("most", [1, 3, 400])
def test_neighbours_are_sorted_by_price_and_equal_ones_by_number(most):
    for seed in SEEDS:
        problem = build_problem(seed)
        flat = replace(problem, leg_s=tuple(matrix // 1800 * 1800 for matrix in problem.leg_s), length_m=problem.leg_s)

        instance = flatten_problem(flat, SearchParams(neighbours=most))

        count = len(problem.visits)
        cheaper = np.minimum(instance.price, instance.price.transpose(0, 2, 1)).min(axis=0)[:count, :count]
        for at, row in enumerate(cheaper.tolist()):
            others = sorted((price, other) for other, price in enumerate(row) if other != at)
            assert instance.near[at].tolist() == [at, *(other for _, other in others)][:most]


def test_seconds_between_places_are_whole_and_the_same_both_ways_round_is_kept_once():
    drawn = build_problem(7)
    problem = replace(drawn, leg_s=tuple(matrix + 300 * np.triu(matrix > 0) for matrix in drawn.leg_s))
    same = tuple(matrix + matrix.T for matrix in problem.leg_s)
    even = replace(problem, leg_s=same, driving_s=same, length_m=same)

    one_way, both = (flatten_problem(some, SearchParams()) for some in (problem, even))

    assert (one_way.leg.dtype, one_way.leg_to.dtype, one_way.drive.dtype) == (np.int32,) * 3
    nodes = [visit.place for visit in problem.visits] + sorted({bus.depot for bus in problem.buses})
    for profile, matrix in enumerate(problem.leg_s):
        assert (one_way.leg[profile] == matrix[np.ix_(nodes, nodes)]).all()
        assert (one_way.leg_to[profile] == matrix[np.ix_(nodes, nodes)].T).all()
        assert (one_way.price_to[profile] == one_way.price[profile].T).all()
    assert one_way.leg_to is not one_way.leg and one_way.price_to is not one_way.price
    assert both.leg_to is both.leg and both.price_to is both.price
