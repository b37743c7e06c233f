"""The tables of what changes between two plans."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.scenario import PRICED_RESIDENTS
from bibliobus.plan.compare.compare import Difference
from bibliobus.plan.explain.reasons import describe_reason, describe_ways_out
from bibliobus.plan.measure.figures import FIGURES, compare_figures, format_figure
from bibliobus.plan.names import spell_name
from bibliobus.view.changed import SENTENCES, tell_changes, write_until_now
from bibliobus.view.changes import write_dates, write_kind, write_where
from bibliobus.view.tables import (
    Block,
    Kind,
    PlaceName,
    ReportColumn,
    ReportTable,
    SortedText,
    Value,
    translate_columns,
)
from bibliobus.words.language import MINUTE_S, N_
from bibliobus.words.text import DateText, Duration, Number, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bibliobus.domain.roads import RoadChange
    from bibliobus.plan.compare.compare import Comparison, FigurePair, PlaceChange, Tally
    from bibliobus.plan.plan import Account
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language
    from bibliobus.words.text import Name

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
    ReportColumn(N_("In detail"), widest=48),
    ReportColumn(N_("Changed visits"), Kind.WHOLE),
    ReportColumn(N_("Minutes later (with minus: earlier)"), Kind.WHOLE),
    ReportColumn(N_("Road change"), widest=24),
)
LOST_COLUMNS: Final = (
    ReportColumn(N_("Settlement")),
    ReportColumn(N_("Residents"), Kind.WHOLE),
    ReportColumn(N_("Lost visits"), Kind.WHOLE),
    ReportColumn(N_("Why"), widest=60),
    ReportColumn(N_("Ways to go on"), widest=60),
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
    ReportColumn(N_("What")),
    ReportColumn(N_("Where"), widest=40),
    ReportColumn(N_("When"), widest=30),
    ReportColumn(N_("Note"), widest=40),
    ReportColumn(N_("Source"), widest=30),
    ReportColumn(N_("Drives of the old plan that use the road"), Kind.WHOLE),
    ReportColumn(N_("Settlements with changed visits on these tours"), widest=60),
)
PRICE_COLUMNS: Final = (
    ReportColumn(N_("What happens to an announced visit"), widest=48),
    ReportColumn(N_("Price in minutes of paid time"), Kind.NUMBER),
)

SHIFTED: Final = N_("It moves by at most {time}.")
TAKEN_BACK: Final = N_("{kind}: no longer")
LEFT_OUT: Final = N_("{kind}; not applied: {reason}")
STILL_COMES: Final = N_("The bus comes on fewer dates than before.")
COMES_AGAIN: Final = N_("After {last} it comes again as before.")
TAKE_BACK: Final = N_("Once this no longer holds ({changes}), take it out of the road changes and plan anew.")
LOCK: Final = N_("To keep it whatever that costs others, lock it in the scenario ([[locks]]) and plan anew.")
WEIGHED: Final = N_("What was weighed, for a place of {residents} residents")
PROMISE: Final = "promise_"
"""Begins the names of the weights of announced visits in a plan."""

PRICES: Final = {
    "lost": KINDS[Difference.LOST],
    "day": KINDS[Difference.DAY],
    "bus": KINDS[Difference.BUS],
    "time": KINDS[Difference.TIME],
    "order": N_("Other order, or another time within the tolerance"),
}
"""What is paid for, by the name of its weight."""


@dataclass(frozen=True)
class Background:
    """
    What a planner is told beside the changes.

    Parameters
    ----------
    changes
        Road changes that are new, in their order.
    taken_back
        Road changes that no longer hold.
    left_out
        Why some of these were not applied, by id.
    accounts
        How settlements without a visit stand, by id.
    dated
        Why no tour is driven on the dates of lost visits, and what to do, by id; told before how a settlement stands.
    weights
        Weights of the new plan by name.
    names
        Names of the settlements in both languages, by id.
    """

    changes: tuple[RoadChange, ...] = ()
    taken_back: tuple[RoadChange, ...] = ()
    left_out: Mapping[str, Text] = field(default_factory=dict)
    accounts: Mapping[str, Account] = field(default_factory=dict)
    dated: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    weights: Mapping[str, int | float] = field(default_factory=dict)
    names: Mapping[str, Name] = field(default_factory=dict)


NO_BACKGROUND: Final = Background()


def lay_out_comparison(
    comparison: Comparison, old: PlanView, new: PlanView, background: Background = NO_BACKGROUND
) -> tuple[ReportTable, ...]:
    """Lay a comparison out as sheets; the names are those of the new plan where they differ."""
    language, names = new.language, {**old.names, **new.names}
    buses = {bus.bus_id: bus.name for view in (old, new) for bus in view.buses}
    tables = (
        _lay_out_tallies(comparison, language),
        _lay_out_places(comparison, names, buses, language),
        *_lay_out_lost(comparison, names, background, language),
        *_lay_out_causes(comparison, names, background, language),
        _lay_out_hromadas(comparison, language),
        _lay_out_figures(comparison, language),
        *_lay_out_prices(comparison, background, language),
    )
    return tuple(replace(table, empty=language.gettext(N_("Nothing changes for anybody."))) for table in tables)


def _lay_out_tallies(comparison: Comparison, language: Language) -> ReportTable:
    """A row for each difference that occurs."""
    rows = tuple((language.gettext(KINDS[kind]), *_list_tally(tally)) for kind, tally in comparison.tallies.items())
    return ReportTable(
        language.gettext(N_("What changes")), translate_columns(TALLY_COLUMNS, language), (Block(rows),), name="summary"
    )


def _list_tally(tally: Tally) -> tuple[int | None, ...]:
    """Cells of how many are concerned; nobody is counted again who stands in the row of a graver difference."""
    return tally.visits, tally.settlements or None, tally.residents or None


def _lay_out_places(
    comparison: Comparison, names: Mapping[str, str], buses: Mapping[str, str], language: Language
) -> ReportTable:
    """A row for each settlement, the gravest change first."""
    rows = tuple(
        (
            PlaceName(place.settlement_id, names.get(place.settlement_id, place.settlement_id)),
            spell_name(place.hromada, language),
            place.residents,
            write_kinds(place, language),
            write_until_now(place, comparison.repeat_weeks, buses, language),
            _write_now(place, comparison, buses, language),
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


def _write_now(place: PlaceChange, comparison: Comparison, buses: Mapping[str, str], language: Language) -> str:
    """What people notice, as they are told; else how far visits move."""
    if place.noticed:
        return " ".join(tell_changes(place, comparison, buses, language, SENTENCES))
    most_s = max((abs(visit.shift_s) for visit in place.visits), default=0)
    return Text(SHIFTED, {"time": Duration(most_s)}).render(language) if most_s else ""


def sort_places(comparison: Comparison) -> tuple[PlaceChange, ...]:
    """Sort the settlements for people."""
    order = list(Difference)
    return tuple(sorted(comparison.places, key=lambda p: (order.index(p.kind), -p.residents, p.settlement_id)))


def write_kinds(place: PlaceChange, language: Language) -> str:
    """Write everything that is different for a settlement."""
    found = {kind for visit in place.visits for kind in visit.kinds}
    grave = found - {Difference.ORDER, Difference.SLIGHT} or found
    first, *others = (language.gettext(KINDS[kind]) for kind in Difference if kind in grave)
    return ", ".join((first, *(words[:1].lower() + words[1:] for words in others)))


def _lay_out_lost(
    comparison: Comparison, names: Mapping[str, str], background: Background, language: Language
) -> Iterator[ReportTable]:
    """A row for each settlement that loses visits, why, and what could be done; nothing where no reason is known."""
    lost = [place for place in sort_places(comparison) if _count_lost(place)]
    if not (lost and (background.accounts or background.dated)):
        return
    rows = tuple(
        (
            PlaceName(place.settlement_id, names.get(place.settlement_id, place.settlement_id)),
            place.residents,
            _count_lost(place),
            _write_why(place, background, language),
            " ".join(_list_ways(place, background, language)),
        )
        for place in lost
    )
    columns = translate_columns(LOST_COLUMNS, language)
    yield ReportTable(
        language.gettext(N_("Lost visits, and ways to go on")), columns, (Block(rows),), landscape=True, name="lost"
    )


def _count_lost(place: PlaceChange) -> int:
    """Visits that are lost."""
    return sum(visit.kind is Difference.LOST for visit in place.visits)


def _write_why(place: PlaceChange, background: Background, language: Language) -> str:
    """Why the bus does not come; if it comes at all, that it comes more rarely."""
    if place.settlement_id in background.dated:
        return background.dated[place.settlement_id][0]
    account = background.accounts.get(place.settlement_id)
    if account is None or account.reason is None:
        return language.gettext(STILL_COMES)
    return describe_reason(account.reason).render(language)


def _list_ways(place: PlaceChange, background: Background, language: Language) -> Iterator[str]:
    """What would bring the visits of a settlement back, and that time does."""
    account = background.accounts.get(place.settlement_id)
    if place.settlement_id in background.dated:
        yield background.dated[place.settlement_id][1]
    elif account is not None and account.reason is not None:
        yield from (text.render(language) for text in describe_ways_out(account.reason, background.names))
        if not account.reason.impossible:
            yield language.gettext(LOCK)
        elif gone := _list_in_the_way(place, background):
            yield Text(TAKE_BACK, {"changes": ", ".join(gone)}).render(language)
    if place.until:
        yield Text(COMES_AGAIN, {"last": DateText(place.until)}).render(language)


def _list_in_the_way(place: PlaceChange, background: Background) -> list[str]:
    """Ids of new road changes without end that touch tours of a settlement and hold when a visit is lost."""
    days = [visit.old.date for visit in place.visits if visit.kind is Difference.LOST and visit.old]
    # One that has an end is over by itself: nobody has to take it out.
    lasting = [change for change in background.changes if change.valid_to is None]
    held = [change for change in lasting if any(change.overlaps(day, day) for day in days)]
    return [change.change_id for change in held if change.change_id in place.causes]


def _lay_out_hromadas(comparison: Comparison, language: Language) -> ReportTable:
    """A row for each hromada and difference."""
    rows = tuple(
        (spell_name(hromada, language), language.gettext(KINDS[kind]), *_list_tally(tally))
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
            _write_difference(pair, language),
        )
        for pair in comparison.figures
    )
    return ReportTable(
        language.gettext(N_("Before and after")),
        translate_columns(FIGURE_COLUMNS, language),
        (Block(rows),),
        name="figures",
    )


def _write_difference(pair: FigurePair, language: Language) -> str:
    """Difference with its sign; empty if there is none to be seen."""
    value = compare_figures(pair.name, pair.old, pair.new)
    if not value:
        return ""
    sign = "+" if value > 0 else "\N{MINUS SIGN}"
    return f"{sign}{format_figure(pair.name, abs(value), language)}"


def name_change(change_id: str) -> str:
    """Name under which a road change stands on the map: no settlement has it."""
    return f"change/{change_id}"


def _lay_out_causes(
    comparison: Comparison, names: Mapping[str, str], background: Background, language: Language
) -> Iterator[ReportTable]:
    """A row for each road change, in the words of the planner."""
    known = {cause.change_id: cause for cause in comparison.causes}
    rows: list[tuple[Value, ...]] = []
    for change in background.changes:
        cause, kind = known.get(change.change_id), write_kind(change, language)
        if change.change_id in background.left_out:
            words = {"kind": kind, "reason": background.left_out[change.change_id]}
            kind = Text(LEFT_OUT, words).render(language)
        concerned = ", ".join(names.get(key, key) for key in cause.settlements) if cause else ""
        place = PlaceName(name_change(change.change_id), change.change_id)
        rows.append((place, kind, *_tell_change(change, names, language), cause.legs if cause else None, concerned))
    for change in background.taken_back:
        kind = Text(TAKEN_BACK, {"kind": write_kind(change, language)}).render(language)
        rows.append((change.change_id, kind, *_tell_change(change, names, language), None, ""))
    if rows:
        columns, block = translate_columns(CAUSE_COLUMNS, language), Block(tuple(rows))
        yield ReportTable(language.gettext(N_("Road changes")), columns, (block,), landscape=True, name="causes")


def _tell_change(change: RoadChange, names: Mapping[str, str], language: Language) -> tuple[Value, ...]:
    """Where and when a road changes, and what the planner says of it."""
    day = change.valid_from.isoformat() if change.valid_from else ""
    when = SortedText(write_dates(change, language), day)
    return write_where(change, names, language), when, change.note, change.source


def _lay_out_prices(comparison: Comparison, background: Background, language: Language) -> Iterator[ReportTable]:
    """What a broken promise was weighed with; nothing if nothing changes, or the plan names no such weights."""
    rows = _list_prices(background.weights, language)
    if rows and not comparison.same:
        columns = translate_columns(PRICE_COLUMNS, language)
        title = Text(WEIGHED, {"residents": Number(PRICED_RESIDENTS)}).render(language)
        yield ReportTable(title, columns, (Block(rows),), name="prices")


def _list_prices(weights: Mapping[str, int | float], language: Language) -> tuple[tuple[Value, ...], ...]:
    """Prices that the scenario documents, the dearest as they stand there."""
    found: Sequence[tuple[str, int | float]] = [
        (name.removeprefix(PROMISE), value) for name, value in weights.items() if name.startswith(PROMISE)
    ]
    return tuple((language.gettext(PRICES[name]), value) for name, value in found if name in PRICES)
