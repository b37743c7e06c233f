"""A published plan is opened again with the inputs it was made from, and no others."""

from __future__ import annotations

import os

import pytest
from areas import SETTLEMENTS, write_area
from folders import copy_folder

from bibliobus.findings import InputError
from bibliobus.plan import store
from bibliobus.tasks import reopen
from bibliobus.tasks.reopen import reopen_plan, verify_folder
from bibliobus.words.language import Language


@pytest.fixture
def out(made_once, tmp_path):
    """Plan folder of one's own."""
    return copy_folder(made_once, tmp_path / "out")


def find_problems(path, **options):
    """Code, place and sentence of every finding."""
    with pytest.raises(InputError) as caught:
        verify_folder(path, **options)
    return [(f.code, f.place.file, f.sentence.render(Language("en"))) for f in caught.value.findings]


def test_a_plan_is_its_folder_or_its_file(out):
    by_folder, _ = reopen_plan(out)
    by_file, _ = reopen_plan(out / "plan.json")

    assert by_folder == by_file


def test_a_plan_may_be_in_the_folder_one_is_in(out, monkeypatch):
    monkeypatch.chdir(out)

    for name in (".", "plan.json"):
        _, _, report = verify_folder(type(out)(name))
        assert report.findings == ()


def test_a_mark_in_front_does_no_harm(out):
    text = (out / "plan.json").read_bytes()
    (out / "plan.json").write_bytes(b"\xef\xbb\xbf" + text)

    _, _, report = verify_folder(out)

    assert report.findings == ()


def test_an_edited_plan_is_verified_as_it_stands(out):
    file = out / "plan.json"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('"visits": 4', '"visits": 5'), encoding="utf-8")

    _, _, report = verify_folder(out)

    assert [finding.code for finding in report.findings] == ["figure-wrong"]


def test_an_edited_input_is_found(out):
    (out / "area" / "settlements.csv").write_text(SETTLEMENTS.replace("640", "641"), encoding="utf-8")

    assert find_problems(out) == [
        ("inputs-differ", "area/settlements.csv", "The file is missing, or is not the one the plan was made from.")
    ]


def test_a_missing_input_and_one_too_many_are_found(out):
    (out / "area" / "libraries.csv").rename(out / "area" / "roads.gpkg")

    problems = find_problems(out)

    assert [(code, file) for code, file, _ in problems] == [
        ("inputs-differ", "area/libraries.csv"),
        ("inputs-differ", "area/roads.gpkg"),
    ]


def test_a_plan_without_its_inputs_is_found(out):
    (out / "area").rename(out / "elsewhere")

    problems = find_problems(out)

    assert {code for code, _, _ in problems} == {"inputs-differ"}
    assert len(problems) == 4


def test_other_inputs_may_be_named_on_purpose(out, tmp_path):
    other = write_area(tmp_path / "other", settlements=SETTLEMENTS.replace(",640,", ",641,"))

    _, _, report = verify_folder(out, area=other)

    assert {finding.code for finding in report.findings} == {"account-wrong"}


def test_other_inputs_that_do_not_exist_are_found(out, tmp_path):
    problems = find_problems(out, area=tmp_path / "nowhere")

    assert problems == [("no-area", "", "There is no folder “nowhere”.")]


@pytest.mark.parametrize("name", ["out", "out/plan.json"])
def test_a_folder_without_a_plan_is_found(name, tmp_path):
    (tmp_path / "out").mkdir()

    assert find_problems(tmp_path / name) == [("plan-missing", "", "There is no plan in “out”.")]


def test_a_file_that_does_not_exist_is_named(tmp_path):
    assert find_problems(tmp_path / "other.json") == [("plan-missing", "", "There is no plan in “other.json”.")]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"PK\x03\x04", b"{}", b"[" * 100_000])
def test_a_file_that_is_no_plan_is_found(content, out):
    (out / "plan.json").write_bytes(content)

    ((code, file, _),) = find_problems(out)

    assert code in {"plan-unreadable", "plan-other-format"}
    assert file == "plan.json"


@pytest.mark.parametrize("name", ["timetable.csv", "map.html", "today.json"])
def test_a_file_that_is_no_plan_is_called_by_its_own_name(name, out):
    (out / name).write_text("{", encoding="utf-8")

    ((code, file, _),) = find_problems(out / name)

    assert (code, file) == ("plan-unreadable", name)


def test_a_huge_file_is_not_read(out, monkeypatch):
    monkeypatch.setattr(reopen, "LARGEST_BYTES", 10)

    problems = find_problems(out)

    assert [(code, sentence) for code, _, sentence in problems] == [
        ("plan-unreadable", "This is not a plan of bibliobus: it is bigger than 0 MB.")
    ]
    assert store.LARGEST_BYTES == 64 * 2**20


def test_a_file_that_may_not_be_read_is_found(out, monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied", os.fspath(out))

    monkeypatch.setattr(type(out), "read_text", refuse)

    ((code, _, sentence),) = find_problems(out)

    assert code == "file-unreadable"
    assert sentence == "The file cannot be read: there is no permission, or another program holds it open."
