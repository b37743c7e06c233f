"""Checks of an area's files against one another, and of its roads against its settlements."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.files import LIBRARIES_FILE
from bibliobus.inputs.scenario.build import DWELL_LONGER_THAN_SHIFT, RESIDENTS, RHYTHM_DOES_NOT_DIVIDE, WEEKS
from bibliobus.inputs.tables.cells import find_unknown, show_name, show_value
from bibliobus.inputs.tables.ids import bound_line, measure_line
from bibliobus.words.language import N_, NN_, format_clock, round_up
from bibliobus.words.text import Count, Duration, Length, Rhythm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bibliobus.domain.places import Library, Settlement
    from bibliobus.domain.roads import RoadRow
    from bibliobus.domain.scenario import Curfew, Scenario, ServiceRules
    from bibliobus.inputs.scenario.read import ScenarioFile
    from bibliobus.inputs.settlements import SettlementTable

UNKNOWN_SETTLEMENT: Final = FindingKind(
    "unknown-settlement",
    Severity.ERROR,
    N_("No settlement has the id “{value}”."),
    N_("Put the settlement_id of a row of the settlement table, or give lat and lon instead."),
)
NO_PUBLISH_UNKNOWN: Final = FindingKind(
    "no-publish-unknown",
    Severity.ERROR,
    N_("No settlement has the id “{value}”, so its stop would be published."),
    N_("Put the settlement_id of a row of the settlement table."),
)
POPULATION_UNKNOWN: Final = FindingKind(
    "population-unknown",
    Severity.WARNING,
    N_("The population of “{name}” is unknown; it is assumed to have {people}."),
    N_("Put the number, or change rules.default_population in the scenario."),
)
WINDOWS_TOO_SHORT: Final = FindingKind(
    "windows-too-short",
    Severity.WARNING,
    N_("No window of “{name}” is as long as its visit of {dwell}, so the bus cannot call there."),
    N_("Lengthen a window, or shorten the visit with dwell_min."),
)
UNKNOWN_DISTRICT: Final = FindingKind(
    "unknown-district",
    Severity.ERROR,
    N_("No settlement lies in a hromada or raion called “{value}”."),
    N_("Write the name as in the settlement table."),
)
CURFEW_PARTLY: Final = FindingKind(
    "curfew-partly",
    Severity.NOTE,
    N_(
        "The curfew {hours} holds on {days} of the cycle from {first} to {last}; the other days are planned without it."
    ),
    N_("Plan anew when it begins or ends. Leave out its dates to keep it on all days."),
)
DAYS: Final = NN_("{count} day", "{count} days")
NEEDS_NO_BUS_HAS: Final = FindingKind(
    "needs-no-bus-has",
    Severity.WARNING,
    N_("No bus has everything that “{name}” needs: {needs}."),
    N_("Add the feature to a bus of the scenario, or take it out here."),
)


def check_homes(
    scenario: ScenarioFile | None, libraries: Mapping[int, Library], settlements: SettlementTable
) -> list[Finding]:
    """
    Find depots, libraries and places kept back that stand in no settlement; what could not be read is passed over.
    """
    if not settlements.ids:
        return []
    wanted = [
        (Place(LIBRARIES_FILE, row, "settlement_id"), library.settlement_id) for row, library in libraries.items()
    ]
    if scenario is not None:
        wanted[:0] = list(_list_named(scenario))
    kept_back = [] if scenario is None else scenario.scenario.publishing.no_publish
    return [
        find_unknown(UNKNOWN_SETTLEMENT, place, settlement_id, (), settlements.ids)
        for place, settlement_id in wanted
        if settlement_id and settlement_id not in settlements.ids
    ] + [
        find_unknown(
            NO_PUBLISH_UNKNOWN, scenario.lines.place("publish", "no_publish"), settlement_id, (), settlements.ids
        )
        for settlement_id in kept_back
        if scenario is not None and settlement_id not in settlements.ids
    ]


def _list_named(file: ScenarioFile) -> Iterator[tuple[Place, str]]:
    """Settlements that a scenario names, and where."""
    scenario, lines = file.scenario, file.lines
    named = {
        "depots": [depot.settlement_id for depot in scenario.depots],
        "stops": [stop.settlement_id for stop in scenario.stops],
        "locks": [lock.settlement_id for lock in scenario.locks],
    }
    for table, ids in named.items():
        for at, settlement_id in enumerate(ids):
            yield lines.place(table, at, "settlement_id"), settlement_id
    for at, curfew in enumerate(scenario.curfews):
        for settlement_id in curfew.settlements:
            yield lines.place("curfews", at, "settlements"), settlement_id


def check_curfews(file: ScenarioFile, settlements: SettlementTable) -> list[Finding]:
    """Find names that nothing has, and note each curfew that holds on a part of the cycle only."""
    districts = {name for one in settlements.by_row.values() for name in (one.hromada, one.raion) if name}
    findings: list[Finding] = []
    for at, curfew in enumerate(file.scenario.curfews):
        for key, names in (("hromadas", curfew.hromadas), ("raions", curfew.raions)):
            place = file.lines.place("curfews", at, key)
            unknown = (name for name in names if districts and name not in districts)
            findings += (find_unknown(UNKNOWN_DISTRICT, place, name, (), districts) for name in unknown)
        findings += _note_part(file, at, curfew)
    return findings


def _note_part(file: ScenarioFile, at: int, curfew: Curfew) -> Iterator[Finding]:
    """Note on a curfew that does not hold on every date of the first cycle."""
    cycle = file.scenario.cycle
    dates = [cycle.date_of(day) for day in range(cycle.weeks * WEEK_DAYS)]
    held = sum(curfew.holds_on(day) for day in dates)
    if held < len(dates):
        yield CURFEW_PARTLY.at(
            file.lines.place("curfews", at, "first" if curfew.first else "last"),
            hours=f"{format_clock(curfew.start_s)}-{format_clock(curfew.end_s)}",
            days=Count(*DAYS, held),
            first=dates[0].isoformat(),
            last=dates[-1].isoformat(),
        )


def check_against_scenario(scenario: Scenario, settlements: SettlementTable) -> list[Finding]:
    """Find populations, rhythms and windows of settlements that do not go with the scenario."""
    planned = [bus for bus in scenario.buses if not bus.spare]
    features = [set(bus.features) for bus in planned]
    days = [min(bus.shift.end_s - bus.shift.start_s, bus.shift.max_work_s) for bus in planned]
    findings: list[Finding] = []
    for row, settlement in settlements.by_row.items():
        name = show_name(settlement)
        findings += _check_rules(settlement, row, settlements, scenario)
        if settlement.dwell_s is not None and settlement.dwell_s > max(days):
            place = settlements.place(row, "dwell_min")
            findings.append(DWELL_LONGER_THAN_SHIFT.at(place, value=Duration(settlement.dwell_s)))
        if not any(has >= set(settlement.needs) for has in features):
            place, needs = settlements.place(row, "needs"), show_value(", ".join(settlement.needs))
            findings.append(NEEDS_NO_BUS_HAS.at(place, name=name, needs=needs))
    return findings


def _check_rules(
    settlement: Settlement, row: int, settlements: SettlementTable, scenario: Scenario
) -> Iterator[Finding]:
    """Findings for the population, rhythm and windows of one settlement."""
    name, rules, weeks = show_name(settlement), scenario.rules, scenario.cycle.weeks
    if settlement.population is None:
        place = settlements.place(row, "population")
        yield POPULATION_UNKNOWN.at(place, name=name, people=Count(*RESIDENTS, rules.default_population))
    if settlement.rhythm_weeks is not None and weeks % settlement.rhythm_weeks:
        place = settlements.place(row, "rhythm_weeks")
        yield RHYTHM_DOES_NOT_DIVIDE.at(place, rhythm=Rhythm(settlement.rhythm_weeks), weeks=Count(*WEEKS, weeks))
    dwell_s = _find_dwell(settlement, rules)
    if settlement.windows and all(window.end_s - window.start_s < dwell_s for window in settlement.windows):
        place = settlements.place(row, "windows")
        yield WINDOWS_TOO_SHORT.at(place, name=name, dwell=Duration(dwell_s))


def _find_dwell(settlement: Settlement, rules: ServiceRules) -> int:
    """Length of a visit in seconds, by wish or by size, on the grid."""
    people = rules.default_population if settlement.population is None else settlement.population
    by_rule = [rule.dwell_s for rule in rules.dwell if rule.from_population <= people][-1]
    return round_up(by_rule if settlement.dwell_s is None else settlement.dwell_s, rules.grid_s)


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
    """Check where roads end, and that none is shorter than the crow flies."""
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
        ends = (start.lat, start.lon), (end.lat, end.lon)
        if road.length_m >= SHORTER_SHARE * bound_line(*ends):
            continue
        crow_m = measure_line(ends)
        if road.length_m < SHORTER_SHARE * crow_m:
            length, crow = Length(road.length_m), Length(round(crow_m))
            findings.append(TOO_SHORT.at(Place(file, number, "length_km"), length=length, crow=crow))
    return findings
