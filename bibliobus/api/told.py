"""What a plan tells: its stops, visits and drives, its key figures, and why settlements are not served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from bibliobus.api.shown import GeoTable, Table, Tabled, show_rows, speaking
from bibliobus.tasks.edit import explain_plan
from bibliobus.view.heading import list_figures
from bibliobus.words.language import KM_M, MINUTE_S, Language, format_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.plan.explain.reasons import Story
    from bibliobus.plan.plan import Plan as PlanValue
    from bibliobus.tasks.reopen import OpenPlan
    from bibliobus.view.view import PlanView

STOP_COLUMNS = (
    "settlement_id",
    "name",
    "hromada",
    "population",
    "rhythm_weeks",
    "visits",
    "bus",
    "weekday",
    "first_date",
    "arrival",
    "departure",
    "stay_min",
)
CALL_COLUMNS = ("settlement_id", "name", "bus", "week", "weekday", "date", "arrival", "departure", "stay_min")
LEG_COLUMNS = (
    "tour_id",
    "bus",
    "date",
    "from_id",
    "from_name",
    "to_id",
    "to_name",
    "leave",
    "arrive",
    "driving_min",
    "length_km",
)


def list_stops(view: PlanView) -> GeoTable:
    """List the settlements that the bus serves, by id, with their first visit of the cycle."""
    stops = sorted((stop for stop in view.stops if stop.times), key=lambda stop: stop.settlement_id)
    rows = []
    for stop in stops:
        day, time = stop.calls[0]
        visit = (time.bus, view.language.weekday(time.weekday), view.cycle.date_of(day))
        place = (stop.settlement_id, stop.full_name, stop.hromada, stop.residents, stop.rhythm_weeks, len(stop.calls))
        rows.append((*place, *visit, *_tell_times(time.start_s, time.end_s)))
    return GeoTable(STOP_COLUMNS, tuple(rows), tuple((stop.spot,) for stop in stops))


def list_calls(view: PlanView) -> GeoTable:
    """List the visits of the cycle, tour by tour."""
    spots = {stop.settlement_id: stop.spot for stop in view.stops}
    calls = [(day, call) for day in view.days for call in day.calls]
    rows = tuple(
        (
            call.place_id,
            call.place,
            day.bus,
            day.week,
            view.language.weekday(day.weekday),
            day.date,
            *_tell_times(call.start_s, call.end_s),
        )
        for day, call in calls
    )
    return GeoTable(CALL_COLUMNS, rows, tuple((spots[call.place_id],) for _, call in calls))


def _tell_times(start_s: int, end_s: int) -> tuple[str, str, int]:
    """Arrival, departure, and minutes between."""
    return format_clock(start_s), format_clock(end_s), (end_s - start_s) // MINUTE_S


def list_legs(view: PlanView, plan: PlanValue) -> GeoTable:
    """List the drives of the cycle, tour by tour, from a view with ground; where each begins the plan alone knows."""
    driven = [
        (day, drive, leg)
        for day, tour in zip(view.days, plan.tours, strict=True)
        for drive, leg in zip(day.drives, tour.legs, strict=True)
    ]
    rows = tuple(
        (
            day.tour_id,
            day.bus,
            day.date,
            leg.from_id,
            drive.from_place,
            leg.to_id,
            drive.place,
            format_clock(leg.leave_s),
            format_clock(leg.arrive_s),
            round(leg.driving_s / MINUTE_S, 1),
            leg.length_m / KM_M,
        )
        for day, drive, leg in driven
    )
    return GeoTable(LEG_COLUMNS, rows, tuple(drive.line for _, drive, _ in driven))


@dataclass(frozen=True, repr=False, eq=False)
class Figures(Tabled, Mapping[str, int | float]):
    """Key figures of a plan by name, such as ``people_served``."""

    plan: PlanValue
    language: str

    def __getitem__(self, name: str) -> int | float:
        """Value of one figure, in the unit its name ends with."""
        return self.plan.figures[name]

    def __iter__(self) -> Iterator[str]:
        """Names of the figures."""
        return iter(self.plan.figures)

    def __len__(self) -> int:
        """Number of figures."""
        return len(self.plan.figures)

    @property
    def table(self) -> Table:
        """A row for each figure: name, what it is, its exact value, and its value in words."""
        rows = list_figures(self.plan, Language(self.language))
        return Table(
            ("figure", "label", "value", "text"), tuple((row.name, row.label, row.value, row.text) for row in rows)
        )

    def __repr__(self) -> str:
        """Figures and values."""
        return f"Figures({dict(self.plan.figures)})"

    def _repr_html_(self) -> str:
        """Labels and values for a notebook."""
        return show_rows(("", ""), [(row.label, row.text) for row in list_figures(self.plan, Language(self.language))])


@dataclass(frozen=True, repr=False, eq=False)
class Explanations(Tabled):
    """
    What a plan does for settlements, in sentences.

    Parameters
    ----------
    stories
        The settlements and what is so.
    language
        ``uk`` or ``en``.
    """

    stories: tuple[Story, ...]
    language: str

    @property
    def table(self) -> Table:
        """A row for each settlement: name, standing, residents, whether it is impossible, the code of the reason."""
        spoken = Language(self.language)
        columns = ("settlement_id", "name", "standing", "population", "impossible", "code", "sentence", "details")
        rows = tuple(
            (
                story.account.settlement_id,
                story.name.render(spoken),
                story.account.standing.value,
                story.account.population,
                story.account.reason.impossible if story.account.reason else None,
                story.account.reason.code if story.account.reason else None,
                story.sentence.render(spoken),
                " ".join(detail.render(spoken) for detail in story.details),
            )
            for story in self.stories
        )
        return Table(columns, rows)

    def __len__(self) -> int:
        """Number of settlements."""
        return len(self.stories)

    def __str__(self) -> str:
        """Each settlement with its sentences."""
        return "\n".join(
            "\n".join([f"{row['name']}: {row['sentence']}", *filter(None, [row["details"]])]) for row in self.table
        )

    def __repr__(self) -> str:
        """The same sentences, so that a console shows them."""
        return str(self) or "<Explanations: none>"

    def _repr_html_(self) -> str:
        """Sentences for a notebook."""
        return "".join(
            f"<p><strong>{escape(row['name'])}</strong>: {escape(row['sentence'])} {escape(row['details'])}</p>"
            for row in self.table
        )


def explain_settlements(opened: OpenPlan, language: str, settlement: str | None) -> Explanations:
    """Explain what a plan does for one settlement, by id or name, or for every one that is not served."""
    with speaking(language):
        told = explain_plan(opened.plan, opened.prepared.dataset, settlement=settlement)
    return Explanations(told.stories, language)
