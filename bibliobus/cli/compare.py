"""``bibliobus compare``: what changes for whom between two plans."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bibliobus.cli.options import language_option, output_option
from bibliobus.cli.words import SpokenCommand
from bibliobus.output.tables import REPORT_FORMATS, find_report_format
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from bibliobus.tasks.compare import Compared

HELP: Final = N_("Show what changes for whom between two plans. Exit code 0: nothing, 1: something.")
OLD: Final = N_("Folder of the plan that people know, or its plan.json.")
NEW: Final = N_("Folder of the plan that follows it, or its plan.json.")
OUTPUT: Final = N_("File to write; else the result is printed.")
FORMAT: Final = N_("How to write it; else by the end of the file's name, or as text.")


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
        ``compare``.
    """
    _ = language.gettext

    @click.command("compare", cls=SpokenCommand, language=language, help=_(HELP))
    @click.argument("old", metavar="OLD", type=click.Path(), help=_(OLD))
    @click.argument("new", metavar="NEW", type=click.Path(), help=_(NEW))
    @click.option("--format", "kind", type=click.Choice(REPORT_FORMATS), help=_(FORMAT))
    @output_option(language, "FILE", OUTPUT, required=False)
    @click.option("--json", "as_json", is_flag=True, help=_("Print one JSON document and nothing else."))
    @language_option(language)
    def compare(
        old: str, new: str, kind: str | None, output: str | None, force: bool, as_json: bool, lang: str | None
    ) -> int:
        from bibliobus.cli.console import show_waiting
        from bibliobus.tasks.compare import compare_folders, render_comparison
        from bibliobus.tasks.folders import check_output, write_file

        wanted = kind or find_report_format(output or "", "text")
        if output:
            check_output(Path(output), force=force)
        elif wanted in ("xlsx", "html"):
            raise click.MissingParameter(
                param=next(p for p in click.get_current_context().command.params if p.name == "output")
            )
        with show_waiting(language, quiet=as_json or wanted == "json"):
            compared = compare_folders(Path(old), Path(new))
        spoken = Language(lang) if lang else compared.language
        if output:
            write_file(Path(output), render_comparison(compared, wanted, spoken), force=force)
        code = 0 if compared.comparison.same else 1
        _print(compared, wanted, output, spoken, code=code, as_json=as_json)
        return code

    return compare


def _print(compared: Compared, kind: str, output: str | None, spoken: Language, *, code: int, as_json: bool) -> None:
    """What goes to the screen: the result, or where it was written."""
    from bibliobus.cli.console import print_json, print_lines
    from bibliobus.cli.reports import print_head, print_report
    from bibliobus.tasks.compare import make_comparison_report, render_comparison

    report = make_comparison_report(compared, spoken)
    if as_json or (kind == "json" and not output):
        print_json({"exit_code": code, "output": output, **report.facts, "findings": []})
    elif kind == "md" and not output:
        print_lines(render_comparison(compared, "md", spoken).decode().splitlines())
    elif output:
        print_head(report)
        print_lines([spoken.gettext("The comparison was written to {file}.").format(file=output)])
    else:
        print_report(report, spoken)
