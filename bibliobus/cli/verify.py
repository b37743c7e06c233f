"""``bibliobus verify``: every rule of a plan, by arithmetic of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from bibliobus.cli.options import shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.language import N_, Language

HELP: Final = N_("Check that a plan keeps every rule, by arithmetic of its own.")
PLAN: Final = N_("Folder that `plan` or `demo` wrote, or its plan.json.")


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
        ``verify``.
    """
    _ = language.gettext

    @click.command("verify", cls=SpokenCommand, language=language, help=_(HELP))
    @click.argument("plan", type=click.Path(), help=_(PLAN))
    @click.option("--area", metavar="DIR", type=click.Path(), help=_("Other inputs than those beside the plan."))
    @shared_options(language)
    def verify(plan: str, area: str | None, lang: str | None, as_json: bool, strict: bool) -> int:
        from bibliobus.cli.console import finding_document, print_findings, print_json, print_lines, show_waiting
        from bibliobus.workflows.reopen import verify_folder

        with show_waiting(language, quiet=as_json):
            checked, _case, report = verify_folder(Path(plan), area=Path(area) if area else None)
        spoken = Language(lang or checked.language)
        code = 1 if report.errors or (strict and report.warnings) else 0
        if as_json:
            findings = [finding_document(finding, spoken) for finding in report.findings]
            print_json({"exit_code": code, "figures": dict(checked.figures), "findings": findings})
            return code
        print_findings(report.findings, spoken)
        broken = spoken.ngettext("{count} rule is broken.", "{count} rules are broken.", len(report.errors))
        print_lines([broken if report.errors else spoken.gettext("The plan keeps every rule.")])
        return code

    return verify
