"""Working days that a timetable shows."""

from __future__ import annotations

import numpy as np
import pytest
from timetables import FARM, MILL, SCHOOL, read_rows

from bibliobus.demand.observed import (
    BASE,
    Drives,
    ObservedTour,
    build_observed_tours,
    find_ends,
    find_gaps,
    find_weekdays,
    observe_crews,
)
from bibliobus.domain.fleet import MealBreak, Shift
from bibliobus.inputs.timetables.cycle import TimetableStop
from bibliobus.words.language import HOUR_S, MINUTE_S

GRID_S = 5 * MINUTE_S
WINDOW = (11 * HOUR_S + 30 * MINUTE_S, 14 * HOUR_S + 30 * MINUTE_S)


def build_stop(name: str, start: float, end: float) -> TimetableStop:
    """Stop with its times in hours."""
    return TimetableStop(2, name, name, "", "bus", 0.0, 0.0, 0, 1, round(start * HOUR_S), round(end * HOUR_S))


def build_drives(minutes: float, *names: str) -> Drives:
    """Drives of the same length between all places."""
    places = (BASE, *names)
    return Drives(
        {place: at for at, place in enumerate(places)},
        np.full((len(places), len(places)), round(minutes * MINUTE_S)),
    )


def build_tour(*stops: tuple[str, float, float], day: int = 0) -> ObservedTour:
    """Tour of stops given as name, start and end in hours."""
    return ObservedTour("bus", day, tuple(build_stop(*stop) for stop in stops))


def test_a_tour_holds_the_stops_of_one_bus_on_one_day_in_order_of_time():
    timetable, _ = read_rows(FARM, SCHOOL | {"frequency": "FREQ=WEEKLY"}, MILL | {"start": "2026-03-09"})

    tours = build_observed_tours(timetable)

    assert [(tour.bus_id, tour.day, [stop.name for stop in tour.stops]) for tour in tours] == [
        ("bus", 0, ["Oak – School", "Oak – Farm"]),
        ("bus", 7, ["Oak – School", "Oak – Mill"]),
    ]


def test_a_tour_leaves_and_returns_on_the_grid_with_time_for_the_drive():
    tour = build_tour(("a", 10, 10.5), ("b", 11, 12))

    ends = find_ends(tour, build_drives(11, "a", "b"), GRID_S)

    assert ends == (9 * HOUR_S + 45 * MINUTE_S, 12 * HOUR_S + 15 * MINUTE_S)


def test_a_tour_stays_within_its_day():
    tour = build_tour(("a", 0.25, 1), ("b", 23, 23.5))

    assert find_ends(tour, build_drives(40, "a", "b"), GRID_S) == (0, 24 * HOUR_S)


def test_the_shift_spans_all_tours_and_the_work_is_what_nine_of_ten_days_need():
    names = [f"s{at}" for at in range(10)]
    tours = [build_tour((name, 10, 11 + at / 4), day=at) for at, name in enumerate(names)]

    (crew,) = observe_crews(tours, build_drives(10, *names), GRID_S, 4)

    # The ninth of ten days is open for 3 h and drives for 20 min; but the stop of the tenth needs a day of 3 h 35 min.
    assert crew.shift == Shift(9 * HOUR_S + 50 * MINUTE_S, 13 * HOUR_S + 25 * MINUTE_S, 3 * HOUR_S + 35 * MINUTE_S)


@pytest.mark.parametrize(
    ("days", "weekdays"),
    [
        ([0, 7, 14, 21], (0,)),
        ([0, 7, 14, 6], (0,)),
        ([0, 7, 14, 21, 6], (0, 6)),
        ([0, 7, 6, 13], (0, 6)),
        ([2, 17], (2, 3)),
    ],
    ids=["weekly", "one Sunday that has room elsewhere", "one that has none", "every second week", "hardly ever"],
)
def test_a_rare_weekday_is_no_service_day_if_the_others_have_room(days, weekdays):
    assert find_weekdays(days, 4) == weekdays


def test_slack_is_no_work():
    tours = [build_tour(("a", 9, 10), ("b", 15, 16), day=day) for day in range(10)]

    (crew,) = observe_crews(tours, build_drives(10, "a", "b"), GRID_S, 4)

    assert crew.shift.max_work_s == 2 * HOUR_S + 30 * MINUTE_S


@pytest.mark.parametrize(("gap_min", "expected_min"), [(130, 45), (55, 45), (44, 30), (20, 10), (19, None), (0, None)])
def test_the_break_is_the_usual_gap_at_midday_without_the_drive(gap_min, expected_min):
    tour = build_tour(("a", 11, 12), ("b", 12 + gap_min / 60, 15))

    (crew,) = observe_crews([tour], build_drives(10, "a", "b"), GRID_S, 4)

    found = crew.meal_break and crew.meal_break.duration_s // MINUTE_S
    assert found == expected_min


def test_the_break_may_begin_when_meals_do_and_lies_inside_the_shift():
    short = build_tour(("a", 10, 12), ("b", 13, 13.5))

    (crew,) = observe_crews([short], build_drives(10, "a", "b"), GRID_S, 4)

    assert crew.meal_break == MealBreak(45 * MINUTE_S, WINDOW[0], 13 * HOUR_S - 5 * MINUTE_S)
    assert crew.shift.end_s == 13 * HOUR_S + 40 * MINUTE_S


def test_only_the_part_of_a_gap_counts_that_lies_in_its_window():
    tour = build_tour(("a", 9, 10), ("b", 12, 12.5), ("c", 15, 15.25), ("d", 17, 18))

    gaps = find_gaps(tour, build_drives(7, "a", "b", "c", "d"), WINDOW, GRID_S)

    assert [(gap.after, gap.start_s / HOUR_S, gap.length_s // MINUTE_S) for gap in gaps] == [
        (0, 11.5, 20),
        (1, 12.5, 140),
    ]


def test_overlapping_stops_leave_no_gap():
    tour = build_tour(("a", 11, 14), ("b", 12, 12.5), ("c", 13.5, 15))

    assert find_gaps(tour, build_drives(0, "a", "b", "c"), WINDOW, GRID_S) == ()
