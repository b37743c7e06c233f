"""Which roads matter to whom, before any of them is closed; as a table, a workbook and a page with a map."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bibliobus.domain.audience import Audience
from bibliobus.domain.roads import AlongLine, ChangeKind, RoadChange
from bibliobus.domain.watch import UNWATCHED
from bibliobus.findings import FindingKind, InputError, Place, Severity
from bibliobus.model.area import build_problem
from bibliobus.network.changes.apply import ResolvedChange
from bibliobus.network.changes.effects import close_roads, draw_change, list_steps, measure_change
from bibliobus.network.network import hasten
from bibliobus.network.places import DEPOT_PREFIX, UNREACHABLE_S
from bibliobus.output.pages.drawings import draw_changes
from bibliobus.output.tables import render_report
from bibliobus.plan.compare.compare import compare_plans
from bibliobus.plan.promises import assemble_kept, list_promises, make_prices
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.solve.repair.repair import Repair
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.plan import show_plan
from bibliobus.tasks.reopen import reopen_plan
from bibliobus.view.area import build_area_view, gather_bare_ground
from bibliobus.view.tables import Block, Kind, PlaceName, Report, ReportColumn, ReportTable, translate_columns
from bibliobus.words.language import MINUTE_S, N_, NN_
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from bibliobus.model.area import PreparedArea
    from bibliobus.network.places import LatLon
    from bibliobus.output.pages.report import Drawing
    from bibliobus.plan.plan import Plan
    from bibliobus.words.language import Language

MOST_STRETCHES: Final = 400
"""So many stretches are closed on trial, the most used first."""

MOST_SHOWN: Final = 15
"""So many stretches are planned anew and shown."""

_QUICK: Final = SearchOptions(iterations=0)

NO_ROADS_TO_CLOSE: Final = FindingKind(
    "impact-without-roads",
    Severity.ERROR,
    N_("The plan has no drives, so there is no road to close on trial."),
    N_("Look at the plan: no settlement has a stop in it."),
)


@dataclass(frozen=True)
class Concerned:
    """One settlement that a closure would concern; its drive takes a minute or more longer, None if cut off."""

    settlement_id: str
    residents: int
    later_s: int | None


@dataclass(frozen=True)
class Stretch:
    """One stretch of road, called by number or name if it has one, and what its closure would mean."""

    label: str
    ends: tuple[str, str]
    length_m: int
    lines: tuple[tuple[LatLon, ...], ...]
    drives: int
    concerned: tuple[Concerned, ...]
    changed_visits: int
    lost_visits: int

    @property
    def cut_off(self) -> tuple[Concerned, ...]:
        """Settlements that could not be reached."""
        return tuple(one for one in self.concerned if one.later_s is None)

    @property
    def delayed(self) -> tuple[Concerned, ...]:
        """Settlements that would be reached later."""
        return tuple(one for one in self.concerned if one.later_s is not None)


@dataclass(frozen=True)
class Impact:
    """Which roads matter to whom."""

    plan: Plan
    prepared: PreparedArea
    stretches: tuple[Stretch, ...]


def measure_impact(path: Path) -> Impact:
    """
    Measure what the closure of each road that the plan uses would mean.

    Stretches used by the same drives are closed together, one after the other; those that cut off or delay the most
    residents are planned anew with the fewest changes.
    """
    plan, prepared = reopen_plan(path)
    broken = verify_plan(gather_evidence(plan, prepared)).errors
    if broken:
        raise InputError(*broken)
    prepared = replace(prepared, network=hasten(prepared.network))
    groups = _group_steps(plan, prepared)
    if not groups:
        raise InputError(NO_ROADS_TO_CLOSE.at(Place()))
    tried = [(_try_closure(prepared, steps), steps, drives) for steps, drives in groups]
    tried.sort(key=lambda one: (_weigh(one[0][0]), one[2]), reverse=True)
    stretches = (_describe(plan, prepared, *one) for one in tried[:MOST_SHOWN])
    found = sorted(stretches, key=lambda one: (_weigh(one.concerned), one.changed_visits, one.drives), reverse=True)
    return Impact(plan, prepared, tuple(found))


def _group_steps(plan: Plan, prepared: PreparedArea) -> list[tuple[tuple[int, ...], int]]:
    """Stretches used by the same drives, and how many drives that are; the most used first."""
    profiles = {bus.bus_id: bus.profile_id for bus in prepared.dataset.scenario.buses}
    count = Counter((profiles[tour.bus_id], leg.from_id, leg.to_id) for tour in plan.tours for leg in tour.legs)
    steps = list_steps(prepared.network, {p.profile_id: p for p in prepared.dataset.scenario.profiles}, sorted(count))
    users: dict[int, set[tuple[str, str, str]]] = {}
    for leg, driven in steps.items():
        for step in driven:
            users.setdefault(step >> 1, set()).add(leg)
    groups: dict[frozenset[tuple[str, str, str]], list[int]] = {}
    for road in sorted(users):
        groups.setdefault(frozenset(users[road]), []).append(road)
    found = [(tuple(roads), sum(count[leg] for leg in legs)) for legs, roads in groups.items()]
    return sorted(found, key=lambda one: (-one[1], one[0]))[:MOST_STRETCHES]


def _try_closure(prepared: PreparedArea, roads: Sequence[int]) -> tuple[tuple[Concerned, ...], PreparedArea]:
    """Settlements concerned by a closure, and the area with it."""
    steps = np.array([step for road in roads for step in (2 * road, 2 * road + 1)], dtype=np.int64)
    change = RoadChange("closed", ChangeKind.CLOSED, AlongLine(()))
    network = close_roads(prepared.network, prepared.dataset, ResolvedChange(change, steps))
    matrices = tuple(network.measure_travel(profile) for profile in prepared.dataset.scenario.profiles)
    problem = build_problem(prepared.dataset.scenario, prepared.demand, matrices)
    changed = replace(prepared, network=network, matrices=matrices, problem=problem)
    return tuple(_list_concerned(prepared, changed)), changed


def _list_concerned(prepared: PreparedArea, changed: PreparedArea) -> Iterator[Concerned]:
    """Settlements that are reached later or not at all, by the bus that gets there first."""
    before, after = (_measure_reach(one) for one in (prepared, changed))
    people = {visit.settlement_id: visit.population for visit in prepared.demand.visits}
    near = {one.settlement_id: one.population for one in prepared.demand.not_needed}
    found = []
    for key, residents in sorted({**people, **near}.items()):
        # Who has a library near waits for no bus, but is cut off all the same.
        later = after[key] >= UNREACHABLE_S or (key in people and after[key] - before[key] >= MINUTE_S)
        if before[key] < UNREACHABLE_S and later:
            later_s = None if after[key] >= UNREACHABLE_S else after[key] - before[key]
            found.append(Concerned(key, residents, later_s))
    yield from sorted(found, key=lambda one: (one.later_s is not None, -(one.later_s or 0), -one.residents))


def _measure_reach(prepared: PreparedArea) -> dict[str, int]:
    """Seconds from the nearest depot to each place and back, the longer of both."""
    best: dict[str, int] = {}
    for matrix in prepared.matrices:
        depots = [at for at, key in enumerate(matrix.place_ids) if key.startswith(DEPOT_PREFIX)]
        ways = np.minimum.reduce([np.maximum(matrix.duration_s[at], matrix.duration_s[:, at]) for at in depots])
        for key, seconds in zip(matrix.place_ids, ways.tolist(), strict=True):
            best[key] = min(best.get(key, UNREACHABLE_S), seconds)
    return best


def _weigh(concerned: Sequence[Concerned]) -> tuple[int, int]:
    """Residents cut off, then minutes of delay of all residents."""
    cut_off = sum(one.residents for one in concerned if one.later_s is None)
    return cut_off, sum(one.residents * one.later_s for one in concerned if one.later_s is not None)


def _describe(
    plan: Plan,
    prepared: PreparedArea,
    tried: tuple[tuple[Concerned, ...], PreparedArea],
    roads: Sequence[int],
    drives: int,
) -> Stretch:
    """A stretch with what the fewest changes after its closure would be."""
    concerned, changed = tried
    repair = Repair(
        changed.problem, list_promises(plan, changed), make_prices(prepared.dataset.scenario.promises), _QUICK
    )
    kept, ending = repair.run(UNWATCHED, keep_all=True)
    after = assemble_kept(plan, changed, repair.report(kept, ending).solution, _QUICK)
    comparison = compare_plans(plan, after, tolerance_s=prepared.dataset.scenario.promises.tolerance_s)
    steps = np.array([2 * road for road in roads], dtype=np.int64)
    resolved = ResolvedChange(RoadChange("closed", ChangeKind.CLOSED, AlongLine(())), steps)
    length_m, names = measure_change(prepared.network, resolved)
    lost = sum(visit.kind.value == "lost" for place in comparison.places for visit in place.visits)
    lines = draw_change(prepared.network, resolved)
    ends = _find_ends(prepared, lines)
    return Stretch(", ".join(names[:2]), ends, length_m, lines, drives, concerned, comparison.broken, lost)


def _find_ends(prepared: PreparedArea, lines: Sequence[Sequence[LatLon]]) -> tuple[str, str]:
    """Settlements nearest to where the lines begin and end; empty without lines."""
    if not lines:
        return "", ""
    settlements = prepared.dataset.settlements

    def nearest(point: LatLon) -> str:
        stretch = math.cos(math.radians(point[0]))
        return min(
            settlements,
            key=lambda one: (math.hypot(one.lat - point[0], (one.lon - point[1]) * stretch), one.settlement_id),
        ).settlement_id

    return nearest(lines[0][0]), nearest(lines[-1][-1])


TITLE: Final = N_("Roads that matter most if they are closed")
KIND: Final = N_("Which roads matter to whom, before any of them is closed")
COLUMNS: Final = (
    ReportColumn(N_("Road"), widest=30),
    ReportColumn(N_("Length, km"), Kind.KM),
    ReportColumn(N_("Cut off"), widest=40),
    ReportColumn(N_("Residents cut off"), Kind.WHOLE),
    ReportColumn(N_("Reached later"), widest=40),
    ReportColumn(N_("Residents reached later"), Kind.WHOLE),
    ReportColumn(N_("Changed visits"), Kind.WHOLE),
    ReportColumn(N_("Lost visits"), Kind.WHOLE),
    ReportColumn(N_("Drives that use it"), Kind.WHOLE),
)
MOST_NAMED: Final = 6
MORE: Final = NN_("and {count} more", "and {count} more")
LATER: Final = N_("{place} by {time}")
BETWEEN: Final = N_("{start} – {end}")
BESIDE: Final = N_("near {start}")
SHEET: Final = N_("Roads that matter")


def make_impact_report(impact: Impact, language: Language) -> Report:
    """Report with a row for each stretch, the one that matters most first."""
    view = show_plan(impact.plan, impact.prepared, Audience.PLANNER, language)
    names = view.names
    rows = tuple(
        (
            PlaceName(f"stretch-{at}", name_stretch(stretch, names, language)),
            stretch.length_m,
            _list_names([names[one.settlement_id] for one in stretch.cut_off], language),
            sum(one.residents for one in stretch.cut_off),
            _list_names([_tell(one, names, language) for one in stretch.delayed], language),
            sum(one.residents for one in stretch.delayed),
            stretch.changed_visits,
            stretch.lost_visits,
            stretch.drives,
        )
        for at, stretch in enumerate(impact.stretches)
    )
    table = ReportTable(
        language.gettext(SHEET), translate_columns(COLUMNS, language), (Block(rows),), landscape=True, name="changes"
    )
    return Report(
        title=view.title,
        kind=language.gettext(TITLE),
        area=view.area,
        lines=(language.gettext(KIND),),
        warnings=view.warnings,
        tables=(table,),
        facts={"roads": list_impact_facts(impact)},
    )


def name_stretch(stretch: Stretch, names: Mapping[str, str], language: Language) -> str:
    """Name a stretch."""
    start, end = (names.get(key, key) for key in stretch.ends)
    place = Text(BETWEEN if start != end else BESIDE, {"start": start, "end": end}).render(language)
    return f"{stretch.label}: {place}" if stretch.label else place


def render_impact(impact: Impact, kind: str, language: Language) -> bytes:
    """Impact as a file in one of `REPORT_FORMATS`; its page has a map."""
    report = make_impact_report(impact, language)
    return render_report(report, kind, language, _draw(impact, report, language) if kind == "html" else None)


def _draw(impact: Impact, report: Report, language: Language) -> Drawing:
    """Map of the page."""
    dataset, network = impact.prepared.dataset, impact.prepared.network
    view = build_area_view(dataset, language, network)
    hit = [(name_stretch(stretch, view.names, language), stretch.lines) for stretch in impact.stretches]
    return draw_changes(gather_bare_ground(view, dataset, network), hit, report, language)


def list_impact_facts(impact: Impact) -> list[dict[str, Any]]:
    """List the impact as values that JSON knows."""
    return [
        {
            "road": stretch.label,
            "length_m": stretch.length_m,
            "position": list(stretch.lines[0][0]) if stretch.lines else None,
            "drives": stretch.drives,
            "cut_off": [{"settlement": one.settlement_id, "residents": one.residents} for one in stretch.cut_off],
            "delayed": [
                {"settlement": one.settlement_id, "residents": one.residents, "later_s": one.later_s}
                for one in stretch.delayed
            ],
            "changed_visits": stretch.changed_visits,
            "lost_visits": stretch.lost_visits,
        }
        for stretch in impact.stretches
    ]


def _tell(one: Concerned, names: dict[str, str], language: Language) -> str:
    """Settlement and how much later it is reached."""
    words = {"place": names[one.settlement_id], "time": language.duration(one.later_s or 0)}
    return Text(LATER, words).render(language)


def _list_names(names: list[str], language: Language) -> str:
    """The first names, and how many more there are."""
    shown = names[:MOST_NAMED]
    if len(names) > MOST_NAMED:
        shown.append(language.ngettext(*MORE, len(names) - MOST_NAMED))
    return ", ".join(shown)
