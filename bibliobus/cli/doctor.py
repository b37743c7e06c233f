"""``bibliobus doctor``: a page about the installation, for whoever looks for a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from bibliobus.cli.options import shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.findings import Severity
from bibliobus.words.language import N_, NN_, Language
from bibliobus.words.text import Count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bibliobus.tasks.doctor import Check, Diagnosis

HELP: Final = N_("Show what is installed, what was tested, and whether everything needed works here.")
BROKEN_EXIT: Final = 5
LABELS: Final = {
    "libraries": N_("Python packages"),
    "compiled": N_("Compiled code"),
    "solver": N_("OR-Tools, the solver"),
    "fonts": N_("Font of the PDF documents"),
    "time_zones": N_("Time zones"),
    "writable": N_("Writing into this folder"),
    "browser": N_("Browser for maps and pages"),
}
"""What was examined, in words."""
SEVERITIES: Final = {Severity.ERROR: N_("error"), Severity.WARNING: N_("warning"), Severity.NOTE: N_("note")}
WORKS: Final = N_("in order")
WORKS_NOT: Final = N_("not in order")
MISSING: Final = N_("not found")
HEAD: Final = (N_("Package"), N_("Installed"), N_("Tested"), "")
BROKEN: Final = NN_(
    "{count} thing that bibliobus needs does not work.", "{count} things that bibliobus needs do not work."
)
ALL_WORKS: Final = N_("Everything that bibliobus needs works.")
REPORT: Final = N_("Nothing here names a person or a folder, so add it to every bug report.")


def build_command(language: Language) -> click.Command:
    """
    Build the command.

    Parameters
    ----------
    language
        Language of the help.

    Returns
    -------
    click.Command
        ``doctor``.
    """

    @click.command("doctor", cls=SpokenCommand, language=language, help=language.gettext(HELP))
    @shared_options(language)
    def doctor(lang: str | None, as_json: bool, strict: bool) -> int:
        from bibliobus.cli.console import print_json, print_lines
        from bibliobus.tasks.doctor import examine

        spoken = Language(lang) if lang else language
        diagnosis = examine()
        severities = {finding.severity for finding in diagnosis.findings}
        code = BROKEN_EXIT if Severity.ERROR in severities else int(strict and Severity.WARNING in severities)
        if as_json:
            print_json(_list_facts(diagnosis, code, spoken))
        else:
            # Neither tables nor colours: rich may be the very library that is broken.
            print_lines(_write_page(diagnosis, spoken))
        return code

    return doctor


def _list_facts(diagnosis: Diagnosis, code: int, language: Language) -> dict[str, Any]:
    """The page as values that JSON knows."""
    from bibliobus.cli.console import finding_document

    return {
        "exit_code": code,
        "bibliobus": diagnosis.version,
        "python": diagnosis.python,
        "system": diagnosis.system,
        **{check.name: check.value for check in diagnosis.checks},
        "libraries": [
            {
                "name": library.name,
                "version": library.version,
                "tested": library.tested,
                "state": library.state.value,
            }
            for library in diagnosis.libraries
        ],
        "findings": [finding_document(finding, language) for finding in diagnosis.findings],
    }


def _write_page(diagnosis: Diagnosis, language: Language) -> Iterator[str]:
    """Lines of the page."""
    yield f"bibliobus {diagnosis.version}, Python {diagnosis.python}, {diagnosis.system}"
    yield ""
    width = max(len(language.gettext(label)) for label in LABELS.values())
    for check in diagnosis.checks:
        yield from _write_check(check, width, language)
    yield ""
    yield from _write_libraries(diagnosis, language)
    yield ""
    broken = sum(finding.severity is Severity.ERROR for finding in diagnosis.findings)
    if broken:
        yield Count(*BROKEN, broken).render(language)
    else:
        yield language.gettext(ALL_WORKS)
    yield language.gettext(REPORT)


def _write_check(check: Check, width: int, language: Language) -> Iterator[str]:
    """What was examined, its state, and what to do about each problem."""
    match check.value:
        case True:
            state = language.gettext(WORKS)
        case False:
            state = language.gettext(WORKS_NOT)
        case None:
            state = language.gettext(MISSING)
        case name:
            state = name
    label = language.gettext(LABELS[check.name])
    yield f"{label:<{width}}  {state}"
    for finding in check.findings:
        severity = language.gettext(SEVERITIES[finding.severity])
        yield f"    {severity}: {finding.sentence.render(language)}"
        yield f"      → {finding.hint.render(language)} ({finding.code})"


def _write_libraries(diagnosis: Diagnosis, language: Language) -> Iterator[str]:
    """Table of the libraries that bibliobus itself requires, and of others that are not as tested."""
    from bibliobus.tasks.installed import STATES, State

    rows: list[Sequence[str]] = [tuple(language.gettext(word) if word else "" for word in HEAD)]
    for library in diagnosis.libraries:
        if library.direct or library.state not in (State.TESTED, State.UNKNOWN):
            state = language.gettext(STATES[library.state])
            rows.append((library.name, library.version or "–", library.tested or "–", state))
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
    for row in rows:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
