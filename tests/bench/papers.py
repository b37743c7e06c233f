"""
How long it takes to publish a plan, and whether two runs give the same bytes: ``python tests/bench/papers.py PLAN``.

PLAN is a folder that ``bibliobus plan`` or ``demo`` wrote.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from bibliobus.domain.audience import Audience
from bibliobus.tasks.publish import Publication, publish_plan

AUDIENCES = (Audience.PUBLIC, Audience.COUNCIL, Audience.DRIVER)


def measure_audience(plan: Path, audience: Audience, folder: Path) -> dict[str, object]:
    """
    Measure publishing for one audience.

    Parameters
    ----------
    plan
        Plan folder.
    audience
        For whom.
    folder
        Empty folder to write into.

    Returns
    -------
    dict
        Stops, files, bytes, CPU and wall seconds of the first run, and whether a second one gives the same bytes.
    """
    cpu, wall = time.process_time(), time.perf_counter()
    published = publish_plan(plan, folder / "one", Publication(audience))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    publish_plan(plan, folder / "two", Publication(audience))
    contents = {path: (folder / "one" / path).read_bytes() for path in published.files}
    same = all(
        sha256((folder / "two" / path).read_bytes()).digest() == sha256(content).digest()
        for path, content in contents.items()
    )
    return {
        "audience": audience.value,
        "stops": len({call.settlement_id for tour in published.plan.tours for call in tour.calls}),
        "files": len(contents),
        "bytes": sum(map(len, contents.values())),
        "cpu_s": round(cpu, 2),
        "wall_s": round(wall, 2),
        "same_bytes": same,
    }


def main() -> int:
    """
    Measure and print.

    Returns
    -------
    int
        Exit code: 1 if two runs differ.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", type=Path)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows = []
    for audience in AUDIENCES:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(measure_audience(asked.plan, audience, Path(folder)))
    if asked.json:
        print(json.dumps(rows))
    else:
        for row in rows:
            print("  ".join(f"{key} {value}" for key, value in row.items()))
    return 0 if all(row["same_bytes"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
