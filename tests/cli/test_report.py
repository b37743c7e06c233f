"""``bibliobus report``."""

from __future__ import annotations

import json

import openpyxl
import pytest
from areas import SCENARIO, write_area

REQUESTS = (
    "request_id,settlement_id,wish,wanted,date,signatures,note\n"
    "r1,west,visit,,2026-01-15,40,\n"
    "r2,east,other,,,,</script><b>books</b>\n"
)


@pytest.fixture(scope="session")
def asked(tmp_path_factory):
    """Plan folder of an area with requests."""
    from bibliobus.cli.main import run

    folder = tmp_path_factory.mktemp("asked")
    area = write_area(folder / "area", requests_csv=REQUESTS)
    assert run(["plan", str(area), "-o", str(folder / "out"), "--iterations", "3"]) == 0
    return folder / "out"


@pytest.fixture
def log(asked, tmp_path):
    """Log in which every call of the first cycle was made in time and ten readers came."""
    plan = json.loads((asked / "plan.json").read_text(encoding="utf-8"))
    rows = [
        f"{tour['date']},{row['settlement_id']},{row['start']},10"
        for tour in plan["tours"]
        for row in tour["rows"]
        if row["kind"] == "call"
    ]
    file = tmp_path / "log.csv"
    file.write_text("\n".join(["date,settlement_id,arrival,readers", *rows]) + "\n", encoding="utf-8")
    return file


def test_people_read_an_answer_for_each_clause_before_any_table(bibliobus, asked):
    ran = bibliobus("report", asked, "--lang", "en")

    assert ran.code == 0
    lines = ran.out.splitlines()
    heads = [line for line in lines if line[:3] in {f"{at}. " for at in range(1, 8)}]
    assert [head[:2] for head in heads] == ["1.", "2.", "3.", "4.", "5.", "6.", "7."]
    assert lines.index(heads[-1]) < min(at for at, line in enumerate(lines) if "\t" in line)
    assert "– Residents handed in 2 requests with 41 signatures." in lines


@pytest.mark.parametrize("lang", ["uk", "en"])
@pytest.mark.parametrize("chosen", [True, False])
def test_a_report_names_its_reason_only_if_the_scenario_chose_it(bibliobus, tmp_path, chosen, lang):
    clauses = '\n[report]\nclauses = "kramatorsk_2017"\n' if chosen else ""
    area = write_area(tmp_path / "area", scenario=SCENARIO + clauses)
    assert bibliobus("plan", area, "-o", tmp_path / "plan", "--iterations", "3").code == 0

    ran = bibliobus("report", tmp_path / "plan", "-o", tmp_path / "r.html", "--lang", lang)
    document = bibliobus("report", tmp_path / "plan", "--json").document

    city = {"uk": "Краматорськ, 2017", "en": "Kramatorsk, 2017"}[lang]
    assert ran.code == 0
    assert (city in ran.out) is (city in (tmp_path / "r.html").read_text(encoding="utf-8")) is chosen
    assert document["document"] == ("kramatorsk_2017" if chosen else None)


def test_the_plan_folder_keeps_the_requests_it_was_made_from(bibliobus, asked):
    assert (asked / "area" / "requests.csv").read_text(encoding="utf-8") == REQUESTS
    assert "requests.csv" in json.loads((asked / "plan.json").read_text(encoding="utf-8"))["provenance"]["digests"]


def test_everything_that_is_given_is_in_the_document(bibliobus, asked, made_once, log):
    document = bibliobus("report", asked, "--before", made_once, "--log", log, "--norm", "kent_2016", "--json").document

    assert [clause["name"] for clause in document["clauses"]][:3] == ["access", "remote", "network"]
    assert [one["request"] for one in document["requests"]] == ["r1", "r2"]
    assert document["monitoring"]["missed"] == document["monitoring"]["late"] == 0
    assert document["before"] is not None
    assert list(document["coverage"]["norms"]) == ["kent_2016"]
    assert document["findings"] == []


def test_what_is_not_given_is_null(bibliobus, made_once):
    document = bibliobus("report", made_once, "--json").document

    assert (document["before"], document["monitoring"], document["requests"]) == (None, None, [])


def test_the_page_needs_nothing_from_outside_and_trusts_no_text(bibliobus, asked, made_once, log, tmp_path):
    for name in ("a.html", "b.html"):
        words = ("report", asked, "--before", made_once, "--log", log, "--lang", "uk", "-o", tmp_path / name)
        assert bibliobus(*words).code == 0

    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert page == (tmp_path / "b.html").read_text(encoding="utf-8")
    assert '<html lang="uk"' in page
    assert "<script" not in page
    assert "<b>books" not in page
    assert "&lt;/script&gt;&lt;b&gt;books" in page
    assert "http" not in page.split("<body>")[1]
    assert page.index("Що не перевірено") < page.index("<table")


def test_strict_minds_what_a_council_would_mind(bibliobus, asked, log, tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("date,settlement_id\n2026-03-02,nowhere\n2026-03-13,nowhere\n", encoding="utf-8")

    assert bibliobus("report", asked, "--log", log, "--strict").code == 0
    assert bibliobus("report", asked, "--log", wrong, "--strict").code == 1
    assert bibliobus("report", asked, "--log", wrong).code == 0


def test_an_unknown_norm_is_wrong_use_and_a_missing_log_cannot_be_used(bibliobus, made_once, tmp_path):
    assert bibliobus("report", made_once, "--norm", "wales_2015").code == 2
    assert bibliobus("report", made_once, "--log", tmp_path / "none.csv").code == 3


@pytest.mark.parametrize("kind", ["md", "txt", "xlsx", "json"])
def test_the_answers_can_be_written_in_every_way(bibliobus, made_once, tmp_path, kind):
    file = tmp_path / f"answers.{kind}"

    ran = bibliobus("report", made_once, "-o", file, "--lang", "uk")

    assert ran.code == 0
    if kind == "xlsx":
        rows = [row[0].value for row in openpyxl.load_workbook(file)["Розділи"].iter_rows()]
        assert "Доступ до бібліотеки" in rows
    elif kind == "json":
        assert json.loads(file.read_text(encoding="utf-8"))["clauses"][0]["title"] == "Доступ до бібліотеки"
    else:
        lines = file.read_text(encoding="utf-8").splitlines()
        assert any(line.endswith("1. Доступ до бібліотеки") for line in lines)


def test_a_file_for_a_council_holds_no_road_changes_and_one_for_the_planner_does(bibliobus, asked, made_once, tmp_path):
    held = {}
    for audience in ("council", "planner"):
        file = tmp_path / f"{audience}.json"
        words = ("report", made_once, "--before", asked, "--audience", audience, "-o", file)
        assert bibliobus(*words).code == 0
        held[audience] = "road_changes" in json.loads(file.read_text(encoding="utf-8"))["before"]

    assert held == {"council": False, "planner": True}
