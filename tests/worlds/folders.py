"""Folders as values, to be compared and copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def read_folder(folder: Path) -> dict[str, bytes]:
    """Bytes of every file by its path inside the folder."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()
    }


def copy_folder(folder: Path, to: Path) -> Path:
    """Copy of a folder."""
    for name, content in read_folder(folder).items():
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        (to / name).write_bytes(content)
    return to
