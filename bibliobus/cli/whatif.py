"""``bibliobus whatif``: other numbers of buses, other cycles, longer stays, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bibliobus.cli.options import output_option, search_options, shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from bibliobus.tasks.whatif import JobOutcome
    from bibliobus.tasks.whatif_papers import ComparedVariants

HELP: Final = N_("Plan an area with other numbers of buses, other cycles and longer stays, and compare the results.")
AREA: Final = N_("Folder of the area.")
OUTPUT: Final = N_("Folder to write: the table, a page with a chart, and what each variant gave.")
BUSES: Final = N_("Numbers of buses, such as 1,2,3.")
WEEKS: Final = N_("Weeks of the cycle, such as 1,2,4.")
DWELL: Final = N_("Shortest stays in minutes, such as 20,30.")
PROCESSES: Final = N_("Processes at a time; else one for each processor.")
DASK: Final = N_("Address of a Dask scheduler that does the work.")
DONE: Final = N_("Variants done")
RESUME: Final = N_("Go on in a folder that already exists; finished variants of the same inputs are kept.")


class Numbers(click.ParamType[tuple[int, ...]]):
    """
    Whole numbers with commas between them.

    Parameters
    ----------
    least
        Smallest number allowed.
    most
        Largest number allowed.
    """

    name = "numbers"

    def __init__(self, least: int, most: int) -> None:
        self.least = least
        self.most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """
        Convert the text of an option.

        Parameters
        ----------
        value
            The text.
        param
            The option.
        ctx
            Context of the call.

        Returns
        -------
        tuple of int
            The numbers, sorted, each once.
        """
        if isinstance(value, tuple):
            return value
        try:
            numbers = sorted({int(part) for part in str(value).split(",")})
        except ValueError:
            self.fail(str(value), param, ctx)
        if not self.least <= numbers[0] <= numbers[-1] <= self.most:
            self.fail(str(value), param, ctx)
        return tuple(numbers)


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
        ``whatif``.
    """
    _ = language.gettext

    @click.command("whatif", cls=SpokenCommand, language=language, help=_(HELP))
    @click.argument("area", type=click.Path(), help=_(AREA))
    @click.option("--buses", metavar="NUMBERS", type=Numbers(1, 50), default=(), help=_(BUSES))
    @click.option("--cycle-weeks", "weeks", metavar="NUMBERS", type=Numbers(1, 4), default=(), help=_(WEEKS))
    @click.option("--min-dwell", "min_dwell", metavar="NUMBERS", type=Numbers(5, 600), default=(), help=_(DWELL))
    @output_option(language, "DIR", OUTPUT, required=True)
    @click.option("--resume", is_flag=True, help=_(RESUME))
    @click.option("--processes", metavar="NUMBER", type=click.IntRange(1, 256), help=_(PROCESSES))
    @click.option("--dask", metavar="ADDRESS", help=_(DASK))
    @search_options(language)
    @shared_options(language)
    def whatif(
        area: str,
        buses: tuple[int, ...],
        weeks: tuple[int, ...],
        min_dwell: tuple[int, ...],
        output: str,
        force: bool,
        resume: bool,
        processes: int | None,
        dask: str | None,
        seed: int,
        iterations: int,
        time_limit: float | None,
        solver: str,
        lang: str | None,
        as_json: bool,
        strict: bool,
    ) -> int:
        from bibliobus.cli.console import show_reading
        from bibliobus.solve.solver import SearchOptions
        from bibliobus.tasks.whatif import list_jobs
        from bibliobus.tasks.whatif_papers import compare_variants

        options = SearchOptions(seed=seed, iterations=iterations, time_limit_s=time_limit)
        with show_reading(language, quiet=as_json) as on_progress:
            jobs = list_jobs(
                Path(area),
                buses=buses,
                weeks=weeks,
                min_dwell_s=[minutes * 60 for minutes in min_dwell],
                options=options,
                solver=solver,
            )
            compared = compare_variants(
                jobs,
                Path(output),
                force=force,
                resume=resume,
                processes=processes,
                dask=dask,
                language=lang,
                on_done=(lambda count: None) if on_progress is None else (lambda count: on_progress(_(DONE), count)),
            )
        code = 1 if any(outcome.result is None for outcome in compared.outcomes) else 0
        if strict and any(_leaves_out(outcome) for outcome in compared.outcomes):
            code = 1
        _show(compared, output, Language(lang or compared.dataset.scenario.language), code, as_json=as_json)
        return code

    return whatif


def _leaves_out(outcome: JobOutcome) -> bool:
    """Whether a variant leaves somebody without bus and library."""
    result = outcome.result or {}
    return bool(result.get("people_sacrificed", 0) + result.get("people_impossible", 0))


def _show(compared: ComparedVariants, output: str, language: Language, code: int, *, as_json: bool) -> None:
    """Comparison as a document or as tables for people."""
    from bibliobus.cli.console import print_json, print_lines
    from bibliobus.cli.reports import print_report
    from bibliobus.tasks.whatif_papers import make_variants_report

    report = make_variants_report(compared.outcomes, compared.dataset, language)
    if as_json:
        print_json({"exit_code": code, "output": output, **report.facts, "findings": []})
        return
    print_report(report, language)
    print_lines([language.gettext("The comparison was written to {file}.").format(file=output)])
