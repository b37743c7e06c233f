"""timetable.xlsx: the plan as a workbook for people who work in Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import week_of
from bibliobus.output.tables import render_book
from bibliobus.view.days import lay_out_changed_days, lay_out_days
from bibliobus.view.periods import tell_change
from bibliobus.view.tables import Block, Kind, Report, ReportColumn, ReportTable, translate_columns
from bibliobus.view.view import STANDINGS
from bibliobus.words.language import MINUTE_S, N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.view.view import PlanView

NO_LIBRARY: Final = N_("none can be reached")

CALL_COLUMNS: Final = (
    ReportColumn(N_("Settlement")),
    ReportColumn(N_("Hromada")),
    ReportColumn(N_("Raion")),
    ReportColumn(N_("How often")),
    ReportColumn(N_("Week"), Kind.WHOLE),
    ReportColumn(N_("Weekday")),
    ReportColumn(N_("Date"), Kind.DATE),
    ReportColumn(N_("Arrival"), Kind.CLOCK),
    ReportColumn(N_("Departure"), Kind.CLOCK),
    ReportColumn(N_("Minutes"), Kind.WHOLE),
    ReportColumn(N_("Bus")),
)
CHANGE_COLUMNS: Final = (
    ReportColumn(N_("Settlement")),
    ReportColumn(N_("Hromada")),
    ReportColumn(N_("Date"), Kind.DATE),
    ReportColumn(N_("What is changed")),
    ReportColumn(N_("Arrival"), Kind.CLOCK),
    ReportColumn(N_("Departure"), Kind.CLOCK),
    ReportColumn(N_("Bus")),
)
OUTSIDE_COLUMNS: Final = (
    ReportColumn(N_("Settlement")),
    ReportColumn(N_("Hromada")),
    ReportColumn(N_("Raion")),
    ReportColumn(N_("Residents"), Kind.WHOLE),
    ReportColumn(N_("Standing"), widest=24),
    ReportColumn(N_("Why"), widest=50),
    ReportColumn(N_("Nearest library"), widest=28),
    ReportColumn(N_("Distance by road, km"), Kind.KM),
    ReportColumn(N_("What would change it"), widest=60),
)
FIGURE_COLUMNS: Final = (
    ReportColumn(N_("Key figure")),
    ReportColumn(N_("Value")),
    ReportColumn(N_("Exact value"), Kind.NUMBER),
    ReportColumn(N_("Unit")),
)
SOURCE_COLUMNS: Final = (ReportColumn(N_("Fact")), ReportColumn(N_("Value"), Kind.NUMBER))


def render_workbook(view: PlanView) -> bytes:
    """
    Render the plan as a workbook.

    Parameters
    ----------
    view
        The plan as its reader may know it.

    Returns
    -------
    bytes
        The file (XLSX) with its sheets: days, calls, what is changed for a time if anything is, settlements without a
        bus, key figures, sources.
    """
    report = Report(
        title=view.title,
        lines=tuple(filter(None, (view.period, view.changes))),
        warnings=view.notices,
        once=(*view.estimate, *view.cautions),
        tables=(
            lay_out_days(view.days, view.language),
            _lay_out_calls(view),
            *_lay_out_changes(view),
            _lay_out_outside(view),
            _lay_out_figures(view),
            _lay_out_sources(view),
        ),
    )
    return render_book(report, view.language)


def _lay_out_calls(view: PlanView) -> ReportTable:
    """A row for each visit, by name in the alphabet."""
    language = view.language
    rows = tuple(
        (
            stop.name,
            stop.hromada,
            stop.raion,
            language.rhythm(stop.rhythm_weeks),
            week_of(day),
            language.weekday(time.weekday),
            time.find_first(view.cycle, day),
            time.start_s,
            time.end_s,
            (time.end_s - time.start_s) // MINUTE_S,
            time.bus,
        )
        for stop in view.stops
        for day, time in stop.calls
    )
    columns = translate_columns(CALL_COLUMNS, language)
    return ReportTable(language.gettext(N_("By settlement")), columns, (Block(rows),), landscape=True)


def _lay_out_changes(view: PlanView) -> Iterator[ReportTable]:
    """A row for each change at a stop by name and date, and the tours of the time; none if nothing is changed."""
    language = view.language
    rows = tuple(
        (
            stop.name,
            stop.hromada,
            change.when,
            tell_change(change, language, dated=False),
            *((change.visit.start_s, change.visit.end_s, change.visit.bus) if change.visit else (None, None, None)),
        )
        for stop in view.stops
        for change in stop.changes
    )
    if view.changes:
        columns = translate_columns(CHANGE_COLUMNS, language)
        yield ReportTable(language.gettext(N_("Changed dates")), columns, (Block(rows),), landscape=True)
    if view.changed_days:
        yield lay_out_changed_days(view.changed_days, language)


def _lay_out_outside(view: PlanView) -> ReportTable:
    """A row for each settlement without a bus: impossible, then sacrificed, then not needed."""
    language = view.language
    rows = tuple(
        (
            row.name,
            row.hromada,
            row.raion,
            row.residents,
            language.gettext(STANDINGS[row.standing]),
            row.why,
            row.library,
            language.gettext(NO_LIBRARY) if row.library_m is None else row.library_m,
            " ".join(row.ways),
        )
        for row in view.outside
    )
    columns = translate_columns(OUTSIDE_COLUMNS, language)
    return ReportTable(language.gettext(N_("Without a bus")), columns, (Block(rows),), landscape=True)


def _lay_out_figures(view: PlanView) -> ReportTable:
    """A row for each figure: in words, and as an exact number to compute with."""
    language = view.language
    rows = tuple((row.label, row.text, row.value, row.unit) for row in view.figures)
    return ReportTable(language.gettext(N_("Key figures")), translate_columns(FIGURE_COLUMNS, language), (Block(rows),))


def _lay_out_sources(view: PlanView) -> ReportTable:
    """A row for each fact about where the plan comes from."""
    columns = translate_columns(SOURCE_COLUMNS, view.language)
    return ReportTable(view.language.gettext(N_("Sources")), columns, (Block(view.sources),))
