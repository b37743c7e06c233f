"""Text of a scenario: the documented example with values of one's own, comments kept."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Setting: TypeAlias = str | int | float | date | list[str]

_HEADER: Final = re.compile(r"\[+([\w.]+)\]+")
_KEY: Final = re.compile(r"(?:# )?(\w+) = ")


@dataclass(frozen=True)
class _Block:
    """A table of a scenario: the lines from the comments above its header on."""

    table: str
    lines: tuple[str, ...]


def fill_scenario(example: str, tables: Mapping[str, Sequence[Mapping[str, Setting | None]]]) -> str:
    """
    Fill a documented scenario with values of one's own.

    Parameters
    ----------
    example
        A scenario in which every key stands below its explanation.
    tables
        Values by key for each table that differs from the example, ``""`` for the keys above all tables. A table of a
        list has as many entries as there are; the example explains the first. No entries take the table out, and None
        takes a key out.

    Returns
    -------
    str
        The scenario. What is not named stays as in the example.

    Raises
    ------
    KeyError
        If the example has no such table or key.
    """
    blocks = _split(example)
    missing = {table for table, entries in tables.items() if entries} - {block.table for block in blocks}
    if missing:
        raise KeyError(sorted(missing))
    filled: list[str] = []
    done: set[str] = set()
    for block in blocks:
        if block.table not in tables:
            filled += block.lines
        elif tables[block.table] and block.table not in done:
            done.add(block.table)
            filled += _fill_block(block, tables[block.table])
    return "\n".join(filled).rstrip("\n") + "\n"


def format_setting(value: Setting) -> str:
    """
    Format a value as TOML.

    Parameters
    ----------
    value
        Text, number, date or a list of texts.

    Returns
    -------
    str
        The value on one line.
    """
    if isinstance(value, date):
        return value.isoformat()
    # JSON's texts, numbers and lists of texts are TOML's too, but for the delete character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _split(example: str) -> list[_Block]:
    """Tables of the example in order, each with the comments above it."""
    blocks, table, lines = [], "", list[str]()
    for line in example.splitlines():
        header = _HEADER.fullmatch(line)
        if header:
            above = _count_comments(lines)
            blocks.append(_Block(table, tuple(lines[: len(lines) - above])))
            table, lines = header[1], lines[len(lines) - above :]
        lines.append(line)
    return [*blocks, _Block(table, tuple(lines))]


def _count_comments(lines: Sequence[str]) -> int:
    """Number of comment lines at the end that explain a table: two, or more, and no key among them."""
    count = 0
    for line in reversed(lines):
        if not line.startswith("#") or _KEY.match(line):
            break
        count += 1
    return count


def _fill_block(block: _Block, entries: Sequence[Mapping[str, Setting | None]]) -> Iterator[str]:
    """Lines of the first entry with its explanations, then those of the others without any."""
    first = dict(entries[0])
    for line in block.lines:
        key = _KEY.match(line)
        if key is None or key[1] not in first:
            yield line
        elif (value := first.pop(key[1])) is not None:
            yield f"{key[1]} = {format_setting(value)}"
        else:
            yield line if line.startswith("# ") else f"# {line}"
    if first:
        raise KeyError(f"{block.table}: {sorted(first)}")
    for entry in entries[1:]:
        yield f"[[{block.table}]]"
        yield from (f"{key} = {format_setting(value)}" for key, value in entry.items() if value is not None)
        yield ""
