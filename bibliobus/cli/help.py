"""``bibliobus help``: the help of a command, or the guide for planners."""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING, Final

import click

from bibliobus.cli.options import shared_options
from bibliobus.cli.words import SpokenCommand
from bibliobus.words.language import N_, Language

if TYPE_CHECKING:
    from collections.abc import Sequence

HELP: Final = N_("Show the help of a command, or the guide for planners.")
WORDS: Final = N_("A command such as `plan` or `roads import`, or `guide`; none: the first page.")
GUIDE: Final = "guide"


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
        ``help``.
    """

    @click.command("help", cls=SpokenCommand, language=language, help=language.gettext(HELP))
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
    """
    Find the help of a command.

    Parameters
    ----------
    program
        Context of the whole program.
    words
        Name of the command, behind that of its group if it has one; none for the first page.

    Returns
    -------
    str
        Its help.

    Raises
    ------
    click.UsageError
        If there is no such command.
    """
    ctx = program
    for word in words:
        if not isinstance(ctx.command, click.Group):
            raise click.exceptions.NoSuchCommand(" ".join(words), ctx=program)
        _, command, _ = ctx.command.resolve_command(ctx, [word])
        if command is not None:
            ctx = click.Context(command, info_name=word, parent=ctx)
    return ctx.get_help()


def load_guide(language: Language) -> str:
    """
    Load the guide for planners: its pages in the order of its contents, as one text.

    Parameters
    ----------
    language
        Language of the guide.

    Returns
    -------
    str
        Markdown.
    """
    folder = resources.files("bibliobus.docs") / language.code
    text = (folder / f"{GUIDE}.md").read_text(encoding="utf-8")
    before, contents, _ = re.split(r"```\{toctree\}\n(.*?)```\n", text, maxsplit=1, flags=re.DOTALL)
    pages = (
        (folder / f"{name}.md").read_text(encoding="utf-8") for name in re.findall(r"^[\w-]+$", contents, re.MULTILINE)
    )
    return before + "\n".join(re.sub(r"^#", "##", page, flags=re.MULTILINE) for page in pages)
