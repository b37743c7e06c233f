"""Plan an area: from its folder to a verified plan folder with all its papers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.audience import Audience
from bibliobus.domain.watch import UNWATCHED, Stage, Watch
from bibliobus.findings import FindingKind, FindingReport, InfeasibleError, InputError, Place, Severity, ToolError
from bibliobus.inputs.files import TODAY_FILE, digest_files, read_files
from bibliobus.output.exchange.texts import render_timetable_csv
from bibliobus.output.pages.hromadas import render_hromada_pages
from bibliobus.output.pages.layers import draw_overview
from bibliobus.output.pages.map import render_map_page
from bibliobus.output.workbook import render_workbook
from bibliobus.plan.build import assemble_plan
from bibliobus.plan.explain.conflicts import find_conflicts, find_unkept_locks
from bibliobus.plan.store import FILE_NAME, format_plan
from bibliobus.plan.today import judge_by_today, list_start
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.solve.backends import DEFAULT_SOLVER, choose_solver
from bibliobus.solve.solver import SearchOptions
from bibliobus.solve.times.align import align_times
from bibliobus.tasks.areas import open_inputs, ready_inputs
from bibliobus.tasks.folders import check_output, write_folder
from bibliobus.view.ground import gather_ground
from bibliobus.view.reader import Reader, span_year
from bibliobus.view.view import build_view
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from bibliobus.inputs.files import InputFile
    from bibliobus.model.area import PreparedArea
    from bibliobus.output.pages.shown import MapOptions
    from bibliobus.plan.plan import Plan
    from bibliobus.view.view import PlanView

AREA_FOLDER: Final = "area"


def make_view(plan: Plan, prepared: PreparedArea, reader: Reader) -> PlanView:
    """Make the view that a reader may have of a verified plan, with ground to draw on."""
    return build_view(plan, prepared.dataset, reader, gather_ground(plan, prepared.dataset, prepared.network))


def show_plan(
    plan: Plan, prepared: PreparedArea, audience: Audience, language: Language, *, drawn: bool = False
) -> PlanView:
    """Make the view of a plan for the year that begins with it; with ground only if it is drawn."""
    reader = Reader(audience, language, span_year(plan.cycle.first_day))
    return make_view(plan, prepared, reader) if drawn else build_view(plan, prepared.dataset, reader)


def render_map(view: PlanView, options: MapOptions | None = None) -> bytes:
    """Render the map of a plan as one HTML file in UTF-8."""
    return render_map_page(draw_overview(view, options), view, options).encode()


def render_pages(view: PlanView, hromada: str = "") -> dict[str, bytes]:
    """Render the pages of the hromadas, or of the one that is named, as HTML in UTF-8 by file name."""
    return {name: page.encode() for name, page in render_hromada_pages(view, hromada)}


def render_papers(
    plan: Plan, prepared: PreparedArea, inputs: Mapping[str, bytes], watch: Watch = UNWATCHED
) -> dict[str, bytes]:
    """Render everything a plan folder holds; who watches is told after every paper, and may stop there."""
    reader = Reader(Audience.PLANNER, Language(plan.language), span_year(plan.cycle.first_day))
    view = make_view(plan, prepared, reader)
    writers: dict[str, Callable[[], bytes]] = {
        FILE_NAME: lambda: format_plan(plan).encode(),
        "timetable.xlsx": lambda: render_workbook(view),
        "timetable.csv": lambda: render_timetable_csv(view, endless=True),
        "map.html": lambda: render_map(view),
    }
    papers = {}
    for name, write in writers.items():
        watch.check()
        papers[name] = write()
    return papers | {f"{AREA_FOLDER}/{name}": content for name, content in inputs.items()}


INPUTS_CHANGED: Final = FindingKind(
    "inputs-changed",
    Severity.ERROR,
    N_("The file was changed while the plan was being made."),
    N_("Close the programs that write it, then plan again."),
)


@dataclass(frozen=True)
class Planned:
    """What planning gave."""

    plan: Plan
    prepared: PreparedArea
    report: FindingReport


def make_plan(
    prepared: PreparedArea,
    *,
    options: SearchOptions | None = None,
    solver: str = DEFAULT_SOLVER,
    language: str | None = None,
    watch: Watch = UNWATCHED,
) -> Plan:
    """
    Make a plan that keeps every rule, in a language; None means that of the scenario.

    ``watch``: Who stops before the search is told `Stopped`; who stops it later gets the best plan so far, which is
        then completed and checked to the end, since no plan is given that was not.
    """
    options = options or SearchOptions()
    backend, _ = choose_solver(solver)
    contradictions = find_conflicts(prepared, watch=watch)
    if contradictions:
        raise InfeasibleError(*contradictions)
    watch.enter(Stage.SEARCHING)
    found = backend.solve(prepared.problem, options, watch, list_start(prepared))
    unkept = find_unkept_locks(prepared, found, watch)
    if unkept:
        raise InfeasibleError(*unkept)
    solution = align_times(prepared.problem, found, seed=options.seed, watch=watch)
    whole = watch.to_the_end()
    whole.enter(Stage.CHECKING)
    plan = assemble_plan(
        prepared,
        solution,
        solver=backend.name,
        options=options,
        language=language or prepared.dataset.scenario.language,
        watch=whole,
    )
    broken = verify_plan(gather_evidence(plan, prepared, whole)).errors
    if broken:
        raise ToolError(*broken)
    return plan


def plan_area(
    folder: Path,
    out: Path,
    *,
    force: bool = False,
    area_id: str | None = None,
    changes: Path | None = None,
    today: InputFile | None = None,
    options: SearchOptions | None = None,
    solver: str = DEFAULT_SOLVER,
    language: str | None = None,
    watch: Watch = UNWATCHED,
) -> Planned:
    """
    Plan an area and write the plan folder.

    Parameters
    ----------
    folder
        Folder of the area.
    out
        Folder to write: plan.json, timetable.xlsx, timetable.csv, map.html, and the inputs in ``area``.
    force
        True if a folder that stands there may be replaced.
    area_id
        Name of the area; None means the name of the folder. A named one is a sample, beside whose files
        nothing is written.
    changes
        File of road changes that takes the place of the area's own; None means the area's own.
    today
        Plan that is driven today, from which the search starts, in the place of the area's own; None means the area's
        own, or none.
    options
        How long and how to search; None means the defaults.
    solver
        Name of the solver.
    language
        Language of the outputs; None means that of the scenario.
    watch
        Told of stages and progress, and asked whether to stop: then the best plan so far is taken.

    Returns
    -------
    Planned
        The plan and what it was made from.

    Raises
    ------
    UsageError
        If the output is in the way or the solver unknown.
    InputError
        If the files cannot be used.
    InfeasibleError
        If the locks cannot be kept.
    ToolError
        If the plan breaks a rule or cannot be written.
    """
    watch.enter(Stage.READING)
    _, notes = choose_solver(solver)
    check_output(out, force=force)
    inputs = open_inputs(folder, changes=changes)
    watch.check()
    inputs = inputs if today is None else inputs.with_today(today)
    ready = ready_inputs(inputs, area_id=area_id, keep_cache=area_id is None, watch=watch)
    prepared = ready.prepared
    plan = make_plan(prepared, options=options, solver=solver, language=language, watch=watch)
    whole = watch.to_the_end()
    whole.enter(Stage.WRITING)
    papers = render_papers(plan, prepared, _read_again(folder, prepared, changes, today), whole)
    write_folder(out, papers, force=force, watch=whole)
    return Planned(plan, prepared, FindingReport.of([*ready.report.findings, *notes, *judge_by_today(plan, prepared)]))


def _read_again(
    folder: Path, prepared: PreparedArea, changes: Path | None, today: InputFile | None
) -> dict[str, bytes]:
    """Content of the input files by name, which must be what was planned."""
    files, _ = read_files(folder, changes=changes)
    if today is not None:
        files[TODAY_FILE] = replace(today, name=TODAY_FILE)
    before, now = prepared.dataset.digests, digest_files(files)
    changed = [name for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)]
    if changed:
        raise InputError(*(INPUTS_CHANGED.at(Place(name)) for name in changed))
    return {name: file.content for name, file in files.items()}
