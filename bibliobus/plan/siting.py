"""What opening and closing branches changes: who loses reach, who gains it, and what is left to the bus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bibliobus.demand.visits import count_people, find_dwell, find_rhythm
from bibliobus.network.places import LIBRARY_PREFIX, UNREACHABLE_S
from bibliobus.plan.measure.coverage import MONTH_WEEKS
from bibliobus.solve.ortools.choose import FAR_OFF_M, SitingProblem, choose_sites, measure_nearest
from bibliobus.words.language import MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.model.area import PreparedArea


@dataclass(frozen=True)
class Site:
    """A place where a branch may stand: without settlement if only its position is known, without library if none."""

    settlement_id: str
    library_id: str


@dataclass(frozen=True)
class Reach:
    """
    How far one settlement is from a library by road, today and afterwards; None if no road leads to one.

    ``bus_minutes``: Minutes a mean month that the bus would be open there by the rules of the scenario.
    """

    settlement_id: str
    population: int
    before_m: int | None
    after_m: int | None
    reached_before: bool
    reached_after: bool
    bus_minutes: int


@dataclass(frozen=True)
class Step:
    """What opening or closing this site alone would change."""

    site: Site
    people: int
    settlements: int


@dataclass(frozen=True)
class Siting:
    """A network of branches compared with today's; sites and reaches in the order of the inputs."""

    reach_m: int
    opened: tuple[Site, ...]
    closed: tuple[Site, ...]
    proved: bool
    reaches: tuple[Reach, ...]
    openings: tuple[Step, ...]
    closings: tuple[Step, ...]

    @property
    def lost(self) -> tuple[Reach, ...]:
        """Settlements that lose reach, the one with most residents first."""
        lost = (one for one in self.reaches if one.reached_before and not one.reached_after)
        return tuple(sorted(lost, key=lambda one: (-one.population, one.settlement_id)))

    @property
    def gained(self) -> tuple[Reach, ...]:
        """Settlements that gain reach, the one with most residents first."""
        gained = (one for one in self.reaches if one.reached_after and not one.reached_before)
        return tuple(sorted(gained, key=lambda one: (-one.population, one.settlement_id)))

    @property
    def farther(self) -> tuple[Reach, ...]:
        """Settlements whose way grows although they keep reach or never had it, the longest addition first."""
        grown = [
            (_far(one.after_m) - _far(one.before_m), one)
            for one in self.reaches
            if _far(one.after_m) > _far(one.before_m) and (one.reached_after or not one.reached_before)
        ]
        return tuple(one for _, one in sorted(grown, key=lambda pair: (-pair[0], pair[1].settlement_id)))


def list_sites(prepared: PreparedArea) -> tuple[Site, ...]:
    """Places where a branch stands or may stand: libraries, then settlements without one, as the inputs have them."""
    libraries = tuple(Site(library.settlement_id, library.library_id) for library in prepared.dataset.libraries)
    homes = {site.settlement_id for site in libraries}
    ids = (settlement.settlement_id for settlement in prepared.dataset.settlements)
    return (*libraries, *(Site(settlement_id, "") for settlement_id in ids if settlement_id not in homes))


def site_branches(prepared: PreparedArea, *, to_open: int, to_close: int, reach_m: int, seed: int = 1) -> Siting:
    """
    Choose branches to open and to close by the ways of the first kind of bus, and tell what that changes.

    ``to_open``: How many branches to open, at most as many as there are settlements without one.
    ``to_close``: How many libraries to close, at most as many as there are.
    """
    sites = list_sites(prepared)
    problem = _build_problem(prepared, sites, to_open, to_close, reach_m)
    today = [at for at, there in enumerate(problem.existing) if there]
    chosen = choose_sites(problem, seed=seed) if to_open or to_close else None
    after = chosen.sites if chosen else tuple(today)
    return Siting(
        reach_m=reach_m,
        opened=tuple(sites[at] for at in after if not problem.existing[at]),
        closed=tuple(sites[at] for at in today if at not in after),
        proved=chosen is None or chosen.proved,
        reaches=_compare(prepared, problem, today, after),
        openings=_list_openings(problem, sites, today),
        closings=_list_closings(problem, sites, today),
    )


def _build_problem(
    prepared: PreparedArea, sites: Sequence[Site], to_open: int, to_close: int, reach_m: int
) -> SitingProblem:
    """Residents, and metres from every settlement to every site."""
    matrix, rules = prepared.matrices[0], prepared.dataset.scenario.rules
    rows = {place: at for at, place in enumerate(matrix.place_ids)}
    ends = [rows[LIBRARY_PREFIX + site.library_id if site.library_id else site.settlement_id] for site in sites]
    starts = [rows[settlement.settlement_id] for settlement in prepared.dataset.settlements]
    distance_m = tuple(
        tuple(
            min(int(matrix.length_m[start, end]), FAR_OFF_M)
            if matrix.duration_s[start, end] < UNREACHABLE_S
            else FAR_OFF_M
            for end in ends
        )
        for start in starts
    )
    return SitingProblem(
        people=tuple(count_people(settlement, rules) for settlement in prepared.dataset.settlements),
        distance_m=distance_m,
        existing=tuple(bool(site.library_id) for site in sites),
        reach_m=reach_m,
        to_open=to_open,
        to_close=to_close,
    )


def _compare(
    prepared: PreparedArea, problem: SitingProblem, today: Sequence[int], after: Sequence[int]
) -> tuple[Reach, ...]:
    """Reach of every settlement today and afterwards."""
    rules = prepared.dataset.scenario.rules
    before_m, after_m = measure_nearest(problem, today), measure_nearest(problem, after)
    found = []
    for settlement, people, old_m, new_m in zip(
        prepared.dataset.settlements, problem.people, before_m, after_m, strict=True
    ):
        stay_s = find_dwell(settlement, rules) * MONTH_WEEKS / find_rhythm(settlement, rules)
        found.append(
            Reach(
                settlement_id=settlement.settlement_id,
                population=people,
                before_m=old_m if old_m < FAR_OFF_M else None,
                after_m=new_m if new_m < FAR_OFF_M else None,
                reached_before=old_m <= problem.reach_m,
                reached_after=new_m <= problem.reach_m,
                bus_minutes=round(stay_s / MINUTE_S),
            )
        )
    return tuple(found)


def _list_openings(problem: SitingProblem, sites: Sequence[Site], today: Sequence[int]) -> tuple[Step, ...]:
    """What opening each site alone would give."""
    before = measure_nearest(problem, today)
    steps = []
    for at, site in enumerate(sites):
        if not problem.existing[at]:
            gained = [
                people
                for people, row, way_m in zip(problem.people, problem.distance_m, before, strict=True)
                if row[at] <= problem.reach_m < way_m
            ]
            steps.append(Step(site, sum(gained), len(gained)))
    return tuple(sorted(steps, key=lambda step: (-step.people, -step.settlements, step.site.settlement_id)))


def _list_closings(problem: SitingProblem, sites: Sequence[Site], today: Sequence[int]) -> tuple[Step, ...]:
    """What closing each library alone would take."""
    before = measure_nearest(problem, today)
    steps = []
    for at in today:
        after = measure_nearest(problem, [other for other in today if other != at])
        lost = [
            people
            for people, old_m, new_m in zip(problem.people, before, after, strict=True)
            if old_m <= problem.reach_m < new_m
        ]
        steps.append(Step(sites[at], sum(lost), len(lost)))
    return tuple(sorted(steps, key=lambda step: (step.people, step.settlements, step.site.library_id)))


def _far(length_m: int | None) -> int:
    """Length of a way; where there is none it is the longest."""
    return FAR_OFF_M if length_m is None else length_m
