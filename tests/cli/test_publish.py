"""``bibliobus publish``: what each audience gets, and what must not leave the house."""

from __future__ import annotations

import io
import json
import re
from urllib.parse import unquote

import pytest
from areas import LIBRARIES, SCENARIO, SETTLEMENTS, write_area
from folders import read_folder
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from bibliobus.cli.main import run
from bibliobus.cli.papers import PUBLISH_AUDIENCES as AUDIENCES
from bibliobus.tasks.publish import name_files

SPAN = ("--from", "2026-03-02", "--to", "2026-04-30")
SECRET_SCENARIO = SCENARIO.replace('name = "Central library"', 'name = "SECRET depot"\nphone = "SECRET phone"').replace(
    'id = "one"\nname = "Bus 1"', 'id = "SECRET-bus"\nname = "SECRET driver"'
)
SECRET_CHANGES = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "id": "SECRET",
                    "kind": "speed",
                    "value": 30,
                    "from": "town",
                    "to": "east",
                    "note": "SECRET bridge",
                },
                "geometry": None,
            }
        ],
    }
)


@pytest.fixture(scope="module")
def secret(tmp_path_factory):
    """Plan folder of an area with things that nobody else may know."""
    folder = tmp_path_factory.mktemp("secret")
    area = write_area(
        folder / "area",
        scenario=SECRET_SCENARIO,
        settlements=SETTLEMENTS.replace("640,,,,,", "640,,,,,SECRET note"),
        libraries=LIBRARIES.replace("Central library", "SECRET library"),
    )
    (area / "changes.geojson").write_text(SECRET_CHANGES, encoding="utf-8")
    assert run(["plan", str(area), "-o", str(folder / "out"), "--iterations", "3"]) == 0
    return folder / "out"


@pytest.fixture(scope="module")
def published(secret, tmp_path_factory):
    """Folder of each audience."""
    folder = tmp_path_factory.mktemp("published")
    for audience in AUDIENCES:
        words = ["publish", str(secret), "--audience", audience, *SPAN, "-o", str(folder / audience), "--lang", "en"]
        assert run(words) == 0
    return folder


def read_texts(folder):
    """Text of every file by its path; of PDF documents, that of their pages and their properties."""
    texts = {}
    for path, content in read_folder(folder).items():
        if path.endswith(".pdf"):
            reader = PdfReader(io.BytesIO(content))
            texts[path] = " ".join(page.extract_text() for page in reader.pages) + str(reader.metadata)
        else:
            texts[path] = content.decode("utf-8", "replace")
    return texts


COMMON = {
    "index.html",
    "map.html",
    "posters.pdf",
    "posters.html",
    "stops.csv",
    "stops.geojson",
    "stops.kml",
    "gtfs.zip",
} | {
    "osm-tags.txt",
    "published.json",
    "calendars/all.ics",
}


def test_each_audience_gets_its_papers_and_nobody_the_inputs(published):
    files = {audience: set(read_folder(published / audience)) for audience in AUDIENCES}
    papers = {audience: {path for path in found if "calendars/stop-" not in path} for audience, found in files.items()}

    assert papers["public"] == COMMON
    assert papers["council"] - COMMON == {"timetable.xlsx", "hromadas/hromada-mala.html"}
    sheets = {path for path in papers["driver"] if path.startswith("sheets-")}
    assert papers["driver"] - sheets == COMMON | {
        "timetable.xlsx",
        "tours.gpx",
        "plan.gpkg",
        "plan.geojson",
        "sheets.html",
    }
    assert len(sheets) >= 2
    assert len(files["public"] - papers["public"]) == 4


def test_the_public_learns_times_and_places_of_stops_only(published):
    texts = read_texts(published / "public")

    assert [path for path, text in texts.items() if "SECRET" in text or "depot" in text.lower()] == []
    kinds = {feature["properties"]["kind"] for feature in json.loads(texts["stops.geojson"])["features"]}
    assert kinds == {"stop"}
    assert "LineString" not in texts["stops.geojson"]
    assert all("Zakhidne" in texts[path] for path in ("index.html", "posters.html", "stops.csv", "map.html"))


def test_the_crew_gets_what_the_public_does_not(published):
    texts = read_texts(published / "driver")

    assert "SECRET phone" in texts["sheets.html"]
    assert "SECRET note" in texts["sheets.html"]
    assert "between Misto and Skhidne: at most 30 km/h, until further notice; SECRET bridge" in texts["sheets.html"]
    assert "SECRET driver" in texts["tours.gpx"]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_no_paper_holds_a_path_of_the_machine(published, secret, audience):
    texts = read_texts(published / audience)

    roots = {str(published), str(secret), secret.parent.name, published.name}
    assert [path for path, text in texts.items() for root in roots if root in text] == []


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_page_leads_to_every_paper_and_to_nothing_else(published, audience):
    files = set(read_folder(published / audience))
    page = (published / audience / "index.html").read_text(encoding="utf-8")

    links = {unquote(link).partition("#")[0] for link in re.findall(r'href="([^"]*)"', page)}

    assert links == files - {"index.html", "published.json"}


def test_the_page_leads_to_the_poster_of_the_stop(published):
    page = (published / "public" / "index.html").read_text(encoding="utf-8")
    reader = PdfReader(published / "public" / "posters.pdf")

    rows = re.findall(r'<th scope="row" dir="auto">(.*?)(?:<br>|</th>).*?posters\.pdf#page=(\d+)', page, re.DOTALL)

    assert len(rows) == len(reader.pages) == 4
    for name, number in rows:
        assert name in reader.pages[int(number) - 1].extract_text()


def test_the_same_plan_gives_the_same_folder(bibliobus, secret, published, tmp_path):
    bibliobus("publish", secret, "--audience", "driver", *SPAN, "-o", tmp_path / "again", "--lang", "en")

    assert read_folder(tmp_path / "again") == read_folder(published / "driver")


def test_publishing_is_told_and_replaces_nothing_without_force(bibliobus, secret, tmp_path):
    out = tmp_path / "papers"
    words = ("publish", secret, "--audience", "public", *SPAN, "-o", out)

    ran = bibliobus(*words, "--lang", "en")
    again = bibliobus(*words, "--lang", "en")
    forced = bibliobus(*words, "--force", "--json")

    files = sorted(read_folder(out))
    assert ran.out == f"The papers were written to {out}: {len(files)} files. Begin with {out / 'index.html'}.\n"
    assert (again.code, again.out) == (2, "")
    assert forced.document == {"exit_code": 0, "output": str(out), "files": files, "findings": []}
    assert [entry.name for entry in tmp_path.iterdir()] == ["papers"]


@pytest.fixture
def held_back(tmp_path):
    """Plan folder with a stop that is listed and one that lies in an area."""
    square = "[[[48.75, 37.45], [48.75, 37.55], [48.77, 37.55], [48.77, 37.45]]]"
    scenario = f'{SCENARIO}\n[publish]\nno_publish = ["west"]\nno_publish_areas = {square}\n'
    area = write_area(tmp_path / "area", scenario=scenario)
    assert run(["plan", str(area), "-o", str(tmp_path / "out"), "--iterations", "3"]) == 0
    return tmp_path / "out"


@pytest.mark.parametrize("audience", ["public", "council"])
def test_a_stop_that_must_not_be_published_stops_everything(bibliobus, held_back, tmp_path, audience):
    ran = bibliobus("publish", held_back, "--audience", audience, "-o", tmp_path / "papers", "--lang", "en")

    assert (ran.code, ran.out) == (3, "")
    assert "error: Stops of this plan must not be published: Pivnichne, Zakhidne.\n" in ran.err
    assert "Nothing was written." in ran.err
    assert not (tmp_path / "papers").exists()


def test_the_crew_has_to_know_where_to_drive_all_the_same(bibliobus, held_back, tmp_path):
    ran = bibliobus("publish", held_back, "--audience", "driver", *SPAN, "-o", tmp_path / "papers")

    assert ran.code == 0


@given(st.lists(st.text(min_size=1, max_size=80), unique=True, max_size=8))
def test_every_stop_has_a_file_of_its_own_on_every_system(ids: list[str]):
    paths = name_files(ids)

    assert list(paths) == ids
    assert len({path.lower() for path in paths.values()}) == len(ids)
    assert all(re.fullmatch(r"calendars/stop(-[A-Za-z0-9-]+)?\.ics", path) for path in paths.values())
