"""What everybody may know: the material for public papers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bibliobus.language import N_
from bibliobus.network.geometry import MapGeometry
from bibliobus.plan.timetable import Standing
from bibliobus.wording import Text

if TYPE_CHECKING:
    from bibliobus.domain.fleet import Bus
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
        buses have numbers for names, since a name may be that of a driver; settlements keep name and place.
    """
    scenario = material.dataset.scenario
    numbers = {bus.bus_id: str(number) for number, bus in enumerate(scenario.buses, start=1)}
    plan = replace(
        material.plan,
        tours=tuple(replace(tour, bus_id=numbers[tour.bus_id], rows=tour.calls) for tour in material.plan.tours),
        accounts=tuple(one for one in material.plan.accounts if one.standing is Standing.SERVED),
        figures={},
    )
    dataset = replace(
        material.dataset,
        scenario=replace(scenario, depots=(), buses=tuple(_hide(bus, numbers, material) for bus in scenario.buses)),
        settlements=tuple(
            replace(place, population=None, windows=(), needs=(), note="") for place in material.dataset.settlements
        ),
        libraries=(),
        digests={},
        changes=(),
    )
    known = {place.settlement_id for place in dataset.settlements}
    positions = {key: spot for key, spot in material.geometry.positions.items() if key in known}
    geometry = MapGeometry(positions, material.geometry.roads, {})
    return replace(material, plan=plan, dataset=dataset, geometry=geometry, roads={})


def _hide(bus: Bus, numbers: dict[str, str], material: Material) -> Bus:
    """Bus with a number for a name; its dates off still count."""
    number = numbers[bus.bus_id]
    name = Text(BUS_NUMBER, {"number": number}) if len(numbers) > 1 else Text(BUS)
    return replace(bus, bus_id=number, name=name.render(material.language), depot_id="", features=())
