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
from bibliobus.output.pages.coverage import WORST, CoverageText, render_coverage_page
from bibliobus.output.tables import list_cells, render_sheets
from bibliobus.plan.cautions import tell_cautions
from bibliobus.plan.kept_back import refuse_kept_back
from bibliobus.plan.measure.coverage import judge_norm, measure_coverage
from bibliobus.plan.measure.reach import measure_access
from bibliobus.tasks.plan import make_view
from bibliobus.tasks.reopen import verify_folder
from bibliobus.view.heading import list_notices, list_sources, list_warnings, tell_estimate, write_period, write_title
from bibliobus.view.reader import Reader, span_year
from bibliobus.view.reports.coverage import lay_out_coverage
from bibliobus.view.tables import Kind
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.domain.norms import Norm
    from bibliobus.model.area import Case
    from bibliobus.plan.measure.coverage import Coverage, RuleResult
    from bibliobus.plan.measure.reach import Access
    from bibliobus.plan.plan import Plan
    from bibliobus.view.tables import Sheet

FORMATS: Final = ("xlsx", "html")
"""How a coverage can be written."""

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
    case
        Its area.
    access
        Access of every settlement.
    coverage
        Who is reached.
    norms
        Norms and what came out for each rule.
    """

    plan: Plan
    case: Case
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
    plan, case, report = verify_folder(path, area=area)
    if report.errors:
        raise InputError(*report.errors)
    return measure_covered(plan, case, wanted)


def find_norms(names: Sequence[str]) -> tuple[Norm, ...]:
    """Find norms by their names or files; none means the Ukrainian one."""
    return tuple(find_norm(name) for name in names or (DEFAULT_NORM,))


def measure_covered(plan: Plan, case: Case, norms: Sequence[Norm]) -> Covered:
    """Measure the coverage of a plan that keeps every rule, and hold norms against it."""
    access = measure_access(plan, case)
    coverage = measure_coverage(access, weeks=plan.cycle.weeks, share_open=float(plan.figures["share_open"]))
    return Covered(plan, case, access, coverage, tuple((norm, judge_norm(norm, access)) for norm in norms))


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


def make_sheets(covered: Covered, language: Language) -> tuple[Sheet, ...]:
    """
    Make the sheets of a coverage.

    Parameters
    ----------
    covered
        A plan and its coverage.
    language
        Language of the reader.

    Returns
    -------
    tuple of Sheet
        As `lay_out_coverage`.
    """
    return lay_out_coverage(covered.coverage, covered.norms, covered.case.dataset, language)


def render_coverage(covered: Covered, kind: str, language: Language, audience: Audience = Audience.PLANNER) -> bytes:
    """
    Render a coverage as a file.

    Parameters
    ----------
    covered
        A plan and its coverage.
    kind
        One of `FORMATS`.
    language
        Language of the reader.
    audience
        Planner or council.

    Returns
    -------
    bytes
        A workbook, or a page with a map; equal plans give equal bytes.

    Raises
    ------
    InputError
        If a stop must not be shown to that audience.
    """
    refuse_kept_back(audience, (covered.plan, covered.case.dataset))
    if kind == "html":
        return _render_page(covered, language, audience).encode()
    dataset = covered.case.dataset
    title = (write_title(dataset, language), write_period(covered.plan, language))
    plan = covered.plan
    notices = list_notices(dataset, language, (plan, dataset))
    once = (*tell_estimate(plan.estimated, language), *tell_cautions(plan, dataset, language))
    return render_sheets(make_sheets(covered, language), title, notices, language, once=once)


def list_cover_warnings(covered: Covered, language: Language) -> tuple[str, ...]:
    """
    List what a coverage has to say before anything else.

    Parameters
    ----------
    covered
        The coverage.
    language
        Language of the reader.

    Returns
    -------
    tuple of str
        A sentence or two each.
    """
    plan, dataset = covered.plan, covered.case.dataset
    return (*list_warnings(plan, dataset, language), *tell_cautions(plan, dataset, language))


def _render_page(covered: Covered, language: Language, audience: Audience) -> str:
    """Page with a map and the tables."""
    plan, dataset = covered.plan, covered.case.dataset
    names = ("reached", WORST, "figures", "norms")
    tables = tuple(
        (
            name,
            sheet.name,
            tuple((column.label, column.kind is not Kind.TEXT) for column in sheet.columns),
            list_cells(sheet, language),
        )
        for name, sheet in zip(names, make_sheets(covered, language), strict=True)
    )
    sources = [f"{fact}: {value}" for fact, value in list_sources(plan, dataset, language)]
    sources += [f"{language.choose(uk=norm.title_uk, en=norm.title_en)}: {norm.source}" for norm, _ in covered.norms]
    text = CoverageText(
        lines=(write_period(plan, language),),
        warnings=list_cover_warnings(covered, language),
        tables=tables,
        worst=tuple(one.settlement_id for one in covered.coverage.worst),
        sources=tuple(sources),
    )
    reader = Reader(audience, language, span_year(plan.cycle.first_day))
    return render_coverage_page(make_view(plan, covered.case, reader), covered.access, text)
