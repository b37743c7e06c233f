"""
Compare with OSRM: ``python tests/bench/osrm.py FILE.osm.pbf --python OTHER --points N --seed K --json``.

OTHER is a Python of 3.12 or newer with numpy and ``osrm-bindings`` installed; this one has bibliobus.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from measuring import describe_machine, take_cpu_s
from osrm_profile import write_profile
from road_trips import find_positions, measure_matrix, move_places, scatter_places

from bibliobus.network.engine.engine import build_index, rank_nodes
from bibliobus.network.engine.graph import CLOSED, TIME_SHIFT
from bibliobus.network.osm.read import read_osm
from bibliobus.network.roads.build import build_roads
from bibliobus.network.roads.profile import RoadBus, measure_steps, weigh_arcs

if TYPE_CHECKING:
    from collections.abc import Sequence

PACKAGES: Final = ("bibliobus", "numba", "numpy")
REPEATS: Final = 5
WEIGHT_T: Final = 5.5
HEIGHT_M: Final = 3.1
SHORTEST_MS: Final = 60_000
TABLE: Final = Path(__file__).resolve().with_name("osrm_table.py")


def compare_file(file: Path, other: str, points: int, seed: int, algorithm: str) -> dict[str, Any]:
    """
    Compare the matrices of one file.

    Parameters
    ----------
    file
        OpenStreetMap file.
    other
        Python with ``osrm-bindings``.
    points
        Number of places.
    seed
        Seed of the random numbers.
    algorithm
        ``MLD`` or ``CH``.

    Returns
    -------
    dict
        All figures by key.
    """
    roads, _ = read_osm(file)
    network = build_roads(roads)[0] if roads is not None else None
    if roads is None or network is None:
        raise SystemExit(f"{file.name} holds no roads")
    times = measure_steps(network, RoadBus(WEIGHT_T, HEIGHT_M))
    snaps = scatter_places(network, times, points, seed)
    trips = move_places(network, times, weigh_arcs(network, times), snaps)
    metric = build_index(network.graph, rank_nodes(network.graph)).customize(trips.weights)
    measure_matrix(metric, trips)
    ours_cpu_s, packed = take_cpu_s(lambda: measure_matrix(metric, trips), REPEATS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_profile(folder / "bus.lua", roads, network, times)
        (folder / "roads.osm.pbf").write_bytes(file.read_bytes())
        lat, lon = find_positions(network, snaps)
        (folder / "places.json").write_text(json.dumps(np.stack([lon, lat], axis=1).tolist()), encoding="utf-8")
        _prepare(folder, other, algorithm)
        # -P: this folder has an osrm.py of its own.
        answer = _run([other, "-P", str(TABLE), str(folder), algorithm, str(REPEATS)], folder)
        theirs = json.loads(answer)
        seconds, metres = np.load(folder / "seconds.npy"), np.load(folder / "metres.npy")
    return {
        "file": file.name,
        "points": points,
        "seed": seed,
        "algorithm": algorithm,
        **_compare(packed, seconds, metres),
        "ours_cpu_s": ours_cpu_s,
        **theirs,
        "time_ratio": theirs["osrm_cpu_s"] / ours_cpu_s,
        "machine": describe_machine(PACKAGES),
    }


def _compare(packed: np.ndarray, seconds: np.ndarray, metres: np.ndarray) -> dict[str, Any]:
    """Shares of legs of at least a minute that agree."""
    ours, theirs = packed < CLOSED, np.isfinite(seconds)
    legs = ours & theirs & (packed >> TIME_SHIFT >= SHORTEST_MS) & (seconds > 0)
    if not legs.any():
        raise SystemExit("no leg of a minute or more is there to be compared")
    time = (packed[legs] >> TIME_SHIFT) / 1000 / seconds[legs]
    length = (packed[legs] & ((1 << TIME_SHIFT) - 1)) / 10 / metres[legs]
    return {
        "legs": int(legs.sum()),
        "ours_reached_share": float(ours.mean()),
        "osrm_reached_share": float(theirs.mean()),
        "time_within_1_percent": float((abs(time - 1) < 0.01).mean()),
        "time_within_5_percent": float((abs(time - 1) < 0.05).mean()),
        "time_ratio_percentiles_1_50_99": [round(float(x), 4) for x in np.percentile(time, [1, 50, 99])],
        "length_ratio_percentiles_1_50_99": [round(float(x), 4) for x in np.percentile(length, [1, 50, 99])],
    }


def _prepare(folder: Path, other: str, algorithm: str) -> None:
    """Network of OSRM made from the file."""
    _run([other, "-P", "-m", "osrm", "extract", "-p", "bus.lua", "-t", "1", "roads.osm.pbf"], folder)
    for command in ("partition", "customize") if algorithm == "MLD" else ("contract",):
        _run([other, "-P", "-m", "osrm", command, "-t", "1", "roads.osrm"], folder)


def _run(command: list[str], folder: Path) -> str:
    """Standard output of a command."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def main(arguments: Sequence[str] | None = None) -> None:
    """
    Run the comparison.

    Parameters
    ----------
    arguments
        Words of the command line; None means those of this process.
    """
    parser = argparse.ArgumentParser(description="Compare drives and their cost with OSRM.")
    parser.add_argument("file", type=Path, help="OpenStreetMap file, .osm.pbf")
    parser.add_argument("--python", required=True, help="Python 3.12 or newer with numpy and osrm-bindings")
    parser.add_argument("--points", type=int, default=1000, help="number of places (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the places (default: 1)")
    parser.add_argument("--algorithm", choices=("MLD", "CH"), default="MLD", help="algorithm of OSRM")
    parser.add_argument("--json", action="store_true", help="print only one JSON object")
    chosen = parser.parse_args(arguments)
    figures = compare_file(chosen.file, chosen.python, chosen.points, chosen.seed, chosen.algorithm)
    print(json.dumps(figures, indent=None if chosen.json else 1))


if __name__ == "__main__":
    main()
