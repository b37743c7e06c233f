"""
The page of a map and the tables that say the same, for people and in the words of schema.org.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.audience import Audience
from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.output.pages.cards import write_cards, write_headlines
from bibliobus.output.pages.layers import TILE_CREDIT, TILES
from bibliobus.output.pages.page import TABLE_SCRIPT, Shell, read_asset, render_shell, translate_words
from bibliobus.output.pages.shown import Stay, choose_next, draw_badge
from bibliobus.output.pages.tables import tabulate_figures, tabulate_not_needed, tabulate_stops, tabulate_unserved
from bibliobus.output.pages.view import View, build_atlas
from bibliobus.plan.cautions import tell_cautions
from bibliobus.plan.kept_back import write_kept_back
from bibliobus.plan.names import name_raion, name_settlement
from bibliobus.view.style import ROAD_STYLES, Symbol, draw_line, draw_symbol
from bibliobus.words.language import N_
from bibliobus.words.safe import embed_json
from bibliobus.words.units import format_clock

if TYPE_CHECKING:
    import folium
    from markupsafe import Markup

    from bibliobus.inputs.area import Dataset
    from bibliobus.output.pages.shown import MapPlace
    from bibliobus.output.pages.view import Atlas
    from bibliobus.plan.plan import Plan
    from bibliobus.words.language import Language

CONTEXT: Final = "https://schema.org"
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVENT_NAME: Final = N_("Mobile library: {settlement}")


def describe_events(atlas: Atlas) -> dict[str, Any]:
    """
    Describe the visits as events that repeat.

    Parameters
    ----------
    atlas
        The map.

    Returns
    -------
    dict
        One ``Event`` a settlement, with a ``Schedule`` for each day of the cycle it is visited on; clock times are
        those of the place.
    """
    stays: dict[str, list[Stay]] = {}
    for stay in (stay for layer in atlas.layers for stay in layer.stays):
        stays.setdefault(stay.settlement_id, []).append(stay)
    events = [_event(place, stays[place.place_id], atlas) for place in atlas.places if place.place_id in stays]
    return {"@context": CONTEXT, "@graph": events}


def _event(place: MapPlace, stays: list[Stay], atlas: Atlas) -> dict[str, Any]:
    """Visits of one settlement."""
    settlement = place.settlement
    assert settlement is not None  # calls are made at settlements
    name = name_settlement(settlement, atlas.language)
    ordered = sorted(stays, key=lambda stay: (stay.day, stay.start_s))
    first = choose_next(atlas.visits, (stay.key for stay in ordered))
    start = {"startDate": f"{first[0][0].isoformat()}T{format_clock(first[0][1][2])}:00"} if first else {}
    address = {"addressLocality": name, "addressRegion": name_raion(settlement.raion, atlas.language)}
    return {
        "@type": "Event",
        "name": atlas.language.gettext(EVENT_NAME).format(settlement=name),
        **start,
        "eventAttendanceMode": f"{CONTEXT}/OfflineEventAttendanceMode",
        "location": {
            "@type": "Place",
            "name": name,
            "address": {"@type": "PostalAddress"} | {key: text for key, text in address.items() if text},
            "geo": {"@type": "GeoCoordinates", "latitude": settlement.lat, "longitude": settlement.lon},
        },
        "eventSchedule": [schedule for stay in ordered for schedule in _schedules(stay, atlas)],
    }


def _schedules(stay: Stay, atlas: Atlas) -> list[dict[str, Any]]:
    """Visits of one day of the cycle without those that fall out, and single ones that are moved."""
    visits = atlas.visits.get(stay.key, ())
    clock = {
        "startTime": f"{format_clock(stay.start_s)}:00",
        "endTime": f"{format_clock(stay.end_s)}:00",
        "scheduleTimezone": atlas.dataset.scenario.publishing.time_zone,
    }
    regular = [visit for visit in visits if not visit.moved]
    missing = [visit.day.isoformat() for visit in regular if not visit.driven]
    single = [visit.day.isoformat() for visit in visits if visit.moved and visit.driven]
    schedules = [{"@type": "Schedule", "startDate": day, "endDate": day, **clock} for day in single]
    if not regular:
        return schedules
    series: dict[str, Any] = {
        "@type": "Schedule",
        "startDate": regular[0].day.isoformat(),
        **clock,
        "byDay": f"{CONTEXT}/{DAYS[stay.weekday]}",
        "repeatFrequency": f"P{atlas.plan.cycle.weeks}W",
        **({"exceptDate": missing} if missing else {}),
    }
    return [series, *schedules]


ELEMENT_ID: Final = re.compile(r"(?<=_)[0-9a-f]{32}(?![0-9a-f])")
DIGEST_LETTERS: Final = 12
SPOKEN: Final = ("date", "time", "next_visits", "km", "m", "zoom_in", "zoom_out", "close")
"""Words that scripts need."""


def render_page(drawing: folium.Map, plan: Plan, dataset: Dataset, language: Language, view: View | None = None) -> str:
    """
    Render a map and its tables as one page.

    Parameters
    ----------
    drawing
        Map of the plan, by `bibliobus.output.pages.layers.draw_overview` with the same arguments.
    plan
        The plan.
    dataset
        Checked inputs it was made from.
    language
        Language of the reader.
    view
        For whom it is and what is in front; None for the planner.

    Returns
    -------
    str
        The whole HTML file, equal for equal arguments; it ends with a line feed.
    """
    atlas = build_atlas(plan, dataset, language, view or View())
    words = translate_words(language)
    parts = render_map_parts(drawing)
    facts = _facts(atlas, words) | _tables(atlas) | _legend(atlas) | parts
    shell = Shell(
        "map_page.html.jinja",
        words["title"].format(area=facts["area"]),
        styles=("leaflet.css", "page.css"),
        scripts=(*map_scripts(), read_asset(TABLE_SCRIPT), parts["script"]),
        data={"places": write_cards(atlas), "words": {name: words[name] for name in SPOKEN}},
        image_hosts=(TILES,) if atlas.view.tiles else (),
    )
    return render_shell(shell, facts, language)


def number_ids(text: str) -> str:
    """
    Replace random ids of map elements by their order of appearance.

    Parameters
    ----------
    text
        Markup and script as folium makes them.

    Returns
    -------
    str
        The same with 1, 2, 3 … for each id of 32 hexadecimal digits after an underscore; longer runs of
        such digits are left alone.
    """
    numbers: dict[str, int] = {}
    return ELEMENT_ID.sub(lambda match: str(numbers.setdefault(match[0], len(numbers) + 1)), text)


def render_map_parts(drawing: folium.Map) -> dict[str, Any]:
    """
    Render the map itself.

    Parameters
    ----------
    drawing
        The map; it stays as it is.

    Returns
    -------
    dict
        ``map_html``, ``script`` with ids that are the same at every run, and ``roads``, samples of the roads.
    """
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

    plan, scenario, language, view = atlas.plan, atlas.dataset.scenario, atlas.language, atlas.view
    last = plan.cycle.date_of(plan.cycle.weeks * WEEK_DAYS - 1)
    attribution = "; ".join(filter(None, (scenario.attribution, TILE_CREDIT if view.tiles else "")))
    public = view.audience is Audience.PUBLIC
    return {
        "words": words,
        "audience": view.audience.value,
        "area": language.choose(uk=scenario.title_uk, en=scenario.title_en),
        "front": view.hromada and words["front"].format(hromada=view.hromada),
        "cycle": language.ngettext(
            "The timetable repeats every week.", "The timetable repeats every {count} weeks.", plan.cycle.weeks
        ),
        "first_cycle": words["first_cycle"].format(first=language.date(plan.cycle.first_day), last=language.date(last)),
        "dates_from": words["dates_from"].format(day=language.date(atlas.first)),
        "kept_back": write_kept_back(language, (plan, atlas.dataset)),
        "notice": language.choose(uk=scenario.notice_uk, en=scenario.notice_en),
        "estimated": plan.estimated,
        "cautions": () if public else tell_cautions(plan, atlas.dataset, language, first=view.first),
        "attribution": attribution and words["attribution"].format(attribution=attribution),
        "data_date": scenario.data_date and words["data_date"].format(date=scenario.data_date),
        "made_with": _write_origin(atlas, words),
        "tiles": view.tiles,
        "structured": Markup(embed_json(describe_events(atlas))) if public else "",
    }


def _write_origin(atlas: Atlas, words: dict[str, str]) -> str:
    """What made the page; seed and digests are for the planner."""
    origin = atlas.plan.provenance
    text = words["made_with"].format(version=origin.version)
    if atlas.view.audience is not Audience.PLANNER:
        return text
    digests = ", ".join(f"{name} {_short(digest)}" for name, digest in sorted(origin.digests.items()))
    technical = [words["seed"].format(seed=origin.seed), words["digests"].format(digests=digests) if digests else ""]
    return " ".join(filter(None, [text, *technical]))


def _tables(atlas: Atlas) -> dict[str, Any]:
    """Rows of the tables and the switches."""
    from markupsafe import Markup

    language, public = atlas.language, atlas.view.audience is Audience.PUBLIC
    weekdays = sorted({layer.weekday for layer in atlas.layers})
    stops = [(row, Markup(row.badge)) for row in tabulate_stops(atlas)]
    buses = {layer.bus.bus_id: " · ".join(filter(None, (layer.mark, layer.bus.name))) for layer in atlas.layers}
    return {
        "weeks": range(1, atlas.plan.cycle.weeks + 1),
        "weekdays": [(weekday, language.weekday(weekday), language.weekday_short(weekday)) for weekday in weekdays],
        "buses": list(buses.items()) if len(buses) > 1 else [],
        "headlines": () if public else write_headlines(atlas),
        "figures": tabulate_figures(atlas.plan, language) if atlas.view.audience is Audience.PLANNER else (),
        "stops": [(row, badge) for row, badge in stops if not row.far],
        "far_stops": [(row, badge) for row, badge in stops if row.far],
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
        stay = next(iter(layer.stays), Stay("", layer.index, layer.bus.bus_id, layer.weekday, 1, 36_000, 36_000))
        sample = Markup(draw_badge(layer, [stay], atlas.language))
    return {
        "symbols": [(symbol.value, Markup(draw_symbol(symbol))) for symbol in Symbol if symbol in found],
        "sample": sample,
        "ordered": any(layer.ordered for layer in atlas.layers),
    }


def map_scripts() -> tuple[str, ...]:
    """
    List the scripts that a map needs before it is made.

    Returns
    -------
    tuple of str
        Leaflet with its licence; labels and cards.
    """
    licence, leaflet = read_asset("leaflet-LICENSE.txt"), read_asset("leaflet.js")
    return f"\n/*!\n{licence}\n*/\n{leaflet}", f"{read_asset('labels.js')}\n{read_asset('map_page.js')}"


def _short(digest: str) -> str:
    """First letters of a digest, enough to tell files apart."""
    return digest.rpartition(":")[2][:DIGEST_LETTERS]
