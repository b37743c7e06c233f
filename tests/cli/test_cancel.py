"""A bus that breaks down: cancelled visits, what replaces them at what price, notices, and the plan on its dates."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta

import pytest
from areas import SCENARIO, write_area
from folders import read_folder

from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.plan import plan_area

FEW = SearchOptions(seed=1, iterations=5)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Plan of an area with more bus days than it needs."""
    folder = tmp_path_factory.mktemp("cancel")
    plan_area(write_area(folder / "area"), folder / "plan", options=FEW)
    return folder / "plan"


def first_tour(published):
    """Bus, date and settlements of the first tour."""
    plan = json.loads((published / "plan.json").read_text(encoding="utf-8"))
    tour = plan["tours"][0]
    return tour["bus_id"], tour["date"], [row["settlement_id"] for row in tour["rows"] if row["kind"] == "call"]


def test_each_cancelled_visit_gets_a_later_date_before_its_next_one(bibliobus, published, tmp_path):
    bus, day, settlements = first_tour(published)

    document = bibliobus("replan", published, "--cancel", bus, day, "-o", tmp_path / "out", "--json").document

    assert document["exit_code"] == 0
    assert [visit["settlement_id"] for visit in document["cancelled"]] == settlements
    for visit in document["cancelled"]:
        assert visit["old"]["date"] == day
        assert day < visit["new"]["date"]
        assert visit["following"] is None or visit["new"]["date"] < visit["following"]


def test_the_price_of_every_offer_and_the_others_are_told(bibliobus, published, tmp_path):
    bus, day, _ = first_tour(published)

    ran = bibliobus("replan", published, "--cancel", bus, day, "-o", tmp_path / "out", "--json")

    facts = json.loads((tmp_path / "out" / "cancel.json").read_text(encoding="utf-8"))
    assert {key: ran.document[key] for key in facts} == facts
    assert (facts["from"], facts["until"], facts["proved"]) == (day, None, True)
    for visit in facts["cancelled"]:
        assert visit["days"] == (date.fromisoformat(visit["new"]["date"]) - date.fromisoformat(day)).days
        assert visit["resident_days"] == visit["days"] * visit["residents"] < visit["resident_days_without"]
        assert visit["cost"].keys() == {"paid_min", "km", "overtime_min"}
        assert visit["why_not"] is None
        assert 0 < len(visit["others"]) <= 3
        assert all(day < other["date"] < visit["following"] for other in visit["others"])
        assert [other["date"] for other in visit["others"]] == sorted(other["date"] for other in visit["others"])
    assert facts["resident_days"] == sum(visit["resident_days"] for visit in facts["cancelled"])
    assert facts["resident_days_without"] == sum(visit["resident_days_without"] for visit in facts["cancelled"])
    assert facts["cost"]["paid_min"] >= max(visit["cost"]["paid_min"] for visit in facts["cancelled"])


def test_the_plan_has_the_dates_and_every_paper_is_of_them(bibliobus, published, tmp_path):
    bus, day, settlements = first_tour(published)

    ran = bibliobus("replan", published, "--cancel", bus, day, "-o", tmp_path / "out", "--lang", "en")

    files, before = read_folder(tmp_path / "out"), read_folder(published)
    assert {name for name in before if name.startswith("area/")} == {name for name in files if name.startswith("area/")}
    assert all(files[name] == before[name] for name in before if name.startswith("area/"))
    plan, old = json.loads(files["plan.json"]), json.loads(before["plan.json"])
    periods = plan.pop("periods")
    assert [periods[0][key] for key in ("first", "last", "cause")] == [day, day, "bus"]
    assert plan == old
    rows = list(csv.DictReader(io.StringIO(files["exceptions.csv"].decode("utf-8-sig"))))
    assert [(row["settlement_id"], row["change"]) for row in rows][: len(settlements)] == [
        (key, "replaced") for key in settlements
    ]
    notices = list(csv.DictReader(io.StringIO(files["notices.csv"].decode("utf-8-sig"))))
    assert "the bus does not come. It comes instead on" in notices[0]["text_en"]
    assert "бібліобус не приїде. Натомість він приїде " in notices[0]["text_uk"]
    assert all("Mobile library, " in row["short_en"] and row["segments_en"] == "1" for row in notices)
    assert "р.." not in notices[0]["text_uk"]
    assert notices[0]["text_en"] in ran.out
    assert "Replacements and what they cost" in ran.out
    assert "All replacements together" in ran.out
    assert "Cancelled tours" in ran.out
    assert bibliobus("verify", tmp_path / "out").code == 0


def test_a_broken_tour_of_a_date_is_found(bibliobus, published, tmp_path):
    bus, day, _ = first_tour(published)
    bibliobus("replan", published, "--cancel", bus, day, "-o", tmp_path / "out")
    file = tmp_path / "out" / "plan.json"
    plan = json.loads(file.read_text(encoding="utf-8"))
    stand_in = next(tour for period in plan["periods"] for tour in period["tours"])
    call = next(row for row in stand_in["rows"] if row["kind"] == "call")
    call["end"] = call["start"]
    file.write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")

    ran = bibliobus("verify", tmp_path / "out", "--lang", "en")

    assert ran.code == 1
    assert "dwell-too-short" in ran.out + ran.err


def test_several_days_are_one_order_and_the_same_order_gives_the_same_bytes(bibliobus, published, tmp_path):
    bus, day, _ = first_tour(published)
    until = (date.fromisoformat(day) + timedelta(days=13)).isoformat()
    order = ("--cancel", bus, day, "--until", until)

    document = bibliobus("replan", published, *order, "-o", tmp_path / "one", "--json").document
    bibliobus("replan", published, *order, "-o", tmp_path / "two")

    assert (document["from"], document["until"]) == (day, until)
    assert {visit["new"] for visit in document["cancelled"]} == {None}
    # For two weeks the only bus stays away: nobody is visited twice, and all know when it comes again.
    assert all(visit["following"] > until for visit in document["cancelled"])
    assert read_folder(tmp_path / "one") == read_folder(tmp_path / "two")


def test_two_dates_may_be_cancelled_at_once(bibliobus, published, tmp_path):
    plan = json.loads((published / "plan.json").read_text(encoding="utf-8"))
    dates = sorted({tour["date"] for tour in plan["tours"]})[:2]
    order = [word for day in dates for word in ("--cancel", "one", day)]

    document = bibliobus("replan", published, *order, "-o", tmp_path / "out", "--json").document

    assert {visit["old"]["date"] for visit in document["cancelled"]} == set(dates)
    assert all(visit["new"] is None or visit["new"]["date"] not in dates for visit in document["cancelled"])


def test_without_room_the_next_visit_is_told(bibliobus, tmp_path):
    scenario = SCENARIO.replace('features = ["ramp"]', 'features = ["ramp"]\nweekdays = ["Mon"]').replace(
        "weeks = 2", "weeks = 1"
    )
    area = write_area(tmp_path / "area", scenario=scenario)
    text = (area / "settlements.csv").read_text(encoding="utf-8").replace("450,2,30", "450,1,30")
    (area / "settlements.csv").write_text(text, encoding="utf-8")
    plan_area(area, tmp_path / "plan", options=FEW)
    bus, day, _ = first_tour(tmp_path / "plan")

    ran = bibliobus(
        "replan", tmp_path / "plan", "--cancel", bus, day, "-o", tmp_path / "out", "--lang", "en", "--strict"
    )

    assert ran.code == 1
    assert "There is no replacement. The next visit by the timetable is on Monday, March 9, " in ran.out
    assert "none: no bus that suits is free on any date before the next visit" in ran.out
    assert "More room for replacements: in [[buses]] of the scenario, replacement_weekdays allows" in ran.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("none", "2026-03-02"), 2, ("There is no bus “none”.", "Known ids: one.")),
        (("one", "tomorrow"), 2, ("“tomorrow” is not a date such as 2026-03-09.",)),
        (
            ("one", "2026-03-08"),
            3,
            ("one does not drive on 2026-03-08 anyway.", "Give a date on which it drives, such as"),
        ),
        (
            ("one", "2026-03-07", "--until", "2026-03-08"),
            3,
            ("one does not drive from 2026-03-07 to 2026-03-08 anyway.", "Give dates on which it drives, such as"),
        ),
        (
            ("one", "2026-03-08", "--until", "2026-03-07"),
            2,
            (
                "The tours are to be cancelled until 2026-03-07, which is before 2026-03-08.",
                "Give a date with --until that is not before the one of --cancel.",
            ),
        ),
        (
            ("one", "2026-03-02", "--until", "2026-05-08"),
            2,
            (
                "From 2026-03-02 to 2026-05-08 it is more than 31 days.",
                "Give the bus days_off in the scenario and plan anew with --scenario; --cancel is for a short absence.",
            ),
        ),
        (
            ("one", "2026-03-02", "--improve", "--from", "2026-03-02"),
            2,
            ("--cancel goes with --until, and with none of these: --from, --improve.",),
        ),
    ],
)
def test_wrong_buses_and_dates_are_told(bibliobus, published, tmp_path, words, code, said):
    ran = bibliobus("replan", published, "--cancel", *words, "-o", tmp_path / "out", "--lang", "en")

    assert ran.code == code
    assert all(sentence in ran.err for sentence in said)
    assert not (tmp_path / "out").exists()


def test_cancelling_is_not_mixed_with_other_reasons(bibliobus, published, tmp_path):
    ran = bibliobus(
        *("replan", published, "--cancel", "one", "2026-03-02", "--changes", "x.csv", "-o", tmp_path, "--lang", "en")
    )

    assert ran.code == 2
    assert "--cancel BUS DATE" in ran.err
