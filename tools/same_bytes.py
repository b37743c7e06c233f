"""
Compare the files that two plans of the same area are made of: ``python tools/same_bytes.py FOLDER OTHER``.

The same inputs and the same seed give the same files, byte for byte, on every Python. Only the versions of libraries
that ``plan.json`` names may differ, since a newer Python gets newer ones: they are told and left out.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Final

FILES: Final = ("plan.json", "timetable.csv", "timetable.xlsx", "map.html")
LIBRARIES: Final = re.compile(rb'"libraries": \{[^{}]*\}')


def find_difference(one: bytes, other: bytes) -> str | None:
    """
    Find where two files part.

    Parameters
    ----------
    one
        Content of a file.
    other
        Content of the other one.

    Returns
    -------
    str or None
        The first place that differs, with what stands there; None if nothing does.
    """
    if one == other:
        return None
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"byte {at}: {one[max(0, at - 20) : at + 20]!r} and {other[max(0, at - 20) : at + 20]!r}"


def leave_out_libraries(plan: bytes) -> bytes:
    """
    Leave the versions of libraries out of a plan.

    Parameters
    ----------
    plan
        Content of ``plan.json``.

    Returns
    -------
    bytes
        The same without what stands in ``provenance.libraries``, if the plan has that.
    """
    if "libraries" not in json.loads(plan)["provenance"]:
        return plan
    short, count = LIBRARIES.subn(b'"libraries": {}', plan)
    if count != 1:
        raise ValueError(f"plan.json has {count} objects named libraries")
    return short


def compare_libraries(plan: bytes, other: bytes) -> list[str]:
    """
    Compare the libraries that two plans were made with.

    Parameters
    ----------
    plan
        Content of ``plan.json``.
    other
        Content of the other one.

    Returns
    -------
    list of str
        Name and both versions of each that differs, sorted.
    """
    one, two = (json.loads(content)["provenance"].get("libraries", {}) for content in (plan, other))
    names = sorted(name for name in one.keys() | two.keys() if one.get(name) != two.get(name))
    return [f"{name} {one.get(name)} and {two.get(name)}" for name in names]


def main() -> int:
    """
    Compare two folders and say what differs.

    Returns
    -------
    int
        Exit code: 1 if a file differs.
    """
    one, other = (Path(word) for word in sys.argv[1:])
    different = False
    for name in FILES:
        contents = [(folder / name).read_bytes() for folder in (one, other)]
        if name == "plan.json":
            print("".join(f"made with {line}\n" for line in compare_libraries(*contents)), end="")
            contents = [leave_out_libraries(content) for content in contents]
        difference = find_difference(*contents)
        different = different or difference is not None
        print(f"{name}: {difference or f'the same {len(contents[0])} bytes'}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
