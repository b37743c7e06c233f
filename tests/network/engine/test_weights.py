"""Packed weights compare by time, then by length, and add up."""

from __future__ import annotations

import numpy as np
import pytest

from bibliobus.network.engine.graph import CLOSED, PackedMatrix, check_weights, pack_weights


def test_a_packed_weight_holds_milliseconds_above_decimetres() -> None:
    packed = pack_weights(np.array([3, 0]), np.array([7, 2**32 - 1]))

    assert packed.tolist() == [(3 << 32) + 7, 2**32 - 1]


def test_the_faster_weight_is_less_however_long_it_is() -> None:
    fast, slow, long = pack_weights(np.array([3, 4, 4]), np.array([9_000_000, 1, 2]))

    assert fast < slow < long


def test_what_takes_149_hours_or_is_closed_weighs_closed() -> None:
    packed = pack_weights(np.array([CLOSED, 2**29, 2**29 - 1]), np.array([5, 5, 5]))

    assert packed.tolist() == [CLOSED, CLOSED, CLOSED - 2**32 + 5]


@pytest.mark.parametrize(("duration_ms", "length_dm"), [(-1, 0), (0, -1), (0, 2**32)])
def test_weights_out_of_range_are_refused(duration_ms: int, length_dm: int) -> None:
    with pytest.raises(ValueError, match="below 2\\*\\*32 decimetres"):
        pack_weights(np.array([duration_ms]), np.array([length_dm]))


def test_a_matrix_gives_times_and_lengths_and_what_is_not_reached() -> None:
    matrix = PackedMatrix(np.array([[(5 << 32) + 60, CLOSED]]))

    assert matrix.duration_ms.tolist() == [[5, CLOSED]]
    assert matrix.length_dm.tolist() == [[60, 0]]
    assert matrix.reached.tolist() == [[True, False]]
    assert not matrix.packed.flags.writeable


def test_checked_weights_are_a_copy_that_cannot_be_written() -> None:
    weights = np.array([1, CLOSED])

    checked = check_weights(weights, 2)
    weights[0] = 9

    assert checked.tolist() == [1, CLOSED]
    assert not checked.flags.writeable


def test_one_weight_an_arc_is_asked_for() -> None:
    with pytest.raises(ValueError, match=r"\(2,\) weights for 3 arcs"):
        check_weights(np.array([1, 2]), 3)


@pytest.mark.parametrize("weight", [-1, CLOSED + 1])
def test_weights_that_could_overflow_are_refused(weight: int) -> None:
    with pytest.raises(ValueError, match="at most CLOSED"):
        check_weights(np.array([weight]), 1)
