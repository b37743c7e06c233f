"""What must be said before a plan is published: stops that are kept back, and dates that have passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.domain.audience import KEPT_BACK, may_see
from bibliobus.domain.roads import RoadFile, RoadTable
from bibliobus.findings import Finding, FindingKind, InputError, Place, Severity
from bibliobus.inputs.files import LIBRARIES_FILE, SCENARIO_FILE
from bibliobus.inputs.places import NO_LIBRARIES
from bibliobus.inputs.scenario.build import RESIDENTS
from bibliobus.network.profile_table import read_profile_table
from bibliobus.plan.names import spell_places
from bibliobus.plan.plan import Standing
from bibliobus.words.language import N_, NN_
from bibliobus.words.text import Count, DateText, Name, Number, Share, Text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from bibliobus.demand.visits import Demand
    from bibliobus.domain.audience import Audience
    from bibliobus.domain.calendar import Cycle
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan
    from bibliobus.words.language import Language

MANY_UNKNOWN: Final = 0.25
"""Share of settlements from which on unknown populations make every number of people doubtful."""

LONG_AFTER_DAYS: Final = 56
"""After eight weeks, as many as the papers of a season are usually made for, a plan is no longer one of these dates."""

DAYS: Final = NN_("{count} day", "{count} days")

POPULATIONS_UNKNOWN: Final = FindingKind(
    "populations-unknown",
    Severity.WARNING,
    N_(
        "Settlements whose population is unknown: {unknown} of {all} ({share}). Each counts as {people}, so every "
        "number of people is only as good as that."
    ),
    N_("Put the numbers into the column population, at least those of the bigger settlements."),
)
BASE_SERVED: Final = FindingKind(
    "base-served",
    Severity.WARNING,
    N_("{names}: the base is there and no library is listed near it, so the bus serves the place it starts from."),
    N_("If there is a library, put it into libraries.csv."),
)
SEASON_UNUSED: Final = FindingKind(
    "season-unused",
    Severity.WARNING,
    N_("season_factor of “{profile}” changes nothing: no road of the area is known to be unpaved."),
    N_("Name the surface of such roads in roads.csv (column surface), or leave season_factor at 1."),
)
LONG_AFTER: Final = FindingKind(
    "dates-long-after",
    Severity.WARNING,
    N_(
        "These dates begin on {first}, {days} after the first day of the plan, {day}. The papers repeat its cycle; "
        "road changes and curfews of later dates are not in it."
    ),
    N_("If more has changed since than the dates, plan again with a later first_day."),
)


def find_cautions(dataset: Dataset, demand: Demand) -> list[Finding]:
    """Find what a planner must not miss: many unknown populations, depots where buses call, a season without effect."""
    visited = {visit.settlement_id for visit in demand.visits}
    return [*_find_unknown(dataset), *_find_bases(dataset, visited), *find_idle_season(dataset)]


def find_idle_season(dataset: Dataset) -> list[Finding]:
    """A finding for each kind of bus that mud is to slow down where no road is known that could be muddy."""
    if isinstance(dataset.roads, RoadFile):
        return []
    unpaved = read_profile_table().values("unpaved")
    rows = dataset.roads.rows if isinstance(dataset.roads, RoadTable) else ()
    if any(row.surface in unpaved or (row.road_class == "track" and not row.surface) for row in rows):
        return []
    place = Place(SCENARIO_FILE, column="season_factor")
    slowed = [one.profile_id for one in dataset.scenario.profiles if one.season_factor != 1]
    return [SEASON_UNUSED.at(place, profile=profile) for profile in slowed]


def find_long_after(cycle: Cycle, first: date) -> list[Finding]:
    """Find whether dates begin so late that the plan was not made for them."""
    later = (first - cycle.first_day).days
    if later <= LONG_AFTER_DAYS:
        return []
    words = {"first": DateText(first), "day": DateText(cycle.first_day)}
    return [LONG_AFTER.at(Place(), days=Count(*DAYS, later), **words)]


def tell_cautions(plan: Plan, dataset: Dataset, language: Language) -> tuple[str, ...]:
    """Tell the readers who plan and decide what they must not miss, once in a paper; the public needs none of it."""
    served = {account.settlement_id for account in plan.accounts if account.standing is Standing.SERVED}
    found = [*_find_unknown(dataset), *_find_no_libraries(dataset), *_find_bases(dataset, served)]
    return tuple(one.sentence.render(language) for one in found)


def tell_unknown(dataset: Dataset, language: Language) -> tuple[str, ...]:
    """Tell that many populations are unknown."""
    return tuple(one.sentence.render(language) for one in _find_unknown(dataset))


def tell_long_after(cycle: Cycle, language: Language, first: date) -> tuple[str, ...]:
    """Tell that a paper whose first date this is was not made for the dates of the plan; empty if it was."""
    return tuple(one.sentence.render(language) for one in find_long_after(cycle, first))


def _find_unknown(dataset: Dataset) -> list[Finding]:
    """Warning that many populations are unknown."""
    settlements = dataset.settlements
    unknown = sum(settlement.population is None for settlement in settlements)
    if not unknown or unknown < MANY_UNKNOWN * len(settlements):
        return []
    numbers = {"unknown": Number(unknown), "all": Number(len(settlements)), "share": Share(unknown / len(settlements))}
    people = Count(*RESIDENTS, dataset.scenario.rules.default_population)
    return [POPULATIONS_UNKNOWN.at(Place(), **numbers, people=people)]


def _find_no_libraries(dataset: Dataset) -> list[Finding]:
    """Warning that no library is listed; the commands that read the area have it already."""
    return [] if dataset.libraries else [NO_LIBRARIES.at(Place(LIBRARIES_FILE))]


def _find_bases(dataset: Dataset, visited: Iterable[str]) -> list[Finding]:
    """Warning that buses serve the settlements where their own depots stand."""
    bases = {depot.settlement_id for depot in dataset.scenario.depots} & set(visited)
    there = [settlement for settlement in dataset.settlements if settlement.settlement_id in bases]
    if not there:
        return []
    names = Name(", ".join(one.name_uk for one in there), ", ".join(one.name_latin for one in there))
    return [BASE_SERVED.at(Place(LIBRARIES_FILE), names=names)]


NOT_PUBLIC: Final = FindingKind(
    "stops-not-public",
    Severity.ERROR,
    N_("Stops of this plan must not be published: {names}."),
    N_(
        "Nothing was written. Take these stops out of the plan, or out of no_publish and no_publish_areas of the "
        "scenario; papers of the planner and of the crew may hold them (--audience)."
    ),
)
HOLDS: Final = N_("For the planner and the crew only: this paper holds stops that must not be published ({names}).")


def find_kept_back(plan: Plan, dataset: Dataset) -> tuple[str, ...]:
    """Ids of the settlements with stops that must not be published, in the order of the dataset."""
    publishing = dataset.scenario.publishing
    stops = {call.settlement_id for tour in plan.all_tours for call in tour.calls}
    return tuple(
        place.settlement_id
        for place in dataset.settlements
        if place.settlement_id in stops and publishing.forbids(place.settlement_id, place.lat, place.lon)
    )


def refuse_kept_back(audience: Audience, *plans: tuple[Plan, Dataset]) -> None:
    """Refuse a paper that would hold a stop its reader may not see, before anything of it is made."""
    found = {} if may_see(audience, KEPT_BACK) else _spell(*plans)
    if found:
        raise InputError(NOT_PUBLIC.at(Place(), names=_join(found)))


def write_kept_back(language: Language, *plans: tuple[Plan, Dataset]) -> str:
    """Name the stops of a paper that must not be published in a sentence; empty if it holds none."""
    found = _spell(*plans)
    return Text(HOLDS, {"names": _join(found)}).render(language) if found else ""


def _spell(*plans: tuple[Plan, Dataset]) -> dict[str, Name]:
    """Names of the stops that must not be published, by id; those of the first plan where they differ."""
    found: dict[str, Name] = {}
    for plan, dataset in plans:
        kept = find_kept_back(plan, dataset)
        names = spell_places(dataset) if kept else {}
        found |= {key: names[key] for key in kept if key not in found}
    return found


def _join(names: dict[str, Name]) -> Name:
    """Names one after the other, in each language."""
    return Name(", ".join(name.uk for name in names.values()), ", ".join(name.en for name in names.values()))
