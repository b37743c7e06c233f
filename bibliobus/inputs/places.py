"""Libraries that serve already, and what residents have asked for: the tables of an area beside its settlements."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bibliobus.domain.places import Library, Request, Wish
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.bounds import limits_of
from bibliobus.inputs.changes import NOT_A_DATE, parse_date
from bibliobus.inputs.tables.cells import (
    clean_id,
    clean_name,
    find_unknown,
    parse_span,
    parse_weekday,
    parse_whole,
    show_name,
    show_value,
)
from bibliobus.inputs.tables.ids import check_unique, read_degrees, read_id
from bibliobus.inputs.tables.rows import RowCells, TableColumn, match_columns, read_cell, read_within, require_text
from bibliobus.inputs.tables.table import read_table
from bibliobus.words.language import MINUTE_S, N_, NN_
from bibliobus.words.text import Count

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bibliobus.inputs.files import InputFile
    from bibliobus.inputs.settlements import SettlementTable

LIBRARY_COLUMNS: Final = (
    TableColumn("library_id", ("код бібліотеки", "id", "код"), required=True),
    TableColumn("name", ("назва", "бібліотека", "назва бібліотеки"), required=True),
    TableColumn("settlement_id", ("код КАТОТТГ", "КАТОТТГ", "katottg", "код населеного пункту")),
    TableColumn("lat", ("широта", "latitude")),
    TableColumn("lon", ("довгота", "longitude", "lng")),
    TableColumn("source", ("джерело",), free_text=True),
)

NO_LIBRARIES: Final = FindingKind(
    "no-libraries",
    Severity.WARNING,
    N_("No library is listed, so nobody counts as living near one."),
    N_("Put a table libraries.csv into the area, with a row for each library that is open."),
)
NO_POSITION: Final = FindingKind(
    "no-position",
    Severity.ERROR,
    N_("It is not said where this is."),
    N_("Give a settlement_id, or both lat and lon."),
)


def read_libraries(file: InputFile) -> tuple[dict[int, Library], list[Finding]]:
    """Read the libraries of an area."""
    table, findings = read_table(file)
    if table is None:
        return {}, findings
    rows, more = match_columns(table, LIBRARY_COLUMNS)
    findings += more
    if rows is None:
        return {}, findings
    if not rows:
        return {}, [*findings, NO_LIBRARIES.at(Place(file.name))]
    findings += check_unique(rows, "library_id")
    return {row.row: found for row in rows if (found := _read_library(row, findings)) is not None}, findings


def _read_library(row: RowCells, findings: list[Finding]) -> Library | None:
    """Library of one row; None if it lacks what every library has."""
    library_id = read_id(row, "library_id", findings)
    name = clean_name(require_text(row, "name", findings))
    settlement_id = clean_id(row.text("settlement_id"))
    lat = read_degrees(row, "lat", findings, required=False)
    lon = read_degrees(row, "lon", findings, required=False)
    halves = [column for column in ("lat", "lon") if row.text(column)]
    if len(halves) == 1 or not (halves or settlement_id):
        findings.append(NO_POSITION.at(row.place("settlement_id")))
        return None
    if not library_id or not name:
        return None
    return Library(library_id, name, settlement_id, lat, lon, row.text("source"))


REQUEST_COLUMNS: Final = (
    TableColumn("request_id", ("код звернення", "звернення", "номер звернення", "номер", "id"), required=True),
    TableColumn("settlement_id", ("код КАТОТТГ", "КАТОТТГ", "katottg", "код населеного пункту"), required=True),
    TableColumn("wish", ("побажання", "прохання", "про що"), required=True),
    TableColumn("wanted", ("бажано", "скільки", "значення")),
    TableColumn("date", ("дата", "дата звернення")),
    TableColumn("signatures", ("підписи", "підписів", "кількість підписів")),
    TableColumn("note", ("примітка", "примітки", "коментар"), free_text=True),
)
WISH_WORDS: Final = {
    Wish.VISIT: ("visit", "приїзд", "приїздити", "відвідування", "зупинка"),
    Wish.MORE_OFTEN: ("more often", "частіше"),
    Wish.LONGER: ("longer", "довше"),
    Wish.OTHER_DAY: ("other day", "інший день", "день"),
    Wish.OTHER_TIME: ("other time", "інший час", "час"),
    Wish.OTHER: ("other", "інше"),
}
"""What people write for each wish."""

_HINT: Final = N_(
    "Write in the column wanted: weeks between visits for more_often, minutes for longer, weekdays such as Tue, Thu "
    "for other_day, a span such as 10:00-12:00 for other_time."
)
UNKNOWN_WISH: Final = FindingKind(
    "request-wish-unknown",
    Severity.ERROR,
    N_("“{value}” is not a known wish."),
    N_("Known wishes: {known}."),
)
WANTED_MISSING: Final = FindingKind(
    "request-wanted-missing",
    Severity.ERROR,
    N_("The wish “{wish}” does not say what is wanted, so nobody can tell whether it is met."),
    _HINT,
)
WANTED_UNREADABLE: Final = FindingKind(
    "request-wanted-unreadable",
    Severity.ERROR,
    N_("“{value}” is not what the wish “{wish}” asks for."),
    _HINT,
)
WANTED_UNUSED: Final = FindingKind(
    "request-wanted-unused",
    Severity.WARNING,
    N_("“{value}” is not used: the wish “{wish}” needs no further word."),
    N_("Write it into the note, or choose another wish."),
)
UNKNOWN_SETTLEMENT: Final = FindingKind(
    "request-settlement-unknown",
    Severity.ERROR,
    N_("The request comes from a settlement “{value}”, which the area does not have."),
    N_("Put the settlement_id of a row of the settlement table."),
)
MANY_SIGNATURES: Final = FindingKind(
    "more-signatures-than-residents",
    Severity.WARNING,
    N_("{signatures} for “{name}”, where {people} live; no more than these weigh in planning."),
    N_("Check the number of signatures and the population."),
)
SIGNATURES: Final = NN_("{count} signature", "{count} signatures")
RESIDENTS: Final = NN_("{count} resident", "{count} residents")


def read_requests(file: InputFile) -> tuple[dict[int, Request], list[Finding]]:
    """Read the requests of an area."""
    table, findings = read_table(file)
    if table is None:
        return {}, findings
    rows, more = match_columns(table, REQUEST_COLUMNS)
    findings += more
    if rows is None:
        return {}, findings
    findings += check_unique(rows, "request_id")
    return {row.row: found for row in rows if (found := _read_request(row, findings)) is not None}, findings


def check_requests(file: str, requests: Mapping[int, Request], settlements: SettlementTable) -> list[Finding]:
    """Find requests of settlements that are not there or have fewer residents than signatures."""
    if not settlements.ids:
        return []
    found = {settlement.settlement_id: settlement for settlement in settlements.by_row.values()}
    findings = []
    for row, request in requests.items():
        home = found.get(request.settlement_id)
        if request.settlement_id not in settlements.ids:
            place = Place(file, row, "settlement_id")
            findings.append(find_unknown(UNKNOWN_SETTLEMENT, place, request.settlement_id, (), settlements.ids))
        elif home is not None and home.population is not None and request.signatures > home.population:
            counts = {
                "signatures": Count(*SIGNATURES, request.signatures),
                "people": Count(*RESIDENTS, home.population),
            }
            findings.append(MANY_SIGNATURES.at(Place(file, row, "signatures"), name=show_name(home), **counts))
    return findings


def _read_request(row: RowCells, findings: list[Finding]) -> Request | None:
    """Request of one row; None if it lacks what every request has."""
    request_id = read_id(row, "request_id", findings)
    settlement_id = read_id(row, "settlement_id", findings)
    wish = _read_wish(row, findings)
    day = read_cell(row, "date", parse_date, NOT_A_DATE, findings)
    signatures = read_within(row, "signatures", parse_whole, limits_of("requests.csv: signatures"), findings)
    if wish is Wish.OTHER:
        require_text(row, "note", findings)
    wanted = () if wish is None else _read_wanted(row, wish, findings)
    if not request_id or not settlement_id or wish is None:
        return None
    return Request(request_id, settlement_id, wish, wanted, day, signatures or 1, row.text("note"))


def _read_wish(row: RowCells, findings: list[Finding]) -> Wish | None:
    """Wish of a row; None if the cell is empty or the word unknown."""
    text = require_text(row, "wish", findings)
    plain = " ".join(re.split(r"[\s_-]+", text.casefold()))
    found = next((wish for wish, words in WISH_WORDS.items() if plain in words), None)
    if text and found is None:
        others = [word for words in WISH_WORDS.values() for word in words]
        findings.append(find_unknown(UNKNOWN_WISH, row.place("wish"), text, [wish.value for wish in Wish], others))
    return found


def _read_wanted(row: RowCells, wish: Wish, findings: list[Finding]) -> tuple[int, ...]:
    """Numbers of a wish; empty if it has none or they cannot be read."""
    text, parse = row.text("wanted"), _PARSERS.get(wish)
    place, words = row.place("wanted"), {"wish": wish.value, "value": show_value(text)}
    if parse is None:
        findings += [WANTED_UNUSED.at(place, **words)] if text else []
        return ()
    if not text:
        findings.append(WANTED_MISSING.at(row.place("wanted"), wish=wish.value))
        return ()
    try:
        return parse(text)
    except ValueError:
        findings.append(WANTED_UNREADABLE.at(place, **words))
        return ()


def _parse_weeks(text: str) -> tuple[int, ...]:
    """Weeks between visits."""
    return (_parse_within(text, "requests.csv: weeks wanted"),)


def _parse_minutes(text: str) -> tuple[int, ...]:
    """Minutes of a stay, in seconds."""
    return (_parse_within(text, "requests.csv: minutes wanted") * MINUTE_S,)


def _parse_within(text: str, key: str) -> int:
    """Whole number within its bounds."""
    (least, most), number = limits_of(key), parse_whole(text)
    if not least <= number <= most:
        raise ValueError(text)
    return number


def _parse_days(text: str) -> tuple[int, ...]:
    """Weekdays, sorted."""
    return tuple(sorted({parse_weekday(part) for part in re.split("[,;]", text)}))


def _parse_times(text: str) -> tuple[int, ...]:
    """Span of clock times that does not run backwards."""
    start_s, end_s = parse_span(text)
    if end_s <= start_s:
        raise ValueError(text)
    return start_s, end_s


_PARSERS: Final[dict[Wish, Callable[[str], tuple[int, ...]]]] = {
    Wish.MORE_OFTEN: _parse_weeks,
    Wish.LONGER: _parse_minutes,
    Wish.OTHER_DAY: _parse_days,
    Wish.OTHER_TIME: _parse_times,
}
