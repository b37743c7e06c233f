"""``bibliobus plan``: plan the cycle of an area."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from bibliobus.cli.options import changes_option, output_option, search_options, shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.words.language import N_, Language

HELP: Final = N_("Plan the cycle of an area and write the plan with its map and timetable.")
OUTPUT: Final = N_("Folder to write.")
AREA: Final = N_("Folder of the area.")


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
        ``plan``.
    """

    @click.command("plan", cls=SpokenCommand, language=language, help=language.gettext(HELP))
    @click.argument("area", type=click.Path(), help=language.gettext(AREA))
    @output_option(language, "DIR", OUTPUT, required=True)
    @changes_option(language)
    @search_options(language)
    @shared_options(language)
    def plan(
        area: str,
        output: str,
        force: bool,
        changes: str | None,
        seed: int,
        iterations: int,
        time_limit: float | None,
        solver: str,
        lang: str | None,
        as_json: bool,
        strict: bool,
    ) -> int:
        from bibliobus.cli.clock import find_today
        from bibliobus.cli.console import READING_AREA, show_progress
        from bibliobus.cli.planned import report_planned
        from bibliobus.findings import FindingReport
        from bibliobus.solve.solver import SearchOptions
        from bibliobus.tasks.plan import plan_area
        from bibliobus.tasks.reopen import judge_first_day

        before = language.gettext(READING_AREA)
        label = language.gettext("Planning")
        with show_progress(label, quiet=as_json, before=before, language=language) as watch:
            planned = plan_area(
                Path(area),
                Path(output),
                force=force,
                changes=Path(changes) if changes else None,
                options=SearchOptions(seed, iterations, time_limit),
                solver=solver,
                language=lang,
                watch=watch,
            )
        past = judge_first_day(planned.plan.cycle.first_day, find_today())
        planned = replace(planned, report=FindingReport.of([*planned.report.findings, *past]))
        return report_planned(planned, Path(output), as_json=as_json, strict=strict)

    return plan
