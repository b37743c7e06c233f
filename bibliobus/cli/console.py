"""Print for people: results to stdout, findings and progress to stderr."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bibliobus.domain.watch import UNWATCHED, Stage, Watch
from bibliobus.findings import Severity
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TextIO

    from bibliobus.domain.watch import Progress
    from bibliobus.findings import Finding
    from bibliobus.view.tables import Report, ReportTable
    from bibliobus.words.language import Language

MOST_ALIKE = 5
SHOWN_ALIKE = 2
COMPILING = N_("Compiling the search (only the first time, up to a minute)")
STAGES = {Stage.PREPARING: COMPILING, Stage.CHECKING: N_("Checking the plan"), Stage.WRITING: N_("Writing the plan")}
"""Words for stages that are told; the reading of files and roads is told before."""
READING_AREA = N_("Reading the area (with imported roads this takes up to a minute longer the first time)")

_LABELS = {
    Severity.ERROR: (N_("error"), "bold red"),
    Severity.WARNING: (N_("warning"), "bold yellow"),
    Severity.NOTE: (N_("note"), "bold blue"),
}


def make_safe(*streams: TextIO) -> None:
    """Let streams replace characters they cannot print instead of failing."""
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def print_json(document: object) -> None:
    """Print one JSON document to stdout."""
    readable = (sys.stdout.encoding or "").lower().startswith("utf")
    sys.stdout.write(json.dumps(document, ensure_ascii=not readable, indent=2) + "\n")


def finding_document(finding: Finding, language: Language) -> dict[str, Any]:
    """Turn a finding into values that JSON knows."""
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


def print_findings(findings: Sequence[Finding], language: Language, *, brief: bool = False) -> None:
    """
    Print findings to stderr in their order: what, where, and what to do.

    ``brief``: True if of many warnings of one kind only the first are printed, and how many more there are.
    """
    from rich.text import Text

    console = _console(sys.stderr)
    counts = Counter(finding.code for finding in findings if brief and finding.severity is not Severity.ERROR)
    shown = Counter[str]()
    for finding in findings:
        shown[finding.code] += 1
        if counts[finding.code] > MOST_ALIKE and shown[finding.code] > SHOWN_ALIKE:
            if shown[finding.code] == counts[finding.code]:
                more = counts[finding.code] - SHOWN_ALIKE
                rest = language.ngettext("… and {count} more like this.", "… and {count} more like these.", more)
                console.print(Text(f"{rest} ({finding.code})", "dim"), soft_wrap=True)
            continue
        label, style = _LABELS[finding.severity]
        place = f" [{finding.place}]" if str(finding.place) else ""
        sentence, hint = (_clean(words.render(language)) for words in (finding.sentence, finding.hint))
        console.print(Text.assemble((language.gettext(label), style), f": {sentence}{_clean(place)}"), soft_wrap=True)
        console.print(Text(f"  → {hint} ({finding.code})", "dim"), soft_wrap=True)


def print_lines(lines: Iterable[str]) -> None:
    """Print plain lines to stdout."""
    sys.stdout.writelines(f"{_clean(line)}\n" for line in lines)


def print_heading(title: str, lines: Sequence[str], warnings: Sequence[str]) -> None:
    """Print to stdout what stands above all tables; a warning is a sentence or more that must not be overlooked."""
    from rich.panel import Panel
    from rich.text import Text

    console = _console(sys.stdout)
    if not console.is_terminal:
        print_lines([title, *lines, *(f"! {warning}" for warning in warnings), ""])
        return
    console.print(Text(_clean(title), "bold"))
    print_lines(lines)
    if warnings:
        console.print(Panel(Text("\n".join(map(_clean, warnings))), border_style="yellow"))
    console.print()


def print_table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """
    Print a table to stdout: aligned on a terminal, else with tabs between the cells.

    Title and headings may be empty. Cells of the longest column wrap on a narrow terminal, the others never do.
    """
    from rich.box import SIMPLE_HEAD
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console = _console(sys.stdout)
    cells = [[_clean(cell).replace("\t", " ") for cell in row] for row in ([head] if any(head) else []) + list(rows)]
    if not console.is_terminal:
        print_lines([title, *("\t".join(row) for row in cells), ""])
        return
    table = Table(box=SIMPLE_HEAD if any(head) else None, show_header=any(head), pad_edge=False, show_edge=False)
    widths = [max(len(row[at]) for row in cells) for at in range(len(head))]
    for at, name in enumerate(head):
        widest = widths[at] == max(widths)
        table.add_column(Text(name), justify="right" if at in right else "left", no_wrap=not widest)
    for row in cells[any(head) :]:
        table.add_row(*map(Text, row))
    console.print(Text(_clean(title), "bold"))
    console.print(Padding(table, (0, 0, 0, 2), expand=False))
    console.print()


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


@dataclass(frozen=True)
class Outcome:
    """What came of a command that makes a report: exit code, file with the sentence that names it, and findings."""

    code: int
    output: str | None
    written: str
    findings: Sequence[Finding] = ()


def show_report(report: Report, outcome: Outcome, language: Language, *, as_json: bool) -> None:
    """Report as one JSON document, or as sentences and tables for people."""
    if as_json:
        findings = [finding_document(finding, language) for finding in outcome.findings]
        print_json({"exit_code": outcome.code, "output": outcome.output, **report.facts, "findings": findings})
        return
    print_findings(outcome.findings, language, brief=True)
    print_report(report, language)
    if outcome.output:
        print_lines([language.gettext(outcome.written).format(file=outcome.output)])


@contextmanager
def show_waiting(language: Language, *, quiet: bool) -> Iterator[None]:
    """Show that an area is being read, on stderr and only on a terminal."""
    console = _console(sys.stderr)
    if quiet or not console.is_terminal:
        yield
        return
    with console.status(language.gettext(READING_AREA)):
        yield


@contextmanager
def show_progress(label: str, *, quiet: bool, before: str = "", language: Language | None = None) -> Iterator[Watch]:
    """
    Show how far a search has come, on stderr and only on a terminal, in English unless a language is given.

    ``before``: What is being done before the search begins; empty if that is not told.
    """
    console = _console(sys.stderr)
    if quiet or not console.is_terminal:
        yield UNWATCHED
        return
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    from bibliobus.words.language import Language

    spoken = language or Language("en")
    before_time, after_time = spoken.gettext("{time} left").split("{time}")
    # Narrow enough for 80 columns in both languages.
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=14),
        TaskProgressColumn(),
        TextColumn("{task.fields[found]}"),
        *(TextColumn(words.strip()) for words in (before_time,) if words),
        TimeRemainingColumn(compact=True),
        *(TextColumn(words.strip()) for words in (after_time,) if words),
    )
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task(before or label, total=None, found="")

        words = {stage: spoken.gettext(text) for stage, text in STAGES.items()} | {Stage.SEARCHING: label}

        def begin(stage: Stage) -> None:
            bar.update(task, description=words.get(stage, before or label), refresh=True)

        def show(progress: Progress) -> None:
            found = describe_progress(progress, spoken)
            bar.update(task, description=label, total=progress.budget, completed=progress.done, found=found)

        yield Watch(begin, show)


def describe_progress(progress: Progress, language: Language) -> str:
    """Say what a search has found."""
    served, wanted = language.number(progress.served), language.number(progress.wanted)
    return language.gettext("{served} of {wanted} settlements served").format(served=served, wanted=wanted)


@contextmanager
def show_reading(language: Language, *, quiet: bool) -> Iterator[Callable[[str, int], None] | None]:
    """Show how much of a file has been read, on stderr and only on a terminal."""
    console = _console(sys.stderr)
    if quiet or not console.is_terminal:
        yield None
        return
    with console.status("") as status:

        def show(label: str, count: int) -> None:
            words = language.gettext(label)
            status.update(f"{words}: {language.number(count)}")

        yield show


def _console(stream: TextIO) -> Any:
    """Console of a stream; numbers and names are not coloured by guess."""
    from rich.console import Console

    return Console(file=stream, highlight=False, markup=False, emoji=False)


def _clean(text: str) -> str:
    """Text without characters that would steer the terminal."""
    harmless = "\t\N{NO-BREAK SPACE}\N{SOFT HYPHEN}"
    return "".join(
        letter if letter.isprintable() or letter in harmless else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
