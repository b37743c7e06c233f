"""TravelMatrix: time and length of the fastest drive between every two places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

UNREACHABLE_S: Final = 10**9
"""Duration where no road leads: longer than any shift, and small enough to be added up."""


@dataclass(frozen=True)
class TravelMatrix:
    """
    Time and length of the fastest drive between every two places.

    Parameters
    ----------
    profile_id
        Kind of bus it holds for.
    place_ids
        Places in the order of rows and columns.
    duration_s
        Shape (n, n), int64, whole seconds without any buffer, rows are starts;
        `UNREACHABLE_S` where no road leads. Read-only.
    length_m
        Shape (n, n), int64, whole metres of the same drive; 0 where no road leads. Read-only.
    """

    profile_id: str
    place_ids: tuple[str, ...]
    duration_s: NDArray[np.int64]
    length_m: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        self.duration_s.setflags(write=False)
        self.length_m.setflags(write=False)
