"""Chains of steps: points where a road only goes on are passed over, which leaves one node in five to ten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Chains:
    """
    Arcs joined into chains between nodes that matter.

    Parameters
    ----------
    node
        Vertices that are kept, rising.
    tail
        Position in `node` where each chain starts.
    head
        Position in `node` where each chain ends.
    first
        Shape (chains + 1,): arcs ``arc[first[c]]`` to ``arc[first[c + 1] - 1]`` belong to chain c.
    arc
        Arcs of all chains, in the order they are driven.
    """

    node: NDArray[np.int64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    first: NDArray[np.int64]
    arc: NDArray[np.int64]


def join_chains(
    vertices: int,
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    keep: NDArray[np.bool_],
    junction: NDArray[np.int32] | None = None,
) -> Chains:
    """
    Join arcs into chains.

    Parameters
    ----------
    vertices
        Number of vertices.
    tail
        Vertex where each arc starts.
    head
        Vertex where each arc ends; never the same.
    keep
        Shape (vertices,), vertices that must stay nodes.
    junction
        Shape (vertices,), vertex that each one was split from, itself if it was not; None if none was split. The
        parts of a split junction count as one neighbour, so that no bus turns round at a bend beside it.

    Returns
    -------
    Chains
        Every arc in exactly one chain; vertices without arcs are gone.

    Notes
    -----
    A vertex is passed over if it has two neighbours and one arc for each way through it: two arcs of a one-way road,
    or four of a road for both directions. List ranking by pointer doubling (Wyllie 1979) numbers the arcs of all
    chains at once. Both directions of a road are chains of their own.
    """
    import numpy as np

    near, far = (tail, head) if junction is None else (junction[tail], junction[head])
    through = _find_through(vertices, near, far) & ~keep
    before = _find_before((tail, head), (near, far), through)
    root, rank = _rank(before)
    rings = through[tail[root]]
    if rings.any():
        # A ring without any junction: one vertex of it has to be a node.
        through[_ring_vertices(before, tail, rings)] = False
        root, rank = _rank(_find_before((tail, head), (near, far), through))
    size = np.bincount(root, minlength=len(tail))
    order = np.empty(len(tail), dtype=np.int64)
    order[(np.cumsum(size) - size)[root] + rank] = np.arange(len(tail))
    starts = np.flatnonzero(rank[order] == 0)
    first = np.append(starts, len(order)).astype(np.int64)
    used = np.zeros(vertices, dtype=bool)
    used[tail], used[head] = True, True
    node = np.flatnonzero(used & ~through)
    number = np.full(vertices, -1, dtype=np.int32)
    number[node] = np.arange(len(node), dtype=np.int32)
    return Chains(node, number[tail[order[starts]]], number[head[order[first[1:] - 1]]], first, order)


def _find_through(vertices: int, tail: NDArray[np.int32], head: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether a vertex has two neighbours, and a road only goes on there."""
    import numpy as np

    # One sort tells both: which vertices are neighbours, and which arcs are double.
    keys = np.minimum(tail, head).astype(np.int64) * vertices + np.maximum(tail, head)
    keys = np.sort(2 * keys + (tail > head))
    pairs = keys >> 1
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    neighbours = np.bincount(pairs // vertices, minlength=vertices) + np.bincount(pairs % vertices, minlength=vertices)
    out, into = np.bincount(tail, minlength=vertices), np.bincount(head, minlength=vertices)
    through: NDArray[np.bool_] = (neighbours == 2) & (out == into) & ((out == 1) | (out == 2))
    double = keys[1:][keys[1:] == keys[:-1]] >> 1
    through[double // vertices] = False
    through[double % vertices] = False
    return through


def _find_before(
    ends: tuple[NDArray[np.int32], NDArray[np.int32]],
    junctions: tuple[NDArray[np.int32], NDArray[np.int32]],
    through: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Arc driven before each arc; the arc itself where a chain starts."""
    import numpy as np

    (tail, head), (near, far) = ends, junctions
    vertices = len(through)
    arcs = np.arange(len(tail))
    into = np.argsort(head)
    count = np.bincount(head, minlength=vertices)
    first = np.cumsum(count) - count
    inner = arcs[through[tail]]
    start = tail[inner]
    one = into[first[start]]
    # Of two arcs into the vertex, the one that does not come from where this one goes.
    two = into[first[start] + count[start] - 1]
    before = arcs.copy()
    before[inner] = np.where(near[one] == far[inner], two, one)
    return before


def _rank(before: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First arc of the chain of each arc, and how many arcs come before it."""
    import numpy as np

    root, rank = before, (before != np.arange(len(before))).astype(np.int64)
    for _ in range(max(1, len(before).bit_length())):
        further = root[root]
        if np.array_equal(further, root):
            break
        rank = rank + rank[root]
        root = further
    return root, rank


def _ring_vertices(before: NDArray[np.int64], tail: NDArray[np.int32], rings: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Vertex where the first arc of each ring starts."""
    import numpy as np

    label, at = np.arange(len(before)), before
    for _ in range(max(1, len(before).bit_length())):
        label, at = np.minimum(label, label[at]), at[at]
    return tail[np.unique(label[rings])]
