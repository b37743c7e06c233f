"""timetable.xlsx: the plan as a workbook for people who work in Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import week_of
from bibliobus.output.archive import pack_workbook
from bibliobus.output.cells import write_sheets
from bibliobus.view.days import Doing
from bibliobus.view.outside import STANDINGS
from bibliobus.view.tables import Block, Column, Kind, Sheet, Value, translate_columns
from bibliobus.words.language import N_
from bibliobus.words.text import Text
from bibliobus.words.units import MINUTE_S

if TYPE_CHECKING:
    from bibliobus.view.days import BusDay
    from bibliobus.view.view import PlanView

DAY_HEADING: Final = N_("{bus}: {weekday}, week {week}, {date}")
DAY_TOTAL: Final = N_("In all, meal break not counted")
NO_LIBRARY: Final = N_("none can be reached")

DAY_COLUMNS: Final = (
    Column(N_("From"), Kind.CLOCK),
    Column(N_("To"), Kind.CLOCK),
    Column(N_("What")),
    Column(N_("Where")),
    Column(N_("Minutes"), Kind.WHOLE),
    Column(N_("km"), Kind.KM),
    Column(N_("Lock"), widest=12),
)
CALL_COLUMNS: Final = (
    Column(N_("Settlement")),
    Column(N_("Hromada")),
    Column(N_("Raion")),
    Column(N_("How often")),
    Column(N_("Week"), Kind.WHOLE),
    Column(N_("Weekday")),
    Column(N_("Date"), Kind.DATE),
    Column(N_("Arrival"), Kind.CLOCK),
    Column(N_("Departure"), Kind.CLOCK),
    Column(N_("Minutes"), Kind.WHOLE),
    Column(N_("Bus")),
)
OUTSIDE_COLUMNS: Final = (
    Column(N_("Settlement")),
    Column(N_("Hromada")),
    Column(N_("Raion")),
    Column(N_("Residents"), Kind.WHOLE),
    Column(N_("Standing"), widest=24),
    Column(N_("Why"), widest=50),
    Column(N_("Nearest library"), widest=28),
    Column(N_("Distance by road, km"), Kind.KM),
    Column(N_("What would change it"), widest=60),
)
FIGURE_COLUMNS: Final = (
    Column(N_("Key figure")),
    Column(N_("Value")),
    Column(N_("Exact value"), Kind.NUMBER),
    Column(N_("Unit")),
)
SOURCE_COLUMNS: Final = (Column(N_("Fact")), Column(N_("Value"), Kind.NUMBER))

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


def render_workbook(view: PlanView) -> bytes:
    """Render the plan as a workbook."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    lay_outs = (_lay_out_days, _lay_out_calls, _lay_out_outside, _lay_out_figures, _lay_out_sources)
    write_sheets(
        book,
        [lay_out(view) for lay_out in lay_outs],
        title=(view.title, view.period),
        warnings=view.notices,
        once=(*view.estimate, *view.cautions),
        language=view.language,
    )
    return pack_workbook(book)


def _lay_out_days(view: PlanView) -> Sheet:
    """A block for each bus and day."""
    language = view.language
    blocks = tuple(_day_block(day, view) for day in view.days)
    return Sheet(language.gettext(N_("By bus and day")), translate_columns(DAY_COLUMNS, language), blocks)


def _day_block(day: BusDay, view: PlanView) -> Block:
    """Block of a bus on a day: its rows and what they add up to."""
    language = view.language
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


def _lay_out_calls(view: PlanView) -> Sheet:
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
            view.cycle.date_of(day),
            time.start_s,
            time.end_s,
            (time.end_s - time.start_s) // MINUTE_S,
            time.bus,
        )
        for stop in view.stops
        for day, time in stop.calls
    )
    columns = translate_columns(CALL_COLUMNS, language)
    return Sheet(language.gettext(N_("By settlement")), columns, (Block(rows),), landscape=True)


def _lay_out_outside(view: PlanView) -> Sheet:
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
    return Sheet(language.gettext(N_("Without a bus")), columns, (Block(rows),), landscape=True)


def _lay_out_figures(view: PlanView) -> Sheet:
    """A row for each figure: in words, and as an exact number to compute with."""
    language = view.language
    rows = tuple((row.label, row.text, row.value, row.unit) for row in view.figures)
    return Sheet(language.gettext(N_("Key figures")), translate_columns(FIGURE_COLUMNS, language), (Block(rows),))


def _lay_out_sources(view: PlanView) -> Sheet:
    """A row for each fact about where the plan comes from."""
    language = view.language
    return Sheet(language.gettext(N_("Sources")), translate_columns(SOURCE_COLUMNS, language), (Block(view.sources),))
