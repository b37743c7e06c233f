"""Pieces of the calendar on which the same holds, and the base plan repaired for the dates of each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, weekday_of
from bibliobus.findings import Finding, FindingKind, InfeasibleError, Place, Severity
from bibliobus.model.problem import keep_days, require
from bibliobus.plan.build import build_tours
from bibliobus.plan.names import spell_places
from bibliobus.plan.pieces import Piece
from bibliobus.plan.promises import keep_rows, list_promises, make_prices, turn_plan
from bibliobus.solve.repair.repair import Repair
from bibliobus.solve.solver import Ending
from bibliobus.tasks.dated import cut_dates, decide_on, prepare_on
from bibliobus.tasks.replanned import MadePiece
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from bibliobus.domain.calendar import Cycle, DateSpan
    from bibliobus.domain.roads import RoadChange
    from bibliobus.domain.watch import Watch
    from bibliobus.inputs.area import Dataset
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.plan import Plan
    from bibliobus.solve.repair.tours import Kept
    from bibliobus.solve.solver import SearchOptions
    from bibliobus.tasks.reopen import OpenPlan

LOCK_BROKEN: Final = FindingKind(
    "locked-visit-lost",
    Severity.ERROR,
    N_("{name} must be visited by the scenario, but with these changes no tour can."),
    N_("Take the lock out of the scenario, or the change out of the file."),
)
WISH_BROKEN: Final = FindingKind(
    "wished-day-impossible",
    Severity.WARNING,
    N_("{name} cannot be visited on the days that the scenario wishes for it now, whoever else gives way."),
    N_("Allow another day for this stop, or lengthen the shift."),
)


@dataclass(frozen=True)
class Decided:
    """
    What holds on which dates: a dataset with its road changes, and other decisions of its planner for a time.

    ``meanwhile``: Dates of these other decisions; None if there are none.
    """

    dataset: Dataset
    meanwhile: DateSpan | None

    def on(self, day: date) -> Dataset:
        """The dataset with what is decided for a date."""
        return decide_on(self.dataset, self.meanwhile, day)

    def is_usual(self, day: date) -> bool:
        """Whether on a date that is decided which holds for good."""
        return self.on(day) is self.dataset

    def join(self, start: date) -> list[Piece]:
        """Pieces of the calendar from a date on; neighbours for which the same is planned are one."""
        found: list[Piece] = []
        for first, last, changes in cut_dates(self.dataset, self.meanwhile, start, None):
            piece = Piece(first, last, changes)
            if found and self.key(found[-1]) == self.key(piece):
                found[-1] = replace(found[-1], last=last)
            else:
                found.append(piece)
        return found

    def key(self, piece: Piece) -> object:
        """What makes the plan of a piece: its road changes, and which decisions hold."""
        return list_facts(piece.changes), self.is_usual(piece.first)


@dataclass(frozen=True)
class Lasting:
    """The search for the dates that have no end, from which a cheaper plan may be looked for."""

    repair: Repair
    kept: Kept
    ending: Ending
    turned: Plan
    prepared: PreparedArea


@dataclass(frozen=True)
class PieceMaker:
    """
    What the base plan is repaired with, piece by piece.

    ``keeps_rules``: Whether it was made for the same decisions, so that where nothing is broken nothing is to do.
    ``cache``: Areas made ready, each once for what makes the plan of a piece.
    ``notes``: What is to be told of the pieces, each once.
    """

    published: OpenPlan
    base: Plan
    decided: Decided
    cycle: Cycle
    options: SearchOptions
    watch: Watch
    keeps_rules: bool
    cache: dict[object, PreparedArea] = field(default_factory=dict)
    notes: list[Finding] = field(default_factory=list)

    def make_next(self, before: Sequence[MadePiece], piece: Piece) -> tuple[MadePiece, Lasting]:
        """
        The base plan repaired for the dates of the next piece.

        Who stops before there is anything to keep gets nothing. Once there is a piece, a repair of the others makes a
        whole plan of it, which takes a moment; nothing is searched for after that.
        """
        whole = self.watch.to_the_end()
        if any(one.ending is Ending.INTERRUPT for one in before):
            return self._make(piece, whole, self.watch.at_once())
        try:
            return self._make(piece, self.watch, self.watch)
        except KeyboardInterrupt:
            if not before:
                raise
            return self._make(piece, whole, self.watch.at_once())

    def prepare(self, piece: Piece, watch: Watch) -> PreparedArea:
        """The area with the roads and the decisions of a piece, made ready once for the same ones."""
        key = self.decided.key(piece)
        if key not in self.cache:
            dataset = self.decided.on(piece.first)
            self.cache[key] = prepare_on(self.published.prepared, dataset, piece.first, watch)
        return self.cache[key]

    def _make(self, piece: Piece, preparing: Watch, searching: Watch) -> tuple[MadePiece, Lasting]:
        """The base plan repaired for the dates of a piece, with who watches what comes before the search and that."""
        prepared = self.prepare(piece, preparing)
        turned = turn_plan(self.base, prepared)
        days = piece.list_days(self.cycle)
        part = replace(turned, tours=tuple(tour for tour in turned.tours if tour.day in days))
        narrow = prepared
        if piece.last is not None:
            wanted = self._find_wanted(part, prepared)
            narrow = replace(prepared, problem=keep_days(prepared.problem, days, wanted))
        wished = _find_moved_wishes(part, prepared)
        narrow = replace(narrow, problem=require(narrow.problem, wished))
        promises = make_prices(prepared.dataset.scenario.promises)
        repair = Repair(narrow.problem, list_promises(part, narrow), promises, self.options)
        keep_all = self.keeps_rules and self.decided.is_usual(piece.first)
        kept, ending = repair.run(searching, keep_all=keep_all)
        repaired = repair.report(kept, ending)
        self._judge_lost(repaired.solution.unserved, narrow, wished)
        tours = keep_rows(turned, build_tours(prepared, repaired.solution))
        rest = tuple(tour for tour in turned.tours if tour.day not in days)
        buses = [bus.bus_id for bus in prepared.dataset.scenario.buses]
        broken = frozenset((buses[bus], day) for bus, day in repaired.broken)
        gone = frozenset((tour.bus_id, tour.day) for tour in part.tours if tour.bus_id not in buses)
        ordered = tuple(sorted((*tours, *rest), key=lambda tour: (tour.day, tour.bus_id)))
        made = MadePiece(piece, prepared, ordered, broken | gone, ending)
        return made, Lasting(repair, kept, ending, turned, prepared)

    def _judge_lost(self, unserved: Sequence[int], prepared: PreparedArea, wished: frozenset[int]) -> None:
        """Stop if a locked visit is lost, and warn of one that the planner wished on another day."""
        names, visits = spell_places(prepared.dataset), prepared.demand.visits
        keys = [
            visits[at].settlement_id for at in unserved if prepared.problem.visits[at].required and at not in wished
        ]
        if keys:
            raise InfeasibleError(*(LOCK_BROKEN.at(Place(settlement_id=key), name=names[key]) for key in keys))
        for at in sorted(wished.intersection(unserved)):
            key = visits[at].settlement_id
            note = WISH_BROKEN.at(Place(settlement_id=key), name=names[key])
            if note not in self.notes:
                self.notes.append(note)

    def _find_wanted(self, part: Plan, prepared: PreparedArea) -> frozenset[int]:
        """Visits that may be made in a piece: those announced on its days, and those that the planner wants new."""
        called = {call.settlement_id for tour in part.tours for call in tour.calls}
        known = {account.settlement_id for account in self.base.accounts}
        return frozenset(
            at
            for at, visit in enumerate(prepared.demand.visits)
            if visit.settlement_id in called or visit.settlement_id not in known or prepared.problem.visits[at].required
        )


def _find_moved_wishes(part: Plan, prepared: PreparedArea) -> frozenset[int]:
    """Visits announced on weekdays that the planner no longer wishes for them: they are to be kept on other days."""
    barred: dict[str, set[int]] = {}
    for wish in prepared.dataset.scenario.stops:
        others = {day for day in range(WEEK_DAYS) if wish.weekdays and day not in wish.weekdays}
        barred[wish.settlement_id] = others | set(wish.forbidden_weekdays)
    moved = {
        call.settlement_id
        for tour in part.tours
        for call in tour.calls
        if weekday_of(tour.day) in barred.get(call.settlement_id, ())
    }
    return frozenset(at for at, visit in enumerate(prepared.demand.visits) if visit.settlement_id in moved)


def list_facts(changes: Iterable[RoadChange]) -> tuple[object, ...]:
    """What road changes do, whatever their dates, notes and places in a file."""
    return tuple((one.change_id, one.kind, one.where, one.direction, one.vehicles, one.value) for one in changes)
