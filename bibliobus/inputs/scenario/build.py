"""
From the parsed scenario to the values of the domain: rules, wishes for settlements, and all that the planner decides.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bibliobus.domain.calendar import WEEK_DAYS, Cycle, DateSpan, ExtraDay, ServiceCalendar
from bibliobus.domain.fleet import Rates
from bibliobus.domain.scenario import (
    Curfew,
    DwellRule,
    Lock,
    PromiseWeights,
    Publishing,
    RhythmRule,
    Scenario,
    ServiceRules,
    StopWish,
    Weights,
)
from bibliobus.findings import Finding, FindingKind, Severity
from bibliobus.inputs.norms import NO_CLAUSES, list_clause_sets, list_countries
from bibliobus.inputs.scenario.fleet import BAD_SPAN, BAD_WEEKDAY, OFF_GRID, build_buses, build_depots, build_profiles
from bibliobus.inputs.scenario.problems import to_our_units
from bibliobus.inputs.tables.cells import (
    WEEKDAYS,
    clean_id,
    clean_name,
    find_unknown,
    parse_span,
    parse_weekday,
    show_value,
)
from bibliobus.words.language import MINUTE_S, N_, NN_, parse_clock, round_up
from bibliobus.words.text import Count, Duration, Number, Rhythm

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bibliobus.domain.fleet import Bus
    from bibliobus.inputs.scenario.shape import (
        CurfewShape,
        DwellShape,
        ExtraShape,
        LockShape,
        RhythmShape,
        RulesShape,
        ScenarioShape,
        SpanShape,
        StopShape,
    )
    from bibliobus.inputs.toml.file import KeyLines

DATES_REVERSED: Final = FindingKind(
    "date-span-reversed",
    Severity.ERROR,
    N_("The span ends on {last}, before it begins on {first}."),
    N_("Swap the two dates."),
)
SETTLEMENT_TWICE: Final = FindingKind(
    "settlement-twice",
    Severity.ERROR,
    N_("The settlement “{value}” appears twice in {table}."),
    N_("Join the two tables into one."),
)
NO_DAY_LEFT: Final = FindingKind(
    "no-day-left",
    Severity.ERROR,
    N_("Every weekday on which this settlement may be visited is forbidden as well."),
    N_("Change weekdays or forbidden_weekdays."),
)
CURFEW_NOWHERE: Final = FindingKind(
    "curfew-nowhere",
    Severity.ERROR,
    N_("The curfew names no settlement, no hromada and no raion."),
    N_("List at least one in settlements, hromadas or raions."),
)
BAD_TIME: Final = FindingKind(
    "bad-clock-time",
    Severity.ERROR,
    N_("“{value}” is not a clock time."),
    N_("Write it like this: 09:30."),
)
LOCK_WEEK_OUTSIDE: Final = FindingKind(
    "lock-week-outside",
    Severity.ERROR,
    N_("The lock names week {value}, but the cycle has {weeks}."),
    N_("Use a week of the cycle; 1 is the first."),
)
LOCK_NO_PLACE: Final = FindingKind(
    "lock-position-zero",
    Severity.ERROR,
    N_("The position 0 means nothing."),
    N_("Use 1 for the first call of the day, 2 for the second, or -1 for the last."),
)
LOCK_UNKNOWN_BUS: Final = FindingKind(
    "lock-unknown-bus", Severity.ERROR, N_("There is no bus “{value}”."), N_("Known buses: {known}.")
)


def build_stops(shape: ScenarioShape, lines: KeyLines, findings: list[Finding]) -> tuple[StopWish, ...]:
    """Wishes of single settlements in the order of the file."""
    _check_repeats("stops", shape.stops, lines, findings)
    return tuple(_build_stop(stop, at, lines, findings) for at, stop in enumerate(shape.stops))


def build_curfews(shape: ScenarioShape, lines: KeyLines, findings: list[Finding]) -> tuple[Curfew, ...]:
    """Curfews that could be built, in the order of the file."""
    built = (_build_curfew(curfew, at, lines, findings) for at, curfew in enumerate(shape.curfews))
    return tuple(curfew for curfew in built if curfew is not None)


def build_locks(shape: ScenarioShape, lines: KeyLines, findings: list[Finding]) -> tuple[Lock, ...]:
    """Locks in the order of the file; what cannot be read is left open."""
    _check_repeats("locks", shape.locks, lines, findings)
    return tuple(_build_lock(shape, lock, at, lines, findings) for at, lock in enumerate(shape.locks))


def _check_repeats(
    table: str, shapes: Sequence[StopShape | LockShape], lines: KeyLines, findings: list[Finding]
) -> None:
    """Add a finding for each settlement that is there twice."""
    ids = [clean_id(shape.settlement_id) for shape in shapes]
    for at, settlement_id in enumerate(ids):
        if settlement_id in ids[:at]:
            place = lines.place(table, at, "settlement_id")
            findings.append(SETTLEMENT_TWICE.at(place, value=show_value(settlement_id), table=table))


def _build_stop(stop: StopShape, at: int, lines: KeyLines, findings: list[Finding]) -> StopWish:
    """Wishes of one settlement."""
    allowed = _read_weekdays(stop.weekdays, ("stops", at, "weekdays"), lines, findings)
    forbidden = _read_weekdays(stop.forbidden_weekdays, ("stops", at, "forbidden_weekdays"), lines, findings)
    if not set(allowed or range(len(WEEKDAYS))) - set(forbidden):
        findings.append(NO_DAY_LEFT.at(lines.place("stops", at, "forbidden_weekdays")))
    return StopWish(
        settlement_id=clean_id(stop.settlement_id),
        weekdays=allowed,
        forbidden_weekdays=forbidden,
        load=stop.load,
        school_terms_only=stop.school_terms_only,
        unserved_since=stop.unserved_since,
        note=stop.note,
    )


def _read_weekdays(
    names: Iterable[str], path: tuple[str | int, ...], lines: KeyLines, findings: list[Finding]
) -> tuple[int, ...]:
    """Weekdays, sorted, each once."""
    weekdays = set()
    for name in names:
        try:
            weekdays.add(parse_weekday(name))
        except ValueError:
            findings.append(find_unknown(BAD_WEEKDAY, lines.place(*path), name, WEEKDAYS))
    return tuple(sorted(weekdays))


def _build_curfew(curfew: CurfewShape, at: int, lines: KeyLines, findings: list[Finding]) -> Curfew | None:
    """One curfew; None if its hours cannot be read."""
    if not (curfew.settlements or curfew.hromadas or curfew.raions):
        findings.append(CURFEW_NOWHERE.at(lines.place("curfews", at, "settlements")))
    if curfew.first is not None and curfew.last is not None and curfew.last < curfew.first:
        dates = {"first": curfew.first.isoformat(), "last": curfew.last.isoformat()}
        findings.append(DATES_REVERSED.at(lines.place("curfews", at, "last"), **dates))
    try:
        start_s, end_s = parse_span(curfew.hours)
    except ValueError:
        findings.append(BAD_SPAN.at(lines.place("curfews", at, "hours"), value=show_value(curfew.hours)))
        return None
    return Curfew(
        start_s=start_s,
        end_s=end_s,
        settlements=tuple(clean_id(name) for name in curfew.settlements),
        hromadas=tuple(clean_name(name) for name in curfew.hromadas),
        raions=tuple(clean_name(name) for name in curfew.raions),
        first=curfew.first,
        last=curfew.last,
        margin_s=curfew.margin_min * MINUTE_S,
        note=curfew.note,
    )


def _build_lock(shape: ScenarioShape, lock: LockShape, at: int, lines: KeyLines, findings: list[Finding]) -> Lock:
    """One lock; what cannot be read is left open."""
    buses = [clean_id(bus.id) for bus in shape.buses]
    if lock.bus is not None and clean_id(lock.bus) not in buses:
        findings.append(find_unknown(LOCK_UNKNOWN_BUS, lines.place("locks", at, "bus"), lock.bus, buses))
    if lock.week is not None and lock.week > shape.cycle.weeks:
        place = lines.place("locks", at, "week")
        findings.append(LOCK_WEEK_OUTSIDE.at(place, value=Number(lock.week), weeks=Number(shape.cycle.weeks)))
    if lock.position == 0:
        findings.append(LOCK_NO_PLACE.at(lines.place("locks", at, "position")))
    weekdays = _read_weekdays([lock.weekday] if lock.weekday else [], ("locks", at, "weekday"), lines, findings)
    return Lock(
        settlement_id=clean_id(lock.settlement_id),
        weekday=weekdays[0] if weekdays else None,
        week=lock.week,
        time_s=_read_time(shape, lock, at, lines, findings),
        bus_id=None if lock.bus is None else clean_id(lock.bus),
        position=lock.position,
        note=lock.note,
    )


def _read_time(shape: ScenarioShape, lock: LockShape, at: int, lines: KeyLines, findings: list[Finding]) -> int | None:
    """Clock time of a lock in seconds; None if there is none or it cannot be read."""
    if lock.time is None:
        return None
    place, grid_s = lines.place("locks", at, "time"), shape.rules.grid_min * MINUTE_S
    try:
        time_s = parse_clock(lock.time)
    except ValueError:
        findings.append(BAD_TIME.at(place, value=show_value(lock.time)))
        return None
    if time_s % grid_s:
        findings.append(OFF_GRID.at(place, value=show_value(lock.time), grid=Duration(grid_s)))
    return time_s


# In a cycle of four weeks, villages below this many people are visited every four weeks.
SMALL_VILLAGE: Final = 200

NOT_MONDAY: Final = FindingKind(
    "not-a-monday",
    Severity.ERROR,
    N_("{value} is not a Monday, but a cycle begins on one."),
    N_("The next Monday is {monday}."),
)
RHYTHM_DOES_NOT_DIVIDE: Final = FindingKind(
    "rhythm-does-not-divide",
    Severity.ERROR,
    N_("A visit {rhythm} does not fit a cycle of {weeks}."),
    N_("Use a number of weeks by which the cycle can be divided."),
)
RULES_NOT_FROM_ZERO: Final = FindingKind(
    "rules-not-from-zero",
    Severity.ERROR,
    N_("No rule holds for the smallest settlements: the first begins at {people}."),
    N_("Let the first rule begin at from_population = 0."),
)
RULE_REPEATED: Final = FindingKind(
    "rule-repeated",
    Severity.ERROR,
    N_("Two rules begin at {people}."),
    N_("Keep one of them."),
)
FACTORS_REVERSED: Final = FindingKind(
    "factors-reversed",
    Severity.ERROR,
    N_("need_factor_min is {minimum}, more than need_factor_max, which is {maximum}."),
    N_("Swap them."),
)
DWELL_OFF_GRID: Final = FindingKind(
    "dwell-off-grid",
    Severity.WARNING,
    N_("A stay of {value} does not fit published times that are multiples of {grid}; it will last {longer}."),
    N_("Write the longer stay, or change rules.grid_min."),
)
DWELL_LONGER_THAN_SHIFT: Final = FindingKind(
    "dwell-longer-than-shift",
    Severity.ERROR,
    N_("A stay of {value} is longer than the working day of every bus."),
    N_("Shorten the stay, or lengthen shift and max_work_h of a bus."),
)
RESIDENTS: Final = NN_("{count} resident", "{count} residents")
WEEKS: Final = NN_("{count} week", "{count} weeks")
UNKNOWN_COUNTRY: Final = FindingKind(
    "unknown-country",
    Severity.ERROR,
    N_("The public holidays of “{value}” are not known."),
    N_("Use the code of a country, such as UA, or of one of its regions, such as DE-MV."),
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
UNKNOWN_TIME_ZONE: Final = FindingKind(
    "unknown-time-zone",
    Severity.ERROR,
    N_("There is no time zone “{value}”."),
    N_("Use a name such as Europe/Kyiv or Europe/Berlin."),
)
BAD_WEBSITE: Final = FindingKind(
    "bad-website",
    Severity.ERROR,
    N_("“{value}” is not the address of a web page."),
    N_("Write it with https:// or http:// in front, or leave it empty."),
)
BAD_OUTLINE: Final = FindingKind(
    "bad-outline",
    Severity.ERROR,
    N_("A point of the outline has the latitude {value}, but degrees north go from -90 to 90."),
    N_("Write each point as [degrees north, degrees east]."),
)

UNKNOWN_CLAUSES: Final = FindingKind(
    "unknown-clauses",
    Severity.ERROR,
    N_("There is no document “{value}” whose demands a report could answer."),
    N_("Known: {known}. Leave it empty for a report that answers to none."),
)


def build_scenario(shape: ScenarioShape, lines: KeyLines, findings: list[Finding]) -> Scenario:
    """Build the scenario in our units; usable only if no finding is an error."""
    cycle = build_cycle(shape, lines, findings)
    depots = build_depots(shape, lines, findings)
    profiles = build_profiles(shape, lines, findings)
    buses = build_buses(shape, lines, findings)
    return Scenario(
        title_uk=shape.title_uk,
        title_en=shape.title_en,
        notice_uk=shape.notice_uk,
        notice_en=shape.notice_en,
        data_date=shape.data_date,
        attribution=shape.attribution,
        language=shape.language,
        cycle=cycle,
        depots=depots,
        profiles=profiles,
        buses=buses,
        rules=build_rules(shape, buses, lines, findings),
        weights=Weights(**asdict(shape.weights)),
        promises=PromiseWeights(**to_our_units(shape.promises)),
        calendar=build_calendar(shape, buses, lines, findings),
        stops=build_stops(shape, lines, findings),
        curfews=build_curfews(shape, lines, findings),
        locks=build_locks(shape, lines, findings),
        publishing=build_publishing(shape, lines, findings),
        report_clauses=choose_clauses(shape, lines, findings),
        money=Rates(**asdict(shape.money)),
    )


def build_cycle(shape: ScenarioShape, lines: KeyLines, findings: list[Finding]) -> Cycle:
    """Cycle as written, with a finding if it does not begin on a Monday."""
    day = shape.cycle.first_day
    if day.weekday():
        monday = day + timedelta(days=WEEK_DAYS - day.weekday())
        place = lines.place("cycle", "first_day")
        findings.append(NOT_MONDAY.at(place, value=day.isoformat(), monday=monday.isoformat()))
    return Cycle(shape.cycle.weeks, day)


def build_rules(shape: ScenarioShape, buses: Sequence[Bus], lines: KeyLines, findings: list[Finding]) -> ServiceRules:
    """Service rules, checked against the cycle and the shifts of the buses."""
    rules, weeks = shape.rules, shape.cycle.weeks
    _check_sizes("dwell", rules.dwell, lines, findings)
    _check_dwell(shape, buses, lines, findings)
    if rules.rhythm:
        _check_sizes("rhythm", rules.rhythm, lines, findings)
    for at, rule in enumerate(rules.rhythm):
        if weeks % rule.weeks:
            place = lines.place("rules", "rhythm", at, "weeks")
            findings.append(RHYTHM_DOES_NOT_DIVIDE.at(place, rhythm=Rhythm(rule.weeks), weeks=Count(*WEEKS, weeks)))
    if rules.need_factor_min > rules.need_factor_max:
        place = lines.place("rules", "need_factor_min")
        limits = {"minimum": Number(rules.need_factor_min), "maximum": Number(rules.need_factor_max)}
        findings.append(FACTORS_REVERSED.at(place, **limits))
    return convert_rules(rules, weeks)


def convert_rules(rules: RulesShape, weeks: int) -> ServiceRules:
    """Service rules in our units; those by size sorted, smallest first."""
    dwell = (DwellRule(rule.from_population, rule.minutes * MINUTE_S) for rule in rules.dwell)
    rhythm = [RhythmRule(rule.from_population, rule.weeks) for rule in rules.rhythm]
    ours = to_our_units(rules) | {
        "dwell": tuple(sorted(dwell, key=lambda rule: rule.from_population)),
        "rhythm": tuple(sorted(rhythm or default_rhythm(weeks), key=lambda rule: rule.from_population)),
        "buffer_share": rules.buffer_percent / 100,
    }
    # The smallest spare time; a distance of 0 would make a need without end.
    ours |= {"buffer_min_s": ours.pop("buffer_s"), "need_distance_m": max(1, ours["need_distance_m"])}
    del ours["buffer_percent"]
    return ServiceRules(**ours)


def default_rhythm(weeks: int) -> tuple[RhythmRule, ...]:
    """Every two weeks, small villages every four, where the cycle allows; else once a cycle."""
    if weeks == 4:
        return RhythmRule(0, 4), RhythmRule(SMALL_VILLAGE, 2)
    return (RhythmRule(0, weeks),)


def _check_sizes(
    key: str, shapes: Sequence[DwellShape | RhythmShape], lines: KeyLines, findings: list[Finding]
) -> None:
    """Add findings for rules that leave the smallest settlements out, or begin at the same size."""
    sizes = [shape.from_population for shape in shapes]
    if min(sizes, default=1):
        place = lines.place("rules", key)
        findings.append(RULES_NOT_FROM_ZERO.at(place, people=Count(*RESIDENTS, min(sizes, default=0))))
    for at, size in enumerate(sizes):
        if size in sizes[:at]:
            findings.append(
                RULE_REPEATED.at(lines.place("rules", key, at, "from_population"), people=Count(*RESIDENTS, size))
            )


def _check_dwell(shape: ScenarioShape, buses: Sequence[Bus], lines: KeyLines, findings: list[Finding]) -> None:
    """Add findings for stays that no working day holds, or that do not fit the grid."""
    grid = shape.rules.grid_min
    days = [min(bus.shift.end_s - bus.shift.start_s, bus.shift.max_work_s) for bus in buses]
    for at, rule in enumerate(shape.rules.dwell):
        place = lines.place("rules", "dwell", at, "minutes")
        if days and rule.minutes * MINUTE_S > max(days):
            findings.append(DWELL_LONGER_THAN_SHIFT.at(place, value=Duration(rule.minutes * MINUTE_S)))
        if rule.minutes % grid:
            stays = {"value": rule.minutes, "grid": grid, "longer": round_up(rule.minutes, grid)}
            told = {name: Duration(minutes * MINUTE_S) for name, minutes in stays.items()}
            findings.append(DWELL_OFF_GRID.at(place, **told))


def build_calendar(
    shape: ScenarioShape, buses: Sequence[Bus], lines: KeyLines, findings: list[Finding]
) -> ServiceCalendar:
    """Calendar with every list sorted, checked for dates that contradict each other."""
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


def choose_clauses(shape: ScenarioShape, lines: KeyLines, findings: list[Finding]) -> str:
    """Name of the document whose demands the report answers; empty for none."""
    wanted = shape.report.clauses
    if wanted in (NO_CLAUSES, *list_clause_sets()):
        return wanted
    findings.append(find_unknown(UNKNOWN_CLAUSES, lines.place("report", "clauses"), wanted, list_clause_sets()))
    return NO_CLAUSES


def build_publishing(shape: ScenarioShape, lines: KeyLines, findings: list[Finding]) -> Publishing:
    """What the planner decides about published papers, settlements sorted."""
    publish = shape.publish
    if not _is_zone(publish.time_zone):
        zone = find_unknown(
            UNKNOWN_TIME_ZONE, lines.place("publish", "time_zone"), publish.time_zone, (), available_timezones()
        )
        findings.append(zone)
    if publish.website and not publish.website.startswith(("https://", "http://")):
        findings.append(BAD_WEBSITE.at(lines.place("publish", "website"), value=publish.website))
    rings = tuple(tuple((lat, lon) for lat, lon in ring) for ring in publish.no_publish_areas)
    for at, ring in enumerate(rings):
        place = lines.place("publish", "no_publish_areas", at)
        findings += [BAD_OUTLINE.at(place, value=f"{lat:g}") for lat, _ in ring if abs(lat) > 90]
    return Publishing(
        publish.time_zone, publish.phone, publish.website, tuple(sorted(map(clean_id, publish.no_publish))), rings
    )


def _is_zone(name: str) -> bool:
    """Whether the computer knows the zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
