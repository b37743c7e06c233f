"""
What if: other buses, cycles and stays, or branches opened and closed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import bibliobus
from bibliobus.domain.roads import RoadFile
from bibliobus.domain.variants import Variant, list_variants, vary_scenario, vary_settlements
from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.findings import BibliobusError, FindingKind, FindingReport, Place, Severity, UsageError
from bibliobus.model.area import prepare_area
from bibliobus.output.tables import render_report
from bibliobus.plan.measure.coverage import Level, measure_access, measure_coverage
from bibliobus.plan.measure.figures import measure_area_expense
from bibliobus.plan.plan import Standing
from bibliobus.plan.siting import list_sites, site_branches
from bibliobus.plan.store import FILE_NAME
from bibliobus.solve.backends import DEFAULT_SOLVER
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.areas import ready_area
from bibliobus.tasks.plan import make_plan
from bibliobus.tasks.reopen import reopen_plan
from bibliobus.view.area import build_area_view
from bibliobus.view.reports.siting import report_siting
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from bibliobus.inputs.area import Dataset
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.plan import Plan
    from bibliobus.plan.siting import Siting
    from bibliobus.view.tables import Report
    from bibliobus.words.language import Language

DONE_FILE: Final = "DONE.json"
"""Last file of a job's folder: its digest and its result. Without it the job was not finished."""

MOST_VARIANTS: Final = 200

TOO_MANY_VARIANTS: Final = FindingKind(
    "too-many-variants",
    Severity.ERROR,
    N_("These are {found} combinations, but at most {limit} are compared."),
    N_("Give fewer numbers of buses, cycles or stays."),
)


@dataclass(frozen=True)
class Job:
    """One variant of an area to be planned; complete in itself, so that any process can do it."""

    dataset: Dataset
    variant: Variant
    options: SearchOptions
    solver: str
    digest: str

    @property
    def name(self) -> str:
        """Name of its folder."""
        return f"buses-{self.variant.buses}_weeks-{self.variant.weeks}_stay-{self.variant.min_dwell_s // 60}"


@dataclass(frozen=True)
class JobOutcome:
    """What came of one job: figures by name, as `measure_variant` gives them, or None and why it failed."""

    variant: Variant
    result: Mapping[str, Any] | None
    problem: str = ""


def list_jobs(
    area: Path,
    *,
    buses: Iterable[int] = (),
    weeks: Iterable[int] = (),
    min_dwell_s: Iterable[int] = (),
    options: SearchOptions | None = None,
    solver: str = DEFAULT_SOLVER,
    area_id: str | None = None,
) -> tuple[Job, ...]:
    """
    List a job for each combination, sorted; where nothing is given the scenario counts.

    ``min_dwell_s``: Shortest stays in seconds.
    ``area_id``: Name of the area; None means the name of the folder.
    """
    prepared, _ = ready_area(area, area_id=area_id, keep_cache=area_id is None)
    return make_jobs(prepared.dataset, buses, weeks, min_dwell_s, options=options, solver=solver)


def make_jobs(
    dataset: Dataset,
    buses: Iterable[int] = (),
    weeks: Iterable[int] = (),
    min_dwell_s: Iterable[int] = (),
    *,
    options: SearchOptions | None = None,
    solver: str = DEFAULT_SOLVER,
) -> tuple[Job, ...]:
    """Make the jobs of a comparison from checked inputs, as `list_jobs`."""
    scenario = dataset.scenario
    variants = list_variants(
        tuple(buses) or (sum(not bus.spare for bus in scenario.buses),),
        tuple(weeks) or (scenario.cycle.weeks,),
        tuple(min_dwell_s) or (0,),
    )
    if len(variants) > MOST_VARIANTS:
        raise UsageError(TOO_MANY_VARIANTS.at(Place(), found=len(variants), limit=MOST_VARIANTS))
    # Variants are planned side by side, each with one thread.
    chosen = replace(options or SearchOptions(), workers=1)
    apart = _set_apart(dataset)
    return tuple(
        Job(apart, variant, chosen, solver, _digest(dataset.digests, variant, chosen, solver)) for variant in variants
    )


def _set_apart(dataset: Dataset) -> Dataset:
    """Inputs for any process of this machine: imported roads are found from anywhere, and nobody writes beside them."""
    roads = dataset.roads
    return replace(dataset, roads=RoadFile(roads.path.resolve(), None)) if isinstance(roads, RoadFile) else dataset


def run_job(job: Job, watch: Watch = UNWATCHED) -> dict[str, Any]:
    """Plan one variant."""
    dataset = vary_dataset(job.dataset, job.variant)
    prepared = prepare_area(dataset, watch=watch)
    return measure_variant(make_plan(prepared, options=job.options, solver=job.solver, watch=watch), dataset, prepared)


def vary_dataset(dataset: Dataset, variant: Variant) -> Dataset:
    """Apply a variant to an area."""
    scenario = vary_scenario(dataset.scenario, variant)
    settlements = vary_settlements(dataset.settlements, variant, dataset.scenario.rules)
    return replace(dataset, scenario=scenario, settlements=settlements)


def measure_variant(plan: Plan, dataset: Dataset, prepared: PreparedArea) -> dict[str, Any]:
    """Measure people, kilometres, hours, fuel, money and shares in numbers that JSON knows."""
    scenario = dataset.scenario
    access = measure_access(plan, prepared)
    coverage = measure_coverage(access, weeks=plan.cycle.weeks, share_open=float(plan.figures["share_open"]))
    unserved = [account for account in plan.accounts if account.standing is Standing.UNSERVED]
    impossible = [account for account in unserved if account.reason is not None and account.reason.impossible]
    hromadas = [group for group in coverage.groups if group.level is Level.HROMADA and group.population]
    worst = max(hromadas, key=lambda group: (group.by_neither / group.population, group.hromada), default=None)
    return {
        "people_served": coverage.groups[0].by_bus,
        "settlements_served": plan.figures["settlements_served"],
        "people_sacrificed": coverage.groups[0].by_neither - sum(account.population for account in impossible),
        "people_impossible": sum(account.population for account in impossible),
        "share_need_served": plan.figures["share_need_served"],
        "share_open": plan.figures["share_open"],
        "minutes_per_100": coverage.groups[0].minutes_per_100,
        "worst_hromada": worst.hromada if worst and worst.by_neither else "",
        "worst_share": round(worst.by_neither / worst.population, 4) if worst else 0.0,
        "currency": scenario.money.currency,
        "prices_assumed": scenario.money.assumed,
        **asdict(measure_area_expense(plan, prepared)),
        "figures": dict(plan.figures),
        "status": plan.provenance.status,
    }


def find_done(job: Job, folder: Path) -> JobOutcome | None:
    """Find the result of a job that was done before; None if it was not finished, or of other inputs."""
    try:
        document = json.loads((folder / job.name / DONE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(document, dict) or document.get("digest") != job.digest:
        return None
    result = document.get("result")
    return JobOutcome(job.variant, result) if isinstance(result, dict) else None


def format_done(job: Job, result: Mapping[str, Any]) -> bytes:
    """Format the JSON file that says that a job is done; equal results give equal bytes."""
    document = {"digest": job.digest, "variant": asdict(job.variant), "result": dict(result)}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def explain_failure(job: Job, error: BibliobusError) -> JobOutcome:
    """Make the outcome of a job that could not be planned."""
    codes = ", ".join(sorted({finding.code for finding in error.findings}))
    return JobOutcome(job.variant, None, codes or type(error).__name__)


def _digest(digests: Mapping[str, str], variant: Variant, options: SearchOptions, solver: str) -> str:
    """Digest of everything a result depends on."""
    # Options once had this key, which was always empty here: with it, results that are on disk already stay good.
    told = {**asdict(options), "on_prepare": None}
    facts = [bibliobus.__version__, solver, asdict(variant), told, dict(sorted(digests.items()))]
    return f"sha256:{hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()}"


TOO_MANY_TO_CLOSE: Final = FindingKind(
    "too-many-to-close",
    Severity.ERROR,
    N_("{found} libraries cannot be closed: there are only {limit}."),
    N_("Give a smaller number with --close."),
)
TOO_MANY_TO_OPEN: Final = FindingKind(
    "too-many-to-open",
    Severity.ERROR,
    N_("{found} branches cannot be opened: only {limit} settlements have none."),
    N_("Give a smaller number with --open."),
)


@dataclass(frozen=True)
class Sited:
    """An area and what opening and closing branches changes there."""

    prepared: PreparedArea
    siting: Siting
    report: FindingReport


def site_area(path: Path, *, to_open: int = 0, to_close: int = 0, reach_m: int | None = None, seed: int = 1) -> Sited:
    """
    Tell what opening and closing so many branches, 0 or more, changes in an area.

    ``reach_m``: A library within this distance by road is within reach; None means the distance of the scenario.
    """
    if (path / FILE_NAME).is_file() or path.name == FILE_NAME:
        prepared, report = reopen_plan(path)[1], FindingReport()
    else:
        prepared, report = ready_area(path)
    old = sum(bool(site.library_id) for site in list_sites(prepared))
    new = len(list_sites(prepared)) - old
    wrong = [
        kind.at(Place(), found=found, limit=limit)
        for kind, found, limit in ((TOO_MANY_TO_CLOSE, to_close, old), (TOO_MANY_TO_OPEN, to_open, new))
        if found > limit
    ]
    if wrong:
        raise UsageError(*wrong)
    radius_m = prepared.dataset.scenario.rules.library_radius_m if reach_m is None else reach_m
    siting = site_branches(prepared, to_open=to_open, to_close=to_close, reach_m=radius_m, seed=seed)
    return Sited(prepared, siting, report)


def make_siting_report(sited: Sited, language: Language) -> Report:
    """Report of a siting in the reader's language."""
    return report_siting(sited.siting, build_area_view(sited.prepared.dataset, language, sited.prepared.network))


def render_siting(sited: Sited, kind: str, language: Language) -> bytes:
    """Siting as a file in one of `REPORT_FORMATS`; equal sitings give equal bytes."""
    return render_report(make_siting_report(sited, language), kind, language)
