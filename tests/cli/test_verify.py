"""``bibliobus verify`` of plans that people edited."""

from __future__ import annotations

import json

import openpyxl
import pytest
from areas import ROADS, SCENARIO, write_area
from folders import copy_folder


def test_an_edited_workbook_is_verified_and_scored(bibliobus, made_once, tmp_path):
    out = copy_folder(made_once, tmp_path / "out")
    book = openpyxl.load_workbook(out / "timetable.xlsx")
    sheet = book.worksheets[0]
    row = next(at for at, cells in enumerate(sheet.iter_rows(values_only=True), 1) if cells[2] == "Open to readers")
    sheet.cell(row, 2).value = sheet.cell(row, 1).value
    book.save(out / "timetable.xlsx")

    ran = bibliobus("verify", out / "timetable.xlsx", "--lang", "en")

    assert ran.code == 1
    assert f"[timetable.xlsx:{row}:By bus and day " in ran.err
    assert "(dwell-too-short)" in ran.err
    lines = ran.out.splitlines()
    assert lines[:2] == ["1 rule is broken.", "Key figures"]
    assert any(line.startswith("Cost by the weights of the scenario, minutes of paid time\t") for line in lines)


def test_json_holds_figures_and_cost_of_any_plan(bibliobus, made_once):
    folder = bibliobus("verify", made_once, "--json").document
    workbook = bibliobus("verify", made_once / "timetable.xlsx", "--json").document

    plan = json.loads((made_once / "plan.json").read_text(encoding="utf-8"))
    assert (folder["exit_code"], folder["findings"]) == (0, [])
    assert folder["figures"] == plan["figures"]
    assert folder["cost"] == workbook["cost"] == plan["provenance"]["cost"]
    assert workbook["figures"]["settlements_served"] == plan["figures"]["settlements_served"]


def test_an_edited_plan_json_is_verified_and_scored(bibliobus, made_once, tmp_path):
    out = copy_folder(made_once, tmp_path / "out")
    document = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    rows = document["tours"][0]["rows"]
    call = next(row for row in rows if row["kind"] == "call")
    call["end"] = call["start"]
    (out / "plan.json").write_text(json.dumps(document), encoding="utf-8")

    ran = bibliobus("verify", out, "--json")

    found = ran.document
    assert ran.code == found["exit_code"] == 1
    assert [finding["code"] for finding in found["findings"]] == ["dwell-too-short"]
    assert found["figures"]["open_s"] < document["figures"]["open_s"]
    assert found["cost"] == document["provenance"]["cost"]


def test_a_workbook_without_its_area_is_unusable_input(bibliobus, made_once, tmp_path):
    (tmp_path / "timetable.xlsx").write_bytes((made_once / "timetable.xlsx").read_bytes())

    assert bibliobus("verify", tmp_path / "timetable.xlsx").code == 3
    assert bibliobus("verify", tmp_path / "missing.xlsx").code == 3
    assert bibliobus("verify", tmp_path / "timetable.xlsx", "--area", made_once / "area").code == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda plan: plan["tours"][0].update(date="2026-03-01"), "date-wrong"),
        (lambda plan: plan.update(notice_en="Approved."), "notice-differs"),
        (lambda plan: plan["provenance"].update(cost=1), "cost-wrong"),
        (lambda plan: plan["provenance"].update(bound=10**9), "bound-untrue"),
        (lambda plan: plan["provenance"].update(status="optimal"), "status-untrue"),
        (lambda plan: plan["provenance"]["weights"].update(need=1.0), "weight-differs"),
        (lambda plan: plan["figures"].update(happiness=1), "figure-unknown"),
        (
            lambda plan: plan["settlements"][0].update(reason={"code": "no-road", "impossible": True, "values": {}}),
            "reason-not-due",
        ),
    ],
)
def test_what_somebody_changed_in_plan_json_breaks_a_rule(change, code, bibliobus, made_once, tmp_path):
    out = copy_folder(made_once, tmp_path / "out")
    document = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    # Less than is known about it: else the first contradiction of every change would be with the proof.
    document["provenance"].update(status="feasible", ended_by="budget", bound=None)
    change(document)
    (out / "plan.json").write_text(json.dumps(document), encoding="utf-8")

    ran = bibliobus("verify", out, "--lang", "en")

    assert ran.code == 1
    assert f"({code})" in ran.err


def test_another_reason_is_noticed_by_the_command(bibliobus, tmp_path):
    scenario = SCENARIO.replace('features = ["ramp"]', 'features = ["ramp"]\nweekdays = ["Tue"]\nmax_calls = 1')
    assert (
        bibliobus("plan", write_area(tmp_path / "a", scenario=scenario), "-o", tmp_path / "p", "--iterations", 2).code
        == 0
    )
    document = json.loads((tmp_path / "p" / "plan.json").read_text(encoding="utf-8"))
    reason = next(one["reason"] for one in document["settlements"] if one["reason"])
    reason["values"]["more_work"] += 600
    (tmp_path / "p" / "plan.json").write_text(json.dumps(document), encoding="utf-8")

    ran = bibliobus("verify", tmp_path / "p", "--lang", "en")

    assert ran.code == 1
    assert "(reason-differs)" in ran.err
    assert "was changed; these tours give: It gave way to others" in ran.err


@pytest.mark.parametrize("value", ["1e-300", "1e-16", "5e-324"])
@pytest.mark.parametrize("roads", [ROADS, None])
@pytest.mark.parametrize("command", ["check", "plan"])
def test_no_speed_makes_drives_without_time(command, roads, value, bibliobus, tmp_path):
    scenario = SCENARIO.replace("height_m = 3.1", f"height_m = 3.1\nspeed_factor = {value}")
    words = ["-o", tmp_path / "p", "--iterations", 0] if command == "plan" else []

    ran = bibliobus(command, write_area(tmp_path / "a", scenario=scenario, roads=roads), *words, "--lang", "en")

    assert ran.code == 3
    assert f"{value} is out of range: expected at least 0.1." in ran.err
    assert "(key-out-of-range)" in ran.err
