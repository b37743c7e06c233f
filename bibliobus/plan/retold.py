"""Reasons told once more, by the times and places that the search itself finds: no arithmetic of the checker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.language import N_
from bibliobus.plan.by_hand import explain_again
from bibliobus.plan.explain import describe_reason
from bibliobus.plan.names import spell_places
from bibliobus.plan.timetable import Standing

if TYPE_CHECKING:
    from bibliobus.model.case import Case
    from bibliobus.plan.timetable import Plan

REASON_DIFFERS: Final = FindingKind(
    "reason-differs",
    Severity.ERROR,
    N_("The reason why {name} is not served, or a number in it, was changed; these tours give: {expected}"),
    N_("Plan anew, so that the reason is a true one."),
)


def check_retold(plan: Plan, case: Case) -> list[Finding]:
    """
    Compare every reason with what the tours of the plan give once more.

    Parameters
    ----------
    plan
        A plan that keeps every rule of the checker.
    case
        Its area.

    Returns
    -------
    list of Finding
        One for each settlement whose reason differs in any value. What these reasons rest on, times that fit and
        prices, is found by the code that planned: this shows that nobody changed them, not that they are right.
    """
    expected, names = explain_again(case, plan.tours), spell_places(case.dataset)
    return [
        REASON_DIFFERS.at(
            Place(settlement_id=account.settlement_id),
            name=names[account.settlement_id],
            expected=describe_reason(expected[account.settlement_id]),
        )
        for account in plan.accounts
        if account.standing is Standing.UNSERVED and account.reason != expected.get(account.settlement_id)
    ]
