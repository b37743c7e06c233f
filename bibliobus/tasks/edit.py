"""A plan in the planner's hands: why a settlement is not served, and what an edited timetable says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.domain.scenario import Lock
from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.findings import Finding, FindingKind, FindingReport, InputError, Place, Severity, UsageError
from bibliobus.inputs.files import FILE_LIMITS_MB, SCENARIO_FILE, TODAY_FILE, InputFile, read_file
from bibliobus.inputs.scenario.read import read_scenario
from bibliobus.plan.build import build_by_hand
from bibliobus.plan.day_sheet import read_edited
from bibliobus.plan.explain.reasons import tell_stories
from bibliobus.plan.names import spell_places
from bibliobus.plan.plan import Standing
from bibliobus.plan.store import FILE_NAME, format_plan
from bibliobus.plan.verify.evidence import gather_background, gather_evidence
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.tasks.areas import open_inputs, parse_inputs, ready_area, ready_dataset
from bibliobus.tasks.folders import write_file
from bibliobus.tasks.reopen import find_area, follow_plan, read_plan, reopen_plan
from bibliobus.words.language import N_, format_clock

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.inputs.area import Dataset
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.explain.reasons import Story
    from bibliobus.plan.plan import Plan

LARGEST_MB: Final = 20
WORKBOOK_SUFFIX: Final = ".xlsx"


def verify_workbook(path: Path, *, area: Path | None = None) -> tuple[Plan, PreparedArea, FindingReport]:
    """
    Verify an edited timetable workbook.

    Parameters
    ----------
    path
        ``timetable.xlsx`` of a plan folder, with times, places, rows or days changed by hand.
    area
        Folder of the inputs; None means those beside the workbook.

    Returns
    -------
    plan : Plan
        What the workbook says, with key figures and cost of its own.
    prepared : PreparedArea
        Its area made ready.
    report : FindingReport
        One error for each broken rule, with sheet and row; empty if every rule is kept.

    Raises
    ------
    InputError
        If the workbook or the inputs cannot be used.
    """
    file = read_file(path, path.name, LARGEST_MB)
    if isinstance(file, Finding):
        raise InputError(file)
    folder = area or find_area(path)
    prepared = _ready_workbook(path, folder, keep_cache=area is not None)
    language = prepared.dataset.scenario.language
    edited, findings = read_edited(file, gather_background(prepared))
    if FindingReport.of(findings).errors:
        raise InputError(*findings)
    plan = build_by_hand(prepared, edited.tours, language)
    broken = verify_plan(gather_evidence(plan, prepared)).findings
    return plan, prepared, FindingReport.of([*findings, *(edited.locate(finding) for finding in broken)])


def _ready_workbook(path: Path, folder: Path, *, keep_cache: bool) -> PreparedArea:
    """The area of a workbook; its cycle begins with the plan that lies beside, if that was made anew."""
    beside = path.parent / FILE_NAME
    inputs = open_inputs(folder)
    dataset, report = parse_inputs(inputs, area_id=folder.resolve().name, keep_cache=keep_cache)
    if beside.is_file():
        dataset = follow_plan(dataset, read_plan(beside), beside)
    return ready_dataset(dataset, report, inputs).prepared


def read_today(path: Path) -> InputFile:
    """
    Read a plan from which a search is to start: of a plan folder, its plan.json, or an edited timetable workbook.

    Raises InputError if there is no plan, or if the workbook cannot be understood; rules that it breaks stop nothing.
    """
    if path.suffix.casefold() == WORKBOOK_SUFFIX:
        plan, _, _ = verify_workbook(path)
    else:
        plan = read_plan(path / FILE_NAME if path.is_dir() else path)
    return InputFile(TODAY_FILE, format_plan(plan).encode())


WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

LOCKED_ALREADY: Final = FindingKind(
    "locked-already",
    Severity.NOTE,
    N_("{name} is locked in the scenario already; that lock was left as it is."),
    N_("Change it there, or delete it and take the locks over again."),
)
NO_LOCKS: Final = FindingKind(
    "no-locks",
    Severity.WARNING,
    N_("Nothing is marked in the column “Lock” of the first sheet."),
    N_("Write x beside a stop to keep its day, time and bus; day, time or bus to keep less."),
)


@dataclass(frozen=True)
class TakenLocks:
    """Locks that were taken over."""

    locks: tuple[Lock, ...]
    language: str
    report: FindingReport


def take_locks(area: Path, workbook: Path) -> TakenLocks:
    """
    Take the locks of an edited timetable over into scenario.toml, if any is new.

    It gets one more section for each of them; the rest stays letter by letter.
    """
    prepared, _ = ready_area(area)
    file = read_file(workbook, workbook.name, LARGEST_MB)
    scenario = read_file(area / SCENARIO_FILE, SCENARIO_FILE, FILE_LIMITS_MB[SCENARIO_FILE])
    unreadable = [one for one in (file, scenario) if isinstance(one, Finding)]
    if isinstance(file, Finding) or isinstance(scenario, Finding):
        raise InputError(*unreadable)
    language = prepared.dataset.scenario.language
    edited, findings = read_edited(file, gather_background(prepared))
    if FindingReport.of(findings).errors:
        raise InputError(*findings)
    names = spell_places(prepared.dataset)
    known = {lock.settlement_id for lock in prepared.dataset.scenario.locks}
    fresh = tuple(lock for lock in edited.locks if lock.settlement_id not in known)
    findings += [
        LOCKED_ALREADY.at(Place(SCENARIO_FILE), name=names[lock.settlement_id])
        for lock in edited.locks
        if lock.settlement_id in known
    ]
    if not edited.locks:
        findings.append(NO_LOCKS.at(Place(workbook.name)))
    if fresh:
        content = scenario.content.rstrip() + b"\n" + "".join(map(format_lock, fresh)).encode()
        _, problems = read_scenario(InputFile(SCENARIO_FILE, content))
        if FindingReport.of(problems).errors:
            raise InputError(*problems)
        write_file(area / SCENARIO_FILE, content, force=True)
    return TakenLocks(fresh, language, FindingReport.of(findings))


def format_lock(lock: Lock) -> str:
    """Format a lock as a section of a scenario, behind an empty line."""
    keys: dict[str, str | int | None] = {
        "settlement_id": lock.settlement_id,
        "weekday": None if lock.weekday is None else WEEKDAYS[lock.weekday],
        "week": lock.week,
        "time": None if lock.time_s is None else format_clock(lock.time_s),
        "bus": lock.bus_id,
    }
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items() if value is not None]
    return "\n".join(["", "[[locks]]", *lines, ""])


NOT_IN_PLAN: Final = FindingKind(
    "settlement-not-in-plan",
    Severity.ERROR,
    N_("The plan has no settlement “{value}”."),
    N_("Give a settlement_id of the settlements file, or a name as it stands in the plan."),
)
NAME_AMBIGUOUS: Final = FindingKind(
    "settlement-ambiguous",
    Severity.ERROR,
    N_("{count} settlements of the plan are called “{value}”: {ids}."),
    N_("Give the settlement_id of the one you mean."),
)


@dataclass(frozen=True)
class Explained:
    """A plan and what it does for settlements."""

    plan: Plan
    stories: tuple[Story, ...]


def explain_folder(
    path: Path, *, settlement: str | None = None, area: Path | None = None, watch: Watch = UNWATCHED
) -> Explained:
    """
    Explain a settlement by id or name, or (None) all that are not served: impossible ones first, then by residents.

    ``watch``: Told of stages, and asked whether to stop; then `Stopped` is raised.
    """
    plan, prepared = reopen_plan(path, area=area, watch=watch)
    return explain_plan(plan, prepared.dataset, settlement=settlement)


def explain_plan(plan: Plan, dataset: Dataset, *, settlement: str | None = None) -> Explained:
    """Explain a plan that is open, as `explain_folder`."""
    stories = tell_stories(plan, dataset)
    if settlement is not None:
        return Explained(plan, (_find_story(stories, settlement),))
    unserved = [story for story in stories if story.account.standing is Standing.UNSERVED]
    return Explained(plan, tuple(sorted(unserved, key=_rank)))


def _rank(story: Story) -> tuple[bool, int, str]:
    """Impossible ones first, then the biggest."""
    reason = story.account.reason
    return not (reason and reason.impossible), -story.account.population, story.account.settlement_id


def _find_story(stories: tuple[Story, ...], wanted: str) -> Story:
    """The settlement of that id, else of that name."""
    exact = [story for story in stories if story.account.settlement_id == wanted]
    named = [story for story in stories if wanted.casefold() in (story.name.uk.casefold(), story.name.en.casefold())]
    found = exact or named
    if not found:
        raise UsageError(NOT_IN_PLAN.at(Place(), value=wanted))
    if len(found) > 1:
        ids = ", ".join(story.account.settlement_id for story in found)
        raise UsageError(NAME_AMBIGUOUS.at(Place(), count=len(found), value=wanted, ids=ids))
    return found[0]
