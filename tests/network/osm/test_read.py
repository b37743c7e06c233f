"""Reading OpenStreetMap files, whole and broken."""

from __future__ import annotations

import bz2
import gzip
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import osmium
import pytest
import shapely
from osm_text import one_road, osm_text, write_text

from bibliobus.network.osm.read import read_osm
from bibliobus.network.osm.roads import make_region, read_region
from bibliobus.network.roads.build import build_roads
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from pathlib import Path

ENGLISH = Language("en")
ROAD = {"highway": "primary", "name": "Long Street", "ref": "T0514"}


def say(path: Path) -> list[str]:
    """Sentences of the findings, without a network."""
    roads, findings = read_osm(path)
    assert roads is None
    return [finding.sentence.render(ENGLISH) for finding in findings]


def convert(source: Path, target: Path) -> Path:
    """Same file in another format."""
    with osmium.SimpleWriter(str(target)) as writer:
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)
    return target


def test_all_formats_give_the_same_roads(tmp_path: Path) -> None:
    plain = write_text(tmp_path, one_road(ROAD))
    packed = {
        "roads.osm.gz": gzip.compress(plain.read_bytes(), mtime=0),
        "roads.osm.bz2": bz2.compress(plain.read_bytes()),
    }
    for name, content in packed.items():
        (tmp_path / name).write_bytes(content)
    files = [plain, *(tmp_path / name for name in packed), convert(plain, tmp_path / "roads.osm.pbf")]

    results = [read_osm(path) for path in files]

    for roads, findings in results:
        assert roads is not None and findings == []
        assert roads.ways.way_id.tolist() == [10]
        assert roads.point_id[roads.point].tolist() == [1, 2, 3]
        assert roads.lat.tolist() == [48.0, 48.01, 48.02]
        assert [roads.texts[roads.ways.ref_code[0]], roads.texts[roads.ways.name_code[0]]] == ["T0514", "Long Street"]


def test_the_name_of_a_file_does_not_matter(tmp_path: Path) -> None:
    pbf = convert(write_text(tmp_path, one_road(ROAD)), tmp_path / "roads.osm.pbf")

    roads, findings = read_osm(pbf.rename(tmp_path / "download(1)"))

    assert roads is not None and findings == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The road file is empty: it has 0 bytes."),
        (b"name;population\n", "This is not an OpenStreetMap file: it holds neither PBF nor OSM XML."),
        (b"PK\x03\x04" + bytes(100), "This is not an OpenStreetMap file: it holds neither PBF nor OSM XML."),
        (b"<html><body/></html>", "This is not an OpenStreetMap file: it holds neither PBF nor OSM XML."),
        (gzip.compress(b"a table", mtime=0), "This is not an OpenStreetMap file: it holds neither PBF nor OSM XML."),
        (b"\x1f\x8bnonsense", "The OpenStreetMap file is damaged or cut off and cannot be read to its end."),
        (b"BZhnonsense", "The OpenStreetMap file is damaged or cut off and cannot be read to its end."),
        (
            b'<?xml version="1.0"?><osm version="0.6"><way',
            "The OpenStreetMap file is damaged or cut off and cannot be read to its end.",
        ),
        (
            b'<?xml version="1.0"?><osm version="0.6"></osm>',
            "The file holds no road that a bus could use (0 ways with road tags were read).",
        ),
    ],
)
def test_a_file_that_cannot_be_used_gives_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "roads.osm.pbf"
    path.write_bytes(content)

    sentences = say(path)

    assert sentences == [sentence]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nothing.osm.pbf"

    _, findings = read_osm(path)

    assert findings[0].place.file == "nothing.osm.pbf"
    assert findings[0].sentence.render(ENGLISH).startswith("The road file cannot be read: No such file")


def test_a_file_without_roads_for_buses_says_how_many_ways_it_read(tmp_path: Path) -> None:
    path = write_text(tmp_path, one_road({"highway": "footway"}))

    sentences = say(path)

    assert sentences == ["The file holds no road that a bus could use (1 ways with road tags were read)."]


def test_roads_without_their_points_are_an_error(tmp_path: Path) -> None:
    path = write_text(tmp_path, osm_text({1: (48, 37), 2: (48.01, 37)}, {10: ([1, 2, 3, 4], ROAD)}))

    sentences = say(path)

    assert sentences == ["Of 4 points that the roads need, 2 have no position in the file."]


def test_a_road_that_leaves_the_extract_ends_there(tmp_path: Path) -> None:
    nodes = {number: (48 + number / 100, 37.0) for number in range(1, 30)}
    path = write_text(tmp_path, osm_text(nodes, {10: ([*nodes, 99], ROAD)}))

    roads, findings = read_osm(path)

    assert roads is not None
    network, _ = build_roads(roads)
    assert network is not None and network.segments == 28
    assert [finding.sentence.render(ENGLISH) for finding in findings] == [
        "Of 30 points that the roads need, 1 have no position in the file; roads end there."
    ]


def test_points_off_the_earth_are_counted(tmp_path: Path) -> None:
    nodes = {number: (48 + number / 100, 37.0) for number in range(1, 30)} | {30: (95.0, 37.0)}
    path = write_text(tmp_path, osm_text(nodes, {10: (list(nodes), ROAD)}))

    _, findings = read_osm(path)

    assert "Points outside the earth's degrees (latitude -90 to 90, longitude -180 to 180): 1." in [
        finding.sentence.render(ENGLISH) for finding in findings
    ]


def test_a_stretch_longer_than_any_road_is_left_out(tmp_path: Path) -> None:
    nodes = {1: (48.0, 37.0), 2: (48.01, 37.0), 3: (58.0, 37.0)}
    roads, _ = read_osm(write_text(tmp_path, osm_text(nodes, {10: ([1, 2, 3], ROAD)})))
    assert roads is not None

    network, findings = build_roads(roads, "roads.osm")

    assert network is not None and network.segments == 1
    assert findings[0].sentence.render(ENGLISH) == (
        "Roads with neighbouring points more than 100 km apart: 1. These stretches are left out."
    )


def test_a_network_without_any_stretch_is_an_error(tmp_path: Path) -> None:
    nodes = {1: (48.0, 37.0), 2: (58.0, 37.0)}
    roads, _ = read_osm(write_text(tmp_path, osm_text(nodes, {10: ([1, 2], ROAD)})))
    assert roads is not None

    network, findings = build_roads(roads, "roads.osm")

    assert network is None
    assert [finding.code for finding in findings] == ["osm-segment-too-long", "osm-no-roads"]


def test_ways_before_their_nodes_and_ways_twice_are_read_all_the_same(tmp_path: Path) -> None:
    text = one_road(ROAD)
    way = text[text.index("<way") : text.index("</way>") + 6]
    node = text.index("<node")

    roads, findings = read_osm(write_text(tmp_path, text[:node] + way + text[node:]))

    assert roads is not None and findings == []
    assert roads.ways.way_id.tolist() == [10]
    assert roads.lat.tolist() == [48.0, 48.01, 48.02]


def test_ways_with_one_point_or_deleted_are_passed_over(tmp_path: Path) -> None:
    text = osm_text({1: (48, 37), 2: (48.01, 37)}, {10: ([1, 2], ROAD), 11: ([1], ROAD), 12: ([1, 2], ROAD)})

    roads, _ = read_osm(write_text(tmp_path, text.replace('<way id="12"', '<way id="12" visible="false"')))

    assert roads is not None and roads.ways.way_id.tolist() == [10]


def test_lengths_are_those_of_the_ellipsoid(tmp_path: Path) -> None:
    roads, _ = read_osm(write_text(tmp_path, osm_text({1: (65, 20), 2: (65, 20.1)}, {10: ([1, 2], ROAD)})))
    assert roads is not None

    network, _ = build_roads(roads)

    # A sphere of 6371 km would give 4699 m.
    assert network is not None and network.segment_dm.tolist() == [47176]


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []

    read_osm(write_text(tmp_path, one_road(ROAD)), progress=lambda label, count: told.append((label, count)))

    assert told == [("Reading roads", 1)]


def test_a_region_keeps_whole_roads_that_touch_it(tmp_path: Path) -> None:
    nodes = {1: (48.0, 37.0), 2: (48.0, 37.2), 3: (49.0, 37.0), 4: (49.0, 37.2), 5: (48.0, 37.1)}
    path = write_text(
        tmp_path,
        osm_text(
            nodes,
            {10: ([1, 2], ROAD), 20: ([3, 4], ROAD)},
            node_tags={3: {"place": "village", "name": "Far"}, 5: {"place": "village", "name": "Near"}},
        ),
    )

    # No point of the road lies in the circle, but the road runs through it.
    roads, _ = read_osm(path, region=make_region([48.0], [37.1], 2000))
    nothing, findings = read_osm(path, region=make_region([40.0], [37.1], 2000))

    assert roads is not None and nothing is None
    assert roads.ways.way_id.tolist() == [10] and roads.point_id.tolist() == [1, 2]
    assert [place.name for place in roads.places] == ["Near"]
    assert [finding.code for finding in findings] == ["osm-no-roads"]


def test_a_circle_has_its_radius(tmp_path: Path) -> None:
    region = make_region([48.0], [37.0], 1000)

    inside = shapely.contains_xy(region, [37.0133, 37.0136], [48.0, 48.0])

    assert inside.tolist() == [True, False]


def test_an_outline_is_read_from_geojson(tmp_path: Path) -> None:
    square = '{"type":"Polygon","coordinates":[[[37,48],[38,48],[38,49],[37,48]]]}'
    path = write_text(tmp_path, f'{{"type":"Feature","properties":{{}},"geometry":{square}}}', "oblast.geojson")

    region, findings = read_region(path)

    assert region is not None and findings == [] and region.bounds == (37, 48, 38, 49)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no json",
        '{"type":"Point","coordinates":[1,2]}',
        '{"type":"Polygon","coordinates":[[[370,48],[38,48],[38,49],[370,48]]]}',
    ],
)
def test_an_outline_without_a_polygon_is_a_finding(tmp_path: Path, text: str) -> None:
    path = write_text(tmp_path, text, "oblast.geojson")

    region, findings = read_region(path)

    assert region is None
    assert findings[0].sentence.render(ENGLISH) == "The file with the outline holds no polygon in GeoJSON, in degrees."


def test_places_come_as_rows(tmp_path: Path) -> None:
    tags = {
        "place": "village",
        "name": "Дубове",
        "name:uk": "Дубове",
        "name:en": "Dubove",
        "population": "1 234",
        "koatuu": "1420",
        "katotth": "UA14",
    }
    nodes = {number: (48 + number / 100, 37.0) for number in range(1, 6)}
    places = {1: tags, 2: {"place": "hamlet", "name": "B"}, 3: {"place": "hamlet"}, 4: {"place": "sea", "name": "C"}}

    roads, _ = read_osm(write_text(tmp_path, osm_text(nodes, {10: ([1, 5], ROAD)}, node_tags=places)))

    assert roads is not None
    first, second = roads.places
    assert (first.name, first.name_uk, first.name_latin, first.population) == ("Дубове", "Дубове", "Dubove", 1234)
    assert (first.koatuu, first.katottg, first.lat, first.lon) == ("1420", "UA14", 48.01, 37.0)
    assert (second.kind, second.name, second.population, second.katottg) == ("hamlet", "B", None, "")


CHILD = """
import resource, sys
from pathlib import Path
import numpy as np
from bibliobus.network.roads.profile import RoadBus, measure_steps, weigh_arcs
from bibliobus.network.osm.read import read_osm
from bibliobus.network.roads.build import build_roads
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
folder = Path(sys.argv[1])
whole = (folder / "whole.osm.pbf").read_bytes()
path = folder / "mutant.osm.pbf"
random = np.random.default_rng(7)
outcome = {"network": 0, "error": 0}
for mutant in range(int(sys.argv[2])):
    content = bytearray(whole)
    match mutant % 4:
        case 0:
            for at in random.integers(0, len(content), random.integers(1, 9)):
                content[at] ^= 1 << int(random.integers(8))
        case 1:
            del content[int(random.integers(1, len(content))):]
        case 2:
            at = int(random.integers(0, len(content))); del content[at:at + int(random.integers(1, 99))]
        case 3:
            at = int(random.integers(0, len(content))); content[at:at] = random.bytes(int(random.integers(1, 99)))
    path.write_bytes(content)
    roads, findings = read_osm(path)
    network, more = build_roads(roads) if roads is not None else (None, [])
    if network is None:
        assert any(f.severity == "error" for f in [*findings, *more]), (mutant, findings)
        outcome["error"] += 1
    else:
        weigh_arcs(network, measure_steps(network, RoadBus(5, 3)))
        outcome["network"] += 1
print(outcome["network"], outcome["error"])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of memory and time are those of Unix")
@pytest.mark.parametrize("compression", ["none", "zlib"])
def test_damaged_files_never_crash_or_hang(tmp_path: Path, compression: str) -> None:
    random = np.random.default_rng(1)
    nodes = {
        n: (round(48 + float(random.random()) / 10, 6), round(37 + float(random.random()) / 10, 6))
        for n in range(1, 200)
    }
    ways = {w: (random.integers(1, 200, 8).tolist(), ROAD | {"maxspeed": str(w)}) for w in range(1, 60)}
    members = [("way", "from", 1), ("node", "via", ways[1][0][-1]), ("way", "to", 2)]
    turns = [(members, {"type": "restriction", "restriction": "no_left_turn"})]
    source = write_text(tmp_path, osm_text(nodes, ways, relations=turns))
    target = osmium.io.File(str(tmp_path / "whole.osm.pbf"), f"pbf,pbf_compression={compression}")
    with osmium.SimpleWriter(target) as writer:
        for thing in osmium.FileProcessor(str(source)):
            writer.add(thing)

    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path), "120"], capture_output=True, text=True, timeout=200, check=False
    )

    assert done.returncode == 0, done.stderr[-2000:]
    networks, errors = map(int, done.stdout.split())
    assert networks + errors == 120 and errors > 30
