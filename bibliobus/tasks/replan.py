"""Plan anew after a change with the fewest broken promises, and from which day that holds."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeVar

from bibliobus.domain.roads import RoadFile
from bibliobus.domain.watch import UNWATCHED, Stage, Watch
from bibliobus.findings import Finding, FindingKind, FindingReport, InputError, Place, Severity, UsageError
from bibliobus.inputs.area import AreaInputs, read_inputs
from bibliobus.inputs.files import (
    CHANGES_FILES,
    FILE_LIMITS_MB,
    MEANWHILE_FILE,
    NO_SUCH_FILE,
    SCENARIO_FILE,
    digest_files,
    name_changes,
    read_file,
)
from bibliobus.plan.cautions import find_idle_season
from bibliobus.plan.store import FILE_NAME
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.areas import parse_inputs
from bibliobus.tasks.dated import verify_whole
from bibliobus.tasks.folders import check_output
from bibliobus.tasks.remake import Remake
from bibliobus.tasks.reopen import find_area, open_plan_folder, read_base, read_plan
from bibliobus.tasks.replanned import Replanned, ReplanOrder
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bibliobus.tasks.reopen import OpenPlan

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


AREA_FOR_A_TIME: Final = FindingKind(
    "area-for-a-time",
    Severity.ERROR,
    N_("Other settlements, libraries, roads or requests hold for good, so that the new plan cannot end."),
    N_("Leave --until out; or give road changes and a scenario alone, which may hold for a time."),
)


@dataclass(frozen=True)
class ReplanFiles:
    """
    Files that a plan is made anew for, in the place of those of the plan.

    ``changes``: Road changes; None for no other roads.
    ``scenario``: Scenario; None for the same fleet, stops and rhythm.
    ``area``: Area as it is now: settlements, libraries, roads and all else; its cache of roads is used. None for what
        the plan was made from.
    """

    changes: Path | None = None
    scenario: Path | None = None
    area: Path | None = None


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
    now = read_inputs(files.area) if files.area is not None else None
    published = _open_published(path, files.area if now is not None and _is_same(path, now) else None, watch)
    wanted = read_wanted(published.ready.inputs if now is None else _keep_changes(now, published.ready.inputs), files)
    return replan(published, wanted, order, options=options, watch=watch)


def _check_order(order: ReplanOrder) -> None:
    """Stop if a plan would end before it begins."""
    begins = [day for day in (order.first, order.freeze) if day is not None]
    if order.until is not None and begins and order.until < max(begins):
        raise UsageError(REPLAN_DATES.at(Place(), last=order.until, first=max(begins)))


def _is_same(path: Path, now: AreaInputs) -> bool:
    """Whether an area has the files that the published plan was made from, but for road changes."""
    known = read_plan(path / FILE_NAME if path.is_dir() else path).provenance.digests
    found = digest_files(dict(now.files))
    return _leave_out(known) == _leave_out(found)


def _keep_changes(now: AreaInputs, published: AreaInputs) -> AreaInputs:
    """The files of an area as it is now; without a file of road changes those of the published plan hold on."""
    own = next((published.files[name] for name in CHANGES_FILES if name in published.files), None)
    return now if own is None or any(name in now.files for name in CHANGES_FILES) else now.with_changes(own)


def _open_published(path: Path, area: Path | None, watch: Watch) -> OpenPlan:
    """The published plan with its own road changes; of an area with the same files the cache of roads is used."""
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
            name = named(path) if os.path.lexists(path) else NO_SUCH_FILE.at(Place(), name=path.name)
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
        which is completed and checked to the end: dates with other road changes are repaired, too, but not searched on.
    """
    _check_order(order)
    watch.enter(Stage.CHECKING)
    broken = verify_whole(published.plan, published.prepared, watch).errors
    if broken:
        raise InputError(*broken)
    watch.enter(Stage.READING)
    roads, area_id = published.prepared.dataset.roads, published.plan.area_id
    keep_cache = isinstance(roads, RoadFile) and roads.cache is not None
    dataset, report = parse_inputs(wanted, area_id=area_id, keep_cache=keep_cache)
    before, now = published.ready.inputs.contents, wanted.contents
    same = _leave_out(before, SCENARIO_FILE) == _leave_out(now, SCENARIO_FILE)
    for_a_time = order.until is not None and before[SCENARIO_FILE] != now[SCENARIO_FILE]
    if order.until is not None and not same:
        raise UsageError(AREA_FOR_A_TIME.at(Place()))
    if for_a_time:
        idle = find_idle_season(dataset)
        wanted = _decide_for_a_time(published.ready.inputs, wanted)
        dataset, report = parse_inputs(wanted, area_id=area_id, keep_cache=keep_cache)
        report = FindingReport.of([*report.findings, *idle])
    options = options or SearchOptions()
    return Remake(published, dataset, report, wanted, order, same, for_a_time, options, watch).make()


def _decide_for_a_time(published: AreaInputs, wanted: AreaInputs) -> AreaInputs:
    """The published files with the road changes of now, and beside them the scenario of now, which will end."""
    changes = next((wanted.files[name] for name in CHANGES_FILES if name in wanted.files), None)
    return published.with_changes(changes).with_meanwhile(wanted.files[SCENARIO_FILE])


Content = TypeVar("Content", str, bytes)


def _leave_out(files: Mapping[str, Content], *names: str) -> dict[str, Content]:
    """All files by name but those of road changes, of what holds for a time, and some others."""
    others = {*CHANGES_FILES, MEANWHILE_FILE, *names}
    return {name: content for name, content in files.items() if name not in others}
