"""Network: roads of an area with its places joined to them, whatever the source of the roads."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.findings import FindingKind, FindingReport, Place, Severity
from bibliobus.network.changes.apply import apply_changes, reweigh_arcs
from bibliobus.network.engine.engine import FEW_NODES, FEW_SEARCHES, FewIndex, SmallIndex, build_index
from bibliobus.network.engine.graph import PackedMatrix
from bibliobus.network.places import UNREACHABLE_S, TravelMatrix
from bibliobus.network.roads.drives import find_drive_steps, name_steps, tell_grounds, trace_drive
from bibliobus.network.roads.lines import trace_roads
from bibliobus.network.roads.profile import find_parts, make_road_bus, measure_steps, weigh_arcs
from bibliobus.network.roads.snap import (
    check_snaps,
    find_direct_drives,
    find_snap_segments,
    join_at_nodes,
    make_arriving,
    make_leaving,
    place_on_segments,
    snap_places,
)
from bibliobus.network.sources.estimate import estimate_drive
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bibliobus.domain.fleet import BusProfile
    from bibliobus.findings import Finding
    from bibliobus.network.changes.apply import ResolvedChange
    from bibliobus.network.engine.engine import RoadIndex, RoadMetric
    from bibliobus.network.engine.graph import RoadAccess
    from bibliobus.network.places import LatLon, NetworkPlace, RoadLine
    from bibliobus.network.roads.drives import Ground, RoadPiece
    from bibliobus.network.roads.network import RoadNetwork
    from bibliobus.network.roads.profile import RoadBus, StepTimes
    from bibliobus.network.roads.snap import Snaps

NO_COMPILER: Final = FindingKind(
    "no-compiler",
    Severity.NOTE,
    N_("The fast way to measure drives cannot be used on this computer; a slower one with the same results is."),
    N_("Nothing is wrong with the result. To be faster, install the Python package numba."),
)

MS_PER_S = 1000
DM_PER_M = 10
SHORTEST_PART_M = 1000
"""Metres of road a part of the network must have for a place to join it; less is a crumb of the data. By hand."""


@dataclass(frozen=True)
class RoadView:
    """The roads as one kind of bus sees them, with the places joined to them."""

    times: StepTimes
    metric: RoadMetric
    snaps: Snaps
    leaving: RoadAccess
    arriving: RoadAccess


@dataclass(frozen=True)
class Network:
    """
    Roads of an area with its places joined to them.

    Parameters
    ----------
    places
        Places of the area.
    roads
        The roads.
    views
        What each kind of bus sees, by profile id.
    findings
        Places without a road, and what else is worth knowing about the roads and the places on them.
    index
        The roads made ready for any weights.
    unchanged
        What each kind of bus would see without any road changes, by profile id.
    resolved
        Road changes that are laid over the roads, in their order.
    """

    places: tuple[NetworkPlace, ...]
    roads: RoadNetwork
    views: Mapping[str, RoadView]
    findings: tuple[Finding, ...]
    index: RoadIndex
    unchanged: Mapping[str, tuple[BusProfile, RoadView]] = field(default_factory=dict, repr=False)
    resolved: tuple[ResolvedChange, ...] = ()

    @property
    def estimated(self) -> bool:
        """Whether distances and times are estimates."""
        return self.roads.estimated

    @cached_property
    def lines(self) -> tuple[RoadLine, ...]:
        """Roads to draw, the small ones left out where there are many."""
        return trace_roads(self.roads, [(place.lat, place.lon) for place in self.places])

    def measure_travel(self, profile: BusProfile, watch: Watch = UNWATCHED) -> TravelMatrix:
        """
        Measure the fastest drive between every two places.

        Parameters
        ----------
        profile
            Kind of bus, one of the views.
        watch
            Told, and asked whether to stop, while it is measured.

        Returns
        -------
        TravelMatrix
            Places in the order of the network.
        """
        import numpy as np

        packed = measure_view(self.views[profile.profile_id], watch)
        watch.check()
        duration_s = -(-packed.duration_ms // MS_PER_S)
        duration_s = np.where(packed.reached, np.minimum(duration_s, UNREACHABLE_S), UNREACHABLE_S)
        length_m = np.rint(packed.length_dm / DM_PER_M).astype(np.int64)
        return TravelMatrix(
            profile.profile_id, tuple(place.place_id for place in self.places), duration_s.astype(np.int64), length_m
        )

    def find_path(self, profile: BusProfile, from_id: str, to_id: str) -> tuple[LatLon, ...]:
        """
        Find the line of the fastest drive.

        Parameters
        ----------
        profile
            Kind of bus, one of the views.
        from_id, to_id
            Places it leaves and reaches; a road must lead there.

        Returns
        -------
        tuple of (lat, lon)
            Along the roads, with both places at the ends; junctions whose position is unknown are passed over.
        """
        source, target, view = self._row_of[from_id], self._row_of[to_id], self.views[profile.profile_id]
        start, end = ((place.lat, place.lon) for place in (self.places[source], self.places[target]))
        line = trace_drive(self.roads, view.metric, view.snaps, source, target, (view.leaving, view.arriving))
        # A place that stands where it joins the roads is one point, not two.
        return (start, *line[line[:1] == (start,) : len(line) - (line[-1:] == (end,))], end)

    def list_roads(self, profile: BusProfile, from_id: str, to_id: str) -> tuple[RoadPiece, ...]:
        """
        List the roads of the fastest drive.

        Parameters
        ----------
        profile
            Kind of bus, one of the views.
        from_id, to_id
            Places it leaves and reaches; a road must lead there.

        Returns
        -------
        tuple of RoadPiece
            In the order of the drive; none where the roads are an estimate.
        """
        return () if self.estimated else name_steps(self.roads, self.find_steps(profile.profile_id, from_id, to_id))

    def list_grounds(self, profile: BusProfile, from_id: str, to_id: str) -> tuple[Ground, ...]:
        """
        List what the fastest drive goes over.

        Parameters
        ----------
        profile
            Kind of bus, one of the views.
        from_id, to_id
            Places it leaves and reaches; a road must lead there.

        Returns
        -------
        tuple of Ground
            Each kind of road once, the one with most metres first; none where the roads are an estimate.
        """
        return () if self.estimated else tell_grounds(self.roads, self.find_steps(profile.profile_id, from_id, to_id))

    def measure_unpaved(self, profile: BusProfile, from_id: str, to_id: str) -> int:
        """
        Measure how much of the fastest drive is known to be unpaved.

        Parameters
        ----------
        profile
            Kind of bus that drives.
        from_id, to_id
            Ids of the places where the drive begins and ends.

        Returns
        -------
        int
            Metres; 0 where the roads are an estimate.
        """
        return sum(one.length_m for one in self.list_grounds(profile, from_id, to_id) if one.unpaved)

    def find_main_class(self, profile: BusProfile, from_id: str, to_id: str) -> str:
        """
        Find the class of most of the road of the fastest drive.

        Parameters
        ----------
        profile
            Kind of bus that drives.
        from_id, to_id
            Ids of the places where the drive begins and ends.

        Returns
        -------
        str
            The class with the most metres, the first by alphabet of equals; empty where the roads are an estimate.
        """
        lengths_m: dict[str, int] = {}
        for one in self.list_grounds(profile, from_id, to_id):
            lengths_m[one.road_class] = lengths_m.get(one.road_class, 0) + one.length_m
        return min(lengths_m, key=lambda road_class: (-lengths_m[road_class], road_class), default="")

    def find_steps(self, profile_id: str, from_id: str, to_id: str) -> tuple[int, ...]:
        """
        Find the steps of the fastest drive.

        Parameters
        ----------
        profile_id
            Id of the kind of bus that drives.
        from_id, to_id
            Ids of the places where the drive begins and ends.

        Returns
        -------
        tuple of int
            Steps in the order in which they are driven; none within one place, and where no road leads.
        """
        source, target, view = self._row_of[from_id], self._row_of[to_id], self.views[profile_id]
        if source == target:
            return ()
        steps = find_drive_steps(self.roads, view.metric, view.snaps, source, target, (view.leaving, view.arriving))
        return () if steps is None else tuple(steps.tolist())

    @cached_property
    def _row_of(self) -> dict[str, int]:
        """Row of each place."""
        return {place.place_id: row for row, place in enumerate(self.places)}


def make_index(roads: RoadNetwork, places: int | None = None, watch: Watch = UNWATCHED) -> RoadIndex:
    """Roads made ready for any weights, by what is fastest for them; places that are measured, None for many times."""
    if roads.rows is not None and roads.graph.nodes <= FEW_NODES:
        return SmallIndex(roads.graph)
    if places is not None and roads.graph.nodes * places <= FEW_SEARCHES:
        return FewIndex(roads.graph)
    return build_index(roads.graph, watch=watch)


def hasten(network: Network) -> Network:
    """The same network with its roads made ready for many changes, where they were so for a few."""
    index = network.index
    return replace(network, index=build_index(network.roads.graph)) if isinstance(index, FewIndex) else network


def lay_weights(index: RoadIndex, weights: NDArray[np.int64], known: RoadMetric | None) -> RoadMetric:
    """Lay weights over roads made ready; what is known of the same weights on the same roads is not searched again."""
    import numpy as np

    return known if known is not None and np.array_equal(known.weights, weights) else index.customize(weights)


def join_places(
    roads: RoadNetwork,
    index: RoadIndex,
    places: Sequence[NetworkPlace],
    times: StepTimes,
    speed_factor: float = 1.0,
    watch: Watch = UNWATCHED,
    known: RoadMetric | None = None,
) -> RoadView:
    """Lay the times of one kind of bus over the roads and join the places; `known` as in `lay_weights`."""
    snaps = _snap(roads, places, times) if roads.rows is None else _join_at_home(roads, places, speed_factor)
    watch.check()
    metric = lay_weights(index, weigh_arcs(roads, times), known)
    watch.check()
    return RoadView(times, metric, snaps, make_leaving(roads, snaps), make_arriving(roads, snaps))


def _snap(roads: RoadNetwork, places: Sequence[NetworkPlace], times: StepTimes) -> Snaps:
    """Places joined to the nearest segment of OpenStreetMap."""
    import numpy as np

    parts = find_parts(roads, times)
    # A place must not hang on a crumb that leads nowhere; real islands have more road than that.
    wanted = find_snap_segments(roads, times) & (parts.segment_part >= 0)
    wanted &= parts.length_m[np.maximum(parts.segment_part, 0)] >= min(SHORTEST_PART_M, int(parts.length_m.max()))
    lat, lon = np.array([place.lat for place in places]), np.array([place.lon for place in places])
    return snap_places(roads, times, lat, lon, wanted=wanted)


def _join_at_home(roads: RoadNetwork, places: Sequence[NetworkPlace], speed_factor: float) -> Snaps:
    """Places joined to the node of their settlement; the drive to a place that lies beside it is estimated."""
    import numpy as np

    assert roads.rows is not None  # the caller asked
    home = np.array([roads.rows.node[place.settlement_id] for place in places], dtype=np.int64)
    access_s, access_m = estimate_drive(np.array([place.access_m for place in places], dtype=np.float64), speed_factor)
    return join_at_nodes(home, access_s * MS_PER_S, access_m * DM_PER_M)


def change_view(
    roads: RoadNetwork,
    index: RoadIndex,
    base: RoadView,
    bus: RoadBus,
    changes: Sequence[ResolvedChange],
    profile_id: str,
    known: RoadMetric | None = None,
) -> RoadView:
    """
    Lay road changes, in their order, over what a kind of bus sees without any.

    Places stay where they were joined, so that a closure never makes a drive faster; `known` as in `lay_weights`.
    """
    times, touched = apply_changes(roads, bus, base.times, changes, profile_id)
    metric = lay_weights(index, reweigh_arcs(roads, times, base.metric.weights, touched), known)
    if roads.rows is not None:
        return replace(base, times=times, metric=metric)
    snaps = place_on_segments(roads, times, base.snaps.segment, base.snaps.fraction, base.snaps.distance_m)
    return RoadView(times, metric, snaps, make_leaving(roads, snaps), make_arriving(roads, snaps))


def join_network(
    roads: RoadNetwork,
    places: tuple[NetworkPlace, ...],
    profiles: Sequence[BusProfile],
    names: Sequence[str],
    *,
    index: RoadIndex | None = None,
    changes: Sequence[ResolvedChange] = (),
    like: Network | None = None,
    watch: Watch = UNWATCHED,
) -> Network:
    """
    Join the places of an area to its roads.

    Parameters
    ----------
    roads
        The roads.
    places
        Places of the area.
    profiles
        Kinds of bus.
    names
        Names of the places for people, in the same order.
    index
        The roads made ready for any weights; None to do that now.
    changes
        Resolved road changes in their order.
    like
        Network with the same index: where the same kind of bus joins the same places, or sees the same roads, what was
        found there is taken from it.
    watch
        Told, and asked whether to stop, for every kind of bus.

    Returns
    -------
    Network
        One view for each kind of bus.
    """
    index = index or make_index(roads, watch=watch)
    views, unchanged = {}, {}
    for profile in profiles:
        watch.check()
        bus, profile_id = make_road_bus(profile), profile.profile_id
        known = like.views[profile_id].metric if like is not None and profile_id in like.views else None
        view = _find_unchanged(like, places, profile)
        if view is None:
            view = join_places(roads, index, places, measure_steps(roads, bus), profile.speed_factor, watch, known)
        unchanged[profile_id] = profile, view
        watch.check()
        views[profile_id] = change_view(roads, index, view, bus, changes, profile_id, known) if changes else view
    place_ids = [place.place_id for place in places]
    findings = [] if index.compiled else [NO_COMPILER.at(Place())]
    findings += [finding for view in views.values() for finding in check_snaps(view.snaps, place_ids, names)]
    # Two kinds of bus find the same roads too far off.
    return Network(places, roads, views, FindingReport.of(findings).findings, index, unchanged, tuple(changes))


def _find_unchanged(like: Network | None, places: tuple[NetworkPlace, ...], profile: BusProfile) -> RoadView | None:
    """What another network has for the same places and the same kind of bus without any changes."""
    if like is None or like.places != places:
        return None
    bus, view = like.unchanged.get(profile.profile_id, (None, None))
    return view if bus == profile else None


def measure_view(view: RoadView, watch: Watch = UNWATCHED) -> PackedMatrix:
    """Measure the fastest drive between every two places of a view; 0 from a place to itself."""
    import numpy as np

    packed = view.metric.measure_places(view.leaving, view.arriving, watch).packed.copy()
    source, target, direct = find_direct_drives(view.snaps)
    np.minimum.at(packed, (source, target), direct)
    np.fill_diagonal(packed, 0)
    return PackedMatrix(packed)
