"""What-if comparisons: each variant equals a plan of its own, finished ones are kept, and a crash stays alone."""

from __future__ import annotations

import csv
import html
import io
import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from areas import write_area

from bibliobus.domain.fleet import Rates
from bibliobus.domain.variants import Variant
from bibliobus.findings import UsageError
from bibliobus.model.area import prepare_area
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks import variants as batch
from bibliobus.tasks.areas import ready_area
from bibliobus.tasks.plan import make_plan
from bibliobus.tasks.variants import attempt_job, compare_variants, list_rows, render_whatif, run_batch
from bibliobus.tasks.whatif import JobOutcome, find_done, list_jobs, run_job, vary_dataset
from bibliobus.words.language import Language

QUICK = SearchOptions(iterations=3)


@pytest.fixture
def area(tmp_path):
    """Folder of a tiny area."""
    return write_area(tmp_path / "area")


def jobs_of(area, **changes):
    """Jobs of one and two buses."""
    return list_jobs(area, **{"buses": [1, 2], "options": QUICK, **changes})


def test_a_row_equals_a_plan_of_its_own(area):
    job = jobs_of(area, weeks=[1])[1]
    dataset = ready_area(area)[0].dataset

    plan = make_plan(prepare_area(vary_dataset(dataset, Variant(2, 1, 0))), options=QUICK)

    assert job.variant == Variant(2, 1, 0)
    assert run_job(job)["figures"] == dict(plan.figures)


@pytest.mark.slow
def test_outcomes_come_in_the_order_of_the_jobs_and_are_the_same_here_and_apart(area, tmp_path):
    jobs = jobs_of(area)

    apart = run_batch(jobs, tmp_path / "jobs", processes=2)

    assert [outcome.variant for outcome in apart] == [job.variant for job in jobs]
    assert [dict(outcome.result) for outcome in apart] == [json.loads(json.dumps(run_job(job))) for job in jobs]


def test_finished_jobs_are_kept_and_others_done(area, tmp_path, monkeypatch):
    first, second = jobs_of(area)
    run = []
    monkeypatch.setattr(batch, "_run_apart", lambda job: run.append(job.name) or attempt_job(job))

    run_batch([first], tmp_path / "jobs", processes=1)
    run_batch([first, second], tmp_path / "jobs", processes=1)

    assert run == [first.name, second.name]


def test_a_job_of_other_inputs_is_done_again(area, tmp_path, monkeypatch):
    (job,) = jobs_of(area, buses=[1])
    monkeypatch.setattr(batch, "_run_apart", attempt_job)
    run_batch([job], tmp_path / "jobs", processes=1)
    table = area / "settlements.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("640", "641"), encoding="utf-8")

    (changed,) = jobs_of(area, buses=[1])

    assert find_done(job, tmp_path / "jobs") is not None
    assert find_done(changed, tmp_path / "jobs") is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"digest": "x"}', "\x00"])
def test_a_damaged_result_counts_as_not_done(area, tmp_path, content):
    (job,) = jobs_of(area, buses=[1])
    (tmp_path / job.name).mkdir()
    (tmp_path / job.name / "DONE.json").write_text(content, encoding="utf-8")

    assert find_done(job, tmp_path) is None


def test_a_job_that_cannot_be_planned_says_why_and_takes_no_other_with_it(area, tmp_path, monkeypatch):
    good, bad = jobs_of(area)
    monkeypatch.setattr(batch, "_run_apart", attempt_job)

    outcomes = run_batch([good, replace(bad, solver="magic")], tmp_path / "jobs", processes=1)

    assert outcomes[0].result is not None
    assert (outcomes[1].result, outcomes[1].problem) == (None, "solver-unknown")


MARKS = Path()
"""Folder in which a process that dies leaves a mark; the test sets it."""


def die(job, file):
    """Work of a process that is killed the first time and whenever two buses are planned."""
    mark = MARKS / f"tried-{job.variant.buses}"
    if not mark.exists() or job.variant.buses == 2:
        mark.touch()
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    batch._work_well(job, file)


@pytest.mark.skipif(os.name == "nt", reason="a killed process looks otherwise on Windows")
def test_a_process_that_dies_is_tried_again_and_then_given_up(area, tmp_path, monkeypatch):
    import multiprocessing

    # Forked here, so that the double of the work is known to the process.
    monkeypatch.setattr(batch, "_work_well", batch._work, raising=False)
    monkeypatch.setattr(batch, "_work", die)
    monkeypatch.setattr(sys.modules[__name__], "MARKS", tmp_path)
    context = multiprocessing.get_context("fork")
    monkeypatch.setattr(batch.multiprocessing, "get_context", lambda _: context)

    once, always = run_batch(jobs_of(area), tmp_path / "jobs", processes=1)

    assert once.result is not None
    assert (always.result, always.problem) == (None, "exit -9")


def test_too_many_combinations_are_refused(area):
    with pytest.raises(UsageError) as caught:
        list_jobs(area, buses=range(1, 50), weeks=[1, 2], min_dwell_s=[600, 1200, 1800])

    assert caught.value.findings[0].sentence.render(Language("en")) == (
        "These are 294 combinations, but at most 200 are compared."
    )


def test_two_comparisons_write_the_same_bytes(area, tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "_run_apart", attempt_job)
    for name in ("a", "b"):
        compare_variants(jobs_of(area), tmp_path / name, processes=2)

    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert len(files) == 5
    assert all((tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes() for file in files)


def test_a_failure_has_a_row_in_every_paper(area):
    dataset = ready_area(area)[0].dataset
    outcomes = (JobOutcome(Variant(1, 2, 0), run_job(jobs_of(area)[0])), JobOutcome(Variant(2, 2, 0), None, "exit -9"))

    papers = render_whatif(outcomes, dataset, Language("en"))

    assert list_rows(outcomes)[1]["problem"] == "exit -9"
    assert b"exit -9" in papers["whatif.csv"]
    assert b"exit -9" in papers["whatif.html"]


MADE_UP = "made up for an example"


@pytest.mark.parametrize(
    ("rates", "wanted", "unwanted"),
    [
        (
            Rates(),
            "the scenario gives no prices",
            ["Money a month", "Currency", "Fuel a month", "own numbers", MADE_UP],
        ),
        (Rates(bus_month=500.0), "The prices are the planner's own numbers.", ["Fuel a month", MADE_UP]),
        (Rates(bus_month=500.0, fuel_l_per_100km=16.0, assumed=True), MADE_UP, ["own numbers"]),
    ],
)
def test_every_paper_says_what_its_money_rests_on_and_shows_none_without_prices(area, rates, wanted, unwanted):
    dataset = ready_area(area)[0].dataset
    dataset = replace(dataset, scenario=replace(dataset.scenario, money=rates))
    result = run_job(jobs_of(area)[0])
    result |= {"month_money": 500.0 if rates.known else None, "prices_assumed": rates.assumed}
    result |= {"month_fuel_l": 8.0 if rates.fuel_l_per_100km else None}

    papers = render_whatif((JobOutcome(Variant(1, 2, 0), result),), dataset, Language("en"))

    book = openpyxl.load_workbook(io.BytesIO(papers["whatif.xlsx"]))
    cells = "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)
    for paper in (html.unescape(papers["whatif.html"].decode()), cells):
        assert wanted in paper
        assert [word for word in unwanted if word in paper] == []
    (row,) = csv.DictReader(io.StringIO(papers["whatif.csv"].decode("utf-8-sig")))
    assert (row["month_money"], row["prices_assumed"]) == ("500.0" if rates.known else "", str(rates.assumed))


def test_a_folder_that_is_there_is_kept_unless_it_is_asked_for(area, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError):
        compare_variants(jobs_of(area), tmp_path / "out")

    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_does_all_jobs(area, tmp_path):
    distributed = pytest.importorskip("distributed")
    jobs = jobs_of(area, buses=[1, 2, 3], weeks=[1, 2])
    killed = []

    def kill_one(outcome):
        if not killed:
            pid = next(iter(cluster.workers.values())).pid
            killed.append(pid)
            os.kill(pid, signal.SIGTERM)

    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
    ) as cluster:
        outcomes = run_batch(jobs, tmp_path / "jobs", dask=cluster.scheduler_address, on_done=kill_one)

    assert killed
    assert all(outcome.result is not None for outcome in outcomes)
    assert dict(outcomes[0].result) == json.loads(json.dumps(run_job(jobs[0])))


def test_an_address_without_a_cluster_is_told(area, tmp_path, monkeypatch):
    distributed = pytest.importorskip("distributed")

    def refuse(*_args, **_options):
        raise OSError

    monkeypatch.setattr(distributed, "Client", refuse)

    with pytest.raises(UsageError) as caught:
        run_batch(jobs_of(area), tmp_path / "jobs", dask="tcp://127.0.0.1:9")

    assert caught.value.findings[0].sentence.render(Language("en")) == (
        "No Dask cluster answers at “tcp://127.0.0.1:9”."
    )
