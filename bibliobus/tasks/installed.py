"""Libraries that are installed, against the versions that bibliobus was tested with."""

from __future__ import annotations

import io
import re
import warnings
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata, resources
from pathlib import Path
from sys import base_prefix, prefix
from typing import TYPE_CHECKING, Any, Final

from bibliobus.libraries import read_version
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

PROGRAM: Final = "bibliobus"
TESTED_FILE: Final = "tested.txt"
HIDDEN: Final = "…"
LONGEST_PROBLEM: Final = 200

_LINE: Final = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[(?P<extras>[^\]]*)\])?\s*\(?(?P<needed>[^;()]*)\)?\s*(?:;(?P<marker>.*))?"
)
_FOLDERS: Final = re.compile(r"(?:\b[A-Za-z]:[\\/]+|(?<![\w.…])[\\/]+)(?:[^\\/\s:'\"<>|]+[\\/]+)*")

_HIDDEN_FOLDERS: Final = re.compile(HIDDEN + r"(?:[\\/]+[^\\/\s:'\"<>|]+)*[\\/]+")


class State(StrEnum):
    """How an installed version stands to the tested one."""

    TESTED = "tested"
    NEWER = "newer"
    OLDER = "older"
    MISSING = "missing"
    UNKNOWN = "unknown"


STATES: Final = {
    State.TESTED: N_("as tested"),
    State.NEWER: N_("newer than tested"),
    State.OLDER: N_("older than tested"),
    State.MISSING: N_("not installed"),
    State.UNKNOWN: N_("not known whether tested"),
}
"""Words for each state."""


@dataclass(frozen=True)
class InstalledLibrary:
    """
    A library that bibliobus stands on.

    ``version``: Version that is installed; None if it is not.
    ``tested``: Version that was tested on this kind of computer; None if none is known.
    ``direct``: True if bibliobus itself requires it, False if one of its libraries does.
    ``needed``: Versions that whoever requires it asks for, such as ``>=2.18``; may be empty.
    """

    name: str
    version: str | None
    tested: str | None
    state: State
    direct: bool
    needed: str
    requires: tuple[str, ...] = ()

    @property
    def too_old(self) -> bool:
        """Whether it is another version than those asked for."""
        reader = _load_reader()
        if reader is None or self.version is None or not self.needed:
            return False
        try:
            return not reader.specifiers.SpecifierSet(self.needed).contains(self.version, prereleases=True)
        except ValueError:
            return False


@dataclass(frozen=True)
class Requirement:
    """A line of a list of libraries: versions such as ``>=2.18`` and the condition under which it holds, or empty."""

    name: str
    extras: tuple[str, ...]
    needed: str
    marker: str


def read_tested() -> str:
    """Lines ``name==version ; marker`` that come with the program; empty if it came without them."""
    file = resources.files("bibliobus.tables") / TESTED_FILE
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def read_required() -> tuple[str, ...]:
    """Lines of the metadata that say what bibliobus requires; none if it runs without being installed."""
    return tuple(_require(PROGRAM))


def list_libraries(required: Iterable[str], tested: str) -> tuple[InstalledLibrary, ...]:
    """
    Libraries that bibliobus requires directly, then what they require, both sorted by name.

    ``required``: Lines of what bibliobus requires; if there are none, everything that was tested counts as required.
    """
    versions = {line.name: line.needed.removeprefix("==") for line in _parse_lines(tested.splitlines())}
    found: dict[str, InstalledLibrary] = {}
    waiting = [(line, True) for line in _parse_lines(required or versions)]
    for line, direct in waiting:
        if line.name in found:
            continue
        version, known = read_version(line.name), versions.get(line.name)
        inner = tuple(_parse_lines(_require(line.name), line.extras))
        requires = tuple(one.name for one in inner)
        found[line.name] = InstalledLibrary(
            line.name, version, known, _judge(version, known), direct, line.needed, requires
        )
        waiting += [(one, False) for one in inner]
    return tuple(sorted(found.values(), key=lambda library: (not library.direct, library.name)))


def find_causes(broken: Iterable[str], libraries: Iterable[InstalledLibrary]) -> frozenset[str]:
    """Names of broken libraries that are not broken by another one that they stand on: mend these, and all work."""
    requires = {library.name: library.requires for library in libraries}
    below = {name: _stand_on(name, requires) for name in broken}
    # Of libraries that stand on each other none is the cause alone, so all of them are named.
    return frozenset(
        name for name in below if not any(name not in below[other] for other in below[name] & below.keys())
    )


def attempt(check: Callable[[], object]) -> str | None:
    """Try whether something works; the problem on one line, without folders of this computer, None if it works."""
    # Some compiled libraries print a traceback of their own when what they need is broken.
    nowhere = io.StringIO()
    with warnings.catch_warnings(), redirect_stderr(nowhere), redirect_stdout(nowhere):
        warnings.simplefilter("ignore")
        try:
            check()
        except Exception as error:  # a library that is broken may raise anything, and telling what is the very purpose
            return _describe(error)
    return None


def hide_folders(text: str) -> str:
    """Leave only the last part of every path, since a folder may hold the name of a person."""
    roots = {str(root) for root in (Path.home(), Path.cwd(), Path(prefix), Path(base_prefix))} - {"/", "\\"}
    for root in sorted(roots, key=len, reverse=True):
        for spelled in (root, root.replace("\\", "\\\\"), root.replace("\\", "/")):
            text = text.replace(spelled, HIDDEN)
    return _FOLDERS.sub("", _HIDDEN_FOLDERS.sub("", text))


def _stand_on(name: str, requires: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Names of everything that a library stands on, itself left out."""
    waiting = list(requires.get(name, ()))
    for inner in waiting:
        waiting += [one for one in requires.get(inner, ()) if one not in waiting]
    return {*waiting} - {name}


def _describe(error: Exception) -> str:
    """Kind of an error and its first line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = hide_folders(": ".join([type(error).__name__, *lines[:1]]))
    return text if len(text) <= LONGEST_PROBLEM else f"{text[: LONGEST_PROBLEM - 1]}…"


def _require(name: str) -> list[str]:
    """Lines of what an installed distribution requires."""
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []


def _parse_lines(lines: Iterable[str], extras: tuple[str, ...] = ()) -> Iterator[Requirement]:
    """Lines that hold on this computer, with the extras asked for; comments are left out."""
    for text in lines:
        match = _LINE.fullmatch(text.partition("#")[0].strip())
        if match is None:
            continue
        name = re.sub(r"[-_.]+", "-", match["name"]).lower()
        wanted = tuple(extra.strip() for extra in (match["extras"] or "").split(",") if extra.strip())
        line = Requirement(name, wanted, match["needed"].strip(), (match["marker"] or "").strip())
        if any(_holds(line.marker, extra) for extra in ("", *extras)):
            yield line


def _holds(marker: str, extra: str) -> bool:
    """Whether a condition holds; without the library that reads them, only lines without one do."""
    if not marker:
        return True
    reader = _load_reader()
    try:
        return reader is not None and bool(reader.markers.Marker(marker).evaluate({"extra": extra}))
    except ValueError:
        return False


def _judge(version: str | None, tested: str | None) -> State:
    """How an installed version stands to the tested one."""
    if version is None:
        return State.MISSING
    if version == tested:
        return State.TESTED
    reader = _load_reader()
    if tested is None or reader is None:
        return State.UNKNOWN
    try:
        mine, theirs = reader.version.Version(version), reader.version.Version(tested)
    except ValueError:
        return State.UNKNOWN
    return State.TESTED if mine == theirs else State.NEWER if mine > theirs else State.OLDER


def _load_reader() -> Any:
    """The library that reads versions; None where it is missing or broken."""

    def load() -> None:
        import packaging.markers
        import packaging.specifiers
        import packaging.version

        loaded.append(packaging)

    loaded: list[Any] = []
    return None if attempt(load) else loaded[0]
