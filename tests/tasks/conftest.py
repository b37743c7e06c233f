"""A tiny area on the disk, and its plan folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from areas import write_area

from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.plan import plan_area

if TYPE_CHECKING:
    from pathlib import Path

FEW = SearchOptions(seed=1, iterations=5)


@pytest.fixture
def area(tmp_path: Path) -> Path:
    """Folder of a tiny area."""
    return write_area(tmp_path / "area")


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plan folder that no test may change."""
    folder = tmp_path_factory.mktemp("made")
    plan_area(write_area(folder / "area"), folder / "out", options=FEW)
    return folder / "out"
