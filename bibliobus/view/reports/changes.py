"""What each road change hits, as a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bibliobus.view.changes import write_dates, write_kind, write_where
from bibliobus.view.tables import (
    Block,
    Kind,
    PlaceName,
    Report,
    ReportColumn,
    ReportTable,
    SortedText,
    Value,
    translate_columns,
)
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bibliobus.domain.roads import RoadChange
    from bibliobus.network.places import LatLon
    from bibliobus.view.area import AreaView
    from bibliobus.words.language import Language

KIND: Final = N_("Road changes and the roads they hit")
EMPTY: Final = N_("There are no road changes.")
COLUMNS: Final = (
    ReportColumn(N_("Id")),
    ReportColumn(N_("What")),
    ReportColumn(N_("Where"), widest=40),
    ReportColumn(N_("When"), widest=30),
    ReportColumn(N_("Road affected"), Kind.LENGTH),
    ReportColumn(N_("Roads"), widest=40),
    ReportColumn(N_("Note"), widest=40),
)
NO_ROAD: Final = N_("no road found")
NOT_THEN: Final = N_("not on the days of the plan")
MOST_ROADS: Final = 5


@dataclass(frozen=True)
class Effect:
    """
    What one change hits: metres, None if no road was found, and sorted numbers and names of the roads.

    ``holds``: True if it holds on any day of the plan's first cycle.
    """

    change: RoadChange
    length_m: int | None
    roads: tuple[str, ...]
    lines: tuple[tuple[LatLon, ...], ...]
    holds: bool


def report_changes(effects: Sequence[Effect], view: AreaView) -> Report:
    """
    Report what each change hits, in a row for each of them in their order.

    Parameters
    ----------
    effects
        The changes and what they hit.
    view
        The area, with distances.

    Returns
    -------
    Report
        One table, whose rows lead to the map.
    """
    language = view.language
    rows = tuple(_make_row(at, effect, view.names, language) for at, effect in enumerate(effects))
    kind, area = language.gettext(KIND), view.area
    table = ReportTable(
        kind,
        translate_columns(COLUMNS, language),
        (Block(rows),),
        landscape=True,
        name="changes",
        empty=language.gettext(EMPTY),
    )
    facts = [_list_effect(effect) for effect in effects]
    return Report(
        title=f"{area}: {kind}",
        kind=kind,
        area=area,
        once=view.estimate,
        tables=(table,),
        facts={"changes": facts},
    )


def _make_row(at: int, effect: Effect, names: Mapping[str, str], language: Language) -> tuple[Value, ...]:
    """Cells of one change."""
    change = effect.change
    dates = write_dates(change, language)
    not_then = language.gettext(NOT_THEN)
    when = dates if effect.holds else f"{dates} ({not_then})"
    day = change.valid_from.isoformat() if change.valid_from else ""
    roads = ", ".join(effect.roads[:MOST_ROADS]) + (" …" if len(effect.roads) > MOST_ROADS else "")
    return (
        PlaceName(f"change-{at}", change.change_id),
        write_kind(change, language),
        write_where(change, names, language),
        SortedText(when, day or when),
        language.gettext(NO_ROAD) if effect.length_m is None else effect.length_m,
        roads,
        change.note,
    )


def _list_effect(effect: Effect) -> dict[str, Any]:
    """What a change is and hits, as values."""
    hits = {"length_m": effect.length_m, "roads": list(effect.roads), "holds": effect.holds}
    return {**list_change_facts(effect.change), **hits}


def list_change_facts(change: RoadChange) -> dict[str, Any]:
    """A change as values that JSON knows, without its place."""
    return {
        "id": change.change_id,
        "kind": change.kind.value,
        "value": change.value,
        "direction": change.direction.value,
        "valid_from": change.valid_from and change.valid_from.isoformat(),
        "valid_to": change.valid_to and change.valid_to.isoformat(),
        "vehicles": list(change.vehicles),
        "note": change.note,
        "source": change.source,
    }
