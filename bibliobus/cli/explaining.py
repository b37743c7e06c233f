"""``verify``, ``explain`` and ``locks``: a plan is looked at, and edited by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bibliobus.cli.options import shared_options
from bibliobus.cli.speech import SpokenCommand
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from bibliobus.plan.explain.reasons import Story
    from bibliobus.tasks.edit import Explained

VERIFY_HELP: Final = N_("Check that a plan keeps every rule, by arithmetic of its own.")
VERIFY_PLAN: Final = N_(
    "Folder that `plan` or `demo` wrote, its plan.json, or its timetable.xlsx, edited by hand or not."
)
VERIFY_WORKBOOK: Final = ".xlsx"
SCORE: Final = N_("Key figures")
COST: Final = N_("Cost by the weights of the scenario, minutes of paid time")
HUNDREDTHS: Final = 100


def build_verify(language: Language) -> click.Command:
    """Build ``verify``."""
    _ = language.gettext

    @click.command("verify", cls=SpokenCommand, language=language, help=_(VERIFY_HELP))
    @click.argument("plan", type=click.Path(), help=_(VERIFY_PLAN))
    @click.option("--area", metavar="DIR", type=click.Path(), help=_("Other inputs than those beside the plan."))
    @shared_options(language)
    def verify(plan: str, area: str | None, lang: str | None, as_json: bool, strict: bool) -> int:
        from bibliobus.cli.console import (
            finding_document,
            print_findings,
            print_json,
            print_lines,
            print_table,
            show_waiting,
        )
        from bibliobus.plan.build import score_tours
        from bibliobus.plan.measure.figures import measure_plan
        from bibliobus.tasks.edit import verify_workbook
        from bibliobus.tasks.reopen import verify_folder
        from bibliobus.view.heading import list_figures

        by_hand = plan.lower().endswith(VERIFY_WORKBOOK)
        with show_waiting(language, quiet=as_json):
            judge = verify_workbook if by_hand else verify_folder
            checked, prepared, report = judge(Path(plan), area=Path(area) if area else None)
        figures, cost = measure_plan(checked.tours, checked.accounts), score_tours(prepared, checked.tours)
        spoken = Language(lang or checked.language)
        code = 1 if report.errors or (strict and report.warnings) else 0
        if as_json:
            findings = [finding_document(finding, spoken) for finding in report.findings]
            print_json({"exit_code": code, "figures": figures, "cost": cost, "findings": findings})
            return code
        print_findings(report.findings, spoken)
        broken = spoken.ngettext("{count} rule is broken.", "{count} rules are broken.", len(report.errors))
        print_lines([broken if report.errors else spoken.gettext("The plan keeps every rule.")])
        if by_hand:
            rows = [(row.label, row.text) for row in list_figures(replace(checked, figures=figures), spoken)]
            rows.append((spoken.gettext(COST), spoken.number(round(cost / HUNDREDTHS))))
            print_table(spoken.gettext(SCORE), ("", ""), rows, right=(1,))
        return code

    return verify


EXPLAIN_HELP: Final = N_("Explain why settlements are not served, and what would change it.")
EXPLAIN_PLAN: Final = N_("Folder that `plan` or `demo` wrote, or its plan.json.")
SETTLEMENT: Final = N_("Id or name of one settlement, served or not; else all that are not served.")
IMPOSSIBLE: Final = N_("Not served: not possible under the rules")
SACRIFICED: Final = N_("Not served: no time left")


def build_explain(language: Language) -> click.Command:
    """Build ``explain``."""
    _ = language.gettext

    @click.command("explain", cls=SpokenCommand, language=language, help=_(EXPLAIN_HELP))
    @click.argument("plan", type=click.Path(), help=_(EXPLAIN_PLAN))
    @click.option("--settlement", metavar="SETTLEMENT", help=_(SETTLEMENT))
    @click.option("--area", metavar="DIR", type=click.Path(), help=_("Other inputs than those beside the plan."))
    @shared_options(language)
    def explain(
        plan: str, settlement: str | None, area: str | None, lang: str | None, as_json: bool, strict: bool
    ) -> int:
        from bibliobus.cli.console import show_waiting
        from bibliobus.plan.plan import Standing
        from bibliobus.tasks.edit import explain_folder

        with show_waiting(language, quiet=as_json):
            explained = explain_folder(Path(plan), settlement=settlement, area=Path(area) if area else None)
        unserved = any(story.account.standing is Standing.UNSERVED for story in explained.stories)
        code = 1 if strict and unserved else 0
        spoken = Language(lang or explained.plan.language)
        if as_json:
            _print_document(explained, code, spoken)
        else:
            _print_stories(explained, spoken, alone=settlement is not None)
        return code

    return explain


def _print_document(explained: Explained, code: int, language: Language) -> None:
    """One JSON document."""
    from bibliobus.cli.console import print_json

    settlements = [_document(story, language) for story in explained.stories]
    print_json({"exit_code": code, "settlements": settlements, "findings": []})


def _document(story: Story, language: Language) -> dict[str, Any]:
    """One settlement as the JSON document says it."""
    account, reason = story.account, story.account.reason
    return {
        "settlement": account.settlement_id,
        "name": story.name.render(language),
        "standing": account.standing.value,
        "impossible": reason.impossible if reason else None,
        "code": reason.code if reason else None,
        "values": dict(reason.values) if reason else {},
        "sentence": story.sentence.render(language),
        "details": [detail.render(language) for detail in story.details],
    }


def _print_stories(explained: Explained, language: Language, *, alone: bool) -> None:
    """Sentences, grouped by what is behind them."""
    from bibliobus.cli.console import print_lines

    _ = language.gettext
    if not explained.stories:
        print_lines([_("Every settlement is served or has a library near.")])
    heading = ""
    for story in explained.stories:
        reason = story.account.reason
        group = "" if alone or reason is None else _(IMPOSSIBLE if reason.impossible else SACRIFICED)
        if group != heading:
            print_lines([*([""] if heading else []), group])
            heading = group
        people = language.ngettext("{count} resident", "{count} residents", story.account.population)
        lines = [story.sentence, *story.details]
        print_lines(
            ["", f"{story.name.render(language)} · {people}", *(f"  {line.render(language)}" for line in lines)]
        )


LOCKS_HELP: Final = N_(
    "Take the stops marked in the column “Lock” of an edited timetable over into the scenario of an area."
)
AREA: Final = N_("Folder of the area; only its scenario is written.")
LOCKS_WORKBOOK: Final = N_("Workbook with the timetable, with x, day, time or bus in the column “Lock”.")


def build_locks(language: Language) -> click.Command:
    """Build ``locks``."""
    _ = language.gettext

    @click.command("locks", cls=SpokenCommand, language=language, help=_(LOCKS_HELP))
    @click.argument("area", type=click.Path(), help=_(AREA))
    @click.argument("timetable", type=click.Path(), help=_(LOCKS_WORKBOOK))
    @shared_options(language)
    def locks(area: str, timetable: str, lang: str | None, as_json: bool, strict: bool) -> int:
        from bibliobus.cli.console import finding_document, print_findings, print_json, print_lines
        from bibliobus.tasks.edit import take_locks

        taken = take_locks(Path(area), Path(timetable))
        spoken = Language(lang or taken.language)
        code = 1 if strict and taken.report.warnings else 0
        if as_json:
            findings = [finding_document(finding, spoken) for finding in taken.report.findings]
            ids = [lock.settlement_id for lock in taken.locks]
            print_json({"exit_code": code, "locks": ids, "findings": findings})
            return code
        print_findings(taken.report.findings, spoken)
        count = len(taken.locks)
        print_lines([spoken.ngettext("{count} lock was copied.", "{count} locks were copied.", count)])
        return code

    return locks
