"""Shape of the parts of ``scenario.toml`` that are about dates and single settlements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field, Strict

from bibliobus.inputs.bounds import within

_FORBID: dict[str, str] = {"extra": "forbid"}

Note: TypeAlias = Annotated[str, Strict(), Field(max_length=2000)]
Id: TypeAlias = Annotated[str, Strict(), Field(min_length=1, max_length=100)]
Name: TypeAlias = Annotated[str, Strict(), Field(min_length=1, max_length=200)]
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


@dataclass(frozen=True)
class StopShape:
    """
    Table ``[[stops]]``.

    Parameters
    ----------
    settlement_id
        The settlement.
    weekdays
        Weekdays on which it may be visited.
    forbidden_weekdays
        Weekdays on which it may not be visited.
    load
        What one visit takes of the capacity of a bus.
    school_terms_only
        Whether the bus calls in school terms only.
    unserved_since
        Date since which nothing has served it.
    note
        Why.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID
    settlement_id: Id
    weekdays: tuple[Name, ...] = ()
    forbidden_weekdays: tuple[Name, ...] = ()
    load: Annotated[int, Strict(), within("stops.load")] = 0
    school_terms_only: Annotated[bool, Strict()] = False
    unserved_since: Annotated[date, Strict(), Field(ge=date(1900, 1, 1), le=date(2100, 12, 31))] | None = None
    note: Note = ""


@dataclass(frozen=True)
class CurfewShape:
    """
    Table ``[[curfews]]``.

    Parameters
    ----------
    hours
        From when to when; may go over midnight.
    settlements
        Ids of settlements.
    hromadas
        Names of hromadas.
    raions
        Names of raions.
    first
        First date.
    last
        Last date.
    margin_min
        Minutes before and after it.
    note
        Source or reason.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID
    hours: Name
    settlements: tuple[Id, ...] = ()
    hromadas: tuple[Name, ...] = ()
    raions: tuple[Name, ...] = ()
    first: Day | None = None
    last: Day | None = None
    margin_min: Annotated[int, Strict(), within("curfews.margin_min")] = 30
    note: Note = ""


@dataclass(frozen=True)
class LockShape:
    """
    Table ``[[locks]]``.

    Parameters
    ----------
    settlement_id
        The settlement.
    weekday
        Weekday of its visits.
    week
        Week of the cycle in which one of its visits falls.
    time
        Clock time when the bus opens.
    bus
        Id of the bus.
    position
        Number of the call in its tour, -1 for the last.
    note
        Why.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID
    settlement_id: Id
    weekday: Name | None = None
    week: Annotated[int, Strict(), within("locks.week")] | None = None
    time: Name | None = None
    bus: Id | None = None
    position: Annotated[int, Strict(), within("locks.position")] | None = None
    note: Note = ""
