"""What packages offer by their own name: all of it is there, at home in them, and loaded only when it is asked for."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import bibliobus

ROOT = Path(bibliobus.__file__).parent
STUBS = sorted(path for path in ROOT.rglob("__init__.pyi") if path.parent != ROOT)
PACKAGES = [".".join(path.parent.relative_to(ROOT.parent).parts) for path in STUBS]
LAZY = "__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)"


def list_imports(path: Path) -> set[str]:
    """The libraries that a module imports, by their first word."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_has_everything_it_offers_at_home(name):
    package = importlib.import_module(name)

    assert package.__all__
    for offered in package.__all__:
        value = getattr(package, offered)
        assert getattr(value, "__module__", name).rpartition(".")[0] == name, offered


@pytest.mark.parametrize("name", PACKAGES)
def test_no_offer_hides_a_module_of_the_package(name):
    package = importlib.import_module(name)
    modules = {path.stem for path in Path(package.__file__).parent.glob("*.py")}

    assert modules.isdisjoint(package.__all__)


@pytest.mark.parametrize("stub", STUBS, ids=PACKAGES)
def test_a_package_does_nothing_but_offer(stub):
    source = stub.with_suffix(".py").read_text(encoding="utf-8")
    tree = ast.parse(source)

    assert ast.get_docstring(tree)
    assert [ast.unparse(node) for node in tree.body[1:]] == ["import lazy_loader", LAZY]


def test_lazy_loader_lives_in_packages():
    users = {path for path in ROOT.rglob("*.py") if "lazy_loader" in list_imports(path)}

    assert users == {stub.with_suffix(".py") for stub in STUBS}


def test_packages_load_none_of_their_modules():
    script = (
        f"import importlib, sys; [importlib.import_module(name) for name in {PACKAGES!r}]; "
        f"print(sorted(name for name in sys.modules if name.startswith('bibliobus.') and name not in {PACKAGES!r}))"
    )

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)

    assert ran.stdout.strip() == "[]"
