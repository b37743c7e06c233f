"""What changes for whom between two plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from plans import HOUR, MINUTE, tiny_plan

from bibliobus.domain.calendar import Cycle
from bibliobus.plan.compare.compare import Difference, OldLeg, VersionPair, compare_plans
from bibliobus.plan.plan import Call, Plan, Tour
from bibliobus.view.reports.comparison import write_verdict
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from collections.abc import Callable

HROMADAS = {"s2": "North", "s3": "North", "s4": "South", "s5": "South"}


def change_tour(plan: Plan, number: int, change: Callable[[Tour], Tour]) -> Plan:
    """Plan with one tour changed."""
    return replace(plan, tours=tuple(change(tour) if at == number else tour for at, tour in enumerate(plan.tours)))


def change_calls(tour: Tour, change: Callable[[Call], Call | None]) -> Tour:
    """Tour with its calls changed; the other rows do not matter here."""
    rows = [change(row) if isinstance(row, Call) else row for row in tour.rows]
    return replace(tour, rows=tuple(row for row in rows if row is not None))


def shift(seconds: int, only: str) -> Callable[[Tour], Tour]:
    """Change that moves the calls of one settlement."""
    return lambda tour: change_calls(
        tour,
        lambda call: (
            replace(call, start_s=call.start_s + seconds, end_s=call.end_s + seconds)
            if call.settlement_id == only
            else call
        ),
    )


def without(settlement_id: str) -> Callable[[Tour], Tour]:
    """Change that takes the calls of one settlement out."""
    return lambda tour: change_calls(tour, lambda call: call if call.settlement_id != settlement_id else None)


def test_equal_plans_are_the_same():
    comparison = compare_plans(tiny_plan(), tiny_plan())

    assert comparison.same
    assert (comparison.announced, comparison.broken, comparison.tallies, comparison.hromadas) == (5, 0, {}, {})
    assert all(pair.old == pair.new for pair in comparison.figures)


def test_a_time_beyond_the_tolerance_is_another_time_and_one_within_it_is_slight():
    old = tiny_plan()

    slight = compare_plans(old, change_tour(old, 0, shift(15 * MINUTE, "s3")))
    other = compare_plans(old, change_tour(old, 0, shift(-20 * MINUTE, "s3")))

    assert [(place.settlement_id, place.kind, place.shift_s) for place in slight.places] == [
        ("s3", Difference.SLIGHT, 15 * MINUTE)
    ]
    assert [(place.kind, place.shift_s) for place in other.places] == [(Difference.TIME, -20 * MINUTE)]
    assert (slight.broken, other.broken) == (0, 1)


def test_another_day_is_no_lost_and_new_visit():
    old = tiny_plan()

    comparison = compare_plans(old, change_tour(old, 1, lambda tour: replace(tour, day=3)))

    (place,) = comparison.places
    assert (place.settlement_id, place.kind, len(place.visits)) == ("s5", Difference.DAY, 1)
    assert (place.visits[0].old.date.day, place.visits[0].new.date.day) == (4, 5)


def test_another_bus_lost_and_new_visits_are_told_apart():
    old = tiny_plan()
    new = change_tour(old, 1, lambda tour: replace(tour, bus_id="b1"))
    new = change_tour(
        new, 0, lambda tour: change_calls(tour, lambda call: None if call.settlement_id == "s3" else call)
    )
    new = change_tour(new, 2, lambda tour: replace(tour, rows=(*tour.rows, Call("s7", 15 * HOUR, 16 * HOUR))))

    comparison = compare_plans(old, new, hromadas=HROMADAS)

    kinds = {place.settlement_id: place.kind for place in comparison.places}
    assert kinds == {"s3": Difference.LOST, "s5": Difference.BUS, "s7": Difference.NEW}
    tally = comparison.tallies[Difference.LOST]
    assert (tally.visits, tally.settlements, tally.residents) == (1, 1, 420)
    assert list(comparison.hromadas) == ["", "North", "South"]


def test_the_order_counts_only_among_those_that_stay():
    old = tiny_plan()
    times = {"s2": (11 * HOUR, 12 * HOUR), "s3": (9 * HOUR, 9 * HOUR + 30 * MINUTE)}
    new = change_tour(
        old,
        0,
        lambda tour: change_calls(tour, lambda call: Call(call.settlement_id, *times[call.settlement_id])),
    )

    comparison = compare_plans(old, new, tolerance_s=24 * HOUR)

    reordered = [p.settlement_id for p in comparison.places if Difference.ORDER in p.visits[0].kinds]
    assert reordered == ["s3"]


def test_plans_of_other_weeks_are_compared_by_date():
    old = tiny_plan()
    week_later = replace(old, cycle=Cycle(2, old.cycle.first_day + timedelta(days=14)))
    four_weeks = replace(
        old, cycle=Cycle(4, old.cycle.first_day), tours=(*old.tours, *(replace(t, day=t.day + 14) for t in old.tours))
    )

    assert compare_plans(old, week_later).same
    comparison = compare_plans(old, four_weeks)
    assert (comparison.same, comparison.weeks, comparison.announced) == (True, 4, 10)


def test_a_road_change_is_the_cause_of_changed_visits_on_the_tours_it_touches():
    old = tiny_plan()
    new = change_tour(change_tour(old, 0, shift(HOUR, "s3")), 1, shift(HOUR, "s5"))
    touched = {"bridge": [OldLeg("b1", 0, "s2", "s3")], "far": []}

    comparison = compare_plans(old, new, touched=touched)

    assert {place.settlement_id: place.causes for place in comparison.places} == {"s3": ("bridge",), "s5": ()}
    assert [(cause.change_id, cause.legs, cause.settlements) for cause in comparison.causes] == [
        ("bridge", 1, ("s3",)),
        ("far", 0, ()),
    ]


def made_with(plan: Plan, version: str = "0.1.0", **libraries: str) -> Plan:
    """The plan as other versions would have made it."""
    return replace(plan, provenance=replace(plan.provenance, version=version, libraries=libraries))


def test_versions_of_what_decides_a_plan_are_told_where_they_differ():
    old = made_with(tiny_plan(), "0.1.0", numpy="2.4.6", scipy="1.17.1", babel="2.18.0")
    new = made_with(tiny_plan(), "0.2.0", numpy="2.5.5", scipy="1.17.1", babel="2.19.0")

    versions = compare_plans(old, new).versions

    assert versions == (VersionPair("bibliobus", "0.1.0", "0.2.0"), VersionPair("numpy", "2.4.6", "2.5.5"))


def test_versions_that_one_plan_does_not_name_are_not_compared():
    assert compare_plans(made_with(tiny_plan()), made_with(tiny_plan(), numpy="2.5.5")).versions == ()


def test_where_every_promise_is_kept_the_verdict_says_so_and_what_moves_all_the_same():
    old = tiny_plan()
    slight = compare_plans(old, change_tour(old, 0, shift(15 * MINUTE, "s3")))
    broken = compare_plans(old, change_tour(old, 0, shift(-20 * MINUTE, "s3")))

    said = [write_verdict(one, Language("en")).replace("\xa0", " ") for one in (slight, broken)]

    assert said == [
        "Every announced visit takes place on its day, by its bus, and at most 15 min from its time. "
        "Visits that move by at most 15 min, of which nobody need be told: 1.",
        "Of 5 announced visits, 1 takes place on another day, by another bus, at another time, or not at all.",
    ]


def test_a_visit_that_is_new_breaks_no_promise():
    new = tiny_plan()
    old = change_tour(
        new, 0, lambda tour: change_calls(tour, lambda call: None if call.settlement_id == "s3" else call)
    )

    said = write_verdict(compare_plans(old, new), Language("en")).replace("\xa0", " ")

    assert said.endswith("Visits that are new: 1.")
