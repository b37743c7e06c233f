"""Road changes written as GeoJSON, one feature a line."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.changes import AlongLine, BetweenPlaces, Direction, InArea, OnWays
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.changes import COLUMNS
from bibliobus.inputs.files import InputFile
from bibliobus.inputs.tables.cells import show_value
from bibliobus.inputs.tables.text import decode_text
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bibliobus.domain.changes import RoadChange, Where

OTHER_PROPERTIES: Final = FindingKind(
    "changes-of-other-program",
    Severity.ERROR,
    N_("The file has properties that would be lost if it were written again: {names}."),
    N_("Add the change with the program that made the file, or delete these properties."),
)
DECIMALS: Final = 7
"""Decimals of a degree: about a centimetre."""


def format_changes(changes: Iterable[RoadChange]) -> str:
    """
    Format road changes as GeoJSON.

    Parameters
    ----------
    changes
        Changes in their order.

    Returns
    -------
    str
        A collection with one feature a line, empty properties left out; it ends with a line feed.
    """
    features = (json.dumps(_make_feature(change), ensure_ascii=False) for change in changes)
    body = ",\n".join(features)
    return '{"type": "FeatureCollection", "features": [\n' + body + "\n]}\n"


def find_foreign(content: bytes, file: str) -> list[Finding]:
    """
    Find what a file of road changes holds that would be lost if it were written again.

    Parameters
    ----------
    content
        GeoJSON that was read without an error.
    file
        Its name.

    Returns
    -------
    list of Finding
        One if there is anything.
    """
    text, _ = decode_text(InputFile(file, content))
    document = json.loads(text or "{}")
    features = document.get("features", [document])
    names = {name for feature in features for name in feature.get("properties", {})}
    known = {name.casefold() for column in COLUMNS for name in (column.name, *column.synonyms)}
    foreign = sorted(name for name in names if name.casefold() not in known)
    foreign += sorted(set(document) - {"type", "features", "crs", "name", "properties", "geometry", "id"})
    return [OTHER_PROPERTIES.at(Place(file), names=", ".join(map(show_value, foreign)))] if foreign else []


def make_change_id(change: RoadChange, taken: Sequence[RoadChange]) -> str:
    """
    Make the id of a new change.

    Parameters
    ----------
    change
        The change without an id.
    taken
        Changes that have one.

    Returns
    -------
    str
        Kind and the first free number, such as ``closed-2``; stored with the change, so it never changes.
    """
    known = {other.change_id.casefold() for other in taken}
    stem = change.kind.value.replace(" ", "-")
    return next(name for number in count(1) if (name := f"{stem}-{number}") not in known)


def _make_feature(change: RoadChange) -> dict[str, Any]:
    """Feature of a change."""
    told = _tell_where(change.where)
    facts = {
        "id": change.change_id,
        "kind": change.kind.value,
        "value": change.value,
        **told,
        "direction": "" if change.direction is Direction.BOTH else change.direction.value,
        "valid_from": change.valid_from and change.valid_from.isoformat(),
        "valid_to": change.valid_to and change.valid_to.isoformat(),
        "vehicles": "; ".join(change.vehicles),
        "note": change.note,
        "source": change.source,
    }
    properties = {name: value for name, value in facts.items() if value not in ("", None)}
    return {"type": "Feature", "properties": properties, "geometry": _make_geometry(change.where)}


def _tell_where(where: Where) -> dict[str, str]:
    """Where a change is, for those that are not drawn."""
    match where:
        case OnWays(way_ids):
            return {"way_ids": "; ".join(map(str, way_ids))}
        case BetweenPlaces(from_place, to_place, road):
            return {"from_place": from_place, "to_place": to_place, "road": road}
        case _:
            return {}


def _make_geometry(where: Where) -> dict[str, Any] | None:
    """Geometry of a change that is drawn, longitude first."""
    match where:
        case AlongLine(parts):
            return {"type": "MultiLineString", "coordinates": [_turn(part) for part in parts]}
        case InArea(polygons):
            rings = [[_turn(ring) for ring in polygon] for polygon in polygons]
            return {"type": "MultiPolygon", "coordinates": rings}
        case _:
            return None


def _turn(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Points with the longitude first."""
    return [(round(lon, DECIMALS), round(lat, DECIMALS)) for lat, lon in points]
