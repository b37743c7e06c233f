"""
Everything that is made of a plan: for whom it may be, what makes it, and which file of a publication it is.

`export`, `publish`, their help, the table of readers in the docs and the tests of privacy follow these three tables. A
new format takes a row of `FORMATS` and, where a publication holds it, one of `PUBLICATION`. Writers are loaded when
they are called, so that the help of a command costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final, TypeAlias

from bibliobus.domain.audience import Audience
from bibliobus.domain.calendar import WEEK_DAYS, DateSpan
from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from bibliobus.view.view import PlanView

PLANNER, COUNCIL, DRIVER, PUBLIC = Audience.PLANNER, Audience.COUNCIL, Audience.DRIVER, Audience.PUBLIC
EVERYBODY: Final = (PUBLIC, COUNCIL, DRIVER)
"""Who gets a publication."""

SHEET_WEEKS: Final = 4
"""Weeks whose day sheets are made; later ones change too often to be printed now."""


@dataclass(frozen=True)
class PaperOrder:
    """
    What is wanted of a format.

    Parameters
    ----------
    wanted
        Name of the format.
    audience
        For whom it is; None for whom the format is made as a rule.
    first
        First date; None means the first day of the plan.
    last
        Last date; None means a year from the first.
    settlement_id
        Settlement whose stop alone is wanted, in formats that are made a stop; None means all.
    page
        True for a page for print as HTML rather than a PDF document.
    stops_only
        True for times and places of the stops and nothing else, whoever reads it; the public never gets more.
    watch
        Told, and asked whether to stop, after every page of a long document.
    """

    wanted: str
    audience: Audience | None = None
    first: date | None = None
    last: date | None = None
    settlement_id: str | None = None
    page: bool = False
    stops_only: bool = False
    watch: Watch = UNWATCHED

    @property
    def reader(self) -> Audience:
        """For whom it is."""
        return self.audience or FORMATS[self.wanted].audiences[0]


Written: TypeAlias = "bytes | Mapping[str, bytes]"
Writer: TypeAlias = "Callable[[PlanView, PaperOrder], Written]"
"""Makes the bytes of a file, or of each file of a folder, from what the reader may know."""


@dataclass(frozen=True)
class Format:
    """
    One way to write a plan.

    ``audiences``: For whom it can be made; the first one where nobody says for whom.
    ``by_stop``: True if the paper of one stop alone can be had.
    ``exported``: True if `export` makes it; the others have a command of their own or come with a plan.
    ``roads``: True if it names the roads that are driven.
    ``ahead``: True if it lists the next visits of a year, whatever the dates of the papers beside it are.
    """

    audiences: tuple[Audience, ...]
    write: Writer
    by_stop: bool = False
    exported: bool = True
    roads: bool = False
    ahead: bool = False


@dataclass(frozen=True)
class PublishedPaper:
    """
    One file of a publication, or several of a kind.

    Parameters
    ----------
    path
        Path inside the folder; ``{stop}`` makes one for each stop, ``{week}`` one for each of the first weeks with
        tours, and a slash at the end is a folder.
    wanted
        Its format.
    about
        What the page that leads to it says of it; empty if it stands elsewhere on that page.
    audiences
        Whose publications hold it.
    early
        True if it holds the first weeks only.
    page, stops_only
        As in `PaperOrder`.
    """

    path: str
    wanted: str
    about: str
    audiences: tuple[Audience, ...] = EVERYBODY
    early: bool = False
    page: bool = False
    stops_only: bool = False


@dataclass(frozen=True)
class Output:
    """What a command makes: its name, for whom it can be (the first by default), and what it is, in English."""

    name: str
    audiences: tuple[Audience, ...]
    about: str

    @property
    def readers(self) -> tuple[str, ...]:
        """Values of the option that says for whom."""
        return tuple(audience.value for audience in self.audiences)


def _write_csv(view: PlanView, order: PaperOrder) -> bytes:
    """Open data; without end where no dates were asked for, as in the plan folder."""
    from bibliobus.output.exchange.texts import render_timetable_csv

    return render_timetable_csv(view, endless=not (order.first or order.last))


def _write_geojson(view: PlanView, order: PaperOrder) -> bytes:
    """Stops, and for who may see them drives and all other places."""
    from bibliobus.output.exchange.geojson import render_geojson

    return render_geojson(view, stops_only=order.stops_only or view.public)


def _write_gpkg(view: PlanView, order: PaperOrder) -> bytes:
    """The same in layers."""
    from bibliobus.output.exchange.geopackage import render_geopackage

    return render_geopackage(view, stops_only=order.stops_only or view.public)


def _write_gpx(view: PlanView, _: PaperOrder) -> bytes:
    """Tours."""
    from bibliobus.output.exchange.tracks import render_gpx

    return render_gpx(view)


def _write_gtfs(view: PlanView, _: PaperOrder) -> bytes:
    """Timetable for journey planners."""
    from bibliobus.output.exchange.gtfs import render_gtfs

    return render_gtfs(view)


def _write_ics(view: PlanView, order: PaperOrder) -> bytes:
    """Calendar of one stop or all."""
    from bibliobus.output.exchange.calendar import render_calendar

    return render_calendar(view, order.settlement_id)


def _write_kml(view: PlanView, _: PaperOrder) -> bytes:
    """Stops for maps that people carry."""
    from bibliobus.output.exchange.tracks import render_kml

    return render_kml(view)


def _write_osm(view: PlanView, _: PaperOrder) -> bytes:
    """Tags of the stops."""
    from bibliobus.output.exchange.texts import render_osm_tags

    return render_osm_tags(view)


def _write_posters(view: PlanView, order: PaperOrder) -> bytes:
    """Posters of one stop or all."""
    from bibliobus.output.print.html import render_posters_html
    from bibliobus.output.print.posters import list_posters, render_posters_pdf

    posters = list_posters(view, order.settlement_id)
    return render_posters_html(view, posters) if order.page else render_posters_pdf(view, order.watch.follow(posters))


def _write_sheets(view: PlanView, order: PaperOrder) -> bytes:
    """Day sheets; those of the first cycle of the dates where no end was asked for."""
    from bibliobus.output.print.html import render_sheets_html
    from bibliobus.output.print.sheets import list_sheets, render_sheets_pdf

    first = order.first or view.span.first
    last = order.last or first + timedelta(view.cycle.weeks * WEEK_DAYS - 1)
    sheets = list_sheets(view, DateSpan(first, last))
    return render_sheets_html(view, sheets) if order.page else render_sheets_pdf(view, order.watch.follow(sheets))


def _write_text(view: PlanView, _: PaperOrder) -> bytes:
    """Timetable as text."""
    from bibliobus.output.exchange.texts import render_text

    return render_text(view)


def _write_map(view: PlanView, _: PaperOrder) -> bytes:
    """Page with the map."""
    from bibliobus.output.pages.layers import draw_overview
    from bibliobus.output.pages.map import render_map_page

    return render_map_page(draw_overview(view), view).encode()


def _write_hromadas(view: PlanView, order: PaperOrder) -> dict[str, bytes]:
    """Page of each hromada; none where no settlement has one."""
    from bibliobus.output.pages.hromadas import render_hromada_pages

    if not any(place.hromada for place in view.places):
        return {}
    return {name: page.encode() for name, page in order.watch.follow(render_hromada_pages(view))}


def _write_workbook(view: PlanView, _: PaperOrder) -> bytes:
    """Workbook of the plan."""
    from bibliobus.output.workbook import render_workbook

    return render_workbook(view)


FORMATS: Final[Mapping[str, Format]] = {
    "csv": Format((COUNCIL, PLANNER, DRIVER, PUBLIC), _write_csv),
    "geojson": Format((COUNCIL, PLANNER, DRIVER, PUBLIC), _write_geojson),
    "gpkg": Format((COUNCIL, PLANNER, DRIVER, PUBLIC), _write_gpkg),
    "text": Format((COUNCIL, PLANNER, DRIVER, PUBLIC), _write_text),
    "gtfs": Format((PUBLIC, COUNCIL, DRIVER, PLANNER), _write_gtfs),
    "ics": Format((PUBLIC, COUNCIL, DRIVER, PLANNER), _write_ics, by_stop=True),
    "kml": Format((PUBLIC, COUNCIL, DRIVER, PLANNER), _write_kml),
    "osm": Format((PUBLIC, COUNCIL, DRIVER, PLANNER), _write_osm),
    "posters": Format((PUBLIC, COUNCIL, DRIVER, PLANNER), _write_posters, by_stop=True),
    "gpx": Format((DRIVER, PLANNER), _write_gpx),
    "sheets": Format((DRIVER, PLANNER), _write_sheets, roads=True),
    "map": Format((PLANNER, COUNCIL, DRIVER, PUBLIC), _write_map, exported=False, ahead=True),
    "hromadas": Format((PLANNER, COUNCIL, PUBLIC), _write_hromadas, exported=False, ahead=True),
    "workbook": Format((PLANNER, COUNCIL, DRIVER), _write_workbook, exported=False),
}
"""Every format of a plan by its name, in the order of the docs."""

EXPORTED: Final = tuple(sorted(name for name, made in FORMATS.items() if made.exported))
"""Formats that `export` makes, sorted."""

WEEK: Final = N_("day sheets of the week of {date}")
HROMADAS: Final = N_("page to print for the hromada, or a list of such pages")

PUBLICATION: Final = (
    PublishedPaper("sheets-{week}.pdf", "sheets", WEEK, (DRIVER,)),
    PublishedPaper("hromadas/", "hromadas", HROMADAS, (COUNCIL,)),
    PublishedPaper("map.html", "map", N_("map with all times, opens in any browser without internet")),
    PublishedPaper("timetable.xlsx", "workbook", N_("timetable for Excel"), (COUNCIL, DRIVER)),
    PublishedPaper("posters.pdf", "posters", N_("posters, a page for each stop")),
    PublishedPaper("posters.html", "posters", N_("the same posters to print from a browser"), page=True),
    PublishedPaper("calendars/all.ics", "ics", N_("all visits for calendar programs")),
    PublishedPaper("calendars/{stop}.ics", "ics", ""),
    PublishedPaper("stops.csv", "csv", N_("open table of the stops")),
    PublishedPaper("stops.geojson", "geojson", N_("stops for map programs"), stops_only=True),
    PublishedPaper("stops.kml", "kml", N_("stops for Google My Maps, Organic Maps and other maps on telephones")),
    PublishedPaper("gtfs.zip", "gtfs", N_("timetable for journey planners (GTFS)")),
    PublishedPaper("osm-tags.txt", "osm", N_("tags for OpenStreetMap")),
    PublishedPaper(
        "sheets.html",
        "sheets",
        N_("day sheets of the first weeks to print from a browser"),
        (DRIVER,),
        early=True,
        page=True,
    ),
    PublishedPaper("tours.gpx", "gpx", N_("tours for phones and navigators"), (DRIVER,)),
    PublishedPaper("plan.gpkg", "gpkg", N_("plan for QGIS"), (DRIVER,)),
    PublishedPaper("plan.geojson", "geojson", N_("plan for map programs"), (DRIVER,)),
)
"""Files of a publication in the order of the page that leads to them."""

_OUTPUTS: Final = (
    Output("plan", (PLANNER,), N_("folder of a plan (`plan`, `demo`, `replan`)")),
    Output("notices", (PUBLIC,), N_("notices that `replan` writes (`notices.txt`, `notices.csv`)")),
    Output("map", (PLANNER, COUNCIL, PUBLIC), N_("map and pages of the hromadas")),
    Output("publish", EVERYBODY, N_("all papers for the council, the driver or the public")),
    *(
        Output(f"export-{name}", made.audiences, f"`export --format {name}`")
        for name, made in FORMATS.items()
        if made.exported
    ),
    Output("report", (COUNCIL, PLANNER), N_("what `report` writes")),
    Output("coverage", (PLANNER, COUNCIL), N_("what `coverage` writes")),
    Output("compare", (PLANNER,), N_("comparison of two plans")),
    Output("monitor", (PLANNER,), N_("what `monitor` writes")),
    Output("impact", (PLANNER,), N_("what `impact` writes")),
    Output("siting", (PLANNER,), N_("what `siting` writes")),
    Output("whatif", (PLANNER,), N_("papers that `whatif` writes")),
    Output("changes", (PLANNER,), N_("what `changes check` writes")),
)


@cache
def list_outputs() -> Mapping[str, Output]:
    """Everything that commands make of plans by its name, in the order of the docs."""
    return {output.name: output for output in _OUTPUTS}


def write_paper(view: PlanView, order: PaperOrder) -> Written:
    """
    Write a paper from what its reader may know of the plan.

    Parameters
    ----------
    view
        The plan as its reader may know it.
    order
        What is wanted.

    Returns
    -------
    bytes or Mapping of str to bytes
        A file, or each file of a folder by its path in it.
    """
    return FORMATS[order.wanted].write(view, order)


def list_weeks(span: DateSpan) -> Iterator[DateSpan]:
    """List the first weeks of a span, from Monday to Sunday as far as they lie in it."""
    first = span.first
    for _ in range(SHEET_WEEKS):
        if first <= span.last:
            sunday = first + timedelta(days=WEEK_DAYS - 1 - first.weekday())
            yield DateSpan(first, min(sunday, span.last))
            first = sunday + timedelta(days=1)
