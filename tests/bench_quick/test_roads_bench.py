"""The benchmark of roads runs on a tiny file, in a process of its own, and prints what it promises."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from osm_text import Tags, osm_text, write_text

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).resolve().parents[1] / "bench" / "roads.py"
SIDE = 8

PROMISED = {
    "nodes",
    "arcs",
    "import_cpu_s",
    "cache_s",
    "order_cpu_s",
    "customize_cpu_s",
    "matrix_cpu_s",
    "scipy_cpu_s",
    "closures_cpu_s",
    "path_ms",
    "peak_bytes",
    "equal_to_scipy",
}


@pytest.fixture
def grid_file(tmp_path: Path) -> Path:
    """A grid of streets, every third one-way, a forbidden turn, and a road that joins nothing."""
    nodes = {
        row * SIDE + column + 1: (48 + row / 100, 37 + column / 100) for row in range(SIDE) for column in range(SIDE)
    }
    nodes |= {901: (48.5, 37.0), 902: (48.5, 37.05)}
    ways: dict[int, tuple[Sequence[int], Tags]] = {99: ([901, 902], {"highway": "tertiary"})}
    for line in range(SIDE):
        oneway = "yes" if line % 3 == 0 else "no"
        row = [line * SIDE + column + 1 for column in range(SIDE)]
        ways[10 + line] = (row, {"highway": "secondary", "oneway": oneway})
        ways[30 + line] = (list(range(line + 1, SIDE**2 + 1, SIDE)), {"highway": "residential"})
    turn = [("way", "from", 11), ("node", "via", 11), ("way", "to", 32)]
    relations = [(turn, {"type": "restriction", "restriction": "no_left_turn"})]
    return write_text(tmp_path, osm_text(nodes, ways, relations=relations))


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """The program with these words."""
    command = [sys.executable, str(PROGRAM), *words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_benchmark_of_roads_prints_one_object_and_equals_scipy(grid_file: Path) -> None:
    words = (str(grid_file), "--points", "40", "--seed", "3", "--json")

    done = run(*words)

    figures = json.loads(done.stdout)
    assert done.returncode == 0 and not done.stderr
    assert figures.keys() >= PROMISED
    assert figures["equal_to_scipy"] is True
    assert figures["points"] == figures["scipy_sources"] == 40 and figures["seed"] == 3
    assert figures["nodes"] > SIDE**2 / 2 and figures["closures"] > 0 and figures["pairs_changed"] > 0
    assert 0 < figures["reached_share"] < 1 and figures["path_points"] > 2
    assert figures["machine"]["python"] and figures["machine"]["versions"]["scipy"]


def test_benchmark_of_roads_prints_a_table_and_says_what_scipy_measured(grid_file: Path) -> None:
    words = (str(grid_file), "--points", "12", "--scipy-sources", "5")

    done = run(*words)

    rows = dict(line.split(maxsplit=1) for line in done.stdout.splitlines() if line.strip() and not line.endswith(":"))
    assert done.returncode == 0
    assert rows["scipy_sources"] == "5" and rows["points"] == "12"
    assert rows["equal_to_scipy"] == "True"


def test_benchmark_of_roads_says_that_a_file_holds_no_roads(tmp_path: Path) -> None:
    file = write_text(tmp_path, osm_text({1: (48.0, 37.0)}, {}))

    done = run(str(file), "--json")

    assert done.returncode == 1 and not done.stdout
    assert file.name in done.stderr and "Traceback" not in done.stderr


def test_benchmark_of_roads_says_that_a_file_is_missing(tmp_path: Path) -> None:
    done = run(str(tmp_path / "none.osm.pbf"))

    assert done.returncode == 2
    assert "there is no file" in done.stderr
