"""Plan: tours with names, dates and clock times; what is published, stored and compared."""

from __future__ import annotations

import datetime  # noqa: TC003 - the reader of plan.json looks the types up
from collections.abc import Iterable, Mapping  # noqa: TC003 - likewise
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from bibliobus.domain.calendar import WEEK_DAYS, Cycle, DateSpan


@dataclass(frozen=True)
class Leg:
    """
    One drive between two places.

    Parameters
    ----------
    from_id
        Place it leaves: a settlement, or ``depot/…``.
    to_id
        Place it reaches.
    leave_s
        Seconds after midnight.
    arrive_s
        Seconds after midnight; buffer and rounding to the grid included.
    driving_s
        Driving without buffer.
    length_m
        Metres by road.
    """

    from_id: str
    to_id: str
    leave_s: int
    arrive_s: int
    driving_s: int
    length_m: int


@dataclass(frozen=True)
class Call:
    """
    One stay at a stop.

    Parameters
    ----------
    settlement_id
        Settlement served.
    start_s
        Seconds after midnight when the bus opens: the published arrival.
    end_s
        Seconds after midnight when it closes: the published departure.
    """

    settlement_id: str
    start_s: int
    end_s: int


@dataclass(frozen=True)
class Pause:
    """A break of the crew: the meal break, which is unpaid, or a further break that the driver needs."""

    place_id: str
    start_s: int
    end_s: int
    is_meal: bool = True


Row: TypeAlias = Leg | Call | Pause


@dataclass(frozen=True)
class TourName:
    """Bus and day of the cycle, by which a tour is known."""

    bus_id: str
    day: int


@dataclass(frozen=True)
class Tour:
    """
    One bus on one day of the cycle.

    Parameters
    ----------
    bus_id
        The bus.
    day
        Day of the cycle, 0 is the Monday of week 1.
    rows
        Legs, calls and breaks in the order of time.
    date
        First date on which it is driven, as a file says it; None where only the cycle says it. It follows from the
        cycle and makes no tour another.
    """

    bus_id: str
    day: int
    rows: tuple[Row, ...]
    date: datetime.date | None = field(default=None, compare=False)

    @property
    def tour_id(self) -> str:
        """Name of the tour that never changes: bus and day of the cycle."""
        return f"{self.bus_id}/{self.day}"

    @property
    def legs(self) -> tuple[Leg, ...]:
        """Drives in order."""
        return tuple(row for row in self.rows if isinstance(row, Leg))

    @property
    def calls(self) -> tuple[Call, ...]:
        """Stays in order."""
        return tuple(row for row in self.rows if isinstance(row, Call))

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """Meal breaks in order."""
        return tuple(row for row in self.rows if isinstance(row, Pause) and row.is_meal)

    @property
    def rests(self) -> tuple[Pause, ...]:
        """Further breaks for the driver in order."""
        return tuple(row for row in self.rows if isinstance(row, Pause) and not row.is_meal)

    @property
    def leave_s(self) -> int:
        """Leaving of the depot in seconds after midnight."""
        return self.legs[0].leave_s

    @property
    def return_s(self) -> int:
        """Return to the depot in seconds after midnight."""
        return self.legs[-1].arrive_s


class PeriodCause(StrEnum):
    """Why other tours are driven for a time than those of the cycle."""

    CHANGE = "change"
    BUS = "bus"
    BEFORE = "before"


@dataclass(frozen=True)
class Period:
    """
    Dates on which other tours are driven than those of the cycle.

    Parameters
    ----------
    first, last
        First and last date.
    cause
        Why: roads, stops or fleet are others for a time; a bus does not drive; or the timetable of before still holds.
    tours
        Tours in the place of those of the same bus and day of the cycle, or beside them, sorted by day and bus. Each is
        driven on every date of the period that has its day of the cycle.
    dropped
        Bus and day of each tour of the cycle that is not driven, sorted by day and bus.
    """

    first: datetime.date
    last: datetime.date
    cause: PeriodCause
    tours: tuple[Tour, ...] = ()
    dropped: tuple[TourName, ...] = ()

    def __contains__(self, day: object) -> bool:
        """Whether a date lies in the period."""
        return isinstance(day, datetime.date) and self.first <= day <= self.last

    def date_of(self, cycle: Cycle, day: int) -> datetime.date:
        """First date of the period that has a day of the cycle; after its last date if none has."""
        weeks = cycle.weeks * WEEK_DAYS
        return self.first + datetime.timedelta(days=(day - (self.first - cycle.first_day).days) % weeks)

    def replace_tours(self, tours: Iterable[Tour]) -> tuple[Tour, ...]:
        """Tours of the period: those of the cycle, but for the replaced and the dropped ones; sorted by day and bus."""
        gone = {(tour.bus_id, tour.day) for tour in self.tours} | {(name.bus_id, name.day) for name in self.dropped}
        kept = (tour for tour in tours if (tour.bus_id, tour.day) not in gone)
        return tuple(sorted((*kept, *self.tours), key=lambda tour: (tour.day, tour.bus_id)))


class Standing(StrEnum):
    """How a settlement stands in a plan."""

    SERVED = "served"
    NOT_NEEDED = "not_needed"
    UNSERVED = "unserved"


@dataclass(frozen=True)
class Reason:
    """
    Why a settlement is not served.

    Parameters
    ----------
    code
        One of the codes of `bibliobus.plan.explain.reasons`.
    impossible
        True if it was proved that no plan with these rules serves it; False if it was sacrificed
        to others.
    values
        Numbers and names behind the reason, as plain strings and whole numbers.
    """

    code: str
    impossible: bool
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Account:
    """
    How one settlement stands in a plan.

    Parameters
    ----------
    settlement_id
        The settlement.
    standing
        Served, not needed, or unserved.
    population
        Residents, counted or assumed.
    need
        Residents weighted by distance to the nearest library, rounded; 0 if not needed.
    rhythm_weeks
        Weeks between visits; 0 if not needed.
    library_id, library_m
        Nearest library by road and metres to it; empty and None if none can be reached.
    reason
        Why it is not served; None unless unserved.
    """

    settlement_id: str
    standing: Standing
    population: int
    need: int
    rhythm_weeks: int
    library_id: str
    library_m: int | None
    reason: Reason | None = None


@dataclass(frozen=True)
class Provenance:
    """
    What made a plan.

    ``iterations``: Steps the search was given, or, where time or an interrupt ended it, those it did.
    ``cost``: Cost in hundredths of a minute of paid time, rewards of the unserved included.
    ``bound``: A proved lower bound of the cost; None where none is known.
    ``digests``: ``sha256:…`` of each input file by name.
    ``libraries``: Version by name of each library that decides the plan or its papers; empty where it is not known.
    """

    version: str
    solver: str
    seed: int
    iterations: int
    status: str
    ended_by: str
    cost: int
    bound: int | None
    weights: Mapping[str, int | float]
    digests: Mapping[str, str]
    libraries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """
    A timetable for one cycle, complete with the account of every settlement.

    Parameters
    ----------
    area_id
        Name of the area.
    language
        Language of the outputs, ``uk`` or ``en``.
    cycle
        Weeks until it repeats, and its first day.
    estimated
        True if distances or times are estimates, which every output must say.
    tours
        Sorted by day and bus.
    accounts
        One for every settlement of the area, sorted by id.
    figures
        Key figures by name, as measured by `bibliobus.plan.measure.figures`.
    provenance
        What made it.
    notice_uk, notice_en
        Warning of the scenario that every output carries, in Ukrainian and English; may be empty.
    holds_from
        First date on which a plan made anew may differ from what was announced before; None if it was not made anew.
    roads_on
        Date whose roads the cycle is driven on, once every period is over; None means those of its first weeks.
    ends
        Last date, by id, of road changes that were planned for a time and say no end of their own, or a later one.
    meanwhile
        Dates on which other decisions of the planner hold, which lie beside the scenario; None if there are none.
    periods
        Dates on which other tours are driven, none twice, in their order.
    """

    area_id: str
    language: str
    cycle: Cycle
    estimated: bool
    tours: tuple[Tour, ...]
    accounts: tuple[Account, ...]
    figures: Mapping[str, int | float]
    provenance: Provenance
    notice_uk: str = ""
    notice_en: str = ""
    holds_from: datetime.date | None = None
    roads_on: datetime.date | None = None
    ends: Mapping[str, datetime.date] = field(default_factory=dict)
    meanwhile: DateSpan | None = None
    periods: tuple[Period, ...] = ()

    @property
    def all_tours(self) -> tuple[Tour, ...]:
        """Tours of the cycle, then those of the periods."""
        return (*self.tours, *(tour for period in self.periods for tour in period.tours))
