"""Every number of an area has bounds: beyond them it is refused with a finding, at both ends it can be planned with."""

from __future__ import annotations

import re
from typing import Any, get_args, get_type_hints

import pytest
from areas import LIBRARIES, ROADS, SCENARIO, SETTLEMENTS, say, write_area
from hypothesis import given, settings
from hypothesis import strategies as st

from bibliobus.findings import InfeasibleError, InputError
from bibliobus.inputs.area import read_area
from bibliobus.inputs.bounds import BOUNDS as TABLE_BOUNDS
from bibliobus.inputs.files import InputFile
from bibliobus.inputs.scenario.problems import keys_of
from bibliobus.inputs.scenario.read import read_scenario
from bibliobus.inputs.scenario.shape import ScenarioShape
from bibliobus.inputs.scenario.write import list_bounds
from bibliobus.inputs.tables.cells import parse_number
from bibliobus.plan.store import format_plan, parse_plan
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.areas import ready_area
from bibliobus.tasks.plan import make_plan

BOUNDS = {**list_bounds(), **TABLE_BOUNDS}
KEYS = tuple(key for key in BOUNDS if ":" not in key)
"""Numbers of scenario.toml."""

NEVER = ("nan", "-nan", "inf", "-inf", "1e308", "-1e308", "true", "false", "9" * 400, "0x" + "f" * 9000, '"1"', "[1]")
"""What no number of a scenario can be."""

TABLES = {
    "rules.dwell": "[[rules.dwell]]\nfrom_population = 0\nminutes = 20\n",
    "rules.rhythm": "[[rules.rhythm]]\nfrom_population = 0\nweeks = 2\n",
    "stops": '[[stops]]\nsettlement_id = "east"\n',
    "curfews": '[[curfews]]\nhours = "20:00-21:00"\nsettlements = ["east"]\n',
    "locks": '[[locks]]\nsettlement_id = "east"\n',
    "depots": "lat = 48.7\nlon = 37.5\n",
}
"""What a table needs beside the number."""

ALSO = {
    "buses.break_min": 'break_start = "11:00-12:00"\nshift = "00:00-24:00"\n',
    "buses.max_work_h": 'shift = "00:00-24:00"\nbreak_min = 0\n',
    "rules.need_factor_min": "need_factor_max = 100\n",
    "rules.need_factor_max": "need_factor_min = 0\n",
}
"""What has to be said with a number so that its ends mean anything."""


def write_scenario(key: str, value: str) -> str:
    """Scenario of the tiny area in which one number is another."""
    table, name = key.rsplit(".", 1)
    line = f"{name} = {value}\n" + ALSO.get(key, "")
    if key == "publish.no_publish_areas":
        return SCENARIO + f"[publish]\nno_publish_areas = [[[{value}, 30], [10, 31], [11, 30]]]\n"
    if table in ("cycle", "profiles", "buses", "depots"):
        head = f"[{table}]\n" if table == "cycle" else f"[[{table}]]\n"
        needed = TABLES.get(table, "")
        needed = re.sub(rf"^{name} = .*\n", "", needed, flags=re.MULTILINE)
        before, _, after = SCENARIO.partition(head)
        own, mark, rest = after.partition("\n\n")
        own = re.sub(rf"^{name} = .*\n?", "", own + "\n", flags=re.MULTILINE)
        return before + head + line + needed + own + mark + rest
    text = TABLES.get(table, f"[{table}]\n")
    if re.search(rf"^{name} = ", text, re.MULTILINE):
        return SCENARIO + re.sub(rf"^{name} = .*\n", line, text, flags=re.MULTILINE)
    return SCENARIO + text + line


def list_numbers(shape: type, path: str = "") -> set[str]:
    """Path of every number of a table."""
    hints, found = get_type_hints(shape, include_extras=True), set()
    for key in keys_of(shape):
        if key.inner is not None:
            found |= list_numbers(key.inner, f"{path}{key.name}.")
        elif not {int, float}.isdisjoint(list_parts(hints[key.name])):
            found.add(f"{path}{key.name}")
    return found


def list_parts(hint: Any) -> list[Any]:
    """Everything that a hint is made of."""
    return [hint, *(part for inner in get_args(hint) for part in list_parts(inner))]


def read(text: str) -> list[str]:
    """What is said about a scenario that cannot be used."""
    scenario, findings = read_scenario(InputFile("scenario.toml", text.encode()))
    assert scenario is None
    return say(findings)


def refuse(tmp_path, **files) -> list[str]:
    """What is said about an area that cannot be used."""
    dataset, report = read_area(write_area(tmp_path, **files))
    assert dataset is None
    return say(report.findings)


def test_every_number_of_the_scenario_has_its_bounds():
    assert list_numbers(ScenarioShape) == set(KEYS)


def test_every_bound_is_a_range_with_a_reason():
    for key, bound in BOUNDS.items():
        assert bound.least < bound.most, key
        assert bound.reason and not bound.reason.endswith("."), key


@pytest.mark.parametrize("key", KEYS)
def test_what_no_number_can_be_is_a_finding_at_its_line(key):
    for value in NEVER:
        told = read(write_scenario(key, value))

        assert any(key.split(".")[-1] in line.split(" | ")[0] for line in told), (value, told)


@pytest.mark.parametrize("key", KEYS)
def test_a_number_just_beyond_its_bounds_is_out_of_range(key):
    bound = BOUNDS[key]
    step = 1 if isinstance(bound.least, int) and isinstance(bound.most, int) else 1e-9
    for value in (bound.least - step, bound.most + max(step, bound.most * 1e-9)):
        told = read(write_scenario(key, repr(int(value) if step == 1 else value)))

        assert any("out of range" in line or "wrong kind" in line for line in told), (value, told)


@pytest.mark.parametrize("value", ["1e-300", "5e-324", "1e-16", "-0.0", "0.0", "0.0999", "1.0001", "2"])
@pytest.mark.parametrize("roads", [ROADS, None])
def test_no_bus_is_too_slow_to_drive_or_faster_than_the_tables(value, roads, tmp_path):
    told = refuse(tmp_path, scenario=write_scenario("profiles.speed_factor", value), roads=roads)

    (line,) = [line for line in told if "profiles[1].speed_factor | " in line]
    assert "is out of range: expected at " in line


@pytest.mark.slow
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("end", ["least", "most"])
@pytest.mark.parametrize("key", [key for key in KEYS if not key.startswith(("money.", "promises.", "publish."))])
def test_both_ends_of_every_bound_give_a_plan_of_valid_times_or_a_finding(key, end, tmp_path):
    value = getattr(BOUNDS[key], end)
    text = write_scenario(key, repr(value))
    for roads in (ROADS, None) if key.startswith("profiles.") else (ROADS,):
        folder = write_area(tmp_path, scenario=text, roads=roads)
        dataset, report = read_area(folder)
        if dataset is None:
            # What contradicts something else is told; the number itself is all right.
            assert not any("out of range" in line for line in say(report.findings))
            continue
        case, _ = ready_area(folder)

        try:
            plan = make_plan(case, options=SearchOptions(iterations=0), solver="ortools")
        except InfeasibleError as error:
            assert say(error.findings)
            continue

        again = parse_plan(format_plan(plan))
        assert verify_plan(gather_evidence(again, case)).findings == ()
        for tour in again.tours:
            assert all(0 <= leg.leave_s <= leg.arrive_s <= 24 * 3600 for leg in tour.legs)
            assert all(leg.driving_s >= 0 and leg.length_m >= 0 for leg in tour.legs)


def test_numbers_that_are_too_much_together_are_a_finding(tmp_path):
    most = "[weights]\nneed = 1000000\nsmall_village = 100\nno_library = 100\nrequest = 9\n"
    rules = "[rules]\nneed_factor_min = 100\nneed_factor_max = 100\nneed_distance_km = 0.1\n"
    people = SETTLEMENTS.replace("37.400,980", "37.400,50000000")

    with pytest.raises(InputError) as caught:
        ready_area(write_area(tmp_path, scenario=SCENARIO + most + rules, settlements=people))

    assert say(caught.value.findings)[-1].startswith(
        "scenario.toml | By the weights of the scenario all visits together are worth 500,0"
    )


TABLE_NUMBERS = {
    # key: file, a number in it, and a way to write another
    "settlements.csv: lat": ("settlements", SETTLEMENTS, "48.800,37.600,210", "{},37.600,210"),
    "settlements.csv: lon": ("settlements", SETTLEMENTS, "48.800,37.600,210", "48.800,{},210"),
    "settlements.csv: population": ("settlements", SETTLEMENTS, "37.400,980", "37.400,{}"),
    "settlements.csv: rhythm_weeks": ("settlements", SETTLEMENTS, "450,2,30", "450,{},30"),
    "settlements.csv: dwell_min": ("settlements", SETTLEMENTS, "450,2,30", "450,2,{}"),
    "libraries.csv: lat": ("libraries", LIBRARIES, "town,,,", "town,{},37.5,"),
    "libraries.csv: lon": ("libraries", LIBRARIES, "town,,,", "town,48.7,{},"),
    "roads.csv: length_km": ("roads", ROADS, "town,east,8,", "town,east,{},"),
    "roads.csv: speed_kmh": ("roads", ROADS, "unclassified,,40", "unclassified,,{}"),
    "roads.csv: max_weight_t": ("roads", ROADS, ",7.5,3.5", ",{},3.5"),
    "roads.csv: max_height_m": ("roads", ROADS, ",7.5,3.5", ",7.5,{}"),
}


@pytest.mark.parametrize("value", ["nan", "inf", "1e308", "-1e308", "1e999", "true", "9" * 400, "0x10", "-1e3"])
@pytest.mark.parametrize("key", TABLE_NUMBERS)
def test_what_no_number_of_a_table_can_be_is_a_finding_at_its_cell(key, value, tmp_path):
    name, text, old, new = TABLE_NUMBERS[key]
    assert old in text

    told = refuse(tmp_path, **{name: text.replace(old, new.format(value))})

    assert any(f":{key.split()[-1]} | " in line for line in told), told


@given(st.floats())
@settings(max_examples=200, deadline=None)
def test_every_number_that_can_be_written_is_read_as_it_is_or_refused(number):
    text = repr(number)

    try:
        found = parse_number(text)
    except ValueError:
        found = None

    assert (found is None) == (text in ("nan", "inf", "-inf"))
    assert found is None or (found == number and str(found) != "-0.0")
