"""Public papers of plans of any shape hold nothing but times and places of stops, whatever the texts are like."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hostile_world import HOME, NAMES, build_hostile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made import Made
from plans import DEPOT, tiny_dataset, tiny_geometry, tiny_plan
from secret_world import read_words, spell_degrees

from bibliobus.domain.audience import Audience
from bibliobus.domain.calendar import DateSpan
from bibliobus.domain.places import Request, Wish
from bibliobus.domain.roads import BetweenPlaces, ChangeKind, RoadChange
from bibliobus.domain.scenario import Curfew, Lock, Publishing, StopWish
from bibliobus.findings import InputError
from bibliobus.network.places import RoadLine
from bibliobus.output.exchange.calendar import render_calendar, render_short_calendar
from bibliobus.output.exchange.geojson import render_geojson
from bibliobus.output.exchange.geopackage import render_geopackage
from bibliobus.output.exchange.gtfs import render_gtfs
from bibliobus.output.exchange.texts import render_osm_tags, render_text, render_timetable_csv
from bibliobus.output.pages.hromadas import render_hromada_pages
from bibliobus.output.pages.layers import draw_overview
from bibliobus.output.pages.map import render_map_page
from bibliobus.output.print.html import render_index, render_posters_html
from bibliobus.output.print.posters import list_posters, render_posters_pdf
from bibliobus.plan.cautions import find_kept_back
from bibliobus.plan.plan import Reason, Standing
from bibliobus.view.ground import key_drive
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from collections.abc import Iterator

SPAN = DateSpan(date(2026, 3, 2), date(2026, 4, 26))
SECRET = "ZQXSECRET"
"""No text of the program, no name and no script holds it."""
AWAY_ID = f"{SECRET}-village"
AWAY = (47.918273, 36.817263)
"""Where a settlement lies to which no bus comes."""
GARAGE = (47.736455, 36.645537)
CORNER = (47.655443, 36.566445)
"""A corner of the road that every drive takes."""
PLACES = spell_degrees(*AWAY, *GARAGE, *CORNER)


def ordinary() -> Made:
    """Made of the small plan that one can add up in one's head."""
    return Made(tiny_plan(), tiny_dataset(), tiny_geometry(), Language("en"), SPAN)


WORLDS = {"ordinary": (ordinary(), DEPOT), "hostile": (replace(build_hostile("en"), span=SPAN), HOME)}
"""Plans and the place where their buses stand."""


def plant(material: Made, home: str, around: str, stop: str) -> Made:
    """Write a secret into everything that the public may not learn, and hide places where nobody may look."""
    secret = f"{around}{SECRET}{around}"
    plan, dataset, geometry = material.plan, material.dataset, material.geometry
    scenario = dataset.scenario
    village = next(place for place in dataset.settlements if place.settlement_id == stop)
    away = replace(village, settlement_id=AWAY_ID, name_uk=secret, name_latin=secret, lat=AWAY[0], lon=AWAY[1])
    account = next(one for one in plan.accounts if one.settlement_id == stop)
    scenario = replace(
        scenario,
        depots=tuple(replace(one, name=secret, phone=secret, lat=GARAGE[0], lon=GARAGE[1]) for one in scenario.depots),
        buses=tuple(replace(bus, name=f"{secret} {at}") for at, bus in enumerate(scenario.buses)),
        stops=(StopWish(stop, forbidden_weekdays=(6,), note=secret),),
        curfews=(Curfew(79_980, 18_120, (stop,), note=secret),),
        locks=(Lock(stop, note=secret),),
    )
    change = RoadChange(SECRET, ChangeKind.CLOSED, BetweenPlaces(stop, AWAY_ID, secret), note=secret, source=secret)
    dataset = replace(
        dataset,
        scenario=scenario,
        settlements=(*(replace(one, note=secret, match=secret) for one in dataset.settlements), away),
        libraries=tuple(replace(one, name=secret, source=secret) for one in dataset.libraries),
        changes=(change,),
        requests=(Request(SECRET, stop, Wish.OTHER, note=secret),),
        digests={SECRET: SECRET},
    )
    unserved = Reason("no-bus-with-feature", True)
    left_out = replace(account, settlement_id=AWAY_ID, standing=Standing.UNSERVED, reason=unserved)
    provenance = replace(plan.provenance, digests={SECRET: SECRET})
    positions = {**geometry.positions, AWAY_ID: AWAY, home: GARAGE}
    legs = {
        (key_drive(dataset, tour, leg)): (positions[leg.from_id], CORNER, positions[leg.to_id])
        for tour in plan.tours
        for leg in tour.legs
    }
    roads = (*geometry.roads, RoadLine((positions[home], CORNER, AWAY, positions[stop]), "primary", secret))
    return replace(
        material,
        plan=replace(plan, accounts=(*plan.accounts, left_out), provenance=provenance),
        dataset=dataset,
        geometry=replace(geometry, positions=positions, legs=legs, roads=roads),
    )


def list_papers(material: Made) -> Iterator[tuple[str, bytes]]:
    """Every public paper of a plan, and what a code on a poster holds."""
    shown = material.view(Audience.PUBLIC)
    posters = list_posters(shown)
    yield "posters.pdf", render_posters_pdf(shown, posters)
    yield "posters.html", render_posters_html(shown, posters)
    yield "all.ics", render_calendar(shown)
    for poster in posters:
        stop = next(stop for stop in shown.stops if stop.settlement_id == poster.settlement_id)
        yield "code", render_short_calendar(shown, stop).encode()
    yield "stops.csv", render_timetable_csv(shown)
    yield "stops.geojson", render_geojson(shown, stops_only=True)
    yield "stops.gpkg", render_geopackage(shown, stops_only=True)
    yield "gtfs.zip", render_gtfs(shown)
    yield "osm-tags.txt", render_osm_tags(shown)
    yield "plan.txt", render_text(shown)
    yield "index.html", render_index(shown, (), posters, {one.settlement_id: "a.ics" for one in posters})
    yield "map.html", render_map_page(draw_overview(shown), shown).encode("utf-8", "replace")
    for name, page in render_hromada_pages(shown):
        yield name, page.encode("utf-8", "replace")


def find_words(material: Made, *words: str) -> list[tuple[str, str]]:
    """Papers that hold one of the words."""
    texts = [(name, read_words("", content)) for name, content in list_papers(material)]
    return [(name, word) for name, text in texts for word in words if word in text]


@pytest.mark.parametrize("world", WORLDS)
@given(around=st.sampled_from(["", *NAMES]) | st.text(max_size=20), data=st.data())
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_no_public_paper_holds_what_is_secret(world: str, around: str, data: st.DataObject) -> None:
    material, home = WORLDS[world]
    stops = sorted({call.settlement_id for tour in material.plan.tours for call in tour.calls})

    planted = plant(material, home, around, data.draw(st.sampled_from(stops)))

    assert find_words(planted, SECRET, "22:13", "05:02", *PLACES) == []


@pytest.mark.parametrize("world", WORLDS)
def test_the_stops_are_there_all_the_same(world: str) -> None:
    material, home = WORLDS[world]
    stop = material.plan.tours[0].calls[0]

    planted = plant(material, home, "", stop.settlement_id)
    papers = dict(list_papers(planted))

    assert f"{stop.start_s // 3600:02d}:{stop.start_s % 3600 // 60:02d}" in read_words("", papers["map.html"])
    place = next(one for one in material.dataset.settlements if one.settlement_id == stop.settlement_id)
    assert f"{place.lat:.6f}" in read_words("", papers["stops.csv"])
    uncut = read_words("", render_geojson(planted.view()))
    assert [word for word in (SECRET, *spell_degrees(*AWAY, *GARAGE, *CORNER)[1::2]) if word not in uncut] == []


@pytest.mark.parametrize("world", WORLDS)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_exactly_the_stops_that_are_kept_back_are_refused(world: str, data: st.DataObject) -> None:
    material, _ = WORLDS[world]
    plan, known = material.plan, [place.settlement_id for place in material.dataset.settlements]
    listed = data.draw(st.lists(st.sampled_from([*known, "nowhere"]), unique=True))
    publishing = Publishing(no_publish=tuple(sorted(listed)))
    scenario = replace(material.dataset.scenario, publishing=publishing)
    dataset = replace(material.dataset, scenario=scenario)

    kept = find_kept_back(plan, dataset)

    assert set(kept) == set(listed) & {call.settlement_id for tour in plan.tours for call in tour.calls}
    for audience in Audience:
        if kept and audience in (Audience.PUBLIC, Audience.COUNCIL):
            with pytest.raises(InputError):
                replace(material, dataset=dataset).view(audience)
        else:
            view = replace(material, dataset=dataset).view(audience)
            assert {stop.settlement_id for stop in view.stops if stop.kept_back} == set(kept)
