"""Terms and Tours: a problem and its tours as arrays, as the compiled kernel wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from bibliobus.network.matrix import UNREACHABLE_S
from bibliobus.units import DAY_S, HOUR_S, KM_M

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bibliobus.model.problem import Problem, ProblemBus, ProblemVisit

# Columns of `Terms.visit`.
DWELL, LOAD, REWARD, REQUIRED, SIZE, FAR = range(6)
# Columns of `Terms.slot`.
BUS, DAY, PROFILE, DEPOT, CLASS = range(5)
# Columns of `Terms.limit`.
(
    CAPACITY,
    CALLS_MOST,
    START,
    END,
    SPAN,
    WORK_MOST,
    REGULAR,
    PAUSE,
    MEAL_EARLY,
    MEAL_LATE,
    MEAL_OUTSIDE,
    DRIVE_MOST,
    UNBROKEN,
    REST,
    WATCHED,
    WINDOWED,
    LIMITS,
) = range(17)
# Entries of `Terms.money`.
PER_SECOND, PER_BUS_DAY, PER_OVERTIME, PER_SQUARE = range(4)
# Columns of `Tours.value`.
PRICE, LEGS, WORK, WAIT, WARP, DRIVE, TAKEN, TIMED, PICKED, OVER_LOAD, OVER_TIME, OVER_CALLS, VALUES = range(13)
# Entries of `Tours.score`.
NOW, BEST, BANKED, TRIED, FEASIBLE, SCORES = range(6)

POSITION: Final = 0
PATTERNS: Final = 0
NO_LIMIT: Final = 1e15
NEEDED: Final = 1e11
"""What leaving out a required visit costs: more than all else together, and still exact beside hundredths."""
CALLS_OF_A_TOUR: Final = 200
"""Most calls of one tour, ever."""
NEIGHBOURS: Final = 400
LUCK: Final = 4096
FREE, IN_WINDOW = 1, 2
AIM: Final = (0.9, 0.985)
"""Shares of accepted plans that keep a rule between which its price stays as it is."""
