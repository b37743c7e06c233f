"""What changes between two plans, as a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bibliobus.plan.compare.compare import Difference
from bibliobus.view.reports.comparison_tables import NO_BACKGROUND, lay_out_comparison, sort_places
from bibliobus.view.tables import Report
from bibliobus.words.language import N_, NN_, format_clock
from bibliobus.words.text import Count, Duration, Number, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bibliobus.plan.compare.compare import Comparison, DatedVisit, PlaceChange, VisitChange
    from bibliobus.view.reports.comparison_tables import Background
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language

SPAN: Final = N_("Compared from {first} to {last}.")
SPAN_OF_A_DAY: Final = N_("Compared on {first}.")
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
SHIFTED: Final = N_("Visits that move by at most {tolerance}, of which nobody need be told: {shifted}.")
ADDED: Final = N_("Visits that are new: {added}.")
TOLD: Final = N_("To be told: {settlements} ({residents}).")
NOBODY_TOLD: Final = N_("Nobody need be told.")
SETTLEMENTS: Final = NN_("{count} settlement", "{count} settlements")
RESIDENTS: Final = NN_("{count} resident", "{count} residents")
TEMPORARY: Final = N_(
    "Temporary: the new timetable holds from {first} to {last}; after that the timetable of before holds again."
)
FOR_A_DAY: Final = N_(
    "Temporary: the new timetable holds on {first} only; after that the timetable of before holds again."
)
FOR_GOOD: Final = N_("For good: the new timetable holds from {first} until further notice.")
SECOND_CALLS: Final = N_(
    "Calls in the cycle at a place where a bus is on the same day already: {before} until now, {after} from now on."
)
SINGLE_DATES: Final = N_("Only single dates change; on all others the timetable of before holds.")


def report_comparison(
    comparison: Comparison, old: PlanView, new: PlanView, background: Background = NO_BACKGROUND
) -> Report:
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
    background
        Road changes in the words of the planner, reasons of lost visits, and prices.

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
        tables=lay_out_comparison(comparison, old, new, background),
        sources=(new.language.gettext(MADE_WITH).format(version=new.version),),
        facts=list_comparison_facts(comparison),
    )


def write_heads(comparison: Comparison, language: Language) -> tuple[str, ...]:
    """How much changes, for whom, until when, on which days, and what versions of programs have to do with it."""
    writers = (
        (write_verdict, write_told),
        (write_holding, _write_other_span),
        (_write_second_calls,),
        (write_versions,),
    )
    lines = (" ".join(filter(None, (write(comparison, language) for write in some))) for some in writers)
    return tuple(filter(None, lines))


def write_told(comparison: Comparison, language: Language) -> str:
    """Write how many must be told; empty if nothing changes."""
    if comparison.same:
        return ""
    told = comparison.told
    if not told:
        return language.gettext(NOBODY_TOLD)
    words = {
        "settlements": Count(*SETTLEMENTS, len(told)),
        "residents": Count(*RESIDENTS, sum(place.residents for place in told)),
    }
    return Text(TOLD, words).render(language)


def write_holding(comparison: Comparison, language: Language) -> str:
    """Write from when and until when it holds, and what holds then; empty if nothing changes or it is not known."""
    if comparison.same:
        return ""
    first, last = comparison.holds_from, comparison.holds_until
    if last and _is_for_a_time(comparison):
        first = first or comparison.first_day
        words = {"first": language.date(first), "last": language.date(last)}
        return Text(FOR_A_DAY if first == last else TEMPORARY, words).render(language)
    if not any(place.for_good for place in comparison.told):
        return language.gettext(SINGLE_DATES) if comparison.told else ""
    return Text(FOR_GOOD, {"first": language.date(first)}).render(language) if first else ""


def _write_other_span(comparison: Comparison, language: Language) -> str:
    """Write which days are compared; empty where these are told as those on which the new plan holds."""
    first, last = comparison.first_day, comparison.last_day
    told = _is_for_a_time(comparison) and (comparison.holds_from or first, comparison.holds_until) == (first, last)
    return "" if told else write_span(comparison, language)


def _write_second_calls(comparison: Comparison, language: Language) -> str:
    """Write how many calls readers gain nothing from; empty if there are none."""
    before, after = comparison.second_calls
    words = {"before": Number(before), "after": Number(after)}
    return Text(SECOND_CALLS, words).render(language) if before or after else ""


def _is_for_a_time(comparison: Comparison) -> bool:
    """Whether another timetable holds for a time, and not only the calendar of single dates differs."""
    told = comparison.told
    return comparison.holds_until is not None and (not told or any(place.until for place in told))


def write_span(comparison: Comparison, language: Language) -> str:
    """Write which days are compared."""
    first, last = comparison.first_day, comparison.last_day
    days = {"first": language.date(first), "last": language.date(last)}
    return Text(SPAN_OF_A_DAY if first == last else SPAN, days).render(language)


def write_verdict(comparison: Comparison, language: Language) -> str:
    """Write how many of the announced visits change, and how many move by little or are new."""
    if comparison.same:
        return language.gettext(NOTHING)
    return " ".join(text.render(language) for text in _tell_visits(comparison))


def write_versions(comparison: Comparison, language: Language) -> str:
    """Write which other versions of programs made the new plan; empty if nothing changes or versions are the same."""
    if comparison.same or not comparison.versions:
        return ""
    pairs = ", ".join(f"{pair.name} {pair.old} → {pair.new}" for pair in comparison.versions)
    return Text(VERSIONS_DIFFER, {"pairs": pairs}).render(language)


def _tell_visits(comparison: Comparison) -> Iterator[Text]:
    """What becomes of the announced visits, and how many are new."""
    visits = [visit for place in comparison.places for visit in place.visits]
    shifted = sum(not visit.noticed for visit in visits)
    added = sum(visit.kind is Difference.NEW for visit in visits)
    tolerance = Duration(comparison.tolerance_s)
    if comparison.broken:
        counts = Count(*VISITS, comparison.announced), Count(*TAKE_PLACE, comparison.broken)
        yield Text(CHANGED, dict(zip(("announced", "changed"), counts, strict=True)))
    elif comparison.announced:
        yield Text(KEPT, {"tolerance": tolerance})
    if shifted:
        yield Text(SHIFTED, {"tolerance": tolerance, "shifted": Number(shifted)})
    if added:
        yield Text(ADDED, {"added": Number(added)})


def sort_told(comparison: Comparison) -> tuple[PlaceChange, ...]:
    """Sort the settlements that must be told for people."""
    return tuple(place for place in sort_places(comparison) if place.noticed)


@dataclass(frozen=True)
class Mark:
    """A settlement for which something changes, on a map; `kind` is the code of its gravest difference in `KINDS`."""

    settlement_id: str
    kind: str


def list_marks(comparison: Comparison) -> tuple[Mark, ...]:
    """List the settlements of a comparison in the order of its table."""
    return tuple(Mark(place.settlement_id, place.kind.value) for place in sort_places(comparison))


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
        "second_calls": dict(zip(("before", "after"), comparison.second_calls, strict=True)),
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
