"""The guide for planners: the same commands in both languages, and every one of them works as it stands there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from bibliobus.cli.main import COMMANDS, run

DOCS = Path(__file__).parents[1] / "docs"
GUIDES = (DOCS / "guide.uk.md", DOCS / "guide.en.md")


def list_commands(guide: Path) -> list[list[str]]:
    """Words of the commands in the fenced blocks of a guide."""
    blocks = re.findall(r"^```\n(.*?)^```$", guide.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


@pytest.mark.upkeep
def test_both_guides_have_the_same_commands():
    ukrainian, english = (list_commands(guide) for guide in GUIDES)

    free_text = ("--note", "--source")
    shapes = [
        [
            ["…" if before in free_text else word for before, word in zip(["", *words], words, strict=False)]
            for words in some
        ]
        for some in (ukrainian, english)
    ]
    assert shapes[0] == shapes[1]
    assert len(english) > 10


@pytest.mark.upkeep
@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_command_that_the_guide_mentions_is_one(guide):
    mentioned = set(re.findall(r"bibliobus ([a-z]+)", guide.read_text(encoding="utf-8")))

    assert mentioned <= set(COMMANDS)


@pytest.mark.upkeep
@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_files_that_the_guide_links_are_there(guide):
    links = re.findall(r"\]\(([^)#]+)", guide.read_text(encoding="utf-8"))

    assert links
    assert all((DOCS / link).exists() for link in links)


@pytest.mark.slow
def test_the_commands_of_the_guide_work_in_their_order(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    for program, *words in list_commands(DOCS / "guide.uk.md"):
        code = run(words)
        assert (program, code) == ("bibliobus", 0), (words, capsys.readouterr().err)

    made = {path.name for path in tmp_path.iterdir()}
    assert made == {
        "my-area",
        "my-plan",
        "for-council",
        "for-crew",
        "for-residents",
        "closed.html",
        "new-plan",
        "coverage.html",
        "what-if",
        "report.html",
    }


PAGES = (*GUIDES, DOCS.parent / "README.md", *sorted((DOCS.parent / "data" / "settlements").glob("*/README.md")))


@pytest.mark.upkeep
@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.name}")
def test_every_command_that_is_shown_works_in_powershell_and_cmd_too(page):
    blocks = re.findall(r"^ *```\n(.*?)^ *```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    lines = [line.strip() for block in blocks for line in block.splitlines() if line.strip().startswith("bibliobus ")]

    # Outside of double quotation marks a comma makes a list, and these marks mean something else or nothing.
    bare = [re.sub(r'"[^"$`]*"', "", line) for line in lines]
    assert [line for line in bare if re.search(r"&&|\|\||[,;'`$<>(){}@#^%]|\\$|^export ", line)] == []
