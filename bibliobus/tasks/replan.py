"""
Plan anew after a change with the fewest broken promises, and from which day that holds.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.findings import (
    FindingKind,
    FindingReport,
    InfeasibleError,
    InputError,
    Place,
    Severity,
    ToolError,
    UsageError,
)
from bibliobus.inputs.changes import read_changes_file
from bibliobus.inputs.files import CHANGES_FILES, digest_files, read_files
from bibliobus.plan.names import spell_places
from bibliobus.plan.promises import assemble_kept, list_promises, make_prices, turn_plan
from bibliobus.plan.store import FILE_NAME, format_plan, parse_plan
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.solve.repair.repair import Repair
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.areas import ready_area
from bibliobus.tasks.compare import Compared, compare_cases
from bibliobus.tasks.folders import check_output
from bibliobus.tasks.plan import AREA_FOLDER, INPUTS_CHANGED
from bibliobus.tasks.reopen import INPUTS_DIFFER, reopen_plan
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from bibliobus.findings import Finding
    from bibliobus.model.area import Case
    from bibliobus.plan.plan import Plan
    from bibliobus.solve.repair.promises import Published
    from bibliobus.solve.repair.repair import Repaired
    from bibliobus.solve.repair.tours import Kept
    from bibliobus.solve.solver import Progress

NO_FIRST_DAY: Final = FindingKind(
    "first-day-not-found",
    Severity.ERROR,
    N_("The line with the first day of the cycle was not found, so the cycle cannot be moved to {day}."),
    N_("Write it as a line of its own in the table [cycle]: first_day = 2026-03-02."),
)
_FIRST_DAY: Final = re.compile(r"(\bfirst_day\s*=\s*)\d{4}-\d{2}-\d{2}")


def choose_start(plan: Plan, changes: Path | None, first: date | None) -> date:
    """
    Choose the Monday on which the cycle of the new plan begins.

    Parameters
    ----------
    plan
        The published plan; its timetable repeats.
    changes
        File of road changes; None for none.
    first
        First day of the new plan; None: the first day of the published one, or, if no change holds in its first
        cycle and some begin later, the day on which the first of them begins.

    Returns
    -------
    date
        A Monday, not before the first day of the published plan.
    """
    cycle = plan.cycle
    if first is None and changes is not None:
        last = cycle.date_of(cycle.weeks * WEEK_DAYS - 1)
        edits = read_changes_file(changes)[0] or ()
        later = [edit.valid_from for edit in edits if edit.valid_from is not None and edit.valid_from > last]
        if later and not any(edit.overlaps(cycle.first_day, last) for edit in edits):
            first = min(later)
    weeks = 0 if first is None else max(0, (first - cycle.first_day).days // WEEK_DAYS)
    return cycle.first_day + timedelta(days=weeks * WEEK_DAYS)


def next_cycle(plan: Plan, start: date, freeze: date | None) -> date:
    """
    Find the Monday of the week in which a freeze ends.

    Parameters
    ----------
    plan
        The published plan.
    start
        Monday on which the cycle of the new plan begins.
    freeze
        Date before which nothing may change; None for none.

    Returns
    -------
    date
        A Monday, not before the start.
    """
    return start if freeze is None else max(start, choose_start(plan, None, freeze))


def move_cycle(scenario: Path, start: date, spare: Path) -> Path:
    """
    Write a scenario whose cycle begins on another Monday.

    Parameters
    ----------
    scenario
        The scenario.
    start
        The Monday.
    spare
        Folder for the new file.

    Returns
    -------
    Path
        The new file; equal to the old one but for the first day of the cycle.

    Raises
    ------
    InputError
        If the line with the first day is not found.
    """
    text = scenario.read_bytes().decode("utf-8", errors="surrogateescape")
    moved, count = _FIRST_DAY.subn(rf"\g<1>{start.isoformat()}", text, count=1)
    if not count:
        raise InputError(NO_FIRST_DAY.at(Place(scenario.name), day=start))
    file = spare / "scenario.toml"
    file.write_bytes(moved.encode("utf-8", errors="surrogateescape"))
    return file


BASE_FOLDER: Final = "base"
"""Where a plan made anew keeps the plan it comes from."""

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
    What a plan is made anew for.

    Parameters
    ----------
    changes
        File of road changes that takes the place of those of the plan; None for no other roads.
    scenario
        Scenario that takes the place of that of the plan; None for the same fleet, stops and rhythm.
    first
        First day of the new plan; None: from the first day of the published one, or when a change begins.
    until
        Last day of the new plan, after which the published one holds again; None for no end.
    freeze
        Date before which visits stay as they are; None if none are frozen.
    improve
        True to make the plan cheaper, whatever that changes.
    area
        Area the plan was made from, whose cache of roads is used; None to read the inputs beside the plan.
    """

    changes: Path | None = None
    scenario: Path | None = None
    first: date | None = None
    until: date | None = None
    freeze: date | None = None
    improve: bool = False
    area: Path | None = None


@dataclass(frozen=True)
class Choice:
    """
    One way to go on: the fewer changes, the dearer.

    Parameters
    ----------
    name
        ``repair`` or ``improvement``.
    compared
        The plan and what it changes.
    chosen
        True for the plan that is written.
    """

    name: str
    compared: Compared
    chosen: bool


@dataclass(frozen=True)
class Replanned:
    """
    What planning anew gave.

    Parameters
    ----------
    compared
        The published and the new plan, and what changes for whom.
    order
        What it was made for.
    broken
        Published tours that could not be driven as announced.
    choices
        Ways to go on, the fewest changes first; the chosen one among them.
    holds_from
        First day on which the new plan holds.
    report
        Warnings and notes.
    files
        Inputs of the new plan by name.
    base
        The plan it comes from, as text.
    """

    compared: Compared
    order: ReplanOrder
    broken: int
    choices: tuple[Choice, ...]
    holds_from: date
    report: FindingReport
    files: dict[str, bytes]
    base: str

    @property
    def plan(self) -> Plan:
        """The new plan."""
        return self.compared.new[0]

    @property
    def case(self) -> Case:
        """The area of the new plan."""
        return self.compared.new[1]

    @property
    def nothing_to_do(self) -> bool:
        """Whether the new plan is the published one."""
        return self.compared.new[0] is self.compared.old[0]


def replan(
    path: Path,
    out: Path,
    order: ReplanOrder,
    *,
    options: SearchOptions | None = None,
    force: bool = False,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> Replanned:
    """
    Plan anew; nothing is written.

    Parameters
    ----------
    path
        Folder of the published plan, or its plan.json.
    out
        Folder that is to be written later.
    order
        What the plan is made anew for.
    options
        How long and how to search; None means the defaults.
    force
        True if a folder that stands there may be replaced.
    on_progress
        Called now and then.

    Returns
    -------
    Replanned
        The new plan, verified, and what it changes.

    Raises
    ------
    UsageError
        If the output is in the way or would replace the published plan, or the dates are reversed.
    InputError
        If the published plan or the changes cannot be used, with all findings.
    InfeasibleError
        If a locked visit is no longer possible.
    ToolError
        If the new plan breaks a rule, which is a fault of the tool.
    """
    options = options or SearchOptions()
    folder = (path if path.is_dir() else path.parent).resolve()
    if out.resolve() == folder or folder.is_relative_to(out.resolve()):
        raise UsageError(REPLAN_IN_PLACE.at(Place()))
    begins = [day for day in (order.first, order.freeze) if day is not None]
    if order.until is not None and begins and order.until < max(begins):
        raise UsageError(REPLAN_DATES.at(Place(), last=order.until, first=max(begins)))
    check_output(out, force=force)
    old, case = _open_published(path, folder, order)
    inputs = order.area or folder / AREA_FOLDER
    own = next((folder / AREA_FOLDER / name for name in CHANGES_FILES if (folder / AREA_FOLDER / name).is_file()), None)
    changes = order.changes or own
    with tempfile.TemporaryDirectory() as spare:
        start = choose_start(old, changes, order.first)
        folders = (inputs, folder, Path(spare))
        return _make(old, case, folders, replace(order, changes=changes), start, options, on_progress)


def _open_published(path: Path, folder: Path, order: ReplanOrder) -> tuple[Plan, Case]:
    """The published plan, which must keep every rule, and its area."""
    if order.area is None:
        old, case = reopen_plan(path)
    else:
        old = parse_plan((folder / FILE_NAME).read_text(encoding="utf-8-sig"))
        own = [folder / AREA_FOLDER / name for name in CHANGES_FILES]
        changes = next((file for file in own if file.is_file()), None)
        case, _ = ready_area(order.area, area_id=old.area_id, changes=changes)
        digests, known = case.dataset.digests, old.provenance.digests
        differ = [name for name in sorted({*digests, *known}) if digests.get(name) != known.get(name)]
        if differ:
            raise InputError(*(INPUTS_DIFFER.at(Place(name)) for name in differ))
    broken = verify_plan(gather_evidence(old, case)).errors
    if broken:
        raise InputError(*broken)
    return old, case


def _make(
    old: Plan,
    old_case: Case,
    folders: tuple[Path, Path, Path],
    order: ReplanOrder,
    start: date,
    options: SearchOptions,
    on_progress: Callable[[Progress], None],
) -> Replanned:
    """The new plan for a cycle that begins on a given day."""
    inputs, folder, spare = folders
    scenario = order.scenario or folder / AREA_FOLDER / "scenario.toml"
    if start != old.cycle.first_day or order.scenario is not None:
        scenario = move_cycle(scenario, start, spare)
    case, report = ready_area(
        inputs,
        area_id=old.area_id,
        keep_cache=order.area is not None,
        changes=order.changes,
        scenario=scenario,
        like=old_case,
    )
    turned = turn_plan(old, case)
    published, notes = _freeze(turned, case, order)
    later = next_cycle(old, start, order.freeze)
    if notes and order.first is None and later != start:
        return _make(old, old_case, folders, order, later, options, on_progress)
    repair = Repair(case.problem, published, make_prices(case.dataset.scenario.promises), options)
    files = _read_inputs(inputs, case, order.changes, scenario)
    unbroken = order.scenario is None and not verify_plan(gather_evidence(turned, case), turned=True).errors
    kept, ending = repair.run(on_progress, keep_all=order.scenario is None)
    repaired = repair.report(kept, ending)
    plan = _assemble(turned, case, repaired, options)
    kept_plan = (old, old_case) if unbroken and plan.tours == turned.tours else (plan, case)
    base = _read_base(folder, old)
    cheaper = _find_improvement(repair, kept, (old, old_case), (turned, case), base, options)
    choices = _list_choices((old, old_case), kept_plan, cheaper, improve=order.improve)
    chosen = next(choice.compared for choice in choices if choice.chosen)
    if chosen.new[0] is old:
        files = {name: file.content for name, file in read_files(folder / AREA_FOLDER)[0].items()}
    holds_from = max([day for day in (order.first, order.freeze) if day] or [chosen.new[0].cycle.first_day])
    findings = FindingReport.of([*report.findings, *notes])
    return Replanned(chosen, order, len(repaired.broken), choices, holds_from, findings, files, format_plan(base))


def _freeze(turned: Plan, case: Case, order: ReplanOrder) -> tuple[Published, list[Finding]]:
    """Promises with the days before the freeze date; tours of these days that are broken are told and not frozen."""
    published = list_promises(turned, case, frozen_before=order.freeze)
    if not published.frozen:
        return published, []
    trial = Repair(case.problem, published, make_prices(case.dataset.scenario.promises), SearchOptions(iterations=0))
    broken = [
        key
        for key, calls in sorted(published.orders.items(), key=lambda item: (item[0][1], item[0][0]))
        if key[1] in published.frozen and ((value := trial.times.value(key, calls)) is None or value.change)
    ]
    days = frozenset(day for _, day in broken)
    dates = [turned.cycle.date_of(day).isoformat() for day in sorted(days)]
    notes = [FROZEN_BROKEN.at(Place(), day=day) for day in dates]
    return replace(published, frozen=published.frozen - days), notes


def _assemble(turned: Plan, case: Case, repaired: Repaired, options: SearchOptions) -> Plan:
    """Verified plan of a repair."""
    lost = [at for at in repaired.solution.unserved if case.problem.visits[at].required]
    if lost:
        names = spell_places(case.dataset)
        keys = [case.demand.visits[at].settlement_id for at in lost]
        raise InfeasibleError(*(LOCK_BROKEN.at(Place(settlement_id=key), name=names[key]) for key in keys))
    plan = assemble_kept(turned, case, repaired.solution, options)
    broken = verify_plan(gather_evidence(plan, case)).errors
    if broken:
        raise ToolError(*broken)
    return plan


def _find_improvement(
    repair: Repair,
    kept: Kept,
    old: tuple[Plan, Case],
    now: tuple[Plan, Case],
    base: Plan,
    options: SearchOptions,
) -> tuple[Plan, Case] | None:
    """The cheapest plan that was found whatever it changes; None if it is not cheaper than the repaired one."""
    turned, case = now
    focus = repair.find_focus(kept, _list_faster(old[1], case))
    found: list[tuple[int, Plan]] = []
    if focus:
        better, ending = repair.run(lambda progress: None, improve_from=kept, focus=focus)
        if better.cost < kept.cost:
            found.append((better.cost, _assemble(turned, case, repair.report(better, ending), options)))
    if base != old[0]:
        found += _try_base(repair, kept.cost, base, case, options)
    return (min(found, key=lambda one: one[0])[1], case) if found else None


def _try_base(repair: Repair, limit: int, base: Plan, case: Case, options: SearchOptions) -> list[tuple[int, Plan]]:
    """The plan that the published one comes from, if it can be driven again and costs less than a limit."""
    again = turn_plan(base, case)
    home = Repair(case.problem, list_promises(again, case), repair.times.prices, SearchOptions(iterations=0))
    first, ending = home.run(lambda progress: None, keep_all=True)
    if home.broken or first.cost >= limit:
        return []
    return [(first.cost, _assemble(again, case, home.report(first, ending), options))]


def _list_faster(old: Case, new: Case) -> frozenset[int]:
    """Places to or from which some drive has become faster or possible."""
    import numpy as np

    places: set[int] = set()
    for one, two in zip(old.matrices, new.matrices, strict=False):
        if one.place_ids == two.place_ids:
            places.update(np.unique(np.argwhere(two.duration_s < one.duration_s)).tolist())
    return frozenset(places)


def _list_choices(
    old: tuple[Plan, Case], repaired: tuple[Plan, Case], cheaper: tuple[Plan, Case] | None, *, improve: bool
) -> tuple[Choice, ...]:
    """Ways to go on; the improvement is only chosen when it was asked for."""
    choices = [Choice("repair", compare_cases(old, repaired), chosen=cheaper is None or not improve)]
    if cheaper is not None:
        choices.append(Choice("improvement", compare_cases(old, cheaper), chosen=improve))
    return tuple(choices)


def _read_base(folder: Path, old: Plan) -> Plan:
    """The plan that a plan made anew comes from; the published one itself if it was not made anew."""
    file = folder / BASE_FOLDER / FILE_NAME
    return parse_plan(file.read_text(encoding="utf-8-sig")) if file.is_file() else old


def _read_inputs(inputs: Path, case: Case, changes: Path | None, scenario: Path | None) -> dict[str, bytes]:
    """Content of the input files by name, which must be what was planned."""
    files, _ = read_files(inputs, changes=changes, scenario=scenario)
    before, now = case.dataset.digests, digest_files(files)
    differ = [name for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)]
    if differ:
        raise InputError(*(INPUTS_CHANGED.at(Place(name)) for name in differ))
    return {name: file.content for name, file in files.items()}
