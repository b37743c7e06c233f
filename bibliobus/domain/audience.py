"""For whom a paper is made, and so what it may show: two tables that everything else follows."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

YES: Final = "yes"


class Audience(StrEnum):
    """Who reads a paper: the public gets times and places of stops and nothing else."""

    PLANNER = "planner"
    COUNCIL = "council"
    DRIVER = "driver"
    PUBLIC = "public"


KEPT_BACK: Final = "kept_back"
"""The thing that most papers are refused for: a stop that must not be published."""


@dataclass(frozen=True)
class Thing:
    """One thing that a paper may or may not show."""

    name: str
    seen_by: frozenset[Audience]
    title_uk: str
    title_en: str


@cache
def read_things() -> Mapping[str, Thing]:
    """Read who may see what, by name in the order of the table."""
    return {
        row["thing"]: Thing(
            row["thing"], frozenset(one for one in Audience if row[one.value] == YES), row["uk"], row["en"]
        )
        for row in _read_rows("audiences.csv")
    }


def may_see(audience: Audience, thing: str) -> bool:
    """Tell whether somebody may see a thing."""
    return audience in read_things()[thing].seen_by


def _read_rows(name: str) -> list[dict[str, str]]:
    """Rows of a table."""
    text = (resources.files("bibliobus.tables") / name).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines()))
