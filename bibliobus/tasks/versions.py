"""Versions of a plan: a plan made anew keeps all that were before it, whole, and any of them can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.watch import UNWATCHED, Stage, Watch
from bibliobus.findings import Finding, FindingKind, InputError, Place, Severity, UsageError
from bibliobus.inputs.changes import read_changes
from bibliobus.inputs.files import CHANGES_FILES, MEANWHILE_FILE, SCENARIO_FILE, InputFile, digest_bytes
from bibliobus.inputs.scenario.read import read_scenario
from bibliobus.plan.compare.compare import choose_told
from bibliobus.plan.compare.steps import Side, find_differing_dates, tell_step
from bibliobus.plan.store import FILE_NAME, parse_plan
from bibliobus.tasks.compare import Compared, compare_folders, compare_prepared, render_comparison
from bibliobus.tasks.folders import check_output, write_folder
from bibliobus.tasks.history import keep_versions, name_version, read_history
from bibliobus.tasks.plan import AREA_FOLDER, render_papers
from bibliobus.tasks.reopen import (
    BASE_FOLDER,
    OpenPlan,
    judge_plan,
    open_plan_folder,
    read_plan,
    reopen_plan,
)
from bibliobus.tasks.replan_papers import render_told
from bibliobus.words.language import N_, Language
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.plan import Plan
    from bibliobus.tasks.history import History, KeptPlan
    from bibliobus.tasks.reopen import OpenPlan
    from bibliobus.words.text import Wording

_COMPARISON_FILE: Final = "comparison.html"

VERSION_UNKNOWN: Final = FindingKind(
    "version-unknown",
    Severity.ERROR,
    N_("The plan has no version {value}."),
    N_("Known versions: {known}."),
)
VERSION_IS_NOW: Final = FindingKind(
    "version-is-now",
    Severity.ERROR,
    N_("Version {value} is the plan as it is now; there is nothing to take back."),
    N_("Name an earlier version: {known}."),
)
VERSION_FIRST: Final = FindingKind(
    "version-first",
    Severity.ERROR,
    N_("No version of the plan comes before this one."),
    N_("A plan made anew by “bibliobus replan” keeps the one it comes from; give the folder of such a plan."),
)
VERSION_BROKEN: Final = FindingKind(
    "version-broken",
    Severity.ERROR,
    N_("The file is missing or was changed: version {number} was made from another one."),
    N_("Take the folder of the plan from an older copy; the other versions in it are not concerned."),
)
VERSION_INSIDE: Final = FindingKind(
    "version-inside",
    Severity.ERROR,
    N_("A version cannot be written into the folder of its own plan, nor around it."),
    N_("Choose another folder with -o, or the folder of the plan itself with --force."),
)

_LATEST_S: Final = 30_000_000_000
"""Seconds from 1970 to the year 2920; later ones some systems cannot put into the time of the place."""

FIRST_PLAN: Final = N_("first plan")
OLDEST_KEPT: Final = N_("oldest version that is kept")
BACK_TO: Final = N_("back to version {number}")
BROKEN: Final = N_("broken: {file}")
AFTER_BROKEN: Final = N_("after a broken version")


@dataclass(frozen=True)
class Version:
    """
    One version of a plan as people are told of it.

    Parameters
    ----------
    number
        1 for the oldest.
    parent
        Number of the version before it; None if none is kept.
    made
        When its plan was made; None if that is not known.
    facts
        What was planned anew, or that it is broken.
    first, last
        First and last date on which other tours are driven than by the version before it; None for the first if no
        tour is, and for the last if there is no end. The oldest begins with its cycle.
    findings
        Why it is broken; empty if it is not.
    """

    number: int
    parent: int | None
    made: datetime | None
    facts: tuple[Wording, ...]
    first: date | None
    last: date | None
    findings: tuple[Finding, ...] = ()

    def tell(self, language: Language) -> str:
        """Tell in one line what was planned anew."""
        return "; ".join(fact.render(language) for fact in self.facts)


@dataclass(frozen=True)
class VersionList:
    """Versions of a plan, the oldest first, at least one, and the language of the plan, empty if that is broken."""

    versions: tuple[Version, ...]
    language: str

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Why some of them are broken."""
        return tuple(finding for version in self.versions for finding in version.findings)


def list_versions(path: Path) -> VersionList:
    """
    List the versions of a plan, the oldest first and the plan as it is now last; each is read and none is verified.

    Parameters
    ----------
    path
        Folder of the plan, or its plan.json.

    Returns
    -------
    VersionList
        At least one; a broken one says so.

    Raises
    ------
    InputError
        If there is no plan.
    """
    history = _open_history(path)
    judged = [_judge(kept, history) for kept in history.plans]
    language = judged[-1].plan.language if isinstance(judged[-1], Side) else ""
    return VersionList(tuple(_describe(history, judged, at) for at in range(len(judged))), language)


def _open_history(path: Path) -> History:
    """Versions of a plan that must be there, whatever state it is in."""
    file = path / FILE_NAME if path.is_dir() else path
    if not file.is_file():
        read_plan(file)  # which says what is there instead
    return read_history(path)


def _judge(kept: KeptPlan, history: History) -> Side | tuple[Finding, ...]:
    """One version read, or why it is broken."""
    if kept.findings:
        return _place(kept, history, kept.findings)
    try:
        plan = parse_plan(kept.plan.decode("utf-8-sig"))
    except InputError as error:
        return _place(kept, history, error.findings)
    except UnicodeDecodeError:
        return _place(kept, history, [VERSION_BROKEN.at(Place(FILE_NAME), number=kept.number)])
    digests = {name: digest_bytes(content) for name, content in kept.area.items()} | dict(kept.big)
    known = plan.provenance.digests
    other = [name for name in sorted(known.keys() | digests.keys()) if known.get(name) != digests.get(name)]
    if other:
        places = (Place(f"{AREA_FOLDER}/{name}") for name in other)
        return _place(kept, history, [VERSION_BROKEN.at(place, number=kept.number) for place in places])
    return _make_side(kept, history, plan, digests)


def _make_side(kept: KeptPlan, history: History, plan: Plan, digests: Mapping[str, str]) -> Side | tuple[Finding, ...]:
    """Decisions and road changes of a version whose files are those it was made from."""
    decided = []
    for name in (SCENARIO_FILE, MEANWHILE_FILE):
        content = history.find(kept, name)
        scenario, findings = (None, []) if content is None else read_scenario(InputFile(SCENARIO_FILE, content))
        if scenario is None and (findings or name == SCENARIO_FILE):
            return _place(kept, history, findings or [VERSION_BROKEN.at(Place(name), number=kept.number)])
        decided.append(scenario)
    always, meanwhile = decided
    assert always is not None  # or it would have been told
    side = Side(plan, always.scenario, (), digests, meanwhile.scenario if meanwhile else None)
    changed = next((name for name in CHANGES_FILES if name in digests), None)
    if changed is None:
        return side
    changes, more = read_changes(InputFile(changed, history.find(kept, changed) or b"", always.encoding))
    return _place(kept, history, more) if changes is None else replace(side, changes=changes)


def _place(kept: KeptPlan, history: History, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings with the place of their files inside the folder of the plan."""
    at = "" if kept is history.now else f"{name_version(kept.number)}/"
    return tuple(replace(one, place=replace(one.place, file=f"{at}{one.place.file}")) for one in findings)


def _describe(history: History, judged: Sequence[Side | tuple[Finding, ...]], at: int) -> Version:
    """What people are told of a version."""
    kept, side = history.plans[at], judged[at]
    parent = history.plans[at - 1].number if at else None
    version = Version(kept.number, parent, _find_made(kept), (), None, None)
    if not isinstance(side, Side):
        return replace(version, facts=(Text(BROKEN, {"file": side[0].place.file}),), findings=side)
    before = judged[at - 1] if at else None
    if before is None:
        first = kept.number == 1 and kept.base is None
        return replace(version, facts=(Text(FIRST_PLAN if first else OLDEST_KEPT),), first=side.plan.cycle.first_day)
    if not isinstance(before, Side):
        return replace(version, facts=(Text(AFTER_BROKEN),), first=side.plan.holds_from)
    dates = find_differing_dates(before, side)
    return replace(version, facts=_tell(history, at, before, side), first=dates[0], last=dates[1])


def _find_made(kept: KeptPlan) -> datetime | None:
    """When a plan was made, to the second; a time that no computer of people can have had is none."""
    seconds = -1 if kept.made_ns is None else kept.made_ns // 10**9
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds) if 0 <= seconds < _LATEST_S else None


def _tell(history: History, at: int, before: Side, side: Side) -> tuple[Wording, ...]:
    """What a version was planned anew for, or which one was taken back."""
    plan, parent = history.plans[at].plan, history.plans[at - 1].plan
    alike = [] if plan == parent else [one.number for one in history.plans[: at - 1] if one.plan == plan]
    return (Text(BACK_TO, {"number": alike[-1]}),) if alike else tell_step(before, side)


@dataclass(frozen=True)
class Shown:
    """A version, and what changes with it for whom; None for the oldest."""

    version: Version
    plan: Plan
    compared: Compared | None


def show_version(path: Path, number: int | None) -> Shown:
    """Show what changed with a version; None is the plan as it is now."""
    history = _open_history(path)
    kept = _find_kept(history, history.now.number if number is None else number)
    at = history.plans.index(kept)
    judged: list[Side | tuple[Finding, ...]] = [_judge(one, history) for one in history.plans[: at + 1]]
    _stop_if_broken(judged[max(0, at - 1) :])
    version, file = _describe(history, judged, at), _find_file(kept)
    if not at:
        return Shown(version, read_plan(file), None)
    compared = compare_folders(_find_file(history.plans[at - 1]), file)
    return Shown(version, compared.new[0], compared)


def compare_versions(path: Path, old: int, new: int | None) -> Compared:
    """Compare two versions; None is the plan as it is now."""
    history = _open_history(path)
    pair = [_find_kept(history, number) for number in (old, history.now.number if new is None else new)]
    _stop_if_broken([_judge(kept, history) for kept in pair])
    return compare_folders(_find_file(pair[0]), _find_file(pair[1]))


def _find_kept(history: History, number: int) -> KeptPlan:
    """Version of a number."""
    for kept in history.plans:
        if kept.number == number:
            return kept
    raise UsageError(VERSION_UNKNOWN.at(Place(), value=number, known=_list_numbers(history.plans)))


def _list_numbers(plans: Sequence[KeptPlan]) -> str:
    """Numbers of versions with commas between."""
    return ", ".join(str(kept.number) for kept in plans)


def _find_file(kept: KeptPlan) -> Path:
    """Where the plan of a version lies that was read from a disk."""
    assert kept.file is not None
    return kept.file


def _stop_if_broken(judged: Sequence[Side | tuple[Finding, ...]]) -> None:
    """Stop with all that is broken."""
    findings = [finding for one in judged if not isinstance(one, Side) for finding in one]
    if findings:
        raise InputError(*findings)


@dataclass(frozen=True)
class Restored:
    """
    What came of taking a version back.

    Parameters
    ----------
    number
        The version that was taken back.
    plan
        Its plan.
    versions
        How many versions the folder has now, the restored one with them.
    compared
        What changes against the plan as it was; None if that is broken.
    findings
        Why the plan as it was could not be compared.
    """

    number: int
    plan: Plan
    versions: int
    compared: Compared | None
    findings: tuple[Finding, ...] = ()


def restore_version(
    path: Path, number: int | None, out: Path, *, force: bool = False, watch: Watch = UNWATCHED
) -> Restored:
    """
    Take a version of a plan back: its plan byte for byte, with all papers made again, and every version kept.

    Whoever was told otherwise is told of it as of a plan made anew: notices and changed visits lie beside the plan.

    The plan as it was is the newest of them, so that taking back can be taken back itself.

    Parameters
    ----------
    path
        Folder of the plan, or its plan.json.
    number
        The version; None for the one before the plan as it is now.
    out
        Folder to write; that of the plan itself may be replaced.
    force
        True if a folder that stands there may be replaced.
    watch
        Told of stages, and asked whether to stop before the papers are written.

    Returns
    -------
    Restored
        The plan, and what changes for whom.

    Raises
    ------
    UsageError
        If there is no such version, or the output is in the way.
    InputError
        If there is no plan, or the version is broken or breaks a rule.
    """
    check_output(out, force=force)
    history = _open_history(path)
    _check_place(path, out)
    kept = _choose(history, number)
    side = _judge(kept, history)
    _stop_if_broken([side])
    opened = open_plan_folder(_find_file(kept), watch=watch)
    watch.enter(Stage.CHECKING)
    broken = judge_plan(opened.plan, opened.prepared, watch).errors
    if broken:
        raise InputError(*broken)
    assert isinstance(side, Side)  # or it was broken
    compared, findings = _compare_with_now(history, opened, side)
    whole = watch.to_the_end()
    whole.enter(Stage.WRITING)
    files = render_papers(opened.plan, opened.prepared, opened.ready.inputs.contents, whole)
    files[FILE_NAME] = kept.plan  # byte for byte, also if another version of the program wrote it
    if kept.base is not None:
        files[f"{BASE_FOLDER}/{FILE_NAME}"] = kept.base
    if compared is not None:
        files |= {} if compared.comparison.same else render_told(compared)
        files[_COMPARISON_FILE] = render_comparison(compared, "html", Language(opened.plan.language))
    files |= keep_versions(history, files)
    write_folder(out, files, force=force, watch=whole, times_ns=history.times_ns)
    return Restored(kept.number, opened.plan, history.now.number + 1, compared, findings)


def _choose(history: History, number: int | None) -> KeptPlan:
    """Version to take back."""
    before = history.plans[:-1]
    if not before:
        raise UsageError(VERSION_FIRST.at(Place()))
    if number == history.now.number:
        raise UsageError(VERSION_IS_NOW.at(Place(), value=number, known=_list_numbers(before)))
    return before[-1] if number is None else _find_kept(history, number)


def _check_place(path: Path, out: Path) -> None:
    """Stop if a plan would be written into its own folder, or would replace a folder around it."""
    folder, place = (path if path.is_dir() else path.parent).resolve(), out.resolve()
    if place != folder and (place.is_relative_to(folder) or folder.is_relative_to(place)):
        raise UsageError(VERSION_INSIDE.at(Place()))


def _compare_with_now(history: History, opened: OpenPlan, side: Side) -> tuple[Compared | None, tuple[Finding, ...]]:
    """What changes against the plan as it is now; or why that cannot be said, which hinders nobody to take it back."""
    now = _judge(history.now, history)
    if not isinstance(now, Side):
        return None, now
    try:
        known = reopen_plan(_find_file(history.now))
        return _compare_from(find_differing_dates(now, side)[0], known, opened), ()
    except InputError as error:
        return None, error.findings


def _compare_from(begins: date | None, known: tuple[Plan, PreparedArea], opened: OpenPlan) -> Compared:
    """What changes for whom from the first date on which anything is driven otherwise; None if nothing is."""
    restored = (opened.plan, opened.prepared)
    if begins is None:
        return compare_prepared(known, restored)
    scenarios = known[1].dataset.scenario, opened.prepared.dataset.scenario
    compared = compare_prepared(known, restored, span=choose_told(known[0], opened.plan, begins, scenarios))
    # The plan says from when it held at first; it holds again from where the one between them differs.
    return replace(compared, comparison=replace(compared.comparison, holds_from=begins))


def list_version_facts(version: Version, language: Language) -> dict[str, Any]:
    """List a version as values that JSON knows."""
    return {
        "version": version.number,
        "parent": version.parent,
        "made": version.made.isoformat() if version.made else None,
        "label": version.tell(language),
        "from": version.first.isoformat() if version.first else None,
        "until": version.last.isoformat() if version.last else None,
    }
