"""The table of OSRM, run by osrm.py with another Python: ``python -P osrm_table.py FOLDER ALGORITHM REPEATS``."""

from __future__ import annotations

import json
import statistics
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import osrm


def measure_table(folder: Path, algorithm: str, repeats: int) -> dict[str, Any]:
    """
    Measure the table of OSRM between the places of a folder, and write it there.

    Parameters
    ----------
    folder
        Has ``places.json`` and the network of OSRM.
    algorithm
        ``MLD`` or ``CH``.
    repeats
        How often.

    Returns
    -------
    dict
        Median CPU seconds of the call with times and lengths, and with times alone; versions.
    """
    places = [tuple(place) for place in json.loads((folder / "places.json").read_text(encoding="utf-8"))]
    engine = osrm.OSRM(
        storage_config=str(folder / "roads.osrm"),
        algorithm=algorithm,
        use_shared_memory=False,
        max_locations_distance_table=len(places) + 1,
    )
    seconds: dict[str, list[float]] = {}
    answers = {}
    for key, wanted in (("osrm_cpu_s", ["duration", "distance"]), ("osrm_times_only_cpu_s", ["duration"])):
        wish = osrm.TableParameters(coordinates=places, annotations=wanted)
        for _ in range(repeats):
            start = time.process_time()
            answers[key] = engine.Table(wish)
            seconds.setdefault(key, []).append(time.process_time() - start)
    both = answers["osrm_cpu_s"]
    for name, key in (("seconds", "durations"), ("metres", "distances")):
        rows = [[np.nan if value is None else float(value) for value in row] for row in both[key]]
        np.save(folder / f"{name}.npy", np.array(rows))
    return {key: statistics.median(each) for key, each in seconds.items()} | {
        "osrm_python": sys.version.split()[0],
        "osrm_bindings": metadata.version("osrm-bindings"),
    }


if __name__ == "__main__":
    print(json.dumps(measure_table(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))))
