"""A tiny OpenStreetMap file: a town, two villages on roads of their own, one on an island, and an area made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from areas import SCENARIO
from osm_text import Tags, osm_text, write_text

from bibliobus.tasks.roads import import_roads

if TYPE_CHECKING:
    from pathlib import Path

PRIMARY, BRIDGE, LANE, ISLAND = 10, 20, 30, 40
NODES: Final = {
    1: (48.70, 37.50),
    2: (48.70, 37.56),
    3: (48.70, 37.60),
    4: (48.76, 37.50),
    5: (48.90, 37.90),
    6: (48.90, 37.93),
    201: (48.7005, 37.502),
    202: (48.7005, 37.598),
    203: (48.758, 37.5005),
    204: (48.9005, 37.915),
}
WAYS: Final[dict[int, tuple[list[int], Tags]]] = {
    PRIMARY: ([1, 2], {"highway": "primary", "ref": "T0514", "surface": "asphalt", "maxspeed": "90"}),
    BRIDGE: ([2, 3], {"highway": "secondary", "name": "Мостова", "maxweight": "8"}),
    LANE: ([1, 4], {"highway": "tertiary", "surface": "gravel"}),
    ISLAND: ([5, 6], {"highway": "track"}),
}
PLACES: Final[dict[int, Tags]] = {
    201: {"place": "town", "name": "Місто", "name:en": "Misto", "population": "12 000"},
    202: {"place": "village", "name": "Восточное", "name:uk": "Східне", "katotth": "UA14", "koatuu": "1420"},
    203: {"place": "hamlet", "name": "North"},
    204: {"place": "hamlet", "name": "Isle"},
}


def write_osm(folder: Path, *, name: str = "region.osm") -> Path:
    """
    Write the file.

    Parameters
    ----------
    folder
        Where; made if it does not exist.
    name
        Name of the file.

    Returns
    -------
    Path
        The file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return write_text(folder, osm_text(NODES, WAYS, node_tags=PLACES), name)


def make_area(folder: Path, *, scenario: bool = True) -> Path:
    """
    Make an area: roads and places imported, and a scenario with the depot in town.

    Parameters
    ----------
    folder
        Where the area and the file are written.
    scenario
        False to leave the scenario out.

    Returns
    -------
    Path
        Folder of the area.
    """
    area = folder / "area"
    import_roads(write_osm(folder), area, places=True)
    if scenario:
        text = SCENARIO.replace('settlement_id = "town"', 'settlement_id = "osm-201"')
        (area / "scenario.toml").write_text(text, encoding="utf-8")
    return area
