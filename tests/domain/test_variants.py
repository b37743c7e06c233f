"""Variants of a scenario keep everything but what is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from worlds import build_bus, build_rules, build_scenario, build_village

from bibliobus.domain.scenario import DwellRule, RhythmRule
from bibliobus.domain.variants import (
    Hours,
    Variant,
    Wish,
    Wishes,
    fit_cycle,
    fit_rhythm,
    list_variants,
    vary_scenario,
    vary_settlements,
)
from bibliobus.words.language import MINUTE_S


def test_every_combination_comes_once_and_sorted():
    wishes = Wishes(buses=(2, 1, 1), weeks=(2,), min_dwell_s=(0, 1800))

    assert list_variants(build_scenario(), wishes.combine()) == (
        Variant(1, 2, 0),
        Variant(1, 2, 1800),
        Variant(2, 2, 0),
        Variant(2, 2, 1800),
    )


@pytest.mark.parametrize(
    ("weeks", "cycle", "fitted"), [(4, 2, 2), (3, 4, 2), (3, 3, 3), (2, 1, 1), (1, 4, 1), (4, 3, 3), (2, 3, 1)]
)
def test_nobody_is_visited_less_often(weeks, cycle, fitted):
    assert fit_rhythm(weeks, cycle) == fitted


def test_more_buses_are_copies_of_the_last_with_names_of_their_own():
    scenario = build_scenario(buses=(build_bus("a"), build_bus("b"), build_bus("b-2")))

    varied = vary_scenario(scenario, Variant(5, 1, 0))

    assert [bus.bus_id for bus in varied.buses] == ["a", "b", "b-2", "b-2-2", "b-2-3"]
    assert replace(varied.buses[4], bus_id="b-2", name="Bus b-2") == scenario.buses[2]
    assert [bus.bus_id for bus in vary_scenario(scenario, Variant(1, 1, 0)).buses] == ["a"]


def test_a_spare_vehicle_is_no_bus_to_count_or_to_copy():
    scenario = build_scenario(buses=(build_bus("a"), build_bus("spare", spare=True)))

    assert [bus.bus_id for bus in vary_scenario(scenario, Variant(2, 1, 0)).buses] == ["a", "a-2", "spare"]
    assert vary_scenario(scenario, Variant(1, 1, 0)).buses == scenario.buses


def test_rhythms_stays_and_wishes_are_fitted():
    rules = build_rules(rhythm=(RhythmRule(0, 4), RhythmRule(500, 2)), dwell=(DwellRule(0, 1200), DwellRule(500, 2700)))
    scenario = build_scenario(weeks=4, rules=rules)
    variant = Variant(1, 2, 22 * MINUTE_S)

    varied = vary_scenario(scenario, variant)
    one, two = vary_settlements(
        [build_village("a", rhythm_weeks=4, dwell_s=600), build_village("b")], variant, scenario.rules
    )

    assert varied.cycle.weeks == 2
    assert [rule.weeks for rule in varied.rules.rhythm] == [2, 2]
    assert [rule.dwell_s for rule in varied.rules.dwell] == [1500, 2700]
    assert (one.rhythm_weeks, one.dwell_s) == (2, 1500)
    assert (two.rhythm_weeks, two.dwell_s) == (None, None)


def test_the_variant_of_what_is_there_changes_nothing():
    scenario = build_scenario(weeks=2)

    assert vary_scenario(scenario, Variant(1, 2, 0)) == scenario


def test_what_is_named_comes_beside_what_is_combined_and_alone_without_it():
    named = (Wish(buses=3, rhythm_weeks=2), Wish(buses=1, rhythm_weeks=3))

    assert list(Wishes(named=named).combine()) == list(named)
    assert list(Wishes(buses=(2,), named=named).combine()) == [Wish(buses=2), *named]
    assert list(Wishes().combine()) == [Wish()]


def test_three_buses_every_two_weeks_beside_one_every_three_have_cycles_that_fit():
    wishes = Wishes(named=(Wish(buses=3, rhythm_weeks=2), Wish(buses=1, rhythm_weeks=3)))

    assert list_variants(build_scenario(weeks=4), wishes.combine()) == (
        Variant(1, 3, 0, rhythm_weeks=3),
        Variant(3, 4, 0, rhythm_weeks=2),
    )


@pytest.mark.parametrize("cycle", [1, 2, 3, 4])
@pytest.mark.parametrize("rhythm", [1, 2, 3, 4])
def test_a_rhythm_that_is_asked_for_is_never_another_one(rhythm, cycle):
    scenario = build_scenario(weeks=cycle, rules=build_rules(rhythm=(RhythmRule(0, 1), RhythmRule(500, cycle))))
    (variant,) = list_variants(scenario, [Wish(rhythm_weeks=rhythm)])

    varied = vary_scenario(scenario, variant)
    (village,) = vary_settlements([build_village("a", rhythm_weeks=1)], variant, scenario.rules)

    assert varied.cycle.weeks == fit_cycle(rhythm, cycle)
    assert varied.cycle.weeks % rhythm == 0
    assert {rule.weeks for rule in varied.rules.rhythm} == {village.rhythm_weeks} == {rhythm}
    if cycle % rhythm == 0:
        assert varied.cycle == scenario.cycle


def test_a_stay_is_as_long_as_asked_for_even_if_shorter():
    rules = build_rules(dwell=(DwellRule(0, 1200), DwellRule(500, 2700)))
    scenario = build_scenario(rules=rules)
    variant = Variant(1, 1, 0, dwell_s=900)

    varied = vary_scenario(scenario, variant)
    (village,) = vary_settlements([build_village("a", dwell_s=600)], variant, rules)

    assert [rule.dwell_s for rule in varied.rules.dwell] == [900, 900]
    assert village.dwell_s == 900


def test_other_hours_are_those_of_every_bus_and_leave_the_longest_work_unless_it_is_given():
    scenario = build_scenario(buses=(build_bus("a"), build_bus("b")))
    old = scenario.buses[0].shift

    short = vary_scenario(scenario, Variant(2, 1, 0, shift=Hours(7 * 3600, 18 * 3600)))
    long = vary_scenario(scenario, Variant(2, 1, 0, shift=Hours(7 * 3600, 18 * 3600, 10 * 3600)))

    assert [bus.shift for bus in short.buses] == [replace(old, start_s=7 * 3600, end_s=18 * 3600)] * 2
    assert [bus.shift.max_work_s for bus in long.buses] == [10 * 3600] * 2
