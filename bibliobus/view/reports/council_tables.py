"""The report that answers a council: its tables, and the same as values that JSON knows."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.audience import may_see
from bibliobus.domain.calendar import weekday_of
from bibliobus.plan.answers import RequestVerdict, list_remote
from bibliobus.plan.cautions import tell_cautions
from bibliobus.plan.explain.reasons import describe_reason
from bibliobus.plan.names import name_area, name_places
from bibliobus.view.heading import list_head_notices, list_sources, write_period, write_title
from bibliobus.view.reports.comparison import lay_out_comparison, list_comparison_facts
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
    from collections.abc import Mapping, Sequence

    from bibliobus.domain.audience import Audience
    from bibliobus.domain.places import Request
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.answers import Answer, Reported
    from bibliobus.plan.measure.coverage import Access
    from bibliobus.plan.plan import Account, Plan
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


def lay_out_tables(
    reported: Reported, names: Mapping[str, str], buses: Mapping[str, str], language: Language
) -> tuple[ReportTable, ...]:
    """
    Lay out the tables of a report that have rows; each names its section, and they are in the order of the sections.

    ``names``: Names of settlements by id, also of those that only the plan before knows.
    """
    reached, _, _, norms = lay_out_coverage(reported.coverage, reported.norms, reported.dataset, language)
    tables = [("access", norms), ("access", reached), ("remote", _lay_out_remote(reported, language))]
    if reported.answers:
        tables.append(("requests", _lay_out_requests(reported, language)))
    if reported.comparison is not None:
        _, places, _, figures, *_causes = lay_out_comparison(reported.comparison, names, buses, language)
        tables += [("promises", _leave_out_causes(places)), ("promises", figures)]
    if reported.record is not None:
        record, rule = reported.record
        tables += [("monitoring", sheet) for sheet in lay_out_record(record, rule, reported.dataset, language)]
    return tuple(replace(table, section=name, name="") for name, table in tables if table.rows)


def report_council(
    reported: Reported,
    told: Sequence[tuple[Plan, Dataset]],
    names: Mapping[str, str],
    buses: Mapping[str, str],
    language: Language,
    audience: Audience,
) -> Report:
    """
    Report on a plan section by section.

    Parameters
    ----------
    reported
        Everything the report answers from.
    told
        Every plan that is told of, each with its inputs.
    names
        Names of settlements by id, also of those that only the plan before knows.
    buses
        Names of buses by id, likewise.
    language
        Language of the reader.
    audience
        Planner or council; the facts for a council hold no road changes, as its tables never do.

    Returns
    -------
    Report
        Sections in the order of the document, and the tables they refer to.
    """
    plan, dataset = reported.plan, reported.dataset
    sections = answer_clauses(reported, language)
    sources = [f"{fact}: {value}" for fact, value in list_sources(plan, dataset, language)]
    sources += [f"{language.choose(uk=norm.title_uk, en=norm.title_en)}: {norm.source}" for norm, _ in reported.norms]
    facts = list_report(reported, sections)
    return Report(
        title=write_title(dataset, language),
        kind=language.gettext(KIND),
        area=name_area(dataset, language),
        lines=(write_period(plan, language),),
        warnings=list_head_notices(dataset, language, *told),
        once=tell_cautions(plan, dataset, language),
        asked=tell_document(reported, language),
        sections=sections,
        tables=lay_out_tables(reported, names, buses, language),
        sources=tuple(sources),
        facts=facts if may_see(audience, "road_changes") else _leave_out_road_changes(facts),
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
        "document": reported.dataset.scenario.report_clauses or None,
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
    money = reported.dataset.scenario.money
    return asdict(reported.expense) | {"currency": money.currency, "prices_assumed": money.assumed}


def _lay_out_remote(reported: Reported, language: Language) -> ReportTable:
    """Settlement by settlement: how far from a library, and how the bus comes or why not."""
    names = name_places(reported.dataset, language)
    accounts = {account.settlement_id: account for account in reported.plan.accounts}
    visits = _write_visits(reported.plan, language)
    rows = tuple(
        _remote_row(one, names[one.settlement_id], accounts[one.settlement_id], visits, language)
        for one in list_remote(reported.access)
    )
    return ReportTable(language.gettext(REMOTE), translate_columns(REMOTE_COLUMNS, language), (Block(rows),))


def _remote_row(
    one: Access, name: str, account: Account, visits: Mapping[str, str], language: Language
) -> tuple[Value, ...]:
    """Row of a settlement."""
    comes = f"{language.rhythm(account.rhythm_weeks)}: {visits[one.settlement_id]}" if one.served else ""
    why = describe_reason(account.reason).render(language) if account.reason else ""
    length = one.library.length_m if one.library else language.gettext(NO_ROAD)
    return (name, one.hromada, one.population, length, comes or why)


def _write_visits(plan: Plan, language: Language) -> dict[str, str]:
    """Weekdays and times of each settlement that is served."""
    calls: dict[str, set[tuple[int, int, int]]] = {}
    for tour in plan.tours:
        for call in tour.calls:
            calls.setdefault(call.settlement_id, set()).add((weekday_of(tour.day), call.start_s, call.end_s))
    return {
        key: ", ".join(
            f"{language.weekday_short(day)} {format_clock(start_s)}–{format_clock(end_s)}"
            for day, start_s, end_s in sorted(some)
        )
        for key, some in calls.items()
    }


def _lay_out_requests(reported: Reported, language: Language) -> ReportTable:
    """Request by request."""
    names = name_places(reported.dataset, language)
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
