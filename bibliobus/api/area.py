"""An area in a notebook: what its files say, what was found in them, and the same area with a closed road."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bibliobus.api.roads import Roads, measure_travel
from bibliobus.api.shown import Findings, GeoTable, show_rows, speaking
from bibliobus.domain.changes import ChangeKind
from bibliobus.findings import FindingReport
from bibliobus.inputs.files import digest_files
from bibliobus.plan.names import name_area
from bibliobus.tasks.areas import open_area, ready_dataset
from bibliobus.tasks.changes import Spot, make_change, place_new_change
from bibliobus.tasks.check import describe_area, understand_area
from bibliobus.tasks.samples import DEFAULT_SAMPLE, open_sample
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bibliobus.api.shown import PathLike
    from bibliobus.domain.changes import RoadChange
    from bibliobus.inputs.area import Dataset
    from bibliobus.tasks.areas import ReadyArea

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
                None if one.dwell_s is None else one.dwell_s // 60,
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
        return (
            f"<Area {self.name}: {facts.settlements} settlements, {facts.libraries} libraries, {facts.buses} buses, "
            f"{facts.to_serve} to serve, {len(self.findings)} findings>"
        )

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
