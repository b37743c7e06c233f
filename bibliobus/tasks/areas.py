"""Areas made ready for planning, and what can be said of those that lack a scenario yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.fleet import BusProfile
from bibliobus.domain.roads import NoRoads
from bibliobus.domain.watch import UNWATCHED, Stage, Watch
from bibliobus.findings import FindingKind, FindingReport, InputError, Place, Severity
from bibliobus.inputs.area import name_encoding, parse_area, read_inputs, refuse_area
from bibliobus.inputs.changes import read_changes_file
from bibliobus.inputs.files import (
    CHANGES_FILES,
    ROADS_OSM,
    SCENARIO_FILE,
    SETTLEMENTS_CSV,
    SETTLEMENTS_XLSX,
    list_names,
    read_files,
)
from bibliobus.inputs.roads import read_roads
from bibliobus.inputs.scenario.read import read_scenario
from bibliobus.inputs.settlements import SettlementTable, read_settlements
from bibliobus.model.area import check_worth, prepare_area
from bibliobus.network.build import lay_roads
from bibliobus.network.changes.find import RoadsToChange
from bibliobus.network.changes.resolve import resolve_changes
from bibliobus.network.network import Network, join_network, make_index
from bibliobus.network.places import NetworkPlace
from bibliobus.network.study import check_reach
from bibliobus.plan.cautions import find_cautions
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from bibliobus.domain.places import Settlement
    from bibliobus.domain.roads import Roads
    from bibliobus.findings import Finding
    from bibliobus.inputs.area import AreaInputs, Dataset
    from bibliobus.model.area import PreparedArea
    from bibliobus.network.changes.apply import ResolvedChange


def ready_area(
    folder: Path,
    *,
    area_id: str | None = None,
    keep_cache: bool = True,
    changes: Path | None = None,
    scenario: Path | None = None,
    like: PreparedArea | None = None,
    watch: Watch = UNWATCHED,
) -> tuple[PreparedArea, FindingReport]:
    """
    Read an area and make it ready for planning.

    ``area_id``: Name of the area; None means the name of the folder.
    ``keep_cache``: False if nothing may be written beside imported roads: in a published plan, or in a sample.
    ``changes``, ``scenario``: Files that take the place of the area's own; None means its own.
    ``like``: The same area made ready, whose imported roads need not be read again; None to read them.
    """
    ready = open_area(
        folder, area_id=area_id, keep_cache=keep_cache, changes=changes, scenario=scenario, like=like, watch=watch
    )
    return ready.prepared, ready.report


@dataclass(frozen=True)
class ReadyArea:
    """An area made ready for planning, with the files it was read from, which a plan folder keeps."""

    prepared: PreparedArea
    report: FindingReport
    inputs: AreaInputs


def open_area(
    folder: Path,
    *,
    area_id: str | None = None,
    keep_cache: bool = True,
    changes: Path | None = None,
    scenario: Path | None = None,
    like: PreparedArea | None = None,
    watch: Watch = UNWATCHED,
) -> ReadyArea:
    """Read an area as `ready_area` and keep its files."""
    watch.enter(Stage.READING)
    inputs = open_inputs(folder, changes=changes, scenario=scenario)
    watch.check()
    return ready_inputs(inputs, area_id=area_id, keep_cache=keep_cache, like=like, watch=watch)


def open_inputs(folder: Path, *, changes: Path | None = None, scenario: Path | None = None) -> AreaInputs:
    """Read the files of an area; `InputError` if the folder is none, or a plan."""
    refused = refuse_area(folder)
    if refused is not None:
        raise InputError(refused)
    return read_inputs(folder, changes=changes, scenario=scenario)


def ready_inputs(
    inputs: AreaInputs,
    *,
    area_id: str | None = None,
    keep_cache: bool = True,
    like: PreparedArea | None = None,
    watch: Watch = UNWATCHED,
) -> ReadyArea:
    """Make an area ready whose files were read, or made."""
    dataset, report = parse_inputs(inputs, area_id=area_id, keep_cache=keep_cache)
    return ready_dataset(dataset, report, inputs, like, watch)


def parse_inputs(
    inputs: AreaInputs, *, area_id: str | None = None, keep_cache: bool = True
) -> tuple[Dataset, FindingReport]:
    """Check the files of an area, and stop with all findings, warnings too, if they cannot be used."""
    dataset, report = parse_area(inputs, area_id=area_id, keep_cache=keep_cache)
    if dataset is None:
        raise InputError(*report.findings)
    return dataset, report


def begin_on(dataset: Dataset, first_day: date) -> Dataset:
    """Let the cycle of an area begin on another Monday than its scenario says; its files stay as they are."""
    scenario = dataset.scenario
    return replace(dataset, scenario=replace(scenario, cycle=replace(scenario.cycle, first_day=first_day)))


def ready_dataset(
    dataset: Dataset,
    report: FindingReport,
    inputs: AreaInputs,
    like: PreparedArea | None = None,
    watch: Watch = UNWATCHED,
) -> ReadyArea:
    """Make checked inputs ready for planning."""
    watch.enter(Stage.ROADS)
    prepared = prepare_area(dataset, like, watch)
    worth = check_worth(prepared.problem)
    if worth:
        raise InputError(*report.findings, *worth)
    to_serve = {visit.settlement_id for visit in prepared.demand.visits}
    reach = check_reach(
        [s for s in dataset.settlements if s.settlement_id in to_serve], prepared.matrices, prepared.network
    )
    watch.check()
    cautions = find_cautions(dataset, prepared.demand)
    watch.check()
    return ReadyArea(
        prepared, FindingReport.of([*report.findings, *prepared.network.findings, *reach, *cautions]), inputs
    )


def read_area_settlements(area: Path, *, encoding: str = "") -> tuple[tuple[Settlement, ...], list[Finding]]:
    """
    Read the settlements of an area in their order and nothing else; none if the area has no such table.

    ``encoding``: Python's name of that of a table that is not UTF-8; empty means as the scenario or the text says.
    """
    files, more = read_files(area)
    scenario = read_scenario(files[SCENARIO_FILE])[0] if SCENARIO_FILE in files else None
    files = name_encoding({name: replace(file, encoding=encoding) for name, file in files.items()}, scenario)
    findings = [finding for finding in more if finding.place.file.startswith("settlements")]
    found: tuple[Settlement, ...] = ()
    for name in (SETTLEMENTS_XLSX, SETTLEMENTS_CSV):
        if name in files:
            table, more = read_settlements(files[name])
            findings += more
            found = tuple(table.by_row.values())
    if FindingReport(tuple(findings)).errors:
        raise InputError(*findings)
    return found, findings


NO_IMPORTED_ROADS: Final = FindingKind(
    "no-imported-roads",
    Severity.ERROR,
    N_("The area has neither roads nor settlements between which roads could be assumed."),
    N_("Import roads with “bibliobus roads import FILE.osm.pbf -o AREA”."),
)
PLAIN_BUS: Final = BusProfile("", 5.5, 3.1, 1.0)
"""Bus that is assumed where an area has no scenario yet: the defaults of the scenario."""


@dataclass(frozen=True)
class RoadsAlone:
    """Roads of an area without a scenario; no settlements if it has no table of them."""

    network: Network
    profile: BusProfile
    settlements: tuple[Settlement, ...]
    source: Roads


def read_roads_alone(area: Path, *, changes: Path | None = None) -> tuple[RoadsAlone, FindingReport]:
    """
    Read the roads of an area, or assume them between its settlements, without looking at any scenario.

    Every road change holds, since there are no days: those of the file, or the area's own if it is None.
    """
    settlements, findings = read_area_settlements(area)
    files, _ = read_files(area)
    present = list_names(area)
    table = SettlementTable("", dict(enumerate(settlements)), frozenset(s.settlement_id for s in settlements))
    source, more = read_roads(area, files, present, table)
    if source is None or (isinstance(source, NoRoads) and not settlements):
        raise InputError(*(more if source is None else [NO_IMPORTED_ROADS.at(Place(ROADS_OSM))]))
    roads, unread = lay_roads(source, settlements)
    findings += [*more, *unread]
    places = tuple(NetworkPlace(s.settlement_id, s.lat, s.lon, s.settlement_id, 0) for s in settlements)
    index = make_index(roads)
    resolved = _resolve_changes(area, changes, RoadsToChange(roads, index), settlements, findings)
    network = join_network(roads, places, [PLAIN_BUS], [s.name_uk for s in settlements], index=index, changes=resolved)
    return RoadsAlone(network, PLAIN_BUS, settlements, source), FindingReport.of([*findings, *network.findings])


def _resolve_changes(
    area: Path,
    changes: Path | None,
    roads: RoadsToChange,
    settlements: Sequence[Settlement],
    findings: list[Finding],
) -> tuple[ResolvedChange, ...]:
    """Changes of a file, or the area's own, with their roads; none if there are none."""
    own = [area / name for name in CHANGES_FILES if (area / name).is_file()]
    file = changes or next(iter(own), None)
    if file is None:
        return ()
    edits, more = read_changes_file(file)
    if edits is None:
        raise InputError(*more)
    resolved, unresolved = resolve_changes(roads, edits, settlements)
    if resolved is None:
        raise InputError(*more, *unresolved)
    findings += [*more, *unresolved]
    return resolved
