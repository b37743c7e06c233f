"""
A plan as readers meet it, date by date, and the dates that papers tell them; with a small area whose roads change.

Nothing here knows how a plan is made anew: visits come from the folder of a plan, dates from the sentences of notices.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from areas import write_area

from bibliobus.findings import Severity
from bibliobus.plan.dates import service_dates
from bibliobus.tasks.reopen import verify_folder
from bibliobus.words.language import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bibliobus.findings import FindingReport
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan

YEAR: Final = 2026
"""Year of dates that are told without one."""

MONTHS: Final = {
    "January": "січня",
    "February": "лютого",
    "March": "березня",
    "April": "квітня",
    "May": "травня",
    "June": "червня",
    "July": "липня",
    "August": "серпня",
    "September": "вересня",
    "October": "жовтня",
    "November": "листопада",
    "December": "грудня",
}
WEEKDAYS: Final = (
    ("Monday", "понеділ[а-яіїє]+"),
    ("Tuesday", "вівтор[а-яіїє]+"),
    ("Wednesday", "серед[аиуі]"),
    ("Thursday", "четвер[а-яіїє]*"),
    ("Friday", "п[’'ʼ]ятниц[а-яіїє]+"),
    ("Saturday", "субот[а-яіїє]+"),
    ("Sunday", "неділ[а-яіїє]+"),
)
_ENGLISH = "|".join(MONTHS)
_UKRAINIAN = "|".join(MONTHS.values())
_MORE = r"(?:(?:,\s|,?\s?(?:–|-|to|and|до|по|та|і|й)\s?)\d{1,2})*"
_DAYS = rf"(?<![:\d])(?<!week )(?<!тиждень )(\d{{1,2}}{_MORE})"
_PATTERNS: Final = (
    # March 9, 2026 and March 9–20, 2026
    (re.compile(rf"\b({_ENGLISH})\s(\d{{1,2}}{_MORE})(?![:\d])(?:,\s(\d{{4}}))?"), (2, 1, 3)),
    # 9 March 2026, 9 to 20 March, 9 березня 2026 року, 3, 10 та 17 березня
    (re.compile(rf"{_DAYS}\s({_ENGLISH}|{_UKRAINIAN})(?:\s(\d{{4}}))?"), (1, 2, 3)),
    # 09.03 and 09.03.2026
    (re.compile(r"(?<![.:\d])(\d{1,2})\.(0[1-9]|1[0-2])(?:\.(\d{4}))?(?![\d:])"), (1, 2, 3)),
    # 2026-03-09
    (re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{2})-(?P<days>\d{2})\b"), ("days", "month", "year")),
)


@dataclass(frozen=True, order=True)
class Dated:
    """One visit of a settlement on one date, with clock times such as 09:15."""

    day: date
    settlement_id: str
    start: str
    end: str
    bus_id: str


@dataclass(frozen=True)
class RoadEvent:
    """A change on a road between two places; dates as text, empty for none."""

    key: str
    kind: str
    from_place: str
    to_place: str
    value: str = ""
    first: str = ""
    last: str = ""
    note: str = ""

    def holds(self, day: date) -> bool:
        """Whether the road is changed on a date."""
        return (self.first or "0001-01-01") <= day.isoformat() <= (self.last or "9999-12-31")


def write_events(file: Path, events: Iterable[RoadEvent]) -> Path:
    """Write a file of road changes in the order given."""
    rows = [
        (one.key, one.kind, one.from_place, one.to_place, one.value, one.first, one.last, one.note) for one in events
    ]
    text = io.StringIO()
    head = ("id", "kind", "from_place", "to_place", "value", "valid_from", "valid_to", "note")
    csv.writer(text, lineterminator="\n").writerows([head, *rows])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text.getvalue(), encoding="utf-8")
    return file


@cache
def _open(folder: Path) -> tuple[Plan, Dataset, FindingReport]:
    """A plan folder that nobody changes any more."""
    plan, prepared, report = verify_folder(folder)
    return plan, prepared.dataset, report


def list_errors(folder: Path) -> list[str]:
    """Codes of the rules that the plan of a folder breaks."""
    return [finding.code for finding in _open(folder)[2].findings if finding.severity is Severity.ERROR]


def list_visits(folder: Path, first: date, last: date) -> frozenset[Dated]:
    """Visits that a reader meets from one date to another."""
    plan, dataset, _ = _open(folder)
    return frozenset(
        Dated(one.day, call.settlement_id, format_clock(call.start_s), format_clock(call.end_s), one.tour.bus_id)
        for one in service_dates(plan, dataset.scenario, first, last)
        if one.driven
        for call in one.tour.calls
        if call.settlement_id not in one.skipped
    )


def read_rows(file: Path) -> list[dict[str, str]]:
    """Rows of a table."""
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))


def find_dates(text: str) -> set[date]:
    """Dates that a text tells, English or Ukrainian, with or without their year."""
    return {day for _, days in _list_told(_plain(text)) for day in days}


def _plain(text: str) -> str:
    """Text with ordinary spaces."""
    return re.sub(r"[\u00a0\u202f\u2009]", " ", text)


def _list_told(text: str) -> Iterator[tuple[int, list[date]]]:
    """Where each date begins, and the date, or all dates of a list, or both ends of a span."""
    months = [*MONTHS, *MONTHS.values()]
    for pattern, (days, month, year) in _PATTERNS:
        for found in pattern.finditer(text):
            named = found[month]
            number = months.index(named) % 12 + 1 if named in months else int(named)
            numbers = [int(day) for day in re.findall(r"\d+", found[days])]
            yield found.start(), [date(int(found[year] or YEAR), number, day) for day in numbers]


def find_wrong_weekdays(text: str) -> list[str]:
    """Places where a weekday stands right before a date that falls on another one."""
    plain, wrong = _plain(text), []
    for start, days in _list_told(plain):
        before = plain[max(0, start - 16) : start]
        for number, words in enumerate(WEEKDAYS):
            if re.search(rf"(?i)\b({'|'.join(words)}),?\s$", before) and days[0].weekday() != number:
                wrong.append(f"{before}{days[0].isoformat()}")
    return wrong


def list_days(first: date, last: date) -> list[date]:
    """Every date from one to another."""
    return [first + timedelta(days=day) for day in range((last - first).days + 1)]


# Two buses that are out for half a day each, four half days a week. Fir hangs on elm unless the bus drives far around.
HAMLETS: Final = """\
title_uk = "Хутори"
title_en = "Hamlets"
data_date = "2021"
attribution = "made up for tests"
language = "en"

[cycle]
weeks = 2
first_day = 2026-03-02

[[depots]]
id = "base"
name = "Central library"
settlement_id = "town"

[[profiles]]
id = "lorry"
weight_t = 5.5
height_m = 3.1

[[buses]]
id = "one"
name = "Bus 1"
depot = "base"
profile = "lorry"
weekdays = ["Mon", "Wed"]
shift = "08:00-13:00"
break_min = 0

[[buses]]
id = "two"
name = "Bus 2"
depot = "base"
profile = "lorry"
weekdays = ["Tue", "Thu"]
shift = "08:00-13:00"
break_min = 0
"""
_SETTLEMENTS: Final = """\
settlement_id,name_uk,name_latin,category,raion,hromada,lat,lon,population,rhythm_weeks
alder,Вільхове,Vilkhove,C,Р,Мала,48.780,37.500,1900,1
birch,Березове,Berezove,C,Р,Мала,48.840,37.560,640,
cedar,Кедрове,Kedrove,C,Р,Мала,48.800,37.660,310,
dogwood,Кизилове,Kyzylove,C,Р,Мала,48.640,37.400,1200,1
elm,Берестове,Berestove,C,Р,Мала,48.590,37.340,820,
fir,Ялицеве,Yalytseve,C,Р,Мала,48.540,37.420,450,
town,Місто,Misto,M,Р,Мала,48.700,37.500,12000,
"""
HAMLET_ROADS: Final = (
    ("town", "alder", 10),
    ("alder", "birch", 8),
    ("birch", "cedar", 11),
    ("cedar", "town", 16),
    ("alder", "cedar", 14),
    ("town", "dogwood", 12),
    ("dogwood", "elm", 7),
    ("elm", "fir", 8),
    ("fir", "town", 34),
    ("alder", "dogwood", 18),
)
"""Roads of the hamlets with their kilometres."""


def write_hamlets(folder: Path, scenario: str = HAMLETS) -> Path:
    """Write the area of six villages around a town, with two buses and a cycle of two weeks."""
    rows = [f"{start},{end},{km},tertiary,asphalt,45,,made up for tests" for start, end, km in HAMLET_ROADS]
    head = "from_id,to_id,length_km,road_class,surface,speed_kmh,name,source"
    return write_area(folder, scenario=scenario, settlements=_SETTLEMENTS, roads="\n".join([head, *rows]) + "\n")
