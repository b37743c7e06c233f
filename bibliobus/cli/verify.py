"""``bibliobus verify``: every rule of a plan, by arithmetic of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from bibliobus.cli.options import shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.words.language import N_, Language

HELP: Final = N_("Check that a plan keeps every rule, by arithmetic of its own.")
PLAN: Final = N_("Folder that `plan` or `demo` wrote, its plan.json, or its timetable.xlsx, edited by hand or not.")
WORKBOOK: Final = ".xlsx"
SCORE: Final = N_("Key figures")
COST: Final = N_("Cost by the weights of the scenario, minutes of paid time")
HUNDREDTHS: Final = 100


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
        from bibliobus.cli.console import (
            finding_document,
            print_findings,
            print_json,
            print_lines,
            print_table,
            show_waiting,
        )
        from bibliobus.plan.build import score_tours
        from bibliobus.plan.measure.figures import measure_plan
        from bibliobus.tasks.edit import verify_workbook
        from bibliobus.tasks.reopen import verify_folder
        from bibliobus.view.figures import list_figures

        by_hand = plan.lower().endswith(WORKBOOK)
        with show_waiting(language, quiet=as_json):
            judge = verify_workbook if by_hand else verify_folder
            checked, prepared, report = judge(Path(plan), area=Path(area) if area else None)
        figures, cost = measure_plan(checked.tours, checked.accounts), score_tours(prepared, checked.tours)
        spoken = Language(lang or checked.language)
        code = 1 if report.errors or (strict and report.warnings) else 0
        if as_json:
            findings = [finding_document(finding, spoken) for finding in report.findings]
            print_json({"exit_code": code, "figures": figures, "cost": cost, "findings": findings})
            return code
        print_findings(report.findings, spoken)
        broken = spoken.ngettext("{count} rule is broken.", "{count} rules are broken.", len(report.errors))
        print_lines([broken if report.errors else spoken.gettext("The plan keeps every rule.")])
        if by_hand:
            rows = [(row.label, row.text) for row in list_figures(replace(checked, figures=figures), spoken)]
            rows.append((spoken.gettext(COST), spoken.number(round(cost / HUNDREDTHS))))
            print_table(spoken.gettext(SCORE), ("", ""), rows, right=(1,))
        return code

    return verify
