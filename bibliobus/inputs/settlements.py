"""Settlements from ``settlements.csv`` or ``settlements.xlsx``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bibliobus.domain.places import Settlement
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.bounds import limits_of
from bibliobus.inputs.cells import clean_category, clean_id, clean_name, parse_whole, show_name, show_value, split_list
from bibliobus.inputs.columns import Column, match_columns
from bibliobus.inputs.ids import check_unique, read_id
from bibliobus.inputs.positions import check_positions, read_degrees
from bibliobus.inputs.rows import Row, read_within, require_text
from bibliobus.inputs.table_file import read_table
from bibliobus.inputs.windows import WindowError, parse_windows
from bibliobus.language import N_, NN_
from bibliobus.quantities import Count
from bibliobus.units import MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.domain.calendar import WeeklyWindow
    from bibliobus.inputs.files import InputFile
    from bibliobus.inputs.table_file import Table

COLUMNS: Final = (
    Column("settlement_id", ("код КАТОТТГ", "КАТОТТГ", "katottg", "код", "id"), required=True),
    Column("name_uk", ("назва", "населений пункт", "назва населеного пункту", "name"), required=True),
    Column("name_latin", ("назва латиницею", "латиницею", "name_en")),
    Column("category", ("категорія", "тип")),
    Column("raion", ("район",)),
    Column("hromada", ("громада", "територіальна громада", "ТГ")),
    Column("lat", ("широта", "latitude"), required=True),
    Column("lon", ("довгота", "longitude", "lng"), required=True),
    Column("population", ("населення", "кількість населення", "кількість жителів", "мешканців")),
    Column("rhythm_weeks", ("періодичність", "періодичність, тижнів")),
    Column("dwell_min", ("тривалість стоянки", "тривалість стоянки, хв", "стоянка, хв")),
    Column("windows", ("часові вікна", "вікна", "години")),
    Column("needs", ("потреби", "вимоги до бібліобуса")),
    Column("note", ("примітка", "примітки", "коментар"), free_text=True),
    Column("match", ("збіг", "як зіставлено")),
)
CATEGORIES: Final = "OKPHMTCXB"

NO_SETTLEMENTS: Final = FindingKind(
    "no-settlements",
    Severity.ERROR,
    N_("The area has no settlements."),
    N_("Put a table settlements.csv or settlements.xlsx into the area, with a row for each settlement."),
)
UNKNOWN_CATEGORY: Final = FindingKind(
    "unknown-category",
    Severity.WARNING,
    N_("The category “{value}” is not one of the codifier: {known}."),
    N_("M is a city, X a settlement, C a village; leave the cell empty if you do not know."),
)
SAME_NAME: Final = FindingKind(
    "same-name",
    Severity.NOTE,
    N_("{settlements} are called {name}; their ids tell them apart."),
    N_("Nothing to do, unless one of them is listed twice."),
)
SETTLEMENTS: Final = NN_("{count} settlement", "{count} settlements")


@dataclass(frozen=True)
class SettlementTable:
    """
    Settlements with the rows they stand in.

    Parameters
    ----------
    file
        Name of the file; empty if there is none.
    by_row
        Settlements whose row has no error, by row.
    ids
        Every id of the table, also of rows with errors.
    headers
        Name that the file itself gives each column.
    """

    file: str = ""
    by_row: Mapping[int, Settlement] = field(default_factory=dict)
    ids: frozenset[str] = frozenset()
    headers: Mapping[str, str] = field(default_factory=dict)

    def place(self, row: int, column: str) -> Place:
        """
        Say where a cell is.

        Parameters
        ----------
        row
            Row of the table.
        column
            Name of the column.

        Returns
        -------
        Place
            File, row and the name that the file gives the column.
        """
        return Place(self.file, row, self.headers.get(column, column))


def read_settlements(file: InputFile) -> tuple[SettlementTable, list[Finding]]:
    """
    Read the settlements of an area.

    Parameters
    ----------
    file
        ``settlements.csv`` or ``settlements.xlsx``.

    Returns
    -------
    settlements : SettlementTable
        Settlements that could be read; empty if the file cannot be.
    findings : list of Finding
        Everything that is wrong or worth knowing.
    """
    table, findings = read_table(file)
    if table is None:
        return SettlementTable(file.name), findings
    settlements, more = read_settlement_rows(table)
    return settlements, findings + more


def read_settlement_rows(table: Table) -> tuple[SettlementTable, list[Finding]]:
    """
    Read settlements from the rows of a table.

    Parameters
    ----------
    table
        The table, wherever it comes from.

    Returns
    -------
    settlements : SettlementTable
        Settlements that could be read; empty if needed columns are missing.
    findings : list of Finding
        Everything that is wrong or worth knowing.
    """
    file = table.file
    rows, findings = match_columns(table, COLUMNS)
    if rows is None:
        return SettlementTable(file), findings
    if not rows:
        return SettlementTable(file), [*findings, NO_SETTLEMENTS.at(Place(file))]
    settlements = {row.row: found for row in rows if (found := _read_settlement(row, findings)) is not None}
    findings += check_unique(rows, "settlement_id")
    findings += check_positions({row.row: row for row in rows if row.row in settlements}, settlements)
    findings += _check_names(settlements, file)
    ids = frozenset(clean_id(row.text("settlement_id")) for row in rows)
    broken = {finding.place.row for finding in findings if finding.severity is Severity.ERROR}
    sound = {number: settlement for number, settlement in settlements.items() if number not in broken}
    return SettlementTable(file, sound, ids, rows[0].headers), findings


def _read_settlement(row: Row, findings: list[Finding]) -> Settlement | None:
    """Settlement of one row; None if it lacks what every settlement has."""
    settlement_id = read_id(row, "settlement_id", findings)
    name_uk = clean_name(require_text(row, "name_uk", findings))
    lat = read_degrees(row, "lat", findings, required=True)
    lon = read_degrees(row, "lon", findings, required=True)
    category = _read_category(row, findings)
    population = read_within(row, "population", parse_whole, limits_of("settlements.csv: population"), findings)
    rhythm_weeks = read_within(row, "rhythm_weeks", parse_whole, limits_of("settlements.csv: rhythm_weeks"), findings)
    dwell_min = read_within(row, "dwell_min", parse_whole, limits_of("settlements.csv: dwell_min"), findings)
    windows = _read_windows(row, findings)
    if not settlement_id or not name_uk or lat is None or lon is None:
        return None
    return Settlement(
        settlement_id=settlement_id,
        name_uk=name_uk,
        name_latin=clean_name(row.text("name_latin")),
        category=category,
        raion=clean_name(row.text("raion")),
        hromada=clean_name(row.text("hromada")),
        lat=lat,
        lon=lon,
        population=population,
        rhythm_weeks=rhythm_weeks,
        dwell_s=None if dwell_min is None else dwell_min * MINUTE_S,
        windows=windows,
        needs=split_list(row.text("needs")),
        note=row.text("note"),
        match=row.text("match"),
    )


def _read_category(row: Row, findings: list[Finding]) -> str:
    """Letter of the codifier; one that it does not have is kept, with a finding."""
    category = clean_category(row.text("category"))
    if category and category not in tuple(CATEGORIES):
        place = row.place("category")
        findings.append(UNKNOWN_CATEGORY.at(place, value=show_value(row.text("category")), known=", ".join(CATEGORIES)))
    return category


def _read_windows(row: Row, findings: list[Finding]) -> tuple[WeeklyWindow, ...]:
    """Windows of the row; none if they cannot be read."""
    try:
        return parse_windows(row.text("windows"))
    except WindowError as error:
        findings.append(error.kind.at(row.place("windows"), value=show_value(error.part)))
        return ()


def _check_names(settlements: Mapping[int, Settlement], file: str) -> list[Finding]:
    """Note for every name that several settlements share."""
    alike: dict[str, list[Settlement]] = {}
    for settlement in settlements.values():
        alike.setdefault(settlement.name_uk, []).append(settlement)
    return [
        SAME_NAME.at(Place(file), settlements=Count(*SETTLEMENTS, len(homonyms)), name=show_name(homonyms[0]))
        for homonyms in alike.values()
        if len(homonyms) > 1
    ]
