"""Notices: one short text a settlement about what changes, for a notice board or a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.plan.compare.compare import Difference
from bibliobus.plan.names import name_settlement
from bibliobus.view.reports.comparison import sort_places, write_visits
from bibliobus.view.tables import format_csv
from bibliobus.words.language import LANGUAGES, N_, Language, format_clock
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from bibliobus.domain.places import Settlement
    from bibliobus.plan.compare.compare import Comparison, DatedVisit, PlaceChange

HEADING: Final = N_("{place}: the mobile library")
NOW: Final = N_("From {date} the bus comes: {visits}.")
NO_LONGER: Final = N_("From {date} the bus does not come until further notice.")
NOT_UNTIL: Final = N_("From {date} to {last} the bus does not come.")
NEW: Final = N_("New: from {date} the bus comes: {visits}.")
BEFORE: Final = N_("Until now: {visits}.")
FIRST: Final = N_("First visit: {date}, {start}–{end}.")
BACK: Final = N_("After {last} the timetable of before holds again.")

NOT_PUBLIC_FOLDER: Final = "not-public"
"""Folder of a plan for what is told of stops that must not be published."""

CUT: Final = f"\n\n{'-' * 72}\n\n"
"""Between two notices on paper."""

COLUMNS: Final = ("settlement_id", "name_uk", "name_latin", "hromada", "change", "text_uk", "text_en")
"""Columns of notices.csv."""

EXCEPTION_COLUMNS: Final = (
    "settlement_id",
    "name_uk",
    "change",
    "old_date",
    "old_start",
    "old_end",
    "old_bus",
    "new_date",
    "new_start",
    "new_end",
    "new_bus",
)
"""Columns of exceptions.csv: each changed visit of the first weeks, for calendars."""


@dataclass(frozen=True)
class Period:
    """First and last day of a new plan; without a last day the plan of before never holds again."""

    first: date
    last: date | None = None


def write_notice(
    place: PlaceChange, name: str, comparison: Comparison, buses: Mapping[str, str], period: Period, language: Language
) -> str:
    """Write the notice of a settlement."""
    dates = {"date": language.date(period.first), "last": language.date(period.last) if period.last else ""}
    after = write_visits(place.after, comparison, buses, language)
    if not place.after:
        parts = [Text(NOT_UNTIL if period.last else NO_LONGER, dates)]
    else:
        parts = [Text(NOW if place.before else NEW, {**dates, "visits": after})]
        first = next((visit for visit in place.after if visit.date >= period.first), place.after[0])
        clock = {"start": format_clock(first.start_s), "end": format_clock(first.end_s)}
        parts.append(Text(FIRST, {"date": language.date(first.date), **clock}))
    if place.before:
        parts.append(Text(BEFORE, {"visits": write_visits(place.before, comparison, buses, language)}))
    if period.last:
        parts.append(Text(BACK, dates))
    return " ".join([Text(HEADING, {"place": name}).render(language) + ".", *(part.render(language) for part in parts)])


def list_told(comparison: Comparison) -> tuple[PlaceChange, ...]:
    """List the settlements that must be told."""
    return tuple(place for place in sort_places(comparison) if place.kind is not Difference.ORDER)


@dataclass(frozen=True)
class Notice:
    """What residents of a settlement are told in each language of `LANGUAGES`; without names if it is not known."""

    place: PlaceChange
    names: tuple[str, str]
    texts: tuple[str, ...]


def list_notices(
    comparison: Comparison,
    settlements: Mapping[str, Settlement],
    buses: Mapping[str, Mapping[str, str]],
    period: Period,
) -> tuple[Notice, ...]:
    """
    List the notices of all settlements that must be told, the gravest change first.

    `buses` are the names by id that everybody may know, by code of the language.
    """
    notices = []
    for place in list_told(comparison):
        settlement = settlements.get(place.settlement_id)
        texts = tuple(
            write_notice(place, _name(settlement, place, one), comparison, buses[one.code], period, one)
            for one in map(Language, LANGUAGES)
        )
        names = (settlement.name_uk, settlement.name_latin) if settlement else ("", "")
        notices.append(Notice(place, names, texts))
    return tuple(notices)


def render_notices(notices: Sequence[Notice]) -> dict[str, bytes]:
    """Render ``notices.csv`` for messages, and ``notices.txt`` to be printed and cut apart; both in both languages."""
    rows = [
        (one.place.settlement_id, *one.names, one.place.hromada, one.place.kind.value, *one.texts) for one in notices
    ]
    texts = ["\n".join(one.texts) for one in notices]
    return {
        "notices.csv": format_csv(COLUMNS, rows),
        "notices.txt": ("\N{BYTE ORDER MARK}" + CUT.join(texts) + "\n").encode() if texts else b"",
    }


def render_exceptions(comparison: Comparison, settlements: Mapping[str, Settlement]) -> bytes:
    """Render every changed visit with its dates, for calendars."""
    rows = [
        (
            place.settlement_id,
            settlements[place.settlement_id].name_uk if place.settlement_id in settlements else "",
            visit.kind.value,
            *list_notice_cells(visit.old),
            *list_notice_cells(visit.new),
        )
        for place in comparison.places
        for visit in place.visits
    ]
    return format_csv(EXCEPTION_COLUMNS, rows)


def hold_apart(files: Mapping[str, bytes], says: Iterable[str]) -> dict[str, bytes]:
    """Hold apart what tells of stops that must not be published."""
    text = files["notices.txt"].decode("utf-8-sig")
    marked = {**files, "notices.txt": ("\N{BYTE ORDER MARK}" + "\n".join(says) + CUT + text).encode()}
    return {f"{NOT_PUBLIC_FOLDER}/{name}": content for name, content in marked.items()}


def list_notice_cells(visit: DatedVisit | None) -> Sequence[str]:
    """Date, clock times and bus of a visit in exceptions.csv; empty for none."""
    if visit is None:
        return ("", "", "", "")
    return visit.date.isoformat(), format_clock(visit.start_s), format_clock(visit.end_s), visit.bus_id


def _name(settlement: Settlement | None, place: PlaceChange, language: Language) -> str:
    """Name of a settlement; its id if it is no longer there."""
    return name_settlement(settlement, language) if settlement else place.settlement_id
