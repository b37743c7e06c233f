"""timetable.xlsx: the plan as a workbook for people who work in Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.output.tables import render_book
from bibliobus.plan.cautions import tell_cautions
from bibliobus.plan.measure.figures import Unit
from bibliobus.view.days import Day, Doing, list_days
from bibliobus.view.heading import list_notices, list_sources, tell_estimate, write_period, write_title
from bibliobus.view.tables import Block, Kind, Report, ReportColumn, ReportTable, Value, translate_columns
from bibliobus.view.visits import STANDINGS, list_calls, list_figures, list_outside
from bibliobus.words.language import N_
from bibliobus.words.text import Text
from bibliobus.words.units import MINUTE_S

if TYPE_CHECKING:
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan
    from bibliobus.words.language import Language

DAY_HEADING: Final = N_("{bus}: {weekday}, week {week}, {date}")
DAY_TOTAL: Final = N_("In all, meal break not counted")
NO_LIBRARY: Final = N_("none can be reached")

DAY_COLUMNS: Final = (
    ReportColumn(N_("From"), Kind.CLOCK),
    ReportColumn(N_("To"), Kind.CLOCK),
    ReportColumn(N_("What")),
    ReportColumn(N_("Where")),
    ReportColumn(N_("Minutes"), Kind.WHOLE),
    ReportColumn(N_("km"), Kind.KM),
    ReportColumn(N_("Lock"), widest=12),
)
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

DOINGS: Final = {
    Doing.LEAVE: N_("Leaves the depot"),
    Doing.DRIVE: N_("Drives to"),
    Doing.OPEN: N_("Open to readers"),
    Doing.WAIT: N_("Waits"),
    Doing.MEAL: N_("Meal break"),
    Doing.REST: N_("Break for the driver"),
    Doing.BACK: N_("Back at the depot"),
}
"""What a crew does, in words."""

UNITS: Final = {
    Unit.COUNT: "",
    Unit.METRES: N_("metres"),
    Unit.SECONDS: N_("seconds"),
    Unit.SHARE: N_("share from 0 to 1"),
}
"""Units of the exact values of the key figures."""


def render_workbook(plan: Plan, dataset: Dataset, language: Language) -> bytes:
    """
    Render the plan as a workbook.

    Parameters
    ----------
    plan
        A verified plan.
    dataset
        Checked inputs it was made from.
    language
        Language of the reader.

    Returns
    -------
    bytes
        An XLSX file with five sheets: by bus and day, by settlement, settlements without a bus, key figures,
        sources. Equal plans give equal bytes. Line breaks in texts of the data become spaces and control
        characters are removed; otherwise texts stay as they are, and none is a formula.
    """
    tables = (
        _lay_out_days(plan, dataset, language),
        _lay_out_calls(plan, dataset, language),
        _lay_out_outside(plan, dataset, language),
        _lay_out_figures(plan, language),
        _lay_out_sources(plan, dataset, language),
    )
    report = Report(
        title=write_title(dataset, language),
        lines=(write_period(plan, language),),
        warnings=list_notices(dataset, language, (plan, dataset)),
        once=(*tell_estimate(plan, language), *tell_cautions(plan, dataset, language)),
        tables=tables,
    )
    return render_book(report, language)


def _lay_out_days(plan: Plan, dataset: Dataset, language: Language) -> ReportTable:
    """A block for each bus and day."""
    blocks = tuple(_day_block(day, language) for day in list_days(plan, dataset, language))
    return ReportTable(language.gettext(N_("By bus and day")), translate_columns(DAY_COLUMNS, language), blocks)


def _day_block(day: Day, language: Language) -> Block:
    """Block of a bus on a day: its rows and what they add up to."""
    words = {
        "bus": day.bus,
        "weekday": language.weekday(day.weekday),
        "week": day.week,
        "date": language.date(day.date),
    }
    rows: list[tuple[Value, ...]] = []
    for row in day.rows:
        lasting = row.end_s > row.start_s
        minutes = (row.end_s - row.start_s) // MINUTE_S if lasting else None
        end_s = row.end_s if lasting else None
        doing = language.gettext(DOINGS[row.doing])
        # The last column is for the planner, whose marks `bibliobus locks` takes over into the scenario.
        rows.append((row.start_s, end_s, doing, row.place, minutes, row.length_m, None))
    total = (day.leave_s, day.return_s, language.gettext(DAY_TOTAL), None, day.work_s // MINUTE_S, day.length_m, None)
    return Block((*rows, total), Text(DAY_HEADING, words).render(language))


def _lay_out_calls(plan: Plan, dataset: Dataset, language: Language) -> ReportTable:
    """A row for each visit, by name in the alphabet."""
    rows = tuple(
        (
            call.name,
            call.hromada,
            call.raion,
            language.rhythm(call.rhythm_weeks),
            call.week,
            language.weekday(call.weekday),
            call.date,
            call.start_s,
            call.end_s,
            (call.end_s - call.start_s) // MINUTE_S,
            call.bus,
        )
        for call in list_calls(plan, dataset, language)
    )
    columns = translate_columns(CALL_COLUMNS, language)
    return ReportTable(language.gettext(N_("By settlement")), columns, (Block(rows),), landscape=True)


def _lay_out_outside(plan: Plan, dataset: Dataset, language: Language) -> ReportTable:
    """A row for each settlement without a bus: impossible, then sacrificed, then not needed."""
    rows = tuple(
        (
            row.name,
            row.hromada,
            row.raion,
            row.population,
            language.gettext(STANDINGS[row.standing]),
            row.why,
            row.library,
            language.gettext(NO_LIBRARY) if row.library_m is None else row.library_m,
            row.ways,
        )
        for row in list_outside(plan, dataset, language)
    )
    columns = translate_columns(OUTSIDE_COLUMNS, language)
    return ReportTable(language.gettext(N_("Without a bus")), columns, (Block(rows),), landscape=True)


def _lay_out_figures(plan: Plan, language: Language) -> ReportTable:
    """A row for each figure: in words, and as an exact number to compute with."""
    rows = tuple(
        (row.label, row.text, row.value, language.gettext(UNITS[row.unit])) for row in list_figures(plan, language)
    )
    return ReportTable(language.gettext(N_("Key figures")), translate_columns(FIGURE_COLUMNS, language), (Block(rows),))


def _lay_out_sources(plan: Plan, dataset: Dataset, language: Language) -> ReportTable:
    """A row for each fact about where the plan comes from."""
    rows = list_sources(plan, dataset, language)
    return ReportTable(language.gettext(N_("Sources")), translate_columns(SOURCE_COLUMNS, language), (Block(rows),))
