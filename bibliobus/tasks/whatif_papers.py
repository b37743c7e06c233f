"""Papers of a what-if comparison: table as CSV and workbook, and a page with a chart."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bibliobus.output.tables import render_report
from bibliobus.tasks.batch import run_batch
from bibliobus.tasks.folders import check_output, write_file
from bibliobus.tasks.whatif import DONE_FILE
from bibliobus.view.reports.variants import report_variants
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bibliobus.inputs.area import Dataset
    from bibliobus.tasks.whatif import Job, JobOutcome
    from bibliobus.view.tables import Report

JOBS_FOLDER: Final = "jobs"
"""Folder in which each variant has its own."""

COLUMNS: Final = (
    "buses",
    "weeks",
    "min_dwell_min",
    "people_served",
    "settlements_served",
    "people_sacrificed",
    "people_impossible",
    "share_need_served",
    "minutes_per_100",
    "week_m",
    "unpaved_week_m",
    "week_work_s",
    "week_bus_days",
    "month_fuel_l",
    "month_money",
    "currency",
    "prices_assumed",
    "share_open",
    "worst_hromada",
    "worst_share",
    "problem",
)
"""Columns of the table for other programs."""


@dataclass(frozen=True)
class ComparedVariants:
    """
    Variants that were planned.

    Parameters
    ----------
    outcomes
        In the order of the jobs.
    dataset
        Checked inputs of the area.
    """

    outcomes: tuple[JobOutcome, ...]
    dataset: Dataset


def compare_variants(
    jobs: Sequence[Job],
    out: Path,
    *,
    force: bool = False,
    resume: bool = False,
    processes: int | None = None,
    dask: str | None = None,
    language: str | None = None,
    on_done: Callable[[int], None] = lambda count: None,
) -> ComparedVariants:
    """
    Plan all variants and write what comes of them.

    Parameters
    ----------
    jobs
        The variants, at least one.
    out
        Folder to write.
    force
        True to begin again in a folder that is there.
    resume
        True to go on in a folder that is there; finished variants of the same inputs are kept.
    processes
        Processes at a time; None means one for each processor.
    dask
        Address of a Dask scheduler; None means this machine.
    language
        Language of the papers; None means that of the scenario.
    on_done
        Called with the number of variants that are done.

    Returns
    -------
    ComparedVariants
        What came of each.

    Raises
    ------
    UsageError
        If the folder is there and neither `force` nor `resume` is given, or Dask cannot be used.
    InputError
        If the area cannot be used.
    ToolError
        If the disk or the rights do not allow it.
    """
    check_output(out, force=force or resume)
    done: list[JobOutcome] = []

    def count(outcome: JobOutcome) -> None:
        done.append(outcome)
        on_done(len(done))

    if not resume:
        for job in jobs:
            (out / JOBS_FOLDER / job.name / DONE_FILE).unlink(missing_ok=True)
    outcomes = run_batch(jobs, out / JOBS_FOLDER, processes=processes, dask=dask, on_done=count)
    dataset = jobs[0].dataset
    spoken = Language(language or dataset.scenario.language)
    for name, content in render_whatif(outcomes, dataset, spoken).items():
        write_file(out / name, content, force=True)
    return ComparedVariants(outcomes, dataset)


def list_rows(outcomes: Sequence[JobOutcome]) -> list[dict[str, Any]]:
    """
    List outcomes as rows with exact values.

    Parameters
    ----------
    outcomes
        The outcomes.

    Returns
    -------
    list of dict
        One for each, in order, with the names of `COLUMNS`.
    """
    rows = []
    for outcome in outcomes:
        keys = {
            "buses": outcome.variant.buses,
            "weeks": outcome.variant.weeks,
            "min_dwell_min": outcome.variant.min_dwell_s // 60,
            "problem": outcome.problem,
        }
        facts = {**(outcome.result or {}), **keys}
        rows.append({name: facts.get(name) for name in COLUMNS})
    return rows


def make_variants_report(outcomes: Sequence[JobOutcome], dataset: Dataset, language: Language) -> Report:
    """Report of a comparison in the reader's language."""
    told = [(one.variant, one.result, one.problem) for one in outcomes]
    return report_variants(told, dataset, language, {"variants": list_rows(outcomes)})


def render_whatif(outcomes: Sequence[JobOutcome], dataset: Dataset, language: Language) -> dict[str, bytes]:
    """Papers of a comparison, ``whatif.csv``, ``whatif.xlsx`` and ``whatif.html``; equal outcomes give equal bytes."""
    report = make_variants_report(outcomes, dataset, language)
    made = {f"whatif.{kind}": render_report(report, kind, language) for kind in ("xlsx", "html")}
    return {"whatif.csv": _format_csv(outcomes)} | made


def _format_csv(outcomes: Sequence[JobOutcome]) -> bytes:
    """Exact values for other programs."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in list_rows(outcomes):
        guarded = {key: f"'{value}" if str(value).startswith(("=", "+", "@")) else value for key, value in row.items()}
        writer.writerow(guarded)
    return stream.getvalue().encode("utf-8-sig")
