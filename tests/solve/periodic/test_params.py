from __future__ import annotations

from dataclasses import fields, replace

import pytest

from bibliobus.solve.periodic.params import SearchParams, parse_params


def test_numbers_of_toml_stand_for_the_defaults_and_all_others_stay():
    params = parse_params("blink = 0\nremoved_mean = [4, 6.5, 9]\nstarts_most = 3\n")

    assert params == replace(SearchParams(), blink=0.0, removed_mean=(4.0, 6.5, 9.0), starts_most=3)
    assert [type(value) for value in (params.blink, *params.removed_mean)] == [float] * 4


def test_without_numbers_the_search_is_the_default():
    assert parse_params("# nothing\n") == SearchParams()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("blinks = 0.1\nheat = 3", "there are no parameters blinks, heat"),
        ("starts_most = 2.0", "starts_most is 2.0, but 10 is of another kind"),
        ("starts_most = true", "starts_most is True, but 10 is of another kind"),
        ('blink = "often"', "blink is 'often', but 0.02 is of another kind"),
        ("removed_mean = 8.0", r"removed_mean is 8.0, but \(8.0, 16.0\) is of another kind"),
        ("blink = [0.1]", r"blink is \[0.1\], but 0.02 is of another kind"),
        ("blink =", "Invalid value"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_name_and_value(text, problem):
    with pytest.raises(ValueError, match=problem):
        parse_params(text)


OUTSIDE = {
    "rounds_per_step": (0, "1 or more"),
    "starts_most": (0, "1 or more"),
    "starts_share": (0.0, "above 0, up to 1"),
    "rounds_per_call": (-1, "1 or more"),
    "finish_share": (1.5, "from 0 to 1"),
    "composed_share": (1.5, "from 0 to 1"),
    "exact_per_vehicle_day": (-0.1, "0 or more"),
    "exact_share": (float("inf"), "0 or more"),
    "removed_mean": ((8.0, 0.0), "above 0"),
    "string_most": (0, "1 or more"),
    "tries_most": (0, "1 or more"),
    "split_share": (-0.1, "from 0 to 1"),
    "split_growth": (1.0, "from 0 to below 1"),
    "one_day_share": (1.1, "from 0 to 1"),
    "all_repeats_share": (float("nan"), "from 0 to 1"),
    "neighbours": (0, "1 or more"),
    "absent_most": (-1, "0 or more"),
    "absent_near": (-1, "0 or more"),
    "blink": (2.0, "from 0 to 1"),
    "order_until": ((0.1, 0.2, 0.3, 1.4), "from 0 to 1"),
    "reward_noise": (1.5, "from 0 to 1"),
    "size_noise": (-1.0, "0 or more"),
    "temperature_first": (0.0, "above 0"),
    "temperature_last": (0.0, "above 0"),
    "temperature_reward": ((), "0 or more"),
    "cooled_again": (-0.5, "from 0 to 1"),
    "penalty_every": (0, "1 or more"),
    "penalty_aim": ((-0.1, 0.5), "from 0 to 1"),
    "penalty_raise": (0.9, "1 or more"),
    "penalty_lower": (1.2, "above 0, up to 1"),
    "penalty_least": ((0.0, 1.0, 1.0), "above 0"),
    "penalty_most": ((1.0, -1.0, 1.0), "above 0"),
    "bred_drawn": (1, "2 or more"),
    "bred_calls_per_step": (0, "1 or more"),
    "bred_adopted": (0.0, "above 0, up to 1"),
    "bred_neighbours": (0, "1 or more"),
    "bred_parents": (1, "2 or more"),
    "bred_children": (0, "1 or more"),
    "bred_elite": (0, "1 or more"),
    "bred_nearest": (0, "1 or more"),
    "bred_tries": (0, "1 or more"),
    "bred_passes": (0, "1 or more"),
    "bred_repaired_share": (1.5, "from 0 to 1"),
    "bred_repair_factor": (0.5, "1 or more"),
    "bred_kept_aim": ((0.2, 1.4), "from 0 to 1"),
    "bred_penalty_every": (0, "1 or more"),
    "bred_penalty_raise": (0.9, "1 or more"),
    "bred_penalty_lower": (1.2, "above 0, up to 1"),
}
"""A value that each number may not have, and what is wanted."""


def test_every_number_has_a_range():
    assert OUTSIDE.keys() == {field.name for field in fields(SearchParams)}


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_number_outside_its_range_is_refused(name):
    value, wanted = OUTSIDE[name]

    with pytest.raises(ValueError) as caught:
        replace(SearchParams(), **{name: value})

    assert str(caught.value).split("; ") == [f"{name} is {value!r}, not {wanted}"]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("order_until", (0.1, 0.2), "order_until has 2 numbers, not 4"),
        ("penalty_most", (1.0, 1.0), "penalty_most has 2 numbers, not 3"),
        ("penalty_aim", (0.9, 0.8), "penalty_aim is (0.9, 0.8), which does not rise"),
        ("bred_kept_aim", (0.2, 0.1), "bred_kept_aim is (0.2, 0.1), which does not rise"),
    ],
)
def test_numbers_of_another_count_or_order_are_refused(name, value, problem):
    with pytest.raises(ValueError) as caught:
        replace(SearchParams(), **{name: value})

    assert str(caught.value) == problem


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(ValueError, match="starts_most is 0, not 1 or more; blink is -1.0, not from 0 to 1"):
        SearchParams(starts_most=0, blink=-1.0)


def test_starts_remove_as_many_calls_as_stand_in_the_list_in_turns():
    params = SearchParams(removed_mean=(5.0, 7.0, 11.0))

    assert [params.for_kernel(number).removed_mean for number in range(5)] == [5.0, 7.0, 11.0, 5.0, 7.0]
    assert params.for_kernel(1).blink == params.blink
