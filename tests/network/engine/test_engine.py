"""The compiled engine is taken where it can be, else scipy, and the index tells which."""

from __future__ import annotations

import importlib.abc
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from road_graphs import make_case

from bibliobus.network.engine.dijkstra import PlainIndex
from bibliobus.network.engine.engine import build_index, has_compiler, rank_nodes
from bibliobus.network.engine.hierarchy import Hierarchy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

KERNELS = "bibliobus.network.engine.kernels"


class Broken(importlib.abc.MetaPathFinder):
    """A finder that fails to import the kernels as numba would."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        """Fail for the kernels."""
        if name == KERNELS:
            raise self.error


@pytest.fixture(params=[ImportError("no wheel"), RuntimeError("cannot cache function")])
def without_numba(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform without numba, or one where it cannot keep its machine code."""
    monkeypatch.delitem(sys.modules, KERNELS, raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(request.param), *sys.meta_path])


def test_with_numba_the_hierarchy_is_taken() -> None:
    case = make_case(41, 60)

    index = build_index(case.graph)

    assert has_compiler()
    assert index.compiled
    assert isinstance(index, Hierarchy)


def test_ranks_that_were_kept_are_used_again() -> None:
    case = make_case(42, 60)
    rank = rank_nodes(case.graph)
    assert rank is not None

    index = build_index(case.graph, rank[::-1])

    assert isinstance(index, Hierarchy)
    assert index.rank.tolist() == rank[::-1].tolist()


@pytest.mark.usefixtures("without_numba")
def test_without_numba_scipy_gives_the_same_and_the_index_tells_so() -> None:
    case = make_case(43, 60)

    index = build_index(case.graph, rank_nodes(case.graph))

    assert not has_compiler()
    assert rank_nodes(case.graph) is None
    assert not index.compiled
    assert isinstance(index, PlainIndex)


def test_both_engines_give_the_same() -> None:
    case = make_case(44, 150)

    found = [
        index.customize(case.weights).measure_places(case.sources, case.targets).packed
        for index in (build_index(case.graph), PlainIndex(case.graph))
    ]

    np.testing.assert_array_equal(*found)


def test_importing_the_engine_imports_neither_numba_nor_scipy() -> None:
    program = "import sys, bibliobus.network.engine.engine; print([m for m in ('numba', 'scipy') if m in sys.modules])"

    run = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {program}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert run.stdout.strip() == "[]"
