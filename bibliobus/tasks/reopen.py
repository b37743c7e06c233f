"""A published plan opened again with the inputs it was made from, and the dates that papers are made for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, DateSpan
from bibliobus.domain.watch import UNWATCHED, Stage, Watch
from bibliobus.findings import (
    Finding,
    FindingKind,
    FindingReport,
    InputError,
    Place,
    Severity,
    UsageError,
    explain_refusal,
)
from bibliobus.inputs.area import read_inputs, refuse_area
from bibliobus.inputs.files import (
    FILE_UNREADABLE,
    PLAN_FOLDER_OF_AREA,
    SCENARIO_FILE,
    TODAY_FILE,
    VERSIONS_FOLDER,
    digest_files,
    show_path,
)
from bibliobus.plan.build import check_retold
from bibliobus.plan.cautions import find_long_after
from bibliobus.plan.store import FILE_NAME, LARGEST_BYTES, PLAN_UNREADABLE, parse_plan
from bibliobus.tasks.areas import begin_on, parse_inputs, ready_dataset
from bibliobus.tasks.dated import end_changes, verify_whole
from bibliobus.view.reader import YEAR_DAYS, span_year
from bibliobus.words.language import N_, NN_
from bibliobus.words.text import Count, Number, Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from bibliobus.inputs.area import Dataset
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.plan import Plan
    from bibliobus.tasks.areas import ReadyArea

BASE_FOLDER: Final = "base"
"""Where a plan made anew keeps the plan it comes from."""

PLAN_MISSING: Final = FindingKind(
    "plan-missing",
    Severity.ERROR,
    N_("There is no plan in “{name}”."),
    N_("Give the folder that `plan` or `demo` wrote, or its plan.json."),
)
IS_AREA: Final = FindingKind(
    "is-area",
    Severity.ERROR,
    N_("“{name}” is an area, not a plan."),
    N_("Plan it first: “bibliobus plan {area} -o my-plan”; then give my-plan."),
)
PLAN_OF_AREA: Final = N_("Give the plan that was made from it: {plan}")
INPUTS_DIFFER: Final = FindingKind(
    "inputs-differ",
    Severity.ERROR,
    N_("The file is missing, or is not the one the plan was made from."),
    N_("Plan anew, put the old file back, or name other inputs on purpose with --area."),
)
TOO_BIG: Final = N_("it is bigger than {limit} MB")
NO_TEXT: Final = N_("it is not text in UTF-8")


def reopen_plan(path: Path, *, area: Path | None = None, watch: Watch = UNWATCHED) -> tuple[Plan, PreparedArea]:
    """
    Open a plan, not yet verified, with its inputs.

    ``area``: Folder of other inputs; None means those beside the plan, which must be the ones it was made from: the
        folder ``area`` or, for a plan that lies in an area itself, that area.
    """
    opened = open_plan_folder(path, area=area, watch=watch)
    return opened.plan, opened.prepared


@dataclass(frozen=True)
class OpenPlan:
    """
    A plan with its area and everything its folder is made of.

    Parameters
    ----------
    plan
        The plan as it stands in the file, not yet verified.
    ready
        Its area made ready, and the files of it.
    base
        The plan that a plan made anew comes from; None if it was not made anew, or nobody asked.
    """

    plan: Plan
    ready: ReadyArea
    base: Plan | None = None

    @property
    def prepared(self) -> PreparedArea:
        """The area made ready."""
        return self.ready.prepared


def open_plan_folder(
    path: Path,
    *,
    area: Path | None = None,
    changes: Path | None = None,
    same: bool = False,
    watch: Watch = UNWATCHED,
) -> OpenPlan:
    """
    Open a plan with its inputs, and keep the files of its area.

    Parameters
    ----------
    path
        Folder of the plan, or its file.
    area
        Folder of other inputs; None means those beside the plan, which must be the ones it was made from.
    changes
        File of road changes that takes the place of those of the area; None leaves them.
    same
        True to ask for the files the plan was made from also where another area is named.
    watch
        Told of stages, and asked whether to stop; then `Stopped` is raised.

    Returns
    -------
    OpenPlan
        The plan as it stands in the file, not yet verified, and its area made ready.

    Raises
    ------
    InputError
        If the plan or its area cannot be read, is refused or has errors, or its files are not those that are asked for.
    """
    watch.enter(Stage.READING)
    file = path / FILE_NAME if path.is_dir() else path
    plan = read_plan(file)
    watch.check()
    folder = area or find_area(file)
    inputs = read_inputs(folder, changes=changes)
    watch.check()
    if area is None or same:
        seen = (
            ""
            if area is not None
            else folder.relative_to(file.parent).as_posix()
            if folder.is_relative_to(file.parent)
            else folder.name
        )
        # A plan that lies in its area as what is driven today was not made from itself.
        files = {name: one for name, one in inputs.files.items() if folder / name != file}
        _compare_digests(plan, digest_files(files), seen)
    refused = refuse_area(folder)
    if refused is not None:
        raise InputError(refused)
    dataset, report = parse_inputs(inputs, area_id=plan.area_id, keep_cache=area is not None)
    return OpenPlan(plan, ready_dataset(follow_plan(dataset, plan, file), report, inputs, watch=watch))


def follow_plan(dataset: Dataset, plan: Plan, file: Path) -> Dataset:
    """
    Let the cycle of an area begin with a plan made anew, which may begin other weeks than its scenario says.

    Any other difference stays, for the checker to name it; `file` is where the plan was read.
    """
    days = (plan.cycle.first_day - dataset.scenario.cycle.first_day).days
    # A base plan that is no version is the cheaper plan without its periods, and was made anew itself.
    improved = file.parent.name == BASE_FOLDER and _find_version(file) is None
    anew = improved or (file.parent / BASE_FOLDER / FILE_NAME).is_file()
    dataset = replace(end_changes(dataset, plan), roads_on=plan.roads_on)
    return begin_on(dataset, plan.cycle.first_day) if anew and days % WEEK_DAYS == 0 else dataset


def read_base(path: Path) -> Plan | None:
    """Read the plan that a plan made anew comes from; None if it was not made anew."""
    file = (path if path.is_dir() else path.parent) / BASE_FOLDER / FILE_NAME
    return read_plan(file) if file.is_file() else None


def _compare_digests(plan: Plan, digests: Mapping[str, str], folder: str) -> None:
    """Stop if inputs are not those of the plan; the folder is named as seen from the plan."""
    known = plan.provenance.digests
    changed = [name for name in sorted(digests.keys() | known.keys()) if digests.get(name) != known.get(name)]
    if changed:
        raise InputError(*(INPUTS_DIFFER.at(Place((PurePosixPath(folder) / name).as_posix())) for name in changed))


def verify_folder(
    path: Path, *, area: Path | None = None, watch: Watch = UNWATCHED
) -> tuple[Plan, PreparedArea, FindingReport]:
    """
    Verify a plan folder.

    Parameters
    ----------
    path
        Plan folder, or its plan.json.
    area
        Folder of other inputs; None means those beside the plan.
    watch
        Told of stages, and asked whether to stop; then there is no verdict.

    Returns
    -------
    plan : Plan
        The plan.
    prepared : PreparedArea
        Its area made ready.
    report : FindingReport
        One error for each broken rule; empty if the plan keeps every rule. Where the checker finds none, the reasons
        are told once more and compared.

    Raises
    ------
    InputError
        If the plan or its inputs cannot be used.
    """
    plan, prepared = reopen_plan(path, area=area, watch=watch)
    watch.enter(Stage.CHECKING)
    return plan, prepared, judge_plan(plan, prepared, watch)


def judge_plan(plan: Plan, prepared: PreparedArea, watch: Watch = UNWATCHED) -> FindingReport:
    """Verify a plan that is open, and tell its reasons once more where the checker finds nothing."""
    report = verify_whole(plan, prepared, watch)
    return report if report.findings else FindingReport.of(check_retold(plan, prepared, watch))


def _find_version(file: Path) -> Path | None:
    """Area of the version that a base plan is, which has its inputs; None if no version is the same."""
    content = file.read_bytes() if file.is_file() and file.stat().st_size <= LARGEST_BYTES else b""
    for version in sorted(_find_versions(file).glob(f"*/{FILE_NAME}")):
        if version.stat().st_size == len(content) and version.read_bytes() == content:
            return version.parent / PLAN_FOLDER_OF_AREA
    return None


def _find_versions(file: Path) -> Path:
    """Folder of the versions beside the plan that a base plan belongs to, which may be a version itself."""
    folder = file.resolve().parent.parent
    return folder.parent if folder.parent.name == VERSIONS_FOLDER else folder / VERSIONS_FOLDER


def _find_improved(file: Path) -> Path | None:
    """Area of the plan with the inputs of a base plan that is no version: a cheaper plan was chosen to go on from."""
    beside = [file.resolve().parent.parent / FILE_NAME, *sorted(_find_versions(file).glob(f"*/{FILE_NAME}"))]
    found = ((_read_digests(one), one.parent / PLAN_FOLDER_OF_AREA) for one in beside)
    known = _read_digests(file)
    return next((area for digests, area in found if digests is not None and digests == known), None)


def _read_digests(file: Path) -> Mapping[str, str] | None:
    """Digests of the files that a plan was made from; None if it cannot be read."""
    try:
        return read_plan(file).provenance.digests
    except InputError:
        return None


def find_area(file: Path) -> Path:
    """Folder of the inputs of a plan: beside it, or the area that it lies in itself."""
    beside = file.parent / PLAN_FOLDER_OF_AREA
    if file.parent.name == BASE_FOLDER and not beside.is_dir():
        return _find_version(file) or _find_improved(file) or beside
    lies_in_area = not beside.is_dir() and (file.parent / SCENARIO_FILE).is_file()
    return file.parent if lies_in_area else beside


def _find_mistaken(file: Path) -> Finding | None:
    """That an area was given for a plan, and which plan it has or how one is made."""
    asked = file.parent if file.name == FILE_NAME else file
    area = file.parent
    given = file.name == SCENARIO_FILE or (file.name == FILE_NAME and not file.is_file())
    if not given or not (area / SCENARIO_FILE).is_file():
        return None
    outside = area.parent if area.name else area / ".."
    around = outside / FILE_NAME if area.resolve().name == PLAN_FOLDER_OF_AREA else area / TODAY_FILE
    kind = replace(IS_AREA, hint=PLAN_OF_AREA) if around.is_file() else IS_AREA
    plan = around.parent if around.name == FILE_NAME else around
    return kind.at(Place(), name=asked.resolve().name, area=show_path(area), plan=show_path(plan))


def read_plan(file: Path) -> Plan:
    """Read a plan from a file of bounded size."""
    if (mistaken := _find_mistaken(file)) is not None:
        raise InputError(mistaken)
    try:
        if not file.is_file():
            folder = file.resolve().parent
            raise InputError(PLAN_MISSING.at(Place(), name=folder.name if file.name == FILE_NAME else file.name))
        if file.stat().st_size > LARGEST_BYTES:
            raise InputError(
                PLAN_UNREADABLE.at(Place(file.name), problem=Text(TOO_BIG, {"limit": Number(LARGEST_BYTES // 2**20)}))
            )
        text = file.read_text(encoding="utf-8-sig")  # editors on Windows put a mark in front
    except UnicodeDecodeError as error:
        raise InputError(PLAN_UNREADABLE.at(Place(file.name), problem=Text(NO_TEXT))) from error
    except OSError as error:
        raise InputError(FILE_UNREADABLE.at(Place(file.name), problem=explain_refusal(error))) from error
    try:
        return parse_plan(text)
    except InputError as error:
        # The text does not know the name of its file, which people may choose.
        raise InputError(*(replace(one, place=replace(one.place, file=file.name)) for one in error.findings)) from error


SPAN_REVERSED: Final = FindingKind(
    "span-reversed",
    Severity.ERROR,
    N_("The papers are to end on {last}, before they begin on {first}."),
    N_("Give a date with --to that is not before the one of --from."),
)
SPAN_BEFORE_PLAN: Final = FindingKind(
    "span-before-plan",
    Severity.ERROR,
    N_("The papers are to end on {last}, but the plan begins on {day}."),
    N_("Give later dates with --from and --to."),
)
SPAN_TOO_LONG: Final = FindingKind(
    "span-too-long",
    Severity.ERROR,
    N_("From {first} to {last} it is more than {limit}."),
    N_("Give dates that lie nearer together; papers are best made for a year at most."),
)
FIRST_DAY_PAST: Final = FindingKind(
    "first-day-past",
    Severity.WARNING,
    N_("The cycle begins on {day}, which was {days} ago."),
    N_("Write a Monday that is still to come into first_day of [cycle], such as {monday}."),
)
PAPERS_PAST: Final = FindingKind(
    "papers-past",
    Severity.WARNING,
    N_("The papers begin on {day}, which was {days} ago."),
    N_("Give a date that is still to come with --from, such as {monday}, or plan again with a later first_day."),
)
AHEAD_DAYS: Final = 14
"""A plan is made at least two weeks ahead: stops must be told before the bus comes."""

DAYS: Final = NN_("{count} day", "{count} days")
MOST_DAYS: Final = 3 * YEAR_DAYS + 1


def choose_span(plan: Plan, first: date | None, last: date | None) -> DateSpan:
    """Choose the dates of papers: from the first day of the plan unless another is asked for, for a year."""
    first = first or plan.cycle.first_day
    span = DateSpan(first, last) if last else span_year(first)
    words = {"first": span.first.isoformat(), "last": span.last.isoformat()}
    if span.last < span.first:
        raise UsageError(SPAN_REVERSED.at(Place(), **words))
    if span.last < plan.cycle.first_day:
        raise UsageError(SPAN_BEFORE_PLAN.at(Place(), last=words["last"], day=plan.cycle.first_day.isoformat()))
    if span.last - span.first >= timedelta(days=MOST_DAYS):
        raise UsageError(SPAN_TOO_LONG.at(Place(), **words, limit=Count(*DAYS, MOST_DAYS)))
    return span


def judge_first_day(first_day: date, today: date) -> list[Finding]:
    """Judge whether a cycle that is to be planned begins in the past."""
    place = Place(SCENARIO_FILE, column="first_day")
    return _find_past(FIRST_DAY_PAST, place, first_day, today)


def judge_dates(plan: Plan, first: date | None, today: date) -> list[Finding]:
    """Judge the dates that papers are made for; None is the first day of the plan."""
    begin = first or plan.cycle.first_day
    return [*find_long_after(plan.cycle, begin), *_find_past(PAPERS_PAST, Place(), begin, today)]


def find_monday(today: date) -> date:
    """Find a first day for a plan begun today: the first Monday that is at least `AHEAD_DAYS` away."""
    soonest = today + timedelta(days=AHEAD_DAYS)
    return soonest + timedelta(days=-soonest.weekday() % 7)


def _find_past(kind: FindingKind, place: Place, first: date, today: date) -> list[Finding]:
    """Warning that dates begin before today."""
    if first >= today:
        return []
    days, monday = Count(*DAYS, (today - first).days), find_monday(today).isoformat()
    return [kind.at(place, day=first.isoformat(), days=days, monday=monday)]
