"""What every noun of the domain keeps."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from worlds import build_bus, build_dataset, build_library, build_road, build_scenario, build_village


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (build_village("a"), "population"),
        (build_library("a"), "name"),
        (build_road("a", "b", 1), "length_m"),
        (build_bus(), "features"),
        (build_scenario(), "weights"),
        (build_dataset([], []), "settlements"),
    ],
)
def test_a_value_never_changes(value, field):
    with pytest.raises(FrozenInstanceError):
        setattr(value, field, None)


def test_values_with_equal_parts_are_equal():
    assert build_scenario() == build_scenario()
    assert build_village("a") != build_village("a", population=None)
    assert len({build_road("a", "b", 1), build_road("a", "b", 1)}) == 1
