"""Who watches a task is told of its stages and its progress, and may stop it; what was found is kept."""

from __future__ import annotations

import pytest
from areas import SCENARIO, write_area

from bibliobus.domain.watch import Stage, Stopped, Watch
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks import variants as batch
from bibliobus.tasks.areas import open_area, ready_area
from bibliobus.tasks.plan import make_plan, plan_area
from bibliobus.tasks.remake import ReplanOrder
from bibliobus.tasks.reopen import OpenPlan
from bibliobus.tasks.replan import replan
from bibliobus.tasks.whatif import list_jobs

FEW = SearchOptions(seed=1, iterations=6)
MANY = SearchOptions(seed=1, iterations=100_000)


class Told:
    """What a watch was told; it stops after some events of a search."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.stages: list[Stage] = []
        self.steps: list[int] = []
        self.stop_after = stop_after
        self.watch = Watch(self.stages.append, lambda progress: self.steps.append(progress.done), self.should_stop)

    def should_stop(self) -> bool:
        """Whether enough was told."""
        return self.stop_after is not None and len(self.steps) >= self.stop_after


def test_stages_are_told_in_their_order(area, tmp_path):
    told = Told()

    plan_area(area, tmp_path / "out", options=FEW, watch=told.watch)

    searched = [stage for stage in told.stages if stage is not Stage.PREPARING]
    assert list(dict.fromkeys(searched)) == [
        Stage.READING,
        Stage.ROADS,
        Stage.SEARCHING,
        Stage.CHECKING,
        Stage.WRITING,
    ]
    assert list(dict.fromkeys(told.steps)) == list(range(1, FEW.iterations + 1))


def test_a_search_that_is_stopped_gives_its_best_plan_and_it_is_written(area, tmp_path):
    told = Told(stop_after=2)

    planned = plan_area(area, tmp_path / "out", options=MANY, watch=told.watch)

    assert set(told.steps) == {1, 2}
    assert planned.plan.provenance.ended_by == "interrupt"
    assert not verify_plan(gather_evidence(planned.plan, planned.prepared)).errors
    assert planned.plan.tours
    assert (tmp_path / "out" / "plan.json").is_file()


def test_who_stops_before_there_is_anything_to_keep_is_told_so(area, tmp_path):
    with pytest.raises(Stopped):
        plan_area(area, tmp_path / "out", watch=Told(stop_after=0).watch)

    assert not (tmp_path / "out").exists()


def test_watching_changes_no_plan(area):
    prepared, _ = ready_area(area)

    assert make_plan(prepared, options=FEW) == make_plan(prepared, options=FEW, watch=Told().watch)


@pytest.fixture
def hit(tmp_path):
    """A plan, and the inputs after the shift was moved by hours: every tour has to be repaired."""
    before = open_area(write_area(tmp_path / "before"))
    later = SCENARIO.replace('features = ["ramp"]', 'features = ["ramp"]\nshift = "10:00-18:00"')
    after = open_area(write_area(tmp_path / "after", scenario=later))
    return OpenPlan(make_plan(before.prepared, options=FEW), before), after.inputs


def test_planning_anew_tells_of_its_stages_and_keeps_its_best_when_it_is_stopped(hit):
    published, inputs = hit
    told, stopped = Told(), Told(stop_after=1)

    whole = replan(published, inputs, ReplanOrder(), options=FEW, watch=told.watch)
    early = replan(published, inputs, ReplanOrder(), options=MANY, watch=stopped.watch)

    assert told.stages[0] is Stage.CHECKING
    assert Stage.ROADS in told.stages
    assert {Stage.SEARCHING, Stage.CHECKING} <= set(told.stages)
    assert told.steps
    assert early.plan.provenance.ended_by == "interrupt"
    assert len(stopped.steps) == 1
    for made in (whole, early):
        assert not verify_plan(gather_evidence(made.plan, made.prepared)).errors


@pytest.mark.parametrize("processes", [0, 1])
def test_variants_that_are_stopped_have_no_result_and_those_done_keep_theirs(area, monkeypatch, processes):
    done = []
    jobs = list_jobs(area, buses=[1, 2, 3], options=FEW)
    monkeypatch.setattr(batch, "_run_apart", batch.attempt_job)

    watch = Watch(should_stop=lambda: bool(done))
    outcomes = batch.run_batch(jobs, None, processes=processes, on_done=done.append, watch=watch)

    assert outcomes[0].result is not None
    assert (outcomes[2].result, outcomes[2].problem) == (None, "interrupt")
