"""A bus that breaks down: cancelled visits, the cheapest replacement dates, notices; the plan itself stays."""

from __future__ import annotations

import csv
import io
import json

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


def test_the_plan_stays_and_the_exceptions_and_notices_lie_beside_it(bibliobus, published, tmp_path):
    bus, day, settlements = first_tour(published)

    ran = bibliobus("replan", published, "--cancel", bus, day, "-o", tmp_path / "out", "--lang", "en")

    files = read_folder(tmp_path / "out")
    assert {name: content for name, content in files.items() if name in read_folder(published)} == read_folder(
        published
    )
    rows = list(csv.DictReader(io.StringIO(files["exceptions.csv"].decode("utf-8-sig"))))
    assert [(row["settlement_id"], row["change"]) for row in rows][: len(settlements)] == [
        (key, "replaced") for key in settlements
    ]
    notices = list(csv.DictReader(io.StringIO(files["notices.csv"].decode("utf-8-sig"))))
    assert "the bus does not come. It comes instead on" in notices[0]["text_en"]
    assert "бібліобус не приїде в такий день: " in notices[0]["text_uk"]
    assert ". Натомість приїде: " in notices[0]["text_uk"]
    assert notices[0]["text_en"] in ran.out
    assert bibliobus("verify", tmp_path / "out").code == 0


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
    assert "There is no replacement; the next visit is on March 9, 2026." in ran.out


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
