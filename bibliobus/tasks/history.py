"""History of a plan: the folder of a plan made anew keeps those before it whole, and big files of theirs once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Place
from bibliobus.inputs.files import (
    FILE_LIMITS_MB,
    MEGABYTE,
    PLAN_FOLDER_OF_AREA,
    SHARED_FOLDER,
    SHARED_INDEX,
    SHARED_MISSING,
    SHARED_UNREADABLE,
    VERSIONS_FOLDER,
    InputFile,
    area_files,
    digest_bytes,
    find_shared,
    format_shared_index,
    name_file,
    name_shared,
    read_file,
    read_shared_index,
)
from bibliobus.plan.store import FILE_NAME, LARGEST_BYTES, format_plan
from bibliobus.tasks.reopen import BASE_FOLDER, find_area

if TYPE_CHECKING:
    from collections.abc import Mapping, Set
    from pathlib import Path

    from bibliobus.findings import Finding
    from bibliobus.tasks.reopen import OpenPlan

LARGE_BYTES: Final = 200_000
"""Bigger files are kept once for all versions: imported roads, not tables, which people should find where they look."""
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True)
class KeptPlan:
    """
    One version as a folder keeps it, byte for byte, not yet judged.

    Parameters
    ----------
    number
        1 for the oldest.
    file
        Where its plan lies; None if it lies nowhere yet.
    plan
        Content of its plan.json; empty if that cannot be read.
    base
        Content of the plan that it comes from by planning anew; None if it was not made anew.
    area
        Files of its area by name, but for big ones.
    big
        Digests of big files of its area by name, also of those that are not found.
    made_ns
        When its plan was made, in nanoseconds since 1970; None if that is not known.
    findings
        What could not be read.
    """

    number: int
    file: Path | None
    plan: bytes
    base: bytes | None
    area: Mapping[str, bytes]
    big: Mapping[str, str]
    made_ns: int | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class History:
    """Versions of a plan from the oldest to the plan as it is now, at least that one, and big files by digest."""

    plans: tuple[KeptPlan, ...]
    big: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def now(self) -> KeptPlan:
        """The plan as it is now."""
        return self.plans[-1]

    def find(self, kept: KeptPlan, name: str) -> bytes | None:
        """Content of a file of the area of a version; None if it has none, or it is lost."""
        return kept.area.get(name, self.big.get(kept.big.get(name, "")))

    @property
    def times_ns(self) -> dict[str, int]:
        """Times of the plans by their paths in the folder of a plan that follows."""
        return {f"{name_version(one.number)}/{FILE_NAME}": one.made_ns for one in self.plans if one.made_ns is not None}


def gather_versions(path: Path, child: Mapping[str, bytes]) -> dict[str, bytes]:
    """
    Gather what the folder of a plan that follows another one keeps of it and of all before it.

    Parameters
    ----------
    path
        Folder or file of the plan that comes before.
    child
        Files of the plan that follows, by path inside its folder; big ones of its area are not kept twice.

    Returns
    -------
    dict of str to bytes
        Files by path inside the folder of the plan that follows, all in ``versions``.
    """
    return keep_versions(read_history(path), child)


def find_times(path: Path) -> dict[str, int]:
    """Find the times for `write_folder` where a plan follows another one, of which this is the folder or the file."""
    return {f"{name_version(number)}/{FILE_NAME}": made for number, made in _list_times(path)}


def copy_times(path: Path) -> dict[str, int]:
    """Find the times for `write_folder` where a plan is copied as it is, with its versions."""
    *before, (_, now) = _list_times(path)
    return {**{f"{name_version(number)}/{FILE_NAME}": made for number, made in before}, FILE_NAME: now}


def _list_times(path: Path) -> list[tuple[int, int]]:
    """Number of each version with the time of its plan, the plan as it is now last."""
    return [(number, file.stat().st_mtime_ns) for number, file in _list_files(path) if file.is_file()]


def keep_versions(history: History, child: Mapping[str, bytes]) -> dict[str, bytes]:
    """Files that the folder of a plan keeps of those before it, as `gather_versions`."""
    here = {name: digest_bytes(content) for name, content in _list_big(child).items()}
    files: dict[str, bytes] = {}
    for kept in history.plans:
        at = name_version(kept.number)
        files[f"{at}/{FILE_NAME}"] = kept.plan
        if kept.base is not None:
            files[f"{at}/{BASE_FOLDER}/{FILE_NAME}"] = kept.base
        files |= {f"{at}/{PLAN_FOLDER_OF_AREA}/{name}": content for name, content in kept.area.items()}
        if kept.big:
            files[f"{at}/{PLAN_FOLDER_OF_AREA}/{SHARED_INDEX}"] = format_shared_index(kept.big)
        for name, digest in kept.big.items():
            if here.get(f"{PLAN_FOLDER_OF_AREA}/{name}") != digest and digest in history.big:
                files[f"{VERSIONS_FOLDER}/{SHARED_FOLDER}/{name_shared(digest)}"] = history.big[digest]
    return files


def _list_big(child: Mapping[str, bytes]) -> dict[str, bytes]:
    """Big files of the area of a plan folder."""
    inside = {name: content for name, content in child.items() if name.startswith(f"{PLAN_FOLDER_OF_AREA}/")}
    return {name: content for name, content in inside.items() if len(content) > LARGE_BYTES}


def name_version(number: int) -> str:
    """Folder of a version inside that of the plan."""
    return f"{VERSIONS_FOLDER}/{number}"


def read_history(path: Path) -> History:
    """Read a plan with all versions before it; whatever is broken in them is kept as it is."""
    big: dict[str, bytes] = {}
    return History(tuple(_read_kept(number, file, big) for number, file in _list_files(path)), big)


def extend_history(opened: OpenPlan, before: History | None = None) -> History:
    """Make the history of a plan that was not written yet, behind that of the plan before it, if there is one."""
    area, digests, big = _part({name: one.content for name, one in opened.ready.inputs.files.items()})
    base = None if opened.base is None else format_plan(opened.base).encode()
    plans, number = ((), 1) if before is None else (before.plans, before.now.number + 1)
    kept = KeptPlan(number, None, format_plan(opened.plan).encode(), base, area, digests)
    return History((*plans, kept), {**({} if before is None else before.big), **big})


def _list_files(path: Path) -> list[tuple[int, Path]]:
    """Number and plan.json of each version, the plan itself last; of a plan that is a version, those before it."""
    file = path / FILE_NAME if path.is_dir() else path
    folder = file.resolve().parent
    own = int(folder.name) if folder.parent.name == VERSIONS_FOLDER and _NUMBER.fullmatch(folder.name) else None
    versions = folder.parent if own else folder / VERSIONS_FOLDER
    entries = versions.iterdir() if versions.is_dir() else ()
    numbers = sorted(int(one.name) for one in entries if _NUMBER.fullmatch(one.name) and one.is_dir())
    before = [number for number in numbers if own is None or number < own]
    last = own or (before[-1] + 1 if before else 1)
    return [*((number, versions / str(number) / FILE_NAME) for number in before), (last, file)]


def _read_kept(number: int, file: Path, big: dict[str, bytes]) -> KeptPlan:
    """One version; its big files go to those of all versions."""
    findings: list[Finding] = []
    plan = _read(file, FILE_NAME, LARGEST_BYTES // MEGABYTE, findings) or b""
    beside = file.parent / BASE_FOLDER / FILE_NAME
    base = (
        _read(beside, f"{BASE_FOLDER}/{FILE_NAME}", LARGEST_BYTES // MEGABYTE, findings) if beside.is_file() else None
    )
    folder = find_area(file)
    names = [(name_file(folder, path), path) for path in area_files(folder)]
    read = {name: _read(path, f"{folder.name}/{name}", FILE_LIMITS_MB[name], findings) for name, path in names}
    area, digests, contents = _part({name: content for name, content in read.items() if content is not None})
    big |= {digest: content for digest, content in contents.items() if digest not in big}
    digests |= _read_shared(folder, read.keys(), big, findings)
    made_ns = file.stat().st_mtime_ns if file.is_file() else None
    return KeptPlan(number, file, plan, base, area, digests, made_ns, tuple(findings))


def _read(path: Path, name: str, limit_mb: int, findings: list[Finding]) -> bytes | None:
    """Content of a file; None, with a finding, if it cannot be read."""
    file = read_file(path, name, limit_mb)
    if isinstance(file, InputFile):
        return file.content
    findings.append(file)
    return None


def _part(contents: Mapping[str, bytes]) -> tuple[dict[str, bytes], dict[str, str], dict[str, bytes]]:
    """Files by name, digests of big ones by name, and these by digest."""
    large = {name: content for name, content in contents.items() if len(content) > LARGE_BYTES}
    digests = {name: digest_bytes(content) for name, content in large.items()}
    small = {name: content for name, content in contents.items() if name not in large}
    return small, digests, {digests[name]: content for name, content in large.items()}


def _read_shared(folder: Path, own: Set[str], big: dict[str, bytes], findings: list[Finding]) -> dict[str, str]:
    """Digests of the files of an area that are shared, by name; their contents go to those of all versions."""
    index = read_shared_index(folder)
    if index is None:
        findings.append(SHARED_UNREADABLE.at(Place(f"{folder.name}/{SHARED_INDEX}")))
    shared = {name: digest for name, digest in (index or {}).items() if name not in own}
    for name, digest in shared.items():
        found = None if digest in big else find_shared(folder, name, digest)
        if found is not None:
            big[digest] = found.content
        elif digest not in big:
            findings.append(SHARED_MISSING.at(Place(f"{folder.name}/{name}")))
    return shared
