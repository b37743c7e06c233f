"""The record of a plan against its log, as a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bibliobus.plan.compare.monitor import VisitOutcome
from bibliobus.view.tables import Block, Kind, Report, ReportColumn, ReportTable, Value, translate_columns
from bibliobus.words.language import MINUTE_S, N_, alphabet_key, format_clock

if TYPE_CHECKING:
    from bibliobus.domain.norms import NormRule
    from bibliobus.plan.compare.monitor import DrivingFactor, JudgedVisit, Record, StopRecord
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language

KIND: Final = N_("What the mobile library announced, and what it did")
TALLY_COLUMNS: Final = (ReportColumn(N_("Figure"), widest=70), ReportColumn(N_("Value"), Kind.WHOLE))
STOP_COLUMNS: Final = (
    ReportColumn(N_("Settlement")),
    ReportColumn(N_("Announced"), Kind.WHOLE),
    ReportColumn(N_("In time"), Kind.WHOLE),
    ReportColumn(N_("Late"), Kind.WHOLE),
    ReportColumn(N_("Missed"), Kind.WHOLE),
    ReportColumn(N_("Readers"), Kind.WHOLE),
    ReportColumn(N_("Loans"), Kind.WHOLE),
    ReportColumn(N_("Readers a visit"), Kind.NUMBER),
    ReportColumn(N_("What follows"), widest=50),
)
TROUBLE_COLUMNS: Final = (
    ReportColumn(N_("Date"), Kind.DATE),
    ReportColumn(N_("Settlement")),
    ReportColumn(N_("Announced for"), Kind.CLOCK),
    ReportColumn(N_("What happened"), widest=40),
)
FACTOR_COLUMNS: Final = (
    ReportColumn(N_("Road")),
    ReportColumn(N_("Drives"), Kind.WHOLE),
    ReportColumn(N_("Real over planned time"), Kind.NUMBER),
    ReportColumn(N_("Half of the drives from"), Kind.NUMBER),
    ReportColumn(N_("to"), Kind.NUMBER),
)

OUTCOMES: Final = {
    VisitOutcome.KEPT: N_("Visits kept in time"),
    VisitOutcome.LATE: N_("Visits made, but more than 10 minutes late"),
    VisitOutcome.MISSED: N_("Visits missed"),
}
"""What became of an announced visit, in words."""

ANNOUNCED: Final = N_("Visits announced from {first} to {last}")
UNPLANNED: Final = N_("Rows of the log that no announced visit explains")
READERS: Final = N_("Readers counted")
LOANS: Final = N_("Loans counted")
WEAK: Final = N_("Weak by the norm: {rule}")
WEAK_PROTECTED: Final = N_("Few readers, but they have nothing else: no library and no other stop is near. Keep it.")
MISSED: Final = N_("The bus did not come, or nobody noted it")
CAME_LATE: Final = N_("The bus came {minutes} late")
NOT_ANNOUNCED: Final = N_("Came unannounced")
ALL_ROADS: Final = N_("All roads")


def lay_out_record(record: Record, rule: NormRule, view: PlanView) -> tuple[ReportTable, ...]:
    """Lay out a record."""
    language, names = view.language, view.names
    _ = language.gettext
    ranked = sorted(
        record.stops, key=lambda stop: (not stop.weak, stop.protected, alphabet_key(names[stop.settlement_id]))
    )
    stops = tuple(_stop_row(stop, rule, names[stop.settlement_id], language) for stop in ranked)
    trouble = [_trouble_row(visit, names[visit.settlement_id], language) for visit in record.visits]
    wrong: list[tuple[Value, ...]] = [row for row in trouble if row is not None]
    wrong += [
        (visit.day, names.get(visit.settlement_id, visit.settlement_id), None, _(NOT_ANNOUNCED))
        for visit in record.unplanned
    ]
    factors = tuple(_factor_row(factor, language) for factor in record.factors)
    tables = (
        (N_("Figures"), TALLY_COLUMNS, _tally_rows(record, language)),
        (N_("Stops"), STOP_COLUMNS, stops),
        (N_("What went wrong"), TROUBLE_COLUMNS, tuple(wrong)),
        (N_("Real driving times"), FACTOR_COLUMNS, factors),
    )
    return tuple(
        ReportTable(_(name), translate_columns(columns, language), (Block(rows),), landscape=name == N_("Stops"))
        for name, columns, rows in tables
    )


def report_record(view: PlanView, record: Record, rule: NormRule) -> Report:
    """
    Report what was announced and what was done; the rule says when a stop is weak.

    Parameters
    ----------
    view
        The plan as its reader sees it.
    record
        What became of its visits.
    rule
        By which a stop is weak.

    Returns
    -------
    Report
        Sentences, tables and exact values in the language of the view.

    Raises
    ------
    UsageError
        If the reader may not know what it tells of.
    """
    view.require("monitor", "drives", "origin")
    return Report(
        title=view.title,
        kind=view.language.gettext(KIND),
        area=view.area,
        warnings=view.notices,
        once=view.estimate,
        tables=lay_out_record(record, rule, view),
        sources=tuple(f"{fact}: {value}" for fact, value in view.sources),
        facts=list_record(record),
    )


def list_record(record: Record) -> dict[str, Any]:
    """List a record as values that JSON knows: exact numbers, clock times as text."""
    return {
        "first": record.first.isoformat(),
        "last": record.last.isoformat(),
        "announced": len(record.visits),
        **{outcome.value: record.count(outcome) for outcome in VisitOutcome},
        "unplanned": [
            {"row": visit.row, "date": visit.day.isoformat(), "settlement": visit.settlement_id}
            for visit in record.unplanned
        ],
        "visits": [
            {
                "date": visit.day.isoformat(),
                "settlement": visit.settlement_id,
                "bus": visit.bus_id,
                "planned": format_clock(visit.planned_s),
                "outcome": visit.outcome.value,
                "late_s": visit.late_s,
                "readers": visit.readers,
                "loans": visit.loans,
            }
            for visit in record.visits
        ],
        "stops": [
            {
                "settlement": stop.settlement_id,
                "announced": stop.announced,
                "kept": stop.kept,
                "late": stop.late,
                "missed": stop.missed,
                "readers": stop.readers,
                "loans": stop.loans,
                "mean_readers": stop.mean_readers,
                "weak": stop.weak,
                "protected": stop.protected,
            }
            for stop in record.stops
        ],
        "driving_factors": [
            {
                "road_class": factor.kind,
                "legs": factor.legs,
                "factor": factor.factor,
                "lower": factor.lower,
                "upper": factor.upper,
            }
            for factor in record.factors
        ],
    }


def _tally_rows(record: Record, language: Language) -> tuple[tuple[Value, ...], ...]:
    """Figures of the whole."""
    dates = {"first": language.date(record.first), "last": language.date(record.last)}
    return (
        (language.gettext(ANNOUNCED).format(**dates), len(record.visits)),
        *((language.gettext(words), record.count(outcome)) for outcome, words in OUTCOMES.items()),
        (language.gettext(UNPLANNED), len(record.unplanned)),
        (language.gettext(READERS), sum(stop.readers for stop in record.stops)),
        (language.gettext(LOANS), sum(stop.loans for stop in record.stops)),
    )


def _stop_row(stop: StopRecord, rule: NormRule, name: str, language: Language) -> tuple[Value, ...]:
    """Row of a stop."""
    follows = ""
    if stop.weak:
        words = language.choose(uk=rule.text_uk, en=rule.text_en)
        weak = language.gettext(WEAK).format(rule=words)
        follows = language.gettext(WEAK_PROTECTED) if stop.protected else weak
    numbers = (stop.announced, stop.kept, stop.late, stop.missed, stop.readers, stop.loans, stop.mean_readers)
    return (name, *numbers, follows)


def _trouble_row(visit: JudgedVisit, name: str, language: Language) -> tuple[Value, ...] | None:
    """Row of a visit that went wrong; None for the others."""
    if visit.outcome is VisitOutcome.KEPT:
        return None
    if visit.late_s is None:
        return (visit.day, name, visit.planned_s, language.gettext(MISSED))
    late = language.duration(visit.late_s // MINUTE_S * MINUTE_S)
    return (visit.day, name, visit.planned_s, language.gettext(CAME_LATE).format(minutes=late))


def _factor_row(factor: DrivingFactor, language: Language) -> tuple[Value, ...]:
    """Row of a factor."""
    kind = factor.kind or language.gettext(ALL_ROADS)
    return (kind, factor.legs, factor.factor, factor.lower, factor.upper)
