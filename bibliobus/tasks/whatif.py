"""What if: the same area with other numbers of buses, other cycles and longer stays, side by side."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import bibliobus
from bibliobus.domain.roads import RoadFile
from bibliobus.domain.variants import Variant, list_variants, vary_scenario, vary_settlements
from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.findings import BibliobusError, FindingKind, Place, Severity, UsageError
from bibliobus.model.area import prepare_area
from bibliobus.plan.measure.coverage import Level, measure_access, measure_coverage
from bibliobus.plan.measure.figures import measure_area_expense
from bibliobus.plan.plan import Standing
from bibliobus.solve.backends import DEFAULT_SOLVER
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.areas import ready_area
from bibliobus.tasks.plan import make_plan
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from bibliobus.inputs.area import Dataset
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.plan import Plan

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
    """
    What came of one job.

    ``result``: Figures by name, as `measure_variant` gives them; None if the job failed.
    ``problem``: Why it failed; empty if it did not.
    """

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
    List the jobs of a comparison.

    ``buses``: Numbers of buses; none means that of the scenario.
    ``weeks``: Lengths of the cycle; none means that of the scenario.
    ``min_dwell_s``: Shortest stays in seconds; none means those of the scenario.
    ``area_id``: Name of the area; None means the name of the folder.

    Returns one for each combination, sorted.
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
        tuple(buses) or (len(scenario.buses),), tuple(weeks) or (scenario.cycle.weeks,), tuple(min_dwell_s) or (0,)
    )
    if len(variants) > MOST_VARIANTS:
        raise UsageError(TOO_MANY_VARIANTS.at(Place(), found=len(variants), limit=MOST_VARIANTS))
    chosen = options or SearchOptions()
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
    prepared = prepare_area(dataset)
    return measure_variant(make_plan(prepared, options=job.options, solver=job.solver, watch=watch), dataset, prepared)


def vary_dataset(dataset: Dataset, variant: Variant) -> Dataset:
    """Apply a variant to an area."""
    scenario = vary_scenario(dataset.scenario, variant)
    settlements = vary_settlements(dataset.settlements, variant, dataset.scenario.rules)
    return replace(dataset, scenario=scenario, settlements=settlements)


def measure_variant(plan: Plan, dataset: Dataset, prepared: PreparedArea) -> dict[str, Any]:
    """
    Measure what a variant gives and takes.

    Returns people, kilometres, hours, fuel, money, shares; whole numbers and numbers that JSON knows.
    """
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
    """
    Find the result of a job that was done before.

    Returns None if it was not finished, or of other inputs.
    """
    try:
        document = json.loads((folder / job.name / DONE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(document, dict) or document.get("digest") != job.digest:
        return None
    result = document.get("result")
    return JobOutcome(job.variant, result) if isinstance(result, dict) else None


def format_done(job: Job, result: Mapping[str, Any]) -> bytes:
    """
    Format the file that says that a job is done.

    Returns JSON; equal results give equal bytes.
    """
    document = {"digest": job.digest, "variant": asdict(job.variant), "result": dict(result)}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def explain_failure(job: Job, error: BibliobusError) -> JobOutcome:
    """Make the outcome of a job that could not be planned."""
    codes = ", ".join(sorted({finding.code for finding in error.findings}))
    return JobOutcome(job.variant, None, codes or type(error).__name__)


def _digest(digests: Mapping[str, str], variant: Variant, options: SearchOptions, solver: str) -> str:
    """Digest of everything a result depends on."""
    facts = [bibliobus.__version__, solver, asdict(variant), asdict(options), dict(sorted(digests.items()))]
    return f"sha256:{hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()}"
