"""The two tours of a fortnight that share their fortnightly visits and no other, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.solve.periodic.compiled import INFINITE, enter_kernel, inline_kernel

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray


@inline_kernel
def _meet(own: Any, one: int, two: int) -> bool:
    """Whether two tours have a visit of their own in common; rows end with -1."""
    for k in range(own.shape[1]):
        visit = own[one, k]
        if visit < 0:
            break
        for j in range(own.shape[1]):
            if own[two, j] < 0:
                break
            if own[two, j] == visit:
                return True
    return False


@enter_kernel
def pair_tours(
    start: NDArray[np.int64],
    ranked: NDArray[np.int64],
    value: NDArray[np.float64],
    own: NDArray[np.int16],
    least: NDArray[np.float64],
    pair: NDArray[np.int64],
) -> None:
    """
    Find the two tours of every content that together cost least and have no visit of their own in common.

    `ranked` holds the tours by content, those of content c from ``start[c]`` on, the cheapest first; `own` their visits
    that are not in the content. Written are the sums and the pairs; a tour pairs with itself if it has no visit of its
    own.
    """
    for content in range(len(start) - 1):
        best = INFINITE
        for i in range(start[content], start[content + 1]):
            one = ranked[i]
            if value[one] * 2.0 >= best:
                break
            for j in range(i, start[content + 1]):
                two = ranked[j]
                if value[one] + value[two] >= best:
                    break
                if not _meet(own, one, two):
                    best = value[one] + value[two]
                    pair[content, 0], pair[content, 1] = one, two
                    break
        least[content] = best


@enter_kernel
def complete_tours(
    start: NDArray[np.int64],
    ranked: NDArray[np.int64],
    value: NDArray[np.float64],
    own: NDArray[np.int16],
    most: NDArray[np.float64],
    sums: NDArray[np.float64],
) -> None:
    """For every tour the least sum of it and one that it can be paired with; exact up to the most of its content."""
    for content in range(len(start) - 1):
        first = start[content]
        for i in range(first, start[content + 1]):
            one = ranked[i]
            sums[one] = value[one] + value[ranked[first]]
            if sums[one] > most[content]:
                continue
            for j in range(first, start[content + 1]):
                two = ranked[j]
                sums[one] = value[one] + value[two]
                if sums[one] > most[content] or not _meet(own, one, two):
                    break
