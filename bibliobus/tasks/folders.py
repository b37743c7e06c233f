"""Write files and folders whole or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.findings import FindingKind, Place, Severity, ToolError, UsageError, explain_refusal
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

OUTPUT_IS_SPECIAL: Final = FindingKind(
    "output-is-special",
    Severity.ERROR,
    N_("“{name}” is neither a file nor a folder but a device, and is never replaced."),
    N_("Choose another name with -o."),
)
OUTPUT_EXISTS: Final = FindingKind(
    "output-exists",
    Severity.ERROR,
    N_("“{name}” exists already and is not empty."),
    N_("Choose another name with -o, or replace it with --force."),
)
OUTPUT_FAILED: Final = FindingKind(
    "output-failed",
    Severity.ERROR,
    N_("“{name}” could not be written: {problem}. What was there before is unchanged."),
    N_("Close programs that hold files open there (such as Excel), check free space and rights, then try again."),
)

OUTPUT_IS_FOLDER: Final = FindingKind(
    "output-is-folder",
    Severity.ERROR,
    N_("“{name}” is a folder, but one file is to be written."),
    N_("Give the name of a file with -o."),
)
OUTPUT_IS_HERE: Final = FindingKind(
    "output-is-here",
    Severity.ERROR,
    N_("“{name}” is the folder you are in, or one around it; it cannot be replaced."),
    N_("Give another folder with -o, or go to a folder beside it first."),
)

_PARTIAL: Final = ".bibliobus-partial-"
_REPLACED: Final = ".bibliobus-replaced-"
_OUR_FILES: Final = ("plan.json", "published.json", "roads.osm.pbf")
"""A folder that holds one of them was written by us."""


def check_output(target: Path, *, force: bool) -> None:
    """Check that an output may be written, before any work is done for it; `force` if it may replace something."""
    place = target.resolve()
    try:
        aside = place.parent / (_REPLACED + place.name)
        killed = aside.exists() and not place.exists()  # what stood there waits beside its place
        taken = killed or place.is_file() or (place.is_dir() and any(place.iterdir()))
        here = place.is_dir() and Path.cwd().is_relative_to(place)
        special = place.exists() and not place.is_file() and not place.is_dir()
    except OSError as error:
        raise _failed(target, error) from error
    if special:
        raise UsageError(OUTPUT_IS_SPECIAL.at(Place(), name=_name(target)))
    if taken and not force:
        raise UsageError(OUTPUT_EXISTS.at(Place(), name=_name(target)))
    if here:
        raise UsageError(OUTPUT_IS_HERE.at(Place(), name=_name(target)))


def write_file(target: Path, content: bytes, *, force: bool) -> None:
    """
    Write a file whole or not at all.

    Parameters
    ----------
    target
        File to write; its folder is made when missing.
    content
        Bytes of the file.
    force
        True if an existing file may be replaced.

    Raises
    ------
    UsageError
        If the file exists and may not be replaced, or is a folder.
    ToolError
        If the disk or the rights do not allow it.
    """
    check_output(target, force=force)
    place = target.resolve()
    if place.is_dir():
        raise UsageError(OUTPUT_IS_FOLDER.at(Place(), name=_name(target)))
    partial = place.with_name(_PARTIAL + place.name)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _write_synced(partial, content)
        partial.replace(place)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise _failed(target, error) from error


def write_folder(
    target: Path,
    files: Mapping[str, bytes],
    *,
    force: bool,
    watch: Watch = UNWATCHED,
    times_ns: Mapping[str, int] | None = None,
) -> None:
    """
    Write a folder whole or not at all: built beside its final name and put in place by one rename.

    Parameters
    ----------
    target
        Folder to write; its parent is made when missing. Leftovers of a killed run are swept.
    files
        Bytes by path inside the folder, with forward slashes.
    force
        True if an existing folder may be replaced; one that is no plan, or holds anything beside
        the files of a plan, is kept beside it with ``-old`` behind its name.
    watch
        Told, and asked whether to stop, before every file; then nothing is put in place.
    times_ns
        Time of each file that was made earlier, by its path, in nanoseconds since 1970 as the disk keeps it; None if
        all are made now.

    Raises
    ------
    UsageError
        If something stands there and may not be replaced.
    ToolError
        If the disk or the rights do not allow it; what stood there is unchanged.
    """
    check_output(target, force=force)
    place = target.resolve()  # so that "dir/.." has a name and a parent, and a link leads to its folder
    partial, replaced = (place.with_name(prefix + place.name) for prefix in (_PARTIAL, _REPLACED))
    try:
        if replaced.exists() and not place.exists():
            replaced.rename(place)  # a run was killed between its two renames
        for leftover in (partial, replaced):
            if leftover.exists():
                shutil.rmtree(leftover)
        for name, content in files.items():
            watch.check()
            file = partial / name
            file.parent.mkdir(parents=True, exist_ok=True)
            _write_synced(file, content)
            if times_ns and name in times_ns:
                with suppress(OSError):  # a disk that keeps no times holds the plan all the same
                    os.utime(file, ns=(times_ns[name], times_ns[name]))
        _swap(partial, place, replaced, {name.partition("/")[0] for name in files})
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise _failed(target, error) from error
    except KeyboardInterrupt:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _swap(partial: Path, target: Path, replaced: Path, names: set[str]) -> None:
    """Put the new folder in the place of the old one, which comes back if that fails."""
    if not target.exists():
        partial.rename(target)
        return
    aside = replaced if _is_ours(target, names) else find_free(target.with_name(f"{target.name}-old"))
    target.rename(aside)
    try:
        partial.rename(target)
    except (OSError, KeyboardInterrupt):
        aside.rename(target)
        raise
    shutil.rmtree(replaced, ignore_errors=True)


def _is_ours(target: Path, names: set[str]) -> bool:
    """Whether a folder is empty, or a plan or roads and nothing else; anything else is kept aside, never deleted."""
    if not target.is_dir():
        return False
    entries = {entry.name for entry in target.iterdir()}
    return not entries or (not entries.isdisjoint(_OUR_FILES) and entries <= names)


def find_free(target: Path) -> Path:
    """A name that nothing has yet: the one given, or the first free one with ``-2``, ``-3``, … behind it."""
    numbered = (target.with_name(f"{target.name}-{number}") for number in count(2))
    return next(path for path in chain([target], numbered) if not path.exists())


def _write_synced(file: Path, content: bytes) -> None:
    """Write bytes and make sure they are on the disk."""
    with file.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _name(target: Path) -> str:
    """Name for people, also of “.” and of the root of a disk."""
    return target.resolve().name or str(target)


def _failed(target: Path, error: OSError) -> ToolError:
    """Error for people, without any path of the machine."""
    return ToolError(OUTPUT_FAILED.at(Place(), name=_name(target), problem=explain_refusal(error)))
