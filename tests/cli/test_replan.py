"""``bibliobus replan``: words, one document, and refusals."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
from folders import read_folder

from bibliobus.cli import console
from bibliobus.domain.watch import Stage, Watch

CLOSED = "id,kind,from_place,to_place\nbridge,closed,town,east\n"


@pytest.fixture
def changes(tmp_path):
    """File that closes the only road to one village."""
    file = tmp_path / "closed.csv"
    file.write_text(CLOSED, encoding="utf-8")
    return file


def test_the_village_that_is_cut_off_is_told_and_nobody_else_changes(bibliobus, made_once, changes, tmp_path):
    ran = bibliobus("replan", made_once, "--changes", changes, "-o", tmp_path / "new", "--lang", "en")

    assert ran.code == 0
    assert "1 tour could not be driven as announced." in ran.out
    assert "Road changes that were applied: bridge (closed, until further notice)." in ran.out
    assert "For good: the new timetable holds from March 2, 2026 until further notice." in ran.out
    assert "To be told: 1 settlement (640 residents)." in ran.out
    assert "\nSkhidne\t640\t1\tNo road leads there from a depot and back for any suitable bus.\t" in ran.out
    assert "Visit lost\t1\t1\t640" in ran.out
    assert bibliobus("verify", tmp_path / "new").code == 0
    assert bibliobus("compare", made_once, tmp_path / "new").code == 1


def test_nothing_to_do_is_said(bibliobus, made_once, tmp_path):
    (tmp_path / "none.csv").write_text("id,kind,from_place,to_place\n", encoding="utf-8")

    ran = bibliobus("replan", made_once, "--changes", tmp_path / "none.csv", "-o", tmp_path / "new", "--lang", "en")

    assert ran.code == 0
    assert "Nothing to do: every tour can be driven as announced. The plan stays as it is." in ran.out
    assert read_folder(tmp_path / "new") == read_folder(made_once)


def test_json_is_the_same_as_the_file(bibliobus, made_once, changes, tmp_path):
    out = tmp_path / "new"

    document = bibliobus(
        *("replan", made_once, "--changes", changes, "-o", out, "--until", "2026-06-01", "--json", "--strict")
    ).document

    facts = json.loads((out / "replan.json").read_text(encoding="utf-8"))
    assert document["exit_code"] == 1
    assert document["comparison"]["broken_visits"] == document["changed"] == document["lost"] > 1
    assert (document["moved_day"], document["moved_time"]) == (0, 0)
    assert document["people_before"] - document["people_after"] == 640
    assert (document["from"], document["until"]) == ("2026-03-02", "2026-06-01")
    assert (document["applied"], document["not_applied"]) == (["bridge"], [])
    assert {name: document[name] for name in facts} == facts


def test_a_temporary_plan_says_when_it_ends(bibliobus, made_once, changes, tmp_path):
    ran = bibliobus(
        *("replan", made_once, "--changes", changes, "-o", tmp_path / "new", "--until", "2026-06-01", "--lang", "en")
    )

    assert (
        "Temporary: the new timetable holds from March 2, 2026 to June 1, 2026; after that the timetable of before "
        "holds again." in ran.out
    )
    assert "After June 1, 2026 it comes again as before." in ran.out


def test_a_change_that_is_over_is_named_with_the_reason(bibliobus, made_once, tmp_path):
    file = tmp_path / "changes.csv"
    file.write_text(
        "id,kind,from_place,to_place,valid_from,valid_to\n"
        "bridge,closed,town,east,2026-03-16,2026-03-20\nold,closed,town,east,,2026-03-05\n",
        encoding="utf-8",
    )
    words = ("replan", made_once, "--changes", file, "--from", "2026-03-09", "--lang", "en")

    ran = bibliobus(*words, "-o", tmp_path / "new")
    document = bibliobus(*words, "-o", tmp_path / "again", "--json").document

    assert "Road changes that were applied: bridge (closed, from March 16, 2026 until March 20, 2026)." in ran.out
    assert "Not applied: old (closed, until March 5, 2026). It ends on March 5, 2026, before" in ran.out
    assert document["applied"] == ["bridge"]
    assert [one["id"] for one in document["not_applied"]] == ["old"]
    page = (tmp_path / "new" / "comparison.html").read_text(encoding="utf-8")
    assert "closed; not applied: It ends on March 5, 2026" in page


def test_it_must_be_said_what_has_changed(bibliobus, made_once, tmp_path):
    ran = bibliobus("replan", made_once, "-o", tmp_path / "new", "--lang", "en")

    assert ran.code == 2
    assert "Say what has changed" in ran.err


def test_changes_of_another_area_are_refused(bibliobus, made_once, changes, tmp_path):
    changes.write_text(CLOSED.replace("town", "paris"), encoding="utf-8")

    ran = bibliobus("replan", made_once, "--changes", changes, "-o", tmp_path / "new")

    assert ran.code == 3
    assert "change-unknown-place" in ran.err
    assert not (tmp_path / "new").exists()


def test_a_frozen_tour_that_is_broken_is_told(bibliobus, made_once, changes, tmp_path):
    ran = bibliobus(
        *("replan", made_once, "--changes", changes, "-o", tmp_path / "new", "--lang", "en"),
        *("--from", "2026-03-02", "--freeze-until", "2026-03-14"),
    )

    assert ran.code == 0
    assert "lies before the freeze date, but cannot be driven as announced with these changes." in ran.err
    assert "Tell the crew and the readers of this tour yourself" in ran.err


@pytest.mark.parametrize("day", ["9999-12-31", "9999-12-01", "0001-01-01", "2026-02-30"])
@pytest.mark.parametrize(
    "words",
    [
        ("map", "PLAN", "--from", "DAY"),
        ("publish", "PLAN", "--audience", "public", "--from", "DAY"),
        ("export", "PLAN", "--format", "ics", "--from", "DAY"),
        ("export", "PLAN", "--format", "csv", "--to", "DAY"),
        ("replan", "PLAN", "--cancel", "bus-1", "DAY"),
        ("replan", "PLAN", "--changes", "none.csv", "--from", "DAY"),
        ("replan", "PLAN", "--changes", "none.csv", "--until", "DAY"),
        ("replan", "PLAN", "--changes", "none.csv", "--freeze-until", "DAY"),
    ],
)
def test_a_date_at_the_edge_of_the_calendar_is_wrong_use_and_no_fault(bibliobus, made_once, tmp_path, words, day):
    out = tmp_path / "out"
    known = {"PLAN": str(made_once), "DAY": day}

    ran = bibliobus(*(known.get(word, word) for word in words), "-o", str(out))

    assert ran.code == 2
    assert not out.exists()


TWO_PIECES = """\
id,kind,from_place,to_place,valid_from,valid_to
one,closed,town,east,2026-03-09,2026-03-22
two,closed,town,west,2026-03-23,2026-04-05
"""


def interrupt(monkeypatch, **when):
    """Press the keys that interrupt, once, when somebody who watches is told of something."""

    @contextmanager
    def show(label, *, quiet, before, language):
        yield Watch(**when)

    monkeypatch.setattr(console, "show_progress", show)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            "en",
            "! The search was interrupted. The new plan keeps every rule on all dates; with more time fewer visits "
            "might change.",
        ),
        (
            "uk",
            "! Пошук перервано. Новий план дотримує всіх правил на всі дати; якби пошук тривав довше, змінених "
            "відвідувань могло б бути менше.",
        ),
    ],
)
def test_an_interrupt_in_one_of_several_pieces_saves_a_whole_plan_and_says_so(
    bibliobus, made_once, tmp_path, monkeypatch, code, told
):
    seen = []

    def stop(progress):
        seen.append(progress)
        if len(seen) == 1:
            raise KeyboardInterrupt

    interrupt(monkeypatch, on_progress=stop)
    (tmp_path / "two.csv").write_text(TWO_PIECES, encoding="utf-8")

    ran = bibliobus(
        *("replan", made_once, "--changes", tmp_path / "two.csv", "-o", tmp_path / "new", "--lang", code, "--no-papers")
    )

    assert ran.code == 130
    assert told in ran.out.splitlines()
    assert bibliobus("verify", tmp_path / "new").code == 0
    facts = json.loads((tmp_path / "new" / "replan.json").read_text(encoding="utf-8"))
    assert (facts["interrupted"], facts["applied"]) == (True, ["one", "two"])
    assert "two,closed" in (tmp_path / "new" / "area" / "changes.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (
            "en",
            "Interrupted before there was a new plan for every date. Nothing was written; the published plan is as it "
            "was.",
        ),
        (
            "uk",
            "Перервано, перш ніж з’явився новий план на всі дати. Нічого не записано; оприлюднений план лишається без "
            "змін.",
        ),
    ],
)
def test_an_interrupt_before_there_is_a_plan_says_that_nothing_was_written(
    bibliobus, made_once, tmp_path, monkeypatch, code, told
):
    def stop(stage):
        if stage is Stage.SEARCHING:
            raise KeyboardInterrupt

    interrupt(monkeypatch, on_stage=stop)
    (tmp_path / "two.csv").write_text(TWO_PIECES, encoding="utf-8")

    ran = bibliobus("replan", made_once, "--changes", tmp_path / "two.csv", "-o", tmp_path / "new", "--lang", code)

    assert (ran.code, ran.out, ran.err.splitlines()) == (130, "", [told])
    assert not (tmp_path / "new").exists()
