"""A plan in a notebook: planned or opened, looked at, asked why, checked and saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from bibliobus.api.area import Area, read_area
from bibliobus.api.reach import Coverage, measure_coverage
from bibliobus.api.shown import Findings, GeoTable, Page, Table, show_rows, speaking
from bibliobus.domain.audience import Audience
from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.network.build import gather_geometry
from bibliobus.network.places import DEPOT_PREFIX
from bibliobus.output.pages.shown import MapOptions
from bibliobus.plan.names import name_places
from bibliobus.solve.backends import DEFAULT_SOLVER
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.edit import explain_plan
from bibliobus.tasks.folders import check_output, write_folder
from bibliobus.tasks.plan import make_plan, make_view, render_map, render_papers
from bibliobus.tasks.publish import find_hromada
from bibliobus.tasks.reopen import OpenPlan, judge_plan, read_base
from bibliobus.tasks.reopen import open_plan_folder as reopen
from bibliobus.tasks.replan_papers import copy_plan
from bibliobus.view.heading import list_figures
from bibliobus.view.reader import Reader, span_year
from bibliobus.words.language import KM_M, MINUTE_S, Language, format_clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pandas import DataFrame

    from bibliobus.api.shown import PathLike
    from bibliobus.network.places import LatLon
    from bibliobus.plan.explain.reasons import Story
    from bibliobus.plan.plan import Call, Tour
    from bibliobus.plan.plan import Plan as PlanValue

STOP_COLUMNS = (
    "settlement_id",
    "name",
    "hromada",
    "population",
    "rhythm_weeks",
    "visits",
    "bus",
    "weekday",
    "first_date",
    "arrival",
    "departure",
    "stay_min",
)
CALL_COLUMNS = ("settlement_id", "name", "bus", "week", "weekday", "date", "arrival", "departure", "stay_min")
LEG_COLUMNS = (
    "tour_id",
    "bus",
    "date",
    "from_id",
    "from_name",
    "to_id",
    "to_name",
    "leave",
    "arrive",
    "driving_min",
    "length_km",
)


@dataclass(frozen=True, repr=False, eq=False)
class Plan:
    """
    A verified timetable for one cycle; in a notebook it shows its map.

    Parameters
    ----------
    opened
        The values behind it: the plan, and its area with its files.
    language
        Language of everything it says, ``uk`` or ``en``.
    folder
        Folder it was opened from; None if it was made here.
    """

    opened: OpenPlan
    language: str
    folder: Path | None = None

    @property
    def value(self) -> PlanValue:
        """The plan as a frozen value: tours, accounts of all settlements, what made it."""
        return self.opened.plan

    @property
    def area(self) -> Area:
        """The area it was made for."""
        return Area(self.opened.ready, self.language)

    @cached_property
    def figures(self) -> Figures:
        """Key figures by name."""
        return Figures(self.value, self.language)

    @cached_property
    def stops(self) -> GeoTable:
        """A row for each settlement that the bus serves, with its position; times are those of the first visit."""
        found = self._list_calls()
        settlements = {one.settlement_id: one for one in self.opened.prepared.dataset.settlements}
        accounts = {one.settlement_id: one for one in self.value.accounts}
        rows = []
        for key in sorted(found):
            tour, call = found[key][0]
            account = accounts[key]
            cells = (self._names[key], settlements[key].hromada, account.population, account.rhythm_weeks)
            rows.append((key, *cells, len(found[key]), *self._tell_call(tour, call, week=False)))
        return GeoTable(STOP_COLUMNS, tuple(rows), self._find_points(sorted(found)))

    @cached_property
    def calls(self) -> GeoTable:
        """A row for each visit of the cycle, in the order of time."""
        rows = [
            (call.settlement_id, self._names[call.settlement_id], *self._tell_call(tour, call, week=True))
            for tour in self.value.tours
            for call in tour.calls
        ]
        keys = [call.settlement_id for tour in self.value.tours for call in tour.calls]
        return GeoTable(CALL_COLUMNS, tuple(rows), self._find_points(keys))

    @cached_property
    def legs(self) -> GeoTable:
        """A row for each drive of the cycle, with its line."""
        prepared, scenario = self.opened.prepared, self.opened.prepared.dataset.scenario
        profiles = {bus.bus_id: bus.profile_id for bus in scenario.buses}
        buses = {bus.bus_id: bus.name for bus in scenario.buses}
        driven = [(tour, leg) for tour in self.value.tours for leg in tour.legs]
        keys = [(profiles[tour.bus_id], leg.from_id, leg.to_id) for tour, leg in driven]
        lines = gather_geometry(prepared.network, scenario.profiles, keys, roads=False).legs
        rows = tuple(
            (
                tour.tour_id,
                buses[tour.bus_id],
                self.value.cycle.date_of(tour.day),
                leg.from_id,
                self._names.get(leg.from_id, leg.from_id),
                leg.to_id,
                self._names.get(leg.to_id, leg.to_id),
                format_clock(leg.leave_s),
                format_clock(leg.arrive_s),
                round(leg.driving_s / MINUTE_S, 1),
                leg.length_m / KM_M,
            )
            for tour, leg in driven
        )
        return GeoTable(LEG_COLUMNS, rows, tuple(lines[key] for key in keys))

    @cached_property
    def unserved(self) -> Explanations:
        """Every settlement that needs a bus and gets none, with the reason; what was proved impossible first."""
        return explain(self)

    def map(
        self,
        audience: str = "planner",
        *,
        hromada: str = "",
        tiles: bool = False,
        language: str | None = None,
    ) -> Page:
        """
        Draw the map.

        Parameters
        ----------
        audience
            For whom it is: ``planner``, ``council``, ``driver`` or ``public``; everybody sees what they may.
        hromada
            Hromada to put in front, by name; empty for all alike.
        tiles
            True if the page may load background pictures from the internet.
        language
            ``uk`` or ``en``; None means that of the plan.

        Returns
        -------
        Page
            One page that opens without the internet; it shows itself in a notebook and can be saved.

        Raises
        ------
        ValueError
            If there are no such readers.
        UsageError
            If the area has no such hromada.
        InputError
            If a stop must not be shown to these readers.
        """
        spoken, prepared = language or self.language, self.opened.prepared
        reader = Reader(Audience(audience), Language(spoken), span_year(self.value.cycle.first_day))
        with speaking(spoken):
            view = make_view(self.value, prepared, reader)
            options = MapOptions(find_hromada(prepared.dataset, hromada) if hromada else "", tiles)
        return Page(render_map(view, options).decode(), view.title, spoken)

    def explain(self, settlement: str | None = None) -> Explanations:
        """
        Tell what the plan does for a settlement, as `bibliobus.explain`.

        Parameters
        ----------
        settlement
            Its id or name; None means every one that is not served.

        Returns
        -------
        Explanations
            Sentences that show themselves.
        """
        return explain(self, settlement)

    def coverage(self, *norms: str) -> Coverage:
        """
        Measure who is reached, as `bibliobus.coverage`.

        Parameters
        ----------
        *norms
            Names of norms of the program such as ``ua_72_2019``, or files of others; none means that one.

        Returns
        -------
        Coverage
            Groups of settlements, the worst off, and the rules of the norms.
        """
        return coverage(self, *norms)

    def verify(self) -> Findings:
        """
        Check every rule once more, by a checker that knows nothing of the search.

        Returns
        -------
        Findings
            One for each broken rule; none at all, which is false, if the plan keeps every rule.
        """
        return Findings(judge_plan(self.value, self.opened.prepared).findings, self.language)

    def save(self, folder: PathLike, *, force: bool = False) -> Path:
        """
        Write the plan with all its papers: timetable, map, plan.json, and the inputs it was made from.

        Parameters
        ----------
        folder
            Folder to write, whole or not at all; a plan that was opened from a folder is copied with everything in it.
        force
            True if a plan that stands there may be replaced.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        UsageError
            If the folder is in the way.
        ToolError
            If the disk or the rights do not allow it.
        """
        out = Path(folder)
        with speaking(self.language):
            check_output(out, force=force)
            write_folder(out, self._render(), force=force)
        return out

    def _render(self) -> dict[str, bytes]:
        """Every file of its folder."""
        if self.folder is not None:
            return copy_plan(self.folder)
        return render_papers(self.value, self.opened.prepared, self.opened.ready.inputs.contents)

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """Names of settlements and depots by place."""
        dataset = self.opened.prepared.dataset
        depots = {DEPOT_PREFIX + depot.depot_id: depot.name for depot in dataset.scenario.depots}
        return {**name_places(dataset, Language(self.language)), **depots}

    def _find_points(self, settlement_ids: Sequence[str]) -> tuple[tuple[LatLon], ...]:
        """Position of each settlement."""
        places = {one.settlement_id: (one.lat, one.lon) for one in self.opened.prepared.dataset.settlements}
        return tuple((places[key],) for key in settlement_ids)

    def _list_calls(self) -> dict[str, list[tuple[Tour, Call]]]:
        """Visits of each settlement in the order of time."""
        found: dict[str, list[tuple[Tour, Call]]] = {}
        for tour in self.value.tours:
            for call in tour.calls:
                found.setdefault(call.settlement_id, []).append((tour, call))
        return found

    def _tell_call(self, tour: Tour, call: Call, *, week: bool) -> tuple[object, ...]:
        """Bus, day and times of a visit."""
        buses = {bus.bus_id: bus.name for bus in self.opened.prepared.dataset.scenario.buses}
        weeks, weekday = divmod(tour.day, 7)
        return (
            buses[tour.bus_id],
            *((weeks + 1,) if week else ()),
            Language(self.language).weekday(weekday),
            self.value.cycle.date_of(tour.day),
            format_clock(call.start_s),
            format_clock(call.end_s),
            (call.end_s - call.start_s) // MINUTE_S,
        )

    def __repr__(self) -> str:
        """What it achieves, in one line."""
        value, figures = self.value, self.value.figures
        return (
            f"<{type(self).__name__} of {value.area_id} from {value.cycle.first_day}: {len(value.tours)} tours, "
            f"{figures['settlements_served']} settlements and {figures['people_served']} people served>"
        )

    def _repr_html_(self) -> str:
        """The planner's map."""
        return self.map()._repr_html_()


@dataclass(frozen=True, repr=False, eq=False)
class Figures(Mapping[str, int | float]):
    """Key figures of a plan by name, such as ``people_served``."""

    plan: PlanValue
    language: str

    def __getitem__(self, name: str) -> int | float:
        """Value of one figure, in the unit its name ends with."""
        return self.plan.figures[name]

    def __iter__(self) -> Iterator[str]:
        """Names of the figures."""
        return iter(self.plan.figures)

    def __len__(self) -> int:
        """Number of figures."""
        return len(self.plan.figures)

    @property
    def table(self) -> Table:
        """A row for each figure: name, what it is, its exact value, and its value in words."""
        rows = list_figures(self.plan, Language(self.language))
        return Table(
            ("figure", "label", "value", "text"), tuple((row.name, row.label, row.value, row.text) for row in rows)
        )

    def to_frame(self) -> DataFrame:
        """Make a frame of pandas."""
        return self.table.to_frame()

    def __repr__(self) -> str:
        """Figures and values."""
        return f"Figures({dict(self.plan.figures)})"

    def _repr_html_(self) -> str:
        """Labels and values for a notebook."""
        return show_rows(("", ""), [(row.label, row.text) for row in list_figures(self.plan, Language(self.language))])


@dataclass(frozen=True, repr=False, eq=False)
class Explanations:
    """
    What a plan does for settlements, in sentences.

    Parameters
    ----------
    stories
        The settlements and what is so.
    language
        ``uk`` or ``en``.
    """

    stories: tuple[Story, ...]
    language: str

    @property
    def table(self) -> Table:
        """A row for each settlement: name, standing, residents, whether it is impossible, the code of the reason."""
        spoken = Language(self.language)
        columns = ("settlement_id", "name", "standing", "population", "impossible", "code", "sentence", "details")
        rows = tuple(
            (
                story.account.settlement_id,
                story.name.render(spoken),
                story.account.standing.value,
                story.account.population,
                story.account.reason.impossible if story.account.reason else None,
                story.account.reason.code if story.account.reason else None,
                story.sentence.render(spoken),
                " ".join(detail.render(spoken) for detail in story.details),
            )
            for story in self.stories
        )
        return Table(columns, rows)

    def to_frame(self) -> DataFrame:
        """
        Make a frame of pandas.

        Returns
        -------
        pandas.DataFrame
            A row for each settlement, indexed by its id.
        """
        return self.table.to_frame()

    def __len__(self) -> int:
        """Number of settlements."""
        return len(self.stories)

    def __str__(self) -> str:
        """Each settlement with its sentences."""
        return "\n".join(
            "\n".join([f"{row['name']}: {row['sentence']}", *filter(None, [row["details"]])]) for row in self.table
        )

    def __repr__(self) -> str:
        """The same sentences, so that a console shows them."""
        return str(self) or "<Explanations: none>"

    def _repr_html_(self) -> str:
        """Sentences for a notebook."""
        return "".join(
            f"<p><strong>{escape(row['name'])}</strong>: {escape(row['sentence'])} {escape(row['details'])}</p>"
            for row in self.table
        )


def plan(
    area: Area | PathLike,
    *,
    seed: int = 1,
    iterations: int = 400,
    time_limit_s: float | None = None,
    solver: str = DEFAULT_SOLVER,
    language: str | None = None,
    watch: Watch = UNWATCHED,
) -> Plan:
    """
    Plan an area: search for the best tours, and check the result by arithmetic of its own.

    Parameters
    ----------
    area
        The area, or its folder.
    seed
        Start of the random numbers, 0 or more; the same seed and iterations give the same plan on every machine.
    iterations
        Budget of improvement steps, 0 or more.
    time_limit_s
        Seconds after which the search is cut short; None means never.
    solver
        Name of the solver.
    language
        ``uk`` or ``en``, for the plan and its papers; None means that of the area.
    watch
        Told of stages and progress, and asked whether to stop; a search that is stopped gives its best plan.

    Returns
    -------
    Plan
        The verified plan; nothing is written until it is saved.

    Raises
    ------
    InputError
        If the area is a folder that cannot be used.
    UsageError
        If there is no solver of that name.
    InfeasibleError
        If what the scenario locks cannot be kept; the message names the contradicting facts.

    Examples
    --------
    >>> import bibliobus as bb
    >>> area = bb.read_sample("kramatorsk", language="en")
    >>> plan = bb.plan(area, seed=1, iterations=2)
    >>> plan.figures["people_served"] > 0, len(plan.verify())
    (True, 0)
    >>> frame = plan.stops.to_frame()
    >>> frame.index.name, str(frame.crs), frame.index.is_unique
    ('settlement_id', 'EPSG:4326', True)
    >>> set(plan.legs.to_frame().geom_type)
    {'LineString'}
    >>> plan.map("council")
    <Page: ...>
    """
    ready = area if isinstance(area, Area) else read_area(area, language=language)
    spoken = language or ready.language
    options = SearchOptions(seed, iterations, time_limit_s)
    with speaking(spoken):
        made = make_plan(ready.ready.prepared, options=options, solver=solver, language=spoken, watch=watch)
    return Plan(OpenPlan(made, ready.ready), spoken)


def open_plan(path: PathLike, *, area: PathLike | None = None, language: str | None = None) -> Plan:
    """
    Open a plan that was saved, with the inputs it was made from.

    Parameters
    ----------
    path
        Plan folder, or its ``plan.json``.
    area
        Folder of other inputs; None means those beside the plan, which must be unchanged.
    language
        ``uk`` or ``en``; None means that of the plan.

    Returns
    -------
    Plan
        The plan as it stands in the file; `Plan.verify` tells whether it still keeps every rule.

    Raises
    ------
    InputError
        If there is no plan, or its inputs are missing, changed or unusable.

    Examples
    --------
    >>> import bibliobus as bb
    >>> from tempfile import TemporaryDirectory
    >>> area = bb.read_sample("kramatorsk", language="en")
    >>> with TemporaryDirectory() as folder:
    ...     saved = bb.plan(area, iterations=2).save(f"{folder}/my-plan")
    ...     len(bb.open_plan(saved).verify())
    0
    """
    file = Path(path)
    with speaking(language or "en"):
        opened = replace(reopen(file, area=None if area is None else Path(area)), base=read_base(file))
    folder = file if file.is_dir() else file.parent
    return Plan(opened, language or opened.plan.language, folder if area is None else None)


def explain(plan: Plan | PathLike, settlement: str | None = None) -> Explanations:
    """
    Explain what a plan does for settlements, and why some are not served.

    Parameters
    ----------
    plan
        The plan, or its folder.
    settlement
        Id or name of one settlement, however it stands; None means every one that is not served.

    Returns
    -------
    Explanations
        Sentences; what was proved impossible first, then by number of residents.

    Raises
    ------
    UsageError
        If there is no such settlement, or several.

    Examples
    --------
    >>> import bibliobus as bb
    >>> plan = bb.plan(bb.read_sample("kramatorsk", language="en"), iterations=2)
    >>> bb.explain(plan, "Drobysheve")
    Drobysheve: ...
    >>> all(row["standing"] == "unserved" for row in bb.explain(plan).table)
    True
    """
    asked = plan if isinstance(plan, Plan) else open_plan(plan)
    with speaking(asked.language):
        told = explain_plan(asked.value, asked.opened.prepared.dataset, settlement=settlement)
    return Explanations(told.stories, asked.language)


def coverage(plan: Plan | PathLike, *norms: str) -> Coverage:
    """
    Measure who is reached by a library or by the bus, and hold norms against it.

    Parameters
    ----------
    plan
        The plan, or its folder.
    *norms
        Names of norms of the program such as ``ua_72_2019``, or files of others; none means that one.

    Returns
    -------
    Coverage
        Groups of settlements, the worst off, and the rules of the norms.

    Raises
    ------
    UsageError
        If there is no such norm.
    InputError
        If the plan breaks a rule.

    Examples
    --------
    >>> import bibliobus as bb
    >>> plan = bb.plan(bb.read_sample("kramatorsk", language="en"), iterations=2)
    >>> frame = bb.coverage(plan, "ua_72_2019").to_frame()
    >>> everybody = frame.iloc[0]
    >>> bool(everybody.by_library + everybody.by_bus + everybody.by_neither == everybody.population)
    True
    """
    asked = plan if isinstance(plan, Plan) else open_plan(plan)
    return measure_coverage(asked.opened, asked.language, norms)
