"""Series of dates, calendar files, GTFS and the open table, read back by other programs."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import gtfs_kit
import pytest
import recurring_ical_events
from hostile_world import build_hostile, list_names
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from made import Made
from plans import tiny_dataset, tiny_geometry, tiny_plan

from bibliobus.domain.calendar import DateSpan, ExtraDay, ServiceCalendar
from bibliobus.domain.scenario import Publishing, StopWish
from bibliobus.output.exchange.calendar import build_time_zone, render_calendar
from bibliobus.output.exchange.gtfs import render_gtfs
from bibliobus.output.exchange.texts import render_osm_tags, render_timetable_csv
from bibliobus.plan.dates import service_dates
from bibliobus.plan.names import name_places
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.domain.scenario import Scenario

MONDAY = date(2026, 3, 2)
KYIV = ZoneInfo("Europe/Kyiv")
EXCEPTIONS = ServiceCalendar(
    holidays="PL",
    no_service=(DateSpan(date(2026, 7, 1), date(2026, 8, 15), "leave"), DateSpan(date(2026, 3, 30), date(2026, 3, 30))),
    extra_service=(ExtraDay(date(2026, 4, 11), date(2026, 3, 18)),),
    school_terms=(DateSpan(date(2026, 1, 1), date(2026, 5, 31)), DateSpan(date(2026, 9, 1), date(2026, 12, 31))),
)


def make(span: DateSpan | None = None, **decisions: object) -> Made:
    """Make the tiny plan with other decisions of the planner."""
    dataset = tiny_dataset()
    scenario: Scenario = replace(dataset.scenario, **decisions)
    return Made(
        tiny_plan(),
        replace(dataset, scenario=scenario),
        tiny_geometry(),
        Language("en"),
        span,
    )


@pytest.fixture(scope="module")
def exceptional() -> Made:
    """A year with holidays, leave, a moved day, and a stop that is visited in term only."""
    return make(calendar=EXCEPTIONS, stops=(StopWish("s3", school_terms_only=True),))


def list_visits(material: Made) -> set[tuple[str, datetime, datetime]]:
    """Name, start and end of every visit in the span, from the dates of the plan."""
    scenario, span = material.dataset.scenario, material.dates
    names = name_places(material.dataset, material.language)
    return {
        (names[call.settlement_id], stamp(one.day, call.start_s), stamp(one.day, call.end_s))
        for one in service_dates(material.plan, scenario, span.first, span.last)
        if one.driven
        for call in one.tour.calls
        if call.settlement_id not in one.skipped
    }


def stamp(day: date, seconds: int) -> datetime:
    """Clock time on a date, without zone."""
    return datetime.combine(day, time()) + timedelta(seconds=seconds)


def read_events(content: bytes, span: DateSpan) -> list[tuple[str, datetime, datetime]]:
    """Name, start and end of every event in a span and some weeks around it, as a calendar program shows them."""
    calendar: Any = Calendar.from_ical(content)
    shown = recurring_ical_events.of(calendar).between(span.first - timedelta(days=40), span.last + timedelta(days=40))
    return [
        (
            str(event["SUMMARY"]).partition(": ")[2],
            event["DTSTART"].dt.astimezone(KYIV).replace(tzinfo=None),
            event["DTEND"].dt.astimezone(KYIV).replace(tzinfo=None),
        )
        for event in shown
    ]


def test_a_calendar_program_shows_a_year_of_visits_and_nothing_else(exceptional: Made):
    shown = read_events(render_calendar(exceptional.view()), exceptional.dates)

    assert len(shown) == len(set(shown)) > 60
    assert set(shown) == list_visits(exceptional)


def test_a_moved_visit_is_shown_on_its_new_date_only(exceptional: Made):
    shown = {
        (name, start.date()) for name, start, _ in read_events(render_calendar(exceptional.view()), exceptional.dates)
    }

    assert ("Zoloti Prudy", date(2026, 4, 11)) in shown
    assert ("Zoloti Prudy", date(2026, 3, 18)) not in shown


def test_the_clock_time_stays_when_the_clocks_change():
    material = make(DateSpan(date(2026, 3, 16), date(2026, 11, 30)))

    starts = {
        start.time()
        for name, start, _ in read_events(render_calendar(material.view()), material.dates)
        if name == "Zoloti Prudy"
    }

    assert starts == {time(9, 20)}


@given(st.integers(0, 400), st.integers(0, 400))
@settings(max_examples=10, deadline=None)
def test_any_span_shows_its_visits(first: int, length: int):
    span = DateSpan(MONDAY + timedelta(days=first - 100), MONDAY + timedelta(days=first - 100 + length))
    material = make(span, calendar=EXCEPTIONS)

    assert set(read_events(render_calendar(material.view()), span)) == list_visits(material)


def test_the_zone_in_the_file_is_that_of_the_computer_on_every_day_of_three_years():
    span = DateSpan(date(2025, 1, 1), date(2027, 12, 31))
    component = build_time_zone("Europe/Kyiv", span)
    other: Any = component.to_tz()

    for day in range((span.last - span.first).days + 1):
        noon = stamp(span.first + timedelta(days=day), 12 * 3600)
        assert noon.replace(tzinfo=other).utcoffset() == noon.replace(tzinfo=KYIV).utcoffset()
    starts = [one["DTSTART"].dt for one in component.walk() if "DTSTART" in one]
    assert datetime(2026, 3, 29, 3) in starts
    assert datetime(2026, 10, 25, 4) in starts


def test_a_service_elsewhere_has_the_clock_of_its_zone():
    material = make(publishing=Publishing(time_zone="Europe/Berlin"))

    content = render_calendar(material.view())

    event: Any = next(iter(Calendar.from_ical(content).walk("VEVENT")))
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert event["DTSTART"].dt.astimezone(UTC) == datetime(2026, 3, 2, 8, 20, tzinfo=UTC)


def test_a_calendar_of_one_stop_holds_it_alone_and_tells_why_the_bus_does_not_come(exceptional: Made):
    events: list[Any] = list(Calendar.from_ical(render_calendar(exceptional.view(), "s5")).walk("VEVENT"))

    assert [str(event["SUMMARY"]) for event in events] == ["Mobile library: Zoloti Prudy"]
    lines = str(events[0]["DESCRIPTION"]).splitlines()
    assert lines[0] == "Бібліобус 2, every 2 weeks"
    assert "No visit on July 8, 2026: No service on this date: leave." in lines
    assert "This is only an example." in lines


def test_hostile_names_pass_through_a_calendar():
    hostile = build_hostile()

    names = {name for name, _, _ in read_events(render_calendar(hostile.view()), DateSpan(MONDAY, MONDAY))}

    assert names == set(list_names())


def test_a_stop_visited_in_term_only_has_its_reason(exceptional: Made):
    (series,) = next(stop.times for stop in exceptional.view().stops if stop.settlement_id == "s3")

    assert {one.why for one in series.cancelled} >= {"No school on this date", "No service on this date: leave"}
    assert not any(date(2026, 6, 1) <= day <= date(2026, 8, 31) for day in series.all_dates)


def read_rows(content: bytes) -> list[dict[str, str]]:
    """Rows of the open table."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def expand_row(row: dict[str, str]) -> set[date]:
    """Dates of a row of the open table, by its own words."""
    start, end = date.fromisoformat(row["start"]), date.fromisoformat(row["end"])
    if row["frequency"] == "FREQ=DAILY;COUNT=1":
        return {start}
    weeks = int(row["frequency"].removeprefix("FREQ=WEEKLY;INTERVAL="))
    days = {start + timedelta(weeks=weeks * at) for at in range((end - start).days // (7 * weeks) + 1)}
    return days - {date.fromisoformat(text) for text in row["exceptions"].split(",") if text}


def test_the_rows_of_the_open_table_give_the_dates_of_the_plan(exceptional: Made):
    rows = read_rows(render_timetable_csv(exceptional.view()))

    told = {
        (
            row["stop"],
            datetime.combine(day, time.fromisoformat(row["arrival"])),
            datetime.combine(day, time.fromisoformat(row["departure"])),
        )
        for row in rows
        for day in expand_row(row)
    }
    assert told == list_visits(exceptional)
    assert sum(row["exceptions"] != "" for row in rows) >= 4
    assert [row["day"] for row in rows if row["frequency"] == "FREQ=DAILY;COUNT=1"] == ["Saturday"]


def test_tags_name_dates_without_a_visit_and_moved_visits(exceptional: Made):
    text = render_osm_tags(exceptional.view()).decode()

    hours = text.partition("name:en=Zoloti Prudy\n")[2].partition("opening_hours=")[2].partition("\n")[0]
    assert hours.startswith("week 10-53/2 We 09:20-10:05; 2026 Mar 18 off; 2026 Jul 08 off; ")
    assert hours.endswith("; 2026 Apr 11 09:20-10:05")


def read_feed(content: bytes, tmp_path: Path) -> Any:
    """Feed as gtfs-kit reads it."""
    file = tmp_path / "gtfs.zip"
    file.write_bytes(content)
    return gtfs_kit.read_feed(file, dist_units="km")


def test_a_reader_of_gtfs_finds_every_visit(exceptional: Made, tmp_path: Path):
    feed = read_feed(render_gtfs(exceptional.view()), tmp_path)

    stays = feed.stop_times.merge(feed.trips, on="trip_id").merge(feed.calendar_dates, on="service_id")
    stays = stays.merge(feed.stops, on="stop_id")
    told = {
        (
            name,
            datetime.strptime(f"{day} {start}", "%Y%m%d %H:%M:%S"),
            datetime.strptime(f"{day} {end}", "%Y%m%d %H:%M:%S"),
        )
        for name, day, start, end in zip(
            stays["stop_name"], stays["date"].astype(str), stays["arrival_time"], stays["departure_time"], strict=True
        )
    }
    assert told == list_visits(exceptional)
    assert feed.agency["agency_timezone"].tolist() == ["Europe/Kyiv"]
    assert feed.agency["agency_url"].tolist() == ["https://bibliobus.invalid"]


def test_gtfs_knows_what_runs_on_a_date(exceptional: Made, tmp_path: Path):
    feed = read_feed(render_gtfs(exceptional.view()), tmp_path)

    assert feed.get_trips("20260316")["trip_id"].tolist() == ["b1/0"]
    assert feed.get_trips("20260608")["trip_id"].tolist() == ["b1/0/without/s3"]
    assert feed.get_trips("20260330").empty


def test_gtfs_holds_no_depot_and_the_website_where_there_is_one():
    material = make(publishing=Publishing(website="https://example.org", phone="112"))

    with zipfile.ZipFile(io.BytesIO(render_gtfs(material.view()))) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}

    assert not any("Гараж" in text or "depot" in text for text in texts.values())
    assert "https://example.org" in texts["agency.txt"]
    assert "https://example.org" in texts["feed_info.txt"]


def test_hostile_names_pass_through_gtfs(tmp_path: Path):
    feed = read_feed(render_gtfs(build_hostile().view()), tmp_path)

    # The reader takes the word null for a missing value.
    assert set(feed.stops["stop_name"].dropna()) == set(list_names()) - {"null"}


@pytest.mark.parametrize("render", [render_calendar, render_gtfs])
def test_the_same_plan_gives_the_same_bytes(render: Any):
    assert render(make(calendar=EXCEPTIONS).view()) == render(make(calendar=EXCEPTIONS).view())
