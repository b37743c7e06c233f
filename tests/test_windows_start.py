"""What a double click in the folder for Windows does, on any system."""

from __future__ import annotations

import importlib.util

import pytest
from wheels import ROOT

from bibliobus.cli.groups import COMMANDS, build_command
from bibliobus.words.language import Language


@pytest.fixture
def start():
    """The script of the folder."""
    spec = importlib.util.spec_from_file_location("windows_start", ROOT / "tools" / "windows" / "start.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def done(start, monkeypatch, tmp_path):
    """Run a double click; keep which commands were run and which pages were shown."""
    calls, shown = [], []

    def run(words):
        calls.append(words)
        if words[0] == "demo" and not done.broken:
            folder = tmp_path.joinpath(words[2])
            folder.mkdir()
            (folder / "map.html").write_text("map", encoding="utf-8")
            return 0
        return 5

    def done(*words):
        calls.clear()
        shown.clear()
        return start.main(list(words)), list(calls), list(shown)

    done.broken = False
    monkeypatch.setattr("bibliobus.cli.main.run", run)
    monkeypatch.setattr(start, "show", shown.append)
    monkeypatch.setattr(start, "list_places", lambda beside: iter([tmp_path / "Робочий стіл & документи"]))
    return done


def test_the_first_start_makes_the_example_and_shows_its_map(done, tmp_path, capsys):
    code, calls, shown = done("--lang", "uk")

    demo = tmp_path / "Робочий стіл & документи" / "приклад"
    assert (code, calls, shown) == (0, [["demo", "-o", str(demo), "--lang", "uk"]], [demo / "map.html"])
    out = capsys.readouterr().out
    assert out.startswith("Складаю приклад.")
    assert "    bibliobus init громада" in out


def test_a_second_start_only_shows_the_map(done, capsys):
    done("--lang", "en")
    capsys.readouterr()

    code, calls, shown = done("--lang", "en")

    assert (code, calls, len(shown)) == (0, [], 1)
    assert "Making the example" not in capsys.readouterr().out


def test_what_lies_there_is_never_touched(done, tmp_path):
    mine = tmp_path / "Робочий стіл & документи" / "приклад"
    mine.mkdir(parents=True)
    (mine / "note.txt").write_text("mine")

    _, calls, shown = done()

    assert [path.name for path in mine.iterdir()] == ["note.txt"]
    assert calls[0][2] == str(mine.with_name("приклад-2"))
    assert shown == [mine.with_name("приклад-2") / "map.html"]


def test_an_example_that_cannot_be_made_is_explained_by_the_doctor(done, capsys):
    done.broken = True

    code, calls, shown = done("--lang", "en")

    assert (code, [words[0] for words in calls], shown) == (0, ["demo", "doctor"], [])
    assert "This is what is wrong on this computer:" in capsys.readouterr().out


def test_a_folder_that_takes_no_file_is_passed_over(start, tmp_path):
    (tmp_path / "stick").write_text("a file, so that no folder can be made there")

    found = start.find_place(iter([tmp_path / "stick" / "bibliobus", tmp_path / "other"]))

    assert found == tmp_path / "other"
    assert start.find_place(iter([tmp_path / "stick" / "bibliobus"])) is None


def test_without_any_place_it_says_so(start, monkeypatch, capsys):
    monkeypatch.setattr(start, "list_places", lambda beside: iter(()))

    assert start.main(["--lang", "en"]) == 1
    assert capsys.readouterr().out == "There is no folder that can be written into. Try as another user.\n"


def test_places_begin_with_the_documents_and_end_beside_the_program(start, tmp_path, monkeypatch):
    monkeypatch.setattr(start, "find_documents", lambda: tmp_path / "OneDrive" / "Документи")

    first, *_, beside, _ = start.list_places(tmp_path / "stick" / "bibliobus")

    assert first == tmp_path / "OneDrive" / "Документи" / "bibliobus"
    assert beside == tmp_path / "stick" / "bibliobus-data"


@pytest.mark.parametrize("language", ["uk", "en"])
def test_the_commands_to_begin_with_exist(start, language, tmp_path):
    lines = [line.split() for line in start.list_commands(tmp_path, language) if line.startswith("    bibliobus ")]

    assert len(lines) == 5
    assert {line[1] for line in lines} - {"--help"} <= set(COMMANDS)
    for line in lines:
        if line[1] != "--help":
            assert build_command(line[1], Language(language))
