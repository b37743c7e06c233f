"""``versions``: what a plan was before it was made anew, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bibliobus.cli.groups import CommandGroup
from bibliobus.cli.options import REPORT_FILE, language_option, output_option
from bibliobus.cli.speech import SpokenCommand
from bibliobus.words.language import N_, Language
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bibliobus.tasks.compare import Compared
    from bibliobus.tasks.versions import Restored, Version

VERSIONS_ABOUT: Final = N_(
    "List the versions of a plan that was made anew, show and compare them, and take any of them back."
)
PLAN: Final = N_("Folder of the plan, or its plan.json.")
MOST: Final = 9999


def build_versions(language: Language) -> click.Command:
    """Build ``versions`` with its commands."""
    return CommandGroup("versions", VERSIONS_ABOUT, language)


LIST_HELP: Final = N_(
    "List the versions of a plan: when and for what each was made, and on which dates its tours are others."
)
LIST_TITLE: Final = N_("Versions of the plan")
HEAD: Final = (N_("Version"), N_("Made"), N_("For what"), N_("Other tours from"), N_("until"))
OPEN_END: Final = N_("no end")
NOW: Final = N_("{number} (now)")
BROKEN_EXIT: Final = 3


def build_versions_list(language: Language) -> click.Command:
    """Build ``versions list``."""
    _ = language.gettext

    @click.command("list", cls=SpokenCommand, language=language, help=_(LIST_HELP))
    @click.argument("plan", type=click.Path(), help=_(PLAN))
    @click.option("--json", "as_json", is_flag=True, help=_("Print one JSON document and nothing else."))
    @language_option(language)
    def show(plan: str, as_json: bool, lang: str | None) -> int:
        from bibliobus.cli.console import print_findings, print_json, print_table
        from bibliobus.tasks.versions import list_version_facts, list_versions

        listed = list_versions(Path(plan))
        spoken = Language(lang or listed.language or language.code)
        print_findings(listed.findings, spoken)
        if as_json:
            print_json([list_version_facts(version, spoken) for version in listed.versions])
        else:
            head = [spoken.gettext(word) for word in HEAD]
            print_table(spoken.gettext(LIST_TITLE), head, _list_rows(listed.versions, spoken))
        return BROKEN_EXIT if listed.findings else 0

    return show


def _list_rows(versions: Sequence[Version], language: Language) -> list[tuple[str, ...]]:
    """Cells of the table of versions, the last of which is the plan as it is now."""
    rows: list[tuple[str, ...]] = []
    for version in versions:
        now = version is versions[-1]
        number = Text(NOW, {"number": version.number}).render(language) if now else str(version.number)
        first, last = (language.date(day) if day else "" for day in (version.first, version.last))
        until = last or (language.gettext(OPEN_END) if first else "")
        rows.append((number, _tell_made(version.made, language), version.tell(language), first, until))
    return rows


def _tell_made(made: datetime | None, language: Language) -> str:
    """When a version was made, by the clock of this machine."""
    local = made.astimezone() if made else None
    return f"{language.date(local.date())}, {local:%H:%M}" if local else ""


SHOW_HELP: Final = N_("Show what a version changed, and who is concerned.")
SHOW_NUMBER: Final = N_("Number of the version; else the plan as it is now.")
SHOW_TITLE: Final = N_("Version {number}: {label}")
SHOW_SPAN: Final = N_("Other tours are driven than in the version before it, from {first} until {last}.")
SHOW_OPEN: Final = N_("Other tours are driven than in the version before it, from {first} on.")
SHOW_OLDEST: Final = N_("No version before it is kept. Its cycle begins on {first}.")


def build_versions_show(language: Language) -> click.Command:
    """Build ``versions show``."""
    _ = language.gettext

    @click.command("show", cls=SpokenCommand, language=language, help=_(SHOW_HELP))
    @click.argument("plan", type=click.Path(), help=_(PLAN))
    @click.argument("number", metavar="[NUMBER]", type=click.IntRange(1, MOST), required=False, help=_(SHOW_NUMBER))
    @click.option("--json", "as_json", is_flag=True, help=_("Print one JSON document and nothing else."))
    @language_option(language)
    def show(plan: str, number: int | None, as_json: bool, lang: str | None) -> int:
        from bibliobus.cli.console import print_json, print_lines, print_report, show_waiting
        from bibliobus.tasks.compare import make_comparison_report
        from bibliobus.tasks.versions import list_version_facts, show_version

        with show_waiting(language, quiet=as_json):
            shown = show_version(Path(plan), number)
        spoken = Language(lang or shown.plan.language)
        report = None if shown.compared is None else make_comparison_report(shown.compared, spoken)
        if as_json:
            facts = {
                **list_version_facts(shown.version, spoken),
                "comparison": None if report is None else report.facts,
            }
            print_json({"exit_code": 0, **facts, "findings": []})
            return 0
        print_lines([*_tell_version(shown.version, spoken), *([""] if report else [])])
        if report is not None:
            print_report(report, spoken)
        return 0

    return show


def _tell_version(version: Version, language: Language) -> list[str]:
    """Lines above what a version changed."""
    title = Text(SHOW_TITLE, {"number": version.number, "label": version.tell(language)}).render(language)
    if version.first is None:
        return [title]
    words = {"first": language.date(version.first), "last": language.date(version.last) if version.last else ""}
    sentence = SHOW_OLDEST if version.parent is None else SHOW_SPAN if version.last else SHOW_OPEN
    return [title, Text(sentence, words).render(language)]


COMPARE_HELP: Final = N_(
    "Show what changes for whom between two versions of a plan. Exit code 0: nothing, 1: something."
)
OLD: Final = N_("Number of the older version.")
NEW: Final = N_("Number of the other one; else the plan as it is now.")


def build_versions_compare(language: Language) -> click.Command:
    """Build ``versions compare``."""
    _ = language.gettext

    @click.command("compare", cls=SpokenCommand, language=language, help=_(COMPARE_HELP))
    @click.argument("plan", type=click.Path(), help=_(PLAN))
    @click.argument("old", metavar="OLD", type=click.IntRange(1, MOST), help=_(OLD))
    @click.argument("new", metavar="[NEW]", type=click.IntRange(1, MOST), required=False, help=_(NEW))
    @output_option(language, "FILE", REPORT_FILE, required=False)
    @click.option("--json", "as_json", is_flag=True, help=_("Print one JSON document and nothing else."))
    @language_option(language)
    def compare(
        plan: str, old: int, new: int | None, output: str | None, force: bool, as_json: bool, lang: str | None
    ) -> int:
        from bibliobus.cli.console import Outcome, show_report, show_waiting
        from bibliobus.output.tables import find_report_format
        from bibliobus.tasks.compare import make_comparison_report, render_comparison
        from bibliobus.tasks.folders import check_output, write_file
        from bibliobus.tasks.versions import compare_versions

        if output:
            check_output(Path(output), force=force)
        with show_waiting(language, quiet=as_json):
            compared = compare_versions(Path(plan), old, new)
        spoken = Language(lang) if lang else compared.language
        if output:
            content = render_comparison(compared, find_report_format(output, "html"), spoken)
            write_file(Path(output), content, force=force)
        code = 0 if compared.comparison.same else 1
        outcome = Outcome(code, output, N_("The comparison was written to {file}."))
        show_report(make_comparison_report(compared, spoken), outcome, spoken, as_json=as_json)
        return code

    return compare


RESTORE_HELP: Final = N_(
    "Take a version back: its plan byte for byte with all papers. The plan as it is now becomes a version itself, so "
    "that this can be taken back, too."
)
RESTORE_NUMBER: Final = N_("Number of the version; else the one before the plan as it is now.")
RESTORE_OUTPUT: Final = N_("Folder to write; the folder of the plan itself with --force.")
BACK: Final = N_("Version {number} is the plan again; it is version {now} now.")
NOT_COMPARED: Final = N_("What changes by that cannot be said, because the plan as it was is broken.")
NOTHING_TOLD: Final = N_("It was written to {folder}; comparison.html shows what changes for whom.")
WRITTEN: Final = N_(
    "It was written to {folder}: comparison.html shows what changes for whom, notices.txt and notices.csv tell it to "
    "residents, and exceptions.csv has each changed visit."
)
WRITTEN_ALONE: Final = N_("It was written to {folder}.")


def build_versions_restore(language: Language) -> click.Command:
    """Build ``versions restore``."""
    _ = language.gettext

    @click.command("restore", cls=SpokenCommand, language=language, help=_(RESTORE_HELP))
    @click.argument("plan", type=click.Path(), help=_(PLAN))
    @click.argument("number", metavar="[NUMBER]", type=click.IntRange(1, MOST), required=False, help=_(RESTORE_NUMBER))
    @output_option(language, "DIR", RESTORE_OUTPUT, required=True)
    @click.option("--json", "as_json", is_flag=True, help=_("Print one JSON document and nothing else."))
    @language_option(language)
    def restore(plan: str, number: int | None, output: str, force: bool, as_json: bool, lang: str | None) -> int:
        from bibliobus.cli.console import finding_document, print_findings, print_json, show_waiting
        from bibliobus.tasks.compare import make_comparison_report
        from bibliobus.tasks.replan_papers import list_summary
        from bibliobus.tasks.versions import restore_version

        with show_waiting(language, quiet=as_json):
            restored = restore_version(Path(plan), number, Path(output), force=force)
        spoken = Language(lang or restored.plan.language)
        if as_json:
            report = None if restored.compared is None else make_comparison_report(restored.compared, spoken)
            facts = {"restored": restored.number, "version": restored.versions, "output": output}
            if restored.compared is not None:
                facts |= list_summary(restored.compared.comparison)
            findings = [finding_document(finding, spoken) for finding in restored.findings]
            comparison = None if report is None else report.facts
            print_json({"exit_code": 0, **facts, "comparison": comparison, "findings": findings})
            return 0
        print_findings(restored.findings, spoken, brief=True)
        _print_restored(restored, output, spoken)
        return 0

    return restore


def _print_restored(restored: Restored, output: str, language: Language) -> None:
    """Which version is the plan again, what changes by that for whom, and where it was written."""
    from bibliobus.cli.console import print_lines

    print_lines([Text(BACK, {"number": restored.number, "now": restored.versions}).render(language)])
    if restored.compared is None:
        written = WRITTEN_ALONE
        print_lines([language.gettext(NOT_COMPARED)])
    else:
        written = NOTHING_TOLD if restored.compared.comparison.same else WRITTEN
        _print_compared(restored.compared, language)
    print_lines([Text(written, {"folder": output}).render(language)])


def _print_compared(compared: Compared, language: Language) -> None:
    """What changes by taking a version back, as a plan made anew says it."""
    from bibliobus.cli.console import print_lines, print_tables
    from bibliobus.cli.replanning import SHOWN
    from bibliobus.tasks.compare import make_comparison_report

    report = make_comparison_report(compared, language)
    print_lines(report.heads)
    if not compared.comparison.same:
        print_lines([""])
        print_tables([table for table in report.tables if table.name in SHOWN], language)
