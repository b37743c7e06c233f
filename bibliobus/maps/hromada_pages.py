"""Pages to print: for each hromada one or two sheets of what it gets."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bibliobus.alphabet import alphabet_key
from bibliobus.domain.audience import Audience
from bibliobus.inputs.transliteration import transliterate
from bibliobus.language import N_
from bibliobus.maps.headlines import write_headlines
from bibliobus.maps.page import Shell, render_shell
from bibliobus.maps.sketch import draw_sketch
from bibliobus.maps.style import LINE_WEIGHT, Symbol, draw_line, draw_symbol
from bibliobus.maps.tables import tabulate_not_needed, tabulate_stops, tabulate_unserved
from bibliobus.maps.view import build_atlas, keep_ground
from bibliobus.maps.words import translate_words
from bibliobus.plan.cautions import tell_cautions
from bibliobus.plan.kept_back import write_kept_back
from bibliobus.plan.names import name_area, name_hromada

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.inputs.dataset import Dataset
    from bibliobus.language import Language
    from bibliobus.maps.headlines import Headline
    from bibliobus.maps.view import Atlas, View
    from bibliobus.network.geometry import MapGeometry
    from bibliobus.plan.timetable import Plan

INDEX: Final = "index.html"
KIND: Final = N_("What the mobile library brings to the hromada")
INDEX_KIND: Final = N_("Pages to print, one for each hromada")
LONGEST_FILE_NAME: Final = 40


@dataclass(frozen=True)
class HromadaEntry:
    """
    A hromada in the list of the pages.

    Parameters
    ----------
    name
        Its name as a heading.
    file
        Its page.
    headlines
        Its numbers; none for the public.
    """

    name: str
    file: str
    headlines: tuple[Headline, ...]


def render_hromada_pages(
    plan: Plan, dataset: Dataset, geometry: MapGeometry, language: Language, view: View
) -> dict[str, str]:
    """
    Render a page for each hromada, and a list of them.

    Parameters
    ----------
    plan
        The plan.
    dataset
        Checked inputs it was made from.
    geometry
        Where places lie and legs run.
    language
        Language of the reader.
    view
        For whom they are, dates from when; its hromada alone if one is in front.

    Returns
    -------
    dict of str to str
        HTML by file name; the list is ``index.html`` and is left out where there is one page only.
    """
    atlas = build_atlas(plan, dataset, language, view)
    geometry = keep_ground(geometry, atlas, dataset)
    found = {place.settlement.hromada for place in atlas.places if place.settlement is not None}
    wanted = [view.hromada] if view.hromada else sorted(found - {""}, key=alphabet_key)
    files = name_files(wanted)
    pages = {}
    entries = []
    for hromada in wanted:
        front = replace(atlas, view=replace(view, hromada=hromada))
        pages[files[hromada]] = _render_page(front, geometry)
        entries.append(HromadaEntry(name_hromada(hromada, language), files[hromada], _headlines(front)))
    if len(entries) != 1:
        pages[INDEX] = _render_index(atlas, entries)
    return pages


def name_files(hromadas: Sequence[str]) -> dict[str, str]:
    """
    Name the files of the pages.

    Parameters
    ----------
    hromadas
        Names of hromadas, all different.

    Returns
    -------
    dict of str to str
        File by hromada: small Latin letters, digits and hyphens, with a number where two would be the same.
    """
    files: dict[str, str] = {}
    for hromada in hromadas:
        letters = re.sub(r"[^a-z0-9]+", "-", transliterate(hromada).lower()).strip("-")[:LONGEST_FILE_NAME]
        stem = f"hromada-{letters}" if letters else "hromada"
        number = 2
        name = f"{stem}.html"
        while name in files.values():
            name, number = f"{stem}-{number}.html", number + 1
        files[hromada] = name
    return files


def _headlines(atlas: Atlas) -> tuple[Headline, ...]:
    """Numbers of a hromada; the public learns none."""
    return () if atlas.view.audience is Audience.PUBLIC else write_headlines(atlas)


def _facts(atlas: Atlas, kind: str, title: str) -> dict[str, Any]:
    """Words and facts around the tables."""
    words = translate_words(atlas.language)
    scenario, language = atlas.dataset.scenario, atlas.language
    public = atlas.view.audience is Audience.PUBLIC
    sources = [
        words["estimated"] if atlas.plan.estimated and public else "",
        scenario.attribution and words["attribution"].format(attribution=scenario.attribution),
        scenario.data_date and words["data_date"].format(date=scenario.data_date),
        words["made_with"].format(version=atlas.plan.provenance.version),
    ]
    return {
        "words": words,
        "kind": language.gettext(kind),
        "heading": title,
        "area": name_area(atlas.dataset, language),
        "kept_back": write_kept_back(language, (atlas.plan, atlas.dataset)),
        "notice": language.choose(uk=scenario.notice_uk, en=scenario.notice_en),
        "estimated": atlas.plan.estimated and not public,
        "cautions": _tell_reader(atlas),
        "cycle": language.ngettext(
            "The timetable repeats every week.", "The timetable repeats every {count} weeks.", atlas.plan.cycle.weeks
        ),
        "sources": [source for source in sources if source],
    }


def _tell_reader(atlas: Atlas) -> tuple[str, ...]:
    """What the hromada must not miss; the public needs none of it."""
    if atlas.view.audience is Audience.PUBLIC:
        return ()
    return tell_cautions(atlas.plan, atlas.dataset, atlas.language, first=atlas.view.first)


def _render_page(atlas: Atlas, geometry: MapGeometry) -> str:
    """Page of the hromada in front."""
    from markupsafe import Markup

    language = atlas.language
    title = name_hromada(atlas.view.hromada, language)
    near = [place for place in atlas.places if place.settlement is not None and not atlas.is_far(place)]
    ids = {place.place_id for place in near}
    layers = [layer for layer in atlas.layers if any(stay.settlement_id in ids for stay in layer.stays)]
    symbols = {place.symbol for place in near} - {Symbol.SERVED}
    facts = _facts(atlas, KIND, title) | {
        "dates_from": translate_words(language)["dates_from"].format(day=language.date(atlas.first)),
        "headlines": _headlines(atlas),
        "sketch": draw_sketch(atlas, geometry),
        "days": [
            (
                Markup(draw_line(layer.style.colour, layer.style.dash, LINE_WEIGHT)) if layer.ordered else "",
                " · ".join(filter(None, (language.weekday(layer.weekday), layer.bus.name))),
            )
            for layer in layers
        ],
        "symbols": [(Markup(draw_symbol(s)), translate_words(language)[s.value]) for s in Symbol if s in symbols],
        "weeks": atlas.plan.cycle.weeks,
        "stops": [(row, Markup(row.badge)) for row in tabulate_stops(atlas) if not row.far],
        "unserved": tabulate_unserved(atlas),
        "not_needed": tabulate_not_needed(atlas),
        "public": atlas.view.audience is Audience.PUBLIC,
    }
    shell = Shell("hromada_page.html.jinja", f"{facts['kind']}: {title}", styles=("page.css", "sheet.css"))
    return render_shell(shell, facts, language)


def _render_index(atlas: Atlas, entries: Sequence[HromadaEntry]) -> str:
    """List of the pages."""
    facts = _facts(atlas, INDEX_KIND, name_area(atlas.dataset, atlas.language)) | {"entries": entries}
    shell = Shell("hromada_index.html.jinja", f"{facts['kind']}: {facts['area']}", styles=("page.css", "sheet.css"))
    return render_shell(shell, facts, atlas.language)
