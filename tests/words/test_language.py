from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bibliobus.words.language import DEFAULT_LANGUAGE, LANGUAGES, N_, NN_, Language
from bibliobus.words.text import Count, CycleDay, Duration, Length, Name, Number, Rhythm, Text, Wording

EN, UK = Language("en"), Language("uk")
SPACE = "\N{NO-BREAK SPACE}"


def test_a_marked_message_is_unchanged():
    assert N_("Some {value}") == "Some {value}"


def test_a_marked_plural_is_unchanged():
    assert NN_("{count} week", "{count} weeks") == ("{count} week", "{count} weeks")


def test_there_are_two_languages_and_ukrainian_is_the_default():
    assert LANGUAGES == ("uk", "en")
    assert DEFAULT_LANGUAGE == "uk"


@pytest.mark.parametrize("language", [EN, UK])
def test_nothing_translates_to_nothing(language):
    # The empty message of a catalogue is its header.
    assert language.gettext("") == ""


@pytest.mark.parametrize("language", [EN, UK])
def test_a_message_nobody_translated_stays_english(language):
    assert language.gettext("A sentence in no catalogue.") == "A sentence in no catalogue."


@pytest.mark.parametrize(
    ("value", "decimals", "english", "ukrainian"),
    [
        (0, 0, "0", "0"),
        (1234, 0, "1,234", f"1{SPACE}234"),
        (1234567.891, 2, "1,234,567.89", f"1{SPACE}234{SPACE}567,89"),
        (12.25, 1, "12.2", "12,2"),
        (-5, 0, "-5", "-5"),
    ],
)
def test_a_number_has_the_marks_of_its_language(value, decimals, english, ukrainian):
    assert EN.number(value, decimals) == english
    assert UK.number(value, decimals) == ukrainian


def test_a_share_is_written_in_whole_percent():
    assert EN.percent(0.625) == "62%"
    assert UK.percent(0.625) == f"62{SPACE}%"
    assert EN.percent(1) == "100%"


def test_a_length_is_written_in_kilometres():
    assert EN.kilometres(12_345) == f"12.3{SPACE}km"
    assert UK.kilometres(12_345).startswith(f"12,3{SPACE}")
    assert EN.kilometres(1_234_567) == f"1,234.6{SPACE}km"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 min"), (29, "0 min"), (31, "1 min"), (45 * 60, "45 min"), (3599, "1 h 00 min"), (7500, "2 h 05 min")],
)
def test_a_duration_is_written_in_hours_and_minutes(seconds, text):
    assert EN.duration(seconds) == text.replace(" ", SPACE)


@given(st.integers(0, 10**6))
def test_a_duration_is_right_to_the_minute(seconds):
    words = EN.duration(seconds).replace("h", "").replace("min", "").split()

    minutes = int(words[-1]) + (60 * int(words[0]) if len(words) == 2 else 0)
    assert abs(minutes * 60 - seconds) <= 30


def test_weekdays_begin_with_monday():
    assert [EN.weekday(day) for day in (0, 6)] == ["Monday", "Sunday"]
    assert [UK.weekday(day) for day in (0, 6)] == ["понеділок", "неділя"]
    assert [EN.weekday_short(day) for day in (0, 6)] == ["Mon", "Sun"]
    assert [UK.weekday_short(day) for day in (0, 6)] == ["пн", "нд"]


def test_a_date_is_written_in_full():
    assert EN.date(date(2026, 3, 2)) == "March 2, 2026"
    # One of the spaces is a narrow one that does not break.
    assert " ".join(UK.date(date(2026, 3, 2)).split()) == "2 березня 2026 року"


@pytest.mark.parametrize(
    ("uk", "en", "ukrainian", "english"),
    [
        ("Ямпіль", "Yampil", "Ямпіль", "Yampil"),
        ("Ямпіль", "", "Ямпіль", "Ямпіль"),
        ("", "Yampil", "Yampil", "Yampil"),
    ],
)
def test_a_name_has_the_spelling_of_the_language_or_the_other_one(uk, en, ukrainian, english):
    name = Name(uk, en)

    assert name.render(UK) == ukrainian
    assert name.render(EN) == english


@pytest.mark.parametrize(("count", "text"), [(1, "1 stop"), (2, "2 stops"), (0, "0 stops"), (1200, "1,200 stops")])
def test_a_count_has_its_plural(count, text):
    assert EN.ngettext("{count} stop", "{count} stops", count) == text


@pytest.mark.parametrize(
    ("value", "english", "ukrainian"),
    [
        (0, "0", "0"),
        (200.0, "200", "200"),
        (0.3, "0.3", "0,3"),
        (0.001, "0.001", "0,001"),
        (1e-05, "0.00001", "0,00001"),
        (10_000_000, "10,000,000", f"10{SPACE}000{SPACE}000"),
        (-2.50, "-2.5", "-2,5"),
        (float("inf"), "inf", "inf"),
    ],
)
def test_a_number_is_written_with_the_decimals_it_has(value, english, ukrainian):
    assert Number(value).render(EN) == english
    assert Number(value).render(UK) == ukrainian


def test_a_counted_thing_has_its_plural_in_every_language():
    english = [Count("{count} row", "{count} rows", count).render(EN) for count in (1, 2, 5, 1000)]
    ukrainian = [Count("{count} row", "{count} rows", count).render(UK) for count in (1, 2, 5, 21, 1000)]

    assert english == ["1 row", "2 rows", "5 rows", "1,000 rows"]
    assert ukrainian == ["1 рядок", "2 рядки", "5 рядків", "21 рядок", f"1{SPACE}000 рядків"]


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_too_little_time_reads_as_less_than_what_is_needed(found, needed):
    less, more = Duration.rounded_down(found), Duration.rounded_up(needed)

    assert (less.seconds < more.seconds) or found >= needed
    assert less.seconds % 60 == more.seconds % 60 == 0


def test_less_than_no_time_is_none():
    assert Duration.rounded_down(-90) == Duration(0)


def test_a_sentence_is_filled_with_values_and_further_wordings():
    text = Text(
        "{name}: {stay}, {way}, {day}, {count}, {inner}",
        {
            "name": Name("Ямпіль", "Yampil"),
            "stay": Duration(1800),
            "way": Length(4200),
            "day": CycleDay(8),
            "count": 3,
            "inner": Text("so {what}", {"what": "it is"}),
        },
    )

    words = text.render(EN)

    assert words == f"Yampil: 30{SPACE}min, 4.2{SPACE}km, Tuesday, week 2, 3, so it is"


@pytest.mark.parametrize(
    "wording",
    [Text("a"), Name("a", "b"), Duration(1), Length(1), CycleDay(1), Number(1), Rhythm(1), Count("a", "b", 1)],
)
def test_every_wording_is_one(wording):
    assert isinstance(wording, Wording)


@pytest.mark.parametrize(("weeks", "words"), [(1, "every week"), (2, "every 2 weeks"), (4, "every 4 weeks")])
def test_a_rhythm_is_told_in_weeks(weeks, words):
    assert Rhythm(weeks).render(EN) == words


@pytest.mark.parametrize(
    ("weeks", "words"), [(1, "щотижня"), (2, "раз на 2 тижні"), (5, "раз на 5 тижнів"), (21, "раз на 21 тиждень")]
)
def test_a_ukrainian_rhythm_of_many_weeks_is_not_a_weekly_one(weeks, words):
    assert Rhythm(weeks).render(UK) == words


def test_no_ukrainian_date_ends_with_the_dot_of_an_abbreviation():
    days = [date(2026, month, 28) for month in range(1, 13)]

    assert [UK.date(day) for day in days if UK.date(day).endswith(".")] == []


@pytest.mark.parametrize(("code", "uk", "en"), [("UAH", "грн", "UAH"), ("EUR", "євро", "EUR"), ("PLN", "PLN", "PLN")])
def test_a_currency_is_named_as_people_write_it(code, uk, en):
    assert (UK.currency(code), EN.currency(code)) == (uk, en)


@pytest.mark.parametrize(("day", "words"), [(0, "Monday, week 1"), (13, "Sunday, week 2"), (21, "Monday, week 4")])
def test_a_day_of_the_cycle_has_a_weekday_and_a_week(day, words):
    assert CycleDay(day).render(EN) == words


def test_a_rhythm_is_put_into_words() -> None:
    words = [Language("en").rhythm(weeks) for weeks in (1, 2, 4)]

    assert words == ["every week", "every 2 weeks", "every 4 weeks"]
