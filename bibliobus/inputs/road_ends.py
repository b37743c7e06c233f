"""Checks of roads against settlements: where they end, and whether they can be that short."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.positions import measure_line
from bibliobus.inputs.suggestions import find_unknown
from bibliobus.language import N_
from bibliobus.wording import Length

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.domain.places import Settlement
    from bibliobus.domain.roads import RoadRow
    from bibliobus.inputs.settlements import SettlementTable

# A road may be a little shorter than the way between the middles of two settlements.
SHORTER_SHARE: Final = 0.98
# Similar names are looked for so often and no more: it takes long.
MAX_GUESSES: Final = 50

LONELY_END: Final = FindingKind(
    "lonely-junction",
    Severity.WARNING,
    N_("“{value}” is not a settlement, and no other road leads there."),
    N_("Check the id; a junction joins at least two roads."),
)
TOO_SHORT: Final = FindingKind(
    "shorter-than-the-crow-flies",
    Severity.WARNING,
    N_("The road is {length} long, but its ends are {crow} apart as the crow flies."),
    N_("Check the length, the two ids, and the positions of both settlements."),
)


def check_road_ends(roads: Mapping[int, RoadRow], settlements: SettlementTable, file: str) -> list[Finding]:
    """
    Check where roads end, and that none is shorter than the crow flies.

    Parameters
    ----------
    roads
        Roads by row.
    settlements
        All settlements of the area.
    file
        Name of the roads' file.

    Returns
    -------
    list of Finding
        Warnings, first those about ends, then those about lengths.
    """
    ends: dict[str, list[Place]] = defaultdict(list)
    for number, road in roads.items():
        ends[road.from_id].append(Place(file, number, "from_id"))
        ends[road.to_id].append(Place(file, number, "to_id"))
    lonely = [end for end, places in ends.items() if end not in settlements.ids and len(places) == 1]
    known = {*settlements.ids, *ends}
    findings = [
        find_unknown(LONELY_END, ends[end][0], end, (), known - {end} if count < MAX_GUESSES else ())
        for count, end in enumerate(lonely)
    ]
    homes = {settlement.settlement_id: settlement for settlement in settlements.by_row.values()}
    return findings + _check_lengths(roads, homes, file)


def _check_lengths(roads: Mapping[int, RoadRow], homes: Mapping[str, Settlement], file: str) -> list[Finding]:
    """Findings for roads that are shorter than the crow flies."""
    findings = []
    for number, road in roads.items():
        start, end = homes.get(road.from_id), homes.get(road.to_id)
        if start is None or end is None:
            continue
        crow_m = measure_line(((start.lat, start.lon), (end.lat, end.lon)))
        if road.length_m < SHORTER_SHARE * crow_m:
            length, crow = Length(road.length_m), Length(round(crow_m))
            findings.append(TOO_SHORT.at(Place(file, number, "length_km"), length=length, crow=crow))
    return findings
