"""``bibliobus explain``: why settlements are not served, and what would change it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bibliobus.cli.options import shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from bibliobus.plan.explain.reasons import Story
    from bibliobus.tasks.explain import Explained

HELP: Final = N_("Explain why settlements are not served, and what would change it.")
PLAN: Final = N_("Folder that `plan` or `demo` wrote, or its plan.json.")
SETTLEMENT: Final = N_("Id or name of one settlement, served or not; else all that are not served.")
IMPOSSIBLE: Final = N_("Not served: not possible under the rules")
SACRIFICED: Final = N_("Not served: no time left")


def build_command(language: Language) -> click.Command:
    """
    Build the command.

    Parameters
    ----------
    language
        Language of the help.

    Returns
    -------
    click.Command
        ``explain``.
    """
    _ = language.gettext

    @click.command("explain", cls=SpokenCommand, language=language, help=_(HELP))
    @click.argument("plan", type=click.Path(), help=_(PLAN))
    @click.option("--settlement", metavar="SETTLEMENT", help=_(SETTLEMENT))
    @click.option("--area", metavar="DIR", type=click.Path(), help=_("Other inputs than those beside the plan."))
    @shared_options(language)
    def explain(
        plan: str, settlement: str | None, area: str | None, lang: str | None, as_json: bool, strict: bool
    ) -> int:
        from bibliobus.cli.console import show_waiting
        from bibliobus.plan.plan import Standing
        from bibliobus.tasks.explain import explain_folder

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
