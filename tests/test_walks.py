"""The three walks of the page about the architecture are what the program really does, step by step."""

from __future__ import annotations

import re
import sys
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from areas import write_area
from pages import PAGES

from bibliobus.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import FrameType

pytestmark = pytest.mark.upkeep

WALKS = PAGES["en"]["developers/architecture.md"].partition("## Three walks\n")[2].partition("\n## ")[0]
FEW = ["--iterations", "2"]


@dataclass(frozen=True)
class Step:
    """A function that has done its part, and what it gives; empty if the page does not say it."""

    module: str
    function: str
    kind: str

    def is_done(self, frame: FrameType, value: object) -> bool:
        """Whether the function of this name that has just come to its end is this one, with such a value."""
        there = frame.f_globals.get("__name__") == self.module
        return there and (not self.kind or self.kind in set(list_kinds(value)))


def list_kinds(value: object) -> Iterator[str]:
    """Names of the classes of a value and of what it holds."""
    yield type(value).__name__
    parts: Any = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else ()
    for part in parts:
        yield from list_kinds(part)


def list_steps(heading: str) -> list[Step]:
    """Steps of a walk."""
    rows = re.findall(r"^\| `([\w.]+)` \| `([\w.]+)` \| (?:`(\w+)`:)?", find_walk(heading), re.MULTILINE)
    return [Step(*row) for row in rows]


def find_walk(heading: str) -> str:
    """What the page says of a walk."""
    return WALKS.partition(f"### {heading}")[2].partition("\n### ")[0]


def follow(steps: list[Step], act: Callable[[], None]) -> list[Step]:
    """Steps that are left when everything was done: none if each was done behind the one before it."""
    waiting = deque(steps)
    name = steps[0].function

    def note(frame: FrameType, event: str, value: object) -> None:
        # Called millions of times: the cheapest question first.
        nonlocal name
        if event == "return" and frame.f_code.co_qualname == name and waiting[0].is_done(frame, value):
            waiting.popleft()
            name = waiting[0].function if waiting else ""

    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
    return list(waiting)


def do(*words: str | Path) -> None:
    """Run a command that must do its work."""
    assert run(list(map(str, words))) == 0


@pytest.fixture
def area(tmp_path):
    """Folder of a tiny area."""
    return write_area(tmp_path / "my-area")


def lock_the_first_stop(workbook: Path, edited: Path) -> None:
    """Write an x beside the first stop of a workbook, and save it under another name."""
    book = openpyxl.load_workbook(workbook)
    sheet = book.worksheets[0]
    column = next(cell.column for row in sheet.iter_rows() for cell in row if cell.value == "Lock")
    stop = next(row for row in sheet.iter_rows() if row[2].value == "Open to readers")
    sheet.cell(stop[0].row, column, "x")
    book.save(edited)


def test_every_line_of_the_walks_is_a_step_and_every_value_a_class():
    lines = [line for line in WALKS.splitlines() if line.startswith("| `")]

    assert len(re.findall(r"^### ", WALKS, re.MULTILINE)) == 3
    assert len(lines) == sum(len(list_steps(heading)) for heading in re.findall(r"^### (.*)$", WALKS, re.MULTILINE))


def test_a_settlement_walks_from_its_row_to_the_map_of_the_council(area, tmp_path):
    plan, page = tmp_path / "my-plan", tmp_path / "map.html"

    def act() -> None:
        do("plan", area, "-o", plan, *FEW)
        do("map", plan, "--audience", "council", "-o", page)

    assert follow(list_steps("From a row of settlements.csv"), act) == []
    assert "Східне" in page.read_text(encoding="utf-8") or "Skhidne" in page.read_text(encoding="utf-8")


def test_a_closed_road_walks_to_a_notice(area, tmp_path):
    plan, new = tmp_path / "my-plan", tmp_path / "new-plan"
    do("plan", area, "-o", plan, *FEW)

    def act() -> None:
        do("changes", "add", area, "--closed", "--between", "Misto", "Skhidne")
        do("replan", plan, "--changes", area / "changes.geojson", "-o", new, *FEW)

    assert follow(list_steps("From a closed road"), act) == []
    assert "Skhidne" in (new / "notices.txt").read_text(encoding="utf-8")


def test_a_lock_walks_from_the_workbook_to_the_solver(area, tmp_path):
    plan, edited = tmp_path / "my-plan", tmp_path / "edited.xlsx"
    do("plan", area, "-o", plan, "--lang", "en", *FEW)
    lock_the_first_stop(plan / "timetable.xlsx", edited)

    def act() -> None:
        do("locks", area, edited)
        do("plan", area, "-o", tmp_path / "new-plan", *FEW)

    assert follow(list_steps("From a lock in the workbook"), act) == []
    assert "[[locks]]" in (area / "scenario.toml").read_text(encoding="utf-8")
