"""Whole seconds and whole metres, and the texts people write for them."""

from __future__ import annotations

from typing import Final

MINUTE_S: Final = 60
HOUR_S: Final = 3600
DAY_S: Final = 86_400
KM_M: Final = 1000


def round_up(value: int, step: int) -> int:
    """
    Round a whole number up to the next multiple of a step.

    Returns the smallest multiple of `step` that is not below `value`.
    """
    return -(-value // step) * step


def parse_clock(text: str) -> int:
    """
    Parse a clock time.

    Parameters
    ----------
    text
        ``H:MM`` or ``HH:MM``, from 00:00 to 24:00.

    Returns
    -------
    int
        Seconds after midnight.

    Raises
    ------
    ValueError
        If the text is no clock time.
    """
    hours, colon, minutes = text.strip().partition(":")
    if not (colon and hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()):
        raise ValueError(text)
    if len(hours) > 2 or len(minutes) != 2 or int(minutes) > 59:
        raise ValueError(text)
    seconds = int(hours) * HOUR_S + int(minutes) * MINUTE_S
    if seconds > DAY_S:
        raise ValueError(text)
    return seconds


def format_clock(seconds: int) -> str:
    """
    Format seconds after midnight as a 24-hour clock time.

    Parameters
    ----------
    seconds
        Seconds after midnight, 0 or more; seconds beyond the full minute are dropped.

    Returns
    -------
    str
        ``HH:MM``.
    """
    return f"{seconds // HOUR_S:02d}:{seconds % HOUR_S // MINUTE_S:02d}"
