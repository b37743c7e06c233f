"""A plan in a notebook: planned or opened, looked at, asked why, checked and saved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bibliobus.api.area import Area, read_area
from bibliobus.api.reach import Coverage, measure_coverage
from bibliobus.api.shown import Findings, Page, speaking
from bibliobus.api.told import Explanations, Figures, explain_settlements, list_calls, list_legs, list_stops
from bibliobus.domain.audience import Audience
from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.output.pages.shown import MapOptions
from bibliobus.plan.store import FILE_NAME
from bibliobus.solve.backends import DEFAULT_SOLVER
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.folders import check_output, write_folder
from bibliobus.tasks.history import copy_times, extend_history, read_history
from bibliobus.tasks.plan import make_plan, make_view, render_map, render_papers
from bibliobus.tasks.publish import find_hromada
from bibliobus.tasks.reopen import OpenPlan, judge_plan, read_base
from bibliobus.tasks.reopen import open_plan_folder as reopen
from bibliobus.tasks.replan_papers import copy_plan
from bibliobus.view.ground import gather_ground
from bibliobus.view.reader import Reader, span_year
from bibliobus.view.view import build_view
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from bibliobus.api.shown import GeoTable, PathLike
    from bibliobus.plan.plan import Plan as PlanValue
    from bibliobus.tasks.history import History
    from bibliobus.view.view import PlanView


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
        return list_stops(self._view)

    @cached_property
    def calls(self) -> GeoTable:
        """A row for each visit of the cycle, in the order of time."""
        return list_calls(self._view)

    @cached_property
    def legs(self) -> GeoTable:
        """A row for each drive of the cycle, with its line."""
        return list_legs(self._view, self.value)

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
            write_folder(out, self._render(), force=force, times_ns=self._find_times())
        return out

    def _render(self) -> dict[str, bytes]:
        """Every file of its folder."""
        if self.folder is not None:
            return copy_plan(self.folder)
        return render_papers(self.value, self.opened.prepared, self.opened.ready.inputs.contents)

    def _find_times(self) -> dict[str, int]:
        """When the plans in its folder were made; none that are made now."""
        return {} if self.folder is None else copy_times(self.folder)

    def _find_history(self) -> History:
        """This plan and those before it; its folder may be gone."""
        if self.folder is not None and (self.folder / FILE_NAME).is_file():
            return read_history(self.folder)
        return extend_history(self.opened)

    @cached_property
    def _view(self) -> PlanView:
        """All of it as the planner sees it; the roads below are left out."""
        prepared = self.opened.prepared
        reader = Reader(Audience.PLANNER, Language(self.language), span_year(self.value.cycle.first_day))
        ground = gather_ground(self.value, prepared.dataset, prepared.network, roads=False)
        return build_view(self.value, prepared.dataset, reader, ground)

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


def plan(
    area: Area | PathLike,
    *,
    seed: int = 1,
    iterations: int | None = None,
    time_limit_s: float | None = None,
    workers: int | None = None,
    solver: str = DEFAULT_SOLVER,
    language: str | None = None,
    watch: Watch = UNWATCHED,
) -> Plan:
    """
    Plan an area: search for the best tours, and check the result by arithmetic of its own.

    Parameters
    ----------
    area
        The area, or its folder. The search starts from what is driven today where the area has a ``today.json``.
    seed
        Start of the random numbers, 0 or more; the same seed and iterations give the same plan on every machine.
    iterations
        Steps of the search, 0 or more; None means as many as fit into the time limit, or without one a number that
        depends on the size of the area alone.
    time_limit_s
        Seconds of the search, above 0, all of which are used where no iterations are given: the plan then depends on
        the machine. With iterations, what ends first counts. None means no limit.
    workers
        Threads that search at once, 1 or more; None means one for each core. The same iterations give the same plan
        with any number.
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
    options = SearchOptions(seed, iterations, time_limit_s, workers)
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
    return explain_settlements(asked.opened, asked.language, settlement)


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
