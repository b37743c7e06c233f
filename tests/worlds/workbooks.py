"""Workbooks and GeoPackages as bytes, sound ones and hostile ones, for tests."""

from __future__ import annotations

import csv
import io
import tempfile
import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SHEET: Final = "xl/worksheets/sheet1.xml"
SHEET_START: Final = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1"/><sheetData>'
)
SHEET_END: Final = b"</sheetData></worksheet>"


def build_workbook(*sheets: Sequence[Sequence[object]], merge: str = "") -> bytes:
    """Workbook with the given rows in its sheets."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(list(row))
        if merge:
            sheet.merge_cells(merge)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def to_rows(text: str) -> list[list[object]]:
    """Cells of a CSV text, those with numbers as numbers."""
    return [[_value(cell) for cell in row] for row in csv.reader(text.splitlines())]


def replace_members(workbook: bytes, members: Mapping[str, bytes]) -> bytes:
    """Same workbook with some members replaced or added."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**kept, **members}.items():
            archive.writestr(name, content)
    return stream.getvalue()


def build_sheet(body: bytes) -> bytes:
    """Workbook whose sheet has the given XML rows."""
    return replace_members(build_workbook([["x"]]), {SHEET: SHEET_START + body + SHEET_END})


def build_geopackage(
    rows: Sequence[Mapping[str, Any]], *, crs: str | None = "EPSG:4326", layers: Sequence[str] = ("roads",)
) -> bytes:
    """GeoPackage with layers of the given rows; the key ``geometry`` holds a shapely geometry or None."""
    import geopandas

    frame = geopandas.GeoDataFrame(list(rows), geometry="geometry", crs=crs)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roads.gpkg"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for layer in layers:
                frame.to_file(path, layer=layer, driver="GPKG", engine="pyogrio")
        return path.read_bytes()


def _value(cell: str) -> object:
    """Number if the cell is one."""
    try:
        return float(cell) if "." in cell else int(cell)
    except ValueError:
        return cell or None
