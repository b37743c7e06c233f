"""Ids of rows: there, unique, and free for use by the network."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Severity
from bibliobus.inputs.cells import MAX_ID, RESERVED_PREFIXES, clean_id, show_value
from bibliobus.inputs.rows import require_text
from bibliobus.inputs.table_file import CHARACTERS
from bibliobus.language import N_
from bibliobus.quantities import Count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bibliobus.inputs.rows import Row

MAX_WORD: Final = 80

DUPLICATE_ID: Final = FindingKind(
    "duplicate-id",
    Severity.ERROR,
    N_("The id “{value}” is in row {first} already, and again in row {second}."),
    N_("Give every row an id of its own, or delete the row that is repeated."),
)
BAD_ID: Final = FindingKind(
    "bad-id",
    Severity.ERROR,
    N_("“{value}” cannot be an id: an id has at most {limit} and does not begin with {reserved}."),
    N_("Use the KATOTTG code, or any short text that never changes."),
)


def read_id(row: Row, column: str, findings: list[Finding]) -> str:
    """
    Read the id of a row, or an id that it refers to.

    Parameters
    ----------
    row
        The row.
    column
        Name of the column.
    findings
        Where a finding is added if the id is missing or cannot be one.

    Returns
    -------
    str
        The tidy id; empty if there is none.
    """
    return check_id(row, column, clean_id(require_text(row, column, findings)), findings)


def check_id(row: Row, column: str, row_id: str, findings: list[Finding]) -> str:
    """
    Check that a text may be an id.

    Parameters
    ----------
    row
        The row.
    column
        Name of the column.
    row_id
        The tidy id; may be empty.
    findings
        Where a finding is added.

    Returns
    -------
    str
        The same id.
    """
    if len(row_id) > MAX_ID or row_id.startswith(RESERVED_PREFIXES):
        reserved = ", ".join(RESERVED_PREFIXES)
        findings.append(
            BAD_ID.at(row.place(column), value=show_value(row_id), limit=Count(*CHARACTERS, MAX_ID), reserved=reserved)
        )
    return row_id


def check_unique(rows: Sequence[Row], column: str) -> list[Finding]:
    """
    Check that no id is there twice.

    Parameters
    ----------
    rows
        Rows of a table.
    column
        Name of the column with the id.

    Returns
    -------
    list of Finding
        One for each row whose id stands in an earlier row.
    """
    first: dict[str, int] = {}
    findings = []
    for row in rows:
        row_id = clean_id(row.text(column))
        if row_id and first.setdefault(row_id, row.row) != row.row:
            place = row.place(column)
            findings.append(DUPLICATE_ID.at(place, value=show_value(row_id), first=first[row_id], second=row.row))
    return findings


def make_ids(names: Iterable[str]) -> list[str]:
    """
    Make ids from names.

    Parameters
    ----------
    names
        Names for people; some may be alike.

    Returns
    -------
    list of str
        An id for each name, in their order and all different: letters and digits in lower case with hyphens between
        them; names that are alike get numbers from 2 on.
    """
    words = [re.sub(r"[\W_]+", "-", name.casefold()).strip("-")[:MAX_WORD] or "x" for name in names]
    taken, ids = set(words), []
    seen: set[str] = set()
    for word in words:
        free = word
        if word in seen:
            free = next(numbered for at in count(2) if (numbered := f"{word}-{at}") not in taken)
        seen.add(word)
        taken.add(free)
        ids.append(free)
    return ids
