"""Show a finished plan on the terminal; shared by the commands that plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.plan.plan import Standing
from bibliobus.solve.solver import Ending
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.plan.plan import Plan
    from bibliobus.tasks.plan import Planned

INTERRUPTED_EXIT = 130


def report_planned(planned: Planned, out: Path, *, as_json: bool, strict: bool) -> int:
    """
    Report a finished plan and find the exit code.

    Parameters
    ----------
    planned
        The plan and what it was made from.
    out
        Where it was written.
    as_json
        True for one JSON document.
    strict
        True if warnings and unserved settlements make the exit code 1.

    Returns
    -------
    int
        0, 1 or 130.
    """
    plan, language = planned.plan, Language(planned.plan.language)
    unserved = any(account.standing is Standing.UNSERVED for account in plan.accounts)
    code = 1 if strict and (unserved or planned.report.warnings) else 0
    if plan.provenance.ended_by == Ending.INTERRUPT:
        code = INTERRUPTED_EXIT
    if as_json:
        _print_document(planned, out, code, language)
    else:
        _print_summary(planned, out, language)
    return code


def _print_document(planned: Planned, out: Path, code: int, language: Language) -> None:
    """One JSON document."""
    from bibliobus.cli.console import finding_document, print_json
    from bibliobus.plan.explain.reasons import describe_reason

    print_json(
        {
            "exit_code": code,
            "output": str(out),
            "status": planned.plan.provenance.status,
            "ended_by": planned.plan.provenance.ended_by,
            "figures": dict(planned.plan.figures),
            "unserved": [
                {
                    "settlement": account.settlement_id,
                    "impossible": account.reason.impossible,
                    "code": account.reason.code,
                    "reason": describe_reason(account.reason).render(language),
                }
                for account in planned.plan.accounts
                if account.standing is Standing.UNSERVED and account.reason is not None
            ],
            "findings": [finding_document(finding, language) for finding in planned.report.findings],
        }
    )


def _print_summary(planned: Planned, out: Path, language: Language) -> None:
    """Findings, tables, and where everything was written."""
    from bibliobus.cli.console import print_findings, print_heading, print_table
    from bibliobus.cli.reports import print_tables
    from bibliobus.output.values import list_texts
    from bibliobus.view.reports.summary import summarise_plan

    _ = language.gettext
    print_findings(planned.report.findings, language, brief=True)
    report = summarise_plan(planned.plan, planned.prepared.dataset, language)
    *tables, figures = report.tables
    print_heading(report.title, report.heads, [*report.told, *_list_endings(planned.plan, language)])
    print_tables(tables, language)
    print_table(figures.title, ("", ""), list_texts(figures, language), right=[1])
    print_table(
        _("Written to {folder}").format(folder=out),
        ("", ""),
        [
            ("map.html", _("map with all times, opens in any browser without internet")),
            ("timetable.xlsx", _("timetable for Excel")),
            ("timetable.csv", _("timetable as open data")),
            ("plan.json", _("the plan for the computer")),
            ("area", _("the inputs it was made from")),
        ],
    )


def _list_endings(plan: Plan, language: Language) -> list[str]:
    """What to say about a search that did not run to its end."""
    endings = {
        Ending.INTERRUPT: N_("The search was interrupted; this is the best plan found so far."),
        Ending.LIMIT: N_("The search was cut short by the time limit; another machine may find another plan."),
    }
    return [language.gettext(words) for ending, words in endings.items() if plan.provenance.ended_by == ending]
