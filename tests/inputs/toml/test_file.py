"""TOML as people write it: every mistake is named with its line and its right form, and nothing else is."""

from __future__ import annotations

import re
import time
import tomllib
from importlib import resources
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bibliobus.inputs.files import InputFile
from bibliobus.inputs.norms import load_norm, read_norm
from bibliobus.inputs.scenario.read import read_scenario
from bibliobus.inputs.toml.file import parse_toml
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from collections.abc import Callable

    from bibliobus.findings import Finding

ENGLISH, UKRAINIAN = Language("en"), Language("uk")
SAMPLES = ("kramatorsk", "donetsk", "neubrandenburg")
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def load_scenario(name: str) -> str:
    """Scenario of a sample area."""
    return (resources.files("bibliobus.samples") / name / "scenario.toml").read_text(encoding="utf-8")


def tell(findings: list[Finding]) -> list[str]:
    """Sentence and hint of each finding in English."""
    return [f"{finding.sentence.render(ENGLISH)} → {finding.hint.render(ENGLISH)}" for finding in findings]


def read_line(line: str) -> list[Finding]:
    """Findings of a file of one line."""
    document, findings = parse_toml(f"{line}\n", "scenario.toml")
    assert document is None
    return findings


RIGHT_FORMS = [
    ("max_work_h = 8,5", "8,5", "8.5"),
    ("max_work_h = ,5", ",5", "0.5"),
    ("speed_factor = .9", ".9", "0.9"),
    ("weight_t = 12.", "12.", "12.0"),
    ("weeks = 02", "02", "2"),
    (f"people = 12{NO_BREAK_SPACE}500,5", f"12{NO_BREAK_SPACE}500,5", "12500.5"),
    ("people = 1 000", "1 000", "1000"),
    ("people = 1.234,5", "1.234,5", "1234.5"),
    ("first_day = 02.03.2026", "02.03.2026", "2026-03-02"),
    ("first_day = 2.3.26", "2.3.26", "2026-03-02"),
    ("first_day = 02.03.2026 р.", "02.03.2026 р.", "2026-03-02"),
    ("first_day = 2026/03/02", "2026/03/02", "2026-03-02"),
    ("first_day = 2026-3-2", "2026-3-2", "2026-03-02"),
    ("first_day = 2026–03–02", "2026–03–02", "2026-03-02"),
    ("first_day = 25/03/2026", "25/03/2026", "2026-03-25"),
    ("first_day = 2 березня 2026 року", "2 березня 2026 року", "2026-03-02"),
    ("first_day = March 2, 2026", "March 2, 2026", "2026-03-02"),
    ("shift = 08:00-17:00", "08:00-17:00", '"08:00-17:00"'),
    ("shift = 8:00 – 17:00", "8:00 – 17:00", '"08:00-17:00"'),
    ("shift = 8.00-17.00", "8.00-17.00", '"08:00-17:00"'),
    ("shift = з 8:00 до 17:00", "з 8:00 до 17:00", '"08:00-17:00"'),
    ("at = 8:30", "8:30", '"08:30"'),
    ("windows = 09:00-15:00; 16:00-17:00", "09:00-15:00; 16:00-17:00", '"09:00-15:00; 16:00-17:00"'),
    ("windows = Mon 09:00-15:00; Sat 10:00-12:00", "Mon 09:00-15:00; Sat 10:00-12:00", None),
    ("break_min = 45 хв", "45 хв", "45"),
    ("break_min = 45хв.", "45хв.", "45"),
    ("break_min = 45 min", "45 min", "45"),
    ("break_min = 1 год", "1 год", "60"),
    ("max_work_h = 8 год", "8 год", "8"),
    ("max_work_h = 8 год 30 хв", "8 год 30 хв", "8.5"),
    ("max_work_h = 510 хвилин", "510 хвилин", "8.5"),
    ("height_m = 3,1 м", "3,1 м", "3.1"),
    ("weight_t = 5500 кг", "5500 кг", "5.5"),
    ("cycle_weeks = 14 днів", "14 днів", "2"),
    ("fuel = 60 грн", "60 грн", "60"),
    ("buffer_percent = 10 %", "10 %", "10"),
    ("school_terms_only = так", "так", "true"),
    ("school_terms_only = Ні", "Ні", "false"),
    ("school_terms_only = True", "True", "true"),
    ("school_terms_only = no", "no", "false"),
    ("school_terms_only = truе", "truе", "true"),
    ("name = «Центральна»", "«Центральна»", '"Центральна"'),
    ("name = “Central”", "“Central”", '"Central"'),
    ("name = „Zentrale“", "„Zentrale“", '"Zentrale"'),
    ("name = „Центральна”", "„Центральна”", '"Центральна"'),
    ("name = ’Central’", "’Central’", '"Central"'),
    ("name = 'Central\"", "'Central\"", '"Central"'),
    ("weeks = 2 тижня", "2 тижня", "2"),
    ("max_work_h = 8 часов", "8 часов", "8"),
    ("name = `Central`", "`Central`", '"Central"'),
    ('name = "Central”', '"Central”', '"Central"'),
    ("name = «Книгарня «Є»»", "«Книгарня «Є»»", '"Книгарня «Є»"'),
    ('name = "Central', '"Central', '"Central"'),
    ("name = 'Central", "'Central", '"Central"'),
    ('name = Central"', 'Central"', '"Central"'),
    ("name = Слов’янськ", "Слов’янськ", '"Слов’янськ"'),
    ("language = uk", "uk", '"uk"'),
    ("phone = 0501234567", "0501234567", '"0501234567"'),
    ("phone = 050 123-45-67", "050 123-45-67", '"050 123-45-67"'),
    ('name = "Бібліотека "Мрія""', '"Бібліотека "Мрія""', "'Бібліотека \"Мрія\"'"),
    ("name = 'Слов'янськ'", "'Слов'янськ'", '"Слов\'янськ"'),
    ('folder = "C:\\Users\\bus"', '"C:\\Users\\bus"', "'C:\\Users\\bus'"),
    ('folder = "D:\\maps\\"', '"D:\\maps\\"', "'D:\\maps\\'"),
    ('weekdays = ["Mon" "Tue"]', '"Mon"', '"Mon",'),
    ('weekdays = ["Mon", "Tue', '"Tue', '"Tue"'),
    ('weekdays = ["Mon, "Tue"]', '"Mon', '"Mon"'),
    ('weekdays = ["Mon", "Tue"', '["Mon", "Tue"', None),
    ('weekdays = ("Mon", "Tue")', '("Mon", "Tue")', '["Mon", "Tue"]'),
    ('weekdays = [«Mon», "Tue"]', "«Mon»", '"Mon"'),
    ("days_off = [2026-03-02, 03.03.2026]", "03.03.2026", "2026-03-03"),
    ("span = { from = 2026-03-02, to = 09.03.2026 }", "09.03.2026", "2026-03-09"),
    ("wеeks = 2", "wеeks", "weeks"),
    ("max work h = 8", "max work h", "max_work_h"),
    ("«weeks» = 2", "«weeks»", "weeks"),
    ("weeks: 2", ":", "weeks = 2"),
    ("weeks := 2", ":=", "weeks = 2"),
    ("weeks == 2", "==", "weeks = 2"),
    ("weeks 2", "weeks", "weeks = 2"),
    ("[[buses]", "[[buses]", "[[buses]]"),
    ("[cycle", "[cycle", "[cycle]"),
    ("cycle]", "cycle]", "[cycle]"),
    ("[ [buses] ]", "[ [buses] ]", "[[buses]]"),
    ("[сycle]", "сycle", "cycle"),
    ("; a remark", ";", "# a remark"),
    ("// a remark", "//", "# a remark"),
    ("weeks = 2 // two", "//", "# two"),
    ("weeks = 2 ; two", ";", "# two"),
]


@pytest.mark.parametrize(("line", "found", "right"), RIGHT_FORMS, ids=[line for line, _, _ in RIGHT_FORMS])
def test_a_mistake_is_told_with_its_right_form(line: str, found: str, right: str | None) -> None:
    (finding, *others) = read_line(line)

    words = tell([finding])[0]
    assert others == [] or line.endswith('"Tue')
    assert finding.code == "toml-broken"
    assert (finding.place.file, finding.place.row) == ("scenario.toml", 1)
    assert f"(line 1, column {line.index(found) + 1})" in words
    assert found in words
    if right is not None:
        assert words.endswith(f": {right}")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("first_day = 2/3/2026", "“2/3/2026” is not how a date is written here"),
        ("people = 1,234", "the number “1,234” has a decimal comma"),
    ],
)
def test_what_only_the_writer_knows_is_left_to_the_writer(line: str, message: str) -> None:
    (words,) = tell(read_line(line))

    assert message in words
    assert words.endswith(("2026-03-02 or 2026-02-03", "1.234 or 1234"))


@pytest.mark.parametrize(
    ("line", "message", "advice"),
    [
        ("first_day = 31.02.2026", "the calendar has no date “31.02.2026”", "Correct the date."),
        ("first_day = 2026-02-30", "the calendar has no date “2026-02-30”", "Correct the date."),
        ("weeks =", "the key “weeks” has no value", "Write one after the “=”, or put # in front of the line."),
        ("note = null", "“null” is not a value", "Put # in front of the line if there is nothing to say."),
        ("weeks = 2,", "nothing may follow the value: “,”", "Delete it."),
        ("weeks = 2;", "nothing may follow the value: “;”", "Delete it."),
        ('days = ["Mon"; "Tue"]', "“;” stands between the values of a list", "Write a comma instead."),
        (
            f"weeks ={NO_BREAK_SPACE}2",
            "there is a space of another kind or an invisible character",
            "Type it again with an ordinary space.",
        ),
        (
            "тижні = 2",
            "“тижні” cannot be a key",
            "Keys have Latin letters, as in the scenario that “bibliobus init” writes.",
        ),
        (
            "Зміна: найраніший виїзд",
            "“Зміна: найраніший виїзд” is neither a key with a value nor a section",
            "Write key = value; in front of a remark put #.",
        ),
        (
            "Shift: the earliest leaving",
            "“Shift: the earliest leaving” is neither a key with a value nor a section",
            "Write key = value; in front of a remark put #.",
        ),
        (
            "break_min = 5 км",
            "“break_min = 5 км” cannot be understood",
            "Compare the line with the scenario that “bibliobus init” writes.",
        ),
        (
            "people = 40 садиб",
            "“people = 40 садиб” cannot be understood",
            "Compare the line with the scenario that “bibliobus init” writes.",
        ),
        (
            "shift = 25:00-30:00",
            "“shift = 25:00-30:00” cannot be understood",
            "Compare the line with the scenario that “bibliobus init” writes.",
        ),
        (
            "weeks = 2 first_day = 2026-03-02",
            "“weeks = 2 first_day = 2026-03-02” cannot be understood",
            "Compare the line with the scenario that “bibliobus init” writes.",
        ),
    ],
)
def test_what_has_no_certain_right_form_gets_none(line: str, message: str, advice: str) -> None:
    (words,) = tell(read_line(line))

    assert re.sub(r" \(line 1, column \d+\)\.", "", words) == f"This cannot be read: {message} → {advice}"


def test_keys_and_sections_that_stand_twice_are_told_with_the_first_line() -> None:
    text = 'a = 1\na = 2\n[cycle]\nweeks = 2\nweeks = 4\n[[buses]]\nid = "a"\n[buses]\nid = "b"\n[cycle]\nweeks = 3\n'

    document, findings = parse_toml(text, "scenario.toml")

    assert document is None
    assert [finding.place.row for finding in findings] == [2, 5, 8, 10, 11]
    told = tell(findings)
    assert "the key “a” appears twice here, first in line 1" in told[0]
    assert "the key “weeks” appears twice here, first in line 4" in told[1]
    assert told[2].endswith("→ Write: [[buses]]")
    assert "the section [cycle] appears twice, first in line 3" in told[3]
    assert "the key “weeks” appears twice here, first in line 4" in told[4]


def test_a_finding_names_the_key_with_its_section() -> None:
    text = '[[buses]]\nid = "a"\n[[buses]]\nmax_work_h = 8,5\n[cycle]\nfirst_day = 02.03.2026\n'

    _, findings = parse_toml(text, "scenario.toml")

    assert [str(finding.place) for finding in findings] == [
        "scenario.toml:4:buses[2].max_work_h",
        "scenario.toml:6:cycle.first_day",
    ]


def test_lists_and_texts_over_several_lines_are_read_through() -> None:
    text = (
        'weekdays = [\n  "Mon",\n  «Tue»,  # day\n  "Wed"\n  "Thu"\n]\n'
        'note = """\nbreak_min = 45 хв\n02.03.2026 «лапки»\n"""\n'
        "days = [\n  02.03.2026,\n  2026-03-03\n[cycle]\nweeks = 2,5\n"
    )

    _, findings = parse_toml(text, "scenario.toml")

    assert [finding.place.row for finding in findings] == [3, 4, 12, 11, 15]


@pytest.mark.parametrize("name", SAMPLES)
def test_what_stands_in_remarks_and_texts_is_no_mistake(name: str) -> None:
    remarks = "# 8,5 02.03.2026 08:00-17:00 «лапки» 45 хв\n"
    text = f'{remarks}remark = "8,5 02.03.2026 08:00-17:00 «лапки» 45 хв так ; // C:/x"  {remarks}{load_scenario(name)}'

    document, findings = parse_toml(text, "scenario.toml")
    _, broken = parse_toml(text.replace("weeks = ", "weeks = 0", 1), "scenario.toml")

    assert document is not None
    assert findings == []
    assert len(broken) == 1


def test_both_languages_say_it() -> None:
    (finding,) = read_line("max_work_h = 8,5")

    assert finding.sentence.render(UKRAINIAN) == (
        "Цього не вдається прочитати: число «8,5» написано з десятковою комою (рядок 1, позиція 14)."
    )
    assert finding.hint.render(UKRAINIAN) == "Напишіть його з крапкою: 8.5"


def test_a_norm_is_told_the_same_way() -> None:
    text = load_norm("ua_72_2019").decode()
    broken = re.sub(r"^date = \d{4}-\d\d-\d\d", "date = 06.02.2019", text, count=1, flags=re.MULTILINE)

    norm, findings = read_norm(InputFile("mine.toml", broken.encode()))

    assert norm is None
    assert [finding.hint.render(ENGLISH) for finding in findings] == [
        "Write year, month and day with hyphens: 2019-02-06"
    ]


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 100_000, "a = " + "9" * 5000, "[" * 5000, 'a = "', "=", "\x0c", "a\n" * 3]
)
def test_hostile_text_is_told_and_nothing_fails(text: str) -> None:
    document, findings = parse_toml(text, "scenario.toml")

    assert document is None
    assert findings
    assert all(finding.sentence.render(UKRAINIAN) for finding in findings)


def unquote(value: str) -> str | None:
    """Inside of a text in plain quotation marks."""
    found = re.fullmatch(r'"([^"\\]+)"', value)
    return found[1] if found else None


def misquote(marks: str) -> Callable[[str, str], str | None]:
    """Another kind of quotation marks."""
    return lambda key, value: f"{key} = {marks[0]}{unquote(value)}{marks[1]}" if unquote(value) else None


SLIPS: dict[str, Callable[[str, str], str | None]] = {
    "comma": lambda key, value: f"{key} = {value.replace('.', ',')}" if re.fullmatch(r"\d+\.\d+", value) else None,
    "unit": lambda key, value: f"{key} = {value} хв" if key.endswith("_min") and value.isdigit() else None,
    "hours": lambda key, value: f"{key} = {value} год" if key.endswith("_h") and "[" not in value else None,
    "date": lambda key, value: (
        f"{key} = {'.'.join(reversed(value.split('-')))}" if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else None
    ),
    "time": lambda key, value: f"{key} = {unquote(value)}" if re.fullmatch(r'"\d\d:\d\d-\d\d:\d\d"', value) else None,
    "guillemets": misquote("«»"),
    "curly": misquote("“”"),
    "low": misquote("„“"),
    "half": misquote('"”'),
    "bare": lambda key, value: f"{key} = {unquote(value)}" if re.fullmatch(r'"[a-z_-]+[a-z0-9]*"', value) else None,
    "unended": lambda key, value: f"{key} = {value[:-1]}" if unquote(value) else None,
    "unbegun": lambda key, value: f"{key} = {value[1:]}" if unquote(value) else None,
    "colon": lambda key, value: f"{key}: {value}" if re.fullmatch(r"[\d.]+", value) else None,
    "letters": lambda key, value: f"{key.replace('e', 'е', 1)} = {value}" if "e" in key else None,
    "blank": lambda key, value: f"{key} ={NO_BREAK_SPACE}{value}",
    "semicolon": lambda key, value: f"{key} = {value};",
    "twice": lambda key, value: f"{key} = {value} = {value}",
    "nothing": lambda key, value: f"{key} =",
    "truth": lambda key, value: f"{key} = {value.title()}" if value in ("true", "false") else None,
    "list": lambda key, value: (
        f"{key} = {value.replace(', ', ' ', 1)}" if value.startswith('["') and ", " in value else None
    ),
    "list end": lambda key, value: f"{key} = {value[:-1]}" if value.startswith('["') else None,
}
"""Ways to write a line wrongly; None where a line cannot be written so."""

PAIR = re.compile(r"([a-z_]+) = (.*?)\s*(#.*)?")


def list_injections(text: str) -> list[tuple[int, str, str]]:
    """Every line that can be written wrongly: its 0-based number, the name of the slip, and what it becomes."""
    found = []
    for at, line in enumerate(text.split("\n")):
        pair = PAIR.fullmatch(line)
        if pair and tomllib.loads(line):
            for name, slip in SLIPS.items():
                wrong = slip(pair[1], pair[2])
                if wrong is not None and wrong != line:
                    found.append((at, name, wrong))
    return found


SCENARIO = load_scenario("kramatorsk")
INJECTIONS = list_injections(SCENARIO)


def test_every_slip_is_tried() -> None:
    assert set(SLIPS) - {name for _, name, _ in INJECTIONS} <= {"truth"}


@pytest.mark.parametrize("name", sorted({name for _, name, _ in INJECTIONS}))
def test_one_wrong_line_is_the_only_one_named_and_its_right_form_is_taken(name: str) -> None:
    for at, slip, wrong in INJECTIONS:
        if slip != name:
            continue
        lines = SCENARIO.split("\n")
        lines[at] = wrong

        document, findings = parse_toml("\n".join(lines), "scenario.toml")

        assert document is None
        assert {finding.place.row for finding in findings} == {at + 1}, wrong
        for finding in findings:
            right = finding.hint.render(ENGLISH).partition(": ")[2]
            if "Write" in finding.hint.render(ENGLISH) and right and " or " not in right:
                assert tomllib.loads(right if slip == "colon" else f"x = [{right}]")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(INJECTIONS), min_size=1, max_size=40, unique_by=lambda one: one[0]))
def test_every_wrong_line_is_named_and_no_other(chosen: list[tuple[int, str, str]]) -> None:
    lines = SCENARIO.split("\n")
    for at, _, wrong in chosen:
        lines[at] = wrong

    document, findings = parse_toml("\n".join(lines), "scenario.toml")

    assert document is None
    assert {finding.place.row for finding in findings} == {at + 1 for at, _, _ in chosen}


def test_a_scenario_with_many_mistakes_is_read_in_a_moment() -> None:
    begin = time.process_time()
    scenario, findings = read_scenario(InputFile("scenario.toml", ("a = 8,5 год\n" * 80_000).encode()))

    assert scenario is None
    assert len(findings) >= 1000
    assert time.process_time() - begin < 20
