"""What every benchmark needs: CPU time, peak memory, and the machine it ran on."""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


def take_cpu_s(work: Callable[[], T], repeats: int = 1) -> tuple[float, T]:
    """
    Measure the CPU time of some work.

    Parameters
    ----------
    work
        What to do; the same every time.
    repeats
        How often.

    Returns
    -------
    cpu_s : float
        Median of the seconds, those of helper threads included.
    result : Any
        What the last run returned.
    """
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        result = work()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds), result


def read_peak_bytes() -> int | None:
    """
    Read the peak of this process's memory.

    Returns
    -------
    int or None
        Bytes in physical memory; None where the system does not tell.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        # The resource module also counts the process that started this one.
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak) * (1 if sys.platform == "darwin" else 1024)


def describe_machine(packages: Sequence[str]) -> dict[str, Any]:
    """
    Describe the machine and the versions.

    Parameters
    ----------
    packages
        Packages whose versions matter.

    Returns
    -------
    dict
        Processor, cores, system, Python and a version for each package; None for one that is not installed.
    """
    versions: dict[str, str | None] = {}
    for package in packages:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = None
    return {
        "processor": _read_processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": versions,
    }


def _read_processor() -> str:
    """Name of the processor."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
