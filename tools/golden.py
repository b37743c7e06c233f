"""
Digests of everything the program writes for the three samples: ``python tools/golden.py [--check] [SAMPLE...]``.

Every audience, format and language, and what each command prints. ``tests/golden/digests.txt`` holds them, made with
the versions of ``constraints.txt``: what is only rebuilt may change none of them. ``--keep DIR`` leaves the files.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final
from unittest import mock

from bibliobus.cli import clock
from bibliobus.cli.main import run

GOLDEN: Final = Path(__file__).parents[1] / "tests" / "golden" / "digests.txt"
TODAY: Final = date(2026, 2, 2)
LANGUAGES: Final = ("uk", "en")
CLOSED_ROADS: Final = {
    "kramatorsk": ("--between", "Костянтинівка", "Іванопілля"),
    "donetsk": ("--between", "Званівка", "Сіверськ"),
    "neubrandenburg": ("--road", "B 104", "--near", "Sponholz"),
}
MANY: Final = 9
SHOWN: Final = 60
ITERATIONS: Final = {"kramatorsk": 60, "donetsk": 4, "neubrandenburg": 40}
EXPORTS: Final = {
    "csv": ("planner", "council", "public"),
    "geojson": ("planner", "council", "public"),
    "gpkg": ("planner", "council", "public"),
    "gpx": ("planner", "driver"),
    "gtfs": ("public",),
    "ics": ("planner", "public"),
    "kml": ("public",),
    "osm": ("public",),
    "posters": ("public",),
    "sheets": ("driver",),
    "text": ("planner", "council", "public"),
}


def main() -> int:
    """
    Write the digests, or compare them with those that are kept.

    Returns
    -------
    int
        0, or 1 if a digest differs.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("samples", nargs="*", default=tuple(CLOSED_ROADS))
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--keep", type=Path, default=None, metavar="DIR")
    options = parser.parse_args()
    made: dict[str, str] = {}
    for sample in options.samples:
        with tempfile.TemporaryDirectory() as folder:
            made |= dict(make_digests(sample, Path(folder)))
            if options.keep:
                shutil.copytree(folder, options.keep / sample, dirs_exist_ok=True)
    if not options.check:
        others = {name: digest for name, digest in read_digests().items() if name.split("/")[0] not in options.samples}
        write_digests(others | made)
        return 0
    wanted = {name: digest for name, digest in read_digests().items() if name.split("/")[0] in options.samples}
    different = tell_differences(wanted, made)
    sys.stdout.write("".join(f"{line}\n" for line in different[:SHOWN]))
    sys.stdout.write(f"{len(made)} outputs, {len(different)} differ\n")
    return 1 if different else 0


def tell_differences(wanted: dict[str, str], made: dict[str, str]) -> list[str]:
    """
    Name the outputs that are not as they were.

    Parameters
    ----------
    wanted
        Digest of each output that is kept.
    made
        Digest of each output that was made now.

    Returns
    -------
    list of str
        One line for each, in the order of names.
    """
    lines = []
    for name in sorted(wanted.keys() | made.keys()):
        if name not in made:
            lines.append(f"gone      {name}")
        elif name not in wanted:
            lines.append(f"new       {name}")
        elif wanted[name] != made[name]:
            lines.append(f"different {name}")
    return lines


def make_digests(sample: str, folder: Path) -> Iterator[tuple[str, str]]:
    """
    Make everything that can be made of a sample.

    Parameters
    ----------
    sample
        Its name.
    folder
        Empty folder to work in.

    Yields
    ------
    tuple of str and str
        Name of an output, its digest.
    """
    with contextlib.chdir(folder), mock.patch.dict(os.environ, {"COLUMNS": "120"}):
        for number, words in enumerate(list_commands(sample)):
            name = "-".join(word.strip("-") for word in words if not word.startswith("/"))
            log = Path("printed") / f"{number:03}-{hashlib.sha256(name.encode()).hexdigest()[:6]}-{words[0]}.txt"
            log.parent.mkdir(exist_ok=True)
            log.write_text(run_command(words), encoding="utf-8")
            if words[0] == "demo":
                shutil.copytree("plan/area", "area")
    yield from digest_files(sample, folder)


def digest_files(sample: str, folder: Path) -> Iterator[tuple[str, str]]:
    """
    Digest what a sample gave; many files of one kind in one folder, such as a calendar for each stop, are one line.

    Parameters
    ----------
    sample
        Its name.
    folder
        What was made.

    Yields
    ------
    tuple of str and str
        Name of an output, its digest.
    """
    kinds: dict[Path, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and ".cache" not in path.parts and path.parent.name != "printed":
            kinds.setdefault(path.with_name(f"*{path.suffix}"), []).append(path)
    kinds |= {path: [path] for path in sorted(folder.glob("printed/*"))}
    for kind, paths in kinds.items():
        many = len(paths) > MANY
        for group, name in [(paths, kind)] if many else [([path], path) for path in paths]:
            digest = hashlib.sha256()
            for path in group:
                digest.update(f"{path.name} {path.stat().st_size} ".encode() if many else b"")
                digest.update(path.read_bytes())
            yield f"{sample}/{name.relative_to(folder)}", digest.hexdigest()[:16]


def run_command(words: list[str]) -> str:
    """
    Run one command in this process.

    Parameters
    ----------
    words
        Its words.

    Returns
    -------
    str
        Its words, its exit code and all that it printed.
    """
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch.object(clock, "find_today", lambda: TODAY),
    ):
        code = run(words)
    out.seek(0)
    err.seek(0)
    return f"$ bibliobus {' '.join(words)}\nexit {code}\n-- stdout\n{out.read()}-- stderr\n{err.read()}"


def list_commands(sample: str) -> Iterator[list[str]]:
    """
    Name every command that is run for a sample.

    Parameters
    ----------
    sample
        Its name.

    Yields
    ------
    list of str
        Words of a command.
    """
    search = ["--iterations", str(ITERATIONS[sample]), "--seed", "1"]
    yield ["demo", "--area", sample, "-o", "plan", *search]
    dates = ("--from", "2026-03-09", "--until", "2026-03-20")
    for language in LANGUAGES:
        yield from ([*words, "--lang", language] for words in list_readers(f"{language}/"))
    yield ["roads", "info", "area"]
    yield ["changes", "add", "area", "--closed", *CLOSED_ROADS[sample], *dates]
    yield ["changes", "list", "area", "--json"]
    yield ["changes", "check", "area"]
    yield ["replan", "plan", "-o", "new", "--changes", "area/changes.geojson", *search, "--json"]
    for language in LANGUAGES:
        for kind in ("text", "json", "xlsx", "html", "md"):
            yield ["compare", "plan", "new", "--format", kind, "-o", f"{language}/compare.{kind}", "--lang", language]
        yield ["report", "new", "--before", "plan", "-o", f"{language}/report-after.html", "--lang", language]
        yield ["verify", "new", "--lang", language]
        for audience in ("public", "council", "driver"):
            yield ["publish", "new", "--audience", audience, "-o", f"{language}/new-{audience}", "--lang", language]
    if sample == "kramatorsk":
        # Each of these takes longer than all papers of a plan.
        yield ["impact", "plan", "-o", "impact.html", "--lang", "uk"]
        yield ["impact", "plan", "-o", "impact.xlsx", "--lang", "en"]
        yield ["whatif", "area", "--buses", "1,2", "-o", "whatif", "--processes", "1", "--iterations", "3"]


def list_readers(to: str) -> Iterator[list[str]]:
    """
    Name the commands that tell of one plan.

    Parameters
    ----------
    to
        Where their files go.

    Yields
    ------
    list of str
        Words of a command, without the language.
    """
    yield ["check", "area"]
    yield ["check", "area", "--json"]
    yield ["verify", "plan"]
    yield ["verify", "plan", "--json"]
    yield ["explain", "plan"]
    yield ["explain", "plan", "--json"]
    for audience in ("public", "council", "driver"):
        yield ["publish", "plan", "--audience", audience, "-o", f"{to}publish-{audience}"]
    for audience in ("planner", "council", "public"):
        yield ["map", "plan", "--audience", audience, "-o", f"{to}map-{audience}.html"]
        yield ["map", "plan", "--pages", "--audience", audience, "-o", f"{to}pages-{audience}"]
    for kind, audiences in EXPORTS.items():
        for audience in audiences:
            yield ["export", "plan", "--format", kind, "--audience", audience, "-o", f"{to}{audience}.{kind}"]
    for audience in ("planner", "council"):
        yield ["coverage", "plan", "--audience", audience, "-o", f"{to}coverage-{audience}.html"]
        yield ["coverage", "plan", "--audience", audience, "-o", f"{to}coverage-{audience}.xlsx"]
        yield ["report", "plan", "--audience", audience, "-o", f"{to}report-{audience}.html"]
    yield ["siting", "area", "--open", "1", "-o", f"{to}siting.xlsx"]


def read_digests() -> dict[str, str]:
    """
    Read the digests that are kept.

    Returns
    -------
    dict
        From the name of an output to its digest.
    """
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def write_digests(digests: dict[str, str]) -> None:
    """
    Keep digests, one a line.

    Parameters
    ----------
    digests
        From the name of an output to its digest.
    """
    GOLDEN.parent.mkdir(exist_ok=True)
    lines = (f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
    GOLDEN.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
