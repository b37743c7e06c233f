"""What everybody may know: the material for public papers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bibliobus.language import N_
from bibliobus.plan.public import keep_public_geometry
from bibliobus.plan.timetable import Standing
from bibliobus.wording import Text

if TYPE_CHECKING:
    from bibliobus.domain.fleet import Bus
    from bibliobus.domain.scenario import Scenario
    from bibliobus.language import Language
    from bibliobus.reports.material import Material

BUS: Final = N_("Mobile library")
BUS_NUMBER: Final = N_("Mobile library {number}")


def keep_public_material(material: Material) -> Material:
    """
    Keep what everybody may know, so that no paper made from it can tell more.

    Parameters
    ----------
    material
        The plan and what its papers need.

    Returns
    -------
    Material
        The same dates and calls, without drives, breaks, depots, libraries, road changes, reasons and key figures;
        buses have numbers for names, since a name may be that of a driver; settlements with a stop keep name and
        place, the others are gone.
    """
    scenario = material.dataset.scenario
    names = name_public_buses(scenario, material.language)
    numbers = {bus.bus_id: str(number) for number, bus in enumerate(scenario.buses, start=1)}
    accounts = tuple(
        replace(one, population=0, need=0, library_id="", library_m=None) for one in material.plan.accounts
    )
    plan = replace(
        material.plan,
        tours=tuple(replace(tour, bus_id=numbers[tour.bus_id], rows=tour.calls) for tour in material.plan.tours),
        accounts=tuple(one for one in accounts if one.standing is Standing.SERVED),
        figures={},
    )
    served = {account.settlement_id for account in plan.accounts}
    kept = [place for place in material.dataset.settlements if place.settlement_id in served]
    buses = tuple(_hide(bus, numbers[bus.bus_id], names[bus.bus_id]) for bus in scenario.buses)
    dataset = replace(
        material.dataset,
        scenario=replace(scenario, depots=(), buses=buses, curfews=(), locks=()),
        settlements=tuple(replace(place, population=None, windows=(), needs=(), note="", match="") for place in kept),
        libraries=(),
        digests={},
        changes=(),
        requests=(),
    )
    geometry = keep_public_geometry(material.geometry, served, material.dataset)
    return replace(material, plan=plan, dataset=dataset, geometry=geometry, roads={})


def name_public_buses(scenario: Scenario, language: Language) -> dict[str, str]:
    """
    Name the buses for everybody: a number where there are several, since a name may be that of a driver.

    Parameters
    ----------
    scenario
        Everything the planner decides.
    language
        Language of the reader.

    Returns
    -------
    dict of str to str
        Name by id of the bus.
    """
    several = len(scenario.buses) > 1
    texts = {
        bus.bus_id: Text(BUS_NUMBER, {"number": number}) if several else Text(BUS)
        for number, bus in enumerate(scenario.buses, start=1)
    }
    return {bus_id: text.render(language) for bus_id, text in texts.items()}


def _hide(bus: Bus, number: str, name: str) -> Bus:
    """Bus with a number for a name; its dates off still count."""
    return replace(bus, bus_id=number, name=name, depot_id="", features=())
