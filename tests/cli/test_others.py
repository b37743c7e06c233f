"""``bibliobus demo``, ``init``, ``verify`` and ``map``."""

from __future__ import annotations

import json

import pytest
from folders import copy_folder, read_folder

DEMO = ("demo", "--iterations", "0", "--lang", "en")


def test_the_demo_takes_the_first_free_folder_and_verifies(bibliobus, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bibliobus-demo").write_bytes(b"mine")
    (tmp_path / "bibliobus-demo-2").mkdir()

    ran = bibliobus(*DEMO)

    assert ran.code == 0
    assert "Written to bibliobus-demo-3" in ran.out.splitlines()
    assert "not a plan to drive" in ran.out
    assert (tmp_path / "bibliobus-demo").read_bytes() == b"mine"
    assert list((tmp_path / "bibliobus-demo-2").iterdir()) == []
    figures = json.loads((tmp_path / "bibliobus-demo-3" / "plan.json").read_text(encoding="utf-8"))["figures"]
    for standing in ("served", "not_needed", "sacrificed", "impossible"):
        assert figures[f"settlements_{standing}"] > 0
    checked = bibliobus("verify", "bibliobus-demo-3", "--lang", "en")
    assert (checked.code, checked.out, checked.err) == (0, "The plan keeps every rule.\n", "")


def test_an_unknown_sample_is_wrong_use(bibliobus, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    ran = bibliobus(*DEMO, "--area", "atlantis")

    assert ran.code == 2
    assert ran.err == (
        "error: There is no sample area “atlantis”.\n"
        "  → Choose one of: donetsk, kramatorsk, neubrandenburg. (sample-unknown)\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_the_demo_does_not_replace_a_folder(bibliobus, tmp_path):
    (tmp_path / "note.txt").write_bytes(b"mine")

    ran = bibliobus(*DEMO, "-o", tmp_path)

    assert ran.code == 2
    assert read_folder(tmp_path) == {"note.txt": b"mine"}


def test_init_writes_an_area_that_is_usable(bibliobus, tmp_path):
    ran = bibliobus("init", tmp_path / "mine", "--lang", "en")

    assert (ran.code, ran.err) == (0, "")
    assert f"An example area was written to {tmp_path / 'mine'}." in ran.out
    assert f"  bibliobus check {tmp_path / 'mine'}" in ran.out.splitlines()
    assert bibliobus("check", tmp_path / "mine").code == 0


def test_init_keeps_what_stands_there(bibliobus, tmp_path):
    bibliobus("init", tmp_path / "mine")

    ran = bibliobus("init", tmp_path / "mine", "--json", "--lang", "en")

    assert ran.code == ran.document["exit_code"] == 2
    assert [finding["code"] for finding in ran.document["findings"]] == ["output-exists"]


def test_init_tells_its_folder_in_json(bibliobus, tmp_path):
    ran = bibliobus("init", tmp_path / "mine", "--json")

    assert ran.document == {"exit_code": 0, "output": str(tmp_path / "mine"), "findings": []}


def test_a_good_plan_verifies(bibliobus, made_once):
    ran = bibliobus("verify", made_once, "--lang", "en")
    document = bibliobus("verify", made_once / "plan.json", "--json").document

    assert (ran.code, ran.out, ran.err) == (0, "The plan keeps every rule.\n", "")
    assert document["exit_code"] == 0
    assert document["findings"] == []
    assert document["figures"]["settlements_served"] == 4


@pytest.fixture
def broken(made_once, tmp_path):
    """Plan folder whose first two accounts are edited."""
    out = copy_folder(made_once, tmp_path / "out")
    text = (out / "plan.json").read_text(encoding="utf-8")
    text = text.replace('"population": 640', '"population": 641').replace('"population": 210', '"population": 211')
    (out / "plan.json").write_text(text, encoding="utf-8", newline="\n")
    return out


def test_a_broken_plan_is_told(bibliobus, broken):
    ran = bibliobus("verify", broken, "--lang", "en")
    document = bibliobus("verify", broken, "--json").document

    assert ran.code == 1
    assert ran.out == "2 rules are broken.\n"
    assert "error: Skhidne: by the plan, “Residents” is “641”; by the inputs it is “640”. [east]\n" in ran.err
    assert ran.err.count("(account-wrong)") == 2
    assert document["exit_code"] == 1
    assert [finding["settlement"] for finding in document["findings"]] == ["east", "far"]


def test_a_broken_plan_is_not_drawn(bibliobus, broken, tmp_path):
    ran = bibliobus("map", broken, "-o", tmp_path / "map.html")

    assert (ran.code, ran.out) == (3, "")
    assert not (tmp_path / "map.html").exists()


def test_changed_inputs_are_told(bibliobus, made_once, tmp_path):
    out = copy_folder(made_once, tmp_path / "out")
    with (out / "area" / "roads.csv").open("ab") as stream:
        stream.write(b"\n")

    for words in (("verify", out), ("map", out, "-o", tmp_path / "map.html")):
        ran = bibliobus(*words, "--lang", "en")
        assert (ran.code, ran.out) == (3, "")
        assert ran.err.startswith(
            "error: The file is missing, or is not the one the plan was made from. [area/roads.csv]\n"
        )
    assert bibliobus("verify", out, "--area", made_once / "area").code == 0


def test_a_folder_without_a_plan_is_told(bibliobus, tmp_path):
    ran = bibliobus("verify", tmp_path, "--lang", "en")

    assert ran.code == 3
    assert ran.err.startswith(f"error: There is no plan in “{tmp_path.name}”.")


def test_a_map_is_written(bibliobus, made_once, tmp_path):
    ran = bibliobus("map", made_once, "-o", tmp_path / "map.html", "--lang", "en")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"The map was written to {tmp_path / 'map.html'}.\n"
    assert (tmp_path / "map.html").read_bytes() == (made_once / "map.html").read_bytes()


def test_a_map_is_told_in_json(bibliobus, made_once, tmp_path):
    ran = bibliobus("map", made_once, "-o", tmp_path / "map.html", "--json")

    assert ran.document == {"exit_code": 0, "output": str(tmp_path / "map.html"), "findings": []}


def test_a_map_replaces_nothing_without_force(bibliobus, made_once, tmp_path):
    (tmp_path / "map.html").write_bytes(b"mine")

    ran = bibliobus("map", made_once, "-o", tmp_path / "map.html")
    assert ran.code == 2
    assert (tmp_path / "map.html").read_bytes() == b"mine"

    assert bibliobus("map", made_once, "-o", tmp_path / "map.html", "--force").code == 0


def test_a_map_for_the_public_has_no_depot_and_counts_dates_from_a_day(bibliobus, made_once, tmp_path):
    out = tmp_path / "map.html"

    ran = bibliobus("map", made_once, "-o", out, "--audience", "public", "--from", "2026-09-01", "--lang", "en")

    page = out.read_text(encoding="utf-8")
    assert ran.code == 0
    assert "Central library" not in page
    assert "the first six from September 1, 2026" in page


def test_a_hromada_is_found_however_it_is_typed_and_an_unknown_one_is_told(bibliobus, made_once, tmp_path):
    found = bibliobus(
        "map", made_once, "-o", tmp_path / "map.html", "--audience", "council", "--hromada", "мала громада"
    )
    unknown = bibliobus("map", made_once, "-o", tmp_path / "other.html", "--hromada", "Велика", "--lang", "en")

    assert found.code == 0
    assert "What the hromada gets: Мала" in (tmp_path / "map.html").read_text(encoding="utf-8")
    assert (unknown.code, unknown.out) == (2, "")
    assert unknown.err == ("error: The area has no hromada “Велика”.\n  → Choose one of: Мала. (hromada-unknown)\n")
    assert not (tmp_path / "other.html").exists()


def test_online_tiles_come_only_when_they_are_asked_for(bibliobus, made_once, tmp_path):
    ran = bibliobus("map", made_once, "-o", tmp_path / "map.html", "--online-tiles")

    assert ran.code == 0
    assert "tile.openstreetmap.org" in (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "tile.openstreetmap.org" not in (made_once / "map.html").read_text(encoding="utf-8")


def test_a_day_that_is_no_date_is_wrong_use(bibliobus, made_once, tmp_path):
    ran = bibliobus("map", made_once, "-o", tmp_path / "map.html", "--from", "1.9.2026", "--lang", "en")

    assert ran.code == 2
    assert "The value of --from does not fit; it has to be a date such as 2026-03-02." in ran.err


def test_pages_to_print_are_written_into_a_folder(bibliobus, made_once, tmp_path):
    ran = bibliobus("map", made_once, "--pages", "-o", tmp_path / "pages", "--audience", "council", "--lang", "en")
    told = bibliobus("map", made_once, "--pages", "-o", tmp_path / "more", "--json")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"The pages were written to {tmp_path / 'pages'}.\n"
    assert [file.name for file in (tmp_path / "pages").iterdir()] == ["hromada-mala.html"]
    assert told.document["pages"] == ["hromada-mala.html"]
