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
        )
        for row in csv.DictReader(text.splitlines())
    )
