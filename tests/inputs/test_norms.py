"""Norms are data: those of the program have a source on every rule, and a planner's own is checked whole."""

from __future__ import annotations

import pytest

from bibliobus.inputs.files import InputFile
from bibliobus.inputs.norms import LIMITS_OF, list_norms, load_norm, read_norm
from bibliobus.plan.measure.coverage import MEASURES, NEEDS_LOG, NO_DATA
from bibliobus.words.language import Language

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


CATEGORIES_WANTED = (
    "stay: “categories” is missing or of the wrong kind; a list of letters of the codifier for kinds of settlement, "
    'such as ["C"] is expected.'
)


@pytest.mark.parametrize("name", list_norms())
def test_norms_of_the_program_can_be_read_and_say_where_they_come_from(name):
    norm, findings = read_norm(InputFile(f"{name}.toml", load_norm(name)))

    assert findings == []
    assert norm.norm_id == name
    assert norm.rules
    assert all(len(rule.source) > 10 for rule in norm.rules)
    assert all(bool(rule.note_uk) is bool(rule.note_en) for rule in norm.rules)


def test_every_number_of_the_norms_is_that_of_its_source():
    told = {
        (name, rule.rule_id): (rule.limits, rule.share, rule.categories)
        for name in list_norms()
        for rule in read_norm(InputFile(f"{name}.toml", load_norm(name)))[0].rules
    }

    mile_km = 1.609344
    exact = {
        ("ua_72_2019", "library-500"): ({"library_km": 3, "min_people": 500}, 1, ("C",)),
        ("ua_72_2019", "open-40"): ({}, 1, ()),
        ("ua_72_2019", "mobile-clause"): ({}, 1, ()),
        ("wales_2014", "sparse"): (
            {"library_km": 3 * mile_km, "stop_km": mile_km / 4, "max_people_per_ha": 1},
            0.7,
            (),
        ),
        ("wales_2014", "middle"): (
            {"library_km": 2.5 * mile_km, "stop_km": mile_km / 4, "min_people_per_ha": 1.1, "max_people_per_ha": 19.9},
            0.75,
            (),
        ),
        ("wales_2014", "dense"): ({"library_km": 2 * mile_km, "min_people_per_ha": 20}, 0.95, ()),
        ("north_yorkshire_2025", "people"): ({"min_people": 300}, 1, ()),
        ("north_yorkshire_2025", "branch-distance"): ({"library_km": 4 * mile_km}, 1, ()),
        ("north_yorkshire_2025", "stop-distance"): ({"stop_km": 1.5 * mile_km}, 1, ()),
        ("north_yorkshire_2025", "stay"): ({"minutes": 60, "max_minutes": 120}, 1, ()),
        ("kent_2016", "rhythm"): ({"weeks": 2}, 1, ()),
        ("kent_2016", "stay"): ({"minutes": 30}, 1, ()),
        ("kent_2016", "visitors"): ({"visitors": 2}, 1, ()),
    }
    assert told.keys() == exact.keys()
    for one, (limits, share, categories) in exact.items():
        assert told[one] == (pytest.approx(limits, abs=0.001), share, categories), one


def test_kinds_of_settlement_are_letters_of_either_alphabet():
    norm, findings = read_norm(InputFile("n.toml", GOOD.replace("share = 0.5", 'categories = ["С", "x"]', 1).encode()))

    assert findings == []
    assert norm.rules[0].categories == ("C", "X")


def test_a_norm_says_the_year_where_nobody_knows_the_day():
    norm, findings = read_norm(InputFile("n.toml", GOOD.replace("2020-01-01", "2020", 1).encode()))

    assert (norm.since, findings) == (2020, [])


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
        ("title_uk =", "[", ['This cannot be read: “[ "Норма"” cannot be understood (line 1, column 1).']),
        ('title_en = "Norm"\n', "", ["mine: “title_en” is missing or of the wrong kind; a text is expected."]),
        (
            "2020-01-01",
            '"soon"',
            ["mine: “date” is missing or of the wrong kind; a date such as 2026-03-02, or a year is expected."],
        ),
        (
            "2020-01-01",
            "3",
            ["mine: “date” is missing or of the wrong kind; a date such as 2026-03-02, or a year is expected."],
        ),
        ("share = 0.5", "categories = []", [CATEGORIES_WANTED]),
        (
            'measure = "stay"\nminutes = 30',
            'measure = "no_data"\ncategories = ["C"]',
            ["The key “categories” is unknown in a norm."],
        ),
        ("share = 0.5", 'categories = "C"', [CATEGORIES_WANTED]),
        ("share = 0.5", 'categories = ["C", "Q"]', [CATEGORIES_WANTED]),
        ("share = 0.5", 'categories = ["P"]', [CATEGORIES_WANTED]),
        ("share = 0.5", "categories = [1]", [CATEGORIES_WANTED]),
        (
            "share = 0.5",
            'note_en = "assumed"',
            ["stay: “note_uk” is missing or of the wrong kind; a text is expected."],
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
