"""Libraries that decide what is written, and their versions: the one place that asks the installation."""

from __future__ import annotations

from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

COMPILER: Final = "numba"
PLAN_LIBRARIES: Final = ("holidays", "networkx", COMPILER, "numpy", "ortools", "osmium", "pyproj", "scipy")
"""Those that measure, search and reckon dates: with other versions of them the same inputs may give another plan."""
PAPER_LIBRARIES: Final = ("babel", "folium", "fpdf2", "icalendar", "openpyxl")
"""Those that write the papers: with other versions the same plan may give other bytes."""


@cache
def read_version(name: str) -> str | None:
    """
    Read the version of a library from its installation.

    Returns its version; None if it is not installed.
    """
    try:
        # A broken installation may have metadata without a version, or none: importlib_metadata, which takes the place
        # of the standard library once anything has loaded it, misses the file.
        return metadata.version(name) or None
    except (metadata.PackageNotFoundError, KeyError, FileNotFoundError):
        return None


def list_versions(names: Iterable[str]) -> dict[str, str]:
    """
    List the versions of libraries.

    Returns version by name, sorted by name; those that are not installed are left out.
    """
    found = ((name, read_version(name)) for name in sorted(names))
    return {name: version for name, version in found if version is not None}
