"""
The reference, made from what the program itself uses, so that nobody keeps it up: ``docs/sphinx/conf.py`` asks for it.

Pages of the documentation include its pieces; their folder ``docs/*/generated`` is no part of the sources.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

import bibliobus
from bibliobus.cli.groups import SECTIONS
from bibliobus.cli.main import build_program
from bibliobus.cli.speech import name_value
from bibliobus.domain.audience import Audience, read_things
from bibliobus.findings import FindingKind
from bibliobus.inputs.bounds import BOUNDS
from bibliobus.inputs.scenario.write import list_bounds, list_reference
from bibliobus.output.registry import list_outputs
from bibliobus.words.language import Language
from bibliobus.words.text import Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

WORDS: Final = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
"""What stands around that which the program says, by language; and the files of the tables by their first column."""
EXAMPLES: Final = tomllib.loads((Path(__file__).parents[1] / "docs" / "findings.toml").read_text(encoding="utf-8"))
"""What the program really said in a test, by code: written, and proved again, by ``tests/finding_examples.py``."""


def write_reference(source: Path, code: str) -> None:
    """Write all pieces for the pages in the folder ``source``."""
    language, words, folder = Language(code), WORDS[code], source / "generated"
    pieces = {
        "commands": format_commands(language),
        "findings": format_findings(language),
        "columns": format_columns(words),
        "scenario-keys": format_keys(language),
        "numbers": _table(words["numbers"], list_numbers(language)),
        "things": _table(words["things"], list_things(code)),
        "papers": _table(words["papers"], list_papers(language, words)),
        "folders": _table("folder | about | offers", list_folders()),
        "api": format_api(),
    }
    folder.mkdir(exist_ok=True)
    for name, text in pieces.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8", newline="\n")


def walk_modules() -> Iterator[Any]:
    """Every module of the program, in the order of their names."""
    for found in sorted(pkgutil.walk_packages(bibliobus.__path__, "bibliobus."), key=lambda found: found.name):
        if not found.name.startswith(("bibliobus.docs", "bibliobus.samples")):
            yield importlib.import_module(found.name)


def collect_kinds() -> list[FindingKind]:
    """Every kind of finding that some module defines, by its code."""
    kinds = {value for module in walk_modules() for value in vars(module).values() if isinstance(value, FindingKind)}
    return sorted(kinds, key=lambda kind: kind.code)


def format_commands(language: Language) -> str:
    """Every command with its arguments and options, under what it is for."""
    program = build_program(language)
    outer = click.Context(program, info_name="bibliobus")
    parts: list[str] = []
    for heading, names in SECTIONS.items():
        commands = (part for name in names for part in _describe(program, name, outer, language))
        parts += [f"## {language.gettext(heading)}", *commands]
    return "\n\n".join(parts) + "\n"


def _describe(group: click.Group, name: str, outer: click.Context, language: Language) -> Iterator[str]:
    """A command, or each command of a group."""
    command = group.get_command(outer, name)
    assert command is not None, name
    context = click.Context(command, info_name=name, parent=outer)
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            yield from _describe(command, inner, context, language)
        return
    words = WORDS[language.code]
    usage = " ".join([context.command_path, *map(language.gettext, command.collect_usage_pieces(context))])
    shown = (one for one in command.get_params(context) if not getattr(one, "hidden", False))
    yield f"### {context.command_path}\n\n{_clean(command.help or '')}\n\n{words['usage']} `{usage}`"
    yield _table(words["options"], (_describe_param(one, context, language) for one in shown))


def _describe_param(param: click.Parameter, context: click.Context, language: Language) -> tuple[str, str]:
    """How an argument or option is written, and what it means."""
    words, meaning = WORDS[language.code], getattr(param, "help", None) or ""
    if not isinstance(param, click.Option):
        return f"`{name_value(param, context, language)}`", _clean(meaning)
    if param.required:
        meaning += f" {words['required']}"
    elif param.show_default:
        meaning += " " + words["default"].format(value=param.default)
    value = "" if param.is_flag else f" {name_value(param, context, language)}"
    return f"`{', '.join(param.opts)}{value}`", _clean(meaning)


def format_findings(language: Language) -> str:
    """Every kind of finding under its code, which is its anchor, with dots for the values that its sentences take."""
    parts = []
    for kind in collect_kinds():
        texts = (re.sub(r"\{\w+\}", "…", language.gettext(text)) for text in (kind.sentence, kind.hint))
        said, hint = (_clean(text.replace("….", "…")) for text in texts)
        weight = WORDS[language.code][kind.severity.value]
        parts.append(f"## {kind.code}\n\n*{weight}* · {said}\n\n{hint}\n{_give_example(kind, language)}")
    return "\n".join(parts)


def _give_example(kind: FindingKind, language: Language) -> str:
    """A finding of this kind with its place, as a quotation; nothing where no test makes one with values."""
    example = EXAMPLES.get(kind.code)
    if example is None:
        return ""
    place = f"`{example['place']}`: " if example["place"] else ""
    return f"\n> {place}{_clean(example[language.code])}\n"


def format_columns(words: dict[str, str]) -> str:
    """Every table that is read: its columns, which are needed, and their further names."""
    values = (value for module in walk_modules() for value in vars(module).values() if isinstance(value, tuple))
    tables = {one[0].name: one for one in values if one and all(hasattr(column, "synonyms") for column in one)}
    parts = []
    for name, columns in sorted(tables.items(), key=lambda table: list(WORDS["tables"]).index(table[0])):
        rows = ((f"`{one.name}`", words["yes" if one.required else "no"], ", ".join(one.synonyms)) for one in columns)
        parts.append(f"## {WORDS['tables'][name]}\n\n{_table(words['columns'], rows)}")
    return "\n".join(parts)


def format_keys(language: Language) -> str:
    """Every key of the scenario in the order of the template, with its unit and the bounds of its number."""
    heads, tables = [f"## {WORDS[language.code]['top']}\n"], [list[tuple[str, ...]]()]
    for row in list_reference(language):
        if not row.key:
            heads.append(f"## {row.section}\n\n{_clean(row.words)}\n")
            tables.append([])
            continue
        # Tables that stand on one line have no section of their own.
        inside = f"{row.section.removesuffix('[]').rpartition('.')[2]}." if row.section.endswith("[]") else ""
        bounds = f"{row.least}–{row.most}" if row.least else ""
        tables[-1].append((f"`{inside}{row.key}`", row.unit, bounds, _clean(row.words)))
    formatted = (_table(WORDS[language.code]["keys"], rows) for rows in tables)
    return "\n".join(f"{head}\n{table}" for head, table in zip(heads, formatted, strict=True))


def list_numbers(language: Language) -> Iterator[tuple[str, ...]]:
    """Every number that is read, with its bounds and their reason."""
    for key, bound in {**list_bounds(), **BOUNDS}.items():
        ends = (Number(end).render(language) for end in (bound.least, bound.most))
        yield (f"`{key}`", *ends, language.gettext(bound.reason))


def list_things(code: str) -> Iterator[tuple[str, ...]]:
    """Who may see what."""
    for thing in read_things().values():
        answers = (WORDS[code]["yes" if one in thing.seen_by else "no"] for one in Audience)
        yield (thing.title_uk if code == "uk" else thing.title_en, *answers)


def list_papers(language: Language, words: dict[str, str]) -> Iterator[tuple[str, ...]]:
    """Which paper is for whom."""
    names = dict(zip(Audience, words["things"].split(" | ")[1:], strict=True))
    for paper in list_outputs().values():
        first, *others = (names[one] for one in paper.audiences)
        yield language.gettext(paper.about), first, ", ".join(others)


def list_folders() -> Iterator[tuple[str, str, str]]:
    """What each folder of the package is about, in the words of its first line, and what it offers to the others."""
    for module in walk_modules():
        if hasattr(module, "__path__"):
            about = _clean((inspect.getdoc(module) or "").partition("\n")[0])
            offers = ", ".join(f"`{name}`" for name in getattr(module, "__all__", ()))
            yield f"`{module.__name__.replace('.', '/')}/`", about, offers


def format_api() -> str:
    """What the package offers, for Sphinx to fill in from its docstrings; nothing where the package names nothing."""
    names = (name for name in getattr(bibliobus, "__all__", ()) if not name.startswith("_"))
    kinds = {name: inspect.isclass(getattr(bibliobus, name)) for name in names}
    directives = {True: "autoclass:: bibliobus.{}\n   :members:", False: "autofunction:: bibliobus.{}"}
    return "\n".join(f"```{{eval-rst}}\n.. {directives[kind].format(name)}\n```\n" for name, kind in kinds.items())


def _clean(text: str) -> str:
    """Text as Markdown shows it, on one line; what stands between backticks stays."""
    parts = re.split(r"(`[^`]*`)", " ".join(text.split()))
    return "".join(part if part.startswith("`") else re.sub(r"([\\*<\[])", r"\\\1", part) for part in parts)


def _table(head: str, rows: Iterable[Sequence[str]]) -> str:
    """Table in Markdown."""
    names = head.split(" | ")
    lines = (" | ".join(cell.replace("|", "\\|") for cell in row) for row in [names, ["---"] * len(names), *rows])
    return "".join(f"| {line} |\n" for line in lines)
