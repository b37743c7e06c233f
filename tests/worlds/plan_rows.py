"""Rows of a plan made by hand, and plans in which one of them differs."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bibliobus.plan.plan import Call, Leg, Pause, Plan, Row, Tour
from bibliobus.words.language import KM_M, MINUTE_S, parse_clock

BASE: Final = "depot/main"


def at(clock: str) -> int:
    """Seconds after midnight."""
    return parse_clock(clock)


def leg(from_id: str, to_id: str, leave: str, arrive: str, km: int) -> Leg:
    """Drive of so many kilometres, which take as many minutes."""
    return Leg(from_id, to_id, at(leave), at(arrive), km * MINUTE_S, km * KM_M)


def call(settlement_id: str, start: str, end: str) -> Call:
    """Stay."""
    return Call(settlement_id, at(start), at(end))


def pause(place_id: str, start: str, end: str) -> Pause:
    """Meal break."""
    return Pause(place_id, at(start), at(end))


def change_row(plan: Plan, day: int, position: int, *rows: Row) -> Plan:
    """Plan in which some rows stand in place of one row of the tour of a day."""
    return replace(plan, tours=tuple(_change(tour, position, rows) if tour.day == day else tour for tour in plan.tours))


def _change(tour: Tour, position: int, rows: tuple[Row, ...]) -> Tour:
    """Tour with other rows in place of one."""
    return replace(tour, rows=(*tour.rows[:position], *rows, *tour.rows[position + 1 :]))


def change_account(plan: Plan, settlement_id: str, **changes: object) -> Plan:
    """Plan in which the account of a settlement differs."""
    accounts = tuple(
        replace(account, **changes) if account.settlement_id == settlement_id else account for account in plan.accounts
    )
    return replace(plan, accounts=accounts)
