"""The page of a map and the tables that say the same."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.audience import Audience
from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.maps.cards import write_cards
from bibliobus.maps.escape import embed_json
from bibliobus.maps.headlines import write_headlines
from bibliobus.maps.overview import TILE_CREDIT, TILES
from bibliobus.maps.page import TABLE_SCRIPT, Shell, read_asset, render_shell
from bibliobus.maps.structured import describe_events
from bibliobus.maps.style import ROAD_STYLES, Symbol, draw_line, draw_symbol
from bibliobus.maps.tables import tabulate_figures, tabulate_not_needed, tabulate_stops, tabulate_unserved
from bibliobus.maps.tours import Stay, draw_badge
from bibliobus.maps.view import View, build_atlas
from bibliobus.maps.words import translate_words
from bibliobus.plan.cautions import tell_cautions
from bibliobus.plan.kept_back import write_kept_back

if TYPE_CHECKING:
    import folium
    from markupsafe import Markup

    from bibliobus.inputs.dataset import Dataset
    from bibliobus.language import Language
    from bibliobus.maps.view import Atlas
    from bibliobus.plan.timetable import Plan

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
        Map of the plan, by `bibliobus.maps.overview.draw_overview` with the same arguments.
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
