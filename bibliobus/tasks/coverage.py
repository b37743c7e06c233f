"""Coverage of a published plan: who is reached, and by which norm that is enough."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bibliobus.domain.audience import Audience
from bibliobus.findings import Finding, FindingKind, FindingReport, InputError, Place, Severity, UsageError
from bibliobus.inputs.files import InputFile, read_file
from bibliobus.inputs.norms import list_norms, load_norm, read_norm
from bibliobus.inputs.tables.cells import find_unknown
from bibliobus.output.pages.coverage import draw_coverage
from bibliobus.output.tables import render_report
from bibliobus.plan.kept_back import refuse_kept_back
from bibliobus.plan.measure.coverage import judge_norm, measure_coverage
from bibliobus.plan.measure.reach import measure_access
from bibliobus.tasks.plan import make_view
from bibliobus.tasks.reopen import verify_folder
from bibliobus.view.reader import Reader, span_year
from bibliobus.view.reports.coverage import report_coverage
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.domain.norms import Norm
    from bibliobus.model.area import PreparedArea
    from bibliobus.output.pages.report import Drawing
    from bibliobus.plan.measure.coverage import Coverage, RuleResult
    from bibliobus.plan.measure.reach import Access
    from bibliobus.plan.plan import Plan
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
    """
    A plan and its coverage.

    Parameters
    ----------
    plan
        The plan.
    prepared
        Its area.
    access
        Access of every settlement.
    coverage
        Who is reached.
    norms
        Norms and what came out for each rule.
    """

    plan: Plan
    prepared: PreparedArea
    access: tuple[Access, ...]
    coverage: Coverage
    norms: tuple[tuple[Norm, tuple[RuleResult, ...]], ...]


def cover_plan(path: Path, *, norms: Sequence[str] = (), area: Path | None = None) -> Covered:
    """
    Measure the coverage of a published plan.

    Parameters
    ----------
    path
        Plan folder, or its plan.json.
    norms
        Names of norms of the program, or files of others; none means the Ukrainian one.
    area
        Folder of other inputs; None means those beside the plan.

    Returns
    -------
    Covered
        The plan and its coverage.

    Raises
    ------
    UsageError
        If there is no such norm.
    InputError
        If a file cannot be used, or the plan breaks a rule.
    """
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
    """
    Find a norm.

    Parameters
    ----------
    name
        Name of a norm of the program, or a file.

    Returns
    -------
    Norm
        The norm.

    Raises
    ------
    UsageError
        If there is none.
    InputError
        If the file is no norm.
    """
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
    """
    Render a coverage as a file.

    Parameters
    ----------
    covered
        A plan and its coverage.
    kind
        One of `REPORT_FORMATS`.
    language
        Language of the reader.
    audience
        Planner or council.

    Returns
    -------
    bytes
        Content of the file, a page with a map; equal plans give equal bytes.

    Raises
    ------
    InputError
        If a stop must not be shown to that audience.
    """
    refuse_kept_back(audience, (covered.plan, covered.prepared.dataset))
    drawing = _draw(covered, language, audience) if kind == "html" else None
    return render_report(make_coverage_report(covered, language), kind, language, drawing)


def _draw(covered: Covered, language: Language, audience: Audience) -> Drawing:
    """Map of the page."""
    reader = Reader(audience, language, span_year(covered.plan.cycle.first_day))
    return draw_coverage(make_view(covered.plan, covered.prepared, reader), covered.access)
