"""What a comparison of two plans says in a line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from changed_plans import change_for_a_time, change_for_good, leave_out, make_tour
from changed_plans import move as put_off
from plans import MINUTE, tiny_dataset, tiny_made, tiny_plan

from bibliobus.domain.roads import BetweenPlaces, ChangeKind, RoadChange
from bibliobus.plan.compare.compare import FigurePair, RoadCause, compare_plans
from bibliobus.plan.names import spell_places
from bibliobus.plan.plan import Account, Call, Plan, Reason, Standing
from bibliobus.view.reports import report_comparison
from bibliobus.view.reports.comparison import write_heads, write_holding, write_told, write_verdict
from bibliobus.view.reports.comparison_tables import Background, lay_out_comparison
from bibliobus.words.language import Language
from bibliobus.words.text import Text

EN, UK = Language("en"), Language("uk")
NAMES = ("Частка часу рейсів, коли бібліобус відчинений для користувачів", "Пробіг за цикл")


def move(minutes: int) -> Plan:
    """Plan whose first call is later."""
    plan = tiny_plan()
    first, *others = plan.tours
    at = next(number for number, row in enumerate(first.rows) if isinstance(row, Call))
    call = first.rows[at]
    later = replace(call, start_s=call.start_s + minutes * MINUTE, end_s=call.end_s + minutes * MINUTE)
    return replace(plan, tours=(replace(first, rows=(*first.rows[:at], later, *first.rows[at + 1 :])), *others))


@pytest.mark.parametrize(
    ("minutes", "en", "uk"),
    [
        (0, "Nothing changes for anybody.", "Ні для кого нічого не змінюється."),
        (
            5,
            "Every announced visit takes place on its day, by its bus, and at most 15\N{NO-BREAK SPACE}min from its "
            "time. Visits that move by at most 15\N{NO-BREAK SPACE}min, of which nobody need be told: 1.",
            "Кожне оголошене відвідування відбудеться у свій день, своїм бібліобусом і не більш як на "
            "15\N{NO-BREAK SPACE}хв раніше чи пізніше. Відвідувань, що зсуваються не більш як на "
            "15\N{NO-BREAK SPACE}хв, тож повідомляти про них не треба: 1.",
        ),
        (
            60,
            "Of 5 announced visits, 1 takes place on another day, by another bus, at another time, or not at all.",
            "З оголошеного (5 відвідувань) змінюється 1 відвідування: інший день, інший бібліобус, інший час або "
            "бібліобус не приїде зовсім.",
        ),
    ],
)
def test_the_verdict_agrees_with_its_number(minutes, en, uk):
    comparison = compare_plans(tiny_plan(), move(minutes))

    assert (write_verdict(comparison, EN), write_verdict(comparison, UK)) == (en, uk)


def test_a_difference_too_small_to_be_seen_is_not_shown():
    comparison = compare_plans(tiny_plan(), move(60))
    figures = (FigurePair("share_open", 0.514, 0.511), FigurePair("length_m", 1000, 3000))

    view = replace(tiny_made(), language=UK).view()
    tables = lay_out_comparison(replace(comparison, figures=figures), view, view)

    rows = [row for table in tables for row in table.rows if row and row[0] in NAMES]
    assert [row[-1] for row in rows] == ["", "+2,0\N{NO-BREAK SPACE}км"]


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("share_open", 0.387, 0.384, "\N{MINUS SIGN}1\N{NO-BREAK SPACE}%"),
        ("share_open", 0.3851, 0.4149, "+2\N{NO-BREAK SPACE}%"),
        ("length_m", 1049, 1051, "+0,1\N{NO-BREAK SPACE}км"),
        ("driving_s", 3629, 3631, "+1\N{NO-BREAK SPACE}хв"),
        ("visits", 49, 48, "\N{MINUS SIGN}1"),
    ],
)
def test_a_difference_is_that_of_the_numbers_beside_it(name, old, new, told):
    comparison = replace(compare_plans(tiny_plan(), move(60)), figures=(FigurePair(name, old, new),))

    view = replace(tiny_made(), language=UK).view()
    (table,) = (one for one in lay_out_comparison(comparison, view, view) if one.name == "figures")

    assert [row[-1] for row in table.rows] == [told]


OLD = tiny_plan()
MON, WED, MON2 = OLD.tours
WEEK = date(2026, 3, 16), date(2026, 3, 22)
BRIDGE = RoadChange(
    "bridge",
    ChangeKind.WEIGHT_LIMIT,
    BetweenPlaces("s1", "s3", "Н-20"),
    valid_from=WEEK[0],
    valid_to=WEEK[1],
    value=5.0,
    note="the bridge is being repaired",
    source="letter of the hromada",
)
FULL = Reason(
    "day-full",
    impossible=False,
    values={
        "day": 0,
        "needed": 29_400,
        "limit": 28_800,
        "bus": "Бібліобус 1",
        "more_work": 2100,
        "more_length": 0,
        "instead": "s2",
        "instead_day": 0,
        "instead_people": 1600,
    },
)


def lay_out(new, background=None, language=EN, comparison=None):
    """Tables of a comparison by name, each row by row."""
    view = replace(tiny_made(), language=language).view()
    comparison = comparison or compare_plans(OLD, new)
    tables = lay_out_comparison(comparison, view, view, background or Background())
    return {table.name: table.rows for table in tables}


def account(key: str, reason: Reason | None) -> Account:
    """Account of a settlement that is not served."""
    return Account(key, Standing.UNSERVED, 420, 420, 2, "l1", 14_000, reason)


def test_a_lost_visit_has_its_reason_and_only_ways_that_are_true():
    new = change_for_a_time(OLD, *WEEK, leave_out(MON, "s3"))
    names = spell_places(tiny_dataset())

    gave_way = lay_out(new, Background(accounts={"s3": account("s3", FULL)}, names=names))["lost"]
    cut_off = lay_out(new, Background(accounts={"s3": account("s3", Reason("no-road", impossible=True))}))["lost"]
    rarer = lay_out(new, Background(accounts={"s8": account("s8", FULL)}))["lost"]

    ((place, residents, lost, why, ways),) = gave_way
    assert (place.name, residents, lost) == ("Yelyzavetivka", 420, 1)
    assert why.startswith("It gave way to others: the shortest day it could join (Monday, week 1) would take")
    assert "It would fit in on Monday, week 1 if “Andriivka” (1,600 residents) were left out instead." in ways
    assert "lock it in the scenario ([[locks]])" in ways
    assert ways.endswith("After March 22, 2026 it comes again as before.")
    assert [row[3:] for row in cut_off] == [
        (
            "No road leads there from a depot and back for any suitable bus.",
            "After March 22, 2026 it comes again as before.",
        )
    ]
    assert [row[3] for row in rarer] == ["The bus comes on fewer dates than before."]


def test_what_is_lost_for_good_does_not_come_again():
    new = change_for_good(OLD, WEEK[0], (leave_out(MON, "s3"), WED, MON2))

    ((*_, ways),) = lay_out(new, Background(accounts={"s3": account("s3", FULL)}))["lost"]

    assert "again" not in ways


def test_a_road_change_is_told_in_the_words_of_the_planner_with_its_dates_and_whom_it_concerns():
    new = change_for_a_time(OLD, *WEEK, leave_out(MON, "s3"))
    comparison = replace(compare_plans(OLD, new), causes=(RoadCause("bridge", 2, ("s3",)),))
    over = Text("It is over.")
    background = Background(
        changes=(BRIDGE, replace(BRIDGE, change_id="b2")), taken_back=(replace(BRIDGE, change_id="b3"),)
    )

    rows = lay_out(new, replace(background, left_out={"b2": over}), comparison=comparison)["causes"]

    (place, kind, where, when, note, source, legs, concerned), left_out, taken_back = rows
    assert (place.place_id, place.name, kind) == ("change/bridge", "bridge", "at most 5 t")
    assert where == "Н-20 between Mistechko and Yelyzavetivka"
    assert when.text == "from March 16, 2026 until March 22, 2026"
    assert (note, source, legs) == ("the bridge is being repaired", "letter of the hromada", 2)
    assert concerned == "Yelyzavetivka"
    assert left_out[1] == "at most 5 t; not applied: It is over."
    assert taken_back[:2] == ("b3", "at most 5 t: no longer")


def test_prices_of_promises_stand_on_the_page_and_nothing_else_of_the_weights():
    new = change_for_a_time(OLD, *WEEK, leave_out(MON, "s3"))
    weights = {"promise_lost": 100.0, "promise_order": 1, "promise_tolerance_s": 900, "need": 1.0}

    assert lay_out(new, Background(weights=weights))["prices"] == (
        ("Visit lost", 100.0),
        ("Other order, or another time within the tolerance", 1),
    )
    assert "prices" not in lay_out(OLD, Background(weights=weights))
    assert "prices" not in lay_out(new)


def test_a_visit_on_another_day_has_no_minutes():
    new = change_for_a_time(OLD, *WEEK, make_tour("b2", 3, ("s5", 240, 45)), dropped=[WED])

    ((*_, minutes, _),) = lay_out(new)["places"]

    assert minutes is None
    assert compare_plans(OLD, new).places[0].visits[0].shift_s == 0


@pytest.mark.parametrize(
    ("new", "told", "holds"),
    [
        (OLD, "", ""),
        (
            change_for_a_time(OLD, *WEEK, put_off(MON, "s3", 10)),
            "Nobody need be told.",
            "Temporary: the new timetable holds from March 16, 2026 to March 22, 2026; after that the timetable of "
            "before holds again.",
        ),
        (
            change_for_good(OLD, WEEK[0], (leave_out(MON, "s2", "s3"), WED, MON2)),
            "To be told: 2 settlements (2,020 residents).",
            "For good: the new timetable holds from March 16, 2026 until further notice.",
        ),
        (
            replace(OLD, tours=(MON, WED, leave_out(MON2, "s4"))),
            "To be told: 1 settlement (300 residents).",
            "",
        ),
    ],
)
def test_the_page_says_how_many_must_be_told_and_until_when_it_holds(new, told, holds):
    comparison = compare_plans(OLD, new)

    assert (write_told(comparison, EN), write_holding(comparison, EN)) == (told, holds)


@pytest.mark.parametrize(
    ("count", "residents", "words"),
    [
        (1, 1, "1 населений пункт (1 мешканець)"),
        (2, 22, "2 населені пункти (22 мешканці)"),
        (5, 11, "5 населених пунктів (11 мешканців)"),
        (21, 101, "21 населений пункт (101 мешканець)"),
        (112, 1_304, "112 населених пунктів (1 304 мешканці)"),
    ],
)
def test_ukrainian_plurals_agree_with_their_numbers(count, residents, words):
    comparison = compare_plans(OLD, change_for_a_time(OLD, *WEEK, leave_out(MON, "s3")))
    (place,) = comparison.places
    others = tuple(replace(place, settlement_id=str(at), residents=0) for at in range(count - 1))
    many = replace(comparison, places=(replace(place, residents=residents), *others))

    assert write_told(many, UK).replace("\N{NO-BREAK SPACE}", " ") == f"Повідомити треба: {words}."


def test_the_report_says_in_its_head_what_the_notices_say():
    view = tiny_made().view()
    comparison = compare_plans(OLD, change_for_a_time(OLD, *WEEK, leave_out(MON, "s3")))

    report = report_comparison(comparison, view, view)

    assert report.lines == write_heads(comparison, EN)
    assert "To be told: 1 settlement" in report.lines[0]
    assert report.lines[1].endswith("Compared from March 2, 2026 to April 5, 2026.")
