"""``coverage``, ``report``, ``monitor`` and ``siting``: answers for a council."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bibliobus.cli.console import Outcome, show_report
from bibliobus.cli.options import REPORT_FILE, audience_option, encoding_option, output_option, shared_options
from bibliobus.cli.speech import SpokenCommand
from bibliobus.output.registry import list_outputs
from bibliobus.words.language import KM_M, N_, Language

if TYPE_CHECKING:
    from bibliobus.tasks.report import Covered


COVERAGE_HELP: Final = N_("Show who is reached by a library or the bus, who by neither, and which norms are met.")
PLAN: Final = N_("Plan folder, or its plan.json.")
COVERAGE_AUDIENCE: Final = N_(
    "For whom the file is; a council is shown no stop that must not be published. Default: planner."
)
NORM: Final = N_("Norm of the program or a file; may be given several times. Default: ua_72_2019.")
COVERAGE_AUDIENCES: Final = list_outputs()["coverage"].readers


def build_coverage(language: Language) -> click.Command:
    """Build ``coverage``."""
    _ = language.gettext

    @click.command("coverage", cls=SpokenCommand, language=language, help=_(COVERAGE_HELP))
    @click.argument("plan", type=click.Path(), help=_(PLAN))
    @click.option("--norm", "norms", metavar="NAME", multiple=True, help=_(NORM))
    @click.option("--area", metavar="DIR", type=click.Path(), help=_("Other inputs than those beside the plan."))
    @audience_option(language, COVERAGE_AUDIENCES, COVERAGE_AUDIENCE, default=COVERAGE_AUDIENCES[0])
    @output_option(language, "FILE", REPORT_FILE, required=False)
    @shared_options(language)
    def coverage(
        plan: str,
        norms: tuple[str, ...],
        area: str | None,
        audience: str,
        output: str | None,
        force: bool,
        lang: str | None,
        as_json: bool,
        strict: bool,
    ) -> int:
        from bibliobus.cli.console import show_waiting
        from bibliobus.domain.audience import Audience
        from bibliobus.output.tables import find_report_format
        from bibliobus.tasks.folders import check_output, write_file
        from bibliobus.tasks.report import cover_plan, make_coverage_report, render_coverage

        if output:
            check_output(Path(output), force=force)
        with show_waiting(language, quiet=as_json):
            covered = cover_plan(Path(plan), norms=norms, area=Path(area) if area else None)
        spoken = Language(lang or covered.plan.language)
        if output:
            content = render_coverage(covered, find_report_format(output, "xlsx"), spoken, Audience(audience))
            write_file(Path(output), content, force=force)
        code = 1 if strict and _falls_short(covered) else 0
        shown = make_coverage_report(covered, spoken)
        outcome = Outcome(code, output, N_("The coverage was written to {file}."))
        show_report(shown, outcome, spoken, as_json=as_json)
        return code

    return coverage


def _falls_short(covered: Covered) -> bool:
    """Whether anybody is reached by neither, or a rule is not met."""
    from bibliobus.plan.measure.coverage import RuleVerdict

    broken = any(result.verdict is RuleVerdict.NOT_MET for _, results in covered.norms for result in results)
    return broken or covered.coverage.groups[0].by_neither > 0


REPORT_HELP: Final = N_(
    "Answer a council: access by the norm, remote villages, network and cost, requests, promises kept, what was done."
)
REPORT_AUDIENCE: Final = N_(
    "For whom the file is; a council is shown no stop that must not be published. Default: council."
)
BEFORE: Final = N_("Folder of the plan that held before.")
LOG: Final = N_("Table of visits that were made, .csv or .xlsx.")
REPORT_AUDIENCES: Final = list_outputs()["report"].readers


def build_report(language: Language) -> click.Command:
    """Build ``report``."""
    _ = language.gettext

    @click.command("report", cls=SpokenCommand, language=language, help=_(REPORT_HELP))
    @click.argument("plan", type=click.Path(), help=_(PLAN))
    @click.option("--norm", "norms", metavar="NAME", multiple=True, help=_(NORM))
    @click.option("--before", metavar="OLD", type=click.Path(), help=_(BEFORE))
    @click.option("--log", metavar="LOG", type=click.Path(), help=_(LOG))
    @click.option("--area", metavar="DIR", type=click.Path(), help=_("Other inputs than those beside the plan."))
    @audience_option(language, REPORT_AUDIENCES, REPORT_AUDIENCE, default=REPORT_AUDIENCES[0])
    @encoding_option(language)
    @output_option(language, "FILE", REPORT_FILE, required=False)
    @shared_options(language)
    def report(
        plan: str,
        norms: tuple[str, ...],
        before: str | None,
        log: str | None,
        area: str | None,
        audience: str,
        encoding: str,
        output: str | None,
        force: bool,
        lang: str | None,
        as_json: bool,
        strict: bool,
    ) -> int:
        from bibliobus.cli.console import show_waiting
        from bibliobus.domain.audience import Audience
        from bibliobus.output.tables import find_report_format
        from bibliobus.tasks.folders import check_output, write_file
        from bibliobus.tasks.report import falls_short, make_plan_report, render_plan_report, report_plan

        if output:
            check_output(Path(output), force=force)
        before_path, log_path, area_path = (Path(given) if given else None for given in (before, log, area))
        with show_waiting(language, quiet=as_json):
            made = report_plan(
                Path(plan), norms=norms, before=before_path, log=log_path, area=area_path, encoding=encoding
            )
        spoken = Language(lang or made.plan.language)
        if output:
            content = render_plan_report(made, find_report_format(output, "html"), spoken, Audience(audience))
            write_file(Path(output), content, force=force)
        code = 1 if strict and (falls_short(made.reported) or made.report.warnings) else 0
        # A screen is read by whoever called the program.
        shown = make_plan_report(made, spoken, Audience.PLANNER)
        outcome = Outcome(code, output, N_("The report was written to {file}."), findings=made.report.findings)
        show_report(shown, outcome, spoken, as_json=as_json)
        return code

    return report


MONITOR_HELP: Final = N_("Compare a log of visits with the plan: kept, late, missed, weak stops, real driving times.")
MONITOR_NORM: Final = N_("Norm or file by which a stop is weak. Default: kent_2016.")


def build_monitor(language: Language) -> click.Command:
    """Build ``monitor``."""
    _ = language.gettext

    @click.command("monitor", cls=SpokenCommand, language=language, help=_(MONITOR_HELP))
    @click.argument("plan", type=click.Path(), help=_(PLAN))
    @click.argument("log", type=click.Path(), help=_(LOG))
    @click.option("--norm", metavar="NAME", default="kent_2016", help=_(MONITOR_NORM))
    @click.option("--area", metavar="DIR", type=click.Path(), help=_("Other inputs than those beside the plan."))
    @encoding_option(language)
    @output_option(language, "FILE", REPORT_FILE, required=False)
    @shared_options(language)
    def monitor(
        plan: str,
        log: str,
        norm: str,
        area: str | None,
        encoding: str,
        output: str | None,
        force: bool,
        lang: str | None,
        as_json: bool,
        strict: bool,
    ) -> int:
        from bibliobus.cli.console import show_waiting
        from bibliobus.output.tables import find_report_format
        from bibliobus.plan.compare.monitor import VisitOutcome
        from bibliobus.tasks.folders import check_output, write_file
        from bibliobus.tasks.report import make_record_report, monitor_plan, render_record

        if output:
            check_output(Path(output), force=force)
        with show_waiting(language, quiet=as_json):
            monitored = monitor_plan(
                Path(plan), Path(log), norm=norm, area=Path(area) if area else None, encoding=encoding
            )
        spoken = Language(lang or monitored.plan.language)
        if output:
            write_file(Path(output), render_record(monitored, find_report_format(output, "xlsx"), spoken), force=force)
        broken = monitored.record.count(VisitOutcome.LATE) + monitored.record.count(VisitOutcome.MISSED)
        code = 1 if strict and (broken or monitored.report.warnings) else 0
        shown = make_record_report(monitored, spoken)
        outcome = Outcome(code, output, N_("The record was written to {file}."), findings=monitored.report.findings)
        show_report(shown, outcome, spoken, as_json=as_json)
        return code

    return monitor


SITING_HELP: Final = N_(
    "Show where a branch would serve best and where the bus would, and who loses when branches close. No verdict."
)
AREA: Final = N_("Folder of an area, or of a plan.")
OPEN: Final = N_("How many branches to open. Default: 0.")
CLOSE: Final = N_("How many libraries to close. Default: 0.")
REACH: Final = N_("Kilometres by road within which a library is within reach; else those of the scenario.")
SEED: Final = N_("Seed of the random numbers.")


def build_siting(language: Language) -> click.Command:
    """Build ``siting``."""
    _ = language.gettext

    @click.command("siting", cls=SpokenCommand, language=language, help=_(SITING_HELP))
    @click.argument("area", type=click.Path(), help=_(AREA))
    @click.option("--open", "to_open", metavar="NUMBER", type=click.IntRange(0), default=0, help=_(OPEN))
    @click.option("--close", "to_close", metavar="NUMBER", type=click.IntRange(0), default=0, help=_(CLOSE))
    @click.option("--reach-km", metavar="KM", type=click.FloatRange(0, 100), help=_(REACH))
    @click.option("--seed", metavar="NUMBER", type=click.IntRange(0), default=1, help=_(SEED))
    @output_option(language, "FILE", REPORT_FILE, required=False)
    @shared_options(language)
    def siting(
        area: str,
        to_open: int,
        to_close: int,
        reach_km: float | None,
        seed: int,
        output: str | None,
        force: bool,
        lang: str | None,
        as_json: bool,
        strict: bool,
    ) -> int:
        from bibliobus.cli.console import show_waiting
        from bibliobus.output.tables import find_report_format
        from bibliobus.tasks.folders import check_output, write_file
        from bibliobus.tasks.whatif import make_siting_report, render_siting, site_area

        if output:
            check_output(Path(output), force=force)
        reach_m = None if reach_km is None else round(reach_km * KM_M)
        with show_waiting(language, quiet=as_json):
            sited = site_area(Path(area), to_open=to_open, to_close=to_close, reach_m=reach_m, seed=seed)
        spoken = Language(lang or sited.prepared.dataset.scenario.language)
        if output:
            write_file(Path(output), render_siting(sited, find_report_format(output, "xlsx"), spoken), force=force)
        code = 1 if strict and (sited.siting.lost or sited.report.warnings) else 0
        shown = make_siting_report(sited, spoken)
        outcome = Outcome(code, output, N_("The tables were written to {file}."), findings=sited.report.findings)
        show_report(shown, outcome, spoken, as_json=as_json)
        return code

    return siting
