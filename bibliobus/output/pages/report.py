"""
Pages of tables, of bars, and of questions and answers for a council; each one offline file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from bibliobus.output.pages.map import SPOKEN, map_scripts, render_map_parts
from bibliobus.output.pages.page import TABLE_SCRIPT, Shell, read_asset, render_shell, translate_words
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    import folium
    from markupsafe import Markup

    from bibliobus.words.language import Language

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


CHART_KIND: Final = N_("What if: variants of the mobile library side by side")
CHART: Final = N_("Residents without a library near, by variant")


@dataclass(frozen=True)
class PartStyle:
    """
    How one part of a bar looks.

    Parameters
    ----------
    colour
        Its colour (Okabe and Ito 2008).
    pattern
        Name of the hatching over it, so that the colour is not needed; empty for none.
    words
        What it means.
    """

    colour: str
    pattern: str
    words: str


PARTS: Final = (
    PartStyle("#009E73", "", N_("The bus comes")),
    PartStyle("#E69F00", "lines", N_("Left out for want of time")),
    PartStyle("#D55E00", "dots", N_("Cannot be served")),
)
"""Parts of a bar from left to right."""


@dataclass(frozen=True)
class ChartText:
    """
    What the page says.

    Parameters
    ----------
    title
        Heading.
    lines
        Lines under it.
    warnings
        What must be said before anything else.
    bars
        Label and parts of each bar.
    tables
        The numbers.
    sources
        Lines at the foot.
    """

    title: str
    lines: tuple[str, ...]
    warnings: tuple[str, ...]
    bars: tuple[tuple[str, tuple[int, ...]], ...]
    tables: tuple[PageTable, ...]
    sources: tuple[str, ...]


def render_chart_page(text: ChartText, language: Language) -> str:
    """
    Render the page.

    Parameters
    ----------
    text
        What it says.
    language
        Language of the reader.

    Returns
    -------
    str
        The whole HTML file, equal for equal arguments.
    """
    words = translate_words(language)
    longest = max((sum(parts) for _, parts in text.bars), default=0) or 1
    bars = [
        {"label": label, "parts": _lay_out(parts, longest, language), "total": language.number(sum(parts))}
        for label, parts in text.bars
    ]
    facts = {
        "words": words,
        "page": text,
        "kind": language.gettext(CHART_KIND),
        "chart": language.gettext(CHART),
        "bars": bars,
        "legend": [(style, language.gettext(style.words)) for style in PARTS],
    }
    shell = Shell(
        "chart.html.jinja",
        f"{facts['kind']}: {text.title}",
        styles=("page.css", "report.css", "chart.css"),
        scripts=(read_asset(TABLE_SCRIPT),),
    )
    return render_shell(shell, facts, language)


def _lay_out(parts: Sequence[int], longest: int, language: Language) -> list[dict[str, object]]:
    """Parts of a bar that are not empty: place and width in permille of the longest, style and words."""
    laid, start = [], 0
    for value, style in zip(parts, PARTS, strict=True):
        if value:
            meaning = language.gettext(style.words)
            words = f"{meaning}: {language.number(value)}"
            x, end = round(1000 * start / longest, 1), round(1000 * (start + value) / longest, 1)
            laid.append({"x": x, "width": round(end - x, 1), "style": style, "words": words})
        start += value
    return laid


CLAUSES_KIND: Final = N_("Report on the mobile library")
TABLES: Final = N_("Tables")
TABLE: Final = N_("Table {number}")
SEE: Final = N_("Details:")


@dataclass(frozen=True)
class ClauseTable:
    """
    One table behind an answer.

    Parameters
    ----------
    clause
        Name of the clause it belongs to.
    title
        Heading.
    columns
        Heading of each column, and whether it holds numbers.
    rows
        Cells of each row.
    """

    clause: str
    title: str
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ClausePage:
    """
    What the page says.

    Parameters
    ----------
    title
        Heading.
    lines
        Lines under it.
    warnings
        What must be said before anything else.
    clauses
        Name, title and sentences of each clause.
    tables
        Tables in the order of the clauses.
    sources
        Lines at the foot.
    asked
        What the clauses answer.
    """

    title: str
    lines: tuple[str, ...]
    warnings: tuple[str, ...]
    clauses: tuple[tuple[str, str, tuple[str, ...]], ...]
    tables: tuple[ClauseTable, ...]
    sources: tuple[str, ...]
    asked: str


def render_clauses_page(page: ClausePage, language: Language) -> str:
    """
    Render the page.

    Parameters
    ----------
    page
        What it says.
    language
        Language of the reader.

    Returns
    -------
    str
        The whole HTML file, equal for equal arguments; no script runs on it.
    """
    _ = language.gettext
    labels = [_(TABLE).format(number=at) for at in range(1, len(page.tables) + 1)]
    facts = {
        "words": translate_words(language),
        "page": page,
        "kind": _(CLAUSES_KIND),
        "asked": page.asked,
        "tables_title": _(TABLES),
        "see": _(SEE),
        "labels": labels,
    }
    title = f"{facts['kind']}: {page.title}"
    shell = Shell("clauses.html.jinja", title, styles=("page.css", "report.css", "clauses.css"))
    return render_shell(shell, facts, language)
