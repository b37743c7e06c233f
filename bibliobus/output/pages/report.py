"""The page of a report: its tables, and what else it has of a map, a chart of bars, and sections; one offline file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from bibliobus.output.pages.map import SPOKEN, map_scripts, render_map_parts
from bibliobus.output.pages.page import TABLE_SCRIPT, Shell, read_asset, render_shell, translate_words
from bibliobus.output.values import list_cells
from bibliobus.view.tables import PlaceName
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import folium
    from markupsafe import Markup

    from bibliobus.view.tables import Bar, Report, ReportTable
    from bibliobus.words.language import Language

CHART: Final = N_("Residents without a library near, by variant")
TABLES: Final = N_("Tables")
TABLE: Final = N_("Table {number}")
SEE: Final = N_("Details:")
EMPTY: Final = N_("There are none.")


@dataclass(frozen=True)
class Badge:
    """A small coloured number with ink on it, the same on the map and in the table."""

    text: str
    colour: str
    ink: str


@dataclass(frozen=True)
class Side:
    """One of two still maps: its caption, and the drawing."""

    caption: str
    drawing: Markup


@dataclass(frozen=True)
class Beside:
    """Two still maps of the same place at the same scale, with their heading, and what their lines mean."""

    title: str
    sides: tuple[Side, Side]
    legend: tuple[tuple[Markup, str], ...]


@dataclass(frozen=True)
class Drawing:
    """
    The map of a report.

    Parameters
    ----------
    drawing
        The map; its markers are bound to the cards by the option ``place``.
    caption
        Line under the map: whose data they are.
    legend
        Drawing and meaning of each sign; drawings are markup without text from data.
    cards
        Card of each place, by its number: name, sub, lines, rows, rank, strong.
    numbers
        Number of each place, by the id that `PlaceName` gives it.
    badges
        Badge of a place, likewise; most have none.
    beside
        Two still maps beside each other under the map; None for none.
    """

    drawing: folium.Map
    caption: str
    legend: tuple[tuple[str, str], ...]
    cards: tuple[dict[str, Any], ...]
    numbers: Mapping[str, int]
    badges: Mapping[str, Badge] = field(default_factory=dict)
    beside: Beside | None = None


@dataclass(frozen=True)
class PartStyle:
    """How one part of a bar looks: colour (Okabe and Ito 2008), and hatching so that the colour is not needed."""

    colour: str
    pattern: str
    words: str


PARTS: Final = (
    PartStyle("#009E73", "", N_("The bus comes")),
    PartStyle("#E69F00", "lines", N_("Left out for want of time")),
    PartStyle("#D55E00", "dots", N_("Cannot be served")),
)
"""Parts of a bar from left to right."""


def render_report_page(report: Report, language: Language, drawing: Drawing | None = None) -> str:
    """
    Render a report as one HTML file, equal for equal arguments.

    A paper with sections is read from top to bottom and printed: its tables are numbered and no script runs on it.
    Tables of the others are sorted by a click on a heading, and their places are found on the map if there is one.

    Parameters
    ----------
    report
        What is told.
    language
        Language of headings and buttons.
    drawing
        Its map; None for a page without one.

    Returns
    -------
    str
        HTML that ends with a line feed.
    """
    words = translate_words(language)
    facts: dict[str, Any] = {"words": words, "page": report, "badge": draw_badge_markup, "map": None, "bars": ()}
    styles, scripts, data = ["page.css", "report.css"], [read_asset(TABLE_SCRIPT)], None
    tables = [part for table in report.tables for part in _split(table, numbered=bool(report.sections))]
    if drawing is not None:
        parts = render_map_parts(drawing.drawing)
        styles.insert(0, "leaflet.css")
        scripts = [*map_scripts(), *scripts, parts.pop("script")]
        data = {"places": list(drawing.cards), "words": {name: words[name] for name in SPOKEN}}
        facts |= parts | {"map": drawing, "legend": _mark_legend(drawing)}
    if drawing is not None and drawing.beside is not None:
        styles.append("beside.css")
    if report.bars:
        styles.append("chart.css")
        facts |= _draw_chart(report.bars, language)
    if report.sections:
        styles.append("clauses.css")
        scripts = scripts if drawing is not None else []
        labels = [language.gettext(TABLE).format(number=at) for at in range(1, len(tables) + 1)]
        facts |= {"see": language.gettext(SEE), "tables_title": language.gettext(TABLES), "labels": labels}
    facts["tables"] = [_lay_out(table, at, drawing, language) for at, table in enumerate(tables)]
    shell = Shell(
        "report.html.jinja",
        f"{report.kind}: {report.area}",
        styles=tuple(styles),
        scripts=tuple(scripts),
        data=data,
    )
    return render_shell(shell, facts, language)


def _split(table: ReportTable, *, numbered: bool) -> tuple[ReportTable, ...]:
    """Tables that stand alone: those of several blocks fall apart; a numbered paper leaves out what has no rows."""
    parts = table.split()
    return parts if parts or numbered else (table,)


def _lay_out(table: ReportTable, at: int, drawing: Drawing | None, language: Language) -> dict[str, Any]:
    """Table as its template shows it; a name that stands on the map leads there."""
    rows = [
        [_lay_out_cell(value, shown, drawing) for value, shown in zip(values, cells, strict=True)]
        for values, cells in zip(table.rows, list_cells(table, language), strict=True)
    ]
    return {
        "name": table.name or f"table-{at}",
        "section": table.section,
        "title": table.title,
        "columns": [(column.label, column.is_number) for column in table.columns],
        "rows": rows,
        "empty": table.empty or language.gettext(EMPTY),
        "places": table.places,
    }


def _lay_out_cell(value: object, shown: tuple[str, str], drawing: Drawing | None) -> dict[str, Any]:
    """Cell as its template shows it."""
    text, sort = shown
    found = drawing if isinstance(value, PlaceName) else None
    place = found.numbers.get(value.place_id) if found and isinstance(value, PlaceName) else None
    badge = found.badges.get(value.place_id) if found and isinstance(value, PlaceName) else None
    return {"text": text, "sort": sort, "place": place, "badge": badge}


def _mark_legend(drawing: Drawing) -> list[tuple[Markup, str]]:
    """Legend whose drawings are markup."""
    from markupsafe import Markup

    return [(Markup(drawn), text) for drawn, text in drawing.legend]


def _draw_chart(bars: Sequence[Bar], language: Language) -> dict[str, Any]:
    """Bars and their legend."""
    longest = max((sum(bar.parts) for bar in bars), default=0) or 1
    return {
        "chart": language.gettext(CHART),
        "bars": [
            {
                "label": bar.label,
                "parts": _draw_bar(bar.parts, longest, language),
                "total": language.number(sum(bar.parts)),
            }
            for bar in bars
        ],
        "styles_of_parts": [(style, language.gettext(style.words)) for style in PARTS],
    }


def _draw_bar(parts: Sequence[int], longest: int, language: Language) -> list[dict[str, object]]:
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


def draw_badge_markup(badge: Badge) -> Markup:
    """Markup of a badge, its text escaped."""
    from markupsafe import Markup

    template = Markup(
        '<span class="badge" style="--colour:{colour};--ink:{ink}"><span class="any"><em>{text}</em></span></span>'
    )
    return template.format(colour=badge.colour, ink=badge.ink, text=badge.text)


def make_cards(names: Sequence[tuple[str, str, Sequence[str]]], ranked: Sequence[int]) -> tuple[dict[str, Any], ...]:
    """Make plain cards."""
    ranks = {place: rank for rank, place in enumerate(ranked)}
    return tuple(
        {"name": name, "sub": sub, "lines": list(lines), "rows": [], "rank": ranks.get(at, -1), "strong": False}
        for at, (name, sub, lines) in enumerate(names)
    )
