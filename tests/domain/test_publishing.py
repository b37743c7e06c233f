from __future__ import annotations

import pytest

from bibliobus.domain.scenario import Publishing

SQUARE = ((48.0, 37.0), (48.0, 38.0), (49.0, 38.0), (49.0, 37.0))
NOTCHED = ((48.0, 37.0), (48.0, 38.0), (48.2, 37.5), (49.0, 38.0), (49.0, 37.0))


@pytest.mark.parametrize(
    ("ring", "lat", "lon", "inside"),
    [
        (SQUARE, 48.5, 37.5, True),
        (SQUARE, 48.5, 38.5, False),
        (SQUARE, 47.9, 37.5, False),
        (SQUARE, 48.0, 37.5, True),
        (SQUARE, 49.0, 38.0, True),
        (NOTCHED, 48.2, 37.9, False),
        (NOTCHED, 48.2, 37.4, True),
        (SQUARE[::-1], 48.5, 37.5, True),
    ],
)
def test_a_stop_in_the_outline_is_kept_back(ring, lat, lon, inside):
    assert Publishing(no_publish_areas=(ring,)).forbids("a", lat, lon) == inside


def test_a_listed_settlement_is_kept_back_wherever_it_lies():
    publishing = Publishing(no_publish=("a", "b"))

    assert publishing.forbids("b", 0.0, 0.0)
    assert not publishing.forbids("c", 0.0, 0.0)
