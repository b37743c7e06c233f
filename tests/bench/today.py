"""
Plan real services anew and put the plan beside what they drive today: ``python tests/bench/today.py FILE.csv …``.

What each figure means, and what came out, stands in README.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, weekday_of
from bibliobus.findings import BibliobusError
from bibliobus.plan.today import count_second_calls, list_calls
from bibliobus.solve.backends import DEFAULT_SOLVER
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.plan import make_plan
from bibliobus.tasks.start import init_from_timetable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.domain.fleet import MealBreak
    from bibliobus.plan.plan import Call, Plan, Tour
    from bibliobus.tasks.start import Today

TO_REACH: Final = {"midlothian": 0.23, "somerset": 0.12, "warwickshire": 0.20, "suffolk": 0.19}
"""Share of the driving to be saved: 70 % of what a relaxed problem without breaks and grid gave."""
DEPOT: Final = "depot/"
MUCH_LATER_S: Final = 2 * 3600


@dataclass(frozen=True)
class Figures:
    """What a service drives in one cycle; lengths in kilometres, times in hours, shares from 0 to 1."""

    visits: int
    bus_days: int
    weekend_days: int
    km: float
    km_between_stops: float
    driving_h: float
    long_day_h: float
    longest_day_h: float
    lunch_share: float
    equal_time_share: float | None
    site_twice_a_day: int
    place_twice_a_day: int


@dataclass(frozen=True)
class Comparison:
    """A service today and planned anew, and what became of the wishes that its timetable does not spell out."""

    service: str
    solver: str
    cpu_s: float
    today: Figures
    anew: Figures
    driving_saved: float
    moved_weekday_share: float
    moved_two_hours_share: float
    moved_bus_share: float

    @property
    def failures(self) -> list[str]:
        """What has to be reached and is not."""
        today, anew = self.today, self.anew
        wanted = {
            "all visits kept": anew.visits == today.visits,
            "no more bus-days": anew.bus_days <= today.bus_days,
            "no longer day": anew.long_day_h <= today.long_day_h,
            "lunch kept": anew.lunch_share == 1,
            "no second call": anew.site_twice_a_day <= today.site_twice_a_day
            and anew.place_twice_a_day <= today.place_twice_a_day,
            "driving saved": self.driving_saved >= TO_REACH.get(self.service, 0),
        }
        return [name for name, kept in wanted.items() if not kept]


def compare_service(file: Path, options: SearchOptions, solver: str, *, join_rows: bool = False) -> Comparison:
    """Plan the service of a timetable anew, with the same base, roads, shifts and breaks."""
    with tempfile.TemporaryDirectory() as folder:
        today = init_from_timetable(file, Path(folder, "area"), join_rows=join_rows)
    start = time.process_time()
    anew = make_plan(today.prepared, options=options, solver=solver)
    cpu_s = time.process_time() - start
    before, after = measure_service(today.plan, today), measure_service(anew, today)
    return Comparison(
        service=file.stem,
        solver=solver,
        cpu_s=cpu_s,
        today=before,
        anew=after,
        driving_saved=1 - after.driving_h / before.driving_h,
        **measure_moves(today.plan, anew),
    )


def measure_service(plan: Plan, today: Today) -> Figures:
    """Measure a plan of the service."""
    sites = {s.settlement_id: (s.lat, s.lon) for s in today.prepared.dataset.settlements}
    days = sorted(_measure_day(tour) for tour in plan.tours)
    breaks = {bus.bus_id: bus.meal_break for bus in today.prepared.dataset.scenario.buses}
    rested = sum(_has_lunch(tour, breaks[tour.bus_id]) for tour in plan.tours)
    legs = [leg for tour in plan.tours for leg in tour.legs]
    between = [leg for leg in legs if not leg.from_id.startswith(DEPOT) and not leg.to_id.startswith(DEPOT)]
    calls = _list_calls(plan)
    return Figures(
        visits=len(calls),
        bus_days=len(plan.tours),
        weekend_days=sum(weekday_of(tour.day) >= WEEK_DAYS - 2 for tour in plan.tours),
        km=sum(leg.length_m for leg in legs) / 1000,
        km_between_stops=sum(leg.length_m for leg in between) / 1000,
        driving_h=sum(leg.driving_s for leg in legs) / 3600,
        long_day_h=days[math.ceil(0.9 * len(days)) - 1] / 3600,
        longest_day_h=days[-1] / 3600,
        lunch_share=rested / len(plan.tours),
        equal_time_share=_share_equal_times([(sites[call.settlement_id], call.start_s) for _, call in calls]),
        site_twice_a_day=len(calls) - len({(tour.day, sites[call.settlement_id]) for tour, call in calls}),
        place_twice_a_day=count_second_calls(list_calls(plan.tours), today.prepared),
    )


def measure_moves(today: Plan, anew: Plan) -> dict[str, float]:
    """Measure which shares of the stops come on another weekday, by another bus, or at quite another time of day."""
    before, after = (
        {
            call.settlement_id: (weekday_of(tour.day), tour.bus_id, call.start_s)
            for tour in plan.tours
            for call in tour.calls
        }
        for plan in (today, anew)
    )
    pairs = [(before[stop], after[stop]) for stop in sorted(before.keys() & after.keys())]
    moved = {
        "moved_weekday_share": [old[0] != new[0] for old, new in pairs],
        "moved_bus_share": [old[1] != new[1] for old, new in pairs],
        "moved_two_hours_share": [abs(old[2] - new[2]) > MUCH_LATER_S for old, new in pairs],
    }
    return {name: sum(flags) / len(pairs) for name, flags in moved.items()}


def _list_calls(plan: Plan) -> list[tuple[Tour, Call]]:
    """Calls with their tours."""
    return [(tour, call) for tour in plan.tours for call in tour.calls]


def _measure_day(tour: Tour) -> int:
    """Seconds of driving and stays."""
    return sum(leg.driving_s for leg in tour.legs) + sum(call.end_s - call.start_s for call in tour.calls)


def _has_lunch(tour: Tour, meal: MealBreak | None) -> bool:
    """Whether a whole meal break is taken at midday."""
    return meal is None or any(
        pause.end_s - pause.start_s >= meal.duration_s and meal.earliest_s <= pause.start_s <= meal.latest_s
        for pause in tour.pauses
    )


def _share_equal_times(starts: Sequence[tuple[tuple[float, float], int]]) -> float | None:
    """Share of the places with several visits where all begin at the same time; None if there is no such place."""
    times: dict[tuple[float, float], list[int]] = {}
    for site, start_s in starts:
        times.setdefault(site, []).append(start_s)
    several = [found for found in times.values() if len(found) > 1]
    return sum(len(set(found)) == 1 for found in several) / len(several) if several else None


def show(comparison: Comparison) -> str:
    """Both plans side by side."""
    today, anew = asdict(comparison.today), asdict(comparison.anew)
    rows = [f"{name:<20}{_tell(today[name]):>10}{_tell(anew[name]):>10}" for name in today]
    moved = ", ".join(
        f"{name.removeprefix('moved_').removesuffix('_share').replace('_', ' ')} {getattr(comparison, name):.0%}"
        for name in ("moved_weekday_share", "moved_bus_share", "moved_two_hours_share")
    )
    reached = "; ".join(comparison.failures)
    return "\n".join(
        [
            f"{comparison.service} by {comparison.solver}, {comparison.cpu_s:.0f} s of CPU",
            f"{'':<20}{'today':>10}{'anew':>10}",
            *rows,
            f"driving saved: {comparison.driving_saved:.1%} (to reach: {TO_REACH.get(comparison.service, 0):.0%})",
            f"stops that move: {moved}",
            f"not reached: {reached}" if reached else "all reached",
            "",
        ]
    )


def _tell(value: float | None) -> str:
    """Short form of a figure."""
    return "-" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)


def main(words: Sequence[str] | None = None) -> int:
    """Compare, print, and return the exit code: 1 if something is not reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--solver", default=DEFAULT_SOLVER, metavar="NAME")
    parser.add_argument("--iterations", type=int, metavar="N")
    parser.add_argument("--time-limit", type=float, metavar="S")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--join-rows", action="store_true", help="rows that together are one rhythm are one stop")
    parser.add_argument("--json", action="store_true", help="print one JSON list and nothing else")
    given = parser.parse_args(words)
    options = SearchOptions(given.seed, given.iterations, given.time_limit, 1)
    found: list[Comparison] = []
    for file in given.files:
        try:
            found.append(compare_service(file, options, given.solver, join_rows=given.join_rows))
        except BibliobusError as error:
            print(f"{file.name}: {error}", file=sys.stderr)
            return 2
        if not given.json:
            print(show(found[-1]), flush=True)
    if given.json:
        print(json.dumps([asdict(one) | {"not_reached": one.failures} for one in found], indent=1))
    return 1 if any(one.failures for one in found) else 0


if __name__ == "__main__":
    raise SystemExit(main())
