"""Coverage of an area one can add up by hand, to the person; nobody counts twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans import bare_made
from worlds import TOWN, build_dataset, build_road, build_rules, build_scenario, build_village

from bibliobus.domain.norms import Norm, NormRule
from bibliobus.model.area import prepare_area
from bibliobus.plan.measure.coverage import (
    MEASURES,
    Access,
    Level,
    RuleVerdict,
    ShortestWay,
    judge_norm,
    measure_access,
    measure_coverage,
    measure_gini,
)
from bibliobus.plan.plan import Standing
from bibliobus.tasks.plan import make_plan
from bibliobus.tasks.report import find_norm
from bibliobus.view.reports.coverage import lay_out_coverage, list_coverage
from bibliobus.words.language import KM_M, MINUTE_S, Language


def build_access(settlement_id, population, standing, library_km, stop_km, stays=(), **changes):
    """Access on roads where a kilometre takes a minute."""
    library = None if library_km is None else ShortestWay(library_km * KM_M, library_km * MINUTE_S)
    stop = None if stop_km is None else ShortestWay(stop_km * KM_M, stop_km * MINUTE_S)
    weeks = 2 if standing is Standing.SERVED else 0
    stays_s = tuple(minutes * MINUTE_S for minutes in stays)
    one = Access(settlement_id, "", "", population, standing, library, stop, stop, stays_s, weeks)
    return replace(one, **changes)


# Two hromadas of one raion: 1,000 near the library, 600 with the bus, 300 with neither; 100 cut off.
AREA = (
    build_access("a", 1000, Standing.NOT_NEEDED, 0, 12, raion="R", hromada="West"),
    build_access("b", 400, Standing.SERVED, 12, 0, (30, 30), raion="R", hromada="West"),
    build_access("c", 200, Standing.SERVED, 20, 0, (30,), raion="R", hromada="East"),
    build_access("d", 300, Standing.UNSERVED, 9, 5, raion="R", hromada="East"),
    build_access("e", 100, Standing.UNSERVED, None, None, raion="R", hromada="East"),
)


def test_the_figures_of_the_area_match_to_the_person():
    everybody, raion, east, west = measure_coverage(AREA, weeks=2, share_open=0.5).groups

    assert (everybody.population, everybody.by_library, everybody.by_bus, everybody.by_neither) == (
        2000,
        1000,
        600,
        400,
    )
    assert replace(raion, level=Level.ALL, raion="") == everybody
    assert (east.hromada, east.population, east.by_library, east.by_bus, east.by_neither) == ("East", 600, 0, 200, 400)
    assert (west.hromada, west.population, west.by_library, west.by_bus, west.by_neither) == (
        "West",
        1400,
        1000,
        400,
        0,
    )
    # 90 minutes in two weeks for 1,000 residents without a library; a mean month has 4.348 weeks.
    assert everybody.minutes_per_100 == pytest.approx(90 / 2 * 4.348 / 10, abs=0.06)
    # Only the 300 have a way: 5 km to the stop; the 100 that reach nothing do not count here.
    assert everybody.distance_m == pytest.approx(300 * 5000 / 1900, abs=0.06)
    assert everybody.duration_s == pytest.approx(300 * 300 / 1900, abs=0.06)


def test_the_worst_off_come_first_those_who_reach_nothing_before_all():
    worst = measure_coverage(AREA, weeks=2, share_open=0.5).worst

    assert [one.settlement_id for one in worst] == ["e", "d"]


def test_gini_of_hand_made_spreads():
    assert measure_gini([(2, 5), (2, 7)]) == 0
    assert measure_gini([(0, 1), (1, 1)]) == 0.5
    assert measure_gini([(0, 9), (5, 1)]) == 0.9
    assert measure_gini([]) == measure_gini([(0, 3)]) == 0


PEOPLE = st.integers(0, 5000)
SETTLEMENTS = st.builds(
    build_access,
    st.uuids().map(str),
    PEOPLE,
    st.sampled_from(Standing),
    st.one_of(st.none(), st.integers(0, 60)),
    st.one_of(st.none(), st.integers(0, 60)),
    st.lists(st.integers(20, 60), max_size=4),
)


@given(st.lists(SETTLEMENTS, min_size=1, max_size=8), st.data())
def test_splitting_a_settlement_in_place_changes_no_figure_of_people(area, data):
    whole = data.draw(st.sampled_from(area))
    part = data.draw(st.integers(0, whole.population))
    halves = [replace(whole, population=part), replace(whole, settlement_id="z", population=whole.population - part)]
    split = [one for one in area if one is not whole] + halves

    before, after = (measure_coverage(some, weeks=2, share_open=0.5) for some in (area, split))

    for old, new in zip(before.groups, after.groups, strict=True):
        assert (old.population, old.by_library, old.by_bus, old.by_neither) == (
            new.population,
            new.by_library,
            new.by_bus,
            new.by_neither,
        )
        assert new.distance_m == pytest.approx(old.distance_m, abs=0.2)
    assert after.gini == pytest.approx(before.gini, abs=1e-3)


@given(st.lists(SETTLEMENTS, min_size=1, max_size=8))
def test_everybody_counts_once(area):
    everybody, *rest = measure_coverage(area, weeks=2, share_open=0.5).groups

    assert everybody.by_library + everybody.by_bus + everybody.by_neither == everybody.population
    assert sum(group.population for group in rest if group.level is Level.HROMADA) == everybody.population
    assert everybody.by_neither >= 0


def test_access_is_measured_by_road():
    villages = [build_village("near", population=100), build_village("far", population=50), build_village("cut")]
    roads = [build_road(TOWN, "near", 8), build_road("near", "far", 7)]
    prepared = prepare_area(build_dataset(villages, roads, scenario=build_scenario(rules=build_rules())))

    found = {one.settlement_id: one for one in measure_access(make_plan(prepared, options=None), prepared)}

    assert found[TOWN].library == ShortestWay(0, 0)
    assert found[TOWN].stop == ShortestWay(8 * KM_M, 8 * MINUTE_S)
    assert found["far"].library == ShortestWay(15 * KM_M, 15 * MINUTE_S)
    assert (found["far"].stop, found["far"].other_stop) == (ShortestWay(0, 0), ShortestWay(7 * KM_M, 7 * MINUTE_S))
    assert found["cut"].library is found["cut"].stop is None
    assert found["near"].stays_s == (30 * MINUTE_S,)


def rule(measure, share=1.0, verified=True, **limits):
    """A rule without words."""
    return NormRule("r", measure, "", "", "", verified, limits, share)


@pytest.mark.parametrize(
    ("wanted", "verdict", "good", "counted"),
    [
        # 1,000 live within 3 km of the library, the 600 of b and c at a stop.
        (rule("share_within", 0.8, library_km=3.0, stop_km=0.4), RuleVerdict.MET, 1600, 2000),
        (rule("share_within", 0.81, library_km=3.0, stop_km=0.4), RuleVerdict.NOT_MET, 1600, 2000),
        (rule("share_within", 0.5, library_km=3.0), RuleVerdict.MET, 1000, 2000),
        (rule("share_within", 0.9, library_km=9.0, stop_km=0.4), RuleVerdict.MET, 1900, 2000),
        (rule("library_or_bus", library_km=3.0, min_people=300), RuleVerdict.NOT_MET, 1400, 1700),
        (rule("library_or_bus", library_km=3.0, min_people=400), RuleVerdict.MET, 1400, 1400),
        (rule("stop_people", min_people=300), RuleVerdict.NOT_MET, 1, 2),
        (rule("stop_people", 0.5, min_people=300), RuleVerdict.MET, 1, 2),
        (rule("stop_library", library_km=12.0), RuleVerdict.MET, 2, 2),
        (rule("stop_library", library_km=12.1), RuleVerdict.NOT_MET, 1, 2),
        (rule("stop_stop", stop_km=0.1), RuleVerdict.NOT_MET, 0, 2),
        (rule("stay", minutes=30), RuleVerdict.MET, 3, 3),
        (rule("stay", minutes=31), RuleVerdict.NOT_MET, 0, 3),
        (rule("rhythm", weeks=2), RuleVerdict.MET, 2, 2),
        (rule("rhythm", weeks=1), RuleVerdict.NOT_MET, 0, 2),
        (rule("no_data"), RuleVerdict.NO_DATA, 0, 0),
        (rule("visitors", visitors=2), RuleVerdict.NEEDS_LOG, 0, 0),
        (rule("rhythm", verified=False, weeks=1), RuleVerdict.NOT_VERIFIED, 0, 0),
        (rule("library_or_bus", library_km=3.0, min_people=9000), RuleVerdict.NO_DATA, 0, 0),
    ],
)
def test_every_measure_on_the_area(wanted, verdict, good, counted):

    (result,) = judge_norm(Norm("n", "", "", "", date(2020, 1, 1), (wanted,)), AREA)

    assert (result.verdict, result.good, result.counted) == (verdict, good, counted)
    assert result.share == (None if not counted else round(good / counted, 4))


# A city and a settlement of urban type with libraries, four villages, and one place nobody knows the kind of.
KINDS = (
    build_access("city", 9000, Standing.NOT_NEEDED, 0, 5, category="M"),
    build_access("town", 1500, Standing.NOT_NEEDED, 0, 5, category="X"),
    build_access("v1", 600, Standing.SERVED, 9, 0, (30,), category="C"),
    build_access("v2", 700, Standing.UNSERVED, 3, 4, category="C"),
    build_access("v3", 500, Standing.UNSERVED, 4, 4, category="C"),
    build_access("v4", 499, Standing.UNSERVED, 9, 9, category="C"),
    build_access("odd", 800, Standing.SERVED, 9, 0, (30,), category=""),
    build_access("raion", 900, Standing.SERVED, 9, 0, (30,), category="P"),
)


@pytest.mark.parametrize(
    ("categories", "good", "counted", "set_aside"),
    [
        # Everybody from 500 on: the 500 of v3 are 4 km from the library, all others have it or the bus.
        ((), 9000 + 1500 + 600 + 700 + 800 + 900, 14000, 0),
        (("C",), 600 + 700, 1800, 1700),
        (("C", "X"), 600 + 700 + 1500, 3300, 1700),
        (("M",), 9000, 9000, 1700),
    ],
)
def test_a_rule_about_some_kinds_of_settlement_counts_no_other(categories, good, counted, set_aside):
    wanted = replace(rule("library_or_bus", library_km=3.0, min_people=500), categories=categories)

    (result,) = judge_norm(Norm("n", "", "", "", 2020, (wanted,)), KINDS)

    assert (result.good, result.counted, result.set_aside) == (good, counted, set_aside)
    assert result.share == round(good / counted, 4)


def test_the_ukrainian_norm_counts_villages_alone():
    result = judge_norm(find_norm("ua_72_2019"), KINDS)[0]

    assert (result.verdict, result.good, result.counted, result.set_aside) == (RuleVerdict.NOT_MET, 1300, 1800, 1700)


def test_a_rule_cannot_be_judged_where_no_kind_of_settlement_is_known():
    unknown = [replace(one, category="") for one in KINDS]

    result = judge_norm(find_norm("ua_72_2019"), unknown)[0]

    assert (result.verdict, result.share, result.set_aside) == (RuleVerdict.NO_DATA, None, 9000 + 1500 + 1800 + 1700)


def test_the_welsh_rules_are_measured_but_none_is_judged_as_each_holds_for_another_density():
    results = judge_norm(find_norm("wales_2014"), KINDS)

    assert [result.verdict for result in results] == [RuleVerdict.DEPENDS] * 3
    assert all(result.share is not None for result in results)


@pytest.mark.parametrize(("minutes", "good"), [(59, 0), (60, 1), (120, 1), (121, 0)])
def test_a_stay_of_north_yorkshire_is_neither_too_short_nor_too_long(minutes, good):
    (stay,) = (one for one in find_norm("north_yorkshire_2025").rules if one.rule_id == "stay")

    (result,) = judge_norm(Norm("n", "", "", "", 2025, (stay,)), [replace(KINDS[2], stays_s=(minutes * MINUTE_S,))])

    assert (result.good, result.counted) == (good, 1)


def test_the_words_of_a_norm_say_what_was_set_aside():
    norm = find_norm("ua_72_2019")
    coverage = measure_coverage(KINDS, weeks=2, share_open=0.5)
    dataset = build_dataset([build_village(one.settlement_id) for one in KINDS], [])
    norms = ((norm, judge_norm(norm, KINDS)),)

    sheet = lay_out_coverage(coverage, norms, bare_made(dataset, Language("en")).view())[-1]

    assert sheet.blocks[0].rows[0][1] == "not met; of unknown kind of settlement and set aside: 1,700"
    assert list_coverage(coverage, norms)["norms"]["ua_72_2019"][0]["set_aside"] == 1700


def test_every_measure_has_a_case():
    assert set(MEASURES) == {
        "share_within",
        "library_or_bus",
        "stop_people",
        "stop_library",
        "stop_stop",
        "stay",
        "rhythm",
    }
