"""GeoJSON: the plan for geographic programs, one feature a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from bibliobus.domain.calendar import week_of
from bibliobus.words.language import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.view.days import BusDay
    from bibliobus.view.stops import Stop
    from bibliobus.view.view import PlanView

Feature: TypeAlias = "dict[str, Any]"

DECIMALS: Final = 6
"""Decimals of a degree: a tenth of a metre."""


def render_geojson(view: PlanView, *, stops_only: bool = False) -> bytes:
    """
    Render the plan as GeoJSON (RFC 7946), one feature a line; `kind` tells the features apart.

    Parameters
    ----------
    view
        The plan as its reader may know it.
    stops_only
        True for a point for each stop with all its visits and nothing else; otherwise also settlements without a bus,
        libraries, depots and a line for each drive.

    Returns
    -------
    bytes
        The file in UTF-8.
    """
    features = list(_list_stops(view))
    if not stops_only:
        features += [*_list_outside(view), *_list_buildings(view), *_list_legs(view)]
    head = {
        "type": "FeatureCollection",
        "title": view.title,
        "warnings": list(view.warnings),
        "attribution": view.attribution,
    }
    members = "".join(f"{_dump(key)}: {_dump(value)},\n" for key, value in head.items())
    lines = ",\n".join(map(_dump, features))
    return f'{{\n{members}"features": [\n{lines}\n]\n}}\n'.encode()


def _list_stops(view: PlanView) -> Iterator[Feature]:
    """A point for each settlement with a bus; dates of which something is changed only where there are some."""
    for stop in view.stops:
        if stop.times or stop.changed:
            changed = list(_list_changes(stop))
            yield _feature(
                _point(stop.lat, stop.lon),
                kind="stop",
                id=stop.settlement_id,
                name=stop.name,
                hromada=stop.hromada,
                raion=stop.raion,
                rhythm_weeks=stop.rhythm_weeks,
                visits=list(_list_visits(stop, view)),
                **({"changed_dates": changed} if changed else {}),
            )


def _list_visits(stop: Stop, view: PlanView) -> Iterator[dict[str, Any]]:
    """Visits of the cycle at a stop."""
    for day, time in stop.calls:
        yield {
            "week": week_of(day),
            "weekday": time.weekday + 1,
            "first_date": time.find_first(view.cycle, day).isoformat(),
            "arrival": format_clock(time.start_s),
            "departure": format_clock(time.end_s),
            "bus": time.bus,
        }


def _list_changes(stop: Stop) -> Iterator[dict[str, Any]]:
    """Visits of the cycle that do not come on a date because other tours are driven, and visits that do, by date."""
    moments = [(one.missing, False) for one in stop.changes] + [(one.visit, True) for one in stop.changes]
    dated = [(visit, comes) for visit, comes in moments if visit is not None]
    for visit, comes in sorted(dated, key=lambda one: (one[0].date, one[1], one[0])):
        yield {
            "date": visit.date.isoformat(),
            "comes": comes,
            "arrival": format_clock(visit.start_s),
            "departure": format_clock(visit.end_s),
            "bus": visit.bus,
        }


def _list_outside(view: PlanView) -> Iterator[Feature]:
    """A point for each settlement without a bus."""
    for place in view.outside:
        yield _feature(
            _point(place.lat, place.lon),
            kind="settlement",
            id=place.settlement_id,
            name=place.name,
            hromada=place.hromada,
            raion=place.raion,
            population=place.residents,
            standing=place.standing,
            why=place.why,
        )


def _list_buildings(view: PlanView) -> Iterator[Feature]:
    """A point for each library and depot."""
    for building in view.buildings:
        assert building.spot is not None  # what is drawn has ground
        kind = {"kind": "depot" if building.is_depot else "library", "id": building.place_id, "name": building.name}
        source = {} if building.is_depot else {"source": building.source}
        yield _feature(_point(*building.spot), **kind, **source)


def _list_legs(view: PlanView) -> Iterator[Feature]:
    """A line for each drive, in the order of the tours; those of a time have its first and last date."""
    for tour in (*view.days, *view.changed_days):
        yield from _list_tour(tour)


def _list_tour(tour: BusDay) -> Iterator[Feature]:
    """Lines of a tour."""
    for order, drive in enumerate(tour.drives, start=1):
        line = {
            "type": "LineString",
            "coordinates": [[round(lon, DECIMALS), round(lat, DECIMALS)] for lat, lon in drive.line],
        }
        only = tour.period and {"first_date": tour.period.first.isoformat(), "last_date": tour.period.last.isoformat()}
        yield _feature(
            line,
            kind="leg",
            tour=tour.tour_id,
            bus=tour.bus,
            week=tour.week,
            weekday=tour.weekday + 1,
            order=order,
            from_name=drive.from_place,
            to_name=drive.place,
            leave=format_clock(drive.start_s),
            arrive=format_clock(drive.end_s),
            length_m=drive.length_m,
            **(only or {}),
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
