"""
Write down the versions that the tests have passed with: ``python tools/lock.py``.

``constraints.txt`` holds one version of every distribution that the program, its tests and its checks need, for Python
3.11 to 3.14 and every platform at once; ``bibliobus/tables/tested.txt`` is the part of it that comes with the program.
Versions that are there stay as long as setup.cfg allows them; ``--upgrade`` takes the newest of all. ``--check`` writes
nothing and exits with 1 if the files do not cover what setup.cfg asks for. A release that came out since is no reason.

There are no hashes: with hashes in a file of constraints pip refuses to install a folder, which is how README does it.
"""

from __future__ import annotations

import argparse
import configparser
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from packaging.utils import NormalizedName

ROOT: Final = Path(__file__).parent.parent
CONSTRAINTS: Final = ROOT / "constraints.txt"
TESTED: Final = ROOT / "bibliobus" / "tables" / "tested.txt"
EXTRAS: Final = ("test", "dev", "docs")
PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
# One version for all Pythons (fewest): then plan.json, which names versions, has the same bytes on each.
RESOLVE: Final = (
    *("-m", "uv", "pip", "compile", "-", "--quiet", "--universal", "--fork-strategy", "fewest"),
    *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
)
HEADS: Final = {
    CONSTRAINTS: "# Versions that the tests and checks have passed with, Python 3.11 to 3.14: python tools/lock.py\n",
    TESTED: "# Versions of libraries that bibliobus was tested with, Python 3.11 to 3.14: python tools/lock.py\n",
}


@dataclass(frozen=True)
class Platform:
    """
    A kind of computer as the markers of requirements see it.

    Parameters
    ----------
    sys_platform
        ``linux``, ``darwin`` or ``win32``.
    machine
        Processor as the system calls it.
    """

    sys_platform: str
    machine: str

    def environment(self, python: str) -> dict[str, str]:
        """
        Tell what markers are evaluated with.

        Parameters
        ----------
        python
            Two numbers of the version.

        Returns
        -------
        dict of str to str
            Values of all variables of markers.
        """
        systems = {"linux": ("posix", "Linux"), "darwin": ("posix", "Darwin"), "win32": ("nt", "Windows")}
        os_name, platform_system = systems[self.sys_platform]
        return {
            "extra": "",
            "implementation_name": "cpython",
            "implementation_version": f"{python}.0",
            "os_name": os_name,
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": platform_system,
            "platform_version": "",
            "python_full_version": f"{python}.0",
            "python_version": python,
            "sys_platform": self.sys_platform,
        }


PLATFORMS: Final = (
    Platform("linux", "x86_64"),
    Platform("linux", "aarch64"),
    Platform("darwin", "arm64"),
    Platform("darwin", "x86_64"),
    Platform("win32", "AMD64"),
)


def read_requirements(setup_cfg: str, extras: Iterable[str] = ()) -> list[Requirement]:
    """
    Read what the program needs.

    Parameters
    ----------
    setup_cfg
        Text of setup.cfg.
    extras
        Names of extras that are wanted with it.

    Returns
    -------
    list of Requirement
        In the order of the file.
    """
    config = configparser.ConfigParser(interpolation=None)
    config.read_string(setup_cfg)
    texts = [config["options"]["install_requires"]]
    texts += [config["options.extras_require"][extra] for extra in extras]
    return [Requirement(line) for text in texts for line in text.splitlines() if line]


def read_pins(text: str) -> list[Requirement]:
    """
    Read a file of versions.

    Parameters
    ----------
    text
        Lines ``name==version ; marker``; lines that begin with ``#`` say nothing.

    Returns
    -------
    list of Requirement
        In the order of the file.
    """
    return [Requirement(line) for line in text.splitlines() if line and not line.startswith("#")]


def choose_pins(pins: Iterable[Requirement], environment: dict[str, str]) -> dict[NormalizedName, set[str]]:
    """
    Choose the versions that count in an environment.

    Parameters
    ----------
    pins
        Lines of a file of versions.
    environment
        Values of the variables of markers.

    Returns
    -------
    dict of str to set of str
        Versions by name; more than one is a fault of the file.
    """
    chosen: dict[NormalizedName, set[str]] = {}
    for pin in pins:
        if pin.marker is None or pin.marker.evaluate(environment):
            versions = {specifier.version for specifier in pin.specifier}
            chosen.setdefault(canonicalize_name(pin.name), set()).update(versions)
    return chosen


def find_gaps(needed: Sequence[Requirement], pins: Sequence[Requirement]) -> list[str]:
    """
    Find requirements that a file of versions leaves open or contradicts.

    Parameters
    ----------
    needed
        Requirements with their bounds.
    pins
        Lines of the file.

    Returns
    -------
    list of str
        A sentence for each fault, of all Pythons and platforms that are supported; each once.
    """
    gaps: dict[str, None] = {}
    for environment in (platform.environment(python) for platform in PLATFORMS for python in PYTHONS):
        chosen = choose_pins(pins, environment)
        for need in needed:
            if need.marker is not None and not need.marker.evaluate(environment):
                continue
            versions = sorted(chosen.get(canonicalize_name(need.name), ()))
            if len(versions) != 1 or not need.specifier.contains(versions[0], prereleases=True):
                where = f"Python {environment['python_version']}, {environment['sys_platform']}"
                where += f", {environment['platform_machine']}"
                gaps[f"{need.name}{need.specifier}: found {versions or 'no version'} ({where})"] = None
    return list(gaps)


def find_missing(resolved: Sequence[Requirement], pins: Sequence[Requirement]) -> list[str]:
    """
    Find distributions of a resolution that a file of versions lacks.

    Parameters
    ----------
    resolved
        Lines of the resolution.
    pins
        Lines of the file.

    Returns
    -------
    list of str
        Name and version, sorted; of all Pythons and platforms that are supported.
    """
    missing: set[str] = set()
    for environment in (platform.environment(python) for platform in PLATFORMS for python in PYTHONS):
        chosen = choose_pins(pins, environment)
        for name, versions in choose_pins(resolved, environment).items():
            missing.update(f"{name}=={version}" for version in versions - chosen.get(name, set()))
    return sorted(missing)


def resolve(requirements: Iterable[Requirement], *options: str, keep: str = "") -> str:
    """
    Resolve requirements for all Pythons and platforms at once; asks the package registry.

    Parameters
    ----------
    requirements
        What is needed.
    *options
        Further options of ``uv pip compile``.
    keep
        Versions to stay with where they are allowed.

    Returns
    -------
    str
        A line ``name==version ; marker`` for each distribution.
    """
    command = [sys.executable, *RESOLVE, "--python-version", PYTHONS[0], *options]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "resolved.txt"
        file.write_text(keep, encoding="utf-8")
        lines = "".join(f"{requirement}\n" for requirement in requirements)
        subprocess.run(
            [*command, "--output-file", str(file)],
            input=lines,
            stdout=subprocess.DEVNULL,
            text=True,
            check=True,
        )
        return file.read_text(encoding="utf-8")


def write(*, upgrade: bool) -> None:
    """
    Make both files.

    Parameters
    ----------
    upgrade
        Whether to take the newest versions rather than those that are there.
    """
    setup_cfg = (ROOT / "setup.cfg").read_text(encoding="utf-8")
    keep = CONSTRAINTS.read_text(encoding="utf-8") if CONSTRAINTS.exists() and not upgrade else ""
    everything = resolve(read_requirements(setup_cfg, EXTRAS), keep=keep)
    CONSTRAINTS.write_text(HEADS[CONSTRAINTS] + everything, encoding="utf-8", newline="\n")
    # Resolved without them the program could get other versions than the tests have seen.
    tested = resolve(read_requirements(setup_cfg), "--constraint", str(CONSTRAINTS))
    TESTED.write_text(HEADS[TESTED] + tested, encoding="utf-8", newline="\n")


def check() -> list[str]:
    """
    Check both files against setup.cfg and against what the distributions need in their turn.

    Returns
    -------
    list of str
        Sentences; none if all is well.
    """
    setup_cfg = (ROOT / "setup.cfg").read_text(encoding="utf-8")
    wrong: list[str] = []
    for file, extras in ((CONSTRAINTS, EXTRAS), (TESTED, ())):
        needed = read_requirements(setup_cfg, extras)
        pins = read_pins(file.read_text(encoding="utf-8"))
        gaps = find_gaps(needed, pins)
        # Held to the versions of the file, so that no later release can change the answer.
        missing = [] if gaps else find_missing(read_pins(resolve(needed, "--constraint", str(file))), pins)
        wrong += [f"{file.name}: {gap}" for gap in gaps] + [f"{file.name}: {pin} is missing" for pin in missing]
    return wrong


def main() -> int:
    """
    Write or check both files.

    Returns
    -------
    int
        Exit code: 1 if the check found something.
    """
    parser = argparse.ArgumentParser(description="Write down the versions that the tests have passed with.")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--upgrade", action="store_true", help="take the newest versions of all")
    choice.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if the files do not fit setup.cfg"
    )
    options = parser.parse_args()
    if not options.check:
        write(upgrade=options.upgrade)
        return 0
    wrong = check()
    for line in wrong:
        print(line)
    if wrong:
        print("run python tools/lock.py")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
