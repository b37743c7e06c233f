"""Write settlements as the table that `bibliobus.inputs.settlements` reads."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from bibliobus.inputs.settlements import COLUMNS
from bibliobus.inputs.windows import format_windows
from bibliobus.units import MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.domain.places import Settlement

FORMULA_SIGNS: Final = ("=", "+", "-", "@")


def format_settlements(settlements: Iterable[Settlement]) -> bytes:
    """
    Format settlements as CSV.

    Parameters
    ----------
    settlements
        Settlements in the order of the rows.

    Returns
    -------
    bytes
        UTF-8 with BOM, commas, LF; unknown values are empty. A text that a spreadsheet could take for a
        formula stands behind an apostrophe. Column ``match`` is there if some settlement has it.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    rows = list(settlements)
    matched = any(settlement.match for settlement in rows)
    names = [column.name for column in COLUMNS if matched or column.name != "match"]
    writer.writerow(names)
    for settlement in rows:
        cells = _list_cells(settlement)
        writer.writerow([cells[name] for name in names])
    return stream.getvalue().encode("utf-8-sig")


def _list_cells(settlement: Settlement) -> dict[str, str]:
    """Cells of a settlement by column."""
    texts = {
        "settlement_id": settlement.settlement_id,
        "name_uk": settlement.name_uk,
        "name_latin": settlement.name_latin,
        "category": settlement.category,
        "raion": settlement.raion,
        "hromada": settlement.hromada,
        "windows": format_windows(settlement.windows),
        "needs": ";".join(settlement.needs),
        "note": settlement.note,
        "match": settlement.match,
    }
    numbers = {
        "lat": f"{settlement.lat:.6f}".rstrip("0").rstrip("."),
        "lon": f"{settlement.lon:.6f}".rstrip("0").rstrip("."),
        "population": "" if settlement.population is None else str(settlement.population),
        "rhythm_weeks": "" if settlement.rhythm_weeks is None else str(settlement.rhythm_weeks),
        "dwell_min": "" if settlement.dwell_s is None else str(settlement.dwell_s // MINUTE_S),
    }
    guarded = {name: f"'{text}" if text.startswith(FORMULA_SIGNS) else text for name, text in texts.items()}
    return guarded | numbers
