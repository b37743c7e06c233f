"""Everything that a report to the council answers from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bibliobus.plan.plan import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.domain.norms import Norm, NormRule
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.answers import Answer
    from bibliobus.plan.compare.compare import Comparison
    from bibliobus.plan.compare.monitor import Record
    from bibliobus.plan.measure.coverage import Coverage, RuleResult
    from bibliobus.plan.measure.figures import Expense
    from bibliobus.plan.measure.reach import Access
    from bibliobus.plan.plan import Plan


@dataclass(frozen=True)
class Reported:
    """
    Everything that a report to the council answers from.

    Parameters
    ----------
    plan
        The plan.
    dataset
        Checked inputs it was made from.
    access
        Access of every settlement.
    coverage
        Who is reached.
    norms
        Norms and what came out for each rule.
    expense
        What the plan takes.
    answers
        Answers to the requests of residents; empty if there are none.
    comparison
        What changed since the plan before; None if none was given.
    record
        What became of the visits, and the rule by which a stop is weak; None if no log was given.
    """

    plan: Plan
    dataset: Dataset
    access: tuple[Access, ...]
    coverage: Coverage
    norms: tuple[tuple[Norm, tuple[RuleResult, ...]], ...]
    expense: Expense
    answers: tuple[Answer, ...]
    comparison: Comparison | None = None
    record: tuple[Record, NormRule] | None = None


def list_remote(access: Sequence[Access]) -> tuple[Access, ...]:
    """
    List the settlements without a library near.

    Parameters
    ----------
    access
        Access of every settlement.

    Returns
    -------
    tuple of Access
        Those that reach no library by road first, then the farthest from one.
    """

    def rank(one: Access) -> tuple[bool, int, int, str]:
        far_m = one.library.length_m if one.library else 0
        return (one.library is not None, -far_m, -one.population, one.settlement_id)

    return tuple(sorted((one for one in access if one.standing is not Standing.NOT_NEEDED), key=rank))
