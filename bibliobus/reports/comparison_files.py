"""A comparison as a workbook, as Markdown, and as values that JSON knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bibliobus.reports.archive import pack_workbook
from bibliobus.reports.cells import write_sheet
from bibliobus.reports.comparison import format_value
from bibliobus.reports.sheet import Kind
from bibliobus.reports.text import clean_text
from bibliobus.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bibliobus.language import Language
    from bibliobus.plan.compare import Comparison, DatedVisit, VisitChange
    from bibliobus.reports.sheet import Sheet

_MARKDOWN = str.maketrans({letter: f"\\{letter}" for letter in "\\`*_{}[]()#+!|<>~"})


def render_sheets(sheets: Sequence[Sheet], title: Sequence[str], warnings: Sequence[str], language: Language) -> bytes:
    """
    Render sheets as a workbook.

    Parameters
    ----------
    sheets
        The sheets.
    title
        Lines above each; the first is the title.
    warnings
        What must be said before anything else.
    language
        Language of the reader.

    Returns
    -------
    bytes
        An XLSX file; equal arguments give equal bytes.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        write_sheet(book, sheet, title=title, warnings=warnings, language=language)
    return pack_workbook(book)


def format_markdown(sheets: Sequence[Sheet], title: Sequence[str], warnings: Sequence[str], language: Language) -> str:
    """
    Format sheets as Markdown.

    Parameters
    ----------
    sheets
        The sheets; those without rows are left out.
    title
        Lines above all of them; the first is the heading.
    warnings
        What must be said before anything else.
    language
        Language of the reader.

    Returns
    -------
    str
        Text with a heading and a table for each sheet; marks in texts from data are escaped.
    """
    lines = [f"# {_escape(title[0])}", ""]
    for line in [*title[1:], *warnings]:
        lines += [_escape(line), ""]
    for sheet in sheets:
        rows = list_texts(sheet, language)
        if not rows:
            continue
        right = ["---:" if column.kind is not Kind.TEXT else "---" for column in sheet.columns]
        lines += [f"## {_escape(sheet.name)}", ""]
        heads = [_escape(column.label) for column in sheet.columns]
        lines += [f"| {' | '.join(cells)} |" for cells in (heads, right, *([_escape(c) for c in row] for row in rows))]
        lines.append("")
    return "\n".join(lines)


def list_texts(sheet: Sheet, language: Language) -> tuple[tuple[str, ...], ...]:
    """
    List the rows of a sheet as text.

    Parameters
    ----------
    sheet
        The sheet.
    language
        Language of the reader.

    Returns
    -------
    tuple of tuple of str
        Cells of each row, on one line each.
    """
    kinds = [column.kind for column in sheet.columns]
    return tuple(
        tuple(clean_text(format_value(value, kind, language)) for value, kind in zip(row, kinds, strict=True))
        for block in sheet.blocks
        for row in block.rows
    )


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


def _escape(text: str) -> str:
    """Text that Markdown shows as it is."""
    return clean_text(text).translate(_MARKDOWN)
