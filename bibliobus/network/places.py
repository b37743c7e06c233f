"""
Places on the roads: where a bus starts, calls or drives to, the drives between every two, and how these lie on a map.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.domain.fleet import Depot
    from bibliobus.domain.places import Library, Settlement
    from bibliobus.inputs.area import Dataset

LatLon: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class RoadLine:
    """
    One road to draw under the plan.

    Parameters
    ----------
    points
        (lat, lon) from start to end, at least two.
    road_class
        Class as in OpenStreetMap's ``highway``; ``estimate`` if it is no real road.
    name
        Number or name; may be empty.
    """

    points: tuple[LatLon, ...]
    road_class: str
    name: str


@dataclass(frozen=True)
class MapGeometry:
    """
    Everything a map needs to know about the ground.

    Parameters
    ----------
    positions
        (lat, lon) of every place id: settlements, ``depot/…``, ``library/…``.
    roads
        Roads of the area; empty where there are none.
    legs
        (lat, lon) points of each leg by (profile id, from place, to place).
    """

    positions: Mapping[str, LatLon]
    roads: tuple[RoadLine, ...]
    legs: Mapping[tuple[str, str, str], tuple[LatLon, ...]]


def measure_distances(
    from_lat: Sequence[float], from_lon: Sequence[float], to_lat: Sequence[float], to_lon: Sequence[float]
) -> NDArray[np.float64]:
    """
    Measure the shortest lines between every two points on the WGS 84 ellipsoid.

    Parameters
    ----------
    from_lat, from_lon
        Degrees north and east of the starts.
    to_lat, to_lon
        Degrees north and east of the ends.

    Returns
    -------
    numpy.ndarray
        Shape (starts, ends), metres.
    """
    import numpy as np
    from pyproj import Geod

    starts, ends = len(from_lat), len(to_lat)
    _, _, distances = Geod(ellps="WGS84").inv(
        np.repeat(np.asarray(from_lon, dtype=float), ends),
        np.repeat(np.asarray(from_lat, dtype=float), ends),
        np.tile(np.asarray(to_lon, dtype=float), starts),
        np.tile(np.asarray(to_lat, dtype=float), starts),
    )
    return np.asarray(distances, dtype=np.float64).reshape(starts, ends)


DEPOT_PREFIX: Final = "depot/"
LIBRARY_PREFIX: Final = "library/"


@dataclass(frozen=True)
class NetworkPlace:
    """
    One place on the network.

    Parameters
    ----------
    place_id
        Settlement id, ``depot/…`` or ``library/…``.
    lat, lon
        Degrees north and east.
    settlement_id
        Settlement where it joins the roads: its own, or the nearest one.
    access_m
        Metres as the crow flies between the place and that settlement; 0 if it lies there.
    """

    place_id: str
    lat: float
    lon: float
    settlement_id: str
    access_m: int


def find_places(dataset: Dataset) -> tuple[NetworkPlace, ...]:
    """Find every place of an area: depots, settlements, libraries, each in the order of the dataset."""
    settlements = dataset.settlements
    return (
        *(join_building(DEPOT_PREFIX + depot.depot_id, depot, settlements) for depot in dataset.scenario.depots),
        *(NetworkPlace(s.settlement_id, s.lat, s.lon, s.settlement_id, 0) for s in settlements),
        *(join_building(LIBRARY_PREFIX + library.library_id, library, settlements) for library in dataset.libraries),
    )


def join_building(place_id: str, building: Depot | Library, settlements: Sequence[Settlement]) -> NetworkPlace:
    """Place of a building: in its settlement, or beside the nearest one."""
    if building.settlement_id:
        home = next(s for s in settlements if s.settlement_id == building.settlement_id)
        # A building inside its settlement is drawn where it stands, but reached like the settlement.
        lat = home.lat if building.lat is None else building.lat
        lon = home.lon if building.lon is None else building.lon
        return NetworkPlace(place_id, lat, lon, home.settlement_id, 0)
    assert building.lat is not None and building.lon is not None  # checked by the reader of the file
    lats, lons = [s.lat for s in settlements], [s.lon for s in settlements]
    distances = measure_distances([building.lat], [building.lon], lats, lons)[0]
    nearest = int(distances.argmin())
    return NetworkPlace(
        place_id, building.lat, building.lon, settlements[nearest].settlement_id, round(float(distances[nearest]))
    )


UNREACHABLE_S: Final = 10**9
"""Duration where no road leads: longer than any shift, and small enough to be added up."""


@dataclass(frozen=True)
class TravelMatrix:
    """
    Time and length of the fastest drive between every two places.

    Parameters
    ----------
    profile_id
        Kind of bus it holds for.
    place_ids
        Places in the order of rows and columns.
    duration_s
        Shape (n, n), int64, whole seconds without any buffer, rows are starts;
        `UNREACHABLE_S` where no road leads. Read-only.
    length_m
        Shape (n, n), int64, whole metres of the same drive; 0 where no road leads. Read-only.
    """

    profile_id: str
    place_ids: tuple[str, ...]
    duration_s: NDArray[np.int64]
    length_m: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        self.duration_s.setflags(write=False)
        self.length_m.setflags(write=False)
