"""Print for people: results to stdout, findings and progress to stderr."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bibliobus.findings import Severity
from bibliobus.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TextIO

    from bibliobus.findings import Finding
    from bibliobus.language import Language
    from bibliobus.solve.solution import Progress

_LABELS = {
    Severity.ERROR: (N_("error"), "bold red"),
    Severity.WARNING: (N_("warning"), "bold yellow"),
    Severity.NOTE: (N_("note"), "bold blue"),
}


def make_safe(*streams: TextIO) -> None:
    """
    Let streams replace characters they cannot print instead of failing.

    Parameters
    ----------
    *streams
        Such as `sys.stdout`.
    """
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def print_json(document: object) -> None:
    """
    Print one JSON document to stdout.

    Parameters
    ----------
    document
        Values that JSON knows.
    """
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def finding_document(finding: Finding, language: Language) -> dict[str, Any]:
    """
    Turn a finding into values that JSON knows.

    Parameters
    ----------
    finding
        The finding.
    language
        Language of its sentence and hint.

    Returns
    -------
    dict of str to object
        Code, severity, place, sentence and hint.
    """
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "file": finding.place.file,
        "row": finding.place.row,
        "column": finding.place.column,
        "tour": finding.place.tour_id,
        "settlement": finding.place.settlement_id,
        "sentence": finding.sentence.render(language),
        "hint": finding.hint.render(language),
    }


def print_findings(findings: Sequence[Finding], language: Language) -> None:
    """
    Print findings to stderr: what, where, and what to do.

    Parameters
    ----------
    findings
        The findings in their order.
    language
        Language of the reader.
    """
    from rich.text import Text

    console = _console(sys.stderr)
    for finding in findings:
        label, style = _LABELS[finding.severity]
        place = f" [{finding.place}]" if str(finding.place) else ""
        line = Text.assemble((language.gettext(label), style), f": {finding.sentence.render(language)}{_clean(place)}")
        console.print(line, soft_wrap=True)
        console.print(Text(f"  → {finding.hint.render(language)} ({finding.code})", "dim"), soft_wrap=True)


def print_lines(lines: Iterable[str]) -> None:
    """
    Print plain lines to stdout.

    Parameters
    ----------
    lines
        Text without line ends.
    """
    from rich.text import Text

    console = _console(sys.stdout)
    for line in lines:
        console.print(Text(_clean(line)), soft_wrap=True)


def print_table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """
    Print a table to stdout: with lines on a terminal, else with tabs.

    Parameters
    ----------
    title
        Heading of the table; empty if none.
    head
        Headings of the columns.
    rows
        Cells as text.
    right
        Columns with numbers, aligned to the right.
    """
    from rich.table import Table
    from rich.text import Text

    console = _console(sys.stdout)
    if not console.is_terminal:
        lines = [title] * bool(title) + ["\t".join(cell for cell in row) for row in ([head] if any(head) else [])]
        print_lines([*lines, *("\t".join(row) for row in rows), ""])
        return
    table = Table(title=title or None, title_justify="left", show_header=any(head))
    for at, name in enumerate(head):
        table.add_column(name, justify="right" if at in right else "left")
    for row in rows:
        table.add_row(*(Text(_clean(cell)) for cell in row))
    console.print(table)


@contextmanager
def show_progress(label: str, *, quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """
    Show how far a search has come, on stderr and only on a terminal.

    Parameters
    ----------
    label
        What is being done.
    quiet
        True if nothing may be shown.

    Yields
    ------
    callable
        To be called with the progress.
    """
    console = _console(sys.stderr)
    if quiet or not console.is_terminal:
        yield lambda progress: None
        return
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda progress: bar.update(task, total=progress.budget, completed=progress.done)


def _console(stream: TextIO) -> Any:
    """Console of a stream; numbers and names are not coloured by guess."""
    from rich.console import Console

    return Console(file=stream, highlight=False, markup=False, emoji=False)


def _clean(text: str) -> str:
    """Text without characters that would steer the terminal."""
    return "".join(
        letter if letter.isprintable() or letter in "\t\N{NO-BREAK SPACE}" else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )
