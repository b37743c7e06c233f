"""Checks of tours on dates that are no whole cycle: everything about single tours and calls, nothing about rhythm."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bibliobus.findings import FindingKind, Place, Severity
from bibliobus.plan.verify.service import check_call, check_wishes
from bibliobus.plan.verify.tours import DATE_WRONG, check_tours
from bibliobus.words.language import N_
from bibliobus.words.text import CycleDay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.findings import Finding
    from bibliobus.plan.plan import Plan
    from bibliobus.plan.verify.evidence import Evidence


PERIOD_WRONG: Final = FindingKind(
    "period-wrong",
    Severity.ERROR,
    N_("The period from {first} to {last} ends before it begins, or does not come after the one before it."),
    N_("Plan anew, so that every date lies in one period at most."),
)


def check_periods(plan: Plan) -> Iterator[Finding]:
    """Check that periods follow each other, and that their tours have the dates that the periods give them."""
    places = [(None, None), *((period.first, period.last) for period in plan.periods)]
    for (_, before), (first, last) in pairwise(places):
        assert first is not None and last is not None  # only what comes before all periods has no dates
        if last < first or (before is not None and first <= before):
            yield PERIOD_WRONG.at(Place(), first=first.isoformat(), last=last.isoformat())
    for period in plan.periods:
        for tour in period.tours:
            expected = period.date_of(plan.cycle, tour.day)
            if tour.date not in (None, expected):
                dates = {"found": str(tour.date), "expected": expected.isoformat()}
                yield DATE_WRONG.at(Place(tour_id=tour.tour_id), day=CycleDay(tour.day), **dates)


def check_dated(evidence: Evidence) -> Iterator[Finding]:
    """Check tours that are driven on some dates only; who is not called at on these dates breaks no rule."""
    yield from check_tours(evidence)
    for finding in check_wishes(evidence):
        if finding.place.tour_id:
            yield finding
    for tour in evidence.plan.tours:
        for call in tour.calls:
            visit = evidence.visits.get(call.settlement_id)
            if visit is not None:
                yield from check_call(evidence, visit, tour, call)
