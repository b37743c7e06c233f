"""Rule about reasons: what a plan calls impossible is not done by a tour that keeps all rules."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.plan.plan import Call, Leg, Pause, Standing, Tour
from bibliobus.plan.verify.evidence import depot_of
from bibliobus.plan.verify.service import RHYTHM_BROKEN, check_calls, check_wishes
from bibliobus.plan.verify.tours import check_tours
from bibliobus.words.language import DAY_S, MINUTE_S, N_, format_clock, round_up
from bibliobus.words.text import CycleDay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.demand.visits import Visit
    from bibliobus.domain.fleet import Bus
    from bibliobus.plan.plan import Row
    from bibliobus.plan.verify.evidence import Evidence, ProvenDrive

REASON_UNTRUE: Final = FindingKind(
    "reason-untrue",
    Severity.ERROR,
    N_("By the plan no bus can serve {name}, but {bus} could on a tour of its own, such as at {start} on {day}."),
    N_("Plan anew, so that the reason is a true one."),
)

STEP_S: Final = 30 * MINUTE_S
"""Openings so far apart are tried, besides the beginnings of windows: enough to catch an untrue reason."""


def check_reasons(evidence: Evidence) -> Iterator[Finding]:
    """Find each settlement called impossible that an empty bus could serve, by the arithmetic of the checker itself."""
    called = {call.settlement_id for tour in evidence.plan.tours for call in tour.calls}
    for account in evidence.plan.accounts:
        evidence.watch.check()
        impossible = account.standing is Standing.UNSERVED and account.reason and account.reason.impossible
        if impossible and account.settlement_id in evidence.visits.keys() - called:
            tour = _find_tour(evidence, evidence.visits[account.settlement_id])
            if tour is not None:
                place, name = Place(settlement_id=account.settlement_id), evidence.name(account.settlement_id)
                start, bus = format_clock(tour.calls[0].start_s), evidence.buses[tour.bus_id].name
                yield REASON_UNTRUE.at(place, name=name, bus=bus, start=start, day=CycleDay(tour.day))


def _find_tour(evidence: Evidence, visit: Visit) -> Tour | None:
    """First of the tours in which one bus serves a settlement and nobody else on all days of a pattern."""
    alone, whole = _leave_one(evidence, visit, locked=False), _leave_one(evidence, visit, locked=True)
    for bus in evidence.buses.values():
        depot = depot_of(bus)
        there = evidence.find_drive(bus, depot, visit.settlement_id)
        back = evidence.find_drive(bus, visit.settlement_id, depot)
        if there is None or back is None:
            continue
        for days in visit.patterns:
            tours = []
            for day in days:
                tour = next(_list_tours(alone, visit, bus, day, (there, back)), None)
                if tour is None:
                    break
                tours.append(tour)
            if len(tours) == len(days) and not _is_broken(whole, visit, tuple(tours)):
                return tours[0]
    return None


def _leave_one(evidence: Evidence, visit: Visit, *, locked: bool) -> Evidence:
    """Evidence in which nobody lives but in one settlement, which is all that a tour to it alone can concern."""
    dataset, key = evidence.dataset, visit.settlement_id
    locks = tuple(lock for lock in dataset.scenario.locks if locked and lock.settlement_id == key)
    home = tuple(settlement for settlement in dataset.settlements if settlement.settlement_id == key)
    only = replace(dataset, scenario=replace(dataset.scenario, locks=locks), settlements=home)
    return replace(evidence, dataset=only)


def _list_tours(
    evidence: Evidence, visit: Visit, bus: Bus, day: int, drives: tuple[ProvenDrive, ProvenDrive]
) -> Iterator[Tour]:
    """Tours of one day that break no rule."""
    grid_s = evidence.dataset.scenario.rules.grid_s
    there_s, back_s = (round_up(evidence.add_reserve(drive.duration_s), grid_s) for drive in drives)
    first_s = round_up(bus.shift.start_s + there_s, grid_s)
    last_s = bus.shift.end_s - back_s - visit.dwell_s
    openings = {round_up(window.start_s, grid_s) for window in visit.windows}
    openings |= {round_up(curfew.end_s + curfew.margin_s, grid_s) for curfew in visit.curfews}
    openings |= {visit.lock.time_s} if visit.lock and visit.lock.time_s is not None else set()
    openings |= set(range(first_s, max(last_s, first_s - 1) + 1, round_up(STEP_S, grid_s)))
    for start_s in sorted(opening for opening in openings if first_s <= opening <= last_s < DAY_S):
        for rows in _list_rows(visit, bus, start_s, (there_s, back_s), drives):
            tour = Tour(bus.bus_id, day, rows)
            if not _is_broken(evidence, visit, (tour,), alone=True):
                yield tour


def _list_rows(
    visit: Visit, bus: Bus, start_s: int, times_s: tuple[int, int], drives: tuple[ProvenDrive, ProvenDrive]
) -> Iterator[tuple[Row, ...]]:
    """Rows of a tour with the meal break wherever it may be."""
    depot, (there_s, back_s), (there, back) = depot_of(bus), times_s, drives
    stop, end_s, meal = visit.settlement_id, start_s + visit.dwell_s, bus.meal_break
    leave_s = start_s - there_s
    way = Leg(depot, stop, leave_s, start_s, there.duration_s, there.length_m)
    call = Call(stop, start_s, end_s)
    home = Leg(stop, depot, end_s, end_s + back_s, back.duration_s, back.length_m)
    if meal is None:
        yield way, call, home
        return
    long_s = meal.duration_s
    before_s = min(meal.latest_s, leave_s - long_s)
    yield Pause(depot, before_s, before_s + long_s), way, call, home
    after_s = max(meal.earliest_s, home.arrive_s)
    yield way, call, home, Pause(depot, after_s, after_s + long_s)
    early_s = min(meal.latest_s, start_s - long_s)
    yield (
        replace(way, leave_s=early_s - there_s, arrive_s=early_s),
        Pause(stop, early_s, early_s + long_s),
        call,
        home,
    )
    late_s = max(meal.earliest_s, end_s)
    yield (
        way,
        call,
        Pause(stop, late_s, late_s + long_s),
        replace(home, leave_s=late_s + long_s, arrive_s=late_s + long_s + back_s),
    )


def _is_broken(evidence: Evidence, visit: Visit, tours: tuple[Tour, ...], *, alone: bool = False) -> bool:
    """Whether these tours break any rule; of one tour alone its rhythm is not asked."""
    only = replace(evidence, plan=replace(evidence.plan, tours=tours))
    calls = check_calls(only, visit, [(tour, call) for tour in tours for call in tour.calls])
    # One day alone has no rhythm.
    mine = (finding for finding in calls if not (alone and finding.code == RHYTHM_BROKEN.code))
    return any(True for _ in chain(check_tours(only), check_wishes(only), mine))
