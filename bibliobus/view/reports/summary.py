"""A plan on one screen, as plain text tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bibliobus.domain.audience import Audience
from bibliobus.view.outside import NOT_NEEDED, STANDINGS
from bibliobus.view.reader import Reader, span_year
from bibliobus.view.view import build_view
from bibliobus.words.language import N_
from bibliobus.words.safe import clean_text
from bibliobus.words.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language


@dataclass(frozen=True)
class SummaryTable:
    """One table."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Summary:
    """A plan on one screen."""

    title: str
    period: str
    notice: str
    figures: SummaryTable
    week: SummaryTable
    unserved: SummaryTable


def summarise_plan(plan: Plan, dataset: Dataset, language: Language) -> Summary:
    """Summarise a plan."""
    view = build_view(plan, dataset, Reader(Audience.PLANNER, language, span_year(plan.cycle.first_day)))
    return Summary(
        title=clean_text(view.title),
        period=view.period,
        notice="\n".join(map(clean_text, view.warnings)),
        figures=_tabulate_figures(view),
        week=_tabulate_week(view),
        unserved=_tabulate_unserved(view),
    )


def _tabulate_figures(view: PlanView) -> SummaryTable:
    """Key figures and their values."""
    language = view.language
    return SummaryTable(
        language.gettext(N_("Key figures")),
        (language.gettext(N_("Key figure")), language.gettext(N_("Value"))),
        _clean((row.label, row.text) for row in view.figures),
        numbers=(1,),
    )


def _tabulate_week(view: PlanView) -> SummaryTable:
    """A row for each tour."""
    language = view.language
    return SummaryTable(
        language.gettext(N_("Tours")),
        (
            language.gettext(N_("Week")),
            language.gettext(N_("Weekday")),
            language.gettext(N_("Bus")),
            language.gettext(N_("Leaves")),
            language.gettext(N_("Stops in order")),
            language.gettext(N_("Back")),
            language.gettext(N_("Distance")),
        ),
        _clean(
            (
                str(day.week),
                language.weekday(day.weekday),
                day.bus,
                format_clock(day.leave_s),
                ", ".join(call.place for call in day.calls),
                format_clock(day.return_s),
                language.kilometres(day.length_m),
            )
            for day in view.days
        ),
        numbers=(0, 6),
    )


def _tabulate_unserved(view: PlanView) -> SummaryTable:
    """A row for each settlement that needs a bus and gets none."""
    language = view.language
    return SummaryTable(
        language.gettext(N_("Settlements that are not served")),
        (
            language.gettext(N_("Settlement")),
            language.gettext(N_("Residents")),
            language.gettext(N_("Standing")),
            language.gettext(N_("Why")),
        ),
        _clean(
            (
                row.full_name,
                language.number(row.residents),
                language.gettext(STANDINGS[row.standing]),
                row.why,
            )
            for row in view.outside
            if row.standing != NOT_NEEDED
        ),
        numbers=(1,),
    )


def _clean(rows: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Rows without anything that could move the cursor."""
    return tuple(tuple(clean_text(cell) for cell in row) for row in rows)
