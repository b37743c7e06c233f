"""The page of a map and the tables that say the same, for people and in the words of schema.org."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.audience import Audience
from bibliobus.output.pages.layers import TILE_CREDIT, TILES
from bibliobus.output.pages.page import TABLE_SCRIPT, Shell, read_asset, render_shell, translate_words
from bibliobus.output.pages.shown import MapOptions, build_atlas, draw_badge
from bibliobus.output.pages.tables import (
    tabulate_changes,
    tabulate_not_needed,
    tabulate_stops,
    tabulate_unserved,
    write_cards,
    write_headlines,
)
from bibliobus.view.days import DayRow, Doing
from bibliobus.view.stops import Stop, list_next
from bibliobus.view.style import ROAD_STYLES, Symbol, draw_line, draw_symbol
from bibliobus.words.language import N_, format_clock
from bibliobus.words.safe import embed_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import folium
    from markupsafe import Markup

    from bibliobus.output.pages.shown import Atlas
    from bibliobus.view.periods import DatedVisit
    from bibliobus.view.stops import StopTime
    from bibliobus.view.view import PlanView

CONTEXT: Final = "https://schema.org"
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVENT_NAME: Final = N_("Mobile library: {settlement}")


def describe_events(view: PlanView) -> dict[str, Any]:
    """
    Describe the visits as events that repeat.

    One ``Event`` a settlement, with a ``Schedule`` for each day of the cycle it is visited on, and one for each visit
    that the cycle does not give; clock times are those of the place.
    """
    events = [
        _event(place, view) for place in view.places if isinstance(place, Stop) and (place.times or place.changed)
    ]
    return {"@context": CONTEXT, "@graph": events}


def _event(stop: Stop, view: PlanView) -> dict[str, Any]:
    """Visits of one settlement."""
    coming = list_next(stop.coming)
    start = {"startDate": f"{coming[0].date.isoformat()}T{format_clock(coming[0].start_s)}:00"} if coming else {}
    address = {"addressLocality": stop.name, "addressRegion": stop.raion_name}
    return {
        "@type": "Event",
        "name": view.language.gettext(EVENT_NAME).format(settlement=stop.name),
        **start,
        "eventAttendanceMode": f"{CONTEXT}/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": stop.name,
            "address": {"@type": "PostalAddress"} | {key: text for key, text in address.items() if text},
            "geo": {"@type": "GeoCoordinates", "latitude": stop.lat, "longitude": stop.lon},
        },
        "eventSchedule": [
            *(one for day, time in stop.calls for one in _list_schedules(day, time, view)),
            *(_schedule_once(visit.date, _clocks(visit, view)) for visit in stop.changed),
        ],
    }


def _list_schedules(day: int, time: StopTime, view: PlanView) -> Iterator[dict[str, Any]]:
    """Visits of one day of the cycle without those that fall out, and single ones that are moved."""
    visits = [visit for visit in time.visits if visit.day == day]
    clock = _clocks(time, view)
    regular = [visit for visit in visits if not visit.moved]
    while regular and regular[0].untold:  # a timetable begins with the first date of which people know
        del regular[0]
    missing = [visit.date.isoformat() for visit in regular if not visit.comes]
    if regular:
        yield {
            "@type": "Schedule",
            "startDate": regular[0].date.isoformat(),
            **clock,
            "byDay": f"{CONTEXT}/{DAYS[time.weekday]}",
            "repeatFrequency": f"P{view.cycle.weeks}W",
            **({"exceptDate": missing} if missing else {}),
        }
    for visit in visits:
        if visit.moved and visit.comes:
            yield _schedule_once(visit.date, clock)


def _clocks(time: StopTime | DatedVisit, view: PlanView) -> dict[str, str]:
    """Clock times of a schedule."""
    return {
        "startTime": f"{format_clock(time.start_s)}:00",
        "endTime": f"{format_clock(time.end_s)}:00",
        "scheduleTimezone": view.contacts.time_zone,
    }


def _schedule_once(day: date, clock: dict[str, str]) -> dict[str, Any]:
    """Schedule of a single date."""
    return {"@type": "Schedule", "startDate": day.isoformat(), "endDate": day.isoformat(), **clock}


ELEMENT_ID: Final = re.compile(r"(?<=_)[0-9a-f]{32}(?![0-9a-f])")
DIGEST_LETTERS: Final = 12
SPOKEN: Final = ("date", "time", "next_visits", "km", "m", "zoom_in", "zoom_out", "close")
"""Words that scripts need."""


def render_map_page(drawing: folium.Map, view: PlanView, options: MapOptions | None = None) -> str:
    """
    Render a map and its tables as one page.

    Parameters
    ----------
    drawing
        The map, as `draw_overview` makes it of the same view and options.
    view
        The plan as its reader may know it.
    options
        How the map is meant; None means all hromadas alike and no pictures from the internet.

    Returns
    -------
    str
        HTML in one file.
    """
    atlas = build_atlas(view, options or MapOptions())
    words = translate_words(view.language)
    parts = render_map_parts(drawing)
    facts = _facts(atlas, words) | _tables(atlas) | _legend(atlas) | parts
    shell = Shell(
        "map_page.html.jinja",
        words["title"].format(area=facts["area"]),
        styles=("leaflet.css", "page.css"),
        scripts=(*map_scripts(), read_asset(TABLE_SCRIPT), parts["script"]),
        data={"places": write_cards(atlas), "words": {name: words[name] for name in SPOKEN}},
        image_hosts=(TILES,) if atlas.options.tiles else (),
    )
    return render_shell(shell, facts, view.language)


def number_ids(text: str) -> str:
    """Replace random ids of map elements by their order of appearance."""
    numbers: dict[str, int] = {}
    return ELEMENT_ID.sub(lambda match: str(numbers.setdefault(match[0], len(numbers) + 1)), text)


def render_map_parts(drawing: folium.Map) -> dict[str, Any]:
    """Render the map itself."""
    from markupsafe import Markup

    # Rendering adds children with new ids, so a copy is rendered and the drawing stays as it is.
    figure: Any = copy.deepcopy(drawing.get_root())
    for child in figure._children.values():
        child.render()
    html, mark, script = number_ids(f"{figure.html.render()}\0{figure.script.render()}").partition("\0")
    assert mark  # the mark was just put in
    lines = (line.strip() for line in script.splitlines())
    return {
        "map_html": Markup(html.strip()),
        "script": "\n".join(line for line in lines if line),
        "roads": [
            (kind, Markup(draw_line(style.colour, style.dash, style.weight)))
            for kind, style in reversed(list(ROAD_STYLES.items()))
            if f"road-{kind}" in script
        ],
    }


def _facts(atlas: Atlas, words: dict[str, str]) -> dict[str, Any]:
    """Words and facts of the page around the tables."""
    from markupsafe import Markup

    view, options, language = atlas.view, atlas.options, atlas.language
    attribution = "; ".join(filter(None, (view.attribution, TILE_CREDIT if options.tiles else "")))
    return {
        "words": words,
        "audience": (Audience.PLANNER if atlas.technical else view.audience).value,
        "area": view.area,
        "front": options.hromada and words["front"].format(hromada=options.hromada),
        "cycle": language.ngettext(
            "The timetable repeats every week.", "The timetable repeats every {count} weeks.", view.cycle.weeks
        ),
        "first_cycle": view.period,
        "dates_from": words["dates_from"].format(day=language.date(view.span.first)),
        "kept_back": view.kept_back,
        "notice": view.notice,
        "estimated": view.estimated,
        "changes": view.changes,
        "cautions": (*view.cautions, *view.long_after),
        "attribution": attribution and words["attribution"].format(attribution=attribution),
        "data_date": view.data_date and words["data_date"].format(date=view.data_date),
        "made_with": _write_origin(atlas, words),
        "tiles": options.tiles,
        "structured": Markup(embed_json(describe_events(view))) if view.public else "",
    }


def _write_origin(atlas: Atlas, words: dict[str, str]) -> str:
    """What made the page; seed and digests are for the planner."""
    text, origin = words["made_with"].format(version=atlas.view.version), atlas.view.origin
    if origin is None or not atlas.technical:
        return text
    digests = ", ".join(f"{name} {_short(digest)}" for name, digest in sorted(origin.digests.items()))
    technical = [words["seed"].format(seed=origin.seed), words["digests"].format(digests=digests) if digests else ""]
    return " ".join(filter(None, [text, *technical]))


def _tables(atlas: Atlas) -> dict[str, Any]:
    """Rows of the tables and the switches."""
    from markupsafe import Markup

    language = atlas.language
    weekdays = sorted({layer.weekday for layer in atlas.layers})
    stops = [(row, Markup(row.badge)) for row in tabulate_stops(atlas)]
    buses = {layer.bus.bus_id: " · ".join(filter(None, (layer.mark, layer.bus.name))) for layer in atlas.layers}
    return {
        "weeks": range(1, atlas.view.cycle.weeks + 1),
        "weekdays": [(weekday, language.weekday(weekday), language.weekday_short(weekday)) for weekday in weekdays],
        "buses": list(buses.items()) if len(buses) > 1 else [],
        "headlines": write_headlines(atlas),
        "figures": [(one.label, one.text) for one in atlas.view.figures] if atlas.technical else [],
        "stops": [(row, badge) for row, badge in stops if not row.far],
        "far_stops": [(row, badge) for row, badge in stops if row.far],
        "changed": tabulate_changes(atlas),
        "unserved": [(row, Markup(draw_symbol(row.symbol))) for row in tabulate_unserved(atlas)],
        "not_needed": tabulate_not_needed(atlas),
    }


def _legend(atlas: Atlas) -> dict[str, Any]:
    """Symbols that occur, and badges as they look for all weeks, for one, and for one day of it."""
    from markupsafe import Markup

    found = {place.symbol for place in atlas.places}
    sample: Markup | str = ""
    if atlas.layers:
        layer = atlas.layers[0]
        call = next(iter(layer.calls), (1, 1, DayRow(Doing.OPEN, "", "", 36_000, 36_000)))
        sample = Markup(draw_badge(layer, [call], atlas.language))
    return {
        "symbols": [(symbol.value, Markup(draw_symbol(symbol))) for symbol in Symbol if symbol in found],
        "sample": sample,
        "ordered": any(layer.ordered for layer in atlas.layers),
    }


def map_scripts() -> tuple[str, ...]:
    """Scripts that a map needs before it is made: Leaflet with its licence, labels and cards."""
    licence, leaflet = read_asset("leaflet-LICENSE.txt"), read_asset("leaflet.js")
    return f"\n/*!\n{licence}\n*/\n{leaflet}", f"{read_asset('labels.js')}\n{read_asset('map_page.js')}"


def _short(digest: str) -> str:
    """First letters of a digest, enough to tell files apart."""
    return digest.rpartition(":")[2][:DIGEST_LETTERS]
