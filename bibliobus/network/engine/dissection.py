"""Compiled kernel of the nested dissection: imports numba, so it is itself imported only where it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Kernel = TypeVar("Kernel", bound=Callable[..., Any])

CELLS_AT_ONCE: Final = 1024
"""Room for cells that wait to be cut: each cut leaves at most 7 in 10 of the nodes, so two a level are plenty."""


def compile_when_called(function: Kernel) -> Kernel:
    """Compile a function when it is first called, and keep its machine code; not where ``NUMBA_DISABLE_JIT`` is set."""
    return cast("Kernel", numba.njit(cache=True, nogil=True)(function))


@compile_when_called
def _find_cut(
    first: NDArray[np.int64],
    neighbour: NDArray[np.int32],
    lines: NDArray[np.int32],
    place: NDArray[np.int32],
    start: int,
    stop: int,
) -> tuple[int, int, bool]:
    """Line, size of the left side and whether the separator is taken from it: fewest nodes, then best balance."""
    size = stop - start
    # At least three tenths on each side, so that there is a choice of cuts: chosen by hand, not measured.
    lowest, highest = max(1, size * 3 // 10), min(size - 1, size - size * 3 // 10)
    best_line, best_left, best_of_left, best_count, best_skew = 0, lowest, True, size + 1, size
    from_left, from_right = np.zeros(size + 2, dtype=np.int32), np.zeros(size + 2, dtype=np.int32)
    for line in range(lines.shape[0]):
        for at in range(start, stop):
            place[lines[line, at]] = at
        from_left[:] = 0
        from_right[:] = 0
        for at in range(start, stop):
            node = lines[line, at]
            low, high = at, at
            for edge in range(first[node], first[node + 1]):
                there = place[neighbour[edge]]
                if start <= there < stop:
                    low, high = min(low, there), max(high, there)
            # The node borders the other side for every cut between itself and its farthest neighbour.
            from_left[at + 1 - start] += 1
            from_left[high + 1 - start] -= 1
            from_right[low + 1 - start] += 1
            from_right[at + 1 - start] -= 1
        count_left, count_right = 0, 0
        for left in range(highest + 1):
            count_left += from_left[left]
            count_right += from_right[left]
            if left >= lowest:
                count, skew = min(count_left, count_right), abs(2 * left - size)
                if count < best_count or (count == best_count and skew < best_skew):
                    best_line, best_left, best_of_left = line, left, count_left <= count_right
                    best_count, best_skew = count, skew
    return best_line, best_left, best_of_left


@compile_when_called
def _split(
    first: NDArray[np.int64],
    neighbour: NDArray[np.int32],
    lines: NDArray[np.int32],
    place: NDArray[np.int32],
    side: NDArray[np.int8],
    start: int,
    stop: int,
    cut: tuple[int, int, bool],
) -> None:
    """Mark the nodes of a cell: 0 left, 1 right, 2 in the separator."""
    line, left, of_left = cut
    for at in range(start, stop):
        place[lines[line, at]] = at
    middle = start + left
    for at in range(start, stop):
        node, is_left = lines[line, at], at < middle
        side[node] = 0 if is_left else 1
        if is_left != of_left:
            continue
        for edge in range(first[node], first[node + 1]):
            there = place[neighbour[edge]]
            if start <= there < stop and (there < middle) != is_left:
                side[node] = 2
                break


@compile_when_called
def dissect(first: NDArray[np.int64], neighbour: NDArray[np.int32], lines: NDArray[np.int32]) -> NDArray[np.int32]:
    """
    Rank nodes by cutting the graph into halves again and again; separators rank above what they separate.

    ``first``: Shape (nodes + 1,): neighbours of node v are ``neighbour[first[v]:first[v + 1]]``.
    ``neighbour``: Shape (2 * edges,), each edge from both its ends.
    ``lines``: Shape (lines, nodes): the nodes sorted along several lines over the ground. Is changed.

    Returns shape (nodes,), rank of each node, 0 is contracted first.
    """
    nodes = len(first) - 1
    rank, place = np.empty(nodes, dtype=np.int32), np.full(nodes, -1, dtype=np.int32)
    side, kept = np.zeros(nodes, dtype=np.int8), np.empty(nodes, dtype=np.int32)
    cells = np.empty((CELLS_AT_ONCE, 2), dtype=np.int64)
    cells[0, 0], cells[0, 1] = 0, nodes
    waiting, top = 1, nodes
    for at in range(nodes):
        place[lines[0, at]] = at
    while waiting > 0:
        waiting -= 1
        start, stop = cells[waiting, 0], cells[waiting, 1]
        if stop - start <= 2:
            for at in range(start, stop):
                top -= 1
                rank[lines[0, at]] = top
                place[lines[0, at]] = -1
            continue
        cut = _find_cut(first, neighbour, lines, place, start, stop)
        _split(first, neighbour, lines, place, side, start, stop, cut)
        for at in range(start, stop):
            node = lines[0, at]
            if side[node] == 2:
                top -= 1
                rank[node] = top
                place[node] = -1
        middle, end = start, start
        for line in range(lines.shape[0]):
            middle, rights = start, 0
            for at in range(start, stop):
                node = lines[line, at]
                if side[node] == 0:
                    lines[line, middle] = node
                    middle += 1
                elif side[node] == 1:
                    kept[rights] = node
                    rights += 1
            end = middle + rights
            for at in range(rights):
                lines[line, middle + at] = kept[at]
        # Nodes of both halves move to their new range, or a half would see the other's nodes as its own.
        for at in range(start, end):
            place[lines[0, at]] = at
        cells[waiting, 0], cells[waiting, 1] = start, middle
        cells[waiting + 1, 0], cells[waiting + 1, 1] = middle, end
        waiting += 2
    return rank
