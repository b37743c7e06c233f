"""Imports point left only, and every heavy library has one home."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.upkeep

ROOT = Path(__file__).parents[1]


def test_imports_keep_the_contracts_of_setup_cfg(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    importlinter = pytest.importorskip("importlinter.cli", reason="import-linter is in the extra 'dev'")
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(ROOT)

    code = importlinter.lint_imports(config_filename="setup.cfg", no_cache=True)

    assert code == importlinter.EXIT_STATUS_SUCCESS, capsys.readouterr().out
