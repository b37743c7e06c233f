"""One visit alone on empty buses, and the least changes of times with which it fits: of one number, or of several."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.model.area import build_windows
from bibliobus.model.rules import STOP_RULES
from bibliobus.solve.times.schedule import Scheduler
from bibliobus.words.language import DAY_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bibliobus.demand.visits import Visit
    from bibliobus.domain.scenario import Scenario
    from bibliobus.model.area import PreparedArea
    from bibliobus.model.problem import Problem, ProblemBus, ProblemVisit
    from bibliobus.model.rules.stop_rule import StopRule

LONGEST_CHANGE_S: Final = 12 * 3600
"""No change of a time by more than this is looked for."""

OTHERS_MOST: Final = 2
"""Most changes that are looked for together beside those without which nothing helps."""

ONE_MORE_S: Final = 1800
"""Another time is changed as well where that saves so much of the others: fewer numbers, but no four hours for one."""


@dataclass(frozen=True)
class Alone:
    """One visit on empty buses: the visit and the scenario that say when it may be, and the problem without others."""

    prepared: PreparedArea
    visit: Visit
    scenario: Scenario
    problem: Problem
    watch: Watch = field(default=UNWATCHED, compare=False)

    @property
    def wish(self) -> ProblemVisit:
        """The visit as the problem has it."""
        return self.problem.visits[0]

    @property
    def crews(self) -> tuple[ProblemBus, ...]:
        """Buses that may serve it."""
        return tuple(self.problem.buses[bus] for bus in self.wish.buses)

    def fits(self) -> bool:
        """Say whether some bus without other calls can serve every repeat."""
        return fits_alone(self.problem, self.watch)

    def allows(self, problem: Problem) -> bool:
        """Say the same of a problem that differs in something."""
        return fits_alone(problem, self.watch)

    def relax(self, **limits: Any) -> Problem:
        """Replace limits of every bus."""
        return self.change_buses(lambda _: limits).problem

    def change_buses(self, change: Callable[[ProblemBus], Mapping[str, Any]]) -> Alone:
        """Replace limits of every bus, by what they were."""
        buses = tuple(replace(bus, **change(bus)) for bus in self.problem.buses)
        return replace(self, problem=replace(self.problem, buses=buses))

    def change_visit(self, **fields: Any) -> Problem:
        """Replace wishes of the visit."""
        return replace(self.problem, visits=(replace(self.wish, **fields),))

    def change_rule(self, visit: Visit, scenario: Scenario) -> Alone:
        """Take the windows of another visit or scenario."""
        problem = self.change_visit(windows=build_windows(visit, scenario))
        return replace(self, visit=visit, scenario=scenario, problem=problem)


def leave_alone(prepared: PreparedArea, visit: int, watch: Watch = UNWATCHED) -> Alone:
    """Take one visit, by its index, without all others."""
    problem = replace(prepared.problem, visits=(prepared.problem.visits[visit],))
    return Alone(prepared, prepared.demand.visits[visit], prepared.dataset.scenario, problem, watch)


def fits_alone(problem: Problem, watch: Watch = UNWATCHED) -> bool:
    """Tell whether one bus without other calls can serve every repeat on all days of one pattern."""
    return find_bus_alone(problem, watch) is not None


def find_bus_alone(problem: Problem, watch: Watch = UNWATCHED) -> int | None:
    """Find the first bus that can serve every repeat of the only visit on all days of one pattern; None if none can."""
    scheduler, wish = Scheduler(problem), problem.visits[0]
    for days in wish.patterns:
        for bus in wish.buses:
            watch.check()
            if all(scheduler.time_tour(bus, day, (0,)) for day in days):
                return bus
    return None


def _change_windows(alone: Alone, before_s: int, after_s: int) -> Alone | None:
    """The visit alone with windows that begin earlier and end later; None where a rule and no window limits them."""
    if any(rule.holds(alone.visit, alone.scenario) for rule in STOP_RULES):
        return None
    windows = tuple(
        tuple((max(0, start_s - before_s), min(DAY_S, end_s + after_s)) for start_s, end_s in spans)
        for spans in alone.wish.windows
    )
    return replace(alone, problem=alone.change_visit(windows=windows))


def _ease(rule: StopRule) -> Callable[[Alone, int], Alone | None]:
    """How a rule about times at the stop becomes less strict."""

    def change(alone: Alone, seconds: int) -> Alone | None:
        visit, scenario = alone.visit, alone.scenario
        eased = rule.ease(visit, scenario, seconds) if rule.holds(visit, scenario) else None
        return None if eased is None else alone.change_rule(*eased)

    return change


def _shorten_stay(alone: Alone, seconds: int) -> Alone | None:
    """The visit alone with a shorter stay of at least one step; None if it is not so long."""
    dwell_s = alone.wish.dwell_s - seconds
    return replace(alone, problem=alone.change_visit(dwell_s=dwell_s)) if dwell_s >= alone.problem.grid_s else None


STAY: Final = "change-dwell"
"""The only change that takes something from the readers, and not from the working day."""

TIMED: Final[Mapping[str, Callable[[Alone, int], Alone | None]]] = {
    "change-work": lambda alone, s: alone.change_buses(lambda bus: {"max_work_s": bus.max_work_s + s}),
    "change-shift-start": lambda alone, s: alone.change_buses(
        lambda bus: {"shift_start_s": max(0, bus.shift_start_s - s)}
    ),
    "change-shift-end": lambda alone, s: alone.change_buses(
        lambda bus: {"shift_end_s": min(DAY_S, bus.shift_end_s + s)}
    ),
    "change-driving": lambda alone, s: alone.change_buses(lambda bus: {"max_driving_s": bus.max_driving_s + s}),
    "change-unbroken": lambda alone, s: alone.change_buses(lambda bus: {"max_unbroken_s": bus.max_unbroken_s + s}),
    "change-meal-earlier": lambda alone, s: alone.change_buses(
        lambda bus: {"break_earliest_s": max(0, bus.break_earliest_s - s)}
    ),
    "change-meal-later": lambda alone, s: alone.change_buses(lambda bus: {"break_latest_s": bus.break_latest_s + s}),
    "change-before-meal": lambda alone, s: alone.change_buses(
        lambda bus: {"max_before_break_s": bus.max_before_break_s and bus.max_before_break_s + s}
    ),
    "change-window-start": lambda alone, s: _change_windows(alone, s, 0),
    "change-window-end": lambda alone, s: _change_windows(alone, 0, s),
    **{rule.CHANGE: _ease(rule) for rule in STOP_RULES},
    STAY: _shorten_stay,
}
"""How each change is made; more of it never makes anything impossible."""


def find_singles(alone: Alone) -> dict[str, int]:
    """Find every time whose change by itself helps, with the least seconds on the grid."""
    thin = _thin(alone)
    found = {code: _find_single(thin, code, most) for code, most in _list_most(thin).items()}
    return {code: steps * alone.problem.grid_s for code, steps in found.items() if steps is not None}


def _find_single(alone: Alone, code: str, most: int) -> int | None:
    """Least steps of the grid by which one time has to change; None if no change of it helps."""

    def helps(steps: int) -> bool:
        return _fits_with(alone, {code: steps})

    # Most changes that help are small, and what helps nobody is seen at the largest at once.
    if not helps(most):
        return None
    high = next(steps for steps in _doubling(most) if helps(steps))
    return _least(helps, high // 2, high)


def _doubling(most: int) -> Iterator[int]:
    """Numbers 1, 2, 4 … up to a limit, the limit last."""
    steps = 1
    while steps < most:
        yield steps
        steps *= 2
    yield most


def _least(helps: Callable[[int], bool], low: int, high: int) -> int:
    """Least number of steps that helps, between one that does not and one that does."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if helps(middle) else (middle, high)
    return high


def _thin(alone: Alone) -> Alone:
    """The same with one of the buses that are alike, the nearest, and one of the patterns that are."""
    wish, distinct = alone.wish, tuple(dict.fromkeys(alone.crews))
    # Of two that are equally near, the first stays.
    crews = tuple(
        crew
        for at, crew in enumerate(distinct)
        if not any(
            _is_nearer(alone, other, crew) and (other_at < at or not _is_nearer(alone, crew, other))
            for other_at, other in enumerate(distinct)
            if other_at != at
        )
    )
    out = [set(crew.days) for crew in crews]
    kinds = {
        (tuple(wish.windows[day] for day in days), tuple(days_out.issuperset(days) for days_out in out)): days
        for days in reversed(wish.patterns)
    }
    visit = replace(wish, buses=tuple(range(len(crews))), patterns=tuple(reversed(kinds.values())))
    return replace(alone, problem=replace(alone.problem, buses=crews, visits=(visit,)))


def _is_nearer(alone: Alone, crew: ProblemBus, other: ProblemBus) -> bool:
    """Whether a bus has no longer drives there and back than another one, and is like it in all else."""
    place, problem = alone.wish.place, alone.problem
    return replace(crew, depot=other.depot, profile=other.profile) == other and all(
        int(times[crew.profile][way]) <= int(times[other.profile][other_way])
        for times in (problem.leg_s, problem.driving_s)
        for way, other_way in (
            ((crew.depot, place), (other.depot, place)),
            ((place, crew.depot), (place, other.depot)),
        )
    )


def _list_most(alone: Alone) -> dict[str, int]:
    """Most steps of the grid by which each time can be changed, without those whose change would change nothing."""
    most = {code: _count_most(alone, code) for code in TIMED}
    return {code: steps for code, steps in most.items() if steps and _differs(alone, code, steps)}


def _count_most(alone: Alone, code: str) -> int:
    """Most steps of the grid by which a time can be changed; 0 if it cannot."""
    most = LONGEST_CHANGE_S // alone.problem.grid_s

    def is_too_far(steps: int) -> bool:
        return TIMED[code](alone, steps * alone.problem.grid_s) is None

    return most if not is_too_far(most) else _least(is_too_far, 0, most) - 1


def _differs(alone: Alone, code: str, steps: int) -> bool:
    """Whether a change of a time changes anything."""
    changed = TIMED[code](alone, steps * alone.problem.grid_s)
    return changed is not None and (changed.crews, changed.wish) != (alone.crews, alone.wish)


def change_times(alone: Alone, seconds: Mapping[str, int]) -> Alone | None:
    """Make several changes of times, one after the other as `TIMED` names them; None where one cannot be made."""
    changed: Alone | None = alone
    for code, change in TIMED.items():
        if code in seconds and changed is not None:
            changed = change(changed, seconds[code])
    return changed


def _fits_with(alone: Alone, steps: Mapping[str, int]) -> bool:
    """Whether the visit fits with times changed by so many steps of the grid."""
    changed = change_times(alone, {code: count * alone.problem.grid_s for code, count in steps.items()})
    return changed is not None and changed.fits()


def find_together(alone: Alone) -> dict[str, int]:
    """
    Find the fewest times that must change together, and the least seconds of each; empty if nothing is found.

    One more is changed where that saves at least half an hour of the others. A shorter stay is not among them: it is
    offered by itself. With any one time changed by a step less the visit does not fit, and of two times no smaller sum
    does it.
    """
    thin = _thin(alone)
    most = {code: steps for code, steps in _list_most(thin).items() if code != STAY}
    least = _find_fewest(thin, most)
    while (better := _change_one_more(thin, most, least)) != least:
        least = better
    return {code: steps * alone.problem.grid_s for code, steps in least.items()}


def _find_fewest(alone: Alone, most: Mapping[str, int]) -> dict[str, int]:
    """Steps of the fewest times; of several sets of as few those with the least sum."""
    if not _fits_with(alone, most):
        return {}
    needed = [code for code in most if not _fits_with(alone, {other: most[other] for other in most if other != code})]
    for size in range(OTHERS_MOST + 1):
        sets = [
            {code: most[code] for code in most if code in needed or code in others}
            for others in combinations([code for code in most if code not in needed], size)
        ]
        found = [_shrink(alone, one) for one in sets if one and _fits_with(alone, one)]
        if found:
            return min(found, key=lambda steps: sum(steps.values()))
    return {}


def _change_one_more(alone: Alone, most: Mapping[str, int], least: Mapping[str, int]) -> dict[str, int]:
    """Steps with one more time changed, if that saves enough; else as they are."""
    worth, best = ONE_MORE_S // alone.problem.grid_s, dict(least)
    if len(least) < 2:
        return best
    for code in [code for code in most if code not in least]:
        # What takes nothing off the largest is not worth a closer look.
        largest = max(least, key=lambda one: least[one])
        some = {**least, largest: max(0, least[largest] - worth), code: most[code]}
        if _fits_with(alone, some):
            tried = _shrink(alone, {one: least.get(one, most[one]) for one in most if one in least or one == code})
            limit = sum(least.values()) - worth
            if sum(tried.values()) <= limit and sum(tried.values()) < sum(best.values()):
                best = tried
    return best


def _shrink(alone: Alone, most: Mapping[str, int]) -> dict[str, int]:
    """Least steps of times that change together."""
    codes = list(most)
    best = first = _shrink_in_order(alone, most, codes)
    if len(codes) == 2 and first != (last := _shrink_in_order(alone, most, codes[::-1])):
        best = _walk_down(alone, first, last)
    return {code: steps for code, steps in best.items() if steps}


def _walk_down(alone: Alone, first: Mapping[str, int], last: Mapping[str, int]) -> dict[str, int]:
    """Least sum of two times of which more of the one saves some of the other, between the least of each."""
    one, other = first
    best, now = dict(first), dict(first)
    while now[one] < last[one]:
        now[one] += 1
        while now[other] > last[other] and _fits_with(alone, {**now, other: now[other] - 1}):
            now[other] -= 1
        if sum(now.values()) < sum(best.values()):
            best = dict(now)
    return best


def _shrink_in_order(alone: Alone, most: Mapping[str, int], codes: Sequence[str]) -> dict[str, int]:
    """Least steps of the first time, then of the next with that, and so on."""
    steps = dict(most)
    for code in codes:
        steps[code] = _least(partial(_fits_at, alone, dict(steps), code), -1, steps[code])
    return steps


def _fits_at(alone: Alone, steps: Mapping[str, int], code: str, count: int) -> bool:
    """Whether the visit fits with so many steps of one time among others."""
    return _fits_with(alone, {**steps, code: count})


LIMITS: Final[Mapping[str, str]] = {
    "change-work": "max_work_s",
    "change-shift-start": "shift_start_s",
    "change-shift-end": "shift_end_s",
    "change-driving": "max_driving_s",
    "change-unbroken": "max_unbroken_s",
    "change-meal-earlier": "break_earliest_s",
    "change-meal-later": "break_latest_s",
    "change-before-meal": "max_before_break_s",
}
"""Limit of a bus that each change is a change of."""


def find_limits(alone: Alone, seconds: Mapping[str, int]) -> dict[str, int]:
    """Find the limits, in seconds, that these changes of times go beyond, of the first bus that then can come."""
    changed = change_times(alone, seconds)
    bus = None if changed is None else find_bus_alone(changed.problem, alone.watch)
    crew = None if bus is None else alone.problem.buses[bus]
    return {} if crew is None else {code: getattr(crew, LIMITS[code]) for code in seconds if code in LIMITS}
