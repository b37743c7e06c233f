"""
Time-window segments: when a tour with windows can be driven, in constant time for every place of a new call.

A segment is a part of a tour told in four numbers (Vidal, Crainic, Gendreau and Prins 2013, after Nagata, Bräysy and
Dullaert 2010): its least duration, waiting included; the time warp in it, that is by how many seconds the clock would
have to be turned back to open everywhere in time; and the earliest and the latest start at which both are least. Two
segments with a leg between them merge into one by a few sums, so a new call between two others costs two merges: of the
segment from the depot to the call before (`Tours.prefix`), the call, and the segment from the next call to the depot
(`Tours.suffix`). Warp may be driven on the way to a better plan, at a penalty a second.

The meal break is one more segment, without a leg, behind the call where it costs least. It is laid when the tour is
measured and stays there while places for a new call are compared, so the scan only guesses how a tour is with its break
moved; `insertion` measures each tour again after a call was put in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.solve.periodic.arrays import (
    DWELL,
    END,
    MEAL,
    MEAL_EARLIEST,
    MEAL_LATEST,
    START,
)
from bibliobus.solve.periodic.compiled import INFINITE, compile_kernel, inline_kernel

if TYPE_CHECKING:
    from typing import Any

    from bibliobus.solve.periodic.arrays import Tours

Segment = tuple[float, float, float, float]
"""Duration, time warp, earliest and latest start."""

WARP_FIRST: Final = 1000.0
"""A second of warp counts as so many of duration where the break is laid: windows go before waiting less."""


@inline_kernel
def merge(first: Segment, leg: float, second: Segment) -> Segment:
    """Join two segments with a leg between them (equations 8 to 12 of Vidal et al. 2013)."""
    # From the start of the first to reaching the second, if nobody waits and the clock is turned back as needed.
    delta = first[0] - first[1] + leg
    wait = max(second[2] - delta - first[3], 0.0)
    warp = max(first[2] + delta - second[3], 0.0)
    return (
        first[0] + second[0] + leg + wait,
        first[1] + second[1] + warp,
        max(second[2] - delta, first[2]) - wait,
        min(second[3] - delta, first[3]) + warp,
    )


@inline_kernel
def read_segment(segments: Any, r: int, k: int) -> Segment:
    """Segment that was kept in `Tours.prefix` or `Tours.suffix`."""
    return (segments[r, k, 0], segments[r, k, 1], segments[r, k, 2], segments[r, k, 3])


@inline_kernel
def _keep_segment(segments: Any, r: int, k: int, segment: Segment) -> None:
    """Keep a segment there."""
    segments[r, k, 0] = segment[0]
    segments[r, k, 1] = segment[1]
    segments[r, k, 2] = segment[2]
    segments[r, k, 3] = segment[3]


@inline_kernel
def _call_segment(r: int, k: int, day: int, visits: Any, openings: Any, tours: Tours) -> Segment:
    """Segment of the k-th call alone, k from 0, in the window that it uses."""
    visit, window = tours.sequence[r, k], tours.window[r, k]
    return (visits[visit, DWELL], 0.0, openings[visit, day, window, 0], openings[visit, day, window, 1])


@inline_kernel
def needs_meal(segment: Segment, limit: Any, r: int) -> bool:
    """Whether a whole tour neither returns before nor leaves after its meal break."""
    returns = segment[2] + segment[0] - segment[1]
    late, soon = returns > limit[r, MEAL_LATEST], segment[3] < limit[r, MEAL_EARLIEST] + limit[r, MEAL]
    return bool(limit[r, MEAL] > 0.0 and late and soon)


@compile_kernel
def lay_segments(r: int, day: int, visits: Any, openings: Any, limit: Any, tours: Tours) -> None:
    """Work out all prefixes and suffixes of a tour, with the meal break where it fits best."""
    prefix, leg, length = tours.prefix, tours.leg, tours.calls[r]
    depot = (0.0, 0.0, limit[r, START], limit[r, END])
    meal = (limit[r, MEAL], 0.0, limit[r, MEAL_EARLIEST], limit[r, MEAL_LATEST])
    place = 0
    _keep_segment(prefix, r, 0, depot)
    whole = _lay_prefixes(r, 0, depot, day, visits, openings, tours)
    if length > 0 and needs_meal(merge(whole, leg[r, length, 1], depot), limit, r):
        place = _place_meal(r, depot, meal, day, visits, openings, tours)
        paused = merge(read_segment(prefix, r, place), 0.0, meal)
        _keep_segment(prefix, r, place, paused)
        _lay_prefixes(r, place, paused, day, visits, openings, tours)
    tours.meal_after[r] = place
    segment = depot
    _keep_segment(tours.suffix, r, length + 1, segment)
    for k in range(length, 0, -1):
        call = _call_segment(r, k - 1, day, visits, openings, tours)
        if k == place:
            call = merge(call, 0.0, meal)
        segment = merge(call, leg[r, k, 1], segment)
        _keep_segment(tours.suffix, r, k, segment)


@inline_kernel
def _lay_prefixes(r: int, done: int, segment: Segment, day: int, visits: Any, openings: Any, tours: Tours) -> Segment:
    """Work out the prefixes that follow that of the first `done` calls; gives that of all."""
    for k in range(done, tours.calls[r]):
        segment = merge(segment, tours.leg[r, k, 1], _call_segment(r, k, day, visits, openings, tours))
        _keep_segment(tours.prefix, r, k + 1, segment)
    return segment


@inline_kernel
def _place_meal(r: int, depot: Segment, meal: Segment, day: int, visits: Any, openings: Any, tours: Tours) -> int:
    """Call, from 1, after which the meal break costs least warp, and then least time."""
    place, least, segment = 0, INFINITE, depot
    for k in range(tours.calls[r], 0, -1):
        paused = merge(read_segment(tours.prefix, r, k), 0.0, meal)
        paused = merge(paused, tours.leg[r, k, 1], segment)
        if paused[1] * WARP_FIRST + paused[0] < least:
            least, place = paused[1] * WARP_FIRST + paused[0], k
        call = _call_segment(r, k - 1, day, visits, openings, tours)
        segment = merge(call, tours.leg[r, k, 1], segment)
    return place
