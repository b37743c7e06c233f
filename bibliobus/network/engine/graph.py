"""The graph of the roads as arrays, and its weights packed so that times and lengths are one number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

TIME_SHIFT: Final = 32
"""Bits below the time: they hold the length in decimetres, up to 429,496 km."""

CLOSED: Final = 1 << 61
"""Weight of what cannot be driven. A sum of three still fits into 64 bits; a drive of 149 hours counts as closed."""


def pack_weights(duration_ms: NDArray[np.int64], length_dm: NDArray[np.int64]) -> NDArray[np.int64]:
    """
    Pack milliseconds and decimetres (below 2**32) as ``duration_ms << 32 | length_dm``; `CLOSED` where nothing may
    drive.

    Packed weights compare by time and then by length, and the sum of packed weights is the packed sum. So the least
    weight is the fastest drive, of equally fast ones the shortest, as long as no drive is longer than 429,496 km.
    """
    import numpy as np

    duration, length = np.asarray(duration_ms, dtype=np.int64), np.asarray(length_dm, dtype=np.int64)
    closed = duration >= CLOSED >> TIME_SHIFT
    if duration.min(initial=0) < 0 or length.min(initial=0) < 0 or length.max(initial=0) >= 1 << TIME_SHIFT:
        raise ValueError("durations are 0 or more, lengths are 0 or more and below 2**32 decimetres")
    return np.where(closed, CLOSED, (np.where(closed, 0, duration) << TIME_SHIFT) | length)


@dataclass(frozen=True)
class PackedMatrix:
    """Packed weights of the fastest drives, shape (sources, targets), read-only; `CLOSED` where no road leads."""

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
    """Check the weights of all arcs of a graph, shape (arcs,), and copy them read-only."""
    import numpy as np

    checked = np.array(weights, dtype=np.int64, order="C")
    if checked.shape != (arcs,):
        raise ValueError(f"{checked.shape} weights for {arcs} arcs")
    if checked.min(initial=0) < 0 or checked.max(initial=0) > CLOSED:
        raise ValueError("weights are 0 or more and at most CLOSED")
    checked.setflags(write=False)
    return checked


@dataclass(frozen=True)
class RoadGraph:
    """
    Roads as nodes and one-way arcs; a road for both directions is two arcs.

    Parameters
    ----------
    node_lat, node_lon
        Shape (nodes,), float64, degrees north and east. Read-only.
    tail
        Shape (arcs,), int32, node where each arc starts. Read-only.
    head
        Shape (arcs,), int32, node where each arc ends. Several arcs may join the same nodes, and an arc may end
        where it starts. Read-only.
    """

    node_lat: NDArray[np.float64]
    node_lon: NDArray[np.float64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]

    def __post_init__(self) -> None:
        """Take read-only copies and check that they belong together."""
        _freeze(self, node_lat="float64", node_lon="float64", tail="int32", head="int32")
        if len(self.node_lat) != len(self.node_lon) or len(self.tail) != len(self.head):
            raise ValueError("one latitude and one longitude a node, one tail and one head an arc")
        for ends in (self.tail, self.head):
            if ends.min(initial=0) < 0 or ends.max(initial=-1) >= self.nodes:
                raise ValueError(f"an arc ends outside the {self.nodes} nodes")

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_lat)

    @property
    def arcs(self) -> int:
        """Number of arcs."""
        return len(self.tail)


@dataclass(frozen=True)
class RoadAccess:
    """
    Where places join the roads: each through some nodes, none if it has no road. Arrays are read-only.

    ``first``: Shape (places + 1,): entries ``first[p]`` to ``first[p + 1] - 1`` belong to place p.
    ``offset``: Packed weight of the drive between the place and the node of each entry, in the direction it is used;
        `CLOSED` for none.
    """

    first: NDArray[np.int64]
    node: NDArray[np.int32]
    offset: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Take read-only copies and check that they belong together."""
        _freeze(self, first="int64", node="int32", offset="int64")
        ends = self.first.tolist()
        if not ends or ends[0] != 0 or ends[-1] != len(self.node) or ends != sorted(ends):
            raise ValueError("first runs from 0 to the number of entries and never falls")
        if len(self.offset) != len(self.node) or self.node.min(initial=0) < 0:
            raise ValueError("one node and one offset an entry, nodes are 0 or more")
        if self.offset.min(initial=0) < 0 or self.offset.max(initial=0) > CLOSED:
            raise ValueError("offsets are 0 or more and at most CLOSED")

    @property
    def places(self) -> int:
        """Number of places."""
        return len(self.first) - 1


def join_nodes(nodes: Sequence[int] | NDArray[np.integer[Any]]) -> RoadAccess:
    """Join one place to each of some nodes, right on the node and in their order; a node may come more than once."""
    import numpy as np

    node = np.asarray(nodes, dtype=np.int32)
    return RoadAccess(np.arange(len(node) + 1, dtype=np.int64), node, np.zeros(len(node), dtype=np.int64))


@dataclass(frozen=True)
class Drive:
    """The fastest drive from a place to a place: its arcs in order, none if both join the roads at the same node."""

    weight: int
    arcs: NDArray[np.int32]
    source_entry: int
    target_entry: int

    def __post_init__(self) -> None:
        """Make the array read-only."""
        self.arcs.setflags(write=False)


def _freeze(value: RoadGraph | RoadAccess, **dtypes: str) -> None:
    """Arrays of a frozen value replaced by read-only ones in one dtype and row order; copied only if they differ."""
    import numpy as np

    for name, dtype in dtypes.items():
        array = np.ascontiguousarray(getattr(value, name), dtype=dtype)
        if array.ndim != 1:
            raise ValueError(f"{name} has {array.ndim} dimensions, not one")
        if array.flags.writeable:
            array = array.copy()
            array.setflags(write=False)
        object.__setattr__(value, name, array)
