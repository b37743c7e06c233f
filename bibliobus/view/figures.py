"""Key figures in words and as exact numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.plan.measure.figures import FIGURES, Unit, find_empty_shares, format_figure
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from bibliobus.plan.plan import Plan
    from bibliobus.words.language import Language

NOTHING: Final = "–"
"""In place of a share of nothing."""
UNITS: Final = {
    Unit.COUNT: "",
    Unit.METRES: N_("metres"),
    Unit.SECONDS: N_("seconds"),
    Unit.SHARE: N_("share from 0 to 1"),
}
"""Units of the exact values."""


@dataclass(frozen=True)
class KeyFigure:
    """One key figure of `bibliobus.plan.measure.figures.FIGURES`: label, text with its unit, exact value, its unit."""

    name: str
    label: str
    text: str
    value: float | None
    unit: str


def list_figures(plan: Plan, language: Language) -> tuple[KeyFigure, ...]:
    """List the key figures in their order; a share of nothing is a dash and has no value."""
    empty = find_empty_shares(plan.tours, plan.accounts)
    found = []
    for name, figure in FIGURES.items():
        value = None if name in empty else plan.figures[name]
        text = NOTHING if value is None else format_figure(name, value, language)
        unit = language.gettext(UNITS[figure.unit])
        found.append(KeyFigure(name, language.gettext(figure.label), text, value, unit))
    return tuple(found)
