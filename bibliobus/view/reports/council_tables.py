"""The report that answers a council: its tables, and the same as values that JSON knows."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.audience import may_see
from bibliobus.plan.answers import RequestVerdict, list_remote
from bibliobus.view.reports.comparison import list_comparison_facts
from bibliobus.view.reports.comparison_tables import lay_out_comparison
from bibliobus.view.reports.council import answer_clauses, tell_document
from bibliobus.view.reports.coverage import lay_out_coverage, list_coverage
from bibliobus.view.reports.monitor import lay_out_record, list_record
from bibliobus.view.tables import (
    Block,
    Kind,
    Report,
    ReportColumn,
    ReportTable,
    Section,
    Value,
    translate_columns,
)
from bibliobus.words.language import N_, format_clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.domain.places import Request
    from bibliobus.plan.answers import Answer, Reported
    from bibliobus.view.stops import Stop
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language

KIND: Final = N_("Report on the mobile library")
REMOTE_COLUMNS: Final = (
    ReportColumn(N_("Settlement")),
    ReportColumn(N_("Hromada")),
    ReportColumn(N_("Residents"), Kind.WHOLE),
    ReportColumn(N_("To the library, km"), Kind.KM),
    ReportColumn(N_("How the bus comes, or why not"), widest=70),
)
REQUEST_COLUMNS: Final = (
    ReportColumn(N_("Settlement")),
    ReportColumn(N_("Wish"), widest=30),
    ReportColumn(N_("Date"), Kind.DATE),
    ReportColumn(N_("Signatures"), Kind.WHOLE),
    ReportColumn(N_("Answer")),
    ReportColumn(N_("Why"), widest=60),
)
REMOTE: Final = N_("Settlements without a library nearby, the farthest first")
REQUESTS: Final = N_("Requests and their answers")
NO_ROAD: Final = N_("no road")

WISHES: Final = {
    "visit": N_("that the bus comes"),
    "more_often": N_("more often"),
    "longer": N_("a longer stay"),
    "other_day": N_("another weekday"),
    "other_time": N_("another time"),
}
"""What residents wish for, in words; the note is the wish where it is another one."""

VERDICTS: Final = {
    RequestVerdict.MET: N_("met"),
    RequestVerdict.PARTLY: N_("met in part"),
    RequestVerdict.NOT_MET: N_("not met"),
    RequestVerdict.BY_PEOPLE: N_("for people to answer"),
}
"""What became of a request, in words."""


def lay_out_tables(reported: Reported, view: PlanView, before: PlanView | None = None) -> tuple[ReportTable, ...]:
    """
    Lay out the tables of a report; `before` is the plan that held before, as the same reader sees it.

    Returns each names its section, in the order of the sections; tables without rows are left out.
    """
    reached, _, _, norms = lay_out_coverage(reported.coverage, reported.norms, view)
    tables = [("access", norms), ("access", reached), ("remote", _lay_out_remote(reported, view))]
    if reported.answers:
        tables.append(("requests", _lay_out_requests(reported, view)))
    if reported.comparison is not None:
        found = {table.name: table for table in lay_out_comparison(reported.comparison, before or view, view)}
        tables += [("promises", _leave_out_causes(found["places"])), ("promises", found["figures"])]
    if reported.record is not None:
        tables += [("monitoring", sheet) for sheet in lay_out_record(*reported.record, view)]
    return tuple(replace(table, section=name, name="") for name, table in tables if table.rows)


def report_council(reported: Reported, view: PlanView, before: PlanView | None = None) -> Report:
    """
    Report on a plan section by section.

    Parameters
    ----------
    reported
        What was computed for it.
    view
        The plan as a planner or a council sees it; the facts for a council hold no road changes, as its tables never
        do.
    before
        The plan that held before, as the same reader sees it; None if it was not given.

    Returns
    -------
    Report
        Sentences, tables and facts.

    Raises
    ------
    UsageError
        If the reader may not know what it tells of.
    """
    view.require("report", "residents", "unserved", "libraries", "buses", "requests", "origin")
    language = view.language
    sections = answer_clauses(reported, view)
    sources = [f"{fact}: {value}" for fact, value in view.sources]
    sources += [f"{language.choose(uk=norm.title_uk, en=norm.title_en)}: {norm.source}" for norm, _ in reported.norms]
    facts = list_report(reported, sections)
    return Report(
        title=view.title,
        kind=language.gettext(KIND),
        area=view.area,
        lines=(view.period,),
        warnings=view.tell_notices_beside(*filter(None, (before,))),
        once=view.cautions,
        asked=tell_document(reported, language),
        sections=sections,
        tables=lay_out_tables(reported, view, before),
        sources=tuple(sources),
        facts=facts if may_see(view.audience, "road_changes") else _leave_out_road_changes(facts),
    )


def _leave_out_road_changes(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts without what changes on the roads have to do with the plan."""
    before = facts["before"]
    if before is None:
        return facts
    kept = {key: value for key, value in before.items() if key != "road_changes"}
    settlements = [{key: value for key, value in one.items() if key != "causes"} for one in before["settlements"]]
    return facts | {"before": kept | {"settlements": settlements}}


def list_report(reported: Reported, clauses: tuple[Section, ...]) -> dict[str, Any]:
    """List sentences and the exact numbers behind them as values that JSON knows; None for what was not asked for."""
    return {
        "document": reported.document or None,
        "clauses": [asdict(clause) | {"sentences": list(clause.sentences)} for clause in clauses],
        "coverage": list_coverage(reported.coverage, reported.norms),
        "remote": [
            {
                "settlement": one.settlement_id,
                "population": one.population,
                "library_m": one.library.length_m if one.library else None,
                "served": one.served,
            }
            for one in list_remote(reported.access)
        ],
        "expense": _list_expense(reported),
        "requests": [_list_answer(answer) for answer in reported.answers],
        "before": None if reported.comparison is None else list_comparison_facts(reported.comparison),
        "monitoring": None if reported.record is None else list_record(reported.record[0]),
    }


def _leave_out_causes(places: ReportTable) -> ReportTable:
    """Settlement by settlement without the last column: a council is not shown road changes."""
    blocks = tuple(replace(block, rows=tuple(row[:-1] for row in block.rows)) for block in places.blocks)
    return replace(places, columns=places.columns[:-1], blocks=blocks)


def _list_expense(reported: Reported) -> dict[str, Any]:
    """Expense as values, with what its money is in and whether its prices are made up."""
    money = reported.money
    return asdict(reported.expense) | {"currency": money.currency, "prices_assumed": money.assumed}


def _lay_out_remote(reported: Reported, view: PlanView) -> ReportTable:
    """Settlement by settlement: how far from a library, and how the bus comes or why not."""
    language, names = view.language, view.names
    comes = {stop.settlement_id: _write_visits(stop, language) for stop in view.stops if stop.times}
    why = {one.settlement_id: one.reason for one in view.outside}
    rows = tuple(
        (
            names[one.settlement_id],
            one.hromada,
            one.population,
            one.library.length_m if one.library else language.gettext(NO_ROAD),
            comes.get(one.settlement_id) or why.get(one.settlement_id, ""),
        )
        for one in list_remote(reported.access)
    )
    return ReportTable(language.gettext(REMOTE), translate_columns(REMOTE_COLUMNS, language), (Block(rows),))


def _write_visits(stop: Stop, language: Language) -> str:
    """How often the bus comes, and on which weekdays at which times."""
    times = sorted({(time.weekday, time.start_s, time.end_s) for time in stop.times})
    words = ", ".join(
        f"{language.weekday_short(day)} {format_clock(start_s)}–{format_clock(end_s)}" for day, start_s, end_s in times
    )
    return f"{language.rhythm(stop.rhythm_weeks)}: {words}"


def _lay_out_requests(reported: Reported, view: PlanView) -> ReportTable:
    """Request by request."""
    language, names = view.language, view.names
    rows = tuple(_request_row(answer, names, language) for answer in reported.answers)
    return ReportTable(language.gettext(REQUESTS), translate_columns(REQUEST_COLUMNS, language), (Block(rows),))


def _request_row(answer: Answer, names: Mapping[str, str], language: Language) -> tuple[Value, ...]:
    """Row of a request."""
    request = answer.request
    return (
        names.get(request.settlement_id, request.settlement_id),
        _write_wish(request, language),
        request.day,
        request.signatures,
        language.gettext(VERDICTS[answer.verdict]),
        answer.reason.render(language),
    )


def _write_wish(request: Request, language: Language) -> str:
    """The wish in words; notes may hold names of people, so only a wish that has no other words shows its note."""
    wish = WISHES.get(request.wish.value)
    return language.gettext(wish) if wish else request.note


def _list_answer(answer: Answer) -> dict[str, Any]:
    """Answer as values."""
    request = answer.request
    return {
        "request": request.request_id,
        "settlement": request.settlement_id,
        "wish": request.wish.value,
        "wanted": list(request.wanted),
        "date": request.day.isoformat() if request.day else None,
        "signatures": request.signatures,
        "verdict": answer.verdict.value,
    }
