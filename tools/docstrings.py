"""
Check the docstrings: ``python tools/docstrings.py``.

What ``bibliobus`` itself or the ``__init__`` of one of its packages names is public and is checked with numpydoc in
full. Everything else has a sentence that a reader needs. ``numpydoc lint`` reads the syntax tree, which knows neither
the fields of a dataclass nor properties; this imports the modules and checks the objects instead. The checks are those
of pyproject.toml.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import sys
import textwrap
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from numpydoc.validate import ERROR_MSGS, validate

import bibliobus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


def list_offered(modules: Iterable[str]) -> set[str]:
    """
    List what the packages offer.

    Parameters
    ----------
    modules
        Dotted names of all modules.

    Returns
    -------
    set of str
        Dotted names of functions and classes, each where it is at home.
    """
    offered = set()
    for name in modules:
        module = importlib.import_module(name)
        if hasattr(module, "__path__"):
            members = [getattr(module, member) for member in getattr(module, "__all__", ())]
            offered |= {
                f"{one.__module__}.{one.__qualname__}"
                for one in members
                if inspect.isfunction(one) or inspect.isclass(one)
            }
    return offered


def check_module(name: str, checks: set[str], offered: set[str]) -> Iterator[str]:
    """
    Check the docstrings of a module.

    Parameters
    ----------
    name
        Dotted name of the module.
    checks
        Codes of numpydoc that count for what is offered.
    offered
        Dotted names of what is offered.

    Yields
    ------
    str
        Dotted name and what is wrong with its docstring.
    """
    module = importlib.import_module(name)
    if not module.__doc__:
        yield f"{name}: GL08 The module has no docstring"
    for member, value in _list_members(name, vars(module), name):
        if not any(member == one or member.startswith(f"{one}.") for one in offered):
            if not (inspect.getdoc(value) or "").partition("\n\n")[0].rstrip().endswith((".", "?")):
                yield f"{member}: it needs a sentence"
            continue
        # An enumeration, a protocol or a plain error is not built by its own arguments.
        count = checks if _has_arguments(value) else checks - {"PR01"}
        for code, text in validate(member)["errors"]:
            if code in count:
                yield f"{member}: {code} {text}"


def _list_members(prefix: str, members: dict[str, object], module: str) -> Iterator[tuple[str, object]]:
    """Public functions, methods, properties and classes that are at home in the module."""
    for name, member in members.items():
        # The default of a field may be a function; the field is told in the docstring of its class.
        if name.startswith("_") or name in members.get("__dataclass_fields__", ()):  # type: ignore[operator]
            continue
        inner = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        if isinstance(inner, property):
            yield f"{prefix}.{name}", inner
        elif (inspect.isfunction(inner) or inspect.isclass(inner)) and inner.__module__ == module:
            yield f"{prefix}.{name}", inner
            if inspect.isclass(inner):
                yield from _list_members(f"{prefix}.{name}", dict(vars(inner)), module)


def _has_arguments(member: object) -> bool:
    """Whether it is a function, or a class with a constructor of its own whose fields do not tell of themselves."""
    if not inspect.isclass(member):
        return True
    if "__init__" not in vars(member) or getattr(member, "_is_protocol", False):
        return False
    return not _tells_fields(member)


def _tells_fields(member: type) -> bool:
    """Whether a string stands below every field, so that a number and its source stand in one place."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(member))).body[0]
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    told = [
        isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str)
        for field, below in pairwise([*body, ast.Pass()])
        if isinstance(field, ast.AnnAssign)
    ]
    return bool(told) and all(told)


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
    modules = list_modules()
    offered = list_offered(modules)
    wrong = [line for module in modules for line in check_module(module, checks, offered)]
    for line in wrong:
        print(line)
    print(f"docstrings checked, {len(wrong)} findings")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
