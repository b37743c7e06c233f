"""Calendar of a scenario: from the planner's words to ours, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import DateSpan, ExtraDay, ServiceCalendar
from bibliobus.findings import Finding, FindingKind, Severity
from bibliobus.inputs.public_holidays import list_countries
from bibliobus.inputs.tables.cells import find_unknown
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.domain.fleet import Bus
    from bibliobus.inputs.scenario_lines import KeyLines
    from bibliobus.inputs.scenario_schema import ScenarioShape
    from bibliobus.inputs.scenario_schema_days import ExtraShape, SpanShape

UNKNOWN_COUNTRY: Final = FindingKind(
    "unknown-country",
    Severity.ERROR,
    N_("The public holidays of “{value}” are not known."),
    N_("Use the code of a country, such as UA, or of one of its regions, such as DE-MV."),
)
DATES_REVERSED: Final = FindingKind(
    "date-span-reversed",
    Severity.ERROR,
    N_("The span ends on {last}, before it begins on {first}."),
    N_("Swap the two dates."),
)
EXTRA_DAY_TWICE: Final = FindingKind(
    "extra-day-twice",
    Severity.ERROR,
    N_("{value} is moved, or driven in place of another date, more than once."),
    N_("Keep one row of extra_service for each date."),
)

EXTRA_DAY_BUSY: Final = FindingKind(
    "extra-day-busy",
    Severity.ERROR,
    N_("Tours are moved to {value}, but {bus} has tours of its own on that weekday."),
    N_("Choose a date on which no bus is out, or add the date to no_service or to days_off of the bus."),
)


def build_calendar(
    shape: ScenarioShape, buses: Sequence[Bus], lines: KeyLines, findings: list[Finding]
) -> ServiceCalendar:
    """
    Build the calendar.

    Parameters
    ----------
    shape
        The scenario as written.
    buses
        The buses that could be built.
    lines
        Where its keys stand.
    findings
        Where findings are added.

    Returns
    -------
    ServiceCalendar
        With every list sorted.
    """
    calendar = shape.calendar
    country = calendar.holidays.upper()
    if country and country not in (known := list_countries()):
        place = lines.place("calendar", "holidays")
        findings.append(find_unknown(UNKNOWN_COUNTRY, place, calendar.holidays, (), known))
    _check_extra_days(calendar.extra_service, lines, findings)
    no_service = _build_spans("no_service", calendar.no_service, lines, findings)
    extra = [ExtraDay(day.date, day.instead_of, day.note) for day in calendar.extra_service]
    for at, day in enumerate(extra):
        if day.instead_of is not None and not any(day.day in span for span in no_service):
            place = lines.place("calendar", "extra_service", at)
            busy = (bus for bus in buses if day.day.weekday() in bus.weekdays and day.day not in bus.days_off)
            findings += (EXTRA_DAY_BUSY.at(place, value=day.day.isoformat(), bus=bus.name) for bus in busy)
    return ServiceCalendar(
        holidays=country,
        no_service=no_service,
        extra_service=tuple(sorted(extra, key=lambda day: day.day)),
        school_terms=_build_spans("school_terms", calendar.school_terms, lines, findings),
    )


def _build_spans(
    key: str, shapes: Sequence[SpanShape], lines: KeyLines, findings: list[Finding]
) -> tuple[DateSpan, ...]:
    """Spans of dates, sorted; a finding for each that is reversed."""
    spans = [DateSpan(shape.first, shape.last or shape.first, shape.note) for shape in shapes]
    for at, span in enumerate(spans):
        if span.last < span.first:
            place = lines.place("calendar", key, at)
            findings.append(DATES_REVERSED.at(place, first=span.first.isoformat(), last=span.last.isoformat()))
    return tuple(sorted(spans))


def _check_extra_days(shapes: Sequence[ExtraShape], lines: KeyLines, findings: list[Finding]) -> None:
    """Add a finding for each date that is used twice: a tour cannot be moved to two dates, nor two to one."""
    for days in ([shape.date for shape in shapes], [shape.instead_of for shape in shapes]):
        for at, day in enumerate(days):
            if day is not None and day in days[:at]:
                place = lines.place("calendar", "extra_service", at)
                findings.append(EXTRA_DAY_TWICE.at(place, value=day.isoformat()))
