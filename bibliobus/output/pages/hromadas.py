"""Pages to print: for each hromada one or two sheets of what it gets, with a small map of our own."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from bibliobus.output.pages.layers import find_ways
from bibliobus.output.pages.page import Shell, render_shell, translate_words
from bibliobus.output.pages.shown import MapOptions, build_atlas
from bibliobus.output.pages.tables import (
    tabulate_changes,
    tabulate_not_needed,
    tabulate_stops,
    tabulate_unserved,
    write_headlines,
)
from bibliobus.view.stops import spell_plainly
from bibliobus.view.style import (
    INK,
    LINE_WEIGHT,
    ROAD_STYLES,
    SYMBOL_SIZES,
    Symbol,
    draw_line,
    draw_symbol,
    find_road_kind,
)
from bibliobus.words.language import KM_M, N_, alphabet_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markupsafe import Markup

    from bibliobus.output.pages.shown import Atlas, MapPlace, TourLayer
    from bibliobus.output.pages.tables import Headline
    from bibliobus.view.ground import LatLon, RoadLine
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language

Point: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom."""

WIDTH: Final = 680
HEIGHT: Final = 320
MARGIN: Final = 40
LETTER: Final = 7.4
"""Mean width of a letter of a name, in pixels."""
LINE: Final = 13
LONGEST_NAME: Final = 30
CHIP: Final = (27, 15)
"""Width and height of the chip of a weekday, in pixels."""
SMALLEST_DEGREES: Final = 0.03
"""The map of a single settlement shows some kilometres around it."""
SCALES_KM: Final = (1, 2, 5, 10, 20, 50, 100)
METRES_PER_DEGREE: Final = 111_195


@dataclass(frozen=True)
class Frame:
    """From degrees to pixels of a drawing that is so many pixels high; north is up."""

    lat: float
    lon: float
    scale: float
    height: int = HEIGHT

    def place(self, at: LatLon) -> Point:
        """Pixels of a point (lat, lon) in degrees, from the left and from the top."""
        x = (at[1] - self.lon) * math.cos(math.radians(self.lat)) * self.scale + WIDTH / 2
        return round(x, 1), round(self.height / 2 - (at[0] - self.lat) * self.scale, 1)


def draw_sketch(atlas: Atlas) -> Markup:
    """Draw the hromada in front with the tours that serve it."""
    from markupsafe import Markup

    near = [place for place in atlas.places if place.settlement is not None and not atlas.is_far(place)]
    if not near:
        return Markup("")
    frame = find_frame([place.spot for place in near])
    parts = [
        *_draw_roads(atlas.view.roads, frame),
        *_draw_tours(atlas, frame, {place.place_id for place in near}),
        *_draw_places(near, atlas, frame),
        draw_scale(frame, atlas.language),
    ]
    return Markup(
        f'<svg class="sketch" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )


def find_frame(points: Sequence[LatLon], height: int = HEIGHT) -> Frame:
    """Find the part of the earth that holds some points, on a drawing that is so many pixels high."""
    lats, lons = zip(*points, strict=True)
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    tall = max(max(lats) - min(lats), SMALLEST_DEGREES)
    wide = max((max(lons) - min(lons)) * math.cos(math.radians(lat)), SMALLEST_DEGREES)
    return Frame(lat, lon, min((WIDTH - 3 * MARGIN) / wide, (height - 2 * MARGIN) / tall), height)


def _draw_roads(roads: Sequence[RoadLine], frame: Frame) -> Iterator[str]:
    """Roads that are seen, the main ones last."""
    for kind, style in ROAD_STYLES.items():
        for road in roads:
            if find_road_kind(road.road_class) == kind:
                yield from draw_path(road.points, frame, style.colour, style.weight, style.dash)


def _draw_tours(atlas: Atlas, frame: Frame, near: set[str]) -> Iterator[str]:
    """Tours that call in the hromada."""
    for layer in atlas.layers:
        for points, tours in find_ways(layer):
            if any(call.place_id in near for tour in tours for call in tour.calls):
                yield from draw_path(points, frame, layer.style.colour, 3.5, layer.style.dash)


def draw_path(points: Sequence[LatLon], frame: Frame, colour: str, weight: float, dash: str) -> Iterator[str]:
    """Line, if any of it can be seen."""
    placed = [frame.place(point) for point in points]
    xs, ys = zip(*placed, strict=True)
    if max(xs) >= 0 and min(xs) <= WIDTH and max(ys) >= 0 and min(ys) <= frame.height:
        path = " ".join(f"{x:g},{y:g}" for x, y in placed)
        yield (
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{weight:g}" '
            f'stroke-linejoin="round" stroke-dasharray="{dash}"/>'
        )


def _draw_places(near: Sequence[MapPlace], atlas: Atlas, frame: Frame) -> Iterator[str]:
    """Chips of weekdays or symbols of the settlements, then as many names as there is room for."""
    spots = {place.index: frame.place(place.spot) for place in near}
    days = {place.index: _find_days(place, atlas) for place in near}
    boxes = {index: _box(spot, len(days[index])) for index, spot in spots.items()}
    for place in near:
        if days[place.index]:
            yield from _draw_chips(days[place.index], boxes[place.index], atlas)
        else:
            x, y = spots[place.index]
            size = SYMBOL_SIZES[place.symbol]
            yield f'<g transform="translate({x - size / 2:g} {y - size / 2:g})">{draw_symbol(place.symbol)}</g>'
    taken = list(boxes.values())
    for place in sorted(near, key=lambda p: (not p.libraries, -p.residents, p.index)):
        yield from draw_name(place, boxes[place.index], taken, frame)


def _find_days(place: MapPlace, atlas: Atlas) -> list[TourLayer]:
    """Layers that call at a settlement."""
    return [layer for layer in atlas.layers if any(row.place_id == place.place_id for _, _, row in layer.calls)]


def _box(spot: Point, chips: int) -> Box:
    """Room that the chips or the symbol of a settlement take."""
    wide, tall = (CHIP[0] * chips, CHIP[1]) if chips else (20, 20)
    return spot[0] - wide / 2, spot[1] - tall / 2, spot[0] + wide / 2, spot[1] + tall / 2


def _draw_chips(layers: Iterable[TourLayer], box: Box, atlas: Atlas) -> Iterator[str]:
    """A chip for each day, side by side."""
    from markupsafe import escape

    for at, layer in enumerate(layers):
        x, y, (wide, tall) = box[0] + at * CHIP[0], box[1], CHIP
        day, style = escape(atlas.language.weekday_short(layer.weekday)), layer.style
        size = f'width="{wide - 1}" height="{tall}" rx="4"'
        yield f'<rect x="{x:g}" y="{y:g}" {size} fill="{style.colour}" stroke="#fff"/>'
        yield f'<text class="day" x="{x + wide / 2 - 0.5:g}" y="{y + 11:g}" fill="{style.ink}">{day}</text>'


def draw_name(place: MapPlace, box: Box, taken: list[Box], frame: Frame) -> Iterator[str]:
    """Name on the first side where nothing else stands; none if there is no room."""
    from markupsafe import escape

    assert place.settlement is not None  # only settlements are drawn
    name = place.settlement.name
    name = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "\N{HORIZONTAL ELLIPSIS}"
    wide, middle = LETTER * len(name), ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    lefts = (
        (box[2] + 4, middle[1] - LINE / 2),
        (box[0] - 4 - wide, middle[1] - LINE / 2),
        (middle[0] - wide / 2, box[1] - LINE - 1),
        (middle[0] - wide / 2, box[3] + 1),
    )
    for left, top in lefts:
        room = (left, top, left + wide, top + LINE)
        inside = left >= 2 and top >= 2 and room[2] <= WIDTH - 2 and room[3] <= frame.height - 22
        if inside and not any(_overlap(room, other) for other in taken):
            taken.append(room)
            weight = ' font-weight="700"' if place.libraries else ""
            yield (
                f'<text class="name" x="{(left + room[2]) / 2:.1f}" y="{top + 10.5:.1f}"{weight}>{escape(name)}</text>'
            )
            return


def _overlap(one: Box, other: Box) -> bool:
    """Whether two boxes have room in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def draw_scale(frame: Frame, language: Language) -> str:
    """Bar with its kilometres."""
    from markupsafe import escape

    px_per_km = frame.scale / (METRES_PER_DEGREE / KM_M)
    km = max((km for km in SCALES_KM if km * px_per_km <= WIDTH / 4), default=SCALES_KM[0])
    unit = language.gettext("km")
    low = frame.height - 12
    return (
        f'<path d="M8 {low - 2}v6h{km * px_per_km:.1f}v-6" fill="none" stroke="{INK}"/>'
        f'<text x="14" y="{low}" font-size="10.5" fill="{INK}">{km}\N{NO-BREAK SPACE}{escape(unit)}</text>'
    )


INDEX: Final = "index.html"
KIND: Final = N_("What the mobile library brings to the hromada")
INDEX_KIND: Final = N_("Pages to print, one for each hromada")
LONGEST_FILE_NAME: Final = 40


@dataclass(frozen=True)
class HromadaEntry:
    """A hromada in the list of the pages."""

    name: str
    file: str
    headlines: tuple[Headline, ...]


def render_hromada_pages(view: PlanView, hromada: str = "") -> Iterator[tuple[str, str]]:
    """
    Render a page for each hromada, and a list of them, one after the other.

    Parameters
    ----------
    view
        The plan as its reader may know it.
    hromada
        Hromada whose page alone is wanted, as the inputs spell it; empty means all.

    Yields
    ------
    tuple of str and str
        Name of the file and its HTML, by alphabet; the list is last and is left out where there is just one page.
    """
    atlas = build_atlas(view, MapOptions(hromada))
    found = {place.hromada for place in view.places}
    wanted = [hromada] if hromada else sorted(found - {""}, key=alphabet_key)
    files = name_pages(wanted)
    entries = []
    for one in wanted:
        front = replace(atlas, options=MapOptions(one))
        yield files[one], _render_page(front)
        entries.append(HromadaEntry(view.name_hromada(one), files[one], write_headlines(front)))
    if len(entries) != 1:
        yield INDEX, _render_index(atlas, entries)


def name_pages(hromadas: Sequence[str]) -> dict[str, str]:
    """Name the files of the pages."""
    files: dict[str, str] = {}
    for hromada in hromadas:
        letters = spell_plainly(hromada)[:LONGEST_FILE_NAME]
        stem = f"hromada-{letters}" if letters else "hromada"
        number = 2
        name = f"{stem}.html"
        while name in files.values():
            name, number = f"{stem}-{number}.html", number + 1
        files[hromada] = name
    return files


def _facts(atlas: Atlas, kind: str, title: str) -> dict[str, Any]:
    """Words and facts around the tables."""
    view, language = atlas.view, atlas.language
    words = translate_words(language)
    sources = [
        words["estimated"] if view.estimated and view.public else "",
        view.attribution and words["attribution"].format(attribution=view.attribution),
        view.data_date and words["data_date"].format(date=view.data_date),
        words["made_with"].format(version=view.version),
    ]
    return {
        "words": words,
        "kind": language.gettext(kind),
        "heading": title,
        "area": view.area,
        "kept_back": view.kept_back,
        "notice": view.notice,
        "estimated": view.estimated and not view.public,
        "changes": view.changes,
        "cautions": (*view.cautions, *view.long_after),
        "cycle": language.ngettext(
            "The timetable repeats every week.", "The timetable repeats every {count} weeks.", view.cycle.weeks
        ),
        "sources": [source for source in sources if source],
    }


def _render_page(atlas: Atlas) -> str:
    """Page of the hromada in front."""
    from markupsafe import Markup

    language = atlas.language
    title = atlas.view.name_hromada(atlas.options.hromada)
    near = [place for place in atlas.places if place.settlement is not None and not atlas.is_far(place)]
    ids = {place.place_id for place in near}
    layers = [layer for layer in atlas.layers if any(row.place_id in ids for _, _, row in layer.calls)]
    symbols = {place.symbol for place in near} - {Symbol.SERVED}
    facts = _facts(atlas, KIND, title) | {
        "dates_from": translate_words(language)["dates_from"].format(day=language.date(atlas.view.span.first)),
        "headlines": write_headlines(atlas),
        "sketch": draw_sketch(atlas),
        "days": [
            (
                Markup(draw_line(layer.style.colour, layer.style.dash, LINE_WEIGHT)) if layer.ordered else "",
                " · ".join(filter(None, (language.weekday(layer.weekday), layer.bus.name))),
            )
            for layer in layers
        ],
        "symbols": [(Markup(draw_symbol(s)), translate_words(language)[s.value]) for s in Symbol if s in symbols],
        "weeks": atlas.view.cycle.weeks,
        "stops": [(row, Markup(row.badge)) for row in tabulate_stops(atlas) if not row.far],
        "changed": tabulate_changes(atlas),
        "unserved": tabulate_unserved(atlas),
        "not_needed": tabulate_not_needed(atlas),
        "public": atlas.view.public,
    }
    shell = Shell("hromada_page.html.jinja", f"{facts['kind']}: {title}", styles=("page.css", "sheet.css"))
    return render_shell(shell, facts, language)


def _render_index(atlas: Atlas, entries: Sequence[HromadaEntry]) -> str:
    """List of the pages."""
    facts = _facts(atlas, INDEX_KIND, atlas.view.area) | {"entries": entries}
    shell = Shell("hromada_index.html.jinja", f"{facts['kind']}: {facts['area']}", styles=("page.css", "sheet.css"))
    return render_shell(shell, facts, atlas.language)
