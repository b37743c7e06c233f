"""A bus does not drive for some days: the visits that are cancelled, what replaces them, and what each offer costs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from bibliobus.findings import FindingKind, InputError, Place, Severity, ToolError, UsageError
from bibliobus.plan.compare.compare import DatedVisit
from bibliobus.plan.measure.figures import work_of
from bibliobus.plan.periods import overlay_tours
from bibliobus.plan.plan import PeriodCause
from bibliobus.plan.stand_in import HUNDREDTHS, MissedVisit, Surroundings
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.solve.repair.stand_in import StandInSearch
from bibliobus.tasks.dated import verify_dates
from bibliobus.tasks.folders import check_output
from bibliobus.tasks.reopen import open_plan_folder
from bibliobus.words.language import N_, NN_
from bibliobus.words.text import Count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.plan import Plan
    from bibliobus.solve.repair.stand_in import Offer, StandIns, Takeover, WhyNot

CANCEL_UNKNOWN_BUS: Final = FindingKind(
    "cancel-unknown-bus",
    Severity.ERROR,
    N_("There is no bus “{value}”."),
    N_("Known ids: {known}."),
)
CANCEL_NO_TOUR: Final = FindingKind(
    "cancel-no-tour",
    Severity.ERROR,
    N_("{bus} does not drive on {day} anyway."),
    N_("Give a date on which it drives, such as {next}."),
)
CANCEL_NO_TOURS: Final = FindingKind(
    "cancel-no-tours",
    Severity.ERROR,
    N_("{bus} does not drive from {day} to {last} anyway."),
    N_("Give dates on which it drives, such as {next}."),
)
CANCEL_REVERSED: Final = FindingKind(
    "cancel-reversed",
    Severity.ERROR,
    N_("The tours are to be cancelled until {last}, which is before {day}."),
    N_("Give a date with --until that is not before the one of --cancel."),
)
CANCEL_TOO_LONG: Final = FindingKind(
    "cancel-too-long",
    Severity.ERROR,
    N_("From {day} to {last} it is more than {limit}."),
    N_("Give the bus days_off in the scenario and plan anew with --scenario; --cancel is for a short absence."),
)
NEVER: Final = N_("It drives on no date within a year.")
DAYS: Final = NN_("{count} day", "{count} days")
MOST_DAYS: Final = 31
"""A bus that stays away longer is a matter for a plan made anew."""


@dataclass(frozen=True)
class CancelOrder:
    """
    What is cancelled.

    ``absences``: Bus and first date of each.
    ``until``: Last date of all of them; None for one date each.
    """

    absences: tuple[tuple[str, date], ...]
    until: date | None = None

    @property
    def first(self) -> date:
        """First date of all."""
        return min(day for _, day in self.absences)

    def list_days(self, first: date) -> list[date]:
        """Dates of an absence."""
        last = self.until or first
        return [first + timedelta(days=at) for at in range((last - first).days + 1)]


@dataclass(frozen=True)
class OfferCost:
    """
    What a replacement costs.

    ``work_s``, ``length_m``, ``overtime_s``: Paid time, way and overtime more than without it.
    ``days``: Days that the residents wait, from the announced date on.
    """

    work_s: int
    length_m: int
    overtime_s: int
    days: int


@dataclass(frozen=True)
class Alternative:
    """A replacement, chosen or not, and what it costs."""

    visit: DatedVisit
    cost: OfferCost


@dataclass(frozen=True)
class CancelledVisit:
    """
    One visit that does not take place.

    ``missed``: The visit as it was announced, and those that follow by the timetable.
    ``chosen``: What replaces it; None if nothing does before the next one by the timetable.
    ``others``: What could replace it instead, by date, if all else stays as chosen.
    ``why_not``: Why nothing replaces it; None if something does.
    ``days_without``: Days that the residents wait if nothing is done.
    """

    missed: MissedVisit
    chosen: Alternative | None
    others: tuple[Alternative, ...]
    why_not: WhyNot | None
    days_without: int

    @property
    def settlement_id(self) -> str:
        """The settlement."""
        return self.missed.settlement_id

    @property
    def old(self) -> DatedVisit:
        """The visit as it was announced."""
        return self.missed.old

    @property
    def new(self) -> DatedVisit | None:
        """The visit that replaces it."""
        return self.chosen.visit if self.chosen else None

    @property
    def days(self) -> int:
        """Days that the residents wait."""
        return self.chosen.cost.days if self.chosen else self.days_without


@dataclass(frozen=True)
class Cancelled:
    """
    What the cancelling of tours means.

    ``plan``: The plan with the dates on which it differs.
    ``visits``: Cancelled visits by date, bus and time.
    ``moved``: Settlement, visit as announced, visit as it will be: of others that open minutes apart.
    ``cost``: Paid time, way and overtime of all replacements; its days are those of all residents together.
    ``spared``: Paid time and way of the tours that are not driven.
    ``whole``: True if no other choice of dates is cheaper by the prices of the scenario.
    ``inputs``: Files of the area by name, which the folder of the result keeps.
    """

    plan: Plan
    prepared: PreparedArea
    order: CancelOrder
    visits: tuple[CancelledVisit, ...]
    moved: tuple[tuple[str, DatedVisit, DatedVisit], ...]
    cost: OfferCost
    spared: OfferCost
    whole: bool
    inputs: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def days_without(self) -> int:
        """Days that all residents together wait if nothing is done."""
        return sum(visit.days_without * visit.missed.people for visit in self.visits)


def cancel_tours(path: Path, order: CancelOrder, out: Path, *, force: bool = False) -> Cancelled:
    """Cancel the tours of buses on some dates in a published plan, and find what replaces each visit."""
    check_output(out, force=force)
    opened = open_plan_folder(path)
    broken = verify_plan(gather_evidence(opened.plan, opened.prepared)).errors
    if broken:
        raise InputError(*broken)
    cancelled = replace_visits(opened.plan, opened.prepared, order)
    return replace(cancelled, inputs=opened.ready.inputs.contents)


def replace_visits(plan: Plan, prepared: PreparedArea, order: CancelOrder) -> Cancelled:
    """
    Cancel the tours of buses on some dates, and find what replaces each visit before its next one.

    No other announced visit moves by more than the tolerance, and every tour keeps every rule. Of all such replacements
    the cheapest is chosen: what is driven for it, and how long how many residents wait.
    """
    _check_order(order, prepared)
    around = Surroundings(plan, prepared, _list_off(order), order.first)
    _check_driven(order, around)
    promises = prepared.dataset.scenario.promises
    search = StandInSearch(
        prepared.problem,
        around.weigh_missed(),
        tolerance_s=promises.tolerance_s,
        moved=round(promises.order * HUNDREDTHS),
        seed=plan.provenance.seed,
    )
    return _gather(order, around, search.run(around.list_slots()))


def _list_off(order: CancelOrder) -> frozenset[tuple[str, date]]:
    """Buses and dates on which they do not drive."""
    return frozenset((bus_id, day) for bus_id, first in order.absences for day in order.list_days(first))


def _check_order(order: CancelOrder, prepared: PreparedArea) -> None:
    """Stop at buses that are not there, and at dates that make no sense."""
    known = [bus.bus_id for bus in prepared.dataset.scenario.buses]
    unknown = dict.fromkeys(bus_id for bus_id, _ in order.absences if bus_id not in known)
    wrong = [CANCEL_UNKNOWN_BUS.at(Place(), value=bus_id, known=", ".join(known)) for bus_id in unknown]
    for _, first in order.absences:
        words = {"day": first.isoformat(), "last": (order.until or first).isoformat()}
        if order.until is not None and order.until < first:
            wrong.append(CANCEL_REVERSED.at(Place(), **words))
        elif len(order.list_days(first)) > MOST_DAYS:
            wrong.append(CANCEL_TOO_LONG.at(Place(), **words, limit=Count(*DAYS, MOST_DAYS)))
    if wrong:
        raise UsageError(*wrong)


def _check_driven(order: CancelOrder, around: Surroundings) -> None:
    """Stop at an absence that cancels nothing."""
    wrong = []
    for bus_id, first in order.absences:
        days = order.list_days(first)
        if not any(one.tour.bus_id == bus_id and one.day in days for one in around.cancelled):
            others = [one.day for one in around.driven if one.tour.bus_id == bus_id]
            words = {"bus": bus_id, "day": first.isoformat(), "next": min(others).isoformat() if others else "–"}
            kind = CANCEL_NO_TOUR if len(days) == 1 else CANCEL_NO_TOURS
            kind = kind if others else replace(kind, hint=NEVER)
            wrong.append(kind.at(Place(), **words, last=days[-1].isoformat()))
    if wrong:
        raise InputError(*wrong)


def _gather(order: CancelOrder, around: Surroundings, found: StandIns) -> Cancelled:
    """Put the result together, and check every tour of its dates."""
    dated = around.list_dated_tours(found.takeovers)
    prepared, plan = around.prepared, overlay_tours(around.plan, dated, PeriodCause.BUS)
    broken = list(verify_dates(plan, prepared)) if plan.periods else []
    if broken:
        raise ToolError(*broken)
    tell = _Teller(around)
    visits = tuple(
        tell.visit(number, missed, offer)
        for number, (missed, offer) in enumerate(zip(around.missed, found.offers, strict=True))
    )
    costs = [tell.cost(takeover, None, 0) for takeover in found.takeovers]
    total = OfferCost(
        work_s=sum(cost.work_s for cost in costs),
        length_m=sum(cost.length_m for cost in costs),
        overtime_s=sum(cost.overtime_s for cost in costs),
        days=sum(visit.days * visit.missed.people for visit in visits),
    )
    moved = tuple(one for takeover in found.takeovers for one in tell.moved(takeover))
    return Cancelled(plan, prepared, order, visits, moved, total, tell.spared(), found.whole)


class _Teller:
    """Turns what the search found into dates and figures."""

    def __init__(self, around: Surroundings) -> None:
        """Take the plan on its dates."""
        self.around = around
        self.crews = around.prepared.problem.buses

    def visit(self, number: int, missed: MissedVisit, offer: Offer) -> CancelledVisit:
        """One cancelled visit."""
        until = missed.until or self.around.weigh_missed()[number].until
        chosen = None if offer.chosen is None else self.alternative(number, missed, offer.chosen, offer.without)
        others = tuple(self.alternative(number, missed, *other) for other in offer.others)
        return CancelledVisit(missed, chosen, others, offer.why_not, (until - missed.old.date).days)

    def alternative(self, number: int, missed: MissedVisit, one: Takeover, without: Takeover | None) -> Alternative:
        """A replacement and what it costs beside the tour without it."""
        call = one.timing.tour.calls[one.order.index(~number)]
        tour = self.around.make_tour(one)
        visit = DatedVisit(one.slot.day, tour.day, tour.bus_id, call.start_s, call.end_s)
        return Alternative(visit, self.cost(one, without, (one.slot.day - missed.old.date).days))

    def cost(self, one: Takeover, without: Takeover | None, days: int) -> OfferCost:
        """What a tour takes more than another one of its bus and date; None is the announced one, or no tour at all."""
        before = self._measure(without) if without else (one.slot.work_s, one.slot.length_m)
        after, regular_s = self._measure(one), self.crews[one.slot.bus].regular_work_s
        overtime_s = max(0, after[0] - regular_s) - max(0, before[0] - regular_s)
        return OfferCost(after[0] - before[0], after[1] - before[1], overtime_s, days)

    def _measure(self, one: Takeover) -> tuple[int, int]:
        """Paid time and way of a tour."""
        return one.timing.work_s, sum(leg.length_m for leg in self.around.make_tour(one).legs)

    def moved(self, one: Takeover) -> Iterator[tuple[str, DatedVisit, DatedVisit]]:
        """Announced visits of a tour that open at another minute."""
        tour = self.around.make_tour(one)
        for at, call in zip(one.order, tour.calls, strict=True):
            if at >= 0 and call.start_s != one.slot.starts[at]:
                stay_s = call.end_s - call.start_s
                start_s = one.slot.starts[at]
                old = DatedVisit(one.slot.day, tour.day, tour.bus_id, start_s, start_s + stay_s)
                yield call.settlement_id, old, replace(old, start_s=call.start_s, end_s=call.end_s)

    def spared(self) -> OfferCost:
        """What the cancelled tours would have taken."""
        tours = [one.tour for one in self.around.cancelled]
        numbers: Mapping[str, int] = {bus.bus_id: at for at, bus in enumerate(self.around.scenario.buses)}
        works = [(work_of(tour), self.crews[numbers[tour.bus_id]].regular_work_s) for tour in tours]
        length_m = sum(leg.length_m for tour in tours for leg in tour.legs)
        return OfferCost(sum(work for work, _ in works), length_m, sum(max(0, work - most) for work, most in works), 0)
