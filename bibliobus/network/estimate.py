"""Estimated travel: what to assume about a drive when only positions are known."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING

from bibliobus.network.geometry import measure_distances
from bibliobus.network.places import TravelMatrix
from bibliobus.words.units import HOUR_S, KM_M

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.domain.fleet import BusProfile
    from bibliobus.findings import Finding
    from bibliobus.network.drive_grounds import Ground
    from bibliobus.network.drive_roads import RoadPiece
    from bibliobus.network.geometry import LatLon, RoadLine
    from bibliobus.network.places import NetworkPlace


@cache
def _bands() -> tuple[tuple[float, float, float], ...]:
    """Middle of each distance band in metres, detour factor, speed in km/h, nearest band first."""
    text = (resources.files("bibliobus.tables") / "estimate_bands.csv").read_text(encoding="utf-8-sig")
    rows = [
        {name: float(row[name]) for name in ("from_km", "detour", "speed_kmh")}
        for row in csv.DictReader(text.splitlines())
    ]
    middles = [(here["from_km"] + after["from_km"]) / 2 for here, after in pairwise(rows)] + [rows[-1]["from_km"]]
    return tuple((middle * KM_M, row["detour"], row["speed_kmh"]) for middle, row in zip(middles, rows, strict=True))


def estimate_drive(crow_m: NDArray[np.float64], speed_factor: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    Estimate time and length of drives from distances as the crow flies.

    Parameters
    ----------
    crow_m
        Any shape, metres as the crow flies.
    speed_factor
        Speed compared with the table, above 0.

    Returns
    -------
    duration_s : numpy.ndarray
        Same shape, whole seconds.
    length_m : numpy.ndarray
        Same shape, whole metres.

    Notes
    -----
    Detour and speed by distance are those of 4,589 lorry legs of British mobile libraries
    (LibrariesHacked open data, 2019-2020), interpolated between the middles of the bands so that a
    longer way never takes less time. Elsewhere they are an assumption.
    """
    import numpy as np

    middle_m, detour, speed_kmh = (np.array(column) for column in zip(*_bands(), strict=True))
    length = crow_m * np.interp(crow_m, middle_m, detour)
    speed_ms = np.interp(crow_m, middle_m, speed_kmh) * speed_factor * KM_M / HOUR_S
    return np.ceil(length / speed_ms).astype(np.int64), np.rint(length).astype(np.int64)


@dataclass(frozen=True)
class EstimatedNetwork:
    """
    An area without any road data.

    Parameters
    ----------
    places
        Places of the area.
    """

    places: tuple[NetworkPlace, ...]

    @property
    def estimated(self) -> bool:
        """Every distance and time is an estimate."""
        return True

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Nothing beyond what was found when the files were read."""
        return ()

    @property
    def lines(self) -> tuple[RoadLine, ...]:
        """No roads to draw."""
        return ()

    def measure_travel(self, profile: BusProfile) -> TravelMatrix:
        """
        Estimate the drive between every two places.

        Parameters
        ----------
        profile
            Kind of bus.

        Returns
        -------
        TravelMatrix
            Places in the order of the network.
        """
        lat, lon = [place.lat for place in self.places], [place.lon for place in self.places]
        duration_s, length_m = estimate_drive(measure_distances(lat, lon, lat, lon), profile.speed_factor)
        return TravelMatrix(profile.profile_id, tuple(p.place_id for p in self.places), duration_s, length_m)

    def find_path(self, profile: BusProfile, from_id: str, to_id: str) -> tuple[LatLon, ...]:
        """
        Find the line of a drive.

        Parameters
        ----------
        profile
            Kind of bus; the estimate draws the same line for each.
        from_id
            Place it leaves.
        to_id
            Place it reaches.

        Returns
        -------
        tuple of (lat, lon)
            The straight line between the two places.
        """
        positions = {place.place_id: (place.lat, place.lon) for place in self.places}
        return positions[from_id], positions[to_id]

    def list_roads(self, profile: BusProfile, from_id: str, to_id: str) -> tuple[RoadPiece, ...]:
        """
        List the roads of the fastest drive.

        Parameters
        ----------
        profile
            Kind of bus.
        from_id
            Place it leaves.
        to_id
            Place it reaches; a road must lead there.

        Returns
        -------
        tuple of RoadPiece
            None: the roads are not known.
        """
        return ()

    def list_grounds(self, profile: BusProfile, from_id: str, to_id: str) -> tuple[Ground, ...]:
        """
        List what the fastest drive goes over.

        Parameters
        ----------
        profile
            Kind of bus.
        from_id
            Place it leaves.
        to_id
            Place it reaches; a road must lead there.

        Returns
        -------
        tuple of Ground
            Each kind of road once, the one with most metres first; none where the roads are not known.
        """
        return ()
