"""Hostile areas: each gives the findings it should, and is usable or not, without a traceback."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from areas import LIBRARIES, ROADS, SCENARIO, SETTLEMENTS, write_area
from workbooks import build_sheet, build_workbook, replace_members, to_rows

from bibliobus.inputs.area import read_area
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Hostile:
    """An area, the codes of its findings, and whether it can be used all the same."""

    name: str
    codes: tuple[str, ...]
    usable: bool = False
    files: dict[str, Any] = field(default_factory=dict)


def settlements(name: str, old: str, new: str, *codes: str, usable: bool = False) -> Hostile:
    """Area whose settlements differ from sound ones in one place."""
    assert old in SETTLEMENTS
    return Hostile(name, codes, usable, {"settlements": SETTLEMENTS.replace(old, new)})


def roads(name: str, old: str, new: str, *codes: str, usable: bool = False) -> Hostile:
    """Area whose roads differ from sound ones in one place."""
    assert old in ROADS
    return Hostile(name, codes, usable, {"roads": ROADS.replace(old, new)})


def scenario(name: str, old: str, new: str, *codes: str, usable: bool = False) -> Hostile:
    """Area whose scenario differs from a sound one in one place."""
    assert old in SCENARIO
    return Hostile(name, codes, usable, {"scenario": SCENARIO.replace(old, new)})


def table(name: str, content: str | bytes | None, *codes: str, usable: bool = False) -> Hostile:
    """Area with other bytes as settlements.csv."""
    return Hostile(name, codes, usable, {"settlements": content})


def workbook(name: str, content: bytes, *codes: str, usable: bool = False) -> Hostile:
    """Area whose settlements are in a workbook."""
    return Hostile(name, codes, usable, {"settlements": None, "settlements_xlsx": content})


ROWS = to_rows(SETTLEMENTS)
SOUND = build_workbook(ROWS)
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % ((ord("b") + i,) + (ord("a") + i,) * 10)
    for i in range(9)
)
LAUGHS += b"]><sst>&j;</sst>"
HEADER = SETTLEMENTS.splitlines()[0]
SCRIPT = "<script>alert(1)</script>"

AREAS = (
    # Text and encodings
    table("empty file", b"", "table-empty"),
    table("blank lines only", "\n\n ,,\n", "table-empty"),
    table("header only", HEADER + "\n", "no-settlements"),
    table("no file", None, "no-settlements"),
    table("cp1251", SETTLEMENTS.encode("cp1251"), "text-cp1251", usable=True),
    table("utf-16 with mark", SETTLEMENTS.encode("utf-16"), usable=True),
    table("utf-16 without mark", SETTLEMENTS.encode("utf-16-le"), "text-encoding", usable=True),
    table("koi8-u", SETTLEMENTS.encode("koi8_u"), "text-encoding", usable=True),
    table(
        "doubtful encoding",
        SETTLEMENTS.replace("school", "Genève")
        .replace("Східне", "Esthal")
        .encode("ascii", "ignore")
        .replace(b"Genve", b"Gen\xe8ve"),
        "encoding-doubtful",
    ),
    table("utf-16 cut off", SETTLEMENTS.encode("utf-16")[:-1], "text-damaged"),
    table("utf-8 with mark and CRLF", b"\xef\xbb\xbf" + SETTLEMENTS.replace("\n", "\r\n").encode(), usable=True),
    table("utf-8 cut off", SETTLEMENTS.split("Східне")[0].encode() + "Східне".encode()[:-1], "text-damaged"),
    table("binary junk", bytes(range(256)) * 40, "not-text"),
    table("NUL bytes", SETTLEMENTS.replace("school", "sch\0ool"), "not-text"),
    table("a workbook called csv", SOUND, "not-text"),
    table("semicolons and decimal commas", SETTLEMENTS.replace(",", ";").replace(".", ","), usable=True),
    table("tabs", SETTLEMENTS.replace(",", "\t"), usable=True),
    # Columns
    table("missing column", SETTLEMENTS.replace("lat,lon", "lat,x"), "unknown-column", "missing-column"),
    table("header twice", SETTLEMENTS.replace("raion,", "lat,"), "duplicate-column"),
    table(
        "unknown column",
        SETTLEMENTS.replace("population", "populaton"),
        *["population-unknown"] * 5,
        "unknown-column",
        usable=True,
    ),
    table(
        "300 columns",
        SETTLEMENTS + "," * 300 + "x\n",
        "table-too-wide",
        "cell-empty",
        "cell-empty",
        "cell-empty",
        "cell-empty",
    ),
    table("20,001 rows", SETTLEMENTS + "a,b,c,C,,,48.7,37.5,1,,,,,\n" * 20_000, "table-too-long"),
    # Rows and cells
    settlements("row too long", "640,,,,,", "640,,,,,,,extra", "row-too-long"),
    settlements("row too short", "12000,,,,,", "12000", "row-too-short", usable=True),
    settlements("unbalanced quotes", "Східне", '"Східне', "quotes-unbalanced"),
    settlements("huge cell", "school", "x" * 3000, "cell-too-long"),
    settlements("gigantic cell", "school", "x" * 300_000, "cell-too-long"),
    settlements("line break in a name", "Східне", '"Схід\nне"', "control-characters"),
    settlements("turned direction", "Східне", "Схід\u202eне", "control-characters"),
    settlements("formula error", "640", "#REF!", "spreadsheet-error"),
    settlements("no name", "Східне", "", "cell-empty"),
    settlements("HTML name", "Східне", SCRIPT, usable=True),
    settlements("formula name", "Східне", "=1+1", usable=True),
    settlements("template name", "Східне", "{name} ${alert(1)} %s", usable=True),
    settlements("wrong type", "640", "many", "not-a-whole-number"),
    settlements("half a person", "640", "64.5", "not-a-whole-number"),
    settlements("negative population", "640", "-640", "out-of-range"),
    settlements("endless population", "640", "1e309", "not-a-whole-number"),
    settlements("unknown population", "640", "", "population-unknown", usable=True),
    settlements("ids twice", "far,", "east,", "duplicate-id", "lonely-junction"),
    settlements("empty id", "far,", ",", "cell-empty", "lonely-junction"),
    settlements("reserved id", "far,", "depot/base,", "bad-id", "lonely-junction"),
    settlements("swapped lat and lon", "48.700,37.600", "37.600,48.700", "lat-lon-swapped"),
    settlements("lat out of range", "48.700,37.600", "148.7,37.6", "out-of-range"),
    settlements("NaN position", "48.700,37.600", "nan,inf", "not-a-number", "not-a-number"),
    settlements("far away", "48.800,37.600", "0,0", "far-away", usable=True),
    settlements("same position", "48.700,37.600", "48.700,37.500", "same-position", usable=True),
    settlements("unreadable windows", "Mon-Fri 09:00-15:00", "mornings", "windows-unreadable"),
    settlements("reversed windows", "09:00-15:00", "15:00-09:00", "windows-reversed"),
    settlements("overlapping windows", "09:00-15:00", "09:00-15:00; Tue 14:00-16:00", "windows-overlap"),
    settlements("impossible windows", "09:00-15:00", "09:00-09:10", "windows-too-short", usable=True),
    settlements("rhythm of three weeks", "450,2,", "450,3,", "rhythm-does-not-divide"),
    settlements("rhythm of nine weeks", "450,2,", "450,9,", "out-of-range"),
    settlements("dwell of nothing", "2,30,", "2,0,", "out-of-range"),
    settlements("dwell of ten hours", "2,30,Mon-Fri 09:00-15:00", "2,600,", "dwell-longer-than-shift"),
    settlements("needs no bus has", ",ramp,", ",submarine,", "needs-no-bus-has", usable=True),
    settlements("unknown category", "far,Далеке,Daleke,C", "far,Далеке,Daleke,Z", "unknown-category", usable=True),
    settlements("homonyms", "Східне", "Далеке", "same-name", usable=True),
    # Workbooks
    workbook("sound workbook", SOUND, usable=True),
    workbook("workbook that is no zip", b"PK\x03\x04 not at all", "workbook-unreadable"),
    workbook("workbook cut off", SOUND[:-300], "workbook-unreadable"),
    workbook("old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "workbook-old-or-locked"),
    workbook("zip bomb", replace_members(SOUND, {"xl/bomb.xml": bytes(30_000_000)}), "workbook-too-big"),
    workbook("billion laughs", replace_members(SOUND, {"xl/sharedStrings.xml": LAUGHS}), "workbook-unsafe"),
    workbook("too many tags", build_sheet(b"<row/>" * 2_100_000), "workbook-too-big"),
    workbook(
        "a million empty rows",
        build_sheet(b'<row r="1"><c r="A1"><v>1</v></c></row>' + b"<row/>" * 1_000_000),
        "blank-rows",
        "unknown-column",
        *["missing-column"] * 4,
    ),
    workbook(
        "formula without value",
        build_workbook([*ROWS, ["x", "=A1", *ROWS[1][2:]]]),
        "formula-without-value",
        "cell-empty",
    ),
    workbook("merged cells", build_workbook(ROWS, merge="E2:E4"), "merged-cells", usable=True),
    workbook("several sheets", build_workbook(ROWS, [["other"]]), "several-sheets", usable=True),
    workbook("empty workbook", build_workbook([]), "table-empty"),
    Hostile("two settlement files", ("two-settlement-files",), False, {"settlements_xlsx": SOUND}),
    # Libraries
    Hostile("no libraries", ("no-libraries",), True, {"libraries": None}),
    Hostile("library nowhere", ("unknown-settlement",), False, {"libraries": LIBRARIES.replace("town", "towm")}),
    Hostile(
        "library with half a position", ("no-position",), False, {"libraries": LIBRARIES.replace("town,,", "town,48,")}
    ),
    # Roads
    Hostile("no roads", ("no-roads",), True, {"roads": None}),
    Hostile("roads without rows", ("roads-empty",), False, {"roads": ROADS.splitlines()[0]}),
    Hostile(
        "damaged geopackage",
        ("geopackage-unreadable",),
        False,
        {"roads": None, "roads_gpkg": b"SQLite format 3\0" * 99},
    ),
    Hostile("text as geopackage", ("geopackage-unreadable",), False, {"roads": None, "roads_gpkg": ROADS}),
    Hostile("two road sources", ("two-road-sources", "geopackage-unreadable"), False, {"roads_gpkg": b""}),
    roads("negative length", "town,east,8", "town,east,-8", "out-of-range"),
    roads("length of zero", "town,east,8", "town,east,0", "out-of-range"),
    roads("NaN length", "town,east,8", "town,east,NaN", "length-unreadable"),
    roads("endless length", "town,east,8", "town,east,1e400", "length-unreadable"),
    roads("shorter than the crow flies", "town,east,8", "town,east,3", "shorter-than-the-crow-flies", usable=True),
    roads("unknown class", "secondary", "secondari", "unknown-road-class"),
    roads("unknown surface", "gravel", "gravvel", "unknown-surface", usable=True),
    roads("road to itself", "town,east", "east,east", "road-to-itself"),
    roads("lonely junction", "crossroads,far", "crosroads,far", "lonely-junction", "lonely-junction", usable=True),
    roads("oneway perhaps", ",40,,,no,", ",40,,,perhaps,", "not-yes-or-no"),
    # Scenario
    Hostile("no scenario", ("no-scenario",), False, {"scenario": None}),
    Hostile("wrong TOML", ("toml-broken",), False, {"scenario": "title_uk = \n"}),
    Hostile("deep TOML", ("toml-broken",), False, {"scenario": "a = " + "[" * 100_000}),
    Hostile("huge number in TOML", ("toml-broken",), False, {"scenario": "a = " + "9" * 5000}),
    scenario("key twice", "weeks = 2", "weeks = 2\nweeks = 3", "toml-broken"),
    scenario("unknown key", "weeks = 2", "weeks = 2\nwekes = 3", "unknown-key"),
    scenario("missing key", "first_day = 2026-03-02", "", "missing-key"),
    scenario("wrong type of number", "weight_t = 5.5", 'weight_t = "5.5"', "wrong-type"),
    scenario("date as text", "2026-03-02", '"2026-03-02"', "wrong-type"),
    scenario("not a number", "weight_t = 5.5", "weight_t = nan", "key-out-of-range"),
    scenario("too many weeks", "weeks = 2", "weeks = 5", "key-out-of-range"),
    scenario("no Monday", "2026-03-02", "2026-03-04", "not-a-monday"),
    scenario("unknown language", '"en"', '"fr"', "bad-choice"),
    scenario("bus without depot", 'depot = "base"', "", "missing-key"),
    scenario("bus of an unknown depot", 'depot = "base"', 'depot = "bass"', "unknown-depot"),
    scenario("depot nowhere", '"town"', '"towm"', "unknown-settlement"),
    scenario("reversed shift", "[[buses]]", '[[buses]]\nshift = "17:00-08:00"', "bad-span"),
    scenario("break after work", "[[buses]]", '[[buses]]\nbreak_start = "16:00-17:00"', "break-outside-shift"),
    scenario("control characters", '"Bus 1"', '"Bus\\u0007 1"', "control-characters"),
    scenario("TOML of cp1251", "Мала", "Ма\0ла", "not-text"),
)


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_hostile_area_gives_its_findings_and_no_traceback(area: Hostile, tmp_path: Path) -> None:
    folder = write_area(tmp_path / "area", **area.files)

    dataset, report = read_area(folder)

    assert sorted(finding.code for finding in report.findings) == sorted(area.codes)
    assert (dataset is not None) is area.usable
    for finding in report.findings:
        words = finding.sentence.render(Language("en")) + finding.hint.render(Language("en"))
        assert len(words) < 1200
        assert words.replace("\N{NO-BREAK SPACE}", " ").isprintable()
        assert str(tmp_path) not in words + str(finding.place)


def test_there_are_at_least_forty_hostile_areas() -> None:
    names = [area.name for area in AREAS]

    unusable = [area for area in AREAS if not area.usable]

    assert len(set(names)) == len(names)
    assert len(unusable) >= 40


def test_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    files = {
        "scenario": SCENARIO.replace("2026-03-02", "2026-03-03"),
        "settlements": SETTLEMENTS.replace("640", "-1"),
        "libraries": LIBRARIES.replace("town", "towm"),
        "roads": ROADS.replace("town,east,8", "town,east,x"),
    }

    dataset, report = read_area(write_area(tmp_path, **files))

    assert dataset is None
    assert {finding.place.file for finding in report.errors} == {
        "scenario.toml",
        "settlements.csv",
        "libraries.csv",
        "roads.csv",
    }
