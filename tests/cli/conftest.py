"""Commands run inside the process, and a plan folder made by one of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from areas import write_area

from bibliobus.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


Bibliobus = "Callable[..., Ran]"


@pytest.fixture
def bibliobus(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command line given as words."""

    def call(*words: object) -> Ran:
        capsys.readouterr()
        code = run([str(word) for word in words])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return call


@pytest.fixture
def area(tmp_path: Path) -> Path:
    """Folder of a tiny area."""
    return write_area(tmp_path / "area")


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plan folder that no test may change."""
    folder = tmp_path_factory.mktemp("made")
    area = write_area(folder / "area")
    assert run(["plan", str(area), "-o", str(folder / "out"), "--iterations", "3"]) == 0
    return folder / "out"
