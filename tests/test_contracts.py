"""Imports point left only, every heavy library has one home, and nothing imports in a circle."""

from __future__ import annotations

import configparser
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.upkeep

ROOT: Final = Path(__file__).parents[1]
PREFIX: Final = "importlinter:contract:"


def list_contracts() -> list[str]:
    """Name every contract of setup.cfg."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return [name.removeprefix(PREFIX) for name in config.sections() if name.startswith(PREFIX)]


@pytest.mark.parametrize("contract", list_contracts())
def test_imports_keep_the_contract(contract: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    importlinter = pytest.importorskip("importlinter.cli", reason="import-linter is in the extra 'dev'")
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(ROOT)

    code = importlinter.lint_imports(config_filename="setup.cfg", limit_to_contracts=(contract,), no_cache=True)

    assert code == importlinter.EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_no_module_imports_in_a_circle_not_even_for_its_types(monkeypatch: pytest.MonkeyPatch):
    grimp = pytest.importorskip("grimp", reason="import-linter, which brings grimp, is in the extra 'dev'")
    import networkx

    monkeypatch.syspath_prepend(ROOT)
    graph = grimp.build_graph("bibliobus", exclude_type_checking_imports=False, cache_dir=None)
    imports = networkx.DiGraph(
        (one, other) for one in graph.modules for other in graph.find_modules_directly_imported_by(one)
    )

    circles = [sorted(circle) for circle in networkx.strongly_connected_components(imports) if len(circle) > 1]

    assert circles == []
