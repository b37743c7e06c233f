"""Settlements without a bus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from made import Made

if TYPE_CHECKING:
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan
    from bibliobus.words.language import Language


def test_settlements_without_a_bus_say_why_the_impossible_first(
    plan: Plan, dataset: Dataset, english: Language
) -> None:
    rows = Made(plan, dataset, language=english).view().outside

    assert [(row.settlement_id, row.standing) for row in rows] == [
        ("ivan-far", "impossible"),
        ("yelyz", "sacrificed"),
        ("near", "not_needed"),
        ("town", "not_needed"),
    ]
    space = "\N{NO-BREAK SPACE}"
    assert [row.why for row in rows] == [
        "No road leads there from a depot and back for any suitable bus.",
        "It gave way to others: the shortest day it could join (Tuesday, week 2) would take "
        f"8{space}h{space}30{space}min of work; the limit is 8{space}h{space}00{space}min.",
        f"A library is near: Town library, 2.4{space}km by road.",
        "A library stands here: Town library.",
    ]
    assert [(row.library, row.library_m) for row in rows] == [
        ("", None),
        ("Town library", 11500),
        ("Town library", 2400),
        ("Town library", 0),
    ]
    assert [row.residents for row in rows] == [90, 200, 300, 12000]
