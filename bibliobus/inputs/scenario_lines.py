"""Lines of the keys of a TOML file, so that a finding can name the row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEY: Final = r"[A-Za-z0-9_-]+"
_TABLE: Final = re.compile(rf"\s*(\[\[?)\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*\]\]?\s*(?:#.*)?")
_PAIR: Final = re.compile(rf"\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*=")


@dataclass(frozen=True)
class KeyLines:
    """
    Where the keys of a TOML file stand.

    Parameters
    ----------
    file
        Name of the file.
    lines
        1-based line by path of the key, such as ``buses[2].shift``.
    """

    file: str
    lines: Mapping[str, int]

    def place(self, *path: str | int) -> Place:
        """
        Say where a key is.

        Parameters
        ----------
        *path
            Names of tables and keys, and 0-based numbers in arrays.

        Returns
        -------
        Place
            File, line and path; the line of what surrounds it if the key itself is not there.
        """
        shorter = (format_path(path[:length]) for length in range(len(path), 0, -1))
        row = next((self.lines[key] for key in shorter if key in self.lines), None)
        return Place(self.file, row, format_path(path))


def format_path(path: tuple[str | int, ...]) -> str:
    """
    Format the path of a key.

    Parameters
    ----------
    path
        Names of tables and keys, and 0-based numbers in arrays.

    Returns
    -------
    str
        Such as ``buses[2].shift`` for the second bus: people count from one.
    """
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def scan_lines(text: str, file: str) -> KeyLines:
    """
    Find the lines of the keys of a TOML file.

    Parameters
    ----------
    text
        The file, known to be valid TOML.
    file
        Its name.

    Returns
    -------
    KeyLines
        Keys that begin a line; those inside inline tables are found by what surrounds them.
    """
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    prefix, inside = "", ""
    for number, line in enumerate(text.split("\n"), 1):
        if not inside:
            prefix = _note_line(line, number, prefix, lines, counts)
        for quotes in ('"""', "'''"):
            if inside in ("", quotes) and line.count(quotes) % 2:
                inside = "" if inside else quotes
    return KeyLines(file, lines)


def _note_line(line: str, number: int, prefix: str, lines: dict[str, int], counts: dict[str, int]) -> str:
    """Path of the table that holds from this line on, its line or that of a key noted."""
    table = _TABLE.fullmatch(line)
    if table is None:
        pair = _PAIR.match(line)
        if pair is not None:
            lines.setdefault(f"{prefix}.{_plain(pair[1])}".removeprefix("."), number)
        return prefix
    prefix = _plain(table[2])
    if table[1] == "[[":
        counts[prefix] = counts.get(prefix, 0) + 1
        lines.setdefault(prefix, number)
        prefix = f"{prefix}[{counts[prefix]}]"
    lines.setdefault(prefix, number)
    return prefix


def _plain(key: str) -> str:
    """Dotted key without spaces."""
    return re.sub(r"\s", "", key)
