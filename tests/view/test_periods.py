"""What is other for a time, as each reader may know it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from made import Made
from periods import MONDAY, change_plan, change_tour, from_to
from plans import tiny_dataset, tiny_geometry

from bibliobus.domain.audience import Audience
from bibliobus.domain.calendar import DateSpan, ServiceCalendar
from bibliobus.domain.scenario import Publishing
from bibliobus.findings import InputError
from bibliobus.network.places import MapGeometry
from bibliobus.output.exchange.calendar import render_calendar
from bibliobus.output.pages.shown import MapOptions, build_atlas
from bibliobus.output.pages.tables import tabulate_changes, tabulate_stops, write_cards, write_headlines
from bibliobus.plan.plan import Period, PeriodCause
from bibliobus.view.ground import gather_ground
from bibliobus.view.periods import Change, DatedVisit, pair_visits, tell_change, tell_periods
from bibliobus.view.stops import Stop
from bibliobus.view.view import Outside, PlanView
from bibliobus.words.language import Language

DAY = date(2026, 3, 16)
SPAN = DateSpan(MONDAY, date(2026, 4, 26))


def see(*periods: Period, audience: Audience = Audience.PLANNER, language: str = "en", **decisions: object) -> PlanView:
    """Look at the tiny plan with periods and other decisions of the planner."""
    dataset = tiny_dataset()
    dataset = replace(dataset, scenario=replace(dataset.scenario, **decisions))
    return Made(change_plan(*periods), dataset, tiny_geometry(), Language(language), SPAN).view(audience)


def find_stop(view: PlanView, settlement_id: str) -> Stop:
    """Find a stop of a view."""
    return next(stop for stop in view.stops if stop.settlement_id == settlement_id)


def visit(day: date, start_h: int, bus: str = "b1") -> DatedVisit:
    """Visit of an hour."""
    return DatedVisit(day, start_h * 3600, (day - MONDAY).days % 14, bus, (start_h + 1) * 3600, bus)


def test_a_service_is_shown_with_the_tour_that_is_driven_on_its_date() -> None:
    view = see(from_to(DAY, DAY, change_tour(0, 1800)))

    leaves = {one.date: one.tour.leave_s for one in view.services if one.tour.tour_id == "b1/0"}

    assert leaves == {MONDAY: 9 * 3600, DAY: 9 * 3600 + 1800, date(2026, 3, 30): 9 * 3600, date(2026, 4, 13): 9 * 3600}
    assert [day.title for day in view.changed_days] == ["Бібліобус 1, Monday, week 1, only on March 16, 2026"]
    assert [day.period for day in view.days] == [None, None, None]


def test_a_changed_tour_of_several_cycles_tells_from_when_to_when() -> None:
    (day,) = see(from_to(DAY, date(2026, 4, 20), change_tour(0, 1800))).changed_days

    assert (day.title, day.date) == ("Бібліобус 1, Monday, week 1, only from March 16, 2026 to April 20, 2026", DAY)


def test_a_changed_tour_that_no_date_asked_for_has_is_not_shown() -> None:
    view = see(from_to(date(2026, 5, 1), date(2026, 6, 1), change_tour(0, 1800)))

    assert (view.changed_days, view.changes) == ((), "")


def test_a_visit_at_the_same_time_by_the_same_bus_simply_comes() -> None:
    view = see(from_to(DAY, DAY, change_tour(0, 0, {"s3": "s7"})))

    assert find_stop(view, "s2").changes == ()
    assert DAY in [one.date for one in find_stop(view, "s2").coming]
    assert [(one.date, one.changed) for one in find_stop(view, "s3").times[0].cancelled] == [(DAY, True)]


def test_another_bus_at_the_same_time_is_told_to_those_who_know_the_buses_only() -> None:
    period = from_to(DAY, DAY, change_tour(0, 0, bus_id="b2"), drop=(0,))

    planner, public = (see(period, audience=one) for one in (Audience.PLANNER, Audience.PUBLIC))
    told = [tabulate_changes(build_atlas(view, MapOptions())) for view in (planner, public)]
    rows = [row for row in tabulate_stops(build_atlas(public, MapOptions())) if row.missing or row.changed]

    (change,) = find_stop(planner, "s3").changes
    assert tell_change(change, Language("en")) == "Mon, March 16, 2026: Бібліобус 2 instead of Бібліобус 1"
    assert ([row.text for row in told[0]], told[1], rows) == (["Бібліобус 2 instead of Бібліобус 1"] * 2, (), [])


def test_a_holiday_in_a_period_is_why_nothing_comes_and_no_change() -> None:
    view = see(from_to(DAY, DAY, change_tour(0, 1800)), calendar=ServiceCalendar(no_service=(DateSpan(DAY, DAY),)))

    (missing,) = find_stop(view, "s3").times[0].cancelled
    assert (missing.date, missing.why, missing.changed) == (DAY, "No service on this date", False)
    assert (find_stop(view, "s3").changes, view.changed_days) == ((), ())


@pytest.mark.parametrize(
    ("cause", "why"),
    [("change", "The timetable is changed on this date"), ("bus", "The bus is not in service on this date")],
)
def test_a_dropped_visit_says_why(cause: str, why: str) -> None:
    (change,) = find_stop(see(from_to(DAY, DAY, drop=(0,), cause=cause)), "s3").changes

    assert (change.why, change.visit, change.when, change.first) == (why, None, DAY, DAY)


def test_under_the_timetable_of_before_nothing_is_missing_and_the_new_times_say_from_when_on_they_hold() -> None:
    view = see(from_to(MONDAY, date(2026, 3, 10), change_tour(0, 1800), change_tour(7), cause="before"))
    changed, same = find_stop(view, "s3"), find_stop(view, "s4")

    (time,) = changed.times
    assert (time.since, time.cancelled, time.dates[0]) == (date(2026, 3, 11), (), DAY)
    assert time.find_first(view.cycle, 0) == DAY
    assert [one.date for one in changed.coming][:2] == [MONDAY, DAY]
    assert same.times[0].since is None
    assert [(day.tour_id, day.date) for day in view.days] == [
        ("b1/0", DAY),
        ("b2/2", date(2026, 3, 4)),
        ("b1/7", date(2026, 3, 9)),
    ]


def test_a_new_time_says_since_when_it_holds_if_only_the_day_before_was_another() -> None:
    # Zoloti Prudy is served on the first Wednesday now, and was on the first Friday under the timetable of before.
    period = from_to(MONDAY, date(2026, 3, 15), change_tour(2, day=4), drop=(2,), cause="before")

    stop = find_stop(see(period), "s5")

    assert [time.since for time in stop.times] == [date(2026, 3, 16)]
    assert [one.date for one in stop.coming][:2] == [date(2026, 3, 6), date(2026, 3, 18)]


def test_a_village_served_for_a_time_only_is_a_stop_for_everybody_and_unserved_for_those_who_plan() -> None:
    period = from_to(DAY, DAY, change_tour(0, 0, {"s3": "s7"}))

    public, planner = see(period, audience=Audience.PUBLIC), see(period)

    assert (find_stop(public, "s7").times, public.outside) == ((), ())
    assert [one.date for one in find_stop(planner, "s7").coming] == [DAY]
    places = {place.settlement_id: place for place in planner.places}
    assert isinstance(places["s7"], Outside) and len(places) == len(planner.places) == 8
    assert [type(place).__name__ for place in public.places] == ["Stop"] * 5


def test_the_card_of_such_a_village_lists_its_dates_and_the_headlines_do_not_count_it() -> None:
    period = from_to(DAY, DAY, change_tour(0, 0, {"s3": "s7"}))
    with_period, without = (build_atlas(see(*periods), MapOptions()) for periods in ((period,), ()))

    card = next(card for card in write_cards(with_period) if card["id"] == "s7")

    assert card["lines"][-1] == "The bus comes on the listed dates only."
    assert [row[1] for row in card["rows"]] == ["March 16, 2026"]
    assert write_headlines(with_period) == write_headlines(without)


def test_a_village_served_under_the_timetable_of_before_only_has_its_last_dates() -> None:
    period = from_to(MONDAY, MONDAY, change_tour(0, 0, {"s3": "s8"}), cause="before")

    stop = find_stop(see(period, audience=Audience.PUBLIC), "s8")

    assert [one.date for one in stop.coming] == [MONDAY]


def test_a_stop_that_must_not_be_published_is_refused_also_if_it_is_served_for_a_time_only() -> None:
    period = from_to(DAY, DAY, change_tour(0, 0, {"s3": "s7"}))
    secret = {"publishing": Publishing(no_publish=("s7",))}

    with pytest.raises(InputError, match="stops-not-public"):
        see(period, audience=Audience.PUBLIC, **secret)

    assert find_stop(see(period, **secret), "s7").kept_back


def test_the_paper_of_one_stop_is_refused_for_its_own_visits_of_a_time_only() -> None:
    dataset = tiny_dataset()
    scenario = replace(dataset.scenario, publishing=Publishing(no_publish=("s7",)))
    plan = change_plan(from_to(DAY, DAY, change_tour(0, 0, {"s3": "s7"})))
    made = Made(plan, replace(dataset, scenario=scenario), tiny_geometry())

    other = made.view(Audience.PUBLIC, alone="s2")

    assert "s7" not in {stop.settlement_id for stop in other.stops}
    assert b"Daleka" not in render_calendar(other)
    with pytest.raises(InputError, match="stops-not-public"):
        made.view(Audience.PUBLIC, alone="s7")


def test_the_ground_holds_the_drives_of_periods(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def gather(network: object, profiles: object, drives: object, *, roads: bool) -> MapGeometry:
        asked.append(drives)
        return tiny_geometry()

    monkeypatch.setattr("bibliobus.view.ground.gather_geometry", gather)
    plan = change_plan(from_to(DAY, DAY, change_tour(0, 0, {"s3": "s7"})))

    gather_ground(plan, tiny_dataset(), None)  # type: ignore[arg-type]

    (drives,) = asked
    assert {("bus", "s2", "s7"), ("bus", "s2", "s3")} <= set(drives)  # type: ignore[call-overload]


def test_missing_visits_are_paired_with_the_nearest_and_none_with_one_a_cycle_away() -> None:
    first, second, far = date(2026, 3, 2), date(2026, 3, 9), date(2026, 4, 6)
    missing = [(visit(first, 9), "why"), (visit(second, 9), "why"), (visit(far, 9), "why")]
    visits = [visit(date(2026, 3, 10), 12), visit(first, 11)]

    changes = pair_visits(PeriodCause.CHANGE, missing, visits, 14)

    assert [(one.missing and one.missing.date, one.visit and one.visit.date, one.why) for one in changes] == [
        (first, first, ""),
        (second, date(2026, 3, 10), ""),
        (far, None, "why"),
    ]


@pytest.mark.parametrize(
    ("change", "line", "cell"),
    [
        (
            Change(PeriodCause.CHANGE, visit(DAY, 9), visit(DAY, 11)),
            "Mon, March 16, 2026: 11:00–12:00 instead of 09:00–10:00",
            "11:00–12:00 instead of 09:00–10:00",
        ),
        (
            Change(PeriodCause.CHANGE, visit(DAY, 9), visit(date(2026, 3, 21), 9)),
            "Sat, March 21, 2026, 09:00–10:00 instead of Mon, March 16, 2026",
            "instead on Sat, March 21, 2026, 09:00–10:00",
        ),
        (
            Change(PeriodCause.BUS, visit(DAY, 9), why="It broke"),
            "No visit on March 16, 2026: It broke",
            "no visit: It broke",
        ),
        (
            Change(PeriodCause.CHANGE, visit=visit(DAY, 9)),
            "Mon, March 16, 2026, 09:00–10:00, an extra visit",
            "09:00–10:00, an extra visit",
        ),
        (
            Change(PeriodCause.BEFORE, visit=visit(DAY, 9)),
            "Mon, March 16, 2026, 09:00–10:00, by the earlier timetable",
            "09:00–10:00, by the earlier timetable",
        ),
        (
            Change(PeriodCause.CHANGE, visit(DAY, 9), visit(DAY, 9, "b2")),
            "Mon, March 16, 2026: b2 instead of b1",
            "b2 instead of b1",
        ),
    ],
)
def test_a_change_is_told_with_its_date_and_behind_it(change: Change, line: str, cell: str) -> None:
    english = Language("en")

    assert (tell_change(change, english), tell_change(change, english, dated=False)) == (line, cell)


def test_periods_that_follow_each_other_for_one_cause_are_one_to_people() -> None:
    plan = change_plan(
        from_to(MONDAY, date(2026, 3, 8), cause="before"),
        from_to(date(2026, 3, 9), date(2026, 3, 15)),
        from_to(date(2026, 3, 16), date(2026, 3, 20)),
        from_to(date(2026, 4, 7), date(2026, 4, 7), cause="bus"),
        from_to(date(2026, 8, 7), date(2026, 8, 7)),
    )

    told = [tell_periods(plan, SPAN, Language(code)) for code in ("en", "uk")]

    assert told[0] == (
        "This timetable holds from March 9, 2026; until March 8, 2026 the earlier one does. "
        "From March 9, 2026 to March 20, 2026 the timetable is changed. On April 7, 2026 not every bus drives. "
        "The changed dates are listed."
    )
    assert told[1].replace("\N{NO-BREAK SPACE}", " ") == (
        "Цей графік діє з 9 березня 2026 року, а до 8 березня 2026 року включно — попередній. "
        "З 9 березня 2026 року до 20 березня 2026 року графік змінено. 7 квітня 2026 року працюють не всі бібліобуси. "
        "Змінені дати подано окремо."
    )
    assert tell_periods(plan, DateSpan(date(2026, 5, 1), date(2026, 6, 1)), Language("en")) == ""


def test_everybody_sees_no_more_of_a_changed_tour_than_of_another() -> None:
    view = see(from_to(DAY, DAY, change_tour(0, 1800), drop=(7,)), audience=Audience.PUBLIC)

    (day,) = view.changed_days
    (change,) = find_stop(view, "s3").changes

    assert (day.bus_id, day.drives, day.work_s, day.phone) == ("1", (), 0, "")
    assert [row.place for row in day.rows] == ["Andriivka", "Yelyzavetivka"]
    assert change.visit is not None and (change.visit.bus_id, change.visit.bus) == ("1", "Mobile library 1")


def test_a_single_visit_in_a_calendar_says_what_it_is_and_has_an_id_of_its_own() -> None:
    content = render_calendar(see(from_to(DAY, DAY, change_tour(0, 1800))), "s3").decode()

    events = content.replace("\r\n ", "").split("BEGIN:VEVENT")[1:]
    assert len(events) == 2
    assert "UID:s3-20260316-11:05-b1@bibliobus" in events[1]
    assert "Mon\\, March 16\\, 2026: 11:05–11:35 instead of 10:35–11:05" in events[1]
    assert "EXDATE;TZID=Europe/Kyiv:20260316T103500" in events[0]
    assert "instead of 10:35–11:05" in events[0]
