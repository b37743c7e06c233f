"""What residents are told of a timetable that changes: for how long, in words of a notice board, and as a message."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from changed_plans import change_for_a_time, change_for_good, leave_out, make_tour, move
from plans import tiny_dataset, tiny_plan

from bibliobus.domain.audience import Audience, may_see
from bibliobus.plan.compare.compare import compare_plans
from bibliobus.view.changed import write_day
from bibliobus.view.notices import (
    Why,
    count_segments,
    list_notices,
    render_exceptions,
    render_notices,
)
from bibliobus.words.language import Language

EN, UK = Language("en"), Language("uk")
OLD = tiny_plan()
MON, WED, MON2 = OLD.tours
SETTLEMENTS = {one.settlement_id: one for one in tiny_dataset().settlements}
BUSES = {"uk": {"b1": "Бібліобус 1", "b2": "Бібліобус 2"}, "en": {"b1": "Bus 1", "b2": "Bus 2"}}
THREE_WEEKS = date(2026, 3, 16), date(2026, 3, 22)
ELSEWHERE = make_tour("b2", 4, ("s7", 120, 30))


def tell(new, why=Why.CLOSED, old=OLD):
    """Notices of a plan made anew."""
    return list_notices(compare_plans(old, new), SETTLEMENTS, BUSES, dict.fromkeys(SETTLEMENTS, why))


def plain(text: str) -> str:
    """Text with plain spaces."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


STORIES = {
    "closed for a week": (
        change_for_a_time(OLD, *THREE_WEEKS, leave_out(MON, "s3")),
        Why.CLOSED,
        "Єлизаветівка: бібліобус. Через закриття дороги графік тимчасово змінюється. "
        "Бібліобус не приїде в понеділок, 16 березня 2026 року. "
        "Після 22 березня 2026 року знову діє попередній графік.",
        "Yelyzavetivka: the mobile library. A road is closed, so the timetable changes for a time. "
        "The bus does not come on Monday, March 16, 2026. "
        "After March 22, 2026 the timetable of before holds again.",
        "Бібліобус, Єлизаветівка: пн 16.03 не приїде. Дорогу закрито.",
        "Mobile library, Yelyzavetivka: not Mon 16 Mar. Road closed.",
    ),
    "another day for two weeks": (
        change_for_a_time(OLD, date(2026, 3, 16), date(2026, 3, 29), make_tour("b2", 3, ("s5", 90, 45)), dropped=[WED]),
        Why.RESTRICTED,
        "Золоті Пруди: бібліобус. Через обмеження руху на дорозі графік тимчасово змінюється. "
        "Бібліобус приїде не в середу, 18 березня 2026 року, а в четвер, 19 березня 2026 року, 09:30–10:15. "
        "Після 29 березня 2026 року знову діє попередній графік.",
        "Zoloti Prudy: the mobile library. Traffic on a road is restricted, so the timetable changes for a time. "
        "The bus does not come on Wednesday, March 18, 2026, but on Thursday, March 19, 2026, 09:30–10:15. "
        "After March 29, 2026 the timetable of before holds again.",
        "Бібліобус, Золоті Пруди: чт 19.03 09:30-10:15 замість ср 18.03. Рух обмежено.",
        "Mobile library, Zoloti Prudy: Thu 19 Mar 09:30-10:15 instead of Wed 18 Mar. Road restricted.",
    ),
    "another time for good": (
        change_for_good(OLD, date(2026, 3, 16), (MON, move(WED, "s5", 60), MON2)),
        Why.UNSAID,
        "Золоті Пруди: бібліобус. З 16 березня 2026 року бібліобус приїздить так: "
        "середа 10:20–11:05, Бібліобус 2 (тиждень 1). Перший приїзд: середа, 18 березня 2026 року, 10:20–11:05. "
        "Досі: середа 09:20–10:05, Бібліобус 2 (тиждень 1).",
        "Zoloti Prudy: the mobile library. From March 16, 2026 the bus comes: Wednesday 10:20–11:05, Bus 2 (week 1). "
        "First visit: Wednesday, March 18, 2026, 10:20–11:05. Until now: Wednesday 09:20–10:05, Bus 2 (week 1).",
        "Бібліобус, Золоті Пруди: з 16.03 середа 10:20-11:05, Бібліобус 2 (тиждень 1).",
        "Mobile library, Zoloti Prudy: from 16 Mar: Wednesday 10:20-11:05, Bus 2 (week 1).",
    ),
    "lost until further notice": (
        change_for_good(OLD, date(2026, 3, 9), (MON, WED, leave_out(MON2, "s4"))),
        Why.CLOSED,
        "Іванівка: бібліобус. Через закриття дороги графік змінюється. "
        "З 9 березня 2026 року бібліобус не приїздить до окремого оголошення. "
        "Досі: понеділок 09:20–09:50, Бібліобус 1 (тиждень 2).",
        "Ivanivka: the mobile library. A road is closed, so the timetable changes. "
        "From March 9, 2026 the bus does not come until further notice. Until now: Monday 09:20–09:50, Bus 1 (week 2).",
        "Бібліобус, Іванівка: з 09.03 не приїздить. Дорогу закрито.",
        "Mobile library, Ivanivka: from 9 Mar no longer. Road closed.",
    ),
    "new": (
        change_for_good(OLD, date(2026, 3, 16), (*OLD.tours, ELSEWHERE)),
        Why.UNSAID,
        "Далека Балка: бібліобус. Нове: з 16 березня 2026 року бібліобус приїздить так: "
        "п’ятниця 10:00–10:30, Бібліобус 2 (тиждень 1). Перший приїзд: п’ятниця, 20 березня 2026 року, 10:00–10:30.",
        "Daleka Balka: the mobile library. New: from March 16, 2026 the bus comes: Friday 10:00–10:30, Bus 2 (week 1). "
        "First visit: Friday, March 20, 2026, 10:00–10:30.",
        "Бібліобус, Далека Балка: уперше з 16.03, п'ятниця 10:00-10:30, Бібліобус 2 (тиждень 1).",
        "Mobile library, Daleka Balka: new: from 16 Mar: Friday 10:00-10:30, Bus 2 (week 1).",
    ),
    "the bus is in repair": (
        change_for_a_time(OLD, *THREE_WEEKS, dropped=[WED]),
        Why.BUS,
        "Золоті Пруди: бібліобус. Бібліобус тимчасово не працює, тому графік змінюється. "
        "Бібліобус не приїде в середу, 18 березня 2026 року. Після 22 березня 2026 року знову діє попередній графік.",
        "Zoloti Prudy: the mobile library. The bus is out of service, so the timetable changes for a time. "
        "The bus does not come on Wednesday, March 18, 2026. After March 22, 2026 the timetable of before holds again.",
        "Бібліобус, Золоті Пруди: ср 18.03 не приїде. Бібліобус не працює.",
        "Mobile library, Zoloti Prudy: not Wed 18 Mar. Bus out of service.",
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_a_notice_tells_in_plain_words_what_changes_from_when_until_when_and_why(story):
    new, why, *expected = STORIES[story]

    (notice,) = tell(new, why)

    assert [plain(text) for text in (*notice.texts, *notice.messages)] == expected


def test_many_visits_are_told_as_a_span_and_not_beyond_the_date_on_which_the_change_ends():
    new = change_for_a_time(OLD, date(2026, 3, 16), date(2026, 8, 30), leave_out(MON, "s2"), leave_out(MON2, "s2"))

    (notice,) = tell(new)

    assert "From March 16, 2026 to August 30, 2026 the bus does not come. After August 30, 2026" in notice.texts[1]
    assert "З 16 березня 2026 року до 30 серпня 2026 року включно бібліобус не приїздить." in plain(notice.texts[0])
    assert notice.messages[1] == (
        "Mobile library, Andriivka: not from 16 Mar to 30 Aug. Road closed. After 30 Aug as before."
    )
    assert (notice.first, notice.last) == (date(2026, 3, 16), date(2026, 8, 24))


def test_a_long_change_of_time_names_the_week_that_posters_name():
    new = change_for_a_time(OLD, date(2026, 3, 9), date(2026, 9, 6), move(MON2, "s4", 30))

    (notice,) = tell(new)

    assert (
        "From March 9, 2026 to September 6, 2026 the bus comes: Monday 09:50–10:20, Bus 1 (week 2) "
        "(until now: Monday 09:20–09:50, Bus 1 (week 2))."
    ) in notice.texts[1]


def test_two_changes_with_their_own_ends_are_told_each_with_its_own():
    one = change_for_a_time(OLD, *THREE_WEEKS, leave_out(MON, "s3"))
    both = change_for_a_time(one, date(2026, 3, 23), date(2026, 4, 5), leave_out(MON2, "s4"), dropped=[WED])

    texts = {notice.place.settlement_id: notice.texts[1] for notice in tell(both)}

    assert texts["s3"].endswith("After March 22, 2026 the timetable of before holds again.")
    assert texts["s4"].endswith("After April 5, 2026 the timetable of before holds again.")
    assert texts["s4"].split(". ")[2] == "The bus does not come on Monday, March 23, 2026"


def test_nobody_is_told_of_what_stays_within_the_tolerance_or_of_the_order():
    new = change_for_a_time(OLD, *THREE_WEEKS, move(MON, "s3", 15))
    comparison = compare_plans(OLD, new)

    assert [place.kind.value for place in comparison.places] == ["slight"]
    assert tell(new) == ()
    assert render_notices(tell(new)) == {
        "notices.csv": render_notices(())["notices.csv"],
        "notices.txt": b"",
    }
    assert tell(change_for_a_time(OLD, *THREE_WEEKS, move(MON, "s3", 16))) != ()


def test_a_place_whose_new_visit_stands_beside_a_slight_shift_is_told_of_the_new_one_only():
    new = change_for_a_time(OLD, *THREE_WEEKS, move(MON, "s2", 5), make_tour("b2", 1, ("s2", 90, 60)))

    (notice,) = tell(new)

    assert notice.change.value == "new"
    assert "The bus also comes on Tuesday, March 17, 2026, 09:30–10:30." in notice.texts[1]
    assert "March 16" not in notice.texts[1]


def test_the_reason_names_no_road_since_everybody_may_not_know_of_road_changes():
    assert not may_see(Audience.PUBLIC, "road_changes")
    assert {why.value for why in Why} == {"closed", "restricted", "bus", ""}


def test_the_table_for_senders_keeps_its_columns_first_and_counts_segments():
    new, why, *_ = STORIES["closed for a week"]

    (row,) = csv.DictReader(io.StringIO(render_notices(tell(new, why))["notices.csv"].decode("utf-8-sig")))

    assert list(row)[:7] == ["settlement_id", "name_uk", "name_latin", "hromada", "change", "text_uk", "text_en"]
    assert (row["segments_uk"], row["segments_en"]) == ("1", "1")
    assert (row["first_date"], row["last_date"]) == ("2026-03-16", "2026-03-16")


def test_exceptions_keep_their_columns_and_name_slight_shifts_too():
    new = change_for_a_time(OLD, *THREE_WEEKS, move(MON, "s3", 5))

    rows = list(csv.reader(io.StringIO(render_exceptions(compare_plans(OLD, new), SETTLEMENTS).decode("utf-8-sig"))))

    assert rows == [
        ["settlement_id", "name_uk", "change"]
        + [f"{side}_{what}" for side in ("old", "new") for what in ("date", "start", "end", "bus")],
        ["s3", "Єлизаветівка", "slight", "2026-03-16", "10:35", "11:05", "b1", "2026-03-16", "10:40", "11:10", "b1"],
    ]


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("[" * 80, 1),
        ("[" * 81, 2),
        ("[" * 153, 3),  # 76 in each segment: none is cut in two
        ("ї" * 70, 1),
        ("ї" * 71, 2),
        ("ї" * 134, 2),
        ("ї" * 135, 3),
        ("a" * 70 + "’", 2),
        ("😀" * 35, 1),
        ("😀" * 67, 3),  # 33 in each segment of 67 units
    ],
)
def test_segments_are_counted_as_networks_count_them(text, segments):
    assert count_segments(text) == segments


@pytest.mark.parametrize(
    ("day", "uk", "en"),
    [
        (date(2026, 3, 9), "в понеділок, 9 березня 2026 року", "on Monday, March 9, 2026"),
        (date(2026, 1, 6), "у вівторок, 6 січня 2026 року", "on Tuesday, January 6, 2026"),
        (date(2026, 4, 1), "в середу, 1 квітня 2026 року", "on Wednesday, April 1, 2026"),
        (date(2026, 12, 31), "в четвер, 31 грудня 2026 року", "on Thursday, December 31, 2026"),
        (date(2026, 5, 22), "в п’ятницю, 22 травня 2026 року", "on Friday, May 22, 2026"),
        (date(2026, 8, 1), "в суботу, 1 серпня 2026 року", "on Saturday, August 1, 2026"),
        (date(2027, 2, 28), "в неділю, 28 лютого 2027 року", "on Sunday, February 28, 2027"),
    ],
)
def test_a_date_stands_with_its_weekday_in_the_sentence(day, uk, en):
    assert (plain(write_day(day, UK)), write_day(day, EN)) == (uk, en)


def test_a_few_dates_are_listed_with_their_weekdays():
    new = change_for_a_time(OLD, date(2026, 3, 9), date(2026, 4, 12), leave_out(MON2, "s4"))

    (notice,) = tell(new)

    assert (
        "Бібліобус не приїде в понеділок, 9 березня 2026 року, в понеділок, 23 березня 2026 року, "
        "та в понеділок, 6 квітня 2026 року."
    ) in plain(notice.texts[0])
    assert (
        "The bus does not come on Monday, March 9, 2026, on Monday, March 23, 2026, and on Monday, April 6, 2026."
    ) in notice.texts[1]
    assert notice.messages[0] == "Бібліобус, Іванівка: пн 09.03, пн 23.03, пн 06.04 не приїде. Дорогу закрито."
