"""What a repair gives up and what it keeps, in worlds that can be added up by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from worlds import build_bus, build_scenario, build_star

from bibliobus.domain.scenario import LEAST_RESIDENTS
from bibliobus.domain.watch import UNWATCHED
from bibliobus.model.area import prepare_area
from bibliobus.solve.repair.promises import AnnouncedTimetable, ChangePrices, Promise
from bibliobus.solve.repair.repair import Newcomers, Repair
from bibliobus.solve.solver import SearchOptions
from bibliobus.words.language import HOUR_S, MINUTE_S

LOST, DAY, BUS, TIME, ORDER = 10_000_000, 3_000_000, 1_000_000, 300_000, 1_000
PRICES = ChangePrices(LOST, DAY, BUS, TIME, ORDER, 15 * MINUTE_S)
HALF_HOUR = 30 * MINUTE_S
MONDAY, WEDNESDAY = 0, 2


def build_problem(distances_km, *, weekdays=(MONDAY,), buses=1, weeks=1, **visits):
    """Villages a, b, … with a road each to the depot; `visits`: what differs in a visit, by letter."""
    fleet = tuple(build_bus(f"b{n}", weekdays=weekdays) for n in range(buses))
    case = prepare_area(build_star(distances_km, scenario=build_scenario(weeks, buses=fleet)))
    problem = case.problem
    changed = [
        replace(visit, **visits.get(name, {})) for name, visit in zip(sorted(distances_km), problem.visits, strict=True)
    ]
    return replace(problem, visits=tuple(changed))


def announce(problem, tours, residents):
    """Timetable of tours: orders by bus and day, each leaving at eight as its drives and stays of half an hour need."""
    promises = {}
    for (bus, day), order in tours.items():
        crew, here, clock_s = problem.buses[max(bus, 0)], problem.buses[max(bus, 0)].depot, 8 * HOUR_S
        for visit in order:
            place = problem.visits[visit].place
            clock_s += int(problem.leg_s[crew.profile][here, place])
            promises.setdefault(visit, {})[day] = Promise(bus, clock_s, clock_s + HALF_HOUR)
            here, clock_s = place, clock_s + HALF_HOUR
    orders = {key: order for key, order in tours.items() if key[0] >= 0}
    return AnnouncedTimetable(promises, orders, residents=dict(enumerate(residents)))


def repair(problem, published, **arguments):
    """Repaired tours and their report."""
    search = Repair(problem, published, PRICES, SearchOptions(seed=1, iterations=20))
    kept, ending = search.run(UNWATCHED, **arguments)
    return kept, search.report(kept, ending)


@pytest.mark.parametrize(("residents", "lost"), [((9_000, 300), (1,)), ((300, 9_000), (0,)), ((40, 9_000), (0,))])
def test_where_one_of_two_must_go_the_smaller_place_does(residents, lost):
    published = announce(build_problem({"a": 60, "b": 60}), {(0, MONDAY): (0, 1)}, residents)
    far = build_problem({"a": 200, "b": 200})

    kept, repaired = repair(far, published)

    assert repaired.solution.unserved == lost
    small = max(min(residents), LEAST_RESIDENTS)
    # It leaves at eight and comes to one of them at 11:20; first was announced for 9:00, second for 11:30.
    late = {(1,): TIME * 9_000 // 500, (0,): 0 if residents[1] == 9_000 else TIME}[lost]
    assert repaired.change == LOST * small // 500 + late
    assert repaired.price == repaired.change + 430 * 100
    assert repaired.proved
    assert kept.sum == repaired.price


def test_a_town_is_not_lost_for_what_a_few_villages_would_notice():
    near = {"a": 30, "b": 30, "c": 30, "d": 30}
    published = announce(build_problem(near), {(0, MONDAY): (0, 1, 2, 3)}, (500, 500, 500, 9_000))
    slower = build_problem({**near, "d": 75})

    kept, repaired = repair(slower, published)

    assert set(kept.homes) == {0, 1, 2, 3}
    assert repaired.solution.unserved == ()


def test_people_who_move_a_little_are_worth_a_drive_and_not_a_visit():
    published = announce(build_problem({"a": 60, "b": 60}), {(0, MONDAY): (0, 1)}, (500, 500))
    slower = build_problem({"a": 70, "b": 60})

    _, repaired = repair(slower, published)

    # In the order announced a would come ten minutes later and b twenty; the other way round b keeps its minute.
    starts = {call.visit: call.start_s for tour in repaired.solution.tours for call in tour.calls}
    assert repaired.solution.unserved == ()
    assert starts[1] == 11 * HOUR_S + 30 * MINUTE_S
    assert repaired.change == TIME
    assert repaired.price == repaired.change + (60 + 30 + 130 + 30 + 70) * 100


def test_nobody_new_is_put_in_while_somebody_announced_is_lost():
    published = announce(build_problem({"a": 60, "b": 60, "c": 20}), {(0, MONDAY): (0, 1)}, (9_000, 300, 700))
    far = build_problem({"a": 170, "b": 200, "c": 20})

    kept, _ = repair(far, published)

    assert set(kept.homes) == {0}


def test_who_is_new_may_fill_what_is_free_where_nobody_could_come_to_the_lost():
    published = announce(build_problem({"a": 60, "b": 60, "c": 20}), {(0, MONDAY): (0, 1)}, (9_000, 300, 700))
    cut_off = build_problem({"a": 60, "b": 300, "c": 20})

    kept, repaired = repair(cut_off, published)
    none, _ = repair(cut_off, published, newcomers=Newcomers.NONE)

    assert set(kept.homes) == {0, 2}
    assert repaired.change == LOST * 300 // 500
    assert set(none.homes) == {0}


def test_who_is_new_never_makes_a_promise_dearer():
    near = {"a": 60, "b": 60, "c": 20, "d": 100}
    published = announce(build_problem(near), {(0, MONDAY): (0, 1)}, (9_000, 300, 700, 700))
    cut_off = build_problem({**near, "b": 300})
    least, _ = repair(cut_off, published, newcomers=Newcomers.NONE)

    kept, _ = repair(cut_off, published)

    assert kept.change == least.change
    assert kept.cost < least.cost


def test_a_required_visit_gets_in_and_pushes_out_the_smallest():
    near = {"a": 60, "b": 60, "c": 60}
    published = announce(build_problem(near), {(0, MONDAY): (0, 1)}, (9_000, 300, 40))
    wanted = build_problem({"a": 100, "b": 60, "c": 60}, c={"required": True})
    full = replace(wanted, buses=(replace(wanted.buses[0], max_work_s=400 * MINUTE_S),))

    kept, repaired = repair(full, published, newcomers=Newcomers.NONE)

    assert set(kept.homes) == {0, 2}
    assert kept.missing == 0
    assert repaired.solution.unserved == (1,)


def test_a_required_visit_gets_in_even_where_a_town_must_go():
    published = announce(build_problem({"a": 200, "b": 200}), {(0, MONDAY): (0,)}, (9_000, 40))
    wanted = build_problem({"a": 200, "b": 200}, b={"required": True})

    kept, _ = repair(wanted, published)

    assert set(kept.homes) == {1}


def test_visits_of_a_bus_that_was_sold_go_to_the_others_the_biggest_first():
    near = {"a": 60, "b": 60, "c": 60, "d": 200}
    two = build_problem(near, buses=2)
    tours = {(0, MONDAY): (0,), (-1, MONDAY): (1, 2, 3)}
    published = announce(two, tours, (300, 9_000, 500, 700))
    one = build_problem(near)

    kept, repaired = repair(one, published)

    # 60 + 30 + 120 + 30 + 120 + 30 + 60 minutes for three of them; the far one would take the whole day.
    assert set(kept.homes) == {0, 1, 2}
    assert repaired.solution.unserved == (3,)
    assert repaired.change - LOST * 700 // 500 >= BUS * (9_000 + 500) // 500


def test_a_bus_that_was_sold_displaces_a_smaller_place_for_a_town():
    far = {"a": 200, "b": 200}
    published = announce(build_problem(far, buses=2), {(0, MONDAY): (0,), (-1, MONDAY): (1,)}, (300, 9_000))

    kept, _ = repair(build_problem(far), published)

    assert set(kept.homes) == {1}


def test_a_stop_that_may_come_on_another_day_only_is_moved_and_not_dropped():
    both = {"weekdays": (MONDAY, WEDNESDAY)}
    near = {"a": 100, "b": 60, "c": 200}
    published = announce(build_problem(near, **both), {(0, MONDAY): (0, 1), (0, WEDNESDAY): (2,)}, (9_000, 500, 500))
    moved = build_problem(near, **both, a={"patterns": ((WEDNESDAY,),)})

    kept, repaired = repair(moved, published)

    # The whole Wednesday is taken by c, which can only be driven alone: it goes to Monday, or is lost for the town.
    assert kept.homes[0] == ((0, WEDNESDAY),)
    assert 1 in kept.homes
    assert repaired.change >= DAY * 9_000 // 500


def test_with_the_same_seed_a_repair_is_the_same():
    near = {name: 20 + 7 * at for at, name in enumerate("abcdefghij")}
    both = {"weekdays": (MONDAY, WEDNESDAY)}
    published = announce(
        build_problem(near, **both),
        {(0, MONDAY): (0, 1, 2, 3, 4), (0, WEDNESDAY): (5, 6, 7)},
        [300, 9_000, 40, 700, 530, 1_600, 90, 2_000, 100, 100],
    )
    slower = build_problem({**near, "a": 90, "f": 120}, **both)

    assert repair(slower, published) == repair(slower, published)


def test_a_place_counts_by_its_residents_and_a_hamlet_as_a_hundred():
    published = AnnouncedTimetable({}, {}, residents={0: 9_000, 1: 500, 2: 40, 3: 0})

    weighed = [published.weigh(visit, 1_000) for visit in range(5)]

    assert weighed == [18_000, 1_000, 200, 200, 1_000]


def test_a_required_visit_gets_in_where_every_tour_is_full_of_weekly_visits():
    near = dict.fromkeys("abcdefghijklm", 45)
    both = {"weekdays": (MONDAY, WEDNESDAY), "weeks": 2}
    weekly = {day: (first, first + 1, first + 2, first + 3) for day, first in ((0, 0), (2, 4), (7, 0), (9, 4))}
    published = announce(
        build_problem(near, **both),
        {(0, day): order for day, order in weekly.items()},
        [300, 400, 9_000, 700, 800, 1_600, 90, 2_000, *[40] * 5],
    )
    wanted = build_problem(near, **both, m={"required": True})

    kept, repaired = repair(wanted, published, newcomers=Newcomers.NONE)

    assert 12 in kept.homes
    # The place with the fewest residents makes way, and nobody else.
    assert {visit for visit in range(8) if visit not in kept.homes} == {6}
    assert repaired.change == 2 * LOST * LEAST_RESIDENTS // 500
