"""Reports as text, as Markdown, as JSON and as a workbook; their page is made by `bibliobus.output.pages.report`."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from bibliobus.output.values import list_texts
from bibliobus.view.tables import Block, ReportColumn, ReportTable, translate_columns
from bibliobus.words.language import N_
from bibliobus.words.safe import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.output.pages.report import Drawing
    from bibliobus.view.tables import Report
    from bibliobus.words.language import Language

REPORT_FORMATS: Final = ("text", "json", "xlsx", "html", "md")
"""How every report can be written."""

_SUFFIXES: Final = {".txt": "text", ".htm": "html"} | {f".{name}": name for name in REPORT_FORMATS}
_SECTION_COLUMNS: Final = (ReportColumn(N_("Section"), widest=40), ReportColumn(N_("Answer"), widest=90))
_SECTIONS: Final = N_("Sections")
_MARKDOWN: Final = str.maketrans({letter: f"\\{letter}" for letter in "\\`*_{}[]()#+!|<>~"})


def find_report_format(name: str, default: str) -> str:
    """Format that the end of a file's name asks for; the default for any other end."""
    return _SUFFIXES.get(PurePath(name).suffix.casefold(), default)


def render_report(report: Report, kind: str, language: Language, drawing: Drawing | None = None) -> bytes:
    """
    Render a report in one of `REPORT_FORMATS`.

    Parameters
    ----------
    report
        What it says.
    kind
        The format.
    language
        Language of the reader.
    drawing
        Map of the page; None for a page without one. The other formats have none.

    Returns
    -------
    bytes
        Content of the file; equal arguments give equal bytes.
    """
    match kind:
        case "text":
            return format_text(report, language).encode()
        case "json":
            return format_json(report).encode()
        case "xlsx":
            return render_book(report, language)
        case "html":
            from bibliobus.output.pages.report import render_report_page

            return render_report_page(report, language, drawing).encode()
        case "md":
            return format_markdown(report, language).encode()
        case _:
            raise ValueError(kind)


def render_book(report: Report, language: Language) -> bytes:
    """Workbook with a sheet for each table; what the sections say is the first one."""
    from openpyxl import Workbook

    from bibliobus.output.archive import pack_workbook
    from bibliobus.output.values import write_sheets

    book = Workbook()
    book.remove(book.worksheets[0])
    write_sheets(book, (*_tabulate_sections(report, language), *report.tables), report, language)
    return pack_workbook(book)


def _tabulate_sections(report: Report, language: Language) -> Iterator[ReportTable]:
    """What the sections say as a table, if there are any."""
    if report.sections:
        rows = tuple((section.title, sentence) for section in report.sections for sentence in section.sentences)
        yield ReportTable(
            language.gettext(_SECTIONS), translate_columns(_SECTION_COLUMNS, language), (Block(rows),), landscape=True
        )


def format_json(report: Report) -> str:
    """The exact values of a report as one document."""
    return json.dumps(report.facts, ensure_ascii=False, indent=2) + "\n"


def format_text(report: Report, language: Language) -> str:
    """Plain text with tabs between the cells; tables without rows are left out."""
    lines = [report.title, *report.heads, *(f"! {warning}" for warning in report.told), ""]
    for at, section in enumerate(report.sections, start=1):
        lines += [f"{at}. {section.title}", *(f"– {sentence}" for sentence in section.sentences), ""]
    lines = [clean_text(line) for line in lines]
    for table in report.tables:
        if not table.rows:
            continue
        lines += [clean_text(table.title), "\t".join(column.label for column in table.columns)]
        for block in table.blocks:
            lines += [clean_text(block.heading)] if block.heading else []
            lines += ["\t".join(row) for row in list_texts(table, language, block)]
        lines.append("")
    return "\n".join(lines)


def format_markdown(report: Report, language: Language) -> str:
    """Headings, lists and tables; marks in texts from data are escaped, tables without rows left out."""
    lines = [f"# {_escape(report.title)}", ""]
    for line in (*report.heads, *report.told):
        lines += [_escape(line), ""]
    for at, section in enumerate(report.sections, start=1):
        lines += [f"## {at}. {_escape(section.title)}", "", *(f"- {_escape(one)}" for one in section.sentences), ""]
    for table in report.tables:
        if table.rows:
            lines += [f"## {_escape(table.title)}", "", *_list_markdown(table, language)]
    return "\n".join(lines)


def _list_markdown(table: ReportTable, language: Language) -> Iterator[str]:
    """Lines of a table in Markdown, each block under its heading."""
    heads = [_escape(column.label) for column in table.columns]
    right = ["---:" if column.is_number else "---" for column in table.columns]
    for block in table.blocks:
        if block.heading:
            yield from (f"### {_escape(block.heading)}", "")
        rows = [[_escape(cell) for cell in row] for row in list_texts(table, language, block)]
        yield from (f"| {' | '.join(cells)} |" for cells in (heads, right, *rows))
        yield ""


def _escape(text: str) -> str:
    """Text that Markdown shows as it is."""
    return clean_text(text).translate(_MARKDOWN)
