"""Notices about cancelled visits, as they hang on a board: which visit, what replaces it, and when the next one is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.words.language import N_, Language, format_clock
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from datetime import date

    from bibliobus.plan.compare.compare import DatedVisit

HEADING: Final = N_("{place}: the mobile library.")
NOT_COMING: Final = N_("{on_day} the bus does not come.")
INSTEAD: Final = N_("It comes instead {on_day}, {start}–{end}.")
OTHER_TIME: Final = N_("{on_day} the bus comes at another time: {start}–{end}, not {old_start}–{old_end}.")
AS_ANNOUNCED: Final = N_("{on_day} the library comes as announced, {start}–{end}, but in another vehicle.")
NO_REPLACEMENT: Final = N_("There is no replacement.")
NEXT: Final = N_("The next visit by the timetable is {on_day}, {start}–{end}.")
MOVED: Final = N_("{on_day} the bus comes a little earlier or later: {start}–{end}, not {old_start}–{old_end}.")
ON_DAYS: Final = (
    N_("on Monday, {date}"),
    N_("on Tuesday, {date}"),
    N_("on Wednesday, {date}"),
    N_("on Thursday, {date}"),
    N_("on Friday, {date}"),
    N_("on Saturday, {date}"),
    N_("on Sunday, {date}"),
)
"""In one piece with the weekday: in Ukrainian the word before it and its ending depend on it."""


def write_cancellation(
    name: str, old: DatedVisit, new: DatedVisit | None, following: DatedVisit | None, language: Language
) -> str:
    """Write the notice of a cancelled visit; None for no replacement, and for no visit within a year."""
    parts = [Text(HEADING, {"place": name})]
    day, clock = old.date, _tell_clock(old)
    first = {"on_day": _begin(tell_day(day, None, language)), **clock}
    if new is not None and new.date == day:
        same = _tell_clock(new) == clock
        others = {f"old_{key}": text for key, text in clock.items()}
        parts.append(Text(AS_ANNOUNCED if same else OTHER_TIME, {**first, **_tell_clock(new), **others}))
        return " ".join(part.render(language) for part in parts)
    parts.append(Text(NOT_COMING, first))
    if new is not None:
        parts.append(Text(INSTEAD, {"on_day": tell_day(new.date, day, language), **_tell_clock(new)}))
    else:
        parts.append(Text(NO_REPLACEMENT))
    if following is not None:
        parts.append(Text(NEXT, {"on_day": tell_day(following.date, day, language), **_tell_clock(following)}))
    return " ".join(part.render(language) for part in parts)


def write_moved(name: str, old: DatedVisit, new: DatedVisit, language: Language) -> str:
    """Write the notice of a visit that opens minutes apart from what was announced."""
    others = {f"old_{key}": text for key, text in _tell_clock(old).items()}
    words = {"on_day": _begin(tell_day(new.date, None, language)), **_tell_clock(new), **others}
    return " ".join(part.render(language) for part in (Text(HEADING, {"place": name}), Text(MOVED, words)))


def tell_day(day: date, after: date | None, language: Language) -> str:
    """Weekday and date inside a sentence; without the year if it is that of the date named before."""
    from babel.dates import format_skeleton

    if after is not None and after.year == day.year:
        words = format_skeleton("MMMMd", day, locale=language.code)
    else:
        # In English a date inside a sentence ends with a comma, in Ukrainian what is put beside a weekday does.
        words = f"{language.date(day)}," if after is None else language.date(day)
    return Text(ON_DAYS[day.weekday()], {"date": words}).render(language)


def _begin(words: str) -> str:
    """The same words at the beginning of a sentence, where Ukrainian has another form of “on” than behind a vowel."""
    return f"У {words[2:]}" if words.startswith("в ") else words[:1].upper() + words[1:]


def _tell_clock(visit: DatedVisit) -> dict[str, str]:
    """Clock times of a visit."""
    return {"start": format_clock(visit.start_s), "end": format_clock(visit.end_s)}
