"""What follows a first change: a second one, a holiday, a broken bus with a road closed on top of it."""

from __future__ import annotations

import csv
import io
import json

import pytest
from areas import ROADS_BEYOND, SCENARIO, SETTLEMENTS_BEYOND, write_area
from folders import read_folder

from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.plan import plan_area

FEW = SearchOptions(seed=1, iterations=20)
SPARE = """
[[buses]]
id = "two"
name = "Spare car"
depot = "base"
profile = "lorry"
features = ["ramp"]
spare = true
"""
HEAD = "id,kind,from_place,to_place,value,valid_from,valid_to\n"
KEYS = ("people_before", "people_after")
BEYOND = {"beyond1", "beyond2", "beyond3"}


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Plan of one tour on 2 March to everybody, and one on 9 March to one village; a spare car stands by."""
    folder = tmp_path_factory.mktemp("steps")
    area = write_area(folder / "area", scenario=SCENARIO + SPARE, settlements=SETTLEMENTS_BEYOND, roads=ROADS_BEYOND)
    plan_area(area, folder / "plan", options=FEW)
    return folder / "plan"


@pytest.fixture
def change(bibliobus, tmp_path):
    """Plan anew for road changes and give what was said in English, and the exceptions."""

    def run(plan, name, rows, *words):
        file = tmp_path / f"{name}.csv"
        file.write_text(HEAD + rows, encoding="utf-8")
        ran = bibliobus("replan", plan, "--changes", file, "-o", tmp_path / name, "--lang", "en", *words)
        told = tmp_path / name / "exceptions.csv"
        return ran, read_exceptions(tmp_path / name) if told.exists() else []

    return run


def read_exceptions(folder):
    """Rows of exceptions.csv."""
    return list(csv.DictReader(io.StringIO((folder / "exceptions.csv").read_text(encoding="utf-8-sig"))))


@pytest.fixture
def broken(bibliobus, published, tmp_path):
    """Plan in which the spare car stands in for the bus on 2 March."""
    bibliobus("replan", published, "--cancel", "one", "2026-03-02", "-o", tmp_path / "broken")
    return tmp_path / "broken"


def list_calls(folder, day):
    """Bus and settlement of each call on a date that lies in a period."""
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    period = next(one for one in plan["periods"] if one["first"] <= day <= one["last"])
    calls = [(tour["bus_id"], row) for tour in period["tours"] for row in tour["rows"] if row["kind"] == "call"]
    return {(bus_id, row["settlement_id"]) for bus_id, row in calls}


def test_offers_name_the_bus_and_the_files_are_told(bibliobus, published, tmp_path):
    ran = bibliobus("replan", published, "--cancel", "one", "2026-03-02", "-o", tmp_path / "new", "--lang", "en")

    offer = next(line.split("\t") for line in ran.out.splitlines() if line.startswith("Zarichchia\ton Monday"))
    assert offer[2] == "Spare car"
    assert "Bus 1" in offer[-1] or "Spare car" in offer[-1]
    told = ran.out.partition("Written to ")[2].splitlines()[1:]
    names = [line.split("\t")[0] for line in told if line]
    assert names == ["notices.txt", "notices.csv", "exceptions.csv", "cancel.json", "plan.json"]
    assert all((tmp_path / "new" / name).is_file() for name in names)


def test_a_spare_car_stays_where_other_roads_change(bibliobus, change, broken, tmp_path):
    ran, exceptions = change(broken, "slow", "slow,speed,town,south,45,2026-03-02,2026-03-06\n")

    assert "stand-in-broken" not in ran.err
    assert {row["change"] for row in exceptions} == {"slight"}
    assert {row["new_bus"] for row in exceptions} == {"two"}
    assert bibliobus("verify", tmp_path / "slow").code == 0


def test_a_spare_car_drives_as_far_as_the_roads_lead_and_the_broken_bus_nowhere(change, broken, tmp_path):
    ran, exceptions = change(broken, "shut", "shut,closed,east,beyond1,,2026-03-02,2026-03-06\n")

    assert {row["settlement_id"]: row["change"] for row in exceptions} == dict.fromkeys(BEYOND, "lost")
    assert {bus for bus, _ in list_calls(tmp_path / "shut", "2026-03-02")} == {"two"}
    assert "What was to replace a cancelled tour on 2026-03-02 cannot be driven with these changes." in ran.err


def test_a_tour_that_is_cancelled_and_can_be_driven_by_nobody_says_so(change, broken):
    ran, exceptions = change(
        broken,
        "all",
        "all,weight limit,town,north,1,2026-03-02,2026-03-06\n"
        "one,closed,town,south,,2026-03-02,2026-03-06\n"
        "two,closed,town,east,,2026-03-02,2026-03-06\n",
    )

    assert {row["change"] for row in exceptions} == {"lost"}
    assert "A bus is out of service on this date, and nothing replaces its tour." in ran.out
    assert "Plan anew for these changes from the plan of before the cancelling" in ran.out
    assert "the search did not find that" not in ran.out


def test_a_frozen_stand_in_is_no_broken_tour(change, broken):
    ran, _ = change(broken, "slow", "slow,speed,town,south,48,2026-03-03,\n", "--freeze-until", "2026-03-05")

    assert "frozen-tour-broken" not in ran.err


@pytest.fixture
def decide(bibliobus, published, tmp_path):
    """Plan anew for a calendar and give what was said, without no-break spaces."""

    def run(calendar, lang):
        scenario = tmp_path / "scenario.toml"
        scenario.write_text(f"{SCENARIO}{SPARE}\n[calendar]\n{calendar}\n", encoding="utf-8")
        ran = bibliobus("replan", published, "--scenario", scenario, "-o", tmp_path / lang, "--lang", lang)
        return ran.out.replace("\N{NO-BREAK SPACE}", " ")

    return run


@pytest.mark.parametrize(
    ("calendar", "why"),
    [
        (
            "no_service = [{ first = 2026-03-09, last = 2026-03-09, note = 'spring feast' }]",
            "No service on this date: spring feast.",
        ),
        ("holidays = 'PL'", "Public holiday: Easter Monday."),
    ],
    ids=["no service", "public holiday"],
)
def test_a_day_without_service_is_the_reason_of_its_lost_visits(decide, calendar, why):
    said = decide(calendar, "en")

    lost = said.partition("Lost visits, and ways to go on")[2]
    assert why in lost
    assert "To drive these tours on another date, name both in extra_service of [calendar]" in lost
    assert "the search did not find that" not in lost


def test_a_calendar_changes_single_dates_and_no_timetable_for_a_time(decide):
    said = {lang: decide("holidays = 'PL'", lang) for lang in ("en", "uk")}

    assert "Only single dates change; on all others the timetable of before holds. Compared on" in said["en"]
    assert "Змінюються лише окремі дні" in said["uk"]
    assert "Temporary" not in said["en"]


def test_a_change_of_one_day_is_told_as_one_day(change, published):
    shut = "shut,closed,east,beyond1,,2026-03-02,2026-03-02\n"

    said = {lang: change(published, lang, shut, "--lang", lang)[0].out for lang in ("en", "uk")}

    assert "the new timetable holds on March 2, 2026 only; after that the timetable of before" in said["en"]
    assert "новий графік діє лише 2 березня 2026" in said["uk"].replace("\N{NO-BREAK SPACE}", " ")
    assert "Compared" not in said["en"]


def test_what_was_announced_last_is_told_and_a_visit_that_was_called_off_comes_after_all(change, published, tmp_path):
    shut = "shut,closed,east,beyond1,,2026-03-02,2026-03-20\n"
    change(published, "first", shut)

    ran, exceptions = change(tmp_path / "first", "second", shut.replace("2026-03-20", "2026-03-13"))

    assert {(row["settlement_id"], row["change"], row["new_date"]) for row in exceptions} >= {
        (key, "new", "2026-03-16") for key in BEYOND
    }
    row = next(line.split("\t") for line in ran.out.splitlines() if line.startswith("Zarichchia\t"))
    assert row[4].endswith("; announced last: Monday, March 16, 2026: no visit")
    assert row[5].startswith("The bus comes after all on Monday, March 16, 2026, ")


def test_what_no_road_leads_to_says_which_change_to_take_back(change, published):
    ran, _ = change(published, "shut", "shut,closed,east,beyond1,,2026-03-02,\n")

    lost = ran.out.partition("Lost visits, and ways to go on")[2]
    assert "No road leads there" in lost
    assert "Once this no longer holds (shut), take it out of the road changes and plan anew." in lost


def test_the_papers_are_in_the_language_that_is_asked_for_and_the_next_ones_too(bibliobus, change, published, tmp_path):
    shut = "shut,closed,east,beyond1,,2026-03-02,2026-03-20\n"
    change(published, "first", shut, "--papers", "--lang", "uk")

    bibliobus("replan", tmp_path / "first", "--changes", tmp_path / "none.csv", "-o", tmp_path / "x", "--force")
    (tmp_path / "none.csv").write_text(HEAD, encoding="utf-8")
    bibliobus("replan", tmp_path / "first", "--changes", tmp_path / "none.csv", "-o", tmp_path / "back", "--papers")

    for name in ("first", "back"):
        files = read_folder(tmp_path / name)
        assert json.loads(files["plan.json"])["language"] == "uk"
        assert b'<html lang="uk">' in files["comparison.html"]
        assert b'<html lang="uk">' in files["map.html"]
    assert json.loads((published / "plan.json").read_text(encoding="utf-8"))["language"] == "en"


def test_a_change_after_the_end_of_the_plan_is_named_with_its_own_dates(change, published):
    ran, _ = change(published, "late", "late,closed,east,beyond1,,2026-03-09,2026-03-20\n", "--until", "2026-03-05")

    assert "Not applied: late (closed, from March 9, 2026 until March 20, 2026). It begins on March 9, 2026" in ran.out


def test_the_key_figures_are_those_of_the_dates_that_change_in_the_old_plan_too(bibliobus, change, published, tmp_path):
    shut = "shut,closed,east,beyond1,,2026-03-02,2026-03-20\n"
    south = "south,closed,town,south,,2026-03-16,2026-03-20\nmore,closed,south,east,,2026-03-16,2026-03-20\n"
    change(published, "first", shut)
    change(tmp_path / "first", "second", shut + south)
    change(tmp_path / "second", "back", "")

    people = {
        name: [json.loads((tmp_path / name / "replan.json").read_text(encoding="utf-8"))[key] for key in KEYS]
        for name in ("first", "second", "back")
    }
    shown = bibliobus("versions", "compare", tmp_path / "first", "1", "2", "--lang", "en").out

    # The three villages beyond the bridge have 1,900 residents, the one in the south 820.
    assert people == {"first": [3710, 1810], "second": [1810, 990], "back": [990, 3710]}
    assert "Residents served by the bus\t3,710\t1,810\t\N{MINUS SIGN}1,900" in shown


@pytest.mark.parametrize("first", [(), ("--until", "2026-03-22")], ids=["without end", "with an end"])
@pytest.mark.parametrize("until", ["2026-04-05", "2026-03-15"], ids=["later", "earlier"])
def test_what_was_published_without_an_end_ends_when_nothing_else_is_new(
    bibliobus, change, published, tmp_path, first, until
):
    shut = "shut,closed,east,beyond1,,2026-03-02,\n"
    change(published, "first", shut, *first)

    change(tmp_path / "first", "second", shut, "--until", until)

    plans = [
        json.loads((folder / "plan.json").read_text(encoding="utf-8")) for folder in (tmp_path / "second", published)
    ]
    assert plans[0]["tours"] == plans[1]["tours"]
    assert plans[0]["periods"][-1]["last"] == until
    assert plans[0]["ends"] == {"shut": until}
    assert bibliobus("verify", tmp_path / "second").code == 0


def test_another_change_with_an_end_leaves_the_end_of_the_first_one_alone(change, published, tmp_path):
    shut, slow = "shut,closed,east,beyond1,,2026-03-02,\n", "slow,speed,town,south,45,2026-03-02,\n"
    change(published, "first", shut, "--until", "2026-03-22")

    change(tmp_path / "first", "second", shut + slow, "--until", "2026-03-08")

    plan = json.loads((tmp_path / "second" / "plan.json").read_text(encoding="utf-8"))
    assert plan["ends"] == {"shut": "2026-03-22", "slow": "2026-03-08"}
