"""Timetables that are driven today: read whatever program wrote them, and every problem told at once."""

from __future__ import annotations

from datetime import date

import pytest
from areas import say
from timetables import COLUMNS, FARM, MILL, ROW, read_rows, write_rows
from workbooks import build_workbook

from bibliobus.inputs.files import InputFile
from bibliobus.inputs.timetables.rhythm import Recurrence
from bibliobus.inputs.timetables.rows import MAX_STOPS, TimetableRow, read_timetable
from bibliobus.words.language import HOUR_S, MINUTE_S, Language


def read_text(text: str, *, encoding: str = "utf-8"):
    """Rows and findings of a file."""
    return read_timetable(InputFile("today.csv", text.encode(encoding)))


def test_a_row_is_read_with_all_it_says():
    rows, findings = read_text(write_rows({"end": "2026-12-31", "exceptions": "2026-05-04"}))

    assert findings == []
    assert rows == (
        TimetableRow(
            row=2,
            organisation="Hromada",
            mobile="Bus",
            route="A",
            community="Oak",
            hromada="",
            stop="School",
            kind="Public",
            lat=48.7,
            lon=37.5,
            weekday=0,
            start_s=10 * HOUR_S,
            end_s=10 * HOUR_S + 30 * MINUTE_S,
            frequency="FREQ=WEEKLY;INTERVAL=2",
            recurrence=Recurrence(2),
            first=date(2026, 3, 2),
            last=date(2026, 12, 31),
            has_exceptions=True,
        ),
    )


UKRAINIAN = (
    "Бібліобус;Маршрут;Населений пункт;Зупинка;Довгота;Широта;День тижня;Прибуття;Від’їзд;Періодичність;Діє з\n"
    "Бібліобус 1;А;Осикове;Клуб;37,5;48,7;понеділок;9:30;10.15;2;02.03.2026\n"
    "Бібліобус 1;А;Осикове;П'ята школа;37,51;48,71;П'ятниця;10:30:00;11:00;FREQ=WEEKLY;06.03.2026\n"
    "Бібліобус 1;А;Осикове;Ферма;37,52;48,72;ср;12:30;13:00;2;2026-03-04\n"
)


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8", "utf-8-sig", "utf-16"])
def test_a_ukrainian_table_from_excel_is_read(encoding):
    text = UKRAINIAN.replace("’", "'") if encoding == "cp1251" else UKRAINIAN

    rows, findings = read_text(text, encoding=encoding)

    assert [finding.code for finding in findings] == (["text-cp1251"] if encoding == "cp1251" else [])
    assert rows is not None
    assert [row.name for row in rows] == ["Осикове – Клуб", "Осикове – П’ята школа", "Осикове – Ферма"]
    assert [(row.lat, row.lon, row.weekday) for row in rows] == [(48.7, 37.5, 0), (48.71, 37.51, 4), (48.72, 37.52, 2)]
    assert [row.start_s for row in rows] == [9.5 * HOUR_S, 10.5 * HOUR_S, 12.5 * HOUR_S]
    assert [row.recurrence.weeks for row in rows] == [2, 1, 2]
    assert rows[0].first == date(2026, 3, 2)


def test_a_workbook_is_read_too():
    rows = [COLUMNS, [ROW.get(column, "") for column in COLUMNS]]

    found, findings = read_timetable(InputFile("today.xlsx", build_workbook(rows)))

    assert findings == []
    assert found is not None and found[0].stop == "School"


def test_a_hromada_is_no_part_of_the_name_of_a_stop():
    text = UKRAINIAN.replace("Маршрут", "Громада").replace(";А;", ";Мала;")

    rows, findings = read_text(text)

    assert findings == []
    assert rows is not None
    assert (rows[0].name, rows[0].hromada, rows[0].route) == ("Осикове – Клуб", "Мала", "")


@pytest.mark.parametrize(
    ("community", "stop", "name"),
    [
        ("Oak", "School", "Oak – School"),
        ("Oak", "Oak School", "Oak School"),
        ("", "School", "School"),
        ("Chapel", "Chapel", "Chapel"),
    ],
)
def test_a_stop_is_named_with_its_village_once(community, stop, name):
    rows, _ = read_text(write_rows({"community": community, "stop": stop}))

    assert rows is not None and rows[0].name == name


def test_warnings_behind_the_name_of_the_service_are_no_part_of_it():
    rows, _ = read_text(write_rows({"organisation": f"Hromada ({'not a plan to drive; ' * 9})"}, {"day": "Tuesday"}))

    assert rows is not None
    assert [row.organisation for row in rows] == ["Hromada", "Hromada"]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (
            {"arrival": "ten"},
            "today.csv:2:arrival | “ten” is not a clock time. | Write hours and minutes of 24 hours, such as 09:30.",
        ),
        (
            {"arrival": "25:00"},
            "today.csv:2:arrival | “25:00” is not a clock time. | Write hours and minutes of 24 hours, such as 09:30.",
        ),
        (
            {"departure": "09:30"},
            "today.csv:2:departure | The bus arrives at 10:00 and leaves at 09:30: a stay lasts from 1 minute to "
            "10\xa0h\xa000\xa0min. | Mend one of the two times; a stay ends on the day it begins.",
        ),
        (
            {"departure": "21:00"},
            "today.csv:2:departure | The bus arrives at 10:00 and leaves at 21:00: a stay lasts from 1 minute to "
            "10\xa0h\xa000\xa0min. | Mend one of the two times; a stay ends on the day it begins.",
        ),
        (
            {"day": "Someday"},
            "today.csv:2:day | “Someday” is not a weekday. | Write one weekday, such as Monday.",
        ),
        (
            {"frequency": "FREQ=DAILY"},
            "today.csv:2:frequency | “FREQ=DAILY” does not say on which weekday every so many weeks or months the "
            "bus comes. | Write a rule such as FREQ=WEEKLY;INTERVAL=2 or FREQ=MONTHLY;BYDAY=2MO, or just a number of "
            "weeks.",
        ),
        (
            {"frequency": "FREQ=WEEKLY;BYDAY=TU"},
            "today.csv:2:frequency | The stop is served on Monday, but its rhythm “FREQ=WEEKLY;BYDAY=TU” "
            "implies another "
            "weekday. | Let both say the same; a stop served on two weekdays has two rows.",
        ),
        (
            {"start": "soon"},
            "today.csv:2:start | “soon” is not a date. | Write year, month and day, such as 2026-03-09; leave the cell "
            "empty if there is no such day.",
        ),
        (
            {"start": "1926-03-01"},
            "today.csv:2:start | “1926-03-01” is not a date. | Write year, month and day, such as 2026-03-09; "
            "leave the "
            "cell empty if there is no such day.",
        ),
        (
            {"end": "2026-01-01"},
            "today.csv:2:end | The last day, 2026-01-01, comes before the first, 2026-03-02. | Exchange the two dates, "
            "or mend one of them.",
        ),
        (
            {"stop": "x" * 121},
            "today.csv:2:stop | The name has 121 characters; at most 120 characters are read. | Shorten it; what "
            "readers need beyond a name stands in the address.",
        ),
        (
            {"geoy": ""},
            "today.csv:2:geoy | The cell is empty, but a value is needed here. | Fill it in.",
        ),
        (
            {"geox": "east"},
            "today.csv:2:geox | “east” is not a number. | Write digits with a decimal point or comma, such as "
            "12.5, and "
            "no unit.",
        ),
        (
            {"geoy": "148.7"},
            "today.csv:2:geoy | 148.7 is out of range: expected -90 to 90. | Check the number and its unit.",
        ),
        (
            {"geoy": "37.5", "geox": "48.7"},
            "today.csv:2:geoy | Latitude 37.5 and longitude 48.7 look swapped. | Write 48.7 as latitude and 37.5 as "
            "longitude.",
        ),
    ],
)
def test_a_bad_cell_is_told_with_row_and_column_and_nothing_is_planned(cells, said):
    rows, findings = read_text(write_rows(cells))

    assert rows is None
    assert say(findings) == [said]


@pytest.mark.parametrize(
    "column", ["mobile", "stop", "geox", "geoy", "day", "arrival", "departure", "frequency", "start"]
)
def test_a_needed_cell_that_is_empty_is_told(column):
    rows, findings = read_text(write_rows({column: ""}))

    assert rows is None
    assert [(finding.code, finding.place.row, finding.place.column) for finding in findings] == [
        ("cell-empty", 2, column)
    ]


def test_all_problems_of_all_rows_are_told_at_once():
    rows, findings = read_text(write_rows({"arrival": "x"}, {}, {"day": "x", "geox": "x"}))

    assert rows is None
    assert [(finding.place.row, finding.place.column) for finding in findings] == [
        (2, "arrival"),
        (4, "geox"),
        (4, "day"),
    ]


def test_a_table_of_something_else_is_told_column_by_column():
    rows, findings = read_text("from_id,to_id,length_km\na,b,1\n")

    missing = [finding.place.column for finding in findings if finding.code == "missing-column"]
    assert rows is None
    assert missing == ["mobile", "stop", "geox", "geoy", "day", "arrival", "departure", "frequency", "start"]


def test_a_first_day_on_another_weekday_is_a_warning_and_its_week_counts():
    rows, findings = read_text(write_rows({"start": "2026-03-04"}))

    assert rows is not None
    assert say(findings) == [
        "today.csv:2:start | The first day, 2026-03-04, is not a Monday; the bus is assumed to come on the "
        "Monday of that week. "
        "| Check the weekday and the first day."
    ]


def test_a_row_that_is_there_twice_is_told_even_under_another_name():
    rows, findings = read_text(write_rows({}, {"start": "2026-03-09"}, {"stop": "The school", "start": "2026-04-13"}))

    assert rows is None
    assert say(findings) == [
        "today.csv:4 | The row says the same as row 2: this bus at this place, on this day, at this time. | "
        "Delete one of the two rows."
    ]


def test_a_table_without_rows_is_told():
    rows, findings = read_text(write_rows())

    assert rows is None
    assert say(findings) == [
        "today.csv | The timetable has no stops. | Put a row for each stop of the bus below the names of the columns."
    ]


def test_too_many_rows_are_told_and_not_read():
    row = write_rows({}).splitlines()[1]

    rows, findings = read_text("\n".join([",".join(COLUMNS), *[row] * (MAX_STOPS + 1)]))

    assert rows is None
    assert say(findings) == [
        "today.csv | The timetable has 2,001 rows, but at most 2,000 rows are read. | Split it by service or by bus."
    ]


def test_a_stop_far_away_is_a_warning():
    _, findings = read_rows({}, FARM, MILL, {"stop": "Abroad", "geoy": "58.7", "day": "Tuesday", "start": "2026-03-03"})

    assert [(finding.code, finding.place.row, finding.place.column) for finding in findings] == [
        ("far-away", 5, "geoy")
    ]


def test_the_warnings_speak_ukrainian():
    _, findings = read_text(write_rows({"start": "2026-03-04"}))

    assert findings[0].sentence.render(Language("uk")).startswith("Перший день 2026-03-04 — не Monday;")
