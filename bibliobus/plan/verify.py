"""Verify a plan: every rule recomputed from the plan and the inputs, without any help of a solver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, FindingReport, Place, Severity
from bibliobus.inputs.cells import show_value
from bibliobus.language import N_
from bibliobus.plan.measure import FIGURES, Unit, measure_plan
from bibliobus.plan.rules_facts import check_due, check_facts
from bibliobus.plan.rules_making import check_cost, check_making
from bibliobus.plan.rules_reasons import check_reasons
from bibliobus.plan.rules_service import check_service
from bibliobus.plan.rules_tour import check_tours
from bibliobus.plan.rules_wishes import check_wishes
from bibliobus.quantities import Number
from bibliobus.wording import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bibliobus.plan.evidence import Evidence

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
