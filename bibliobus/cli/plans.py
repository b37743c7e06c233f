"""``plan`` and ``whatif``: a plan, or several variants of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bibliobus.cli.options import changes_option, output_option, search_options, shared_options, workers_option
from bibliobus.cli.speech import SpokenCommand
from bibliobus.domain.variants import VARIANT_EXAMPLE, Wishes
from bibliobus.plan.plan import Standing
from bibliobus.solve.solver import Ending
from bibliobus.words.language import MINUTE_S, N_, Language

if TYPE_CHECKING:
    from bibliobus.plan.plan import Plan
    from bibliobus.tasks.plan import Planned
    from bibliobus.tasks.whatif import JobOutcome

INTERRUPTED_EXIT = 130


def report_planned(planned: Planned, out: Path, *, as_json: bool, strict: bool) -> int:
    """Report a finished plan; the exit code is 0, 130, or 1 where warnings and the unserved count by ``--strict``."""
    plan, language = planned.plan, Language(planned.plan.language)
    unserved = any(account.standing is Standing.UNSERVED for account in plan.accounts)
    code = 1 if strict and (unserved or planned.report.warnings) else 0
    if plan.provenance.ended_by == Ending.INTERRUPT:
        code = INTERRUPTED_EXIT
    if as_json:
        _print_document(planned, out, code, language)
    else:
        _print_summary(planned, out, language)
    return code


def _print_document(planned: Planned, out: Path, code: int, language: Language) -> None:
    """One JSON document."""
    from bibliobus.cli.console import finding_document, print_json
    from bibliobus.plan.explain.reasons import describe_reason

    figures = dict(planned.plan.figures)
    print_json(
        {
            "exit_code": code,
            "output": str(out),
            "status": planned.plan.provenance.status,
            "ended_by": planned.plan.provenance.ended_by,
            "cost": planned.plan.provenance.cost,
            "bound": planned.plan.provenance.bound,
            "served": figures["settlements_served"],
            **{name: figures[name] for name in ("people_served", "driving_s", "visits")},
            "figures": figures,
            "unserved": [
                {
                    "settlement": account.settlement_id,
                    "impossible": account.reason.impossible,
                    "code": account.reason.code,
                    "reason": describe_reason(account.reason).render(language),
                }
                for account in planned.plan.accounts
                if account.standing is Standing.UNSERVED and account.reason is not None
            ],
            "findings": [finding_document(finding, language) for finding in planned.report.findings],
        }
    )


def _print_summary(planned: Planned, out: Path, language: Language) -> None:
    """Findings, tables, and where everything was written."""
    from bibliobus.cli.console import print_findings, print_heading, print_table, print_tables
    from bibliobus.domain.audience import Audience
    from bibliobus.output.values import list_texts
    from bibliobus.tasks.plan import show_plan
    from bibliobus.view.reports.variants import summarise_plan

    _ = language.gettext
    print_findings(planned.report.findings, language, brief=True)
    report = summarise_plan(show_plan(planned.plan, planned.prepared, Audience.PLANNER, language))
    *tables, figures = report.tables
    print_heading(report.title, report.heads, [*report.told, *_list_endings(planned.plan, language)])
    print_tables(tables, language)
    print_table(figures.title, ("", ""), list_texts(figures, language), right=[1])
    print_table(
        _("Written to {folder}").format(folder=out),
        ("", ""),
        [
            ("map.html", _("map with all times, opens in any browser without internet")),
            ("timetable.xlsx", _("timetable for Excel")),
            ("timetable.csv", _("timetable as open data")),
            ("plan.json", _("the plan for the computer")),
            ("area", _("the inputs it was made from")),
        ],
    )


def _list_endings(plan: Plan, language: Language) -> list[str]:
    """What to say about a search that did not run to its end."""
    endings = {
        Ending.INTERRUPT: N_("The search was interrupted; this is the best plan found so far."),
        Ending.LIMIT: N_("The time limit ended the search; another machine may find another plan."),
    }
    return [language.gettext(words) for ending, words in endings.items() if plan.provenance.ended_by == ending]


PLAN_HELP: Final = N_("Plan the cycle of an area and write the plan with its map and timetable.")
PLAN_OUTPUT: Final = N_("Folder to write.")
AREA: Final = N_("Folder of the area.")
TODAY: Final = N_(
    "Plan from which the search starts: the folder of a plan, or an edited timetable.xlsx; else today.json of the "
    "area, if it is there."
)


def build_plan(language: Language) -> click.Command:
    """Build ``plan``."""

    @click.command("plan", cls=SpokenCommand, language=language, help=language.gettext(PLAN_HELP))
    @click.argument("area", type=click.Path(), help=language.gettext(AREA))
    @output_option(language, "DIR", PLAN_OUTPUT, required=True)
    @changes_option(language)
    @click.option("--today", metavar="PLAN", type=click.Path(), help=language.gettext(TODAY))
    @workers_option(language)
    @search_options(language)
    @shared_options(language)
    def plan(
        area: str,
        output: str,
        force: bool,
        changes: str | None,
        today: str | None,
        seed: int,
        iterations: int | None,
        time_limit: float | None,
        workers: int | None,
        solver: str,
        lang: str | None,
        as_json: bool,
        strict: bool,
    ) -> int:
        from bibliobus.cli.clock import find_today
        from bibliobus.cli.console import READING_AREA, show_progress
        from bibliobus.findings import FindingReport
        from bibliobus.solve.solver import SearchOptions
        from bibliobus.tasks.edit import read_today
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
                today=read_today(Path(today)) if today else None,
                options=SearchOptions(seed, iterations, time_limit, workers),
                solver=solver,
                language=lang,
                watch=watch,
            )
        past = judge_first_day(planned.plan.cycle.first_day, find_today())
        planned = replace(planned, report=FindingReport.of([*planned.report.findings, *past]))
        return report_planned(planned, Path(output), as_json=as_json, strict=strict)

    return plan


WHATIF_HELP: Final = N_(
    "Plan an area with other numbers of buses, other rhythms, cycles, stays and hours, and compare the results."
)
WHATIF_OUTPUT: Final = N_("Folder to write: the table, a page with a chart, and what each variant gave.")
BUSES: Final = N_("Numbers of buses, such as 1,2,3.")
WEEKS: Final = N_("Weeks of the cycle, such as 1,2,4.")
MIN_DWELL: Final = N_("Shortest stays in minutes, such as 20,30.")
RHYTHM: Final = N_("Weeks between the visits of every settlement, such as 2,3; the cycle becomes one that fits.")
DWELL: Final = N_("Length of every stay in minutes, such as 20,30.")
SHIFT: Final = N_("Hours of all buses, such as 08:00-17:00,07:00-19:00/10; after the slash the longest work in hours.")
VARIANT: Final = N_("One combination, such as “{example}”; may be given several times.")
PROCESSES: Final = N_("Processes at a time; else one for each processor.")
DASK: Final = N_("Address of a Dask scheduler that does the work.")
DONE: Final = N_("Variants done")
RESUME: Final = N_("Go on in a folder that already exists; finished variants of the same inputs are kept.")


class Numbers(click.ParamType[tuple[int, ...]]):
    """Whole numbers with commas between them."""

    name = "numbers"

    def __init__(self, least: int, most: int) -> None:
        self.least = least
        self.most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """Numbers of the option, sorted, each once."""
        if isinstance(value, tuple):
            return value
        try:
            numbers = sorted({int(part) for part in str(value).split(",")})
        except ValueError:
            self.fail(str(value), param, ctx)
        if not self.least <= numbers[0] <= numbers[-1] <= self.most:
            self.fail(str(value), param, ctx)
        return tuple(numbers)


def build_whatif(language: Language) -> click.Command:
    """Build ``whatif``."""
    _ = language.gettext

    @click.command("whatif", cls=SpokenCommand, language=language, help=_(WHATIF_HELP))
    @click.argument("area", type=click.Path(), help=_(AREA))
    @click.option("--buses", metavar="VALUES", type=Numbers(1, 50), default=(), help=_(BUSES))
    @click.option("--cycle-weeks", "weeks", metavar="VALUES", type=Numbers(1, 4), default=(), help=_(WEEKS))
    @click.option("--min-dwell", "min_dwell", metavar="VALUES", type=Numbers(5, 600), default=(), help=_(MIN_DWELL))
    @click.option("--rhythm-weeks", "rhythm", metavar="VALUES", type=Numbers(1, 4), default=(), help=_(RHYTHM))
    @click.option("--dwell", metavar="VALUES", type=Numbers(5, 600), default=(), help=_(DWELL))
    @click.option("--shift", "shifts", metavar="VALUES", default="", help=_(SHIFT))
    @click.option(
        "--variant", "named", metavar="VALUES", multiple=True, help=_(VARIANT).format(example=VARIANT_EXAMPLE)
    )
    @output_option(language, "DIR", WHATIF_OUTPUT, required=True)
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
        rhythm: tuple[int, ...],
        dwell: tuple[int, ...],
        shifts: str,
        named: tuple[str, ...],
        output: str,
        force: bool,
        resume: bool,
        processes: int | None,
        dask: str | None,
        seed: int,
        iterations: int | None,
        time_limit: float | None,
        solver: str,
        lang: str | None,
        as_json: bool,
        strict: bool,
    ) -> int:
        from bibliobus.cli.console import Outcome, show_reading, show_report
        from bibliobus.solve.solver import SearchOptions
        from bibliobus.tasks.variants import compare_variants, make_variants_report
        from bibliobus.tasks.whatif import list_jobs, parse_shift, parse_wish, warn_more_often

        wishes = Wishes(
            buses=buses,
            weeks=weeks,
            min_dwell_s=tuple(minutes * MINUTE_S for minutes in min_dwell),
            rhythm_weeks=rhythm,
            dwell_s=tuple(minutes * MINUTE_S for minutes in dwell),
            shifts=tuple(parse_shift(part) for part in shifts.split(",") if part.strip()),
            named=tuple(parse_wish(text) for text in named),
        )
        options = SearchOptions(seed=seed, iterations=iterations, time_limit_s=time_limit)
        with show_reading(language, quiet=as_json) as on_progress:
            jobs = list_jobs(Path(area), wishes, options=options, solver=solver)
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
        spoken = Language(lang or compared.dataset.scenario.language)
        report = make_variants_report(compared.outcomes, compared.dataset, spoken)
        warned = warn_more_often(compared.outcomes)
        code = 1 if strict and warned else code
        outcome = Outcome(code, output, N_("The comparison was written to {file}."), findings=warned)
        show_report(report, outcome, spoken, as_json=as_json)
        return code

    return whatif


def _leaves_out(outcome: JobOutcome) -> bool:
    """Whether a variant leaves somebody without bus and library."""
    result = outcome.result or {}
    return bool(result.get("people_sacrificed", 0) + result.get("people_impossible", 0))
