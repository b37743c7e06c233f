from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from worlds import TOWN, build_bus, build_dataset, build_road, build_scenario, build_star, build_village, build_weights

from bibliobus.domain.fleet import Shift
from bibliobus.model.area import prepare_area
from bibliobus.solve.drafts import EMPTY, Draft, insert_visit, remove_visits, replace_tours
from bibliobus.solve.times.schedule import Scheduler
from bibliobus.words.language import HOUR_S, MINUTE_S


def build_scheduler(dataset) -> Scheduler:
    """Build the scheduler of an area."""
    return Scheduler(prepare_area(dataset).problem)


def check_draft(draft: Draft, scheduler: Scheduler) -> None:
    """Check that tours, homes and cost of a draft agree."""
    prices = [scheduler.time_tour(*key, order).cost for key, order in draft.tours.items()]
    assert draft.cost == sum(prices)
    assert all(draft.tours.values())
    by_homes = sorted((bus, day, visit) for visit, (bus, days) in draft.homes.items() for day in days)
    by_tours = sorted((bus, day, visit) for (bus, day), order in draft.tours.items() for visit in order)
    assert by_homes == by_tours
    for visit, (bus, days) in draft.homes.items():
        assert days in scheduler.problem.visits[visit].patterns
        assert bus in scheduler.problem.visits[visit].buses


def build_busy_area():
    """Build eight villages in rhythms of one and two weeks, two buses, two weekdays, two weeks."""
    buses = (build_bus("one", weekdays=(0, 1)), build_bus("two", weekdays=(1,), features=("ramp",)))
    villages = [
        build_village(name, rhythm_weeks=1 + at % 2, needs=("ramp",) if at == 5 else ())
        for at, name in enumerate("abcdefgh")
    ]
    roads = [build_road(TOWN, name, 10 + 7 * at) for at, name in enumerate("abcdefgh")]
    scenario = build_scenario(weeks=2, buses=buses, weights=build_weights(km=1.0, bus_day=30.0))
    return build_dataset(villages, roads, scenario=scenario)


@pytest.mark.parametrize("seed", range(5))
def test_a_draft_stays_consistent_whatever_is_put_in_and_taken_out(seed):
    scheduler, draw = build_scheduler(build_busy_area()), random.Random(seed)
    draft = EMPTY

    for _ in range(30):
        served = sorted(draft.homes)
        if served and draw.random() < 0.4:
            draft = remove_visits(draft, draw.sample(served, draw.randint(1, len(served))), scheduler)
        else:
            waiting = [visit for visit in range(8) if visit not in draft.homes]
            draft = insert_visit(draft, draw.choice(waiting), scheduler) or draft if waiting else draft

        check_draft(draft, scheduler)


def test_a_visit_comes_on_every_day_of_its_rhythm():
    scheduler = build_scheduler(build_star({"a": 10}, scenario=build_scenario(weeks=2)))

    draft = insert_visit(EMPTY, 0, scheduler)

    assert draft == Draft({(0, 0): (0,), (0, 7): (0,)}, {0: (0, (0, 7))}, 2 * 50 * 100)


def test_a_visit_joins_a_bus_that_is_out_anyway():
    scenario = build_scenario(buses=(build_bus(weekdays=(0, 1)),), weights=build_weights(bus_day=500.0))
    scheduler = build_scheduler(build_star({"a": 10, "b": 10}, scenario=scenario))
    before = insert_visit(EMPTY, 0, scheduler, [(1, 0)])

    draft = insert_visit(before, 1, scheduler)

    assert set(draft.tours) == {(0, 1)}


def test_a_visit_takes_the_cheapest_position():
    roads = [build_road(TOWN, "a", 10), build_road("a", "b", 10), build_road("b", "c", 10), build_road("c", TOWN, 30)]
    scheduler = build_scheduler(build_dataset([build_village(name) for name in "abc"], roads))
    before = insert_visit(insert_visit(EMPTY, 0, scheduler), 2, scheduler)

    draft = insert_visit(before, 1, scheduler)

    assert draft.tours[0, 0] in {(0, 1, 2), (2, 1, 0)}
    assert draft.cost == (60 + 90) * 100


def test_a_visit_that_fits_nowhere_is_not_inserted():
    bus = build_bus(shift=Shift(8 * HOUR_S, 17 * HOUR_S, 90 * MINUTE_S))
    scheduler = build_scheduler(build_star({"a": 20, "b": 20}, scenario=build_scenario(buses=(bus,))))
    before = insert_visit(EMPTY, 0, scheduler)

    assert insert_visit(before, 1, scheduler) is None


def test_a_visit_that_fits_in_one_week_only_is_not_inserted():
    bus = build_bus(shift=Shift(8 * HOUR_S, 17 * HOUR_S, 90 * MINUTE_S))
    villages = [build_village("a", rhythm_weeks=2), build_village("b", rhythm_weeks=1)]
    roads = [build_road(TOWN, "a", 20), build_road(TOWN, "b", 20)]
    scheduler = build_scheduler(build_dataset(villages, roads, scenario=build_scenario(weeks=2, buses=(bus,))))
    before = insert_visit(EMPTY, 0, scheduler)

    assert insert_visit(before, 1, scheduler) is None


def test_only_the_asked_days_and_buses_are_tried():
    scenario = build_scenario(buses=(build_bus(weekdays=(0, 1)),))
    scheduler = build_scheduler(build_star({"a": 10}, scenario=scenario))

    draft = insert_visit(EMPTY, 0, scheduler, [(1, 0)])

    assert draft.homes == {0: (0, (1,))}


def test_a_bus_that_stays_at_home_is_passed_over():
    buses = (build_bus("one", weekdays=(0,)), build_bus("two", weekdays=(1,)))
    scheduler = build_scheduler(build_star({"a": 10}, scenario=build_scenario(buses=buses)))

    # Pattern 1 is Tuesday, bus 0 is out on Mondays only.
    assert insert_visit(EMPTY, 0, scheduler, [(1, 0)]) is None
    assert insert_visit(EMPTY, 0, scheduler, [(1, 1)]).homes == {0: (1, (1,))}


def test_taking_out_what_was_put_in_gives_the_draft_before():
    scheduler = build_scheduler(build_busy_area())
    before = insert_visit(EMPTY, 0, scheduler)
    after = insert_visit(before, 1, scheduler)

    assert remove_visits(after, [1], scheduler) == before
    assert remove_visits(after, [0, 1], scheduler) == EMPTY


def test_a_tour_that_cannot_do_without_a_visit_is_given_up():
    problem = prepare_area(build_star({"a": 10, "b": 10})).problem
    # The way from town to b is closed; only by way of a can it be reached.
    legs = np.array(problem.leg_s[0])
    rows = {visit: wish.place for visit, wish in enumerate(problem.visits)}
    depot = problem.buses[0].depot
    legs[depot, rows[1]] = legs[rows[1], depot] = 10**9
    legs[rows[0], rows[1]] = legs[rows[1], rows[0]] = 600
    scheduler = Scheduler(replace(problem, leg_s=(legs,)))
    draft = insert_visit(EMPTY, 0, scheduler)
    draft = replace_tours(replace(draft, homes={0: (0, (0,)), 1: (0, (0,))}), {(0, 0): (0, 1)}, scheduler)

    # From b the bus cannot get home either, so this tour does not exist at all.
    assert draft is None


def test_a_tour_that_needs_a_visit_on_its_way_loses_all_its_visits_with_it():
    problem = prepare_area(build_star({"a": 10, "b": 10, "c": 10})).problem
    legs = np.array(problem.leg_s[0])
    depot, (a, b, c) = problem.buses[0].depot, (visit.place for visit in problem.visits)
    legs[depot, b] = legs[c, b] = 10**9
    scheduler = Scheduler(replace(problem, leg_s=(legs,)))
    homes = dict.fromkeys(range(3), (0, (0,)))
    before = replace_tours(Draft({}, homes, 0), {(0, 0): (0, 1, 2)}, scheduler)

    # b is reached from a only; without a neither b nor, in this tour, c can be kept.
    assert remove_visits(before, [0], scheduler) == EMPTY
    assert legs[a, b] < 10**9


def test_a_change_that_breaks_a_rule_is_refused():
    scheduler = build_scheduler(build_star({"a": 400}))

    assert replace_tours(EMPTY, {(0, 0): (0,)}, scheduler) is None


def test_an_empty_order_removes_the_tour():
    scheduler = build_scheduler(build_star({"a": 10}))
    before = insert_visit(EMPTY, 0, scheduler)

    assert replace_tours(before, {(0, 0): ()}, scheduler) == replace(before, tours={}, cost=0)
