"""That driving times are an estimate is told once a paper, where its reader needs it; the notice stands everywhere."""

from __future__ import annotations

import csv
import html
import io
import shutil
import zipfile

import openpyxl
import pytest
from areas import SCENARIO, write_area
from pypdf import PdfReader

from bibliobus.cli.main import run
from bibliobus.view.heading import ESTIMATED
from bibliobus.words.language import Language

NOTICE = {"uk": "Не план для поїздок.", "en": "Not a plan to drive."}
SPAN = ("--from", "2026-03-02", "--to", "2026-03-29")


@pytest.fixture(scope="module")
def estimated(tmp_path_factory):
    """Plan folder of an area without roads, with a notice."""
    folder = tmp_path_factory.mktemp("estimated")
    notices = "".join(f'notice_{code} = "{text}"\n' for code, text in NOTICE.items())
    area = write_area(folder / "area", scenario=notices + SCENARIO, roads=None)
    assert run(["plan", str(area), "-o", str(folder / "out"), "--iterations", "3"]) == 0
    return folder / "out"


def read_texts(name, content):
    """Everything that a reader of a file can see, by its name or that of a file inside it."""
    ending = name.rpartition(".")[2]
    if ending == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        cells = (str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row if cell)
        return {name: "\n".join(cells)}
    if ending == "pdf":
        return {name: "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)}
    if ending == "zip":
        inside = zipfile.ZipFile(io.BytesIO(content))
        parts = [text for one in inside.namelist() for text in read_texts(one, inside.read(one)).values()]
        return {name: "\n".join(parts)}
    return {name: html.unescape(content.decode("utf-8", "replace"))}


def count(text, sentence):
    """How often a sentence stands in a text, however its lines are broken."""
    return "".join(text.split()).count("".join(sentence.split()))


def list_papers(folder):
    """Texts of all files of a folder, by path."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    found = {}
    for path in files:
        found |= read_texts(str(path.relative_to(folder)), path.read_bytes())
    return found


# What a resident holds says nothing of how driving times were found.
RESIDENTS = ("posters", "calendar", "timetable.csv", ".ics", "gtfs")


def list_wanted(name):
    """How often a paper of that name may say it."""
    return 0 if any(word in name for word in RESIDENTS) or name.endswith(".svg") else 1


@pytest.mark.parametrize("code", ["uk", "en"])
@pytest.mark.parametrize("audience", ["public", "council", "driver"])
def test_each_paper_of_a_publication_says_it_once_or_not_at_all(estimated, tmp_path, audience, code):
    out = tmp_path / "out"
    assert run(["publish", str(estimated), "-o", str(out), "--audience", audience, "--lang", code, *SPAN]) == 0

    sentence = Language(code).gettext(ESTIMATED)
    papers = list_papers(out)
    counts = {name: count(text, sentence) for name, text in papers.items()}

    assert {name: times for name, times in counts.items() if times > list_wanted(name)} == {}
    assert any(counts.values())
    if audience == "public":
        assert counts["index.html"] == counts["map.html"] == 1
        assert count(papers["posters.html"], NOTICE[code]) > 1


@pytest.mark.parametrize("code", ["uk", "en"])
@pytest.mark.parametrize(
    ("words", "name", "times"),
    [
        (("map", "--audience", "public"), "m.html", 1),
        (("map", "--audience", "council"), "m.html", 1),
        (("map",), "m.html", 1),
        (("export", "--format", "posters", *SPAN), "p.pdf", 0),
        (("export", "--format", "posters", *SPAN), "p.html", 0),
        (("export", "--format", "csv", *SPAN), "t.csv", 0),
        (("export", "--format", "ics", *SPAN), "c.ics", 0),
        (("export", "--format", "gtfs", *SPAN), "g.zip", 0),
        (("export", "--format", "sheets", *SPAN), "s.pdf", 1),
        (("export", "--format", "sheets", *SPAN), "s.html", 1),
        (("export", "--format", "text", *SPAN), "t.txt", 1),
        (("export", "--format", "geojson", *SPAN), "g.geojson", 1),
        (("coverage",), "c.html", 1),
        (("coverage",), "c.xlsx", 1),
        (("report",), "r.html", 1),
    ],
)
def test_a_single_paper_says_it_as_often_as_its_reader_needs(estimated, tmp_path, words, name, times, code):
    command, *options = words
    assert run([command, str(estimated), *options, "-o", str(tmp_path / name), "--lang", code]) == 0

    (text,) = read_texts(name, (tmp_path / name).read_bytes()).values()

    assert count(text, Language(code).gettext(ESTIMATED)) == times
    assert count(text, NOTICE[code]) >= 1


def test_the_workbook_of_a_plan_says_it_on_its_first_sheet_and_the_notice_on_all(estimated):
    book = openpyxl.load_workbook(estimated / "timetable.xlsx")
    sheets = ["\n".join(str(row[0]) for row in page.iter_rows(values_only=True)) for page in book]

    assert [count(sheet, ESTIMATED) for sheet in sheets] == [1, 0, 0, 0, 0]
    assert all(count(sheet, NOTICE["en"]) >= 1 for sheet in sheets)


@pytest.mark.parametrize("code", ["uk", "en"])
@pytest.mark.parametrize("ending", ["html", "xlsx", "txt", "md"])
def test_what_changes_hit_is_told_with_it_where_roads_are_assumed(estimated, bibliobus, tmp_path, ending, code):
    area, out = shutil.copytree(estimated / "area", tmp_path / "area"), tmp_path / f"closed.{ending}"
    table = (area / "settlements.csv").read_text(encoding="utf-8-sig")
    first, other, *_ = [row["name_uk"] for row in csv.DictReader(io.StringIO(table))]
    bibliobus("changes", "add", area, "--closed", "--between", first, other, "--lang", code)

    ran = bibliobus("changes", "check", area, "-o", out, "--lang", code)

    sentence = Language(code).gettext(ESTIMATED)
    (text,) = read_texts(out.name, out.read_bytes()).values()
    assert ran.code == 0
    assert count(text, sentence) == count(ran.out, sentence) == 1


def test_on_roads_that_are_known_nobody_says_it(bibliobus, made_once, tmp_path):
    bibliobus("publish", made_once, "-o", tmp_path / "out", "--audience", "council", "--lang", "en", *SPAN)

    assert not any(count(text, ESTIMATED) for text in list_papers(tmp_path / "out").values())
