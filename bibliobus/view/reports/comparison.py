"""What changes between two plans, as a report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.plan.compare.compare import Difference
from bibliobus.plan.measure.figures import FIGURES, format_figure
from bibliobus.view.tables import Block, Kind, PlaceName, Report, ReportColumn, ReportTable, translate_columns
from bibliobus.words.language import MINUTE_S, N_, NN_, format_clock
from bibliobus.words.text import Count, Duration, Number, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bibliobus.plan.compare.compare import Comparison, DatedVisit, PlaceChange, VisitChange
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language

KINDS: Final[Mapping[Difference, str]] = {
    Difference.LOST: N_("Visit lost"),
    Difference.DAY: N_("Other day"),
    Difference.BUS: N_("Other bus"),
    Difference.TIME: N_("Other time"),
    Difference.ORDER: N_("Other order, times nearly the same"),
    Difference.SLIGHT: N_("A few minutes' difference"),
    Difference.NEW: N_("New visit"),
}
"""What is different, in words."""

TALLY_COLUMNS: Final = (
    ReportColumn(N_("What changes")),
    ReportColumn(N_("Visits"), Kind.WHOLE),
    ReportColumn(N_("Settlements"), Kind.WHOLE),
    ReportColumn(N_("Residents"), Kind.WHOLE),
)
PLACE_COLUMNS: Final = (
    ReportColumn(N_("Settlement")),
    ReportColumn(N_("Hromada")),
    ReportColumn(N_("Residents"), Kind.WHOLE),
    ReportColumn(N_("What changes"), widest=28),
    ReportColumn(N_("Until now"), widest=34),
    ReportColumn(N_("From now on"), widest=34),
    ReportColumn(N_("Changed visits"), Kind.WHOLE),
    ReportColumn(N_("Minutes later or earlier"), Kind.WHOLE),
    ReportColumn(N_("Road change"), widest=24),
)
HROMADA_COLUMNS: Final = (
    ReportColumn(N_("Hromada")),
    ReportColumn(N_("What changes")),
    ReportColumn(N_("Visits"), Kind.WHOLE),
    ReportColumn(N_("Settlements"), Kind.WHOLE),
    ReportColumn(N_("Residents"), Kind.WHOLE),
)
FIGURE_COLUMNS: Final = (
    ReportColumn(N_("Key figure")),
    ReportColumn(N_("Before")),
    ReportColumn(N_("After")),
    ReportColumn(N_("Difference")),
)
CAUSE_COLUMNS: Final = (
    ReportColumn(N_("Road change")),
    ReportColumn(N_("Drives of the old plan that use the road"), Kind.WHOLE),
    ReportColumn(N_("Settlements with changed visits on these tours"), widest=60),
)
NO_VISIT: Final = N_("no visit")
IN_WEEKS: Final = N_("{visit} (week {weeks})")
SPAN: Final = N_("Compared from {first} to {last}")
CHANGED: Final = N_("Of {announced}, {changed} on another day, by another bus, at another time, or not at all.")
TAKE_PLACE: Final = NN_("{count} takes place", "{count} take place")
VISITS: Final = NN_("{count} announced visit", "{count} announced visits")
NOTHING: Final = N_("Nothing changes for anybody.")
KIND: Final = N_("What changes in the timetable of the mobile library")
MADE_WITH: Final = N_("Made with bibliobus {version}.")
VERSIONS_DIFFER: Final = N_(
    "The plans were made with different versions of programs ({pairs}); that alone may explain some of the differences."
)
KEPT: Final = N_("Every announced visit takes place on its day, by its bus, and at most {tolerance} from its time.")
SHIFTED: Final = N_("Visits that move by so little: {shifted}.")
ADDED: Final = N_("Visits that are new: {added}.")


def lay_out_comparison(comparison: Comparison, old: PlanView, new: PlanView) -> tuple[ReportTable, ...]:
    """Lay a comparison out as sheets; the names are those of the new plan where they differ."""
    language, names = new.language, {**old.names, **new.names}
    buses = {bus.bus_id: bus.name for view in (old, new) for bus in view.buses}
    causes = [_lay_out_causes(comparison, names, language)] if comparison.causes else []
    tables = (
        _lay_out_tallies(comparison, language),
        _lay_out_places(comparison, names, buses, language),
        _lay_out_hromadas(comparison, language),
        _lay_out_figures(comparison, language),
        *causes,
    )
    return tuple(replace(table, empty=language.gettext(NOTHING)) for table in tables)


def report_comparison(comparison: Comparison, old: PlanView, new: PlanView) -> Report:
    """
    Report what changes between two plans, both as one reader sees them.

    Parameters
    ----------
    comparison
        What changes, as it was computed.
    old
        The plan that people know.
    new
        The plan that follows it; its names are told where they differ.

    Returns
    -------
    Report
        Sentences, tables and exact values in the language of the view.

    Raises
    ------
    UsageError
        If the reader may not know what it tells of.
    """
    new.require("compare", "buses", "residents", "road_changes")
    return Report(
        title=new.title,
        kind=new.language.gettext(KIND),
        area=new.area,
        lines=write_heads(comparison, new.language),
        warnings=new.tell_notices_beside(old),
        once=new.estimate,
        tables=lay_out_comparison(comparison, old, new),
        sources=(new.language.gettext(MADE_WITH).format(version=new.version),),
        facts=list_comparison_facts(comparison),
    )


def write_heads(comparison: Comparison, language: Language) -> tuple[str, ...]:
    """How much changes, which days are compared, and that other versions of programs made the new plan if so."""
    lines = (write(comparison, language) for write in (write_verdict, write_span, write_versions))
    return tuple(filter(None, lines))


def write_span(comparison: Comparison, language: Language) -> str:
    """Write which days are compared."""
    days = {"first": language.date(comparison.first_day), "last": language.date(comparison.last_day)}
    return Text(SPAN, days).render(language)


def write_verdict(comparison: Comparison, language: Language) -> str:
    """Write how many of the announced visits change; where all promises are kept, what changes all the same."""
    if comparison.same:
        return language.gettext(NOTHING)
    if not comparison.broken:
        return " ".join(text.render(language) for text in _tell_slight(comparison))
    words = {
        "announced": Count(*VISITS, comparison.announced),
        "changed": Count(*TAKE_PLACE, comparison.broken),
    }
    return Text(CHANGED, words).render(language)


def write_versions(comparison: Comparison, language: Language) -> str:
    """Write which other versions of programs made the new plan; empty if nothing changes or versions are the same."""
    if comparison.same or not comparison.versions:
        return ""
    pairs = ", ".join(f"{pair.name} {pair.old} → {pair.new}" for pair in comparison.versions)
    return Text(VERSIONS_DIFFER, {"pairs": pairs}).render(language)


def _tell_slight(comparison: Comparison) -> Iterator[Text]:
    """What changes though no promise is broken."""
    kinds = [visit.kind for place in comparison.places for visit in place.visits]
    shifted, added = kinds.count(Difference.SLIGHT), kinds.count(Difference.NEW)
    if comparison.announced:
        yield Text(KEPT, {"tolerance": Duration(comparison.tolerance_s)})
    if shifted:
        yield Text(SHIFTED, {"shifted": Number(shifted)})
    if added:
        yield Text(ADDED, {"added": Number(added)})


def write_visits(
    visits: Sequence[DatedVisit], comparison: Comparison, buses: Mapping[str, str], language: Language
) -> str:
    """Write weekday, time and bus of visits, with the weeks where it is not every one."""
    if not visits:
        return language.gettext(NO_VISIT)
    weeks: dict[tuple[int, int, int, str], list[int]] = {}
    for visit in visits:
        key = (visit.date.weekday(), visit.start_s, visit.end_s, visit.bus_id)
        weeks.setdefault(key, []).append((visit.date - comparison.first_day).days // WEEK_DAYS + 1)
    parts = []
    for (weekday, start_s, end_s, bus), held in sorted(weeks.items(), key=lambda item: (item[1], item[0])):
        text = f"{language.weekday(weekday)} {format_clock(start_s)}–{format_clock(end_s)}"
        text = f"{text}, {buses.get(bus, bus)}" if len(buses) > 1 else text
        words = {"visit": text, "weeks": ", ".join(map(str, held))}
        parts.append(text if len(held) == comparison.weeks else Text(IN_WEEKS, words).render(language))
    return "; ".join(parts)


def _lay_out_tallies(comparison: Comparison, language: Language) -> ReportTable:
    """A row for each difference that occurs."""
    rows = tuple(
        (language.gettext(KINDS[kind]), tally.visits, tally.settlements, tally.residents)
        for kind, tally in comparison.tallies.items()
    )
    return ReportTable(
        language.gettext(N_("What changes")), translate_columns(TALLY_COLUMNS, language), (Block(rows),), name="summary"
    )


def _lay_out_places(
    comparison: Comparison, names: Mapping[str, str], buses: Mapping[str, str], language: Language
) -> ReportTable:
    """A row for each settlement, the gravest change first."""
    rows = tuple(
        (
            PlaceName(place.settlement_id, names.get(place.settlement_id, place.settlement_id)),
            place.hromada,
            place.residents,
            write_kinds(place, language),
            write_visits(place.before, comparison, buses, language),
            write_visits(place.after, comparison, buses, language),
            len(place.visits),
            place.shift_s // MINUTE_S or None,
            ", ".join(place.causes),
        )
        for place in sort_places(comparison)
    )
    columns = translate_columns(PLACE_COLUMNS, language)
    return ReportTable(
        language.gettext(N_("By settlement")), columns, (Block(rows),), landscape=True, name="places", places=True
    )


def sort_places(comparison: Comparison) -> tuple[PlaceChange, ...]:
    """Sort the settlements for people."""
    order = list(Difference)
    return tuple(sorted(comparison.places, key=lambda p: (order.index(p.kind), -p.residents, p.settlement_id)))


@dataclass(frozen=True)
class Mark:
    """A settlement for which something changes, on a map; `kind` is the code of its gravest difference in `KINDS`."""

    settlement_id: str
    kind: str


def list_marks(comparison: Comparison) -> tuple[Mark, ...]:
    """List the settlements of a comparison in the order of its table."""
    return tuple(Mark(place.settlement_id, place.kind.value) for place in sort_places(comparison))


def write_kinds(place: PlaceChange, language: Language) -> str:
    """Write everything that is different for a settlement."""
    found = {kind for visit in place.visits for kind in visit.kinds}
    grave = found - {Difference.ORDER, Difference.SLIGHT} or found
    return ", ".join(language.gettext(KINDS[kind]) for kind in Difference if kind in grave)


def _lay_out_hromadas(comparison: Comparison, language: Language) -> ReportTable:
    """A row for each hromada and difference."""
    rows = tuple(
        (hromada, language.gettext(KINDS[kind]), tally.visits, tally.settlements, tally.residents)
        for hromada, tallies in comparison.hromadas.items()
        for kind, tally in tallies.items()
    )
    return ReportTable(
        language.gettext(N_("By hromada")),
        translate_columns(HROMADA_COLUMNS, language),
        (Block(rows),),
        name="hromadas",
    )


def _lay_out_figures(comparison: Comparison, language: Language) -> ReportTable:
    """A row for each key figure."""
    rows = tuple(
        (
            language.gettext(FIGURES[pair.name].label),
            format_figure(pair.name, pair.old, language),
            format_figure(pair.name, pair.new, language),
            _write_difference(pair.name, pair.new - pair.old, language),
        )
        for pair in comparison.figures
    )
    return ReportTable(
        language.gettext(N_("Before and after")),
        translate_columns(FIGURE_COLUMNS, language),
        (Block(rows),),
        name="figures",
    )


def _write_difference(name: str, value: float, language: Language) -> str:
    """Difference with its sign; empty if there is none to be seen."""
    shown = format_figure(name, abs(value), language)
    if shown == format_figure(name, type(value)(0), language):
        return ""
    sign = "+" if value > 0 else "\N{MINUS SIGN}"
    return f"{sign}{shown}"


def _lay_out_causes(comparison: Comparison, names: Mapping[str, str], language: Language) -> ReportTable:
    """A row for each road change."""
    rows = tuple(
        (cause.change_id, cause.legs, ", ".join(names.get(key, key) for key in cause.settlements))
        for cause in comparison.causes
    )
    return ReportTable(
        language.gettext(N_("Road changes")), translate_columns(CAUSE_COLUMNS, language), (Block(rows),), name="causes"
    )


def list_comparison_facts(comparison: Comparison) -> dict[str, Any]:
    """List a comparison as values that JSON knows."""
    return {
        "same": comparison.same,
        "first_day": comparison.first_day.isoformat(),
        "last_day": comparison.last_day.isoformat(),
        "weeks": comparison.weeks,
        "tolerance_s": comparison.tolerance_s,
        "announced_visits": comparison.announced,
        "broken_visits": comparison.broken,
        "differences": _list_tallies(comparison.tallies),
        "hromadas": {name: _list_tallies(tallies) for name, tallies in comparison.hromadas.items()},
        "settlements": [
            {
                "settlement_id": place.settlement_id,
                "hromada": place.hromada,
                "residents": place.residents,
                "difference": place.kind.value,
                "shift_s": place.shift_s,
                "causes": list(place.causes),
                "visits": [_list_change(visit) for visit in place.visits],
            }
            for place in comparison.places
        ],
        "figures": {pair.name: {"before": pair.old, "after": pair.new} for pair in comparison.figures},
        "versions": {pair.name: {"before": pair.old, "after": pair.new} for pair in comparison.versions},
        "road_changes": [
            {"change": cause.change_id, "legs": cause.legs, "settlements": list(cause.settlements)}
            for cause in comparison.causes
        ],
    }


def _list_tallies(tallies: Mapping[Any, Any]) -> dict[str, dict[str, int]]:
    """How many are concerned by each difference."""
    return {
        kind.value: {"visits": tally.visits, "settlements": tally.settlements, "residents": tally.residents}
        for kind, tally in tallies.items()
    }


def _list_change(visit: VisitChange) -> dict[str, Any]:
    """One changed visit."""
    return {
        "difference": visit.kind.value,
        "differences": [kind.value for kind in visit.kinds],
        "shift_s": visit.shift_s,
        "before": _list_visit(visit.old),
        "after": _list_visit(visit.new),
    }


def _list_visit(visit: DatedVisit | None) -> dict[str, str] | None:
    """One visit; None if there is none."""
    if visit is None:
        return None
    start, end = format_clock(visit.start_s), format_clock(visit.end_s)
    return {"date": visit.date.isoformat(), "bus_id": visit.bus_id, "start": start, "end": end}
