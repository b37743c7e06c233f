"""Scenario: defaults, units, and every message."""

from __future__ import annotations

from datetime import date

import pytest
from areas import SCENARIO

from bibliobus.domain.fleet import DrivingRules, MealBreak, Shift
from bibliobus.domain.scenario import DwellRule, RhythmRule, Scenario, Weights
from bibliobus.findings import Finding
from bibliobus.inputs.files import InputFile
from bibliobus.inputs.norms import read_driving_rules
from bibliobus.inputs.scenario.read import read_scenario
from bibliobus.inputs.toml.file import scan_lines
from bibliobus.words.language import Language

BUS = SCENARIO[SCENARIO.index("[[buses]]") :]


def read(text: str) -> tuple[Scenario | None, list[Finding]]:
    """Scenario and findings of a text."""
    file, findings = read_scenario(InputFile("scenario.toml", text.encode()))
    return (file.scenario if file else None), findings


def test_defaults_are_those_of_the_documentation() -> None:
    scenario, findings = read(SCENARIO)

    assert findings == []
    assert scenario is not None
    assert (scenario.cycle.weeks, scenario.cycle.first_day) == (2, date(2026, 3, 2))
    assert scenario.rules.dwell == (
        DwellRule(0, 1200),
        DwellRule(200, 1800),
        DwellRule(500, 2700),
        DwellRule(1000, 3600),
    )
    assert scenario.rules.rhythm == (RhythmRule(0, 2),)
    assert (scenario.rules.library_radius_m, scenario.rules.grid_s, scenario.rules.buffer_share) == (3000, 300, 0.1)
    assert scenario.weights == Weights(100, 60, 1, 30, 30, 0, 1, 1, 0, 0.5, 30)
    bus = scenario.buses[0]
    assert bus.shift == Shift(8 * 3600, 17 * 3600, 8 * 3600)
    assert bus.meal_break == MealBreak(2700, 41400, 52200)
    assert bus.driving_rules == read_driving_rules()[0] == DrivingRules("ua_340", 32400, 16200, 2700, None, 14400)
    assert (bus.weekdays, bus.features) == ((0, 1, 2, 3, 4), ("ramp",))


@pytest.mark.parametrize(
    ("weeks", "rhythm"),
    [
        (1, (RhythmRule(0, 1),)),
        (2, (RhythmRule(0, 2),)),
        (3, (RhythmRule(0, 3),)),
        (4, (RhythmRule(0, 4), RhythmRule(200, 2))),
    ],
)
def test_the_default_rhythm_follows_the_cycle(weeks: int, rhythm: tuple[RhythmRule, ...]) -> None:
    scenario, findings = read(SCENARIO.replace("weeks = 2", f"weeks = {weeks}"))

    assert findings == []
    assert scenario is not None
    assert scenario.rules.rhythm == rhythm


def test_a_bus_may_have_no_break_and_no_driving_rules() -> None:
    scenario, findings = read(SCENARIO + 'break_min = 0\ndriving_rules = "none"\nweekdays = ["Пн", "Wed"]\n')

    assert findings == []
    assert scenario is not None
    assert (scenario.buses[0].meal_break, scenario.buses[0].driving_rules) == (None, None)
    assert scenario.buses[0].weekdays == (0, 2)


def test_a_depot_may_have_a_position_instead_of_a_settlement() -> None:
    scenario, findings = read(SCENARIO.replace('settlement_id = "town"', "lat = 48.7\nlon = 37.5"))

    assert findings == []
    assert scenario is not None
    assert (scenario.depots[0].lat, scenario.depots[0].lon) == (48.7, 37.5)


MESSAGES = [
    ("weeks = 2", "wekes = 2", "scenario.toml:8:cycle.wekes", "The key “wekes” is unknown. Did you mean “weeks”?"),
    (
        "weeks = 2",
        "zzz = 2",
        "scenario.toml:8:cycle.zzz",
        "The key “zzz” is unknown. Known keys here: first_day, weeks.",
    ),
    (
        "first_day = 2026-03-02",
        "",
        "scenario.toml:7:cycle.first_day",
        "The key “first_day” is missing. Add it; it has no default.",
    ),
    (
        "weight_t = 5.5",
        "weight_t = true",
        "scenario.toml:18:profiles[1].weight_t",
        "true is of the wrong kind: expected a number. Text is written in quotation marks; numbers and dates are not.",
    ),
    (
        'features = ["ramp"]',
        "features = {}",
        "scenario.toml:26:buses[1].features",
        "{…} is of the wrong kind: expected a list. Text is written in quotation marks; numbers and dates are not.",
    ),
    (
        'features = ["ramp"]',
        "features = [[1]]",
        "scenario.toml:26:buses[1].features[1]",
        "[…] is of the wrong kind: expected a text. Text is written in quotation marks; numbers and dates are not.",
    ),
    (
        "weeks = 2",
        "weeks = 9",
        "scenario.toml:8:cycle.weeks",
        "9 is out of range: expected at most 4. Check the number and its unit.",
    ),
    (
        'id = "base"',
        'id = " "',
        "scenario.toml:12:depots[1].id",
        " is out of range: expected a text that is not empty. Check the number and its unit.",
    ),
    (
        'language = "en"',
        'language = "ru"',
        "scenario.toml:5:language",
        "“ru” is not allowed here. Choose one of: uk, en.",
    ),
    (
        "2026-03-02",
        "2026-03-04",
        "scenario.toml:9:cycle.first_day",
        "2026-03-04 is not a Monday, but a cycle begins on one. The next Monday is 2026-03-09.",
    ),
    (
        'depot = "base"',
        'depot = "bass"',
        "scenario.toml:24:buses[1].depot",
        "There is no depot “bass”. Did you mean “base”?",
    ),
    (
        'profile = "lorry"',
        'profile = "x"',
        "scenario.toml:25:buses[1].profile",
        "There is no profile “x”. Known profiles: lorry.",
    ),
    (
        'settlement_id = "town"',
        "lat = 48.7",
        "scenario.toml:11:depots[1].settlement_id",
        "It is not said where this is. Give a settlement_id, or both lat and lon.",
    ),
    (BUS, "", "scenario.toml:buses", "The scenario lists no buses. Add at least one table [[buses]]."),
    (
        BUS,
        BUS + BUS,
        "scenario.toml:28:buses[2].id",
        "The id “one” is used twice in buses. Give each of them an id of its own.",
    ),
    (
        'features = ["ramp"]',
        'driving_rules = "ua_34"',
        "scenario.toml:26:buses[1].driving_rules",
        "There are no driving rules “ua_34”. Did you mean “ua_340”?",
    ),
    (
        'features = ["ramp"]',
        'weekdays = ["Funday"]',
        "scenario.toml:26:buses[1].weekdays",
        "“Funday” is not a weekday. Known weekdays: Mon, Tue, Wed, Thu, Fri, Sat, Sun.",
    ),
    (
        'features = ["ramp"]',
        "weekdays = []",
        "scenario.toml:26:buses[1].weekdays",
        'The bus runs on no weekday. List weekdays, such as ["Mon", "Tue"].',
    ),
    (
        'features = ["ramp"]',
        'shift = "8-17"',
        "scenario.toml:26:buses[1].shift",
        "“8-17” is not a span of clock times, or it ends before it begins. Write it like this: 08:00-17:00.",
    ),
    (
        'features = ["ramp"]',
        'shift = "08:00-08:00"',
        "scenario.toml:26:buses[1].shift",
        "“08:00-08:00” is not a span of clock times, or it ends before it begins. Write it like this: 08:00-17:00.",
    ),
    (
        'features = ["ramp"]',
        'shift = "08:02-17:00"',
        "scenario.toml:26:buses[1].shift",
        (
            "“08:02-17:00” does not fit published times that are multiples of 5\xa0min. Change it to a"
            " multiple, or change rules.grid_min."
        ),
    ),
    (
        'features = ["ramp"]',
        "break_min = 44",
        "scenario.toml:26:buses[1].break_min",
        (
            "“44” does not fit published times that are multiples of 5\xa0min. Change it to a multiple, or"
            " change rules.grid_min."
        ),
    ),
    (
        'features = ["ramp"]',
        'break_start = "07:00-12:00"',
        "scenario.toml:26:buses[1].break_start",
        (
            "The break of 45\xa0min that may start 07:00 to 12:00 does not lie inside the shift"
            " 08:00-17:00. Change break_start, break_min or shift."
        ),
    ),
    (
        BUS,
        BUS + "[rules]\nneed_factor_min = 4.0\n",
        "scenario.toml:28:rules.need_factor_min",
        "need_factor_min is 4, more than need_factor_max, which is 3. Swap them.",
    ),
    (
        BUS,
        BUS + "[[rules.rhythm]]\nfrom_population = 0\nweeks = 4\n",
        "scenario.toml:29:rules.rhythm[1].weeks",
        (
            "A visit every 4 weeks does not fit a cycle of 2 weeks. Use a number of weeks by which the cycle can be"
            " divided."
        ),
    ),
    (
        BUS,
        BUS + "[[rules.dwell]]\nfrom_population = 9\nminutes = 20\n",
        "scenario.toml:27:rules.dwell",
        (
            "No rule holds for the smallest settlements: the first begins at 9 residents. Let the first"
            " rule begin at from_population = 0."
        ),
    ),
    (
        BUS,
        BUS + 2 * "[[rules.dwell]]\nfrom_population = 0\nminutes = 20\n",
        "scenario.toml:31:rules.dwell[2].from_population",
        "Two rules begin at 0 residents. Keep one of them.",
    ),
    (
        BUS,
        BUS + "[[rules.dwell]]\nfrom_population = 0\nminutes = 500\n",
        "scenario.toml:29:rules.dwell[1].minutes",
        (
            "A stay of 8\xa0h\xa020\xa0min is longer than the working day of every bus. Shorten the stay, or"
            " lengthen shift and max_work_h of a bus."
        ),
    ),
    (
        BUS,
        BUS + "[[rules.dwell]]\nfrom_population = 0\nminutes = 22\n",
        "scenario.toml:29:rules.dwell[1].minutes",
        (
            "A stay of 22\xa0min does not fit published times that are multiples of 5\xa0min; it will last 25\xa0min."
            " Write the longer stay, or change rules.grid_min."
        ),
    ),
    (
        "weeks = 2",
        "weeks = = 2",
        "scenario.toml:8:cycle.weeks",
        ("This cannot be read: between key and value “=” is expected, not “= =” (line 8, column 7). Write: weeks = 2"),
    ),
    (
        "Bus 1",
        "B\\u0007",
        "scenario.toml:23:buses[1].name",
        (
            "“B\N{REPLACEMENT CHARACTER}” holds a line break or another character that cannot be"
            " printed. Type the text again. In a CSV file a missing quotation mark may have joined"
            " several rows."
        ),
    ),
]


@pytest.mark.parametrize(("old", "new", "place", "words"), MESSAGES)
def test_every_message_names_the_place_and_says_what_to_do(old: str, new: str, place: str, words: str) -> None:
    assert old in SCENARIO

    _, findings = read(SCENARIO.replace(old, new, 1))

    english = Language("en")
    assert [(str(f.place), f"{f.sentence.render(english)} {f.hint.render(english)}") for f in findings] == [
        (place, words)
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a = 1\na = 2\n", "the key “a” appears twice here, first in line 1 (line 2, column 1)"),
        ("[a]\n[a]\n", "the section [a] appears twice, first in line 1 (line 2, column 1)"),
        ("a = [1,", "a bracket is missing: [1, (line 1, column 5)"),
        ("a = " + "[" * 100_000, "brackets stand inside brackets too often"),
        ("a = " + "9" * 5000, f"“a = {'9' * 55}…” cannot be understood (line 1, column 1)"),
    ],
)
def test_broken_toml_is_told_in_words_of_ours(text: str, told: str) -> None:
    _, (finding,) = read_scenario(InputFile("scenario.toml", text.encode()))

    assert finding.sentence.render(Language("en")) == f"This cannot be read: {told}."


def test_broken_toml_is_told_in_ukrainian() -> None:
    _, (finding,) = read_scenario(InputFile("scenario.toml", b"a = ? 1\n"))

    assert finding.place.row == 1
    assert finding.sentence.render(Language("uk")) == (
        "Цього не вдається прочитати: «a = ? 1» не вдається зрозуміти (рядок 1, позиція 1)."
    )


@pytest.mark.parametrize(
    ("new", "english", "ukrainian"),
    [
        ("weight_t = 1234.5", "1,234.5 is out of range: expected at most 60.", "Значення 1\xa0234,5 поза межами"),
        ("weight_t = 0.0", "0 is out of range: expected at least 0.5.", "Значення 0 поза межами"),
        ("weight_t = -0.5", "-0.5 is out of range: expected at least 0.5.", "Значення -0,5 поза межами"),
        ("weight_t = 1e300", "1e+300 is out of range: expected at most 60.", "Значення 1e+300 поза межами"),
        ("weight_t = nan", "nan is out of range: expected at most 60.", "Значення nan поза межами"),
    ],
)
def test_limits_have_the_marks_of_the_language(new: str, english: str, ukrainian: str) -> None:
    _, (finding,) = read(SCENARIO.replace("weight_t = 5.5", new, 1))

    assert finding.sentence.render(Language("en")) == english
    assert finding.sentence.render(Language("uk")).startswith(ukrainian)


def test_too_long_a_name_is_told_with_a_plural() -> None:
    _, (finding,) = read(SCENARIO.replace('"Bus 1"', f'"{"B" * 201}"', 1))

    assert finding.sentence.render(Language("en")).endswith("is out of range: expected at most 200 characters.")
    assert finding.sentence.render(Language("uk")).endswith("щонайбільше 200 символів.")


def test_unknown_keys_do_not_hide_other_problems() -> None:
    _, findings = read(SCENARIO.replace("weeks = 2", "wekes = 2").replace("2026-03-02", "2026-03-03"))

    assert [finding.code for finding in findings] == ["unknown-key", "not-a-monday"]


def test_lines_are_not_found_inside_long_texts() -> None:
    lines = scan_lines('a = """\nb = 1\n"""\nb = 2\n[c.d]\ne.f = 1\n', "x.toml")

    assert lines.lines == {"a": 1, "b": 4, "c.d": 5, "c.d.e.f": 6}
    assert str(lines.place("c", "d", "zzz")) == "x.toml:5:c.d.zzz"
    assert str(lines.place("zzz", 0)) == "x.toml:zzz[1]"
