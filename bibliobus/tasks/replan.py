"""Plan anew after a change with the fewest broken promises, and from which day that holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.domain.roads import RoadFile
from bibliobus.domain.watch import UNWATCHED, Stage, Watch
from bibliobus.findings import (
    Finding,
    FindingKind,
    FindingReport,
    InfeasibleError,
    InputError,
    Place,
    Severity,
    ToolError,
    UsageError,
)
from bibliobus.inputs.area import AreaInputs
from bibliobus.inputs.files import CHANGES_FILES, FILE_LIMITS_MB, SCENARIO_FILE, name_changes, read_file
from bibliobus.plan.names import spell_places
from bibliobus.plan.promises import assemble_kept, list_promises, make_prices, turn_plan
from bibliobus.plan.store import FILE_NAME
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.solve.repair.repair import Repair
from bibliobus.solve.solver import Ending, SearchOptions
from bibliobus.tasks.areas import begin_on, parse_inputs, ready_dataset
from bibliobus.tasks.compare import Compared, compare_prepared
from bibliobus.tasks.folders import check_output
from bibliobus.tasks.reopen import find_area, open_plan_folder, read_base
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from bibliobus.domain.roads import RoadChange
    from bibliobus.inputs.area import Dataset
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.plan import Plan
    from bibliobus.solve.repair.promises import AnnouncedTimetable
    from bibliobus.solve.repair.repair import Repaired
    from bibliobus.solve.repair.tours import Kept
    from bibliobus.tasks.areas import ReadyArea
    from bibliobus.tasks.reopen import OpenPlan
    from bibliobus.words.text import Text


def choose_start(plan: Plan, edits: Sequence[RoadChange], first: date | None) -> date:
    """
    Choose the Monday on which the cycle of the new plan begins, not before the published one.

    That is the week of `first`; None means the first day of the published plan, or, if no change holds in its first
    cycle and some begin later, the day on which the first of them begins.
    """
    cycle = plan.cycle
    if first is None:
        last = cycle.date_of(cycle.weeks * WEEK_DAYS - 1)
        later = [edit.valid_from for edit in edits if edit.valid_from is not None and edit.valid_from > last]
        if later and not any(edit.overlaps(cycle.first_day, last) for edit in edits):
            first = min(later)
    weeks = 0 if first is None else max(0, (first - cycle.first_day).days // WEEK_DAYS)
    return cycle.first_day + timedelta(days=weeks * WEEK_DAYS)


def next_cycle(plan: Plan, start: date, freeze: date | None) -> date:
    """Find the Monday of the week in which a freeze ends, not before the start; no freeze ends with the start."""
    return start if freeze is None else max(start, choose_start(plan, (), freeze))


REPLAN_IN_PLACE: Final = FindingKind(
    "replan-in-place",
    Severity.ERROR,
    N_("The new plan would replace the published one."),
    N_("Choose another folder with -o; the published plan stays as it is."),
)
REPLAN_DATES: Final = FindingKind(
    "replan-dates-reversed",
    Severity.ERROR,
    N_("The last day, {last}, comes before {first}, when the new plan takes effect."),
    N_("Give a later --until, or an earlier --from or --freeze-until."),
)
FROZEN_BROKEN: Final = FindingKind(
    "frozen-tour-broken",
    Severity.WARNING,
    N_("The tour on {day} lies before the freeze date, but cannot be driven as announced with these changes."),
    N_("Tell the crew and the readers of this tour yourself; from the freeze date on the new plan holds."),
)
LOCK_BROKEN: Final = FindingKind(
    "locked-visit-lost",
    Severity.ERROR,
    N_("{name} must be visited by the scenario, but with these changes no tour can."),
    N_("Take the lock out of the scenario, or the change out of the file."),
)


@dataclass(frozen=True)
class ReplanOrder:
    """
    When a plan made anew holds, and how much may change for it.

    ``first``: First day of the new plan; None: from the first day of the published one, or when a change begins.
    ``until``: Last day of the new plan, after which the published one holds again; None for no end.
    ``freeze``: Date before which visits stay as they are; None if none are frozen.
    """

    first: date | None = None
    until: date | None = None
    freeze: date | None = None
    improve: bool = False


@dataclass(frozen=True)
class ReplanFiles:
    """
    Files that a plan is made anew for, in the place of those of the plan.

    ``changes``: Road changes; None for no other roads.
    ``scenario``: Scenario; None for the same fleet, stops and rhythm.
    ``area``: Area the plan was made from, whose cache of roads is used; None to read the inputs beside the plan.
    """

    changes: Path | None = None
    scenario: Path | None = None
    area: Path | None = None


@dataclass(frozen=True)
class Choice:
    """One way to go on: the fewer changes, the dearer."""

    name: str
    compared: Compared
    chosen: bool


@dataclass(frozen=True)
class Replanned:
    """
    What planning anew gave.

    ``broken``: Published tours that could not be driven as announced.
    ``choices``: Ways to go on, the fewest changes first; the chosen one among them.
    """

    compared: Compared
    order: ReplanOrder
    broken: int
    choices: tuple[Choice, ...]
    holds_from: date
    report: FindingReport
    ready: ReadyArea
    base: Plan

    @property
    def plan(self) -> Plan:
        """The new plan."""
        return self.compared.new[0]

    @property
    def prepared(self) -> PreparedArea:
        """The area of the new plan."""
        return self.compared.new[1]

    @property
    def holds_until(self) -> date | None:
        """Last date on which the new plan differs; None for good."""
        return self.order.until

    @property
    def applied(self) -> tuple[RoadChange, ...]:
        """Road changes that were applied."""
        return self.prepared.dataset.changes

    @property
    def not_applied(self) -> tuple[tuple[RoadChange, Text], ...]:
        """Road changes that were not applied, and why."""
        return ()

    @property
    def pieces(self) -> tuple[Replanned, ...]:
        """Pieces of the calendar."""
        return ()

    @property
    def nothing_to_do(self) -> bool:
        """Whether the new plan is the published one."""
        return self.compared.new[0] is self.compared.old[0]


def replan_folder(
    path: Path,
    out: Path,
    files: ReplanFiles,
    order: ReplanOrder,
    *,
    options: SearchOptions | None = None,
    force: bool = False,
    watch: Watch = UNWATCHED,
) -> Replanned:
    """Plan anew from the folder of a published plan, for files; nothing is written, but checked that `out` can be."""
    folder = (path if path.is_dir() else path.parent).resolve()
    if out.resolve() == folder or folder.is_relative_to(out.resolve()):
        raise UsageError(REPLAN_IN_PLACE.at(Place()))
    _check_order(order)
    check_output(out, force=force)
    published = _open_published(path, files.area, watch)
    wanted = read_wanted(published.ready.inputs, files)
    return replan(published, wanted, order, options=options, watch=watch)


def _check_order(order: ReplanOrder) -> None:
    """Stop if a plan would end before it begins."""
    begins = [day for day in (order.first, order.freeze) if day is not None]
    if order.until is not None and begins and order.until < max(begins):
        raise UsageError(REPLAN_DATES.at(Place(), last=order.until, first=max(begins)))


def _open_published(path: Path, area: Path | None, watch: Watch) -> OpenPlan:
    """The published plan with its own road changes; an area named for its cache must hold the same files."""
    if area is None:
        return replace(open_plan_folder(path, watch=watch), base=read_base(path))
    beside = find_area(path / FILE_NAME if path.is_dir() else path)
    own = next((beside / name for name in CHANGES_FILES if (beside / name).is_file()), None)
    opened = open_plan_folder(path, area=area, same=True, changes=own, watch=watch)
    return replace(opened, base=read_base(path))


def read_wanted(inputs: AreaInputs, files: ReplanFiles) -> AreaInputs:
    """Inputs of the published plan with the files that take the place of some."""
    findings: list[Finding] = []
    for path, named, put in (
        (files.changes, name_changes, AreaInputs.with_changes),
        (files.scenario, lambda path: SCENARIO_FILE, AreaInputs.with_scenario),
    ):
        if path is not None:
            name = named(path)
            file = name if isinstance(name, Finding) else read_file(path, name, FILE_LIMITS_MB[name])
            if isinstance(file, Finding):
                findings.append(file)
            else:
                inputs = put(inputs, file)
    if findings:
        raise InputError(*findings)
    return inputs


def replan(
    published: OpenPlan,
    wanted: AreaInputs,
    order: ReplanOrder,
    *,
    options: SearchOptions | None = None,
    watch: Watch = UNWATCHED,
) -> Replanned:
    """
    Plan anew: the published plan, which must keep every rule, is changed as little as the other inputs allow.

    ``wanted``: Files of the area as it is now: other road changes, or another scenario. They are kept as they are; the
        first day of the cycle is that of the new plan.
    ``watch``: Who stops before there is a repair is told `Stopped`; who stops later gets the repair as it is then,
        which is completed and checked to the end.
    """
    _check_order(order)
    watch.enter(Stage.CHECKING)
    broken = verify_plan(gather_evidence(published.plan, published.prepared, watch)).errors
    if broken:
        raise InputError(*broken)
    watch.enter(Stage.READING)
    roads = published.prepared.dataset.roads
    keep_cache = isinstance(roads, RoadFile) and roads.cache is not None
    dataset, report = parse_inputs(wanted, area_id=published.plan.area_id, keep_cache=keep_cache)
    start = choose_start(published.plan, dataset.changes, order.first)
    same_rules = wanted.files[SCENARIO_FILE].content == published.ready.inputs.files[SCENARIO_FILE].content
    remake = _Remake(published, dataset, report, wanted, order, same_rules, options or SearchOptions(), watch)
    return remake.make(start)


@dataclass(frozen=True)
class _Remake:
    """A plan to be made anew: the published one, the inputs as they are now, and how to go about it."""

    published: OpenPlan
    dataset: Dataset
    report: FindingReport
    wanted: AreaInputs
    order: ReplanOrder
    same_rules: bool
    options: SearchOptions
    watch: Watch

    def make(self, start: date) -> Replanned:
        """The new plan for a cycle that begins on a given day."""
        published, order, options = self.published, self.order, self.options
        old, old_prepared = published.plan, published.prepared
        dataset = begin_on(self.dataset, start)
        ready = ready_dataset(dataset, self.report, self.wanted, old_prepared, self.watch)
        prepared = ready.prepared
        turned = turn_plan(old, prepared)
        promised, notes = _freeze(turned, prepared, order)
        later = next_cycle(old, start, order.freeze)
        if notes and order.first is None and later != start:
            return self.make(later)
        repair = Repair(prepared.problem, promised, make_prices(prepared.dataset.scenario.promises), options)
        unbroken = (
            self.same_rules and not verify_plan(gather_evidence(turned, prepared, self.watch), turned=True).errors
        )
        self.watch.enter(Stage.SEARCHING)
        kept, ending = repair.run(self.watch, keep_all=self.same_rules)
        repaired = repair.report(kept, ending)
        whole = self.watch.to_the_end()
        whole.enter(Stage.CHECKING)
        plan = _assemble(turned, prepared, repaired, options, whole)
        kept_plan = (old, old_prepared) if unbroken and plan.tours == turned.tours else (plan, prepared)
        base = published.base or old
        cheaper = None
        if ending is not Ending.INTERRUPT:
            cheaper = self._find_cheaper(repair, kept, (turned, prepared), base)
        whole.enter(Stage.CHECKING)
        choices = _list_choices((old, old_prepared), kept_plan, cheaper, improve=order.improve)
        chosen = next(choice.compared for choice in choices if choice.chosen)
        area = published.ready if chosen.new[0] is old else ready
        holds_from = max([day for day in (order.first, order.freeze) if day] or [chosen.new[0].cycle.first_day])
        findings = FindingReport.of([*ready.report.findings, *notes])
        return Replanned(chosen, order, len(repaired.broken), choices, holds_from, findings, area, base)

    def _find_cheaper(
        self, repair: Repair, kept: Kept, now: tuple[Plan, PreparedArea], base: Plan
    ) -> tuple[Plan, PreparedArea] | None:
        """A cheaper plan; None if there is none, or who watches stops: the repair is there already."""
        old = self.published.plan, self.published.prepared
        try:
            self.watch.enter(Stage.SEARCHING)
            return _find_improvement(repair, kept, old, now, base, self)
        except KeyboardInterrupt:
            return None


def _freeze(turned: Plan, prepared: PreparedArea, order: ReplanOrder) -> tuple[AnnouncedTimetable, list[Finding]]:
    """Promises with the days before the freeze date; tours of these days that are broken are told and not frozen."""
    published = list_promises(turned, prepared, frozen_before=order.freeze)
    if not published.frozen:
        return published, []
    trial = Repair(
        prepared.problem, published, make_prices(prepared.dataset.scenario.promises), SearchOptions(iterations=0)
    )
    broken = [
        key
        for key, calls in sorted(published.orders.items(), key=lambda item: (item[0][1], item[0][0]))
        if key[1] in published.frozen and ((value := trial.times.value(key, calls)) is None or value.change)
    ]
    days = frozenset(day for _, day in broken)
    dates = [turned.cycle.date_of(day).isoformat() for day in sorted(days)]
    notes = [FROZEN_BROKEN.at(Place(), day=day) for day in dates]
    return replace(published, frozen=published.frozen - days), notes


def _assemble(turned: Plan, prepared: PreparedArea, repaired: Repaired, options: SearchOptions, watch: Watch) -> Plan:
    """Verified plan of a repair."""
    lost = [at for at in repaired.solution.unserved if prepared.problem.visits[at].required]
    if lost:
        names = spell_places(prepared.dataset)
        keys = [prepared.demand.visits[at].settlement_id for at in lost]
        raise InfeasibleError(*(LOCK_BROKEN.at(Place(settlement_id=key), name=names[key]) for key in keys))
    plan = assemble_kept(turned, prepared, repaired.solution, options, watch)
    broken = verify_plan(gather_evidence(plan, prepared, watch)).errors
    if broken:
        raise ToolError(*broken)
    return plan


def _find_improvement(
    repair: Repair,
    kept: Kept,
    old: tuple[Plan, PreparedArea],
    now: tuple[Plan, PreparedArea],
    base: Plan,
    remake: _Remake,
) -> tuple[Plan, PreparedArea] | None:
    """The cheapest plan that was found whatever it changes; None if it is not cheaper than the repaired one."""
    turned, prepared = now
    options, watch = remake.options, remake.watch
    # Who asked for the cheaper plan gets the best of it; else it is an offer that keeps nobody waiting.
    checking = watch.to_the_end() if remake.order.improve else watch
    focus = repair.find_focus(kept, _list_faster(old[1], prepared))
    found: list[tuple[int, Plan]] = []
    if focus:
        better, ending = repair.run(watch, improve_from=kept, focus=focus)
        if better.cost < kept.cost:
            found.append((better.cost, _assemble(turned, prepared, repair.report(better, ending), options, checking)))
    if base != old[0]:
        found += _try_base(repair, kept.cost, base, prepared, options, checking)
    return (min(found, key=lambda one: one[0])[1], prepared) if found else None


def _try_base(
    repair: Repair, limit: int, base: Plan, prepared: PreparedArea, options: SearchOptions, watch: Watch
) -> list[tuple[int, Plan]]:
    """The plan that the published one comes from, if it can be driven again and costs less than a limit."""
    again = turn_plan(base, prepared)
    home = Repair(prepared.problem, list_promises(again, prepared), repair.times.prices, SearchOptions(iterations=0))
    first, ending = home.run(watch, keep_all=True)
    if home.broken or first.cost >= limit:
        return []
    return [(first.cost, _assemble(again, prepared, home.report(first, ending), options, watch))]


def _list_faster(old: PreparedArea, new: PreparedArea) -> frozenset[int]:
    """Places to or from which some drive has become faster or possible."""
    import numpy as np

    places: set[int] = set()
    for one, two in zip(old.matrices, new.matrices, strict=False):
        if one.place_ids == two.place_ids:
            places.update(np.unique(np.argwhere(two.duration_s < one.duration_s)).tolist())
    return frozenset(places)


def _list_choices(
    old: tuple[Plan, PreparedArea],
    repaired: tuple[Plan, PreparedArea],
    cheaper: tuple[Plan, PreparedArea] | None,
    *,
    improve: bool,
) -> tuple[Choice, ...]:
    """Ways to go on; the improvement is only chosen when it was asked for."""
    choices = [Choice("repair", compare_prepared(old, repaired), chosen=cheaper is None or not improve)]
    if cheaper is not None:
        choices.append(Choice("improvement", compare_prepared(old, cheaper), chosen=improve))
    return tuple(choices)
