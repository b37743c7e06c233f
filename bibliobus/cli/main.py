"""The command ``bibliobus``: finds the command, runs it, and turns errors into words and exit codes."""

from __future__ import annotations

import os
import sys
import traceback
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

import click

from bibliobus.cli.groups import SECTIONS, CommandGroup, list_inner
from bibliobus.cli.options import DayType
from bibliobus.cli.speech import find_language, name_value, speak
from bibliobus.findings import BibliobusError
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from collections.abc import Sequence

ABOUT: Final = N_("Plan the tours of mobile libraries: who is visited when, by which bus, and who is not and why.")
GUIDE: Final = (
    (N_("More about a command"), "bibliobus help plan"),
    (N_("A guide for planners"), "bibliobus help guide"),
)
"""What to read next, under the first page of the help."""

COMPLETE: Final = "_BIBLIOBUS_COMPLETE"
"""Variable with which a terminal asks for completions; its name is set by click."""

INTERRUPTED_EXIT: Final = 130
USAGE_EXIT: Final = 2
FAILED_EXIT: Final = 5


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit; None means the arguments of the process."""
    from bibliobus.cli.console import make_safe

    make_safe(sys.stdout, sys.stderr)
    words = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(run(words))


def run(words: Sequence[str]) -> int:
    """Run the command line."""
    language = speak(find_language(words))
    if COMPLETE in os.environ:
        import bibliobus.cli.help  # noqa: F401 click knows PowerShell only once it is loaded
    try:
        code: Any = build_program(language).main(list(words), prog_name="bibliobus", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        sys.stdout.write(f"{error.format_message()}\n")
        return 0
    except click.ClickException as error:
        return _fail(_explain_usage(error, language), USAGE_EXIT, words)
    except (click.Abort, KeyboardInterrupt) as error:
        # A command may have said what became of its work; the keyboard says nothing.
        return _fail(str(error) or language.gettext("Interrupted."), INTERRUPTED_EXIT, words)
    except BibliobusError as error:
        return _report_error(error, words, language)
    except Exception:  # the one place where a bug becomes an exit code that scripts can tell from bad input
        message = language.gettext("bibliobus itself failed; please report this with the lines below.")
        return _fail(f"{message}\n{traceback.format_exc()}", FAILED_EXIT, words)
    return code if isinstance(code, int) else 0


def build_program(language: Language) -> CommandGroup:
    """The program with all its commands."""
    program = CommandGroup("bibliobus", ABOUT, language, sections=SECTIONS)
    labels = [language.gettext(label) for label, _ in GUIDE]
    width = max(map(len, labels)) + 1
    lines = [f"{label + ':':{width}}  {command}" for label, (_, command) in zip(labels, GUIDE, strict=True)]
    program.epilog = "\b\n" + "\n".join(lines)
    return program


def _fail(message: str, code: int, words: Sequence[str]) -> int:
    """Say on stderr what happened; whoever asked for JSON gets a document all the same."""
    sys.stderr.write(f"{message.rstrip()}\n")
    if "--json" in words:
        sys.stdout.write(f'{{"exit_code": {code}, "findings": []}}\n')
    return code


def _explain_usage(error: click.ClickException, language: Language) -> str:
    """Say what is wrong with the words of the command line."""
    _ = language.gettext
    match error:
        case click.NoSuchOption(ctx=ctx):
            message = _explain_option(error.option_name, ctx, language)
        case click.BadOptionUsage():
            message = _("The option {name} is used wrongly.").format(name=error.option_name)
        case click.MissingParameter(param=click.Parameter() as param, ctx=click.Context() as ctx):
            name = name_value(param, ctx, language) if isinstance(param, click.Argument) else param.opts[-1]
            message = _("{name} is missing.").format(name=name)
        case click.BadParameter(param=click.Parameter() as param):
            message = _("The value of {name} does not fit; it has to be {expected}.").format(
                name=param.opts[-1], expected=_expect_value(param.type, language)
            )
        case click.exceptions.NoSuchCommand(ctx=click.Context(command=CommandGroup() as group)):
            message = _explain_command(error.command_name, group, language)
        case _:
            message = error.format_message()
    where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "bibliobus"
    advice = _("Try “{command} --help”.").format(command=where)
    return f"{message}\n{advice}"


def _explain_option(name: str, ctx: click.Context | None, language: Language) -> str:
    """Say which option was meant."""
    from bibliobus.inputs.tables.cells import find_similar

    known = [option for param in ctx.command.get_params(ctx) for option in param.opts] if ctx else []
    similar = find_similar(name, [option for option in known if option.startswith("--")])
    if similar:
        return language.gettext("There is no option {name}. Did you mean {similar}?").format(name=name, similar=similar)
    return language.gettext("There is no option {name}.").format(name=name)


def _explain_command(name: str, group: CommandGroup, language: Language) -> str:
    """Say which command was meant, or which there are."""
    from bibliobus.inputs.tables.cells import find_similar

    _ = language.gettext
    inner = {f"{outer} {word}": word for outer in group.whole for word in list_inner(outer)}
    meant = [whole for whole, word in inner.items() if word == name.casefold()]
    similar = find_similar(name, [*group.whole, *inner])
    if meant or similar:
        choices = reduce(
            lambda one, other: _("{one} or {other}").format(one=one, other=other),
            (_("“{name}”").format(name=choice) for choice in meant or [similar]),
        )
        return _("There is no command “{name}”. Did you mean {choices}?").format(name=name, choices=choices)
    return _("There is no such command. Commands: {names}.").format(names=", ".join(group.whole))


def _expect_value(kind: click.ParamType[Any], language: Language) -> str:
    """Words for the values that an option takes."""
    _ = language.gettext
    match kind:
        case click.Choice():
            return _("one of: {choices}").format(choices=", ".join(map(str, kind.choices)))
        case click.IntRange(min=int() as least, max=int() as most):
            return _("a whole number from {least} to {most}").format(
                least=language.number(least), most=language.number(most)
            )
        case DayType():
            return _("a date such as 2026-03-02")
        case click.FloatRange():
            return _("a number above {least}").format(least=language.number(kind.min or 0))
        case _:
            return _(kind.name)


def _report_error(error: BibliobusError, words: Sequence[str], language: Language) -> int:
    """Print the findings of an error, as one JSON document where that was asked for."""
    from bibliobus.cli.console import finding_document, print_findings, print_json

    if "--json" in words:
        findings = [finding_document(finding, language) for finding in error.findings]
        print_json({"exit_code": error.exit_code, "findings": findings})
    else:
        print_findings(error.findings, language)
    return error.exit_code
