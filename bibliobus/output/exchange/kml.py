"""KML: the stops for Google Earth, Google My Maps, Organic Maps and other maps that people carry with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as xml

from bibliobus.words.alphabet import alphabet_key
from bibliobus.words.language import N_
from bibliobus.words.safe import clean_text
from bibliobus.words.text import Text, join_dates
from bibliobus.words.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.view.stops import Stop
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language

NAMESPACE: Final = "http://www.opengis.net/kml/2.2"
DECIMALS: Final = 6
"""Decimals of a degree: a tenth of a metre."""
MOST_DATES: Final = 6
"""Dates of a stop that a telephone shows without scrolling."""

SPAN: Final = N_("Visits from {first} to {last}")
VISITS: Final = N_("{weekday}, {start}–{end}, {rhythm}; next visits: {dates}")


def render_kml(view: PlanView) -> bytes:
    """
    Render the stops as KML 2.2 (OGC 07-147r2).

    A placemark for each stop with its times and next dates, in a folder for each hromada, which Google My Maps shows
    as a layer. No buses, drives or numbers of residents, whoever reads it; nothing in it is loaded from elsewhere.
    """
    root = xml.Element("kml", xmlns=NAMESPACE)
    document = xml.SubElement(root, "Document")
    _add(document, "name", view.title)
    _add(document, "description", "\n".join(_list_lines(view)))
    groups: dict[str, list[Stop]] = {}
    for stop in view.stops:
        if any(time.all_dates for time in stop.times):
            groups.setdefault(stop.hromada, []).append(stop)
    for hromada, stops in sorted(groups.items(), key=lambda item: alphabet_key(item[0])):
        folder = document
        if hromada:
            folder = xml.SubElement(document, "Folder")
            _add(folder, "name", stops[0].hromada_name)
        for stop in stops:
            _add_stop(folder, stop, view.language)
    xml.indent(root, " ")
    text = xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode("utf-8", "replace")


def _list_lines(view: PlanView) -> Iterator[str]:
    """What is said of all stops: notices, dates, whom to ask, whose data."""
    yield from view.notices
    days = {"first": view.language.date(view.span.first), "last": view.language.date(view.span.last)}
    yield Text(SPAN, days).render(view.language)
    yield from filter(None, (view.contacts.phone, view.contacts.website, view.attribution))


def _add_stop(folder: xml.Element, stop: Stop, language: Language) -> None:
    """Placemark of a stop."""
    mark = xml.SubElement(folder, "Placemark")
    _add(mark, "name", stop.full_name)
    _add(mark, "description", "\n".join(_tell_visits(stop, language)))
    # KML gives the longitude first.
    _add(xml.SubElement(mark, "Point"), "coordinates", f"{stop.lon:.{DECIMALS}f},{stop.lat:.{DECIMALS}f}")


def _tell_visits(stop: Stop, language: Language) -> Iterator[str]:
    """A line for each time at which the bus comes."""
    for time in stop.times:
        if time.all_dates:
            words = {
                "weekday": language.weekday(time.weekday),
                "start": format_clock(time.start_s),
                "end": format_clock(time.end_s),
                "rhythm": language.rhythm(time.weeks),
                "dates": join_dates(time.all_dates[:MOST_DATES], language),
            }
            yield Text(VISITS, words).render(language)


def _add(parent: xml.Element, tag: str, text: str) -> None:
    """Element that holds a text, each of its lines without letters that XML does not know."""
    xml.SubElement(parent, tag).text = "\n".join(clean_text(line) for line in text.splitlines())
