"""
Make the tables of this area from its OpenStreetMap file.

Run it with bibliobus installed, ``python make_area.py`` in this folder, after roads/roads.osm.pbf has changed. Every
named place in which people may live becomes a settlement, every named node tagged as a library becomes a library.
Nothing is added that the file does not say; what it does not say stays empty.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from bibliobus.network.osm.read import read_osm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.network.osm.roads import OsmPlace

HERE: Final = Path(__file__).parent
ROADS_FILE: Final = Path("roads", "roads.osm.pbf")
SETTLEMENT_COLUMNS: Final = (
    "settlement_id",
    "name_uk",
    "name_latin",
    "category",
    "raion",
    "hromada",
    "lat",
    "lon",
    "population",
    "rhythm_weeks",
    "dwell_min",
    "windows",
    "needs",
    "note",
)
LIBRARY_COLUMNS: Final = ("library_id", "name", "settlement_id", "lat", "lon", "source")


class OsmLibrary(NamedTuple):
    """
    One library of the file.

    Parameters
    ----------
    osm_id
        Number of the node in OpenStreetMap.
    name
        Name as tagged; never empty.
    lat
        Degrees north.
    lon
        Degrees east.
    """

    osm_id: int
    name: str
    lat: float
    lon: float


def read_places(file: Path) -> tuple[OsmPlace, ...]:
    """
    Read the places of an OpenStreetMap file.

    Parameters
    ----------
    file
        The file.

    Returns
    -------
    tuple of OsmPlace
        Cities, towns, villages, hamlets and isolated dwellings that have a name.

    Raises
    ------
    ValueError
        If the file cannot be used.
    """
    roads, findings = read_osm(file)
    if roads is None:
        raise ValueError(f"{file.name}: {', '.join(finding.code for finding in findings)}")
    return roads.places


def read_libraries(file: Path) -> list[OsmLibrary]:
    """
    Read the libraries of an OpenStreetMap file.

    Parameters
    ----------
    file
        The file.

    Returns
    -------
    list of OsmLibrary
        Nodes tagged as a library that have a name, in the order of the file.
    """
    import osmium

    things = osmium.FileProcessor(str(file), osmium.osm.NODE).with_filter(osmium.filter.KeyFilter("amenity"))
    return [
        OsmLibrary(thing.id, thing.tags["name"], thing.location.lat, thing.location.lon)
        for thing in things
        if isinstance(thing, osmium.osm.Node) and thing.tags.get("amenity") == "library" and thing.tags.get("name")
    ]


def format_settlements(places: Iterable[OsmPlace]) -> str:
    """
    Format the table of settlements.

    Parameters
    ----------
    places
        Places of the file.

    Returns
    -------
    str
        Text of settlements.csv, sorted by number.
    """
    return _format_table(
        SETTLEMENT_COLUMNS,
        (
            {
                "settlement_id": f"osm-{place.osm_id}",
                "name_uk": place.name_uk or place.name,
                "name_latin": place.name,
                "lat": _format_degrees(place.lat),
                "lon": _format_degrees(place.lon),
                "population": "" if place.population is None else str(place.population),
                "note": f"OpenStreetMap: place={place.kind}",
            }
            for place in sorted(places, key=lambda place: place.osm_id)
        ),
    )


def format_libraries(libraries: Iterable[OsmLibrary]) -> str:
    """
    Format the table of libraries.

    Parameters
    ----------
    libraries
        Libraries of the file.

    Returns
    -------
    str
        Text of libraries.csv, sorted by number.
    """
    return _format_table(
        LIBRARY_COLUMNS,
        (
            {
                "library_id": f"osm-{library.osm_id}",
                "name": library.name,
                "lat": _format_degrees(library.lat),
                "lon": _format_degrees(library.lon),
                "source": f"OpenStreetMap 2016: node {library.osm_id}, amenity=library",
            }
            for library in sorted(libraries, key=lambda library: library.osm_id)
        ),
    )


def main() -> None:
    """Write settlements.csv and libraries.csv beside this file."""
    roads = HERE / ROADS_FILE
    tables = {
        "settlements.csv": format_settlements(read_places(roads)),
        "libraries.csv": format_libraries(read_libraries(roads)),
    }
    for name, text in tables.items():
        (HERE / name).write_text(text, encoding="utf-8-sig", newline="\n")


def _format_degrees(degrees: float) -> str:
    """Degrees as exact as OpenStreetMap has them."""
    return f"{degrees:.7f}"


def _format_table(columns: tuple[str, ...], rows: Iterable[dict[str, str]]) -> str:
    """Rows as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    main()
