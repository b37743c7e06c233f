"""
Who watches hears of every piece of work, and who stops gets a whole result or none, whenever it is.

No test looks at a clock: a watch without a pulse is told after every piece, so that events can be counted.
"""

from __future__ import annotations

import pytest
from areas import SCENARIO, write_area
from folders import read_folder
from road_areas import write_osm

from bibliobus.domain.audience import Audience
from bibliobus.domain.watch import UNWATCHED, Stage, Stopped, Watch
from bibliobus.network.engine.dijkstra import PlainIndex
from bibliobus.network.engine.engine import SmallIndex
from bibliobus.network.osm import read as osm_read
from bibliobus.plan.build import explain_again
from bibliobus.plan.store import format_plan
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.solve.backends import SOLVERS
from bibliobus.solve.periodic.search import FINISH_S, PeriodicSearch
from bibliobus.solve.solver import Ending, SearchOptions
from bibliobus.solve.times.schedule import Scheduler
from bibliobus.tasks.areas import open_area, ready_area
from bibliobus.tasks.edit import explain_folder
from bibliobus.tasks.plan import make_plan, plan_area
from bibliobus.tasks.publish import MANIFEST, Publication, publish_plan
from bibliobus.tasks.reopen import OpenPlan, verify_folder
from bibliobus.tasks.replan import replan
from bibliobus.tasks.replanned import ReplanOrder
from bibliobus.tasks.roads import import_roads

FEW = SearchOptions(seed=1, iterations=3)
TIMINGS_MOST = 10
"""So many tours get exact times between two events: in these areas as many as one call has places in two tours."""


class Counter:
    """A watch that is told of everything, counts it, and may stop after some event."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.events, self.stages, self.stop_after = 0, list[Stage](), stop_after
        self.work = self.most_work = 0
        self.watch = Watch(self._begin, self._tell, self._should_stop, pulse_s=0.0)

    def _begin(self, stage: Stage) -> None:
        self.stages.append(stage)
        self._tell(stage)

    def _tell(self, _: object) -> None:
        self.events += 1
        self.most_work, self.work = max(self.most_work, self.work), 0

    def _should_stop(self) -> bool:
        return self.stop_after is not None and self.events >= self.stop_after


def count_events(work) -> int:
    """Events of a whole task."""
    counter = Counter()
    work(counter.watch)
    return counter.events


@pytest.fixture
def prepared(area):
    """The tiny area, ready for planning."""
    return ready_area(area)[0]


@pytest.fixture
def hit(tmp_path):
    """A plan, and the inputs after the shift was moved by hours: every tour has to be repaired."""
    before = open_area(write_area(tmp_path / "before"))
    later = SCENARIO.replace('features = ["ramp"]', 'features = ["ramp"]\nshift = "10:00-18:00"')
    after = open_area(write_area(tmp_path / "after", scenario=later))
    return OpenPlan(make_plan(before.prepared, options=FEW), before), after.inputs


@pytest.fixture
def timings(monkeypatch):
    """Watch whose work is counted: every tour that gets exact times."""
    counter, find_times = Counter(), Scheduler._find_times

    def count(*arguments):
        counter.work += 1
        return find_times(*arguments)

    monkeypatch.setattr(Scheduler, "_find_times", count)
    return counter


@pytest.mark.parametrize("solver", sorted(SOLVERS))
def test_a_plan_that_is_stopped_after_any_event_is_whole_and_verified_or_not_written(
    area, tmp_path, monkeypatch, solver
):
    papers = lambda plan, *_: {"plan.json": format_plan(plan).encode()}  # noqa: E731
    monkeypatch.setattr("bibliobus.tasks.plan.render_papers", papers)
    events = count_events(lambda watch: plan_area(area, tmp_path / "whole", options=FEW, solver=solver, watch=watch))
    endings = []

    for stop_after in range(events + 1):
        out = tmp_path / str(stop_after)
        try:
            made = plan_area(area, out, options=FEW, solver=solver, watch=Counter(stop_after).watch)
        except Stopped:
            endings.append(None)
            assert not out.exists()
        else:
            endings.append(made.plan.provenance.ended_by)
            assert not verify_plan(gather_evidence(made.plan, made.prepared)).errors
            assert (out / "plan.json").read_text(encoding="utf-8") == format_plan(made.plan)
    ends = Ending.PROOF if solver == "periodic" else Ending.BUDGET
    assert list(dict.fromkeys(endings)) == [None, Ending.INTERRUPT, ends]
    assert not list(tmp_path.glob(".*"))


def test_a_repair_that_is_stopped_after_any_event_is_whole_and_verified_or_not_there(hit):
    published, inputs = hit
    order = ReplanOrder(improve=True)
    events = count_events(lambda watch: replan(published, inputs, order, options=FEW, watch=watch))
    outcomes = set()

    for stop_after in [*range(30), *range(30, events, 50), events]:
        try:
            made = replan(published, inputs, order, options=FEW, watch=Counter(stop_after).watch)
        except Stopped:
            outcomes.add("stopped")
        else:
            outcomes.add(made.plan.provenance.ended_by)
            for choice in made.choices:
                assert not verify_plan(gather_evidence(*choice.compared.new)).errors
    # So small an area is repaired to the proof in one piece, which is not taken apart.
    assert outcomes == {"stopped", Ending.PROOF}


def test_an_import_of_roads_that_is_stopped_after_any_event_is_whole_or_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr(osm_read, "CHECK_EVERY", 1)
    source = write_osm(tmp_path)
    events = count_events(lambda watch: import_roads(source, tmp_path / "whole", places=True, watch=watch))
    whole, outcomes = read_folder(tmp_path / "whole"), []

    for stop_after in range(events + 1):
        area = tmp_path / str(stop_after)
        try:
            import_roads(source, area, places=True, watch=Counter(stop_after).watch)
        except Stopped:
            outcomes.append("stopped")
            assert not area.exists()
        else:
            outcomes.append("whole")
            assert read_folder(area) == whole
    assert list(dict.fromkeys(outcomes)) == ["stopped", "whole"]


def test_papers_that_are_stopped_after_any_event_are_whole_or_not_written(made_once, tmp_path):
    council = Publication(Audience.COUNCIL)
    events = count_events(lambda watch: publish_plan(made_once, tmp_path / "whole", council, watch=watch))
    whole = read_folder(tmp_path / "whole")

    for stop_after in range(0, events, 20):
        with pytest.raises(Stopped):
            publish_plan(made_once, tmp_path / "out", council, watch=Counter(stop_after).watch)
        assert not (tmp_path / "out").exists()
        assert [path.name for path in tmp_path.iterdir()] == ["whole"]
    publish_plan(made_once, tmp_path / "out", council, watch=Counter(events + 1).watch)
    assert read_folder(tmp_path / "out") == whole
    assert MANIFEST in whole


def test_an_explanation_and_a_verdict_are_given_whole_or_not_at_all(made_once):
    for task in (explain_folder, verify_folder):
        events = count_events(lambda watch, task=task: task(made_once, watch=watch))

        for stop_after in range(events):
            with pytest.raises(Stopped):
                task(made_once, watch=Counter(stop_after).watch)
        assert events > len(explain_folder(made_once).plan.accounts)


@pytest.mark.parametrize("solver", sorted(SOLVERS))
def test_a_few_tours_are_timed_between_two_events_of_planning(prepared, timings, solver):
    make_plan(prepared, options=FEW, solver=solver, watch=timings.watch)

    assert 0 < timings.most_work <= TIMINGS_MOST


def test_a_few_tours_are_timed_between_two_events_of_planning_anew(hit, timings):
    published, inputs = hit

    replan(published, inputs, ReplanOrder(improve=True), options=FEW, watch=timings.watch)

    assert 0 < timings.most_work <= TIMINGS_MOST


def test_a_few_tours_are_timed_between_two_events_of_explaining(prepared, timings):
    timings.watch.enter(Stage.CHECKING)

    explained = explain_again(prepared, (), timings.watch)

    assert len(explained) == len(prepared.demand.visits)
    assert timings.events > len(explained)
    assert 0 < timings.most_work <= TIMINGS_MOST


def test_verifying_tells_after_every_tour_and_every_settlement(prepared):
    counter, plan = Counter(), make_plan(prepared, options=FEW)
    counter.watch.enter(Stage.CHECKING)

    verify_plan(gather_evidence(plan, prepared, counter.watch))

    assert set(counter.stages) == {Stage.CHECKING}
    assert counter.events >= len(plan.tours) + len(plan.accounts)


@pytest.mark.parametrize("kind", [SmallIndex, PlainIndex])
def test_drives_are_told_place_by_place(prepared, kind):
    view = prepared.network.views["lorry"]
    metric, counter = kind(prepared.network.roads.graph).customize(view.metric.weights), Counter()
    counter.watch.enter(Stage.ROADS)

    packed = metric.measure_places(view.leaving, view.arriving, counter.watch).packed

    assert counter.events > len(packed)


def test_machine_code_is_told_before_it_is_loaded_and_after_every_part(prepared):
    counter = Counter()

    PeriodicSearch().solve(prepared.problem, FEW, counter.watch)

    # Before it, after numba, after the functions, and after each of the three of the search that Python calls; then
    # before and after the five of composing.
    assert counter.stages.count(Stage.PREPARING) == 6 + 5
    assert counter.stages[-1] is Stage.SEARCHING


@pytest.mark.usefixtures("uncomposed")
def test_what_a_stopped_search_has_is_finished_for_a_bounded_time_only(prepared):
    class Clock:
        now = 0.0

        def __call__(self) -> float:
            Clock.now += 2 * FINISH_S
            return Clock.now

    stopping = Watch(should_stop=lambda: True)
    hurried = PeriodicSearch(clock=Clock()).solve(prepared.problem, FEW, stopping)
    patient = PeriodicSearch(clock=lambda: 0.0).solve(prepared.problem, FEW, stopping)

    assert len(hurried.unserved) == len(prepared.problem.visits) - 1
    assert not patient.unserved


def test_watching_everything_changes_no_plan(prepared):
    assert make_plan(prepared, options=FEW) == make_plan(prepared, options=FEW, watch=Counter().watch)


def test_a_stage_is_told_again_only_after_a_while():
    told: list[Stage] = []
    watch = Watch(told.append, pulse_s=3600.0)
    watch.enter(Stage.READING)

    for _ in range(3):
        watch.check()

    assert told == [Stage.READING]
    UNWATCHED.check()


def test_work_to_the_end_is_told_and_not_stopped():
    told: list[Stage] = []
    watch = Watch(told.append, should_stop=lambda: True, pulse_s=0.0).to_the_end()

    watch.enter(Stage.WRITING)
    watch.check()

    assert told == [Stage.WRITING, Stage.WRITING]
