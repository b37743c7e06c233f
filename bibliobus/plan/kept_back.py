"""Stops that must not be published: which papers may hold them, and what these have to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.domain.audience import KEPT_BACK, may_see
from bibliobus.findings import FindingKind, InputError, Place, Severity
from bibliobus.plan.names import spell_places
from bibliobus.words.language import N_
from bibliobus.words.text import Name, Text

if TYPE_CHECKING:
    from bibliobus.domain.audience import Audience
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan
    from bibliobus.words.language import Language

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
    """
    Find the stops of a plan that must not be published.

    Parameters
    ----------
    plan
        The plan.
    dataset
        Checked inputs it was made from.

    Returns
    -------
    tuple of str
        Ids of settlements in the order of the dataset.
    """
    publishing = dataset.scenario.publishing
    stops = {call.settlement_id for tour in plan.tours for call in tour.calls}
    return tuple(
        place.settlement_id
        for place in dataset.settlements
        if place.settlement_id in stops and publishing.forbids(place.settlement_id, place.lat, place.lon)
    )


def refuse_kept_back(audience: Audience, *plans: tuple[Plan, Dataset]) -> None:
    """
    Refuse a paper that would hold a stop its reader may not see, before anything of it is made.

    Parameters
    ----------
    audience
        Who reads the paper.
    *plans
        Every plan that the paper tells of, with its checked inputs.

    Raises
    ------
    InputError
        If the reader may see no such stop and a plan has one; it names all of them.
    """
    found = {} if may_see(audience, KEPT_BACK) else _spell(*plans)
    if found:
        raise InputError(NOT_PUBLIC.at(Place(), names=_join(found)))


def write_kept_back(language: Language, *plans: tuple[Plan, Dataset]) -> str:
    """
    Write what a paper has to say that holds stops which must not be published.

    Parameters
    ----------
    language
        Language of the reader.
    *plans
        What the paper shows of every plan that it tells of, with its checked inputs.

    Returns
    -------
    str
        One sentence with the names; empty if it holds none.
    """
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
