"""Settlements of an area, whatever else the area has or lacks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bibliobus.errors import InputError
from bibliobus.findings import FindingReport
from bibliobus.inputs.area import name_encoding
from bibliobus.inputs.files import SCENARIO_FILE, SETTLEMENTS_CSV, SETTLEMENTS_XLSX, read_files
from bibliobus.inputs.scenario_file import read_scenario
from bibliobus.inputs.settlements import read_settlements

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.domain.places import Settlement
    from bibliobus.findings import Finding


def read_area_settlements(area: Path, *, encoding: str = "") -> tuple[tuple[Settlement, ...], list[Finding]]:
    """
    Read the settlements of an area and nothing else.

    Parameters
    ----------
    area
        Folder of the area.
    encoding
        Python's name of the encoding of a table that is not UTF-8; empty means as the scenario or the text says.

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
    scenario = read_scenario(files[SCENARIO_FILE])[0] if SCENARIO_FILE in files else None
    files = name_encoding({name: replace(file, encoding=encoding) for name, file in files.items()}, scenario)
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
