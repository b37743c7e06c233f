"""Contradictions among hard wishes: locks that cannot be served, and a smallest set of facts that cannot all hold."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import TYPE_CHECKING, Final

from bibliobus.demand.visits import build_demand
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.model.area import build_problem
from bibliobus.plan.explain.facts import Fact, list_bus_facts, list_lock_facts, list_settlement_facts
from bibliobus.plan.names import spell_places
from bibliobus.solve.times.schedule import Scheduler
from bibliobus.words.language import N_
from bibliobus.words.text import Number, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bibliobus.domain.scenario import Lock
    from bibliobus.inputs.area import Dataset
    from bibliobus.model.area import PreparedArea
    from bibliobus.model.problem import Problem
    from bibliobus.solve.solver import Solution

MOST_CALLS: Final = 6
"""Every order of up to this many locked calls on one day is tried."""

EFFORT: Final = 6_000
"""Tours that are timed before the question is left open: a few seconds."""

MOST_STEPS: Final = 50_000
"""Choices of a bus and days before the question is left open."""

Home = tuple[int, tuple[int, ...]]
"""Bus and days of a visit."""


def can_serve_locked(problem: Problem) -> bool | None:
    """
    Whether all locked visits can be served with nothing else on the buses; None if a bounded number of tries did not
    tell.

    Places in the order are kept among the locked calls only: a call that is to be the third may have up to two others
    of them before it, for further stops can stand there.
    """
    return _Question(problem).answer()


@dataclass
class _Question:
    """State of one search for homes of the locked visits."""

    problem: Problem
    tries: int = 0
    steps: int = 0
    is_open: bool = False
    fits: dict[tuple[int, int, tuple[int, ...]], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take the places in the order out of the problem: they are looked at here."""
        free = tuple(replace(visit, position=None) for visit in self.problem.visits)
        self.scheduler = Scheduler(replace(self.problem, visits=free))

    def answer(self) -> bool | None:
        """True, False, or None if the question stayed open."""
        locked = [at for at, visit in enumerate(self.problem.visits) if visit.required]
        homes = {visit: self._list_homes(visit) for visit in locked}
        found = self._place(sorted(locked, key=lambda visit: (len(homes[visit]), visit)), homes, {})
        return None if self.is_open and not found else found

    def _list_homes(self, visit: int) -> list[Home]:
        """Buses and days on which a visit fits alone."""
        wish = self.problem.visits[visit]
        return [
            (bus, days)
            for days in wish.patterns
            for bus in wish.buses
            if all(self._fit(bus, day, (visit,)) for day in days)
        ]

    def _place(
        self, waiting: list[int], homes: dict[int, list[Home]], tours: dict[tuple[int, int], tuple[int, ...]]
    ) -> bool:
        """Whether the waiting visits find homes beside those that have one."""
        if not waiting:
            return True
        visit, *rest = waiting
        for bus, days in homes[visit]:
            self.steps += 1
            if self.steps > MOST_STEPS:
                self.is_open = True
                return False
            joined = {(bus, day): tuple(sorted((*tours.get((bus, day), ()), visit))) for day in days}
            if all(self._fit(*key, group) for key, group in joined.items()) and self._place(
                rest, homes, tours | joined
            ):
                return True
        return False

    def _fit(self, bus: int, day: int, group: tuple[int, ...]) -> bool:
        """Whether some order of a group keeps all rules on one day."""
        if day not in self.problem.buses[bus].days:
            return False
        key = (bus, self.scheduler.find_first_like(day), group)
        if key not in self.fits:
            self.fits[key] = self._try_orders(bus, day, group)
        return self.fits[key]

    def _try_orders(self, bus: int, day: int, group: tuple[int, ...]) -> bool:
        """Whether an order is found; a group that is too large, or too many tries, leave the question open."""
        if len(group) > MOST_CALLS:
            self.is_open = True
            return False
        for order in permutations(group):
            if self.tries >= EFFORT:
                self.is_open = True
                return False
            if self._keeps_places(order):
                self.tries += 1
                if self.scheduler.time_tour(bus, day, order) is not None:
                    return True
        return False

    def _keeps_places(self, order: tuple[int, ...]) -> bool:
        """Whether every call can still come to its place in the order."""
        wanted = [self.problem.visits[visit].position for visit in order]
        numbered = [(at, position) for at, position in enumerate(wanted) if position is not None and position > 0]
        numbers = [position for _, position in numbered]
        in_time = all(at < position for at, position in numbered)
        last = -1 not in wanted[:-1]
        return in_time and last and numbers == sorted(set(numbers))


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


def find_conflicts(prepared: PreparedArea, *, with_driving: bool = False) -> tuple[Finding, ...]:
    """
    Find contradictions among locks and the facts around them.

    Parameters
    ----------
    prepared
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
    dataset = prepared.dataset if with_driving else _without_driving(prepared.dataset)
    locks = dataset.scenario.locks
    alone = [[lock] for lock in locks if _contradicts(prepared, dataset, [lock])]
    groups = alone or ([_reduce_locks(prepared, dataset, locks)] if _contradicts(prepared, dataset, locks) else [])
    return tuple(
        CONFLICTING_FACT.at(fact.place, number=Number(number), fact=fact.words)
        for number, group in enumerate(groups, start=1)
        for fact in _explain(prepared, dataset, group)
    )


def find_unkept_locks(prepared: PreparedArea, solution: Solution) -> tuple[Finding, ...]:
    """Find the contradiction that keeps locked settlements unserved, or else each that the solution leaves out."""
    visits = prepared.demand.visits
    unkept = [visits[at] for at in solution.unserved if prepared.problem.visits[at].required]
    if not unkept:
        return ()
    names = spell_places(prepared.dataset)
    return find_conflicts(prepared, with_driving=True) or tuple(
        LOCK_NOT_KEPT.at(Place(settlement_id=visit.settlement_id), name=names[visit.settlement_id]) for visit in unkept
    )


def _without_driving(dataset: Dataset) -> Dataset:
    """Area whose drivers keep no rules."""
    buses = tuple(replace(bus, driving_rules=None) for bus in dataset.scenario.buses)
    return replace(dataset, scenario=replace(dataset.scenario, buses=buses))


def _contradicts(prepared: PreparedArea, dataset: Dataset, locks: Iterable[Lock]) -> bool:
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
    problem = build_problem(small.scenario, build_demand(small, prepared.matrices[0]), prepared.matrices)
    return can_serve_locked(problem) is False


def _reduce_locks(prepared: PreparedArea, dataset: Dataset, locks: Sequence[Lock]) -> list[Lock]:
    """Locks of which none can be left out without ending the contradiction."""
    kept = list(locks)
    for lock in locks:
        rest = [other for other in kept if other != lock]
        if _contradicts(prepared, dataset, rest):
            kept = rest
    return kept


def _explain(prepared: PreparedArea, dataset: Dataset, locks: Sequence[Lock]) -> list[Fact]:
    """Facts of which none can be left out, those of the locks first."""
    names = spell_places(prepared.dataset)
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
        if _contradicts(prepared, lifted, [lock for lock in locks if _is_locked(lifted, lock)]):
            kept.remove(fact)
            area = lifted
    if all(fact in by_lock for fact in kept) and len(kept) == len(locks) == 1:
        place = Place(settlement_id=locks[0].settlement_id)
        kept.append(Fact(Text(NO_ROAD), place, lambda unchanged: unchanged))
    return kept


def _is_locked(dataset: Dataset, lock: Lock) -> bool:
    """Whether a settlement is still locked."""
    return any(other.settlement_id == lock.settlement_id for other in dataset.scenario.locks)
