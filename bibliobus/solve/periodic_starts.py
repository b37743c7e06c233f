"""Starts of the periodic search: several sets of tours that are annealed side by side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bibliobus.solve.periodic_arrays import BANKED, BEST, BUS, DAY, build_room, build_tours, flatten_problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from bibliobus.model.problem import Problem
    from bibliobus.solve.periodic_arrays import Room, Terms, Tours
    from bibliobus.solve.tours import TourKey

CHUNK: Final = 500
"""Ruins and recreates of one step: some hundredths of a second."""

REMOVED: Final = (8.0, 16.0)
"""Calls taken out in the mean, by every other start."""

STRING_MOST: Final = 10
WHOLE: Final = 0.85
BLINK: Final = 0.02
HOT: Final = 0.3
COLD: Final = 0.03
REHEAT: Final = 0.15
"""Temperatures in prices of a mean leg: at the start, at the end, and where the best is searched on."""
