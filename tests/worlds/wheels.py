"""Made-up wheels, and a stand-in for the embeddable Python of Windows."""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).parents[2]
RUNTIME = ("python.exe", "pythonw.exe", "python312.zip", "python312._pth", "python312.dll", "LICENSE.txt")


NEEDS = {"bundle": ("wheelhouse",), "wheelhouse": ("lock",)}


def load_tool(name: str) -> Any:
    """Module of the folder tools, after those beside it that it takes something from."""
    for needed in NEEDS.get(name, ()):
        load_tool(needed)
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


def make_wheel(
    folder: Path,
    name: str,
    version: str = "1.0",
    *,
    tags: str = "py3-none-any",
    requires: Iterable[str] = (),
    files: Mapping[str, bytes] | None = None,
    licence: bool = True,
) -> Path:
    """Write a wheel with some files."""
    stem = f"{name}-{version}"
    lines = [f"Name: {name}", f"Version: {version}", "License: MIT", *(f"Requires-Dist: {line}" for line in requires)]
    content: dict[str, bytes] = {f"{name}/__init__.py": b"", **(files or {})}
    content[f"{stem}.dist-info/METADATA"] = "\n".join(["Metadata-Version: 2.1", *lines, ""]).encode()
    content[f"{stem}.dist-info/RECORD"] = b""
    if licence:
        content[f"{stem}.dist-info/licenses/LICENSE"] = f"licence of {name}".encode()
    file = folder / f"{stem}-{tags}.whl"
    folder.mkdir(parents=True, exist_ok=True)
    with ZipFile(file, "w") as archive:
        for path, data in content.items():
            archive.writestr(path, data)
    return file


def make_house(folder: Path) -> Path:
    """Write a complete folder of wheels for Windows."""
    make_wheel(folder, "bibliobus", requires=["one>=1", 'other; sys_platform == "linux"', 'ten; extra == "test"'])
    make_wheel(folder, "one", tags="cp312-cp312-win_amd64", requires=["two[more]"], files={"one/core.pyd": b"binary"})
    make_wheel(folder, "two", requires=['three<2; extra == "more"'])
    make_wheel(folder, "three", licence=False)
    return folder


def make_runtime(folder: Path, names: Iterable[str] = RUNTIME) -> tuple[Path, str]:
    """Write a stand-in for the embeddable Python; give its digest too."""
    file = folder / "python-embed.zip"
    folder.mkdir(parents=True, exist_ok=True)
    with ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, f"stand-in {name}")
    return file, hashlib.sha256(file.read_bytes()).hexdigest()
