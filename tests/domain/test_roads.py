"""Road changes and the days they hold."""

from __future__ import annotations

from datetime import date

import pytest

from bibliobus.domain.roads import ChangeKind, OnWays, RoadChange

FIRST, LAST = date(2026, 3, 2), date(2026, 3, 15)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "overlaps", "covers"),
    [
        (None, None, True, True),
        (FIRST, LAST, True, True),
        (None, date(2026, 3, 1), False, False),
        (None, FIRST, True, False),
        (LAST, None, True, False),
        (date(2026, 3, 16), None, False, False),
        (date(2026, 3, 5), date(2026, 3, 6), True, False),
    ],
)
def test_both_days_of_a_change_count(
    valid_from: date | None, valid_to: date | None, overlaps: bool, covers: bool
) -> None:
    change = RoadChange("1", ChangeKind.CLOSED, OnWays((10,)), valid_from=valid_from, valid_to=valid_to)

    found = change.overlaps(FIRST, LAST), change.covers(FIRST, LAST)

    assert found == (overlaps, covers)
