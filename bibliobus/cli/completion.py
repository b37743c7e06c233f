"""``bibliobus completion``: a script with which a terminal completes commands, options and files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, ClassVar, Final

import click
from click.shell_completion import ShellComplete, add_completion_class, get_completion_class

from bibliobus.cli.options import shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from click.shell_completion import CompletionItem

    from bibliobus.words.language import Language

HELP: Final = N_("Print a script with which a terminal completes commands and options with the Tab key.")
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
        """
        Read what was typed so far.

        Returns
        -------
        args : list of str
            Whole words behind the program.
        incomplete : str
            Beginning of the word to complete; may be empty.
        """
        return os.environ["COMP_WORDS"].split("\n")[1:], os.environ.get("COMP_WORD", "")

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """
        Format a completion for the script.

        Parameters
        ----------
        item
            What may be typed.

        Returns
        -------
        str
            Value and help with a tab between them; empty where PowerShell completes files by itself.
        """
        if item.type != "plain":
            return ""
        return f"{item.value}\t{' '.join((item.help or '').split())}"

    def complete(self) -> str:
        """
        Answer the script.

        Returns
        -------
        str
            A completion a line.
        """
        return "\n".join(line for line in super().complete().split("\n") if line)


add_completion_class(PowerShellComplete)


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
        ``completion``.
    """
    _ = language.gettext
    lines = [_(INSTALL), *(f"  {line}" for line in INSTALLS.values()), "", "\b", _(POLICY), f"  {ALLOW}"]

    @click.command("completion", cls=SpokenCommand, language=language, help=_(HELP), epilog="\b\n" + "\n".join(lines))
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
    """
    Write the script of a shell.

    Parameters
    ----------
    program
        The whole program.
    shell
        One of `INSTALLS`.

    Returns
    -------
    str
        The script, with the line that installs it as a remark; ASCII, as old shells read it by their code page.
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(shell)
    complete = kind(program, {}, PROGRAM, VARIABLE)
    # Of the class, not of the instance: for bash that would also judge the bash of this machine, which may be another.
    script = (complete.source_template % complete.source_vars()).strip()
    # zsh wants to see its own mark in the first line.
    mark, _, rest = script.partition("\n") if script.startswith("#") else ("", "", script)
    return "\n".join(filter(None, (mark, f"# {INSTALLS[shell]}", rest))) + "\n"
