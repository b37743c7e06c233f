"""Time-window segments against clocks that are simply run, for every possible start."""

from __future__ import annotations

import random

import pytest

from bibliobus.solve.periodic import segments

Call = tuple[int, int, int]


def run_clock(start: int, calls: list[Call], legs: list[int]) -> tuple[int, int]:
    """Duration and warp of calls (dwell, earliest, latest) from a start, waiting where too early."""
    clock, duration, warp = start, 0, 0
    for (dwell, earliest, latest), leg in zip(calls, [0, *legs], strict=True):
        wait = max(0, earliest - clock - leg)
        late = max(0, clock + leg - latest)
        clock += leg + wait - late + dwell
        duration += leg + wait + dwell
        warp += late
    return duration, warp


def draw_part(draw: random.Random) -> tuple[list[Call], list[int]]:
    """Up to five calls with windows, and the legs between them."""
    openings = [draw.randint(0, 30) for _ in range(draw.randint(1, 5))]
    calls = [(draw.randint(0, 5), opening, opening + draw.randint(0, 12)) for opening in openings]
    return calls, [draw.randint(0, 8) for _ in calls[1:]]


def merge(first, leg, second):
    """Merge two segments, uncompiled."""
    return getattr(segments.merge, "py_func", segments.merge)(first, leg, second)


def fold(calls: list[Call], legs: list[int]):
    """Segment of calls, merged from the left."""
    whole, *others = [(float(dwell), 0.0, float(earliest), float(latest)) for dwell, earliest, latest in calls]
    for leg, other in zip(legs, others, strict=True):
        whole = merge(whole, float(leg), other)
    return whole


@pytest.mark.parametrize("seed", range(40))
def test_a_segment_tells_the_least_warp_the_least_time_and_just_those_starts_that_have_both(seed):
    calls, legs = draw_part(random.Random(seed))
    _, first_opening, first_closing = calls[0]

    duration, warp, earliest, latest = fold(calls, legs)

    ran = {start: run_clock(start, calls, legs) for start in range(first_opening, first_closing + 1)}
    assert duration == min(ran.values())[0]
    assert warp == min(late for _, late in ran.values())
    best = [start for start, both in ran.items() if both == (duration, warp)]
    assert (best[0], best[-1]) == (earliest, latest)


@pytest.mark.parametrize("seed", range(20))
def test_segments_may_be_merged_from_either_side(seed):
    draw = random.Random(seed)
    calls, legs = draw_part(draw)
    more, more_legs = draw_part(draw)
    leg = draw.randint(0, 8)

    whole = fold([*calls, *more], [*legs, leg, *more_legs])

    assert merge(fold(calls, legs), float(leg), fold(more, more_legs)) == whole
