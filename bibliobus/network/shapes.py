"""Shapes of roads and legs, gathered for the maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.network.geometry import MapGeometry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.domain.fleet import BusProfile
    from bibliobus.network.build import Network


def gather_geometry(
    network: Network, profiles: Iterable[BusProfile], legs: Iterable[tuple[str, str, str]], *, roads: bool = True
) -> MapGeometry:
    """
    Gather the shapes of roads and legs.

    Parameters
    ----------
    network
        Roads of the area.
    profiles
        Kinds of bus.
    legs
        (profile id, from place, to place) of the legs to draw.
    roads
        False to leave the roads out.

    Returns
    -------
    MapGeometry
        Positions of all places, lines of all roads, and a shape for each leg.
    """
    by_id = {profile.profile_id: profile for profile in profiles}
    return MapGeometry(
        positions={place.place_id: (place.lat, place.lon) for place in network.places},
        roads=network.lines if roads else (),
        legs={
            (profile_id, from_id, to_id): network.find_path(by_id[profile_id], from_id, to_id)
            for profile_id, from_id, to_id in sorted(set(legs))
        },
    )
