"""Key figures, added up by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from plan_rows import change_account, leg, pause

from bibliobus.plan.measure.figures import FIGURES, find_empty_shares, format_figure, measure_plan, work_of
from bibliobus.plan.plan import Reason
from bibliobus.words.language import KM_M, MINUTE_S, Language


def test_the_figures_are_those_of_a_pencil(plan):
    figures = measure_plan(plan.tours, plan.accounts)

    assert figures == {
        "settlements": 5,
        "settlements_served": 2,
        "settlements_not_needed": 1,
        "settlements_sacrificed": 0,
        "settlements_impossible": 2,
        "people_served": 400 + 250,
        "people_unserved": 100 + 100,
        "share_need_served": 0.7647,  # 650 of 850
        "share_far_served": 0.5556,  # north with 250 people, not night and island with 100 each; east is 10 km away
        "share_small_served": 0.0,
        "visits": 3,
        "bus_days": 2,
        "length_m": (40 + 20) * KM_M,
        "driving_s": (40 + 20) * MINUTE_S,
        "open_s": 90 * MINUTE_S,
        "work_s": (115 + 60) * MINUTE_S,  # 10:30 to 13:10 without 45 minutes, and 10:30 to 11:30
        "longest_day_s": 115 * MINUTE_S,
        "spread_s": 55 * MINUTE_S,
        "share_open": 0.4091,  # 90 of 220 minutes
        "share_same_time": 1.0,
    }


def test_a_share_of_nobody_is_told_apart_from_one_that_is_0(plan):
    # Night and island have 100 residents each and are not served: 0 of 2 is a failure.
    grown = tuple(replace(one, population=max(one.population, 200)) for one in plan.accounts)

    assert find_empty_shares(plan.tours, plan.accounts) == set()
    assert find_empty_shares(plan.tours, grown) == {"share_small_served"}
    assert find_empty_shares((), ()) == {name for name in FIGURES if name.startswith("share_")}


def test_every_figure_has_a_label_and_an_order(plan):
    assert list(measure_plan(plan.tours, plan.accounts)) == list(FIGURES)


def test_who_was_sacrificed_is_not_impossible(plan):
    gave_way = change_account(plan, "night", reason=Reason("day-times-clash", False))

    figures = measure_plan(gave_way.tours, gave_way.accounts)

    assert (figures["settlements_sacrificed"], figures["settlements_impossible"]) == (1, 1)


def test_every_settlement_is_counted_once(plan):
    figures = measure_plan(plan.tours, plan.accounts)

    standings = ("served", "not_needed", "sacrificed", "impossible")
    assert sum(figures[f"settlements_{name}"] for name in standings) == figures["settlements"]


def test_nothing_at_all_gives_zeros():
    assert set(measure_plan((), ()).values()) == {0}


def test_another_clock_time_is_not_the_same_time(plan):
    later = tuple(
        replace(row, start_s=row.start_s + 300, end_s=row.end_s + 300) if row in plan.tours[1].calls else row
        for row in plan.tours[1].rows
    )

    figures = measure_plan((plan.tours[0], replace(plan.tours[1], rows=later)), plan.accounts)

    assert figures["share_same_time"] == 0.0


def test_a_break_at_the_depot_is_no_paid_time_and_none_is_taken_off(plan):
    tour = replace(
        plan.tours[1], rows=(pause("depot/main", "11:30", "12:15"), leg("depot/main", "east", "12:15", "12:45", 10))
    )

    assert work_of(tour) == 30 * MINUTE_S


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("settlements", 1234, "1,234"),
        ("length_m", 412_512, "412.5\xa0km"),
        ("work_s", 7_500, "2\xa0h\xa005\xa0min"),
        ("share_open", 0.6149, "61%"),
    ],
)
def test_a_figure_is_told_in_its_unit(name, value, words):
    assert format_figure(name, value, Language("en")) == words
