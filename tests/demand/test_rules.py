from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import build_rules, build_scenario, build_village, build_weights

from bibliobus.demand.visits import count_people, find_dwell, find_rhythm, measure_need, weigh_equity, weigh_requests
from bibliobus.domain.places import Request, Wish
from bibliobus.domain.scenario import DwellRule, RhythmRule, StopWish
from bibliobus.words.language import MINUTE_S

RULES = build_rules(
    dwell=(
        DwellRule(0, 20 * MINUTE_S),
        DwellRule(200, 30 * MINUTE_S),
        DwellRule(500, 45 * MINUTE_S),
        DwellRule(1000, 60 * MINUTE_S),
    ),
    rhythm=(RhythmRule(0, 4), RhythmRule(200, 2), RhythmRule(1500, 1)),
    need_factor_min=0.5,
    need_factor_max=2.0,
)


@pytest.mark.parametrize(
    ("population", "minutes"),
    [(0, 20), (199, 20), (200, 30), (499, 30), (500, 45), (999, 45), (1000, 60), (50_000, 60)],
)
def test_a_larger_village_has_a_longer_stay(population, minutes):
    assert find_dwell(build_village("a", population=population), RULES) == minutes * MINUTE_S


@pytest.mark.parametrize(("population", "weeks"), [(0, 4), (199, 4), (200, 2), (1499, 2), (1500, 1)])
def test_a_larger_village_is_visited_more_often(population, weeks):
    assert find_rhythm(build_village("a", population=population), RULES) == weeks


def test_the_wish_of_a_village_counts_before_the_rule():
    village = build_village("a", population=5000, dwell_s=15 * MINUTE_S, rhythm_weeks=3)

    assert find_dwell(village, RULES) == 15 * MINUTE_S
    assert find_rhythm(village, RULES) == 3


@given(st.integers(1, 300), st.sampled_from([1, 5, 10, 15]))
def test_rounding_never_shortens_a_stay(minutes, grid_min):
    rules = build_rules(grid_s=grid_min * MINUTE_S)

    dwell_s = find_dwell(build_village("a", dwell_s=minutes * MINUTE_S), rules)

    assert dwell_s % rules.grid_s == 0
    assert 0 <= dwell_s - minutes * MINUTE_S < rules.grid_s


def test_an_unknown_population_is_the_default_and_not_zero():
    unknown, empty = build_village("a", population=None), build_village("b", population=0)

    assert count_people(unknown, RULES) == 300
    assert count_people(empty, RULES) == 0
    assert find_dwell(unknown, RULES) == 30 * MINUTE_S
    assert find_rhythm(unknown, RULES) == 2


@pytest.mark.parametrize(
    ("library_m", "need"),
    [
        # A resident counts once at 10 km, at most twice, at least half.
        (10_000, 100.0),
        (15_000, 150.0),
        (20_000, 200.0),
        (90_000, 200.0),
        (5_000, 50.0),
        (3_001, 50.0),
        (None, 200.0),
    ],
)
def test_need_grows_with_the_distance_to_the_library_within_limits(library_m, need):
    assert measure_need(100, library_m, RULES) == need


@given(st.integers(0, 10_000), st.integers(0, 100_000), st.integers(0, 100_000))
def test_a_farther_library_never_makes_less_need(people, one, other):
    near, far = sorted([one, other])

    assert measure_need(people, near, RULES) <= measure_need(people, far, RULES)


@pytest.mark.parametrize(
    ("people", "library_m", "since", "times"),
    [
        (500, 5_000, None, 1.0),
        (500, 10_001, None, 3.0),
        (500, None, None, 3.0),
        (199, 5_000, None, 2.0),
        (199, None, None, 6.0),
        # Four years, one tenth each; at most ten years; nothing for the future.
        (500, 5_000, date(2022, 3, 2), pytest.approx(1.4, abs=0.001)),
        (500, 5_000, date(1990, 1, 1), 2.0),
        (500, 5_000, date(2027, 1, 1), 1.0),
    ],
)
def test_who_is_worse_off_counts_more(people, library_m, since, times):
    weights = build_weights(no_library=3.0, small_village=2.0, unserved_year=0.1)
    wish = StopWish("a", unserved_since=since)

    assert weigh_equity(people, library_m, wish, build_scenario(rules=RULES, weights=weights)) == times


def test_by_default_nobody_counts_more():
    wish = StopWish("a", unserved_since=date(2000, 1, 1))

    assert weigh_equity(10, None, wish, build_scenario(rules=RULES)) == 1.0
    assert weigh_equity(10, None, None, build_scenario(rules=RULES)) == 1.0


def test_a_resident_who_signed_counts_one_and_a_half_times():
    requests = [Request(name, "a", Wish.VISIT, signatures=count) for name, count in (("r1", 40), ("r2", 60))]

    assert weigh_requests(100, [], build_weights()) == 1
    assert weigh_requests(100, requests, build_weights(request=0.5)) == pytest.approx(1.3)
    assert weigh_requests(100, requests, build_weights(request=0.0)) == 1
    assert weigh_requests(0, requests, build_weights(request=0.5)) == 1


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.floats(0, 9))
def test_no_number_of_signatures_outweighs_ten_times_the_people(people, signatures, weight):
    request = Request("r", "a", Wish.VISIT, signatures=signatures)

    assert 1 <= weigh_requests(people, [request], build_weights(request=weight)) <= 10
