"""Shape of the parts of ``scenario.toml`` that are about dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field, Strict

_FORBID: dict[str, str] = {"extra": "forbid"}

Note: TypeAlias = Annotated[str, Strict(), Field(max_length=2000)]
Day: TypeAlias = Annotated[date, Strict(), Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]


@dataclass(frozen=True)
class SpanShape:
    """
    An element of ``no_service`` and ``school_terms``.

    Parameters
    ----------
    first
        First date.
    last
        Last date; the first if it is not there.
    note
        Why.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID
    first: Day
    last: Day | None = None
    note: Note = ""


@dataclass(frozen=True)
class ExtraShape:
    """
    An element of ``extra_service``.

    Parameters
    ----------
    date
        Date of service.
    instead_of
        Date whose tours are driven on it.
    note
        Why.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID
    date: Day
    instead_of: Day | None = None
    note: Note = ""


@dataclass(frozen=True)
class CalendarShape:
    """
    Table ``[calendar]``.

    Parameters
    ----------
    holidays
        Country whose public holidays are kept; empty for none.
    no_service
        Dates without service.
    extra_service
        Dates of service beside the cycle.
    school_terms
        Terms of the schools.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID
    holidays: Note = ""
    no_service: tuple[SpanShape, ...] = ()
    extra_service: tuple[ExtraShape, ...] = ()
    school_terms: tuple[SpanShape, ...] = ()
