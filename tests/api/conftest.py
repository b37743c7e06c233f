"""A tiny area as the API reads it, and a plan of it."""

from __future__ import annotations

import pytest
from areas import write_area

import bibliobus as bb


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory):
    """Folder of a tiny area that no test may change."""
    return write_area(tmp_path_factory.mktemp("api") / "area")


@pytest.fixture(scope="session")
def area(folder):
    """The area."""
    return bb.read_area(folder)


@pytest.fixture(scope="session")
def plan(area):
    """A plan of it."""
    return bb.plan(area, seed=1, iterations=5)
