"""Make a plan anew: from the plan that was planned and the inputs as they are now, piece by piece of the calendar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import Cycle, DateSpan
from bibliobus.domain.watch import Stage, Watch
from bibliobus.findings import Finding, FindingKind, FindingReport, Place, Severity, ToolError
from bibliobus.inputs.files import CHANGES_FILES, MEANWHILE_FILE
from bibliobus.network.changes.effects import list_new_changes
from bibliobus.plan.build import account_tours
from bibliobus.plan.compare.compare import choose_told
from bibliobus.plan.compare.excerpt import count_other
from bibliobus.plan.pieces import (
    ONE_DAY,
    Piece,
    Stretch,
    find_first_difference,
    fold_stretches,
    list_stretches,
)
from bibliobus.plan.plan import PeriodCause
from bibliobus.plan.promises import assemble_kept
from bibliobus.plan.store import FILE_NAME
from bibliobus.solve.solver import Ending, SearchOptions
from bibliobus.tasks.areas import begin_on, ready_dataset
from bibliobus.tasks.compare import CANCEL_ANEW, compare_prepared
from bibliobus.tasks.dated import (
    check_stretch,
    cut_dates,
    end_changes,
    list_changes_on,
    verify_periods,
    verify_whole,
)
from bibliobus.tasks.piecewise import Decided, Lasting, PieceMaker, list_facts
from bibliobus.tasks.reopen import BASE_FOLDER
from bibliobus.tasks.replanned import Choice, MadePiece, Replanned, ReplanOrder
from bibliobus.tasks.stand_ins import StandIns
from bibliobus.words.language import N_
from bibliobus.words.text import DateText, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bibliobus.domain.roads import RoadChange
    from bibliobus.domain.scenario import Scenario
    from bibliobus.inputs.area import AreaInputs, Dataset
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.plan import Plan
    from bibliobus.tasks.areas import ReadyArea
    from bibliobus.tasks.compare import Compared
    from bibliobus.tasks.reopen import OpenPlan

FROZEN_BROKEN: Final = FindingKind(
    "frozen-tour-broken",
    Severity.WARNING,
    N_("The tour on {day} lies before the freeze date, but cannot be driven as announced with these changes."),
    N_("Tell the crew and the readers of this tour yourself; from the freeze date on the new plan holds."),
)
STAND_IN_BROKEN: Final = FindingKind(
    "stand-in-broken",
    Severity.WARNING,
    N_("What was to replace a cancelled tour on {day} cannot be driven with these changes."),
    CANCEL_ANEW,
)
BASE_LOST: Final = FindingKind(
    "base-lost",
    Severity.WARNING,
    N_("The plan that was planned first is no longer there, so that the new plan comes from one made anew."),
    N_("Put this file back if you have a copy; else visits lost before do not return when a road opens."),
)
OVER: Final = N_("It ends on {last}, before the new plan holds on {first}.")
LATER: Final = N_("It begins on {first}, after {last}, the last day of the new plan.")


@dataclass(frozen=True)
class Remake:
    """
    A plan to be made anew, and how to go about it.

    The new plan is a function of the plan that was planned once and of the inputs as they are now, not of the steps
    between: the same changes in any order give the same plan, and without any it is the plan that was planned.

    ``same_rules``: Whether settlements, libraries, roads and requests are those of the published plan.
    ``decided_for_a_time``: Whether the dataset has other decisions that hold until the last day that was ordered.
    """

    published: OpenPlan
    dataset: Dataset
    report: FindingReport
    wanted: AreaInputs
    order: ReplanOrder
    same_rules: bool
    decided_for_a_time: bool
    options: SearchOptions
    watch: Watch

    @property
    def base(self) -> Plan:
        """The plan that was planned, from which every plan made anew comes."""
        return self.published.base or self.published.plan

    def make(self) -> Replanned:
        """Make the new plan."""
        old = self.published.plan
        dataset, ends = self._end_for_a_time()
        start = max(filter(None, (self.order.first, self.order.freeze, old.cycle.first_day)))
        meanwhile = old.meanwhile if dataset.meanwhile is not None else None
        if self.decided_for_a_time and self.order.until is not None:
            meanwhile = DateSpan(start, self.order.until)
        # Weeks are counted on from the first day of all, so that none changes its number and no date is left out.
        cycle = Cycle(dataset.scenario.cycle.weeks, old.cycle.first_day)
        decided = Decided(begin_on(dataset, cycle.first_day), meanwhile)
        self.watch.enter(Stage.SEARCHING)
        maker = PieceMaker(self.published, self.base, decided, cycle, self.options, self.watch, self.keeps_rules())
        stretches, made, lasting = self._make_stretches(maker, start)
        whole = (*list_stretches(old, old.cycle.first_day, start - ONE_DAY), *stretches)
        differs = find_first_difference(list_stretches(old, old.cycle.first_day, None), whole)
        applied, not_applied = self._judge_changes(decided.dataset, start)
        # What was made is kept, whoever stops now.
        frozen = self._find_frozen(maker, self.watch.to_the_end() if made else self.watch)
        notes = [*self._find_lost_base(), *frozen, *maker.notes]
        context = _Context(self, decided, cycle, ends, whole, made, applied, not_applied, notes)
        if differs is None and self._is_decided_alike(decided):
            return context.keep()
        return context.finish(differs, start, lasting)

    def _find_lost_base(self) -> list[Finding]:
        """A warning where a plan made anew has lost the one that it came from."""
        lost = self.published.base is None and self.published.plan.holds_from is not None
        return [BASE_LOST.at(Place(f"{BASE_FOLDER}/{FILE_NAME}"))] if lost else []

    def _is_decided_alike(self, decided: Decided) -> bool:
        """Whether nothing but road changes differs from the inputs of the published plan."""
        before, now = self.published.prepared.dataset, decided.dataset
        one, two = (_list_decided(some.digests) for some in (before, now))
        same = decided.meanwhile == self.published.plan.meanwhile and now.meanwhile == before.meanwhile
        return one == two and same

    def _end_for_a_time(self) -> tuple[Dataset, dict[str, date]]:
        """The dataset in which changes that were not published end with the new plan; and which of them."""
        old, until = self.published.plan, self.order.until
        dataset = end_changes(self.dataset, old)
        if until is None:
            return dataset, {key: day for key, day in old.ends.items() if _has(dataset, key)}
        known = self.published.prepared.dataset.changes
        fresh = list_new_changes(known, dataset.changes) or self._list_endless(until)
        # One that begins later never holds: it ends before it begins.
        ends = {one.change_id: until for one in fresh if one.valid_to is None or one.valid_to > until}
        kept = {key: day for key, day in old.ends.items() if _has(dataset, key)}
        return end_changes(self.dataset, replace(old, ends=kept | ends)), kept | ends

    def _list_endless(self, until: date) -> tuple[RoadChange, ...]:
        """Published changes whose file says no end: with nothing new, an order to end can only mean them."""
        if self.decided_for_a_time:
            return ()
        return tuple(
            one
            for one in self.dataset.changes
            if one.valid_to is None and (one.valid_from is None or one.valid_from <= until)
        )

    def _make_stretches(
        self, maker: PieceMaker, start: date
    ) -> tuple[list[Stretch], tuple[MadePiece, ...], Lasting | None]:
        """Dates from the start on: published ones where nothing differs, else made anew; and the search for the end."""
        stretches: list[Stretch] = []
        made: list[MadePiece] = []
        lasting = None
        for piece, stays in self._cut(maker.decided, start):
            if stays:
                stretches += list_stretches(self.published.plan, piece.first, piece.last)
                continue
            one, lasting = maker.make_next(made, piece)
            made.append(one)
            stretch = Stretch(piece.first, piece.last, maker.cycle, one.tours, PeriodCause.CHANGE)
            stretches += self._keep_stand_ins(stretch, one, maker.notes)
        return stretches, tuple(made), lasting if made and made[-1].piece.last is None else None

    def _cut(self, decided: Decided, start: date) -> Iterator[tuple[Piece, bool]]:
        """
        Pieces of the calendar, and whether what is published holds on them as it is.

        That is so where nothing differs on any of the dates and the published plan has the same piece: of another
        length it may have moved visits to days that this one does not have.
        """
        old, before = self.published.plan, self.published.prepared.dataset
        earlier = Decided(before, old.meanwhile)
        announced = earlier.join(old.cycle.first_day)
        for piece in decided.join(start):
            own = next(one for one in announced if one.last is None or piece.first <= one.last)
            held = own.changes if old.roads_on else list_changes_on(old, before, piece.first)
            now, then = (_no_cycle(some.on(piece.first).scenario) for some in (decided, earlier))
            same = own.last == piece.last and (own.first == piece.first or piece.first == start)
            calm = not piece.changes and decided.is_usual(piece.first) and self.keeps_rules()
            alike = self.same_rules and list_facts(piece.changes) == list_facts(held) and now == then
            covered = own.last is None or (piece.last is not None and piece.last <= own.last)
            yield piece, alike and covered and (same or calm or not old.roads_on)

    def keeps_rules(self) -> bool:
        """Whether the base plan was made for the same decisions, so that where nothing is broken nothing is to do."""
        return _list_decided(self.base.provenance.digests) == _list_decided(self.dataset.digests)

    def _keep_stand_ins(self, stretch: Stretch, made: MadePiece, notes: list[Finding]) -> Iterator[Stretch]:
        """The same dates, in which cancelled tours stay so and what replaces them stays as far as it can be driven."""
        periods = tuple(one for one in self.published.plan.periods if one.cause is PeriodCause.BUS)
        stand_ins = StandIns(replace(self.base, cycle=stretch.cycle), made.prepared, periods)
        first = stretch.first
        for period in periods:
            begin, end = max(first, period.first), min(filter(None, (period.last, stretch.last)))
            for at in range((end - begin).days + 1):
                day = begin + timedelta(days=at)
                if first < day:
                    yield replace(stretch, first=first, last=day - ONE_DAY)
                tours, whole = stand_ins.keep(day, period, stretch)
                note = STAND_IN_BROKEN.at(Place(), day=day.isoformat())
                if not whole and note not in notes:
                    notes.append(note)
                yield replace(stretch, first=day, last=day, tours=tours, cause=PeriodCause.BUS)
                first = day + ONE_DAY
        if stretch.last is None or first <= stretch.last:
            yield replace(stretch, first=first)

    def _judge_changes(
        self, dataset: Dataset, start: date
    ) -> tuple[tuple[RoadChange, ...], tuple[tuple[RoadChange, Text], ...]]:
        """Road changes that hold on any date of the new plan, and the others with the reason."""
        until, applied, others = self.order.until, [], []
        # Who is told that a change is left out knows it by its own dates, not by those that an order makes of them.
        own = {change.change_id: change for change in self.dataset.changes}
        for change in dataset.changes:
            if change.valid_to is not None and change.valid_to < start:
                days = {"last": DateText(change.valid_to), "first": DateText(start)}
                others.append((own[change.change_id], Text(OVER, days)))
            elif until is not None and change.valid_from is not None and change.valid_from > until:
                days = {"first": DateText(change.valid_from), "last": DateText(until)}
                others.append((own[change.change_id], Text(LATER, days)))
            else:
                applied.append(change)
        return tuple(applied), tuple(others)

    def _find_frozen(self, maker: PieceMaker, watch: Watch) -> list[Finding]:
        """A warning for each date before the freeze on which an announced tour cannot be driven."""
        old, freeze = self.published.plan, self.order.freeze
        first = self.order.first or old.cycle.first_day
        if freeze is None or freeze <= first:
            return []
        days: list[str] = []
        for begin, end, changes in cut_dates(maker.decided.dataset, maker.decided.meanwhile, first, freeze - ONE_DAY):
            assert end is not None  # the day before the freeze
            if not changes:
                continue
            prepared = maker.prepare(Piece(begin, end, changes), watch)
            for at in range((end - begin).days + 1):
                when = begin + timedelta(days=at)
                (stretch,) = list_stretches(old, when, when)
                if any(check_stretch(old, stretch, prepared, watch)):
                    days.append(when.isoformat())
        return [FROZEN_BROKEN.at(Place(), day=day) for day in days]


@dataclass(frozen=True)
class _Context:
    """Everything that is known once all pieces are made."""

    remake: Remake
    decided: Decided
    cycle: Cycle
    ends: dict[str, date]
    stretches: tuple[Stretch, ...]
    made: tuple[MadePiece, ...]
    applied: tuple[RoadChange, ...]
    not_applied: tuple[tuple[RoadChange, Text], ...]
    notes: list[Finding]

    @property
    def _areas(self) -> dict[date, PreparedArea]:
        """The areas of all pieces by their first dates."""
        return {made.piece.first: made.prepared for made in self.made}

    def keep(self) -> Replanned:
        """Nothing is to be done: the published plan, with the reasons of nobody told anew."""
        opened = self.remake.published
        old = (opened.plan, opened.prepared)
        compared = compare_prepared(old, old)
        return self._result(
            compared, [Choice("repair", compared, chosen=True)], opened.ready, opened.plan.cycle.first_day
        )

    def finish(self, differs: date | None, start: date, lasting: Lasting | None) -> Replanned:
        """The new plan with what it changes, and a cheaper one to choose where there is one."""
        remake = self.remake
        # The new plan holds from the day on which something else begins, not from the first visit that it concerns.
        # What was published may have been for a time: then it is the day on which that began.
        day, old = differs or start, remake.published.plan
        announced = list_stretches(old, old.cycle.first_day, None)
        begins = max(
            next(one.first for one in some if one.last is None or day <= one.last)
            for some in (self.stretches, announced)
        )
        holds_from = max(filter(None, (remake.order.first, remake.order.freeze, begins)))
        plan, ready = self._complete(holds_from, lasting)
        compared = self._compare(plan, ready.prepared, holds_from)
        changed = [day for place in compared.comparison.places for one in place.visits for day in one.dates]
        if differs is None and changed:
            # No tour is another one; what differs is the calendar of single dates.
            holds_from = min(changed)
            plan = replace(plan, holds_from=holds_from)
            compared = self._compare(plan, ready.prepared, holds_from)
        cheaper = None
        if lasting is not None and lasting.ending is not Ending.INTERRUPT:
            cheaper = self._find_cheaper(lasting, plan, ready, holds_from)
        chosen = remake.order.improve and cheaper is not None
        choices = [Choice("repair", compared, chosen=not chosen)]
        if cheaper is not None:
            choices.append(Choice("improvement", cheaper, chosen=chosen))
        return self._result(cheaper if chosen and cheaper else compared, choices, ready, holds_from)

    def _result(self, compared: Compared, choices: list[Choice], ready: ReadyArea, holds_from: date) -> Replanned:
        """Everything together."""
        remake = self.remake
        plan = compared.new[0]
        improved = any(choice.chosen and choice.name == "improvement" for choice in choices)
        broken = {key for made in self.made for key in made.broken}
        return Replanned(
            compared=compared,
            order=remake.order,
            broken=len(broken),
            choices=tuple(choices),
            holds_from=holds_from,
            holds_until=compared.comparison.holds_until,
            report=FindingReport.of([*ready.report.findings, *self.notes]),
            ready=ready,
            # Who takes the cheaper plan goes on from there.
            base=replace(plan, periods=(), holds_from=None) if improved else remake.base,
            applied=self.applied,
            not_applied=self.not_applied,
            pieces=self.made,
        )

    def _complete(self, holds_from: date, lasting: Lasting | None) -> tuple[Plan, ReadyArea]:
        """The plan with its periods, accounts and figures, verified on all of its dates."""
        remake, last = self.remake, self.stretches[-1]
        whole = remake.watch.to_the_end()
        old = remake.published.plan
        stays = lasting is None
        cycle = old.cycle if stays else self.cycle
        dataset = replace(begin_on(self.decided.dataset, cycle.first_day), roads_on=last.first)
        like = remake.published.prepared if lasting is None else lasting.prepared
        ready = ready_dataset(dataset, remake.report, remake.wanted, like, whole)
        tours, periods = fold_stretches(cycle, self.stretches)
        whole.enter(Stage.CHECKING)
        if stays:
            digests = dict(dataset.digests)
            plan = replace(old, tours=tours, provenance=replace(old.provenance, digests=digests))
        else:
            assert lasting is not None  # not published
            plan = self._assemble(lasting, ready, whole)
        plan = replace(
            plan,
            tours=tours,
            cycle=cycle,
            holds_from=holds_from,
            roads_on=last.first,
            ends=self.ends,
            meanwhile=self.decided.meanwhile,
            periods=periods,
        )
        # A cycle that stays was verified when the published plan was opened, on the same roads.
        if stays:
            broken = verify_periods(plan, ready.prepared, whole, self._areas)
        else:
            broken = list(verify_whole(plan, ready.prepared, whole, self._areas).errors)
        if broken:
            raise ToolError(*broken)
        return plan, ready

    def _assemble(self, lasting: Lasting, ready: ReadyArea, watch: Watch) -> Plan:
        """The plan of the dates without end: as it was planned where every tour is, else made anew."""
        remake = self.remake
        base, last = remake.base, self.stretches[-1]
        same = remake.keeps_rules() and not self.made[-1].piece.changes and last.tours == lasting.turned.tours
        if same:
            return replace(base, provenance=replace(base.provenance, digests=dict(ready.prepared.dataset.digests)))
        repaired = lasting.repair.report(lasting.kept, lasting.ending)
        return assemble_kept(lasting.turned, ready.prepared, repaired.solution, remake.options, watch)

    def _compare(self, plan: Plan, prepared: PreparedArea, holds_from: date) -> Compared:
        """What changes, on the dates on which it does."""
        opened = self.remake.published
        scenarios = opened.prepared.dataset.scenario, prepared.dataset.scenario
        span = choose_told(opened.plan, plan, holds_from, scenarios)
        most, during, shown = self._choose_piece(plan), None, None
        if most is not None:
            piece, shown = most
            tours = tuple(sorted(piece.tours, key=lambda tour: (tour.day, tour.bus_id)))
            during = account_tours(replace(plan, periods=()), piece.prepared, tours), piece.prepared
        return compare_prepared((opened.plan, opened.prepared), (plan, prepared), during, span, shown)

    def _choose_piece(self, plan: Plan) -> tuple[MadePiece, DateSpan] | None:
        """The piece on whose dates most calls are others than published; None if that is the one without end."""
        if self.made and self.made[-1].piece.last is None and self.stretches[-1].tours != self.remake.base.tours:
            return None
        spans = [(one, DateSpan(one.piece.first, one.piece.last)) for one in self.made if one.piece.last is not None]
        counted = [(count_other(self.remake.published.plan, plan, span), one, span) for one, span in spans]
        most = max(counted, key=lambda one: one[0], default=None)
        return most[1:] if most is not None and most[0] else None

    def _find_cheaper(self, lasting: Lasting, plan: Plan, ready: ReadyArea, holds_from: date) -> Compared | None:
        """A cheaper plan for the dates without end; None if there is none, or who watches stops."""
        remake = self.remake
        # Who asked for the cheaper plan gets the best of it; else it is an offer that keeps nobody waiting.
        checking = remake.watch.to_the_end() if remake.order.improve else remake.watch
        try:
            remake.watch.enter(Stage.SEARCHING)
            made = self._search_cheaper(lasting, ready, checking)
            if made is None:
                return None
            whole = (*self.stretches[:-1], replace(self.stretches[-1], tours=made.tours))
            tours, periods = fold_stretches(plan.cycle, whole)
            cheaper = replace(
                made,
                cycle=plan.cycle,
                tours=tours,
                holds_from=holds_from,
                roads_on=plan.roads_on,
                ends=plan.ends,
                meanwhile=plan.meanwhile,
                periods=periods,
            )
            broken = verify_whole(cheaper, ready.prepared, checking, self._areas).errors
        except KeyboardInterrupt:
            return None
        if broken:
            raise ToolError(*broken)
        return self._compare(cheaper, ready.prepared, holds_from)

    def _search_cheaper(self, lasting: Lasting, ready: ReadyArea, checking: Watch) -> Plan | None:
        """The cheapest plan for the dates without end that was found, whatever it changes; None if none is cheaper."""
        remake = self.remake
        focus = lasting.repair.find_focus(lasting.kept, _list_faster(remake.published.prepared, lasting.prepared))
        if not focus:
            return None
        better, ending = lasting.repair.run(remake.watch, improve_from=lasting.kept, focus=focus)
        if better.cost >= lasting.kept.cost:
            return None
        solution = lasting.repair.report(better, ending).solution
        return assemble_kept(lasting.turned, ready.prepared, solution, remake.options, checking)


def _has(dataset: Dataset, change_id: str) -> bool:
    """Whether a change is there."""
    return any(change.change_id == change_id for change in dataset.changes)


def _list_decided(digests: Mapping[str, str]) -> dict[str, str]:
    """Digests of all files but those of road changes."""
    return {name: digest for name, digest in digests.items() if name not in (*CHANGES_FILES, MEANWHILE_FILE)}


def _no_cycle(scenario: Scenario) -> Scenario:
    """A scenario without the first day of its cycle, which is that of the plan."""
    return replace(scenario, cycle=replace(scenario.cycle, first_day=date.min))


def _list_faster(old: PreparedArea, new: PreparedArea) -> frozenset[int]:
    """Places to or from which some drive has become faster or possible."""
    import numpy as np

    places: set[int] = set()
    for one, two in zip(old.matrices, new.matrices, strict=False):
        if one.place_ids == two.place_ids:
            places.update(np.unique(np.argwhere(two.duration_s < one.duration_s)).tolist())
    return frozenset(places)
