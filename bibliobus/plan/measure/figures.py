"""Key figures of a plan: what it drives over, works and costs, by week or month."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bibliobus.plan.measure.coverage import MONTH_WEEKS
from bibliobus.plan.plan import Account, Call, Standing, Tour
from bibliobus.words.language import HOUR_S, KM_M, MINUTE_S, N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bibliobus.domain.fleet import BusProfile, Rates
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.plan import Plan
    from bibliobus.words.language import Language

FAR_M: Final = 10 * KM_M
"""A library farther than this is far."""

SMALL: Final = 200
"""A settlement with fewer residents is small."""


class Unit(StrEnum):
    """What a key figure counts."""

    COUNT = "count"
    METRES = "metres"
    SECONDS = "seconds"
    SHARE = "share"


@dataclass(frozen=True)
class Figure:
    """One key figure."""

    label: str
    unit: Unit


FIGURES: Final[Mapping[str, Figure]] = {
    "settlements": Figure(N_("Settlements in the area"), Unit.COUNT),
    "settlements_served": Figure(N_("Settlements served by the bus"), Unit.COUNT),
    "settlements_not_needed": Figure(N_("Settlements with a library near"), Unit.COUNT),
    "settlements_sacrificed": Figure(N_("Settlements left out for want of time"), Unit.COUNT),
    "settlements_impossible": Figure(N_("Settlements that cannot be served under the rules"), Unit.COUNT),
    "people_served": Figure(N_("Residents served by the bus"), Unit.COUNT),
    "people_unserved": Figure(N_("Residents left without a bus or a library near"), Unit.COUNT),
    "share_need_served": Figure(N_("Share of the need that is served"), Unit.SHARE),
    "share_far_served": Figure(
        N_("Share of the residents more than 10 km from any library who are served"), Unit.SHARE
    ),
    "share_small_served": Figure(
        N_("Share of the settlements below 200 residents without a library near that are served"), Unit.SHARE
    ),
    "visits": Figure(N_("Visits in the cycle"), Unit.COUNT),
    "bus_days": Figure(N_("Bus days in the cycle"), Unit.COUNT),
    "length_m": Figure(N_("Distance driven in the cycle"), Unit.METRES),
    "driving_s": Figure(N_("Time driven in the cycle, without reserve"), Unit.SECONDS),
    "open_s": Figure(N_("Time open to readers in the cycle"), Unit.SECONDS),
    "work_s": Figure(N_("Paid time on the road in the cycle, meal breaks excluded"), Unit.SECONDS),
    "longest_day_s": Figure(N_("Longest working day, meal break excluded"), Unit.SECONDS),
    "spread_s": Figure(N_("Longest working day less the shortest"), Unit.SECONDS),
    "share_open": Figure(N_("Share of the time on the road that is open to readers"), Unit.SHARE),
    "share_same_time": Figure(N_("Share of stops with several visits that keep the same clock time"), Unit.SHARE),
}
"""Every key figure by name, in the order of the tables."""


def format_figure(name: str, value: float, language: Language) -> str:
    """Put the value of a key figure into words such as ``412,5 км``."""
    match FIGURES[name].unit:
        case Unit.METRES:
            return language.kilometres(round(value))
        case Unit.SECONDS:
            return language.duration(round(value))
        case Unit.SHARE:
            return language.percent(value)
        case _:
            return language.number(value)


SHOWN_STEPS: Final = {Unit.METRES: KM_M / 10, Unit.SECONDS: MINUTE_S, Unit.SHARE: 0.01}
"""What a key figure is rounded to where people read it; the others are whole."""


def compare_figures(name: str, old: float, new: float) -> float:
    """Difference of a key figure as people read it: that of the rounded values that stand beside it."""
    step = SHOWN_STEPS.get(FIGURES[name].unit, 1)
    return (round(new / step) - round(old / step)) * step


def measure_plan(tours: Sequence[Tour], accounts: Sequence[Account]) -> dict[str, int | float]:
    """
    Measure the key figures of a plan.

    Parameters
    ----------
    tours
        Tours of the cycle.
    accounts
        One for every settlement.

    Returns
    -------
    dict of str to number
        One value for each name of `FIGURES`, in its unit; shares have four decimals and are 0
        where there is nothing to divide by.
    """
    served = [account for account in accounts if account.standing is Standing.SERVED]
    unserved = [account for account in accounts if account.standing is Standing.UNSERVED]
    calls = [call for tour in tours for call in tour.calls]
    open_s = sum(call.end_s - call.start_s for call in calls)
    work = [work_of(tour) for tour in tours]
    need_served = sum(account.need for account in served)
    need = need_served + sum(account.need for account in unserved)
    return {
        "settlements": len(accounts),
        "settlements_served": len(served),
        "settlements_not_needed": sum(account.standing is Standing.NOT_NEEDED for account in accounts),
        "settlements_sacrificed": sum(not _is_impossible(account) for account in unserved),
        "settlements_impossible": sum(_is_impossible(account) for account in unserved),
        "people_served": sum(account.population for account in served),
        "people_unserved": sum(account.population for account in unserved),
        "share_need_served": _share(need_served, need),
        "share_far_served": _share(_count_far(served), _count_far([*served, *unserved])),
        "share_small_served": _share(_count_small(served), _count_small([*served, *unserved])),
        "visits": len(calls),
        "bus_days": len(tours),
        "length_m": sum(leg.length_m for tour in tours for leg in tour.legs),
        "driving_s": sum(leg.driving_s for tour in tours for leg in tour.legs),
        "open_s": open_s,
        "work_s": sum(work),
        "longest_day_s": max(work, default=0),
        "spread_s": max(work, default=0) - min(work, default=0),
        "share_open": _share(open_s, sum(tour.return_s - tour.leave_s for tour in tours)),
        "share_same_time": _share_same_time(calls),
    }


def find_empty_shares(tours: Sequence[Tour], accounts: Sequence[Account]) -> frozenset[str]:
    """Names of `FIGURES` whose value is the 0 of nothing, as nobody is to be served or nothing repeats: no failure."""
    asked = [account for account in accounts if account.standing is not Standing.NOT_NEEDED]
    wholes = {
        "share_need_served": sum(account.need for account in asked),
        "share_far_served": _count_far(asked),
        "share_small_served": _count_small(asked),
        "share_open": len(tours),
        "share_same_time": len(_list_repeated([call for tour in tours for call in tour.calls])),
    }
    return frozenset(name for name, whole in wholes.items() if not whole)


def work_of(tour: Tour) -> int:
    """Seconds from leaving to returning, which are paid, without meal breaks taken in between."""
    on_the_way = (
        pause.end_s - pause.start_s
        for pause in tour.pauses
        if tour.leave_s <= pause.start_s and pause.end_s <= tour.return_s
    )
    return tour.return_s - tour.leave_s - sum(on_the_way)


def _is_impossible(account: Account) -> bool:
    """Whether the reason is a proof."""
    return account.reason is not None and account.reason.impossible


def _count_far(accounts: Sequence[Account]) -> int:
    """Residents far from every library."""
    far = (account for account in accounts if account.library_m is None or account.library_m > FAR_M)
    return sum(account.population for account in far)


def _count_small(accounts: Sequence[Account]) -> int:
    """Settlements with few residents."""
    return sum(account.population < SMALL for account in accounts)


def _share(part: float, whole: float) -> float:
    """Part of a whole with four decimals, 0 of nothing."""
    return round(part / whole, 4) if whole else 0.0


def _share_same_time(calls: Sequence[Call]) -> float:
    """Share of the stops with several calls whose calls all start at one time and are within a minute."""
    repeated = _list_repeated(calls)
    same = sum(max(times) - min(times) < MINUTE_S for times in repeated)
    return _share(same, len(repeated))


def _list_repeated(calls: Sequence[Call]) -> list[list[int]]:
    """Times of each stop that has several calls."""
    starts: dict[str, list[int]] = {}
    for call in calls:
        starts.setdefault(call.settlement_id, []).append(call.start_s)
    return [times for times in starts.values() if len(times) > 1]


@dataclass(frozen=True)
class Expense:
    """
    What a plan takes in a mean week and a mean month.

    ``week_bus_days``: Days of all buses on the road in a mean week.
    ``month_fuel_l``: Litres in a mean month; None if the scenario gives no consumption.
    ``month_money``: Money in a mean month; None if the scenario gives no price at all.
    """

    week_m: int
    unpaved_week_m: int
    week_work_s: int
    week_bus_days: float
    month_fuel_l: float | None
    month_money: float | None


def measure_expense(
    plan: Plan,
    rates: Rates,
    buses: int,
    *,
    find_unpaved: Callable[[str, str, str], int] = lambda bus_id, start, end: 0,
) -> Expense:
    """
    Measure what a plan takes in a mean week, and in a mean month of 4.35 weeks.

    ``buses``: Buses that are kept, whether they drive or not.
    ``find_unpaved``: Tells how many metres of the drive of a bus between two places are unpaved.
    """
    weeks = plan.cycle.weeks
    legs = [(tour.bus_id, leg) for tour in plan.tours for leg in tour.legs]
    length_m = sum(leg.length_m for _, leg in legs)
    unpaved_m = sum(min(leg.length_m, find_unpaved(bus_id, leg.from_id, leg.to_id)) for bus_id, leg in legs)
    work_s = sum(work_of(tour) for tour in plan.tours)
    months = weeks / MONTH_WEEKS
    more_m = unpaved_m * rates.fuel_unpaved_percent / 100
    fuel_l = (length_m + more_m) / KM_M / 100 * rates.fuel_l_per_100km / months
    money = (
        fuel_l * rates.fuel_litre
        + work_s / HOUR_S * rates.crew_hour / months
        + len(plan.tours) * rates.bus_day / months
        + buses * rates.bus_month
    )
    return Expense(
        week_m=round(length_m / weeks),
        unpaved_week_m=round(unpaved_m / weeks),
        week_work_s=round(work_s / weeks),
        week_bus_days=round(len(plan.tours) / weeks, 2),
        month_fuel_l=round(fuel_l, 1) if rates.fuel_l_per_100km else None,
        month_money=round(money, 2) if rates.known else None,
    )


def measure_area_expense(plan: Plan, prepared: PreparedArea) -> Expense:
    """Measure what a plan takes, at the prices of the scenario; where roads are not known, none counts as unpaved."""
    profiles, scenario = _find_profiles(prepared), prepared.dataset.scenario

    def find_unpaved(bus_id: str, start: str, end: str) -> int:
        return prepared.network.measure_unpaved(profiles[bus_id], start, end)

    return measure_expense(plan, scenario.money, len(scenario.buses), find_unpaved=find_unpaved)


def make_kind_finder(prepared: PreparedArea) -> Callable[[str, str, str], str]:
    """Make what tells the class of most of the road (``highway``, or empty) from bus, start and end."""
    profiles = _find_profiles(prepared)
    return lambda bus_id, start, end: prepared.network.find_main_class(profiles[bus_id], start, end)


def _find_profiles(prepared: PreparedArea) -> dict[str, BusProfile]:
    """Kind of each bus."""
    kinds = {profile.profile_id: profile for profile in prepared.dataset.scenario.profiles}
    return {bus.bus_id: kinds[bus.profile_id] for bus in prepared.dataset.scenario.buses}
