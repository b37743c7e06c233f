"""The fewest members to move between two orders, against trying all."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from bibliobus.domain.roads import find_reordered


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(6)), st.permutations(range(7)))
def test_no_fewer_moves_make_one_order_out_of_the_other(old, new):
    moved = find_reordered(old, new)

    both = [key for key in new if key in old]
    fewest = next(
        size
        for size in range(len(both) + 1)
        if any(
            [key for key in old if key in both and key not in gone] == [key for key in both if key not in gone]
            for gone in combinations(both, size)
        )
    )
    assert len(moved) == fewest
    assert [key for key in old if key not in moved and key in both] == [key for key in both if key not in moved]


def test_one_that_moves_to_the_end_is_one_move():
    assert find_reordered(["a", "b", "c", "d"], ["b", "c", "d", "a"]) == ("a",)
