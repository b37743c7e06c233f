"""Service dates: on which dates the tours of a cycle are driven, and why not on others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.inputs.norms import list_holidays
from bibliobus.plan.plan import PeriodCause
from bibliobus.words.language import N_
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from bibliobus.domain.calendar import Cycle
    from bibliobus.domain.scenario import Scenario
    from bibliobus.inputs.norms import Holiday
    from bibliobus.plan.plan import Period, Plan, Tour
    from bibliobus.words.language import Language


class Cause(StrEnum):
    """Why a tour of the cycle is not driven on one of its dates."""

    HOLIDAY = "holiday"
    NO_SERVICE = "no-service"
    MOVED = "moved"
    BUS_OFF = "bus-off"
    NO_SCHOOL = "no-school"
    CHANGED = "changed"


CAUSES: Final[Mapping[Cause, str]] = {
    Cause.HOLIDAY: N_("Public holiday: {name}"),
    Cause.NO_SERVICE: N_("No service on this date"),
    Cause.MOVED: N_("Moved to {date}"),
    Cause.BUS_OFF: N_("The bus is not in service on this date"),
    Cause.NO_SCHOOL: N_("No school on this date"),
    Cause.CHANGED: N_("The timetable is changed on this date"),
}
"""The words of every cause."""
_WITH_NOTE: Final = N_("No service on this date: {note}")


@dataclass(frozen=True)
class ServiceDate:
    """
    One tour on one of its dates.

    ``cause``: Why it is not driven; None if it is.
    ``holiday``: The public holiday; None unless that is the cause.
    ``note``: What the scenario says about it; may be empty.
    ``moved_to``: Date on which the tour is driven instead; None unless that is the cause.
    ``instead_of``: Date whose tour is driven here; None if it is the tour's own date.
    ``skipped``: Settlements where the bus does not call on this date, sorted: school is out.
    ``period``: The period in which the tour is driven in the place of one of the cycle, or because of which it is not
        driven; None if the tour is as the cycle has it.
    """

    day: date
    tour: Tour
    cause: Cause | None = None
    holiday: Holiday | None = None
    note: str = ""
    moved_to: date | None = None
    instead_of: date | None = None
    skipped: tuple[str, ...] = ()
    period: Period | None = None

    @property
    def driven(self) -> bool:
        """Whether the tour is driven on this date."""
        return self.cause is None


def service_dates(plan: Plan, scenario: Scenario, first: date, last: date) -> tuple[ServiceDate, ...]:
    """
    List the tours of a plan date by date.

    Parameters
    ----------
    plan
        The plan; its cycle repeats from its first day on.
    scenario
        What the planner decides; its calendar says on which dates the cycle does not hold.
    first, last
        First and last date.

    Returns
    -------
    tuple of ServiceDate
        Every tour on every of its dates, driven or not, sorted by date and bus. A tour that is moved is
        there twice: on its own date, not driven, and on the other one. A tour of the cycle that a period replaces or
        drops is there, not driven, beside the one that is driven.
    """
    holidays = {one.day: one for one in list_holidays(scenario.calendar.holidays, first, last)}
    found: list[ServiceDate] = []
    day = first
    while day <= last:
        period = find_period(plan, day)
        own = _list_cycle(plan, day) if period else ()
        driven = tours_of(plan, day)
        found += (ServiceDate(day, tour, Cause.CHANGED, period=period) for tour in own if tour not in driven)
        judged = (_judge_own_date(scenario, holidays.get(day), tour, day) for tour in driven)
        found += (replace(one, period=None if period is None or one.tour in own else period) for one in judged)
        found += _list_moved(plan, scenario, day)
        day += timedelta(days=1)
    return tuple(sorted(found, key=lambda one: (one.day, one.tour.bus_id, one.instead_of or one.day, one.driven)))


def find_period(plan: Plan, day: date) -> Period | None:
    """Find the period in which a date lies; None if the cycle holds on it."""
    return next((period for period in plan.periods if day in period), None)


def lacks_bus(plan: Plan, bus_id: str, day: date) -> bool:
    """Whether a bus drives no tour on a date on which some bus is out of service."""
    period = find_period(plan, day)
    if period is None or period.cause is not PeriodCause.BUS:
        return False
    return all(tour.bus_id != bus_id for tour in tours_of(plan, day))


def tours_of(plan: Plan, day: date) -> tuple[Tour, ...]:
    """Tours that a plan has on a date, sorted by bus; none before the first day of the cycle."""
    own, period = _list_cycle(plan, day), find_period(plan, day)
    if period is None or (day - plan.cycle.first_day).days < 0:
        return own
    at = day_of(plan.cycle, day)
    return tuple(tour for tour in period.replace_tours(own) if tour.day == at)


def day_of(cycle: Cycle, day: date) -> int:
    """Day of the cycle that a date has, also before its first day."""
    return (day - cycle.first_day).days % (cycle.weeks * WEEK_DAYS)


def _list_cycle(plan: Plan, day: date) -> tuple[Tour, ...]:
    """Tours that the cycle has on a date, in the order of the plan; none before the first day of the cycle."""
    days = (day - plan.cycle.first_day).days
    if days < 0:
        return ()
    return tuple(tour for tour in plan.tours if tour.day == days % (plan.cycle.weeks * WEEK_DAYS))


def tell_cause(service: ServiceDate, language: Language) -> str:
    """Say in a few words, without a full stop, why a tour is not driven on a date; empty if it is."""
    if service.cause is None:
        return ""
    if service.holiday is not None:
        name = service.holiday.name_uk if language.code == "uk" else service.holiday.name_en
        return Text(CAUSES[Cause.HOLIDAY], {"name": name}).render(language)
    if service.cause is Cause.MOVED and service.moved_to is not None:
        return Text(CAUSES[Cause.MOVED], {"date": language.date(service.moved_to)}).render(language)
    if service.cause is Cause.NO_SERVICE and service.note:
        return Text(_WITH_NOTE, {"note": service.note}).render(language)
    return Text(CAUSES[service.cause]).render(language)


def _judge_own_date(scenario: Scenario, holiday: Holiday | None, tour: Tour, day: date) -> ServiceDate:
    """A tour on a date that the cycle gives it."""
    calendar = scenario.calendar
    for extra in calendar.extra_service:
        if extra.instead_of == day:
            return ServiceDate(day, tour, Cause.MOVED, note=extra.note, moved_to=extra.day)
    if not any(extra.day == day and extra.instead_of is None for extra in calendar.extra_service):
        for span in calendar.no_service:
            if day in span:
                return ServiceDate(day, tour, Cause.NO_SERVICE, note=span.note)
        if holiday is not None:
            return ServiceDate(day, tour, Cause.HOLIDAY, holiday)
    return _judge_crew_and_school(scenario, ServiceDate(day, tour))


def _list_moved(plan: Plan, scenario: Scenario, day: date) -> Iterator[ServiceDate]:
    """Tours of other dates that are driven on a date."""
    for extra in scenario.calendar.extra_service:
        if extra.day == day and extra.instead_of is not None:
            for tour in tours_of(plan, extra.instead_of):
                moved = ServiceDate(day, tour, note=extra.note, instead_of=extra.instead_of)
                yield _judge_crew_and_school(scenario, moved)


def _judge_crew_and_school(scenario: Scenario, service: ServiceDate) -> ServiceDate:
    """The same, unless the bus stays in the depot or every call is at a closed school."""
    bus = next((bus for bus in scenario.buses if bus.bus_id == service.tour.bus_id), None)
    if bus is not None and service.day in bus.days_off:
        return _change(service, Cause.BUS_OFF, ())
    skipped = tuple(sorted(_closed_schools(scenario, service)))
    calls = {call.settlement_id for call in service.tour.calls}
    return _change(service, Cause.NO_SCHOOL if calls and calls <= set(skipped) else None, skipped)


def _change(service: ServiceDate, cause: Cause | None, skipped: tuple[str, ...]) -> ServiceDate:
    """The same date with a cause and the calls left out."""
    return replace(service, cause=cause, skipped=skipped)


def _closed_schools(scenario: Scenario, service: ServiceDate) -> Iterable[str]:
    """Settlements of a tour where the bus calls in school terms only, outside of them."""
    terms = scenario.calendar.school_terms
    if not terms or any(service.day in term for term in terms):
        return ()
    wished = {wish.settlement_id for wish in scenario.stops if wish.school_terms_only}
    return wished & {call.settlement_id for call in service.tour.calls}
