"""Explain a plan: why settlements are not served, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.findings import FindingKind, Place, Severity, UsageError
from bibliobus.plan.explain.reasons import tell_stories
from bibliobus.plan.plan import Standing
from bibliobus.tasks.reopen import reopen_plan
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.explain.reasons import Story
    from bibliobus.plan.plan import Plan

NOT_IN_PLAN: Final = FindingKind(
    "settlement-not-in-plan",
    Severity.ERROR,
    N_("The plan has no settlement “{value}”."),
    N_("Give a settlement_id of the settlements file, or a name as it stands in the plan."),
)
NAME_AMBIGUOUS: Final = FindingKind(
    "settlement-ambiguous",
    Severity.ERROR,
    N_("{count} settlements of the plan are called “{value}”: {ids}."),
    N_("Give the settlement_id of the one you mean."),
)


@dataclass(frozen=True)
class Explained:
    """
    A plan and what it does for settlements.

    Parameters
    ----------
    plan
        The plan.
    stories
        Every unserved settlement, or the one that was asked for.
    """

    plan: Plan
    stories: tuple[Story, ...]


def explain_folder(path: Path, *, settlement: str | None = None, area: Path | None = None) -> Explained:
    """
    Explain a plan.

    Parameters
    ----------
    path
        Plan folder, or its plan.json.
    settlement
        Id or name of one settlement, however it stands; None means every one that is not served.
    area
        Folder of other inputs; None means those beside the plan.

    Returns
    -------
    Explained
        Reasons as the plan holds them; impossible ones first, then by number of residents.

    Raises
    ------
    UsageError
        If there is no such settlement, or several.
    InputError
        If the plan or its inputs cannot be used.
    """
    plan, prepared = reopen_plan(path, area=area)
    return explain_plan(plan, prepared.dataset, settlement=settlement)


def explain_plan(plan: Plan, dataset: Dataset, *, settlement: str | None = None) -> Explained:
    """Explain a plan that is open, as `explain_folder`."""
    stories = tell_stories(plan, dataset)
    if settlement is not None:
        return Explained(plan, (_find_story(stories, settlement),))
    unserved = [story for story in stories if story.account.standing is Standing.UNSERVED]
    return Explained(plan, tuple(sorted(unserved, key=_rank)))


def _rank(story: Story) -> tuple[bool, int, str]:
    """Impossible ones first, then the biggest."""
    reason = story.account.reason
    return not (reason and reason.impossible), -story.account.population, story.account.settlement_id


def _find_story(stories: tuple[Story, ...], wanted: str) -> Story:
    """The settlement of that id, else of that name."""
    exact = [story for story in stories if story.account.settlement_id == wanted]
    named = [story for story in stories if wanted.casefold() in (story.name.uk.casefold(), story.name.en.casefold())]
    found = exact or named
    if not found:
        raise UsageError(NOT_IN_PLAN.at(Place(), value=wanted))
    if len(found) > 1:
        ids = ", ".join(story.account.settlement_id for story in found)
        raise UsageError(NAME_AMBIGUOUS.at(Place(), count=len(found), value=wanted, ids=ids))
    return found[0]
