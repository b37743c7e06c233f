"""Places that OpenStreetMap knows: cities, towns, villages, hamlets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACE_KINDS: Final = ("city", "town", "village", "hamlet", "isolated_dwelling")
_POPULATION: Final = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True)
class OsmPlace:
    """
    One place.

    Parameters
    ----------
    osm_id
        Number of the node in OpenStreetMap.
    kind
        Value of ``place``: city, town, village, hamlet or isolated_dwelling.
    name
        Name in the language of the place; never empty.
    name_uk
        Ukrainian name; empty if not tagged.
    name_latin
        Name in Latin letters, from ``name:en`` or ``int_name``; empty if not tagged.
    population
        Residents; None if unknown.
    katottg
        Code of the Ukrainian codifier; empty if not tagged.
    koatuu
        Code of the former Ukrainian codifier; empty if not tagged.
    lat
        Degrees north.
    lon
        Degrees east.
    """

    osm_id: int
    kind: str
    name: str
    name_uk: str
    name_latin: str
    population: int | None
    katottg: str
    koatuu: str
    lat: float
    lon: float


def read_place(osm_id: int, tags: Mapping[str, str], lat: float, lon: float) -> OsmPlace | None:
    """
    Read a place from the tags of a node.

    Parameters
    ----------
    osm_id
        Number of the node.
    tags
        All tags.
    lat
        Degrees north.
    lon
        Degrees east.

    Returns
    -------
    OsmPlace or None
        None if nobody may live there or it has no name.
    """
    name = tags.get("name", tags.get("name:uk", "")).strip()
    if tags.get("place") not in PLACE_KINDS or not name:
        return None
    return OsmPlace(
        osm_id=osm_id,
        kind=tags["place"],
        name=name,
        name_uk=tags.get("name:uk", "").strip(),
        name_latin=tags.get("name:en", tags.get("int_name", "")).strip(),
        population=parse_population(tags.get("population", "")),
        katottg=_first(tags, ("katotth", "katottg", "ref:katottg")),
        koatuu=_first(tags, ("koatuu", "ref:koatuu")),
        lat=lat,
        lon=lon,
    )


def parse_population(text: str) -> int | None:
    """
    Parse a number of residents.

    Parameters
    ----------
    text
        ``1234``, ``1 234``, ``1,234``, ``~1234``.

    Returns
    -------
    int or None
        Residents; None if it is no number.
    """
    clean = re.sub(r"(?<=\d)[\s\u00a0,.](?=\d{3}(?:\D|$))", "", text.strip().lstrip("~"))
    return int(clean) if _POPULATION.fullmatch(clean) else None


def _first(tags: Mapping[str, str], keys: tuple[str, ...]) -> str:
    """First value that is there; empty if there is none."""
    return next((tags[key].strip() for key in keys if key in tags), "")
