"""A solution in indices becomes a plan with names that verifies."""

from __future__ import annotations

from importlib import metadata

import pytest
from plan_rows import BASE, at, call, leg, pause

from bibliobus.libraries import PAPER_LIBRARIES, PLAN_LIBRARIES
from bibliobus.plan import build as assembling
from bibliobus.plan.build import assemble_plan
from bibliobus.plan.plan import Standing
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.solve.solver import (
    Ending,
    SearchOptions,
    Solution,
    SolvedBreak,
    SolvedCall,
    SolvedTour,
    Status,
)
from bibliobus.solve.times.schedule import Scheduler

EAST, ISLAND, NIGHT, NORTH = range(4)
FIRST = SolvedTour(
    0,
    0,
    at("10:30"),
    (SolvedCall(EAST, at("10:45"), at("11:15")), SolvedCall(NORTH, at("11:30"), at("12:00"))),
    at("13:10"),
    SolvedBreak(at("12:00"), 2, 2700),
)
SECOND = SolvedTour(
    0, 7, at("10:30"), (SolvedCall(EAST, at("10:45"), at("11:15")),), at("11:30"), SolvedBreak(at("11:30"), 2, 2700)
)


def assemble(prepared, *tours, unserved=(ISLAND, NIGHT)):
    """Plan of some tours."""
    solution = Solution(tours, unserved, 1234, None, Status.FEASIBLE, Ending.BUDGET)
    return assemble_plan(prepared, solution, solver="by hand", options=SearchOptions(1, 0), language="en")


def test_the_plan_is_the_one_made_by_hand(prepared, plan):
    made = assemble(prepared, FIRST, SECOND)

    assert made.tours == plan.tours
    assert made.accounts == plan.accounts
    assert made.figures == plan.figures
    assert verify_plan(gather_evidence(made, prepared)).findings == ()


def test_the_plan_says_what_made_it(prepared):
    made = assemble(prepared, FIRST, SECOND).provenance

    # The cost is that of the tours, whatever the search says: 115 and 60 minutes, and two villages left out.
    assert (made.solver, made.seed, made.iterations, made.cost, made.bound) == ("by hand", 1, 0, 2_017_500, None)
    assert (made.status, made.ended_by) == ("feasible", "budget")
    assert made.weights == {
        "need": 100.0,
        "hour": 60.0,
        "km": 0.0,
        "bus_day": 0.0,
        "overtime_hour": 30.0,
        "balance": 0.0,
        "no_library": 1.0,
        "small_village": 1.0,
        "unserved_year": 0.0,
        "request": 0.5,
        "same_time": 0.0,
    }


def test_every_settlement_has_one_account(prepared):
    made = assemble(prepared, FIRST, SECOND)

    ids = [account.settlement_id for account in made.accounts]
    assert ids == sorted(ids)
    assert ids == [settlement.settlement_id for settlement in prepared.dataset.settlements]
    assert {account.standing for account in made.accounts} == set(Standing)


@pytest.mark.parametrize(
    ("meal", "leave", "rows"),
    [
        (SolvedBreak(at("11:30"), 0, 2700), "12:15", ("break", "leg", "call", "leg")),
        (SolvedBreak(at("12:30"), 1, 2700), "12:15", ("leg", "break", "call", "leg")),
        (SolvedBreak(at("13:00"), 1, 2700), "12:15", ("leg", "call", "break", "leg")),
        (SolvedBreak(at("13:15"), 2, 2700), "12:15", ("leg", "call", "leg", "break")),
    ],
)
def test_a_break_is_a_row_of_its_own_where_the_bus_is_parked(prepared, meal, leave, rows):
    start = at("13:15") if rows.index("break") == 1 else at("12:30")
    back = start + 45 * 60 + (45 * 60 if rows.index("break") == 2 else 0)
    tour = SolvedTour(0, 7, at(leave), (SolvedCall(EAST, start, start + 1800),), back, meal)

    made = assemble(prepared, tour).tours[0]

    names = {"Leg": "leg", "Call": "call", "Pause": "break"}
    assert tuple(names[type(row).__name__] for row in made.rows) == rows
    parked = "east" if meal.leg == 1 else BASE
    assert made.pauses[0].place_id == parked


def test_times_of_the_scheduler_make_a_plan_that_verifies(prepared):
    scheduler = Scheduler(prepared.problem)
    timings = [scheduler.time_tour(0, 0, (EAST, NORTH)), scheduler.time_tour(0, 7, (EAST,))]

    made = assemble(prepared, *(timing.tour for timing in timings if timing))

    assert len(made.tours) == 2
    assert verify_plan(gather_evidence(made, prepared)).findings == ()


def test_a_tour_has_a_name_and_its_hours(prepared):
    tour = assemble(prepared, FIRST, SECOND).tours[0]

    assert tour.tour_id == "one/0"
    assert (tour.leave_s, tour.return_s) == (at("10:30"), at("13:10"))
    assert tour.calls == (call("east", "10:45", "11:15"), call("north", "11:30", "12:00"))
    assert tour.pauses == (pause("north", "12:00", "12:45"),)
    assert tour.legs[-1] == leg("north", BASE, "12:45", "13:10", 20)


def test_the_plan_names_the_libraries_that_decide_it(prepared, monkeypatch):
    monkeypatch.setattr(assembling, "has_compiler", lambda: True)
    made = assemble(prepared, FIRST, SECOND).provenance.libraries

    assert list(made) == sorted({*PLAN_LIBRARIES, *PAPER_LIBRARIES})
    assert made["numpy"] == metadata.version("numpy")


def test_a_compiler_that_cannot_be_used_has_no_part_in_the_plan(prepared, monkeypatch):
    monkeypatch.setattr(assembling, "has_compiler", lambda: False)

    made = assemble(prepared, FIRST, SECOND).provenance.libraries

    assert {*PLAN_LIBRARIES, *PAPER_LIBRARIES} - made.keys() == {"numba"}
