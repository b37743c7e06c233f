"""``bibliobus versions``: words, documents, exit codes and refusals."""

from __future__ import annotations

import csv
import json
import os

import pytest
from folders import copy_folder

from bibliobus.cli.main import run

HEAD = "id,kind,from_place,to_place,note\n"
MADE_NS = 1_771_000_020 * 10**9


@pytest.fixture(scope="module")
def anew(made_once, tmp_path_factory):
    """Plan made anew twice, that no test may change."""
    folder = tmp_path_factory.mktemp("anew")
    first = copy_folder(made_once, folder / "first")
    os.utime(first / "plan.json", ns=(MADE_NS, MADE_NS))
    plans = [first, folder / "second", folder / "third"]
    texts = ("east,closed,town,east,the bridge is closed\n", "west,closed,town,west,\n")
    for at in range(2):
        file = folder / f"{at}.csv"
        file.write_text(HEAD + "".join(texts[: at + 1]), encoding="utf-8")
        assert run(["replan", str(plans[at]), "--changes", str(file), "-o", str(plans[at + 1])]) == 0
    return plans[-1]


def test_the_document_is_a_list_of_versions_and_nothing_else(bibliobus, anew):
    ran = bibliobus("versions", "list", anew, "--json", "--lang", "en")

    assert ran.code == 0
    document = ran.document
    assert [list(one) for one in document] == [["version", "parent", "made", "label", "from", "until"]] * 3
    assert document[0] == {
        "version": 1,
        "parent": None,
        "made": "2026-02-13T16:27:00+00:00",
        "label": "first plan",
        "from": "2026-03-02",
        "until": None,
    }
    assert [one["label"] for one in document[1:]] == [
        "road changes added: the bridge is closed",
        "road changes added: west",
    ]
    assert [one["parent"] for one in document[1:]] == [1, 2]


@pytest.mark.parametrize(
    ("language", "head", "row"),
    [
        ("en", "Version\tMade\tFor what\tOther tours from\tuntil", "3 (now)\t"),
        ("uk", "Версія\tСкладено\tЧерез що\tІнші рейси з\tдо", "3 (тепер)\t"),
    ],
)
def test_the_table_is_in_the_language_of_the_reader(bibliobus, anew, language, head, row):
    lines = bibliobus("versions", "list", anew, "--lang", language).out.splitlines()

    assert head in lines
    assert sum(line.startswith(row) for line in lines) == 1


def test_a_plan_that_was_never_made_anew_has_one_version(bibliobus, made_once):
    assert [one["version"] for one in bibliobus("versions", "list", made_once, "--json").document] == [1]


def test_a_version_is_shown_with_what_it_changed(bibliobus, anew):
    ran = bibliobus("versions", "show", anew, 2, "--lang", "en")

    assert ran.code == 0
    assert "Version 2: road changes added: the bridge is closed" in ran.out
    assert "Other tours are driven than in the version before it, from March" in ran.out
    assert "Skhidne" in ran.out
    document = bibliobus("versions", "show", anew, "--json").document
    assert (document["version"], document["parent"], document["exit_code"]) == (3, 2, 0)
    assert document["comparison"]["broken_visits"] > 0


def test_the_oldest_version_is_shown_without_a_comparison(bibliobus, anew):
    ran = bibliobus("versions", "show", anew, 1, "--lang", "en")

    assert ran.out.splitlines() == [
        "Version 1: first plan",
        "No version before it is kept. Its cycle begins on March 2, 2026.",
    ]
    assert bibliobus("versions", "show", anew, 1, "--json").document["comparison"] is None


def test_versions_are_compared_as_plans_are(bibliobus, anew, tmp_path):
    out = tmp_path / "a.html"

    ran = bibliobus("versions", "compare", anew, 1, 3, "-o", out, "--lang", "en")

    assert ran.code == 1
    assert "Skhidne" in ran.out
    assert "The comparison was written to" in ran.out
    assert b"default-src 'none'" in out.read_bytes()
    assert bibliobus("versions", "compare", anew, 2, 2).code == 0
    told = bibliobus("compare", anew / "versions" / "1", anew, "--json").document
    assert bibliobus("versions", "compare", anew, 1, "--json").document == told


def test_the_last_step_is_taken_back_and_taken_back_again(bibliobus, anew, tmp_path):
    ran = bibliobus("versions", "restore", anew, "-o", tmp_path / "back", "--lang", "en")

    assert ran.code == 0
    assert ran.out.splitlines()[0] == "Version 2 is the plan again; it is version 4 now."
    assert ran.out.splitlines()[-1].endswith(
        "comparison.html shows what changes for whom, notices.txt and notices.csv tell it to residents, and "
        "exceptions.csv has each changed visit."
    )
    assert (tmp_path / "back" / "comparison.html").is_file()
    assert (tmp_path / "back" / "plan.json").read_bytes() == (anew / "versions" / "2" / "plan.json").read_bytes()
    assert bibliobus("verify", tmp_path / "back").code == 0
    assert [bibliobus("verify", tmp_path / "back" / "versions" / str(at)).code for at in (1, 2, 3)] == [0, 0, 0]

    notices = (tmp_path / "back" / "notices.csv").read_text(encoding="utf-8-sig").splitlines()
    assert "What changes\tVisits\tSettlements\tResidents" in ran.out
    assert all(row["name_latin"] in ran.out for row in csv.DictReader(notices))

    document = bibliobus("versions", "restore", tmp_path / "back", "-o", tmp_path / "again", "--json").document

    told = json.loads((anew / "replan.json").read_text(encoding="utf-8"))
    names = ("changed", "lost", "moved_day", "moved_time", "told")
    assert {name: document[name] for name in names} == {name: told[name] for name in names}
    assert (document["restored"], document["version"], document["exit_code"]) == (3, 5, 0)
    assert (tmp_path / "again" / "plan.json").read_bytes() == (anew / "plan.json").read_bytes()


def test_a_broken_version_is_told_beside_the_list(bibliobus, anew, tmp_path):
    folder = copy_folder(anew, tmp_path / "plan")
    (folder / "versions" / "2" / "area" / "roads.csv").unlink()

    ran = bibliobus("versions", "list", folder, "--json", "--lang", "en")

    assert ran.code == 3
    assert [one["label"] for one in ran.document] == [
        "first plan",
        "broken: versions/2/area/roads.csv",
        "after a broken version",
    ]
    assert "version 2 was made from another one. [versions/2/area/roads.csv]" in ran.err
    assert bibliobus("versions", "restore", folder, 2, "-o", tmp_path / "x").code == 3
    assert bibliobus("versions", "restore", folder, 1, "-o", tmp_path / "x").code == 0


def test_a_plan_that_is_broken_now_is_no_hindrance_and_it_is_said_what_is_not_known(bibliobus, anew, tmp_path):
    folder = copy_folder(anew, tmp_path / "plan")
    (folder / "area" / "roads.csv").unlink()

    ran = bibliobus("versions", "restore", folder, "-o", tmp_path / "x", "--lang", "en")

    assert ran.code == 0
    assert "What changes by that cannot be said, because the plan as it was is broken." in ran.out
    assert "version-broken" in ran.err
    assert not (tmp_path / "x" / "comparison.html").exists()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("restore", "{plan}", "7", "-o", "{out}"), 2, "The plan has no version 7."),
        (("restore", "{plan}", "3", "-o", "{out}"), 2, "Version 3 is the plan as it is now; there is nothing to"),
        (("restore", "{plan}/versions/1", "-o", "{out}"), 2, "No version of the plan comes before this one."),
        (("restore", "{plan}", "0", "-o", "{out}"), 2, "it has to be a whole number from 1 to 9,999"),
        (("restore", "{plan}"), 2, "--output is missing."),
        (("list", "{plan}/area"), 3, "“area” is an area, not a plan."),
        (("list", "{plan}/versions"), 3, "There is no plan in “versions”."),
        (("compare", "{plan}", "1", "8"), 2, "The plan has no version 8."),
    ],
)
def test_what_cannot_be_done_is_told(bibliobus, anew, tmp_path, words, code, told):
    out = tmp_path / "out"

    ran = bibliobus("versions", *(word.format(plan=anew, out=out) for word in words), "--lang", "en")

    assert ran.code == code
    assert told in ran.err
    assert not out.exists()
