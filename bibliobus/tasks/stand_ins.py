"""What replaces a cancelled tour when roads change too: it stays as far as it can be driven."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bibliobus.plan.dates import day_of
from bibliobus.plan.plan import Leg
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.stand_ins import check_date

if TYPE_CHECKING:
    from datetime import date

    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.pieces import Stretch
    from bibliobus.plan.plan import Period, Plan, Tour
    from bibliobus.plan.verify.evidence import Evidence


@dataclass(frozen=True)
class StandIns:
    """
    What replaces cancelled tours in a plan, and the roads by which it is to be driven now.

    ``plan``: The plan with the cycle of the dates.
    ``periods``: Every period in which a bus does not drive.
    """

    plan: Plan
    prepared: PreparedArea
    periods: tuple[Period, ...]

    def keep(self, day: date, period: Period, stretch: Stretch) -> tuple[tuple[Tour, ...], bool]:
        """
        Keep on a date what a period replaces there, as far as it can be driven; and whether everybody is visited.

        The bus that does not drive stays in its depot whatever the roads. A stand-in that cannot be driven as it was
        announced has the calls and times that the cancelled tour would have by the roads of now.
        """
        evidence, at = gather_evidence(self.plan, self.prepared), day_of(stretch.cycle, day)

        def is_driven(some: tuple[Tour, ...]) -> bool:
            return not any(check_date(evidence, day, [tour for tour in some if tour.day == at]))

        kept, whole = replace(period, tours=()), True
        for tour in period.tours:
            for one in (tour, *self._list_cancelled(tour, stretch)):
                anew = _drive_anew(replace(one, bus_id=tour.bus_id, day=tour.day), evidence)
                more = replace(kept, tours=(*kept.tours, anew))
                if is_driven(more.replace_tours(stretch.tours)):
                    kept = more
                    whole = whole and _list_places(anew) == _list_places(tour)
                    break
            else:
                whole = False
        return kept.replace_tours(stretch.tours), whole

    def _list_cancelled(self, stand_in: Tour, stretch: Stretch) -> list[Tour]:
        """Cancelled tours of a stretch to nobody but those of a stand-in, the most calls first."""
        names = {(name.bus_id, name.day) for period in self.periods for name in period.dropped}
        gone = [tour for tour in stretch.tours if (tour.bus_id, tour.day) in names]
        fit = [tour for tour in gone if _list_places(tour) <= _list_places(stand_in)]
        return sorted(fit, key=lambda tour: (-len(tour.calls), tour.day, tour.bus_id))


def _list_places(tour: Tour) -> set[str]:
    """Settlements of a tour."""
    return {call.settlement_id for call in tour.calls}


def _drive_anew(tour: Tour, evidence: Evidence) -> Tour:
    """The same calls at the same times by the roads of now; who needs longer leaves earlier and returns later."""
    bus = evidence.buses.get(tour.bus_id)
    if bus is None:
        return tour
    grid_s = evidence.dataset.scenario.rules.grid_s
    rows, legs = list(tour.rows), [at for at, row in enumerate(tour.rows) if isinstance(row, Leg)]
    for at in legs:
        leg = rows[at]
        assert isinstance(leg, Leg)  # so they were chosen
        drive = evidence.find_drive(bus, leg.from_id, leg.to_id)
        if drive is None:
            continue  # the check says so
        needed_s = -(-evidence.add_reserve(drive.duration_s) // grid_s) * grid_s
        leave_s, arrive_s = leg.leave_s, leg.arrive_s
        if at == legs[0]:
            leave_s = min(leave_s, arrive_s - needed_s)
        elif at == legs[-1]:
            arrive_s = max(arrive_s, leave_s + needed_s)
        rows[at] = Leg(leg.from_id, leg.to_id, leave_s, arrive_s, drive.duration_s, drive.length_m)
    return replace(tour, rows=tuple(rows))
