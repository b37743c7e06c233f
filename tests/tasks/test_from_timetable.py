"""An area and the plan of today are made from a timetable, and every other command can use them."""

from __future__ import annotations

import pytest
from areas import say
from folders import read_folder
from hypothesis import given, settings
from hypothesis import strategies as st
from made import Made
from timetables import FARM, MILL, SCHOOL, write_rows

from bibliobus.domain.fleet import MealBreak, Shift
from bibliobus.findings import InputError, UsageError
from bibliobus.inputs.files import InputFile
from bibliobus.inputs.timetables.cycle import build_timetable
from bibliobus.inputs.timetables.rows import read_timetable
from bibliobus.output.exchange.texts import render_timetable_csv
from bibliobus.plan.plan import Call, Leg, Pause, Standing
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.check import check_area
from bibliobus.tasks.plan import plan_area
from bibliobus.tasks.reopen import verify_folder
from bibliobus.tasks.start import Today, init_from_timetable
from bibliobus.words.language import HOUR_S, MINUTE_S, format_clock

BASE = (48.7, 37.5)


@pytest.fixture
def make(tmp_path):
    """Make an area from rows; the base lies at the school."""

    def call(*rows: dict[str, str], base: tuple[float, float] | None = BASE) -> Today:
        file = tmp_path / "today.csv"
        file.write_text(write_rows(*rows), encoding="utf-8")
        return init_from_timetable(file, tmp_path / "mine", base=base, force=True)

    return call


def list_times(today: Today) -> list[str]:
    """Rows of the first tour, as a reader sees them."""
    return [
        f"{format_clock(row.leave_s)} {row.from_id} - {format_clock(row.arrive_s)} {row.to_id}"
        if isinstance(row, Leg)
        else f"{format_clock(row.start_s)}-{format_clock(row.end_s)} "
        + (row.settlement_id if isinstance(row, Call) else f"break at {row.place_id}")
        for row in today.plan.tours[0].rows
    ]


def test_the_plan_of_today_has_the_times_of_the_timetable_and_keeps_every_rule(make, tmp_path):
    today = make(SCHOOL, MILL, FARM)

    assert list_times(today) == [
        "10:00 depot/base - 10:00 oak-school",
        "10:00-10:30 oak-school",
        "10:30 oak-school - 10:45 oak-mill",
        "10:45-11:30 oak-mill",
        "11:30-12:15 break at oak-mill",
        "12:15 oak-mill - 12:35 oak-farm",
        "12:35-14:00 oak-farm",
        "14:00 oak-farm - 14:15 depot/base",
    ]
    assert today.broken.findings == ()
    assert today.report.findings == ()
    assert {account.standing for account in today.plan.accounts} == {Standing.SERVED}
    plan, _, report = verify_folder(tmp_path / "mine" / "today.json")
    assert plan == today.plan
    assert report.findings == ()


def test_the_area_asks_for_what_is_driven_today_and_no_more(make):
    scenario = make(SCHOOL, MILL, FARM).prepared.dataset.scenario

    (bus,) = scenario.buses
    assert (bus.name, bus.weekdays, bus.driving_rules) == ("Bus", (0,), None)
    assert bus.shift == Shift(10 * HOUR_S, 14 * HOUR_S + 15 * MINUTE_S, 3 * HOUR_S + 30 * MINUTE_S)
    assert bus.meal_break == MealBreak(45 * MINUTE_S, 11 * HOUR_S + 30 * MINUTE_S, 13 * HOUR_S + 30 * MINUTE_S)
    assert (scenario.rules.buffer_share, scenario.rules.buffer_min_s, scenario.rules.grid_s) == (0, 0, 5 * MINUTE_S)
    assert (scenario.depots[0].lat, scenario.depots[0].lon) == BASE
    assert (scenario.title_uk, scenario.title_en, scenario.language) == ("Hromada", "Hromada", "en")
    assert "Base and roads are assumed" in scenario.notice_en
    assert "Базу й дороги припущено" in scenario.notice_uk


def test_every_other_command_can_use_the_area(make, tmp_path):
    today = make(SCHOOL, MILL, FARM)

    understood, report = check_area(tmp_path / "mine")
    planned = plan_area(tmp_path / "mine", tmp_path / "plan", options=SearchOptions(iterations=5))

    assert report.errors == ()
    assert (understood.settlements, understood.visits, understood.estimated) == (3, 3, True)
    assert planned.plan.figures["visits"] == today.plan.figures["visits"]
    assert planned.plan.figures["driving_s"] <= today.plan.figures["driving_s"]


def test_without_a_base_it_is_the_median_of_the_visits(make):
    today = make(SCHOOL, MILL | {"frequency": "FREQ=WEEKLY"}, FARM, base=None)

    (depot,) = today.prepared.dataset.scenario.depots
    assert today.base_assumed
    assert (depot.lat, depot.lon) == (48.7, 37.55)


def test_rules_that_are_broken_today_are_shown_and_stop_nothing(make, tmp_path):
    today = make(
        SCHOOL, MILL | {"arrival": "10:35", "departure": "13:00"}, FARM | {"arrival": "13:10", "departure": "15:00"}
    )

    assert say(today.broken.findings) == [
        "bus/0 | From Oak – School to Oak – Mill the plan allows 5\xa0min; with reserve the drive takes 14\xa0min. | "
        "Give the leg more time.",
        "bus/0 | From Oak – Mill to Oak – Farm the plan allows 10\xa0min; with reserve the drive takes 18\xa0min. | "
        "Give the leg more time.",
    ]
    assert (tmp_path / "mine" / "today.json").is_file()


def test_a_break_that_is_short_or_missing_today_is_shown(make):
    rows = [SCHOOL, MILL, FARM]
    tuesday = [row | {"day": "Tuesday", "start": "2026-03-03"} for row in rows]
    short = [row | {"start": "2026-03-09"} for row in (SCHOOL, MILL, FARM | {"arrival": "12:20"})]
    none = MILL | {"departure": "14:35", "day": "Tuesday", "start": "2026-03-10"}

    today = make(*rows, *tuesday, *short, none)

    assert say(today.broken.findings) == [
        "bus/7 | The meal break lasts 30\xa0min; it has to last 45\xa0min. | Make the break longer.",
        "bus/8 | The tour has 0 meal breaks; it needs exactly one. | Give the crew one meal break.",
    ]


def test_waiting_counts_as_work_of_today_but_not_into_the_limit(make):
    today = make(SCHOOL, MILL, FARM | {"arrival": "12:55"})

    assert say(today.broken.findings) == [
        "bus/0 | The crew works 3\xa0h\xa030\xa0min without the meal break; the limit is 3\xa0h\xa010\xa0min. | "
        "Drop a call, or move it to another day."
    ]


@pytest.mark.parametrize(
    ("arrival", "departure", "expected"),
    [
        ("08:00", "11:00", "11:30-12:15 break at depot/base"),
        ("13:00", "16:00", "12:15-13:00 break at depot/base"),
    ],
    ids=["after the tour", "before the tour"],
)
def test_half_a_day_leaves_the_break_to_the_depot(make, arrival, departure, expected):
    other = {"day": "Tuesday", "start": "2026-03-03"}

    today = make(
        SCHOOL | {"arrival": arrival, "departure": departure}, SCHOOL | other | {"arrival": "09:00"}, FARM | other
    )

    assert expected in list_times(today)
    assert not any(finding.place.tour_id == "bus/0" for finding in today.broken.findings)


def test_times_off_the_five_minutes_are_kept_on_a_finer_grid(make):
    today = make(SCHOOL | {"arrival": "10:02"}, MILL | {"arrival": "10:44"})

    assert today.prepared.dataset.scenario.rules.grid_s == MINUTE_S
    assert today.broken.findings == ()


def test_stops_with_ukrainian_names_make_a_ukrainian_area(make):
    today = make(SCHOOL | {"community": "Осикове", "stop": "Клуб"})

    (settlement,) = today.prepared.dataset.settlements
    assert today.plan.language == "uk"
    assert (settlement.settlement_id, settlement.name_uk, settlement.name_latin) == (
        "осикове-клуб",
        "Осикове – Клуб",
        "",
    )
    assert settlement.hromada == "Осикове"
    assert today.prepared.dataset.scenario.depots[0].name == "Припущена база"


def test_a_timetable_with_an_error_writes_nothing_and_tells_the_warnings_too(make, tmp_path):
    with pytest.raises(InputError) as caught:
        make(SCHOOL | {"start": "2026-03-04"}, MILL | {"arrival": "x"})

    assert [finding.code for finding in caught.value.findings] == ["timetable-start-on-other-day", "timetable-bad-time"]
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize(("content", "code"), [(None, "not-a-file"), (b"", "table-empty"), (b"\x00\x01", "not-text")])
def test_a_file_that_is_no_table_is_told(tmp_path, content, code):
    file = tmp_path / "today.csv"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(InputError) as caught:
        init_from_timetable(file, tmp_path / "mine")

    assert [(finding.code, finding.place.file) for finding in caught.value.findings] == [(code, "today.csv")]


def test_a_folder_in_the_way_is_never_deleted(make, tmp_path):
    make(SCHOOL)
    (tmp_path / "mine" / "settlements.csv").write_bytes(b"my work")

    with pytest.raises(UsageError):
        init_from_timetable(tmp_path / "today.csv", tmp_path / "mine")
    make(SCHOOL)

    assert (tmp_path / "mine-old" / "settlements.csv").read_bytes() == b"my work"


def test_the_same_timetable_gives_the_same_bytes(make, tmp_path):
    make(SCHOOL, MILL, FARM)
    first = read_folder(tmp_path / "mine")

    make(SCHOOL, MILL, FARM)

    assert read_folder(tmp_path / "mine") == first
    assert first.keys() == {"scenario.toml", "settlements.csv", "today.json"}


@st.composite
def any_rows(draw: st.DrawFn) -> list[dict[str, str]]:
    """Rows of a week of two buses with times on five minutes, all different."""
    spots = draw(st.lists(st.integers(0, 40), min_size=1, max_size=8, unique=True))
    rows = []
    for spot in spots:
        day, start = draw(st.integers(0, 4)), draw(st.integers(96, 200))
        weeks = draw(st.sampled_from([1, 2, 4]))
        rows.append(
            {
                "mobile": draw(st.sampled_from(["North", "South"])),
                "stop": f"Stop {spot}",
                "geoy": f"{48.5 + spot / 100:.2f}",
                "day": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"][day],
                "arrival": f"{start // 12}:{start % 12 * 5:02d}",
                "departure": f"{(start + 6) // 12}:{(start + 6) % 12 * 5:02d}",
                "frequency": f"FREQ=WEEKLY;INTERVAL={weeks}",
                "start": f"2026-03-{2 + day + 7 * draw(st.integers(0, weeks - 1)):02d}",
            }
        )
    return rows


def list_visits(content: bytes) -> list[tuple[object, ...]]:
    """Visits of a timetable: where, when and how often, in a cycle that starts on the same Monday for all."""
    rows, findings = read_timetable(InputFile("today.csv", content))
    assert rows is not None, findings
    return sorted(
        (row.lat, row.lon, row.weekday, row.start_s, row.end_s, row.recurrence.weeks, row.first.isoformat(), row.mobile)
        for row in rows
    )


@settings(max_examples=25, deadline=None)
@given(any_rows())
def test_what_is_read_is_what_the_plan_of_today_gives_out_again(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("round")
    text = write_rows(*rows).encode()
    (folder / "today.csv").write_bytes(text)

    today = init_from_timetable(folder / "today.csv", folder / "mine")

    given_out = render_timetable_csv(Made(today.plan, today.prepared.dataset).view(), endless=True)
    assert list_visits(given_out) == list_visits(text)
    read_again, _ = read_timetable(InputFile("again.csv", given_out))
    assert read_again is not None
    again, findings = build_timetable(read_again, "again.csv")
    assert findings == []
    assert again.cycle == today.plan.cycle


HOSTILE = {
    "mobile": ["Bus", "", "depot/x", "=1+1", "=2", "\u202eBus", "x" * 130],
    "stop": ["School", "«Ліцей №1»", "'", "{x}", "-", "a\tb"],
    "community": ["", "Oak", "]]\\", "library/oak"],
    "geox": ["37.5", "37,5", "", "200", "nan"],
    "geoy": ["48.7", "48.71", "-90", "abc"],
    "day": ["Monday", "Sunday", "пн", "8"],
    "arrival": ["00:05", "9:00", "23:50", "24:00", "-1:00"],
    "departure": ["00:10", "9:01", "18:59", "24:00", ""],
    "frequency": ["1", "3", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY;INTERVAL=3;BYDAY=-1MO", "52", "x"],
    "start": ["2026-03-02", "2099-12-31", "2000-01-01", "29.02.2025"],
    "end": ["", "2100-12-31", "2026-03-01"],
}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(sorted(HOSTILE)), st.integers(0, 6), max_size=4), max_size=4))
def test_any_table_gives_a_usable_area_or_findings(tmp_path_factory, choices):
    rows = [{name: HOSTILE[name][at % len(HOSTILE[name])] for name, at in choice.items()} for choice in choices]
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "today.csv").write_text(write_rows(*rows), encoding="utf-8")

    try:
        today = init_from_timetable(folder / "today.csv", folder / "mine")
    except InputError as error:
        assert error.findings
        assert not (folder / "mine").exists()
        return

    plan, _, report = verify_folder(folder / "mine" / "today.json")
    assert plan == today.plan
    assert report == today.broken


def test_a_pause_is_never_taken_while_the_bus_drives_or_is_open(make):
    today = make(SCHOOL, MILL, FARM)

    rows = today.plan.tours[0].rows
    (pause,) = (row for row in rows if isinstance(row, Pause))
    others = [(row.leave_s, row.arrive_s) if isinstance(row, Leg) else (row.start_s, row.end_s) for row in rows]
    assert sum(start < pause.end_s and pause.start_s < end for start, end in others) == 1
