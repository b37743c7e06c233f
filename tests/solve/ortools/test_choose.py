from __future__ import annotations

from dataclasses import replace

from worlds import TOWN, build_bus, build_dataset, build_road, build_scenario, build_star, build_village

from bibliobus.domain.fleet import Shift
from bibliobus.model.area import prepare_area
from bibliobus.model.problem import Problem
from bibliobus.solve.ortools.choose import assign_days
from bibliobus.words.language import HOUR_S, MINUTE_S


def build_problem(villages, roads, **changes) -> Problem:
    """Build the problem of an area."""
    return prepare_area(build_dataset(villages, roads, **changes)).problem


def test_every_visit_that_fits_gets_days_and_a_bus():
    scenario = build_scenario(weeks=2, buses=(build_bus(weekdays=(0, 1)),))
    problem = prepare_area(build_star({"a": 10, "b": 20, "c": 30}, scenario=scenario, rhythm_weeks=2)).problem

    homes = assign_days(problem, 1)

    assert sorted(homes) == [0, 1, 2]
    assert all(pattern < len(problem.visits[visit].patterns) and bus == 0 for visit, (pattern, bus) in homes.items())


def test_near_places_share_a_weekday():
    # Two pairs at the ends of the area; a day has room for one pair.
    bus = build_bus(weekdays=(0, 1), shift=Shift(8 * HOUR_S, 17 * HOUR_S, 3 * HOUR_S))
    villages = [build_village(name) for name in ("east1", "east2", "west1", "west2")]
    roads = [build_road(TOWN, "east1", 30), build_road("east1", "east2", 5)]
    roads += [build_road(TOWN, "west1", 30), build_road("west1", "west2", 5)]
    problem = build_problem(villages, roads, scenario=build_scenario(buses=(bus,)))

    homes = assign_days(problem, 1)

    assert homes[0] == homes[1]
    assert homes[2] == homes[3]
    assert homes[0] != homes[2]


def test_a_day_is_not_filled_beyond_the_working_time():
    bus = build_bus(shift=Shift(8 * HOUR_S, 17 * HOUR_S, 100 * MINUTE_S))
    problem = prepare_area(build_star(dict.fromkeys("abcdef", 5), scenario=build_scenario(buses=(bus,)))).problem

    homes = assign_days(problem, 1)

    # By the guess each visit takes 30 min open and 7 or 8 min on the way.
    assert len(homes) == 2


def test_a_visit_without_a_road_gets_no_day():
    villages = [build_village("a"), build_village("b"), build_village("island1"), build_village("island2")]
    roads = [build_road(TOWN, "a", 10), build_road(TOWN, "b", 10), build_road("island1", "island2", 5)]
    problem = build_problem(villages, roads)

    assert sorted(assign_days(problem, 1)) == [0, 1]


def test_an_island_is_no_reason_to_leave_out_a_village():
    # One service day; its only seed must not be a place that no road leads to.
    villages = [build_village("a"), build_village("b"), build_village("island1"), build_village("island2")]
    roads = [build_road(TOWN, "a", 10), build_road("a", "b", 10), build_road("island1", "island2", 5)]
    problem = build_problem(villages, roads)

    homes = assign_days(problem, 1)

    assert sorted(homes) == [0, 1]


def test_a_lonely_village_gets_a_day_though_its_neighbours_are_cut_off():
    villages = [build_village("a"), build_village("island1")]
    problem = build_problem(villages, [build_road(TOWN, "a", 10)])

    assert sorted(assign_days(problem, 1)) == [0]


def test_nothing_is_assigned_where_nothing_can_be():
    assert assign_days(build_problem([], []), 1) == {}
    assert assign_days(build_problem([build_village("island")], []), 1) == {}


def test_a_day_has_no_more_calls_and_no_more_load_than_the_bus_allows():
    problem = prepare_area(build_star(dict.fromkeys("abcdef", 5))).problem
    few = replace(problem, buses=(replace(problem.buses[0], max_calls=2),))
    small = replace(
        problem,
        buses=(replace(problem.buses[0], capacity=7),),
        visits=tuple(replace(visit, load=2) for visit in problem.visits),
    )

    assert len(assign_days(few, 1)) == 2
    assert len(assign_days(small, 1)) == 3
