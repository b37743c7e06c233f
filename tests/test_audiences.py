"""Who may see what: every cell of the table of audiences is looked up in every paper of that reader."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from secret_world import KEPT, WORDS, list_calls, make_others, read_files, read_words, write_secret_area

from bibliobus.cli.main import run
from bibliobus.domain.audience import KEPT_BACK, Audience, read_things
from bibliobus.output.print import posters
from bibliobus.output.registry import list_outputs

if TYPE_CHECKING:
    from pathlib import Path

# Every paper of every reader is made and read; CI does so on each commit.
pytestmark = pytest.mark.slow

Papers = dict[Audience, dict[str, str]]
"""Words of every paper by its name, for each reader."""


def make_plan(folder: Path, *, keep_back: bool) -> Path:
    """Plan of the area in which every field has a word of its own."""
    area = write_secret_area(folder / "area", keep_back=keep_back)
    assert run(["plan", str(area), "-o", str(folder / "plan"), "--iterations", "3"]) == 0
    return folder / "plan"


@pytest.fixture(scope="module")
def papers(tmp_path_factory) -> Papers:
    """All papers of a plan without a stop that is kept back; what QR codes hold as well."""
    folder = tmp_path_factory.mktemp("open")
    plan = make_plan(folder, keep_back=False)
    found: Papers = {audience: {} for audience in Audience}
    codes: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        make_code = posters.make_code
        patch.setattr(posters, "make_code", lambda text: codes.append(text) or make_code(text))
        for _, audience, words, target in list_calls(plan, folder / "out"):
            codes.clear()
            assert run(words) == 0, words
            name = target.relative_to(folder / "out").as_posix()
            files = {f"{name}/{path}": content for path, content in read_files(target).items()}
            found[audience] |= {path: read_words(path, content) for path, content in files.items()}
            if codes:
                found[audience][f"{name}, QR codes"] = read_words("", "".join(codes).encode())
    for name, target in make_others(plan, folder).items():
        for path, content in read_files(target).items():
            reader = Audience.PUBLIC if path in ("notices.txt", "notices.csv") else Audience.PLANNER
            found[reader][f"{name}/{path}"] = read_words(path, content)
    assert run(report_anew(folder, plan)) == 0
    found[Audience.COUNCIL]["report.html"] = read_words("", (folder / "report.html").read_bytes())
    return found


def report_anew(folder: Path, plan: Path) -> list[str]:
    """Words of the command that reports on the plan made anew, with the plan before and what was done."""
    log = str(folder / "log.csv")
    return ["report", str(folder / "again"), "--before", str(plan), "--log", log, "-o", str(folder / "report.html")]


@pytest.fixture(scope="module")
def hidden(tmp_path_factory) -> Path:
    """Plan with a stop that must not be published."""
    return make_plan(tmp_path_factory.mktemp("hidden"), keep_back=True)


@pytest.fixture(scope="module")
def hidden_others(hidden) -> dict[str, Path]:
    """What takes more than a plan, of the plan with a stop that must not be published."""
    return make_others(hidden, hidden.parent)


def find(texts: dict[str, str], thing: str) -> dict[str, list[str]]:
    """Words of a thing by the papers that hold any."""
    found = {path: [word for word in WORDS[thing] if word in text] for path, text in texts.items()}
    return {path: words for path, words in found.items() if words}


def test_every_thing_of_the_table_is_looked_for():
    assert list(WORDS) == list(read_things())


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("thing", [name for name in read_things() if name != KEPT_BACK])
def test_the_papers_of_a_reader_show_what_the_table_says(papers, thing, audience):
    found = find(papers[audience], thing)

    if audience in read_things()[thing].seen_by:
        assert found != {}
    else:
        assert found == {}


@pytest.mark.parametrize("audience", Audience)
def test_a_stop_is_in_every_paper_unless_it_is_kept_back(papers, audience):
    assert find(papers[audience], KEPT_BACK) != {}


def test_no_paper_holds_a_path_of_the_machine(papers, tmp_path_factory):
    root = str(tmp_path_factory.getbasetemp())

    assert [path for texts in papers.values() for path, text in texts.items() if root in text] == []


SILENT = (
    "plan.json",
    "replan.json",
    "cancel.json",
    "published.json",
    "not-public/notices.csv",
)
"""Files for programs, which have no room for a sentence."""


def check_said(texts: dict[str, str]) -> None:
    """Assert that every paper that holds the stop says so, and that one of them holds it."""
    holding = {
        path: text
        for path, text in find_texts(texts).items()
        if not path.endswith((*SILENT, "exceptions.csv")) and "/area/" not in f"/{path}"
    }
    assert holding != {}
    assert [path for path, text in holding.items() if "must not be published" not in text] == []


def find_texts(texts: dict[str, str]) -> dict[str, str]:
    """Papers that hold the stop."""
    return {path: texts[path] for path in find(texts, KEPT_BACK)}


def test_only_papers_of_the_planner_and_the_crew_hold_a_stop_that_is_kept_back(hidden, tmp_path, capsys):
    for paper, audience, words, target in list_calls(hidden, tmp_path):
        capsys.readouterr()
        code = run(words)
        said = capsys.readouterr().err
        if audience in read_things()[KEPT_BACK].seen_by:
            assert (paper, audience, code) == (paper, audience, 0)
            texts = {path: read_words(path, content) for path, content in read_files(target).items()}
            # siting is made from the area and tells of libraries, not of stops
            if paper != "siting" and target.suffix != ".json":
                check_said(texts)
        else:
            assert (paper, audience, code) == (paper, audience, 3)
            assert "Stops of this plan must not be published: Potaine." in said
            assert not target.exists()


@pytest.mark.parametrize("name", [name for name in list_outputs() if name.startswith("export-")])
def test_an_export_is_for_the_reader_of_its_format_unless_somebody_says_so(hidden, tmp_path, name):
    out = tmp_path / "file"

    code = run(["export", str(hidden), "--format", name.partition("-")[2], "-o", str(out)])

    own = list_outputs()[name].audiences[0]
    assert (code, out.exists()) == ((0, True) if own in read_things()[KEPT_BACK].seen_by else (3, False))


@pytest.mark.parametrize("wanted", ["ics", "posters"])
def test_the_paper_of_another_stop_is_made_and_does_not_hold_the_one_that_is_kept_back(hidden, tmp_path, wanted):
    words = ["export", str(hidden), "--format", wanted, "--settlement"]

    refused = run([*words, KEPT, "-o", str(tmp_path / "kept.html")])
    made = [
        run([*words, "id-yavir", "-o", str(tmp_path / f"{audience}.html"), "--audience", audience])
        for audience in ("public", "driver")
    ]

    assert (refused, made) == (3, [0, 0])
    texts = {path.name: read_words(path.name, path.read_bytes()) for path in tmp_path.iterdir()}
    assert set(texts) == {"public.html", "driver.html"}
    assert find(texts, "stops") != {}
    assert find(texts, KEPT_BACK) == {}


def test_posters_and_calendars_of_other_stops_do_not_hold_it_even_for_the_crew(hidden, tmp_path):
    assert run(["publish", str(hidden), "--audience", "driver", "-o", str(tmp_path / "out"), "--lang", "en"]) == 0

    texts = {path: read_words(path, content) for path, content in read_files(tmp_path / "out").items()}
    calendars = {path: text for path, text in texts.items() if path.startswith("calendars/stop-")}
    assert set(find(calendars, KEPT_BACK)) == {f"calendars/stop-{KEPT}.ics"}
    pages = texts["posters.html"].split("<section")
    assert len([page for page in pages if "Klenove" in page.split("</h1>")[0]]) >= 1
    assert [page for page in pages if "Klenove" in page.split("</h1>")[0] and "must not be published" in page] == []


def test_what_takes_more_than_a_plan_is_for_the_planner_and_says_so(hidden_others):
    for name, target in hidden_others.items():
        texts = {f"{name}/{path}": read_words(path, content) for path, content in read_files(target).items()}
        if name != "changes.html":  # it is made from the area, which has no stops yet
            check_said(texts)


def test_a_report_on_two_plans_is_refused_if_one_of_them_has_such_a_stop(hidden, hidden_others):
    assert run(report_anew(hidden.parent, hidden)) == 3
    assert not (hidden.parent / "report.html").exists()


def test_residents_get_no_notice_of_a_stop_that_is_kept_back_and_the_planner_gets_it_apart(hidden_others):
    for name in ("again", "cancelled"):
        files = read_files(hidden_others[name])
        texts = {path: read_words(path, content) for path, content in files.items()}
        told = {path: texts[path] for path in ("notices.txt", "notices.csv", "exceptions.csv")}
        assert find(told, KEPT_BACK) == {}
        rows = list(csv.DictReader(io.StringIO(files["not-public/notices.csv"].decode("utf-8-sig"))))
        assert [row["settlement_id"] for row in rows] == [KEPT]
        assert "must not be published" in texts["not-public/notices.txt"]


def test_a_table_that_is_no_open_data_says_so_in_every_row_of_the_stop(hidden):
    rows = list(csv.DictReader(io.StringIO((hidden / "timetable.csv").read_text(encoding="utf-8-sig"))))

    assert {row["type"] for row in rows if row["community"] == "Potaine"} == {"Private"}
    assert {row["type"] for row in rows if row["community"] != "Potaine"} == {"Public"}


@pytest.mark.parametrize(("wanted", "audience"), [("gpx", "public"), ("sheets", "council")])
def test_a_format_that_shows_more_than_its_readers_may_see_is_wrong_use(hidden, tmp_path, capsys, wanted, audience):
    words = ["export", str(hidden), "--format", wanted, "--audience", audience, "-o", str(tmp_path / "out")]

    assert run([*words, "--lang", "en"]) == 2

    said = capsys.readouterr().err
    assert f"The format “{wanted}” shows what these readers may not see: {audience}." in said
    assert "It can be made for: driver, planner." in said
    assert list(tmp_path.iterdir()) == []


def test_commands_offer_the_readers_of_the_table():
    from bibliobus.cli import council, papers

    table = list_outputs()
    offered = {
        "coverage": council.COVERAGE_AUDIENCES,
        "map": papers.MAP_AUDIENCES,
        "publish": papers.PUBLISH_AUDIENCES,
        "report": council.REPORT_AUDIENCES,
    }
    for name, audiences in offered.items():
        assert sorted(audiences) == sorted(table[name].audiences)
    for name in ("coverage", "report"):
        assert offered[name][0] == table[name].audiences[0]
    assert sorted(papers.EXPORT_AUDIENCES) == sorted(Audience)
