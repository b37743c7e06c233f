"""``bibliobus publish``: all papers of a plan for one audience."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bibliobus.cli.options import output_option, shared_options, span_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.output.registry import list_outputs
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from datetime import date

HELP: Final = N_("Write all papers of a plan for one audience into a folder, with a page that leads to them.")
OUTPUT: Final = N_("Folder to write.")
PLAN: Final = N_("Folder that `plan` or `demo` wrote, or its plan.json.")
AUDIENCE: Final = N_(
    "For whom: public shows times and places of stops only, council also routes and reasons, driver "
    "all that the crew needs."
)
AUDIENCES: Final = list_outputs()["publish"].readers


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
        ``publish``.
    """

    @click.command("publish", cls=SpokenCommand, language=language, help=language.gettext(HELP))
    @click.argument("plan", type=click.Path(), help=language.gettext(PLAN))
    @click.option("--audience", type=click.Choice(AUDIENCES), required=True, help=language.gettext(AUDIENCE))
    @output_option(language, "DIR", OUTPUT, required=True)
    @click.option(
        "--area", metavar="DIR", type=click.Path(), help=language.gettext("Other inputs than those beside the plan.")
    )
    @span_options(language)
    @shared_options(language, judges=False)
    def publish(
        plan: str,
        audience: str,
        output: str,
        force: bool,
        area: str | None,
        first: date | None,
        last: date | None,
        lang: str | None,
        as_json: bool,
    ) -> int:
        from bibliobus.cli.clock import tell_dates
        from bibliobus.cli.console import print_json, print_lines, show_waiting
        from bibliobus.domain.audience import Audience
        from bibliobus.tasks.publish import Publication, publish_plan

        with show_waiting(language, quiet=as_json):
            published = publish_plan(
                Path(plan),
                Path(output),
                Publication(Audience(audience), first, last),
                area=Path(area) if area else None,
                language=lang,
                force=force,
            )
        spoken = Language(lang or published.plan.language)
        findings = tell_dates(published.plan, first, spoken, as_json=as_json)
        if as_json:
            print_json({"exit_code": 0, "output": output, "files": list(published.files), "findings": findings})
            return 0
        count = spoken.ngettext("{count} file", "{count} files", len(published.files))
        said = spoken.gettext("The papers were written to {folder}: {files}. Begin with {index}.")
        print_lines([said.format(folder=output, files=count, index=Path(output) / "index.html")])
        return 0

    return publish
