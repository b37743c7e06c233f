"""
Gather the wheels that an office without internet needs: ``python tools/wheelhouse.py -o DIR [--platform NAME]``.

DIR then holds bibliobus and everything it stands on for one system and one version of Python, and a README that says
how to install it. ``--check`` downloads nothing and looks whether DIR is complete. What is resolved is what the
computer of the office needs, not this one: uv resolves for any system, pip then fetches exactly that.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zipfile import BadZipFile, ZipFile

from lock import Platform
from packaging.requirements import InvalidRequirement, Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from packaging.version import Version

ROOT: Final = Path(__file__).parent.parent
PROGRAM: Final = "bibliobus"
PYTHON: Final = "3.12"
README: Final = "README.txt"
GLIBC: Final = range(28, 4, -1)
"""Second numbers of the versions of glibc that wheels for Debian 12 may name, and older ones."""


@dataclass(frozen=True)
class System:
    """
    A kind of computer.

    Parameters
    ----------
    uv_name
        As uv calls it.
    platforms
        Platform tags of wheels that run there, the best first.
    platform
        As markers see it.
    """

    uv_name: str
    platforms: tuple[str, ...]
    platform: Platform

    def environment(self, python: str, extra: str = "") -> dict[str, str]:
        """
        Tell what markers are evaluated with.

        Parameters
        ----------
        python
            Two numbers of the version of Python.
        extra
            Extra that is asked for; empty if none.

        Returns
        -------
        dict of str to str
            Values of all variables of markers.
        """
        return self.platform.environment(python) | {"extra": extra}

    def list_tags(self, python: str) -> tuple[Tag, ...]:
        """
        List the tags of wheels that can be installed.

        Parameters
        ----------
        python
            Two numbers of the version of Python.

        Returns
        -------
        tuple of Tag
            The best first.
        """
        major, minor = map(int, python.split("."))
        interpreter = f"cp{major}{minor}"
        return (
            *cpython_tags((major, minor), platforms=self.platforms),
            *compatible_tags((major, minor), interpreter, self.platforms),
        )


def _linux(machine: str) -> System:
    """Linux with glibc, no older than that of Debian 12."""
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in GLIBC]
    platforms.insert(platforms.index(f"manylinux_2_17_{machine}"), f"manylinux2014_{machine}")
    return System(f"{machine}-manylinux_2_28", tuple(platforms), Platform("linux", machine))


SYSTEMS: Final = {
    "windows": System(
        "x86_64-pc-windows-msvc",
        ("win_amd64",),
        Platform("win32", "AMD64"),
    ),
    "macos-arm64": System(
        "aarch64-apple-darwin",
        tuple(f"macosx_{major}_0_{kind}" for major in range(14, 10, -1) for kind in ("arm64", "universal2")),
        Platform("darwin", "arm64"),
    ),
    "linux-x64": _linux("x86_64"),
    "linux-arm64": _linux("aarch64"),
}
"""Kinds of computers by name."""


class RefusedError(Exception):
    """
    Something that cannot be made from what was given.

    Parameters
    ----------
    *problems
        All of them, a line each.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Wheel:
    """
    A wheel in a folder.

    Parameters
    ----------
    file
        The file.
    name
        Name as it is looked up.
    version
        Its version.
    requires
        What it requires.
    """

    file: Path
    name: str
    version: Version
    requires: tuple[Requirement, ...]


@dataclass(frozen=True)
class Closure:
    """
    Everything that a program stands on, as far as a folder has it.

    Parameters
    ----------
    wheels
        Wheels that are needed, sorted by name.
    missing
        Requirements that no wheel of the folder meets, with who requires them; sorted.
    """

    wheels: tuple[Wheel, ...]
    missing: tuple[str, ...]


def read_wheel(file: Path) -> Wheel:
    """
    Read what a wheel is and requires.

    Parameters
    ----------
    file
        The wheel.

    Returns
    -------
    Wheel
        The wheel.

    Raises
    ------
    RefusedError
        If it is no wheel.
    """
    try:
        name, version, _, _ = parse_wheel_filename(file.name)
        with ZipFile(file) as archive:
            inside = next(entry for entry in archive.namelist() if entry.endswith(".dist-info/METADATA"))
            metadata = HeaderParser().parsestr(archive.read(inside).decode("utf-8"))
        requires = tuple(Requirement(str(line)) for line in metadata.get_all("Requires-Dist", []))
    except (InvalidWheelFilename, InvalidRequirement, BadZipFile, StopIteration, UnicodeDecodeError) as error:
        raise RefusedError(f"{file.name} is no wheel: {error}") from error
    return Wheel(file, name, version, requires)


def find_closure(folder: Path, system: System, python: str, wanted: str = PROGRAM) -> Closure:
    """
    Find everything that a program stands on in a folder of wheels.

    Parameters
    ----------
    folder
        The folder.
    system
        Kind of computer it is for.
    python
        Two numbers of the version of Python.
    wanted
        The program.

    Returns
    -------
    Closure
        The wheels, the newest of each name that runs there, and what is missing.
    """
    ranks = {tag: rank for rank, tag in enumerate(system.list_tags(python))}
    by_name: dict[str, list[tuple[Version, int, Path]]] = {}
    for file in sorted(folder.glob("*.whl")):
        name, version, _, tags = parse_wheel_filename(file.name)
        if fitting := [ranks[tag] for tag in tags if tag in ranks]:
            by_name.setdefault(name, []).append((version, -min(fitting), file))
    chosen: dict[str, Wheel] = {}
    missing: set[str] = set()
    waiting = [(Requirement(wanted), "")]
    # The wheels of a folder may hold several versions; one that a later requirement does not allow is missing, since
    # a folder made here has exactly one of each.
    for requirement, by in waiting:
        found = chosen.get(canonicalize_name(requirement.name)) or _choose(by_name, requirement)
        if found is None or not requirement.specifier.contains(found.version, prereleases=True):
            missing.add(f"{requirement.name}{requirement.specifier}" + (f" (required by {by})" if by else ""))
            continue
        new = found.name not in chosen
        chosen[found.name] = found
        if new or requirement.extras:
            waiting += [(inner, found.name) for inner in _list_inner(found, requirement, system, python)]
    return Closure(tuple(chosen[name] for name in sorted(chosen)), tuple(sorted(missing)))


def resolve(wheel: Path, system: System, python: str, constraints: Path | None) -> list[str]:
    """
    Resolve what a wheel needs on another computer, by the package index.

    Parameters
    ----------
    wheel
        The wheel of the program.
    system
        Kind of computer.
    python
        Two numbers of its version of Python.
    constraints
        File of versions to keep to; None for the newest.

    Returns
    -------
    list of str
        Lines ``name==version``, without the program itself.

    Raises
    ------
    RefusedError
        If there is no set of wheels for that computer; it says why.
    """
    command = ["uv", "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--only-binary", ":all:"]
    command += ["--python-platform", system.uv_name, "--python-version", python]
    command += ["--constraints", str(constraints.resolve())] if constraints else []
    text = _run([sys.executable, "-m", *command, "-"], f"{PROGRAM} @ {wheel.resolve().as_uri()}\n")
    return [line for line in text.splitlines() if "==" in line]


def download(pins: Iterable[str], folder: Path, system: System, python: str) -> None:
    """
    Download wheels for another computer.

    Parameters
    ----------
    pins
        Lines ``name==version``.
    folder
        Where they go.
    system
        Kind of computer.
    python
        Two numbers of its version of Python.

    Raises
    ------
    RefusedError
        If one of them cannot be had.
    """
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    command += ["--implementation", "cp", "--python-version", python, "--dest", str(folder.resolve())]
    for platform in system.platforms:
        command += ["--platform", platform]
    _run([*command, *pins])


def build_own(folder: Path) -> Path:
    """
    Build the wheel of the program from these sources.

    Parameters
    ----------
    folder
        Where it goes.

    Returns
    -------
    Path
        The wheel.

    Raises
    ------
    RefusedError
        If that fails.
    """
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder.resolve())]
    _run([*command, str(ROOT)])
    return next(iter(sorted(folder.glob(f"{PROGRAM}-*.whl"))))


def make_wheelhouse(folder: Path, system: System, python: str, constraints: Path | None) -> Closure:
    """
    Make a folder of wheels from which the program can be installed without internet.

    Parameters
    ----------
    folder
        Where they go; made if it is not there, and it must be empty.
    system
        Kind of computer it is for.
    python
        Two numbers of its version of Python.
    constraints
        File of versions to keep to; None for the newest.

    Returns
    -------
    Closure
        The wheels.

    Raises
    ------
    RefusedError
        If the folder is not empty, or is not complete in the end.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise RefusedError(f"{folder} is not empty")
    own = build_own(folder)
    download(resolve(own, system, python, constraints), folder, system, python)
    closure = check_wheelhouse(folder, system, python, constraints)
    (folder / README).write_bytes(write_readme(python).encode("utf-8-sig"))
    return closure


def check_wheelhouse(folder: Path, system: System, python: str, constraints: Path | None = None) -> Closure:
    """
    Check that a folder of wheels is complete.

    Parameters
    ----------
    folder
        The folder.
    system
        Kind of computer it is for.
    python
        Two numbers of its version of Python.
    constraints
        File of versions that the wheels must have; None for any.

    Returns
    -------
    Closure
        The wheels that are needed.

    Raises
    ------
    RefusedError
        If wheels are missing or have other versions; it names all of them.
    """
    closure = find_closure(folder, system, python)
    problems = [f"no wheel for {name}" for name in closure.missing]
    if constraints is not None:
        problems += _find_other_versions(closure, constraints, system, python)
    if problems:
        raise RefusedError(*problems)
    return closure


def write_readme(python: str) -> str:
    """
    Write how to install from a folder of wheels.

    Parameters
    ----------
    python
        Two numbers of the version of Python it is for.

    Returns
    -------
    str
        Text in Ukrainian and English, lines ended as Windows does.
    """
    install = "python -m pip install --no-index --find-links . bibliobus"
    lines = (
        "bibliobus без інтернету",
        "",
        f"Потрібен Python {python}. Відкрийте термінал у цій теці та виконайте:",
        "",
        f"    {install}",
        "    python -m bibliobus doctor",
        "    python -m bibliobus demo",
        "",
        "Остання команда пише приклад у теку bibliobus-demo; його мапа map.html відкривається в браузері.",
        "",
        "",
        "bibliobus without internet",
        "",
        f"You need Python {python}. Open a terminal in this folder and run:",
        "",
        f"    {install}",
        "    python -m bibliobus doctor --lang en",
        "    python -m bibliobus demo --lang en",
        "",
        "The last command writes an example into the folder bibliobus-demo; its map.html opens in a browser.",
        "",
    )
    return "\r\n".join(lines)


def main(words: Sequence[str] | None = None) -> int:
    """
    Run the command line.

    Parameters
    ----------
    words
        Words without the program; None means those of the process.

    Returns
    -------
    int
        Exit code: 1 if something cannot be made or is missing.
    """
    parser = argparse.ArgumentParser(description="Gather the wheels that an office without internet needs.")
    parser.add_argument("-o", "--output", metavar="DIR", required=True, type=Path, help="folder of the wheels")
    parser.add_argument("--platform", choices=SYSTEMS, default="windows", help="kind of computer (default: windows)")
    parser.add_argument("--python", metavar="X.Y", default=PYTHON, help=f"version of Python there (default: {PYTHON})")
    parser.add_argument("--constraints", metavar="FILE", type=Path, help="versions to keep to; else the newest")
    parser.add_argument("--check", action="store_true", help="only look whether the folder is complete")
    asked = parser.parse_args(words)
    system = SYSTEMS[asked.platform]
    try:
        if asked.check:
            closure = check_wheelhouse(asked.output, system, asked.python, asked.constraints)
        else:
            closure = make_wheelhouse(asked.output, system, asked.python, asked.constraints)
    except RefusedError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 1
    size = sum(wheel.file.stat().st_size for wheel in closure.wheels)
    print(f"{len(closure.wheels)} wheels, {size / 1e6:.0f} MB, complete for {asked.platform}, Python {asked.python}")
    return 0


def _choose(by_name: dict[str, list[tuple[Version, int, Path]]], requirement: Requirement) -> Wheel | None:
    """Newest wheel that a requirement allows, made for the computer as closely as possible."""
    known = by_name.get(canonicalize_name(requirement.name), [])
    allowed = [entry for entry in known if requirement.specifier.contains(entry[0], prereleases=True)]
    return read_wheel(max(allowed)[2]) if allowed else None


def _list_inner(wheel: Wheel, requirement: Requirement, system: System, python: str) -> Iterator[Requirement]:
    """What a wheel requires on a computer, with the extras that were asked for."""
    for inner in wheel.requires:
        environments = [system.environment(python, extra) for extra in ("", *sorted(requirement.extras))]
        if inner.marker is None or any(inner.marker.evaluate(environment) for environment in environments):
            yield inner


def _find_other_versions(closure: Closure, constraints: Path, system: System, python: str) -> Iterator[str]:
    """Wheels whose versions a file of constraints does not allow on a computer."""
    environment = system.environment(python)
    lines = (line.partition("#")[0].strip() for line in constraints.read_text(encoding="utf-8").splitlines())
    allowed = [Requirement(line) for line in lines if line]
    for wheel in closure.wheels:
        for line in allowed:
            holds = line.marker is None or line.marker.evaluate(environment)
            if canonicalize_name(line.name) == wheel.name and holds and wheel.version not in line.specifier:
                yield f"{wheel.file.name} is not the version of {constraints.name}: {line.name}{line.specifier}"


def _run(command: Sequence[str], text: str = "") -> str:
    """Output of a command; if it fails, what it says is the problem."""
    with tempfile.TemporaryDirectory() as folder:
        ran = subprocess.run(command, input=text, capture_output=True, check=False, encoding="utf-8", cwd=folder)
    if ran.returncode:
        raise RefusedError(*ran.stderr.strip().splitlines())
    return ran.stdout


if __name__ == "__main__":
    sys.exit(main())
