"""Reports on the terminal; shared by the commands that print one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.cli.console import print_heading, print_lines, print_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.view.tables import Report, ReportTable
    from bibliobus.words.language import Language


def print_report(report: Report, language: Language) -> None:
    """Print a report to stdout: title, warnings, sections, tables."""
    print_head(report)
    for at, section in enumerate(report.sections, start=1):
        print_lines(["", f"{at}. {section.title}", *(f"– {sentence}" for sentence in section.sentences)])
    print_lines([""] if report.sections else [])
    print_tables(report.tables, language)


def print_head(report: Report) -> None:
    """Print title, lines and warnings of a report."""
    print_heading(report.title, report.heads, report.told)


def print_tables(tables: Iterable[ReportTable], language: Language) -> None:
    """Print tables to stdout, each block by itself; those without rows are left out."""
    from bibliobus.output.values import list_texts

    for table in tables:
        right = [at for at, column in enumerate(table.columns) if column.is_number]
        heads = [column.label for column in table.columns]
        for block in table.blocks:
            if block.rows:
                print_table(block.heading or table.title, heads, list_texts(table, language, block), right=right)
