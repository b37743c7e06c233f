"""The table of what a bus may use and how fast, and the small whole numbers that stand for its values."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


ABSENT: Final = 0
"""Code of a tag that is not there."""

UNKNOWN: Final = 255
"""Code of a value that the table does not name."""


@dataclass(frozen=True)
class ProfileTable:
    """
    Numbers by kind (``road_class``, ``surface``, …) and value, each with a source in the file; None means no limit.

    ``digest``: ``sha256:…`` of the file: what was read with another table has to be read again.
    """

    numbers: Mapping[str, Mapping[str, float | None]]
    digest: str

    def number(self, kind: str, value: str) -> float:
        """Look up a number that must be there."""
        number = self.numbers[kind][value]
        assert number is not None, (kind, value)  # only surfaces may have no limit
        return number

    def values(self, kind: str) -> tuple[str, ...]:
        """Values of a kind in the order of the file; the code of a value is its position, counted from 1."""
        return tuple(self.numbers[kind])

    def codes(self, kind: str) -> dict[str, int]:
        """Codes of the values of a kind, from 1 on."""
        return {value: code for code, value in enumerate(self.numbers[kind], start=ABSENT + 1)}


@cache
def read_profile_table() -> ProfileTable:
    """Read the table that comes with the program."""
    content = (resources.files("bibliobus.tables") / "road_profile.csv").read_bytes()
    return parse_profile_table(content.decode("utf-8-sig"))


def parse_profile_table(text: str) -> ProfileTable:
    """Parse a table: CSV with kind, value, number and source."""
    numbers: dict[str, dict[str, float | None]] = {}
    for row in csv.DictReader(text.splitlines()):
        numbers.setdefault(row["kind"], {})[row["value"]] = float(row["number"]) if row["number"] else None
    # Line ends differ between systems and mean nothing.
    digest = hashlib.sha256("\n".join(text.splitlines()).encode("utf-8")).hexdigest()
    return ProfileTable(numbers, f"sha256:{digest}")
