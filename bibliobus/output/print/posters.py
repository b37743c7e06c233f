"""Posters: what hangs at a stop, as values for print."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.output.exchange.calendar import render_short_calendar
from bibliobus.output.print.snippet import draw_snippet
from bibliobus.words.language import N_
from bibliobus.words.text import Text
from bibliobus.words.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.output.print.snippet import Snippet
    from bibliobus.view.stops import Stop, StopTime
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language

TIME: Final = N_("{weekday} {start}–{end}")
DATE: Final = N_("{weekday}, {date}")
DATE_TIME: Final = N_("{weekday}, {date}, {start}–{end}")
NO_VISIT: Final = N_("No visit on {date}: {why}")
PHONE: Final = N_("Telephone: {phone}")
MOST_DATES: Final = 10
MOST_CANCELLED: Final = 4

_MASK: Final = 3
"""Pattern of the code; trying all eight, as the standard recommends, takes five times as long."""
_QUIET: Final = 4


@dataclass(frozen=True)
class Poster:
    """The poster of a stop."""

    settlement_id: str
    name: str
    district: str
    times: tuple[tuple[str, str], ...]
    dates: tuple[str, ...]
    cancelled: tuple[str, ...]
    contacts: tuple[str, ...]
    warnings: tuple[str, ...]
    snippet: Snippet
    code: bytes


def list_posters(view: PlanView, settlement_id: str | None = None) -> tuple[Poster, ...]:
    """List the posters of the stops."""
    wanted = (stop.settlement_id for stop in view.stops if settlement_id in (None, stop.settlement_id))
    shown = (_show_stop(view.at_stop(key), key) for key in wanted)
    return tuple(_build_poster(at_stop, stop, times) for at_stop, stop, times in shown if times)


def make_code(text: str) -> bytes:
    """Make a QR code."""
    import segno

    stream = io.BytesIO()
    code = segno.make(text, error="m", micro=False, boost_error=False, mask=_MASK)
    code.save(stream, kind="png", scale=4, border=_QUIET)
    return stream.getvalue()


def _show_stop(view: PlanView, settlement_id: str) -> tuple[PlanView, Stop, list[StopTime]]:
    """What the paper of a stop may show: the stop, and its times that have dates."""
    stop = next(stop for stop in view.stops if stop.settlement_id == settlement_id)
    return view, stop, [time for time in stop.times if time.all_dates]


def _build_poster(view: PlanView, stop: Stop, times: list[StopTime]) -> Poster:
    """Poster of a stop."""
    language, contacts = view.language, view.contacts
    phone = Text(PHONE, {"phone": contacts.phone}).render(language) if contacts.phone else ""
    return Poster(
        settlement_id=stop.settlement_id,
        name=stop.name,
        district=stop.district,
        times=tuple(_tell_time(time, language) for time in times),
        dates=tuple(_list_dates(times, language)),
        cancelled=tuple(_list_cancelled(times, language)),
        contacts=tuple(text for text in (phone, contacts.website) if text),
        warnings=tuple(text for text in (*view.notices, view.attribution) if text),
        snippet=draw_snippet(view, stop),
        code=make_code(render_short_calendar(view, stop)),
    )


def _tell_time(time: StopTime, language: Language) -> tuple[str, str]:
    """Weekday and clock times, and the rhythm."""
    words = {
        "weekday": language.weekday(time.weekday),
        "start": format_clock(time.start_s),
        "end": format_clock(time.end_s),
    }
    return Text(TIME, words).render(language), language.rhythm(time.weeks)


def _list_dates(times: list[StopTime], language: Language) -> Iterator[str]:
    """The next dates; with clock times if they differ."""
    visits = sorted((day, time.start_s, time.end_s) for time in times for day in time.all_dates)
    same = len({visit[1:] for visit in visits}) == 1
    for day, start_s, end_s in visits[:MOST_DATES]:
        words = {"weekday": language.weekday_short(day.weekday()), "date": language.date(day)}
        clock = {"start": format_clock(start_s), "end": format_clock(end_s)}
        yield Text(DATE if same else DATE_TIME, words if same else words | clock).render(language)


def _list_cancelled(times: list[StopTime], language: Language) -> Iterator[str]:
    """Dates without a visit before the last of the next dates."""
    days = sorted(day for time in times for day in time.all_dates)
    last = days[:MOST_DATES][-1]
    found = sorted((one.date, one.why) for time in times for one in time.cancelled if days[0] <= one.date <= last)
    for day, why in found[:MOST_CANCELLED]:
        yield Text(NO_VISIT, {"date": language.date(day), "why": why}).render(language)
