from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import (
    DRIVING,
    MEAL,
    TOWN,
    build_bus,
    build_dataset,
    build_road,
    build_rules,
    build_scenario,
    build_star,
    build_village,
    build_weights,
)

from bibliobus.domain.calendar import WeeklyWindow
from bibliobus.domain.fleet import BusProfile, Depot
from bibliobus.model.area import add_buffer, prepare_area, round_up_to_grid
from bibliobus.model.problem import Problem
from bibliobus.network.places import UNREACHABLE_S
from bibliobus.words.language import DAY_S, HOUR_S, MINUTE_S

durations = st.lists(st.integers(0, 100_000), min_size=1, max_size=5).map(np.array)


def build_problem(villages, roads, **changes) -> Problem:
    """Build the problem of an area."""
    return prepare_area(build_dataset(villages, roads, **changes)).problem


@given(durations, st.floats(0, 1), st.integers(0, 3600))
def test_a_buffer_is_a_share_of_the_drive_and_at_least_its_minimum(duration_s, share, least_s):
    rules = build_rules(buffer_share=share, buffer_min_s=least_s)

    buffered = add_buffer(duration_s, rules)

    driven = duration_s > 0
    assert (buffered[~driven] == 0).all()
    assert (buffered[driven] >= duration_s[driven] + least_s).all()
    assert (buffered[driven] >= duration_s[driven] * (1 + share) - 1e-6).all()


@pytest.mark.parametrize(
    ("minutes", "with_reserve"),
    # 10 %, at least 5 minutes.
    [(0, 0), (1, 6), (20, 25), (50, 55), (60, 66), (100, 110)],
)
def test_a_reserve_is_added_up_by_hand(minutes, with_reserve):
    rules = build_rules(buffer_share=0.1, buffer_min_s=5 * MINUTE_S)

    assert add_buffer(np.array([minutes * MINUTE_S]), rules) == [with_reserve * MINUTE_S]


@given(durations, st.sampled_from([60, 300, 900]))
def test_rounding_never_shortens_a_drive_and_adds_less_than_a_step(seconds, grid_s):
    rounded = round_up_to_grid(seconds, grid_s)

    assert (rounded % grid_s == 0).all()
    assert ((rounded - seconds >= 0) & (rounded - seconds < grid_s)).all()


def test_legs_have_reserve_and_rounding_and_driving_has_reserve_only():
    rules = build_rules(buffer_share=0.1, buffer_min_s=5 * MINUTE_S)
    problem = prepare_area(build_star({"a": 61}, scenario=build_scenario(rules=rules))).problem

    depot, village = problem.buses[0].depot, problem.visits[0].place
    # 61 min and 6.1 min of reserve, rounded up to 70 min.
    assert problem.driving_s[0][depot, village] == 61 * 60 + 366
    assert problem.leg_s[0][depot, village] == 70 * MINUTE_S
    assert problem.length_m[0][depot, village] == 61_000


def test_a_leg_without_a_road_stays_unreachable():
    rules = build_rules(buffer_share=0.1, buffer_min_s=5 * MINUTE_S)
    problem = build_problem([build_village("island")], [], scenario=build_scenario(rules=rules))

    assert problem.leg_s[0][problem.buses[0].depot, problem.visits[0].place] >= UNREACHABLE_S
    assert problem.driving_s[0][problem.buses[0].depot, problem.visits[0].place] >= UNREACHABLE_S


def test_prices_are_hundredths_of_a_minute():
    scenario = build_scenario(weeks=2, weights=build_weights(need=2.5, hour=60.0, km=0.25, bus_day=30.0))

    problem = prepare_area(build_star({"a": 10}, scenario=scenario, population=40)).problem

    assert (problem.costs.per_hour, problem.costs.per_km, problem.costs.per_bus_day) == (6000, 25, 3000)
    # 40 residents, two visits, 2.5 minutes for each.
    assert problem.visits[0].reward == 40 * 2 * 250


def test_a_rarer_visit_is_worth_less_in_a_cycle():
    scenario = build_scenario(weeks=4)
    villages = [build_village(str(weeks), rhythm_weeks=weeks) for weeks in (1, 2, 4)]

    problem = build_problem(villages, [], scenario=scenario)

    assert [visit.reward for visit in problem.visits] == [4_000_000, 2_000_000, 1_000_000]
    assert problem.days == 28


def test_windows_are_laid_on_the_grid_without_growing():
    windows = (
        WeeklyWindow(0, 13 * HOUR_S, 15 * HOUR_S),
        WeeklyWindow(0, 9 * HOUR_S + 61, 12 * HOUR_S - 1),
        WeeklyWindow(2, 8 * HOUR_S, 9 * HOUR_S),
    )

    (visit,) = build_problem([build_village("a", windows=windows)], [], scenario=build_scenario(weeks=2)).visits

    monday = ((9 * HOUR_S + 5 * MINUTE_S, 11 * HOUR_S + 55 * MINUTE_S), (13 * HOUR_S, 15 * HOUR_S))
    assert visit.windows == (monday, (), ((8 * HOUR_S, 9 * HOUR_S),), (), (), (), ()) * 2


def test_a_village_without_windows_is_open_all_day_every_day():
    (visit,) = build_problem([build_village("a")], []).visits

    assert visit.windows == (((0, DAY_S),),) * 7


def test_only_buses_with_every_feature_may_serve_a_village():
    buses = (
        build_bus("none"),
        build_bus("ramp", features=("ramp",)),
        build_bus("both", features=("4x4", "ramp")),
    )
    villages = [
        build_village("a"),
        build_village("b", needs=("ramp",)),
        build_village("c", needs=("4x4", "ramp")),
        build_village("d", needs=("crane",)),
    ]

    problem = build_problem(villages, [], scenario=build_scenario(buses=buses))

    assert [visit.buses for visit in problem.visits] == [(0, 1, 2), (1, 2), (2,), ()]


def test_each_bus_has_the_roads_of_its_own_profile():
    profiles = (BusProfile("lorry", 5.0, 3.0, 1.0), BusProfile("van", 2.0, 2.0, 0.5))
    buses = (build_bus("one"), build_bus("two", profile_id="van"))
    scenario = build_scenario(profiles=profiles, buses=buses)

    problem = build_problem([build_village("a")], [build_road(TOWN, "a", 10, max_weight_t=3.5)], scenario=scenario)

    way = problem.buses[0].depot, problem.visits[0].place
    assert [bus.profile for bus in problem.buses] == [0, 1]
    assert problem.leg_s[0][way] >= UNREACHABLE_S
    assert problem.leg_s[1][way] == 20 * MINUTE_S


def test_each_bus_starts_at_its_own_depot():
    depots = (Depot("main", "Depot", TOWN), Depot("north", "Yard", "a"))
    buses = (build_bus("one"), build_bus("two", depot_id="north"))
    scenario = build_scenario(depots=depots, buses=buses)

    prepared = prepare_area(build_dataset([build_village("a")], [build_road(TOWN, "a", 10)], scenario=scenario))

    ids = prepared.matrices[0].place_ids
    assert [ids[bus.depot] for bus in prepared.problem.buses] == ["depot/main", "depot/north"]


def test_the_hours_of_a_crew_are_taken_over():
    bus = build_bus(meal_break=MEAL, driving_rules=DRIVING, weekdays=(1, 3))

    (crew,) = build_problem([], [], scenario=build_scenario(buses=(bus,))).buses

    assert crew.days == (1, 3)
    assert (crew.shift_start_s, crew.shift_end_s, crew.max_work_s) == (8 * HOUR_S, 17 * HOUR_S, 8 * HOUR_S)
    assert crew.break_duration_s == 45 * MINUTE_S
    assert (crew.break_earliest_s, crew.break_latest_s) == (MEAL.earliest_s, MEAL.latest_s)
    assert (crew.max_driving_s, crew.max_unbroken_s) == (9 * HOUR_S, 4 * HOUR_S + 30 * MINUTE_S)


def test_a_crew_without_break_and_rules_has_limits_longer_than_any_day():
    (crew,) = build_problem([], []).buses

    assert crew.break_duration_s == 0
    assert min(crew.max_driving_s, crew.max_unbroken_s) > DAY_S


def test_a_bus_is_out_on_its_weekdays_of_every_week():
    scenario = build_scenario(weeks=2, buses=(build_bus(weekdays=(1, 3)),))

    (crew,) = build_problem([], [], scenario=scenario).buses

    assert crew.days == (1, 3, 8, 10)


def test_a_bus_is_not_out_on_its_days_off_in_the_first_cycle():
    scenario = build_scenario(weeks=2, buses=(build_bus(days_off=(date(2026, 3, 9), date(2026, 3, 16))),))

    (crew,) = build_problem([], [], scenario=scenario).buses

    assert crew.days == (0,)


def test_a_case_holds_one_matrix_for_each_profile_with_the_same_places():
    profiles = (BusProfile("lorry", 5.0, 3.0, 1.0), BusProfile("van", 2.0, 2.0, 1.0))
    dataset = build_dataset([build_village("a")], [], scenario=build_scenario(profiles=profiles))

    prepared = prepare_area(dataset)

    assert [matrix.profile_id for matrix in prepared.matrices] == ["lorry", "van"]
    assert prepared.matrices[0].place_ids == prepared.matrices[1].place_ids
    assert prepared.dataset is dataset
    assert [prepared.matrices[0].place_ids[visit.place] for visit in prepared.problem.visits] == ["a"]
