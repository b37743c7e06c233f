"""What each road change hits, as a table and as a page with a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.language import N_
from bibliobus.maps.changes_page import render_changes_page
from bibliobus.maps.report_page import Shown
from bibliobus.network.shapes import gather_geometry
from bibliobus.plan.names import name_places
from bibliobus.reports.changes import write_dates, write_kind, write_where
from bibliobus.workflows.output import write_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bibliobus.language import Language
    from bibliobus.workflows.changes import CheckedChanges, Effect

TITLE: Final = N_("Road changes and the roads they hit")
HEADS: Final = (
    (N_("Id"), False),
    (N_("What"), False),
    (N_("Where"), False),
    (N_("When"), False),
    (N_("Road affected"), True),
    (N_("Roads"), False),
    (N_("Note"), False),
)
NO_ROAD: Final = N_("no road found")
NOT_THEN: Final = N_("not on the days of the plan")
MOST_ROADS: Final = 5

Table = tuple[str, tuple[tuple[str, bool], ...], tuple[tuple[Shown, ...], ...]]


def tabulate_effects(checked: CheckedChanges, language: Language) -> Table:
    """
    Tabulate what each change hits.

    Parameters
    ----------
    checked
        The changes and what they hit.
    language
        Language of the reader.

    Returns
    -------
    title : str
        Title of the table.
    head : tuple
        Headings, and whether they hold numbers.
    rows : tuple
        Cells of each change, as they are shown and sorted.
    """
    names = name_places(checked.dataset, language)
    rows = tuple(_make_row(effect, names, language) for effect in checked.effects)
    return language.gettext(TITLE), tuple((language.gettext(text), number) for text, number in HEADS), rows


def write_page(checked: CheckedChanges, out: Path, language: Language, *, force: bool) -> None:
    """
    Write the page of road changes.

    Parameters
    ----------
    checked
        The changes and what they hit.
    out
        File to write.
    language
        Language of the page.
    force
        True if an existing file may be replaced.

    Raises
    ------
    UsageError
        If the file is in the way.
    ToolError
        If it cannot be written.
    """
    geometry = gather_geometry(checked.network, checked.dataset.scenario.profiles, ())
    names = name_places(checked.dataset, language)
    hit = [(_make_label(effect, names, language), effect.lines) for effect in checked.effects]
    page = render_changes_page(checked.dataset, geometry, hit, tabulate_effects(checked, language), language)
    write_file(out, page.encode(), force=force)


def _make_label(effect: Effect, names: Mapping[str, str], language: Language) -> str:
    """Name of a change in the list of layers."""
    change = effect.change
    return f"{change.change_id}: {write_where(change, names, language)}, {write_kind(change, language)}"


def _make_row(effect: Effect, names: Mapping[str, str], language: Language) -> tuple[Shown, ...]:
    """Cells of one change."""
    change = effect.change
    found = language.gettext(NO_ROAD) if effect.length_m is None else language.kilometres(effect.length_m)
    dates = write_dates(change, language)
    not_then = language.gettext(NOT_THEN)
    when = dates if effect.holds else f"{dates} ({not_then})"
    roads = ", ".join(effect.roads[:MOST_ROADS]) + (" …" if len(effect.roads) > MOST_ROADS else "")
    kind, where = write_kind(change, language), write_where(change, names, language)
    length_m = "" if effect.length_m is None else str(effect.length_m)
    first, last = ((text, text) for text in (kind, where)), ((text, text) for text in (roads, change.note))
    day = change.valid_from.isoformat() if change.valid_from else ""
    return (change.change_id, change.change_id), *first, (when, day or when), (found, length_m), *last
