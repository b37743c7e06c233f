"""Who is reached, and which norms are met, as a report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from bibliobus.plan.measure.coverage import BRITISH_SHARE_OPEN, Level, RuleVerdict
from bibliobus.plan.plan import Standing
from bibliobus.view.tables import (
    Block,
    Kind,
    PlaceName,
    Report,
    ReportColumn,
    ReportTable,
    Value,
    translate_columns,
)
from bibliobus.words.language import MINUTE_S, N_
from bibliobus.words.text import Duration, Length, Number, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bibliobus.domain.norms import Norm
    from bibliobus.plan.measure.coverage import Access, Coverage, Group, RuleResult, ShortestWay
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language

KIND: Final = N_("Who is reached by the mobile library")
GROUP_COLUMNS: Final = (
    ReportColumn(N_("Raion"), widest=30),
    ReportColumn(N_("Hromada"), widest=30),
    ReportColumn(N_("Residents"), Kind.WHOLE),
    ReportColumn(N_("A library is near"), Kind.WHOLE),
    ReportColumn(N_("The bus comes"), Kind.WHOLE),
    ReportColumn(N_("Neither"), Kind.WHOLE),
    ReportColumn(N_("Neither, share"), Kind.SHARE),
    ReportColumn(N_("Minutes of the bus a month for 100 residents without a library"), Kind.NUMBER, widest=20),
    ReportColumn(N_("Average distance to a library or stop, km"), Kind.KM, widest=16),
    ReportColumn(N_("minutes"), Kind.NUMBER, widest=16),
)
WORST_COLUMNS: Final = (
    ReportColumn(N_("Settlement")),
    ReportColumn(N_("Hromada")),
    ReportColumn(N_("Residents"), Kind.WHOLE),
    ReportColumn(N_("To the library, km"), Kind.KM),
    ReportColumn(N_("minutes"), Kind.WHOLE),
    ReportColumn(N_("To the nearest stop, km"), Kind.KM),
    ReportColumn(N_("minutes"), Kind.WHOLE),
)
NORM_COLUMNS: Final = (
    ReportColumn(N_("Rule"), widest=50),
    ReportColumn(N_("Verdict"), widest=30),
    ReportColumn(N_("Measured"), Kind.SHARE),
    ReportColumn(N_("Required"), Kind.SHARE),
    ReportColumn(N_("Holds for"), Kind.WHOLE),
    ReportColumn(N_("of"), Kind.WHOLE),
    ReportColumn(N_("What is assumed"), widest=50),
    ReportColumn(N_("Source"), widest=50),
)
FIGURE_COLUMNS: Final = (ReportColumn(N_("Figure"), widest=70), ReportColumn(N_("Value")))

ALL: Final = N_("All of the area")
NOBODY: Final = N_("cannot be reached")
VERDICTS: Final = {
    RuleVerdict.MET: N_("met"),
    RuleVerdict.NOT_MET: N_("not met"),
    RuleVerdict.DEPENDS: N_("depends on the number of residents per hectare, which the inputs do not hold"),
    RuleVerdict.NO_DATA: N_("cannot be measured: the inputs do not say"),
    RuleVerdict.NEEDS_LOG: N_("cannot be measured without a log of visits"),
    RuleVerdict.NOT_VERIFIED: N_("not verified: shown, not measured"),
}
"""What came out for a rule, in words."""

GINI: Final = N_("How unevenly visits are spread over residents without a library near (Gini: 0 alike, 1 all to a few)")
SHARE_OPEN: Final = N_("Share of the time on the road that is open to readers")
BRITISH: Final = N_("The same in the median of 29 British timetables, 2019–2020 (LibrariesHacked)")
SET_ASIDE: Final = N_("{verdict}; of unknown kind of settlement and set aside: {people}")
NORM_TITLE: Final = N_("{title} ({date}). {source}")


def lay_out_coverage(
    coverage: Coverage, norms: Sequence[tuple[Norm, tuple[RuleResult, ...]]], view: PlanView
) -> tuple[ReportTable, ...]:
    """Lay out the coverage of a plan."""
    language, names = view.language, view.names
    _ = language.gettext
    figures = (
        (_(GINI), language.number(coverage.gini, 2)),
        (_(SHARE_OPEN), language.percent(coverage.share_open)),
        (_(BRITISH), language.percent(BRITISH_SHARE_OPEN)),
    )
    reached = Block(tuple(_group_row(group, language) for group in coverage.groups))
    worst = Block(tuple(_worst_row(one, names, language) for one in coverage.worst))
    tables = (
        ("reached", N_("Who is reached"), GROUP_COLUMNS, (reached,)),
        ("worst", N_("Worst off"), WORST_COLUMNS, (worst,)),
        ("figures", N_("Figures"), FIGURE_COLUMNS, (Block(figures),)),
        ("norms", N_("Norms"), NORM_COLUMNS, tuple(_norm_block(norm, results, language) for norm, results in norms)),
    )
    return tuple(
        ReportTable(
            _(title),
            translate_columns(columns, language),
            blocks,
            landscape=name in ("reached", "norms"),
            name=name,
            places=name == "worst",
        )
        for name, title, columns, blocks in tables
    )


def report_coverage(view: PlanView, coverage: Coverage, norms: Sequence[tuple[Norm, tuple[RuleResult, ...]]]) -> Report:
    """
    Report who is reached by a plan, and what came out for each rule of each norm.

    Parameters
    ----------
    view
        The plan as its reader sees it.
    coverage
        Who is reached, as it was measured.
    norms
        Norms, each with a result for each of its rules.

    Returns
    -------
    Report
        Sentences, tables and exact values in the language of the view.

    Raises
    ------
    UsageError
        If the reader may not know what it tells of.
    """
    view.require("coverage", "residents", "unserved", "libraries", "origin")
    language = view.language
    sources = [f"{fact}: {value}" for fact, value in view.sources]
    sources += [f"{language.choose(uk=norm.title_uk, en=norm.title_en)}: {norm.source}" for norm, _ in norms]
    return Report(
        title=view.title,
        kind=language.gettext(KIND),
        area=view.area,
        lines=(view.period,),
        warnings=view.notices,
        once=(*view.estimate, *view.cautions),
        tables=lay_out_coverage(coverage, norms, view),
        sources=tuple(sources),
        facts=list_coverage(coverage, norms),
    )


def list_coverage(coverage: Coverage, norms: Sequence[tuple[Norm, tuple[RuleResult, ...]]]) -> dict[str, Any]:
    """List the coverage as values that JSON knows."""
    return {
        "groups": [
            {
                "level": group.level.value,
                "raion": group.raion,
                "hromada": group.hromada,
                "population": group.population,
                "by_library": group.by_library,
                "by_bus": group.by_bus,
                "by_neither": group.by_neither,
                "bus_s": group.bus_s,
                "minutes_per_100": group.minutes_per_100,
                "distance_m": group.distance_m,
                "duration_s": group.duration_s,
            }
            for group in coverage.groups
        ],
        "worst": [
            {
                "settlement": one.settlement_id,
                "population": one.population,
                "library": _list_way(one.library),
                "stop": _list_way(one.stop),
            }
            for one in coverage.worst
        ],
        "gini": coverage.gini,
        "share_open": coverage.share_open,
        "norms": {
            norm.norm_id: [
                {
                    "rule": result.rule.rule_id,
                    "verdict": result.verdict.value,
                    "share": result.share,
                    "wanted": result.rule.share,
                    "good": result.good,
                    "counted": result.counted,
                    "set_aside": result.set_aside,
                    "source": result.rule.source,
                }
                for result in results
            ]
            for norm, results in norms
        },
    }


def _group_row(group: Group, language: Language) -> tuple[Value, ...]:
    """Row of a group."""
    raion = language.gettext(ALL) if group.level is Level.ALL else group.raion or "–"
    share = group.by_neither / group.population if group.population else 0.0
    return (
        raion,
        (group.hromada or "–") if group.level is Level.HROMADA else None,
        group.population,
        group.by_library,
        group.by_bus,
        group.by_neither,
        share,
        group.minutes_per_100,
        round(group.distance_m),
        round(group.duration_s / MINUTE_S, 1),
    )


def _worst_row(one: Access, names: Mapping[str, str], language: Language) -> tuple[Value, ...]:
    """Row of a settlement."""
    ways = (*_way_cells(one.library, language), *_way_cells(one.stop, language))
    return (PlaceName(one.settlement_id, names[one.settlement_id]), one.hromada, one.population, *ways)


def _way_cells(way: ShortestWay | None, language: Language) -> tuple[Value, Value]:
    """Metres and minutes of a way."""
    if way is None:
        return language.gettext(NOBODY), None
    return way.length_m, -(-way.duration_s // MINUTE_S)


def _norm_block(norm: Norm, results: Sequence[RuleResult], language: Language) -> Block:
    """Rows of a norm under its title."""
    title = {
        "title": language.choose(uk=norm.title_uk, en=norm.title_en),
        "date": str(norm.since) if isinstance(norm.since, int) else language.date(norm.since),
        "source": norm.source,
    }
    return Block(tuple(_rule_row(result, language) for result in results), Text(NORM_TITLE, title).render(language))


def _rule_row(result: RuleResult, language: Language) -> tuple[Value, ...]:
    """Row of a rule."""
    rule, measured = result.rule, result.share is not None
    return (
        language.choose(uk=rule.text_uk, en=rule.text_en),
        _tell_verdict(result, language),
        result.share,
        rule.share if measured else None,
        result.good if measured else None,
        result.counted if measured else None,
        language.choose(uk=rule.note_uk, en=rule.note_en) or None,
        rule.source,
    )


def _tell_verdict(result: RuleResult, language: Language) -> str:
    """What came out for a rule, and how many it could not be asked of."""
    verdict = language.gettext(VERDICTS[result.verdict])
    if not result.set_aside:
        return verdict
    return Text(SET_ASIDE, {"verdict": verdict, "people": Number(result.set_aside)}).render(language)


class ReachedBy(StrEnum):
    """What reaches a settlement."""

    LIBRARY = "library"
    BUS = "bus"
    NEITHER = "neither"


REACHED_BY: Final = {
    ReachedBy.LIBRARY: N_("A library is near"),
    ReachedBy.BUS: N_("The bus comes"),
    ReachedBy.NEITHER: N_("Neither library nor bus"),
}
"""What reaches a settlement, in words."""
STANDINGS: Final = {
    Standing.NOT_NEEDED: ReachedBy.LIBRARY,
    Standing.SERVED: ReachedBy.BUS,
    Standing.UNSERVED: ReachedBy.NEITHER,
}
RESIDENTS: Final = N_("Residents: {people}")
TO_LIBRARY: Final = N_("To the nearest library by road: {length}, {duration}")
TO_STOP: Final = N_("To the nearest stop by road: {length}, {duration}")
NO_WAY: Final = N_("No road leads to a library or a stop.")


@dataclass(frozen=True)
class Disc:
    """A settlement on the map of a coverage: what reaches it, its residents, and what its card says."""

    settlement_id: str
    reached: ReachedBy
    residents: int
    lines: tuple[str, ...]


def list_discs(view: PlanView, access: Sequence[Access]) -> tuple[Disc, ...]:
    """List the settlements that the reader knows of, in the order of their access."""
    known = {place.settlement_id: place.residents for place in view.places}
    return tuple(
        Disc(
            one.settlement_id,
            STANDINGS[one.standing],
            known[one.settlement_id],
            tuple(_tell_access(one, known[one.settlement_id], view.language)),
        )
        for one in access
        if one.settlement_id in known
    )


def _tell_access(one: Access, residents: int, language: Language) -> Iterator[str]:
    """Sentences about a settlement."""
    yield language.gettext(REACHED_BY[STANDINGS[one.standing]])
    yield Text(RESIDENTS, {"people": Number(residents)}).render(language)
    for template, way in ((TO_LIBRARY, one.library), (TO_STOP, one.stop)):
        if way is not None and way.length_m:
            minutes = Duration(-(-way.duration_s // MINUTE_S) * MINUTE_S)
            yield Text(template, {"length": Length(way.length_m), "duration": minutes}).render(language)
    if one.nearest is None:
        yield language.gettext(NO_WAY)


def _list_way(way: ShortestWay | None) -> dict[str, int] | None:
    """Way as values."""
    return None if way is None else {"length_m": way.length_m, "duration_s": way.duration_s}
