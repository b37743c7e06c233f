"""Requests of residents: what a settlement wishes for, since when, and how many have signed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class Wish(StrEnum):
    """What residents wish for."""

    VISIT = "visit"
    MORE_OFTEN = "more_often"
    LONGER = "longer"
    OTHER_DAY = "other_day"
    OTHER_TIME = "other_time"
    OTHER = "other"


@dataclass(frozen=True)
class Request:
    """
    One request.

    Parameters
    ----------
    request_id
        Unique text.
    settlement_id
        Settlement whose residents ask.
    wish
        What they wish for.
    wanted
        How: weeks between visits for `Wish.MORE_OFTEN`, seconds of a stay for `Wish.LONGER`, weekdays 0 (Monday) to 6
        for `Wish.OTHER_DAY`, first and last second after midnight for `Wish.OTHER_TIME`; empty for the others.
    day
        When it was made; None if that is not known.
    signatures
        How many have signed, 1 or more.
    note
        Free text; the wish itself for `Wish.OTHER`.
    """

    request_id: str
    settlement_id: str
    wish: Wish
    wanted: tuple[int, ...] = ()
    day: date | None = None
    signatures: int = 1
    note: str = ""
