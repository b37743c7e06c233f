"""GeoJSON: the plan for geographic programs, one feature a line."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from bibliobus.domain.calendar import week_of, weekday_of
from bibliobus.network.places import DEPOT_PREFIX, LIBRARY_PREFIX
from bibliobus.view.heading import list_warnings, write_title
from bibliobus.view.visits import list_outside
from bibliobus.words.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bibliobus.plan.plan import Tour
    from bibliobus.view.material import Material
    from bibliobus.view.visits import CallRow

Feature: TypeAlias = "dict[str, Any]"

DECIMALS: Final = 6
"""Decimals of a degree: a tenth of a metre."""


def render_geojson(material: Material, *, stops_only: bool = False) -> bytes:
    """
    Render the plan as GeoJSON.

    Parameters
    ----------
    material
        The plan and what its papers need.
    stops_only
        True for times and places of the stops and nothing else.

    Returns
    -------
    bytes
        A FeatureCollection in UTF-8, one feature a line: stops with their visits, and unless `stops_only` also
        settlements without a bus, libraries, depots, and a line for each leg. Member ``kind`` tells them apart.
    """
    features = list(_list_stops(material.calls))
    if not stops_only:
        features += [*_list_outside(material), *_list_buildings(material), *_list_legs(material)]
    head = {
        "type": "FeatureCollection",
        "title": write_title(material.dataset, material.language),
        "warnings": list(list_warnings(material.plan, material.dataset, material.language)),
        "attribution": material.attribution,
    }
    members = "".join(f"{_dump(key)}: {_dump(value)},\n" for key, value in head.items())
    lines = ",\n".join(map(_dump, features))
    return f'{{\n{members}"features": [\n{lines}\n]\n}}\n'.encode()


def _list_stops(calls: Iterable[CallRow]) -> Iterator[Feature]:
    """A point for each settlement with a bus."""
    for settlement_id, group in groupby(calls, key=lambda call: call.settlement_id):
        visits = list(group)
        first = visits[0]
        yield _feature(
            _point(first.lat, first.lon),
            kind="stop",
            id=settlement_id,
            name=first.name,
            hromada=first.hromada,
            raion=first.raion,
            rhythm_weeks=first.rhythm_weeks,
            visits=[
                {
                    "week": visit.week,
                    "weekday": visit.weekday + 1,
                    "first_date": visit.date.isoformat(),
                    "arrival": format_clock(visit.start_s),
                    "departure": format_clock(visit.end_s),
                    "bus": visit.bus,
                }
                for visit in visits
            ],
        )


def _list_outside(material: Material) -> Iterator[Feature]:
    """A point for each settlement without a bus."""
    for row in list_outside(material.plan, material.dataset, material.language):
        yield _feature(
            _point(*material.geometry.positions[row.settlement_id]),
            kind="settlement",
            id=row.settlement_id,
            name=row.name,
            hromada=row.hromada,
            raion=row.raion,
            population=row.population,
            standing=row.standing,
            why=row.why,
        )


def _list_buildings(material: Material) -> Iterator[Feature]:
    """A point for each library and depot."""
    for library in material.dataset.libraries:
        place_id = LIBRARY_PREFIX + library.library_id
        point = _point(*material.geometry.positions[place_id])
        yield _feature(point, kind="library", id=place_id, name=library.name, source=library.source)
    for depot in material.dataset.scenario.depots:
        place_id = DEPOT_PREFIX + depot.depot_id
        yield _feature(_point(*material.geometry.positions[place_id]), kind="depot", id=place_id, name=depot.name)


def _list_legs(material: Material) -> Iterator[Feature]:
    """A line for each leg, in the order of the tours."""
    for tour in material.plan.tours:
        yield from _list_tour(material, tour)


def _list_tour(material: Material, tour: Tour) -> Iterator[Feature]:
    """Lines of a tour."""
    for order, leg in enumerate(tour.legs, start=1):
        line = {
            "type": "LineString",
            "coordinates": [[round(lon, DECIMALS), round(lat, DECIMALS)] for lat, lon in material.line_of(tour, leg)],
        }
        yield _feature(
            line,
            kind="leg",
            tour=tour.tour_id,
            bus=material.buses[tour.bus_id],
            week=week_of(tour.day),
            weekday=weekday_of(tour.day) + 1,
            order=order,
            from_name=material.names[leg.from_id],
            to_name=material.names[leg.to_id],
            leave=format_clock(leg.leave_s),
            arrive=format_clock(leg.arrive_s),
            length_m=leg.length_m,
        )


def _point(lat: float, lon: float) -> Feature:
    """Geometry of a point."""
    return {"type": "Point", "coordinates": [round(lon, DECIMALS), round(lat, DECIMALS)]}


def _feature(geometry: Feature, **properties: object) -> Feature:
    """Feature of a geometry and its properties."""
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _dump(value: object) -> str:
    """JSON on one line; halves of surrogate pairs, which UTF-8 cannot hold, are replaced."""
    text = json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode("utf-8")
