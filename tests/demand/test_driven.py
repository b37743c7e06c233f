"""Visits to one place stay apart as they do today."""

from __future__ import annotations

from dataclasses import replace

from worlds import build_village

from bibliobus.demand.driven import find_same_places, keep_apart

EVERY_DAY = tuple((day,) for day in range(14))
"""A visit every two weeks, on any day."""
NORTH_M = 1 / 111_000
"""Degrees of latitude of a metre."""


def place(settlement_id: str, name: str, metres: float):
    """Stop so many metres north of a spot."""
    return replace(build_village(settlement_id), name_uk=name, lat=48.0 + metres * NORTH_M, lon=37.0)


def test_stops_at_one_spot_are_one_place_whatever_they_are_called():
    assert find_same_places([place("a", "Chapel", 0), place("b", "School", 1), place("c", "Mill", 500)]) == {
        "a": ("b",),
        "b": ("a",),
    }


def test_stops_across_a_square_are_one_place_if_they_share_a_word():
    near, other, far = place("b", "Oak – Village Hall", 40), place("c", "Inn", 40), place("d", "Oak – Village", 80)

    same = find_same_places([place("a", "Oak – Post Office, Village Square", 0), near, other, far])

    assert same["a"] == ("b",)


def test_each_of_two_visits_keeps_the_days_around_its_own():
    driven = {"a": frozenset({2}), "b": frozenset({9})}

    mine, theirs = (keep_apart(EVERY_DAY, one, ["b" if one == "a" else "a"], driven, 2) for one in "ab")

    assert sorted(mine) == [(0,), (1,), (2,), (3,), (4,), (5,), (13,)]
    assert sorted([*mine, *theirs]) == sorted(EVERY_DAY)


def test_visits_that_meet_today_may_meet_on_that_day_and_on_no_other():
    driven = {"a": frozenset({2}), "b": frozenset({2})}

    mine, theirs = (keep_apart(EVERY_DAY, one, ["b" if one == "a" else "a"], driven, 2) for one in "ab")

    assert (2,) in mine and (2,) in theirs
    assert set(mine) & set(theirs) == {(2,)}


def test_a_visit_that_is_to_come_more_often_than_today_may_come_on_any_day():
    weekly = ((2, 9), (3, 10))
    driven = {"a": frozenset({2}), "b": frozenset({9})}

    assert keep_apart(weekly, "a", ["b"], driven, 2) == weekly


def test_who_is_not_driven_today_may_come_on_any_day():
    assert keep_apart(EVERY_DAY, "new", ["a"], {"a": frozenset({2})}, 2) == EVERY_DAY
