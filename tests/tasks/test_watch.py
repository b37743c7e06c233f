"""Who watches a task is told of its stages and its progress, and may stop it; what was found is kept."""

from __future__ import annotations

from datetime import date

import pytest
from areas import SCENARIO, write_area

from bibliobus.domain.variants import Wishes
from bibliobus.domain.watch import Stage, Stopped, Watch
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks import piecewise
from bibliobus.tasks import variants as batch
from bibliobus.tasks.areas import open_area, ready_area
from bibliobus.tasks.dated import verify_whole
from bibliobus.tasks.plan import make_plan, plan_area
from bibliobus.tasks.reopen import OpenPlan
from bibliobus.tasks.replan import ReplanFiles, replan, replan_folder
from bibliobus.tasks.replanned import ReplanOrder
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


@pytest.mark.usefixtures("uncomposed")
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


@pytest.mark.usefixtures("uncomposed")
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


TWO_PIECES = """\
id,kind,from_place,to_place,valid_from,valid_to
one,closed,town,east,2026-03-09,2026-03-22
two,closed,town,west,2026-03-23,2026-04-05
"""


@pytest.fixture
def dated(area, tmp_path):
    """A published plan, and a file of road changes that cuts two pieces out of the calendar, each with broken tours."""
    plan_area(area, tmp_path / "plan", options=FEW)
    (tmp_path / "two.csv").write_text(TWO_PIECES, encoding="utf-8")
    return tmp_path / "plan", ReplanFiles(tmp_path / "two.csv")


def replan_dated(dated, watch, options=MANY):
    """Plan anew while somebody watches."""
    path, files = dated
    return replan_folder(path, path.parent / "out", files, ReplanOrder(), options=options, watch=watch)


def judge(replanned):
    """Rules that are broken on any date, and what ended the search of each piece."""
    broken = verify_whole(replanned.plan, replanned.prepared).errors
    return [finding.code for finding in broken], [made.ending.value for made in replanned.pieces]


def test_who_stops_in_one_of_several_pieces_gets_all_of_them_repaired_and_none_searched_on(dated):
    told = Told(stop_after=1)

    replanned = replan_dated(dated, told.watch)

    assert judge(replanned) == ([], ["interrupt", "interrupt"])
    assert replanned.interrupted
    assert told.steps == [0, 0]
    whole = replan_dated(dated, Told().watch, FEW)
    assert not whole.interrupted
    assert [made.piece for made in replanned.pieces] == [made.piece for made in whole.pieces]
    assert replanned.compared.comparison.places == whole.compared.comparison.places


def test_who_stops_between_two_pieces_keeps_the_first_and_gets_the_second_repaired(dated, monkeypatch):
    prepared, prepare = [], piecewise.prepare_on

    def prepare_on(*given):
        prepared.append(given[2])
        return prepare(*given)

    monkeypatch.setattr(piecewise, "prepare_on", prepare_on)

    replanned = replan_dated(dated, Watch(should_stop=lambda: len(prepared) > 1), FEW)

    broken, (first, second) = judge(replanned)
    assert (broken, second, replanned.interrupted) == ([], "interrupt", True)
    assert first != "interrupt"
    assert prepared == [date(2026, 3, 9), date(2026, 3, 23), date(2026, 3, 23)]  # the second one not to its end


def test_an_interrupt_from_the_keyboard_ends_the_search_of_all_pieces_and_is_not_asked_for_twice(dated):
    seen = []

    def interrupt(progress):
        seen.append(progress)
        if len(seen) == 1:
            raise KeyboardInterrupt

    replanned = replan_dated(dated, Watch(on_progress=interrupt))

    assert judge(replanned) == ([], ["interrupt", "interrupt"])
    assert len(seen) == 2


def test_frozen_dates_are_looked_at_although_somebody_has_stopped(dated):
    path, files = dated
    order = ReplanOrder(freeze=date(2026, 3, 20))

    replanned = replan_folder(path, path.parent / "out", files, order, options=MANY, watch=Told(stop_after=1).watch)

    assert replanned.interrupted
    whole = replan_folder(path, path.parent / "out", files, order, options=FEW)
    assert "frozen-tour-broken" in {finding.code for finding in whole.report.findings}
    assert replanned.report.findings == whole.report.findings


def test_who_stops_before_the_first_piece_is_told_so_and_nothing_is_there(dated):
    told = Told()

    def stop():
        return Stage.SEARCHING in told.stages

    with pytest.raises(Stopped):
        replan_dated(dated, Watch(told.stages.append, lambda progress: None, stop))


@pytest.mark.parametrize("processes", [0, 1])
def test_variants_that_are_stopped_have_no_result_and_those_done_keep_theirs(area, monkeypatch, processes):
    done = []
    jobs = list_jobs(area, Wishes(buses=(1, 2, 3)), options=FEW)
    monkeypatch.setattr(batch, "_run_apart", batch.attempt_job)

    watch = Watch(should_stop=lambda: bool(done))
    outcomes = batch.run_batch(jobs, None, processes=processes, on_done=done.append, watch=watch)

    assert outcomes[0].result is not None
    assert (outcomes[2].result, outcomes[2].problem) == (None, "interrupt")
