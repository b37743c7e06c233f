"""Reports about a plan: whom it reaches, what was driven of it, and what a council wants to know."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bibliobus.domain.audience import Audience
from bibliobus.findings import Finding, FindingKind, FindingReport, InputError, Place, Severity, UsageError
from bibliobus.inputs.files import InputFile, read_file
from bibliobus.inputs.norms import list_norms, load_norm, read_norm
from bibliobus.inputs.tables.cells import find_unknown
from bibliobus.inputs.visit_log import read_log
from bibliobus.output.pages.drawings import draw_coverage
from bibliobus.output.tables import render_report
from bibliobus.plan.answers import Reported, answer_requests
from bibliobus.plan.answers import RequestVerdict as Answered
from bibliobus.plan.cautions import refuse_kept_back
from bibliobus.plan.compare.monitor import VisitOutcome, judge_log
from bibliobus.plan.measure.coverage import NEEDS_LOG, RuleVerdict, judge_norm, measure_access, measure_coverage
from bibliobus.plan.measure.figures import make_kind_finder, measure_area_expense
from bibliobus.plan.names import name_places
from bibliobus.tasks.compare import compare_prepared
from bibliobus.tasks.plan import make_view
from bibliobus.tasks.reopen import reopen_plan, verify_folder
from bibliobus.view.reader import Reader, span_year
from bibliobus.view.reports.council_tables import report_council
from bibliobus.view.reports.coverage import report_coverage
from bibliobus.view.reports.monitor import report_record
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bibliobus.domain.norms import Norm, NormRule
    from bibliobus.inputs.area import Dataset
    from bibliobus.inputs.visit_log import LoggedVisit
    from bibliobus.model.area import PreparedArea
    from bibliobus.output.pages.report import Drawing
    from bibliobus.plan.compare.monitor import Record
    from bibliobus.plan.measure.coverage import Access, Coverage, RuleResult
    from bibliobus.plan.plan import Plan
    from bibliobus.tasks.compare import Compared
    from bibliobus.view.tables import Report
    from bibliobus.words.language import Language

DEFAULT_NORM: Final = "ua_72_2019"
NORM_LIMIT_MB: Final = 1

NORM_NOT_FOUND: Final = FindingKind(
    "norm-not-found",
    Severity.ERROR,
    N_("There is no norm “{value}”, neither of the program nor as a file."),
    N_("Norms of the program: {known}."),
)


@dataclass(frozen=True)
class Covered:
    """A plan and its coverage."""

    plan: Plan
    prepared: PreparedArea
    access: tuple[Access, ...]
    coverage: Coverage
    norms: tuple[tuple[Norm, tuple[RuleResult, ...]], ...]


def cover_plan(path: Path, *, norms: Sequence[str] = (), area: Path | None = None) -> Covered:
    """Measure the coverage of a published plan by norms of the program or of files; none means the Ukrainian one."""
    wanted = find_norms(norms)
    plan, prepared, report = verify_folder(path, area=area)
    if report.errors:
        raise InputError(*report.errors)
    return measure_covered(plan, prepared, wanted)


def find_norms(names: Sequence[str]) -> tuple[Norm, ...]:
    """Find norms by their names or files; none means the Ukrainian one."""
    return tuple(find_norm(name) for name in names or (DEFAULT_NORM,))


def measure_covered(plan: Plan, prepared: PreparedArea, norms: Sequence[Norm]) -> Covered:
    """Measure the coverage of a plan that keeps every rule, and hold norms against it."""
    access = measure_access(plan, prepared)
    coverage = measure_coverage(access, weeks=plan.cycle.weeks, share_open=float(plan.figures["share_open"]))
    return Covered(plan, prepared, access, coverage, tuple((norm, judge_norm(norm, access)) for norm in norms))


def find_norm(name: str) -> Norm:
    """Find a norm."""
    if name in list_norms():
        file: InputFile | Finding = InputFile(f"{name}.toml", load_norm(name))
    elif Path(name).exists():
        file = read_file(Path(name), Path(name).name, NORM_LIMIT_MB)
    else:
        raise UsageError(find_unknown(NORM_NOT_FOUND, Place(), name, list_norms()))
    if isinstance(file, Finding):
        raise InputError(file)
    norm, findings = read_norm(file)
    if norm is None:
        raise InputError(*FindingReport.of(findings).errors)
    return norm


def make_coverage_report(covered: Covered, language: Language) -> Report:
    """Report of a coverage in the reader's language."""
    return report_coverage(covered.plan, covered.prepared.dataset, covered.coverage, covered.norms, language)


def render_coverage(covered: Covered, kind: str, language: Language, audience: Audience = Audience.PLANNER) -> bytes:
    """Render a coverage as a file, a page with a map; equal plans give equal bytes."""
    refuse_kept_back(audience, (covered.plan, covered.prepared.dataset))
    drawing = _draw(covered, language, audience) if kind == "html" else None
    return render_report(make_coverage_report(covered, language), kind, language, drawing)


def _draw(covered: Covered, language: Language, audience: Audience) -> Drawing:
    """Map of the page."""
    reader = Reader(audience, language, span_year(covered.plan.cycle.first_day))
    return draw_coverage(make_view(covered.plan, covered.prepared, reader), covered.access)


READERS_NORM: Final = "kent_2016"
LOG_LIMIT_MB: Final = 20

NORM_WITHOUT_READERS: Final = FindingKind(
    "norm-without-readers",
    Severity.ERROR,
    N_("The norm “{name}” has no verified rule about the number of readers of a stop."),
    N_("Take another one, such as kent_2016, or write your own with the measure “visitors”."),
)


@dataclass(frozen=True)
class Monitored:
    """A plan and its record."""

    plan: Plan
    prepared: PreparedArea
    record: Record
    rule: NormRule
    report: FindingReport


def monitor_plan(
    path: Path, log: Path, *, norm: str = READERS_NORM, area: Path | None = None, encoding: str = ""
) -> Monitored:
    """Hold a log against a published plan; Python's name of its encoding if it is not UTF-8, empty for by its text."""
    rule = find_readers_rule(find_norm(norm))
    visits, report = read_visits(log, encoding=encoding)
    plan, prepared, verified = verify_folder(path, area=area)
    if verified.errors:
        raise InputError(*verified.errors)
    record = judge_visits(plan, prepared, visits, rule)
    return Monitored(plan, prepared, record, rule, report)


def find_readers_rule(norm: Norm) -> NormRule:
    """Find the rule by which a stop is weak."""
    rule = next((rule for rule in norm.rules if rule.measure == NEEDS_LOG and rule.verified), None)
    if rule is None:
        raise UsageError(NORM_WITHOUT_READERS.at(Place(), name=norm.norm_id))
    return rule


def read_visits(log: Path, *, encoding: str = "") -> tuple[tuple[LoggedVisit, ...], FindingReport]:
    """Read a log of visits in its order; Python's name of its encoding if it is not UTF-8, empty for by its text."""
    file = read_file(log, log.name, LOG_LIMIT_MB, encoding=encoding)
    if isinstance(file, Finding):
        raise InputError(file)
    visits, findings = read_log(file)
    report = FindingReport.of(findings)
    if report.errors:
        raise InputError(*report.findings)
    return visits, report


def judge_visits(plan: Plan, prepared: PreparedArea, visits: Sequence[LoggedVisit], rule: NormRule) -> Record:
    """Hold visits against a plan."""
    access = {one.settlement_id: one for one in measure_access(plan, prepared)}
    kinds = make_kind_finder(prepared)
    limit = rule.limits[NEEDS_LOG]
    return judge_log(plan, prepared.dataset.scenario, visits, access, fewest_readers=limit, find_kind=kinds)


def make_record_report(monitored: Monitored, language: Language) -> Report:
    """Report of a record in the reader's language."""
    return report_record(monitored.plan, monitored.prepared.dataset, monitored.record, monitored.rule, language)


def render_record(monitored: Monitored, kind: str, language: Language) -> bytes:
    """Record as a file in one of `REPORT_FORMATS`; equal records give equal bytes."""
    return render_report(make_record_report(monitored, language), kind, language)


@dataclass(frozen=True)
class PlanReport:
    """
    A report and the areas it speaks of: that of the plan before, if one was given, else `compared` is None, and its
    own.
    """

    reported: Reported
    areas: tuple[PreparedArea, ...]
    report: FindingReport
    compared: Compared | None = None

    @property
    def told(self) -> tuple[tuple[Plan, Dataset], ...]:
        """Every plan that the report tells of."""
        plans = self.compared.told if self.compared else ()
        return (self.reported.plan, self.reported.dataset), *plans


def report_plan(
    path: Path,
    *,
    norms: Sequence[str] = (),
    before: Path | None = None,
    log: Path | None = None,
    area: Path | None = None,
    encoding: str = "",
) -> PlanReport:
    """
    Gather everything that a report on a plan answers from.

    ``norms``: Names of norms of the program, or files of others; none means the Ukrainian one.
    ``before``: Folder of the plan that held before; None if there is none.
    ``log``, ``encoding``: Table of visits that were made, None if there is none, and how it is to be read.
    """
    visits, findings = read_visits(log, encoding=encoding) if log else ((), FindingReport())
    rule = _find_rule([find_norm(name) for name in norms]) if log else None
    covered = cover_plan(path, norms=norms, area=area)
    plan, prepared = covered.plan, covered.prepared
    compared = compare_prepared(reopen_plan(before), (plan, prepared)) if before else None
    reported = Reported(
        plan=plan,
        dataset=prepared.dataset,
        access=covered.access,
        coverage=covered.coverage,
        norms=covered.norms,
        expense=measure_area_expense(plan, prepared),
        answers=answer_requests(plan, prepared.dataset.requests),
        comparison=compared.comparison if compared else None,
        record=(judge_visits(plan, prepared, visits, rule), rule) if rule else None,
    )
    return PlanReport(reported, (*([compared.old[1]] if compared else []), prepared), findings, compared)


def falls_short(reported: Reported) -> bool:
    """
    Tell whether anything is not as a council wants it.

    Anybody is reached by neither, a rule or a request is not met, a promise is broken, or a visit was late or not made.
    """
    rules = [result.verdict for _, results in reported.norms for result in results]
    record = reported.record[0] if reported.record else None
    return (
        reported.coverage.groups[0].by_neither > 0
        or RuleVerdict.NOT_MET in rules
        or any(answer.verdict in (Answered.NOT_MET, Answered.PARTLY) for answer in reported.answers)
        or (reported.comparison is not None and reported.comparison.broken > 0)
        or (record is not None and record.count(VisitOutcome.LATE) + record.count(VisitOutcome.MISSED) > 0)
    )


def make_plan_report(made: PlanReport, language: Language, audience: Audience = Audience.COUNCIL) -> Report:
    """Report on a plan in the reader's language, for a council or a planner."""
    names = _join(made, lambda prepared: name_places(prepared.dataset, language))
    buses = _join(made, lambda prepared: {bus.bus_id: bus.name for bus in prepared.dataset.scenario.buses})
    return report_council(made.reported, made.told, names, buses, language, audience)


def render_plan_report(made: PlanReport, kind: str, language: Language, audience: Audience = Audience.COUNCIL) -> bytes:
    """Render a report as a file; equal reports give equal bytes."""
    refuse_kept_back(audience, *made.told)
    return render_report(make_plan_report(made, language, audience), kind, language)


def _find_rule(norms: Sequence[Norm]) -> NormRule:
    """Rule by which a stop is weak: of the first norm that has one, else of the usual one."""
    found = (rule for norm in norms for rule in norm.rules if rule.measure == NEEDS_LOG and rule.verified)
    return next(found, None) or find_readers_rule(find_norm(READERS_NORM))


def _join(made: PlanReport, look_up: Callable[[PreparedArea], Mapping[str, str]]) -> dict[str, str]:
    """Names of all areas; those of the plan itself where they differ."""
    return {name: value for prepared in made.areas for name, value in look_up(prepared).items()}
