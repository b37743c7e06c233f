"""``bibliobus replan``: words, one document, and refusals."""

from __future__ import annotations

import json

import pytest
from folders import read_folder

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
    assert "The new plan holds from March 2, 2026." in ran.out
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
    assert document["comparison"]["broken_visits"] == 1
    assert {name: document[name] for name in facts} == facts


def test_a_temporary_plan_says_when_it_ends(bibliobus, made_once, changes, tmp_path):
    ran = bibliobus(
        *("replan", made_once, "--changes", changes, "-o", tmp_path / "new", "--until", "2026-06-01", "--lang", "en")
    )

    assert "It is temporary: after June 1, 2026 the published plan holds again, which stays as it is." in ran.out


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
