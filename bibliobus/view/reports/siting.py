"""Opening and closing branches as a report: what is given up first."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from bibliobus.view.tables import Block, Kind, Report, ReportColumn, ReportTable, Value, translate_columns
from bibliobus.words.language import N_, NN_
from bibliobus.words.text import Count, Length, Number, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bibliobus.plan.siting import Reach, Site, Siting, Step
    from bibliobus.view.area import AreaView
    from bibliobus.words.language import Language

KIND: Final = N_("Where a branch would serve best, and where the mobile library")
RESIDENTS: Final = NN_("{count} resident", "{count} residents")
SETTLEMENTS: Final = NN_("{count} settlement", "{count} settlements")
WAY_COLUMNS: Final = (
    ReportColumn(N_("Settlement")),
    ReportColumn(N_("Residents"), Kind.WHOLE),
    ReportColumn(N_("To a library today, km"), Kind.KM, widest=16),
    ReportColumn(N_("Afterwards, km"), Kind.KM, widest=16),
)
SERVICE_COLUMNS: Final = (
    ReportColumn(N_("Settlement")),
    ReportColumn(N_("Residents"), Kind.WHOLE),
    ReportColumn(N_("To a library afterwards, km"), Kind.KM, widest=16),
    ReportColumn(N_("Within reach of"), widest=30),
    ReportColumn(N_("Minutes of the bus a month by the rules"), Kind.WHOLE, widest=18),
    ReportColumn(N_("Residents whom a branch here would bring within reach"), Kind.WHOLE, widest=24),
)
STEP_COLUMNS: Final = (
    ReportColumn(N_("Place")),
    ReportColumn(N_("Residents"), Kind.WHOLE),
    ReportColumn(N_("Settlements"), Kind.WHOLE),
)
MOST_OPENINGS: Final = 10

LOSE: Final = N_("Who loses reach")
FARTHER: Final = N_("Whose way grows")
GAIN: Final = N_("Who gains reach")
SERVICE: Final = N_("Branch or bus")
CLOSE_ONE: Final = N_("Losses if one is closed")
OPEN_ONE: Final = N_("Gains if one is opened")
NO_WAY: Final = N_("no road")
BY_BRANCH: Final = N_("a branch")
BY_BUS: Final = N_("the bus only")

LOST: Final = N_("Losing a library within {reach} by road: {people} in {settlements}.")
NOTHING_LOST: Final = N_("Nobody loses a library within {reach} by road.")
GAINED: Final = N_("Gaining one: {people} in {settlements}.")
CLOSED: Final = N_("Closed: {names}.")
OPENED: Final = N_("Opened: {names}.")
PROVED: Final = N_("No other choice of as many branches keeps more residents within reach (proved).")
NOT_PROVED: Final = N_("A better choice may exist: the search ended before the proof.")
BUS: Final = N_(
    "The bus is left with {settlements}, {people}; by the rules it is open there {minutes} minutes a month."
)
NO_COST: Final = N_("What opening costs and closing saves is not known here; this is a calculation, not a decision.")


def write_siting(siting: Siting, view: AreaView) -> tuple[str, ...]:
    """Write in sentences what changes."""
    reach = {"reach": Length(siting.reach_m)}
    lost, gained = siting.lost, siting.gained
    sentences = [Text(LOST, {**_count(lost), **reach}) if lost else Text(NOTHING_LOST, reach)]
    sentences += [Text(GAINED, _count(gained))] if gained else []
    for template, sites in ((CLOSED, siting.closed), (OPENED, siting.opened)):
        if sites:
            names = ", ".join(_name_site(site, view) for site in sites)
            sentences.append(Text(template, {"names": names}))
    if siting.opened or siting.closed:
        sentences.append(Text(PROVED if siting.proved else NOT_PROVED))
    bus = [one for one in siting.reaches if not one.reached_after]
    minutes = Number(sum(one.bus_minutes for one in bus))
    sentences += [Text(BUS, {**_count(bus), "minutes": minutes}), Text(NO_COST)]
    return tuple(sentence.render(view.language) for sentence in sentences)


def lay_out_siting(siting: Siting, view: AreaView) -> tuple[ReportTable, ...]:
    """Lay out what changes as sheets."""
    language, names = view.language, view.names
    ways = ((LOSE, siting.lost), (FARTHER, siting.farther), (GAIN, siting.gained))
    tables: list[tuple[str, tuple[ReportColumn, ...], tuple[tuple[Value, ...], ...]]] = [
        (title, WAY_COLUMNS, tuple(_way_row(one, names, language) for one in some)) for title, some in ways
    ]
    brings = {step.site.settlement_id: step.people for step in siting.openings}
    service = sorted(siting.reaches, key=lambda one: (one.reached_after, -one.population, one.settlement_id))
    rows = tuple(_service_row(one, names, brings, language) for one in service)
    tables.append((SERVICE, SERVICE_COLUMNS, rows))
    for title, steps in ((CLOSE_ONE, siting.closings), (OPEN_ONE, siting.openings[:MOST_OPENINGS])):
        tables.append((title, STEP_COLUMNS, tuple(_step_row(step, view) for step in steps)))
    return tuple(
        ReportTable(
            language.gettext(title), translate_columns(columns, language), (Block(rows),), landscape=title == SERVICE
        )
        for title, columns, rows in tables
    )


def report_siting(siting: Siting, view: AreaView) -> Report:
    """
    Report what opening and closing branches changes.

    Parameters
    ----------
    siting
        What changes, as it was computed.
    view
        The area, with distances.

    Returns
    -------
    Report
        What is given up stands first.
    """
    return Report(
        title=view.area,
        kind=view.language.gettext(KIND),
        area=view.area,
        lines=write_siting(siting, view),
        warnings=view.notices,
        once=view.estimate,
        tables=lay_out_siting(siting, view),
        sources=view.sources,
        facts=list_siting(siting),
    )


def list_siting(siting: Siting) -> dict[str, Any]:
    """List what changes as values that JSON knows, what is given up first; distances in metres."""
    groups = {"lost": siting.lost, "farther": siting.farther, "gained": siting.gained, "settlements": siting.reaches}
    return {
        "reach_m": siting.reach_m,
        **{name: [asdict(one) for one in some] for name, some in groups.items()},
        "closed": [asdict(site) for site in siting.closed],
        "opened": [asdict(site) for site in siting.opened],
        "proved": siting.proved,
        "closing_one": [asdict(step) for step in siting.closings],
        "opening_one": [asdict(step) for step in siting.openings],
    }


def _count(some: Sequence[Reach]) -> dict[str, object]:
    """How many residents and settlements."""
    people = sum(one.population for one in some)
    return {"people": Count(*RESIDENTS, people), "settlements": Count(*SETTLEMENTS, len(some))}


def _name_site(site: Site, view: AreaView) -> str:
    """Name of the library or, where none stands, of the settlement."""
    return view.libraries.get(site.library_id) or view.names[site.settlement_id]


def _way_row(one: Reach, names: Mapping[str, str], language: Language) -> tuple[Value, ...]:
    """Row of a settlement whose way changes."""
    ways = (language.gettext(NO_WAY) if way_m is None else way_m for way_m in (one.before_m, one.after_m))
    return (names[one.settlement_id], one.population, *ways)


def _service_row(
    one: Reach, names: Mapping[str, str], brings: Mapping[str, int], language: Language
) -> tuple[Value, ...]:
    """Row of a settlement: a branch reaches it, or only the bus can."""
    way = language.gettext(NO_WAY) if one.after_m is None else one.after_m
    service = language.gettext(BY_BRANCH if one.reached_after else BY_BUS)
    minutes = None if one.reached_after else one.bus_minutes
    return (names[one.settlement_id], one.population, way, service, minutes, brings.get(one.settlement_id))


def _step_row(step: Step, view: AreaView) -> tuple[Value, ...]:
    """Row of a site."""
    return (_name_site(step.site, view), step.people, step.settlements)
