"""No view holds what its reader may not know, whatever the texts of the plan are; and what he may know is there."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hostile_world import HOME, NAMES, build_hostile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plans import DEPOT, tiny_made, tiny_plan

from bibliobus.domain.audience import Audience, read_things
from bibliobus.domain.norms import NormRule
from bibliobus.domain.places import Request, Wish
from bibliobus.domain.roads import BetweenPlaces, ChangeKind, RoadChange, RoadFile
from bibliobus.domain.scenario import Curfew, Lock, Publishing, StopWish
from bibliobus.findings import InputError, UsageError
from bibliobus.network.places import RoadLine
from bibliobus.plan.compare.compare import compare_plans
from bibliobus.plan.compare.monitor import Record
from bibliobus.plan.measure.coverage import Coverage
from bibliobus.plan.plan import Reason, Standing
from bibliobus.view.ground import RoadPiece, key_drive
from bibliobus.view.reader import Reader
from bibliobus.view.reports.comparison import report_comparison
from bibliobus.view.reports.coverage import report_coverage
from bibliobus.view.reports.monitor import report_record
from bibliobus.view.reports.variants import summarise_plan
from bibliobus.view.view import build_view
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from made import Made

    from bibliobus.view.tables import Report

AWAY_ID: Final = "ZQX-AWAY"
GARAGE: Final = (47.736455, 36.645537)
CORNER: Final = (47.655443, 36.566445)
"""A corner of the road that every drive takes."""
AWAY: Final = (47.918273, 36.817263)
"""Where a settlement lies to which no bus comes."""
SECRETS: Final[Mapping[str, tuple[object, ...]]] = {
    "buses": ("ZQX-BUS",),
    "drives": ("ZQX-ROAD", *CORNER),
    "depots": ("ZQX-DEPOT", *GARAGE),
    "libraries": ("ZQX-LIBRARY", "ZQX-SOURCE"),
    "unserved": ("ZQX-AWAY", "ZQX-UNSERVED", *AWAY),
    "residents": (918_273,),
    "origin": ("ZQX-DIGEST", 645_537),
    "requests": ("ZQX-REQUEST",),
    "notes": ("ZQX-NOTE",),
    "crew_phones": ("ZQX-PHONE",),
    "road_changes": ("ZQX-CHANGE",),
    "curfews": ("ZQX-CURFEW",),
    "locks": ("ZQX-LOCK",),
    "wishes": ("ZQX-WISH",),
}
"""What is planted of each thing of the table of audiences; numbers are found as numbers."""
NEVER_SHOWN: Final = ("requests", "curfews", "locks", "wishes")
"""Things that no paper made from a view shows, though the planner may see them in others."""
OPEN: Final = ("stops", "contacts", "closed_days", "kept_back", "inputs")
"""Things that everybody may see, that are refused as a whole, or that are files."""
RULE: Final = NormRule("r", "visitors", "Правило", "Rule", "test", verified=True, limits={"visitors": 2})
WORLDS: Final = {"ordinary": (tiny_made(), DEPOT), "hostile": (build_hostile("en"), HOME)}
"""Plans and the place where their buses stand."""


def plant(made: Made, home: str, around: str, stop: str) -> Made:
    """Write a word of its own into each thing, and move what must not be found to places of its own."""

    def hide(word: str) -> str:
        return f"{around}ZQX-{word}{around}"

    plan, dataset, geometry = made.plan, made.dataset, made.geometry
    assert geometry is not None
    scenario = dataset.scenario
    village = next(one for one in dataset.settlements if one.settlement_id == stop)
    lost = hide("UNSERVED")
    away = replace(village, settlement_id=AWAY_ID, name_uk=lost, name_latin=lost, lat=AWAY[0], lon=AWAY[1])
    scenario = replace(
        scenario,
        depots=tuple(
            replace(one, name=hide("DEPOT"), phone=hide("PHONE"), lat=GARAGE[0], lon=GARAGE[1])
            for one in scenario.depots
        ),
        buses=tuple(replace(bus, name=f"{hide('BUS')} {at}") for at, bus in enumerate(scenario.buses)),
        stops=(StopWish(stop, forbidden_weekdays=(6,), note=hide("WISH")),),
        curfews=(Curfew(79_980, 18_120, (stop,), note=hide("CURFEW")),),
        locks=(Lock(stop, note=hide("LOCK")),),
    )
    change = RoadChange("x", ChangeKind.CLOSED, BetweenPlaces(stop, AWAY_ID, hide("CHANGE")), note=hide("CHANGE"))
    dataset = replace(
        dataset,
        scenario=scenario,
        settlements=(*(replace(one, note=hide("NOTE"), match=hide("NOTE")) for one in dataset.settlements), away),
        libraries=tuple(replace(one, name=hide("LIBRARY"), source=hide("SOURCE")) for one in dataset.libraries),
        changes=(change,),
        requests=(Request("x", stop, Wish.OTHER, note=hide("REQUEST")),),
    )
    account = next(one for one in plan.accounts if one.settlement_id == stop)
    reason = Reason("no-bus-with-feature", True)
    left_out = replace(account, settlement_id=AWAY_ID, standing=Standing.UNSERVED, reason=reason)
    plan = replace(
        plan,
        accounts=(*(replace(one, population=918_273) for one in plan.accounts), left_out),
        provenance=replace(plan.provenance, seed=645_537, digests={"x": hide("DIGEST")}),
    )
    positions = {**geometry.positions, AWAY_ID: AWAY, home: GARAGE}
    drives = {key_drive(dataset, tour, leg) for tour in plan.tours for leg in tour.legs}
    legs = {drive: (positions[drive[1]], CORNER, positions[drive[2]]) for drive in drives}
    roads = (*geometry.roads, RoadLine((GARAGE, CORNER, AWAY, positions[stop]), "primary", hide("ROAD")))
    return replace(
        made,
        plan=plan,
        dataset=dataset,
        geometry=replace(geometry, positions=positions, legs=legs, roads=roads),
        roads={drive: (RoadPiece(hide("ROAD"), 100),) for drive in drives},
    )


def walk(value: object) -> Iterator[object]:
    """Everything that can be reached from a value: texts, numbers, dates."""
    if is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from walk(getattr(value, one.name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from walk(key)
            yield from walk(item)
    elif isinstance(value, str | int | float | datetime.date | None):
        yield value
    elif isinstance(value, Iterable):
        for item in value:
            yield from walk(item)
    else:
        assert isinstance(value, Language), value


def find(made: Made, audience: Audience, *, alone: str = "") -> set[str]:
    """Things whose secrets a view holds."""
    held = list(walk(made.view(audience, alone)))
    text = "\n".join(one for one in held if isinstance(one, str))
    numbers = {one for one in held if isinstance(one, int | float)}
    return {
        thing
        for thing, secrets in SECRETS.items()
        if any(one in text if isinstance(one, str) else one in numbers for one in secrets)
    }


def list_stops(made: Made) -> list[str]:
    """Settlements at which the bus calls."""
    return sorted({call.settlement_id for tour in made.plan.tours for call in tour.calls})


def test_everything_in_the_table_is_planted_or_open() -> None:
    assert {*SECRETS, *OPEN} == set(read_things())


@pytest.mark.parametrize("world", WORLDS)
@given(around=st.sampled_from(["", *NAMES]) | st.text(max_size=20), data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_view_holds_exactly_what_the_table_lets_its_reader_see(world: str, around: str, data: st.DataObject) -> None:
    made, home = WORLDS[world]
    audience = data.draw(st.sampled_from(list(Audience)))
    planted = plant(made, home, around, data.draw(st.sampled_from(list_stops(made))))

    found = find(planted, audience)

    may = {thing for thing in SECRETS if audience in read_things()[thing].seen_by} - {*NEVER_SHOWN}
    assert found == may


@pytest.mark.parametrize("world", WORLDS)
def test_the_view_of_one_stop_holds_no_more_than_that_of_its_reader(world: str) -> None:
    made, home = WORLDS[world]
    stop, other = list_stops(made)[:2]
    planted = keep_back(plant(made, home, "", stop), other)

    for audience in Audience:
        found = find(planted, audience, alone=stop)
        assert found <= {thing for thing in SECRETS if audience in read_things()[thing].seen_by}


def keep_back(made: Made, *settlements: str) -> Made:
    """Forbid to publish stops."""
    scenario = replace(made.dataset.scenario, publishing=Publishing(no_publish=tuple(sorted(settlements))))
    return replace(made, dataset=replace(made.dataset, scenario=scenario))


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.COUNCIL])
def test_a_view_with_a_stop_that_must_not_be_published_cannot_be_built(audience: Audience) -> None:
    with pytest.raises(InputError) as refused:
        keep_back(tiny_made(), "s2").view(audience)

    (finding,) = refused.value.findings
    assert finding.sentence.render(Language("en")) == "Stops of this plan must not be published: Andriivka."


@pytest.mark.parametrize("audience", Audience)
def test_the_view_of_another_stop_does_not_hold_the_one_that_is_kept_back(audience: Audience) -> None:
    view = keep_back(tiny_made(), "s2").view(audience, alone="s3")

    held = "\n".join(str(one) for one in walk(view))
    assert [word for word in ("Andriivka", "Андріївка", "s2\n", "48.74") if word in held] == []
    assert "Yelyzavetivka" in held


def test_the_stop_that_is_kept_back_has_no_paper_of_its_own_for_the_public() -> None:
    with pytest.raises(InputError):
        keep_back(tiny_made(), "s2", "s3").view(Audience.PUBLIC, alone="s2")


def test_who_may_see_a_stop_that_is_kept_back_is_told_so() -> None:
    view = keep_back(tiny_made(), "s2").view(Audience.DRIVER)

    assert view.notices[0] == (
        "For the planner and the crew only: this paper holds stops that must not be published (Andriivka)."
    )
    assert view.tell_notices({"s3"}) == ("This is only an example.",)


@pytest.mark.parametrize("audience", Audience)
def test_what_the_inputs_of_another_plan_keep_back_is_kept_back_of_this_one_too(audience: Audience) -> None:
    made = tiny_made()
    also, reader = (keep_back(made, "s2").dataset,), Reader(audience, made.language, made.dates)

    if audience in read_things()["kept_back"].seen_by:
        view = build_view(made.plan, made.dataset, reader, also=also)
        assert [stop.settlement_id for stop in view.stops if stop.kept_back] == ["s2"]
    else:
        with pytest.raises(InputError):
            build_view(made.plan, made.dataset, reader, also=also)


def test_a_paper_of_two_plans_says_what_either_of_them_keeps_back() -> None:
    old, new = keep_back(tiny_made(), "s2").view(), keep_back(tiny_made(), "s3").view()

    assert new.tell_notices_beside(old) == (
        "For the planner and the crew only: this paper holds stops that must not be published "
        "(Yelyzavetivka, Andriivka).",
        "This is only an example.",
    )
    assert tiny_made().view().tell_notices_beside() == tiny_made().view().notices


def test_a_report_is_refused_to_readers_who_may_not_know_what_it_tells() -> None:
    tiny_made().view(Audience.COUNCIL).require("coverage", "residents", "unserved")

    with pytest.raises(UsageError) as refused:
        tiny_made().view(Audience.COUNCIL).require("record", "residents", "notes")

    (finding,) = refused.value.findings
    assert finding.sentence.render(Language("en")) == (
        "The format “record” shows what these readers may not see: council."
    )
    assert finding.hint.render(Language("en")) == "It can be made for: planner, driver."


@pytest.mark.parametrize("audience", Audience)
def test_a_report_is_made_for_those_who_may_know_all_that_it_tells(audience: Audience) -> None:
    view, plan = tiny_made().view(audience), tiny_plan()
    coverage = Coverage((), (), 0.0, 0.0)
    day = plan.cycle.first_day
    reports = {
        "coverage": lambda: report_coverage(view, coverage, ()),
        "monitor": lambda: report_record(view, Record(day, day, (), (), (), ()), RULE),
        "compare": lambda: report_comparison(compare_plans(plan, plan), view, view),
        "summary": lambda: summarise_plan(view),
    }

    made = {name for name, make in reports.items() if not refuses(make)}

    # Why visits change may be a road change, which a council is not told.
    assert made == {
        Audience.PUBLIC: set(),
        Audience.COUNCIL: {*reports} - {"compare"},
    }.get(audience, {*reports})


def refuses(make: Callable[[], Report]) -> bool:
    """Whether a report is refused."""
    try:
        make()
    except UsageError:
        return True
    return False


def test_a_namesake_that_is_left_out_is_not_told_apart_from() -> None:
    made = tiny_made()
    alike = tuple(
        replace(one, name_latin="Andriivka", hromada="Інша") if one.settlement_id == "s3" else one
        for one in made.dataset.settlements
    )
    made = keep_back(replace(made, dataset=replace(made.dataset, settlements=alike)), "s2")

    names = [[stop.full_name for stop in view.stops] for view in (made.view(), made.view().at_stop("s3"))]

    assert names[0][:2] == ["Andriivka (Mistetska)", "Andriivka (Insha)"]
    assert names[1] == ["Andriivka", "Ivanivka", "Zoloti Prudy"]


def test_everybody_sees_the_roads_of_openstreetmap_and_no_others() -> None:
    made = tiny_made()
    real = replace(made, dataset=replace(made.dataset, roads=RoadFile(Path("roads.osm.pbf"), Path("roads.cache"))))

    assert made.view(Audience.PUBLIC).roads == ()
    assert [road.road_class for road in real.view(Audience.PUBLIC).roads] == ["primary", "tertiary"]
    assert len(made.view(Audience.COUNCIL).roads) == 3


def test_buses_have_numbers_for_everybody() -> None:
    view = tiny_made().view(Audience.PUBLIC)

    assert [(bus.bus_id, bus.name) for bus in view.buses] == [("1", "Mobile library 1"), ("2", "Mobile library 2")]
    assert [day.tour_id for day in view.days] == ["1/0", "2/2", "1/7"]
    assert {row.doing.value for day in view.days for row in day.rows} == {"open"}


def test_settlements_keep_their_order_and_their_numbers_whatever_else_is_left_out() -> None:
    public, planner = (tiny_made().view(audience) for audience in (Audience.PUBLIC, Audience.PLANNER))

    assert [place.settlement_id for place in planner.places] == [f"s{at}" for at in range(1, 9)]
    assert [(place.settlement_id, place.order) for place in public.places] == [
        ("s2", 0),
        ("s3", 1),
        ("s4", 2),
        ("s5", 3),
    ]
