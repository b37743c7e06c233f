"""Stories: what a plan does for each settlement, or why it does nothing, in sentences a council understands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.language import N_
from bibliobus.plan.explain import describe_reason, describe_ways_out
from bibliobus.plan.names import spell_places
from bibliobus.plan.timetable import Standing
from bibliobus.quantities import Rhythm
from bibliobus.units import format_clock
from bibliobus.wording import CycleDay, Length, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.inputs.dataset import Dataset
    from bibliobus.plan.timetable import Account, Plan
    from bibliobus.wording import Name

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
    plan
        The plan.
    dataset
        Inputs it was made from.

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
