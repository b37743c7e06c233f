"""Norms are data: those of the program have a source on every rule, and a planner's own is checked whole."""

from __future__ import annotations

import pytest

from bibliobus.inputs.files import InputFile
from bibliobus.inputs.norms import LIMITS_OF, list_norms, load_norm, read_norm
from bibliobus.language import Language
from bibliobus.plan.norms import MEASURES, NEEDS_LOG, NO_DATA

ENGLISH = Language("en")
GOOD = """\
title_uk = "Норма"
title_en = "Norm"
source = "made up"
date = 2020-01-01

[[rules]]
id = "stay"
measure = "stay"
minutes = 30
share = 0.5
text_uk = "Стоянка"
text_en = "Stay"
source = "made up"
verified = true
"""


@pytest.mark.parametrize("name", list_norms())
def test_norms_of_the_program_can_be_read_and_say_where_they_come_from(name):
    norm, findings = read_norm(InputFile(f"{name}.toml", load_norm(name)))

    assert findings == []
    assert norm.norm_id == name
    assert norm.rules
    assert all(len(rule.source) > 10 for rule in norm.rules)


def test_the_norms_are_those_that_the_product_promises():
    assert list_norms() == ("kent_2016", "north_yorkshire_2025", "ua_72_2019", "wales_2014")


def test_what_nobody_verified_is_there_and_marked():
    norm, _ = read_norm(InputFile("n.toml", load_norm("ua_72_2019")))

    assert [rule.rule_id for rule in norm.rules if not rule.verified] == ["mobile-clause"]


def test_a_good_norm_is_read():
    norm, findings = read_norm(InputFile("mine.toml", GOOD.encode()))

    assert findings == []
    assert (norm.norm_id, norm.title_uk, norm.rules[0].limits, norm.rules[0].share) == (
        "mine",
        "Норма",
        {"minutes": 30.0},
        0.5,
    )


def test_what_can_be_read_can_be_measured():
    assert set(LIMITS_OF) == {*MEASURES, NEEDS_LOG, NO_DATA}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("title_uk =", "[", ["The norm is not a TOML file that can be read."]),
        ('title_en = "Norm"\n', "", ["mine: “title_en” is missing or of the wrong kind; a text is expected."]),
        (
            "2020-01-01",
            '"soon"',
            ["mine: “date” is missing or of the wrong kind; a date such as 2026-03-02 is expected."],
        ),
        (
            "minutes = 30",
            "minutes = -1",
            ["stay: “minutes” is missing or of the wrong kind; a number above 0 is expected."],
        ),
        ("minutes = 30", "", ["stay: “minutes” is missing or of the wrong kind; a number above 0 is expected."]),
        (
            "share = 0.5",
            "share = 2",
            ["stay: “share” is missing or of the wrong kind; a number from 0 to 1 is expected."],
        ),
        ("verified = true", "", ["stay: “verified” is missing or of the wrong kind; true or false is expected."]),
        ('measure = "stay"', 'measure = "stray"', ["“stray” cannot be measured."]),
        ("minutes = 30", "minutes = 30\nweeks = 1", ["The key “weeks” is unknown in a norm."]),
        ("[[rules]]", "[rules]", ["mine: “rules” is missing or of the wrong kind; a list of rules is expected."]),
        (GOOD, GOOD + GOOD[GOOD.index("[[rules]]") :], ["Two rules are called “stay”."]),
    ],
)
def test_a_bad_norm_is_told_and_not_used(old, new, words):
    norm, findings = read_norm(InputFile("mine.toml", GOOD.replace(old, new, 1).encode()))

    assert norm is None
    assert [finding.sentence.render(ENGLISH) for finding in findings] == words


def test_bytes_are_no_norm():
    assert read_norm(InputFile("mine.toml", b"\x00\x01"))[0] is None
