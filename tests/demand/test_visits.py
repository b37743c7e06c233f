from __future__ import annotations

import pytest
from worlds import (
    TOWN,
    build_bus,
    build_dataset,
    build_library,
    build_road,
    build_rules,
    build_scenario,
    build_village,
    build_weights,
)

from bibliobus.demand.visits import Demand, NotNeeded
from bibliobus.domain.calendar import WeeklyWindow
from bibliobus.domain.scenario import Lock, StopWish
from bibliobus.model.area import prepare_area
from bibliobus.words.language import HOUR_S


def build_demand(villages, roads, **changes) -> Demand:
    """Build the demand of an area."""
    return prepare_area(build_dataset(villages, roads, **changes)).demand


def test_every_settlement_is_to_be_served_or_not_needed():
    villages = [build_village("a"), build_village("b"), build_village("near")]

    demand = build_demand(villages, [build_road(TOWN, "a", 10), build_road(TOWN, "near", 2)])

    assert [visit.settlement_id for visit in demand.visits] == ["a", "b"]
    assert demand.not_needed == (NotNeeded("near", TOWN, 2000, 100), NotNeeded(TOWN, TOWN, 0, 0))


@pytest.mark.parametrize(("km", "needed"), [(2.999, False), (3.0, False), (3.001, True)])
def test_a_library_within_the_radius_makes_a_stop_unnecessary(km, needed):
    demand = build_demand([build_village("a")], [build_road(TOWN, "a", km)])

    assert ("a" in [visit.settlement_id for visit in demand.visits]) == needed


def test_a_library_beside_the_village_but_far_by_road_does_not_count():
    villages = [build_village("a", lat=48.01)]

    demand = build_demand(villages, [build_road(TOWN, "a", 12)])

    assert [(visit.settlement_id, visit.library_m) for visit in demand.visits] == [("a", 12_000)]


def test_a_village_counts_people_by_the_nearest_library():
    rules = build_rules(need_factor_min=0.1, need_factor_max=3.0)
    villages = [build_village("a", population=200), build_village("b")]
    roads = [build_road(TOWN, "a", 20), build_road("a", "b", 5)]

    demand = build_demand(villages, roads, libraries=[build_library("b")], scenario=build_scenario(rules=rules))

    (visit,) = demand.visits
    assert (visit.library_id, visit.library_m) == ("b", 5000)
    assert visit.need == 100.0


def test_of_two_equally_near_libraries_the_first_by_id_is_named():
    villages = [build_village(name) for name in "abc"]
    roads = [build_road("a", "b", 5), build_road("a", "c", 5)]

    demand = build_demand(villages, roads, libraries=[build_library("c"), build_library("b")])

    assert demand.visits[0].library_id == "b"


def test_a_village_that_reaches_no_library_counts_most():
    rules = build_rules(need_factor_max=2.5)

    (visit,) = build_demand([build_village("island")], [], scenario=build_scenario(rules=rules)).visits

    assert (visit.library_id, visit.library_m, visit.need) == ("", None, 250.0)


def test_an_unknown_population_is_the_default_of_the_scenario():
    demand = build_demand(
        [build_village("a", population=None), build_village("near", population=None)],
        [build_road(TOWN, "a", 10), build_road(TOWN, "near", 1)],
        scenario=build_scenario(rules=build_rules(default_population=77)),
    )

    assert demand.visits[0].population == 77
    assert demand.not_needed[0].population == 77


@pytest.mark.parametrize(
    ("cycle", "rhythm", "patterns"),
    [
        (1, 1, ((0,), (2,))),
        (2, 1, ((0, 7), (2, 9))),
        (2, 2, ((0,), (2,), (7,), (9,))),
        (3, 1, ((0, 7, 14), (2, 9, 16))),
        (3, 3, ((0,), (2,), (7,), (9,), (14,), (16,))),
        (4, 1, ((0, 7, 14, 21), (2, 9, 16, 23))),
        (4, 2, ((0, 14), (2, 16), (7, 21), (9, 23))),
        (4, 4, ((0,), (2,), (7,), (9,), (14,), (16,), (21,), (23,))),
    ],
)
def test_a_rhythm_has_a_pattern_for_each_weekday_of_its_weeks(cycle, rhythm, patterns):
    scenario = build_scenario(weeks=cycle, buses=(build_bus(weekdays=(0, 2)),))

    (visit,) = build_demand([build_village("a", rhythm_weeks=rhythm)], [], scenario=scenario).visits

    assert visit.patterns == patterns
    assert visit.rhythm_weeks == rhythm


def test_patterns_fall_on_weekdays_of_any_bus():
    buses = (build_bus("one", weekdays=(4,)), build_bus("two", weekdays=(1,)))

    (visit,) = build_demand([build_village("a")], [], scenario=build_scenario(buses=buses)).visits

    assert visit.patterns == ((1,), (4,))


def test_patterns_fall_on_weekdays_with_a_window_and_a_bus():
    windows = (WeeklyWindow(1, 9 * HOUR_S, 12 * HOUR_S), WeeklyWindow(5, 9 * HOUR_S, 12 * HOUR_S))
    scenario = build_scenario(buses=(build_bus(weekdays=(0, 1, 2)),))

    (visit,) = build_demand([build_village("a", windows=windows)], [], scenario=scenario).visits

    assert visit.patterns == ((1,),)
    assert visit.windows == windows


def test_a_village_open_when_no_bus_is_out_has_no_pattern():
    windows = (WeeklyWindow(6, 9 * HOUR_S, 12 * HOUR_S),)

    (visit,) = build_demand([build_village("a", windows=windows)], []).visits

    assert visit.patterns == ()


def test_wishes_and_locks_narrow_the_days():
    buses = (build_bus(weekdays=(0, 1, 2)),)
    stops = (StopWish("a", weekdays=(1, 2, 3)), StopWish("b", forbidden_weekdays=(0,)))
    locks = (Lock("b", weekday=2), Lock("c", week=2))
    villages = [build_village(name, rhythm_weeks=2) for name in "abc"]
    scenario = build_scenario(weeks=2, buses=buses, stops=stops, locks=locks)

    visits = build_demand(villages, [], scenario=scenario).visits

    assert [visit.patterns for visit in visits] == [((1,), (2,), (8,), (9,)), ((2,), (9,)), ((7,), (8,), (9,))]
    assert [visit.lock for visit in visits] == [None, *locks]


def test_a_locked_village_is_visited_although_a_library_is_near_and_counts_nothing():
    villages = [build_village("near"), build_village("far")]
    roads = [build_road(TOWN, "near", 2), build_road(TOWN, "far", 20)]

    demand = build_demand(villages, roads, scenario=build_scenario(locks=(Lock("near"),)))

    assert [(visit.settlement_id, visit.need) for visit in demand.visits] == [("far", 100.0), ("near", 0)]
    assert [one.settlement_id for one in demand.not_needed] == [TOWN]


def test_equity_and_load_reach_the_visit():
    scenario = build_scenario(weights=build_weights(small_village=2.0), stops=(StopWish("a", load=4),))

    (visit,) = build_demand([build_village("a")], [], scenario=scenario).visits

    assert (visit.need, visit.load) == (200.0, 4)
