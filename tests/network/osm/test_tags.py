"""Every tag rule, each shown by a tiny OpenStreetMap file."""

from __future__ import annotations

import csv
from importlib import resources
from typing import TYPE_CHECKING

import pytest
from osm_text import Tags, one_road, write_text

from bibliobus.network.osm.read import read_osm
from bibliobus.network.roads.build import build_roads
from bibliobus.network.roads.profile import IMPASSABLE_MS, RoadBus, measure_steps

if TYPE_CHECKING:
    from pathlib import Path

BUS = RoadBus(weight_t=5.5, height_m=3.1, width_m=2.4, length_m=8.0)
FREE = {"highway": "primary"}


def drive(folder: Path, text: str, bus: RoadBus = BUS) -> tuple[float, float] | None:
    """Speeds in km/h along and against the first segment, 0 for closed; None if no road was read."""
    roads, _ = read_osm(write_text(folder, text))
    if roads is None:
        return None
    network, _ = build_roads(roads)
    assert network is not None
    step_ms = measure_steps(network, bus).step_ms[:2].tolist()
    metres = int(network.segment_dm[0]) / 10
    along, against = (0.0 if ms >= IMPASSABLE_MS else round(metres * 3600 / ms, 1) for ms in step_ms)
    return along, against


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [
        # Class: openrouteservice's table.
        ({"highway": "motorway", "oneway": "no"}, 85),
        ({"highway": "trunk"}, 60),
        ({"highway": "trunk", "motorroad": "yes"}, 80),
        ({"highway": "secondary_link"}, 50),
        ({"highway": "tertiary"}, 50),
        ({"highway": "unclassified"}, 30),
        ({"highway": "living_street"}, 10),
        ({"highway": "track"}, 15),
        # Surface, track type, smoothness: caps.
        (FREE | {"surface": "asphalt"}, 60),
        (FREE | {"surface": "compacted"}, 60),
        (FREE | {"surface": "gravel"}, 30),
        (FREE | {"surface": "cobblestone"}, 20),
        (FREE | {"surface": "mud"}, 10),
        (FREE | {"surface": "moon dust"}, 30),
        (FREE | {"tracktype": "grade1"}, 40),
        (FREE | {"tracktype": "grade5"}, 10),
        (FREE | {"tracktype": "grade9"}, 60),
        (FREE | {"smoothness": "bad"}, 40),
        (FREE | {"smoothness": "horrible"}, 10),
        (FREE | {"smoothness": "excellent"}, 60),
        (FREE | {"smoothness": "impassable"}, 0),
        (FREE | {"surface": "gravel", "smoothness": "very_bad"}, 20),
        # Signed limits, times 0.9, instead of the class; surfaces still cap.
        (FREE | {"maxspeed": "50"}, 45),
        (FREE | {"maxspeed": "50 km/h"}, 45),
        (FREE | {"maxspeed": "30 mph"}, 43.5),
        (FREE | {"maxspeed": "90"}, 81),
        (FREE | {"maxspeed": "UA:urban"}, 45),
        (FREE | {"maxspeed": "UA:rural"}, 81),
        (FREE | {"maxspeed": "DE:zone30"}, 27),
        (FREE | {"maxspeed": "DE:zone:30"}, 27),
        (FREE | {"maxspeed": "walk"}, 6.3),
        (FREE | {"maxspeed": "none"}, 60),
        (FREE | {"maxspeed": "signals"}, 60),
        (FREE | {"maxspeed": "0"}, 60),
        (FREE | {"maxspeed": "80;40"}, 36),
        (FREE | {"maxspeed": "80", "maxspeed:bus": "60"}, 54),
        (FREE | {"maxspeed": "80", "surface": "gravel"}, 30),
        ({"highway": "motorway", "oneway": "no", "maxspeed": "130"}, 90),
        # Settlements and outside, where nothing is signed.
        (FREE | {"source:maxspeed": "UA:urban"}, 50),
        (FREE | {"zone:traffic": "UA:urban"}, 50),
        (FREE | {"zone:traffic": "UA:rural"}, 60),
        # Access: the most special key decides.
        (FREE | {"access": "no"}, None),
        (FREE | {"access": "private"}, None),
        (FREE | {"access": "permissive"}, 60),
        (FREE | {"access": "no", "bus": "yes"}, 60),
        (FREE | {"access": "no", "psv": "designated"}, 60),
        (FREE | {"vehicle": "no"}, None),
        (FREE | {"vehicle": "no", "motor_vehicle": "yes"}, 60),
        (FREE | {"motor_vehicle": "agricultural"}, None),
        (FREE | {"motor_vehicle": "forestry"}, None),
        (FREE | {"motor_vehicle": "yes", "bus": "no"}, None),
        (FREE | {"access": "customers"}, None),
        (FREE | {"access": "something new"}, 60),
        (FREE | {"hgv": "no"}, 0),
        (FREE | {"hgv": "no", "bus": "yes"}, 60),
        (FREE | {"hgv": "destination"}, 10),
        (FREE | {"access": "destination"}, 10),
        (FREE | {"motor_vehicle": "destination"}, 10),
        # Weight, height, width, length.
        (FREE | {"maxweight": "5.5"}, 60),
        (FREE | {"maxweight": "5"}, 0),
        (FREE | {"maxweight": "5,4 t"}, 0),
        (FREE | {"maxweight": "3500 kg"}, 0),
        (FREE | {"maxweight": "12000 lbs"}, 0),
        (FREE | {"maxweight": "6.1 st"}, 60),
        (FREE | {"maxweight": "nobody knows"}, 60),
        (FREE | {"maxweightrating": "3.5"}, 0),
        (FREE | {"maxheight": "3.1"}, 60),
        (FREE | {"maxheight": "3"}, 0),
        (FREE | {"maxheight": "300 cm"}, 0),
        (FREE | {"maxheight": "10'0\""}, 0),
        (FREE | {"maxheight": "10'6\""}, 60),
        (FREE | {"maxheight": "10 ft 6 in"}, 60),
        (FREE | {"maxheight": "default"}, 60),
        (FREE | {"maxheight:physical": "2.8 m"}, 0),
        (FREE | {"maxwidth": "2.3"}, 0),
        (FREE | {"maxwidth": "2.5"}, 60),
        (FREE | {"maxlength": "7"}, 0),
        # Fords are closed, unless the bus is said to go through.
        (FREE | {"ford": "yes"}, 0),
        (FREE | {"ford": "no"}, 60),
        # No roads for vehicles.
        ({"highway": "footway"}, None),
        ({"highway": "ferry"}, None),
        ({"highway": "motorroad"}, None),
        ({"highway": "construction"}, None),
        (FREE | {"area": "yes"}, None),
        (FREE | {"impassable": "yes"}, None),
        (FREE | {"4wd_only": "yes"}, None),
        (FREE | {"4wd_only": "no"}, 60),
        (FREE | {"oneway": "reversible"}, None),
        ({"railway": "rail", "place": "plot"}, None),
        ({"route": "bus"}, None),
        # Ferries need a word about vehicles; without a duration the assumption holds.
        ({"route": "ferry"}, None),
        ({"route": "ferry", "foot": "yes"}, None),
        ({"route": "ferry", "motor_vehicle": "yes"}, 15),
        ({"route": "ferry", "motorcar": "yes", "maxspeed": "5"}, 15),
        ({"route": "ferry", "vehicle": "yes", "access": "private"}, 15),
        ({"route": "ferry", "motorcar": "yes", "vehicle": "no"}, None),
    ],
)
def test_each_tag_gives_its_speed(tmp_path: Path, tags: Tags, kmh: float | None) -> None:
    text = one_road(tags)

    speeds = drive(tmp_path, text)

    assert speeds == (None if kmh is None else (kmh, kmh))


def rows_of(*kinds: str) -> list[tuple[str, str, float | None]]:
    """Rows of the table that comes with the program, as it stands in the file."""
    with (resources.files("bibliobus.tables") / "road_profile.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [
        (row["kind"], row["value"], float(row["number"]) if row["number"] else None)
        for row in rows
        if row["kind"] in kinds
    ]


@pytest.mark.parametrize(("kind", "value", "number"), rows_of("surface", "tracktype", "smoothness"))
def test_every_row_that_caps_the_speed_does_so(tmp_path: Path, kind: str, value: str, number: float | None) -> None:
    text = one_road(FREE | {kind: value})

    speeds = drive(tmp_path, text)

    kmh = 60 if number is None else min(60, number)
    assert speeds == (kmh, kmh)


@pytest.mark.parametrize(("kind", "value", "number"), rows_of("road_class"))
def test_every_class_has_its_speed_up_to_the_limit_of_its_surroundings(
    tmp_path: Path, kind: str, value: str, number: float
) -> None:
    assert kind == "road_class"
    special = {"ferry": {"route": "ferry", "bus": "yes"}, "motorroad": {"highway": "trunk", "motorroad": "yes"}}
    text = one_road(special.get(value, {"highway": value}) | {"oneway": "no"})

    speeds = drive(tmp_path, text)

    assert speeds == (number, number)


@pytest.mark.parametrize("key", ["access", "vehicle", "motor_vehicle", "psv", "bus"])
@pytest.mark.parametrize(("kind", "value", "allowed"), rows_of("access"))
def test_every_word_of_access_lets_in_or_keeps_out_under_every_key(
    tmp_path: Path, key: str, kind: str, value: str, allowed: float
) -> None:
    assert kind == "access"
    text = one_road(FREE | {key: value})

    speeds = drive(tmp_path, text)

    kmh = 10 if value == "destination" else 60
    assert speeds == ((kmh, kmh) if allowed else None)


@pytest.mark.parametrize(("kind", "value", "kmh"), rows_of("implicit"))
def test_every_implied_limit_holds_times_the_factor(tmp_path: Path, kind: str, value: str, kmh: float) -> None:
    assert kind == "implicit"
    text = one_road(FREE | {"maxspeed": value if value == "walk" else f"UA:{value}"})

    speeds = drive(tmp_path, text)

    assert speeds is not None
    assert speeds == pytest.approx((0.9 * kmh, 0.9 * kmh), abs=0.06)


@pytest.mark.parametrize(("kind", "value", "allowed"), rows_of("barrier"))
def test_every_barrier_lets_a_bus_pass_or_stops_it(tmp_path: Path, kind: str, value: str, allowed: float) -> None:
    assert kind == "barrier"
    roads, _ = read_osm(write_text(tmp_path, one_road(FREE, node_tags={"barrier": value})))
    assert roads is not None

    network, _ = build_roads(roads)

    assert network is not None and network.graph.nodes == (2 if allowed else 4)


@pytest.mark.parametrize(("kind", "value", "yes"), rows_of("unpaved"))
def test_every_unpaved_surface_is_slower_in_the_wet_season(tmp_path: Path, kind: str, value: str, yes: float) -> None:
    assert (kind, yes) == ("unpaved", 1)
    text = one_road(FREE | {"surface": value})

    dry, wet = drive(tmp_path, text), drive(tmp_path, text, RoadBus(5.5, 3.1, season_factor=0.5))

    assert dry is not None and wet == pytest.approx((dry[0] / 2, dry[1] / 2), abs=0.06)


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [
        ({"maxweight:bus": "5"}, 0),
        ({"maxweight": "20", "maxweight:bus": "5"}, 0),
        ({"maxwidth:physical": "2.3"}, 0),
        ({"maxlength:bus": "7"}, 0),
        ({"maxspeed": "80", "maxspeed:bus:forward": "50", "maxspeed:bus:backward": "50"}, 45),
        ({"maxspeed:type": "UA:urban"}, 50),
        ({"zone:maxspeed": "UA:urban"}, 50),
        ({"bus": "destination"}, 10),
        ({"hgv": "destination", "psv": "yes"}, 60),
        ({"hgv": "no", "psv": "designated"}, 60),
    ],
)
def test_keys_for_buses_and_zones_count_like_the_common_ones(tmp_path: Path, tags: Tags, kmh: float) -> None:
    text = one_road(FREE | tags)

    speeds = drive(tmp_path, text)

    assert speeds == (kmh, kmh)


@pytest.mark.parametrize(
    ("tags", "along", "against"),
    [
        ({"oneway": "yes"}, 60, 0),
        ({"oneway": "1"}, 60, 0),
        ({"oneway": "true"}, 60, 0),
        ({"oneway": "-1"}, 0, 60),
        ({"oneway": "reverse"}, 0, 60),
        ({"oneway": "no"}, 60, 60),
        ({"oneway": "alternating"}, 60, 60),
        ({"junction": "roundabout"}, 60, 0),
        ({"junction": "circular"}, 60, 0),
        ({"junction": "roundabout", "oneway": "no"}, 60, 60),
        ({"highway": "motorway"}, 85, 0),
        ({"oneway": "yes", "oneway:bus": "no"}, 60, 60),
        ({"oneway": "yes", "oneway:psv": "no"}, 60, 60),
        ({"oneway": "yes", "busway": "opposite_lane"}, 60, 60),
        ({"oneway:bus": "yes"}, 60, 0),
        ({"maxspeed:forward": "50", "maxspeed:backward": "30"}, 45, 27),
        ({"maxspeed": "70", "maxspeed:backward": "30"}, 63, 27),
        ({"route": "ferry", "highway": "primary", "oneway": "yes"}, 60, 0),
    ],
)
def test_each_direction_has_its_own_speed(tmp_path: Path, tags: Tags, along: float, against: float) -> None:
    text = one_road(FREE | tags)

    speeds = drive(tmp_path, text)

    assert speeds == (along, against)


@pytest.mark.parametrize(
    ("duration", "minutes"), [("00:20", 20), ("20", 20), ("PT20M", 20), ("1:00:30", 60.5), ("PT1H", 60)]
)
def test_a_ferry_takes_the_time_it_is_tagged_with(tmp_path: Path, duration: str, minutes: float) -> None:
    text = one_road({"route": "ferry", "motor_vehicle": "yes", "duration": duration})

    roads, _ = read_osm(write_text(tmp_path, text))
    assert roads is not None
    network, _ = build_roads(roads)
    assert network is not None
    step_ms = measure_steps(network, RoadBus(5.5, 3.1, speed_factor=0.5)).step_ms

    assert step_ms[::2].sum() == pytest.approx(minutes * 60_000, abs=2)


def test_no_ferry_is_faster_than_a_road(tmp_path: Path) -> None:
    text = one_road({"route": "ferry", "motor_vehicle": "yes", "duration": "0:00:01"})

    roads, _ = read_osm(write_text(tmp_path, text))
    assert roads is not None
    network, _ = build_roads(roads)
    assert network is not None
    step_ms = measure_steps(network, RoadBus(5.5, 3.1)).step_ms

    # Decimetres at 130 kilometres an hour.
    assert step_ms[::2].sum() == pytest.approx(network.segment_dm.sum() * 360 / 130, abs=2)


@pytest.mark.parametrize("duration", ["soon", "PT", "0", "12:5"])
def test_a_strange_duration_of_a_ferry_is_passed_over(tmp_path: Path, duration: str) -> None:
    text = one_road({"route": "ferry", "motor_vehicle": "yes", "duration": duration})

    speeds = drive(tmp_path, text)

    assert speeds == (15, 15)


@pytest.mark.parametrize(
    ("node_tags", "passes"),
    [
        ({"barrier": "gate"}, True),
        ({"barrier": "gate", "access": "private"}, False),
        ({"barrier": "gate", "motor_vehicle": "no"}, False),
        ({"barrier": "lift_gate"}, True),
        ({"barrier": "cattle_grid"}, True),
        ({"barrier": "bollard"}, False),
        ({"barrier": "bollard", "bus": "yes"}, True),
        ({"barrier": "height_restrictor"}, False),
        ({"barrier": "something new"}, False),
        ({"highway": "crossing"}, True),
    ],
)
def test_a_barrier_parts_a_road(tmp_path: Path, node_tags: Tags, passes: bool) -> None:
    text = one_road(FREE, node_tags=node_tags)

    roads, _ = read_osm(write_text(tmp_path, text))
    assert roads is not None
    network, _ = build_roads(roads)
    assert network is not None

    assert (network.graph.nodes, network.graph.arcs) == ((2, 2) if passes else (4, 4))


@pytest.mark.parametrize("node_tags", [{"ford": "yes"}, {"highway": "ford"}])
def test_a_ford_at_a_node_closes_the_road_unless_the_bus_may_go_through(tmp_path: Path, node_tags: Tags) -> None:
    text = one_road(FREE, node_tags=node_tags)

    dry = drive(tmp_path, text)
    wet = drive(tmp_path, text, RoadBus(5.5, 3.1, ford_kmh=5))

    assert (dry, wet) == ((0, 0), (5, 5))


@pytest.mark.parametrize(
    ("tags", "bus", "kmh"),
    [
        ({"surface": "gravel"}, RoadBus(5.5, 3.1, season_factor=0.5), 15),
        ({"surface": "asphalt"}, RoadBus(5.5, 3.1, season_factor=0.5), 60),
        ({"highway": "track"}, RoadBus(5.5, 3.1, season_factor=0.5), 7.5),
        ({"surface": "gravel"}, RoadBus(5.5, 3.1), 30),
        ({}, RoadBus(5.5, 3.1, speed_factor=0.5), 30),
        ({"maxwidth": "2"}, RoadBus(5.5, 3.1), 60),
        ({"hgv": "no"}, RoadBus(3.5, 3.1), 60),
    ],
)
def test_the_bus_decides_too(tmp_path: Path, tags: Tags, bus: RoadBus, kmh: float) -> None:
    text = one_road(FREE | tags)

    speeds = drive(tmp_path, text, bus)

    assert speeds == (kmh, kmh)
