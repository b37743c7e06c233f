"""What opening and closing branches changes, on roads one can add up by hand."""

from __future__ import annotations

import pytest
from worlds import TOWN, build_dataset, build_library, build_road, build_rules, build_scenario, build_village

from bibliobus.model.area import prepare_area
from bibliobus.plan.siting import Site, list_sites, site_branches
from bibliobus.view.area import build_area_view
from bibliobus.view.reports.siting import lay_out_siting, list_siting, write_siting
from bibliobus.words.language import KM_M, Language

ENGLISH = Language("en")


@pytest.fixture(scope="module")
def prepared():
    """Town and `west` have libraries; `west` 100 people, `hill` 300 people 2 km beyond it, `east` 400 the other way."""
    villages = [build_village("west"), build_village("hill", population=300), build_village("east", population=400)]
    roads = [build_road(TOWN, "west", 10), build_road("west", "hill", 2), build_road(TOWN, "east", 20)]
    roads.append(build_road("island", "rock", 1))
    scenario = build_scenario(rules=build_rules())
    villages += [build_village("island", population=50), build_village("rock", population=5)]
    return prepare_area(build_dataset(villages, roads, libraries=[build_library("west")], scenario=scenario))


def tell(siting, prepared):
    """English sentences with plain blanks."""
    return [
        sentence.replace("\xa0", " ") for sentence in write_siting(siting, build_area_view(prepared.dataset, ENGLISH))
    ]


def test_sites_are_the_libraries_and_every_settlement_without_one(prepared):
    assert list_sites(prepared) == (
        Site(TOWN, TOWN),
        Site("west", "west"),
        Site("east", ""),
        Site("hill", ""),
        Site("island", ""),
        Site("rock", ""),
    )


def test_what_is_given_up_stands_first_settlement_by_settlement(prepared):
    siting = site_branches(prepared, to_open=1, to_close=1, reach_m=3 * KM_M)

    # The town has no residents, so its library is the one to close; `east` has the most people without any.
    assert [site.library_id for site in siting.closed] == [TOWN]
    assert [site.settlement_id for site in siting.opened] == ["east"]
    assert [one.settlement_id for one in siting.lost] == [TOWN]
    assert [(one.settlement_id, one.before_m, one.after_m) for one in siting.gained] == [("east", 20 * KM_M, 0)]
    sentences = tell(siting, prepared)
    assert sentences[0] == "Losing a library within 3.0 km by road: 0 residents in 1 settlement."
    assert sentences[1:5] == [
        "Gaining one: 400 residents in 1 settlement.",
        "Closed: Бібліотека.",
        "Opened: Село east.",
        "No other choice of as many branches keeps more residents within reach (proved).",
    ]
    sheets = lay_out_siting(siting, build_area_view(prepared.dataset, ENGLISH))
    assert [sheet.title for sheet in sheets][:3] == ["Who loses reach", "Whose way grows", "Who gains reach"]
    assert next(iter(list_siting(siting))) == "reach_m"
    assert list(list_siting(siting))[1] == "lost"


def test_without_any_change_each_step_alone_is_told(prepared):
    siting = site_branches(prepared, to_open=0, to_close=0, reach_m=3 * KM_M)

    assert (siting.lost, siting.gained, siting.farther, siting.opened, siting.closed) == ((), (), (), (), ())
    assert [(step.site.library_id, step.people, step.settlements) for step in siting.closings] == [
        (TOWN, 0, 1),
        ("west", 400, 2),
    ]
    assert [(step.site.settlement_id, step.people) for step in siting.openings][:3] == [
        ("east", 400),
        ("island", 55),
        ("rock", 55),
    ]
    # The bus is left with `east` and the two of the island: half an hour every week each, in a mean month.
    assert tell(siting, prepared) == [
        "Nobody loses a library within 3.0 km by road.",
        "The bus is left with 3 settlements, 455 residents; by the rules it is open there 390 minutes a month.",
        "What opening costs and closing saves is not known here; this is a calculation, not a decision.",
    ]


def test_who_keeps_reach_may_still_have_a_longer_way(prepared):
    siting = site_branches(prepared, to_open=0, to_close=1, reach_m=15 * KM_M)

    # Town has nobody and both villages keep a library within 15 km whichever is closed; the shorter ways decide.
    assert [site.library_id for site in siting.closed] == [TOWN]
    assert [one.settlement_id for one in siting.farther] == [TOWN, "east"][:0] + ["east", TOWN]
    assert siting.lost == ()


def test_no_road_is_no_way_in_any_table(prepared):
    siting = site_branches(prepared, to_open=0, to_close=0, reach_m=3 * KM_M)

    island = next(one for one in siting.reaches if one.settlement_id == "island")
    assert (island.before_m, island.reached_before) == (None, False)
    service = lay_out_siting(siting, build_area_view(prepared.dataset, ENGLISH))[3].blocks[0].rows
    assert next(row for row in service if row[0] == "Село island")[2:4] == ("no road", "the bus only")
