"""Checks of tours on dates that are no whole cycle: everything about single tours and calls, nothing about rhythm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.plan.verify.service import check_call, check_wishes
from bibliobus.plan.verify.tours import check_tours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.findings import Finding
    from bibliobus.plan.verify.evidence import Evidence


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
