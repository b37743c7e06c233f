"""Examine the installation: what is installed, and whether everything that bibliobus needs works on this computer."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
import webbrowser
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import bibliobus
from bibliobus.findings import FindingKind, Place, Severity
from bibliobus.libraries import COMPILER
from bibliobus.tasks.installed import State, attempt, find_causes, list_libraries, read_required, read_tested
from bibliobus.words.language import N_, NN_, Language
from bibliobus.words.text import Count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bibliobus.findings import Finding
    from bibliobus.tasks.installed import InstalledLibrary

MODULES: Final = {"fpdf2": "fpdf", "lazy-loader": "lazy_loader"}
"""Modules whose name is not that of their library."""
LETTERS: Final = "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯабвгґдеєжзиіїйклмнопрстуфхцчшщьюя’"
ZONE: Final = "Europe/Kyiv"
OFFSETS_H: Final = ((datetime(2026, 1, 15, 12), 2), (datetime(2026, 7, 15, 12), 3))
"""Clock times in winter and summer, and by how many hours the clocks of the zone are ahead of UTC then."""

COMMANDS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge", "microsoft-edge", "firefox")
FOLDERS: Final = ("ProgramFiles", "ProgramFiles(x86)", "LocalAppData")
WINDOWS_FILES: Final = {
    "msedge": "Microsoft/Edge/Application/msedge.exe",
    "chrome": "Google/Chrome/Application/chrome.exe",
    "firefox": "Mozilla Firefox/firefox.exe",
}
TEXT_BROWSERS: Final = frozenset({"www-browser", "links", "elinks", "lynx", "w3m"})
"""Browsers that show no map."""

PACKAGE_MISSING: Final = FindingKind(
    "package-missing",
    Severity.ERROR,
    N_("The Python package {name} is not installed."),
    N_("Install it: pip install {package} (in the folder for Windows, unpack the archive anew instead)."),
)
PACKAGE_BROKEN: Final = FindingKind(
    "package-broken",
    Severity.ERROR,
    N_("The Python package {name} {version} is installed but cannot be loaded ({problem})."),
    N_(
        "Install it anew: pip install --force-reinstall {package} "
        "(in the folder for Windows, unpack the archive anew instead)."
    ),
)
PACKAGE_UNFIT: Final = FindingKind(
    "package-unfit",
    Severity.WARNING,
    N_("The Python package {name} {version} does not suit bibliobus, which needs {needed}."),
    N_("Install another version: pip install --upgrade {package}."),
)
PACKAGES_UNTESTED: Final = FindingKind(
    "packages-untested",
    Severity.NOTE,
    N_("{packages} in other versions than those tested."),
    N_("That usually works. If something fails, install the tested ones: pip install {tested}."),
)
UNTESTED: Final = NN_("{count} Python package is installed", "{count} Python packages are installed")
COMPILER_UNUSABLE: Final = FindingKind(
    "compiler-unusable",
    Severity.WARNING,
    N_(
        "Compiled code does not work here ({problem}); plans are made all the same, but more slowly, and they are "
        "often more expensive."
    ),
    N_("Install the Python package numba, and let NUMBA_CACHE_DIR name a folder that you may write into."),
)
SOLVER_BROKEN: Final = FindingKind(
    "solver-broken",
    Severity.ERROR,
    N_("OR-Tools cannot solve even a tiny task ({problem})."),
    N_("Install it anew (pip install --force-reinstall ortools), on Windows the Visual C++ Redistributable too."),
)
FONT_BROKEN: Final = FindingKind(
    "font-broken",
    Severity.ERROR,
    N_("The font of the PDF documents cannot be used, or lacks Ukrainian letters ({problem})."),
    N_("Install bibliobus anew: the font comes with it."),
)
TIME_ZONE_BROKEN: Final = FindingKind(
    "time-zone-broken",
    Severity.ERROR,
    N_("The time zone {zone} is not known to this computer, or its rules are wrong ({problem})."),
    N_("Install the Python package tzdata anew: pip install --force-reinstall tzdata."),
)
FOLDER_READ_ONLY: Final = FindingKind(
    "folder-read-only",
    Severity.WARNING,
    N_("Nothing can be written into the current folder ({problem})."),
    N_("Go to a folder of your own before you plan, or name one with -o."),
)
BROWSER_MISSING: Final = FindingKind(
    "browser-missing",
    Severity.NOTE,
    N_("No browser was found to show the maps and pages."),
    N_("Install one, or open the HTML files on another computer: they need no internet."),
)


@dataclass(frozen=True)
class Check:
    """One thing that was examined: whether it works, or what was found, None if nothing."""

    name: str
    value: bool | str | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Diagnosis:
    """What was found about the installation, in the order a reader wants it; it names no person and no folder."""

    version: str
    python: str
    system: str
    libraries: tuple[InstalledLibrary, ...]
    checks: tuple[Check, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings in the order of the checks."""
        return tuple(finding for check in self.checks for finding in check.findings)


def examine(*, required: Iterable[str] | None = None, tested: str | None = None) -> Diagnosis:
    """
    Examine the installation; whatever is broken, this ends with a diagnosis.

    ``required``: Lines of what bibliobus requires; None means those of its metadata.
    ``tested``: List of tested versions; None means the one that comes with the program.
    """
    wanted = read_required() if required is None else tuple(required)
    libraries = list_libraries(wanted, read_tested() if tested is None else tested)
    return Diagnosis(
        version=bibliobus.__version__,
        python=platform.python_version(),
        system=" ".join(filter(None, (platform.system(), platform.release(), platform.machine()))),
        libraries=libraries,
        checks=(
            _check_libraries(libraries),
            _check("compiled", attempt(_try_compiler), COMPILER_UNUSABLE),
            _check("solver", attempt(_try_solver), SOLVER_BROKEN),
            _check("fonts", attempt(_try_font), FONT_BROKEN),
            _check("time_zones", attempt(_try_time_zone), TIME_ZONE_BROKEN, zone=ZONE),
            _check("writable", attempt(_try_folder), FOLDER_READ_ONLY),
            _check_browser(),
        ),
    )


def name_package(library: InstalledLibrary) -> str:
    """Name a library as an installer wants it."""
    if library.tested:
        return f"{library.name}=={library.tested}"
    return f'"{library.name}{library.needed}"' if library.needed else library.name


def find_browser() -> str | None:
    """Name of a browser that can show a map, never its path; None if there is none."""
    command = next((name for name in COMMANDS if shutil.which(name)), None)
    if command is not None:
        return command
    roots = [Path(os.environ[name]) for name in FOLDERS if os.environ.get(name)]
    installed = (name for name, file in WINDOWS_FILES.items() if any((root / file).is_file() for root in roots))
    return next(installed, None) or _find_registered()


def _check(name: str, problem: str | None, kind: FindingKind, **values: object) -> Check:
    """Check of something that works or has a problem."""
    return Check(name, problem is None, (kind.at(Place(), problem=problem, **values),) if problem else ())


def _check_libraries(libraries: tuple[InstalledLibrary, ...]) -> Check:
    """Check of all libraries: they are there, of a version that can be relied on, and can be loaded."""
    found = [(library.name, finding) for library in libraries for finding in _examine_library(library)]
    broken = {name for name, finding in found if finding.severity is Severity.ERROR}
    # Whatever stands on a broken library cannot be loaded either; installing that anew would not help.
    causes = find_causes(broken, libraries)
    findings = [finding for name, finding in found if name in causes or name not in broken]
    others = [library for library in libraries if library.state in (State.NEWER, State.OLDER)]
    if others:
        tested = " ".join(map(name_package, others))
        findings.append(PACKAGES_UNTESTED.at(Place(), packages=Count(*UNTESTED, len(others)), tested=tested))
    return Check("libraries", not broken, tuple(findings))


def _examine_library(library: InstalledLibrary) -> Iterator[Finding]:
    """What is wrong with a library; the compiler is looked at on its own, since plans are made without it too."""
    if library.name == COMPILER:
        return
    values = {"name": library.name, "package": name_package(library)}
    if library.version is None:
        yield PACKAGE_MISSING.at(Place(), **values)
        return
    values["version"] = library.version
    if library.too_old:
        yield PACKAGE_UNFIT.at(Place(), needed=library.needed, **values)
    module = MODULES.get(library.name, library.name)
    # The modules of other libraries' libraries need not have their names; whoever needs them fails to load.
    if library.direct and (problem := attempt(lambda: import_module(module))):
        yield PACKAGE_BROKEN.at(Place(), problem=problem, **values)


def _try_compiler() -> None:
    """Compile something, and write where machine code is kept."""
    from bibliobus.network.engine.engine import try_compiler

    try_compiler()


def _try_solver() -> None:
    """Solve something that has one solution."""
    from bibliobus.solve.backends import try_solver

    try_solver()


def _try_font() -> None:
    """Write every Ukrainian letter into a PDF document."""
    from bibliobus.output.print.pdf import clean_line, finish_document, open_document

    with open_document(LETTERS, Language("uk")) as document:
        written = clean_line(document, LETTERS)
        lacking = "".join(letter for letter, other in zip(LETTERS, written, strict=False) if letter != other)
        if lacking or len(written) != len(LETTERS):
            raise LookupError(lacking or written)
        document.add_page()
        document.cell(text=written)
        finish_document(document)


def _try_time_zone() -> None:
    """Ask for the clock in winter and in summer."""
    zone = ZoneInfo.no_cache(ZONE)
    for clock, hours in OFFSETS_H:
        offset = clock.replace(tzinfo=zone).utcoffset()
        if offset != timedelta(hours=hours):
            raise ValueError(f"{clock:%Y-%m-%d}: {offset}")


def _try_folder() -> None:
    """Write a file that is gone at once."""
    with tempfile.TemporaryFile(dir=Path.cwd()) as file:
        file.write(b"bibliobus")


def _check_browser() -> Check:
    """Check of the browser."""
    name = find_browser()
    return Check("browser", name, () if name else (BROWSER_MISSING.at(Place()),))


def _find_registered() -> str | None:
    """Browser that the system opens addresses with."""
    if sys.platform in ("win32", "darwin"):
        return "default"
    try:
        name = getattr(webbrowser.get(), "name", "default")
    except webbrowser.Error:
        return None
    plain = Path(str(name)).name
    return None if plain in TEXT_BROWSERS else plain
