from __future__ import annotations

from dataclasses import replace

from worlds import TOWN, build_dataset, build_library, build_scenario, build_village

from bibliobus.domain.fleet import Depot
from bibliobus.network.places import NetworkPlace, find_places, measure_distances


def test_a_building_in_a_settlement_lies_there():
    dataset = build_dataset([build_village("a", lat=48.1)], [], libraries=[build_library("a")])

    places = find_places(dataset)

    assert places == (
        NetworkPlace("depot/main", 48.0, 37.0, TOWN, 0),
        NetworkPlace("a", 48.1, 37.0, "a", 0),
        NetworkPlace("town", 48.0, 37.0, TOWN, 0),
        NetworkPlace("library/a", 48.1, 37.0, "a", 0),
        NetworkPlace("library/town", 48.0, 37.0, TOWN, 0),
    )


def test_a_building_in_a_settlement_is_drawn_where_it_stands():
    scenario = build_scenario(depots=(Depot("main", "Depot", TOWN, 48.01, 37.01),))

    depot = find_places(build_dataset([], [], scenario=scenario))[0]

    assert depot == NetworkPlace("depot/main", 48.01, 37.01, TOWN, 0)


def test_a_building_without_a_settlement_joins_the_nearest_one():
    yard = replace(build_library("yard"), settlement_id="", lat=48.09, lon=37.0)
    dataset = build_dataset([build_village("a", lat=48.1)], [], libraries=[yard])

    place = find_places(dataset)[-1]

    assert place.place_id == "library/yard"
    assert place.settlement_id == "a"
    assert 1_110 < place.access_m < 1_115


def test_a_degree_of_latitude_is_as_long_as_on_the_ellipsoid():
    distances = measure_distances([0.0, 65.0], [0.0, 0.0], [1.0, 66.0], [0.0, 0.0])

    # WGS 84: 110.574 km at the equator and 111.47 km at 65° N.
    assert distances.shape == (2, 2)
    assert round(distances[0, 0]) == 110_574
    assert 111_400 < distances[1, 1] < 111_560
