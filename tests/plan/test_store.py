"""Plans survive the way to text and back, and no text makes the reader fail otherwise than with findings."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan_rows import change_account

from bibliobus.findings import InputError
from bibliobus.plan.explain.reasons import REASONS
from bibliobus.plan.plan import Reason
from bibliobus.plan.store import format_plan, parse_plan
from bibliobus.words.language import Language


def read_problems(text: str) -> list[tuple[str, str]]:
    """Code and sentence of every finding about a text."""
    with pytest.raises(InputError) as caught:
        parse_plan(text)
    return [(finding.code, finding.sentence.render(Language("en"))) for finding in caught.value.findings]


def change(text: str, *path: str | int, to: object) -> str:
    """Text of a plan with one value changed."""
    document = json.loads(text)
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = to
    return json.dumps(document, ensure_ascii=False)


def drop(text: str, *path: str | int) -> str:
    """Text of a plan with one value taken out."""
    document = json.loads(text)
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return json.dumps(document, ensure_ascii=False)


def test_a_plan_comes_back_as_it_was(plan):
    text = format_plan(plan)

    again = parse_plan(text)

    assert again == plan
    assert format_plan(again) == text


def test_libraries_come_back_as_they_were_at_the_end_of_what_made_the_plan(plan):
    made = replace(plan.provenance, libraries={"numpy": "2.4.6", "scipy": "1.17.1"})
    text = format_plan(replace(plan, provenance=made))

    assert parse_plan(text).provenance == made
    assert list(json.loads(text)["provenance"])[-1] == "libraries"
    assert format_plan(parse_plan(text)) == text


def test_a_plan_of_before_libraries_were_named_keeps_its_text(plan):
    text = format_plan(plan)

    assert "libraries" not in text
    assert format_plan(parse_plan(text)) == text


@pytest.mark.parametrize("libraries", [[], "numpy", {"numpy": 2}, {"numpy": None}, None])
def test_libraries_that_are_no_versions_by_name_are_found(libraries, plan):
    problems = read_problems(change(format_plan(plan), "provenance", "libraries", to=libraries))

    assert {code for code, _ in problems} == {"plan-unreadable"}


def test_numbers_of_a_reason_come_back_as_they_were(plan):
    reason = Reason("day-full", False, {"day": 8, "needed": 30_000, "limit": 28_800})
    plan = change_account(plan, "night", reason=reason)

    assert parse_plan(format_plan(plan)) == plan


def test_every_row_and_every_settlement_has_a_line_of_its_own(plan):
    lines = [line.strip() for line in format_plan(plan).splitlines()]

    assert sum(line.startswith('{"kind": ') for line in lines) == sum(len(tour.rows) for tour in plan.tours)
    assert sum(line.startswith('{"settlement_id": ') for line in lines) == len(plan.accounts) + 0
    assert '{"kind": "call", "settlement_id": "east", "start": "10:45", "end": "11:15"},' in lines
    assert '{"kind": "break", "place_id": "north", "start": "12:00", "end": "12:45"},' in lines


def test_the_text_is_json_with_a_format_number_and_dates(plan):
    document = json.loads(format_plan(plan))

    assert document["format"] == "bibliobus-plan/1"
    assert document["cycle"] == {"weeks": 2, "first_day": "2026-03-02"}
    assert [tour["date"] for tour in document["tours"]] == ["2026-03-02", "2026-03-09"]
    assert list(document)[:3] == ["format", "area_id", "language"]


def test_a_plan_without_tours_comes_back(plan):
    empty = replace(plan, tours=(), accounts=())

    assert parse_plan(format_plan(empty)) == empty


@pytest.mark.parametrize("text", ["", "{", "not json", "[1, 2", '{"format": }'])
def test_text_that_is_no_json_is_unreadable(text):
    (code, sentence), *more = read_problems(text)

    assert code == "plan-unreadable"
    assert sentence.startswith("This is not a plan of bibliobus: ")
    assert more == []


@pytest.mark.parametrize("text", ["[]", "1", "null", '"plan"', "{}", '{"format": "bibliobus-plan/2"}', '{"format": 1}'])
def test_another_format_is_named(text):
    (code, sentence), *_ = read_problems(text)

    assert code == "plan-other-format"
    assert "this version reads “bibliobus-plan/1”" in sentence


@pytest.mark.parametrize(
    "path",
    [
        ("tours",),
        ("settlements",),
        ("cycle",),
        ("cycle", "weeks"),
        ("figures",),
        ("language",),
        ("estimated",),
        ("provenance", "seed"),
        ("provenance", "digests"),
        ("tours", 0, "rows"),
        ("tours", 0, "day"),
        ("tours", 0, "date"),
        ("tours", 0, "rows", 0, "kind"),
        ("tours", 0, "rows", 0, "leave"),
        ("tours", 0, "rows", 0, "length_m"),
        ("tours", 0, "rows", 1, "settlement_id"),
        ("settlements", 0, "standing"),
        ("settlements", 0, "population"),
    ],
)
def test_a_missing_key_is_found(path, plan):
    problems = read_problems(drop(format_plan(plan), *path))

    assert {code for code, _ in problems} == {"plan-unreadable"}
    assert f"{path[-1]}” is missing." in " ".join(sentence for _, sentence in problems)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("tours",), {}),
        (("tours",), None),
        (("tours", 0), 3),
        (("tours", 0, "rows"), "leg"),
        (("tours", 0, "rows", 0), []),
        (("tours", 0, "rows", 0, "kind"), "flight"),
        (("tours", 0, "rows", 0, "kind"), "call"),
        (("tours", 0, "rows", 0, "kind"), []),
        (("tours", 0, "rows", 1, "kind"), "break"),
        (("tours", 0, "rows", 0, "leave"), "25:00"),
        (("tours", 0, "rows", 0, "leave"), 37_800),
        (("tours", 0, "rows", 0, "leave_s"), 37_800),
        (("tours", 0, "rows", 0, "length_m"), "10000"),
        (("tours", 0, "rows", 0, "length_m"), 10_000.0),
        (("tours", 0, "rows", 0, "length_m"), True),
        (("tours", 0, "day"), 10**30),
        (("tours", 0, "bus_id"), 1),
        (("cycle", "first_day"), "yesterday"),
        (("cycle", "first_day"), "2026-02-30"),
        (("settlements", 0, "standing"), "happy"),
        (("settlements", 0, "library_m"), "near"),
        (("settlements", 2, "reason", "code"), "because"),
        (("settlements", 2, "reason", "code"), "day-full"),
        (("settlements", 2, "reason", "impossible"), "yes"),
        (("estimated",), "no"),
        (("language",), "fr"),
        (("language",), "../uk"),
        (("area_id",), "\ud800"),
        (("figures", "visits"), "many"),
        (("provenance", "bound"), "low"),
    ],
)
def test_a_value_of_another_kind_is_found(path, value, plan):
    text = change(format_plan(plan), *path, to=value)

    problems = read_problems(text)

    assert {code for code, _ in problems} == {"plan-unreadable"}


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("tours",), {}, "“tours” has to be a list"),
        (("tours", 0), 3, "“tours[1]” has to be fields in braces"),
        (("tours", 0, "rows", 0, "kind"), "flight", "“tours[1].rows[1].kind” has to be one of leg, call, break"),
        (("tours", 0, "rows", 0, "leave"), "25:00", "“tours[1].rows[1].leave” has to be a clock time such as 08:30"),
        (("tours", 0, "rows", 0, "leave_s"), 37_800, "“tours[1].rows[1].leave_s” is unknown there"),
        (("tours", 0, "rows", 0, "length_m"), "far", "“tours[1].rows[1].length_m” has to be a whole number"),
        (("tours", 0, "rows", 1, "settlement_id"), 1, "“tours[1].rows[2].settlement_id” has to be a text"),
        (("cycle",), [], "“cycle” has to be fields in braces"),
        (("cycle", "first_day"), "soon", "“cycle.first_day” has to be a date such as 2026-03-02"),
        (("settlements", 0, "standing"), 1, "“settlements[1].standing” has to be one of served, not_needed, unserved"),
        (("settlements", 2, "reason", "impossible"), 1, "“settlements[3].reason.impossible” has to be true or false"),
        (("settlements", 2, "reason", "values"), {"limit": []}, "“settlements[3].reason.values.limit” has to be"),
        (("figures", "visits"), "many", "“figures.visits” has to be a number"),
        (("language",), "fr", "“language” has to be one of uk, en"),
        (("happiness",), 1, "“happiness” is unknown there"),
        (("provenance", "cpu"), 1, "“provenance.cpu” is unknown there"),
        (("cycle", "months"), 1, "“cycle.months” is unknown there"),
        (("tours", 0, "driver"), "Ivan", "“tours[1].driver” is unknown there"),
        (("tours", 0, "date"), "soon", "“tours[1].date” has to be a date such as 2026-03-02"),
        (("settlements", 0, "mood"), 1, "“settlements[1].mood” is unknown there"),
        (("settlements", 2, "reason", "note"), 1, "“settlements[3].reason.note” is unknown there"),
        (("area_id",), "\ud800", "a text holds a broken character"),
    ],
)
def test_a_field_is_told_once_with_what_it_has_to_be(path, value, told, plan):
    ((_, sentence),) = read_problems(change(format_plan(plan), *path, to=value))

    assert sentence.startswith(f"This is not a plan of bibliobus: {told}")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"visits": 3', '"visits": NaN', "“NaN” is not a number that a plan can hold"),
        ('"visits": 3', '"visits": ' + "9" * 30, f"“{'9' * 20}…” is not a number that a plan can hold"),
        ('"visits": 3', f'"visits": {"[" * 200_000}', "brackets stand inside brackets too often"),
        ('"visits": 3', f'"visits": {"[" * 500}{"]" * 500}', "brackets stand inside brackets too often"),
        ('"format": "bibliobus-plan/1",', '"format" = 1', "it is not JSON from line 2, column 12 on"),
        ('"visits": 3', '"visits": 3, "visits": 4', "“visits” appears twice in the same braces"),
    ],
)
def test_text_that_cannot_be_read_at_all_is_told_in_our_words(old, new, told, plan):
    ((_, sentence),) = read_problems(format_plan(plan).replace(old, new))

    assert sentence == f"This is not a plan of bibliobus: {told}."


def test_a_wrong_field_is_told_in_ukrainian(plan):
    with pytest.raises(InputError) as caught:
        parse_plan(change(format_plan(plan), "cycle", "weeks", to="two"))

    (finding,) = caught.value.findings
    assert finding.sentence.render(Language("uk")) == (
        "Це не план програми bibliobus: у полі «cycle.weeks» має бути ціле число."
    )


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 30, "9" * 5000])
def test_a_number_that_nothing_can_mean_is_found(number, plan):
    text = format_plan(plan).replace('"visits": 3', f'"visits": {number}')

    problems = read_problems(text)

    assert [code for code, _ in problems] == ["plan-unreadable"]


@pytest.mark.parametrize("depth", [500, 5_000, 200_000])
def test_deep_nesting_is_found(depth, plan):
    nested = "[" * depth + "]" * depth
    text = format_plan(plan).replace('"visits": 3', f'"visits": {nested}')

    problems = read_problems(text)

    assert problems[0][0] == "plan-unreadable"


def test_a_thousand_wrong_rows_are_not_all_told(plan):
    tours = json.loads(format_plan(plan))["tours"]
    text = change(format_plan(plan), "tours", to=[{**tours[0], "day": "x"} for _ in range(1000)])

    assert len(read_problems(text)) == 100


def test_a_reason_needs_the_numbers_of_its_sentence(plan):
    text = format_plan(change_account(plan, "night", reason=Reason("work-too-long", True, {"needed": 9})))

    problems = read_problems(text)

    assert problems == [
        (
            "plan-unreadable",
            "This is not a plan of bibliobus: “settlements[3].reason” has to be a reason"
            " that this version knows, with its numbers.",
        )
    ]


def test_every_reason_with_its_numbers_is_read(plan):
    values = {"day": 8, "needed": 30_000, "limit": 28_800, "back": 60_000, "end": 61_200}
    values |= {"calls": 8, "load": 5, "capacity": 4, "bus": "Bus 1", "instead": "north", "change-feature": "ramp"}

    for code in REASONS:
        changed = change_account(plan, "night", reason=Reason(code, True, values))
        assert parse_plan(format_plan(changed)) == changed


@pytest.mark.parametrize("odd", [{"bus": 1}, {"more_work": "x"}, {"change-work": -5}, {"change-weekday": 7}])
def test_values_of_a_reason_are_of_their_kind(odd, plan):
    changed = change_account(plan, "night", reason=Reason("outside-shift", True, odd))

    ((code, sentence),) = read_problems(format_plan(changed))

    assert code == "plan-unreadable"
    assert "a reason that this version knows, with its numbers" in sentence


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_broken_text_makes_the_reader_fail(data, plan):
    text = format_plan(plan)
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 40))
    piece = data.draw(st.one_of(st.text(max_size=8), st.sampled_from(["null", "-1", "[]", "{}", '"x"', "1e9", "NaN"])))

    try:
        parse_plan(text[:start] + piece + text[start + length :])
    except InputError as error:
        assert error.findings


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=JSON, data=st.data())
def test_no_odd_value_makes_the_reader_fail(value, data, plan):
    document = json.loads(format_plan(plan))
    inner, key = document, "tours"
    while isinstance(inner[key], dict | list) and inner[key] and data.draw(st.booleans()):
        inner = inner[key]
        keys = sorted(inner) if isinstance(inner, dict) else range(len(inner))
        key = data.draw(st.sampled_from(keys))
    inner[key] = value

    try:
        parse_plan(json.dumps(document))
    except InputError as error:
        assert error.findings
