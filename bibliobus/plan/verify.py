"""Verify a plan: every rule recomputed from the plan and the inputs, without any help of a solver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, FindingReport, Place, Severity
from bibliobus.language import N_
from bibliobus.plan.measure import FIGURES, Unit, measure_plan
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
ESTIMATE_HIDDEN: Final = FindingKind(
    "estimate-hidden",
    Severity.ERROR,
    N_("Distances or times are estimates, and the plan does not say so."),
    N_("Plan anew, so that every map and table says so."),
)


def check_honesty(evidence: Evidence) -> Iterator[Finding]:
    """
    Check that a plan made from estimates says so.

    Parameters
    ----------
    evidence
        The plan and its inputs.

    Yields
    ------
    Finding
        One if it does not.
    """
    if evidence.estimated and not evidence.plan.estimated:
        yield ESTIMATE_HIDDEN.at(Place())


_EXACT: Final = {Unit.METRES: N_("{number} m"), Unit.SECONDS: N_("{number} s")}

RULES: Final = (check_tours, check_service, check_wishes, check_reasons, check_honesty)
"""Groups of rules; each takes the evidence and yields findings."""


def verify_plan(evidence: Evidence) -> FindingReport:
    """
    Verify a plan against its inputs.

    Parameters
    ----------
    evidence
        The plan and its inputs.

    Returns
    -------
    FindingReport
        One error for each broken rule and place; empty if the plan keeps every rule. Key figures are
        compared only when nothing else is wrong, since they follow from the tours.
    """
    findings = [finding for check in RULES for finding in check(evidence)]
    return FindingReport.of(findings or _check_figures(evidence))


def _check_figures(evidence: Evidence) -> Iterator[Finding]:
    """The figures agree with the tours."""
    plan = evidence.plan
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
