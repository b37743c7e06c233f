"""What a plan made anew tells: reasons of lost visits in every piece of the calendar, and why, for everybody."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date

import pytest
from areas import write_area
from changed_plans import change_for_a_time

from bibliobus.plan.plan import Period, PeriodCause, TourName
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.compare import compare_prepared, make_comparison_report
from bibliobus.tasks.plan import plan_area
from bibliobus.tasks.reopen import reopen_plan
from bibliobus.tasks.replan import ReplanFiles, replan_folder
from bibliobus.tasks.replan_papers import find_why, gather_reasons, list_told_notices, write_replanned
from bibliobus.tasks.replanned import ReplanOrder
from bibliobus.view.notices import Why
from bibliobus.words.language import Language

FEW = SearchOptions(seed=1, iterations=20)
SETTLEMENTS = """\
settlement_id,name_uk,name_latin,category,raion,hromada,lat,lon,population,rhythm_weeks
east,Східне,Skhidne,C,Р,Мала,48.700,37.600,540,1
north,Північне,Pivnichne,C,Р,Мала,48.780,37.500,450,1
south,Південне,Pivdenne,C,Р,Мала,48.620,37.500,820,1
town,Місто,Misto,M,Р,Мала,48.700,37.500,12000,
"""
ROADS = """\
from_id,to_id,length_km,road_class,surface,speed_kmh,name,source
town,east,9,secondary,asphalt,50,,x
town,north,10,tertiary,asphalt,50,,x
town,south,10,tertiary,asphalt,50,,x
"""
HEAD = "id,kind,from_place,to_place,value,valid_from,valid_to\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Published plan that no test may change: three villages, each at the end of its own road."""
    folder = tmp_path_factory.mktemp("published")
    plan_area(write_area(folder / "area", settlements=SETTLEMENTS, roads=ROADS), folder / "plan", options=FEW)
    return folder / "plan"


def replan(published, tmp_path, rows):
    """Plan anew for road changes."""
    file = tmp_path / "changes.csv"
    file.write_text(HEAD + rows, encoding="utf-8")
    return replan_folder(published, tmp_path / "out", ReplanFiles(file), ReplanOrder(), options=FEW)


TWO = "one,closed,town,north,,2026-03-09,2026-03-15\ntwo,weight limit,town,south,1,2026-03-16,2026-03-29\n"


def test_visits_lost_in_different_pieces_of_the_calendar_all_have_their_reason(published, tmp_path):
    replanned = replan(published, tmp_path, TWO)

    report = make_comparison_report(replanned.compared, Language("en"), gather_reasons(replanned))

    (table,) = (one for one in report.tables if one.name == "lost")
    assert {row[0].name: (row[2], row[3]) for row in table.rows} == {
        "Pivnichne": (1, "No road leads there from a depot and back for any suitable bus."),
        "Pivdenne": (2, "No road leads there from a depot and back for any suitable bus."),
    }
    assert {row[0].name: row[4] for row in table.rows} == {
        "Pivnichne": "After March 15, 2026 it comes again as before.",
        "Pivdenne": "After March 29, 2026 it comes again as before.",
    }


def test_a_plan_made_anew_that_has_lost_the_one_that_was_planned_says_so(published, tmp_path):
    write_replanned(replan(published, tmp_path, TWO), published, tmp_path / "out", force=False, papers=False)
    whole = replan_folder(tmp_path / "out", tmp_path / "next", ReplanFiles(), ReplanOrder(), options=FEW)
    shutil.rmtree(tmp_path / "out" / "base")

    lost = replan_folder(tmp_path / "out", tmp_path / "next", ReplanFiles(), ReplanOrder(), options=FEW)

    found = [[one for one in some.report.findings if one.code == "base-lost"] for some in (whole, lost)]
    assert [[one.place.file for one in some] for some in found] == [[], ["base/plan.json"]]


def test_each_is_told_why_in_words_for_everybody(published, tmp_path):
    replanned = replan(published, tmp_path, TWO)

    texts = {notice.place.settlement_id: notice.texts[1] for notice in list_told_notices(replanned.compared)}

    assert texts.keys() == {"north", "south"}
    assert "A road is closed, so the timetable changes for a time." in texts["north"]
    assert "Traffic on a road is restricted, so the timetable changes for a time." in texts["south"]
    assert "After March 15, 2026 the timetable of before holds again." in texts["north"]
    assert "After March 29, 2026 the timetable of before holds again." in texts["south"]
    assert "Misto" not in texts["north"]


def test_a_visit_that_comes_back_has_no_reason_and_a_change_that_is_gone_is_named(published, tmp_path):
    closed = replan(published, tmp_path, "one,closed,town,north,,,\n").compared
    back = compare_prepared(closed.new, closed.old)

    (place,) = back.comparison.places
    report = make_comparison_report(back, Language("en"))

    assert (place.kind.value, find_why(place, back)) == ("new", Why.UNSAID)
    (table,) = (one for one in report.tables if one.name == "causes")
    assert [row[:2] for row in table.rows] == [("one", "closed: no longer")]


def test_a_tour_that_falls_out_with_its_bus_is_no_matter_of_roads(published):
    plan, prepared = reopen_plan(published)
    tour = plan.tours[0]
    when = plan.cycle.date_of(tour.day)
    period = Period(when, when, PeriodCause.BUS, (), (TourName(tour.bus_id, tour.day),))

    compared = compare_prepared((plan, prepared), (replace(plan, periods=(period,), holds_from=when), prepared))

    assert compared.comparison.places
    assert {find_why(place, compared) for place in compared.comparison.places} == {Why.BUS}


def test_without_other_roads_nothing_is_said_of_the_reason(published):
    plan, prepared = reopen_plan(published)
    tour = plan.tours[0]
    new = change_for_a_time(plan, date(2026, 3, 9), date(2026, 3, 22), dropped=[tour])

    compared = compare_prepared((plan, prepared), (new, prepared))

    assert {find_why(place, compared) for place in compared.comparison.places} == {Why.UNSAID}
