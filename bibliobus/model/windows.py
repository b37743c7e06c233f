"""Windows of a visit on each day of the cycle: weekly windows, curfews by date, and a locked time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.domain.calendar import WEEK_DAYS, weekday_of
from bibliobus.units import DAY_S, round_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bibliobus.demand.visits import Visit
    from bibliobus.domain.scenario import Scenario
    from bibliobus.domain.wishes import Curfew

Span = tuple[int, int]
"""Seconds after midnight, from and to."""


def build_windows(visit: Visit, scenario: Scenario) -> tuple[tuple[Span, ...], ...]:
    """
    Build the windows of a visit.

    Parameters
    ----------
    visit
        The visit.
    scenario
        Cycle and grid.

    Returns
    -------
    tuple of tuple of (int, int)
        For each day of the cycle the spans on the grid, sorted; the whole day if nothing limits it.
    """
    return tuple(tuple(_list_spans(visit, scenario, day)) for day in range(scenario.cycle.weeks * WEEK_DAYS))


def cut_curfew(spans: Iterable[Span], curfew: Curfew) -> Iterator[Span]:
    """
    Cut the hours of a curfew and its margin out of spans of one day.

    Parameters
    ----------
    spans
        Spans of a day on which the curfew holds.
    curfew
        The curfew; one that is not later at its end goes over midnight.

    Yields
    ------
    (int, int)
        What is left, in order.
    """
    start_s, end_s = curfew.start_s - curfew.margin_s, curfew.end_s + curfew.margin_s
    over_midnight = curfew.end_s <= curfew.start_s
    allowed = [(end_s, start_s)] if over_midnight else [(0, start_s), (end_s, DAY_S)]
    for first_s, last_s in spans:
        for from_s, to_s in allowed:
            if max(first_s, from_s) < min(last_s, to_s):
                yield max(first_s, from_s), min(last_s, to_s)


def _list_spans(visit: Visit, scenario: Scenario, day: int) -> Iterator[Span]:
    """Spans of one day."""
    spans: list[Span] = [
        (window.start_s, window.end_s) for window in sorted(visit.windows) if window.weekday == weekday_of(day)
    ]
    if not visit.windows:
        spans = [(0, DAY_S)]
    for curfew in visit.curfews:
        if curfew.holds_on(scenario.cycle.date_of(day)):
            spans = list(cut_curfew(spans, curfew))
    for start_s, end_s in spans:
        yield from _fit(visit, scenario.rules.grid_s, start_s, end_s)


def _fit(visit: Visit, grid_s: int, start_s: int, end_s: int) -> Iterator[Span]:
    """Span on the grid, narrowed to the locked time."""
    start_s, end_s = round_up(start_s, grid_s), end_s // grid_s * grid_s
    locked_s = visit.lock.time_s if visit.lock else None
    if locked_s is None:
        yield start_s, end_s
    elif start_s <= locked_s and locked_s + visit.dwell_s <= end_s:
        yield locked_s, locked_s + visit.dwell_s
