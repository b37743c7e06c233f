"""Proofs that no bus can serve a settlement, and the smallest single change with which one could."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.calendar import WEEK_DAYS, rhythm_days, weekday_of
from bibliobus.model.area import build_windows
from bibliobus.model.rules import STOP_RULES
from bibliobus.network.places import UNREACHABLE_S
from bibliobus.plan.plan import Reason
from bibliobus.solve.times.schedule import Scheduler
from bibliobus.words.language import DAY_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bibliobus.demand.visits import Visit
    from bibliobus.domain.scenario import Scenario
    from bibliobus.model.area import PreparedArea
    from bibliobus.model.problem import Problem, ProblemBus, ProblemVisit
    from bibliobus.model.rules.stop_rule import Span, StopRule

LONGEST_CHANGE_S: Final = 12 * 3600
"""No change of a time by more than this is looked for."""

CHANGES_MOST: Final = 3
"""Most changes that are told."""


class Alone:
    """One visit on empty buses."""

    def __init__(self, prepared: PreparedArea, visit: int) -> None:
        self.prepared = prepared
        self.visit: Visit = prepared.demand.visits[visit]
        self.wish: ProblemVisit = prepared.problem.visits[visit]
        self.problem: Problem = replace(prepared.problem, visits=(self.wish,))
        self.crews = [prepared.problem.buses[bus] for bus in self.wish.buses]

    def fits(self) -> bool:
        """Say whether some bus without other calls can serve every repeat."""
        return fits_alone(self.problem)

    def relax(self, **limits: Any) -> Problem:
        """Replace limits of every bus."""
        return replace(self.problem, buses=tuple(replace(bus, **limits) for bus in self.problem.buses))

    def change_visit(self, **fields: Any) -> Problem:
        """Replace wishes of the visit."""
        return replace(self.problem, visits=(replace(self.wish, **fields),))


def fits_alone(problem: Problem) -> bool:
    """Tell whether one bus without other calls can serve every repeat on all days of one pattern."""
    scheduler, wish = Scheduler(problem), problem.visits[0]
    return any(all(scheduler.time_tour(bus, day, (0,)) for day in days) for days in wish.patterns for bus in wish.buses)


def prove_impossible(alone: Alone) -> Reason:
    """
    Prove that no bus can serve a visit that does not fit alone.

    Returns the rule without which an empty bus could serve it, its numbers, and the smallest single changes that would
    make it possible, each tried out.
    """
    reason = _find_rule(alone)
    return replace(reason, values={**reason.values, **dict(_choose_changes(alone))})


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
    visit, scenario = alone.visit, alone.prepared.dataset.scenario
    for rule in STOP_RULES:
        if rule.holds(visit, scenario) and fits_alone(_change_rule(alone, rule.lift(visit, scenario))):
            return Reason(rule.CODE, True, rule.numbers(visit, scenario, spans))
    return None


def _change_rule(alone: Alone, changed: tuple[Visit, Scenario]) -> Problem:
    """The visit alone with the windows of another visit or scenario."""
    return alone.change_visit(windows=build_windows(*changed))


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
    if not fits_alone(alone.relax(max_driving_s=DAY_S)) and fits_alone(alone.relax(max_unbroken_s=DAY_S)):
        needed_s = min(_unbroken_s(problem, crew, wish.place) for crew in alone.crews)
        return Reason(
            "unbroken-too-long", True, {"needed": needed_s, "limit": max(crew.max_unbroken_s for crew in alone.crews)}
        )
    if fits_alone(alone.relax(max_driving_s=DAY_S, max_unbroken_s=DAY_S)):
        needed_s = min(_driving_s(problem, crew, wish.place) for crew in alone.crews)
        limit_s = max(_driving_limit_s(crew) for crew in alone.crews)
        return Reason("driving-too-long", True, {"needed": needed_s, "limit": limit_s})
    if stopped := _find_stop_rule(alone, [span for spans in wish.windows for span in spans]):
        return stopped
    if fits_alone(alone.relax(max_before_break_s=None)):
        limit_s = max(crew.max_before_break_s or 0 for crew in alone.crews)
        return Reason("meal-too-late", True, {"limit": limit_s})
    if fits_alone(alone.relax(break_duration_s=0)):
        return Reason("break-in-the-way", True)
    if fits_alone(alone.relax(shift_start_s=0, shift_end_s=DAY_S)):
        return Reason("outside-shift", True)
    return Reason("rules-together", True)


def _choose_changes(alone: Alone) -> Iterator[tuple[str, str | int]]:
    """The smallest single changes, those that are no matter of time first."""
    other = list(_list_other_changes(alone))
    timed = sorted(_list_timed_changes(alone), key=lambda change: (change[1], change[0]))
    yield from [*other, *timed][:CHANGES_MOST]


def _list_other_changes(alone: Alone) -> Iterator[tuple[str, str | int]]:
    """A bus with other features, another weekday, more room."""
    scenario, wish = alone.prepared.dataset.scenario, alone.wish
    for bus, crew in enumerate(scenario.buses):
        missing = sorted(set(alone.visit.needs) - set(crew.features))
        if missing and bus not in wish.buses and fits_alone(alone.change_visit(buses=(*wish.buses, bus))):
            yield "change-feature", ", ".join(missing)
            break
    for weekday in range(WEEK_DAYS):
        changed = _visit_on(alone, weekday)
        if changed is not None and fits_alone(changed):
            yield "change-weekday", weekday
            break
    if any(crew.capacity is not None for crew in alone.crews) and fits_alone(alone.relax(capacity=wish.load)):
        yield "change-capacity", wish.load


def _visit_on(alone: Alone, weekday: int) -> Problem | None:
    """The visit alone on a weekday of its own, with the same hours and a bus that is out; None if it may be already."""
    weeks = alone.prepared.dataset.scenario.cycle.weeks
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


def _list_timed_changes(alone: Alone) -> Iterator[tuple[str, int]]:
    """Every single time whose change helps, with the least change in seconds."""
    # No change of times sends a bus that lacks something, or makes a day.
    if not alone.crews or not alone.wish.patterns:
        return
    for code, change in TIMED.items():
        least_s = _find_least(alone, change)
        if least_s is not None:
            yield code, least_s


def _find_least(alone: Alone, change: Callable[[Alone, int], Problem | None]) -> int | None:
    """Least seconds on the grid by which something has to change; None if no change helps."""
    grid_s = alone.problem.grid_s

    def helps(steps: int) -> bool:
        changed = change(alone, steps * grid_s)
        return changed is not None and fits_alone(changed)

    most = LONGEST_CHANGE_S // grid_s
    first = next((steps for steps in _doubling(most) if helps(steps)), None)
    if first is None:
        return None
    low, high = first // 2, first
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if helps(middle) else (middle, high)
    return high * grid_s


def _doubling(most: int) -> Iterator[int]:
    """Numbers 1, 2, 4 … up to a limit, the limit last."""
    steps = 1
    while steps < most:
        yield steps
        steps *= 2
    yield most


def _change_buses(alone: Alone, change: Callable[[ProblemBus], dict[str, Any]]) -> Problem:
    """The visit alone after the same change of every bus."""
    return replace(alone.problem, buses=tuple(replace(bus, **change(bus)) for bus in alone.problem.buses))


def _change_windows(alone: Alone, before_s: int, after_s: int) -> Problem | None:
    """The visit alone with windows that begin earlier and end later; None where a rule and no window limits them."""
    if any(rule.holds(alone.visit, alone.prepared.dataset.scenario) for rule in STOP_RULES):
        return None
    windows = tuple(
        tuple((max(0, start_s - before_s), min(DAY_S, end_s + after_s)) for start_s, end_s in spans)
        for spans in alone.wish.windows
    )
    return alone.change_visit(windows=windows)


def _ease(rule: StopRule) -> Callable[[Alone, int], Problem | None]:
    """How a rule about times at the stop becomes less strict."""

    def change(alone: Alone, seconds: int) -> Problem | None:
        visit, scenario = alone.visit, alone.prepared.dataset.scenario
        eased = rule.ease(visit, scenario, seconds) if rule.holds(visit, scenario) else None
        return None if eased is None else _change_rule(alone, eased)

    return change


def _shorten_stay(alone: Alone, seconds: int) -> Problem | None:
    """The visit alone with a shorter stay of at least one step; None if it is not so long."""
    dwell_s = alone.wish.dwell_s - seconds
    return alone.change_visit(dwell_s=dwell_s) if dwell_s >= alone.problem.grid_s else None


TIMED: Final[Mapping[str, Callable[[Alone, int], Problem | None]]] = {
    "change-work": lambda alone, s: _change_buses(alone, lambda bus: {"max_work_s": bus.max_work_s + s}),
    "change-shift-start": lambda alone, s: _change_buses(
        alone, lambda bus: {"shift_start_s": max(0, bus.shift_start_s - s)}
    ),
    "change-shift-end": lambda alone, s: _change_buses(
        alone, lambda bus: {"shift_end_s": min(DAY_S, bus.shift_end_s + s)}
    ),
    "change-driving": lambda alone, s: _change_buses(alone, lambda bus: {"max_driving_s": bus.max_driving_s + s}),
    "change-unbroken": lambda alone, s: _change_buses(alone, lambda bus: {"max_unbroken_s": bus.max_unbroken_s + s}),
    "change-meal-earlier": lambda alone, s: _change_buses(
        alone, lambda bus: {"break_earliest_s": max(0, bus.break_earliest_s - s)}
    ),
    "change-meal-later": lambda alone, s: _change_buses(alone, lambda bus: {"break_latest_s": bus.break_latest_s + s}),
    "change-before-meal": lambda alone, s: _change_buses(
        alone, lambda bus: {"max_before_break_s": bus.max_before_break_s and bus.max_before_break_s + s}
    ),
    "change-window-start": lambda alone, s: _change_windows(alone, s, 0),
    "change-window-end": lambda alone, s: _change_windows(alone, 0, s),
    **{rule.CHANGE: _ease(rule) for rule in STOP_RULES},
    "change-dwell": _shorten_stay,
}
"""How each change is made; more of it never makes anything impossible."""


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
