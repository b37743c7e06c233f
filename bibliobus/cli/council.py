"""``coverage``, ``report``, ``monitor`` and ``siting``: answers for a council."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bibliobus.cli.console import print_heading, print_lines, print_table
from bibliobus.cli.options import REPORT_FILE, audience_option, encoding_option, output_option, shared_options
from bibliobus.cli.speech import SpokenCommand
from bibliobus.output.registry import list_outputs
from bibliobus.words.language import KM_M, N_, Language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.tasks.report import Covered, Monitored, PlanReport
    from bibliobus.tasks.whatif import Sited
    from bibliobus.view.tables import Report, ReportTable


def print_report(report: Report, language: Language) -> None:
    """Print a report to stdout: title, warnings, sections, tables."""
    print_head(report)
    for at, section in enumerate(report.sections, start=1):
        print_lines(["", f"{at}. {section.title}", *(f"– {sentence}" for sentence in section.sentences)])
    print_lines([""] if report.sections else [])
    print_tables(report.tables, language)


def print_head(report: Report) -> None:
    """Print title, lines and warnings of a report."""
    print_heading(report.title, report.heads, report.told)


def print_tables(tables: Iterable[ReportTable], language: Language) -> None:
    """Print tables to stdout, each block by itself; those without rows are left out."""
    from bibliobus.output.values import list_texts

    for table in tables:
        right = [at for at, column in enumerate(table.columns) if column.is_number]
        heads = [column.label for column in table.columns]
        for block in table.blocks:
            if block.rows:
                print_table(block.heading or table.title, heads, list_texts(table, language, block), right=right)


COVERAGE_HELP: Final = N_("Show who is reached by a library or the bus, who by neither, and which norms are met.")
PLAN: Final = N_("Plan folder, or its plan.json.")
COVERAGE_AUDIENCE: Final = N_(
    "For whom the file is; a council is shown no stop that must not be published. Default: planner."
)
NORM: Final = N_("Norm of the program or a file; may be given several times. Default: ua_72_2019.")
COVERAGE_AUDIENCES: Final = list_outputs()["coverage"].readers


def build_coverage(language: Language) -> click.Command:
    """Build the command."""
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
        from bibliobus.tasks.report import cover_plan, render_coverage

        if output:
            check_output(Path(output), force=force)
        with show_waiting(language, quiet=as_json):
            covered = cover_plan(Path(plan), norms=norms, area=Path(area) if area else None)
        spoken = Language(lang or covered.plan.language)
        if output:
            content = render_coverage(covered, find_report_format(output, "xlsx"), spoken, Audience(audience))
            write_file(Path(output), content, force=force)
        code = 1 if strict and _falls_short(covered) else 0
        _show_coverage(covered, output, spoken, code, as_json=as_json)
        return code

    return coverage


def _falls_short(covered: Covered) -> bool:
    """Whether anybody is reached by neither, or a rule is not met."""
    from bibliobus.plan.measure.coverage import RuleVerdict

    broken = any(result.verdict is RuleVerdict.NOT_MET for _, results in covered.norms for result in results)
    return broken or covered.coverage.groups[0].by_neither > 0


def _show_coverage(covered: Covered, output: str | None, language: Language, code: int, *, as_json: bool) -> None:
    """Coverage as a document or as tables for people."""
    from bibliobus.cli.console import print_json, print_lines
    from bibliobus.tasks.report import make_coverage_report

    report = make_coverage_report(covered, language)
    if as_json:
        print_json({"exit_code": code, "output": output, **report.facts, "findings": []})
        return
    print_report(report, language)
    if output:
        print_lines([language.gettext("The coverage was written to {file}.").format(file=output)])


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
    """Build the command."""
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
        from bibliobus.tasks.report import falls_short, render_plan_report, report_plan

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
        _show_report(made, output, spoken, code, as_json=as_json)
        return code

    return report


def _show_report(made: PlanReport, output: str | None, language: Language, code: int, *, as_json: bool) -> None:
    """Report as a document, or as sentences and tables for people."""
    from bibliobus.cli.console import finding_document, print_findings, print_json, print_lines
    from bibliobus.domain.audience import Audience
    from bibliobus.tasks.report import make_plan_report

    report = make_plan_report(made, language, Audience.PLANNER)  # a screen is read by whoever called the program
    if as_json:
        findings = [finding_document(finding, language) for finding in made.report.findings]
        print_json({"exit_code": code, "output": output, **report.facts, "findings": findings})
        return
    print_findings(made.report.findings, language, brief=True)
    print_report(report, language)
    if output:
        print_lines([language.gettext("The report was written to {file}.").format(file=output)])


MONITOR_HELP: Final = N_("Compare a log of visits with the plan: kept, late, missed, weak stops, real driving times.")
MONITOR_NORM: Final = N_("Norm or file by which a stop is weak. Default: kent_2016.")


def build_monitor(language: Language) -> click.Command:
    """Build the command."""
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
        from bibliobus.tasks.report import monitor_plan, render_record

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
        _show_monitor(monitored, output, spoken, code, as_json=as_json)
        return code

    return monitor


def _show_monitor(monitored: Monitored, output: str | None, language: Language, code: int, *, as_json: bool) -> None:
    """Record as a document or as tables for people."""
    from bibliobus.cli.console import finding_document, print_findings, print_json, print_lines
    from bibliobus.tasks.report import make_record_report

    report = make_record_report(monitored, language)
    if as_json:
        findings = [finding_document(finding, language) for finding in monitored.report.findings]
        print_json({"exit_code": code, "output": output, **report.facts, "findings": findings})
        return
    print_findings(monitored.report.findings, language, brief=True)
    print_report(report, language)
    if output:
        print_lines([language.gettext("The record was written to {file}.").format(file=output)])


SITING_HELP: Final = N_(
    "Show where a branch would serve best and where the bus would, and who loses when branches close. No verdict."
)
AREA: Final = N_("Folder of an area, or of a plan.")
OPEN: Final = N_("How many branches to open. Default: 0.")
CLOSE: Final = N_("How many libraries to close. Default: 0.")
REACH: Final = N_("Kilometres by road within which a library is within reach; else those of the scenario.")
SEED: Final = N_("Seed of the random numbers.")


def build_siting(language: Language) -> click.Command:
    """Build the command."""
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
        from bibliobus.tasks.whatif import render_siting, site_area

        if output:
            check_output(Path(output), force=force)
        reach_m = None if reach_km is None else round(reach_km * KM_M)
        with show_waiting(language, quiet=as_json):
            sited = site_area(Path(area), to_open=to_open, to_close=to_close, reach_m=reach_m, seed=seed)
        spoken = Language(lang or sited.prepared.dataset.scenario.language)
        if output:
            write_file(Path(output), render_siting(sited, find_report_format(output, "xlsx"), spoken), force=force)
        code = 1 if strict and (sited.siting.lost or sited.report.warnings) else 0
        _show_siting(sited, output, spoken, code, as_json=as_json)
        return code

    return siting


def _show_siting(sited: Sited, output: str | None, language: Language, code: int, *, as_json: bool) -> None:
    """Siting as a document, or as sentences and tables for people."""
    from bibliobus.cli.console import finding_document, print_findings, print_json, print_lines
    from bibliobus.tasks.whatif import make_siting_report

    report = make_siting_report(sited, language)
    if as_json:
        findings = [finding_document(finding, language) for finding in sited.report.findings]
        print_json({"exit_code": code, "output": output, **report.facts, "findings": findings})
        return
    print_findings(sited.report.findings, language, brief=True)
    print_report(report, language)
    if output:
        print_lines([language.gettext("The tables were written to {file}.").format(file=output)])
