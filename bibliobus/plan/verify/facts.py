"""Rules about the numbers of a reason: what follows from the inputs and the tours without any search."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from string import Formatter
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, weekday_of
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.model.area import build_windows
from bibliobus.model.rules import STOP_RULES
from bibliobus.network.places import UNREACHABLE_S
from bibliobus.plan.plan import Standing
from bibliobus.plan.verify.evidence import depot_of
from bibliobus.words.language import DAY_S, HOUR_S, N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bibliobus.demand.visits import Visit
    from bibliobus.domain.fleet import Bus
    from bibliobus.plan.plan import Reason
    from bibliobus.plan.verify.evidence import Evidence

REASON_NOT_DUE: Final = FindingKind(
    "reason-not-due",
    Severity.ERROR,
    N_("The plan says why {name} is not served, but calls it “served” or “not needed”."),
    N_("Take the reason out; only an unserved settlement has one."),
)
REASON_WRONG: Final = FindingKind(
    "reason-wrong",
    Severity.ERROR,
    N_("The reason why {name} is not served says “{field}” = {found}; the inputs and the tours contradict that."),
    N_("Plan anew, so that the reason is a true one."),
)

IMPOSSIBLE: Final[Mapping[str, tuple[str, ...]]] = {
    "no-bus-with-feature": (),
    "no-common-weekday": (),
    "no-day-left": (),
    "no-road": (),
    "window-too-short": ("needed", "limit"),
    **{rule.CODE: tuple(name for _, name, _, _ in Formatter().parse(rule.REASON) if name) for rule in STOP_RULES},
    "load-too-big": ("load", "capacity"),
    "work-too-long": ("needed", "limit"),
    "driving-too-long": ("needed", "limit"),
    "unbroken-too-long": ("needed", "limit"),
    "meal-too-late": ("limit",),
    "outside-shift": (),
    "break-in-the-way": (),
    "rules-together": (),
}
"""Values of each reason that is a proof."""

SACRIFICED: Final[Mapping[str, tuple[str, ...]]] = {
    "day-full": ("day", "needed", "limit"),
    "day-past-shift": ("day", "back", "end"),
    "day-calls": ("day", "calls"),
    "day-load": ("day", "load", "capacity"),
    "day-driving": ("day", "needed", "limit"),
    "day-unbroken": ("day", "limit"),
    "room-left": ("day",),
    "costs-more": ("day",),
    "day-times-clash": (),
}
"""Values of each reason of a settlement that gave way to others."""

EARLY: Final = frozenset(
    ("no-bus-with-feature", "no-common-weekday", "no-day-left", "no-road", "load-too-big", "window-too-short")
)
"""Reasons that follow from the inputs at once."""

CHANGE: Final = "change-"
TOGETHER_BY: Final = "together-"
LIMIT: Final = "limit-"
PRICE: Final = frozenset(("bus", "more_work", "more_length"))
INSTEAD: Final = frozenset(("instead", "instead_people", "instead_day"))
LONGEST_CHANGE_S: Final = 12 * HOUR_S


def check_due(evidence: Evidence) -> Iterator[Finding]:
    """Check that only unserved settlements have a reason."""
    for account in evidence.plan.accounts:
        if account.reason is not None and account.standing is not Standing.UNSERVED:
            place = Place(settlement_id=account.settlement_id)
            yield REASON_NOT_DUE.at(place, name=evidence.name(account.settlement_id))


def check_facts(evidence: Evidence) -> Iterator[Finding]:
    """Check what the reasons of a plan that breaks no other rule say."""
    for account in evidence.plan.accounts:
        evidence.watch.check()
        visit = evidence.visits.get(account.settlement_id)
        if account.reason is None or visit is None:
            continue
        told = {"code": account.reason.code, "impossible": account.reason.impossible, **account.reason.values}
        for field in dict.fromkeys(_list_wrong(evidence, visit, account.reason)):
            yield REASON_WRONG.at(
                Place(settlement_id=account.settlement_id),
                name=evidence.name(account.settlement_id),
                field=field,
                found=str(told.get(field, "–")),
            )


def _list_wrong(evidence: Evidence, visit: Visit, reason: Reason) -> Iterator[str]:
    """Names of the values that cannot be true."""
    impossible, names = reason.code in IMPOSSIBLE, set(reason.values)
    if reason.impossible != impossible:
        yield "impossible"
    needed = set((IMPOSSIBLE if impossible else SACRIFICED).get(reason.code, ()))
    extra = {name for name in names if name.startswith((CHANGE, TOGETHER_BY, LIMIT))} if impossible else set()
    if not impossible and reason.code != "day-times-clash":
        needed |= PRICE
        extra = {"longer"} | INSTEAD
    yield from sorted(needed - names)
    yield from sorted(names - needed - extra)
    if needed <= names:
        facts = _Facts(evidence, visit, reason)
        yield from facts.list_impossible() if impossible else facts.list_sacrificed()


@dataclass(frozen=True)
class _Facts:
    """One unserved visit, its reason, and what follows from the inputs."""

    evidence: Evidence
    visit: Visit
    reason: Reason

    @cached_property
    def buses(self) -> list[Bus]:
        """Buses that a plan may use and that have what the stop needs."""
        planned = (bus for bus in self.evidence.buses.values() if not bus.spare)
        return [bus for bus in planned if set(self.visit.needs) <= set(bus.features)]

    @cached_property
    def windows(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """Spans in which a call may lie, by day."""
        return build_windows(self.visit, self.evidence.dataset.scenario)

    @property
    def grid_s(self) -> int:
        """Step of published times."""
        return self.evidence.dataset.scenario.rules.grid_s

    def number(self, name: str) -> int:
        """Value of the reason; the reader of plans knows that it is a whole number, and most texts none."""
        value = self.reason.values.get(name, -1)
        return value if isinstance(value, int) else -1

    def out(self, bus: Bus) -> set[int]:
        """Days of the cycle on which a bus is out."""
        cycle = self.evidence.dataset.scenario.cycle
        return {
            day
            for day in range(cycle.weeks * WEEK_DAYS)
            if weekday_of(day) in bus.weekdays and cycle.date_of(day) not in bus.days_off
        }

    def max_work_s(self, bus: Bus) -> int:
        """Longest work of a day without what is kept free."""
        reserve_s = self.evidence.dataset.scenario.rules.reserve_s
        return max(0, bus.shift.max_work_s + bus.shift.overtime_s - reserve_s)

    def drives_s(self, bus: Bus, *places: str) -> list[int] | None:
        """Drives between places with reserve; None where no road leads."""
        drives = [self.evidence.find_drive(bus, *pair) for pair in zip(places, places[1:], strict=False)]
        known = [self.evidence.add_reserve(drive.duration_s) for drive in drives if drive is not None]
        return known if len(known) == len(drives) else None

    def list_impossible(self) -> Iterator[str]:
        """What cannot be true of a proof."""
        codes = self.find_early()
        if self.reason.code not in codes and (codes or self.reason.code in EARLY):
            yield "code"
            return
        yield from (name for name, allowed in self.find_numbers() if self.number(name) not in allowed)
        if self.reason.code == "work-too-long":
            least_s = min(sum(ways) for bus in self.buses if (ways := self.ways_s(bus))) + self.visit.dwell_s
            if not max(least_s, self.number("limit") + 1) <= self.number("needed") <= DAY_S:
                yield "needed"
        yield from self.list_changes()
        yield from self.list_together()

    def ways_s(self, bus: Bus) -> list[int] | None:
        """Drives of a bus there and back, with reserve."""
        return self.drives_s(bus, depot_of(bus), self.visit.settlement_id, depot_of(bus))

    def find_early(self) -> set[str]:
        """Codes of which one must be told, where that follows from the inputs at once; none elsewhere."""
        if not self.buses:
            return {"no-bus-with-feature"}
        possible = [days for days in self.visit.patterns if any(set(days) <= self.out(bus) for bus in self.buses)]
        if not possible:
            return {"no-common-weekday" if self.visit.patterns or self.is_off_duty() else "no-day-left"}
        if all(self.ways_s(bus) is None for bus in self.buses):
            return {"no-road"}
        if all(bus.capacity is not None and bus.capacity < self.visit.load for bus in self.buses):
            return {"load-too-big"}
        if self.longest_s(possible) < self.visit.dwell_s:
            holding = (rule for rule in STOP_RULES if rule.holds(self.visit, self.evidence.dataset.scenario))
            return {"window-too-short", *(rule.CODE for rule in holding)}
        return set()

    def is_off_duty(self) -> bool:
        """Whether the stop is open only on weekdays without a bus, whatever else is wished."""
        weekdays = {window.weekday for window in self.visit.windows} or set(range(WEEK_DAYS))
        return not weekdays & {weekday_of(day) for bus in self.buses for day in self.out(bus)}

    def longest_s(self, patterns: Sequence[tuple[int, ...]]) -> int:
        """Longest span of the days of some patterns."""
        return max((end - start for days in patterns for day in days for start, end in self.windows[day]), default=0)

    def find_numbers(self) -> Iterator[tuple[str, set[int]]]:
        """Values of a proof and what they may be."""
        match self.reason.code:
            case "load-too-big":
                yield "load", {self.visit.load}
                yield "capacity", {max(bus.capacity or 0 for bus in self.buses)}
            case "window-too-short":
                yield "needed", {self.visit.dwell_s}
                yield "limit", {max(0, *(end - start for start, end in spans), 0) for spans in self.list_spans()}
            case "work-too-long":
                yield "limit", {max(self.max_work_s(bus) for bus in self.buses)}
            case "driving-too-long":
                yield "limit", {max(_find_driving_limit(bus) for bus in self.buses)}
                yield "needed", {min(sum(ways) for bus in self.buses if (ways := self.ways_s(bus)))}
            case "unbroken-too-long":
                ways_of = [(bus, ways) for bus in self.buses if (ways := self.ways_s(bus))]
                yield "limit", {max(_find_unbroken_limit(bus) for bus in self.buses)}
                yield "needed", {min(max(ways) if _rest_counts(bus) else sum(ways) for bus, ways in ways_of)}
            case "meal-too-late":
                rules = [bus.driving_rules for bus in self.buses if bus.driving_rules and bus.meal_break]
                yield "limit", {max((rule.max_before_break_s or 0 for rule in rules), default=0)}
            case code:
                yield from self.find_stop_numbers(code)

    def find_stop_numbers(self, code: str) -> Iterator[tuple[str, set[int]]]:
        """Values of a rule about times at the stop and what they may be."""
        for rule in STOP_RULES:
            if code == rule.CODE:
                scenario = self.evidence.dataset.scenario
                told = [rule.numbers(self.visit, scenario, spans) for spans in self.list_spans()]
                yield from ((name, {one[name] for one in told}) for name in told[0])

    def list_spans(self) -> tuple[list[tuple[int, int]], ...]:
        """Spans of the days on which a bus could come, and those of all days: a proof may be about either."""
        possible = [days for days in self.visit.patterns if any(set(days) <= self.out(bus) for bus in self.buses)]
        some = [span for days in possible for day in days for span in self.windows[day]]
        return some, [span for spans in self.windows for span in spans]

    def list_changes(self) -> Iterator[str]:
        """Changes that cannot help, or are none."""
        for name, value in self.reason.values.items():
            if not name.startswith(CHANGE):
                continue
            match name:
                case "change-feature":
                    lacks = (sorted(set(self.visit.needs) - set(bus.features)) for bus in self.evidence.buses.values())
                    good = value in {", ".join(missing) for missing in lacks if missing}
                case "change-weekday":
                    good = value in range(WEEK_DAYS)
                case "change-capacity":
                    good = value == self.visit.load
                case "change-dwell":
                    good = value in range(self.grid_s, self.visit.dwell_s, self.grid_s)
                case _:
                    good = value in range(self.grid_s, LONGEST_CHANGE_S + 1, self.grid_s)
            if not good:
                yield name

    def list_together(self) -> Iterator[str]:
        """Changes that are made together, and limits that they go beyond, that cannot be true."""
        by_s = {name: self.number(name) for name in self.reason.values if name.startswith(TOGETHER_BY)}
        yield from (
            name for name, by in by_s.items() if by not in range(self.grid_s, LONGEST_CHANGE_S + 1, self.grid_s)
        )
        for name in self.reason.values:
            part = name.removeprefix(LIMIT)
            if name.startswith(LIMIT) and (
                TOGETHER_BY + part not in by_s or self.number(name) not in set(self.list_limits(part))
            ):
                yield name
        ways = [sum(ways) for bus in self.buses if (ways := self.ways_s(bus))]
        for part, least_s in (("work", self.visit.dwell_s), ("driving", 0)):
            # Fewer hours than the way there and back takes are not enough, whatever else changes.
            allowed_s = self.number(LIMIT + part) + by_s.get(TOGETHER_BY + part, LONGEST_CHANGE_S)
            if ways and LIMIT + part in self.reason.values and allowed_s < min(ways) + least_s:
                yield TOGETHER_BY + part

    def list_limits(self, part: str) -> Iterator[int]:
        """Limits of the buses that a change is a change of."""
        for bus in self.buses:
            shift, meal, rules = bus.shift, bus.meal_break, bus.driving_rules
            match part:
                case "work":
                    yield self.max_work_s(bus)
                case "shift-start":
                    yield shift.start_s
                case "shift-end":
                    yield shift.end_s
                case "driving" if rules:
                    yield rules.max_driving_s
                case "unbroken" if rules:
                    yield rules.max_unbroken_s
                case "before-meal" if rules and rules.max_before_break_s is not None:
                    yield rules.max_before_break_s
                case "meal-earlier" if meal:
                    yield meal.earliest_s
                case "meal-later" if meal:
                    yield meal.latest_s

    def list_sacrificed(self) -> Iterator[str]:
        """What cannot be true of a settlement that gave way to others."""
        if self.find_early():
            yield "code"
            return
        if self.reason.code == "day-times-clash":
            return
        buses = [bus for bus in self.buses if bus.name == self.reason.values["bus"]]
        if not buses:
            yield "bus"
            return
        wrong = [list(self.list_wrong_with(bus)) for bus in buses]
        yield from min(wrong, key=len)
        yield from self.list_wrong_instead()

    def list_wrong_with(self, bus: Bus) -> Iterator[str]:
        """What cannot be true if this bus is meant."""
        out = self.out(bus)
        patterns = [days for days in self.visit.patterns if set(days) <= out and self.number("day") in days]
        if not patterns:
            yield "day"
            return
        yield from (name for name, allowed in self.find_limits(bus, patterns) if self.number(name) not in allowed)
        for more, less in (("needed", "limit"), ("back", "end"), ("load", "capacity")):
            if {more, less} <= self.reason.values.keys() and self.number(more) <= self.number(less):
                yield more
        if self.number("more_work") < 0 or self.number("more_work") % self.grid_s:
            yield "more_work"
        if not any(self.reaches(bus, days, self.number("more_length")) for days in patterns):
            yield "more_length"
        if self.number("longer") not in self.find_longer():
            yield "longer"

    def find_limits(self, bus: Bus, patterns: list[tuple[int, ...]]) -> Iterator[tuple[str, set[int]]]:
        """Limits of a bus that a reason names, and what is full."""
        rules = bus.driving_rules
        days = {day for pattern in patterns for day in pattern}
        match self.reason.code:
            case "day-full":
                yield "limit", {self.max_work_s(bus)}
            case "day-past-shift":
                yield "end", {bus.shift.end_s}
            case "day-calls":
                yield "calls", {bus.max_calls or 0} & {len(self.calls(bus, self.number("day")))}
            case "day-load":
                loads = {visit.settlement_id: visit.load for visit in self.evidence.visits.values()}
                yield "capacity", {bus.capacity or 0}
                yield "load", {self.visit.load + sum(loads[key] for key in self.calls(bus, day)) for day in days}
            case "day-driving":
                yield "limit", {min(rules.max_driving_s, DAY_S) if rules else DAY_S}
                yield "needed", {found for day in days for found in self.list_driving(bus, day)}
            case "day-unbroken":
                yield "limit", {_find_unbroken_limit(bus)}

    def find_longer(self) -> range | set[int]:
        """By how much the day would have to be longer."""
        match self.reason.code:
            case "day-full":
                # Where the bus also comes back after its shift, that may be more.
                least_s = self.number("needed") - self.number("limit")
                return range(least_s, DAY_S)
            case "day-past-shift":
                return {self.number("back") - self.number("end")}
            case _:
                return {-1}

    def calls(self, bus: Bus, day: int) -> list[str]:
        """Settlements at which a bus calls on a day, in order."""
        tours = (tour for tour in self.evidence.plan.tours if (tour.bus_id, tour.day) == (bus.bus_id, day))
        return [c.settlement_id for tour in tours for c in tour.calls if c.settlement_id in self.evidence.visits]

    def list_orders(self, bus: Bus, day: int) -> list[tuple[str, ...]]:
        """Ways of a bus with the visit at each place of its tour."""
        calls, depot = self.calls(bus, day), depot_of(bus)
        here = self.visit.settlement_id
        return [(depot, *calls[:at], here, *calls[at:], depot) for at in range(len(calls) + 1)]

    def reaches(self, bus: Bus, days: tuple[int, ...], more_m: int) -> bool:
        """Whether some place in the tour of each day makes them so many metres longer together."""
        choices = []
        for day in days:
            calls = self.calls(bus, day)
            before_m = self.measure(bus, (depot_of(bus), *calls, depot_of(bus))) if calls else 0
            choices.append({self.measure(bus, order) - before_m for order in self.list_orders(bus, day)})
        if more_m == 0:
            # A way that becomes shorter is told as none.
            return sum(map(min, choices)) <= 0
        # Two halves: the days of one cycle are few, but the places in full tours multiply.
        half = len(choices) // 2
        first, second = ({sum(one) for one in product(*part)} for part in (choices[:half], choices[half:]))
        return any(more_m - metres in second for metres in first)

    def list_driving(self, bus: Bus, day: int) -> Iterator[int]:
        """Driving of a day with reserve, with the visit at each place of its tour."""
        for order in self.list_orders(bus, day):
            drives = self.drives_s(bus, *order)
            if drives is not None:
                yield sum(drives)

    def measure(self, bus: Bus, places: tuple[str, ...]) -> int:
        """Metres between places; 0 where no road leads."""
        drives = (self.evidence.find_drive(bus, *pair) for pair in zip(places, places[1:], strict=False))
        return sum(drive.length_m for drive in drives if drive is not None)

    def list_wrong_instead(self) -> Iterator[str]:
        """What cannot be true of the settlement that would have to go."""
        told = INSTEAD & self.reason.values.keys()
        if not told:
            return
        gone = self.evidence.visits.get(str(self.reason.values.get("instead", "")))
        called = {call.settlement_id for tour in self.evidence.plan.tours for call in tour.calls}
        if told != INSTEAD or gone is None or gone.settlement_id not in called or gone.lock is not None:
            yield "instead"
            return
        if self.number("instead_people") != gone.population:
            yield "instead_people"
        if self.number("instead_day") not in {days[0] for days in self.visit.patterns}:
            yield "instead_day"


def _rest_counts(bus: Bus) -> bool:
    """Whether the meal break of a bus ends a stretch of driving."""
    meal, rules = bus.meal_break, bus.driving_rules
    return meal is not None and (rules is None or meal.duration_s >= rules.min_break_s)


def _find_unbroken_limit(bus: Bus) -> int:
    """Longest driving without a break."""
    return bus.driving_rules.max_unbroken_s if bus.driving_rules else UNREACHABLE_S


def _find_driving_limit(bus: Bus) -> int:
    """Longest driving of a day with one visit; one stretch where no break is long enough to count."""
    most_s = bus.driving_rules.max_driving_s if bus.driving_rules else UNREACHABLE_S
    return most_s if _rest_counts(bus) else min(most_s, _find_unbroken_limit(bus))
