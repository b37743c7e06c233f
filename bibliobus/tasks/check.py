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
    from bibliobus.model.area import PreparedArea
    from bibliobus.words.language import Language


@dataclass(frozen=True)
class Understood:
    """
    What was understood of an area.

    ``visits``: Visits in the cycle if all of them are served.
    ``roads``: Rows of the road table; 0 if there is none.
    ``estimated``: True if distances or times are estimates.
    ``extent``: South, west, north, east in degrees.
    ``farthest_m``: Metres from the nearest library to the settlement farthest from one; 0 if unknown.
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
    prepared, report = ready_area(folder, changes=changes)
    return understand_area(prepared), report


def understand_area(prepared: PreparedArea) -> Understood:
    """Counts of an area that is fine."""
    dataset, scenario = prepared.dataset, prepared.dataset.scenario
    roads, roads_m = _count_roads(prepared)
    lats, lons = [s.lat for s in dataset.settlements], [s.lon for s in dataset.settlements]
    return Understood(
        settlements=len(dataset.settlements),
        people=sum(count_people(s, scenario.rules) for s in dataset.settlements),
        people_unknown=sum(s.population is None for s in dataset.settlements),
        libraries=len(dataset.libraries),
        not_needed=len(prepared.demand.not_needed),
        to_serve=len(prepared.demand.visits),
        visits=sum(scenario.cycle.weeks // visit.rhythm_weeks for visit in prepared.demand.visits),
        roads=roads,
        roads_m=roads_m,
        estimated=prepared.network.estimated,
        language=scenario.language,
        buses=sum(not bus.spare for bus in scenario.buses),
        bus_days=sum(len(bus.days) for bus in prepared.problem.buses),
        cycle_weeks=scenario.cycle.weeks,
        first_day=scenario.cycle.first_day,
        extent=(min(lats), min(lons), max(lats), max(lons)),
        farthest_m=max((visit.library_m or 0 for visit in prepared.demand.visits), default=0),
        requests=len(dataset.requests),
        signatures=sum(request.signatures for request in dataset.requests),
    )


def _count_roads(prepared: PreparedArea) -> tuple[int, int]:
    """Number and metres of the roads, whatever their source; none where they are only assumed."""
    if isinstance(prepared.dataset.roads, NoRoads):
        return 0, 0
    return len(prepared.network.roads.ways), measure_roads(prepared.network.roads).total_m


def describe_area(understood: Understood, language: Language) -> list[tuple[str, str]]:
    """Put what was understood into rows of label and value."""
    _, number = language.gettext, language.number
    south, west, north, east = (number(degrees, 4) for degrees in understood.extent)
    roads = (
        _("{roads}, {length}").format(
            roads=language.ngettext("{count} road", "{count} roads", understood.roads),
            length=language.kilometres(understood.roads_m),
        )
        if understood.roads
        else _("none")
    )
    farthest = language.kilometres(understood.farthest_m) if understood.farthest_m else "–"
    asked = _("{requests}, {signatures}").format(
        requests=language.ngettext("{count} request", "{count} requests", understood.requests),
        signatures=language.ngettext("{count} signature", "{count} signatures", understood.signatures),
    )
    return [
        (_("Settlements"), number(understood.settlements)),
        (_("Residents"), number(understood.people)),
        (_("Settlements whose population is unknown"), number(understood.people_unknown)),
        (_("Libraries"), number(understood.libraries)),
        (_("Settlements with a library near"), number(understood.not_needed)),
        (_("Settlements to be served"), number(understood.to_serve)),
        (_("Visits in the cycle if all are served"), number(understood.visits)),
        (_("Farthest settlement from a library"), farthest),
        *([(_("Requests of residents"), asked)] if understood.requests else []),
        (_("Roads"), roads),
        (_("Distances and times"), _("estimated") if understood.estimated else _("by the road data")),
        (_("Buses"), number(understood.buses)),
        (_("Bus days available in the cycle"), number(understood.bus_days)),
        (_("Weeks of the cycle"), number(understood.cycle_weeks)),
        (_("From south to north"), f"{south}° – {north}°"),
        (_("From west to east"), f"{west}° – {east}°"),
    ]
