"""One cold import in a process of its own: ``python road_import.py FILE CACHE`` prints its time and peak memory."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from measuring import read_peak_bytes, take_cpu_s


def import_in_child(file: Path, cache: Path) -> dict[str, Any]:
    """
    Import a file in a process of its own.

    Parameters
    ----------
    file
        OpenStreetMap file.
    cache
        Cache to write.

    Returns
    -------
    dict
        What `import_here` measured.
    """
    command = [sys.executable, str(Path(__file__).resolve()), str(file), str(cache)]
    child = subprocess.run(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=False)
    if child.returncode:
        raise SystemExit(child.returncode)
    return dict(json.loads(child.stdout))


def import_here(file: Path, cache: Path) -> dict[str, Any]:
    """
    Import a file and measure it.

    Parameters
    ----------
    file
        OpenStreetMap file.
    cache
        Cache to write; must not be there yet.

    Returns
    -------
    dict
        CPU and wall seconds, peak memory in bytes.
    """
    # Loaded before the clock starts: what the importer loads in its functions.
    import numpy as np  # noqa: F401
    import osmium  # noqa: F401
    import shapely  # noqa: F401
    from pyproj import Geod

    from bibliobus.network.sources.osm import load_roads
    from bibliobus.words.language import Language

    Geod(ellps="WGS84")
    start = time.perf_counter()
    cpu_s, (network, findings) = take_cpu_s(lambda: load_roads(file, cache))
    wall_s = time.perf_counter() - start
    if network is None:
        language = Language("en")
        raise SystemExit("\n".join(f"{file.name}: {finding.sentence.render(language)}" for finding in findings))
    return {"import_cpu_s": cpu_s, "import_wall_s": wall_s, "peak_bytes": read_peak_bytes()}


if __name__ == "__main__":
    print(json.dumps(import_here(Path(sys.argv[1]), Path(sys.argv[2]))))
