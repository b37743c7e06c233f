"""A plan on one screen, as a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.domain.audience import Audience
from bibliobus.view.outside import NOT_NEEDED, STANDINGS
from bibliobus.view.reader import Reader, span_year
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
from bibliobus.view.view import build_view
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language

SUMMARY_KIND: Final = N_("The plan at a glance")
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
    view = build_view(plan, dataset, Reader(Audience.PLANNER, language, span_year(plan.cycle.first_day)))
    return Report(
        title=view.title,
        kind=language.gettext(SUMMARY_KIND),
        area=view.area,
        lines=(view.period,),
        warnings=view.notices,
        once=view.estimate,
        tables=(_tabulate_week(view), _tabulate_unserved(view), _tabulate_figures(view)),
        sources=tuple(f"{fact}: {value}" for fact, value in view.sources),
        facts={"figures": {figure.name: figure.value for figure in view.figures}},
    )


def _tabulate_week(view: PlanView) -> ReportTable:
    """A row for each tour."""
    language = view.language
    rows = tuple(
        (
            day.week,
            language.weekday(day.weekday),
            day.bus,
            day.leave_s,
            ", ".join(call.place for call in day.calls),
            day.return_s,
            day.length_m,
        )
        for day in view.days
    )
    return ReportTable(language.gettext(N_("Tours")), translate_columns(WEEK_COLUMNS, language), (Block(rows),))


def _tabulate_unserved(view: PlanView) -> ReportTable:
    """A row for each settlement that needs a bus and gets none; a block for each standing leaves room for reasons."""
    language = view.language
    standings: dict[str, list[tuple[Value, ...]]] = {}
    for row in view.outside:
        if row.standing != NOT_NEEDED:
            cells = (PlaceName(row.settlement_id, row.full_name), row.residents, row.why)
            standings.setdefault(language.gettext(STANDINGS[row.standing]), []).append(cells)
    blocks = tuple(Block(tuple(rows), heading) for heading, rows in standings.items())
    columns = translate_columns(UNSERVED_COLUMNS, language)
    return ReportTable(language.gettext(N_("Settlements that are not served")), columns, blocks)


def _tabulate_figures(view: PlanView) -> ReportTable:
    """Key figures and their values in words."""
    rows = tuple((figure.label, figure.text) for figure in view.figures)
    columns = translate_columns(FIGURE_COLUMNS, view.language)
    return ReportTable(view.language.gettext(N_("Key figures")), columns, (Block(rows),))
