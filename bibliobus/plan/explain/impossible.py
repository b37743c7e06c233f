"""Proofs that no bus can serve a settlement, and the smallest changes with which one could."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, rhythm_days, weekday_of
from bibliobus.model.rules import STOP_RULES
from bibliobus.network.places import UNREACHABLE_S
from bibliobus.plan.explain.alone import STAY, Alone, find_limits, find_singles, find_together
from bibliobus.plan.plan import Reason
from bibliobus.solve.times.schedule import Scheduler
from bibliobus.words.language import DAY_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bibliobus.model.problem import Problem, ProblemBus
    from bibliobus.model.rules.stop_rule import Span

CHANGES_MOST: Final = 3
"""Most single changes that are told."""

TOGETHER: Final = "rules-together"
"""Code of the reason that no rule is by itself."""

CHANGE: Final = "change-"
"""Beginning of the name of a single change, which is a code of `bibliobus.plan.explain.alone.TIMED` or another one."""

TOGETHER_BY: Final = "together-"
"""Beginning of the name of a change that helps with the others that are named so, in seconds."""

LIMIT: Final = "limit-"
"""Beginning of the name of the limit that such a change goes beyond, in seconds."""


def prove_impossible(alone: Alone) -> Reason:
    """
    Prove that no bus can serve a visit that does not fit alone.

    Returns the rule without which an empty bus could serve it, its numbers, and the smallest single changes that would
    make it possible, each tried out; where no longer day by itself is enough, what must change together.
    """
    # No change of times sends a bus that lacks something, or makes a day.
    reason, timed = _find_rule(alone), find_singles(alone) if alone.crews and alone.wish.patterns else {}
    changes = [*_list_other_changes(alone), *sorted(timed.items(), key=lambda change: (change[1], change[0]))]
    together = {} if timed.keys() - {STAY} and reason.code != TOGETHER else _tell_together(alone)
    return replace(reason, values={**reason.values, **dict(changes[:CHANGES_MOST]), **together})


def tell_as_before(reason: Reason) -> tuple[Reason, ...]:
    """Tell a reason as plans did that were made before it was told what must change together."""
    kept = {name: value for name, value in reason.values.items() if not name.startswith((TOGETHER_BY, LIMIT))}
    if kept.keys() == reason.values.keys():
        return ()
    # Much shorter stays were not always tried.
    less = {name: value for name, value in kept.items() if name != STAY}
    return replace(reason, values=kept), replace(reason, values=less)


def _tell_together(alone: Alone) -> dict[str, int]:
    """The times that must change together, by how many seconds, and the limits that they go beyond."""
    seconds = find_together(alone) if alone.crews and alone.wish.patterns else {}
    limits = find_limits(alone, seconds)
    return {TOGETHER_BY + code.removeprefix(CHANGE): least_s for code, least_s in seconds.items()} | {
        LIMIT + code.removeprefix(CHANGE): limit_s for code, limit_s in limits.items()
    }


def _find_rule(alone: Alone) -> Reason:
    """The rule that stands in the way, the simplest to understand first."""
    problem, wish, visit = alone.problem, alone.wish, alone.visit
    if not wish.buses:
        return Reason("no-bus-with-feature", True)
    possible = [days for days in wish.patterns if any(set(days) <= set(crew.days) for crew in alone.crews)]
    if not possible:
        wished = not wish.patterns or visit.lock is not None
        return Reason("no-day-left" if wished and not _is_off_duty(alone) else "no-common-weekday", True)
    if all(_way_s(problem, crew, wish.place) >= UNREACHABLE_S for crew in alone.crews):
        return Reason("no-road", True)
    if all(crew.capacity is not None and crew.capacity < wish.load for crew in alone.crews):
        most = max(crew.capacity or 0 for crew in alone.crews)
        return Reason("load-too-big", True, {"load": wish.load, "capacity": most})
    longest_s = max(
        (end_s - start_s for days in possible for day in days for start_s, end_s in wish.windows[day]), default=0
    )
    if longest_s < wish.dwell_s:
        spans = [span for days in possible for day in days for span in wish.windows[day]]
        return _find_stop_rule(alone, spans) or Reason(
            "window-too-short", True, {"needed": wish.dwell_s, "limit": max(longest_s, 0)}
        )
    return _find_limit(alone)


def _is_off_duty(alone: Alone) -> bool:
    """Whether the settlement is open only on weekdays without a bus, whatever else is wished."""
    weekdays = {window.weekday for window in alone.visit.windows} or set(range(WEEK_DAYS))
    return not weekdays & {weekday_of(day) for crew in alone.crews for day in crew.days}


def _find_stop_rule(alone: Alone, spans: Sequence[Span]) -> Reason | None:
    """The rule about times at the stop without which the visit would fit alone; None if there is no such one."""
    visit, scenario = alone.visit, alone.scenario
    for rule in STOP_RULES:
        if rule.holds(visit, scenario) and alone.change_rule(*rule.lift(visit, scenario)).fits():
            return Reason(rule.CODE, True, rule.numbers(visit, scenario, spans))
    return None


def _find_limit(alone: Alone) -> Reason:
    """Lift one limit after the other until the visit fits alone."""
    problem, wish = alone.problem, alone.wish
    longer = Scheduler(alone.relax(max_work_s=DAY_S))
    works = [
        timing.work_s
        for days in wish.patterns
        for bus in wish.buses
        if (timing := longer.time_tour(bus, days[0], (0,)))
    ]
    if works:
        limit_s = max(crew.max_work_s for crew in alone.crews)
        return Reason("work-too-long", True, {"needed": min(works), "limit": limit_s})
    if not alone.allows(alone.relax(max_driving_s=DAY_S)) and alone.allows(alone.relax(max_unbroken_s=DAY_S)):
        needed_s = min(_unbroken_s(problem, crew, wish.place) for crew in alone.crews)
        return Reason(
            "unbroken-too-long", True, {"needed": needed_s, "limit": max(crew.max_unbroken_s for crew in alone.crews)}
        )
    if alone.allows(alone.relax(max_driving_s=DAY_S, max_unbroken_s=DAY_S)):
        needed_s = min(_driving_s(problem, crew, wish.place) for crew in alone.crews)
        limit_s = max(_driving_limit_s(crew) for crew in alone.crews)
        return Reason("driving-too-long", True, {"needed": needed_s, "limit": limit_s})
    if stopped := _find_stop_rule(alone, [span for spans in wish.windows for span in spans]):
        return stopped
    if alone.allows(alone.relax(max_before_break_s=None)):
        limit_s = max(crew.max_before_break_s or 0 for crew in alone.crews)
        return Reason("meal-too-late", True, {"limit": limit_s})
    if alone.allows(alone.relax(break_duration_s=0)):
        return Reason("break-in-the-way", True)
    if alone.allows(alone.relax(shift_start_s=0, shift_end_s=DAY_S)):
        return Reason("outside-shift", True)
    return Reason(TOGETHER, True)


def _list_other_changes(alone: Alone) -> Iterator[tuple[str, str | int]]:
    """A bus with other features, another weekday, more room."""
    scenario, wish = alone.scenario, alone.wish
    for bus, crew in enumerate(scenario.buses):
        missing = sorted(set(alone.visit.needs) - set(crew.features))
        if missing and bus not in wish.buses and alone.allows(alone.change_visit(buses=(*wish.buses, bus))):
            yield "change-feature", ", ".join(missing)
            break
    for weekday in range(WEEK_DAYS):
        changed = _visit_on(alone, weekday)
        if changed is not None and alone.allows(changed):
            yield "change-weekday", weekday
            break
    if any(crew.capacity is not None for crew in alone.crews) and alone.allows(alone.relax(capacity=wish.load)):
        yield "change-capacity", wish.load


def _visit_on(alone: Alone, weekday: int) -> Problem | None:
    """The visit alone on a weekday of its own, with the same hours and a bus that is out; None if it may be already."""
    weeks = alone.scenario.cycle.weeks
    days = range(weekday, weeks * WEEK_DAYS, WEEK_DAYS)
    out = any(set(days) & set(crew.days) for crew in alone.crews)
    usual = next((spans for spans in alone.wish.windows if spans), None)
    if usual is None or (out and any(weekday_of(own[0]) == weekday for own in alone.wish.patterns)):
        return None
    patterns = tuple(
        rhythm_days(weeks, alone.visit.rhythm_weeks, week * WEEK_DAYS + weekday)
        for week in range(alone.visit.rhythm_weeks)
    )
    windows = tuple(
        (spans or usual) if weekday_of(day) == weekday else spans for day, spans in enumerate(alone.wish.windows)
    )
    changed = alone.change_visit(patterns=patterns, windows=windows)
    buses = tuple(replace(bus, days=tuple(sorted({*bus.days, *days}))) for bus in changed.buses)
    return replace(changed, buses=buses)


def _way_s(problem: Problem, crew: ProblemBus, place: int) -> int:
    """Seconds of the longer of the ways there and back."""
    legs = problem.leg_s[crew.profile]
    return max(int(legs[crew.depot, place]), int(legs[place, crew.depot]))


def _driving_s(problem: Problem, crew: ProblemBus, place: int) -> int:
    """Driving there and back with reserve."""
    driving = problem.driving_s[crew.profile]
    return int(driving[crew.depot, place]) + int(driving[place, crew.depot])


def _unbroken_s(problem: Problem, crew: ProblemBus, place: int) -> int:
    """Longest stretch of driving there and back; the whole way where no meal break is long enough to count."""
    driving = problem.driving_s[crew.profile]
    there_s, back_s = int(driving[crew.depot, place]), int(driving[place, crew.depot])
    breaks_driving = crew.break_duration_s and crew.break_duration_s >= crew.min_break_s
    return max(there_s, back_s) if breaks_driving else there_s + back_s


def _driving_limit_s(crew: ProblemBus) -> int:
    """Longest driving of a day; one unbroken stretch where no break is long enough to count."""
    breaks_driving = crew.break_duration_s and crew.break_duration_s >= crew.min_break_s
    return crew.max_driving_s if breaks_driving else min(crew.max_driving_s, crew.max_unbroken_s)
