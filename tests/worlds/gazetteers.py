"""Tiny gazetteers in the formats of GeoNames and of the codifier, for tests that import settlements."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from workbooks import build_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable

OBLAST, RAION, OTHER_RAION = "UA14000000000091971", "UA14120000000012345", "UA14160000000054321"
NORTH, SOUTH = "UA14120010000000011", "UA14120030000000033"
"""Codes of the two hromadas of the raion."""


def code(hromada: str, number: int) -> str:
    """Code of a settlement of a hromada."""
    return f"{hromada[:10]}{number:02d}{number:07d}"


def line(number: int, name: str, others: str, lat: float, lon: float, **changes: str) -> str:
    """One line of GeoNames."""
    cells = {
        "id": str(number),
        "name": name,
        "ascii": name,
        "others": others,
        "lat": str(lat),
        "lon": str(lon),
        "class": "P",
        "kind": "PPL",
        "country": "UA",
        "cc2": "",
        "admin1": "05",
        "admin2": "1412",
        "admin3": "",
        "admin4": "",
        "population": "0",
        "elevation": "",
        "dem": "100",
        "zone": "Europe/Kyiv",
        "date": "2022-01-01",
    } | changes
    return "\t".join(cells.values())


def pack(lines: Iterable[str], name: str = "UA.txt") -> bytes:
    """Archive as GeoNames offers it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", "about the columns")
        archive.writestr(name, "\n".join(lines) + "\n")
    return stream.getvalue()


def codify(settlements: Iterable[tuple[str, str, str]]) -> bytes:
    """
    Workbook of the codifier, with the rows that the ministry puts above the table.

    Each settlement is its code, category and name; the hromada is found by the code.
    """
    hromadas = {code(NORTH, 0)[:10]: NORTH, code(SOUTH, 0)[:10]: SOUTH}
    rows = [
        ["", "", "", "", "", "ЗАТВЕРДЖЕНО", ""],
        ["Кодифікатор", "", "", "", "", "", ""],
        ["Перший рівень", "Другий рівень", "Третій рівень", "Четвертий рівень", "Додатковий", "Категорія", "Назва"],
        [OBLAST, "", "", "", "", "O", "Донецька"],
        [OBLAST, RAION, "", "", "", "Р", "Краматорський"],
        [OBLAST, RAION, NORTH, "", "", "Н", "Північна "],
        [OBLAST, RAION, SOUTH, "", "", "Н", "Південна"],
        [OBLAST, OTHER_RAION, "", "", "", "P", "Покровський"],
    ]
    rows += [[OBLAST, RAION, hromadas[own[:10]], own, "", category, name] for own, category, name in settlements]
    return build_workbook(rows)
