"""``bibliobus demo``: the main job on a sample area that ships with the program."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from bibliobus.cli.options import output_option, search_options, shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.words.language import N_, Language

HELP: Final = N_("Plan a sample area that ships with the program.")
OUTPUT: Final = N_("Folder to write; else bibliobus-demo, or the first free bibliobus-demo-2, -3, ….")
FOLDER: Final = "bibliobus-demo"


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
        ``demo``.
    """

    @click.command("demo", cls=SpokenCommand, language=language, help=language.gettext(HELP))
    @click.option(
        "--area", metavar="NAME", default="kramatorsk", show_default=True, help=language.gettext("Sample area.")
    )
    @output_option(language, "DIR", OUTPUT, required=False)
    @search_options(language)
    @shared_options(language)
    def demo(
        area: str,
        output: str | None,
        force: bool,
        seed: int,
        iterations: int,
        time_limit: float | None,
        solver: str,
        lang: str | None,
        as_json: bool,
        strict: bool,
    ) -> int:
        from bibliobus.cli.console import READING_AREA, show_progress
        from bibliobus.cli.planned import report_planned
        from bibliobus.solve.solver import SearchOptions
        from bibliobus.tasks.folders import find_free
        from bibliobus.tasks.plan import plan_area
        from bibliobus.tasks.samples import open_sample

        out = Path(output) if output else find_free(Path(FOLDER))
        shown = show_progress(
            language.gettext("Planning"), quiet=as_json, before=language.gettext(READING_AREA), language=language
        )
        with open_sample(area) as folder, shown as watch:
            planned = plan_area(
                folder,
                out,
                force=force,
                area_id=area,
                options=SearchOptions(seed, iterations, time_limit),
                solver=solver,
                language=lang,
                watch=watch,
            )
        return report_planned(planned, out, as_json=as_json, strict=strict)

    return demo
