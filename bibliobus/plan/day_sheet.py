"""The sheet by bus and day of timetable.xlsx: its words, and the tours read back from one that was edited by hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, week_of, weekday_of
from bibliobus.domain.scenario import Lock
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.tables.cells import find_unknown, show_value
from bibliobus.inputs.tables.table import MERGED_CELLS, SEVERAL_SHEETS, read_workbook
from bibliobus.network.places import DEPOT_PREFIX
from bibliobus.plan.names import name_places
from bibliobus.plan.plan import Call, Leg, Pause, Tour
from bibliobus.words.language import LANGUAGES, N_, Language, alphabet_key, parse_clock
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.inputs.files import InputFile
    from bibliobus.inputs.tables.table import TableRow
    from bibliobus.plan.plan import Row
    from bibliobus.plan.verify.evidence import Background

DAY_HEADING: Final = N_("{bus}: {weekday}, week {week}, {date}")
DAY_TOTAL: Final = N_("In all, meal break not counted")
DAY_COLUMNS: Final = (N_("From"), N_("To"), N_("What"), N_("Where"), N_("Minutes"), N_("km"), N_("Lock"))
"""Column names from left to right; the last column is for the planner's marks."""


class Doing(StrEnum):
    """What a crew does."""

    LEAVE = "leave"
    DRIVE = "drive"
    OPEN = "open"
    WAIT = "wait"
    MEAL = "meal"
    REST = "rest"
    BACK = "back"


DOINGS: Final = {
    Doing.LEAVE: N_("Leaves the depot"),
    Doing.DRIVE: N_("Drives to"),
    Doing.OPEN: N_("Open to readers"),
    Doing.WAIT: N_("Waits"),
    Doing.MEAL: N_("Meal break"),
    Doing.REST: N_("Break for the driver"),
    Doing.BACK: N_("Back at the depot"),
}
"""What a crew does, in words."""

NO_DAY_SHEET: Final = FindingKind(
    "no-day-sheet",
    Severity.ERROR,
    N_("The first sheet is not the timetable by bus and day: it has no row with the column names {known}."),
    N_("Keep that sheet first, and its row of column names as `plan` wrote it."),
)
DAY_UNREADABLE: Final = FindingKind(
    "day-unreadable",
    Severity.ERROR,
    N_("“{value}” is not the heading of a bus and a day of the cycle."),
    N_("Write it as in the sheet that `plan` wrote: bus, colon, weekday, comma, week and its number."),
)
DAY_MISSING: Final = FindingKind(
    "day-missing",
    Severity.ERROR,
    N_("The row belongs to no bus and day: no heading stands above it."),
    N_("Put it below the heading of its day."),
)
DOING_UNKNOWN: Final = FindingKind(
    "doing-unknown",
    Severity.ERROR,
    N_("“{value}” is nothing that a crew does in this sheet."),
    N_("Known words: {known}."),
)
PLACE_UNKNOWN: Final = FindingKind(
    "place-unknown",
    Severity.ERROR,
    N_("There is no settlement and no depot called “{value}”."),
    N_("Write the name as in the sheet that `plan` wrote, or the id."),
)
CLOCK_UNREADABLE: Final = FindingKind(
    "clock-unreadable",
    Severity.ERROR,
    N_("“{value}” is not a clock time."),
    N_("Write it like this: 09:30."),
)


LOCK_UNKNOWN: Final = FindingKind(
    "lock-unknown",
    Severity.ERROR,
    N_("“{value}” does not say what is to be kept."),
    N_("Known words: {known}."),
)
LOCK_WORDS: Final = (
    dict.fromkeys(("x", "х", "+", "yes", "так", "all", "усе"), ("time", "bus"))
    | dict.fromkeys(("day", "день"), ())
    | dict.fromkeys(("time", "час"), ("time",))
    | dict.fromkeys(("bus", "бібліобус"), ("bus",))
)
"""What a mark in the last column keeps beside week and weekday; letters of both alphabets."""


@dataclass(frozen=True)
class EditedTours:
    """Tours of a workbook in the order of the sheet, where they stand, and what to lock, each settlement once."""

    tours: tuple[Tour, ...]
    places: Mapping[tuple[str, str], Place]
    locks: tuple[Lock, ...] = ()

    def locate(self, finding: Finding) -> Finding:
        """Add sheet and row to a finding about a plan."""
        place = finding.place
        keys = [(place.tour_id, place.settlement_id), (place.tour_id, "")]
        keys += sorted(key for key in self.places if key[1] == place.settlement_id) if place.settlement_id else []
        found = next((self.places[key] for key in keys if key in self.places), None)
        if found is None:
            return finding
        return replace(finding, place=replace(place, file=found.file, row=found.row, column=found.column))


def read_edited(file: InputFile, background: Background) -> tuple[EditedTours, list[Finding]]:
    """
    Read the tours of an edited workbook.

    Parameters
    ----------
    file
        ``timetable.xlsx`` of a plan folder, in any language, with times, places, rows or whole days changed.
    background
        The area.

    Returns
    -------
    tours : EditedTours
        Usable only if no finding is an error. Length and driving of legs are those of the roads.
    findings : list of Finding
        Everything that could not be read.
    """
    rows, findings = read_workbook(file)
    sheets = [str(finding.values["sheet"]) for finding in findings if finding.kind == SEVERAL_SHEETS]
    findings = [one for one in findings if one.kind not in (SEVERAL_SHEETS, MERGED_CELLS)]
    reader = _Reader(file.name, sheets[0] if sheets else "", background, findings)
    for row in _skip_head(rows or [], reader):
        reader.take(row)
    reader.end_day()
    return EditedTours(tuple(reader.tours), reader.places, tuple(reader.locks.values())), findings


def _skip_head(rows: list[TableRow], reader: _Reader) -> list[TableRow]:
    """Rows below the column names; a finding if there are none."""
    headers = [tuple(map(language.gettext, DAY_COLUMNS)) for language in reader.languages]
    for at, row in enumerate(rows):
        if any(row.cells[: len(header)] == header for header in headers):
            return rows[at + 1 :]
    if not any(finding.severity is Severity.ERROR for finding in reader.findings):
        reader.findings.append(NO_DAY_SHEET.at(Place(reader.file), known=", ".join(headers[-1])))
    return []


@dataclass
class _Reader:
    """State of one reading: the day that is read now, and what was read so far."""

    file: str
    sheet: str
    background: Background
    findings: list[Finding]
    tours: list[Tour] = field(default_factory=list)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    locks: dict[str, Lock] = field(default_factory=dict)
    day: tuple[str, int] | None = None
    rows: list[Row] = field(default_factory=list)
    here: str = ""

    def __post_init__(self) -> None:
        """Words and names in every language."""
        dataset = self.background.dataset
        self.languages = [Language(code) for code in LANGUAGES]
        self.doings = {
            language.gettext(words).casefold(): doing for language in self.languages for doing, words in DOINGS.items()
        }
        self.totals = {language.gettext(DAY_TOTAL).casefold() for language in self.languages}
        self.names: dict[str, list[str]] = {}
        for language in self.languages:
            for place_id, name in name_places(dataset, language).items():
                for spelling in (name, place_id):
                    ids = self.names.setdefault(" ".join(spelling.split()), [])
                    ids += [] if place_id in ids else [place_id]
        self.headings = self._list_headings()

    def take(self, row: TableRow) -> None:
        """Read one row."""
        cells = (*row.cells, "", "", "", "")[:4]
        if cells[0] and not any(cells[1:]):
            self._begin_day(cells[0], row)
        elif cells[2].casefold() in self.totals:
            self.end_day()
        elif any(cells):
            self._read_row(row, *cells)

    def end_day(self) -> None:
        """Close the day that is read now."""
        if self.day is not None:
            self.tours.append(Tour(*self.day, tuple(self._turn_home())))
        self.day, self.rows = None, []

    def _turn_home(self) -> list[Row]:
        """Rows of the day; a last drive to a name that a settlement and the depot share leads to the depot."""
        legs = [at for at, row in enumerate(self.rows) if isinstance(row, Leg)]
        if self.day is not None and legs:
            last, depot = self.rows[legs[-1]], self._depot(self.day[0])
            assert isinstance(last, Leg)
            alike = any({last.to_id, depot} <= set(ids) for ids in self.names.values())
            if alike:
                self.rows[legs[-1]] = self._drive(last.from_id, depot, last.leave_s, last.arrive_s)
        return self.rows

    def _list_headings(self) -> dict[str, tuple[str, int]]:
        """Bus and day by heading without its date, in every language."""
        scenario = self.background.dataset.scenario
        return {
            self._shorten(
                Text(
                    DAY_HEADING,
                    {"bus": bus.name, "weekday": language.weekday(weekday_of(day)), "week": week_of(day), "date": ""},
                ).render(language)
            ): (bus.bus_id, day)
            for language in self.languages
            for bus in reversed(scenario.buses)
            for day in range(scenario.cycle.weeks * WEEK_DAYS)
        }

    @staticmethod
    def _shorten(heading: str) -> str:
        """Heading up to the comma after the week, blanks and letter case evened out."""
        start, colon, rest = heading.rpartition(":")
        return " ".join(f"{start}{colon}{','.join(rest.split(',')[:2])}".split()).casefold()

    def _begin_day(self, heading: str, row: TableRow) -> None:
        """Begin the day of a heading."""
        self.end_day()
        self.day = self.headings.get(self._shorten(heading))
        if self.day is None:
            self.findings.append(DAY_UNREADABLE.at(self._place(row), value=show_value(heading)))
            return
        self.here = self._depot(self.day[0])
        self.places.setdefault((f"{self.day[0]}/{self.day[1]}", ""), self._place(row))

    def _depot(self, bus_id: str) -> str:
        """Place of the depot of a bus."""
        return DEPOT_PREFIX + self.background.buses[bus_id].depot_id

    def _place(self, row: TableRow) -> Place:
        """Row of the sheet."""
        return Place(self.file, row.row, self.sheet)

    def _read_row(self, row: TableRow, start: str, end: str, what: str, where: str) -> None:
        """Read what a crew does."""
        doing = self.doings.get(what.casefold())
        if doing is None:
            known = [self.languages[-1].gettext(words) for words in DOINGS.values()]
            self.findings.append(find_unknown(DOING_UNKNOWN, self._place(row), what, known))
        elif self.day is None:
            # Below a heading that cannot be read, everything is out of place; that was said already.
            if not any(finding.kind == DAY_UNREADABLE for finding in self.findings):
                self.findings.append(DAY_MISSING.at(self._place(row)))
        elif doing not in (Doing.LEAVE, Doing.WAIT, Doing.BACK):
            self._add_row(row, doing, self._clock(row, start), self._clock(row, end), where)

    def _clock(self, row: TableRow, text: str) -> int | None:
        """Clock time of a cell in seconds; a finding if it is none."""
        hours, _, rest = text.rpartition("T")[2].partition(":")
        try:
            return parse_clock(f"{hours}:{rest[:2]}")
        except ValueError:
            self.findings.append(CLOCK_UNREADABLE.at(self._place(row), value=show_value(text)))
            return None

    def _add_row(self, row: TableRow, doing: Doing, start_s: int | None, end_s: int | None, where: str) -> None:
        """Add a row to the day."""
        place_id = self._find_place(row, doing, where)
        if start_s is None or end_s is None or place_id is None or self.day is None:
            return
        if doing is Doing.DRIVE:
            self.rows.append(self._drive(self.here, place_id, start_s, end_s))
            self.here = place_id
        elif doing is Doing.OPEN:
            self.rows.append(Call(place_id, start_s, end_s))
            self.places.setdefault((f"{self.day[0]}/{self.day[1]}", place_id), self._place(row))
            self._read_lock(row, place_id, start_s)
        else:
            self.rows.append(Pause(place_id, start_s, end_s, is_meal=doing is Doing.MEAL))

    def _read_lock(self, row: TableRow, settlement_id: str, start_s: int) -> None:
        """Read what the planner marked in the last column; the first mark of a settlement counts."""
        mark = (*row.cells, *[""] * len(DAY_COLUMNS))[len(DAY_COLUMNS) - 1].strip().casefold()
        if not mark or self.day is None:
            return
        if mark not in LOCK_WORDS:
            known = sorted(LOCK_WORDS, key=alphabet_key)
            self.findings.append(find_unknown(LOCK_UNKNOWN, self._place(row), mark, known))
            return
        bus_id, day = self.day
        kept = LOCK_WORDS[mark]
        lock = Lock(
            settlement_id,
            weekday=weekday_of(day),
            week=week_of(day),
            time_s=start_s if "time" in kept else None,
            bus_id=bus_id if "bus" in kept else None,
        )
        self.locks.setdefault(settlement_id, lock)

    def _drive(self, from_id: str, to_id: str, leave_s: int, arrive_s: int) -> Leg:
        """Drive with the length and the time of the roads."""
        bus = self.background.buses[self.day[0]] if self.day else None
        drive = self.background.find_drive(bus, from_id, to_id) if bus else None
        return Leg(from_id, to_id, leave_s, arrive_s, drive.duration_s if drive else 0, drive.length_m if drive else 0)

    def _find_place(self, row: TableRow, doing: Doing, where: str) -> str | None:
        """Place of a name; where several share it, the one that makes sense."""
        ids = self.names.get(" ".join(where.split()), [])
        if not ids:
            self.findings.append(
                find_unknown(PLACE_UNKNOWN, self._place(row), where, (), sorted(self.names, key=alphabet_key))
            )
            return None
        if doing in (Doing.MEAL, Doing.REST) and self.here in ids:
            return self.here
        return next((one for one in ids if not one.startswith(DEPOT_PREFIX)), ids[0])
