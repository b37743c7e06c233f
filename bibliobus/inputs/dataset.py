"""Dataset: everything an area's files say, checked once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.domain.changes import RoadChange
    from bibliobus.domain.places import Library, Settlement
    from bibliobus.domain.requests import Request
    from bibliobus.domain.roads import Roads
    from bibliobus.domain.scenario import Scenario


@dataclass(frozen=True)
class Dataset:
    """
    Everything an area's files say.

    Parameters
    ----------
    area_id
        Name of the area's folder.
    scenario
        What the planner decides.
    settlements
        Settlements sorted by id.
    libraries
        Libraries sorted by id.
    roads
        Roads, or the fact that there are none.
    digests
        ``sha256:…`` of each file that was read, by its name, sorted.
    changes
        Road changes in their order; which of them matter depends on the days.
    requests
        Requests of residents sorted by id.
    """

    area_id: str
    scenario: Scenario
    settlements: tuple[Settlement, ...]
    libraries: tuple[Library, ...]
    roads: Roads
    digests: Mapping[str, str]
    changes: tuple[RoadChange, ...] = ()
    requests: tuple[Request, ...] = ()
