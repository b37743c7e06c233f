"""Area: every file read, checked against the others, and digested."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest
from areas import LIBRARIES, ROADS, SCENARIO, SETTLEMENTS, say, write_area
from workbooks import build_workbook, to_rows

from bibliobus.domain.roads import NoRoads, RoadTable
from bibliobus.findings import FindingReport
from bibliobus.inputs.area import area_files, digest_area, read_area

if TYPE_CHECKING:
    from pathlib import Path


def test_a_sound_area_has_no_findings(tmp_path: Path) -> None:
    folder = write_area(tmp_path / "small")

    dataset, report = read_area(folder)

    assert report == FindingReport()
    assert dataset is not None
    assert dataset.area_id == "small"
    assert [settlement.settlement_id for settlement in dataset.settlements] == ["east", "far", "north", "town", "west"]
    assert [library.library_id for library in dataset.libraries] == ["central"]
    assert isinstance(dataset.roads, RoadTable)
    assert (len(dataset.roads.rows), dataset.roads.file, dataset.roads.estimated) == (5, "roads.csv", False)


def test_a_copy_of_an_area_keeps_the_name_it_is_given(tmp_path: Path) -> None:
    folder = write_area(tmp_path / "area")

    dataset, _ = read_area(folder, area_id="small")

    assert dataset is not None
    assert dataset.area_id == "small"


def test_settlements_and_libraries_are_sorted_whatever_their_order(tmp_path: Path) -> None:
    header, *rows = SETTLEMENTS.splitlines()
    turned = "\n".join([header, *reversed(rows)])

    dataset, _ = read_area(write_area(tmp_path / "turned", settlements=turned))
    sound, _ = read_area(write_area(tmp_path / "sound"))

    assert dataset is not None
    assert sound is not None
    assert dataset.settlements == sound.settlements


def test_a_workbook_says_the_same_as_the_csv_file(tmp_path: Path) -> None:
    book = build_workbook(to_rows(SETTLEMENTS))

    dataset, _ = read_area(write_area(tmp_path / "book", settlements=None, settlements_xlsx=book))
    sound, _ = read_area(write_area(tmp_path / "sound"))

    assert dataset is not None
    assert sound is not None
    assert dataset.settlements == sound.settlements


def test_digests_are_those_of_the_bytes_that_were_read(tmp_path: Path) -> None:
    folder = write_area(tmp_path)

    dataset, _ = read_area(folder)

    assert dataset is not None
    assert dataset.digests == digest_area(folder)
    assert list(dataset.digests) == ["libraries.csv", "roads.csv", "scenario.toml", "settlements.csv"]
    assert dataset.digests["roads.csv"] == f"sha256:{hashlib.sha256(ROADS.encode()).hexdigest()}"


def test_only_input_files_are_listed_for_copying(tmp_path: Path) -> None:
    folder = write_area(tmp_path, README_md="hello")

    names = [path.name for path in area_files(folder)]

    assert names == ["scenario.toml", "settlements.csv", "libraries.csv", "roads.csv"]


def test_an_area_without_roads_is_an_estimate(tmp_path: Path) -> None:
    dataset, report = read_area(write_area(tmp_path, roads=None))

    assert dataset is not None
    assert dataset.roads == NoRoads()
    assert say(report.findings) == [
        " | The area has no roads; distances and times are estimates from positions."
        " | Put a road table roads.csv or roads.gpkg into the area, or run “bibliobus roads import”."
    ]


def test_a_missing_folder_is_a_finding(tmp_path: Path) -> None:
    dataset, report = read_area(tmp_path / "nowhere")

    assert dataset is None
    assert say(report.findings) == [
        " | There is no folder “nowhere”. | Check the name; an area is a folder with a file scenario.toml in it."
    ]


def test_a_file_in_place_of_the_folder_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "area").write_text("", encoding="utf-8")

    dataset, report = read_area(tmp_path / "area")

    assert dataset is None
    assert [finding.code for finding in report.findings] == ["no-area"]


def test_an_empty_folder_says_all_that_is_missing(tmp_path: Path) -> None:
    dataset, report = read_area(tmp_path)

    assert dataset is None
    assert say(report.findings) == [
        "scenario.toml | The area has no file scenario.toml."
        " | Let “bibliobus init” write one into the area, with every key explained.",
        "settlements.csv | The area has no settlements."
        " | Put a table settlements.csv or settlements.xlsx into the area, with a row for each settlement.",
        "libraries.csv | No library is listed, so nobody counts as living near one."
        " | Put a table libraries.csv into the area, with a row for each library that is open.",
        " | The area has no roads; distances and times are estimates from positions."
        " | Put a road table roads.csv or roads.gpkg into the area, or run “bibliobus roads import”.",
    ]


def test_two_files_for_the_same_thing_are_refused(tmp_path: Path) -> None:
    book = build_workbook(to_rows(SETTLEMENTS))

    dataset, report = read_area(write_area(tmp_path, settlements_xlsx=book, roads_gpkg=b""))

    assert dataset is None
    assert say(report.errors) == [
        "settlements.xlsx | The area has both settlements.csv and settlements.xlsx, and it is not"
        " clear which one holds."
        " | Keep one of them in the folder.",
        "roads.csv | The area has both roads.csv and roads.gpkg, and it is not clear which one holds."
        " | Keep one of them in the folder.",
        "roads.gpkg | The GeoPackage cannot be read: it is damaged, or has no table in it."
        " | Export it again as a GeoPackage with one layer.",
    ]


def test_tables_of_a_kind_that_is_not_read_are_not_passed_over_in_silence(tmp_path: Path) -> None:
    folder = write_area(tmp_path, libraries=None, libraries_xlsx=b"", Settlements_ods=b"", notes_txt="hello")

    _, report = read_area(folder)

    assert say(finding for finding in report.findings if finding.code == "file-ignored") == [
        "Settlements.ods | This file is not read: of its kind only settlements.csv, settlements.xlsx are."
        " | Save its table under one of these names, or take the file out of the folder.",
        "libraries.xlsx | This file is not read: of its kind only libraries.csv are."
        " | Save its table under one of these names, or take the file out of the folder.",
    ]


def test_a_folder_in_place_of_a_file_is_a_finding(tmp_path: Path) -> None:
    folder = write_area(tmp_path, settlements=None)
    (folder / "settlements.csv").mkdir()

    dataset, report = read_area(folder)

    assert dataset is None
    assert say(report.findings) == [
        "settlements.csv | There is something with this name, but it is not a file."
        " | Put the file itself there: not a folder, and not a link that leads nowhere."
    ]


@pytest.mark.skipif(os.name == "nt", reason="Windows asks for a privilege to make links")
def test_a_ring_of_links_is_a_finding(tmp_path: Path) -> None:
    folder = write_area(tmp_path, roads=None)
    (folder / "roads.csv").symlink_to(folder / "roads.csv")

    dataset, report = read_area(folder)

    assert dataset is None
    assert [finding.code for finding in report.errors] == ["not-a-file"]


def test_a_file_that_may_not_be_read_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_area(tmp_path)
    opened = type(folder).open

    def refuse(path: Path, *args: object, **kwargs: object) -> object:
        if path.name == "roads.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(type(folder), "open", refuse)
    dataset, report = read_area(folder)

    assert dataset is None
    assert say(report.findings) == [
        "roads.csv | The file cannot be read: there is no permission, or another program holds it open."
        " | Check that it is a file, that you may read it, and that no other program holds it open."
    ]


def test_a_file_that_is_far_too_big_is_a_finding(tmp_path: Path) -> None:
    folder = write_area(tmp_path, scenario=SCENARIO + "#" * 1_000_000)

    _, report = read_area(folder)

    assert say(report.findings) == [
        "scenario.toml | The file is bigger than 1 MB, the largest size that is read."
        " | Keep only the table itself in it; leave out pictures, empty rows and other sheets."
    ]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (
            {"libraries": LIBRARIES.replace("town", "towm")},
            "libraries.csv:2:settlement_id | No settlement has the id “towm”. | Did you mean “town”?",
        ),
        (
            {"libraries": LIBRARIES.replace("town", "zzz")},
            "libraries.csv:2:settlement_id | No settlement has the id “zzz”."
            " | Put the settlement_id of a row of the settlement table, or give lat and lon instead.",
        ),
        (
            {"scenario": SCENARIO.replace('"town"', '"towm"')},
            "scenario.toml:14:depots[1].settlement_id | No settlement has the id “towm”. | Did you mean “town”?",
        ),
        (
            {"settlements": SETTLEMENTS.replace("640", "").replace("population", "Населення")},
            "settlements.csv:2:Населення | The population of “Skhidne” is unknown; it is assumed to have 300 residents."
            " | Put the number, or change rules.default_population in the scenario.",
        ),
        (
            {"settlements": SETTLEMENTS.replace("450,2", "450,4")},
            "settlements.csv:4:rhythm_weeks | A visit every 4 weeks does not fit a cycle of 2 weeks."
            " | Use a number of weeks by which the cycle can be divided.",
        ),
        (
            {"settlements": SETTLEMENTS.replace("09:00-15:00", "09:00-09:29")},
            "settlements.csv:4:windows | No window of “Pivnichne” is as long as its visit of 30\xa0min,"
            " so the bus cannot call there. | Lengthen a window, or shorten the visit with dwell_min.",
        ),
        (
            {"settlements": SETTLEMENTS.replace(",ramp,", ",ramp;4x4,")},
            "settlements.csv:4:needs | No bus has everything that “Pivnichne” needs: 4x4, ramp."
            " | Add the feature to a bus of the scenario, or take it out here.",
        ),
        (
            {"settlements": SETTLEMENTS.replace(",2,30,Mon-Fri 09:00-15:00", ",2,600,")},
            "settlements.csv:4:dwell_min | A stay of 10\xa0h\xa000\xa0min is longer than the working day of every bus."
            " | Shorten the stay, or lengthen shift and max_work_h of a bus.",
        ),
    ],
)
def test_files_are_checked_against_one_another(files: dict[str, str], words: str, tmp_path: Path) -> None:
    _, report = read_area(write_area(tmp_path, **files))

    assert say(report.findings) == [words]
