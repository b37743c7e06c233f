"""Notices: what changes, for each settlement concerned, as a text for a notice board and as a short message."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bibliobus.plan.compare.compare import Difference
from bibliobus.plan.names import name_settlement
from bibliobus.view.changed import (
    MESSAGES,
    MOST_DATES,
    SENTENCES,
    find_beginning,
    name_date,
    tell_changes,
    write_rhythm,
    write_short_date,
    write_short_day,
)
from bibliobus.view.reports.comparison import sort_told
from bibliobus.view.tables import format_csv
from bibliobus.words.language import LANGUAGES, N_, Language, format_clock
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from bibliobus.domain.places import Settlement
    from bibliobus.plan.compare.compare import Comparison, DatedVisit, PlaceChange


class Why(StrEnum):
    """Why the timetable of a settlement changes, as far as everybody may know: no road, place or note is named."""

    CLOSED = "closed"
    RESTRICTED = "restricted"
    BUS = "bus"
    UNSAID = ""


HEADING: Final = N_("{place}: the mobile library.")
REASONS: Final = {
    Why.CLOSED: (
        N_("A road is closed, so the timetable changes for a time."),
        N_("A road is closed, so the timetable changes."),
    ),
    Why.RESTRICTED: (
        N_("Traffic on a road is restricted, so the timetable changes for a time."),
        N_("Traffic on a road is restricted, so the timetable changes."),
    ),
    Why.BUS: (
        N_("The bus is out of service, so the timetable changes for a time."),
        N_("The bus is out of service, so the timetable changes."),
    ),
}
"""Reasons of what changes for a time, and of what changes for good."""

FIRST: Final = N_("First visit: {date}, {start}–{end}.")
BEFORE: Final = N_("Until now: {visits}.")
BACK: Final = N_("After {last} the timetable of before holds again.")
OTHERWISE: Final = N_("On all other dates the bus comes as announced before.")

MESSAGE: Final = N_("Mobile library, {place}: {what}.")
SHORT_REASONS: Final = {
    Why.CLOSED: N_("Road closed."),
    Why.RESTRICTED: N_("Road restricted."),
    Why.BUS: N_("Bus out of service."),
}
OTHER_VEHICLE: Final = N_("{days} {start}-{end} as announced, another vehicle")
SHORT_NEXT: Final = N_("Next: {day} {start}-{end}.")
SHORT_BACK: Final = N_("After {last} as before.")
PLAIN: Final = str.maketrans(
    {
        "\N{EN DASH}": "-",
        "\N{NO-BREAK SPACE}": " ",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    }
)
"""Marks that would make a message in Latin letters more than twice as long."""

GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Letters of the GSM alphabet of seven bits (3GPP TS 23.038)."""

GSM_ESCAPED: Final = frozenset("\f^{}\\[~]|€")
"""Letters that take two places in it."""

GSM_ROOM: Final = (160, 153)
"""Letters in a message of one segment, and in each segment of a longer one."""

WIDE_ROOM: Final = (70, 67)
"""The same for messages with any other letter, in units of UTF-16."""

NOT_PUBLIC_FOLDER: Final = "not-public"
"""Folder of a plan for what is told of stops that must not be published."""

CUT: Final = f"\n\n{'-' * 72}\n\n"
"""Between two notices on paper."""

COLUMNS: Final = (
    "settlement_id",
    "name_uk",
    "name_latin",
    "hromada",
    "change",
    "text_uk",
    "text_en",
    "short_uk",
    "segments_uk",
    "short_en",
    "segments_en",
    "first_date",
    "last_date",
)
"""Columns of notices.csv; `last_date` is empty where it is for good."""

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


def write_notice(
    place: PlaceChange, name: str, comparison: Comparison, buses: Mapping[str, str], why: Why, language: Language
) -> str:
    """Write the notice of a settlement for a notice board."""
    parts = [Text(HEADING, {"place": name}).render(language)]
    if why in REASONS:
        parts.append(language.gettext(REASONS[why][place.for_good]))
    parts += tell_changes(place, comparison, buses, language, SENTENCES)
    parts += [text.render(language) for text in _tell_rest(place, comparison, buses, language)]
    return " ".join(parts)


def _tell_rest(
    place: PlaceChange, comparison: Comparison, buses: Mapping[str, str], language: Language
) -> Iterator[Text]:
    """When the bus comes first and what was so before; of what changes for a time, what holds on other dates."""
    if not place.for_good:
        yield Text(BACK, {"last": language.date(place.until)}) if place.until else Text(OTHERWISE)
        return
    begins = find_beginning(place, comparison)
    first = next((visit for visit in place.after if visit.date >= begins), None)
    if first is not None and place.lasting:
        clock = {"start": format_clock(first.start_s), "end": format_clock(first.end_s)}
        yield Text(FIRST, {"date": name_date(first.date, language), **clock})
    if place.usual:
        yield Text(BEFORE, {"visits": write_rhythm(place.usual, comparison.repeat_weeks, buses, language)})


def write_message(
    place: PlaceChange, name: str, comparison: Comparison, buses: Mapping[str, str], why: Why, language: Language
) -> str:
    """Write the same as short as a message to telephones should be."""
    what = "; ".join(tell_changes(place, comparison, buses, language, MESSAGES))
    parts = [Text(MESSAGE, {"place": name, "what": what}).render(language)]
    if why in SHORT_REASONS:
        parts.append(language.gettext(SHORT_REASONS[why]))
    if place.until and len(place.noticed) > MOST_DATES:  # single dates speak for themselves
        parts.append(Text(SHORT_BACK, {"last": write_short_date(place.until, language)}).render(language))
    return " ".join(parts).translate(PLAIN)


def write_cancel_message(
    name: str, old: DatedVisit, new: DatedVisit | None, following: DatedVisit | None, language: Language
) -> str:
    """Write of a cancelled or moved visit as short as a message to telephones should be."""
    shown = new or old
    words = {"days": write_short_day(shown.date, language), "old": write_short_day(old.date, language)}
    words |= {"start": format_clock(shown.start_s), "end": format_clock(shown.end_s)}
    words |= {"old_start": format_clock(old.start_s), "old_end": format_clock(old.end_s)}
    if new is None:
        what = MESSAGES.lost
    elif new.date != old.date:
        what = MESSAGES.day
    else:
        what = OTHER_VEHICLE if (new.start_s, new.end_s) == (old.start_s, old.end_s) else MESSAGES.time
    parts = [Text(MESSAGE, {"place": name, "what": Text(what, words)})]
    if new is None and following is not None:
        clock = {"start": format_clock(following.start_s), "end": format_clock(following.end_s)}
        parts.append(Text(SHORT_NEXT, {"day": write_short_day(following.date, language), **clock}))
    return " ".join(part.render(language) for part in parts).translate(PLAIN)


def count_segments(text: str) -> int:
    """Count the segments in which a message is sent, and paid; no letter is cut in two."""
    is_gsm = GSM.union(GSM_ESCAPED).issuperset(text)
    one, each = GSM_ROOM if is_gsm else WIDE_ROOM
    sizes = [(2 if letter in GSM_ESCAPED else 1) if is_gsm else len(letter.encode("utf-16-le")) // 2 for letter in text]
    if sum(sizes) <= one:
        return 1
    count, left = 0, 0
    for size in sizes:
        if size > left:
            count, left = count + 1, each
        left -= size
    return count


@dataclass(frozen=True)
class Notice:
    """
    What residents of a settlement are told in each language of `LANGUAGES`; without names if it is not known.

    ``messages``: The same as short messages.
    ``first``, ``last``: First and last date on which anything changes; `last` is None where it is for good.
    """

    place: PlaceChange
    names: tuple[str, str]
    texts: tuple[str, ...]
    messages: tuple[str, ...]
    first: date
    last: date | None

    @property
    def change(self) -> Difference:
        """The gravest difference that people notice."""
        order = list(Difference)
        return min((visit.kind for visit in self.place.noticed), key=order.index)


def list_notices(
    comparison: Comparison,
    settlements: Mapping[str, Settlement],
    buses: Mapping[str, Mapping[str, str]],
    reasons: Mapping[str, Why],
) -> tuple[Notice, ...]:
    """
    List the notices of all settlements that must be told, the gravest change first.

    `buses` are the names by id that everybody may know, by code of the language; `reasons` those of settlements by id.
    """
    notices = []
    for place in sort_told(comparison):
        settlement, why = settlements.get(place.settlement_id), reasons.get(place.settlement_id, Why.UNSAID)
        texts, messages = (
            tuple(
                write(place, _name(settlement, place, one), comparison, buses[one.code], why, one)
                for one in map(Language, LANGUAGES)
            )
            for write in (write_notice, write_message)
        )
        names = (settlement.name_uk, settlement.name_latin) if settlement else ("", "")
        notices.append(Notice(place, names, texts, messages, *_find_dates(place, comparison)))
    return tuple(notices)


def _find_dates(place: PlaceChange, comparison: Comparison) -> tuple[date, date | None]:
    """First date on which something changes for a settlement, and the last one unless it is for good."""
    dates = [day for change in place.noticed for day in change.dates]
    if place.for_good:
        return min(*dates, find_beginning(place, comparison)), None
    return min(dates), max(dates)


def render_notices(notices: Sequence[Notice]) -> dict[str, bytes]:
    """Render ``notices.csv`` for messages, and ``notices.txt`` to be printed and cut apart; both in both languages."""
    rows = [
        (
            *(one.place.settlement_id, *one.names, one.place.hromada, one.change.value, *one.texts),
            *(cell for message in one.messages for cell in (message, str(count_segments(message)))),
            *(day.isoformat() if day else "" for day in (one.first, one.last)),
        )
        for one in notices
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
