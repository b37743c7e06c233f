"""A page with bars drawn as vector graphics of our own, and the numbers as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.language import N_
from bibliobus.maps.page import TABLE_SCRIPT, Shell, read_asset, render_shell
from bibliobus.maps.words import translate_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.language import Language
    from bibliobus.maps.report_page import PageTable

KIND: Final = N_("What if: variants of the mobile library side by side")
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
        "kind": language.gettext(KIND),
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
