"""
How long a caller who watches a task hears nothing, and how long a task takes to stop.

``python tests/bench/events.py --iterations 40 --stops 6 kramatorsk neubrandenburg donetsk --json`` plans each sample,
closes a road and plans anew, imports roads, explains and publishes, every run in a process of its own. One run tells
the longest time between two events; the others are asked to stop after events spread over the task.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from measuring import describe_machine

from bibliobus.domain.audience import Audience
from bibliobus.domain.watch import Progress, Stage, Stopped, Watch
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.edit import explain_folder
from bibliobus.tasks.plan import plan_area
from bibliobus.tasks.publish import Publication, publish_plan
from bibliobus.tasks.replan import ReplanFiles, replan_folder
from bibliobus.tasks.replan_papers import write_replanned
from bibliobus.tasks.replanned import ReplanOrder
from bibliobus.tasks.roads import import_roads

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES: Final = Path(__file__).parents[2] / "data" / "settlements"
NEVER: Final = -1
BEFORE: Final = "before the first"

CLOSED: Final = {
    "kramatorsk": ",Костянтинівка,Іванопілля",
    "neubrandenburg": "B 104,Neubrandenburg,Sponholz",
    "donetsk": ",Званівка,Сіверськ",
}
"""Road, and places it leads between, whose closure breaks tours of a sample."""

HEAD: Final = "id,kind,road,from_place,to_place\n"


@dataclass
class Follower:
    """Who is told of a task, when, and when it was asked to stop: wall seconds and CPU seconds of this thread."""

    stop_at: int
    seen: list[tuple[float, float, str]] = field(default_factory=list)
    stopped: tuple[float, float, str] | None = None

    def note(self, stage: str) -> None:
        """Note an event, and stop after the one that was chosen."""
        self.seen.append((time.perf_counter(), time.thread_time(), stage))
        if len(self.seen) - 1 == self.stop_at:
            self.stopped = self.seen[-1]

    def on_stage(self, stage: Stage) -> None:
        """Note a stage."""
        self.note(stage.value)

    def on_progress(self, progress: Progress) -> None:
        """Note a step of a search."""
        self.note(Stage.SEARCHING.value)

    def should_stop(self) -> bool:
        """Whether the chosen event was told."""
        return self.stopped is not None


def list_tasks(sample: str, plan: Path, out: Path) -> dict[str, Callable[[Watch, int], object]]:
    """Tasks of a sample by name; each takes a watch and a budget of iterations."""
    area = SAMPLES / sample

    def plan_anew(watch: Watch, iterations: int) -> None:
        """Plan anew as the command does, papers included."""
        changes = out.parent / "changes.csv"
        changes.write_text(f"{HEAD}bench,closed,{CLOSED[sample]}\n", encoding="utf-8")
        options = SearchOptions(iterations=iterations)
        made = replan_folder(plan, out, ReplanFiles(changes), ReplanOrder(), options=options, watch=watch)
        write_replanned(made, plan, out, force=False, watch=watch)

    tasks: dict[str, Callable[[Watch, int], object]] = {
        "plan": lambda watch, iterations: plan_area(
            area, out, area_id=sample, options=SearchOptions(iterations=iterations), watch=watch
        ),
        "replan": plan_anew,
        "explain": lambda watch, iterations: explain_folder(plan, watch=watch),
        "publish": lambda watch, iterations: publish_plan(plan, out, Publication(Audience.COUNCIL), watch=watch),
    }
    if (source := area / "roads" / "roads.osm.pbf").is_file():
        tasks["roads import"] = lambda watch, iterations: import_roads(source, out, places=True, watch=watch)
    return tasks


def run_case(task: str, sample: str, stop_at: int, plan: Path, iterations: int) -> dict[str, Any]:
    """Run a task once in this process, and tell its longest silence and how long it took to stop."""
    with tempfile.TemporaryDirectory() as folder:
        out, follower = Path(folder) / "out", Follower(stop_at)
        watch = Watch(follower.on_stage, follower.on_progress, follower.should_stop)
        work = list_tasks(sample, plan, out)[task]
        begin, raised = (time.perf_counter(), time.thread_time(), BEFORE), False
        try:
            work(watch, iterations)
        except Stopped:
            raised = True
        end = (time.perf_counter(), time.thread_time(), "")
        if task == "plan" and stop_at == NEVER:
            shutil.copytree(out, plan)
        moments = [begin, *follower.seen, end]
        silences = [(b[1] - a[1], b[0] - a[0], a[2]) for a, b in zip(moments, moments[1:], strict=False)]
        cpu_s, wall_s, stage = max(silences)
        ended = follower.stopped or end
        return {
            "task": task,
            "sample": sample,
            "events": len(follower.seen),
            "cpu_s": end[1] - begin[1],
            "silence_cpu_s": cpu_s,
            "silence_wall_s": wall_s,
            "silence_in": stage,
            "stop_cpu_s": end[1] - ended[1],
            "stop_in": ended[2],
            "kept": not raised,
            "written": sorted(path.name for path in out.iterdir()) if out.exists() else [],
        }


def run_apart(task: str, sample: str, stop_at: int, plan: Path, iterations: int) -> dict[str, Any]:
    """Run a task in a process of its own, where nothing is loaded yet."""
    case = json.dumps([task, sample, stop_at, str(plan), iterations])
    done = subprocess.run([sys.executable, __file__, "--case", case], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure(task: str, sample: str, plan: Path, iterations: int, stops: int) -> dict[str, Any]:
    """The longest silence of a task, and the longest time to stop after events spread over it."""
    whole = run_apart(task, sample, NEVER, plan, iterations)
    events = sorted({math.floor(whole["events"] * at / stops) for at in range(stops)}) if whole["events"] else []
    slow = max(
        (run_apart(task, sample, at, plan, iterations) for at in events),
        key=lambda found: found["stop_cpu_s"],
        default={"stop_cpu_s": None, "stop_in": ""},
    )
    names = ("task", "sample", "events", "cpu_s", "silence_cpu_s", "silence_wall_s", "silence_in")
    row = {name: whole[name] for name in names} | {name: slow[name] for name in ("stop_cpu_s", "stop_in")}
    return {name: round(value, 2) if isinstance(value, float) else value for name, value in row.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("samples", nargs="*", help=", ".join(CLOSED))
    parser.add_argument("--tasks", nargs="+", default=["plan", "replan", "roads import", "explain", "publish"])
    parser.add_argument("--iterations", type=int, default=40)
    parser.add_argument("--stops", type=int, default=6, help="runs that are asked to stop; 0 leaves them out")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.case:
        task, sample, stop_at, plan, iterations = json.loads(given.case)
        print(json.dumps(run_case(task, sample, stop_at, Path(plan), iterations)))
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for sample in given.samples:
            plan = Path(folder) / sample
            if "plan" not in given.tasks:
                plan_area(SAMPLES / sample, plan, area_id=sample, options=SearchOptions(iterations=given.iterations))
            for task in given.tasks:
                if task in list_tasks(sample, plan, plan):
                    rows.append(measure(task, sample, plan, given.iterations, given.stops))
                    print(*rows[-1].values(), sep=" | ", file=sys.stderr, flush=True)
    if given.json:
        print(json.dumps({"rows": rows, **describe_machine(["numba", "ortools", "osmium"])}, indent=1))


if __name__ == "__main__":
    main()
