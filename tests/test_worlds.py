"""The page about the small worlds of the tests names each of them, all that it builds, and who imports it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.upkeep

TESTS = Path(__file__).parent
WORLDS = TESTS / "worlds"
PAGE = (WORLDS / "README.md").read_text(encoding="utf-8")


def list_codes(text: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`]+)`", text)


ROWS = [[list_codes(cell) for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if line.startswith("| `")]
TABLE = {name: (builds, users) for [name], _, builds, users in ROWS}


def list_public(file: Path) -> list[str]:
    """Functions and classes that a module offers, in their order."""
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return [
        node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]


def test_every_world_and_all_that_it_builds_stands_on_the_page_and_nothing_else():
    built = {file.stem: sorted(list_public(file)) for file in sorted(WORLDS.glob("*.py"))}

    assert {name: sorted(builds) for name, (builds, _) in TABLE.items()} == built


def imports(file: Path, name: str) -> bool:
    """Whether a file imports a world."""
    return (
        re.search(rf"^from {name} import |^import {name}$", file.read_text(encoding="utf-8"), re.MULTILINE) is not None
    )


@pytest.mark.parametrize("name", TABLE)
def test_who_is_named_for_a_world_imports_it(name):
    # The defaults stand behind other worlds and serve no folder by itself.
    places = TABLE[name][1]

    files = {
        place: [TESTS.parent / place] if place.endswith(".py") else (TESTS.parent / place).rglob("*.py")
        for place in places
    }
    assert places or name == "defaults"
    assert [place for place in places if not any(imports(file, name) for file in files[place])] == []


@pytest.mark.parametrize("name", TABLE)
def test_every_world_is_used(name):
    assert any(imports(file, name) for file in TESTS.rglob("*.py"))


def test_the_places_below_the_table_are_there():
    places = [code for code in list_codes(PAGE.rpartition("|")[2]) if "/" in code]

    assert len(places) > 4
    assert [place for place in places if not (TESTS.parent / place).exists()] == []
