"""The fewest calls that have to be moved to make one order out of another."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

Key = TypeVar("Key", str, int)


def find_reordered(old: Sequence[Key], new: Sequence[Key]) -> tuple[Key, ...]:
    """
    Find the fewest members whose moves make one order out of another.

    Parameters
    ----------
    old
        Members in the old order, each once.
    new
        Members in the new order, each once; those of only one order do not count.

    Returns
    -------
    tuple
        Members to move, in the new order: all but a longest rising subsequence (Schensted 1961).
    """
    place = {key: at for at, key in enumerate(old)}
    kept = [key for key in new if key in place]
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, key in enumerate(kept):
        length: int = bisect_left(tails, place[key])
        tails[length:] = [place[key], *tails[length + 1 :]]
        before.append(ends[length - 1] if length else -1)
        ends[length:] = [at, *ends[length + 1 :]]
    stay = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        stay.add(at)
        at = before[at]
    return tuple(key for at, key in enumerate(kept) if at not in stay)
