"""A plan told section by section in sentences a council reads, by the clauses of a document if there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.inputs.norms import read_clause_set
from bibliobus.plan.answers import RequestVerdict as Answered
from bibliobus.plan.answers import list_remote
from bibliobus.plan.compare.monitor import FEWEST_VISITS, VisitOutcome
from bibliobus.plan.measure.coverage import BRITISH_SHARE_OPEN, RuleVerdict
from bibliobus.plan.measure.figures import FAR_M
from bibliobus.view.heading import ESTIMATED, MEASURED, NO_MONEY, PRICES_ASSUMED, tell_prices
from bibliobus.view.reports.comparison import write_span, write_verdict
from bibliobus.view.tables import Section
from bibliobus.words.language import N_, NN_, alphabet_key
from bibliobus.words.text import Count, Duration, Length, Number, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bibliobus.domain.norms import Norm
    from bibliobus.plan.answers import Reported
    from bibliobus.plan.measure.coverage import Access, RuleResult
    from bibliobus.view.view import PlanView
    from bibliobus.words.language import Language

ASKED_BY: Final = N_(
    "The sections answer what {document} asks for. Every number is computed from the plan and its data."
)
COMPUTED: Final = N_("Every number is computed from the plan and its data.")

SETTLEMENTS: Final = NN_("{count} settlement", "{count} settlements")
RESIDENTS: Final = NN_("{count} resident", "{count} residents")
REQUESTS: Final = NN_("{count} request", "{count} requests")
SIGNATURES: Final = NN_("{count} signature", "{count} signatures")

REACHED: Final = N_(
    "Residents in all: {all}. With a library nearby, within {radius} by road: {library} "
    "({library_share}). The bus comes to {bus} more ({bus_share}). Neither library nor bus: "
    "{neither} ({neither_share})."
)
MEAN_WAY: Final = N_(
    "On average a resident lives {length} by road from the nearest library or stop, {minutes} of driving."
)
MINUTES: Final = N_("For every 100 residents without a library nearby, the bus is open {minutes} minutes a month.")
OPEN: Final = N_(
    "Of its time on the road the bus is open to readers for {share}; in the median of 29 British timetables "
    "of 2019–2020 it was {british}."
)
NORM: Final = N_(
    "{norm}: rules met: {met}; not met: {not_met}; cannot be measured here: {unknown}; not verified and only shown: "
    "{unverified}."
)
RULE_SET_ASIDE: Final = N_("Not counted by “{rule}”, as the inputs do not say what kind of settlement it is: {number}.")
RULE_NOT_MET: Final = N_("Not met: “{rule}”. It holds for {share}; {wanted} is required.")

REMOTE: Final = N_("Without a library nearby: {settlements}, {people}.")
REMOTE_SERVED: Final = N_("Of these, the bus serves {settlements}, {people} ({share} of these residents).")
REMOTE_FAR: Final = N_("Farther than {length} from every library: {people}; the bus comes to {served} of them.")
REMOTE_LEFT: Final = N_(
    "Left without either: {settlements}, {people}; the farthest from a library is {name}, {length}."
)
REMOTE_LEFT_FROM_ANY: Final = N_("Left without either: {settlements}, {people}.")
REMOTE_CUT_OFF: Final = N_("No road leads to any library from {settlements}, {people}.")
REMOTE_ALL: Final = N_("No settlement without a library nearby is left out.")
REMOTE_NONE: Final = N_("Every settlement has a library near.")
REMOTE_WHY: Final = N_(
    "Left out for want of time: {sacrificed}. Cannot be served under the rules, proved: {impossible}."
)

NETWORK: Final = N_("Libraries: {libraries}. Buses: {buses}.")
WEEK: Final = N_("In an average week: {days} bus days, {length} driven, {hours} of paid time for the crews.")
UNPAVED: Final = N_("Of these on roads known to be unpaved: {length}.")
FUEL: Final = N_("That takes {litres} l of fuel in an average month.")
MONEY: Final = N_("By the prices in the scenario it costs {money} {currency} in an average month.")
MONEY_EACH: Final = N_("That is {money} {currency} a month for every resident the bus comes to.")
NEED: Final = N_("The plan serves {share} of the need (residents weighted by their way to a library).")
PROOF: Final = N_("What is known about the plan: {status}.")

ASKED: Final = N_("Residents handed in {requests} with {signatures}.")
ANSWERED: Final = N_("Met: {met}. Met in part: {partly}. Not met: {not_met}. For people to answer: {by_people}.")
NOT_ASKED: Final = N_(
    "It is not known whether residents asked for anything: the area has no table of requests (requests.csv)."
)

NOT_COMPARED: Final = N_("It is not known whether earlier promises were kept: no earlier plan was given (--before).")
NOT_MONITORED: Final = N_("It is not known what was really done: no log of visits was given (--log).")
DONE: Final = N_(
    "From {first} to {last} the plan announced {announced} visits: in time {kept}, late {late}, not made {missed}."
)
READERS: Final = N_("Readers counted: {readers}; loans: {loans}.")
WEAK: Final = N_("Weak stops by the norm “{rule}”: {weak}; of these without any other access: {protected}.")
NOT_WEAK: Final = N_("No stop is weak by the norm “{rule}”; that takes at least {fewest} counted visits of a stop.")

BY_SETTLEMENT: Final = N_("Access is counted by settlement: everybody is counted at its centre, not at home.")
UNKNOWN_PEOPLE: Final = N_("Residents are assumed, not counted, in {settlements}.")
LIBRARIES_FROM: Final = N_("It was not checked that these libraries are open: {source}")
RULE_NOT_VERIFIED: Final = N_("Rule not verified, only shown: “{rule}” ({source})")


TITLES: Final = {
    "access": N_("Access to a library"),
    "remote": N_("Remote settlements"),
    "network": N_("The network, and what it costs"),
    "requests": N_("Requests of residents"),
    "promises": N_("Promises of the previous plan"),
    "monitoring": N_("What was really done"),
    "unverified": N_("What is not verified"),
}
"""The sections in their order, as they are called where no document asks for them."""


def tell_document(reported: Reported, language: Language) -> str:
    """Tell which document the scenario chose, if any, for the sections to answer, and what the numbers rest on."""
    chosen = read_clause_set(reported.document)
    if chosen is None:
        return language.gettext(COMPUTED)
    return Text(ASKED_BY, {"document": language.choose(uk=chosen.title_uk, en=chosen.title_en)}).render(language)


def answer_clauses(reported: Reported, view: PlanView) -> tuple[Section, ...]:
    """Answer section by section, in the order of `TITLES`; what cannot be told is said so."""
    tellers = {
        "access": _tell_access,
        "remote": _tell_remote,
        "network": _tell_network,
        "requests": _tell_requests,
        "monitoring": _tell_monitoring,
        "unverified": _tell_unverified,
    }
    chosen = read_clause_set(reported.document)
    asked = chosen.sections if chosen else {}
    clauses, language = [], view.language
    for name, title in TITLES.items():
        if name == "promises":
            sentences = _tell_promises(reported, language)
        else:
            sentences = tuple(text.render(language) for text in tellers[name](reported, view))
        uk, en = asked.get(name, (language.gettext(title),) * 2)
        clauses.append(Section(name, language.choose(uk=uk, en=en), sentences))
    return tuple(clauses)


def _tell_access(reported: Reported, view: PlanView) -> Iterator[Text]:
    """Who is reached, how well, and by which norm that is enough."""
    language = view.language
    everybody = reported.coverage.groups[0]
    parts = {"library": everybody.by_library, "bus": everybody.by_bus, "neither": everybody.by_neither}
    shares = {f"{name}_share": _percent(part, everybody.population, language) for name, part in parts.items()}
    numbers = {name: Number(part) for name, part in parts.items()}
    radius = Length(reported.library_radius_m)
    yield Text(REACHED, {"all": Number(everybody.population), "radius": radius, **numbers, **shares})
    minutes = Duration.rounded_up(round(everybody.duration_s))
    yield Text(MEAN_WAY, {"length": Length(round(everybody.distance_m)), "minutes": minutes})
    if everybody.by_library < everybody.population:
        yield Text(MINUTES, {"minutes": Number(everybody.minutes_per_100)})
    shown = language.percent(reported.coverage.share_open)
    yield Text(OPEN, {"share": shown, "british": language.percent(BRITISH_SHARE_OPEN)})
    for norm, results in reported.norms:
        yield from _tell_norm(norm, results, language)


def _tell_norm(norm: Norm, results: Sequence[RuleResult], language: Language) -> Iterator[Text]:
    """How many rules of a norm are met, and those that are not."""
    found = [result.verdict for result in results]
    counts = {
        "met": found.count(RuleVerdict.MET),
        "not_met": found.count(RuleVerdict.NOT_MET),
        "unknown": sum(found.count(one) for one in (RuleVerdict.NO_DATA, RuleVerdict.NEEDS_LOG, RuleVerdict.DEPENDS)),
        "unverified": found.count(RuleVerdict.NOT_VERIFIED),
    }
    yield Text(NORM, {"norm": language.choose(uk=norm.title_uk, en=norm.title_en), **counts})
    for result in results:
        if result.verdict is RuleVerdict.NOT_MET and result.share is not None:
            rule = language.choose(uk=result.rule.text_uk, en=result.rule.text_en)
            shares = {"share": language.percent(result.share), "wanted": language.percent(result.rule.share)}
            yield Text(RULE_NOT_MET, {"rule": rule, **shares})
        if result.set_aside:
            rule = language.choose(uk=result.rule.text_uk, en=result.rule.text_en)
            yield Text(RULE_SET_ASIDE, {"rule": rule, "number": Number(result.set_aside)})


def _tell_remote(reported: Reported, view: PlanView) -> Iterator[Text]:
    """Which settlements have no library near, and what the bus does for them."""
    language = view.language
    remote = list_remote(reported.access)
    if not remote:
        yield Text(REMOTE_NONE)
        return
    served, left = [one for one in remote if one.served], [one for one in remote if not one.served]
    share = _percent(_count(served), _count(remote), language)
    yield Text(REMOTE, _tell_people(remote))
    yield Text(REMOTE_SERVED, {**_tell_people(served), "share": share})
    listed = bool(view.libraries)  # where none is listed nothing is known of ways to one
    far = [one for one in remote if one.library is None or one.library.length_m > FAR_M] if listed else []
    if far:
        reached = Number(_count([one for one in far if one.served]))
        people = Count(*RESIDENTS, _count(far))
        yield Text(REMOTE_FAR, {"length": Length(FAR_M), "people": people, "served": reached})
    cut_off = [one for one in remote if one.library is None] if listed else []
    if cut_off:
        yield Text(REMOTE_CUT_OFF, _tell_people(cut_off))
    if not left:
        yield Text(REMOTE_ALL)
        return
    worst = next((one for one in left if one.library is not None), None)
    if worst is not None and worst.library is not None:
        name = view.names[worst.settlement_id]
        yield Text(REMOTE_LEFT, {**_tell_people(left), "name": name, "length": Length(worst.library.length_m)})
    else:
        yield Text(REMOTE_LEFT_FROM_ANY, _tell_people(left))
    counts = {name: view.find_figure(f"settlements_{name}") for name in ("sacrificed", "impossible")}
    reasons = {name: Number(round(count)) for name, count in counts.items()}
    yield Text(REMOTE_WHY, reasons)


def _tell_network(reported: Reported, view: PlanView) -> Iterator[Text]:
    """What the network is, does and costs."""
    language = view.language
    expense, people = reported.expense, reported.coverage.groups[0].by_bus
    yield Text(NETWORK, {"libraries": Number(len(view.libraries)), "buses": Number(len(view.buses))})
    hours = Duration(expense.week_work_s)
    days = Number(round(expense.week_bus_days, 1))
    yield Text(WEEK, {"days": days, "length": Length(expense.week_m), "hours": hours})
    if expense.unpaved_week_m:
        yield Text(UNPAVED, {"length": Length(expense.unpaved_week_m)})
    if tell_prices(reported.money) == PRICES_ASSUMED:
        yield Text(PRICES_ASSUMED)
    if expense.month_fuel_l is not None:
        yield Text(FUEL, {"litres": Number(round(expense.month_fuel_l))})
    if expense.month_money is None:
        yield Text(NO_MONEY)
    else:
        currency = language.currency(reported.money.currency)
        yield Text(MONEY, {"money": Number(round(expense.month_money)), "currency": currency})
        if people:
            each = Number(round(expense.month_money / people, 2))
            yield Text(MONEY_EACH, {"money": each, "currency": currency})
    yield Text(NEED, {"share": language.percent(view.find_figure("share_need_served"))})
    yield Text(PROOF, {"status": view.origin.quality if view.origin else ""})


def _tell_requests(reported: Reported, _: PlanView) -> Iterator[Text]:
    """How many requests there are and what became of them."""
    answers = reported.answers
    if not answers:
        yield Text(NOT_ASKED)
        return
    signatures = sum(answer.request.signatures for answer in answers)
    yield Text(ASKED, {"requests": Count(*REQUESTS, len(answers)), "signatures": Count(*SIGNATURES, signatures)})
    verdicts = [answer.verdict for answer in answers]
    yield Text(ANSWERED, {verdict.value: Number(verdicts.count(verdict)) for verdict in Answered})


def _tell_promises(reported: Reported, language: Language) -> tuple[str, ...]:
    """What changes compared with the plan before."""
    if reported.comparison is None:
        return (language.gettext(NOT_COMPARED),)
    return (write_verdict(reported.comparison, language), write_span(reported.comparison, language))


def _tell_monitoring(reported: Reported, view: PlanView) -> Iterator[Text]:
    """What became of the announced visits."""
    if reported.record is None:
        yield Text(NOT_MONITORED)
        return
    record, rule = reported.record
    counts = {outcome.value: Number(record.count(outcome)) for outcome in VisitOutcome}
    language = view.language
    days = {"first": language.date(record.first), "last": language.date(record.last)}
    yield Text(DONE, {**days, "announced": Number(len(record.visits)), **counts})
    readers, loans = (sum(getattr(stop, name) for stop in record.stops) for name in ("readers", "loans"))
    yield Text(READERS, {"readers": Number(readers), "loans": Number(loans)})
    weak = [stop for stop in record.stops if stop.weak]
    words = language.choose(uk=rule.text_uk, en=rule.text_en)
    if not weak:
        yield Text(NOT_WEAK, {"rule": words, "fewest": Number(FEWEST_VISITS)})
        return
    protected = sum(stop.protected for stop in weak)
    yield Text(WEAK, {"rule": words, "weak": Number(len(weak)), "protected": Number(protected)})


def _tell_unverified(reported: Reported, view: PlanView) -> Iterator[Text]:
    """What the report rests on and nobody has checked."""
    language = view.language
    yield Text(ESTIMATED if view.estimated else MEASURED)
    yield Text(BY_SETTLEMENT)
    if view.uncounted:
        yield Text(UNKNOWN_PEOPLE, {"settlements": Count(*SETTLEMENTS, view.uncounted)})
    for source in sorted({library.source for library in view.libraries if library.source}, key=alphabet_key):
        yield Text(LIBRARIES_FROM, {"source": source})
    prices = tell_prices(reported.money)
    if prices != NO_MONEY:
        yield Text(prices)
    for _, results in reported.norms:
        for result in results:
            if result.verdict is RuleVerdict.NOT_VERIFIED:
                rule = language.choose(uk=result.rule.text_uk, en=result.rule.text_en)
                yield Text(RULE_NOT_VERIFIED, {"rule": rule, "source": result.rule.source})


def _count(some: Sequence[Access]) -> int:
    """Residents of some settlements."""
    return sum(one.population for one in some)


def _tell_people(some: Sequence[Access]) -> dict[str, object]:
    """How many settlements and residents."""
    return {"settlements": Count(*SETTLEMENTS, len(some)), "people": Count(*RESIDENTS, _count(some))}


def _percent(part: int, whole: int, language: Language) -> str:
    """Share of a whole in words; 0 of nothing."""
    return language.percent(part / whole if whole else 0.0)
