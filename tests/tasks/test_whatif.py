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
from bibliobus.domain.variants import Hours, Variant, Wish, Wishes
from bibliobus.findings import UsageError
from bibliobus.model.area import prepare_area
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks import variants as batch
from bibliobus.tasks.areas import ready_area
from bibliobus.tasks.plan import make_plan
from bibliobus.tasks.variants import attempt_job, compare_variants, list_rows, render_whatif, run_batch
from bibliobus.tasks.whatif import (
    JobOutcome,
    find_done,
    format_shift,
    list_jobs,
    parse_shift,
    parse_wish,
    run_job,
    vary_dataset,
    warn_more_often,
)
from bibliobus.view.reports.variants import label_variant
from bibliobus.words.language import HOUR_S, MINUTE_S, Language

QUICK = SearchOptions(iterations=3)


@pytest.fixture
def area(tmp_path):
    """Folder of a tiny area."""
    return write_area(tmp_path / "area")


def jobs_of(area, **changes):
    """Jobs of one and two buses."""
    return list_jobs(area, Wishes(**{"buses": (1, 2), **changes}), options=QUICK)


def test_a_row_equals_a_plan_of_its_own(area):
    job = jobs_of(area, weeks=(1,))[1]
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
    (job,) = jobs_of(area, buses=(1,))
    monkeypatch.setattr(batch, "_run_apart", attempt_job)
    run_batch([job], tmp_path / "jobs", processes=1)
    table = area / "settlements.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("640", "641"), encoding="utf-8")

    (changed,) = jobs_of(area, buses=(1,))

    assert find_done(job, tmp_path / "jobs") is not None
    assert find_done(changed, tmp_path / "jobs") is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"digest": "x"}', "\x00"])
def test_a_damaged_result_counts_as_not_done(area, tmp_path, content):
    (job,) = jobs_of(area, buses=(1,))
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
        list_jobs(area, Wishes(tuple(range(1, 50)), (1, 2), (600, 1200, 1800)))

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
    jobs = jobs_of(area, buses=(1, 2, 3), weeks=(1, 2))
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


def test_one_command_compares_three_buses_every_two_weeks_with_one_every_three(area):
    named = (parse_wish("buses=3 rhythm-weeks=2"), parse_wish("buses=1 rhythm-weeks=3"))

    one, three = (run_job(job) for job in list_jobs(area, Wishes(named=named), options=QUICK))

    # With one rhythm for everybody each served village has one visit in the cycle.
    for result, weeks in ((one, 3), (three, 2)):
        assert result["figures"]["visits"] == result["settlements_served"]
        assert result["visits_year"] == round(result["settlements_served"] / weeks * 365.25 / 7)
        assert result["year_bus_days"] == round(result["figures"]["bus_days"] / weeks * 365.25 / 7)
        assert result["year_m"] == pytest.approx(result["figures"]["length_m"] / weeks * 365.25 / 7, abs=53)
        assert result["more_often"] == []
    assert three["visits_year"] > one["visits_year"]


def test_a_longer_cycle_that_makes_visits_more_frequent_is_warned_of_in_every_paper(area):
    jobs = list_jobs(area, Wishes(weeks=(2, 3), named=(Wish(rhythm_weeks=3),)), options=QUICK)
    outcomes = tuple(JobOutcome(job.variant, run_job(job)) for job in jobs)

    warned = [finding.sentence.render(Language("en")) for finding in warn_more_often(outcomes)]

    (sentence,) = warned
    assert sentence.startswith("In the cycle of 3 weeks, which a visit every 2 weeks does not divide, ")
    assert sentence.endswith(" settlements would be visited every week.")
    papers = render_whatif(outcomes, jobs[0].dataset, Language("en"))
    assert sentence in html.unescape(papers["whatif.html"].decode())
    (ukrainian,) = (finding.sentence.render(Language("uk")) for finding in warn_more_often(outcomes))
    assert ukrainian.startswith("Відвідування раз на 2 тижні не вкладається в цикл (3 тижні)")


def test_a_rhythm_in_a_cycle_that_it_does_not_divide_is_refused_and_so_is_a_stay_off_the_grid(area):
    wishes = Wishes(weeks=(2, 4), rhythm_weeks=(3,), dwell_s=(7 * MINUTE_S,))

    with pytest.raises(UsageError) as caught:
        list_jobs(area, wishes)

    assert [finding.sentence.render(Language("en")) for finding in caught.value.findings] == [
        "A visit every 3 weeks is asked for in a cycle of 2 weeks, which it does not divide.",
        "A stay of 7\xa0min is asked for, but the times of the plan are multiples of 5\xa0min.",
        "A visit every 3 weeks is asked for in a cycle of 4 weeks, which it does not divide.",
    ]


def test_every_variant_has_a_folder_and_a_label_of_its_own(area):
    shifts = (Hours(7 * HOUR_S, 18 * HOUR_S), Hours(7 * HOUR_S, 18 * HOUR_S, 9 * HOUR_S + 30 * MINUTE_S))
    wishes = Wishes(
        buses=(1, 2), min_dwell_s=(0, 1800), rhythm_weeks=(1, 2), dwell_s=(600, 1200), shifts=shifts, named=(Wish(),)
    )
    jobs = list_jobs(area, wishes)

    names = {job.name for job in jobs}

    assert len(names) == len({job.digest for job in jobs}) == len(jobs) == 33
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.") for name in names)
    for language in ("en", "uk"):
        assert len({label_variant(job.variant, Language(language)) for job in jobs}) == len(jobs)


def test_what_is_changed_stands_in_every_paper(area):
    wish = parse_wish("rhythm-weeks=1 dwell=15 shift=07:00-18:00/9.5")
    (job,) = list_jobs(area, Wishes(named=(wish,)), options=QUICK)
    outcomes = (JobOutcome(job.variant, run_job(job)),)

    papers = render_whatif(outcomes, job.dataset, Language("en"))

    page = html.unescape(papers["whatif.html"].decode())
    label = "buses 1, weeks 2, visits every week, stay 15 min, shift 07:00–18:00, work up to 9\xa0h\xa030\xa0min"
    assert label in page
    assert "07:00–18:00 (9\xa0h\xa030\xa0min)" in page
    (row,) = csv.DictReader(io.StringIO(papers["whatif.csv"].decode("utf-8-sig")))
    assert (row["rhythm_weeks"], row["dwell_min"], row["shift"]) == ("1", "15", "07:00-18:00/9.5")


@pytest.mark.parametrize("text", ["07:00-18:00", "07:00-18:00/9.5", "00:00-24:00/10"])
def test_hours_are_read_as_they_are_written(text):
    assert format_shift(Variant(1, 1, 0, shift=parse_shift(text))) == text


@pytest.mark.parametrize(
    "text", ["", "9", "9-17", "17:00-08:00", "08:00-08:00", "08:00-17:00/x", "08:00-17:00/25", "08:00-17:00/0", "8:00"]
)
def test_what_is_no_shift_is_told(text):
    with pytest.raises(UsageError) as caught:
        parse_shift(text)

    assert caught.value.findings[0].sentence.render(Language("en")) == f"The hours of a shift cannot be read: “{text}”."


def test_a_variant_is_read_with_all_that_can_differ():
    text = "buses=3 cycle-weeks=4 min-dwell=10 rhythm-weeks=2 dwell=20 shift=08:00-17:00"

    assert parse_wish(text) == Wish(3, 4, 600, 2, 1200, Hours(8 * HOUR_S, 17 * HOUR_S))


@pytest.mark.parametrize(
    "text", ["", "buses", "buses=", "buses=0", "buses=1 buses=2", "magic=1", "rhythm-weeks=5", "dwell=-5", "buses=²"]
)
def test_what_is_no_variant_is_told_with_what_is_known(text):
    with pytest.raises(UsageError) as caught:
        parse_wish(text)

    (finding,) = caught.value.findings
    assert finding.sentence.render(Language("en")) == f"A variant cannot be read: “{text}”."
    assert "rhythm-weeks 1–4" in finding.hint.render(Language("en"))
