"""A plan made by hand: two weeks, two buses, eight settlements, everything a report can meet."""

from __future__ import annotations

from datetime import date

import pytest
from defaults import default_promises, default_rules, default_weights

from bibliobus.domain.calendar import Cycle
from bibliobus.domain.fleet import Bus, Depot, MealBreak, Shift
from bibliobus.domain.places import Library, Settlement
from bibliobus.domain.roads import RoadRow, RoadTable
from bibliobus.domain.scenario import DwellRule, RhythmRule, Scenario
from bibliobus.inputs.area import Dataset
from bibliobus.plan.measure.figures import measure_plan
from bibliobus.plan.plan import Account, Call, Leg, Pause, Plan, Provenance, Reason, Standing, Tour
from bibliobus.words.language import Language, parse_clock

BASE = "depot/base"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Folder of real timetables, which do not come with the program."""
    parser.addoption("--timetables", metavar="DIR", help="folder with midlothian.csv and other timetables of services")


@pytest.fixture
def uncomposed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without composing, which proves the best plan of a tiny area after one step, a search goes on to its end."""
    monkeypatch.setattr("bibliobus.solve.periodic.search.open_composer", lambda *_: None)


LEFT_OUT = ("slow", "upkeep")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """
    Leave out slow tests and those about the state of the sources, unless ``-m`` or the path of their file asks for it.

    Who tries the program waits for five minutes at most. What holds of the sources holds under the versions of
    constraints.txt: whoever installs bibliobus gets newer ones, and a library that spells something in another way next
    year says nothing about the program. An ``-m`` in addopts would be lost with any other.
    """
    unasked = [marker for marker in LEFT_OUT if marker not in config.option.markexpr]
    named = {(config.invocation_params.dir / argument.partition("::")[0]).resolve() for argument in config.args}
    # Few are marked, and to ask the disk for the place of a file takes longer than all the rest of this.
    left = [
        item
        for item in items
        if any(item.get_closest_marker(marker) for marker in unasked) and item.path.resolve() not in named
    ]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


TODAY = date(2026, 2, 2)
"""Day on which all tests run: four weeks before the first day of most plans in them."""


@pytest.fixture(autouse=True)
def fixed_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock, which commands alone ask."""
    monkeypatch.setattr("bibliobus.cli.clock.find_today", lambda: TODAY)


def _at(clock: str) -> int:
    """Seconds after midnight."""
    return parse_clock(clock)


def _leg(start: str, end: str, leave: str, arrive: str, length_m: int) -> Leg:
    """Drive that takes four fifths of its time, the rest is reserve."""
    return Leg(start, end, _at(leave), _at(arrive), (_at(arrive) - _at(leave)) * 4 // 5, length_m)


def _call(settlement_id: str, start: str, end: str) -> Call:
    """Stay."""
    return Call(settlement_id, _at(start), _at(end))


def _bus(number: str) -> Bus:
    """Bus of the only depot."""
    shift = Shift(_at("8:00"), _at("17:00"), 8 * 3600)
    meal = MealBreak(45 * 60, _at("11:30"), _at("14:30"))
    return Bus(f"bus{number}", f"Bus {number}", "base", "lorry", (), (0, 1, 2, 3, 4), shift, meal, None)


def _settlement(settlement_id: str, uk: str, latin: str, hromada: str, population: int | None) -> Settlement:
    """Village."""
    return Settlement(settlement_id, uk, latin, "C", "Північний", hromada, 48.5, 37.25, population)


SETTLEMENTS = (
    _settlement("garden", "Ґанок", "Ganok", "Мала", 1600),
    _settlement("hanna", "Ганнівка", "Hannivka", "Мала", 1700),
    _settlement("ivan-far", "Іванівка", "Ivanivka", "Далека", 90),
    _settlement("ivan-near", "Іванівка", "Ivanivka", "Мала", 400),
    _settlement("near", "Ближнє", "Blyzhnie", "Мала", 300),
    _settlement("town", "Місто", "Misto", "Мала", 12000),
    _settlement("yelyz", "Єлизаветівка", "Yelyzavetivka", "Мала", None),
    _settlement("yizhak", "Їжаківка", "", "Далека", 250),
)


def _served(settlement_id: str, population: int, weeks: int) -> Account:
    """Account of a settlement with a bus."""
    return Account(settlement_id, Standing.SERVED, population, population, weeks, "central", 9000)


ACCOUNTS = (
    _served("garden", 1600, 1),
    _served("hanna", 1700, 1),
    Account("ivan-far", Standing.UNSERVED, 90, 120, 2, "", None, Reason("no-road", True)),
    _served("ivan-near", 400, 2),
    Account("near", Standing.NOT_NEEDED, 300, 0, 0, "central", 2400),
    Account("town", Standing.NOT_NEEDED, 12000, 0, 0, "central", 0),
    Account(
        "yelyz",
        Standing.UNSERVED,
        200,
        210,
        2,
        "central",
        11500,
        Reason("day-full", False, {"day": 8, "needed": 30600, "limit": 28800}),
    ),
    _served("yizhak", 250, 2),
)

TOURS = (
    Tour(
        "bus1",
        0,
        (
            _leg(BASE, "hanna", "8:00", "8:50", 24500),
            _call("hanna", "9:00", "10:00"),
            _leg("hanna", "garden", "10:00", "10:20", 9000),
            _call("garden", "10:20", "11:20"),
            _leg("garden", "ivan-near", "11:20", "11:40", 8200),
            Pause("ivan-near", _at("11:40"), _at("12:25")),
            _call("ivan-near", "12:30", "13:00"),
            _leg("ivan-near", BASE, "13:00", "13:45", 21300),
        ),
    ),
    Tour(
        "bus1",
        7,
        (
            _leg(BASE, "hanna", "8:15", "9:05", 24500),
            _call("hanna", "9:05", "10:05"),
            _leg("hanna", "garden", "10:05", "10:20", 9000),
            _call("garden", "10:20", "11:20"),
            _leg("garden", BASE, "11:20", "12:00", 20000),
            Pause(BASE, _at("12:15"), _at("13:00")),
        ),
    ),
    Tour(
        "bus2",
        8,
        (
            Pause(BASE, _at("11:30"), _at("12:15")),
            _leg(BASE, "yizhak", "12:30", "13:30", 31000),
            _call("yizhak", "13:30", "14:00"),
            _leg("yizhak", BASE, "14:00", "15:00", 31000),
        ),
    ),
)


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    """Eight settlements, one library, one depot, two buses, a road table of one row."""
    scenario = Scenario(
        title_uk="Мала земля",
        title_en="Small land",
        notice_uk="Це приклад.",
        notice_en="This is an example.",
        data_date="2021",
        attribution="GeoNames (CC BY 4.0)",
        language="uk",
        cycle=Cycle(2, date(2026, 3, 2)),
        depots=(Depot("base", "Central library", "town"),),
        profiles=(),
        buses=(_bus("1"), _bus("2")),
        rules=default_rules(
            dwell=(DwellRule(0, 1800),), rhythm=(RhythmRule(0, 2),), default_population=200, need_factor_min=0.5
        ),
        weights=default_weights(need=1.0, bus_day=120.0, same_time=0.0),
        promises=default_promises(),
    )
    return Dataset(
        area_id="small",
        scenario=scenario,
        settlements=SETTLEMENTS,
        libraries=(Library("central", "Town library", "town", None, None, "assumed for the test"),),
        roads=RoadTable((RoadRow("town", "hanna", 24500, "tertiary", source="estimate"),), "roads.csv", True),
        digests={"settlements.csv": "sha256:aa", "scenario.toml": "sha256:bb"},
    )


@pytest.fixture(scope="session")
def plan() -> Plan:
    """Three tours; hanna at two clock times, garden at one, four settlements without a bus."""
    return Plan(
        area_id="small",
        language="uk",
        cycle=Cycle(2, date(2026, 3, 2)),
        estimated=True,
        tours=TOURS,
        accounts=ACCOUNTS,
        figures=measure_plan(TOURS, ACCOUNTS),
        provenance=Provenance(
            version="0.1.0",
            solver="ortools",
            seed=7,
            iterations=300,
            status="feasible",
            ended_by="budget",
            cost=123456,
            bound=100000,
            weights={"need": 1.0, "hour": 60.0, "km": 1.0, "bus_day": 120.0},
            digests={"settlements.csv": "sha256:aa", "scenario.toml": "sha256:bb"},
        ),
    )


@pytest.fixture(scope="session")
def english() -> Language:
    """English, whose words are those of the source."""
    return Language("en")


@pytest.fixture(scope="session")
def ukrainian() -> Language:
    """Ukrainian."""
    return Language("uk")
