"""Branches sited in tiny worlds whose best network is known by hand, and equal to trying everything."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bibliobus.solve.ortools.choose import FAR_OFF_M, SitingProblem, choose_sites, measure_nearest

# Five villages on one road, 10 km apart; a library in the first and in the last.
LINE = SitingProblem(
    people=(100, 10, 500, 10, 100),
    distance_m=tuple(tuple(abs(here - there) * 10_000 for there in (0, 4, 1, 2, 3)) for here in range(5)),
    existing=(True, True, False, False, False),
    reach_m=3_000,
    to_open=0,
    to_close=0,
)


def test_the_one_new_branch_goes_where_most_people_live():
    solution = choose_sites(replace(LINE, to_open=1))

    assert solution.sites == (0, 1, 3)
    assert solution.proved


def test_with_a_longer_reach_the_branch_in_the_middle_serves_everybody():
    solution = choose_sites(replace(LINE, to_open=1, to_close=2, reach_m=20_000))

    assert solution.sites == (3,)
    assert measure_nearest(LINE, solution.sites) == (20_000, 10_000, 0, 10_000, 20_000)


def test_the_library_with_fewer_people_around_is_closed():
    problem = replace(LINE, people=(100, 10, 500, 10, 99), to_close=1)

    assert choose_sites(problem).sites == (0,)


def test_among_choices_that_reach_as_many_the_shortest_ways_win():
    problem = SitingProblem(
        people=(10, 10, 1),
        distance_m=((0, 9_000), (9_000, 0), (7_000, 5_000)),
        existing=(False, False),
        reach_m=1_000,
        to_open=1,
        to_close=0,
    )

    assert choose_sites(problem).sites == (1,)


def test_closing_all_leaves_nobody_with_a_way():
    solution = choose_sites(replace(LINE, to_close=2))

    assert solution.sites == ()
    assert measure_nearest(LINE, solution.sites) == (FAR_OFF_M,) * 5


def rate(problem, sites):
    """Residents out of reach, and metres of all ways: the less the better."""
    ways = measure_nearest(problem, sites)
    pairs = list(zip(problem.people, ways, strict=True))
    return sum(p for p, way_m in pairs if way_m > problem.reach_m), sum(p * way_m for p, way_m in pairs)


def try_everything(problem):
    """Best rating of any choice."""
    old = [at for at, there in enumerate(problem.existing) if there]
    new = [at for at, there in enumerate(problem.existing) if not there]
    return min(
        rate(problem, [*kept, *opened])
        for kept in combinations(old, len(old) - problem.to_close)
        for opened in combinations(new, problem.to_open)
    )


@st.composite
def problems(draw):
    """Up to six settlements and six sites; some ways do not exist."""
    size, sites = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    length = st.sampled_from([0, 1_000, 2_000, 3_000, 5_000, 8_000, 13_000, FAR_OFF_M])
    existing = draw(st.lists(st.booleans(), min_size=sites, max_size=sites))
    return SitingProblem(
        people=tuple(draw(st.lists(st.integers(0, 500), min_size=size, max_size=size))),
        distance_m=tuple(tuple(draw(st.lists(length, min_size=sites, max_size=sites))) for _ in range(size)),
        existing=tuple(existing),
        reach_m=3_000,
        to_open=draw(st.integers(0, existing.count(False))),
        to_close=draw(st.integers(0, existing.count(True))),
    )


@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_choice_is_as_good_as_the_best_of_all(problem):
    solution = choose_sites(problem)

    assert solution.proved
    assert rate(problem, solution.sites) == try_everything(problem)
    assert sum(problem.existing[at] for at in solution.sites) == sum(problem.existing) - problem.to_close
    assert sum(not problem.existing[at] for at in solution.sites) == problem.to_open


@pytest.mark.parametrize("seed", [0, 7])
def test_the_same_seed_gives_the_same_choice(seed):
    problem = replace(LINE, people=(100,) * 5, to_open=1, to_close=1)

    assert choose_sites(problem, seed=seed) == choose_sites(problem, seed=seed)
