"""Start an area: an example to be filled, or a scenario for the tables that are there already."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from bibliobus.domain.roads import OSM_ATTRIBUTION
from bibliobus.errors import InputError
from bibliobus.findings import Place
from bibliobus.inputs.credits import GEONAMES_ATTRIBUTION, comes_from_geonames
from bibliobus.inputs.files import ROADS_OSM, SCENARIO_FILE, SETTLEMENTS_CSV, area_files
from bibliobus.inputs.settlements import NO_SETTLEMENTS
from bibliobus.language import N_, Language
from bibliobus.network.geodesy import measure_distances
from bibliobus.workflows.area_settlements import read_area_settlements
from bibliobus.workflows.output import write_file
from bibliobus.workflows.samples import date_scenario, init_area, read_template

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from bibliobus.domain.places import Settlement

BUS: Final = N_("Bus 1")


def start_area(
    target: Path, *, language: str, encoding: str = "", today: date | None = None, force: bool = False
) -> Settlement | None:
    """
    Write an example area, or only a scenario into a folder that has roads or settlements but no scenario.

    Parameters
    ----------
    target
        Folder of the area.
    language
        ``uk`` or ``en``, language of the outputs in a scenario for tables that are there.
    encoding
        Python's name of the encoding of these tables if they are not UTF-8; empty means by their text.
    today
        Date of the caller: the cycle begins on a Monday after it; None keeps the first day of the example.
    force
        True if a folder that stands there may be replaced by the example; tables without a scenario never are.

    Returns
    -------
    Settlement or None
        Settlement where the scenario assumes the depot; None if the example was written.

    Raises
    ------
    InputError
        If the folder has roads but no settlements, or a table of them that cannot be used.
    UsageError
        If the folder is in the way of the example.
    ToolError
        If it cannot be written.
    """
    there = area_files(target)
    if not there or target / SCENARIO_FILE in there:
        init_area(target, today=today, force=force)
        return None
    settlements, _ = read_area_settlements(target, encoding=encoding)
    if not settlements:
        raise InputError(NO_SETTLEMENTS.at(Place(SETTLEMENTS_CSV)))
    depot = find_centre(settlements)
    sources = [
        OSM_ATTRIBUTION if target / ROADS_OSM in there else "",
        GEONAMES_ATTRIBUTION if comes_from_geonames(settlements) else "",
    ]
    attribution = "; ".join(filter(None, sources))
    text = write_scenario(target.resolve().name, depot, language=language, attribution=attribution, encoding=encoding)
    text = date_scenario(text, today)
    write_file(target / SCENARIO_FILE, text.encode("utf-8"), force=False)
    return depot


def find_centre(settlements: Sequence[Settlement]) -> Settlement:
    """
    Find the settlement where a depot most likely stands.

    Parameters
    ----------
    settlements
        At least one settlement.

    Returns
    -------
    Settlement
        The one with the most people; if nobody knows how many there are, the one in the middle.
    """
    if any(settlement.population for settlement in settlements):
        return max(settlements, key=lambda settlement: settlement.population or 0)
    lats, lons = [s.lat for s in settlements], [s.lon for s in settlements]
    return settlements[int(measure_distances(lats, lons, lats, lons).sum(axis=1).argmin())]


def write_scenario(title: str, depot: Settlement, *, language: str, attribution: str, encoding: str = "") -> str:
    """
    Write the documented scenario of the example with what is known of another area.

    Parameters
    ----------
    title
        Title of the area.
    depot
        Settlement where the depot is assumed.
    language
        ``uk`` or ``en``.
    attribution
        Who must be named as the source of the data; may be empty.
    encoding
        Encoding of the tables, as somebody named it; may be empty.

    Returns
    -------
    str
        TOML with a comment on every key.
    """
    text = read_template()
    parts = re.split(r"(?m)^(?=\[\[(?:depots|profiles|buses)\]\]$|\[rules\]$)", text)
    head, depots, profiles, buses, rules = parts
    here = {"title_uk": title, "title_en": title, "notice_uk": "", "notice_en": "", "data_date": ""}
    here |= {"attribution": attribution, "language": language, "encoding": encoding}
    base = {"name": depot.name_uk, "settlement_id": depot.settlement_id, "lat": depot.lat, "lon": depot.lon}
    bus = {"name": Language(language).gettext(BUS)}
    return _fill(head, here) + _fill(depots, base) + profiles + _fill(buses, bus) + rules


def _fill(text: str, values: Mapping[str, object]) -> str:
    """Lines of TOML with other values; a key that is commented out stays so."""
    lines = text.split("\n")
    for key, value in values.items():
        at = next(at for at, line in enumerate(lines) if re.match(rf"(# )?{key} = ", line))
        # A JSON string is a TOML string too.
        lines[at] = lines[at].partition(key)[0] + f"{key} = {json.dumps(value, ensure_ascii=False)}"
    return "\n".join(lines)
