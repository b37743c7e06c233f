"""Windows as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bibliobus.domain.calendar import WeeklyWindow
from bibliobus.findings import Place
from bibliobus.inputs.tables.cells import WindowError, format_windows, parse_span, parse_weekday, parse_windows
from bibliobus.words.language import Language

HOUR = 3600


def test_ranges_and_single_days_are_read() -> None:
    windows = parse_windows("Mon-Tue 09:00-15:00; Sat 10:00-12:00")

    assert windows == (
        WeeklyWindow(0, 9 * HOUR, 15 * HOUR),
        WeeklyWindow(1, 9 * HOUR, 15 * HOUR),
        WeeklyWindow(5, 10 * HOUR, 12 * HOUR),
    )


def test_ukrainian_weekdays_lists_and_dashes_are_read() -> None:
    windows = parse_windows("Пн, ср–ЧТ 9:00–12:00, 13:00 - 24:00;")

    assert format_windows(windows) == (
        "Mon 09:00-12:00,13:00-24:00; Wed 09:00-12:00,13:00-24:00; Thu 09:00-12:00,13:00-24:00"
    )


def test_empty_text_means_any_time() -> None:
    assert parse_windows("  ") == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("mornings", "“mornings” is not a time window: weekdays and a span of time are expected."),
        (";", "“;” is not a time window: weekdays and a span of time are expected."),
        ("09:00-15:00", "“09:00-15:00” is not a time window: weekdays and a span of time are expected."),
        ("Mon 9-15", "“Mon 9-15” is not a time window: weekdays and a span of time are expected."),
        ("Mon 09:00", "“Mon 09:00” is not a time window: weekdays and a span of time are expected."),
        (
            "Mon-Tue-Wed 09:00-10:00",
            "“Mon-Tue-Wed 09:00-10:00” is not a time window: weekdays and a span of time are expected.",
        ),
        ("Mon 15:00-09:00", "The window “Mon 15:00-09:00” ends before it begins, or lasts no time at all."),
        ("Mon 09:00-09:00", "The window “Mon 09:00-09:00” ends before it begins, or lasts no time at all."),
        ("Fri-Mon 09:00-10:00", "The window “Fri-Mon 09:00-10:00” ends before it begins, or lasts no time at all."),
        (
            "Mon 09:00-11:00; Mon 10:00-12:00",
            "Two windows on the same weekday overlap in “Mon 09:00-11:00; Mon 10:00-12:00”.",
        ),
    ],
)
def test_other_texts_are_refused_with_a_reason(text: str, sentence: str) -> None:
    with pytest.raises(WindowError) as caught:
        parse_windows(text)

    finding = caught.value.kind.at(Place(), value=caught.value.part)
    assert finding.sentence.render(Language("en")) == sentence


@st.composite
def weeks_of_windows(draw: st.DrawFn) -> tuple[WeeklyWindow, ...]:
    """Windows that do not overlap."""
    windows = []
    for weekday in range(7):
        minutes = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
        windows += [
            WeeklyWindow(weekday, 60 * start, 60 * end) for start, end in zip(minutes[::2], minutes[1::2], strict=False)
        ]
    return tuple(windows)


@given(weeks_of_windows())
def test_windows_survive_being_written_and_read(windows: tuple[WeeklyWindow, ...]) -> None:
    assert parse_windows(format_windows(windows)) == windows


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_windows(text)
    except WindowError as error:
        assert error.kind.code.startswith("windows-")


def test_spans_and_weekdays_are_read_alone() -> None:
    assert parse_span("08:00-17:00") == (8 * HOUR, 17 * HOUR)
    assert [parse_weekday(name) for name in ("Sun", "нд", "Пн.")] == [6, 6, 0]
