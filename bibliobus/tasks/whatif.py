"""
What if: other buses, cycles, rhythms, stays and hours, or branches opened and closed.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import bibliobus
from bibliobus.demand.visits import find_rhythm
from bibliobus.domain.roads import RoadFile
from bibliobus.domain.variants import (
    LONGEST_CYCLE,
    VARIANT_EXAMPLE,
    Hours,
    Variant,
    Wish,
    Wishes,
    list_variants,
    vary_scenario,
    vary_settlements,
)
from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.findings import BibliobusError, Finding, FindingKind, FindingReport, Place, Severity, UsageError
from bibliobus.inputs.tables.cells import parse_number
from bibliobus.model.area import prepare_area
from bibliobus.output.tables import render_report
from bibliobus.plan.measure.coverage import MONTH_WEEKS, Level, measure_access, measure_coverage
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
from bibliobus.words.language import DAY_S, HOUR_S, MINUTE_S, N_, NN_, format_clock, parse_clock
from bibliobus.words.text import Count, Duration, Rhythm

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

RESULT_KIND: Final = 2
"""Which figures a result has; results of another kind are not taken over."""

MOST_VARIANTS: Final = 200

TOO_MANY_VARIANTS: Final = FindingKind(
    "too-many-variants",
    Severity.ERROR,
    N_("These are {found} combinations, but at most {limit} are compared."),
    N_("Give fewer values to combine, or name the combinations with --variant."),
)
WEEKS: Final = NN_("{count} week", "{count} weeks")
RHYTHM_NOT_IN_CYCLE: Final = FindingKind(
    "rhythm-not-in-cycle",
    Severity.ERROR,
    N_("A visit {rhythm} is asked for in a cycle of {weeks}, which it does not divide."),
    N_("Leave the weeks of the cycle out, and the cycle becomes one that fits; or give others."),
)
STAY_NOT_ON_GRID: Final = FindingKind(
    "stay-not-on-grid",
    Severity.ERROR,
    N_("A stay of {stay} is asked for, but the times of the plan are multiples of {grid}."),
    N_("Give a multiple of that, or change rules.grid_min in the scenario."),
)
MORE_OFTEN: Final = FindingKind(
    "visits-more-often",
    Severity.WARNING,
    N_("In the cycle of {weeks}, which a visit {before} does not divide, {places} would be visited {after}."),
    N_("Give --rhythm-weeks: then the cycle becomes one that the rhythm divides."),
)
PLACES: Final = NN_("{count} settlement", "{count} settlements")


_IN_NAMES: Final = str.maketrans({":": None, "/": "-"})
"""What stands in the hours of a shift and may not stand in the name of a folder."""


SHIFT_UNREADABLE: Final = FindingKind(
    "shift-unreadable",
    Severity.ERROR,
    N_("The hours of a shift cannot be read: “{text}”."),
    N_("Write them as 07:00-18:00, or as 07:00-18:00/9.5 with the longest work of a day in hours."),
)
VARIANT_UNREADABLE: Final = FindingKind(
    "variant-unreadable",
    Severity.ERROR,
    N_("A variant cannot be read: “{text}”."),
    N_("Write what differs as “{example}”; these are known: {known}."),
)
KNOWN_VALUES: Final[Mapping[str, tuple[int, int]]] = {
    "buses": (1, 50),
    "cycle-weeks": (1, LONGEST_CYCLE),
    "min-dwell": (5, 600),
    "rhythm-weeks": (1, LONGEST_CYCLE),
    "dwell": (5, 600),
}
"""Whole numbers of a variant, with the least and the most that each may be; stays in minutes."""

SHIFT: Final = "shift"


def parse_shift(text: str) -> Hours:
    """Parse hours as `format_shift` writes them; raises UsageError if they are none."""
    span, _, work = text.strip().partition("/")
    try:
        start_s, end_s = (parse_clock(clock.strip()) for clock in span.split("-"))
        work_s = round(parse_number(work) * HOUR_S / MINUTE_S) * MINUTE_S if work else 0
    except ValueError:
        raise UsageError(SHIFT_UNREADABLE.at(Place(), text=text)) from None
    if not (0 <= start_s < end_s <= DAY_S and 0 <= work_s <= DAY_S) or (work and not work_s):
        raise UsageError(SHIFT_UNREADABLE.at(Place(), text=text))
    return Hours(start_s, end_s, work_s)


def parse_wish(text: str) -> Wish:
    """Parse a variant such as ``buses=3 rhythm-weeks=2``; raises UsageError if it is none."""
    known = [f"{name} {least}–{most}" for name, (least, most) in KNOWN_VALUES.items()]
    wrong = VARIANT_UNREADABLE.at(Place(), text=text, example=VARIANT_EXAMPLE, known=", ".join((*known, SHIFT)))
    pairs = [pair.partition("=")[::2] for pair in text.split()]
    told = dict(pairs)
    if not pairs or len(told) < len(pairs) or not told.keys() <= {*KNOWN_VALUES, SHIFT}:
        raise UsageError(wrong)
    shift = parse_shift(told.pop(SHIFT)) if SHIFT in told else None
    numbers = {}
    for name, digits in told.items():
        least, most = KNOWN_VALUES[name]
        if not (digits.isascii() and digits.isdigit() and least <= int(digits) <= most):
            raise UsageError(wrong)
        numbers[name] = int(digits) * (MINUTE_S if name in ("dwell", "min-dwell") else 1)
    return Wish(
        numbers.get("buses"),
        numbers.get("cycle-weeks"),
        numbers.get("min-dwell"),
        numbers.get("rhythm-weeks"),
        numbers.get("dwell"),
        shift,
    )


def format_shift(variant: Variant) -> str:
    """Format the hours of a variant as the command takes them, such as ``07:00-18:00/9.5``; empty if it has none."""
    if not variant.shift:
        return ""
    hours = variant.shift
    work = f"/{hours.work_s / HOUR_S:g}" if hours.work_s else ""
    return f"{format_clock(hours.start_s)}-{format_clock(hours.end_s)}{work}"


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
        one = self.variant
        parts = [f"buses-{one.buses}", f"weeks-{one.weeks}", f"stay-{one.min_dwell_s // MINUTE_S}"]
        parts += [f"rhythm-{one.rhythm_weeks}"] if one.rhythm_weeks else []
        parts += [f"dwell-{one.dwell_s // MINUTE_S}"] if one.dwell_s else []
        parts += [f"shift-{format_shift(one).translate(_IN_NAMES)}"] if one.shift else []
        return "_".join(parts)


@dataclass(frozen=True)
class JobOutcome:
    """What came of one job: figures by name, as `measure_variant` gives them, or None and why it failed."""

    variant: Variant
    result: Mapping[str, Any] | None
    problem: str = ""


def list_jobs(
    area: Path,
    wishes: Wishes,
    *,
    options: SearchOptions | None = None,
    solver: str = DEFAULT_SOLVER,
    area_id: str | None = None,
) -> tuple[Job, ...]:
    """
    List a job for each combination, sorted; where nothing is asked for the scenario counts.

    ``area_id``: Name of the area; None means the name of the folder.
    """
    prepared, _ = ready_area(area, area_id=area_id, keep_cache=area_id is None)
    return make_jobs(prepared.dataset, wishes, options=options, solver=solver)


def make_jobs(
    dataset: Dataset, wishes: Wishes, *, options: SearchOptions | None = None, solver: str = DEFAULT_SOLVER
) -> tuple[Job, ...]:
    """Make the jobs of a comparison from checked inputs, as `list_jobs`."""
    wanted = tuple(wishes.combine())
    _refuse(wanted, dataset)
    variants = list_variants(dataset.scenario, wanted)
    if len(variants) > MOST_VARIANTS:
        raise UsageError(TOO_MANY_VARIANTS.at(Place(), found=len(variants), limit=MOST_VARIANTS))
    # Variants are planned side by side, each with one thread.
    chosen = replace(options or SearchOptions(), workers=1)
    apart = _set_apart(dataset)
    return tuple(
        Job(apart, variant, chosen, solver, _digest(dataset.digests, variant, chosen, solver)) for variant in variants
    )


def _refuse(wanted: Iterable[Wish], dataset: Dataset) -> None:
    """Refuse what could only be planned as something else."""
    grid_s = dataset.scenario.rules.grid_s
    wrong: list[Finding] = []
    for wish in wanted:
        if not wish.fits:
            rhythm, weeks = Rhythm(wish.rhythm_weeks or 0), Count(*WEEKS, wish.weeks or 0)
            wrong.append(RHYTHM_NOT_IN_CYCLE.at(Place(), rhythm=rhythm, weeks=weeks))
        if (wish.dwell_s or 0) % grid_s:
            stay, grid = Duration(wish.dwell_s or 0), Duration(grid_s)
            wrong.append(STAY_NOT_ON_GRID.at(Place(), stay=stay, grid=grid))
    if wrong:
        raise UsageError(*(finding for at, finding in enumerate(wrong) if finding not in wrong[:at]))


def _set_apart(dataset: Dataset) -> Dataset:
    """Inputs for any process of this machine: imported roads are found from anywhere, and nobody writes beside them."""
    roads = dataset.roads
    return replace(dataset, roads=RoadFile(roads.path.resolve(), None)) if isinstance(roads, RoadFile) else dataset


def run_job(job: Job, watch: Watch = UNWATCHED) -> dict[str, Any]:
    """Plan one variant."""
    dataset = vary_dataset(job.dataset, job.variant)
    prepared = prepare_area(dataset, watch=watch)
    plan = make_plan(prepared, options=job.options, solver=job.solver, watch=watch)
    return {**measure_variant(plan, dataset, prepared), "more_often": _count_more_often(job.dataset, prepared)}


def _count_more_often(before: Dataset, prepared: PreparedArea) -> list[list[int]]:
    """Weeks between visits before and now, and how many settlements without a library near are visited more often."""
    settlements = {one.settlement_id: one for one in before.settlements}
    pairs = [
        (find_rhythm(settlements[visit.settlement_id], before.scenario.rules), visit.rhythm_weeks)
        for visit in prepared.demand.visits
    ]
    return [[*pair, count] for pair, count in sorted(Counter(pairs).items()) if pair[0] > pair[1]]


def warn_more_often(outcomes: Iterable[JobOutcome]) -> tuple[Finding, ...]:
    """Warn, once for each cycle, where a rhythm that nobody asked to change became a more frequent one."""
    found: dict[tuple[int, int, int], int] = {}
    for outcome in outcomes:
        if outcome.result is not None and not outcome.variant.rhythm_weeks:
            for before, after, count in outcome.result["more_often"]:
                found[outcome.variant.weeks, before, after] = count
    return tuple(
        MORE_OFTEN.at(
            Place(),
            weeks=Count(*WEEKS, weeks),
            before=Rhythm(before),
            places=Count(*PLACES, count),
            after=Rhythm(after),
        )
        for (weeks, before, after), count in sorted(found.items())
    )


def vary_dataset(dataset: Dataset, variant: Variant) -> Dataset:
    """Apply a variant to an area."""
    scenario = vary_scenario(dataset.scenario, variant)
    settlements = vary_settlements(dataset.settlements, variant, dataset.scenario.rules)
    return replace(dataset, scenario=scenario, settlements=settlements)


YEAR_MONTHS: Final = 12
YEAR_WEEKS: Final = MONTH_WEEKS * YEAR_MONTHS


def measure_variant(plan: Plan, dataset: Dataset, prepared: PreparedArea) -> dict[str, Any]:
    """Measure people, kilometres, hours, fuel, money and shares in numbers that JSON knows."""
    scenario = dataset.scenario
    access = measure_access(plan, prepared)
    coverage = measure_coverage(access, weeks=plan.cycle.weeks, share_open=float(plan.figures["share_open"]))
    unserved = [account for account in plan.accounts if account.standing is Standing.UNSERVED]
    impossible = [account for account in unserved if account.reason is not None and account.reason.impossible]
    expense = measure_area_expense(plan, prepared)
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
        **asdict(expense),
        "visits_year": round(plan.figures["visits"] / plan.cycle.weeks * YEAR_WEEKS),
        "year_bus_days": round(plan.figures["bus_days"] / plan.cycle.weeks * YEAR_WEEKS),
        "year_m": round(expense.week_m * YEAR_WEEKS),
        "year_money": None if expense.month_money is None else round(expense.month_money * YEAR_MONTHS),
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
    # Results before the second kind had no figures of a year.
    # Options once had this key, which was always empty here: with it, results that are on disk already stay good.
    told = {**asdict(options), "on_prepare": None}
    facts = [RESULT_KIND, bibliobus.__version__, solver, asdict(variant), told, dict(sorted(digests.items()))]
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
