"""Road changes laid over the times of a bus: every kind, and what must hold whatever changes."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from changed_worlds import BRIDGE, LANE, MAIN, ROUND, SCHOOL, SETTLEMENTS, build_world
from hypothesis import given, settings
from hypothesis import strategies as st

from bibliobus.domain.roads import ChangeKind, Direction, InArea, OnWays, RoadChange
from bibliobus.network.changes.apply import ResolvedChange, apply_changes, is_kept_out, reweigh_arcs
from bibliobus.network.changes.find import RoadsToChange
from bibliobus.network.changes.resolve import resolve_changes
from bibliobus.network.engine.dijkstra import PlainIndex
from bibliobus.network.engine.graph import join_nodes
from bibliobus.network.network import make_index
from bibliobus.network.roads.profile import IMPASSABLE_MS, RoadBus, StepTimes, measure_steps, weigh_arcs

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.network.roads.network import RoadNetwork

BUS = RoadBus(5.5, 3.1)
ALL_WAYS = (MAIN, SCHOOL, ROUND, LANE, BRIDGE)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> RoadNetwork:
    """Network of the tiny world."""
    folder: Path = tmp_path_factory.mktemp("world")
    return build_world(folder)


def on(way: int, kind: ChangeKind = ChangeKind.CLOSED, value: float | None = None, **more: Any) -> RoadChange:
    """Change of a whole way."""
    return RoadChange("c", kind, OnWays((way,)), value=value, **more)


def resolve(world: RoadNetwork, *changes: RoadChange) -> tuple[ResolvedChange, ...]:
    """Changes with their roads."""
    resolved, findings = resolve_changes(RoadsToChange(world, make_index(world)), changes, SETTLEMENTS)
    assert findings == []
    assert resolved is not None
    return resolved


def apply(world: RoadNetwork, *changes: RoadChange, bus: RoadBus = BUS, profile_id: str = "bus") -> StepTimes:
    """Times of a bus with changes."""
    times, _ = apply_changes(world, bus, measure_steps(world, bus), resolve(world, *changes), profile_id)
    return times


def seconds(world: RoadNetwork, times: StepTimes, way: int, *, against: int = 0) -> float:
    """Seconds that the bus takes for a way; infinite if a part of it is closed."""
    steps = 2 * world.segments_of_ways(np.array([way])) + against
    ms = times.step_ms[steps]
    return float("inf") if (ms >= IMPASSABLE_MS).any() else float(ms.sum()) / 1000


def digest(world: RoadNetwork) -> str:
    """Digest of every array of a network."""
    arrays = [getattr(world, field.name) for field in fields(world)]
    arrays += [getattr(part, field.name) for part in (world.ways, world.graph) for field in fields(part)]
    found = hashlib.sha256()
    for array in arrays:
        found.update(array.tobytes() if isinstance(array, np.ndarray) else b"")
    return found.hexdigest()


def measure(world: RoadNetwork, times: StepTimes) -> np.ndarray:
    """Packed weights between all junctions."""
    every = join_nodes(range(world.graph.nodes))
    return PlainIndex(world.graph).customize(weigh_arcs(world, times)).measure_places(every, every).packed


def test_a_closed_road_cannot_be_driven_in_either_direction(world: RoadNetwork) -> None:
    times = apply(world, on(MAIN))

    assert (seconds(world, times, MAIN), seconds(world, times, MAIN, against=1)) == (float("inf"), float("inf"))
    assert seconds(world, times, SCHOOL) == seconds(world, measure_steps(world, BUS), SCHOOL)


def test_a_road_closed_in_one_direction_can_be_driven_in_the_other(world: RoadNetwork) -> None:
    before = measure_steps(world, BUS)

    times = apply(world, on(MAIN, direction=Direction.AGAINST))

    assert seconds(world, times, MAIN) == seconds(world, before, MAIN)
    assert seconds(world, times, MAIN, against=1) == float("inf")


def test_a_danger_area_closes_all_that_touches_it(world: RoadNetwork) -> None:
    ring = ((47.999, 37.012), (47.999, 37.018), (48.001, 37.018), (48.001, 37.012), (47.999, 37.012))
    area = RoadChange("c", ChangeKind.DANGER_AREA, InArea(((ring,),)))

    times = apply(world, area)

    assert seconds(world, times, MAIN) == seconds(world, times, MAIN, against=1) == float("inf")
    assert seconds(world, times, SCHOOL) < float("inf")


def test_a_speed_limit_slows_down_and_never_speeds_up(world: RoadNetwork) -> None:
    before = seconds(world, measure_steps(world, BUS), MAIN)
    metres = world.segment_dm[world.segments_of_ways(np.array([MAIN]))].sum() / 10

    slow, fast = (apply(world, on(MAIN, ChangeKind.SPEED, kmh)) for kmh in (20, 120))

    assert seconds(world, slow, MAIN) == pytest.approx(metres / 20 * 3.6, abs=0.01)
    assert seconds(world, fast, MAIN) == before


@pytest.mark.parametrize(
    ("kind", "size"), [(ChangeKind.WEIGHT_LIMIT, "weight_t"), (ChangeKind.HEIGHT_LIMIT, "height_m")]
)
def test_a_limit_closes_the_road_to_buses_above_it_only(world: RoadNetwork, kind: ChangeKind, size: str) -> None:
    limit = getattr(BUS, size)

    at_limit, above = apply(world, on(MAIN, kind, limit)), apply(world, on(MAIN, kind, limit - 0.1))

    assert seconds(world, at_limit, MAIN) < float("inf")
    assert seconds(world, above, MAIN) == float("inf")


def test_opening_lifts_what_earlier_changes_closed(world: RoadNetwork) -> None:
    before = measure_steps(world, BUS)
    closing = [on(MAIN), on(MAIN, ChangeKind.WEIGHT_LIMIT, 1), on(MAIN, ChangeKind.HEIGHT_LIMIT, 1)]

    times = apply(world, *closing, on(MAIN, ChangeKind.OPENED))

    assert np.array_equal(times.step_ms, before.step_ms)


def test_opening_lifts_tagged_limits_but_opens_no_one_way_road_backwards(world: RoadNetwork) -> None:
    before = measure_steps(world, BUS)

    times = apply(world, on(BRIDGE, ChangeKind.OPENED), on(LANE, ChangeKind.OPENED))

    assert seconds(world, before, BRIDGE) == float("inf")
    assert seconds(world, times, BRIDGE) == seconds(world, measure_steps(world, RoadBus(1, 1)), BRIDGE)
    assert seconds(world, times, LANE, against=1) == float("inf")


def test_opening_what_was_closed_keeps_tagged_limits(world: RoadNetwork) -> None:
    closed_and_opened = [on(BRIDGE), on(BRIDGE, ChangeKind.OPENED)]

    once, twice = apply(world, *closed_and_opened), apply(world, *closed_and_opened, on(BRIDGE, ChangeKind.OPENED))

    assert seconds(world, once, BRIDGE) == float("inf")
    assert seconds(world, twice, BRIDGE) < float("inf")


def test_opening_keeps_speed_limits_and_a_later_closure_holds(world: RoadNetwork) -> None:
    slow = on(MAIN, ChangeKind.SPEED, 20)

    opened = apply(world, slow, on(MAIN), on(MAIN, ChangeKind.OPENED))
    closed = apply(world, on(MAIN, ChangeKind.OPENED), on(MAIN))

    assert np.array_equal(opened.step_ms, apply(world, slow).step_ms)
    assert seconds(world, closed, MAIN) == float("inf")


def test_a_change_for_another_profile_is_passed_over(world: RoadNetwork) -> None:
    before = measure_steps(world, BUS)
    changes = resolve(world, on(MAIN, vehicles=("lorry",)))

    times, touched = apply_changes(world, BUS, before, changes, "van")
    lorry, _ = apply_changes(world, BUS, before, changes, "lorry")

    assert times is before
    assert len(touched) == 0
    assert np.array_equal(reweigh_arcs(world, times, weigh_arcs(world, before), touched), weigh_arcs(world, before))
    assert seconds(world, lorry, MAIN) == float("inf")


def test_speed_keeps_nobody_out() -> None:
    assert not is_kept_out(on(MAIN, ChangeKind.SPEED, 5), 100, 100)


CHANGES = st.lists(
    st.builds(
        lambda way, kind_value, direction: RoadChange(
            "c", kind_value[0], OnWays((way,)), direction, value=kind_value[1]
        ),
        st.sampled_from(ALL_WAYS),
        st.sampled_from(
            [
                (ChangeKind.CLOSED, None),
                (ChangeKind.SPEED, 10.0),
                (ChangeKind.SPEED, 90.0),
                (ChangeKind.WEIGHT_LIMIT, 2.0),
                (ChangeKind.WEIGHT_LIMIT, 9.0),
                (ChangeKind.HEIGHT_LIMIT, 2.0),
            ]
        ),
        st.sampled_from([Direction.BOTH, Direction.ALONG]),
    ),
    max_size=6,
)


@settings(max_examples=40, deadline=None)
@given(changes=CHANGES, order=st.randoms(use_true_random=False))
def test_restrictions_never_make_a_drive_faster_and_their_order_does_not_matter(
    world: RoadNetwork, changes: list[RoadChange], order: Any
) -> None:
    untouched, before = digest(world), measure_steps(world, BUS)
    shuffled = changes.copy()
    order.shuffle(shuffled)

    times, other = apply(world, *changes), apply(world, *shuffled)

    assert (measure(world, times) >= measure(world, before)).all()
    assert np.array_equal(times.step_ms, other.step_ms)
    assert digest(world) == untouched


@settings(max_examples=40, deadline=None)
@given(changes=CHANGES, ways=st.lists(st.sampled_from(ALL_WAYS), min_size=1, max_size=4))
def test_close_then_open_changes_nothing(world: RoadNetwork, changes: list[RoadChange], ways: list[int]) -> None:
    open_ways = [on(way, ChangeKind.OPENED) for way in sorted(set(ways))]
    slow = [change for change in changes if change.kind is ChangeKind.SPEED]

    times = apply(world, *slow, *[on(way) for way in ways], *open_ways)

    assert np.array_equal(times.step_ms, apply(world, *slow).step_ms)


@settings(max_examples=40, deadline=None)
@given(changes=CHANGES, opened=st.lists(st.sampled_from(ALL_WAYS), max_size=3))
def test_weighing_changed_arcs_is_the_same_as_weighing_all(
    world: RoadNetwork, changes: list[RoadChange], opened: list[int]
) -> None:
    before = measure_steps(world, BUS)
    resolved = resolve(world, *changes, *[on(way, ChangeKind.OPENED) for way in opened])

    times, touched = apply_changes(world, BUS, before, resolved, "bus")
    weights = reweigh_arcs(world, times, weigh_arcs(world, before), touched)

    assert np.array_equal(weights, weigh_arcs(world, times))
    unchanged = np.setdiff1d(np.arange(2 * world.segments), touched)
    assert np.array_equal(times.step_ms[unchanged], before.step_ms[unchanged])
