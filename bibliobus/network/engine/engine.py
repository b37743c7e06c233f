"""The engine that measures drives: compiled where numba is there, else scipy, with the same answers."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from bibliobus.network.engine.dijkstra import PlainIndex
from bibliobus.network.engine.hierarchy import build_hierarchy, order_nodes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.network.engine.graph import Drive, RoadAccess, RoadGraph
    from bibliobus.network.engine.weights import PackedMatrix


class RoadMetric(Protocol):
    """Roads with the weights of one kind of bus at one time."""

    @property
    def weights(self) -> NDArray[np.int64]:
        """Packed weights of the arcs."""
        ...

    def measure_places(self, sources: RoadAccess, targets: RoadAccess) -> PackedMatrix:
        """
        Measure the fastest drives from places to places.

        Parameters
        ----------
        sources
            Places to start from; offsets lead from the place to its nodes.
        targets
            Places to reach; offsets lead from the nodes to the place.

        Returns
        -------
        PackedMatrix
            Shape (sources, targets). A drive always goes through a node: between two places on the same road the way
            along that road is for the caller to compare.
        """
        ...

    def find_drive(self, sources: RoadAccess, source: int, targets: RoadAccess, target: int) -> Drive | None:
        """
        Find the fastest drive from one place to another.

        Parameters
        ----------
        sources
            As for `measure_places`.
        source
            Place among the sources, from 0.
        targets
            As for `measure_places`.
        target
            Place among the targets, from 0.

        Returns
        -------
        Drive or None
            The drive, with the weight that the matrix has; None if no road leads.
        """
        ...


class RoadIndex(Protocol):
    """Roads made ready for any weights; a closed road or another bus needs new weights only."""

    @property
    def compiled(self) -> bool:
        """Whether compiled code does the work; if not, the user should be told that it is slower."""
        ...

    def customize(self, weights: NDArray[np.int64]) -> RoadMetric:
        """
        Lay weights over the roads.

        Parameters
        ----------
        weights
            Shape (arcs,), packed weights of `weights.pack_weights`; `CLOSED` for an arc that is closed.

        Returns
        -------
        RoadMetric
            Drives with these weights.
        """
        ...


def has_compiler() -> bool:
    """
    Tell whether numba can be used.

    Returns
    -------
    bool
        False where it is not installed, cannot be loaded, or has no place to keep its machine code.
    """
    try:
        import bibliobus.network.engine.kernels  # noqa: F401
    except (ImportError, RuntimeError):
        # numba raises RuntimeError if neither the package nor the user's cache folder can be written.
        return False
    return True


def try_compiler() -> None:
    """
    Compile and run something small, and write where machine code is kept.

    Raises
    ------
    ImportError or RuntimeError
        If numba is not installed, cannot be loaded or cannot compile, or has no place to keep its machine code.
    OSError
        If that place cannot be written into.
    """
    import numba

    from bibliobus.network.engine.kernels import grow_int32

    if (total := cast("Any", numba.njit)(_add_up)(5)) != 10:
        raise RuntimeError(f"0 + 1 + 2 + 3 + 4 = {total}")
    place = Path(cast("Any", grow_int32).stats.cache_path)
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=place) as file:
        file.write(b"bibliobus")


def _add_up(below: int) -> int:
    """Sum of the whole numbers below one."""
    total = 0
    for number in range(below):
        total += number
    return total


def rank_nodes(graph: RoadGraph) -> NDArray[np.int32] | None:
    """
    Rank the nodes of a graph, to be kept with it.

    Parameters
    ----------
    graph
        Roads.

    Returns
    -------
    numpy.ndarray or None
        Shape (nodes,), int32, as `order.order_nodes` returns it; None without numba, where nothing needs it.
    """
    return order_nodes(graph) if has_compiler() else None


def build_index(graph: RoadGraph, rank: NDArray[np.int32] | None = None) -> RoadIndex:
    """
    Make roads ready for any weights.

    Parameters
    ----------
    graph
        Roads.
    rank
        Shape (nodes,), what `rank_nodes` returned for this graph; None to rank the nodes now.

    Returns
    -------
    RoadIndex
        A contraction hierarchy where numba is there, else the plain graph.
    """
    if not has_compiler():
        return PlainIndex(graph)
    return build_hierarchy(graph, order_nodes(graph) if rank is None else rank)
