"""KML: the stops for Google Earth, Google My Maps, Organic Maps and other maps that people carry with them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as xml

from bibliobus.plan.names import name_hromada
from bibliobus.view.heading import list_notices, write_title
from bibliobus.words.alphabet import alphabet_key
from bibliobus.words.language import N_
from bibliobus.words.safe import clean_text
from bibliobus.words.text import Text, join_dates
from bibliobus.words.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bibliobus.view.material import Material
    from bibliobus.view.visits import Series
    from bibliobus.words.language import Language

NAMESPACE: Final = "http://www.opengis.net/kml/2.2"
DECIMALS: Final = 6
"""Decimals of a degree: a tenth of a metre."""
MOST_DATES: Final = 6
"""Dates of a stop that a telephone shows without scrolling."""

SPAN: Final = N_("Visits from {first} to {last}")
VISITS: Final = N_("{weekday}, {start}–{end}, {rhythm}; next visits: {dates}")


def render_kml(material: Material) -> bytes:
    """
    Render the stops as KML 2.2 (OGC 07-147r2).

    A placemark for each stop with its times and next dates, in a folder for each hromada, which Google My Maps shows
    as a layer. No buses, drives or numbers of residents, whoever reads it; nothing in it is loaded from elsewhere.
    """
    root = xml.Element("kml", xmlns=NAMESPACE)
    document = xml.SubElement(root, "Document")
    _add(document, "name", write_title(material.dataset, material.language))
    _add(document, "description", "\n".join(_list_lines(material)))
    groups: dict[str, list[list[Series]]] = {}
    visited = (series for series in material.series if series.visits)
    for _, stays in groupby(visited, key=lambda series: series.call.settlement_id):
        found = list(stays)
        groups.setdefault(found[0].call.hromada, []).append(found)
    for hromada, stops in sorted(groups.items(), key=lambda item: alphabet_key(item[0])):
        folder = document
        if hromada:
            folder = xml.SubElement(document, "Folder")
            _add(folder, "name", name_hromada(hromada, material.language))
        for stop in stops:
            _add_stop(folder, stop, material)
    xml.indent(root, " ")
    text = xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode("utf-8", "replace")


def _list_lines(material: Material) -> Iterator[str]:
    """What is said of all stops: notices, dates, whom to ask, whose data."""
    language, publishing = material.language, material.dataset.scenario.publishing
    yield from list_notices(material.dataset, language, (material.plan, material.dataset))
    days = {"first": language.date(material.span.first), "last": language.date(material.span.last)}
    yield Text(SPAN, days).render(language)
    yield from filter(None, (publishing.phone, publishing.website, material.attribution))


def _add_stop(folder: xml.Element, stays: list[Series], material: Material) -> None:
    """Placemark of a stop."""
    call = stays[0].call
    mark = xml.SubElement(folder, "Placemark")
    _add(mark, "name", material.names[call.settlement_id])
    _add(mark, "description", "\n".join(_tell_visits(stays, material.language)))
    # KML gives the longitude first.
    _add(xml.SubElement(mark, "Point"), "coordinates", f"{call.lon:.{DECIMALS}f},{call.lat:.{DECIMALS}f}")


def _tell_visits(stays: Iterable[Series], language: Language) -> Iterator[str]:
    """A line for each time at which the bus comes."""
    for series in stays:
        call = series.call
        words = {
            "weekday": language.weekday(call.weekday),
            "start": format_clock(call.start_s),
            "end": format_clock(call.end_s),
            "rhythm": language.rhythm(series.weeks),
            "dates": join_dates(series.visits[:MOST_DATES], language),
        }
        yield Text(VISITS, words).render(language)


def _add(parent: xml.Element, tag: str, text: str) -> None:
    """Element that holds a text, each of its lines without letters that XML does not know."""
    xml.SubElement(parent, tag).text = "\n".join(clean_text(line) for line in text.splitlines())
