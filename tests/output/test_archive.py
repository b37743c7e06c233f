"""Workbooks as bytes that do not change."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

from openpyxl import Workbook, load_workbook

from bibliobus.output.archive import pack_workbook


def test_nothing_in_the_file_depends_on_the_moment_or_the_machine() -> None:
    book = Workbook()

    packed = pack_workbook(book)

    entries = zipfile.ZipFile(io.BytesIO(packed)).infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {(entry.create_system, entry.compress_type) for entry in entries} == {(3, zipfile.ZIP_STORED)}
    properties = load_workbook(io.BytesIO(packed)).properties
    assert (properties.created, properties.modified) == (datetime(2000, 1, 1), datetime(2000, 1, 1))
    assert (properties.creator, properties.lastModifiedBy) == ("bibliobus", "bibliobus")


def test_a_workbook_packed_twice_gives_equal_bytes() -> None:
    first, second = (pack_workbook(Workbook()) for _ in range(2))

    assert first == second
