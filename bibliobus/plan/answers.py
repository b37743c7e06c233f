"""Answers to the requests of residents, and what was reported to the council before."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import weekday_of
from bibliobus.domain.places import Wish
from bibliobus.plan.explain.reasons import describe_reason
from bibliobus.plan.plan import Standing
from bibliobus.words.language import N_, format_clock
from bibliobus.words.text import Duration, Length, Rhythm, Text, Weekdays

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bibliobus.domain.fleet import Rates
    from bibliobus.domain.norms import Norm, NormRule
    from bibliobus.domain.places import Request
    from bibliobus.plan.compare.compare import Comparison
    from bibliobus.plan.compare.monitor import Record
    from bibliobus.plan.measure.coverage import Access, Coverage, RuleResult
    from bibliobus.plan.measure.figures import Expense
    from bibliobus.plan.plan import Account, Call, Plan

COMES: Final = N_("The bus comes {rhythm}.")
LIBRARY_HERE: Final = N_("No bus is planned: a library stands in the settlement itself.")
LIBRARY_NEAR: Final = N_("No bus is planned: a library is near, {length} by road.")
NOT_PLANNED: Final = N_("The plan does not know this settlement.")
BY_PEOPLE: Final = N_("A plan cannot tell: people have to answer this one.")
OFTEN: Final = N_("The bus comes {rhythm}; {wanted} was requested.")
LONG: Final = N_("The shortest stay is {found}; {wanted} was requested.")
ON_DAYS: Final = N_("The bus comes on {found}; {wanted} was requested.")
AT_TIMES: Final = N_("The bus is there at {found}; {wanted} was requested.")


class RequestVerdict(StrEnum):
    """What became of a request."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    BY_PEOPLE = "by_people"


@dataclass(frozen=True)
class Answer:
    """The answer to a request: met if all visits asked for are in the plan, partly if some are, not met if none is."""

    request: Request
    verdict: RequestVerdict
    reason: Text


def answer_requests(plan: Plan, requests: Sequence[Request]) -> tuple[Answer, ...]:
    """Answer the requests of residents in their order; where no plan can tell, people have to."""
    accounts = {account.settlement_id: account for account in plan.accounts}
    calls: dict[str, list[tuple[int, Call]]] = {}
    for tour in plan.tours:
        for call in tour.calls:
            calls.setdefault(call.settlement_id, []).append((weekday_of(tour.day), call))
    return tuple(_answer(one, accounts.get(one.settlement_id), calls, plan.cycle.weeks) for one in requests)


def _answer(
    request: Request, account: Account | None, calls: Mapping[str, Sequence[tuple[int, Call]]], weeks: int
) -> Answer:
    """Answer to one request."""
    if account is None:
        return Answer(request, RequestVerdict.NOT_MET, Text(NOT_PLANNED))
    if request.wish is Wish.OTHER:
        return Answer(request, RequestVerdict.BY_PEOPLE, Text(BY_PEOPLE))
    if account.standing is not Standing.SERVED:
        return Answer(request, RequestVerdict.NOT_MET, _tell_absence(account))
    mine = calls.get(request.settlement_id, ())
    asked, good, reason = _count(request, account, mine, weeks)
    verdict = RequestVerdict.MET if good >= asked else RequestVerdict.PARTLY if good else RequestVerdict.NOT_MET
    return Answer(request, verdict, reason)


def _tell_absence(account: Account) -> Text:
    """Why no bus comes."""
    if account.reason is not None:
        return describe_reason(account.reason)
    return Text(LIBRARY_NEAR, {"length": Length(account.library_m)}) if account.library_m else Text(LIBRARY_HERE)


def _count(request: Request, account: Account, calls: Sequence[tuple[int, Call]], weeks: int) -> tuple[int, int, Text]:
    """Visits asked for in the cycle, those among them that are planned, and what the plan says."""
    wanted, rhythm = request.wanted, Rhythm(account.rhythm_weeks)
    match request.wish:
        case Wish.MORE_OFTEN:
            words: dict[str, object] = {"rhythm": rhythm, "wanted": Rhythm(wanted[0])}
            return -(-weeks // wanted[0]), len(calls), Text(OFTEN, words)
        case Wish.LONGER:
            stays = [call.end_s - call.start_s for _, call in calls]
            words = {"found": Duration(min(stays)), "wanted": Duration(wanted[0])}
            return len(stays), sum(stay >= wanted[0] for stay in stays), Text(LONG, words)
        case Wish.OTHER_DAY:
            days = [day for day, _ in calls]
            words = {"found": Weekdays(tuple(sorted(set(days)))), "wanted": Weekdays(wanted)}
            return len(days), sum(day in wanted for day in days), Text(ON_DAYS, words)
        case Wish.OTHER_TIME:
            spans = sorted({(call.start_s, call.end_s) for _, call in calls})
            words = {"found": ", ".join(map(_write_span, spans)), "wanted": _write_span((wanted[0], wanted[1]))}
            inside = sum(wanted[0] <= call.start_s and call.end_s <= wanted[1] for _, call in calls)
            return len(calls), inside, Text(AT_TIMES, words)
        case _:
            return 1, len(calls), Text(COMES, {"rhythm": rhythm})


def _write_span(span: tuple[int, int]) -> str:
    """Clock times of a span."""
    return f"{format_clock(span[0])}–{format_clock(span[1])}"


@dataclass(frozen=True)
class Reported:
    """
    Everything that was computed for a report to the council, beside the view of its plan.

    ``money``: What the expense was computed with.
    ``library_radius_m``: How near a library is near, in metres by road.
    ``document``: Document whose clauses are answered, as the scenario names it.
    ``answers``: Answers to the requests of residents; empty if there are none.
    ``comparison``: What changed since the plan before; None if none was given.
    ``record``: What became of the visits, and the rule by which a stop is weak; None if no log was given.
    """

    access: tuple[Access, ...]
    coverage: Coverage
    norms: tuple[tuple[Norm, tuple[RuleResult, ...]], ...]
    expense: Expense
    money: Rates
    library_radius_m: int
    document: str
    answers: tuple[Answer, ...]
    comparison: Comparison | None = None
    record: tuple[Record, NormRule] | None = None


def list_remote(access: Sequence[Access]) -> tuple[Access, ...]:
    """List the settlements without a library near."""

    def rank(one: Access) -> tuple[bool, int, int, str]:
        far_m = one.library.length_m if one.library else 0
        return (one.library is not None, -far_m, -one.population, one.settlement_id)

    return tuple(sorted((one for one in access if one.standing is not Standing.NOT_NEEDED), key=rank))
