"""Documents whose demands a report answers section by section, from packaged data files."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_CLAUSES: Final = ""
"""Choice of a scenario whose report answers nobody's demands."""

_FOLDER: Final = "clauses"


@dataclass(frozen=True)
class ClauseSet:
    """
    A document whose demands a report can answer.

    Parameters
    ----------
    title_uk
        The document within a Ukrainian sentence.
    title_en
        The document within an English sentence.
    sections
        What it asks for, in Ukrainian and in English, by name of the section that answers it.
    """

    title_uk: str
    title_en: str
    sections: Mapping[str, tuple[str, str]]


def list_clause_sets() -> tuple[str, ...]:
    """
    List the documents that come with the program.

    Returns
    -------
    tuple of str
        Their names, sorted.
    """
    files = (resources.files("bibliobus.tables") / _FOLDER).iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


@cache
def read_clause_set(name: str) -> ClauseSet | None:
    """
    Read a document that comes with the program.

    Parameters
    ----------
    name
        One of `list_clause_sets`, or `NO_CLAUSES`.

    Returns
    -------
    ClauseSet or None
        None for `NO_CLAUSES`.
    """
    if name == NO_CLAUSES:
        return None
    text = (resources.files("bibliobus.tables") / _FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    sections = {key: (one["title_uk"], one["title_en"]) for key, one in document["sections"].items()}
    return ClauseSet(document["title_uk"], document["title_en"], sections)
