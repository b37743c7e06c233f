"""A plan given for an area, and an area given for a plan: told as what it is, with what to give instead."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

WANT_AREA = {
    "check": ("check", "{}"),
    "plan": ("plan", "{}", "-o", "out"),
    "whatif": ("whatif", "{}", "-o", "out"),
    "locks": ("locks", "{}", "timetable.xlsx"),
    "roads info": ("roads", "info", "{}"),
    "roads import": ("roads", "import", "roads.osm", "-o", "{}"),
    "settlements import": ("settlements", "import", "table.csv", "-o", "{}"),
    "gazetteers": ("settlements", "import", "--geonames", "a.txt", "--katottg", "b.xlsx", "-o", "{}"),
    "changes list": ("changes", "list", "{}"),
    "changes check": ("changes", "check", "{}"),
    "changes add": ("changes", "add", "{}", "--closed", "--ways", "3"),
}
WANT_PLAN = {
    "verify": ("verify", "{}"),
    "explain": ("explain", "{}"),
    "map": ("map", "{}", "-o", "map.html"),
    "export": ("export", "{}", "--format", "text", "-o", "plan.txt"),
    "publish": ("publish", "{}", "--audience", "public", "-o", "out"),
    "coverage": ("coverage", "{}"),
    "report": ("report", "{}"),
    "impact": ("impact", "{}"),
    "compare": ("compare", "{}", "{}"),
    "replan": ("replan", "{}", "--changes", "changes.csv", "-o", "out"),
}


@pytest.fixture
def plan(made_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Plan folder beside which commands are run."""
    shutil.copytree(made_once, tmp_path / "my plan")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "my plan"


def fill(words: tuple[str, ...], place: str) -> list[str]:
    """Words of a command with the place they are about."""
    return [word.replace("{}", place) for word in words] + ["--lang", "en"]


@pytest.mark.parametrize("given", ["my plan", "my plan/plan.json"])
@pytest.mark.parametrize("name", WANT_AREA)
def test_a_plan_is_told_from_an_area_with_the_area_it_has(bibliobus, plan, name, given):
    before = sorted(path.name for path in plan.rglob("*"))

    ran = bibliobus(*fill(WANT_AREA[name], given))

    told = given.rpartition("/")[2]
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == (
        f'error: “{told}” is a plan, not an area; the area it was made from is "my plan/area".\n'
        f'  → Give that folder, such as “bibliobus check "my plan/area"”; the plan is checked with “bibliobus verify'
        f' "{given}"”. (is-plan)\n'
    )
    assert sorted(path.name for path in plan.rglob("*")) == before


def test_what_is_advised_works(bibliobus, plan):
    assert bibliobus("check", "my plan/area").code == 0
    assert bibliobus("verify", "my plan").code == 0
    assert bibliobus("verify", "my plan/plan.json").code == 0


def test_a_plan_without_its_area_says_so(bibliobus, plan):
    shutil.rmtree(plan / "area")

    ran = bibliobus("check", "my plan", "--lang", "uk")

    assert ran.code == 3
    assert "«my plan» — це план, а не територія; території поруч із ним немає." in ran.err


@pytest.mark.parametrize("name", WANT_PLAN)
def test_an_area_is_told_from_a_plan_with_the_command_that_makes_one(bibliobus, area, name, monkeypatch):
    monkeypatch.chdir(area.parent)

    ran = bibliobus(*fill(WANT_PLAN[name], "area"))

    assert ran.code == 3
    assert "error: “area” is an area, not a plan.\n" in ran.err
    assert "  → Plan it first: “bibliobus plan area -o my-plan”; then give my-plan. (is-area)\n" in ran.err


@pytest.mark.parametrize("given", ["my plan/area", "my plan/area/scenario.toml"])
def test_the_area_inside_a_plan_names_that_plan(bibliobus, plan, given):
    ran = bibliobus("verify", given, "--lang", "en")

    assert ran.code == 3
    assert '→ Give the plan that was made from it: "my plan" (is-area)' in ran.err


@pytest.mark.parametrize("name", ["scenario.toml", "settlements.csv", "libraries.csv"])
def test_a_file_of_an_area_given_for_its_folder_names_the_folder(bibliobus, area, name, monkeypatch):
    monkeypatch.chdir(area.parent)

    ran = bibliobus("check", f"area/{name}", "--lang", "en")

    assert (ran.code, "→ An area is a folder: give area. (no-area)" in ran.err) == (3, True)


def test_a_plan_that_lies_in_an_area_is_no_obstacle(bibliobus, plan, area):
    shutil.copy(plan / "plan.json", area / "plan.json")

    assert bibliobus("check", area).code == 0
    assert "bibliobus check" in bibliobus("check", area / "plan.json", "--lang", "en").err
