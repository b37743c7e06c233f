"""Workbooks and zip files as bytes that are the same at every run."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl import Workbook

DOCUMENT_DATE: Final = datetime(2000, 1, 1)
MAKER: Final = "bibliobus"

_ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_READABLE: Final = 0o644 << 16


def pack_workbook(book: Workbook) -> bytes:
    """
    Pack a workbook, whose document properties are set here, into an XLSX file.

    Dates of the document and of the zip entries are fixed, and the entries are stored without compression, since
    compressors differ between machines.
    """
    from openpyxl.writer.excel import ExcelWriter

    book.properties.creator = book.properties.lastModifiedBy = MAKER
    book.properties.created = book.properties.modified = DOCUMENT_DATE
    draft = io.BytesIO()
    # Not Workbook.save, which puts the present moment into the properties.
    with zipfile.ZipFile(draft, "w") as archive:
        ExcelWriter(book, archive).save()
    with zipfile.ZipFile(draft) as source:
        return pack_files({name: source.read(name) for name in source.namelist()})


def pack_files(files: Mapping[str, bytes]) -> bytes:
    """Pack files by name, in their order, into a zip file that depends on no moment or machine: not compressed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.create_system = _UNIX
            entry.external_attr = _READABLE
            target.writestr(entry, content, zipfile.ZIP_STORED)
    return packed.getvalue()
