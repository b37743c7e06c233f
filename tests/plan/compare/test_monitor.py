"""A log against a plan: every announced visit is kept, late or missed; stops without anything else are protected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bibliobus.domain.calendar import weekday_of
from bibliobus.inputs.visit_log import LoggedVisit
from bibliobus.plan.compare.monitor import FEWEST_LEGS, VisitOutcome, judge_log
from bibliobus.plan.measure.coverage import Access, ShortestWay
from bibliobus.plan.plan import Standing
from bibliobus.words.language import KM_M, MINUTE_S, parse_clock

NEAR, FAR = ShortestWay(1 * KM_M, MINUTE_S), ShortestWay(20 * KM_M, 20 * MINUTE_S)


def look(settlement_id, *, library=FAR, other=FAR):
    """Access of a stop."""
    return Access(settlement_id, "", "", 100, Standing.SERVED, library, ShortestWay(0, 0), other, (), 2)


ACCESS = {name: look(name) for name in ("east", "north")}


def visit(row, day, name, came="", left="", readers=None, bus="one"):
    """Row of a log."""
    arrival, departure = (parse_clock(text) if text else None for text in (came, left))
    return LoggedVisit(row, day, name, bus, arrival, departure, readers, None if readers is None else 2 * readers)


def judge(plan, prepared, log, access=ACCESS, **changes):
    """Record of a log."""
    return judge_log(plan, prepared.dataset.scenario, log, access, fewest_readers=2.0, **changes)


MONDAY, NEXT = date(2026, 3, 2), date(2026, 3, 9)


def starts(plan):
    """Announced arrival by day of the cycle and stop."""
    return {(tour.day, call.settlement_id): call.start_s for tour in plan.tours for call in tour.calls}


def test_every_announced_visit_has_one_outcome(plan, prepared):
    east = starts(plan)[0, "east"]
    clock = f"{(east + 11 * MINUTE_S) // 3600:02d}:{(east + 11 * MINUTE_S) // 60 % 60:02d}"
    log = [
        visit(2, MONDAY, "east", came=clock),
        visit(3, NEXT, "east"),  # nobody noted when it came
        visit(4, NEXT, "night", readers=3),
    ]

    record = judge(plan, prepared, log)

    outcomes = {(one.day, one.settlement_id): (one.outcome, one.late_s) for one in record.visits}
    assert outcomes == {
        (MONDAY, "east"): (VisitOutcome.LATE, 11 * MINUTE_S),
        (MONDAY, "north"): (VisitOutcome.MISSED, None),
        (NEXT, "east"): (VisitOutcome.KEPT, None),
    }
    assert [one.settlement_id for one in record.unplanned] == ["night"]
    assert [record.count(outcome) for outcome in VisitOutcome] == [1, 1, 1]


def test_ten_minutes_are_not_late(plan, prepared):
    east = starts(plan)[0, "east"] + 10 * MINUTE_S
    log = [visit(2, MONDAY, "east", came=f"{east // 3600:02d}:{east // 60 % 60:02d}")]

    assert judge(plan, prepared, log).visits[0].outcome is VisitOutcome.KEPT


def test_the_calendar_is_kept(plan, prepared):
    calendar = prepared.dataset.scenario.calendar
    closed = replace(
        prepared.dataset.scenario, buses=tuple(replace(b, days_off=(MONDAY,)) for b in prepared.dataset.scenario.buses)
    )

    record = judge_log(plan, closed, [visit(2, MONDAY, "x"), visit(3, NEXT, "east")], ACCESS, fewest_readers=2.0)

    assert calendar == closed.calendar
    assert [one.day for one in record.visits] == [NEXT]


def weeks_of(plan, name, readers):
    """A row for each announced visit of a stop over 20 weeks."""
    days = [tour.day for tour in plan.tours for call in tour.calls if call.settlement_id == name]
    dates = sorted(MONDAY + timedelta(days=day + 14 * cycle) for cycle in range(10) for day in days)
    return [visit(at, day, name, readers=count) for at, (day, count) in enumerate(zip(dates, readers, strict=False), 2)]


@pytest.mark.parametrize(
    ("readers", "mean", "weak"),
    [([2, 2, 2], 2.0, True), ([2, 2, 3], 2.33, False), ([1, 1], 1.0, False), ([None] * 4, None, False)],
)
def test_a_stop_is_weak_by_the_norm_once_enough_was_counted(plan, prepared, readers, mean, weak):
    record = judge(plan, prepared, weeks_of(plan, "east", readers))

    stop = next(stop for stop in record.stops if stop.settlement_id == "east")
    assert (stop.mean_readers, stop.weak) == (mean, weak)


@pytest.mark.parametrize(
    ("ways", "protected"),
    [
        ({}, True),
        ({"library": None, "other": None}, True),
        ({"library": NEAR}, False),
        ({"other": NEAR}, False),
    ],
)
def test_a_stop_whose_readers_have_nothing_else_is_protected(plan, prepared, ways, protected):
    access = {**ACCESS, "east": look("east", **ways)}

    record = judge(plan, prepared, weeks_of(plan, "east", [0] * 4), access)

    assert next(stop for stop in record.stops if stop.settlement_id == "east").protected is protected


def drives(plan, ratios):
    """Log of a tour driven once a cycle: from east to north with the given share of the planned time."""
    leg = next(leg for leg in plan.tours[0].legs if (leg.from_id, leg.to_id) == ("east", "north"))
    log = []
    for cycle, ratio in enumerate(ratios):
        day = MONDAY + timedelta(days=14 * cycle)
        left = 12 * 3600
        log.append(LoggedVisit(2, day, "east", "one", left - 600, left, None, None))
        log.append(LoggedVisit(3, day, "north", "one", left + round(leg.driving_s * ratio), None, None, None))
    return log


def test_real_drives_give_a_factor_that_one_breakdown_does_not_move(plan, prepared):
    record = judge(plan, prepared, drives(plan, [1.2, 1.2, 1.3, 1.1, 1.2, 9.0]), find_kind=lambda *_: "primary")

    everything, primary = record.factors
    assert (everything.kind, everything.legs, everything.factor) == ("", 6, 1.2)
    assert (primary.kind, primary.factor) == ("primary", 1.2)
    assert everything.lower <= everything.factor <= everything.upper < 2


def test_few_drives_give_no_factor(plan, prepared):
    assert judge(plan, prepared, drives(plan, [1.2] * (FEWEST_LEGS - 1))).factors == ()


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["east", "north", "night"])), min_size=1, unique=True))
def test_nothing_of_the_log_is_lost(plan, prepared, rows):
    log = [visit(at, MONDAY + timedelta(days=day), name) for at, (day, name) in enumerate(rows, 2)]

    record = judge(plan, prepared, log)

    made = sum(one.outcome is not VisitOutcome.MISSED for one in record.visits)
    assert made + len(record.unplanned) == len(log)
    assert sum(stop.announced for stop in record.stops) == len(record.visits)
    assert all(weekday_of((one.day - MONDAY).days) == 0 for one in record.visits)
