"""Settlements of an area, whatever else the area has or lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.errors import InputError
from bibliobus.findings import FindingReport
from bibliobus.inputs.files import SETTLEMENTS_CSV, SETTLEMENTS_XLSX, read_files
from bibliobus.inputs.settlements import read_settlements

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.domain.places import Settlement
    from bibliobus.findings import Finding


def read_area_settlements(area: Path) -> tuple[tuple[Settlement, ...], list[Finding]]:
    """
    Read the settlements of an area and nothing else.

    Parameters
    ----------
    area
        Folder of the area.

    Returns
    -------
    settlements : tuple of Settlement
        In the order of their table; none if the area has no such table.
    findings : list of Finding
        Warnings and notes about the table.

    Raises
    ------
    InputError
        If the table cannot be used.
    """
    files, more = read_files(area)
    findings = [finding for finding in more if finding.place.file.startswith("settlements")]
    found: tuple[Settlement, ...] = ()
    for name in (SETTLEMENTS_XLSX, SETTLEMENTS_CSV):
        if name in files:
            table, more = read_settlements(files[name])
            findings += more
            found = tuple(table.by_row.values())
    if FindingReport(tuple(findings)).errors:
        raise InputError(*findings)
    return found, findings
