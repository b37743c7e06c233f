"""Why a settlement is not served: the reasons, the words for them, and what a plan does for each settlement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.model.rules import STOP_RULES
from bibliobus.plan.explain.alone import leave_alone
from bibliobus.plan.explain.impossible import CHANGE, LIMIT, TOGETHER, TOGETHER_BY, prove_impossible
from bibliobus.plan.explain.sacrifice import Sacrifices
from bibliobus.plan.names import spell_places
from bibliobus.plan.plan import Reason, Standing
from bibliobus.words.language import N_, NN_, format_clock
from bibliobus.words.text import Count, CycleDay, Duration, Length, Name, Number, Parts, Rhythm, Text, Weekday

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from bibliobus.inputs.area import Dataset
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.plan import Account, Plan
    from bibliobus.solve.solver import Solution

REASONS: Final[Mapping[str, str]] = {
    "no-bus-with-feature": N_("No bus has every feature this stop needs."),
    "no-common-weekday": N_("No bus is out on a weekday on which this stop is open."),
    "no-day-left": N_("The weekdays and dates decided for this stop leave no day on which a bus could come."),
    "no-road": N_("No road leads there from a depot and back for any suitable bus."),
    "window-too-short": N_("The bus has to stay {needed}, but the longest time allowed there is {limit}."),
    **{rule.CODE: rule.REASON for rule in STOP_RULES},
    "load-too-big": N_(
        "A visit takes {load} of the room on the bus; the biggest suitable bus has room for {capacity}."
    ),
    "work-too-long": N_("Even alone, the trip there and back takes {needed} of work; the limit is {limit} a day."),
    "driving-too-long": N_(
        "Even alone, the trip there and back takes {needed} of driving; the limit is {limit} a day."
    ),
    "unbroken-too-long": N_(
        "Even alone, the trip takes {needed} of driving without a break that counts; the limit is {limit}."
    ),
    "meal-too-late": N_("Even alone, the crew could not have its meal break within {limit} of leaving."),
    "outside-shift": N_("Even alone, the bus cannot be there at the allowed times within its shift."),
    "break-in-the-way": N_("Even alone, the bus cannot be there at the allowed times beside the meal break."),
    TOGETHER: N_("Even alone, no day keeps all rules at once: shift, allowed times, meal break and driving."),
    "day-full": N_(
        "It gave way to others: the shortest day it could join ({day}) would take {needed} of work; "
        "the limit is {limit}."
    ),
    "day-past-shift": N_(
        "It gave way to others: on the best day it could join ({day}) the bus would be back at {back}; "
        "the shift ends at {end}."
    ),
    "day-calls": N_(
        "It gave way to others: on every day it could join the bus already has as many calls as it may, "
        "such as {calls} on {day}."
    ),
    "day-load": N_(
        "It gave way to others: on the best day it could join ({day}) the load would be {load}; the bus has room "
        "for {capacity}."
    ),
    "day-driving": N_(
        "It gave way to others: on the best day it could join ({day}) the bus would drive {needed}; the limit is "
        "{limit} a day."
    ),
    "day-unbroken": N_(
        "It gave way to others: on the best day it could join ({day}) the bus would drive longer than {limit} "
        "without a break that counts."
    ),
    "room-left": N_(
        "There is room for it on {day}, and the visit would be worth its price; the search did not find that. "
        "Plan again with more iterations."
    ),
    "costs-more": N_(
        "There would be room on the best day it could join ({day}), but by the weights of the scenario "
        "the visit costs more than it is worth."
    ),
    "day-times-clash": N_("It gave way to others: on every possible day its times clash with those of other stops."),
}
"""The sentence of every reason by its code."""

CHANGES: Final[Mapping[str, str]] = {
    "change-feature": N_("It could be served if a bus had what it lacks: {text}."),
    "change-weekday": N_("It could be served if the bus came on another weekday, {weekday}."),
    "change-capacity": N_("It could be served if a bus had room for {number}."),
    "change-work": N_("It could be served if a working day could be {time} longer."),
    "change-shift-start": N_("It could be served if the shift began {time} earlier."),
    "change-shift-end": N_("It could be served if the shift ended {time} later."),
    "change-driving": N_("It could be served if a driver could drive {time} longer a day."),
    "change-unbroken": N_("It could be served if a driver could drive {time} longer without a break."),
    "change-meal-earlier": N_("It could be served if the meal break could begin {time} earlier."),
    "change-meal-later": N_("It could be served if the meal break could begin {time} later."),
    "change-before-meal": N_("It could be served if the meal break could come {time} later after leaving."),
    "change-window-start": N_("It could be served if the bus could be open there {time} earlier."),
    "change-window-end": N_("It could be served if the bus could be open there {time} longer."),
    **{rule.CHANGE: rule.CHANGE_WORDS for rule in STOP_RULES},
    "change-dwell": N_("It could be served if the bus stayed {time} less."),
}
"""What would make an impossible settlement possible, by the name of its value."""

ALL_RULES: Final = N_("Even alone, no day keeps all rules at once. It would take: {parts}.")
ALL_CHANGES: Final = N_("It could be served if all of this changed together: {parts}.")

NEEDED: Final[Mapping[str, str]] = {
    "work": N_("{needed} of work ({limit} allowed)"),
    "shift-start": N_("leaving at {needed} (the shift begins at {limit})"),
    "shift-end": N_("being back at {needed} (the shift ends at {limit})"),
    "driving": N_("{needed} of driving ({limit} allowed)"),
    "unbroken": N_("{needed} of driving without a break that counts ({limit} allowed)"),
    "meal-earlier": N_("a meal break that begins at {needed} (allowed from {limit} on)"),
    "meal-later": N_("a meal break that begins at {needed} (allowed until {limit})"),
    "before-meal": N_("{needed} from leaving to the meal break ({limit} allowed)"),
}
"""What a day would take that goes beyond a limit, by what must change together."""

PARTS: Final[Mapping[str, str]] = {
    "work": N_("a working day that is {time} longer"),
    "shift-start": N_("a shift that begins {time} earlier"),
    "shift-end": N_("a shift that ends {time} later"),
    "driving": N_("{time} more driving a day"),
    "unbroken": N_("{time} more driving without a break"),
    "meal-earlier": N_("a meal break that may begin {time} earlier"),
    "meal-later": N_("a meal break that may begin {time} later"),
    "before-meal": N_("{time} more from leaving to the meal break"),
    "window-start": N_("opening there {time} earlier than allowed"),
    "window-end": N_("closing there {time} later than allowed"),
    **{rule.CHANGE.removeprefix(CHANGE): rule.CHANGE_PART for rule in STOP_RULES},
}
"""What must change together with others, and by how much."""

_EARLIER: Final = frozenset({"shift-start", "meal-earlier"})
"""Limits that are undercut."""

_TIMES_OF_DAY: Final = frozenset({"shift-start", "shift-end", "meal-earlier", "meal-later"})
"""Limits that are times of the day, and not lengths."""

PLACE: Final = N_(
    "The best place for it is with {bus} from {day}: {more_work} more work and {more_length} more driving in the cycle."
)
PLACE_ON_THE_WAY: Final = N_(
    "The best place for it is with {bus} from {day}: {more_work} more work in the cycle; it lies on the way."
)
LONGER: Final = N_("It would fit in there if the day could be {longer} longer.")
INSTEAD: Final = N_("It would fit in on {day} if “{instead}” ({people}) were left out instead.")
NOBODY: Final = N_("Leaving out any one other stop would not make room there.")
RESIDENTS: Final = NN_("{count} resident", "{count} residents")

NO_DETOUR_M: Final = 100
"""A detour shorter than this is none."""

FULL: Final = ("day-full", "day-past-shift", "day-calls", "day-load", "day-driving", "day-unbroken")
"""Reasons for which somebody else is looked for who could go instead."""

TEXTS: Final = frozenset({"bus", "instead", "change-feature"})
"""Values that are text; all others are whole numbers."""

_DURATIONS: Final = ("needed", "limit")
_CLOCKS: Final = ("back", "end")
_NUMBERS: Final = ("calls", "load", "capacity")


def describe_reason(reason: Reason) -> Text:
    """Put a reason into a sentence a council understands."""
    if reason.code == TOGETHER and (needed := _list_needed(reason)):
        return Text(ALL_RULES, {"parts": Parts(needed)})
    words: dict[str, object] = {
        name: Duration(int(reason.values[name])) for name in _DURATIONS if name in reason.values
    }
    words |= {name: format_clock(int(reason.values[name])) for name in _CLOCKS if name in reason.values}
    words |= {name: Number(int(reason.values[name])) for name in _NUMBERS if name in reason.values}
    if "day" in reason.values:
        words["day"] = CycleDay(int(reason.values["day"]))
    return Text(REASONS[reason.code], words)


def describe_ways_out(reason: Reason, names: Mapping[str, Name]) -> tuple[Text, ...]:
    """
    Say what would change it; empty if nothing is known.

    For an impossible settlement each single change that would make it possible; for a sacrificed one the cheapest
    place, its price, and who would go instead.
    """
    return tuple(_list_changes(reason) if reason.impossible else _list_prices(reason, names))


def _list_changes(reason: Reason) -> Iterator[Text]:
    """Changes that would make it possible, in the order they were found."""
    for code, value in reason.values.items():
        match code, value:
            case "change-feature", str():
                yield Text(CHANGES[code], {"text": value})
            case "change-weekday", int():
                yield Text(CHANGES[code], {"weekday": Weekday(value)})
            case "change-capacity", int():
                yield Text(CHANGES[code], {"number": Number(value)})
            case _, int() if code in CHANGES:
                yield Text(CHANGES[code], {"time": Duration(value)})

    if changed := _list_together(reason):
        yield Text(ALL_CHANGES, {"parts": Parts(changed)})


def _read_together(reason: Reason) -> dict[str, int]:
    """Seconds by which each time must change together with the others."""
    told = {name: value for name, value in reason.values.items() if name.startswith(TOGETHER_BY)}
    seconds = {name.removeprefix(TOGETHER_BY): value for name, value in told.items() if isinstance(value, int)}
    return {part: seconds[part] for part in PARTS if part in seconds}


def _list_together(reason: Reason) -> tuple[Text, ...]:
    """What must change together; nothing where one change is enough, which is told by itself."""
    seconds = _read_together(reason)
    if len(seconds) < 2:
        return ()
    return tuple(Text(PARTS[part], {"time": Duration(by_s)}) for part, by_s in seconds.items())


def _list_needed(reason: Reason) -> tuple[Text, ...]:
    """What a day would take, with the limit where there is one in numbers."""
    return tuple(_tell_needed(part, by_s, reason.values) for part, by_s in _read_together(reason).items())


def _tell_needed(part: str, by_s: int, values: Mapping[str, str | int]) -> Text:
    """One of the things that a day would take."""
    limit_s = values.get(LIMIT + part)
    if part not in NEEDED or not isinstance(limit_s, int):
        return Text(PARTS[part], {"time": Duration(by_s)})
    needed_s = max(0, limit_s - by_s) if part in _EARLIER else limit_s + by_s
    if part in _TIMES_OF_DAY:
        return Text(NEEDED[part], {"needed": format_clock(needed_s), "limit": format_clock(limit_s)})
    return Text(NEEDED[part], {"needed": Duration(needed_s), "limit": Duration(limit_s)})


def _list_prices(reason: Reason, names: Mapping[str, Name]) -> Iterator[Text]:
    """The cheapest place, and what it would take."""
    values = reason.values
    if not {"bus", "day", "more_work", "more_length"} <= values.keys():
        return
    yield Text(
        PLACE if int(values["more_length"]) >= NO_DETOUR_M else PLACE_ON_THE_WAY,
        {
            "bus": values["bus"],
            "day": CycleDay(int(values["day"])),
            "more_work": Duration(int(values["more_work"])),
            "more_length": Length(int(values["more_length"])),
        },
    )
    if "longer" in values:
        yield Text(LONGER, {"longer": Duration(int(values["longer"]))})
    if {"instead", "instead_day", "instead_people"} <= values.keys():
        instead = str(values["instead"])
        people = Count(*RESIDENTS, int(values["instead_people"]))
        name, day = names.get(instead, Name(instead, instead)), CycleDay(int(values["instead_day"]))
        yield Text(INSTEAD, {"day": day, "instead": name, "people": people})
    elif reason.code in FULL:
        yield Text(NOBODY)


def explain_unserved(
    prepared: PreparedArea, solution: Solution, watch: Watch = UNWATCHED, *, only: Collection[int] | None = None
) -> dict[int, Reason]:
    """
    Find out why visits are not served.

    Parameters
    ----------
    prepared
        What was planned.
    solution
        Its solution.
    watch
        Told, and asked whether to stop, for every visit and every place that is tried for it.
    only
        Visits to explain; None means all that are not served.

    Returns
    -------
    dict of int to Reason
        For each unserved visit: *impossible* if not even an empty bus can serve it under the rules, with the
        smallest single changes that would help, else *sacrificed*, with the cheapest place for it.
    """
    sacrifices = Sacrifices(prepared, solution, watch)
    reasons = {}
    for visit in solution.unserved:
        if only is not None and visit not in only:
            continue
        watch.check()
        alone = leave_alone(prepared, visit, watch)
        reasons[visit] = sacrifices.explain(visit) if alone.fits() else prove_impossible(alone)
    return reasons


COMES: Final = N_("The bus comes {rhythm}.")
CALL: Final = N_("{day}: {start}-{end}, {bus}.")
LIBRARY_HERE: Final = N_("Library here: {library}.")
LIBRARY_NEAR: Final = N_("No bus needed. Nearest library: {library}, {distance} by road.")


@dataclass(frozen=True)
class Story:
    """
    What a plan does for one settlement.

    Parameters
    ----------
    account
        How it stands.
    name
        Its name.
    sentence
        What is so.
    details
        Its visits, or what would change it; may be empty.
    """

    account: Account
    name: Name
    sentence: Text
    details: tuple[Text, ...]


def tell_stories(plan: Plan, dataset: Dataset) -> tuple[Story, ...]:
    """
    Tell how every settlement stands.

    Parameters
    ----------
    plan, dataset
        The plan, and the inputs it was made from.

    Returns
    -------
    tuple of Story
        One for each settlement, in the order of the plan.
    """
    names = spell_places(dataset)
    libraries = {library.library_id: library.name for library in dataset.libraries}
    calls = _list_calls(plan, {bus.bus_id: bus.name for bus in dataset.scenario.buses})
    return tuple(
        Story(account, names[account.settlement_id], *_tell(account, names, libraries, calls))
        for account in plan.accounts
    )


def _list_calls(plan: Plan, buses: Mapping[str, str]) -> dict[str, list[Text]]:
    """Every visit of each settlement as a line."""
    calls: dict[str, list[Text]] = {}
    for tour in plan.tours:
        for call in tour.calls:
            times = {"start": format_clock(call.start_s), "end": format_clock(call.end_s)}
            line = Text(CALL, {"day": CycleDay(tour.day), **times, "bus": buses.get(tour.bus_id, tour.bus_id)})
            calls.setdefault(call.settlement_id, []).append(line)
    return calls


def _tell(
    account: Account, names: Mapping[str, Name], libraries: Mapping[str, str], calls: Mapping[str, list[Text]]
) -> tuple[Text, tuple[Text, ...]]:
    """Sentence and details of one settlement."""
    if account.standing is Standing.SERVED:
        return Text(COMES, {"rhythm": Rhythm(account.rhythm_weeks)}), tuple(calls.get(account.settlement_id, ()))
    if account.reason is not None:
        return describe_reason(account.reason), describe_ways_out(account.reason, names)
    library = libraries.get(account.library_id, account.library_id)
    if not account.library_m:
        return Text(LIBRARY_HERE, {"library": library}), ()
    return Text(LIBRARY_NEAR, {"library": library, "distance": Length(account.library_m)}), ()
