"""Case: one area made ready for planning, from checked inputs to the problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bibliobus.demand.build import build_demand
from bibliobus.inputs.files import ROADS_OSM
from bibliobus.model.build import build_problem
from bibliobus.network.build import build_network

if TYPE_CHECKING:
    from bibliobus.demand.visits import Demand
    from bibliobus.inputs.area import Dataset
    from bibliobus.model.problem import Problem
    from bibliobus.network.network import Network
    from bibliobus.network.places import TravelMatrix


@dataclass(frozen=True)
class PreparedArea:
    """
    One area made ready for planning.

    Parameters
    ----------
    dataset
        Checked inputs.
    network
        Roads with the places joined to them.
    matrices
        Travel for each bus profile of the scenario, in its order; all have the same places.
    demand
        Who is to be served.
    problem
        The planning problem; its places are the rows of the matrices, its visits those of the demand.
    """

    dataset: Dataset
    network: Network
    matrices: tuple[TravelMatrix, ...]
    demand: Demand
    problem: Problem


def prepare_area(dataset: Dataset, like: PreparedArea | None = None) -> PreparedArea:
    """
    Make an area ready for planning.

    Parameters
    ----------
    dataset
        Checked inputs.
    like
        Case of the same area with other decisions or road changes, whose imported roads need not be read again;
        None to read them.

    Returns
    -------
    Case
        Network, travel, demand and problem.
    """
    network = build_network(dataset, _find_roads(dataset, like))
    matrices = tuple(network.measure_travel(profile) for profile in dataset.scenario.profiles)
    # Distances to libraries hardly differ between buses; those of the first kind of bus count.
    demand = build_demand(dataset, matrices[0])
    return PreparedArea(dataset, network, matrices, demand, build_problem(dataset.scenario, demand, matrices))


def _find_roads(dataset: Dataset, like: PreparedArea | None) -> Network | None:
    """Imported roads of another area if they are the same file."""
    if like is None:
        return None
    same = dataset.digests.get(ROADS_OSM) == like.dataset.digests.get(ROADS_OSM) is not None
    return like.network if same else None
