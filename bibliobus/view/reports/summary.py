"""A plan on one screen, as plain text tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bibliobus.plan.names import name_places
from bibliobus.view.days import list_days
from bibliobus.view.heading import list_warnings, write_period, write_title
from bibliobus.view.visits import STANDINGS, list_figures, list_outside
from bibliobus.words.language import N_
from bibliobus.words.safe import clean_text
from bibliobus.words.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan
    from bibliobus.words.language import Language


@dataclass(frozen=True)
class SummaryTable:
    """
    One table.

    Parameters
    ----------
    title
        What it shows.
    columns
        Headings.
    rows
        Cells as text, in the order of the columns.
    numbers
        Places of the columns that hold numbers and belong to the right.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Summary:
    """
    A plan on one screen.

    Parameters
    ----------
    title
        Title with the name of the area.
    period
        When the first cycle begins and ends.
    notice
        What must be said before anything else, a line each; may be empty.
    figures
        Key figures.
    week
        Tours of the cycle, a row each.
    unserved
        Settlements that are not served and why; may have no rows.
    """

    title: str
    period: str
    notice: str
    figures: SummaryTable
    week: SummaryTable
    unserved: SummaryTable


def summarise_plan(plan: Plan, dataset: Dataset, language: Language) -> Summary:
    """
    Summarise a plan.

    Parameters
    ----------
    plan
        The plan.
    dataset
        Checked inputs it was made from.
    language
        Language of the reader.

    Returns
    -------
    Summary
        Plain text without control characters, but for the line ends of `notice`, so that a terminal does nothing but
        show it.
    """
    return Summary(
        title=clean_text(write_title(dataset, language)),
        period=write_period(plan, language),
        notice="\n".join(clean_text(text) for text in list_warnings(plan, dataset, language)),
        figures=_tabulate_figures(plan, language),
        week=_tabulate_week(plan, dataset, language),
        unserved=_tabulate_unserved(plan, dataset, language),
    )


def _tabulate_figures(plan: Plan, language: Language) -> SummaryTable:
    """Key figures and their values."""
    return SummaryTable(
        language.gettext(N_("Key figures")),
        (language.gettext(N_("Key figure")), language.gettext(N_("Value"))),
        _clean((row.label, row.text) for row in list_figures(plan, language)),
        numbers=(1,),
    )


def _tabulate_week(plan: Plan, dataset: Dataset, language: Language) -> SummaryTable:
    """A row for each tour."""
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
                ", ".join(day.stops),
                format_clock(day.return_s),
                language.kilometres(day.length_m),
            )
            for day in list_days(plan, dataset, language)
        ),
        numbers=(0, 6),
    )


def _tabulate_unserved(plan: Plan, dataset: Dataset, language: Language) -> SummaryTable:
    """A row for each settlement that needs a bus and gets none."""
    names = name_places(dataset, language)
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
                names[row.settlement_id],
                language.number(row.population),
                language.gettext(STANDINGS[row.standing]),
                row.why,
            )
            for row in list_outside(plan, dataset, language)
            if row.standing != "not_needed"
        ),
        numbers=(1,),
    )


def _clean(rows: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """Rows without anything that could move the cursor."""
    return tuple(tuple(clean_text(cell) for cell in row) for row in rows)
