"""``help``, ``completion`` and ``doctor``."""

from __future__ import annotations

import os
import re
from importlib import resources
from typing import TYPE_CHECKING, Any, ClassVar, Final

import click
from click.shell_completion import ShellComplete, add_completion_class, get_completion_class

from bibliobus.cli.options import shared_options
from bibliobus.cli.speech import SpokenCommand
from bibliobus.findings import Severity
from bibliobus.words.language import N_, NN_, Language
from bibliobus.words.text import Count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from click.shell_completion import CompletionItem

    from bibliobus.tasks.doctor import Check, Diagnosis

HELP_HELP: Final = N_("Show the help of a command, or the guide for planners.")
WORDS: Final = N_("A command such as `plan` or `roads import`, or `guide`; none: the first page.")
GUIDE: Final = "guide"


def build_help(language: Language) -> click.Command:
    """Build ``help``."""

    @click.command("help", cls=SpokenCommand, language=language, help=language.gettext(HELP_HELP))
    @click.argument("words", metavar="[COMMAND]...", nargs=-1, required=False, help=language.gettext(WORDS))
    @shared_options(language, judges=False)
    @click.pass_context
    def show(ctx: click.Context, words: tuple[str, ...], lang: str | None, as_json: bool) -> int:
        text = load_guide(Language(lang or language.code)) if words == (GUIDE,) else find_help(ctx.find_root(), words)
        if as_json:
            from bibliobus.cli.console import print_json

            print_json({"exit_code": 0, "help": text})
        else:
            click.echo(text)
        return 0

    return show


def find_help(program: click.Context, words: Sequence[str]) -> str:
    """Find the help of a command by its name, behind that of its group if it has one; without words the first page."""
    ctx = program
    for word in words:
        if not isinstance(ctx.command, click.Group):
            raise click.exceptions.NoSuchCommand(" ".join(words), ctx=program)
        _, command, _ = ctx.command.resolve_command(ctx, [word])
        if command is not None:
            ctx = click.Context(command, info_name=word, parent=ctx)
    return ctx.get_help()


def load_guide(language: Language) -> str:
    """Load the guide for planners: its pages in the order of its contents, as one text."""
    folder = resources.files("bibliobus.docs") / language.code
    text = (folder / f"{GUIDE}.md").read_text(encoding="utf-8")
    before, contents, _ = re.split(r"```\{toctree\}\n(.*?)```\n", text, maxsplit=1, flags=re.DOTALL)
    pages = (
        (folder / f"{name}.md").read_text(encoding="utf-8") for name in re.findall(r"^[\w-]+$", contents, re.MULTILINE)
    )
    return before + "\n".join(re.sub(r"^#", "##", page, flags=re.MULTILINE) for page in pages)


COMPLETION_HELP: Final = N_("Print a script with which a terminal completes commands and options with the Tab key.")
SHELL: Final = N_("The program that reads your commands; on Windows powershell.")
INSTALL: Final = N_("Run this once, then open a new terminal:")
POLICY: Final = N_("Windows reads $PROFILE only if scripts are allowed:")
ALLOW: Final = "Set-ExecutionPolicy -Scope CurrentUser RemoteSigned"
PROGRAM: Final = "bibliobus"
VARIABLE: Final = "_BIBLIOBUS_COMPLETE"
"""Variable with which the scripts ask for completions; its name is set by click."""

INSTALLS: Final[Mapping[str, str]] = {
    "bash": "bibliobus completion bash >> ~/.bashrc",
    "zsh": "bibliobus completion zsh >> ~/.zshrc",
    "fish": "bibliobus completion fish > ~/.config/fish/completions/bibliobus.fish",
    "powershell": "bibliobus completion powershell | Out-File -Append -Encoding ascii $PROFILE",
}
"""Line that installs the script, by shell."""

# Windows PowerShell 5.1 has no ternary and no &&. Its console decodes what a program prints by the code page of the
# machine, so both sides are set to UTF-8 for the moment. Without an answer it completes names of files by itself.
_POWERSHELL: Final = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text.Trim([char]34, [char]39) })
    $encoding = [Console]::OutputEncoding
    $env:%(complete_var)s = 'powershell_complete'
    $env:COMP_WORDS = $before -join "`n"
    $env:COMP_WORD = "$wordToComplete".Trim([char]34, [char]39)
    $env:PYTHONUTF8 = '1'
    try {
        [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
        & %(prog_name)s | Where-Object { $_ } | ForEach-Object {
            $value, $help = $_ -split "`t", 2
            if (-not $help) { $help = $value }
            New-Object System.Management.Automation.CompletionResult $value, $value, 'ParameterValue', $help
        }
    } finally {
        [Console]::OutputEncoding = $encoding
        Remove-Item Env:\\%(complete_var)s, Env:\\COMP_WORDS, Env:\\COMP_WORD, Env:\\PYTHONUTF8
    }
}
"""


class PowerShellComplete(ShellComplete):
    """Completion for Windows PowerShell 5.1 and newer."""

    name: ClassVar[str] = "powershell"
    source_template: ClassVar[str] = _POWERSHELL

    def get_completion_args(self) -> tuple[list[str], str]:
        """Beginning of the word to complete, which may be empty."""
        return os.environ["COMP_WORDS"].split("\n")[1:], os.environ.get("COMP_WORD", "")

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """Value and help with a tab between them; empty where PowerShell completes files by itself."""
        if item.type != "plain":
            return ""
        return f"{item.value}\t{' '.join((item.help or '').split())}"

    def complete(self) -> str:
        """Answer the script."""
        return "\n".join(line for line in super().complete().split("\n") if line)


add_completion_class(PowerShellComplete)


def build_completion(language: Language) -> click.Command:
    """Build ``completion``."""
    _ = language.gettext
    lines = [_(INSTALL), *(f"  {line}" for line in INSTALLS.values()), "", "\b", _(POLICY), f"  {ALLOW}"]

    @click.command(
        "completion", cls=SpokenCommand, language=language, help=_(COMPLETION_HELP), epilog="\b\n" + "\n".join(lines)
    )
    @click.argument("shell", type=click.Choice(tuple(INSTALLS)), metavar="SHELL", help=_(SHELL))
    @shared_options(language, judges=False)
    @click.pass_context
    def completion(ctx: click.Context, /, shell: str, as_json: bool, **_lang: str | None) -> int:
        script = write_script(ctx.find_root().command, shell)
        if as_json:
            from bibliobus.cli.console import print_json

            print_json({"exit_code": 0, "script": script})
        else:
            click.echo(script, nl=False)
        return 0

    return completion


def write_script(program: click.Command, shell: str) -> str:
    """Write the script of a shell, its installing line as a remark: ASCII, as old shells read by their code page."""
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(shell)
    complete = kind(program, {}, PROGRAM, VARIABLE)
    # Of the class, not of the instance: for bash that would also judge the bash of this machine, which may be another.
    script = (complete.source_template % complete.source_vars()).strip()
    # zsh wants to see its own mark in the first line.
    mark, _, rest = script.partition("\n") if script.startswith("#") else ("", "", script)
    return "\n".join(filter(None, (mark, f"# {INSTALLS[shell]}", rest))) + "\n"


DOCTOR_HELP: Final = N_("Show what is installed, what was tested, and whether everything needed works here.")
BROKEN_EXIT: Final = 5
LABELS: Final = {
    "libraries": N_("Python packages"),
    "compiled": N_("Compiled code"),
    "solver": N_("OR-Tools, the solver"),
    "fonts": N_("Font of the PDF documents"),
    "time_zones": N_("Time zones"),
    "writable": N_("Writing into this folder"),
    "browser": N_("Browser for maps and pages"),
}
"""What was examined, in words."""
SEVERITIES: Final = {Severity.ERROR: N_("error"), Severity.WARNING: N_("warning"), Severity.NOTE: N_("note")}
WORKS: Final = N_("in order")
WORKS_NOT: Final = N_("not in order")
MISSING: Final = N_("not found")
HEAD: Final = (N_("Package"), N_("Installed"), N_("Tested"), "")
BROKEN: Final = NN_(
    "{count} thing that bibliobus needs does not work.", "{count} things that bibliobus needs do not work."
)
ALL_WORKS: Final = N_("Everything that bibliobus needs works.")
REPORT: Final = N_("Nothing here names a person or a folder, so add it to every bug report.")


def build_doctor(language: Language) -> click.Command:
    """Build ``doctor``."""

    @click.command("doctor", cls=SpokenCommand, language=language, help=language.gettext(DOCTOR_HELP))
    @shared_options(language)
    def doctor(lang: str | None, as_json: bool, strict: bool) -> int:
        from bibliobus.cli.console import print_json, print_lines
        from bibliobus.tasks.doctor import examine

        spoken = Language(lang) if lang else language
        diagnosis = examine()
        severities = {finding.severity for finding in diagnosis.findings}
        code = BROKEN_EXIT if Severity.ERROR in severities else int(strict and Severity.WARNING in severities)
        if as_json:
            print_json(_list_facts(diagnosis, code, spoken))
        else:
            # Neither tables nor colours: rich may be the very library that is broken.
            print_lines(_write_page(diagnosis, spoken))
        return code

    return doctor


def _list_facts(diagnosis: Diagnosis, code: int, language: Language) -> dict[str, Any]:
    """The page as values that JSON knows."""
    from bibliobus.cli.console import finding_document

    return {
        "exit_code": code,
        "bibliobus": diagnosis.version,
        "python": diagnosis.python,
        "system": diagnosis.system,
        **{check.name: check.value for check in diagnosis.checks},
        "libraries": [
            {
                "name": library.name,
                "version": library.version,
                "tested": library.tested,
                "state": library.state.value,
            }
            for library in diagnosis.libraries
        ],
        "findings": [finding_document(finding, language) for finding in diagnosis.findings],
    }


def _write_page(diagnosis: Diagnosis, language: Language) -> Iterator[str]:
    """Lines of the page."""
    yield f"bibliobus {diagnosis.version}, Python {diagnosis.python}, {diagnosis.system}"
    yield ""
    width = max(len(language.gettext(label)) for label in LABELS.values())
    for check in diagnosis.checks:
        yield from _write_check(check, width, language)
    yield ""
    yield from _write_libraries(diagnosis, language)
    yield ""
    broken = sum(finding.severity is Severity.ERROR for finding in diagnosis.findings)
    if broken:
        yield Count(*BROKEN, broken).render(language)
    else:
        yield language.gettext(ALL_WORKS)
    yield language.gettext(REPORT)


def _write_check(check: Check, width: int, language: Language) -> Iterator[str]:
    """What was examined, its state, and what to do about each problem."""
    match check.value:
        case True:
            state = language.gettext(WORKS)
        case False:
            state = language.gettext(WORKS_NOT)
        case None:
            state = language.gettext(MISSING)
        case name:
            state = name
    label = language.gettext(LABELS[check.name])
    yield f"{label:<{width}}  {state}"
    for finding in check.findings:
        severity = language.gettext(SEVERITIES[finding.severity])
        yield f"    {severity}: {finding.sentence.render(language)}"
        yield f"      → {finding.hint.render(language)} ({finding.code})"


def _write_libraries(diagnosis: Diagnosis, language: Language) -> Iterator[str]:
    """Table of the libraries that bibliobus itself requires, and of others that are not as tested."""
    from bibliobus.tasks.installed import STATES, State

    rows: list[Sequence[str]] = [tuple(language.gettext(word) if word else "" for word in HEAD)]
    for library in diagnosis.libraries:
        if library.direct or library.state not in (State.TESTED, State.UNKNOWN):
            state = language.gettext(STATES[library.state])
            rows.append((library.name, library.version or "–", library.tested or "–", state))
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
    for row in rows:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
