"""What a comparison of two plans says in a line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from plans import MINUTE, tiny_made, tiny_plan

from bibliobus.plan.compare.compare import FigurePair, compare_plans
from bibliobus.plan.plan import Call, Plan
from bibliobus.view.reports.comparison import lay_out_comparison, write_verdict
from bibliobus.words.language import Language

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
            "time. Visits that move by so little: 1.",
            "Кожне оголошене відвідування відбудеться у свій день, своїм бібліобусом і не більш як на "
            "15\N{NO-BREAK SPACE}хв раніше чи пізніше. Відвідувань, що зсуваються на такий час: 1.",
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
