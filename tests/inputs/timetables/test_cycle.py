"""Timetables as cycles: which weeks repeat, who drives what, and what had to be changed."""

from __future__ import annotations

from datetime import date

import pytest
from areas import say
from hypothesis import given
from hypothesis import strategies as st
from timetables import FARM, MILL, read_rows, write_rows

from bibliobus.inputs.files import InputFile
from bibliobus.inputs.tables.ids import make_ids
from bibliobus.inputs.timetables.cycle import build_timetable, choose_weeks, fit_timetable_rhythm, join_stops
from bibliobus.inputs.timetables.rows import read_timetable


def every(weeks: int) -> dict[str, str]:
    """Cell of a rhythm."""
    return {"frequency": f"FREQ=WEEKLY;INTERVAL={weeks}"}


@pytest.mark.parametrize(
    ("rhythms", "weeks"),
    [
        ([1], 1),
        ([2, 2], 2),
        ([3, 3, 1], 3),
        ([4, 2, 1], 4),
        ([2, 4], 4),
        ([3, 3, 2], 3),
        ([2, 2, 3], 2),
        ([2, 3, 4, 4], 4),
        ([8], 4),
    ],
)
def test_the_cycle_is_the_shortest_that_fits_the_most_rows(rhythms, weeks):
    assert choose_weeks(rhythms) == weeks


@pytest.mark.parametrize(
    ("weeks", "cycle_weeks", "fitted"),
    [(2, 4, 2), (3, 4, 4), (2, 3, 3), (1, 3, 1), (4, 3, 3), (4, 2, 2), (6, 4, 4), (3, 1, 1)],
)
def test_a_rhythm_that_does_not_divide_the_cycle_becomes_the_nearest_that_does(weeks, cycle_weeks, fitted):
    assert fit_timetable_rhythm(weeks, cycle_weeks) == fitted


@given(st.lists(st.integers(1, 8), min_size=1), st.integers(1, 8))
def test_every_fitted_rhythm_divides_the_cycle_and_one_that_does_stays(rhythms, weeks):
    cycle = choose_weeks(rhythms)

    assert cycle % fit_timetable_rhythm(weeks, cycle) == 0
    assert fit_timetable_rhythm(weeks, cycle) == weeks or cycle % weeks != 0


def test_stops_keep_their_days_in_a_cycle_that_begins_on_the_monday_of_the_first_row():
    timetable, findings = read_rows(
        {"start": "2026-03-09"},
        MILL | {"day": "Friday", "start": "2026-03-06"},
        FARM | every(1) | {"start": "2026-03-09"},
    )

    assert findings == []
    assert (timetable.cycle.weeks, timetable.cycle.first_day) == (2, date(2026, 3, 2))
    assert [(stop.day, stop.rhythm_weeks) for stop in timetable.stops] == [(7, 2), (4, 2), (0, 1)]
    assert timetable.newest == date(2026, 3, 9)


def test_a_row_of_long_ago_does_not_move_the_cycle_into_the_past():
    timetable, _ = read_rows({"start": "2019-01-07"}, MILL | {"start": "2026-03-16"})

    assert timetable.cycle.first_day == date(2026, 3, 9)
    # 2019-01-07 and 2026-03-16 are 375 weeks apart, an odd number.
    assert [stop.day for stop in timetable.stops] == [0, 7]


def test_a_row_that_ended_before_the_newest_began_is_left_out():
    timetable, findings = read_rows({"end": "2026-03-30"}, MILL | {"start": "2026-04-06"}, FARM | {"end": "2026-12-31"})

    assert [stop.row for stop in timetable.stops] == [3, 4]
    assert say(findings) == [
        "today.csv:2:end | The stop ended on 2026-03-30, before the newest row of the timetable begins (2026-04-06); "
        "it is left out. | Delete the row, or take the date out if the bus still comes."
    ]


def test_a_monthly_rhythm_is_planned_every_four_weeks_and_told():
    timetable, findings = read_rows({"frequency": "FREQ=MONTHLY;BYDAY=3MO", "start": "2026-03-16"}, MILL)

    assert timetable.cycle.weeks == 4
    assert [(stop.rhythm_weeks, stop.day) for stop in timetable.stops] == [(4, 14), (2, 0)]
    assert say(findings) == [
        "today.csv:2:frequency | The bus comes by months (“FREQ=MONTHLY;BYDAY=3MO”), which no cycle of weeks can "
        "repeat; it is planned every 4 weeks. | Nothing to do if that will be the new rhythm; 13 visits a year take "
        "the place of 12."
    ]


def test_rhythms_that_fit_no_common_cycle_are_told_row_by_row_and_once_for_all():
    timetable, findings = read_rows(every(3), MILL | every(3), FARM | every(2))

    assert timetable.cycle.weeks == 3
    assert [stop.rhythm_weeks for stop in timetable.stops] == [3, 3, 3]
    assert say(findings) == [
        "today.csv:4:frequency | A visit every 2 weeks does not fit the cycle, which repeats every 3 weeks; it is "
        "planned every 3 weeks. | Nothing to do if that will be the new rhythm; else change rhythm_weeks in "
        "settlements.csv and the cycle.",
        "today.csv | No cycle of up to four weeks fits every rhythm; one that repeats every 3 weeks fits 2 rows of 3 "
        "rows. | Look at the rows whose rhythm changes.",
    ]


def test_what_the_cycle_does_not_hold_is_told_once():
    timetable, findings = read_rows(
        {"exceptions": "2026-05-04"},
        {"start": "2026-03-09", "type": "Private", "organisation": "Other"},
        MILL | {"exceptions": "2026-05-04", "type": "Dynamic"},
    )

    assert len(timetable.stops) == 3
    assert say(findings) == [
        "today.csv | Stops at the place of another row: 1. Each row is planned on its own, in its own rhythm. | "
        "Where rows of one place are one rhythm, such as weekly, use --join-rows; else each keeps its part of the "
        "cycle.",
        "today.csv:exceptions | 2 rows name single days on which the bus does not come; the cycle is planned without "
        "them. | Tell readers about such days separately.",
        "today.csv:type | 2 rows are not for the public (such as “Private”); they are planned and published like the "
        "others. | Delete from settlements.csv what nobody may know.",
        "today.csv:organisation | The timetable is of 2 organisations; they are planned as one service with one base. "
        "| Split the file if they are services of their own.",
    ]


def test_routes_of_one_name_at_the_same_time_are_driven_by_two_buses():
    timetable, findings = read_rows({}, MILL, FARM | {"route": "B", "arrival": "10:15", "departure": "11:15"})

    assert [(bus.bus_id, bus.name) for bus in timetable.buses] == [("bus", "Bus"), ("bus-2", "Bus 2")]
    assert [stop.bus_id for stop in timetable.stops] == ["bus", "bus", "bus-2"]
    assert say(findings) == [
        "today.csv:mobile | “Bus” drives several routes at the same time (such as “A” and “B”), so it counts as 2 "
        "buses. | If it is one bus, mend the times; else give each bus a name of its own in the column “mobile”."
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"route": "B", "arrival": "12:00", "departure": "12:30"},
        {"route": "B", "start": "2026-03-09"},
        {"route": "B", "day": "Tuesday", "start": "2026-03-03"},
        {"route": "A", "arrival": "10:15", "departure": "11:15"},
    ],
    ids=["later", "other week", "other day", "same route"],
)
def test_one_bus_drives_what_it_can_drive(other):
    timetable, findings = read_rows({}, MILL, FARM | other)

    assert len(timetable.buses) == 1
    assert findings == []


def test_every_bus_of_a_timetable_is_one():
    timetable, _ = read_rows({"mobile": "South"}, MILL | {"mobile": "North"})

    assert [bus.name for bus in timetable.buses] == ["North", "South"]


def test_ids_are_made_from_names_and_stay_apart_from_each_other():
    names = ["Oak – School", "Oak  School", "oak-school-2", "Oak (school)", "Осикове, п’ята", "!", "?"]

    assert make_ids(names) == [
        "oak-school",
        "oak-school-3",
        "oak-school-2",
        "oak-school-4",
        "осикове-п-ята",
        "x",
        "x-2",
    ]


@given(st.lists(st.text(max_size=200)))
def test_made_ids_are_always_different_and_short(names):
    ids = make_ids(names)

    assert len(set(ids)) == len(names)
    assert all(0 < len(one) <= 100 for one in ids)


def list_joined(*rows: dict[str, str]) -> list[tuple[int, int, int]]:
    """Row, day and rhythm of each stop after rows were joined."""
    timetable, _ = read_rows(*rows)
    return [(stop.row, stop.day, stop.rhythm_weeks) for stop in join_stops(timetable.stops)]


def test_two_rows_a_week_apart_become_one_weekly_stop():
    assert list_joined({"start": "2026-03-09"}, MILL, {}) == [(2, 0, 1), (3, 0, 2)]


def test_rows_of_a_longer_rhythm_are_joined_when_evenly_spaced():
    third, first = {"start": "2026-03-16"} | every(4), every(4)

    assert list_joined(third, first) == [(2, 0, 2)]
    assert list_joined(third, {"start": "2026-03-09"} | every(4)) == [(2, 7, 4), (3, 0, 4)]


@pytest.mark.parametrize(
    "other",
    [
        {"arrival": "10:05"},
        {"departure": "10:35"},
        {"mobile": "Other"},
        {"day": "Tuesday", "start": "2026-03-10"},
        {"geox": "37.6"},
        {"frequency": "FREQ=WEEKLY"},
    ],
)
def test_rows_that_differ_in_time_bus_day_place_or_rhythm_stay_apart(other):
    assert len(list_joined({}, {"start": "2026-03-09"} | other)) == 2


def test_findings_name_columns_as_the_file_does():
    text = write_rows({"frequency": "FREQ=MONTHLY"}).replace("frequency", "Періодичність")
    rows, _ = read_timetable(InputFile("today.csv", text.encode()))

    _, (finding,) = build_timetable(rows, "today.csv")

    assert str(finding.place) == "today.csv:2:Періодичність"


def test_a_village_stands_for_its_hromada_where_none_is_known():
    timetable, _ = read_rows({"community": "Oak"})

    assert timetable.stops[0].hromada == "Oak"
