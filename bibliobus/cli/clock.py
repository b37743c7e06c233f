"""The clock: the one place of the program that asks what day it is. The library is told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bibliobus.plan.plan import Plan
    from bibliobus.words.language import Language


def find_today() -> date:
    """Find the date of today."""
    return date.today()


def tell_dates(plan: Plan, first: date | None, language: Language, *, as_json: bool) -> list[dict[str, Any]]:
    """
    Tell that the dates of papers lie in the past, or long after the plan was made.

    ``first``: First date that was asked for; None means the first day of the plan.
    ``as_json``: True if nothing is to be printed, since the findings stand in a document.
    """
    from bibliobus.cli.console import finding_document, print_findings
    from bibliobus.tasks.reopen import judge_dates

    findings = judge_dates(plan, first, find_today())
    if not as_json:
        print_findings(findings, language)
    return [finding_document(finding, language) for finding in findings]
