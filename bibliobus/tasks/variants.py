"""Variants of an area planned in several processes or on Dask, and the papers that compare them."""

from __future__ import annotations

import csv
import io
import json
import multiprocessing
import os
import tempfile
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.watch import PULSE_S, UNWATCHED, Stopped, Watch
from bibliobus.findings import BibliobusError, FindingKind, Place, Severity, UsageError
from bibliobus.output.tables import render_report
from bibliobus.solve.solver import Ending
from bibliobus.tasks.folders import check_output, write_file, write_folder
from bibliobus.tasks.whatif import (
    DONE_FILE,
    JobOutcome,
    explain_failure,
    find_done,
    format_done,
    format_shift,
    run_job,
    warn_more_often,
)
from bibliobus.view.area import build_area_view
from bibliobus.view.reports.variants import report_variants
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bibliobus.inputs.area import Dataset
    from bibliobus.tasks.whatif import Job
    from bibliobus.view.tables import Report

TRIES: Final = 2
"""How often a job is tried whose process died."""

NO_DASK: Final = FindingKind(
    "no-dask",
    Severity.ERROR,
    N_("Dask is not installed, so no cluster can be used."),
    N_("Install it with: pip install 'bibliobus[dask]'; or leave --dask out."),
)
NO_CLUSTER: Final = FindingKind(
    "no-cluster",
    Severity.ERROR,
    N_("No Dask cluster answers at “{address}”."),
    N_("Check the address; the scheduler prints it when it starts."),
)


def run_batch(
    jobs: Sequence[Job],
    folder: Path | None,
    *,
    processes: int | None = None,
    dask: object | None = None,
    on_done: Callable[[JobOutcome], None] = lambda outcome: None,
    watch: Watch = UNWATCHED,
) -> tuple[JobOutcome, ...]:
    """
    Do all jobs that are not done yet.

    ``folder``: Each job has a folder in it; what is done there already, of the same inputs, is not done again. None to
        write nothing.
    ``processes``: Processes at a time; 0 to do one after the other in this one; None means one for each processor.
    ``dask``: Address of a Dask scheduler that does the work, or a client of one; None means this machine.
    ``on_done``: Called in this thread whenever one is done, in the order in which they end.
    ``watch``: Asked whether to stop, and told of the searches that run in this process. What is done stays; the others
        are outcomes without a result.

    Returns in the order of the jobs. A job that failed, or whose process died again and again, has no result and says
    why; the others are not touched by it.
    """
    outcomes: dict[str, JobOutcome] = {}
    for job in jobs:
        done = None if folder is None else find_done(job, folder)
        if done is not None:
            outcomes[job.name] = done
            on_done(done)
    left = [job for job in jobs if job.name not in outcomes]
    for job, outcome in _start(left, processes, dask, watch):
        if outcome.result is not None and folder is not None:
            write_folder(folder / job.name, {DONE_FILE: format_done(job, outcome.result)}, force=True)
        outcomes[job.name] = outcome
        on_done(outcome)
    return tuple(outcomes[job.name] for job in jobs)


def _start(
    jobs: Sequence[Job], processes: int | None, dask: object | None, watch: Watch
) -> Iterator[tuple[Job, JobOutcome]]:
    """Jobs where they are to be done, in the order in which they end."""
    if dask is not None:
        return _run_on_dask(jobs, dask)
    if processes == 0:
        return ((job, attempt_job(job, watch)) for job in jobs)
    return _run_here(jobs, processes or os.cpu_count() or 1, watch)


def _run_here(jobs: Sequence[Job], processes: int, watch: Watch) -> Iterator[tuple[Job, JobOutcome]]:
    """Jobs in processes of this machine, in the order in which they end."""
    with ThreadPoolExecutor(max_workers=processes) as pool:
        running = {pool.submit(_run_apart, job): job for job in jobs}
        try:
            while running:
                for future in wait(running, PULSE_S, return_when=FIRST_COMPLETED).done:
                    job = running.pop(future)
                    yield job, _tell_stopped(job) if future.cancelled() else future.result()
                if watch.should_stop():  # those that run are let end
                    for future in running:
                        future.cancel()
        finally:
            for future in running:
                future.cancel()


def _run_apart(job: Job) -> JobOutcome:
    """One job in a process of its own, tried again if the process dies."""
    context = multiprocessing.get_context("spawn")
    code = 0
    for _ in range(TRIES):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "outcome.json"
            process = context.Process(target=_work, args=(job, str(file)))
            process.start()
            try:
                process.join()
            except BaseException:
                process.terminate()
                raise
            code = process.exitcode or 0
            if file.is_file():
                document = json.loads(file.read_text(encoding="utf-8"))
                return JobOutcome(job.variant, document["result"], document["problem"])
    return JobOutcome(job.variant, None, f"exit {code}")


def _work(job: Job, file: str) -> None:
    """Do one job and leave its outcome in a file; what the process prints is not read."""
    outcome = attempt_job(job)
    document = {"result": outcome.result, "problem": outcome.problem}
    partial = Path(f"{file}.partial")
    partial.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    partial.replace(file)


def attempt_job(job: Job, watch: Watch = UNWATCHED) -> JobOutcome:
    """
    Do one job, and say why if it cannot be done.

    One that is stopped has no result: a search cut short is not to be compared with others.
    """
    try:
        outcome = _tell_stopped(job) if watch.should_stop() else JobOutcome(job.variant, run_job(job, watch))
        return _tell_stopped(job) if watch.should_stop() else outcome
    except Stopped:
        return _tell_stopped(job)
    except BibliobusError as error:
        return explain_failure(job, error)


def _tell_stopped(job: Job) -> JobOutcome:
    """Outcome of a job that was stopped."""
    return JobOutcome(job.variant, None, Ending.INTERRUPT.value)


def _run_on_dask(jobs: Sequence[Job], where: object) -> Iterator[tuple[Job, JobOutcome]]:
    """Jobs on a Dask cluster, in the order in which they end; results are taken as they come and released."""
    try:
        import distributed
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        raise UsageError(NO_DASK.at(Place())) from error
    dask: Any = distributed  # it has no types
    ours = isinstance(where, str)
    try:
        client: Any = dask.Client(where, timeout=10) if ours else where
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(NO_CLUSTER.at(Place(), address=where)) from error
    try:
        futures = {client.submit(attempt_job, job, key=f"bibliobus-{job.digest}", retries=TRIES): job for job in jobs}
        for future in dask.as_completed(list(futures)):
            job = futures.pop(future)
            try:
                yield job, future.result()
            except KilledWorker as error:
                yield job, JobOutcome(job.variant, None, type(error).__name__)
            future.release()
    finally:
        if ours:
            client.close()


JOBS_FOLDER: Final = "jobs"
"""Folder in which each variant has its own."""

COLUMNS: Final = (
    "buses",
    "weeks",
    "min_dwell_min",
    "rhythm_weeks",
    "dwell_min",
    "shift",
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
    "visits_year",
    "year_bus_days",
    "year_m",
    "year_money",
    "problem",
)
"""Columns of the table for other programs."""


@dataclass(frozen=True)
class ComparedVariants:
    """Variants that were planned, in the order of the jobs."""

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
    Plan all variants, at least one, and write what comes of them in a language, None for that of the scenario.

    ``resume``: True to go on in a folder that is there; finished variants of the same inputs are kept.
    ``processes``, ``dask``: As in `run_batch`.
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
    """List outcomes, in order, as rows with exact values and the names of `COLUMNS`."""
    rows = []
    for outcome in outcomes:
        keys = {
            "buses": outcome.variant.buses,
            "weeks": outcome.variant.weeks,
            "min_dwell_min": outcome.variant.min_dwell_s // 60,
            "rhythm_weeks": outcome.variant.rhythm_weeks or None,
            "dwell_min": outcome.variant.dwell_s // 60 or None,
            "shift": format_shift(outcome.variant) or None,
            "problem": outcome.problem,
        }
        facts = {**(outcome.result or {}), **keys}
        rows.append({name: facts.get(name) for name in COLUMNS})
    return rows


def make_variants_report(outcomes: Sequence[JobOutcome], dataset: Dataset, language: Language) -> Report:
    """Report of a comparison in the reader's language."""
    told = [(one.variant, one.result, one.problem) for one in outcomes]
    more_often = tuple(finding.sentence.render(language) for finding in warn_more_often(outcomes))
    facts = {"variants": list_rows(outcomes)}
    return report_variants(told, build_area_view(dataset, language), facts, more_often)


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
