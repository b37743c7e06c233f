"""Edit the road changes of an area, and see what each of them hits, as a table and as a page with a map."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.domain.roads import AlongLine, BetweenPlaces, ChangeKind, Direction, InArea, OnWays, RoadChange
from bibliobus.findings import Finding, FindingKind, FindingReport, InputError, Place, Severity, UsageError
from bibliobus.inputs.area import parse_area, read_area, read_inputs, refuse_area
from bibliobus.inputs.changes import find_foreign, format_changes, make_change_id, read_changes, read_changes_file
from bibliobus.inputs.files import CHANGES_FILES, CHANGES_GEOJSON, InputFile
from bibliobus.network.build import build_network
from bibliobus.network.changes.effects import draw_change, find_road_near, measure_change, resolve_on
from bibliobus.network.changes.names import find_settlement
from bibliobus.output.pages.drawings import draw_changes
from bibliobus.output.tables import render_report
from bibliobus.plan.names import name_places
from bibliobus.tasks.folders import write_file
from bibliobus.view.area import build_area_view, gather_bare_ground
from bibliobus.view.changes import write_kind, write_where
from bibliobus.view.reports.changes import Effect, report_changes
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from bibliobus.domain.roads import Where
    from bibliobus.inputs.area import AreaInputs, Dataset
    from bibliobus.network.changes.apply import ResolvedChange
    from bibliobus.network.network import Network
    from bibliobus.output.pages.report import Drawing
    from bibliobus.view.tables import Report
    from bibliobus.words.language import Language

FOREIGN_CHANGES: Final = FindingKind(
    "changes-file-foreign",
    Severity.ERROR,
    N_("The area keeps its road changes in {name}, which only the program that made it can edit."),
    N_("Edit them there, or save them as changes.geojson and take {name} out of the folder."),
)
ID_TAKEN: Final = FindingKind(
    "change-id-taken",
    Severity.ERROR,
    N_("There is a change “{value}” already."),
    N_("Give another id, or none: then one is made."),
)
NO_POLYGON: Final = FindingKind(
    "change-area-unreadable",
    Severity.ERROR,
    N_("The file “{name}” holds no polygon."),
    N_("Draw the outline of the area and save it as GeoJSON, in degrees."),
)


@dataclass(frozen=True)
class Spot:
    """
    Where a planner says that a road changes; exactly one of the ways to say it is used, the others are empty or None.

    ``between``: Two settlements, by id or name, with the road in `road` or that empty.
    ``near``: Settlement near which `road`, a number or name, is meant.
    ``area``: File with the polygon of an area.
    ``ways``: Numbers of ways of OpenStreetMap.
    """

    between: tuple[str, str] | None = None
    road: str = ""
    near: str = ""
    area: Path | None = None
    ways: tuple[int, ...] = ()


@dataclass(frozen=True)
class CheckedChanges:
    """What each change of an area hits, in their order; the area itself is without the changes."""

    dataset: Dataset
    network: Network
    effects: tuple[Effect, ...]


def add_change(area: Path, change: RoadChange, spot: Spot) -> tuple[RoadChange, FindingReport]:
    """Add a road change, whose place is not yet known and whose id may be empty, to an area."""
    refused = refuse_area(area)
    if refused is not None:
        raise InputError(refused)
    inputs = read_inputs(area)
    dataset, findings = parse_area(inputs)
    if dataset is None:
        raise InputError(*findings.errors)
    placed, file, report = place_new_change(dataset, inputs, change, spot)
    write_file(area / CHANGES_GEOJSON, file.content, force=True)
    return placed, report


def place_new_change(
    dataset: Dataset, inputs: AreaInputs, change: RoadChange, spot: Spot, like: Network | None = None
) -> tuple[RoadChange, InputFile, FindingReport]:
    """
    Find the roads of a change, and make the file of road changes that holds it too.

    `like` is the network of the same area, whose roads need not be read again. `InputError` if the change finds no
    road, or the changes of the area cannot be edited.
    """
    plain = replace(dataset, changes=())
    network = build_network(plain, like)
    taken = list_own_changes(inputs)
    if change.change_id.casefold() in {other.change_id.casefold() for other in taken}:
        raise InputError(ID_TAKEN.at(Place(CHANGES_GEOJSON), value=change.change_id))
    where = _find_where(spot, plain, network)
    placed = replace(change, where=where, change_id=change.change_id or make_change_id(change, taken))
    file = InputFile(CHANGES_GEOJSON, format_changes([*taken, placed]).encode())
    read, findings = read_changes(file)  # as it will be found in the file: its row is known then
    if read is None:
        raise InputError(*findings)
    resolved, more = resolve_on(network, plain, read[-1:])
    if resolved is None:
        raise InputError(*more)
    return read[-1], file, FindingReport.of([*findings, *more])


def list_own_changes(inputs: AreaInputs) -> tuple[RoadChange, ...]:
    """
    List the changes that an area has, to be written again; none if it has no file of them.

    `InputError` if they are in a file of another program, or cannot be read.
    """
    for name in CHANGES_FILES:
        if name != CHANGES_GEOJSON and name in inputs.present:
            raise InputError(FOREIGN_CHANGES.at(Place(name), name=name))
    file = inputs.files.get(CHANGES_GEOJSON)
    if file is None:
        return ()
    changes, findings = read_changes(file)
    if changes is None:
        raise InputError(*findings)
    foreign = find_foreign(file.content, CHANGES_GEOJSON)
    if foreign:
        raise InputError(*foreign)
    return changes


def list_changes(area: Path, *, changes: Path | None = None) -> tuple[tuple[RoadChange, ...], FindingReport]:
    """List the road changes of an area, or of a file in place of its own (None)."""
    if (refused := refuse_area(area)) is not None:
        raise InputError(refused)
    own = [area / name for name in CHANGES_FILES if (area / name).is_file()]
    file = changes or next(iter(own), None)
    if file is None:
        return (), FindingReport()
    found, findings = read_changes_file(file)
    if found is None:
        raise InputError(*findings)
    return found, FindingReport.of(findings)


def check_changes(area: Path, *, changes: Path | None = None) -> tuple[CheckedChanges, FindingReport]:
    """
    Check what each road change of an area, or of a file in place of its own (None), hits; without a road, nothing.
    """
    dataset, network = _open_area(area, changes)
    edits = list_changes(area, changes=changes)[0]
    resolved, findings = resolve_on(network, dataset, edits)
    each: list[ResolvedChange | None] = list(resolved or ())
    if resolved is None:
        alone = [resolve_on(network, dataset, [edit])[0] for edit in edits]
        each = [one[0] if one else None for one in alone]
    effects = (_measure(dataset, network, edit, one) for edit, one in zip(edits, each, strict=True))
    return CheckedChanges(dataset, network, tuple(effects)), FindingReport.of(findings)


def _measure(dataset: Dataset, network: Network, change: RoadChange, resolved: ResolvedChange | None) -> Effect:
    """What one change hits."""
    cycle = dataset.scenario.cycle
    holds = change.overlaps(cycle.first_day, cycle.date_of(cycle.weeks * WEEK_DAYS - 1))
    if resolved is None:
        return Effect(change, None, (), (), holds)
    length_m, roads = measure_change(network, resolved)
    return Effect(change, length_m, roads, draw_change(network, resolved), holds)


def name_settlements(area: Path, language: Language) -> Mapping[str, str]:
    """Names of the settlements of an area by id; none if the area cannot be read."""
    dataset, _ = read_area(area)
    return {} if dataset is None else name_places(dataset, language)


def _open_area(area: Path, changes: Path | None) -> tuple[Dataset, Network]:
    """Area and roads without any changes."""
    dataset, report = read_area(area, changes=changes)
    if dataset is None:
        raise InputError(*report.errors)
    plain = replace(dataset, changes=())
    return plain, build_network(plain)


def _find_where(spot: Spot, dataset: Dataset, network: Network) -> Where:
    """Where a change is, from what the planner says."""
    if spot.area is not None:
        return _read_polygon(spot.area)
    if spot.ways:
        return OnWays(tuple(sorted(set(spot.ways))))
    names = spot.between or (spot.near,)
    found = [find_settlement(name, dataset.settlements, Place()) for name in names]
    wrong = [one for one in found if isinstance(one, Finding)]
    if wrong:
        raise InputError(*wrong)
    places = [one for one in found if not isinstance(one, Finding)]
    if spot.between:
        return BetweenPlaces(places[0].settlement_id, places[1].settlement_id, spot.road)
    where = find_road_near(network, spot.road, places[0])
    if isinstance(where, Finding):
        raise InputError(where)
    return where


def _read_polygon(file: Path) -> InArea:
    """Polygons of a file."""
    from bibliobus.inputs.files import MEGABYTE
    from bibliobus.inputs.tables.layers import read_geojson, read_shape

    try:
        content = file.read_bytes()[: 20 * MEGABYTE]
    except OSError as error:
        raise UsageError(NO_POLYGON.at(Place(), name=file.name)) from error
    layer, findings = read_geojson(InputFile(file.name, content))
    if layer is None:
        raise InputError(*findings)
    shapes = [read_shape(geometry, Place(file.name, row)) for row, geometry in sorted(layer.geometries.items())]
    wrong = [shape for shape in shapes if isinstance(shape, Finding)]
    if wrong:
        raise InputError(*wrong)
    areas = [polygon for shape in shapes if isinstance(shape, InArea) for polygon in shape.polygons]
    if not areas:
        raise InputError(NO_POLYGON.at(Place(file.name), name=file.name))
    return InArea(tuple(areas))


def make_change(
    kind: ChangeKind,
    value: float | None,
    *,
    change_id: str = "",
    direction: str = "both",
    dates: tuple[date | None, date | None] = (None, None),
    vehicles: tuple[str, ...] = (),
    words: tuple[str, str] = ("", ""),
) -> RoadChange:
    """
    Make a change whose place is not yet known.

    ``value``: Kilometres an hour, tonnes or metres, by kind; None for kinds without a number.
    ``change_id``: Its id; empty to have one made.
    ``dates``: First and last day; None for open ends.
    ``vehicles``: Ids of buses or profiles; empty means all.
    """
    return RoadChange(
        change_id=change_id,
        kind=kind,
        where=AlongLine(()),
        direction=Direction(direction),
        valid_from=dates[0],
        valid_to=dates[1],
        vehicles=tuple(sorted(set(vehicles))),
        value=value,
        note=words[0],
        source=words[1],
    )


def make_changes_report(checked: CheckedChanges, language: Language) -> Report:
    """Report with a row for each change, in their order."""
    return report_changes(checked.effects, build_area_view(checked.dataset, language, checked.network))


def render_effects(checked: CheckedChanges, kind: str, language: Language) -> bytes:
    """What each change hits as a file in one of `REPORT_FORMATS`; its page has a map."""
    report = make_changes_report(checked, language)
    return render_report(report, kind, language, _draw(checked, report, language) if kind == "html" else None)


def _draw(checked: CheckedChanges, report: Report, language: Language) -> Drawing:
    """Map of the page."""
    view = build_area_view(checked.dataset, language)
    hit = [(_make_label(effect, view.names, language), effect.lines) for effect in checked.effects]
    return draw_changes(gather_bare_ground(view, checked.dataset, checked.network), hit, report, language)


def _make_label(effect: Effect, names: Mapping[str, str], language: Language) -> str:
    """Name of a change in the list of layers."""
    change = effect.change
    return f"{change.change_id}: {write_where(change, names, language)}, {write_kind(change, language)}"
