"""The page of a map and the tables that say the same."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.maps.cards import write_cards
from bibliobus.maps.page import TABLE_SCRIPT, Shell, read_asset, render_shell
from bibliobus.maps.places import list_places
from bibliobus.maps.style import INK, ROAD_STYLES, WEEK_STYLES, Symbol, WeekStyle, draw_line, draw_symbol
from bibliobus.maps.tables import tabulate_figures, tabulate_not_needed, tabulate_stops, tabulate_unserved
from bibliobus.maps.tours import Stay, draw_badge, find_layers
from bibliobus.maps.words import translate_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import folium
    from markupsafe import Markup

    from bibliobus.inputs.dataset import Dataset
    from bibliobus.language import Language
    from bibliobus.maps.places import MapPlace
    from bibliobus.maps.tours import TourLayer
    from bibliobus.plan.timetable import Plan

ELEMENT_ID: Final = re.compile(r"(?<=_)[0-9a-f]{32}(?![0-9a-f])")
DIGEST_LETTERS: Final = 12


def render_page(drawing: folium.Map, plan: Plan, dataset: Dataset, language: Language) -> str:
    """
    Render a map and its tables as one page.

    Parameters
    ----------
    drawing
        Map of the plan, by `bibliobus.maps.overview.draw_overview`.
    plan
        The plan.
    dataset
        Checked inputs it was made from.
    language
        Language of the reader.

    Returns
    -------
    str
        The whole HTML file, equal for equal arguments; it ends with a line feed.
    """
    parts = render_map_parts(drawing)
    facts = _facts(plan, dataset, language)
    shell = Shell(
        "map_page.html.jinja",
        facts["words"]["title"].format(area=facts["area"]),
        styles=("leaflet.css", "page.css"),
        scripts=(*map_scripts(), read_asset(TABLE_SCRIPT), parts.pop("script")),
        data=_data(plan, dataset, language),
    )
    return render_shell(shell, facts | _tables(plan, dataset, language) | parts, language)


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
        "roads": _road_samples(script),
    }


def _facts(plan: Plan, dataset: Dataset, language: Language) -> dict[str, Any]:
    """Words and facts of the page around the tables."""
    words = translate_words(language)
    scenario = dataset.scenario
    area = language.choose(uk=scenario.title_uk, en=scenario.title_en)
    last = plan.cycle.date_of(plan.cycle.weeks * WEEK_DAYS - 1)
    digests = ", ".join(f"{name} {_short(digest)}" for name, digest in sorted(plan.provenance.digests.items()))
    return {
        "words": words,
        "area": area,
        "cycle": language.ngettext(
            "The timetable repeats every week.", "The timetable repeats every {count} weeks.", plan.cycle.weeks
        ),
        "first_cycle": words["first_cycle"].format(first=language.date(plan.cycle.first_day), last=language.date(last)),
        "notice": language.choose(uk=scenario.notice_uk, en=scenario.notice_en),
        "estimated": plan.estimated,
        "attribution": scenario.attribution and words["attribution"].format(attribution=scenario.attribution),
        "data_date": scenario.data_date and words["data_date"].format(date=scenario.data_date),
        "made_with": words["made_with"].format(version=plan.provenance.version, seed=plan.provenance.seed),
        "digests": digests and words["digests"].format(digests=digests),
    }


def _tables(plan: Plan, dataset: Dataset, language: Language) -> dict[str, Any]:
    """Rows of the tables, the switches, the legend and the data behind the markers."""
    from markupsafe import Markup

    places = list_places(plan, dataset)
    layers = find_layers(plan, dataset)
    weekdays = sorted({layer.weekday for layer in layers})
    return {
        "weeks": range(1, plan.cycle.weeks + 1),
        "weekdays": [(weekday, language.weekday(weekday), language.weekday_short(weekday)) for weekday in weekdays],
        "figures": tabulate_figures(plan, language),
        "stops": [(row, Markup(row.badge)) for row in tabulate_stops(plan, places, layers, language)],
        "unserved": [(row, Markup(draw_symbol(row.symbol))) for row in tabulate_unserved(places, language)],
        "not_needed": tabulate_not_needed(dataset, places, language),
        "legend": _legend(plan.cycle.weeks, places),
        "sample": _sample(layers, plan.cycle.weeks, language),
        "several_buses": len(dataset.scenario.buses) > 1,
    }


def _data(plan: Plan, dataset: Dataset, language: Language) -> dict[str, Any]:
    """What the scripts read: the cards of the markers and their words."""
    words = translate_words(language)
    layers = find_layers(plan, dataset)
    return {
        "places": write_cards(plan, dataset, list_places(plan, dataset), layers, language),
        "words": {name: words[name] for name in ("week", "date", "time", "km", "m", "zoom_in", "zoom_out", "close")},
    }


def _legend(cycle_weeks: int, places: Iterable[MapPlace]) -> dict[str, list[tuple[Any, Markup]]]:
    """Samples of the lines of weeks, and of the symbols that occur."""
    from markupsafe import Markup

    found = {place.symbol for place in places}
    styles = enumerate((WEEK_STYLES[week % len(WEEK_STYLES)] for week in range(cycle_weeks)), start=1)
    return {
        "weeks": [(week, Markup(draw_line(INK, "", style))) for week, style in styles],
        "symbols": [(symbol.value, Markup(draw_symbol(symbol))) for symbol in Symbol if symbol in found],
    }


def _road_samples(script: str) -> list[tuple[str, Markup]]:
    """Samples of the kinds of road that were drawn."""
    from markupsafe import Markup

    return [
        (kind, Markup(draw_line(style.colour, style.dash, WeekStyle(style.weight, 0))))
        for kind, style in reversed(list(ROAD_STYLES.items()))
        if f"road-{kind}" in script
    ]


def _sample(layers: Sequence[TourLayer], cycle_weeks: int, language: Language) -> Markup:
    """Badge for the legend: third stop of the first week; empty if there are no tours."""
    from markupsafe import Markup

    if not layers:
        return Markup()
    stay = Stay("", layers[0].index, layers[0].bus.bus_id, layers[0].weekday, 3, 0, 0)
    return Markup(draw_badge(layers[0], [stay], cycle_weeks, language))


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
