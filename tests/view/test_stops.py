"""Stops and their dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from made import Made
from plans import tiny_made, tiny_plan

from bibliobus.domain.calendar import DateSpan, ExtraDay
from bibliobus.view.reader import span_year
from bibliobus.view.stops import NEXT_VISITS, list_next

if TYPE_CHECKING:
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan
    from bibliobus.view.stops import StopTime
    from bibliobus.words.language import Language


def test_visits_are_sorted_by_the_name_in_the_language_of_the_reader(
    plan: Plan, dataset: Dataset, english: Language, ukrainian: Language
) -> None:
    in_english = [stop.name for stop in Made(plan, dataset, language=english).view().stops]
    in_ukrainian = [stop.name for stop in Made(plan, dataset, language=ukrainian).view().stops]

    assert in_english == ["Ganok", "Hannivka", "Ivanivka", "Їжаківка"]
    assert in_ukrainian == ["Ганнівка", "Ґанок", "Іванівка", "Їжаківка"]


def test_a_stop_knows_its_place_and_a_time_its_day_and_bus(plan: Plan, dataset: Dataset) -> None:
    stop = Made(plan, dataset).view().stops[-1]
    (time,) = stop.times

    assert (stop.settlement_id, stop.hromada, stop.raion) == ("yizhak", "Далека", "Північний")
    assert (stop.district, stop.rhythm_weeks, stop.spot) == ("Daleka hromada, Pivnichnyi raion", 2, (48.5, 37.25))
    assert (time.days, time.weekday, time.dates[0]) == ((8,), 1, date(2026, 3, 10))
    assert (time.start_s, time.end_s, time.bus) == (13 * 3600 + 1800, 14 * 3600, "Bus 2")


def test_every_visit_of_the_plan_is_a_call_of_its_stop(plan: Plan, dataset: Dataset) -> None:
    stops = Made(plan, dataset).view().stops

    assert sorted(
        (stop.settlement_id, day, time.start_s, time.end_s) for stop in stops for day, time in stop.calls
    ) == sorted((call.settlement_id, tour.day, call.start_s, call.end_s) for tour in plan.tours for call in tour.calls)


def test_a_fortnightly_stop_has_a_date_every_two_weeks() -> None:
    (time,) = find_times(tiny_made())

    assert time.dates[:3] == (date(2026, 3, 9), date(2026, 3, 23), date(2026, 4, 6))


def test_a_date_without_service_is_not_among_the_next_and_a_moved_one_is() -> None:
    made = tiny_made()
    calendar = replace(
        made.dataset.scenario.calendar,
        no_service=(DateSpan(date(2026, 3, 23), date(2026, 3, 23)),),
        extra_service=(ExtraDay(date(2026, 4, 11), instead_of=date(2026, 4, 6)),),
    )
    scenario = replace(made.dataset.scenario, calendar=calendar)

    (time,) = find_times(replace(made, dataset=replace(made.dataset, scenario=scenario)))

    assert [(one.date.isoformat(), one.why) for one in time.cancelled] == [
        ("2026-03-23", "No service on this date"),
        ("2026-04-06", "Moved to April 11, 2026"),
    ]
    assert time.extra == (date(2026, 4, 11),)
    assert [visit.date.isoformat() for visit in list_next(time.coming)][:3] == [
        "2026-03-09",
        "2026-04-11",
        "2026-04-20",
    ]


@settings(max_examples=25, deadline=None)
@given(st.integers(-60, 1800))
def test_the_next_visits_are_six_on_dates_of_the_cycle_and_none_comes_before_the_day_asked_for(later: int) -> None:
    cycle = tiny_plan().cycle
    first = cycle.first_day + timedelta(days=later)

    (time,) = find_times(replace(tiny_made(), span=span_year(first)))
    found = list_next(time.coming)

    start = cycle.date_of(7)
    assert len(found) == NEXT_VISITS
    assert all(one.date >= max(first, start) and (one.date - start).days % 14 == 0 for one in found)
    assert found[0].date - max(first, start) < timedelta(days=14)


def find_times(made: Made) -> tuple[StopTime, ...]:
    """Times of Ivanivka."""
    return next(stop.times for stop in made.view().stops if stop.settlement_id == "s4")
