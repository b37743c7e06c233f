"""
The open table against the rules of its Table Schema, read from the file of the schema itself.

``schema-mobile-library-stops-0.3.0.json`` is the schema "mobile library stops" 0.3.0 of LibrariesHacked as published
at schema.librarydata.uk; the checks below are those of the Table Schema standard that it uses.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hostile_world import build_hostile
from made import Made
from plans import tiny_dataset, tiny_plan

from bibliobus.domain.calendar import DateSpan
from bibliobus.output.exchange.texts import render_timetable_csv
from bibliobus.words.language import Language

SCHEMA = json.loads((Path(__file__).parent / "schema-mobile-library-stops-0.3.0.json").read_text(encoding="utf-8"))


def is_typed(field: dict[str, Any], text: str) -> bool:
    """Whether a text is a value of the type of its field."""
    try:
        match field["type"]:
            case "number":
                float(text)
            case "time":
                datetime.strptime(text, field["format"])
            case "date":
                date.fromisoformat(text)
            case "string":
                return field["format"] != "uri" or re.match(r"https?://", text) is not None
            case other:
                raise AssertionError(f"the schema has a new type {other}")
    except ValueError:
        return False
    return True


def find_broken(content: bytes) -> list[tuple[int, str, str]]:
    """Row, column and value of each cell that breaks the schema; row 1 if the header does."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    fields = SCHEMA["fields"]
    if rows[0] != [field["name"] for field in fields]:
        return [(1, "", ",".join(rows[0]))]
    broken = []
    for number, row in enumerate(rows[1:], start=2):
        for field, text in zip(fields, row, strict=True):
            rules = field["constraints"]
            missing = not text and rules["required"]
            odd = text and not is_typed(field, text)
            unlisted = "enum" in rules and text not in rules["enum"]
            unlike = "pattern" in rules and not re.fullmatch(rules["pattern"], text)
            if missing or odd or unlisted or unlike:
                broken.append((number, field["name"], text))
    return broken


@pytest.mark.parametrize("language", ["uk", "en"])
def test_the_open_table_keeps_its_schema(language: str):
    span = DateSpan(date(2026, 3, 2), date(2026, 12, 31))

    made = Made(tiny_plan(), tiny_dataset(), language=Language(language))

    contents = [render_timetable_csv(replace(made, span=each).view(), endless=each is None) for each in (None, span)]

    assert [find_broken(content) for content in contents] == [[], []]


def test_the_open_table_of_hostile_names_keeps_its_schema():

    assert find_broken(render_timetable_csv(build_hostile().view())) == []


def test_a_table_that_breaks_the_schema_is_noticed():
    content = render_timetable_csv(Made(tiny_plan(), tiny_dataset()).view(), endless=True).decode()

    for good, bad, column in [
        ("Monday,Public", "Montag,Public", "day"),
        (",09:20,", ",9h20,", "arrival"),
        ("37.600000", "37.6E", "geox"),
        ("2026-03-02", "2026-02-30", "start"),
        (",,37.6", ",84000,37.6", "postcode"),
    ]:
        assert {name for _, name, _ in find_broken(content.replace(good, bad).encode())} == {column}
    assert find_broken(content.replace("geox,geoy", "geoy,geox").encode())[0][0] == 1
