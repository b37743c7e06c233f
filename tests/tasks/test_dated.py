"""A plan is verified on each of its dates, with the roads of that date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from areas import ROADS_BEYOND, SCENARIO, SETTLEMENTS_BEYOND, write_area

from bibliobus.findings import UsageError
from bibliobus.plan.dates import tours_of
from bibliobus.plan.plan import Call, Period, PeriodCause, Tour, TourName
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.dated import prepare_on, verify_whole
from bibliobus.tasks.plan import plan_area
from bibliobus.tasks.reopen import open_plan_folder, verify_folder
from bibliobus.tasks.replan import ReplanFiles, replan_folder
from bibliobus.tasks.replan_papers import write_replanned
from bibliobus.tasks.replanned import ReplanOrder
from bibliobus.words.language import Language

FEW = SearchOptions(seed=1, iterations=20)
CLOSED = "id,kind,from_place,to_place,valid_from,valid_to\nriver,closed,town,south,2026-03-09,2026-03-20\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Plan made anew for a road that is closed from 9 to 20 March, and the plan that was planned."""
    folder = tmp_path_factory.mktemp("dated")
    area = write_area(folder / "area", settlements=SETTLEMENTS_BEYOND, roads=ROADS_BEYOND)
    planned = plan_area(area, folder / "plan", options=FEW)
    changes = folder / "changes.csv"
    changes.write_text(CLOSED, encoding="utf-8")
    replanned = replan_folder(folder / "plan", folder / "new", ReplanFiles(changes), ReplanOrder(), options=FEW)
    write_replanned(replanned, folder / "plan", folder / "new", force=False)
    opened = open_plan_folder(folder / "new")
    return opened.plan, opened.prepared, planned.plan, folder


def list_codes(plan, prepared):
    """Codes of what is wrong."""
    return {finding.code for finding in verify_whole(plan, prepared).findings}


def change_period(plan, **values):
    """Plan with another first period."""
    return replace(plan, periods=(replace(plan.periods[0], **values), *plan.periods[1:]))


def test_a_plan_with_a_period_keeps_every_rule_as_it_was_written(made):
    plan, prepared, planned, folder = made

    assert plan.tours == planned.tours
    assert [(one.first, one.last, one.cause) for one in plan.periods] == [
        (date(2026, 3, 9), date(2026, 3, 20), PeriodCause.CHANGE)
    ]
    assert list_codes(plan, prepared) == set()
    assert verify_folder(folder / "new")[2].findings == ()


def test_an_area_that_was_made_ready_for_the_date_is_taken_as_it_is_and_no_other_is(made):
    _, prepared, _, _ = made
    closed = prepare_on(prepared, prepared.dataset, date(2026, 3, 9))

    assert prepare_on(closed, prepared.dataset, date(2026, 3, 9)) is closed
    later = prepare_on(closed, prepared.dataset, date(2026, 3, 23))
    fresh = prepare_on(prepared, prepared.dataset, date(2026, 3, 23))
    assert [(one.duration_s.tolist(), one.length_m.tolist()) for one in later.matrices] == [
        (one.duration_s.tolist(), one.length_m.tolist()) for one in fresh.matrices
    ]
    assert later.matrices[0].duration_s.tolist() != closed.matrices[0].duration_s.tolist()


def test_who_verifies_with_roads_of_another_date_at_hand_finds_the_same(made):
    plan, prepared, _, _ = made
    first = date(2026, 3, 9)
    broken = change_period(plan, tours=tuple(replace(tour, date=None) for tour in plan.tours), dropped=())
    open_roads = prepare_on(prepared, prepared.dataset, date(2026, 3, 2))

    found = verify_whole(broken, prepared, made={first: open_roads})

    assert found.errors
    assert found == verify_whole(broken, prepared)


def test_a_tour_over_the_closed_road_is_wrong_while_it_is_closed_and_right_afterwards(made):
    plan, prepared, planned, _ = made
    broken = [
        replace(tour, date=None)
        for tour in plan.tours
        if tour.tour_id in {one.tour_id for one in plan.periods[0].tours}
    ]

    assert list_codes(change_period(plan, tours=tuple(broken), dropped=()), prepared)
    later = Period(date(2026, 3, 23), date(2026, 4, 3), PeriodCause.CHANGE, tuple(broken))
    assert list_codes(replace(plan, periods=(*plan.periods, later)), prepared) == set()


def move_first_call(tour, seconds):
    """Tour whose first call opens earlier or later."""
    at = next(at for at, row in enumerate(tour.rows) if isinstance(row, Call))
    call = replace(tour.rows[at], start_s=tour.rows[at].start_s + seconds, end_s=tour.rows[at].end_s + seconds)
    return replace(tour, rows=(*tour.rows[:at], call, *tour.rows[at + 1 :]))


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda tour: replace(tour, bus_id="nobody's"), "bus-unknown"),
        (lambda tour: Tour(tour.bus_id, tour.day, tour.rows[:-1]), "tour-not-from-depot"),
        (lambda tour: move_first_call(tour, -3600), "time-runs-back"),
        (lambda tour: move_first_call(tour, 60), "off-grid"),
    ],
)
def test_a_tour_of_a_period_is_held_to_every_rule_of_a_tour(made, spoil, code):
    plan, prepared, _, _ = made
    first, *others = plan.periods[0].tours

    assert code in list_codes(change_period(plan, tours=(spoil(first), *others)), prepared)


def test_a_period_may_leave_everybody_out_without_breaking_a_rule_of_rhythm(made):
    plan, prepared, _, _ = made
    nobody = tuple(TourName(tour.bus_id, tour.day) for tour in plan.tours)

    assert list_codes(change_period(plan, tours=(), dropped=nobody), prepared) == set()


def test_a_plan_says_which_changes_were_meant_for_a_time(made, tmp_path):
    _, _, _, folder = made
    endless = tmp_path / "endless.csv"
    endless.write_text(
        (folder / "changes.csv").read_text(encoding="utf-8").replace("2026-03-09,2026-03-20", ","), "utf-8"
    )
    order = ReplanOrder(first=date(2026, 3, 9), until=date(2026, 3, 20))

    replanned = replan_folder(folder / "plan", tmp_path / "new", ReplanFiles(endless), order, options=FEW)
    write_replanned(replanned, folder / "plan", tmp_path / "new", force=False)

    plan, _, report = verify_folder(tmp_path / "new")
    assert plan.ends == {"river": date(2026, 3, 20)}
    assert (plan.tours, plan.periods) == (made[0].tours, made[0].periods)
    assert report.findings == ()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda period: (replace(period, last=date(2026, 3, 8)),),
        lambda period: (period, replace(period, first=date(2026, 3, 20), last=date(2026, 3, 21), tours=())),
    ],
)
def test_periods_follow_each_other(made, spoil):
    plan, prepared, _, _ = made

    assert list_codes(replace(plan, periods=spoil(plan.periods[0])), prepared) == {"period-wrong"}


def test_a_tour_of_a_period_has_the_date_that_the_period_gives_it(made):
    plan, prepared, _, _ = made
    tours = tuple(replace(tour, date=date(2026, 3, 2)) for tour in plan.periods[0].tours)

    assert list_codes(change_period(plan, tours=tours), prepared) == {"date-wrong"}


def test_decisions_for_a_time_lie_beside_the_scenario_and_are_verified_on_their_dates(made, tmp_path):
    _, _, planned, folder = made
    mondays = SCENARIO.replace('features = ["ramp"]', 'features = ["ramp"]\nweekdays = ["Mon", "Fri"]')
    (tmp_path / "s.toml").write_text(mondays, encoding="utf-8")
    order = ReplanOrder(first=date(2026, 3, 9), until=date(2026, 3, 20))

    files = ReplanFiles(scenario=tmp_path / "s.toml")
    replanned = replan_folder(folder / "plan", tmp_path / "new", files, order, options=FEW)
    write_replanned(replanned, folder / "plan", tmp_path / "new", force=False)

    plan, prepared, report = verify_folder(tmp_path / "new")
    assert report.findings == ()
    assert plan.tours == planned.tours
    driven = {tour.day % 7 for day in range(9, 21) for tour in tours_of(plan, date(2026, 3, day))}
    assert driven <= {0, 4}
    assert (tmp_path / "new" / "area" / "scenario.toml").read_text("utf-8") == SCENARIO
    assert (tmp_path / "new" / "area" / "meanwhile.toml").read_text("utf-8") == mondays


def test_other_settlements_are_not_for_a_time(made, tmp_path):
    folder = made[3]
    area = write_area(tmp_path / "area", settlements=SETTLEMENTS_BEYOND.replace("820,", "830,"), roads=ROADS_BEYOND)

    with pytest.raises(UsageError) as caught:
        order = ReplanOrder(until=date(2026, 3, 20))
        replan_folder(folder / "plan", tmp_path / "new", ReplanFiles(area=area), order, options=FEW)

    assert {finding.code for finding in caught.value.findings} == {"area-for-a-time"}


def test_a_frozen_tour_that_cannot_be_driven_stays_and_is_told(made, tmp_path):
    _, _, planned, folder = made
    south = {tour.day for tour in planned.tours for call in tour.calls if call.settlement_id == "south"}
    first = planned.cycle.date_of(min(south))
    closed = tmp_path / "closed.csv"
    closed.write_text(CLOSED.replace("2026-03-09,2026-03-20", ","), encoding="utf-8")
    order = ReplanOrder(freeze=first + timedelta(days=1))

    replanned = replan_folder(folder / "plan", tmp_path / "new", ReplanFiles(closed), order, options=FEW)

    assert tours_of(replanned.plan, first) == tours_of(planned, first)
    broken = [finding for finding in replanned.report.findings if finding.code == "frozen-tour-broken"]
    english = Language("en")
    assert [finding.sentence.render(english) for finding in broken] == [
        f"The tour on {first} lies before the freeze date, but cannot be driven as announced with these changes."
    ]


def test_a_plan_that_is_not_made_anew_reckons_with_a_dated_change_on_all_of_its_days(made, tmp_path):
    area = write_area(tmp_path / "area", settlements=SETTLEMENTS_BEYOND, roads=ROADS_BEYOND)
    (area / "changes.csv").write_text(CLOSED, encoding="utf-8")

    planned = plan_area(area, tmp_path / "plan", options=FEW)

    assert "change-partly-valid" in {finding.code for finding in planned.report.findings}
    assert planned.plan.figures["length_m"] > made[2].figures["length_m"]
