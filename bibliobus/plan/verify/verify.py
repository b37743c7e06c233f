"""Verify a plan: every rule recomputed from the plan and the inputs, without any help of a solver."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, FindingReport, Place, Severity
from bibliobus.inputs.tables.cells import show_value
from bibliobus.plan.measure.figures import FIGURES, Unit, measure_plan, work_of
from bibliobus.plan.verify.facts import check_due, check_facts
from bibliobus.plan.verify.reasons import check_reasons
from bibliobus.plan.verify.service import check_service, check_wishes
from bibliobus.plan.verify.tours import check_tours
from bibliobus.words.language import HOUR_S, KM_M, N_
from bibliobus.words.text import Number, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.domain.fleet import Bus
    from bibliobus.plan.plan import Tour
    from bibliobus.plan.verify.evidence import Evidence

ESTIMATE_HIDDEN: Final = FindingKind(
    "estimate-hidden",
    Severity.ERROR,
    N_("Distances or times are estimates, and the plan does not say so."),
    N_("Plan anew, so that every map and table says so."),
)
ESTIMATE_UNTRUE: Final = FindingKind(
    "estimate-untrue",
    Severity.ERROR,
    N_("The plan calls its distances and times estimates, but they follow the roads of the area."),
    N_("Plan anew, so that no map and no table says so."),
)
NOTICE_DIFFERS: Final = FindingKind(
    "notice-differs",
    Severity.ERROR,
    N_("The notice of the plan is “{found}”; the scenario says “{expected}”."),
    N_("Plan anew, so that every paper carries the notice of the scenario."),
)
WEIGHT_DIFFERS: Final = FindingKind(
    "weight-differs",
    Severity.ERROR,
    N_("The weight “{name}” is {found} by the plan; by the scenario it is {expected}."),
    N_("Plan anew, so that the plan agrees with the scenario."),
)
STATUS_UNTRUE: Final = FindingKind(
    "status-untrue",
    Severity.ERROR,
    N_("By the plan, its status is “{status}”, ended by “{ended_by}”; nothing in it bears that out."),
    N_("Plan anew: only a search that proves its bound makes a plan “optimal”."),
)
COST_WRONG: Final = FindingKind(
    "cost-wrong",
    Severity.ERROR,
    N_("The cost of the plan is {found}; by its tours and the weights it is {expected}."),
    N_("Plan anew, so that the cost agrees with the tours."),
)
BOUND_UNTRUE: Final = FindingKind(
    "bound-untrue",
    Severity.ERROR,
    N_("The plan says that no plan costs less than {found}, but “{solver}” has proved nothing of the kind."),
    N_("Plan anew, so that the plan says only what was proved."),
)

HUNDREDTHS: Final = 100
PROMISE: Final = "promise_"
"""Beginning of the weights that only a plan made anew has."""
PROVING: Final = frozenset({"periodic"})
"""Searches that prove a bound of the cost."""
DRIVEN: Final = "driven"
MAKERS: Final = {"by_hand": "by hand", DRIVEN: "timetable"}
"""Who makes the plans for which nothing is searched, by their status."""
REPLANNED: Final = "replan"
"""The search that may prove something else than a cost: that no announced visit need change."""
SEARCHED: Final = frozenset({"budget", "limit", "interrupt"})
NOTHING: Final = "–"


def check_making(evidence: Evidence) -> Iterator[Finding]:
    """Check what a plan says of its notices, its distances, its weights and its status."""
    plan, scenario = evidence.plan, evidence.dataset.scenario
    if evidence.estimated != plan.estimated:
        yield (ESTIMATE_HIDDEN if evidence.estimated else ESTIMATE_UNTRUE).at(Place())
    for found, expected in ((plan.notice_uk, scenario.notice_uk), (plan.notice_en, scenario.notice_en)):
        if found != expected:
            yield NOTICE_DIFFERS.at(Place(), found=found or NOTHING, expected=expected or NOTHING)
    yield from _check_weights(evidence)
    yield from _check_status(evidence)


def check_cost(evidence: Evidence) -> Iterator[Finding]:
    """Check the cost of a plan that breaks no other rule, and what the plan says to be proved about it."""
    made = evidence.plan.provenance
    # Nobody has priced what is driven today.
    cost = 0 if made.status == DRIVEN else price_plan(evidence)
    if made.cost != cost:
        yield COST_WRONG.at(Place(), found=Number(made.cost), expected=Number(cost))


def price_plan(evidence: Evidence) -> int:
    """
    Price the tours of a plan and the visits that it leaves out, in hundredths of a minute of paid time.

    What a lock is worth is not in it: a plan that leaves out a locked visit breaks a rule.
    """
    scenario = evidence.dataset.scenario
    called = {call.settlement_id for tour in evidence.plan.tours for call in tour.calls}
    left_out = sum(
        round(visit.need * (scenario.cycle.weeks // visit.rhythm_weeks) * scenario.weights.need * HUNDREDTHS)
        for settlement_id, visit in evidence.visits.items()
        if settlement_id not in called
    )
    return left_out + sum(_price_tour(evidence, tour) for tour in evidence.plan.tours)


def _price_tour(evidence: Evidence, tour: Tour) -> int:
    """Paid hours, kilometres, the bus day, overtime and the squared hours of one tour, each rounded by itself."""
    weights, shift = evidence.dataset.scenario.weights, evidence.buses[tour.bus_id].shift
    hour, km, day, overtime, balance = (
        round(weight * HUNDREDTHS)
        for weight in (weights.hour, weights.km, weights.bus_day, weights.overtime_hour, weights.balance)
    )
    work_s, length_m = work_of(tour), sum(leg.length_m for leg in tour.legs)
    over_s = max(0, work_s - shift.max_work_s)
    paid = round(hour * work_s / HOUR_S) + round(km * length_m / KM_M) + day + round(overtime * over_s / HOUR_S)
    # A day costs the square of the longest as well, so that nothing is won by spreading the same work over more days.
    longest_s = max(_longest_work_s(evidence, bus) for bus in evidence.buses.values())
    return paid + round(balance * (work_s / HOUR_S) ** 2) + math.ceil(balance * (longest_s / HOUR_S) ** 2)


def _longest_work_s(evidence: Evidence, bus: Bus) -> int:
    """Longest work of a day of a bus: as its crew may, and as its shift allows."""
    shift, reserve_s = bus.shift, evidence.dataset.scenario.rules.reserve_s
    return min(max(0, shift.max_work_s + shift.overtime_s - reserve_s), shift.end_s - shift.start_s)


def _check_weights(evidence: Evidence) -> Iterator[Finding]:
    """The weights are those of the scenario; a plan made anew has those of announced visits too, all or none."""
    scenario, found = evidence.dataset.scenario, evidence.plan.provenance.weights
    expected: dict[str, int | float] = asdict(scenario.weights)
    if any(name.startswith(PROMISE) for name in found):
        expected |= {f"{PROMISE}{name}": value for name, value in asdict(scenario.promises).items()}
    for name in sorted(expected.keys() | found.keys()):
        if found.get(name) != expected.get(name):
            said, right = (NOTHING if one is None else Number(one) for one in (found.get(name), expected.get(name)))
            yield WEIGHT_DIFFERS.at(Place(), name=name, found=said, expected=right)


def _check_status(evidence: Evidence) -> Iterator[Finding]:
    """What is known about a plan fits what ended its making, and only a search that proves bounds has one."""
    made = evidence.plan.provenance
    proved = made.bound is not None and made.solver in PROVING and made.bound <= made.cost
    if made.bound is not None and not proved:
        yield BOUND_UNTRUE.at(Place(), found=Number(made.bound), solver=made.solver)
    match made.status:
        case "optimal":
            true = proved and made.bound == made.cost and made.ended_by == "proof"
        case "feasible":
            true = made.ended_by in SEARCHED or (made.ended_by == "proof" and (made.solver == REPLANNED or proved))
        case status:
            true = made.ended_by == "none" and MAKERS.get(status) == made.solver
    if not true:
        yield STATUS_UNTRUE.at(Place(), status=made.status, ended_by=made.ended_by)


FIGURE_WRONG: Final = FindingKind(
    "figure-wrong",
    Severity.ERROR,
    N_("The key figure “{figure}” is {found}; by the tours it is {expected}."),
    N_("Plan anew, so that the figures agree with the tours."),
)
FIGURE_UNKNOWN: Final = FindingKind(
    "figure-unknown",
    Severity.ERROR,
    N_("The plan has an unknown key figure “{found}”."),
    N_("Take it out; a plan has the figures that follow from its tours, and no others."),
)


_EXACT: Final = {Unit.METRES: N_("{number} m"), Unit.SECONDS: N_("{number} s")}


def _check_figures(evidence: Evidence) -> Iterator[Finding]:
    """The figures are those of every plan, and agree with the tours."""
    plan = evidence.plan
    for name in sorted(plan.figures.keys() - FIGURES.keys()):
        yield FIGURE_UNKNOWN.at(Place(), found=show_value(name))
    expected = measure_plan(plan.tours, plan.accounts)
    for name in FIGURES:
        if plan.figures.get(name) != expected[name]:
            found, right = (_tell_figure(name, figures.get(name)) for figures in (plan.figures, expected))
            yield FIGURE_WRONG.at(Place(), figure=Text(FIGURES[name].label), found=found, expected=right)


def _tell_figure(name: str, value: float | None) -> object:
    """Exact value of a figure: rounded as in the tables, two values might look alike."""
    if value is None:
        return "–"
    template = _EXACT.get(FIGURES[name].unit)
    return Number(value) if template is None else Text(template, {"number": Number(value)})


RULES: Final = (
    (check_tours, check_service, check_wishes, check_reasons, check_making),
    (check_due,),
    (_check_figures,),
    (check_facts, check_cost),
)
"""Groups of rules in stages; each rule takes the evidence and yields findings. What follows from an earlier stage is
checked only where that one found nothing."""


def verify_plan(evidence: Evidence, *, turned: bool = False) -> FindingReport:
    """
    Verify a plan against its inputs.

    Parameters
    ----------
    evidence
        The plan and its inputs.
    turned
        True if its tours were turned to another cycle: its reasons still name the days of the old one, and they and
        its cost are not asked.

    Returns
    -------
    FindingReport
        One error for each broken rule and place; empty if the plan keeps every rule. Key figures are compared only
        when nothing else is wrong, since they follow from the tours; so do the cost and the numbers of reasons, which
        are compared when the key figures are right.
    """
    rules = RULES[:-1] if turned else RULES
    stages = ([finding for check in stage for finding in check(evidence)] for stage in rules)
    return FindingReport.of(next((findings for findings in stages if findings), ()))
