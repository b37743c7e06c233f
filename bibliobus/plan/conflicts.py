"""Contradictions among hard wishes: a smallest set of facts that cannot all hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bibliobus.demand.build import build_demand
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.language import N_
from bibliobus.model.build import build_problem
from bibliobus.plan.conflict_facts import Fact, list_bus_facts, list_lock_facts, list_settlement_facts
from bibliobus.plan.locked import can_serve_locked
from bibliobus.plan.names import spell_places
from bibliobus.quantities import Number
from bibliobus.wording import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bibliobus.domain.wishes import Lock
    from bibliobus.inputs.dataset import Dataset
    from bibliobus.model.case import Case
    from bibliobus.solve.solution import Solution

CONFLICTING_FACT: Final = FindingKind(
    "conflicting-fact",
    Severity.ERROR,
    N_("Contradiction {number}: {fact}."),
    N_("All facts of contradiction {number} together cannot be kept. Change any one of them."),
)
LOCK_NOT_KEPT: Final = FindingKind(
    "lock-not-kept",
    Severity.ERROR,
    N_("{name} is locked, but no plan was found that serves it as its lock says."),
    N_("Search longer with --iterations, or change the lock or what stands in its way."),
)
NO_ROAD: Final = N_("no road leads a bus there and back")


def find_conflicts(case: Case, *, with_driving: bool = False) -> tuple[Finding, ...]:
    """
    Find contradictions among locks and the facts around them.

    Parameters
    ----------
    case
        An area made ready.
    with_driving
        False to leave the driving rules out, so that what is found is a proof whatever else the buses
        do: a further stop can be the place of a driver's break. True to count them too.

    Returns
    -------
    tuple of Finding
        For each contradiction its facts: taking any one of them away removes it (a subset-minimal set,
        by deletion). Empty if none was found: first each lock is looked at alone, then all together.
    """
    dataset = case.dataset if with_driving else _without_driving(case.dataset)
    locks = dataset.scenario.locks
    alone = [[lock] for lock in locks if _contradicts(case, dataset, [lock])]
    groups = alone or ([_reduce_locks(case, dataset, locks)] if _contradicts(case, dataset, locks) else [])
    return tuple(
        CONFLICTING_FACT.at(fact.place, number=Number(number), fact=fact.words)
        for number, group in enumerate(groups, start=1)
        for fact in _explain(case, dataset, group)
    )


def find_unkept_locks(case: Case, solution: Solution) -> tuple[Finding, ...]:
    """
    Find locked settlements that a solution does not serve.

    Parameters
    ----------
    case
        What was planned.
    solution
        What the search found.

    Returns
    -------
    tuple of Finding
        The contradiction that keeps them from being served if there is one, else one for each of them.
    """
    visits = case.demand.visits
    unkept = [visits[at] for at in solution.unserved if case.problem.visits[at].required]
    if not unkept:
        return ()
    names = spell_places(case.dataset)
    return find_conflicts(case, with_driving=True) or tuple(
        LOCK_NOT_KEPT.at(Place(settlement_id=visit.settlement_id), name=names[visit.settlement_id]) for visit in unkept
    )


def _without_driving(dataset: Dataset) -> Dataset:
    """Area whose drivers keep no rules."""
    buses = tuple(replace(bus, driving_rules=None) for bus in dataset.scenario.buses)
    return replace(dataset, scenario=replace(dataset.scenario, buses=buses))


def _contradicts(case: Case, dataset: Dataset, locks: Iterable[Lock]) -> bool:
    """Whether it is proved that the locked settlements cannot be served under the rules of an area."""
    ids = {lock.settlement_id for lock in locks}
    if not ids:
        return False
    kept = tuple(lock for lock in dataset.scenario.locks if lock.settlement_id in ids)
    small = replace(
        dataset,
        settlements=tuple(one for one in dataset.settlements if one.settlement_id in ids),
        scenario=replace(dataset.scenario, locks=kept),
    )
    problem = build_problem(small.scenario, build_demand(small, case.matrices[0]), case.matrices)
    return can_serve_locked(problem) is False


def _reduce_locks(case: Case, dataset: Dataset, locks: Sequence[Lock]) -> list[Lock]:
    """Locks of which none can be left out without ending the contradiction."""
    kept = list(locks)
    for lock in locks:
        rest = [other for other in kept if other != lock]
        if _contradicts(case, dataset, rest):
            kept = rest
    return kept


def _explain(case: Case, dataset: Dataset, locks: Sequence[Lock]) -> list[Fact]:
    """Facts of which none can be left out, those of the locks first."""
    names = spell_places(case.dataset)
    settlements = {one.settlement_id: one for one in dataset.settlements}
    by_lock = [fact for lock in locks for fact in list_lock_facts(lock, names[lock.settlement_id], dataset)]
    around = [
        fact
        for lock in locks
        for fact in list_settlement_facts(settlements[lock.settlement_id], names[lock.settlement_id], dataset)
    ]
    facts = [*reversed(by_lock), *around, *list_bus_facts(dataset)]
    kept = list(facts)
    area = dataset
    # What a planner changes least gladly is taken away first, so that the rest is what the planner wrote.
    for fact in reversed(facts):
        lifted = fact.lift(area)
        if _contradicts(case, lifted, [lock for lock in locks if _is_locked(lifted, lock)]):
            kept.remove(fact)
            area = lifted
    if all(fact in by_lock for fact in kept) and len(kept) == len(locks) == 1:
        place = Place(settlement_id=locks[0].settlement_id)
        kept.append(Fact(Text(NO_ROAD), place, lambda unchanged: unchanged))
    return kept


def _is_locked(dataset: Dataset, lock: Lock) -> bool:
    """Whether a settlement is still locked."""
    return any(other.settlement_id == lock.settlement_id for other in dataset.scenario.locks)
