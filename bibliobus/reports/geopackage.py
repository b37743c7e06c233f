"""GeoPackage: layers of the plan with the styles in which QGIS opens them, the same bytes at every run."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from itertools import groupby
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import week_of, weekday_of
from bibliobus.language import N_
from bibliobus.network.places import DEPOT_PREFIX, LIBRARY_PREFIX
from bibliobus.reports.geopackage_layers import Layer, Shape, write_contents, write_layer
from bibliobus.reports.geopackage_styles import style_legs, style_outside, style_points
from bibliobus.reports.heading import list_notices, tell_estimate
from bibliobus.reports.rows import list_outside
from bibliobus.reports.text import clean_text
from bibliobus.units import format_clock
from bibliobus.wording import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bibliobus.reports.geopackage_layers import Cell
    from bibliobus.reports.material import Material
    from bibliobus.reports.rows import CallRow

WHEN: Final = N_("{weekday} {start}-{end}")
WHEN_WEEK: Final = N_("{weekday} {start}-{end}, week {week}")

LEGS: Final = "legs"
"""Layer of the drives, which alone has lengths that may be an estimate."""

_POINT: Final = struct.Struct("<bIdd")
_LINE: Final = struct.Struct("<bII")
_HEAD: Final = struct.pack("<2sBBi", b"GP", 0, 1, 4326)
_WKB_POINT: Final = 1
_WKB_LINE: Final = 2
_LITTLE_ENDIAN: Final = 1


def render_geopackage(material: Material, *, stops_only: bool = False) -> bytes:
    """
    Render the plan as a GeoPackage.

    Parameters
    ----------
    material
        The plan and what its papers need.
    stops_only
        True for times and places of the stops and nothing else.

    Returns
    -------
    bytes
        Layers ``stops`` and, unless `stops_only`, ``without_bus``, ``libraries``, ``depots`` and ``legs`` in WGS 84, a
        table ``visits``, and ``layer_styles``. ``last_change`` is fixed.
    """
    notices = [
        *list_notices(material.dataset, material.language, (material.plan, material.dataset)),
        material.attribution,
    ]
    estimate = tell_estimate(material.plan, material.language)
    with closing(sqlite3.connect(":memory:")) as file:
        write_contents(file)
        layers = _list_stop_layers(material) if stops_only else (*_list_layers(material), *_list_stop_layers(material))
        for layer in layers:
            told = (*estimate, *notices) if layer.name == LEGS else notices
            write_layer(file, layer, clean_text(" ".join(told)))
        file.commit()
        return file.serialize()


_NAMED: Final = {"id": "TEXT", "name": "TEXT", "hromada": "TEXT", "raion": "TEXT"}


def _list_layers(material: Material) -> Iterator[Layer]:
    """Layers under the stops, from the lowest to the highest on the map."""
    yield Layer(LEGS, Shape.LINE, _LEG_COLUMNS, tuple(_list_legs(material)), style_legs())
    outside = tuple(_list_outside(material))
    columns = _NAMED | {"population": "INTEGER", "standing": "TEXT", "why": "TEXT"}
    yield Layer("without_bus", Shape.POINT, columns, outside, style_outside())
    libraries = tuple(
        (_place(material, LIBRARY_PREFIX + library.library_id), library.library_id, library.name, library.source)
        for library in material.dataset.libraries
    )
    columns = {"id": "TEXT", "name": "TEXT", "source": "TEXT"}
    yield Layer("libraries", Shape.POINT, columns, libraries, style_points("square", "213,94,0,255", "3", label=False))
    depots = tuple(
        (_place(material, DEPOT_PREFIX + depot.depot_id), depot.depot_id, depot.name)
        for depot in material.dataset.scenario.depots
    )
    columns = {"id": "TEXT", "name": "TEXT"}
    yield Layer("depots", Shape.POINT, columns, depots, style_points("pentagon", "0,0,0,255", "4.5", label=True))


def _list_stop_layers(material: Material) -> Iterator[Layer]:
    """The stops, which everybody may know, and their visits."""
    columns = _NAMED | {"rhythm_weeks": "INTEGER", "times": "TEXT"}
    stops = tuple(_list_stops(material))
    yield Layer("stops", Shape.POINT, columns, stops, style_points("circle", "0,114,178,255", "3.5", label=True))
    yield Layer("visits", Shape.NONE, _VISIT_COLUMNS, tuple(_list_visits(material.calls)))


_LEG_COLUMNS: Final = {
    "tour": "TEXT",
    "bus": "TEXT",
    "week": "INTEGER",
    "weekday": "INTEGER",
    "leg": "INTEGER",
    "from_name": "TEXT",
    "to_name": "TEXT",
    "leave": "TEXT",
    "arrive": "TEXT",
    "length_m": "INTEGER",
}
_VISIT_COLUMNS: Final = {
    "id": "TEXT",
    "name": "TEXT",
    "bus": "TEXT",
    "week": "INTEGER",
    "weekday": "INTEGER",
    "first_date": "TEXT",
    "arrival": "TEXT",
    "departure": "TEXT",
}


def _list_legs(material: Material) -> Iterator[tuple[Cell, ...]]:
    """A row for each leg."""
    for tour in material.plan.tours:
        for order, leg in enumerate(tour.legs, start=1):
            line = material.line_of(tour, leg)
            points = b"".join(struct.pack("<dd", lon, lat) for lat, lon in line)
            yield (
                _HEAD + _LINE.pack(_LITTLE_ENDIAN, _WKB_LINE, len(line)) + points,
                tour.tour_id,
                material.buses[tour.bus_id],
                week_of(tour.day),
                weekday_of(tour.day) + 1,
                order,
                material.names[leg.from_id],
                material.names[leg.to_id],
                format_clock(leg.leave_s),
                format_clock(leg.arrive_s),
                leg.length_m,
            )


def _list_outside(material: Material) -> Iterator[tuple[Cell, ...]]:
    """A row for each settlement without a bus."""
    for row in list_outside(material.plan, material.dataset, material.language):
        place = _place(material, row.settlement_id)
        yield place, row.settlement_id, row.name, row.hromada, row.raion, row.population, row.standing, row.why


def _list_stops(material: Material) -> Iterator[tuple[Cell, ...]]:
    """A row for each stop, with all its times in words."""
    for settlement_id, group in groupby(material.calls, key=lambda call: call.settlement_id):
        visits = list(group)
        first = visits[0]
        times = "; ".join(_tell(material, visit) for visit in visits)
        yield (
            _place(material, settlement_id),
            settlement_id,
            first.name,
            first.hromada,
            first.raion,
            first.rhythm_weeks,
            times,
        )


def _list_visits(calls: Iterable[CallRow]) -> Iterator[tuple[Cell, ...]]:
    """A row for each visit."""
    for call in calls:
        start, end = format_clock(call.start_s), format_clock(call.end_s)
        week, weekday, day = call.week, call.weekday + 1, call.date.isoformat()
        yield call.settlement_id, call.name, call.bus, week, weekday, day, start, end


def _tell(material: Material, visit: CallRow) -> str:
    """When a visit is, in words."""
    weekday = material.language.weekday(visit.weekday)
    words = {"weekday": weekday, "start": format_clock(visit.start_s), "end": format_clock(visit.end_s)}
    if material.plan.cycle.weeks == 1:
        return Text(WHEN, words).render(material.language)
    return Text(WHEN_WEEK, words | {"week": visit.week}).render(material.language)


def _place(material: Material, place_id: str) -> bytes:
    """Geometry of a place."""
    lat, lon = material.geometry.positions[place_id]
    return _HEAD + _POINT.pack(_LITTLE_ENDIAN, _WKB_POINT, lon, lat)
