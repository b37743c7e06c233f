"""From a published plan and a closed bridge to a new plan, a comparison and notices; the published plan stays."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest
from areas import ROADS_BEYOND, SCENARIO, SETTLEMENTS_BEYOND, write_area
from folders import copy_folder, read_folder

from bibliobus.domain.watch import Watch
from bibliobus.findings import InfeasibleError, InputError, UsageError
from bibliobus.plan import build as assembling
from bibliobus.plan.build import build_by_hand
from bibliobus.plan.store import format_plan, parse_plan
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks import piecewise
from bibliobus.tasks.cancel import CancelOrder, cancel_tours
from bibliobus.tasks.cancel_papers import write_cancelled
from bibliobus.tasks.compare import compare_folders
from bibliobus.tasks.dated import verify_whole
from bibliobus.tasks.edit import verify_workbook
from bibliobus.tasks.plan import plan_area
from bibliobus.tasks.reopen import verify_folder
from bibliobus.tasks.replan import ReplanFiles, replan_folder
from bibliobus.tasks.replan_papers import write_replanned
from bibliobus.tasks.replanned import ReplanOrder
from bibliobus.words.language import Language

FEW = SearchOptions(seed=1, iterations=20)

BRIDGE = "id,kind,road,from_place,to_place,valid_from\nbridge,closed,bridge,east,beyond1,{day}\n"
BEYOND = {"beyond1", "beyond2", "beyond3"}
NOTHING = "id,kind,from_place,to_place\n"


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Published plan that no test may change."""
    folder = tmp_path_factory.mktemp("published")
    plan_area(
        write_area(folder / "area", settlements=SETTLEMENTS_BEYOND, roads=ROADS_BEYOND), folder / "plan", options=FEW
    )
    return folder / "plan"


def write(file, text):
    """File with a text."""
    file.write_text(text, encoding="utf-8")
    return file


def replan(path, out, changes=None, scenario=None, area=None, options=FEW, force=False, **more):
    """Plan anew from a folder."""
    told = {key: more.pop(key) for key in list(more) if key == "watch"}
    files, order = ReplanFiles(changes, scenario, area), ReplanOrder(**more)
    return replan_folder(path, out, files, order, options=options, force=force, **told)


def make(path, out, **order):
    """Plan anew and write the plan."""
    replanned = replan(path, out, **order)
    write_replanned(replanned, path, out, force=False)
    return replanned


@pytest.fixture(scope="module")
def closed(published, tmp_path_factory):
    """Plan made anew after the bridge was closed."""
    folder = tmp_path_factory.mktemp("closed")
    make(published, folder / "new", changes=write(folder / "closed.csv", BRIDGE.format(day="")))
    return folder / "new"


def test_a_plan_made_anew_asks_for_no_compiler_where_the_published_one_names_it(published, tmp_path, monkeypatch):
    def fail():
        raise AssertionError("loaded")

    before = parse_plan((published / "plan.json").read_text(encoding="utf-8")).provenance.libraries
    monkeypatch.setattr(assembling, "has_compiler", fail)

    replanned = replan(published, tmp_path / "new", write(tmp_path / "closed.csv", BRIDGE.format(day="")))

    assert replanned.plan.provenance.libraries == before
    assert "numba" in before


def test_only_the_villages_beyond_the_bridge_lose_their_visits(published, closed):
    compared = compare_folders(published, closed)

    assert {place.settlement_id for place in compared.comparison.places} == BEYOND
    assert {place.kind.value for place in compared.comparison.places} == {"lost"}
    assert {place.causes for place in compared.comparison.places} == {("bridge",)}
    plan, _, report = verify_folder(closed)
    assert report.findings == ()
    assert {account.settlement_id: account.reason.code for account in plan.accounts if account.reason} == dict.fromkeys(
        BEYOND, "no-road"
    )


def test_the_folder_has_the_plan_its_papers_and_where_it_comes_from(published, closed):
    files = read_folder(closed)

    assert {"plan.json", "map.html", "timetable.xlsx", "comparison.html", "notices.txt", "area/changes.csv"} <= set(
        files
    )
    assert files["base/plan.json"] == read_folder(published)["plan.json"]
    facts = json.loads(files["replan.json"])
    assert facts["comparison"]["differences"]["lost"]["residents"] == 1900
    assert facts["holds_until"] is None


def test_a_notice_says_the_old_and_the_new_time_in_both_languages(closed):
    rows = list(csv.DictReader(io.StringIO((closed / "notices.csv").read_text(encoding="utf-8-sig"))))

    assert {row["settlement_id"] for row in rows} == BEYOND
    assert rows[0]["settlement_id"] == "beyond3"
    assert rows[0]["text_en"].startswith(
        "Velyke Zarichchia: the mobile library. A road is closed, so the timetable changes. "
        "From March 2, 2026 the bus does not come until further notice. Until now: "
    )
    assert rows[0]["text_uk"].startswith(
        "Велике Заріччя: бібліобус. Через закриття дороги графік змінюється. "
        "З 2 березня 2026\N{NO-BREAK SPACE}року бібліобус не приїздить"
    )
    assert (closed / "notices.txt").read_text(encoding="utf-8-sig").count("-" * 72) == 2


def test_the_exceptions_name_every_changed_visit(closed):
    rows = list(csv.DictReader(io.StringIO((closed / "exceptions.csv").read_text(encoding="utf-8-sig"))))

    assert {(row["change"], row["new_date"]) for row in rows} == {("lost", "")}
    assert all(row["old_date"] for row in rows)


def test_without_an_effective_change_every_byte_stays(published, tmp_path):
    changes = write(tmp_path / "c.csv", "id,kind,from_place,to_place,value\na,weight limit,town,east,40\n")

    replanned = make(published, tmp_path / "out", changes=changes)

    assert replanned.nothing_to_do
    assert read_folder(tmp_path / "out") == read_folder(published)


def test_the_same_changes_change_nothing_the_second_time(closed, tmp_path):
    replanned = make(closed, tmp_path / "out", changes=closed / "area" / "changes.csv")

    assert replanned.nothing_to_do
    assert read_folder(tmp_path / "out") == read_folder(closed)


def test_a_reopened_bridge_brings_back_what_was_promised(published, closed, tmp_path):
    replanned = make(closed, tmp_path / "back", changes=write(tmp_path / "none.csv", NOTHING))

    first = parse_plan((published / "plan.json").read_text(encoding="utf-8"))
    assert (replanned.plan.tours, replanned.plan.accounts) == (first.tours, first.accounts)
    assert {place.kind.value for place in replanned.compared.comparison.places} == {"new"}
    assert verify_folder(tmp_path / "back")[2].findings == ()


def test_visits_before_the_freeze_stay_and_what_is_for_a_time_leaves_the_cycle_alone(published, tmp_path):
    changes = write(tmp_path / "c.csv", BRIDGE.format(day="2026-03-09"))

    replanned = make(published, tmp_path / "out", changes=changes, freeze=date(2026, 3, 9), until=date(2026, 5, 1))

    assert replanned.plan.cycle.first_day == date(2026, 3, 2)
    assert replanned.plan.tours == parse_plan((published / "plan.json").read_text(encoding="utf-8")).tours
    assert [(one.first, one.last) for one in replanned.plan.periods] == [(date(2026, 3, 9), date(2026, 5, 1))]
    assert (replanned.holds_from, replanned.holds_until) == (date(2026, 3, 9), date(2026, 5, 1))
    assert verify_folder(tmp_path / "out")[2].findings == ()
    comparison = replanned.compared.comparison
    assert (comparison.first_day, comparison.last_day) == (date(2026, 3, 9), date(2026, 5, 1))
    assert {place.settlement_id for place in comparison.places} == BEYOND
    notices = (tmp_path / "out" / "notices.txt").read_text(encoding="utf-8-sig")
    assert "changes for a time. From March 16, 2026 to May 1, 2026 the bus does not come." in notices
    assert "After May 1, 2026 the timetable of before holds again." in notices
    facts = json.loads((tmp_path / "out" / "replan.json").read_text(encoding="utf-8"))
    assert (facts["holds_until"], facts["returns_to"]) == ("2026-05-01", "base/plan.json")


def test_frozen_visits_that_can_stay_are_in_the_new_plan(published, tmp_path):
    # South and east are far apart now, but the first week is frozen.
    changes = write(tmp_path / "c.csv", "id,kind,from_place,to_place\na,closed,town,north\n")
    old = parse_plan((published / "plan.json").read_text(encoding="utf-8"))
    north = {tour.day for tour in old.tours for call in tour.calls if call.settlement_id == "north"}
    freeze = old.cycle.date_of(min(north))

    replanned = make(published, tmp_path / "out", changes=changes, freeze=freeze)

    early = [tour for tour in old.tours if old.cycle.date_of(tour.day) < freeze]
    assert [tour for tour in replanned.plan.tours if replanned.plan.cycle.date_of(tour.day) < freeze] == early


def test_until_a_change_begins_the_timetable_of_before_holds(published, tmp_path):
    changes = write(tmp_path / "c.csv", BRIDGE.format(day="2026-06-10"))

    replanned = make(published, tmp_path / "out", changes=changes)

    assert replanned.plan.cycle.first_day == date(2026, 3, 2)
    assert replanned.holds_from == date(2026, 6, 10)
    assert [(one.first, one.last, one.cause.value) for one in replanned.plan.periods] == [
        (date(2026, 3, 2), date(2026, 6, 9), "before")
    ]
    assert {place.settlement_id for place in replanned.compared.comparison.places} == BEYOND
    assert min(visit.date for place in replanned.compared.comparison.places for visit in place.before) >= date(
        2026, 6, 10
    )


def test_another_scenario_keeps_what_it_can(published, tmp_path):
    weekdays = 'features = ["ramp"]\nweekdays = ["Mon", "Tue", "Wed", "Thu"]'
    scenario = write(tmp_path / "new.toml", SCENARIO.replace('features = ["ramp"]', weekdays))
    old = parse_plan((published / "plan.json").read_text(encoding="utf-8"))
    fridays = {call.settlement_id for tour in old.tours if tour.day % 7 == 4 for call in tour.calls}

    replanned = make(published, tmp_path / "out", scenario=scenario)

    assert verify_folder(tmp_path / "out")[2].findings == ()
    assert {
        place.settlement_id for place in replanned.compared.comparison.places if place.kind.value == "day"
    } <= fridays


def test_the_published_plan_is_never_replaced(published, tmp_path):
    before = read_folder(published)

    for out in (published, published.parent):
        with pytest.raises(UsageError) as caught:
            replan(published, out, changes=tmp_path / "c.csv", force=True)
        (finding,) = caught.value.findings
        assert finding.sentence.render(Language("en")) == "The new plan would replace the published one."
        assert "the published plan stays as it is" in finding.hint.render(Language("en"))
    assert read_folder(published) == before


def test_a_plan_that_breaks_a_rule_is_refused_with_what_is_wrong(published, tmp_path):
    edited = copy_folder(published, tmp_path / "edited")
    text = (edited / "plan.json").read_text(encoding="utf-8")
    write(edited / "plan.json", text.replace('"start": "09:', '"start": "08:', 1))

    with pytest.raises(InputError) as caught:
        replan(edited, tmp_path / "out", changes=write(tmp_path / "c.csv", NOTHING))

    assert caught.value.findings
    assert not (tmp_path / "out").exists()


def test_a_plan_of_another_format_or_area_is_refused(published, tmp_path):
    changes = write(tmp_path / "c.csv", NOTHING)
    older = copy_folder(published, tmp_path / "older")
    write(older / "plan.json", (older / "plan.json").read_text(encoding="utf-8").replace("bibliobus-plan/1", "plan/0"))
    other = copy_folder(published, tmp_path / "other")
    write_area(other / "area")

    codes = []
    for folder in (older, other):
        with pytest.raises(InputError) as caught:
            replan(folder, tmp_path / "out", changes=changes)
        codes.append({finding.code for finding in caught.value.findings})

    assert codes == [{"plan-other-format"}, {"inputs-differ"}]


def test_an_interrupted_search_leaves_the_published_plan_alone(published, tmp_path):
    before = read_folder(published)

    def stop(progress):
        raise KeyboardInterrupt

    changes = write(tmp_path / "c.csv", "id,kind,from_place,to_place\na,closed,south,town\n")
    replan(published, tmp_path / "out", changes=changes, options=FEW, watch=Watch(on_progress=stop))

    assert read_folder(published) == before
    assert not (tmp_path / "out").exists()


def test_a_change_far_ahead_leaves_the_files_of_the_area_as_they_are(published, tmp_path):
    changes = write(tmp_path / "c.csv", BRIDGE.format(day="2026-06-10"))

    make(published, tmp_path / "out", changes=changes)

    scenario = (tmp_path / "out" / "area" / "scenario.toml").read_bytes()
    assert scenario == (published / "area" / "scenario.toml").read_bytes()
    plan, prepared, report = verify_folder(tmp_path / "out")
    assert plan.cycle == prepared.dataset.scenario.cycle
    assert report.findings == ()
    _, by_hand, edited = verify_workbook(tmp_path / "out" / "timetable.xlsx")
    assert by_hand.dataset.scenario.cycle == plan.cycle
    assert edited.findings == ()
    again = make(tmp_path / "out", tmp_path / "again", changes=changes)
    assert again.nothing_to_do


def test_a_scenario_with_another_first_day_is_driven_in_the_cycle_of_the_plan(published, tmp_path):
    scenario = write(tmp_path / "new.toml", SCENARIO.replace("2026-03-02", "2026-05-04"))

    replanned = make(published, tmp_path / "out", scenario=scenario)

    assert replanned.plan.cycle.first_day == date(2026, 3, 2)
    assert verify_folder(tmp_path / "out")[2].findings == ()


def test_only_a_plan_made_anew_may_begin_on_another_day_than_its_scenario_says(published, tmp_path):
    edited = copy_folder(published, tmp_path / "edited")
    text = (edited / "plan.json").read_text(encoding="utf-8")
    write(edited / "plan.json", text.replace('"first_day": "2026-03-02"', '"first_day": "2026-03-09"'))

    assert "cycle-differs" in {finding.code for finding in verify_folder(edited)[2].findings}


def test_a_locked_visit_that_is_no_longer_possible_stops_it(published, tmp_path, monkeypatch):
    def lock(*args, **kwargs):
        prepared = ready(*args, **kwargs)
        visits = tuple(replace(visit, required=True) for visit in prepared.problem.visits)
        return replace(prepared, problem=replace(prepared.problem, visits=visits))

    ready = piecewise.prepare_on
    monkeypatch.setattr(piecewise, "prepare_on", lock)

    with pytest.raises(InfeasibleError) as caught:
        replan(published, tmp_path / "out", changes=write(tmp_path / "c.csv", BRIDGE.format(day="")))

    assert {finding.place.settlement_id for finding in caught.value.findings} == BEYOND
    english = Language("en")
    assert caught.value.findings[0].sentence.render(english) == (
        "Zarichchia must be visited by the scenario, but with these changes no tour can."
    )
    assert caught.value.findings[0].hint.render(english) == (
        "Take the lock out of the scenario, or the change out of the file."
    )


def test_a_plan_cannot_end_before_it_begins(published, tmp_path):
    with pytest.raises(UsageError) as caught:
        replan(published, tmp_path / "out", tmp_path / "c.csv", first=date(2026, 4, 1), until=date(2026, 3, 9))

    english = Language("en")
    assert caught.value.findings[0].sentence.render(english) == (
        "The last day, 2026-03-09, comes before 2026-04-01, when the new plan takes effect."
    )
    assert caught.value.findings[0].hint.render(english) == (
        "Give a later --until, or an earlier --from or --freeze-until."
    )


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """Published plan with a village that gave way to others."""
    folder = tmp_path_factory.mktemp("full")
    scenario = SCENARIO.replace('features = ["ramp"]', 'weekdays = ["Mon", "Tue"]\nmax_calls = 1')
    area = write_area(folder / "area", scenario=scenario, settlements=SETTLEMENTS_BEYOND, roads=ROADS_BEYOND)
    plan_area(area, folder / "plan", options=FEW)
    return folder / "plan"


def test_another_first_day_leaves_a_plan_with_reasons_as_it_is(full, tmp_path):
    document = json.loads((full / "plan.json").read_text(encoding="utf-8"))
    assert {one["reason"]["code"] for one in document["settlements"] if one["reason"]} == {"day-calls"}

    replanned = make(full, tmp_path / "new", first=date(2026, 3, 9))

    assert replanned.nothing_to_do
    assert verify_folder(tmp_path / "new")[2].findings == ()


def test_a_tour_that_people_let_return_later_keeps_its_rows_and_has_its_cost(full, tmp_path):
    old = copy_folder(full, tmp_path / "old")
    plan, prepared, _ = verify_folder(old)
    tour = next(tour for tour in plan.tours if tour.calls[0].settlement_id not in BEYOND)
    home = replace(tour.legs[-1], arrive_s=tour.return_s + 900)
    slow = replace(tour, rows=tuple(home if row == tour.legs[-1] else row for row in tour.rows))
    edited = build_by_hand(prepared, [slow if one == tour else one for one in plan.tours], plan.language)
    (old / "plan.json").write_text(format_plan(edited), encoding="utf-8")
    assert verify_folder(old)[2].findings == ()

    make(old, tmp_path / "new", changes=write(tmp_path / "none.csv", BRIDGE.format(day="")))

    again, _, report = verify_folder(tmp_path / "new")
    assert report.findings == ()
    assert slow in again.tours


def say(replanned, code="en"):
    """Codes and sentences of what is told beside a new plan."""
    return {one.code: one.sentence.render(Language(code)) for one in replanned.report.findings}


def test_a_wish_that_no_tour_can_keep_is_told_with_the_name_of_the_village(published, tmp_path):
    plan = parse_plan((published / "plan.json").read_text(encoding="utf-8"))
    day = next(tour.day for tour in plan.tours if "south" in {call.settlement_id for call in tour.calls})
    name = ("Mon", "Tue", "Wed", "Thu", "Fri")[(day + 1) % 7 % 5]
    wish = write(tmp_path / "wish.toml", f'{SCENARIO}\n[[stops]]\nsettlement_id = "south"\nweekdays = ["{name}"]\n')
    roads = write(tmp_path / "roads.csv", NOTHING + "one,closed,town,south\ntwo,closed,south,east\n")

    impossible = replan(published, tmp_path / "out", changes=roads, scenario=wish)
    kept = replan(published, tmp_path / "out", scenario=wish)

    told = "Pivdenne cannot be visited on the days that the scenario wishes for it now, whoever else gives way."
    assert say(impossible)["wished-day-impossible"] == told
    assert "south" not in {call.settlement_id for tour in impossible.plan.tours for call in tour.calls}
    assert "wished-day-impossible" not in say(kept)


def test_what_was_to_replace_a_cancelled_tour_and_cannot_is_told_with_its_dates(published, tmp_path):
    plan = parse_plan((published / "plan.json").read_text(encoding="utf-8"))
    tour = next(tour for tour in plan.tours if "south" in {call.settlement_id for call in tour.calls})
    order = CancelOrder(((tour.bus_id, plan.cycle.date_of(tour.day)),))
    cancelled = cancel_tours(published, order, tmp_path / "cancelled", force=False)
    write_cancelled(cancelled, published, tmp_path / "cancelled", force=False)
    (instead,) = (visit.new for visit in cancelled.visits if visit.settlement_id == "south")
    head = "id,kind,from_place,to_place,valid_from,valid_to\n"
    days = f"{instead.date},{instead.date}"
    shut = write(tmp_path / "shut.csv", f"{head}one,closed,town,south,{days}\ntwo,closed,south,east,{days}\n")
    calm = write(tmp_path / "calm.csv", f"{head}one,closed,town,south,2026-04-13,2026-04-19\n")

    broken = replan(tmp_path / "cancelled", tmp_path / "out", changes=shut)
    kept = replan(tmp_path / "cancelled", tmp_path / "out", changes=calm)

    assert str(instead.date) in say(broken)["stand-in-broken"]
    assert "stand-in-broken" not in say(kept)
    assert verify_whole(broken.plan, broken.prepared).errors == ()


def test_a_season_that_slows_no_road_is_told_where_it_is_to_hold_for_a_time(published, tmp_path):
    muddy = SCENARIO.replace("height_m = 3.1", "height_m = 3.1\nseason_factor = 0.7")
    scenario = write(tmp_path / "muddy.toml", muddy)

    replanned = replan(published, tmp_path / "out", scenario=scenario, until=date(2026, 3, 29))

    told = "season_factor of “lorry” changes nothing: no road of the area is known to be unpaved."
    assert say(replanned)["season-unused"] == told
