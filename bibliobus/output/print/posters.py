"""Posters: what hangs at a stop, as values for print."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.output.exchange.calendar import render_short_calendar
from bibliobus.output.print.snippet import draw_snippet
from bibliobus.plan.names import name_district
from bibliobus.view.heading import list_notices
from bibliobus.words.language import N_
from bibliobus.words.text import Text
from bibliobus.words.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.output.print.snippet import Snippet
    from bibliobus.view.material import Material
    from bibliobus.view.visits import Series

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
    """
    The poster of a stop.

    Parameters
    ----------
    settlement_id
        Settlement of the stop.
    name
        Its name, in large letters.
    district
        Municipality and district; may be empty.
    times
        Weekday and clock times, and the rhythm, of each series.
    dates
        The next dates in words, ten at most.
    cancelled
        Dates among them on which the bus does not come, and why.
    contacts
        Telephone and web page; may be empty.
    warnings
        What every output has to say, and who must be named for the data.
    snippet
        Map around the stop.
    code
        QR code of the calendar of the stop, as PNG.
    """

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


def list_posters(material: Material, settlement_id: str | None = None) -> tuple[Poster, ...]:
    """
    List the posters of the stops.

    Parameters
    ----------
    material
        The plan and what its papers need.
    settlement_id
        Settlement whose poster is wanted; None means all.

    Returns
    -------
    tuple of Poster
        By name in the alphabet; none for a stop without a date in the span.
    """
    stops: dict[str, list[Series]] = {}
    for series in material.series:
        if series.visits and settlement_id in (None, series.call.settlement_id):
            stops.setdefault(series.call.settlement_id, []).append(series)
    return tuple(_build_poster(material.at_stop(key), stays) for key, stays in stops.items())


def make_code(text: str) -> bytes:
    """
    Make a QR code.

    Parameters
    ----------
    text
        What it holds.

    Returns
    -------
    bytes
        PNG, four pixels a module, with the quiet zone around.
    """
    import segno

    stream = io.BytesIO()
    code = segno.make(text, error="m", micro=False, boost_error=False, mask=_MASK)
    code.save(stream, kind="png", scale=4, border=_QUIET)
    return stream.getvalue()


def _build_poster(material: Material, stays: list[Series]) -> Poster:
    """Poster of a stop."""
    call, publishing = stays[0].call, material.dataset.scenario.publishing
    warnings = list_notices(material.dataset, material.language, (material.plan, material.dataset))
    phone = Text(PHONE, {"phone": publishing.phone}).render(material.language) if publishing.phone else ""
    return Poster(
        settlement_id=call.settlement_id,
        name=call.name,
        district=name_district(call.hromada, call.raion, material.language),
        times=tuple(_tell_time(series, material) for series in stays),
        dates=tuple(_list_dates(stays, material)),
        cancelled=tuple(_list_cancelled(stays, material)),
        contacts=tuple(text for text in (phone, publishing.website) if text),
        warnings=tuple(text for text in (*warnings, material.attribution) if text),
        snippet=draw_snippet(material, call.settlement_id),
        code=make_code(render_short_calendar(material, call.settlement_id)),
    )


def _tell_time(series: Series, material: Material) -> tuple[str, str]:
    """Weekday and clock times, and the rhythm."""
    language = material.language
    words = {
        "weekday": language.weekday(series.call.weekday),
        "start": format_clock(series.call.start_s),
        "end": format_clock(series.call.end_s),
    }
    return Text(TIME, words).render(language), language.rhythm(series.weeks)


def _list_dates(stays: list[Series], material: Material) -> Iterator[str]:
    """The next dates; with clock times if they differ."""
    language = material.language
    visits = sorted((day, series.call.start_s, series.call.end_s) for series in stays for day in series.visits)
    same = len({visit[1:] for visit in visits}) == 1
    for day, start_s, end_s in visits[:MOST_DATES]:
        words = {"weekday": language.weekday_short(day.weekday()), "date": language.date(day)}
        times = {"start": format_clock(start_s), "end": format_clock(end_s)}
        yield Text(DATE if same else DATE_TIME, words if same else words | times).render(language)


def _list_cancelled(stays: list[Series], material: Material) -> Iterator[str]:
    """Dates without a visit before the last of the next dates."""
    days = sorted(day for series in stays for day in series.visits)
    last = days[:MOST_DATES][-1]
    found = sorted((one.day, one.why) for series in stays for one in series.cancelled if days[0] <= one.day <= last)
    for day, why in found[:MOST_CANCELLED]:
        yield Text(NO_VISIT, {"date": material.language.date(day), "why": why}).render(material.language)
