"""``replan``, ``compare`` and ``impact``: what changes for whom."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bibliobus.cli.cancelling import PLAN_FILE, TOLD_FILES, cancel
from bibliobus.cli.options import DayType, language_option, output_option, search_options, shared_options
from bibliobus.cli.speech import SpokenCommand
from bibliobus.output.tables import REPORT_FORMATS, find_report_format
from bibliobus.words.language import N_, Language
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from bibliobus.domain.roads import RoadChange
    from bibliobus.tasks.compare import Compared
    from bibliobus.tasks.replanned import Replanned

REPLAN_HELP: Final = N_(
    "Plan anew after a change of roads, fleet or stops, so that as little as possible of what was announced changes."
)
REPLAN_PLAN: Final = N_("Folder of the published plan, or its plan.json; it stays as it is.")
REPLAN_OUTPUT: Final = N_("Folder to write.")
ONE_REASON: Final = N_("Say what has changed: --changes FILE, --scenario FILE, --area DIR, or --cancel BUS DATE.")
COMPARISON: Final = "comparison.html"
WRITTEN: Final = (
    (COMPARISON, N_("what changes for whom, with both plans on a map")),
    *TOLD_FILES,
    ("replan.json", N_("what changes, for the computer")),
    ("base", N_("the plan it comes from")),
    PLAN_FILE,
)
CHOICES: Final = {"repair": N_("fewest changes"), "improvement": N_("cheaper, with more changes")}


def build_replan(language: Language) -> click.Command:
    """Build ``replan``."""
    _ = language.gettext
    day = DayType()

    @click.command("replan", cls=SpokenCommand, language=language, help=_(REPLAN_HELP))
    @click.argument("plan", type=click.Path(), help=_(REPLAN_PLAN))
    @output_option(language, "DIR", REPLAN_OUTPUT, required=True)
    @click.option(
        "--changes",
        metavar="FILE",
        type=click.Path(),
        help=_("Road changes that hold from now on, in place of those of the plan."),
    )
    @click.option(
        "--scenario",
        metavar="FILE",
        type=click.Path(),
        help=_("Scenario with another fleet, other stops or another rhythm."),
    )
    @click.option(
        "--cancel",
        metavar="BUS DATE",
        nargs=2,
        multiple=True,
        help=_("This bus does not drive on this date, with --until on all dates until then: find replacement dates."),
    )
    @click.option("--from", "first", metavar="DATE", type=day, help=_("First day of the new plan."))
    @click.option(
        "--until", metavar="DATE", type=day, help=_("Last day of the new plan; then the published one holds again.")
    )
    @click.option(
        "--freeze-until", "freeze", metavar="DATE", type=day, help=_("Visits before this date stay as they are.")
    )
    @click.option(
        "--improve",
        is_flag=True,
        help=_("Make the plan cheaper where a road has become faster, whatever that changes."),
    )
    @click.option(
        "--papers/--no-papers",
        default=True,
        help=_("Write map, workbook and comparison page too; without them the answer is faster."),
    )
    @click.option(
        "--area",
        metavar="DIR",
        type=click.Path(),
        help=_("Area as it is now, with other settlements or roads; its cache of roads is used."),
    )
    @search_options(language)
    @shared_options(language)
    def replan(plan: str, output: str, **words: Any) -> int:
        spoken = Language(words["lang"]) if words["lang"] else language
        told = [name for name in ("changes", "scenario", "area", "cancel") if words[name]]
        if not told or ("cancel" in told and len(told) > 1):
            raise click.UsageError(spoken.gettext(ONE_REASON))
        if words["cancel"]:
            return cancel(Path(plan), Path(output), words, spoken)
        return _replan(Path(plan), Path(output), words, spoken)

    return replan


def _replan(path: Path, out: Path, words: dict[str, Any], language: Language) -> int:
    """Plan anew and write the plan."""
    from bibliobus.cli.console import READING_AREA, print_findings, show_progress
    from bibliobus.solve.solver import SearchOptions
    from bibliobus.tasks.replan import ReplanFiles, replan_folder
    from bibliobus.tasks.replan_papers import put_in_language, write_replanned
    from bibliobus.tasks.replanned import ReplanOrder

    files = ReplanFiles(*(Path(words[name]) if words[name] else None for name in ("changes", "scenario", "area")))
    order = ReplanOrder(words["first"], words["until"], words["freeze"], words["improve"])
    options = SearchOptions(words["seed"], words["iterations"], words["time_limit"])
    before, label = language.gettext(READING_AREA), language.gettext("Planning")
    try:
        with show_progress(label, quiet=words["as_json"], before=before, language=language) as watch:
            replanned = replan_folder(path, out, files, order, options=options, force=words["force"], watch=watch)
    except KeyboardInterrupt as error:
        raise click.Abort(language.gettext(TOO_EARLY)) from error
    replanned = put_in_language(replanned, words["lang"])
    spoken = Language(words["lang"] or replanned.plan.language)
    if not words["as_json"]:
        # What changes is what people wait for; papers take longer than the answer.
        print_findings(replanned.report.findings, spoken, brief=True)
        _print_summary(replanned, spoken)
        sys.stdout.flush()
    write_replanned(replanned, path, out, force=words["force"], papers=words["papers"])
    return _report(replanned, out, words)


def _report(replanned: Replanned, out: Path, words: dict[str, Any]) -> int:
    """Say what changes, and where it was written."""
    from bibliobus.cli.console import finding_document, print_json, print_table
    from bibliobus.plan.compare.compare import Difference
    from bibliobus.plan.plan import Standing
    from bibliobus.tasks.replan_papers import list_replan_facts

    spoken = Language(words["lang"] or replanned.plan.language)
    unserved = any(account.standing is Standing.UNSERVED for account in replanned.plan.accounts)
    unserved = unserved or Difference.LOST in replanned.compared.comparison.tallies
    code = 1 if words["strict"] and (unserved or replanned.report.warnings) else 0
    if replanned.interrupted:
        code = 130
    if words["as_json"]:
        findings = [finding_document(finding, spoken) for finding in replanned.report.findings]
        print_json({"exit_code": code, "output": str(out), **list_replan_facts(replanned), "findings": findings})
        return code
    whole = [] if replanned.nothing_to_do else WRITTEN
    written = [(name, spoken.gettext(text)) for name, text in whole if words["papers"] or name != COMPARISON]
    print_table(spoken.gettext("Written to {folder}").format(folder=out), ("", ""), written)
    return code


TOO_EARLY: Final = N_(
    "Interrupted before there was a new plan for every date. Nothing was written; the published plan is as it was."
)
INTERRUPTED: Final = N_(
    "The search was interrupted. The new plan keeps every rule on all dates; with more time fewer visits might change."
)
APPLIED: Final = N_("Road changes that were applied: {changes}.")
NOT_APPLIED: Final = N_("Not applied: {change}. {reason}")
CHANGE: Final = N_("{id} ({kind}, {dates})")
SHOWN: Final = ("summary", "places", "lost")
"""Tables of the comparison that the terminal shows."""


def _print_summary(replanned: Replanned, language: Language) -> None:
    """Verdict, who is concerned and until when, ways to go on, files."""
    from bibliobus.cli.console import print_heading, print_lines, print_table, print_tables
    from bibliobus.tasks.compare import make_comparison_report
    from bibliobus.tasks.replan_papers import gather_reasons

    _, report = language.gettext, make_comparison_report(replanned.compared, language, gather_reasons(replanned))
    warnings = [*([_(INTERRUPTED)] if replanned.interrupted else []), *report.told]
    print_heading(report.title, _list_heads(replanned, language), warnings)
    if not replanned.nothing_to_do:
        print_lines([*report.heads, ""])
        print_tables([table for table in report.tables if table.name in SHOWN], language)
    if len(replanned.choices) > 1:
        head = (_("Choice"), _("Changed visits"), _("Distance"), _("Paid time"), _("Residents served"), "")
        print_table(_("Cost against changes"), head, _list_choices(replanned, language), right=[1, 2, 3, 4])


def _list_heads(replanned: Replanned, language: Language) -> list[str]:
    """What could not stay, and which road changes were applied and which not."""
    lines = []
    if replanned.nothing_to_do:
        lines.append(
            language.gettext(N_("Nothing to do: every tour can be driven as announced. The plan stays as it is."))
        )
    elif replanned.broken:
        # What forces a new plan may leave every tour as it is, such as a bus that is sold.
        lines.append(
            language.ngettext(
                "{count} tour could not be driven as announced.",
                "{count} tours could not be driven as announced.",
                replanned.broken,
            )
        )
    if replanned.applied:
        applied = ", ".join(_name_change(change, language) for change in replanned.applied)
        lines.append(Text(APPLIED, {"changes": applied}).render(language))
    for change, reason in replanned.not_applied:
        lines.append(Text(NOT_APPLIED, {"change": _name_change(change, language), "reason": reason}).render(language))
    return lines


def _name_change(change: RoadChange, language: Language) -> str:
    """Id of a road change, what it is, and when."""
    from bibliobus.view.changes import write_dates, write_kind

    words = {"id": change.change_id, "kind": write_kind(change, language), "dates": write_dates(change, language)}
    return Text(CHANGE, words).render(language)


def _list_choices(replanned: Replanned, language: Language) -> list[tuple[str, ...]]:
    """Cells of the ways to go on."""
    rows: list[tuple[str, ...]] = []
    for choice in replanned.choices:
        figures = choice.compared.shown[0].figures
        rows.append(
            (
                language.gettext(CHOICES[choice.name]),
                language.number(choice.compared.comparison.broken),
                language.kilometres(round(figures["length_m"])),
                language.duration(round(figures["work_s"])),
                language.number(figures["people_served"]),
                language.gettext(N_("chosen")) if choice.chosen else language.gettext(N_("with --improve")),
            )
        )
    return rows


COMPARE_HELP: Final = N_("Show what changes for whom between two plans. Exit code 0: nothing, 1: something.")
OLD: Final = N_("Folder of the plan that people know, or its plan.json.")
NEW: Final = N_("Folder of the plan that follows it, or its plan.json.")
COMPARE_OUTPUT: Final = N_("File to write; else the result is printed.")
FORMAT: Final = N_("How to write it; else by the end of the file's name, or as text.")


def build_compare(language: Language) -> click.Command:
    """Build ``compare``."""
    _ = language.gettext

    @click.command("compare", cls=SpokenCommand, language=language, help=_(COMPARE_HELP))
    @click.argument("old", metavar="OLD", type=click.Path(), help=_(OLD))
    @click.argument("new", metavar="NEW", type=click.Path(), help=_(NEW))
    @click.option("--format", "kind", type=click.Choice(REPORT_FORMATS), help=_(FORMAT))
    @output_option(language, "FILE", COMPARE_OUTPUT, required=False)
    @click.option("--json", "as_json", is_flag=True, help=_("Print one JSON document and nothing else."))
    @language_option(language)
    def compare(
        old: str, new: str, kind: str | None, output: str | None, force: bool, as_json: bool, lang: str | None
    ) -> int:
        from bibliobus.cli.console import show_waiting
        from bibliobus.tasks.compare import compare_folders, render_comparison
        from bibliobus.tasks.folders import check_output, write_file

        wanted = kind or find_report_format(output or "", "text")
        if output:
            check_output(Path(output), force=force)
        elif wanted in ("xlsx", "html"):
            raise click.MissingParameter(
                param=next(p for p in click.get_current_context().command.params if p.name == "output")
            )
        with show_waiting(language, quiet=as_json or wanted == "json"):
            compared = compare_folders(Path(old), Path(new))
        spoken = Language(lang) if lang else compared.language
        if output:
            write_file(Path(output), render_comparison(compared, wanted, spoken), force=force)
        code = 0 if compared.comparison.same else 1
        _print(compared, wanted, output, spoken, code=code, as_json=as_json)
        return code

    return compare


def _print(compared: Compared, kind: str, output: str | None, spoken: Language, *, code: int, as_json: bool) -> None:
    """What goes to the screen: the result, or where it was written."""
    from bibliobus.cli.console import print_head, print_json, print_lines, print_report
    from bibliobus.tasks.compare import make_comparison_report, render_comparison

    report = make_comparison_report(compared, spoken)
    if as_json or (kind == "json" and not output):
        print_json({"exit_code": code, "output": output, **report.facts, "findings": []})
    elif kind == "md" and not output:
        print_lines(render_comparison(compared, "md", spoken).decode().splitlines())
    elif output:
        print_head(report)
        print_lines([spoken.gettext("The comparison was written to {file}.").format(file=output)])
    else:
        print_report(report, spoken)


IMPACT_HELP: Final = N_(
    "Show which roads matter most: whom a closure would cut off or delay, and how many visits would change."
)
IMPACT_PLAN: Final = N_("Folder that `plan` or `demo` wrote, or its plan.json.")
IMPACT_OUTPUT: Final = N_("File to write, which ends in .xlsx, .html, .md, .json or .txt; else the result is printed.")
OTHER_FILE: Final = N_("The file has to end in .xlsx, .html, .md, .json or .txt.")


def build_impact(language: Language) -> click.Command:
    """Build ``impact``."""
    _ = language.gettext

    @click.command("impact", cls=SpokenCommand, language=language, help=_(IMPACT_HELP))
    @click.argument("plan", type=click.Path(), help=_(IMPACT_PLAN))
    @output_option(language, "FILE", IMPACT_OUTPUT, required=False)
    @shared_options(language, judges=False)
    def impact(plan: str, output: str | None, force: bool, lang: str | None, as_json: bool) -> int:
        from bibliobus.cli.console import print_json, print_lines, print_report, show_waiting
        from bibliobus.output.tables import find_report_format
        from bibliobus.tasks.folders import check_output, write_file
        from bibliobus.tasks.impact import make_impact_report, measure_impact, render_impact

        kind = find_report_format(output, "") if output else ""
        if output and not kind:
            raise click.UsageError(_(OTHER_FILE))
        if output:
            check_output(Path(output), force=force)
        with show_waiting(language, quiet=as_json):
            found = measure_impact(Path(plan))
        spoken = Language(lang or found.plan.language)
        if output:
            write_file(Path(output), render_impact(found, kind, spoken), force=force)
        if as_json:
            facts = make_impact_report(found, spoken).facts
            print_json({"exit_code": 0, "output": output, **facts, "findings": []})
        elif output:
            print_lines([spoken.gettext("The roads were written to {file}.").format(file=output)])
        else:
            print_report(make_impact_report(found, spoken), spoken)
        return 0

    return impact
