"""Papers of a what-if comparison: table as CSV and workbook, and a page with a chart."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bibliobus.output.pages.report import ChartText, PageCell, PageTable, render_chart_page
from bibliobus.output.tables import list_cells, render_sheets
from bibliobus.plan.cautions import tell_unknown
from bibliobus.plan.names import name_area
from bibliobus.tasks.batch import run_batch
from bibliobus.tasks.folders import check_output, write_file
from bibliobus.tasks.whatif import DONE_FILE
from bibliobus.view.heading import tell_prices
from bibliobus.view.reports.variants import lay_out_variants, list_bars
from bibliobus.view.tables import Kind
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bibliobus.inputs.area import Dataset
    from bibliobus.tasks.whatif import Job, Outcome
    from bibliobus.view.tables import Sheet

JOBS_FOLDER: Final = "jobs"
"""Folder in which each variant has its own."""

HEADING: Final = N_("{area}: variants of the mobile library")
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

    outcomes: tuple[Outcome, ...]
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
    done: list[Outcome] = []

    def count(outcome: Outcome) -> None:
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


def list_rows(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
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


def make_sheets(outcomes: Sequence[Outcome], language: Language) -> tuple[Sheet, ...]:
    """
    Make the sheets of a comparison.

    Parameters
    ----------
    outcomes
        The outcomes.
    language
        Language of the reader.

    Returns
    -------
    tuple of Sheet
        As `lay_out_variants`.
    """
    return lay_out_variants([(one.variant, one.result, one.problem) for one in outcomes], language)


def tell_money(outcomes: Sequence[Outcome], dataset: Dataset, language: Language) -> str:
    """
    Tell what the money of a comparison rests on.

    Parameters
    ----------
    outcomes
        The outcomes.
    dataset
        Checked inputs of the area.
    language
        Language of the reader.

    Returns
    -------
    str
        One sentence; empty if nothing was planned.
    """
    planned = any(one.result for one in outcomes)
    return language.gettext(tell_prices(dataset.scenario.money)) if planned else ""


def render_whatif(outcomes: Sequence[Outcome], dataset: Dataset, language: Language) -> dict[str, bytes]:
    """
    Render the papers of a comparison.

    Parameters
    ----------
    outcomes
        The outcomes.
    dataset
        Checked inputs of the area.
    language
        Language of the reader.

    Returns
    -------
    dict of bytes
        ``whatif.csv``, ``whatif.xlsx`` and ``whatif.html``; equal outcomes give equal bytes.
    """
    scenario = dataset.scenario
    notice = language.choose(uk=scenario.notice_uk, en=scenario.notice_en)
    warnings = tuple(text for text in (notice, tell_money(outcomes, dataset, language)) if text)
    warnings += tell_unknown(dataset, language)
    sheets = make_sheets(outcomes, language)
    title = language.gettext(HEADING).format(area=name_area(dataset, language))
    text = ChartText(
        title=name_area(dataset, language),
        lines=(),
        warnings=warnings,
        bars=tuple(
            (bar.label, bar.parts)
            for bar in list_bars([(one.variant, one.result, one.problem) for one in outcomes], language)
        ),
        tables=tuple(_make_table(sheet, at, language) for at, sheet in enumerate(sheets)),
        sources=tuple(line for line in (scenario.attribution, scenario.data_date) if line),
    )
    return {
        "whatif.csv": _format_csv(outcomes),
        "whatif.xlsx": render_sheets(sheets, (title,), warnings, language),
        "whatif.html": render_chart_page(text, language).encode(),
    }


def _make_table(sheet: Sheet, at: int, language: Language) -> PageTable:
    """Table of the page."""
    columns = tuple((column.label, column.kind is not Kind.TEXT) for column in sheet.columns)
    rows = tuple(tuple(PageCell(*shown) for shown in row) for row in list_cells(sheet, language))
    return PageTable(f"table-{at}", sheet.name, columns, rows, "")


def _format_csv(outcomes: Sequence[Outcome]) -> bytes:
    """Exact values for other programs."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in list_rows(outcomes):
        guarded = {key: f"'{value}" if str(value).startswith(("=", "+", "@")) else value for key, value in row.items()}
        writer.writerow(guarded)
    return stream.getvalue().encode("utf-8-sig")
