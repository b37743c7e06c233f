"""Sets of driving rules from the packaged table."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import Final

from bibliobus.domain.fleet import DrivingRules
from bibliobus.units import HOUR_S, MINUTE_S

NO_RULES: Final = "none"


@cache
def read_driving_rules() -> tuple[DrivingRules, ...]:
    """
    Read the packaged sets of driving rules.

    Returns
    -------
    tuple of DrivingRules
        In the order of the table, which names a source for each.
    """
    text = (resources.files("bibliobus.tables") / "driving_rules.csv").read_text(encoding="utf-8-sig")
    return tuple(
        DrivingRules(
            row["name"],
            max_driving_s=round(float(row["max_driving_h"]) * HOUR_S),
            max_unbroken_s=round(float(row["max_unbroken_h"]) * HOUR_S),
            min_break_s=int(row["min_break_min"]) * MINUTE_S,
            split_break_s=_read_split(row["split_first_min"], row["split_second_min"]),
            max_before_break_s=round(float(hours) * HOUR_S) if (hours := row["meal_within_h"]) else None,
        )
        for row in csv.DictReader(text.splitlines())
    )


def _read_split(first: str, second: str) -> tuple[int, int] | None:
    """Parts of a split break; None where the cells are empty."""
    return (int(first) * MINUTE_S, int(second) * MINUTE_S) if first and second else None
