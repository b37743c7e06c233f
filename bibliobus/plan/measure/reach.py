"""Access: how far every settlement is from a library and from a stop of the bus, and what the bus brings there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bibliobus.network.places import LIBRARY_PREFIX, UNREACHABLE_S
from bibliobus.plan.plan import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.model.area import PreparedArea
    from bibliobus.network.places import TravelMatrix
    from bibliobus.plan.plan import Plan


@dataclass(frozen=True)
class ShortestWay:
    """
    The shortest way by road to something.

    Parameters
    ----------
    length_m
        Metres.
    duration_s
        Seconds of driving, without reserve.
    """

    length_m: int
    duration_s: int


@dataclass(frozen=True)
class Access:
    """
    Access of one settlement.

    Parameters
    ----------
    settlement_id
        The settlement.
    hromada
        Its municipality; may be empty.
    raion
        Its district; may be empty.
    population
        Residents, counted or assumed.
    standing
        Served, not needed, or unserved.
    library
        Way to the nearest library; None if none can be reached.
    stop
        Way to the nearest settlement that the bus serves, zero for one it serves itself; None if none can be reached.
    other_stop
        Way to the nearest other settlement that the bus serves; None if none can be reached.
    stays_s
        Length of each call in the cycle.
    rhythm_weeks
        Weeks between visits; 0 if it is not served.
    category
        Letter of the codifier; empty if unknown.
    """

    settlement_id: str
    hromada: str
    raion: str
    population: int
    standing: Standing
    library: ShortestWay | None
    stop: ShortestWay | None
    other_stop: ShortestWay | None
    stays_s: tuple[int, ...]
    rhythm_weeks: int
    category: str = ""

    @property
    def nearest(self) -> ShortestWay | None:
        """The shorter of the ways to a library and to a stop; None if neither can be reached."""
        ways = [way for way in (self.library, self.stop) if way is not None]
        return min(ways, key=lambda way: way.length_m, default=None)

    @property
    def served(self) -> bool:
        """Whether the bus calls here."""
        return self.standing is Standing.SERVED


def measure_access(plan: Plan, prepared: PreparedArea) -> tuple[Access, ...]:
    """
    Measure the access of every settlement.

    Parameters
    ----------
    plan
        A plan of the prepared area.
    prepared
        Its area; the ways are those of the first kind of bus.

    Returns
    -------
    tuple of Access
        One for each settlement of the plan, in its order.
    """
    matrix = prepared.matrices[0]
    rows = {place: at for at, place in enumerate(matrix.place_ids)}
    settlements = {settlement.settlement_id: settlement for settlement in prepared.dataset.settlements}
    libraries = [at for place, at in rows.items() if place.startswith(LIBRARY_PREFIX)]
    stops = [rows[one.settlement_id] for one in plan.accounts if one.standing is Standing.SERVED]
    stays: dict[str, list[int]] = {}
    for tour in plan.tours:
        for call in tour.calls:
            stays.setdefault(call.settlement_id, []).append(call.end_s - call.start_s)
    found = []
    for account in plan.accounts:
        here, served = rows[account.settlement_id], account.standing is Standing.SERVED
        other = _find_way(matrix, here, [stop for stop in stops if stop != here])
        settlement = settlements[account.settlement_id]
        found.append(
            Access(
                settlement_id=account.settlement_id,
                hromada=settlement.hromada,
                raion=settlement.raion,
                population=account.population,
                standing=account.standing,
                library=_find_way(matrix, here, libraries),
                stop=ShortestWay(0, 0) if served else other,
                other_stop=other,
                stays_s=tuple(stays.get(account.settlement_id, ())),
                rhythm_weeks=account.rhythm_weeks if served else 0,
                category=settlement.category,
            )
        )
    return tuple(found)


def _find_way(matrix: TravelMatrix, here: int, ends: Sequence[int]) -> ShortestWay | None:
    """Shortest way from a place to any of others; None if no road leads to one."""
    ways = [
        ShortestWay(int(matrix.length_m[here, end]), int(matrix.duration_s[here, end]))
        for end in ends
        if matrix.duration_s[here, end] < UNREACHABLE_S
    ]
    return min(ways, key=lambda way: (way.length_m, way.duration_s), default=None)
