"""Names in road changes: which settlement, which road, and which buses are meant."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from bibliobus.domain.roads import ChangeKind
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.tables.cells import clean_name, find_unknown, show_value
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bibliobus.domain.places import Settlement
    from bibliobus.domain.roads import RoadChange
    from bibliobus.domain.scenario import Scenario

# Letters that look alike in both alphabets, as road numbers are typed in either.
_LOOK_ALIKE: Final = str.maketrans("АВЕІКМНОРСТХ", "ABEIKMHOPCTX")
MAX_NAMED: Final = 5

UNKNOWN_PLACE: Final = FindingKind(
    "change-unknown-place",
    Severity.ERROR,
    N_("There is no settlement “{value}” in the area."),
    N_("Write the name or the settlement_id as in the table of settlements."),
)
AMBIGUOUS_PLACE: Final = FindingKind(
    "change-ambiguous-place",
    Severity.ERROR,
    N_("{count} settlements are called “{value}”."),
    N_("Write the settlement_id in place of the name: {ids}."),
)
UNKNOWN_VEHICLE: Final = FindingKind(
    "change-unknown-vehicle",
    Severity.ERROR,
    N_("“{value}” is neither a bus nor a bus profile of the scenario."),
    N_("Known ids: {known}; an empty cell means all buses."),
)
VEHICLE_SHARES_PROFILE: Final = FindingKind(
    "change-vehicle-shares-profile",
    Severity.WARNING,
    N_("The change is meant for {bus}, but {others} has the same profile {profile}, so it holds for both."),
    N_("Give {bus} a profile of its own in the scenario to tell them apart."),
)
VEHICLE_NOT_OPENED: Final = FindingKind(
    "change-vehicle-not-opened",
    Severity.WARNING,
    N_("The road is opened for {bus}, but {others} has the same profile {profile}, so it stays closed for both."),
    N_("Give {bus} a profile of its own in the scenario to tell them apart."),
)


def find_settlement(text: str, settlements: Sequence[Settlement], place: Place) -> Settlement | Finding:
    """
    Find a settlement by id or name.

    Parameters
    ----------
    text
        Id, or name in either spelling, of any letter case.
    settlements
        Settlements of the area.
    place
        Where the text stands.

    Returns
    -------
    Settlement or Finding
        The settlement, or why it is not clear which.
    """
    by_id = next((settlement for settlement in settlements if settlement.settlement_id == text), None)
    if by_id is not None:
        return by_id
    wanted = clean_name(text).casefold()
    found = [s for s in settlements if wanted in (s.name_uk.casefold(), s.name_latin.casefold())]
    if len(found) == 1:
        return found[0]
    if not found:
        names = [name for s in settlements for name in (s.name_uk, s.name_latin) if name]
        return find_unknown(UNKNOWN_PLACE, place, text, (), names)
    ids = ", ".join(show_value(s.settlement_id) for s in found[:MAX_NAMED])
    return AMBIGUOUS_PLACE.at(place, value=show_value(text), count=len(found), ids=ids)


def road_keys(text: str) -> frozenset[str]:
    """
    Find what a road may be called, so that “Т-05-14”, “T 0514” and “T0514;E40” are one road.

    Returns Latin capital letters and digits of each number, or letters of each name, without marks and blanks.
    """
    parts = (re.sub(r"[\W_]+", "", part).upper().translate(_LOOK_ALIKE) for part in text.split(";"))
    return frozenset(part for part in parts if part)


def find_profiles(change: RoadChange, scenario: Scenario) -> tuple[tuple[str, ...] | None, list[Finding]]:
    """
    Find the bus profiles that a change holds for, sorted; None means all.

    Travel times belong to a profile. A change for a bus whose profile other buses share holds for all of them, to be
    on the safe side; a road that is opened for such a bus stays closed.
    """
    place = Place(change.file, change.row, "vehicles")
    if not change.vehicles:
        return None, []
    profiles = {profile.profile_id for profile in scenario.profiles}
    buses: dict[str, list[str]] = defaultdict(list)
    for bus in scenario.buses:
        buses[bus.profile_id].append(bus.bus_id)
    profile_of = {bus.bus_id: bus.profile_id for bus in scenario.buses}
    known = sorted({*profiles, *profile_of})
    findings = [
        find_unknown(UNKNOWN_VEHICLE, place, vehicle, known) for vehicle in change.vehicles if vehicle not in known
    ]
    wanted = {vehicle for vehicle in change.vehicles if vehicle in profiles}
    for vehicle in change.vehicles:
        profile = profile_of.get(vehicle)
        if profile is None or profile in wanted:
            continue
        others = [bus for bus in buses[profile] if bus not in change.vehicles]
        opened = change.kind is ChangeKind.OPENED
        if others:
            kind = VEHICLE_NOT_OPENED if opened else VEHICLE_SHARES_PROFILE
            findings.append(kind.at(place, bus=vehicle, others=", ".join(others), profile=profile))
        if not (others and opened):
            wanted.add(profile)
    return tuple(sorted(wanted)), findings


def index_names(names: Sequence[str]) -> Mapping[str, tuple[int, ...]]:
    """Positions by name or number of a road; some may be empty."""
    found: dict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(names):
        for key in sorted(road_keys(name)):
            found[key].append(at)
    return {key: tuple(positions) for key, positions in found.items()}
