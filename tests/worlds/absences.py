"""Plans of tiny worlds whose tours are said by their stops, for buses that do not drive on some dates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from worlds import MONDAY

from bibliobus.model.area import prepare_area
from bibliobus.plan.build import build_by_hand, build_tour
from bibliobus.solve.times.schedule import Scheduler
from bibliobus.tasks.cancel import CancelOrder, replace_visits

if TYPE_CHECKING:
    from bibliobus.inputs.area import Dataset
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.plan import Plan
    from bibliobus.tasks.cancel import Cancelled


def plan_tours(dataset: Dataset, tours: dict[tuple[str, int], list[str]]) -> tuple[Plan, PreparedArea]:
    """Plan an area whose tours are given by bus and day: their stops in order, each as early as can be."""
    prepared = prepare_area(dataset)
    buses = [bus.bus_id for bus in dataset.scenario.buses]
    visits = [visit.settlement_id for visit in prepared.demand.visits]
    scheduler = Scheduler(prepared.problem)
    timed = [
        scheduler.time_tour(buses.index(bus), day, [visits.index(key) for key in stops])
        for (bus, day), stops in tours.items()
    ]
    assert None not in timed
    return build_by_hand(prepared, [build_tour(prepared, one.tour) for one in timed if one], "en"), prepared


def cancel(planned: tuple[Plan, PreparedArea], *absences: tuple[str, int], until: int | None = None) -> Cancelled:
    """Cancel tours of buses by the days since the first day of the plan."""
    first = tuple((bus, day_after(day)) for bus, day in absences)
    return replace_visits(*planned, CancelOrder(first, None if until is None else day_after(until)))


def day_after(days: int) -> date:
    """Date so many days after the first day of the plan."""
    return MONDAY + timedelta(days=days)


def list_new(cancelled: Cancelled) -> dict[str, tuple[int, str, str] | None]:
    """Replacement of each settlement: days after the first day of the plan, bus, and hour and minute of opening."""
    return {
        visit.settlement_id: None
        if visit.new is None
        else (
            (visit.new.date - MONDAY).days,
            visit.new.bus_id,
            f"{visit.new.start_s // 3600}:{visit.new.start_s % 3600 // 60:02d}",
        )
        for visit in cancelled.visits
    }
