"""Report on a published plan, section by section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bibliobus.domain.audience import Audience
from bibliobus.findings import FindingReport
from bibliobus.output.tables import render_report
from bibliobus.plan.answers import RequestVerdict as Answered
from bibliobus.plan.answers import answer_requests
from bibliobus.plan.compare.monitor import VisitOutcome
from bibliobus.plan.kept_back import refuse_kept_back
from bibliobus.plan.measure.coverage import NEEDS_LOG, RuleVerdict
from bibliobus.plan.measure.figures import measure_area_expense
from bibliobus.plan.names import name_places
from bibliobus.plan.reported import Reported
from bibliobus.tasks.compare import compare_prepared
from bibliobus.tasks.coverage import cover_plan, find_norm
from bibliobus.tasks.monitor import READERS_NORM, find_readers_rule, judge_visits, read_visits
from bibliobus.tasks.reopen import reopen_plan
from bibliobus.view.reports.council_tables import report_council

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from bibliobus.domain.norms import Norm, NormRule
    from bibliobus.inputs.area import Dataset
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.plan import Plan
    from bibliobus.tasks.compare import Compared
    from bibliobus.view.tables import Report
    from bibliobus.words.language import Language


@dataclass(frozen=True)
class PlanReport:
    """
    A report and the areas it speaks of.

    Parameters
    ----------
    reported
        Everything the report answers from.
    areas
        Areas of the plan before, if one was given, and of the plan.
    report
        Warnings about the log.
    compared
        The plan before and the plan; None if there is none before.
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

    Parameters
    ----------
    path
        Plan folder, or its plan.json.
    norms
        Names of norms of the program, or files of others; none means the Ukrainian one.
    before
        Folder of the plan that held before; None if there is none.
    log
        Table of visits that were made; None if there is none.
    area
        Folder of other inputs; None means those beside the plan.
    encoding
        Python's name of the encoding of a log that is not UTF-8; empty means by its text.

    Returns
    -------
    PlanReport
        The report.

    Raises
    ------
    UsageError
        If there is no such norm.
    InputError
        If a file cannot be used, or the plan breaks a rule.
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
    Say whether anything is not as a council wants it.

    Parameters
    ----------
    reported
        Everything the report answers from.

    Returns
    -------
    bool
        True if anybody is reached by neither, a rule or a request is not met, a promise is broken, or a visit was late
        or not made.
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
    """
    Render a report as a file.

    Parameters
    ----------
    made
        The report.
    kind
        One of `REPORT_FORMATS`.
    language
        Language of the reader.
    audience
        Council or planner.

    Returns
    -------
    bytes
        Content of the file; equal reports give equal bytes.

    Raises
    ------
    InputError
        If a stop must not be shown to that audience.
    """
    refuse_kept_back(audience, *made.told)
    return render_report(make_plan_report(made, language, audience), kind, language)


def _find_rule(norms: Sequence[Norm]) -> NormRule:
    """Rule by which a stop is weak: of the first norm that has one, else of the usual one."""
    found = (rule for norm in norms for rule in norm.rules if rule.measure == NEEDS_LOG and rule.verified)
    return next(found, None) or find_readers_rule(find_norm(READERS_NORM))


def _join(made: PlanReport, look_up: Callable[[PreparedArea], Mapping[str, str]]) -> dict[str, str]:
    """Names of all areas; those of the plan itself where they differ."""
    return {name: value for prepared in made.areas for name, value in look_up(prepared).items()}
