from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bibliobus.words.language import DAY_S, format_clock, parse_clock, round_up


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_rounding_up_gives_the_smallest_multiple_that_is_not_below(value, step):
    rounded = round_up(value, step)

    assert rounded % step == 0
    assert 0 <= rounded - value < step


@given(st.integers(0, 24 * 60))
def test_a_clock_time_reads_as_it_is_written(minutes):
    assert parse_clock(format_clock(minutes * 60)) == minutes * 60


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("00:00", 0), ("9:05", 9 * 3600 + 300), (" 09:05 ", 9 * 3600 + 300), ("23:59", DAY_S - 60), ("24:00", DAY_S)],
)
def test_a_clock_time_is_seconds_after_midnight(text, seconds):
    assert parse_clock(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["", ":", "9", "9:", ":30", "9:5", "9:60", "24:01", "25:00", "-1:00", "009:00", "9.30", "9:30:00", "9:3a", "²:00",
     "٩:٠٠", "+9:00", "9 :00"],
)  # fmt: skip
def test_what_is_no_clock_time_is_refused(text):
    with pytest.raises(ValueError, match="^") as caught:
        parse_clock(text)

    assert str(caught.value) == text


def test_seconds_beyond_the_full_minute_are_dropped():
    assert format_clock(9 * 3600 + 59) == "09:00"
