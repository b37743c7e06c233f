"""Write files and folders whole or not at all."""

from __future__ import annotations

import os
import shutil
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bibliobus.errors import ToolError, UsageError
from bibliobus.findings import FindingKind, Place, Severity
from bibliobus.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

OUTPUT_EXISTS: Final = FindingKind(
    "output-exists",
    Severity.ERROR,
    N_("“{name}” exists already and is not empty."),
    N_("Choose another name with -o, or replace it with --force."),
)
OUTPUT_FAILED: Final = FindingKind(
    "output-failed",
    Severity.ERROR,
    N_("“{name}” could not be written: {problem}. What stood there before is unchanged."),
    N_("Close programs that hold files open there (such as Excel), check free space and rights, then try again."),
)

_PARTIAL: Final = ".bibliobus-partial-"
_REPLACED: Final = ".bibliobus-replaced-"
_OURS: Final = ("plan.json",)


def check_output(target: Path, *, force: bool) -> None:
    """
    Check that an output may be written, before any work is done for it.

    Parameters
    ----------
    target
        File or folder to write.
    force
        True if what stands there may be replaced.

    Raises
    ------
    UsageError
        If a file or a folder with something in it stands there and may not be replaced.
    """
    taken = target.is_file() or (target.is_dir() and any(target.iterdir()))
    if taken and not force:
        raise UsageError(OUTPUT_EXISTS.at(Place(), name=target.name))


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
        If the file exists and may not be replaced.
    ToolError
        If the disk or the rights do not allow it.
    """
    check_output(target, force=force)
    partial = target.with_name(_PARTIAL + target.name)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_synced(partial, content)
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise _failed(target, error) from error


def write_folder(target: Path, files: Mapping[str, bytes], *, force: bool) -> None:
    """
    Write a folder whole or not at all: built beside its final name and put in place by one rename.

    Parameters
    ----------
    target
        Folder to write; its parent is made when missing. Leftovers of a killed run are swept.
    files
        Bytes by path inside the folder, with forward slashes.
    force
        True if an existing folder may be replaced; one that holds no plan is kept
        beside it with ``-old`` behind its name.

    Raises
    ------
    UsageError
        If something stands there and may not be replaced.
    ToolError
        If the disk or the rights do not allow it; what stood there is unchanged.
    """
    check_output(target, force=force)
    target = target.absolute()  # so that "." and "dir/.." have a name and a parent
    partial, replaced = (target.with_name(prefix + target.name) for prefix in (_PARTIAL, _REPLACED))
    try:
        if replaced.exists() and not target.exists():
            replaced.rename(target)  # a run was killed between its two renames
        for leftover in (partial, replaced):
            shutil.rmtree(leftover, ignore_errors=True)
        for name, content in files.items():
            file = partial / name
            file.parent.mkdir(parents=True, exist_ok=True)
            _write_synced(file, content)
        _swap(partial, target, replaced)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise _failed(target, error) from error


def _swap(partial: Path, target: Path, replaced: Path) -> None:
    """Put the new folder in the place of the old one, which comes back if that fails."""
    if not target.exists():
        partial.rename(target)
        return
    aside = replaced if _is_ours(target) else find_free(target.with_name(f"{target.name}-old"))
    target.rename(aside)
    try:
        partial.rename(target)
    except OSError:
        aside.rename(target)
        raise
    shutil.rmtree(replaced, ignore_errors=True)


def _is_ours(target: Path) -> bool:
    """Whether a folder holds a plan, or nothing; anything else is kept aside, never deleted."""
    return target.is_dir() and (not any(target.iterdir()) or any((target / name).is_file() for name in _OURS))


def find_free(target: Path) -> Path:
    """
    Find a name that nothing has yet.

    Parameters
    ----------
    target
        The name wished for.

    Returns
    -------
    Path
        The name, or the first free one with ``-2``, ``-3``, … behind it.
    """
    numbered = (target.with_name(f"{target.name}-{number}") for number in count(2))
    return next(path for path in chain([target], numbered) if not path.exists())


def _write_synced(file: Path, content: bytes) -> None:
    """Write bytes and make sure they are on the disk."""
    with file.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _failed(target: Path, error: OSError) -> ToolError:
    """Error for people, without any path of the machine."""
    return ToolError(OUTPUT_FAILED.at(Place(), name=target.name, problem=error.strerror or type(error).__name__))
