"""One offline page of a map and the tables of a report: comparisons, road changes, roads that matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from bibliobus.maps.map_page import SPOKEN, map_scripts, render_map_parts
from bibliobus.maps.page import TABLE_SCRIPT, Shell, read_asset, render_shell
from bibliobus.maps.words import translate_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import folium
    from markupsafe import Markup

    from bibliobus.language import Language


Shown: TypeAlias = tuple[str, str]
"""What a cell shows, and by what its column is sorted: in a column of numbers a number, or nothing to come last."""


@dataclass(frozen=True)
class Badge:
    """
    A small coloured number, the same on the map and in the table.

    Parameters
    ----------
    text
        What stands on it.
    colour
        Its colour.
    ink
        Colour of the text.
    """

    text: str
    colour: str
    ink: str


@dataclass(frozen=True)
class PageCell:
    """
    One cell of a table.

    Parameters
    ----------
    text
        What it shows.
    sort
        By what its column is sorted, as in `Shown`.
    place
        Number of the place on the map that it leads to; None if none.
    badge
        Number in front of it; None if there is none.
    """

    text: str
    sort: str = ""
    place: int | None = None
    badge: Badge | None = None


@dataclass(frozen=True)
class PageTable:
    """
    One table.

    Parameters
    ----------
    name
        Name of the section, Latin letters and hyphens.
    title
        Heading.
    columns
        Heading of each column, and whether it holds numbers.
    rows
        Cells of each row.
    empty
        What is said where there are no rows.
    places
        True if the first column names places, among which the reader can search.
    """

    name: str
    title: str
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[PageCell, ...], ...]
    empty: str
    places: bool = False


@dataclass(frozen=True)
class ReportPage:
    """
    What stands on the page beside the map.

    Parameters
    ----------
    kind
        What kind of page it is.
    title
        Heading.
    lines
        Lines under the heading.
    warnings
        What must be said before anything else.
    caption
        Line under the map: whose data they are.
    legend
        Drawing and meaning of each sign; drawings are markup without text from data.
    tables
        Tables, at least one.
    cards
        Card of each place, by its number: name, sub, lines, rows, rank, strong.
    sources
        Lines at the foot of the page.
    """

    kind: str
    title: str
    lines: tuple[str, ...]
    warnings: tuple[str, ...]
    caption: str
    legend: tuple[tuple[str, str], ...]
    tables: tuple[PageTable, ...]
    cards: tuple[dict[str, Any], ...]
    sources: tuple[str, ...]


def render_report(drawing: folium.Map, page: ReportPage, language: Language) -> str:
    """
    Render a map and the tables of a report as one page.

    Parameters
    ----------
    drawing
        The map; its markers are bound to the cards by the option ``place``.
    page
        What stands beside it.
    language
        Language of the reader.

    Returns
    -------
    str
        The whole HTML file, equal for equal arguments; it ends with a line feed.
    """
    from markupsafe import Markup

    words = translate_words(language)
    data = {"places": list(page.cards), "words": {name: words[name] for name in SPOKEN}}
    parts = render_map_parts(drawing)
    shell = Shell(
        "report.html.jinja",
        f"{page.kind}: {page.title}",
        styles=("leaflet.css", "page.css", "report.css"),
        scripts=(*map_scripts(), read_asset(TABLE_SCRIPT), parts.pop("script")),
        data=data,
    )
    legend = [(Markup(drawn), text) for drawn, text in page.legend]
    facts = {"words": words, "page": page, "legend": legend, "badge": draw_badge_markup, **parts}
    return render_shell(shell, facts, language)


def draw_badge_markup(badge: Badge) -> Markup:
    """
    Draw a badge.

    Parameters
    ----------
    badge
        The badge.

    Returns
    -------
    Markup
        Markup with the text escaped.
    """
    from markupsafe import Markup

    template = Markup(
        '<span class="badge" style="--colour:{colour};--ink:{ink}"><span class="any"><em>{text}</em></span></span>'
    )
    return template.format(colour=badge.colour, ink=badge.ink, text=badge.text)


def make_cards(names: Sequence[tuple[str, str, Sequence[str]]], ranked: Sequence[int]) -> tuple[dict[str, Any], ...]:
    """
    Make plain cards.

    Parameters
    ----------
    names
        Name, where it is, and sentences of each place.
    ranked
        Numbers of the places whose names are written on the map, the most important first.

    Returns
    -------
    tuple of dict
        In the order of the places.
    """
    ranks = {place: rank for rank, place in enumerate(ranked)}
    return tuple(
        {"name": name, "sub": sub, "lines": list(lines), "rows": [], "rank": ranks.get(at, -1), "strong": False}
        for at, (name, sub, lines) in enumerate(names)
    )
