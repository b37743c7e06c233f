"""Road changes laid over the rows of a road table for a bus; the table before stays as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from bibliobus.domain.changes import ChangeKind
from bibliobus.network.changes.apply import is_kept_out
from bibliobus.network.profile_table import find_speed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.domain.changes import RoadChange
    from bibliobus.domain.fleet import BusProfile
    from bibliobus.domain.roads import RoadRow, RoadTable
    from bibliobus.network.changes.roads import ResolvedChange


class HalfRow(NamedTuple):
    """
    One direction of a row of a road table, as a bus may drive it.

    Parameters
    ----------
    closed
        Whether a change closes it.
    max_weight_t
        Heaviest bus allowed; None means no limit.
    max_height_m
        Highest bus allowed; None means no limit.
    speed_kmh
        Speed that overrides the tables, before the factor of the bus; None means by class and surface.
    """

    closed: bool
    max_weight_t: float | None
    max_height_m: float | None
    speed_kmh: float | None


def apply_table_changes(table: RoadTable, changes: Sequence[ResolvedChange], profile: BusProfile) -> RoadTable:
    """
    Lay changes over a road table, one after the other.

    Parameters
    ----------
    table
        The roads without changes; stays as it is.
    changes
        All resolved changes in their order.
    profile
        Kind of bus; changes that do not hold for it are passed over.

    Returns
    -------
    RoadTable
        Roads as this kind of bus finds them: closed ones are gone, a row that differs by direction is two one-way
        rows. The same meaning of each kind as in `changed_times.apply_changes`.
    """
    halves = {
        2 * at + against: HalfRow(False, row.max_weight_t, row.max_height_m, row.speed_kmh)
        for at, row in enumerate(table.rows)
        for against in ((0,) if row.oneway else (0, 1))
    }
    for resolved in changes:
        if resolved.holds_for(profile.profile_id):
            for step in resolved.steps.tolist():
                halves[step] = _change_half(halves[step], table.rows[step >> 1], resolved.change, profile)
    rows = [
        new for at, row in enumerate(table.rows) for new in _join_halves(row, halves[2 * at], halves.get(2 * at + 1))
    ]
    return replace(table, rows=tuple(rows))


def _change_half(half: HalfRow, row: RoadRow, change: RoadChange, profile: BusProfile) -> HalfRow:
    """One direction of a row after a change."""
    if change.kind is ChangeKind.OPENED:
        return half._replace(closed=False) if half.closed else half._replace(max_weight_t=None, max_height_m=None)
    if change.kind is ChangeKind.SPEED and change.value is not None:
        driven = find_speed(replace(row, max_weight_t=None, max_height_m=None, speed_kmh=half.speed_kmh), profile)
        too_fast = driven is not None and driven > change.value
        return half._replace(speed_kmh=change.value / profile.speed_factor) if too_fast else half
    return half._replace(closed=half.closed or is_kept_out(change, profile.weight_t, profile.height_m))


def _join_halves(row: RoadRow, along: HalfRow, against: HalfRow | None) -> list[RoadRow]:
    """Rows for the directions that are left: one if they are alike."""
    if along == against and not along.closed:
        return [_make_row(row, along)]
    back = replace(row, from_id=row.to_id, to_id=row.from_id, shape=row.shape[::-1], oneway=True)
    rows = [_make_row(replace(row, oneway=True), along)] if not along.closed else []
    return rows + ([_make_row(back, against)] if against is not None and not against.closed else [])


def _make_row(row: RoadRow, half: HalfRow) -> RoadRow:
    """Row with the limits of one direction."""
    return replace(row, max_weight_t=half.max_weight_t, max_height_m=half.max_height_m, speed_kmh=half.speed_kmh)
