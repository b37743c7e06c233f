"""Key figures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bibliobus.plan.measure.figures import FIGURES
from bibliobus.view.heading import list_figures

if TYPE_CHECKING:
    from bibliobus.plan.plan import Plan
    from bibliobus.words.language import Language


def test_key_figures_come_as_words_and_as_exact_values(plan: Plan, english: Language) -> None:
    rows = {row.name: row for row in list_figures(plan, english)}

    assert list(rows) == list(FIGURES)
    assert rows["length_m"].label == "Distance driven in the cycle"
    assert rows["length_m"].text == "178.5\N{NO-BREAK SPACE}km"
    assert (rows["length_m"].value, rows["length_m"].unit) == (178500, "metres")


def test_a_share_of_nobody_is_a_dash(plan: Plan, english: Language) -> None:
    grown = replace(plan, accounts=tuple(replace(one, population=max(one.population, 200)) for one in plan.accounts))

    (row,) = [row for row in list_figures(grown, english) if row.name == "share_small_served"]

    assert (row.text, row.value) == ("–", None)
