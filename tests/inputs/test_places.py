"""Libraries: in a settlement or at a position."""

from __future__ import annotations

from areas import LIBRARIES, say

from bibliobus.domain.places import Library
from bibliobus.inputs.files import InputFile
from bibliobus.inputs.places import read_libraries


def read(text: str) -> tuple[dict[int, Library], list[str]]:
    """Libraries and messages of a text."""
    libraries, findings = read_libraries(InputFile("libraries.csv", text.encode()))
    return libraries, say(findings)


def test_a_library_may_have_a_position_instead_of_a_settlement() -> None:
    libraries, messages = read(LIBRARIES.replace("town,,", ",48.7,37.5"))

    assert messages == []
    assert libraries == {2: Library("central", "Central library", "", 48.7, 37.5, "made up for tests")}


def test_a_library_without_a_place_is_refused() -> None:
    libraries, messages = read(LIBRARIES.replace("town,,", ",,"))

    assert libraries == {}
    assert messages == [
        "libraries.csv:2:settlement_id | It is not said where this is. | Give a settlement_id, or both lat and lon."
    ]


def test_a_library_without_a_name_is_refused() -> None:
    libraries, messages = read(LIBRARIES.replace("Central library", ""))

    assert libraries == {}
    assert messages == ["libraries.csv:2:name | The cell is empty, but a value is needed here. | Fill it in."]


def test_ids_of_libraries_are_unique() -> None:
    _, messages = read(LIBRARIES + LIBRARIES.splitlines()[1])

    assert messages == [
        "libraries.csv:3:library_id | The id “central” is in row 2 already, and again in row 3."
        " | Give every row an id of its own, or delete the row that is repeated."
    ]


def test_a_table_without_rows_is_worth_a_warning() -> None:
    libraries, messages = read(LIBRARIES.splitlines()[0])

    assert libraries == {}
    assert messages == [
        "libraries.csv | No library is listed, so nobody counts as living near one."
        " | Put a table libraries.csv into the area, with a row for each library that is open."
    ]


def test_a_table_without_its_columns_or_without_anything_is_refused() -> None:
    assert [read(text)[0] for text in ("a,b\n1,2\n", "")] == [{}, {}]
