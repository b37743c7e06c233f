"""Why a settlement is not served: proofs and prices, and the words for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bibliobus.language import N_
from bibliobus.network.matrix import UNREACHABLE_S
from bibliobus.plan.timetable import Reason
from bibliobus.solve.schedule import Scheduler
from bibliobus.units import DAY_S, format_clock
from bibliobus.wording import CycleDay, Duration, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.model.problem import Problem, ProblemBus
    from bibliobus.solve.schedule import Timing
    from bibliobus.solve.solution import Solution

REASONS: Final[Mapping[str, str]] = {
    "no-bus-with-feature": N_("No bus has every feature this stop needs."),
    "no-common-weekday": N_("No bus is out on a weekday on which this stop is open."),
    "no-road": N_("No road leads there from a depot and back for any suitable bus."),
    "window-too-short": N_("The bus has to stay {needed}, but the longest time allowed there is {limit}."),
    "work-too-long": N_("Even alone, the trip there and back takes {needed} of work; the limit is {limit} a day."),
    "driving-too-long": N_(
        "Even alone, the trip there and back takes {needed} of driving; the limit is {limit} a day."
    ),
    "outside-shift": N_("Even alone, the bus cannot be there at the allowed times within its shift."),
    "break-in-the-way": N_("Even alone, the bus cannot be there at the allowed times beside the meal break."),
    "rules-together": N_("Even alone, no day keeps all rules at once: shift, allowed times, meal break and driving."),
    "day-full": N_(
        "It gave way to others: the shortest day it could join ({day}) would take {needed} of work; "
        "the limit is {limit}."
    ),
    "day-past-shift": N_(
        "It gave way to others: on the best day it could join ({day}) the bus would be back at {back}; "
        "the shift ends at {end}."
    ),
    "costs-more": N_(
        "There would be room on the best day it could join ({day}), but by the weights of the scenario "
        "the visit costs more than it is worth."
    ),
    "day-times-clash": N_("It gave way to others: on every possible day its times clash with those of other stops."),
}
"""The sentence of every reason by its code."""

_DURATIONS: Final = ("needed", "limit")
_CLOCKS: Final = ("back", "end")


def describe_reason(reason: Reason) -> Text:
    """
    Put a reason into a sentence a council understands.

    Parameters
    ----------
    reason
        Reason of an unserved settlement.

    Returns
    -------
    Text
        One sentence.
    """
    words: dict[str, object] = {
        name: Duration(int(reason.values[name])) for name in _DURATIONS if name in reason.values
    }
    words |= {name: format_clock(int(reason.values[name])) for name in _CLOCKS if name in reason.values}
    if "day" in reason.values:
        words["day"] = CycleDay(int(reason.values["day"]))
    return Text(REASONS[reason.code], words)


def explain_unserved(problem: Problem, solution: Solution) -> dict[int, Reason]:
    """
    Find out why visits are not served.

    Parameters
    ----------
    problem
        The planning problem.
    solution
        Its solution.

    Returns
    -------
    dict of int to Reason
        For each unserved visit: *impossible* if not even an empty bus can serve it under the rules,
        else *sacrificed*, with the shortest day it could have joined.
    """
    scheduler = Scheduler(problem)
    longer = Scheduler(_relax(problem, max_work_s=DAY_S, shift_end_s=DAY_S))
    tours = {(tour.bus, tour.day): tuple(call.visit for call in tour.calls) for tour in solution.tours}
    return {
        visit: _price_sacrifice(problem, longer, tours, visit)
        if _fits_alone(scheduler, visit)
        else _prove_impossible(problem, visit)
        for visit in solution.unserved
    }


def _relax(problem: Problem, **limits: Any) -> Problem:
    """Problem with some limits of every bus replaced."""
    return replace(problem, buses=tuple(replace(bus, **limits) for bus in problem.buses))


def _fits_alone(scheduler: Scheduler, visit: int) -> bool:
    """Whether some bus without other calls can serve every repeat."""
    wish = scheduler.problem.visits[visit]
    return any(
        all(scheduler.time_tour(bus, day, (visit,)) for day in days) for days in wish.patterns for bus in wish.buses
    )


def _price_sacrifice(
    problem: Problem, longer: Scheduler, tours: Mapping[tuple[int, int], tuple[int, ...]], visit: int
) -> Reason:
    """The day that a visit would have made too long by the least."""
    wish = problem.visits[visit]
    worst_days: list[Timing] = []
    for days in wish.patterns:
        for bus in wish.buses:
            joined = [_join_day(longer, tours.get((bus, day), ()), bus, day, visit) for day in days]
            fitting = [timing for timing in joined if timing is not None]
            if len(fitting) == len(days):
                worst_days.append(max(fitting, key=lambda timing: _excess(problem, timing)))
    if not worst_days:
        return Reason("day-times-clash", False)
    best = min(worst_days, key=lambda timing: (_excess(problem, timing), timing.tour.day))
    crew, day = problem.buses[best.tour.bus], best.tour.day
    if _excess(problem, best) <= 0:
        return Reason("costs-more", False, {"day": day})
    if best.work_s > crew.max_work_s:
        return Reason("day-full", False, {"day": day, "needed": best.work_s, "limit": crew.max_work_s})
    return Reason("day-past-shift", False, {"day": day, "back": best.tour.return_s, "end": crew.shift_end_s})


def _excess(problem: Problem, timing: Timing) -> int:
    """Seconds by which a tour is beyond the working time or the shift of its bus."""
    crew = problem.buses[timing.tour.bus]
    return max(timing.work_s - crew.max_work_s, timing.tour.return_s - crew.shift_end_s)


def _join_day(scheduler: Scheduler, order: tuple[int, ...], bus: int, day: int, visit: int) -> Timing | None:
    """The tour of a day with the visit at its best place; None if it does not fit."""
    candidates = ((*order[:at], visit, *order[at:]) for at in range(len(order) + 1))
    timings = (scheduler.time_tour(bus, day, candidate) for candidate in candidates)
    return min(filter(None, timings), key=lambda timing: _excess(scheduler.problem, timing), default=None)


def _prove_impossible(problem: Problem, visit: int) -> Reason:
    """The rule without which an empty bus could serve the visit."""
    wish = problem.visits[visit]
    if not wish.buses:
        return Reason("no-bus-with-feature", True)
    possible = [days for days in wish.patterns if any(set(days) <= set(problem.buses[bus].days) for bus in wish.buses)]
    if not possible:
        return Reason("no-common-weekday", True)
    crews = [problem.buses[bus] for bus in wish.buses]
    if all(_way_s(problem, crew, wish.place) >= UNREACHABLE_S for crew in crews):
        return Reason("no-road", True)
    longest_s = max(
        (end_s - start_s for days in possible for day in days for start_s, end_s in wish.windows[day]), default=0
    )
    if longest_s < wish.dwell_s:
        return Reason("window-too-short", True, {"needed": wish.dwell_s, "limit": max(longest_s, 0)})
    return _find_binding_rule(problem, visit, crews)


def _find_binding_rule(problem: Problem, visit: int, crews: list[ProblemBus]) -> Reason:
    """Lift one rule after the other until the visit fits alone."""
    wish = problem.visits[visit]
    longer = Scheduler(_relax(problem, max_work_s=DAY_S))
    works = [
        timing.work_s
        for days in wish.patterns
        for bus in wish.buses
        if (timing := longer.time_tour(bus, days[0], (visit,)))
    ]
    if works:
        limit_s = max(crew.max_work_s for crew in crews)
        return Reason("work-too-long", True, {"needed": min(works), "limit": limit_s})
    if _fits_alone(Scheduler(_relax(problem, max_driving_s=DAY_S, max_unbroken_s=DAY_S)), visit):
        needed_s = min(_driving_s(problem, crew, wish.place) for crew in crews)
        limit_s = max(_driving_limit_s(crew) for crew in crews)
        return Reason("driving-too-long", True, {"needed": needed_s, "limit": limit_s})
    if _fits_alone(Scheduler(_relax(problem, break_duration_s=0)), visit):
        return Reason("break-in-the-way", True)
    if _fits_alone(Scheduler(_relax(problem, shift_start_s=0, shift_end_s=DAY_S)), visit):
        return Reason("outside-shift", True)
    return Reason("rules-together", True)


def _way_s(problem: Problem, crew: ProblemBus, place: int) -> int:
    """Seconds of the longer of the ways there and back."""
    legs = problem.leg_s[crew.profile]
    return max(int(legs[crew.depot, place]), int(legs[place, crew.depot]))


def _driving_s(problem: Problem, crew: ProblemBus, place: int) -> int:
    """Driving there and back with reserve."""
    driving = problem.driving_s[crew.profile]
    return int(driving[crew.depot, place]) + int(driving[place, crew.depot])


def _driving_limit_s(crew: ProblemBus) -> int:
    """Longest driving of a day; one unbroken stretch where no break is long enough to count."""
    breaks_driving = crew.break_duration_s and crew.break_duration_s >= crew.min_break_s
    return crew.max_driving_s if breaks_driving else min(crew.max_driving_s, crew.max_unbroken_s)
