"""An area in a notebook: what its files say, what was found in them, and the same area with a closed road."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bibliobus.api.shown import Findings, GeoTable, Table, show_rows, speaking
from bibliobus.domain.roads import ChangeKind
from bibliobus.findings import Finding, FindingReport, InputError, Place
from bibliobus.inputs.files import digest_files
from bibliobus.network.changes.names import find_settlement
from bibliobus.network.places import DEPOT_PREFIX, UNREACHABLE_S, measure_distances
from bibliobus.plan.names import name_area, name_places
from bibliobus.tasks.areas import open_area, ready_dataset
from bibliobus.tasks.changes import Spot, make_change, place_new_change
from bibliobus.tasks.check import describe_area, understand_area
from bibliobus.tasks.roads import name_critical, tell_roads
from bibliobus.tasks.start import DEFAULT_SAMPLE, open_sample
from bibliobus.words.language import KM_M, MINUTE_S, Language

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bibliobus.api.shown import PathLike
    from bibliobus.domain.roads import RoadChange
    from bibliobus.inputs.area import Dataset
    from bibliobus.model.area import PreparedArea
    from bibliobus.tasks.areas import ReadyArea
    from bibliobus.tasks.roads import RoadInfo

TRAVEL_COLUMNS = ("settlement_id", "name", "duration_min", "length_km", "crow_km")


@dataclass(frozen=True, repr=False, eq=False)
class Roads:
    """Roads of an area, whatever their source; assumed between neighbouring settlements where it has none."""

    prepared: PreparedArea
    language: str

    @cached_property
    def classes(self) -> Table:
        """Kilometres by class of road, the longest first."""
        lengths = sorted(self._describe(critical=False).stats.class_m.items(), key=lambda item: (-item[1], item[0]))
        return Table(("road_class", "length_km"), tuple((name, length_m / KM_M) for name, length_m in lengths))

    @cached_property
    def missing(self) -> Table:
        """Shares of the roads without a tag, by tag: how much of the rest is a guess."""
        return Table(("tag", "share"), tuple(self._describe(critical=False).stats.missing.items()))

    @cached_property
    def critical(self) -> Table:
        """Roads without which some settlement is cut off from the depot, in the order of their weight."""
        info, spoken = self._describe(critical=True), Language(self.language)
        names = {place: name.render(spoken) for place, name in info.names.items()}
        rows = tuple(
            (
                name_critical(road, names),
                road.length_m / KM_M,
                ", ".join(names[place] for place in road.cut_off),
            )
            for road in info.critical or ()
        )
        return Table(("road", "length_km", "cut_off"), rows)

    def _describe(self, *, critical: bool) -> RoadInfo:
        """What the roads are."""
        with speaking(self.language):
            return tell_roads(self.prepared, critical=critical)

    def __repr__(self) -> str:
        """How long they are."""
        return f"<Roads: {self._describe(critical=False).stats.total_m / KM_M:.0f} km>"

    def _repr_html_(self) -> str:
        """The classes."""
        return self.classes._repr_html_()


def measure_travel(prepared: PreparedArea, place: str | None, language: str) -> GeoTable:
    """Measure the drives from one place to all settlements that can be reached, the nearest first."""
    matrix, dataset = prepared.matrices[0], prepared.dataset
    start = matrix.place_ids.index(_find_start(prepared, place))
    at = {place_id: row for row, place_id in enumerate(matrix.place_ids)}
    positions = {one.place_id: (one.lat, one.lon) for one in prepared.network.places}
    names, (lat, lon) = name_places(dataset, Language(language)), positions[matrix.place_ids[start]]
    reached = [
        (int(matrix.duration_s[start, at[one.settlement_id]]), one)
        for one in dataset.settlements
        if one.settlement_id in at and matrix.duration_s[start, at[one.settlement_id]] < UNREACHABLE_S
    ]
    reached.sort(key=lambda found: (found[0], found[1].settlement_id))
    crow_m = measure_distances([lat], [lon], [one.lat for _, one in reached], [one.lon for _, one in reached])
    rows = tuple(
        (
            one.settlement_id,
            names[one.settlement_id],
            round(duration_s / MINUTE_S, 1),
            int(matrix.length_m[start, at[one.settlement_id]]) / KM_M,
            round(float(crow_m[0, row]) / KM_M, 3),
        )
        for row, (duration_s, one) in enumerate(reached)
    )
    return GeoTable(TRAVEL_COLUMNS, rows, tuple(((one.lat, one.lon),) for _, one in reached))


def _find_start(prepared: PreparedArea, place: str | None) -> str:
    """Place in the matrices: a settlement by id or name, or the first depot."""
    if place is None:
        return DEPOT_PREFIX + prepared.dataset.scenario.depots[0].depot_id
    found = find_settlement(place, prepared.dataset.settlements, Place())
    if isinstance(found, Finding):
        raise InputError(found)
    return found.settlement_id


COLUMNS = (
    "settlement_id",
    "name_uk",
    "name_latin",
    "category",
    "raion",
    "hromada",
    "population",
    "rhythm_weeks",
    "dwell_min",
    "note",
)


@dataclass(frozen=True, repr=False, eq=False)
class Area:
    """
    An area that was read, checked and made ready for planning; it never changes.

    Parameters
    ----------
    ready
        The values behind it: the checked inputs, roads, travel and demand, and the files they come from.
    language
        Language of everything it says, ``uk`` or ``en``.
    """

    ready: ReadyArea
    language: str

    @property
    def dataset(self) -> Dataset:
        """Everything its files say."""
        return self.ready.prepared.dataset

    @property
    def name(self) -> str:
        """Title of the area in its language."""
        return name_area(self.dataset, Language(self.language))

    @property
    def changes(self) -> tuple[RoadChange, ...]:
        """Road changes in their order."""
        return self.dataset.changes

    @property
    def findings(self) -> Findings:
        """Warnings and notes about the files; an area with errors is not read at all."""
        return Findings(self.ready.report.findings, self.language)

    @cached_property
    def settlements(self) -> GeoTable:
        """A row for each settlement, with its position."""
        found = self.dataset.settlements
        rows = tuple(
            (
                one.settlement_id,
                one.name_uk,
                one.name_latin,
                one.category,
                one.raion,
                one.hromada,
                one.population,
                one.rhythm_weeks,
                None if one.dwell_s is None else one.dwell_s // MINUTE_S,
                one.note,
            )
            for one in found
        )
        return GeoTable(COLUMNS, rows, tuple(((one.lat, one.lon),) for one in found))

    @cached_property
    def roads(self) -> Roads:
        """Imported roads: classes, what nobody has mapped, and those on which settlements depend."""
        return Roads(self.ready.prepared, self.language)

    def travel_from(self, place: str | None = None) -> GeoTable:
        """
        Tell how far all settlements are from one place by road.

        Parameters
        ----------
        place
            Id or name of a settlement; None means the first depot.

        Returns
        -------
        GeoTable
            A row for each settlement that can be reached by the first kind of bus, the nearest first: minutes without
            reserve, kilometres of that drive, and kilometres as the crow flies.

        Raises
        ------
        InputError
            If there is no such settlement.

        Examples
        --------
        >>> import bibliobus as bb
        >>> frame = bb.read_sample("kramatorsk", language="en").travel_from("Druzhkivka").to_frame()
        >>> bool((frame.length_km >= 0).all()), frame.index.name
        (True, 'settlement_id')
        """
        with speaking(self.language):
            return measure_travel(self.ready.prepared, place, self.language)

    def close_road(
        self,
        *,
        between: tuple[str, str] | None = None,
        road: str = "",
        near: str = "",
        outline: PathLike | None = None,
        first: date | None = None,
        last: date | None = None,
        vehicles: Sequence[str] = (),
        note: str = "",
        source: str = "",
    ) -> Area:
        """
        Close a road: the same area with one road change more. Nothing is written.

        Parameters
        ----------
        between
            Two settlements, by id or name, between which the road is closed; None if it is told by `road` and `near`,
            or by `outline`.
        road
            Number or name of the road; may be empty with `between` where a road table joins both directly.
        near
            Settlement near which `road` is meant.
        outline
            File of GeoJSON with the polygon of an area all of whose roads are closed; None if not.
        first
            First day on which it is closed; None means since ever.
        last
            Last day on which it is closed; None means until further notice.
        vehicles
            Ids of the buses or bus profiles that it is closed for; none means all.
        note
            Free text.
        source
            Where the fact comes from.

        Returns
        -------
        Area
            The area with the closed road; this one stays as it is.

        Raises
        ------
        InputError
            If there is no such settlement or road, or the changes of the area are in a file of another program.

        Examples
        --------
        >>> import bibliobus as bb
        >>> area = bb.read_sample("kramatorsk", language="en")
        >>> closed = area.close_road(between=("Kostyantynivka", "Ivanopillya"))
        >>> [change.kind.value for change in closed.changes], len(area.changes)
        (['closed'], 0)
        """
        change = make_change(
            ChangeKind.CLOSED, None, dates=(first, last), vehicles=tuple(vehicles), words=(note, source)
        )
        spot = Spot(between, road, near, None if outline is None else Path(outline))
        ready, network = self.ready, self.ready.prepared.network
        with speaking(self.language):
            placed, file, report = place_new_change(self.dataset, ready.inputs, change, spot, network)
            inputs = ready.inputs.with_changes(file)
            dataset = replace(self.dataset, changes=(*self.changes, placed), digests=digest_files(dict(inputs.files)))
            findings = FindingReport.of([*ready.report.findings, *report.findings])
            return replace(self, ready=ready_dataset(dataset, findings, inputs, ready.prepared))

    def __repr__(self) -> str:
        """Its name and how much is in it."""
        facts = understand_area(self.ready.prepared)
        held = (
            _count(facts.settlements, "settlement", "settlements"),
            _count(facts.libraries, "library", "libraries"),
            _count(facts.buses, "bus", "buses"),
            f"{facts.to_serve} to serve",
            _count(len(self.findings), "finding", "findings"),
        )
        return f"<Area {self.name}: {', '.join(held)}>"

    def _repr_html_(self) -> str:
        """What was understood, as a table."""
        spoken = Language(self.language)
        return show_rows(("", ""), describe_area(understand_area(self.ready.prepared), spoken), self.name)


def read_area(folder: PathLike, *, changes: PathLike | None = None, language: str | None = None) -> Area:
    """
    Read an area and make it ready for planning.

    Parameters
    ----------
    folder
        Folder of the area, with ``scenario.toml``, settlements and whatever is known of libraries and roads.
    changes
        File of road changes that takes the place of the area's own; None means the area's own.
    language
        ``uk`` or ``en``, for everything that the area says; None means that of the scenario.

    Returns
    -------
    Area
        The area with its warnings and notes.

    Raises
    ------
    InputError
        If the files cannot be used; the message names everything that is wrong with them at once.

    Examples
    --------
    >>> import bibliobus as bb
    >>> bb.read_area("no-such-folder")
    Traceback (most recent call last):
    ...
    bibliobus.findings.InputError: error: There is no folder “no-such-folder”. Check the name; an area is a folder \
with a file scenario.toml in it.
    """
    with speaking(language or "en"):
        ready = open_area(Path(folder), changes=None if changes is None else Path(changes))
    return Area(ready, language or ready.prepared.dataset.scenario.language)


def read_sample(name: str = DEFAULT_SAMPLE, *, language: str | None = None) -> Area:
    """
    Read an area that ships with the program.

    Parameters
    ----------
    name
        ``kramatorsk`` (a road table), ``neubrandenburg`` (real roads of OpenStreetMap) or ``donetsk``.
    language
        ``uk`` or ``en``; None means that of the scenario.

    Returns
    -------
    Area
        The area; nothing is written beside its files.

    Raises
    ------
    UsageError
        If there is no sample of that name.

    Examples
    --------
    >>> import bibliobus as bb
    >>> area = bb.read_sample("kramatorsk", language="en")
    >>> area
    <Area Kramatorsk raion: ...>
    >>> frame = area.settlements.to_frame()
    >>> frame.index.name, str(frame.crs), len(frame) == len(area.settlements)
    ('settlement_id', 'EPSG:4326', True)
    """
    with speaking(language or "en"), open_sample(name) as folder:
        ready = open_area(folder, area_id=name, keep_cache=False)
    return Area(ready, language or ready.prepared.dataset.scenario.language)


def _count(number: int, one: str, many: str) -> str:
    """A number with its noun, in English as every ``repr``."""
    return f"{number} {one if number == 1 else many}"
