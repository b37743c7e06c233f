"""A comparison as values that JSON knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bibliobus.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.plan.compare import Comparison, DatedVisit, VisitChange


def format_comparison(comparison: Comparison) -> str:
    """
    Format a comparison as JSON.

    Parameters
    ----------
    comparison
        The comparison.

    Returns
    -------
    str
        One document, ending with a newline.
    """
    return json.dumps(list_facts(comparison), ensure_ascii=False, indent=2) + "\n"


def list_facts(comparison: Comparison) -> dict[str, Any]:
    """
    List a comparison as values that JSON knows.

    Parameters
    ----------
    comparison
        The comparison.

    Returns
    -------
    dict
        Times are clock times, shifts are seconds.
    """
    return {
        "same": comparison.same,
        "first_day": comparison.first_day.isoformat(),
        "last_day": comparison.last_day.isoformat(),
        "weeks": comparison.weeks,
        "tolerance_s": comparison.tolerance_s,
        "announced_visits": comparison.announced,
        "broken_visits": comparison.broken,
        "differences": _list_tallies(comparison.tallies),
        "hromadas": {name: _list_tallies(tallies) for name, tallies in comparison.hromadas.items()},
        "settlements": [
            {
                "settlement_id": place.settlement_id,
                "hromada": place.hromada,
                "residents": place.residents,
                "difference": place.kind.value,
                "shift_s": place.shift_s,
                "causes": list(place.causes),
                "visits": [_list_change(visit) for visit in place.visits],
            }
            for place in comparison.places
        ],
        "figures": {pair.name: {"before": pair.old, "after": pair.new} for pair in comparison.figures},
        "versions": {pair.name: {"before": pair.old, "after": pair.new} for pair in comparison.versions},
        "road_changes": [
            {"change": cause.change_id, "legs": cause.legs, "settlements": list(cause.settlements)}
            for cause in comparison.causes
        ],
    }


def _list_tallies(tallies: Mapping[Any, Any]) -> dict[str, dict[str, int]]:
    """How many are concerned by each difference."""
    return {
        kind.value: {"visits": tally.visits, "settlements": tally.settlements, "residents": tally.residents}
        for kind, tally in tallies.items()
    }


def _list_change(visit: VisitChange) -> dict[str, Any]:
    """One changed visit."""
    return {
        "difference": visit.kind.value,
        "differences": [kind.value for kind in visit.kinds],
        "shift_s": visit.shift_s,
        "before": _list_visit(visit.old),
        "after": _list_visit(visit.new),
    }


def _list_visit(visit: DatedVisit | None) -> dict[str, str] | None:
    """One visit; None if there is none."""
    if visit is None:
        return None
    start, end = format_clock(visit.start_s), format_clock(visit.end_s)
    return {"date": visit.date.isoformat(), "bus_id": visit.bus_id, "start": start, "end": end}
