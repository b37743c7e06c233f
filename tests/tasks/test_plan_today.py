"""A plan starts from what is driven today, says so, and says plainly what is worse than today."""

from __future__ import annotations

from dataclasses import replace

import pytest
from folders import read_folder
from timetables import FARM, MILL, SCHOOL, write_rows

from bibliobus.findings import InputError
from bibliobus.inputs.driven import Driven, DrivenTour
from bibliobus.inputs.files import InputFile
from bibliobus.plan.today import count_second_calls, judge_by_today, list_calls, list_start
from bibliobus.solve.backends import SOLVERS
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.areas import ready_area
from bibliobus.tasks.compare import compare_prepared
from bibliobus.tasks.edit import read_today
from bibliobus.tasks.plan import make_plan, plan_area
from bibliobus.tasks.reopen import verify_folder
from bibliobus.tasks.start import Today, init_from_timetable
from bibliobus.view.reports.comparison import list_comparison_facts, write_heads
from bibliobus.words.language import Language

NEXT_WEEK = {"start": "2026-03-09"}
FEW = SearchOptions(seed=1, iterations=5)
SHORT = MILL | {"departure": "11:00"}
MARKET = {"stop": "Market", "geoy": "48.7", "geox": "37.4", "day": "Tuesday", "departure": "12:30"}
WEEKLY_MILL = (FARM, SHORT, SCHOOL | NEXT_WEEK, SHORT | NEXT_WEEK, MARKET | {"start": "2026-03-03"})
"""The mill is weekly, written as two rows of every second week, on the way to the farm and after the school; the long
day at the market leaves room for more on all days. Both visits of the mill on one day would save a way to it."""


@pytest.fixture
def make(tmp_path):
    """Make an area from rows; the base lies at the school, or where it is said."""

    def call(*rows: dict[str, str], base: tuple[float, float] = (48.7, 37.5)) -> Today:
        file = tmp_path / "today.csv"
        file.write_text(write_rows(*rows), encoding="utf-8")
        return init_from_timetable(file, tmp_path / "mine", base=base, force=True)

    return call


def tell(findings) -> list[str]:
    """Findings as people read them."""
    return [f"{one.severity.value}: {one.sentence.render(Language('en'))}" for one in findings]


def list_tours(plan) -> dict[tuple[str, int], set[str]]:
    """Settlements of each tour."""
    return {(tour.bus_id, tour.day): {call.settlement_id for call in tour.calls} for tour in plan.tours}


@pytest.mark.parametrize("solver", sorted(SOLVERS))
@pytest.mark.parametrize("iterations", [0, 5])
def test_two_rows_of_one_place_never_meet_on_a_day_although_that_saves_a_drive(make, solver, iterations):
    today = make(*WEEKLY_MILL)

    plan = make_plan(today.prepared, options=SearchOptions(1, iterations), solver=solver)

    calls = list_calls(plan.tours)
    assert count_second_calls(calls, today.prepared) == 0
    assert sorted(settlement_id for _, settlement_id in calls) == [
        "oak-farm",
        "oak-market",
        "oak-mill",
        "oak-mill-2",
        "oak-school",
    ]


def test_without_what_is_driven_today_they_do_meet(make, tmp_path):
    # What the rule is worth: the test above would tell nothing if nobody wished to meet.
    today = make(*WEEKLY_MILL)
    (tmp_path / "mine" / "today.json").unlink()
    prepared, _ = ready_area(tmp_path / "mine")

    plan = make_plan(prepared, options=FEW)

    assert list_start(prepared) == {}
    assert count_second_calls(list_calls(plan.tours), today.prepared) == 1


def test_a_comparison_with_today_counts_the_calls_that_readers_gain_nothing_from(make, tmp_path):
    today = make(*WEEKLY_MILL)
    (tmp_path / "mine" / "today.json").unlink()
    prepared, _ = ready_area(tmp_path / "mine")
    meeting = make_plan(prepared, options=FEW)

    compared = compare_prepared((today.plan, today.prepared), (meeting, prepared)).comparison

    assert compared.second_calls == (0, 1)
    assert list_comparison_facts(compared)["second_calls"] == {"before": 0, "after": 1}
    assert (
        "Calls in the cycle at a place where a bus is on the same day already: 0 until now, 1 from now on."
        in write_heads(compared, Language("en"))
    )


def test_calls_that_are_driven_on_one_day_today_may_stay_there(make):
    today = make(FARM, FARM | {"arrival": "15:00", "departure": "15:30"})

    plan = make_plan(today.prepared, options=FEW)

    assert len(plan.tours) == 1
    assert judge_by_today(plan, today.prepared)[0].code == "today-start"
    assert not [one for one in judge_by_today(plan, today.prepared) if one.code == "place-twice-a-day"]


def test_a_plan_that_is_the_start_says_so(make, tmp_path):
    make(SCHOOL, MILL, FARM)

    planned = plan_area(tmp_path / "mine", tmp_path / "plan", options=FEW)

    assert [text for text in tell(planned.report.findings) if "today" in text] == [
        "note: The search started from what is driven today; of its stops, 3 of 3 could stay where they are.",
        "note: Nothing better was found than what is driven today: the plan keeps the stops of every tour.",
    ]


def test_what_the_plan_does_worse_is_said_in_numbers(make):
    today = make(SCHOOL, MILL, FARM, FARM | NEXT_WEEK)
    plan = make_plan(today.prepared, options=FEW)
    driven = today.prepared.dataset.driven
    assert driven is not None
    all_on_one_day = Driven(driven.cycle, (DrivenTour("bus", 0, ("oak-school", "oak-mill", "oak-farm", "oak-farm-2")),))
    today_in_one = replace(today.prepared, dataset=replace(today.prepared.dataset, driven=all_on_one_day))
    in_one = replace(plan, tours=(replace(plan.tours[0], rows=tuple(row for t in plan.tours for row in t.rows)),))

    assert tell(judge_by_today(replace(plan, tours=()), today.prepared))[1:] == [
        "warning: Stops to which the bus comes today and that the plan leaves out: 4."
    ]
    assert tell(judge_by_today(plan, today_in_one))[1:] == [
        "warning: The plan needs more bus days in a cycle than today: 2 in place of 1."
    ]
    assert tell(judge_by_today(in_one, today.prepared))[1:] == [
        "warning: Calls of the plan at a place where a bus was on the same day already: 1; today: 0."
    ]


def test_a_cycle_of_other_weeks_starts_from_nothing_and_says_so(make, tmp_path):
    make(SCHOOL, MILL, FARM)
    scenario = tmp_path / "mine" / "scenario.toml"
    text = scenario.read_text(encoding="utf-8")
    scenario.write_text(text.replace("\nweeks = 2", "\nweeks = 4", 1), encoding="utf-8")

    planned = plan_area(tmp_path / "mine", tmp_path / "plan", options=FEW)

    assert planned.plan.cycle.weeks == 4
    assert [text for text in tell(planned.report.findings) if "today" in text] == [
        "note: What is driven today repeats every 2 weeks, and the cycle every 4 weeks: "
        "the search started from nothing."
    ]


def test_a_tour_of_today_that_breaks_a_rule_loses_what_does_not_fit_and_the_plan_serves_it_elsewhere(make, tmp_path):
    make(SCHOOL, MILL, FARM)
    scenario = tmp_path / "mine" / "scenario.toml"
    lines = scenario.read_text(encoding="utf-8").splitlines(keepends=True)
    shorter = ["max_work_h = 2.5\n" if line.startswith("max_work_h") else line for line in lines]
    scenario.write_text("".join(shorter), encoding="utf-8")

    planned = plan_area(tmp_path / "mine", tmp_path / "plan", options=SearchOptions(1, 0))

    assert planned.plan.figures["settlements_served"] == 3
    told = [text for text in tell(planned.report.findings) if "today" in text]
    assert told == [
        "note: The search started from what is driven today; of its stops, 2 of 3 could stay where they are.",
        "warning: The plan needs more bus days in a cycle than today: 2 in place of 1.",
    ]


@pytest.mark.parametrize("given", ["", "plan.json", "timetable.xlsx"])
def test_a_plan_can_start_from_another_plan_or_an_edited_workbook_and_keeps_it_with_its_inputs(make, tmp_path, given):
    make(SCHOOL, MILL, FARM, FARM | NEXT_WEEK, base=(48.69, 37.5))
    before = plan_area(tmp_path / "mine", tmp_path / "before", options=FEW)
    (tmp_path / "mine" / "today.json").unlink()

    start = read_today(tmp_path / "before" / given)
    after = plan_area(tmp_path / "mine", tmp_path / "after", today=start, options=SearchOptions(1, 0))

    assert list_tours(after.plan) == list_tours(before.plan)
    assert after.plan.provenance.cost <= before.plan.provenance.cost
    assert read_folder(tmp_path / "after")["area/today.json"] == start.content
    assert verify_folder(tmp_path / "after")[2].findings == ()


def test_the_plan_of_today_in_its_area_was_not_made_from_itself(make, tmp_path):
    make(SCHOOL, MILL, FARM)

    plan, prepared, report = verify_folder(tmp_path / "mine" / "today.json")

    assert report.findings == ()
    assert "today.json" not in plan.provenance.digests
    assert "today.json" in prepared.dataset.digests


def test_a_start_that_is_no_plan_stops_before_anything_is_written(make, tmp_path):
    make(SCHOOL, MILL, FARM)

    with pytest.raises(InputError) as caught:
        plan_area(tmp_path / "mine", tmp_path / "plan", today=InputFile("my.json", b"{}"), options=FEW)

    assert [one.code for one in caught.value.findings if one.code.startswith("today")] == ["today-unreadable"]
    assert not (tmp_path / "plan").exists()


def test_buses_and_settlements_that_the_area_no_longer_has_are_left_out_of_the_start(make):
    today = make(SCHOOL, MILL, FARM)
    driven = today.prepared.dataset.driven
    assert driven is not None
    tours = (*driven.tours, DrivenTour("sold", 0, ("oak-farm",)), DrivenTour("bus", 1, ("gone", "oak-mill")))
    prepared = replace(today.prepared, dataset=replace(today.prepared.dataset, driven=Driven(driven.cycle, tours)))

    assert set(list_start(prepared)) == {(0, 0), (0, 1)}
    assert len(list_start(prepared)[0, 1]) == 1
