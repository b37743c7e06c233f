from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from areas import SCENARIO, SETTLEMENTS, say, write_area

from bibliobus.domain.scenario import Curfew, Lock, StopWish
from bibliobus.findings import Finding, Severity
from bibliobus.inputs.area import read_area
from bibliobus.inputs.files import InputFile
from bibliobus.inputs.scenario.read import ScenarioFile, read_scenario
from bibliobus.words.language import HOUR_S, MINUTE_S


def read(rows: str, scenario: str = SCENARIO) -> tuple[ScenarioFile | None, list[Finding]]:
    """Read a scenario that ends with some rows."""
    return read_scenario(InputFile("scenario.toml", (scenario + rows).encode("utf-8")))


def test_without_wishes_nothing_is_limited_and_nothing_weighs_more():
    file, findings = read("")

    assert findings == []
    scenario = file.scenario
    assert (scenario.stops, scenario.curfews, scenario.locks) == ((), (), ())
    (bus,) = scenario.buses
    assert (bus.max_calls, bus.capacity, bus.shift.overtime_s) == (None, None, 0)
    assert (scenario.rules.reserve_s, scenario.rules.small_population) == (0, 200)
    weights = scenario.weights
    assert (weights.overtime_hour, weights.balance) == (30.0, 0.0)
    assert (weights.no_library, weights.small_village, weights.unserved_year) == (1.0, 1.0, 0.0)


def test_wishes_curfews_and_locks_are_read():
    file, findings = read(
        "overtime_h = 1.5\nmax_calls = 6\ncapacity = 40\n[rules]\nreserve_min = 30\nsmall_population = 150\n"
        "[weights]\nno_library = 1.5\nbalance = 2.0\n"
        '[[stops]]\nsettlement_id = "east"\nweekdays = ["Tue", "Пн"]\nload = 3\nschool_terms_only = true\n'
        "unserved_since = 2022-02-24\n"
        '[[curfews]]\nhours = "21:00-05:00"\nhromadas = ["Мала"]\nfirst = 2026-03-02\n'
        '[[locks]]\nsettlement_id = "west"\nweekday = "Wed"\nweek = 2\ntime = "10:00"\nbus = "one"\nposition = -1\n'
    )

    assert findings == []
    scenario = file.scenario
    (bus,) = scenario.buses
    assert (bus.max_calls, bus.capacity, bus.shift.overtime_s) == (6, 40, 90 * MINUTE_S)
    assert (scenario.rules.reserve_s, scenario.rules.small_population) == (30 * MINUTE_S, 150)
    assert (scenario.weights.no_library, scenario.weights.balance) == (1.5, 2.0)
    assert scenario.stops == (StopWish("east", (0, 1), (), 3, True, date(2022, 2, 24)),)
    assert scenario.curfews == (
        Curfew(21 * HOUR_S, 5 * HOUR_S, (), ("Мала",), (), date(2026, 3, 2), None, 30 * MINUTE_S),
    )
    assert scenario.locks == (Lock("west", 2, 2, 10 * HOUR_S, "one", -1),)


def test_a_spare_vehicle_and_further_weekdays_are_read():
    plain, _ = read("")
    spare = '[[buses]]\nid = "two"\nname = "Two"\ndepot = "base"\nprofile = "lorry"\nspare = true\n'
    file, findings = read('replacement_weekdays = ["Sun", "Сб", "Mon"]\n' + spare + "[promises]\nwait = 90.0\n")

    assert findings == []
    assert [(bus.spare, bus.replacement_weekdays) for bus in plain.scenario.buses] == [(False, ())]
    assert plain.scenario.promises.wait == 60.0
    first, second = file.scenario.buses
    # Monday is a service day anyway.
    assert (first.spare, first.replacement_weekdays, first.planned_weekdays) == (False, (5, 6), (0, 1, 2, 3, 4))
    assert (second.spare, second.replacement_weekdays, second.planned_weekdays) == (True, (), ())
    assert file.scenario.promises.wait == 90.0


MESSAGES = [
    (
        "spare = true",
        "scenario.toml:27:buses[1].spare | Every bus is a spare vehicle: there is none that a plan may use. | "
        "Write spare = false at the buses that drive by the timetable.",
    ),
    (
        'replacement_weekdays = ["Caturday"]',
        "scenario.toml:27:buses[1].replacement_weekdays | “Caturday” is not a weekday. | "
        "Known weekdays: Mon, Tue, Wed, Thu, Fri, Sat, Sun.",
    ),
    (
        '[[stops]]\nsettlement_id = "a"\n[[stops]]\nsettlement_id = "a"',
        "scenario.toml:30:stops[2].settlement_id | The settlement “a” appears twice in stops. | "
        "Join the two tables into one.",
    ),
    (
        '[[stops]]\nsettlement_id = "a"\nforbidden_weekdays = ["Mondy"]',
        "scenario.toml:29:stops[1].forbidden_weekdays | “Mondy” is not a weekday. | Did you mean “Mon”?",
    ),
    (
        '[[stops]]\nsettlement_id = "a"\nweekdays = ["Fri"]\nforbidden_weekdays = ["Fri"]',
        "scenario.toml:30:stops[1].forbidden_weekdays | "
        "Every weekday on which this settlement may be visited is forbidden as well. | "
        "Change weekdays or forbidden_weekdays.",
    ),
    (
        '[[curfews]]\nhours = "21:00-05:00"',
        "scenario.toml:27:curfews[1].settlements | The curfew names no settlement, no hromada and no raion. | "
        "List at least one in settlements, hromadas or raions.",
    ),
    (
        '[[curfews]]\nhours = "late"\nraions = ["x"]',
        "scenario.toml:28:curfews[1].hours | “late” is not a span of clock times, or it ends before it begins. | "
        "Write it like this: 08:00-17:00.",
    ),
    (
        '[[curfews]]\nhours = "21:00-05:00"\nraions = ["x"]\nfirst = 2026-05-01\nlast = 2026-04-01',
        "scenario.toml:31:curfews[1].last | The span ends on 2026-04-01, before it begins on 2026-05-01. | "
        "Swap the two dates.",
    ),
    (
        '[[locks]]\nsettlement_id = "a"\nbus = "onne"',
        "scenario.toml:29:locks[1].bus | There is no bus “onne”. | Did you mean “one”?",
    ),
    (
        '[[locks]]\nsettlement_id = "a"\nbus = "zzz"',
        "scenario.toml:29:locks[1].bus | There is no bus “zzz”. | Known buses: one.",
    ),
    (
        '[[locks]]\nsettlement_id = "a"\nweek = 3',
        "scenario.toml:29:locks[1].week | The lock names week 3, but the cycle has 2. | "
        "Use a week of the cycle; 1 is the first.",
    ),
    (
        '[[locks]]\nsettlement_id = "a"\nposition = 0',
        "scenario.toml:29:locks[1].position | The position 0 means nothing. | "
        "Use 1 for the first call of the day, 2 for the second, or -1 for the last.",
    ),
    (
        '[[locks]]\nsettlement_id = "a"\ntime = "ten"',
        "scenario.toml:29:locks[1].time | “ten” is not a clock time. | Write it like this: 09:30.",
    ),
    (
        '[[locks]]\nsettlement_id = "a"\ntime = "10:02"',
        "scenario.toml:29:locks[1].time | “10:02” does not fit published times that are multiples of 5\xa0min. | "
        "Change it to a multiple, or change rules.grid_min.",
    ),
]


@pytest.mark.parametrize(("rows", "message"), MESSAGES)
def test_what_is_wrong_with_a_wish_is_said(rows, message):
    _, findings = read(rows)

    assert say(findings) == [message]


AREA_MESSAGES = [
    (
        '[[locks]]\nsettlement_id = "eastt"',
        "scenario.toml:28:locks[1].settlement_id | No settlement has the id “eastt”. | Did you mean “east”?",
    ),
    (
        '[[stops]]\nsettlement_id = "nowhere"',
        "scenario.toml:28:stops[1].settlement_id | No settlement has the id “nowhere”. | "
        "Put the settlement_id of a row of the settlement table, or give lat and lon instead.",
    ),
    (
        '[[curfews]]\nhours = "21:00-05:00"\nsettlements = ["easst"]',
        "scenario.toml:29:curfews[1].settlements | No settlement has the id “easst”. | Did you mean “east”?",
    ),
    (
        '[[curfews]]\nhours = "21:00-05:00"\nhromadas = ["Молодіжна"]',
        "scenario.toml:29:curfews[1].hromadas | No settlement lies in a hromada or raion called “Молодіжна”. | "
        "Write the name as in the settlement table.",
    ),
    (
        '[[curfews]]\nhours = "21:00-05:00"\nraions = ["Краматорський"]\nlast = 2026-03-08',
        "scenario.toml:30:curfews[1].last | The curfew 21:00-05:00 holds on 7 days of the cycle from 2026-03-02 to "
        "2026-03-15; the other days are planned without it. | "
        "Plan anew when it begins or ends. Leave out its dates to keep it on all days.",
    ),
]


@pytest.mark.parametrize(("rows", "message"), AREA_MESSAGES)
def test_what_a_wish_names_must_be_in_the_area(tmp_path: Path, rows, message):
    write_area(tmp_path / "area", scenario=SCENARIO + rows, settlements=SETTLEMENTS)

    _, report = read_area(tmp_path / "area")

    assert message in say(report.findings)
    wished = [finding for finding in report.findings if finding.place.column.startswith(("locks", "stops", "curfews"))]
    assert [finding.severity for finding in wished] == [Severity.NOTE if "holds on" in message else Severity.ERROR]
