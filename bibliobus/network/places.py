"""Places a bus may start from, call at, or measure its distance to; where they lie and join the roads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.network.geodesy import measure_distances

if TYPE_CHECKING:
    from bibliobus.domain.fleet import Depot
    from bibliobus.domain.places import Library, Settlement
    from bibliobus.inputs.dataset import Dataset

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
    lat
        Degrees north.
    lon
        Degrees east.
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
    """
    Find every place of an area.

    Parameters
    ----------
    dataset
        Checked inputs.

    Returns
    -------
    tuple of NetworkPlace
        Depots, settlements, libraries, each in the order of the dataset.
    """
    settlements = dataset.settlements
    return (
        *(_join(DEPOT_PREFIX + depot.depot_id, depot, settlements) for depot in dataset.scenario.depots),
        *(NetworkPlace(s.settlement_id, s.lat, s.lon, s.settlement_id, 0) for s in settlements),
        *(_join(LIBRARY_PREFIX + library.library_id, library, settlements) for library in dataset.libraries),
    )


def _join(place_id: str, building: Depot | Library, settlements: tuple[Settlement, ...]) -> NetworkPlace:
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
