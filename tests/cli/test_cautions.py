"""What a planner must not miss: told by ``check`` and ``plan``, and on the papers that it concerns."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date, timedelta

import pytest
from areas import SETTLEMENTS, write_area
from folders import read_folder
from gazetteers import codify, line, pack

UNKNOWN = SETTLEMENTS.replace(",640,", ",,").replace(",210,", ",,").replace(",980,", ",,")
PEOPLE = "Settlements whose population is unknown: 3 of 5 (60%)."
BASE = "the base is there and no library is listed near it"
LATER = "after the first day of the plan, March 2, 2026."


def set_today(monkeypatch, today):
    """Another day on which the commands run."""
    monkeypatch.setattr("bibliobus.cli.clock.find_today", lambda: date.fromisoformat(today))


def list_codes(ran):
    """Codes of the findings of a document."""
    return [finding["code"] for finding in ran.document["findings"]]


def read_all(path):
    """Everything that a workbook or page says."""
    content = path.read_bytes()
    if path.suffix != ".xlsx":
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.parametrize(("today", "days"), [("2026-03-02", None), ("2026-03-03", "1 day"), ("2026-11-30", "273 days")])
def test_check_and_plan_tell_that_the_first_day_is_past(bibliobus, area, tmp_path, monkeypatch, today, days):
    set_today(monkeypatch, today)

    checked = bibliobus("check", area, "--json", "--lang", "en")
    planned = bibliobus("plan", area, "-o", tmp_path / "out", "--iterations", "0", "--json", "--lang", "en")

    for ran in (checked, planned):
        past = [finding for finding in ran.document["findings"] if finding["code"] == "first-day-past"]
        assert [finding["sentence"] for finding in past] == (
            [f"The cycle begins on 2026-03-02, which was {days} ago."] if days else []
        )
        assert all((finding["file"], finding["column"]) == ("scenario.toml", "first_day") for finding in past)


def test_what_day_it_is_changes_no_byte_of_a_plan(bibliobus, area, tmp_path, monkeypatch):
    for today in ("2026-02-02", "2026-11-30"):
        set_today(monkeypatch, today)
        assert bibliobus("plan", area, "-o", tmp_path / today, "--iterations", "0").code == 0

    assert read_folder(tmp_path / "2026-02-02") == read_folder(tmp_path / "2026-11-30")


def make_papers(folder):
    """Commands that make papers, which take ``--from``."""
    return (
        ("map", "-o", folder / "map.html"),
        ("publish", "--audience", "council", "-o", folder / "council"),
        ("export", "--format", "csv", "-o", folder / "stops.csv"),
    )


def test_papers_tell_that_they_begin_in_the_past(bibliobus, made_once, tmp_path, monkeypatch):
    set_today(monkeypatch, "2026-04-01")

    for name, *words in make_papers(tmp_path):
        ran = bibliobus(name, made_once, *words, "--lang", "en", "--force")
        assert "The papers begin on 2026-03-02, which was 30 days ago." in ran.err, name
        assert "such as 2026-04-20" in ran.err
        documents = bibliobus(name, made_once, *words, "--json", "--force", "--from", "2026-04-06")
        assert list_codes(documents) == [], name


def test_papers_tell_that_they_begin_long_after_the_plan(bibliobus, made_once, tmp_path):
    for name, *words in make_papers(tmp_path):
        soon = bibliobus(name, made_once, *words, "--json", "--from", "2026-04-27")
        late = bibliobus(name, made_once, *words, "--json", "--force", "--from", "2026-09-01")
        assert (list_codes(soon), list_codes(late)) == ([], ["dates-long-after"]), name

    assert LATER in read_all(tmp_path / "map.html")
    assert LATER in read_all(tmp_path / "council" / "index.html")


def test_papers_of_the_crew_are_told_and_those_of_residents_are_not(bibliobus, made_once, tmp_path):
    dates = ("--from", "2026-09-01", "--to", "2026-09-20", "--lang", "en")
    for audience in ("driver", "public"):
        bibliobus("publish", made_once, "--audience", audience, *dates, "-o", tmp_path / audience)

    assert LATER in read_all(tmp_path / "driver" / "sheets.html")
    assert LATER in read_all(tmp_path / "driver" / "index.html")
    public = read_folder(tmp_path / "public")
    assert [name for name, content in public.items() if LATER.encode() in content] == []


def publish_all(bibliobus, area, tmp_path):
    """Plan an area and make the papers that show counts of people or which places are served."""
    plan = tmp_path / "plan"
    ran = bibliobus("plan", area, "-o", plan, "--iterations", "0", "--json", "--lang", "en")
    assert ran.code == 0
    bibliobus("map", plan, "-o", tmp_path / "council.html", "--audience", "council")
    bibliobus("map", plan, "-o", tmp_path / "public.html", "--audience", "public")
    bibliobus("report", plan, "-o", tmp_path / "report.html")
    bibliobus("coverage", plan, "-o", tmp_path / "coverage.html")
    bibliobus("coverage", plan, "-o", tmp_path / "coverage.xlsx")
    for audience in ("council", "public"):
        bibliobus("map", plan, "-o", tmp_path / f"pages-{audience}", "--pages", "--audience", audience)
    told = [plan / "map.html", plan / "timetable.xlsx"]
    told += [tmp_path / name for name in ("council.html", "report.html", "coverage.html", "coverage.xlsx")]
    told.append(next(path for path in (tmp_path / "pages-council").glob("*.html") if path.name != "index.html"))
    return ran, told, tmp_path / "public.html"


def test_many_unknown_populations_are_one_warning_and_stand_on_every_paper_of_people(bibliobus, tmp_path):
    area = write_area(tmp_path / "area", settlements=UNKNOWN)

    checked = bibliobus("check", area, "--lang", "en")
    ran, told, public = publish_all(bibliobus, area, tmp_path)

    assert PEOPLE in checked.err
    assert list_codes(ran).count("populations-unknown") == 1
    assert [path.name for path in told if PEOPLE not in read_all(path)] == []
    assert PEOPLE not in read_all(public)
    assert PEOPLE in bibliobus("report", tmp_path / "plan").out
    assert PEOPLE in bibliobus("coverage", tmp_path / "plan").out


def test_what_if_tells_of_unknown_populations_too(bibliobus, tmp_path):
    area = write_area(tmp_path / "area", settlements=UNKNOWN)
    ran = bibliobus("whatif", area, "--buses", "1,2", "--iterations", "1", "-o", tmp_path / "out", "--lang", "en")

    assert ran.code == 0, ran.err
    assert PEOPLE in read_all(tmp_path / "out" / "whatif.html")


def test_a_few_unknown_populations_are_told_one_by_one_alone(bibliobus, tmp_path):
    rows = "".join(f"v{at},Село {at},Selo {at},C,,,48.7{at:02},37.6,500,,,,,\n" for at in range(20))
    area = write_area(tmp_path / "area", settlements=SETTLEMENTS.replace(",640,", ",,") + rows)

    codes = list_codes(bibliobus("check", area, "--json"))

    assert codes.count("population-unknown") == 1
    assert "populations-unknown" not in codes


def test_a_base_that_the_bus_serves_itself_is_told_by_name(bibliobus, tmp_path):
    area = write_area(tmp_path / "area", libraries=None)

    checked = bibliobus("check", area, "--lang", "en")
    ran, told, public = publish_all(bibliobus, area, tmp_path)

    assert f"Misto: {BASE}" in checked.err
    assert list_codes(ran).count("base-served") == 1
    assert [path.name for path in told if BASE not in read_all(path)] == []
    assert BASE not in read_all(public)


def test_a_base_with_libraries_elsewhere_is_told_too(bibliobus, tmp_path):
    libraries = "library_id,name,settlement_id,lat,lon,source\ncentral,Library,far,,,\n"

    codes = list_codes(bibliobus("check", write_area(tmp_path / "area", libraries=libraries), "--json"))

    assert "no-libraries" not in codes
    assert codes.count("base-served") == 1


def test_a_sound_area_is_told_nothing_of_all_this(bibliobus, area):
    assert list_codes(bibliobus("check", area, "--json")) == []


@pytest.fixture
def imported(bibliobus, tmp_path):
    """Area imported from GeoNames, without a scenario."""
    lines = [line(1, "Nove", "Нове", 48.7, 37.5, population="420"), line(2, "Haj", "Гай", 48.75, 37.52)]
    (tmp_path / "UA.zip").write_bytes(pack(lines))
    codes = [("UA14120010010000001", "C", "Нове"), ("UA14120010020000002", "C", "Гай")]
    (tmp_path / "codifier.xlsx").write_bytes(codify(codes))
    words = ("--geonames", tmp_path / "UA.zip", "--katottg", tmp_path / "codifier.xlsx")
    ran = bibliobus("settlements", "import", *words, "-o", tmp_path / "mine", "--lang", "en")
    assert "The licence asks that the source be named; every paper names it: GeoNames (CC BY 4.0)." in ran.out
    return tmp_path / "mine"


def test_data_of_geonames_name_their_source_from_the_import_to_every_paper(bibliobus, imported, tmp_path):
    assert bibliobus("init", imported, "--lang", "en").code == 0
    assert "attribution-added" not in list_codes(bibliobus("check", imported, "--json"))
    bibliobus("plan", imported, "-o", tmp_path / "plan", "--iterations", "0")

    for audience in ("public", "council"):
        bibliobus("map", tmp_path / "plan", "-o", tmp_path / f"{audience}.html", "--audience", audience)
        assert read_all(tmp_path / f"{audience}.html").count("GeoNames (CC BY 4.0)") == 1


@pytest.mark.parametrize("lost", ["note", "match"])
def test_an_attribution_that_was_lost_is_told_and_added_again(bibliobus, imported, tmp_path, lost):
    bibliobus("init", imported, "--lang", "en")
    scenario = imported / "scenario.toml"
    text = scenario.read_text(encoding="utf-8").replace('attribution = "GeoNames (CC BY 4.0)"', 'attribution = ""')
    scenario.write_text(text, encoding="utf-8")
    table = imported / "settlements.csv"
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig"))))
    with table.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(row | {lost: ""} for row in rows)

    checked = bibliobus("check", imported, "--json")
    bibliobus("plan", imported, "-o", tmp_path / "plan", "--iterations", "0")
    bibliobus("map", tmp_path / "plan", "-o", tmp_path / "public.html", "--audience", "public")

    assert list_codes(checked).count("attribution-added") == 1
    assert read_all(tmp_path / "public.html").count("GeoNames (CC BY 4.0)") == 1


@pytest.mark.parametrize("today", ["2026-02-02", "2026-11-30", "2027-12-31"])
def test_init_begins_the_cycle_on_a_monday_that_is_still_to_come(bibliobus, imported, tmp_path, monkeypatch, today):
    set_today(monkeypatch, today)

    bibliobus("init", imported)
    bibliobus("init", tmp_path / "example")

    for area in (imported, tmp_path / "example"):
        first = next(
            date.fromisoformat(line.split(" = ")[1])
            for line in (area / "scenario.toml").read_text(encoding="utf-8").splitlines()
            if line.startswith("first_day = ")
        )
        assert first.weekday() == 0
        assert timedelta(days=14) <= first - date.fromisoformat(today) < timedelta(days=21)
        assert "first-day-past" not in list_codes(bibliobus("check", area, "--json"))


def test_the_demo_says_nothing_of_its_dates(bibliobus, tmp_path, monkeypatch):
    set_today(monkeypatch, "2026-11-30")

    ran = bibliobus("demo", "-o", tmp_path / "demo", "--iterations", "0", "--json")

    assert ran.code == 0
    assert {"first-day-past", "papers-past", "populations-unknown", "base-served"} & set(list_codes(ran)) == set()
    assert (
        json.loads((tmp_path / "demo" / "plan.json").read_text(encoding="utf-8"))["cycle"]["first_day"] == "2026-03-02"
    )
