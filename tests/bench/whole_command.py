"""CPU of the whole command ``replan`` and of its first answer, in turn with another state of the program."""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parents[2]
TICKS = os.sysconf("SC_CLK_TCK")


def measure(source: Path, words: list[str], bytecode: str) -> tuple[float, float]:
    """CPU seconds of the command, and those until what changes was said; that is all text but the list of files."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # With bytecode, as an installed program has; unbuffered, so that an answer that is not flushed is timed too.
    spoken = os.environ | {"PYTHONPATH": str(source), "PYTHONPYCACHEPREFIX": bytecode, "PYTHONUNBUFFERED": "1"}
    # Else the folder from which this is run would come before the state that is measured.
    spoken["PYTHONSAFEPATH"] = "1"
    spoken.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "bibliobus", "replan", *words, "--lang", "en"]
    first_s = 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=spoken) as process:
        assert process.stdout is not None
        while chunk := os.read(process.stdout.fileno(), 1 << 20):
            if b"Written to" not in chunk:
                fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
                first_s = (int(fields[11]) + int(fields[12])) / TICKS
            else:
                break
        process.stdout.read()
    if process.returncode:
        raise SystemExit(f"exit code {process.returncode}: {' '.join(command)}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, first_s


def main() -> None:
    """Measure, and print medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", help="folder of a plan")
    parser.add_argument("changes", help="road changes")
    parser.add_argument("--area", help="area with a cache of its roads")
    parser.add_argument("--papers", action="store_true", help="write all papers too")
    parser.add_argument("--other", type=Path, help="folder with another state of the program")
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    sources = {"this": HERE} | ({"other": args.other} if args.other else {})
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in sources}
    with tempfile.TemporaryDirectory() as folder:
        words = [args.plan, "--changes", args.changes, "-o", f"{folder}/new", "--force"]
        words += (["--area", args.area] if args.area else []) + ([] if args.papers else ["--no-papers"])
        for source in sources.values():
            measure(source, words, f"{folder}/bytecode")  # compiles it
        for _ in range(args.runs):
            for name, source in sources.items():
                found[name].append(measure(source, words, f"{folder}/bytecode"))
    for name, times in found.items():
        whole, first = (median(one[at] for one in times) for at in (0, 1))
        print(f"{name}: {whole:.2f} s, first answer {first:.2f} s")
    if args.other:
        ratios = [
            median(one[at] / two[at] for one, two in zip(found["this"], found["other"], strict=True)) for at in (0, 1)
        ]
        print(f"this / other: {ratios[0]:.2f}, first answer {ratios[1]:.2f}")


if __name__ == "__main__":
    main()
