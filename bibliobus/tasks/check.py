"""Check an area: what is wrong, and what was understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bibliobus.demand.visits import count_people
from bibliobus.domain.roads import NoRoads
from bibliobus.network.roads.lines import measure_roads
from bibliobus.tasks.areas import ready_area

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from bibliobus.findings import FindingReport
    from bibliobus.model.area import Case


@dataclass(frozen=True)
class Understood:
    """
    What was understood of an area.

    Parameters
    ----------
    settlements
        Number of settlements.
    people
        Residents, the unknown ones assumed.
    people_unknown
        Settlements whose population is unknown.
    libraries
        Number of libraries.
    not_needed
        Settlements with a library near.
    to_serve
        Settlements to be served.
    visits
        Visits in the cycle if all of them are served.
    roads
        Rows of the road table; 0 if there is none.
    roads_m
        Metres of all roads.
    estimated
        True if distances or times are estimates.
    language
        Language of the scenario, ``uk`` or ``en``.
    buses
        Number of buses.
    bus_days
        Bus days available in the cycle.
    cycle_weeks
        Weeks of the cycle.
    first_day
        First day of the cycle.
    extent
        South, west, north, east in degrees.
    farthest_m
        Metres from the nearest library to the settlement farthest from one; 0 if unknown.
    requests
        Requests of residents.
    signatures
        Signatures of all of them.
    """

    settlements: int
    people: int
    people_unknown: int
    libraries: int
    not_needed: int
    to_serve: int
    visits: int
    roads: int
    roads_m: int
    estimated: bool
    language: str
    buses: int
    bus_days: int
    cycle_weeks: int
    first_day: date
    extent: tuple[float, float, float, float]
    farthest_m: int
    requests: int = 0
    signatures: int = 0


def check_area(folder: Path, *, changes: Path | None = None) -> tuple[Understood, FindingReport]:
    """
    Check an area.

    Parameters
    ----------
    folder
        Folder of the area.
    changes
        File of road changes that takes the place of the area's own; None means the area's own.

    Returns
    -------
    understood : Understood
        What was understood.
    report : FindingReport
        Warnings and notes.

    Raises
    ------
    InputError
        If the files cannot be used; it carries all findings.
    """
    case, report = ready_area(folder, changes=changes)
    return _understand(case), report


def _understand(case: Case) -> Understood:
    """Counts of an area that is fine."""
    dataset, scenario = case.dataset, case.dataset.scenario
    roads, roads_m = _count_roads(case)
    lats, lons = [s.lat for s in dataset.settlements], [s.lon for s in dataset.settlements]
    return Understood(
        settlements=len(dataset.settlements),
        people=sum(count_people(s, scenario.rules) for s in dataset.settlements),
        people_unknown=sum(s.population is None for s in dataset.settlements),
        libraries=len(dataset.libraries),
        not_needed=len(case.demand.not_needed),
        to_serve=len(case.demand.visits),
        visits=sum(scenario.cycle.weeks // visit.rhythm_weeks for visit in case.demand.visits),
        roads=roads,
        roads_m=roads_m,
        estimated=case.network.estimated,
        language=scenario.language,
        buses=len(scenario.buses),
        bus_days=sum(len(bus.days) for bus in case.problem.buses),
        cycle_weeks=scenario.cycle.weeks,
        first_day=scenario.cycle.first_day,
        extent=(min(lats), min(lons), max(lats), max(lons)),
        farthest_m=max((visit.library_m or 0 for visit in case.demand.visits), default=0),
        requests=len(dataset.requests),
        signatures=sum(request.signatures for request in dataset.requests),
    )


def _count_roads(case: Case) -> tuple[int, int]:
    """Number and metres of the roads, whatever their source; none where they are only assumed."""
    if isinstance(case.dataset.roads, NoRoads):
        return 0, 0
    return len(case.network.roads.ways), measure_roads(case.network.roads).total_m
