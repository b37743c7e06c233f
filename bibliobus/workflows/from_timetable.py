"""Start an area from the timetable that is driven today."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from bibliobus.demand.observed import observe_crews
from bibliobus.demand.observed_tours import Drives, build_tours
from bibliobus.errors import InputError
from bibliobus.findings import Finding, FindingReport
from bibliobus.inputs.files import read_file
from bibliobus.inputs.timetable import read_timetable
from bibliobus.inputs.timetable_cycle import build_timetable
from bibliobus.plan.evidence import gather_evidence
from bibliobus.plan.store import format_plan
from bibliobus.plan.today import build_today
from bibliobus.plan.verify import verify_plan
from bibliobus.workflows.output import check_output, write_folder
from bibliobus.workflows.ready import ready_area
from bibliobus.workflows.samples import read_template
from bibliobus.workflows.timetable_area import find_base, find_grid, measure_drives, render_area

if TYPE_CHECKING:
    from bibliobus.inputs.timetable_cycle import Timetable
    from bibliobus.model.case import Case
    from bibliobus.plan.timetable import Plan

TODAY_FILE: Final = "today.json"
MAX_SIZE_MB: Final = 20


@dataclass(frozen=True)
class Today:
    """
    A service as it is driven today.

    Parameters
    ----------
    plan
        Its plan, which may break rules.
    case
        The area made from its timetable.
    base_assumed
        True if nobody said where its base is.
    report
        Findings about the timetable.
    broken
        Rules that the plan breaks.
    """

    plan: Plan
    case: Case
    base_assumed: bool
    report: FindingReport
    broken: FindingReport


def init_from_timetable(
    file: Path,
    target: Path,
    *,
    base: tuple[float, float] | None = None,
    join_rows: bool = False,
    encoding: str = "",
    force: bool = False,
) -> Today:
    """
    Write an area and the plan that is driven today, both from a timetable.

    Parameters
    ----------
    file
        Timetable of mobile library stops.
    target
        Folder to write: settlements.csv, scenario.toml and today.json.
    base
        Degrees north and east of the base; None means the median of the stops.
    join_rows
        True if rows that together are one rhythm become one stop.
    encoding
        Python's name of the encoding of a timetable that is not UTF-8; empty means by its text.
    force
        True if a folder that stands there may be replaced.

    Returns
    -------
    Today
        What was written, with every finding about it.

    Raises
    ------
    UsageError
        If the folder is in the way.
    InputError
        If the timetable cannot be used.
    ToolError
        If the folder cannot be written.
    """
    check_output(target, force=force)
    timetable, findings = _read(file, join_rows=join_rows, encoding=encoding)
    place = find_base(timetable) if base is None else (round(base[0], 6), round(base[1], 6))
    tours = build_tours(timetable)
    drives, grid_s = Drives.of(measure_drives(timetable, place)), find_grid(timetable)
    crews = observe_crews(tours, drives, grid_s, timetable.cycle.weeks)
    files = render_area(timetable, crews, place, read_template(), file.stem)
    case = _ready(files, target.resolve().name, findings)
    plan = build_today(tours, case)
    broken = verify_plan(gather_evidence(plan, case))
    write_folder(target, {**files, TODAY_FILE: format_plan(plan).encode()}, force=force)
    return Today(plan, case, base is None, FindingReport.of(findings), broken)


def _read(file: Path, *, join_rows: bool, encoding: str) -> tuple[Timetable, list[Finding]]:
    """Timetable of a file, with the findings that stop nothing."""
    content = read_file(file, file.name, MAX_SIZE_MB, encoding=encoding)
    if isinstance(content, Finding):
        raise InputError(content)
    rows, findings = read_timetable(content)
    if rows is None:
        raise InputError(*findings)
    timetable, more = build_timetable(rows, file.name, join_rows=join_rows)
    return timetable, findings + more


def _ready(files: dict[str, bytes], area_id: str, findings: list[Finding]) -> Case:
    """The area as every other command will read it."""
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        try:
            return ready_area(Path(folder), area_id=area_id)[0]
        except InputError as error:
            raise InputError(*findings, *error.findings) from error
