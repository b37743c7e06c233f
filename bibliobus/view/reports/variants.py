"""One plan on a page, and variants of a plan beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bibliobus.view.tables import (
    Bar,
    Block,
    Kind,
    PlaceName,
    Report,
    ReportColumn,
    ReportTable,
    Value,
    translate_columns,
)
from bibliobus.view.view import NOT_NEEDED, STANDINGS
from bibliobus.words.language import HOUR_S, MINUTE_S, N_, format_clock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bibliobus.domain.variants import Variant
    from bibliobus.view.area import AreaView
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


def summarise_plan(view: PlanView) -> Report:
    """
    Report a plan in three tables: tours, settlements that are not served by their standing, key figures.

    Parameters
    ----------
    view
        The plan as its reader sees it.

    Returns
    -------
    Report
        What stands on the screen when a plan was made.

    Raises
    ------
    UsageError
        If the reader may not know what it tells of.
    """
    view.require("summary", "drives", "unserved", "residents", "origin")
    return Report(
        title=view.title,
        kind=view.language.gettext(SUMMARY_KIND),
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


PRICED_COLUMNS: Final = (
    ReportColumn(N_("Fuel a month, l"), Kind.WHOLE, widest=12),
    ReportColumn(N_("Cost a month"), Kind.WHOLE, widest=14),
    ReportColumn(N_("Currency")),
)
CHANGED_COLUMNS: Final = (
    ReportColumn(N_("How often"), widest=14),
    ReportColumn(N_("Stay, min"), Kind.WHOLE, widest=12),
    ReportColumn(N_("Shift"), widest=16),
)
COLUMNS: Final = (
    ReportColumn(N_("Buses"), Kind.WHOLE),
    ReportColumn(N_("Weeks of the cycle"), Kind.WHOLE, widest=12),
    ReportColumn(N_("Shortest stay, min"), Kind.WHOLE, widest=12),
    *CHANGED_COLUMNS,
    ReportColumn(N_("Residents served"), Kind.WHOLE, widest=14),
    ReportColumn(N_("Left out for want of time"), Kind.WHOLE, widest=14),
    ReportColumn(N_("Cannot be served"), Kind.WHOLE, widest=14),
    ReportColumn(N_("Share of the need served"), Kind.SHARE, widest=14),
    ReportColumn(N_("Minutes a month for 100 residents"), Kind.NUMBER, widest=16),
    ReportColumn(N_("km a week"), Kind.KM),
    ReportColumn(N_("Crew hours a week"), Kind.NUMBER, widest=14),
    ReportColumn(N_("Bus days a week"), Kind.NUMBER, widest=12),
    *PRICED_COLUMNS,
    ReportColumn(N_("Share open"), Kind.SHARE, widest=10),
    ReportColumn(N_("Worst served hromada"), widest=24),
    ReportColumn(N_("Share there without service"), Kind.SHARE, widest=12),
)
YEAR_COLUMNS: Final = (
    ReportColumn(N_("Variant"), widest=40),
    ReportColumn(N_("Residents served"), Kind.WHOLE, widest=14),
    ReportColumn(N_("Visits a year"), Kind.WHOLE, widest=12),
    ReportColumn(N_("Bus days a year"), Kind.WHOLE, widest=12),
    ReportColumn(N_("km a year"), Kind.KM),
    ReportColumn(N_("Cost a year"), Kind.WHOLE, widest=14),
    ReportColumn(N_("Currency")),
)
FAILURE_COLUMNS: Final = (
    ReportColumn(N_("Variant"), widest=40),
    ReportColumn(N_("Why there is no result"), widest=60),
)
VARIANTS_KIND: Final = N_("What if: variants of the mobile library side by side")
HEADING: Final = N_("{area}: variants of the mobile library")
TITLE: Final = N_("What if")
FAILED: Final = N_("Without a result")
YEAR: Final = N_("A year at a glance")
LABEL: Final = N_("buses {buses}, weeks {weeks}")
LABEL_PARTS: Final = (
    N_("visits {rhythm}"),
    N_("stay {dwell} min"),
    N_("stay from {minutes} min"),
    N_("shift {start}–{end}"),
    N_("work up to {work}"),
)


def label_variant(variant: Variant, language: Language) -> str:
    """Say what a variant changes; buses and weeks always."""
    hours = variant.shift
    known = (
        variant.rhythm_weeks,
        variant.dwell_s,
        variant.min_dwell_s,
        bool(hours),
        bool(hours and hours.work_s),
    )
    values = {
        "buses": variant.buses,
        "weeks": variant.weeks,
        "rhythm": language.rhythm(variant.rhythm_weeks) if variant.rhythm_weeks else "",
        "dwell": variant.dwell_s // MINUTE_S,
        "minutes": variant.min_dwell_s // MINUTE_S,
        "start": format_clock(hours.start_s) if hours else "",
        "end": format_clock(hours.end_s) if hours else "",
        "work": language.duration(hours.work_s) if hours else "",
    }
    parts = [LABEL, *(part for part, told in zip(LABEL_PARTS, known, strict=True) if told)]
    return ", ".join(language.gettext(part).format(**values) for part in parts)


def lay_out_variants(
    outcomes: Sequence[tuple[Variant, Mapping[str, Any] | None, str]], language: Language
) -> tuple[ReportTable, ...]:
    """Lay out the results of variants side by side, and below them why some have none."""
    rows = tuple(_row(variant, result, language) for variant, result, _ in outcomes if result is not None)
    lost = tuple((label_variant(variant, language), problem) for variant, result, problem in outcomes if result is None)
    years = tuple(_row_of_year(variant, result, language) for variant, result, _ in outcomes if result is not None)
    columns, rows = _leave_out_empty(COLUMNS, rows, language)
    year_columns, years = _leave_out_empty(YEAR_COLUMNS, years, language)
    sheets = [
        ReportTable(language.gettext(YEAR), year_columns, (Block(years),), name="year"),
        ReportTable(language.gettext(TITLE), columns, (Block(rows),), landscape=True),
    ]
    if lost:
        sheets.append(
            ReportTable(language.gettext(FAILED), translate_columns(FAILURE_COLUMNS, language), (Block(lost),))
        )
    return tuple(sheets)


def _leave_out_empty(
    columns: tuple[ReportColumn, ...], rows: tuple[tuple[Value, ...], ...], language: Language
) -> tuple[tuple[ReportColumn, ...], tuple[tuple[Value, ...], ...]]:
    """Translated columns without those that only some comparisons fill: prices, consumption, and what is changed."""
    sometimes = (*PRICED_COLUMNS, *CHANGED_COLUMNS, *YEAR_COLUMNS[-2:])
    kept = [
        at for at, column in enumerate(columns) if column not in sometimes or any(row[at] is not None for row in rows)
    ]
    translated = translate_columns(columns, language)
    return tuple(translated[at] for at in kept), tuple(tuple(row[at] for at in kept) for row in rows)


def report_variants(
    outcomes: Sequence[tuple[Variant, Mapping[str, Any] | None, str]],
    view: AreaView,
    facts: Mapping[str, Any],
    more_often: tuple[str, ...] = (),
) -> Report:
    """
    Report variants side by side; the facts are their exact values.

    Parameters
    ----------
    outcomes
        Variant, its result or None, and why there is none.
    view
        The area.
    facts
        Exact values for programs.
    more_often
        Sentences about visits that became more frequent unasked.

    Returns
    -------
    Report
        A year at a glance, results, then failures if there are any, and bars of a chart.
    """
    language = view.language
    prices = (view.prices,) if any(result is not None for _, result, _ in outcomes) else ()
    return Report(
        title=language.gettext(HEADING).format(area=view.area),
        kind=language.gettext(VARIANTS_KIND),
        area=view.area,
        warnings=(*more_often, *view.notices, *prices, *view.cautions),
        tables=lay_out_variants(outcomes, language),
        bars=list_bars(outcomes, language),
        sources=view.sources,
        facts=facts,
    )


def list_bars(outcomes: Sequence[tuple[Variant, Mapping[str, Any] | None, str]], language: Language) -> tuple[Bar, ...]:
    """Bars of a chart, one for each variant with a result (not None), in order."""
    bars = []
    for variant, result, _ in outcomes:
        if result is None:
            continue
        parts = (result["people_served"], result["people_sacrificed"], result["people_impossible"])
        bars.append(Bar(label_variant(variant, language), parts))
    return tuple(bars)


def _keys(variant: Variant, language: Language) -> tuple[Value, ...]:
    """What was changed."""
    hours = variant.shift
    shift = f"{format_clock(hours.start_s)}–{format_clock(hours.end_s)}" if hours else None
    work = f" ({language.duration(hours.work_s)})" if hours and hours.work_s else ""
    return (
        variant.buses,
        variant.weeks,
        variant.min_dwell_s // MINUTE_S or None,
        language.rhythm(variant.rhythm_weeks) if variant.rhythm_weeks else None,
        variant.dwell_s // MINUTE_S or None,
        shift and shift + work,
    )


def _row_of_year(variant: Variant, result: Mapping[str, Any], language: Language) -> tuple[Value, ...]:
    """Row of what a year takes and gives."""
    priced = result["year_money"] is not None
    return (
        label_variant(variant, language),
        result["people_served"],
        result["visits_year"],
        result["year_bus_days"],
        result["year_m"],
        result["year_money"],
        language.currency(result["currency"]) if priced else None,
    )


def _row(variant: Variant, result: Mapping[str, Any], language: Language) -> tuple[Value, ...]:
    """Row of a result."""
    return (
        *_keys(variant, language),
        result["people_served"],
        result["people_sacrificed"],
        result["people_impossible"],
        result["share_need_served"],
        result["minutes_per_100"],
        result["week_m"],
        round(result["week_work_s"] / HOUR_S, 1),
        result["week_bus_days"],
        result["month_fuel_l"],
        result["month_money"],
        language.currency(result["currency"]) if result["month_money"] is not None else None,
        result["share_open"],
        result["worst_hromada"] or None,
        result["worst_share"] if result["worst_hromada"] else None,
    )
