"""Curfew: no bus is open at a settlement in its hours and a margin around them, on its dates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.model.rules.stop_rule import Span, StopFact
from bibliobus.words.language import DAY_S, N_, format_clock
from bibliobus.words.text import CycleDay, Duration, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bibliobus.demand.visits import Visit
    from bibliobus.domain.places import Settlement
    from bibliobus.domain.scenario import Curfew, Scenario
    from bibliobus.words.text import Name

CODE: Final = "curfew"
REASON: Final = N_("The curfew and its safety margin leave {limit} at a stretch there; the bus has to stay {needed}.")
CHANGE: Final = "change-margin"
CHANGE_WORDS: Final = N_("It could be served if the safety margin of the curfew were {time} shorter.")
CHANGE_PART: Final = N_("a safety margin of the curfew that is {time} shorter")
FACT: Final = N_("at {name} a curfew holds {value}, with a margin of {margin}")
BROKEN: Final = FindingKind(
    "in-curfew",
    Severity.ERROR,
    N_("In {name} the bus is open from {start} to {end} on {day}; the curfew there with its margin is {curfew}."),
    N_("Move the call out of the hours of the curfew, so that the bus is away in time."),
)


def holds(visit: Visit, scenario: Scenario) -> bool:
    """Whether any curfew holds at the settlement."""
    return bool(visit.curfews)


def cut(visit: Visit, scenario: Scenario, day: int, spans: Iterable[Span]) -> Iterable[Span]:
    """Spans without the hours of the curfews of a day."""
    for curfew in visit.curfews:
        if curfew.holds_on(scenario.cycle.date_of(day)):
            spans = list(cut_hours(spans, curfew))
    return spans


def cut_hours(spans: Iterable[Span], curfew: Curfew) -> Iterator[Span]:
    """Spans without the hours of one curfew and its margin; one that is not later at its end goes over midnight."""
    start_s, end_s = curfew.start_s - curfew.margin_s, curfew.end_s + curfew.margin_s
    over_midnight = curfew.end_s <= curfew.start_s
    allowed = [(end_s, start_s)] if over_midnight else [(0, start_s), (end_s, DAY_S)]
    for first_s, last_s in spans:
        for from_s, to_s in allowed:
            if max(first_s, from_s) < min(last_s, to_s):
                yield max(first_s, from_s), min(last_s, to_s)


def numbers(visit: Visit, scenario: Scenario, spans: Sequence[Span]) -> dict[str, int]:
    """The stay that is needed, and the longest that is left."""
    return {"needed": visit.dwell_s, "limit": max(0, *(end_s - start_s for start_s, end_s in spans), 0)}


def lift(visit: Visit, scenario: Scenario) -> tuple[Visit, Scenario]:
    """The visit without curfews."""
    return replace(visit, curfews=()), scenario


def ease(visit: Visit, scenario: Scenario, seconds: int) -> tuple[Visit, Scenario] | None:
    """The visit with smaller safety margins; None if no margin is so long."""
    if not any(curfew.margin_s >= seconds for curfew in visit.curfews):
        return None
    curfews = tuple(replace(curfew, margin_s=max(0, curfew.margin_s - seconds)) for curfew in visit.curfews)
    return replace(visit, curfews=curfews), scenario


def list_facts(settlement: Settlement, name: Name, scenario: Scenario) -> Iterator[StopFact]:
    """Each curfew that covers the settlement."""
    for at, curfew in enumerate(scenario.curfews, 1):
        if curfew.covers(settlement.settlement_id, settlement.hromada, settlement.raion):
            hours = f"{format_clock(curfew.start_s)}-{format_clock(curfew.end_s)}"
            words = Text(FACT, {"name": name, "value": hours, "margin": Duration(curfew.margin_s)})
            yield StopFact(words, f"curfews[{at}]", _drop(curfew))


def check(
    scenario: Scenario, settlement: Settlement, name: Name, place: Place, day: int, stay: Span
) -> Iterator[Finding]:
    """The stay lies outside the curfews of its settlement on its date in the first cycle."""
    for curfew in scenario.curfews:
        named = curfew.covers(settlement.settlement_id, settlement.hromada, settlement.raion)
        if named and curfew.holds_on(scenario.cycle.date_of(day)) and _overlaps(curfew, stay):
            first_s, last_s = curfew.start_s - curfew.margin_s, curfew.end_s + curfew.margin_s
            yield BROKEN.at(
                place,
                name=name,
                start=format_clock(stay[0]),
                end=format_clock(stay[1]),
                day=CycleDay(day),
                curfew=f"{format_clock(max(first_s, 0))}-{format_clock(min(last_s, DAY_S))}",
            )


def _overlaps(curfew: Curfew, stay: Span) -> bool:
    """Whether a stay touches a curfew or its margin."""
    # The night before and the night after, as two spans on a line of time.
    nights = [(0, 0)] if curfew.end_s > curfew.start_s else [(-DAY_S, 0), (0, DAY_S)]
    return any(
        stay[0] < curfew.end_s + end_s + curfew.margin_s and curfew.start_s + start_s - curfew.margin_s < stay[1]
        for start_s, end_s in nights
    )


def _drop(curfew: Curfew) -> Callable[[Scenario], Scenario]:
    """Scenario without one curfew."""
    return lambda scenario: replace(scenario, curfews=tuple(one for one in scenario.curfews if one != curfew))
