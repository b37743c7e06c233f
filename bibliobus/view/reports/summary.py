"""A plan on one screen, as a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.plan.names import name_area, name_places
from bibliobus.view.days import list_days
from bibliobus.view.heading import list_notices, list_sources, tell_estimate, write_period, write_title
from bibliobus.view.tables import (
    Block,
    Kind,
    PlaceName,
    Report,
    ReportColumn,
    ReportTable,
    Value,
    translate_columns,
)
from bibliobus.view.visits import STANDINGS, list_figures, list_outside
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan
    from bibliobus.words.language import Language

KIND: Final = N_("The plan at a glance")
WEEK_COLUMNS: Final = (
    ReportColumn(N_("Week"), Kind.WHOLE),
    ReportColumn(N_("Weekday")),
    ReportColumn(N_("Bus")),
    ReportColumn(N_("Leaves"), Kind.CLOCK),
    ReportColumn(N_("Stops in order")),
    ReportColumn(N_("Back"), Kind.CLOCK),
    ReportColumn(N_("Distance"), Kind.LENGTH),
)
UNSERVED_COLUMNS: Final = (
    ReportColumn(N_("Settlement")),
    ReportColumn(N_("Residents"), Kind.WHOLE),
    ReportColumn(N_("Why")),
)
FIGURE_COLUMNS: Final = (ReportColumn(N_("Key figure")), ReportColumn(N_("Value"), Kind.NUMBER))


def summarise_plan(plan: Plan, dataset: Dataset, language: Language) -> Report:
    """Report a plan in three tables: tours, settlements that are not served by their standing, key figures."""
    return Report(
        title=write_title(dataset, language),
        kind=language.gettext(KIND),
        area=name_area(dataset, language),
        lines=(write_period(plan, language),),
        warnings=list_notices(dataset, language, (plan, dataset)),
        once=tell_estimate(plan, language),
        tables=(
            _tabulate_week(plan, dataset, language),
            _tabulate_unserved(plan, dataset, language),
            _tabulate_figures(plan, language),
        ),
        sources=tuple(f"{fact}: {value}" for fact, value in list_sources(plan, dataset, language)),
        facts={"figures": dict(plan.figures)},
    )


def _tabulate_week(plan: Plan, dataset: Dataset, language: Language) -> ReportTable:
    """A row for each tour."""
    rows = tuple(
        (
            day.week,
            language.weekday(day.weekday),
            day.bus,
            day.leave_s,
            ", ".join(day.stops),
            day.return_s,
            day.length_m,
        )
        for day in list_days(plan, dataset, language)
    )
    return ReportTable(language.gettext(N_("Tours")), translate_columns(WEEK_COLUMNS, language), (Block(rows),))


def _tabulate_unserved(plan: Plan, dataset: Dataset, language: Language) -> ReportTable:
    """A row for each settlement that needs a bus and gets none; a block for each standing leaves room for reasons."""
    names = name_places(dataset, language)
    standings: dict[str, list[tuple[Value, ...]]] = {}
    for row in list_outside(plan, dataset, language):
        if row.standing != "not_needed":
            cells = (PlaceName(row.settlement_id, names[row.settlement_id]), row.population, row.why)
            standings.setdefault(language.gettext(STANDINGS[row.standing]), []).append(cells)
    blocks = tuple(Block(tuple(rows), heading) for heading, rows in standings.items())
    columns = translate_columns(UNSERVED_COLUMNS, language)
    return ReportTable(language.gettext(N_("Settlements that are not served")), columns, blocks)


def _tabulate_figures(plan: Plan, language: Language) -> ReportTable:
    """Key figures and their values in words."""
    rows = tuple((row.label, row.text) for row in list_figures(plan, language))
    columns = translate_columns(FIGURE_COLUMNS, language)
    return ReportTable(language.gettext(N_("Key figures")), columns, (Block(rows),))
