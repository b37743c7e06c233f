"""Packed weights: the time and the length of a drive in one whole number that can be added up and compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TIME_SHIFT: Final = 32
"""Bits below the time: they hold the length in decimetres, up to 429,496 km."""

CLOSED: Final = 1 << 61
"""Weight of what cannot be driven. A sum of three still fits into 64 bits; a drive of 149 hours counts as closed."""


def pack_weights(duration_ms: NDArray[np.int64], length_dm: NDArray[np.int64]) -> NDArray[np.int64]:
    """
    Pack times and lengths into weights.

    Parameters
    ----------
    duration_ms
        Any shape, milliseconds, 0 or more; `CLOSED` or more where nothing may drive.
    length_dm
        Same shape, decimetres, 0 or more and below 2**32.

    Returns
    -------
    numpy.ndarray
        Same shape, int64, ``duration_ms << 32 | length_dm``; `CLOSED` where nothing may drive.

    Raises
    ------
    ValueError
        If a time or a length is out of range.

    Notes
    -----
    Packed weights compare by time and then by length, and the sum of packed weights is the packed sum. So the
    least weight is the fastest drive, of equally fast ones the shortest, as long as no drive is longer than
    429,496 km.
    """
    import numpy as np

    duration, length = np.asarray(duration_ms, dtype=np.int64), np.asarray(length_dm, dtype=np.int64)
    closed = duration >= CLOSED >> TIME_SHIFT
    if duration.min(initial=0) < 0 or length.min(initial=0) < 0 or length.max(initial=0) >= 1 << TIME_SHIFT:
        raise ValueError("durations are 0 or more, lengths are 0 or more and below 2**32 decimetres")
    return np.where(closed, CLOSED, (np.where(closed, 0, duration) << TIME_SHIFT) | length)


@dataclass(frozen=True)
class PackedMatrix:
    """
    Fastest drives from places to places.

    Parameters
    ----------
    packed
        Shape (sources, targets), int64, packed weights, rows are sources; `CLOSED` where no road leads. Read-only.
    """

    packed: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Make the array read-only."""
        self.packed.setflags(write=False)

    @property
    def reached(self) -> NDArray[np.bool_]:
        """Where a road leads; shape (sources, targets)."""
        return self.packed < CLOSED

    @property
    def duration_ms(self) -> NDArray[np.int64]:
        """Milliseconds, shape (sources, targets); `CLOSED` where no road leads."""
        import numpy as np

        return np.where(self.reached, self.packed >> TIME_SHIFT, CLOSED)

    @property
    def length_dm(self) -> NDArray[np.int64]:
        """Decimetres of the same drives, shape (sources, targets); 0 where no road leads."""
        import numpy as np

        return np.where(self.reached, self.packed & ((1 << TIME_SHIFT) - 1), 0)


def check_weights(weights: NDArray[np.int64], arcs: int) -> NDArray[np.int64]:
    """
    Check the weights of all arcs of a graph.

    Parameters
    ----------
    weights
        Packed weights, one an arc.
    arcs
        Arcs of the graph.

    Returns
    -------
    numpy.ndarray
        Shape (arcs,), int64, a read-only copy.

    Raises
    ------
    ValueError
        If there are more or fewer than arcs, or one is negative or above `CLOSED`.
    """
    import numpy as np

    checked = np.array(weights, dtype=np.int64, order="C")
    if checked.shape != (arcs,):
        raise ValueError(f"{checked.shape} weights for {arcs} arcs")
    if checked.min(initial=0) < 0 or checked.max(initial=0) > CLOSED:
        raise ValueError("weights are 0 or more and at most CLOSED")
    checked.setflags(write=False)
    return checked
