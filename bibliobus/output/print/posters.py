"""Posters: what hangs at a stop, as values for print."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bibliobus.output.exchange.calendar import render_short_calendar
from bibliobus.output.print.pdf import (
    FONT,
    MARGIN_MM,
    PAGE_HEIGHT_MM,
    PAGE_WIDTH_MM,
    clean_line,
    finish_document,
    fit_size,
    measure_block,
    open_document,
    write_block,
)
from bibliobus.output.print.snippet import LABEL_PT, SIZE_MM, draw_snippet
from bibliobus.view.periods import NO_VISIT, tell_change, tell_since, write_day
from bibliobus.words.language import KM_M, N_, format_clock
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from fpdf import FPDF

    from bibliobus.output.print.snippet import Snippet
    from bibliobus.view.stops import Stop, StopTime
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language

TIME: Final = N_("{weekday} {start}–{end}")
DATE_TIME: Final = N_("{weekday}, {date}, {start}–{end}")
PHONE: Final = N_("Telephone: {phone}")
MOST_DATES: Final = 10
MOST_CANCELLED: Final = 4
MOST_CHANGED: Final = 4
MOST_LINES: Final = 6
"""Lines of both: more of them would reach the code."""
ONLY_DATES: Final = N_("Only on the dates below")
UNTIL: Final = N_("Until {date}: see the dates below")
CHANGED: Final = N_("Changed dates")

_MASK: Final = 3
"""Pattern of the code; trying all eight, as the standard recommends, takes five times as long."""
_QUIET: Final = 4


@dataclass(frozen=True)
class Poster:
    """
    The poster of a stop.

    ``times``: What is written large, and a line below it that may be empty.
    ``changed``: Dates on which a visit of the times does not come, or at another time, since other tours are driven.
    """

    settlement_id: str
    name: str
    district: str
    times: tuple[tuple[str, str], ...]
    dates: tuple[str, ...]
    cancelled: tuple[str, ...]
    changed: tuple[str, ...]
    contacts: tuple[str, ...]
    warnings: tuple[str, ...]
    snippet: Snippet
    code: bytes


def list_posters(view: PlanView, settlement_id: str | None = None) -> tuple[Poster, ...]:
    """
    List the posters of the stops.

    Parameters
    ----------
    view
        The plan as its reader may know it.
    settlement_id
        Settlement whose poster alone is wanted; None means all.

    Returns
    -------
    tuple of Poster
        In the order of the stops; none for a stop at which no bus comes on these dates.
    """
    wanted = (stop.settlement_id for stop in view.stops if settlement_id in (None, stop.settlement_id))
    shown = (_show_stop(view.at_stop(key), key) for key in wanted)
    return tuple(_build_poster(at_stop, stop) for at_stop, stop in shown if stop.coming)


def make_code(text: str) -> bytes:
    """Make a QR code."""
    import segno

    stream = io.BytesIO()
    code = segno.make(text, error="m", micro=False, boost_error=False, mask=_MASK)
    code.save(stream, kind="png", scale=4, border=_QUIET)
    return stream.getvalue()


def _show_stop(view: PlanView, settlement_id: str) -> tuple[PlanView, Stop]:
    """What the paper of a stop may show, and the stop."""
    return view, next(stop for stop in view.stops if stop.settlement_id == settlement_id)


def _build_poster(view: PlanView, stop: Stop) -> Poster:
    """Poster of a stop."""
    language, contacts = view.language, view.contacts
    changed = tuple(_list_changed(stop, language))
    phone = Text(PHONE, {"phone": contacts.phone}).render(language) if contacts.phone else ""
    return Poster(
        settlement_id=stop.settlement_id,
        name=stop.name,
        district=stop.district,
        times=tuple(_list_times(stop, language)),
        dates=tuple(_list_dates(stop, language)),
        cancelled=tuple(_list_cancelled(stop, language))[: MOST_LINES - len(changed)],
        changed=changed,
        contacts=tuple(text for text in (phone, contacts.website) if text),
        warnings=tuple(text for text in (*view.notices, view.attribution) if text),
        snippet=draw_snippet(view, stop),
        code=make_code(render_short_calendar(view, stop)),
    )


def _list_times(stop: Stop, language: Language) -> Iterator[tuple[str, str]]:
    """Times that have dates; that there are dates only, or until when another timetable of which dates are told."""
    times = [time for time in stop.times if time.all_dates]
    since = max((time.since for time in times if time.since), default=None)
    if not times:
        yield language.gettext(ONLY_DATES), ""
    elif since and stop.coming[0].date < since:
        yield Text(UNTIL, {"date": language.date(since - timedelta(days=1))}).render(language), ""
    yield from (_tell_time(time, language) for time in times)


def _tell_time(time: StopTime, language: Language) -> tuple[str, str]:
    """Weekday and clock times, and the rhythm."""
    words = {
        "weekday": language.weekday(time.weekday),
        "start": format_clock(time.start_s),
        "end": format_clock(time.end_s),
    }
    return tell_since(Text(TIME, words).render(language), time.since, language), language.rhythm(time.weeks)


def _list_dates(stop: Stop, language: Language) -> Iterator[str]:
    """The next dates; with clock times if they differ."""
    visits = sorted({(visit.date, visit.start_s, visit.end_s) for visit in stop.coming})
    same = len({visit[1:] for visit in visits}) == 1
    for day, start_s, end_s in visits[:MOST_DATES]:
        words = {"weekday": language.weekday_short(day.weekday()), "date": language.date(day)}
        clock = {"start": format_clock(start_s), "end": format_clock(end_s)}
        yield write_day(day, language) if same else Text(DATE_TIME, words | clock).render(language)


def _list_cancelled(stop: Stop, language: Language) -> Iterator[str]:
    """Dates without a visit before the last of the next dates, if other tours are not why."""
    first, last = _find_ends(stop)
    dated = (one for time in stop.times for one in time.cancelled if not one.changed)
    found = sorted((one.date, one.why) for one in dated if first <= one.date <= last)
    for day, why in found[:MOST_CANCELLED]:
        yield Text(NO_VISIT, {"date": language.date(day), "why": why}).render(language)


def _list_changed(stop: Stop, language: Language) -> Iterator[str]:
    """What other tours change before the last of the next dates; visits besides those of the times are among these."""
    _, last = _find_ends(stop)
    found = [one for one in stop.changes if one.missing is not None and one.felt and one.first <= last]
    yield from (tell_change(one, language) for one in found[:MOST_CHANGED])


def _find_ends(stop: Stop) -> tuple[date, date]:
    """First and last of the next dates."""
    days = [visit.date for visit in stop.coming][:MOST_DATES]
    return days[0], days[-1]


HEADING: Final = N_("The mobile library comes")
NEXT: Final = N_("Next dates")
SCAN: Final = N_("Point your phone’s camera here: the dates go into your calendar. No internet is needed.")

_WIDTH_MM: Final = PAGE_WIDTH_MM - 2 * MARGIN_MM
_CODE_MM: Final = 54.0
_GAP_MM: Final = 5.0
_COLUMN_MM: Final = _WIDTH_MM - SIZE_MM - _GAP_MM
_NAMES_PT: Final = (66, 54, 44, 36, 28, 20, 14)
_MOST_NAME_LINES: Final = 4
_MOST_LARGE: Final = 2
"""Series of visits that are written large; more of them take a line each."""
_LEAST_CODE_MM: Final = 28.0


def render_posters_pdf(view: PlanView, posters: Iterable[Poster]) -> bytes:
    """
    Render the posters of the stops as one document.

    Parameters
    ----------
    view
        The plan as its reader may know it.
    posters
        Posters of the view, as `list_posters` makes them.

    Returns
    -------
    bytes
        PDF, a page for each poster.
    """
    with open_document(view.title, view.language) as document:
        for poster in posters:
            document.add_page()
            document.start_section(clean_line(document, poster.name))
            _write_poster(document, poster, view.language)
        return finish_document(document)


def _write_poster(document: FPDF, poster: Poster, language: Language) -> None:
    """A page."""
    heading = language.gettext(HEADING).upper()
    top = write_block(document, heading, (MARGIN_MM, MARGIN_MM), 22, _WIDTH_MM, bold=True)
    lines = 2 if len(poster.name) < 60 else _MOST_NAME_LINES
    size = fit_size(document, poster.name, _NAMES_PT, _WIDTH_MM, lines)
    top = write_block(document, poster.name, (MARGIN_MM, top), size, _WIDTH_MM, bold=True)
    size = fit_size(document, poster.district, (15, 12, 9, 7), _WIDTH_MM, 2)
    top = write_block(document, poster.district, (MARGIN_MM, top), size, _WIDTH_MM)
    top = _write_times(document, poster, _rule(document, top))
    middle = _rule(document, top)
    left = write_block(document, language.gettext(NEXT), (MARGIN_MM, middle), 17, _COLUMN_MM, bold=True) + 1
    for line in poster.dates:
        left = write_block(
            document, line, (MARGIN_MM, left), fit_size(document, line, (17, 15, 12, 10), _COLUMN_MM, 1), _COLUMN_MM
        )
    if poster.changed:
        left = write_block(document, language.gettext(CHANGED), (MARGIN_MM, left + 2), 17, _COLUMN_MM, bold=True)
    for line in poster.changed:
        left = write_block(document, line, (MARGIN_MM, left + 1), 11, _COLUMN_MM, bold=True)
    for line in poster.cancelled:
        left = write_block(document, line, (MARGIN_MM, left + 1), 10, _COLUMN_MM, bold=True)
    _draw_snippet(document, poster.snippet, MARGIN_MM + _COLUMN_MM + _GAP_MM, middle + 1, language)
    _write_foot(document, poster, max(left, middle + SIZE_MM) + 3, language)


def _rule(document: FPDF, top: float) -> float:
    """Line across the page; gives where it ends."""
    document.set_line_width(0.8)
    document.line(MARGIN_MM, top + 2, MARGIN_MM + _WIDTH_MM, top + 2)
    return top + 4


def _write_times(document: FPDF, poster: Poster, top: float) -> float:
    """Weekdays and clock times, smaller where there are several."""
    if len(poster.times) > _MOST_LARGE:
        for line in (", ".join(filter(None, time)) for time in poster.times):
            top = write_block(document, line, (MARGIN_MM, top), 14, _WIDTH_MM, bold=True)
        return top
    size = 32 if len(poster.times) == 1 else 22
    for time, rhythm in poster.times:
        fit = fit_size(document, time, (size, 22, 15), _WIDTH_MM, 1)
        top = write_block(document, time, (MARGIN_MM, top), fit, _WIDTH_MM, bold=True)
        if rhythm:
            top = write_block(document, rhythm, (MARGIN_MM, top), max(12, size // 2), _WIDTH_MM)
    return top


def _draw_snippet(document: FPDF, snippet: Snippet, left: float, top: float, language: Language) -> None:
    """Map in a frame: roads grey, neighbours small, the stop large and black in the middle."""
    document.set_draw_color(110)
    for width, points in snippet.lines:
        document.set_line_width(width)
        document.polyline([(left + x, top + y) for x, y in points])
    document.set_draw_color(0)
    document.set_line_width(0.4)
    document.rect(left, top, SIZE_MM, SIZE_MM)
    document.set_font(FONT, "", LABEL_PT)
    document.set_fill_color(255)
    for label in snippet.labels:
        x, y = left + label.spot[0], top + label.spot[1]
        document.circle(x, y, 0.8, style="DF")
        if label.text:
            document.set_xy(left + label.left - 1, y - 1.8)
            document.cell(0, 3.6, clean_line(document, label.text))
    middle = SIZE_MM / 2
    document.set_fill_color(255)
    document.circle(left + middle, top + middle, 3, style="DF")
    document.set_fill_color(0)
    document.circle(left + middle, top + middle, 1.8, style="F")
    foot = top + SIZE_MM - 3
    document.set_line_width(0.6)
    document.line(left + 3, foot, left + 3 + snippet.bar_mm, foot)
    document.set_font(FONT, "", 8)
    document.set_xy(left + 2, foot - 4.5)
    document.cell(30, 4, language.kilometres(snippet.bar_km * KM_M))


def _write_foot(document: FPDF, poster: Poster, above: float, language: Language) -> None:
    """Code and what to do with it, contacts, and what must be said; the code is smaller where less room is left."""
    notes = sum(measure_block(document, text, 9, _WIDTH_MM) for text in poster.warnings)
    bottom = PAGE_HEIGHT_MM - MARGIN_MM
    top = bottom - notes
    for text in poster.warnings:
        top = write_block(document, text, (MARGIN_MM, top), 9, _WIDTH_MM)
    size = max(_LEAST_CODE_MM, min(_CODE_MM, bottom - notes - 2 - above))
    code = bottom - notes - size - 2
    document.image(io.BytesIO(poster.code), MARGIN_MM - 2, code, size, size)
    left, width = MARGIN_MM + size + 2, _WIDTH_MM - size - 2
    top = write_block(document, language.gettext(SCAN), (left, code + 4), 14, width)
    for line in poster.contacts:
        top = write_block(
            document, line, (left, top + 2), fit_size(document, line, (18, 14, 10), width, 1), width, bold=True
        )
