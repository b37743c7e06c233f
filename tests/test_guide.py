"""The guide for planners: short plain pages, and every command and line of Python works as it stands there."""

from __future__ import annotations

import ast
import re
import shlex
import shutil

import pytest
from folders import copy_folder
from pages import PAGES, list_blocks, list_commands
from timetables import write_rows

from bibliobus.cli.help import load_guide
from bibliobus.cli.main import run
from bibliobus.tasks.start import open_sample
from bibliobus.words.language import LANGUAGES, Language

MOST_LINES = 120


def list_tasks(code: str) -> list[str]:
    """Pages of the guide in their order."""
    contents = next(block for kind, block in list_blocks(PAGES[code]["guide.md"]) if kind == "{toctree}")
    return [f"{name}.md" for name in contents.splitlines() if name and not name.startswith(":")]


@pytest.mark.upkeep
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_page_of_the_guide_is_short_and_plain(code):
    tasks = list_tasks(code)

    assert len(tasks) > 10
    assert [name for name in tasks if PAGES[code][name].count("\n") > MOST_LINES] == []
    # The terminal shows these pages too.
    assert [name for name in tasks if "{" in " ".join(kind for kind, _ in list_blocks(PAGES[code][name]))] == []
    assert [name for name in tasks if not re.match(r"# \S", PAGES[code][name])] == []


@pytest.mark.upkeep
@pytest.mark.parametrize("code", LANGUAGES)
def test_the_terminal_shows_the_guide_whole(code):
    text = load_guide(Language(code))

    assert text.startswith(PAGES[code]["guide.md"].partition("```")[0])
    titles = [PAGES[code][name].partition("\n")[0] for name in list_tasks(code)]
    assert [line for line in text.splitlines() if line.startswith("## ")] == [f"#{title}" for title in titles]


ANSWERS = {"compare": {0, 1}, "verify my-service/today.json": {0, 1}}
"""Exit codes where 1 is an answer: the plans differ, or that of today breaks rules, as plans made by hand do."""


@pytest.mark.slow
def test_the_commands_of_the_guide_work_in_their_order(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stops.csv").write_text(
        write_rows({}, {"stop": "Another", "geox": "37.6", "arrival": "13:00", "departure": "13:30"}), encoding="utf-8"
    )
    (tmp_path / "log.csv").write_text(
        "date,settlement_id,readers\n2026-02-10,UA14120010050096041,5\n", encoding="utf-8"
    )

    for line in [line for name in list_tasks("uk") for line in list_commands(PAGES["uk"][name], "")]:
        _, *words = shlex.split(line)
        allowed = ANSWERS.get(words[0], ANSWERS.get(" ".join(words), {0}))
        assert run(words) in allowed, (words, capsys.readouterr().err)

    made = {path.name for path in tmp_path.iterdir()} - {"stops.csv", "log.csv"}
    assert made == {
        "my-area",
        "my-plan",
        "my-service",
        "my-service-plan",
        "roads.html",
        "for-council",
        "for-crew",
        "for-residents",
        "lyman.html",
        "pages",
        "stops.html",
        "posters.pdf",
        "calendar.ics",
        "closed.html",
        "new-plan",
        "cancelled",
        "plan-of-before",
        "what-if",
        "rhythms",
        "siting.xlsx",
        "coverage.html",
        "report.html",
        "log.xlsx",
    }


@pytest.mark.slow
def test_the_page_about_a_broken_bus_shows_what_the_program_says(tmp_path, capsys):
    with open_sample("kramatorsk") as sample:
        copy_folder(sample, tmp_path / "area")
    file = tmp_path / "area" / "scenario.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("replacement_weekdays = []", 'replacement_weekdays = ["Sat"]', 1), encoding="utf-8")
    plan = tmp_path / "plan"
    assert run(["plan", str(tmp_path / "area"), "-o", str(plan)]) == 0

    for code in LANGUAGES:
        words = ["--cancel", "bus-1", "2026-03-04", "-o", str(tmp_path / code), "--lang", code]
        capsys.readouterr()
        assert run(["replan", str(plan), *words]) == 0
        said, page = " ".join(capsys.readouterr().out.split()), PAGES[code]["broken-bus.md"]
        (notice,) = (block for kind, block in list_blocks(page) if kind == "text" and "bibliobus" not in block)
        assert " ".join(notice.split()) in said
        figures = {
            "uk": r"\+8 год 00 хв|\+47,4 км|\d+ \d+ людино-днів",
            "en": r"\+8 h 00 min|\+47\.4 km|[\d,]+ resident-days",
        }
        found = re.findall(figures[code], " ".join(page.split()))
        assert len(found) == 4
        assert [figure for figure in found if figure not in said] == []


PYTHON = {"python.md": {"council.html"}, "python-changes.md": {"new-plan", "what-if.html"}}
"""What the Python of a page writes."""


def run_cell(source: str, names: dict[str, object]) -> None:
    """Run a block as a notebook does: it prints, and shows the value of its last line."""
    *before, last = ast.parse(source).body
    exec(compile(ast.Module(before, []), "<page>", "exec"), names)
    exec(compile(ast.Interactive([last]), "<page>", "single"), names)


@pytest.mark.upkeep
def test_every_page_with_python_is_run():
    found = {
        name
        for pages in PAGES.values()
        for name in pages
        if any(kind == "python" for kind, _ in list_blocks(pages[name]))
    }

    assert found == PYTHON.keys()


@pytest.mark.slow
@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", PYTHON)
def test_the_python_of_a_page_shows_what_stands_below_it(code, name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}

    blocks = list_blocks(PAGES[code][name])
    assert [kind for kind, _ in blocks] == ["python", "text"] * (len(blocks) // 2)
    for (_, source), (_, shown) in zip(blocks[::2], blocks[1::2], strict=True):
        run_cell(source, names)
        # Lines are broken where the page is wide enough.
        assert capsys.readouterr().out.split() == shown.split()

    assert {path.name for path in tmp_path.iterdir()} == PYTHON[name]


@pytest.mark.slow
def test_the_page_about_a_closed_road_shows_what_the_demo_says(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    dates = ["--from", "2026-03-09", "--until", "2026-03-20"]
    assert run(["demo", "-o", "demo"]) == 0
    changes = tmp_path / "changes"
    shutil.copytree("demo/area", changes)
    assert run(["changes", "add", str(changes), "--closed", "--between", "Ямпіль", "Торське", *dates]) == 0

    for code in LANGUAGES:
        words = ["replan", "demo", "--changes", str(changes / "changes.geojson"), "-o", f"new-{code}", "--lang", code]
        capsys.readouterr()
        assert run(words) == 0
        told = " ".join(
            [capsys.readouterr().out, (tmp_path / f"new-{code}" / "notices.txt").read_text(encoding="utf-8")]
        )

        shown = [
            part for kind, text in list_blocks(PAGES[code]["closed-road.md"]) if kind for part in text.split("\n\n")
        ]
        assert len(shown) == 3
        assert [part for part in shown if " ".join(part.split()) not in " ".join(told.split())] == []
