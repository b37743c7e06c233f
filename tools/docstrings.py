"""
Check every public docstring with numpydoc: ``python tools/docstrings.py``.

``numpydoc lint`` reads the syntax tree, which knows neither the fields of a dataclass nor properties; this imports
the modules and checks the objects instead. The checks are those of pyproject.toml.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import pydoc
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from numpydoc.validate import ERROR_MSGS, validate

import bibliobus

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parent.parent


def list_modules() -> list[str]:
    """
    List all modules of the package.

    Returns
    -------
    list of str
        Dotted names, sorted.
    """
    found = pkgutil.walk_packages(bibliobus.__path__, "bibliobus.")
    return sorted(["bibliobus", *(module.name for module in found)])


def check_module(name: str, checks: set[str]) -> Iterator[str]:
    """
    Check the docstrings of a module.

    Parameters
    ----------
    name
        Dotted name of the module.
    checks
        Codes of numpydoc that count.

    Yields
    ------
    str
        Dotted name and what is wrong with its docstring.
    """
    module = importlib.import_module(name)
    if not module.__doc__:
        yield f"{name}: GL08 The module has no docstring"
    for member in _list_members(name, vars(module), name):
        # An enumeration, a protocol or a plain error is not built by its own arguments.
        count = checks if _has_arguments(pydoc.locate(member)) else checks - {"PR01"}
        for code, text in validate(member)["errors"]:
            if code in count:
                yield f"{member}: {code} {text}"


def _list_members(prefix: str, members: dict[str, object], module: str) -> Iterator[str]:
    """Public functions, methods, properties and classes that are at home in the module."""
    for name, member in members.items():
        if name.startswith("_"):
            continue
        inner = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        if isinstance(inner, property):
            yield f"{prefix}.{name}"
        elif (inspect.isfunction(inner) or inspect.isclass(inner)) and inner.__module__ == module:
            yield f"{prefix}.{name}"
            if inspect.isclass(inner):
                yield from _list_members(f"{prefix}.{name}", dict(vars(inner)), module)


def _has_arguments(member: object) -> bool:
    """Whether it is a function, or a class with a constructor of its own."""
    if not inspect.isclass(member):
        return True
    return "__init__" in vars(member) and not getattr(member, "_is_protocol", False)


def main() -> int:
    """
    Check all docstrings and print what is wrong.

    Returns
    -------
    int
        Exit code: 1 if something is wrong.
    """
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["numpydoc_validation"]
    checks = set(ERROR_MSGS) - set(config["checks"])
    wrong = [line for module in list_modules() for line in check_module(module, checks)]
    for line in wrong:
        print(line)
    print(f"docstrings checked, {len(wrong)} findings")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
