"""The plan as plain text, one fact a line in a stable order, so that two versions can be compared line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import week_of, weekday_of
from bibliobus.language import N_
from bibliobus.plan.timetable import Call, Leg, Pause
from bibliobus.reports.heading import list_warnings, write_period, write_title
from bibliobus.reports.rows import STANDINGS, list_figures, list_outside
from bibliobus.reports.text import clean_text
from bibliobus.units import format_clock
from bibliobus.wording import Length, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.plan.timetable import Row, Tour
    from bibliobus.reports.material import Material

TOUR: Final = N_("{bus}, week {week}, {weekday}")
DRIVE: Final = N_("drive to {place}, {length}")
OPEN: Final = N_("open in {place}")
MEAL: Final = N_("meal break in {place}")
REST: Final = N_("break for the driver in {place}")
OUTSIDE: Final = N_("{name}: {standing}. {why}")
FIGURE: Final = N_("{label}: {value}")
WITHOUT: Final = N_("Without a bus")
FIGURES: Final = N_("Key figures")


def render_text(material: Material) -> bytes:
    """
    Render the plan as text.

    Parameters
    ----------
    material
        The plan and what its papers need.

    Returns
    -------
    bytes
        UTF-8 with LF: heading, a paragraph for each tour with a line for each thing the crew does, settlements
        without a bus with the reason, key figures. Settlements stand with their ids.
    """
    language = material.language
    top = [write_title(material.dataset, language), write_period(material.plan, language)]
    paragraphs = [
        [*top, *list_warnings(material.plan, material.dataset, language)],
        *(list(_list_tour(material, tour)) for tour in material.plan.tours),
    ]
    if material.plan.figures:  # the public gets none, and learns of no place without a bus
        paragraphs += [
            [language.gettext(WITHOUT), *_list_outside(material)],
            [language.gettext(FIGURES), *_list_figures(material)],
        ]
    lines = "\n\n".join("\n".join(map(clean_text, paragraph)) for paragraph in paragraphs)
    return f"{lines}\n".encode()


def _list_tour(material: Material, tour: Tour) -> Iterator[str]:
    """Heading of a tour and a line for each row."""
    heading = {
        "bus": material.buses[tour.bus_id],
        "week": week_of(tour.day),
        "weekday": material.language.weekday(weekday_of(tour.day)),
    }
    yield f"{Text(TOUR, heading).render(material.language)} [{tour.tour_id}]"
    for row in tour.rows:
        start_s, end_s, place_id, words = _tell(material, row)
        yield f"  {format_clock(start_s)}-{format_clock(end_s)} {words} [{place_id}]"


def _tell(material: Material, row: Row) -> tuple[int, int, str, str]:
    """Start, end, place and words of a row."""
    match row:
        case Leg():
            values: dict[str, object] = {"place": material.names[row.to_id], "length": Length(row.length_m)}
            return row.leave_s, row.arrive_s, row.to_id, Text(DRIVE, values).render(material.language)
        case Call():
            values = {"place": material.names[row.settlement_id]}
            return row.start_s, row.end_s, row.settlement_id, Text(OPEN, values).render(material.language)
        case Pause():
            values = {"place": material.names[row.place_id]}
            return (
                row.start_s,
                row.end_s,
                row.place_id,
                Text(MEAL if row.is_meal else REST, values).render(material.language),
            )


def _list_outside(material: Material) -> Iterator[str]:
    """A line for each settlement without a bus."""
    for row in list_outside(material.plan, material.dataset, material.language):
        standing = material.language.gettext(STANDINGS[row.standing])
        words = {"name": material.names[row.settlement_id], "standing": standing, "why": row.why}
        yield f"  {Text(OUTSIDE, words).render(material.language)} [{row.settlement_id}]"


def _list_figures(material: Material) -> Iterator[str]:
    """A line for each key figure."""
    for row in list_figures(material.plan, material.language):
        yield f"  {Text(FIGURE, {'label': row.label, 'value': row.text}).render(material.language)}"
