"""Every dated paper tells exactly the visits of the dates, whatever is driven for a time; the others tell of it."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

import openpyxl
import pytest
import recurring_ical_events
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from made import Made
from periods import EXCEPTIONS, SPAN, change_plan, change_tour, draw_periods, from_to
from plans import tiny_dataset, tiny_geometry, tiny_plan

from bibliobus.domain.audience import Audience
from bibliobus.domain.calendar import DateSpan, ServiceCalendar
from bibliobus.domain.scenario import StopWish
from bibliobus.output.exchange.calendar import LONGEST_CODE, MOST_HOLES, render_calendar, render_short_calendar
from bibliobus.output.exchange.geojson import render_geojson
from bibliobus.output.exchange.geopackage import render_geopackage
from bibliobus.output.exchange.gtfs import render_gtfs
from bibliobus.output.exchange.texts import MONTHS, WEEKDAYS, render_text, render_timetable_csv, write_opening_hours
from bibliobus.output.exchange.tracks import render_gpx, render_kml
from bibliobus.output.pages.hromadas import render_hromada_pages
from bibliobus.output.pages.layers import draw_overview
from bibliobus.output.pages.map import describe_events, render_map_page
from bibliobus.output.print.html import render_posters_html
from bibliobus.output.print.posters import MOST_DATES, list_posters, render_posters_pdf
from bibliobus.output.print.sheets import list_sheets
from bibliobus.output.workbook import render_workbook
from bibliobus.plan.dates import service_dates, tours_of
from bibliobus.view.days import Doing
from bibliobus.words.language import Language, format_clock

if TYPE_CHECKING:
    from bibliobus.plan.plan import Period
    from bibliobus.view.stops import Stop
    from bibliobus.view.view import PlanView

Visit: TypeAlias = tuple[str, date, str, str]
"""Settlement, date, arrival, departure."""


def make(
    *periods: Period, calendar: ServiceCalendar | None = None, language: str = "en", span: DateSpan = SPAN
) -> Made:
    """Make the tiny plan with periods and, if wanted, other exceptions of its dates."""
    dataset = tiny_dataset()
    if calendar is not None:
        stops = (StopWish("s3", school_terms_only=True),)
        dataset = replace(dataset, scenario=replace(dataset.scenario, calendar=calendar, stops=stops))
    return Made(change_plan(*periods), dataset, tiny_geometry(), Language(language), span)


def list_days(span: DateSpan) -> list[date]:
    """Every date of a span."""
    return [span.first + timedelta(days=at) for at in range((span.last - span.first).days + 1)]


def expect_visits(made: Made) -> set[Visit]:
    """Every visit of the span, from the dates of the plan."""
    services = service_dates(made.plan, made.dataset.scenario, made.dates.first, made.dates.last)
    return {
        (call.settlement_id, one.day, format_clock(call.start_s), format_clock(call.end_s))
        for one in services
        if one.driven
        for call in one.tour.calls
        if call.settlement_id not in one.skipped
    }


def list_coming(view: PlanView) -> set[Visit]:
    """Every visit of the stops of a view."""
    return {
        (stop.settlement_id, visit.date, format_clock(visit.start_s), format_clock(visit.end_s))
        for stop in view.stops
        for visit in stop.coming
    }


def read_calendar(content: bytes, settlement_id: str) -> list[Visit]:
    """Every event as a calendar program shows it."""
    calendar: Any = Calendar.from_ical(content)
    shown = recurring_ical_events.of(calendar).between(SPAN.first - timedelta(40), SPAN.last + timedelta(40))
    moments = [(event["DTSTART"].dt, event["DTEND"].dt) for event in shown]
    return [(settlement_id, start.date(), f"{start:%H:%M}", f"{end:%H:%M}") for start, end in moments]


def read_gtfs(content: bytes) -> list[Visit]:
    """Every stop time on each of its dates."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tables = {name: list(csv.DictReader(archive.read(name).decode().splitlines())) for name in archive.namelist()}
    known = {row["stop_id"] for row in tables["stops.txt"]}
    trips = [row["trip_id"] for row in tables["trips.txt"]]
    assert len(trips) == len(set(trips))
    dates: dict[str, list[date]] = {}
    for row in tables["calendar_dates.txt"]:
        dates.setdefault(row["service_id"], []).append(datetime.strptime(row["date"], "%Y%m%d").date())
    assert known >= {row["stop_id"] for row in tables["stop_times.txt"]}
    return [
        (row["stop_id"], day, row["arrival_time"][:5], row["departure_time"][:5])
        for row in tables["stop_times.txt"]
        for day in dates[row["trip_id"]]
    ]


def read_table(view: PlanView) -> list[Visit]:
    """Every date of the rows of the open table."""
    ids = {stop.name: stop.settlement_id for stop in view.stops}
    found = []
    for row in csv.DictReader(io.StringIO(render_timetable_csv(view).decode("utf-8-sig"))):
        first, last = date.fromisoformat(row["start"]), date.fromisoformat(row["end"])
        weekly = re.fullmatch(r"FREQ=WEEKLY;INTERVAL=(\d)", row["frequency"])
        step = timedelta(weeks=int(weekly[1])) if weekly else timedelta(days=1)
        missing = {date.fromisoformat(text) for text in row["exceptions"].split(",") if text}
        while first <= last:
            if first not in missing:
                found.append((ids[row["stop"]], first, row["arrival"], row["departure"]))
            first += step
    return found


def read_hours(stop: Stop, span: DateSpan) -> set[Visit]:
    """What ``opening_hours`` says of each date: the last rule that has it counts."""
    found = set()
    for day in list_days(span):
        clocks = ""
        for rule in write_opening_hours(stop).split("; "):
            selector, _, held = rule.rpartition(" ")
            clocks = ("" if held == "off" else held) if is_selected(selector, day) else clocks
        for clock in filter(None, clocks.split(",")):
            start, end = clock.split("-")
            found.add((stop.settlement_id, day, start, end))
    return found


def is_selected(selector: str, day: date) -> bool:
    """Whether a rule has a date; weeks are counted in the year of it."""
    weekday = selector.rsplit(maxsplit=1)[-1]
    if weekday in WEEKDAYS and weekday != WEEKDAYS[day.weekday()]:
        return False
    if weeks := re.match(r"week (\d+)-(\d+)/(\d) ", selector):
        first, last, step = map(int, weeks.groups())
        week = day.isocalendar().week
        return first <= week <= last and (week - first) % step == 0
    dates = [
        date(int(year), MONTHS.index(month) + 1, int(number))
        for year, month, number in re.findall(r"(\d{4}) ([A-Z][a-z]{2}) (\d+)", selector)
    ]
    return not dates or min(dates) <= day <= max(dates)


def read_schedules(view: PlanView) -> list[Visit]:
    """Every date of the schedules that search engines read."""
    ids = {stop.name: stop.settlement_id for stop in view.stops}
    found = []
    for event in describe_events(view)["@graph"]:
        for one in event["eventSchedule"]:
            day, clocks = date.fromisoformat(one["startDate"]), (one["startTime"][:5], one["endTime"][:5])
            step = timedelta(weeks=int(one.get("repeatFrequency", "P1W")[1:-1]))
            last = date.fromisoformat(one["endDate"]) if "endDate" in one else view.span.last
            while day <= last:
                if day.isoformat() not in one.get("exceptDate", ()):
                    found.append((ids[event["name"].partition(": ")[2]], day, *clocks))
                day += step
    return found


def read_sheets(view: PlanView) -> set[tuple[str, str, str]]:
    """Heading, place and clock times of every stay of the day sheets."""
    return {
        (sheet.when.partition(", week")[0], row.title, row.clock)
        for sheet in list_sheets(view)
        for row in sheet.rows
        if row.doing is Doing.OPEN and "no school" not in " ".join(row.details)
    }


# No visit follows the date that the timetable of before takes away, so no series has it between two others.
LAST = (
    from_to(date(2026, 4, 5), date(2026, 4, 17), drop=(0,), cause="before"),
    from_to(date(2026, 4, 27), date(2026, 5, 16), drop=(0,)),
    from_to(date(2026, 5, 19), date(2026, 6, 2), drop=(0,)),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(LAST, True)
@given(draw_periods(), st.booleans())
def test_every_dated_paper_tells_the_visits_of_the_dates_and_no_other(
    periods: tuple[Period, ...], exceptional: bool
) -> None:
    made = make(*periods, calendar=EXCEPTIONS if exceptional else None)
    view, expected = made.view(Audience.PUBLIC), expect_visits(made)

    table, journeys, schedules = read_table(view), read_gtfs(render_gtfs(view)), read_schedules(view)

    assert list_coming(view) == expected
    assert sorted(set(journeys)) == sorted(journeys)
    assert set(journeys) == expected
    assert set(table) == expected
    assert set(schedules) == expected
    for stop in view.stops:
        own = {visit for visit in expected if visit[0] == stop.settlement_id}
        assert set(read_calendar(render_calendar(view, stop.settlement_id), stop.settlement_id)) == own
        assert set(read_calendar(render_short_calendar(view, stop).encode(), stop.settlement_id)) <= own
        if stop.coming:
            assert read_hours(stop, made.dates) == own


@settings(max_examples=40, deadline=None)
@given(draw_periods())
def test_without_other_exceptions_the_visits_are_those_of_the_tours_of_each_date(periods: tuple[Period, ...]) -> None:
    made = make(*periods)

    assert list_coming(made.view()) == {
        (call.settlement_id, day, format_clock(call.start_s), format_clock(call.end_s))
        for day in list_days(made.dates)
        for tour in tours_of(made.plan, day)
        for call in tour.calls
    }


@settings(max_examples=40, deadline=None)
@given(draw_periods(), st.booleans())
def test_a_poster_lists_the_next_dates_and_a_day_sheet_what_is_driven(
    periods: tuple[Period, ...], exceptional: bool
) -> None:
    made = make(*periods, calendar=EXCEPTIONS if exceptional else None)
    view, expected, english = made.view(), expect_visits(made), Language("en")
    names = view.names

    posters = {poster.settlement_id: poster for poster in list_posters(view)}

    assert posters.keys() == {visit[0] for visit in expected}
    for key, poster in posters.items():
        own = sorted(visit[1:] for visit in expected if visit[0] == key)
        dates = [f"{english.weekday_short(day.weekday())}, {english.date(day)}" for day, _, _ in own]
        clocks = [f", {start}–{end}" for _, start, end in own]
        told = dates if len(set(clocks)) == 1 else [day + clock for day, clock in zip(dates, clocks, strict=True)]
        assert list(poster.dates) == told[:MOST_DATES]
    assert read_sheets(view) == {
        (f"{english.weekday(day.weekday())}, {english.date(day)}", names[key], f"{start}–{end}")
        for key, day, start, end in expected
    }


@settings(max_examples=40, deadline=None)
@given(draw_periods())
def test_what_is_missing_at_a_stop_was_promised_by_the_cycle_and_does_not_come(periods: tuple[Period, ...]) -> None:
    made = make(*periods)
    promised = expect_visits(replace(made, plan=tiny_plan()))
    coming = {(*visit, bus) for visit, bus in _list_with_bus(made)}

    changes = [(stop.settlement_id, change) for stop in made.view().stops for change in stop.changes]

    for key, change in changes:
        if (old := change.missing) is not None:
            visit = (key, old.date, format_clock(old.start_s), format_clock(old.end_s))
            assert visit in promised
            assert (*visit, old.bus_id) not in coming
        if (new := change.visit) is not None:
            assert (key, new.date, format_clock(new.start_s), format_clock(new.end_s), new.bus_id) in coming
    assert len({(key, change.missing) for key, change in changes if change.missing}) == sum(
        change.missing is not None for _, change in changes
    )


def _list_with_bus(made: Made) -> list[tuple[Visit, str]]:
    """Visits of the dates with their buses."""
    return [
        ((call.settlement_id, day, format_clock(call.start_s), format_clock(call.end_s)), tour.bus_id)
        for day in list_days(made.dates)
        for tour in tours_of(made.plan, day)
        for call in tour.calls
    ]


BRIDGE = from_to(date(2026, 3, 9), date(2026, 3, 20), change_tour(7, 1800, {"s4": "s7"}), drop=(0,))
"""From 9 to 20 March: on 9 March half an hour later and to Daleka Balka instead of Ivanivka; no tour on 16 March."""
OLD = from_to(date(2026, 3, 2), date(2026, 3, 8), change_tour(0, 1800), cause="before")
"""Until 8 March the tour of the first Monday is half an hour later."""
BROKEN = from_to(date(2026, 3, 16), date(2026, 3, 16), drop=(0,), cause="bus")


def test_the_workbook_has_a_sheet_of_the_changed_dates_and_one_of_the_changed_tours() -> None:
    book = openpyxl.load_workbook(io.BytesIO(render_workbook(make(BRIDGE).view())))

    assert book.sheetnames[:4] == ["By bus and day", "By settlement", "Changed dates", "Changed tours"]
    rows = [tuple(cell for cell in row if cell is not None) for row in book["Changed dates"].values]
    assert ("From March 9, 2026 to March 20, 2026 the timetable is changed. The changed dates are listed.",) in rows
    assert rows[-5:] == [
        (
            "Andriivka",
            "Містецька",
            datetime(2026, 3, 9),
            "10:35–11:35 instead of 10:05–11:05",
            time(10, 35),
            time(11, 35),
        )
        + ("Бібліобус 1",),
        ("Andriivka", "Містецька", datetime(2026, 3, 16), "no visit: The timetable is changed on this date"),
        ("Daleka Balka", "Містецька", datetime(2026, 3, 9), "09:50–10:20, an extra visit", time(9, 50), time(10, 20))
        + ("Бібліобус 1",),
        ("Ivanivka", "Містецька", datetime(2026, 3, 9), "no visit: The timetable is changed on this date"),
        ("Yelyzavetivka", "Містецька", datetime(2026, 3, 16), "no visit: The timetable is changed on this date"),
    ]
    tours = [row[0] for row in book["Changed tours"].values]
    assert "Бібліобус 1, Monday, week 2, only on March 9, 2026" in tours


def test_a_workbook_without_periods_has_no_sheet_of_changes() -> None:
    book = openpyxl.load_workbook(io.BytesIO(render_workbook(make().view())))

    assert book.sheetnames == ["By bus and day", "By settlement", "Without a bus", "Key figures", "Sources"]


def test_a_poster_tells_what_is_changed_under_a_heading_of_its_own() -> None:
    posters = {poster.settlement_id: poster for poster in list_posters(make(BRIDGE).view(Audience.PUBLIC))}

    assert posters["s2"].changed == (
        "Mon, March 9, 2026: 10:35–11:35 instead of 10:05–11:05",
        "No visit on March 16, 2026: The timetable is changed on this date",
    )
    assert posters["s4"].changed == ("No visit on March 9, 2026: The timetable is changed on this date",)
    assert (posters["s7"].times, posters["s7"].dates) == ((("Only on the dates below", ""),), ("Mon, March 9, 2026",))
    assert all(not poster.changed for key, poster in posters.items() if key not in ("s2", "s3", "s4"))


def test_a_poster_of_a_broken_bus_says_so() -> None:
    poster = next(one for one in list_posters(make(BROKEN).view(Audience.PUBLIC)) if one.settlement_id == "s3")

    assert poster.changed == ("No visit on March 16, 2026: The bus is not in service on this date",)


def test_a_poster_has_room_for_holidays_and_changes_above_its_code() -> None:
    gone = [from_to(day, day, change_tour(0, 600 + 300 * at)) for at, day in enumerate(_every_other_monday(16))]
    free = tuple(DateSpan(day, day) for day in (SPAN.first + timedelta(weeks=2 * at) for at in range(1, 20, 2)))
    made = make(*gone, calendar=ServiceCalendar(no_service=free), span=DateSpan(SPAN.first, date(2027, 12, 31)))

    poster = next(one for one in list_posters(made.view()) if one.settlement_id == "s3")

    assert (len(poster.changed), len(poster.cancelled)) == (4, 2)


@pytest.mark.parametrize(
    ("language", "times"),
    [
        (
            "en",
            (
                ("Until March 8, 2026: see the dates below", ""),
                ("From March 9, 2026: Monday 10:35–11:05", "every 2 weeks"),
            ),
        ),
        (
            "uk",
            (
                ("До 8 березня 2026\N{NO-BREAK SPACE}року включно: дати нижче", ""),
                ("З 9 березня 2026\N{NO-BREAK SPACE}року: понеділок 10:35–11:05", "раз на 2 тижні"),
            ),
        ),
    ],
)
def test_a_poster_says_from_when_on_the_new_times_hold_and_lists_the_old_dates(
    language: str, times: tuple[tuple[str, str], ...]
) -> None:
    view = make(OLD, language=language).view(Audience.PUBLIC)

    poster = next(one for one in list_posters(view) if one.settlement_id == "s3")

    assert poster.times == times
    assert ("11:05–11:35" in poster.dates[0], "10:35–11:05" in poster.dates[1]) == (True, True)
    assert (poster.changed, poster.cancelled) == ((), ())


def test_a_time_that_holds_already_before_is_told_as_ever() -> None:
    poster = next(one for one in list_posters(make(OLD).view(Audience.PUBLIC)) if one.settlement_id == "s4")

    assert [time for time, _ in poster.times] == ["Monday 09:20–09:50"]


def test_the_printed_posters_hold_the_changed_dates_in_both_forms() -> None:
    view = make(BRIDGE, language="uk").view(Audience.PUBLIC)
    posters = list_posters(view)

    page, document = render_posters_html(view, posters).decode(), render_posters_pdf(view, posters)

    assert "<h3>Змінені дати</h3>" in page
    assert "<b>пн, 9 березня 2026\N{NO-BREAK SPACE}року: 10:35–11:35 замість 10:05–11:05</b>" in page
    assert document.startswith(b"%PDF") and len(document) > len(render_posters_pdf(view, posters[:1]))


def test_the_map_page_tells_of_the_changed_dates_above_the_map_and_in_a_table() -> None:
    view = make(BRIDGE).view(Audience.PUBLIC)

    page = render_map_page(draw_overview(view), view)

    notice = "From March 9, 2026 to March 20, 2026 the timetable is changed. The changed dates are listed."
    assert f'<section class="notice"><p>{notice} <a href="#changed-title">Changed dates</a></p></section>' in page
    assert '<td role="cell" data-label="What is changed">10:35–11:35 instead of 10:05–11:05</td>' in page
    assert '<span class="missing">Mon, March 9, 2026: 10:35–11:35 instead of 10:05–11:05</span>' in page
    assert '"name": "Daleka Balka"' in page.replace('"name":"', '"name": "')


def test_the_page_of_a_hromada_has_a_table_of_changed_dates_and_says_from_when_on_times_hold() -> None:
    pages = [dict(render_hromada_pages(make(period).view(Audience.COUNCIL))) for period in (BRIDGE, OLD)]
    changed, new = (next(page for name, page in one.items() if name != "index.html") for one in pages)

    assert '<td class="dates">Mon, March 9, 2026</td><td>09:50–10:20, an extra visit</td>' in changed
    assert '<p class="notice">This timetable holds from March 9, 2026; until March 8, 2026 the earlier one does.' in new
    assert '<td class="dates"><b>From March 9, 2026:</b> ' in new
    assert "<b>From" not in changed


def test_the_text_of_the_plan_has_the_changed_dates_and_the_changed_tours() -> None:
    text = render_text(make(BRIDGE).view()).decode()

    assert "\nChanged dates\n  Andriivka: Mon, March 9, 2026: 10:35–11:35 instead of 10:05–11:05 [s2]\n" in text
    assert "\nБібліобус 1, Monday, week 2, only on March 9, 2026 [b1/7]\n" in text


def test_files_for_maps_hold_the_changed_dates_and_drives() -> None:
    view = make(BRIDGE).view()

    features = json.loads(render_geojson(view))["features"]
    kml, gpx = render_kml(view).decode(), render_gpx(view).decode()

    stop = next(one["properties"] for one in features if one["properties"].get("id") == "s2")
    bus = "Бібліобус 1"
    assert stop["changed_dates"] == [
        {"date": "2026-03-09", "comes": False, "arrival": "10:05", "departure": "11:05", "bus": bus},
        {"date": "2026-03-09", "comes": True, "arrival": "10:35", "departure": "11:35", "bus": bus},
        {"date": "2026-03-16", "comes": False, "arrival": "09:20", "departure": "10:20", "bus": bus},
    ]
    legs = [one["properties"] for one in features if "first_date" in one["properties"]]
    assert [(leg["tour"], leg["first_date"], leg["to_name"]) for leg in legs] == [
        ("b1/7", "2026-03-09", "Daleka Balka"),
        ("b1/7", "2026-03-09", "Andriivka"),
        ("b1/7", "2026-03-09", "Гараж бібліотеки"),
    ]
    assert "Mon, March 9, 2026: 10:35–11:35 instead of 10:05–11:05" in kml
    assert "<name>Daleka Balka</name>" in kml
    assert gpx.count("Monday, week 2, only on March 9, 2026</name>") == 2


def test_a_geopackage_has_tables_of_changed_dates_and_drives_only_where_there_are_some() -> None:
    plain, changed = (render_geopackage(make(*periods).view()) for periods in ((), (BRIDGE,)))

    assert (b'"changed_dates"' in plain, b'"changed_legs"' in plain) == (False, False)
    assert (b'"changed_dates"' in changed, b'"changed_legs"' in changed) == (True, True)


def test_a_day_sheet_says_that_the_tour_is_a_changed_one() -> None:
    sheets = list_sheets(make(BRIDGE).view(Audience.DRIVER), DateSpan(date(2026, 3, 9), date(2026, 3, 23)))

    tops = {sheet.when: sheet.top[-1] for sheet in sheets}
    said = "A changed tour, only from March 9, 2026 to March 20, 2026."
    assert (tops["Monday, March 9, 2026, week 2"], "Monday, March 16, 2026, week 1" in tops) == (said, False)
    assert not tops["Monday, March 23, 2026, week 2"].startswith("A changed tour")


def test_a_series_with_too_many_holes_for_a_code_ends_before_the_next_one() -> None:
    gone = [from_to(day, day, drop=(0, 7)) for day in _every_other_monday(60)]
    made = make(*gone, span=DateSpan(SPAN.first, date(2028, 12, 31)))
    view = made.view(Audience.PUBLIC)
    stop = next(stop for stop in view.stops if stop.settlement_id == "s3")

    code = render_short_calendar(view, stop)

    shown = recurring_ical_events.of(Calendar.from_ical(code)).between(SPAN.first, date(2029, 1, 1))
    dates = {event["DTSTART"].dt.date() for event in shown}
    assert len(stop.times[0].holes) > MOST_HOLES
    assert dates <= {visit.date for visit in stop.coming}
    assert dates


def _every_other_monday(count: int) -> list[date]:
    """Mondays of every other cycle."""
    return [SPAN.first + timedelta(weeks=4 * at) for at in range(1, count // 2)]


def test_a_code_takes_single_visits_only_as_long_as_a_telephone_can_read_it() -> None:
    shifted = [from_to(day, day, change_tour(0, 600 + 300 * at)) for at, day in enumerate(_every_other_monday(30))]
    view = make(*shifted, span=DateSpan(SPAN.first, date(2027, 12, 31))).view(Audience.PUBLIC)
    stop = next(stop for stop in view.stops if stop.settlement_id == "s3")

    code = render_short_calendar(view, stop)

    assert len(stop.changed) > 8
    assert 1 <= code.count("BEGIN:VEVENT") - 1 < len(stop.changed)
    assert len(code.encode()) < LONGEST_CODE + 300
