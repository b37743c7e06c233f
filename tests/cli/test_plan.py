"""``bibliobus plan`` and what it shows."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path

import pytest
from areas import ROADS, SCENARIO, SETTLEMENTS, write_area
from folders import read_folder
from rich.console import Console

from bibliobus.cli import console
from bibliobus.domain.watch import Watch
from bibliobus.plan.store import parse_plan
from bibliobus.tasks import folders as output

FEW = ("--iterations", "3")


def test_a_plan_is_written_and_shown(bibliobus, area, tmp_path):
    ran = bibliobus("plan", area, "-o", tmp_path / "out", *FEW)

    assert ran.code == 0
    assert ran.err == ""
    lines = ran.out.splitlines()
    assert lines[:2] == [
        "Small hromada: timetable of the mobile library",
        "First cycle: March 2, 2026 to March 15, 2026",
    ]
    assert "Week\tWeekday\tBus\tLeaves\tStops in order\tBack\tDistance" in lines
    assert "Settlements served by the bus\t4" in lines
    assert f"Written to {tmp_path / 'out'}" in lines
    assert (tmp_path / "out" / "plan.json").is_file()
    assert "\x1b" not in ran.out


def test_json_is_one_document(bibliobus, area, tmp_path):
    ran = bibliobus("plan", area, "-o", tmp_path / "out", "--json", *FEW)

    assert ran.err == ""
    assert ran.document["exit_code"] == 0
    assert ran.document["ended_by"] == "proof"
    assert ran.document["bound"] == ran.document["cost"]
    assert ran.document["figures"]["settlements_served"] == ran.document["served"] == 4
    assert {"cost", "bound", "people_served", "driving_s", "visits", "status"} <= ran.document.keys()
    assert ran.document["unserved"] == []


@pytest.fixture
def crowded(tmp_path: Path) -> Path:
    """Area with a village that no road reaches and one that is open before the shift only."""
    settlements = SETTLEMENTS.replace(",980,,,,,", ",980,,,Mon 05:00-06:00,,").replace(
        "Північне,Pivnichne", "=Північне,\u2028Pivnichne [red]"
    )
    roads = "\n".join(line for line in ROADS.splitlines() if "far" not in line) + "\n"
    scenario = SCENARIO + '\n[[buses]]\nid = "two"\nname = "[bold]Bus 2"\ndepot = "base"\nprofile = "lorry"\n'
    return write_area(tmp_path / "crowded", settlements=settlements, roads=roads, scenario=scenario)


def test_the_unserved_are_shown_with_their_reasons(bibliobus, crowded, tmp_path):
    ran = bibliobus("plan", crowded, "-o", tmp_path / "out", *FEW)

    assert ran.code == 0
    lines = ran.out.splitlines()
    at = lines.index("Not served: not possible under the rules")
    assert lines[at + 1] == "Settlement\tResidents\tWhy"
    assert "Daleke\t210\tNo road leads there from a depot and back for any suitable bus." in lines
    assert "Zakhidne\t980\tEven alone, the bus cannot be there at the allowed times within its shift." in lines
    assert "settlement-cut-off" in ran.err


def test_strict_minds_the_unserved(bibliobus, crowded, tmp_path):
    ran = bibliobus("plan", crowded, "-o", tmp_path / "out", "--strict", "--json", "--lang", "en", *FEW)

    assert ran.code == ran.document["exit_code"] == 1
    unserved = {one["settlement"]: one for one in ran.document["unserved"]}
    assert unserved["far"] == {
        "settlement": "far",
        "impossible": True,
        "code": "no-road",
        "reason": "No road leads there from a depot and back for any suitable bus.",
    }
    assert unserved["west"]["code"] == "outside-shift"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_terminal_gets_tables(bibliobus, crowded, width, tmp_path, monkeypatch):
    monkeypatch.setattr(
        console, "_console", lambda stream: Console(file=stream, force_terminal=True, width=width, markup=False)
    )

    ran = bibliobus("plan", crowded, "-o", tmp_path / "out", *FEW)

    assert ran.code == 0
    plain = "".join(part.partition("m")[2] if at else part for at, part in enumerate(ran.out.split("\x1b[")))
    assert "Key figures" in plain
    assert "[bold]Bus 2" in plain or "Bus 1" in plain
    assert "No road leads there" in plain
    assert all(len(line) <= width for line in plain.splitlines() if "Written to" not in line and "map" not in line)


@pytest.mark.parametrize("language", ["uk", "en"])
def test_the_language_of_the_plan_is_the_one_asked_for(bibliobus, area, language, tmp_path):
    ran = bibliobus("plan", area, "-o", tmp_path / "out", "--lang", language, *FEW)

    plan = parse_plan((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    assert plan.language == language
    assert ("Мала громада" in ran.out) == (language == "uk")


def test_what_stands_there_is_kept_without_force(bibliobus, area, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "note.txt").write_bytes(b"mine")

    ran = bibliobus("plan", area, "-o", tmp_path / "out", "--lang", "en", *FEW)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "error: “out” exists already and is not empty.\n"
        "  → Choose another name with -o, or replace it with --force. (output-exists)\n"
    )
    assert read_folder(tmp_path / "out") == {"note.txt": b"mine"}


def test_force_replaces_a_plan(bibliobus, area, made_once, tmp_path):
    bibliobus("plan", area, "-o", tmp_path / "out", "--seed", "9", *FEW)

    ran = bibliobus("plan", area, "-o", tmp_path / "out", "--force", *FEW)

    assert ran.code == 0
    assert read_folder(tmp_path / "out") == read_folder(made_once)


def test_an_unknown_solver_is_wrong_use(bibliobus, area, tmp_path):
    ran = bibliobus("plan", area, "-o", tmp_path / "out", "--solver", "magic", "--lang", "en")

    assert ran.code == 2
    assert ran.err.startswith("error: There is no solver “magic”.\n  → Choose one of: ortools, periodic.")


def test_a_full_disk_is_told(bibliobus, area, tmp_path, monkeypatch):
    def refuse(file: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device", str(file))

    monkeypatch.setattr(output, "_write_synced", refuse)

    ran = bibliobus("plan", area, "-o", tmp_path / "out", "--lang", "en", *FEW)

    assert (ran.code, ran.out) == (5, "")
    assert ran.err.startswith("error: “out” could not be written: the disk is full.")
    assert str(tmp_path) not in ran.err
    assert [entry.name for entry in tmp_path.iterdir()] == ["area"]


@pytest.mark.usefixtures("uncomposed")
def test_an_interrupt_saves_the_best_plan_so_far(bibliobus, area, tmp_path, monkeypatch):
    @contextmanager
    def interrupt(label, *, quiet, before, language):
        def stop(progress):
            raise KeyboardInterrupt

        yield Watch(on_progress=stop)

    monkeypatch.setattr(console, "show_progress", interrupt)

    ran = bibliobus("plan", area, "-o", tmp_path / "out", "--lang", "en", *FEW)

    assert ran.code == 130
    assert "! The search was interrupted; this is the best plan found so far." in ran.out.splitlines()
    plan = parse_plan((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    assert plan.provenance.ended_by == "interrupt"


def test_a_time_limit_that_cuts_the_search_short_is_told(bibliobus, area, tmp_path):
    ran = bibliobus("plan", area, "-o", tmp_path / "out", "--lang", "en", "--time-limit", "0.000001")

    assert ran.code == 0
    assert "! The time limit ended the search; another machine may find another plan." in ran.out.splitlines()


def test_progress_is_shown_on_a_terminal_and_nowhere_else(capsys, monkeypatch):
    from bibliobus.domain.watch import Progress

    with console.show_progress("Planning", quiet=False) as watch:
        watch.on_progress(Progress(1, 2, 3, 4))
    assert capsys.readouterr().err == ""

    monkeypatch.setattr(console, "_console", lambda stream: Console(file=stream, force_terminal=True, width=80))
    with console.show_progress("Planning", quiet=False, before="Reading the area") as watch:
        watch.on_progress(Progress(1, 2, 3, 4))
    captured = capsys.readouterr()
    assert "Planning" in captured.err
    assert captured.out == ""


def test_progress_tells_what_is_compiled_and_what_was_found(capsys, monkeypatch):
    from bibliobus.domain.watch import Progress, Stage
    from bibliobus.words.language import Language

    monkeypatch.setattr(console, "_console", lambda stream: Console(file=stream, force_terminal=True, width=160))
    with console.show_progress("Planning", quiet=False, language=Language("en")) as watch:
        watch.on_stage(Stage.PREPARING)
        watch.on_progress(Progress(1, 2, 3, 4))

        watch.on_stage(Stage.CHECKING)

    shown = capsys.readouterr().err
    assert "Compiling the search (only the first time, up to a minute)" in shown
    assert "Checking the plan" in shown
    found = Progress(1, 2, 35, 1_234_567, wanted=1041)
    assert console.describe_progress(found, Language("en")) == "35 of 1,041 settlements served"
    assert console.describe_progress(found, Language("uk")) == "населених пунктів: 35 з 1\N{NO-BREAK SPACE}041"


@pytest.mark.parametrize("language", ["uk", "en"])
def test_progress_fits_a_line_of_eighty_columns_and_tells_what_a_librarian_knows(capsys, monkeypatch, language):
    from bibliobus.domain.watch import Progress
    from bibliobus.words.language import Language

    spoken = Language(language)
    monkeypatch.setattr(console, "_console", lambda stream: Console(file=stream, force_terminal=True, width=80))
    with console.show_progress(spoken.gettext("Planning"), quiet=False, language=spoken) as watch:
        watch.on_progress(Progress(100, 200, 351, 1_234_567, wanted=415))

    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", capsys.readouterr().err).replace("\r", "\n").split("\n")
    (line, *_) = [line for line in lines if "415" in line]
    assert len(line.rstrip()) <= 80
    assert re.search({"uk": "351 з 415 +ще +", "en": "351 of 415 settlements served +.* left"}[language], line)


def test_a_contradiction_exits_with_4_and_writes_nothing(bibliobus, tmp_path):
    area = write_area(tmp_path / "area", scenario=SCENARIO + '\n[[locks]]\nsettlement_id = "north"\nweekday = "Sat"\n')

    ran = bibliobus("plan", area, "-o", tmp_path / "out", "--lang", "en", *FEW)

    assert ran.code == 4
    assert ran.out == ""
    assert "Contradiction 1: Північне is locked to this weekday: Saturday." in ran.err.replace("Pivnichne", "Північне")
    assert "scenario.toml:locks[1].weekday" in ran.err
    assert not (tmp_path / "out").exists()


def test_a_plan_can_start_from_another_one_and_says_so(bibliobus, area, tmp_path):
    before = bibliobus("plan", area, "-o", tmp_path / "before", "--json", *FEW).document

    after = bibliobus(
        "plan", area, "-o", tmp_path / "after", "--today", tmp_path / "before", "--json", "--iterations", "0"
    ).document

    assert after["cost"] <= before["cost"]
    told = {finding["code"] for finding in after["findings"]}
    assert told - {finding["code"] for finding in before["findings"]} >= {"today-start"}
    assert (tmp_path / "after" / "area" / "today.json").read_text(encoding="utf-8") == (
        tmp_path / "before" / "plan.json"
    ).read_text(encoding="utf-8")


def test_a_start_that_is_no_plan_is_unusable_input(bibliobus, area, tmp_path):
    ran = bibliobus("plan", area, "-o", tmp_path / "out", "--today", area, *FEW)

    assert ran.code == 3
    assert not (tmp_path / "out").exists()
