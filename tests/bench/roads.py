"""
Measure real roads from file to matrix: ``python tests/bench/roads.py FILE.osm.pbf --points N --seed K --json``.

What each figure means stands in README.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from measuring import describe_machine, take_cpu_s
from road_import import import_in_child

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from road_trips import Trips

    from bibliobus.network.engine.engine import RoadMetric
    from bibliobus.network.roads.network import RoadNetwork
    from bibliobus.network.roads.profile import StepTimes

PACKAGES: Final = ("bibliobus", "numba", "numpy", "osmium", "scipy")
REPEATS: Final = 7
DRIVES: Final = 500
FEW_DRIVES: Final = 10
CLOSURES: Final = 50
CHECKED_AFTER: Final = 100
WEIGHT_T: Final = 5.5
HEIGHT_M: Final = 3.1


def measure_file(file: Path, points: int, seed: int, scipy_sources: int) -> dict[str, Any]:
    """
    Measure one file.

    Parameters
    ----------
    file
        OpenStreetMap file.
    points
        Number of places.
    seed
        Seed of the random numbers.
    scipy_sources
        Places from which scipy measures; its time is scaled up to all of them.

    Returns
    -------
    dict
        All figures by key.
    """
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "roads.cache"
        # First of all, before this process is large.
        figures = import_in_child(file, cache)
        figures |= _measure_network(file, cache, points, seed, scipy_sources)
    figures |= {"file": file.name, "file_bytes": file.stat().st_size, "points": points, "seed": seed}
    return figures | {"machine": describe_machine(PACKAGES)}


def _measure_network(file: Path, cache: Path, points: int, seed: int, scipy_sources: int) -> dict[str, Any]:
    """Figures of everything after the import."""
    import numpy as np
    from road_closures import choose_closures, close_roads
    from road_oracle import solve_by_scipy
    from road_trips import measure_matrix, move_places, scatter_places

    from bibliobus.network.engine.engine import build_index, has_compiler, rank_nodes
    from bibliobus.network.engine.graph import CLOSED
    from bibliobus.network.roads.profile import RoadBus, measure_steps, weigh_arcs
    from bibliobus.network.sources.osm import load_roads

    # Without a compiler everything but the import takes minutes.
    repeats = REPEATS if has_compiler() else 1
    cache_s, (network, _) = take_cpu_s(lambda: load_roads(file, cache), REPEATS)
    assert network is not None
    graph, bus = network.graph, RoadBus(WEIGHT_T, HEIGHT_M)
    _warm_up()
    times_cpu_s, times = take_cpu_s(lambda: measure_steps(network, bus), repeats)
    snap_cpu_s, snaps = take_cpu_s(lambda: scatter_places(network, times, points, seed))
    weigh_cpu_s, weights = take_cpu_s(lambda: weigh_arcs(network, times), repeats)
    trips = move_places(network, times, weights, snaps)
    order_cpu_s, index = take_cpu_s(lambda: build_index(graph, rank_nodes(graph)), repeats)
    customize_cpu_s, metric = take_cpu_s(lambda: index.customize(trips.weights), repeats)
    matrix_cpu_s, packed = take_cpu_s(lambda: measure_matrix(metric, trips), repeats)
    closures = choose_closures(network, times, CLOSURES, seed)

    def find_and_weigh() -> tuple[StepTimes, NDArray[np.int64]]:
        """Roads found and weighed anew."""
        return close_roads(network, index, bus, (times, weights), closures)

    def close_and_measure() -> tuple[Trips, NDArray[np.int64]]:
        """Roads found, weights, places and matrix, all anew."""
        after = move_places(network, *find_and_weigh(), snaps)
        return after, measure_matrix(index.customize(after.weights), after)

    closures_cpu_s, (trips_after, packed_after) = take_cpu_s(close_and_measure, repeats)
    found_cpu_s, (times_after, weights_after) = take_cpu_s(
        lambda: close_roads(network, index, bus, (times, weights), closures), repeats
    )
    sources = np.sort(np.random.default_rng(seed).permutation(points)[:scipy_sources])
    scipy_s, plain = solve_by_scipy(graph, trips, sources)
    _, plain_after = solve_by_scipy(graph, trips_after, sources[:CHECKED_AFTER])
    scipy_cpu_s = scipy_s * points / len(sources)
    # Only arcs that changed were weighed anew: all of them must be as if weighed from the start.
    same_after = np.array_equal(plain_after, packed_after[sources[:CHECKED_AFTER]]) and np.array_equal(
        weights_after, weigh_arcs(network, times_after)
    )
    return {
        "nodes": graph.nodes,
        "arcs": graph.arcs,
        "segments": network.segments,
        "compiled": index.compiled,
        "cache_s": cache_s,
        "times_cpu_s": times_cpu_s,
        "weigh_cpu_s": weigh_cpu_s,
        "snap_cpu_s": snap_cpu_s,
        "order_cpu_s": order_cpu_s,
        "customize_cpu_s": customize_cpu_s,
        "matrix_cpu_s": matrix_cpu_s,
        "scipy_cpu_s": scipy_cpu_s,
        "scipy_sources": len(sources),
        "scipy_ratio": scipy_cpu_s / matrix_cpu_s,
        "closures": len(closures),
        "closures_cpu_s": closures_cpu_s,
        "closures_found_cpu_s": found_cpu_s,
        "pairs_changed": int((packed_after != packed).sum()),
        "equal_to_scipy": bool(np.array_equal(plain, packed[sources])) and same_after,
        "reached_share": float((packed < CLOSED).mean()),
        **_measure_drives(network, metric, trips, points, seed, DRIVES if has_compiler() else FEW_DRIVES),
    }


def _measure_drives(
    network: RoadNetwork, metric: RoadMetric, trips: Trips, points: int, seed: int, drives: int
) -> dict[str, Any]:
    """Milliseconds for single drives with their geometry."""
    import numpy as np
    from road_trips import draw_drive

    # What the network keeps once it has been asked for is made by the first drive.
    draw_drive(network, metric, trips, 0, points - 1)
    drawn_s: list[float] = []
    listed_s: list[float] = []
    lines: list[int] = []
    for source, target in np.random.default_rng(seed).integers(0, points, (drives, 2)).tolist():
        cpu_s, line = take_cpu_s(partial(draw_drive, network, metric, trips, source, target))
        if line is not None:
            more_s, _ = take_cpu_s(line.tolist)
            drawn_s, listed_s, lines = [*drawn_s, cpu_s], [*listed_s, more_s], [*lines, len(line)]
    if not lines:
        return dict.fromkeys(("path_ms", "path_tuple_ms", "path_points"))
    return {
        "path_ms": float(np.median(drawn_s)) * 1000,
        "path_tuple_ms": float(np.median(listed_s)) * 1000,
        "path_points": float(np.mean(lines)),
    }


def _warm_up() -> None:
    """Everything compiled once, on five nodes."""
    import numpy as np

    from bibliobus.network.engine.engine import build_index, rank_nodes
    from bibliobus.network.engine.graph import RoadGraph, join_nodes

    ring = np.arange(5, dtype=np.int32)
    graph = RoadGraph(ring.astype(float), ring.astype(float), ring, (ring + 1) % 5)
    metric = build_index(graph, rank_nodes(graph)).customize(np.full(5, 1 << 32))
    places = join_nodes([0, 1])
    metric.measure_places(places, places)
    metric.find_drive(places, 0, places, 1)


def _print_table(figures: dict[str, Any]) -> None:
    """One figure a line."""
    for key, value in figures.items():
        if isinstance(value, dict):
            print(f"{key}:")
            _print_table({f"  {inner}": each for inner, each in value.items()})
        else:
            print(f"{key:<18}  {f'{value:,.4f}' if isinstance(value, float) else value}")


def main(arguments: Sequence[str] | None = None) -> None:
    """
    Run the benchmark.

    Parameters
    ----------
    arguments
        Words of the command line; None means those of this process.
    """
    parser = argparse.ArgumentParser(description="Measure real roads from file to matrix.")
    parser.add_argument("file", type=Path, help="OpenStreetMap file: .osm.pbf, .osm, .osm.gz or .osm.bz2")
    parser.add_argument("--points", type=int, default=1000, help="number of places (default: 1000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of places and closures (default: 1)")
    parser.add_argument("--scipy-sources", type=int, default=1000, help="places scipy starts from, at most")
    parser.add_argument("--json", action="store_true", help="print only one JSON object")
    chosen = parser.parse_args(arguments)
    if chosen.points < 1 or chosen.scipy_sources < 1:
        parser.error("at least one place is needed")
    if not chosen.file.is_file():
        parser.error(f"there is no file {chosen.file}")
    figures = measure_file(chosen.file, chosen.points, chosen.seed, min(chosen.points, chosen.scipy_sources))
    if chosen.json:
        print(json.dumps(figures))
    else:
        _print_table(figures)


if __name__ == "__main__":
    main()
