"""A TOML file with the line of every key, and all its mistakes at once, not only the first."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.tables.cells import show_value
from bibliobus.inputs.toml.forms import QUOTE_MISSING, TEXT, WRITE, Slip
from bibliobus.inputs.toml.values import (
    EQUALS,
    EQUALS_MISSING,
    KEY_WORD,
    LIST_BRACKETS,
    ODD_SPACE,
    REMARK,
    REMARK_MARKS,
    SPACE,
    STATEMENT,
    SUPERFLUOUS,
    Mistake,
    UnclearError,
    ValueReader,
)
from bibliobus.words.language import N_
from bibliobus.words.text import Number, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.words.language import Language

HEADER: Final = Slip(N_("the brackets of a section do not match: {found}"), WRITE)
NO_VALUE: Final = Slip(
    N_("the key “{found}” has no value"), N_("Write one after the “=”, or put # in front of the line.")
)
PROSE: Final = Slip(
    N_("“{found}” is neither a key with a value nor a section"),
    N_("Write key = value; in front of a remark put #."),
)
UNCLEAR: Final = Slip(
    N_("“{found}” cannot be understood"), N_("Compare the line with the scenario that “bibliobus init” writes.")
)

_HEADER_STATEMENTS: Final = re.compile(
    r"((?:\[[^\S\n]*){0,3})([^][=\n#\"'{}]+?)((?:[^\S\n]*\]){0,3})[^\S\n]*[:.;,]?[^\S\n]*(?=#|//|$)", re.MULTILINE
)


class Statement(ValueReader):
    """Patient reading of one statement, which may go on over several lines."""

    def read(self) -> str:
        """Read to the end of the line on which the statement ends."""
        blank = self._skip_blank()
        line = self._rest_of_line()
        if remark := REMARK_MARKS.match(line):
            mended = f"# {line[remark.end() :].strip()}"
            self._note(REMARK, self.at, remark[0], f"# {line[remark.end() :].strip()}")
            self.at += len(line)
            return blank + mended
        closed = line.partition("#")[0].rstrip()
        section = line.startswith("[") or (closed.endswith("]") and "=" not in line and ":" not in line)
        return blank + (self._read_header() if section else self._read_pair()) + self._read_end()

    def _read_header(self) -> str:
        """``[table]`` or ``[[table]]``."""
        found = _HEADER_STATEMENTS.match(self.text, self.at)
        if found is None:
            raise UnclearError
        opened, closed = found[1].count("["), found[3].count("]")
        start, whole = self.at, found[0].strip()
        if odd := re.search(rf"[{ODD_SPACE}]", found[1] + found[3]):
            self._note(SPACE, start, odd[0])
        names, at = [], found.start(2)
        for part in found[2].split("."):
            names.append(self._mend_key(part.strip(), at))
            at += len(part) + 1
        brackets = max(opened, closed)
        if not 1 <= brackets <= 2:
            raise UnclearError
        mended = "[" * brackets + ".".join(names) + "]" * brackets
        tight = opened == closed == brackets and not re.search(r"\[\s+\[|\]\s+\]|[:.;,]$", whole)
        if not tight:
            self._note(HEADER, start, whole, mended)
        self.at = found.end()
        return mended

    def _read_pair(self) -> str:
        """``key = value``."""
        start, line = self.at, self._rest_of_line().rstrip()
        try:
            key = self._read_key()
        except UnclearError:
            return self._take_prose(start, line)
        if key is None:
            return ""
        blank = self._skip_blank()
        if self._peek() in ("", "\n", "#"):
            self._note(NO_VALUE, start, self.key)
            self.at = start + len(line)
            return "# "
        before = len(self.mistakes)
        value = self._read_value("")
        value = self._read_loose_list(value)
        separators = [one for one in self.mistakes if one.slip in (EQUALS, EQUALS_MISSING)]
        unquoted = any(one.slip in (TEXT, QUOTE_MISSING) for one in self.mistakes[before:])
        if separators and unquoted and separators[0].found == ":":
            # A sentence with a colon in it, perhaps a remark: that it is a key is not certain.
            return self._take_prose(start, line)
        mended = f"{key} ={blank or ' '}{value}"
        for one in separators:
            self.mistakes[self.mistakes.index(one)] = Mistake(one.slip, one.at, one.found, (mended,))
        return mended

    def _take_prose(self, start: int, line: str) -> str:
        """A line that is no statement, left out."""
        kept = [one for one in self.mistakes if one.slip is KEY_WORD and "=" in line]
        self.mistakes = kept or [Mistake(PROSE, start, line)]
        self.at = start + len(line)
        return "# "

    def _read_loose_list(self, first: str) -> str:
        """Values one after the other without the brackets of a list; `first` alone if there is just one."""
        start = self.at
        if not re.match(r"\s*,\s*[\"'«„“]|\s*\]\s*(?:#|$)", self._rest_of_line()):
            return first
        values = [first]
        while re.match(r"\s*,\s*[\"'«„“]", self._rest_of_line()):
            self._skip_blank()
            self.at += 1
            self._skip_blank()
            values.append(self._read_text(",]"))
        self._skip_blank()
        if self._peek() == "]":
            self.at += 1
        right = f"[{', '.join(values)}]"
        self._note(LIST_BRACKETS, start, f"{', '.join(values)}", right)
        return right

    def _read_end(self) -> str:
        """What stands behind a whole statement: a remark or nothing."""
        blank = self._skip_blank()
        start, line = self.at, self._rest_of_line()
        self.at += len(line)
        if not line or line.startswith("#"):
            return blank + line
        if re.fullmatch(r"[,;.]+", line.partition("#")[0].strip()):
            self._note(SUPERFLUOUS, start, line.partition("#")[0].strip())
            return ""
        if remark := re.match(r"//+|--+|/\*|;+", line):
            right = f"# {line[remark.end() :].strip()}"
            self._note(REMARK, start, remark[0], right)
            return f" {right}"
        raise UnclearError


def read_statement(text: str, at: int) -> tuple[str, int, list[Mistake]]:
    """The statement mended, where it ends, and its mistakes."""
    statement = Statement(text, at)
    try:
        mended = statement.read()
        tomllib.loads(mended)
    except (UnclearError, ValueError, RecursionError):
        end = _find_end(text, at)
        # A mended statement that TOML refuses was not understood: nothing of it may be claimed.
        line = text[at : text.find("\n", at) if "\n" in text[at:] else len(text)]
        lost = Mistake(UNCLEAR, at + len(line) - len(line.lstrip()), line.strip())
        return "\n" * text.count("\n", at, end), end, [lost]
    return mended, statement.at, statement.mistakes


def _find_end(text: str, at: int) -> int:
    """End of a statement that was not understood: of its line, or of the list that begins on it."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    first = text[at:end]
    if not re.search(r"=\s*\[[^]]*$", first):
        return end
    following = STATEMENT.search(text, end)
    closing = re.compile(r"^\s*\]\s*,?\s*(?:#.*)?$", re.MULTILINE).search(text, end)
    stops = [found for found in (following and following.start() - 1, closing and closing.end()) if found]
    return max(end, min(stops)) if stops else end


TOML_BROKEN: Final = FindingKind(
    "toml-broken",
    Severity.ERROR,
    N_("This cannot be read: {problem}."),
    N_("Look at the line named. Text is written in quotation marks, and every key appears once in its table."),
)
KEY_TWICE: Final = Slip(
    N_("the key “{found}” appears twice here, first in line {first}"), N_("Keep one of the two lines.")
)
TABLE_TWICE: Final = Slip(
    N_("the section {found} appears twice, first in line {first}"), N_("Keep one, with all the keys of both.")
)
TABLE_MIXED: Final = Slip(N_("the section {found} has two pairs of brackets elsewhere"), WRITE)

# Words of ours for the English ones of the parser, which change from one Python to the next.
_TWICE: Final = N_("a key or a section appears twice")
_TOO_DEEP: Final = N_("brackets stand inside brackets too often")
_NOT_UNDERSTOOD: Final = N_("a key or a value cannot be understood")
_AT_LINE: Final = N_("{what} (line {line}, column {column})")
_AT_END: Final = N_("{what} (at the end of the file)")
_OR: Final = N_("{one} or {other}")
_BARE: Final = r"[A-Za-z0-9_-]+"
_HEADER: Final = re.compile(rf"\s*(\[\[?)\s*({_BARE}(?:\s*\.\s*{_BARE})*)\s*\]\]?\s*(?:#.*)?")
_KEY: Final = re.compile(rf"\s*({_BARE}(?:\s*\.\s*{_BARE})*)\s*=")
MOST_TOLD: Final = 1000
"""Mistakes after which no more are looked for: a file with as many is no scenario."""

MOST_SHOWN: Final = 300
"""Characters of a right form that are shown; a form cut at fewer would often not be right."""


@dataclass(frozen=True)
class Either:
    """Right forms of which only the writer knows the one meant."""

    forms: tuple[str, ...]

    def render(self, language: Language) -> str:
        """Put the forms into words."""
        if len(self.forms) < 2:
            return "".join(self.forms)
        one, other = self.forms
        return language.gettext(_OR).format(one=one, other=other)


def parse_toml(text: str, file: str) -> tuple[dict[str, Any] | None, list[Finding]]:
    """
    Parse a TOML file, and tell all mistakes of one that is no TOML.

    Parameters
    ----------
    text
        The whole file.
    file
        Its name in the findings.

    Returns
    -------
    tuple of dict or None and list of Finding
        Tables and keys; None for what is no TOML, with every mistake, its line, and its right form where certain.
    """
    try:
        return tomllib.loads(text), []
    except RecursionError as error:
        return None, [_describe_error(error, file)]
    except ValueError as error:
        return None, _Mended(text, file).findings or [_describe_error(error, file)]


def _describe_error(error: Exception, file: str) -> Finding:
    """Finding for what the parser says, with the line if it tells it."""
    said = str(error)
    twice = said.startswith(("Cannot ", "Duplicate "))
    what = Text(_TOO_DEEP if isinstance(error, RecursionError) else _TWICE if twice else _NOT_UNDERSTOOD)
    spot = re.search(r"\(at line (\d+), column (\d+)\)", said)
    if spot is not None:
        where = {"what": what, "line": Number(int(spot[1])), "column": Number(int(spot[2]))}
        return TOML_BROKEN.at(Place(file, int(spot[1])), problem=Text(_AT_LINE, where))
    at_end = "at end of document" in said
    return TOML_BROKEN.at(Place(file), problem=Text(_AT_END, {"what": what}) if at_end else what)


@dataclass
class _Section:
    """The table that holds while a file is read, and what it has."""

    path: str = ""
    left_out: bool = False
    keys: dict[str, int] = field(default_factory=dict)


class _Mended:
    """Reading of a broken file from its first line to its last, each statement mended."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.findings: list[Finding] = []
        self.section = _Section()
        self.tables: dict[str, int] = {}
        self.keys: dict[str, dict[str, int]] = {}
        self.counts: dict[str, int] = {}
        self.lists = {re.sub(r"\s", "", name) for name in re.findall(r"^\s*\[\[([^][\n]+)\]\]", text, re.MULTILINE)}
        mended = self._read()
        try:
            tomllib.loads(mended)
        except (ValueError, RecursionError) as error:
            self._add_rest(_describe_error(error, file))

    def _add_rest(self, rest: Finding) -> None:
        """Add what only the parser of the whole file sees, unless its line is named."""
        if rest.place.row is None or all(finding.place.row != rest.place.row for finding in self.findings):
            self.findings.append(rest)

    def _read(self) -> str:
        """The whole file, mended."""
        pieces, at, row = [], 0, 1
        while at < len(self.text) and len(self.findings) < MOST_TOLD:
            piece, end = self._read_next(at, row)
            pieces.append("\n" * self.text.count("\n", at, end) if self.section.left_out else piece)
            row += self.text.count("\n", at, end) + 1
            at = end + 1
        return "\n".join(pieces)

    def _read_next(self, at: int, row: int) -> tuple[str, int]:
        """Next line, or the statement that begins on it; and where it ends."""
        end = self.text.find("\n", at)
        end = len(self.text) if end < 0 else end
        line = self.text[at:end]
        if not line.strip(" \t") or line.lstrip(" \t").startswith("#"):
            return line, end
        piece = line
        mistakes: list[Mistake] = []
        if not _is_statement(line):
            piece, end, mistakes = read_statement(self.text, at)
        refused = self._enter(piece, row, at + len(line) - len(line.lstrip()))
        for mistake in mistakes:
            self._tell(mistake)
        if refused is not None:
            self._tell(refused[0], first=refused[1])
            piece = refused[2] + "\n" * piece.count("\n")
        return piece, end

    def _enter(self, piece: str, row: int, at: int) -> tuple[Mistake, int, str] | None:
        """Note table or key of a statement; the mistake, the first line and the mended statement if it stands twice."""
        if header := _HEADER.fullmatch(piece):
            return self._enter_table(_plain(header[2]), len(header[1]) == 2, piece, row, at)
        pair = _KEY.match(piece)
        if pair is None:
            return None
        key = _plain(pair[1])
        first = self.section.keys.setdefault(key, row)
        return None if first == row else (Mistake(KEY_TWICE, at, key), first, "")

    def _enter_table(self, name: str, listed: bool, piece: str, row: int, at: int) -> tuple[Mistake, int, str] | None:
        """Note a table; the mistake if it stands twice, or here in other brackets than elsewhere."""
        mixed = name in self.lists and not listed
        if listed or mixed:
            self.counts[name] = self.counts.get(name, 0) + 1
            self.section = _Section(f"{name}[{self.counts[name]}]")
            mistake = Mistake(TABLE_MIXED, at, piece.strip(), (f"[[{name}]]",))
            return (mistake, row, f"[[{name}]]") if mixed else None
        first = self.tables.setdefault(name, row)
        # What stands in the second table is read for its mistakes, and left out.
        self.section = _Section(name, first != row, self.keys.setdefault(name, {}))
        return None if first == row else (Mistake(TABLE_TWICE, at, piece.strip()), first, "")

    def _tell(self, mistake: Mistake, *, first: int = 0) -> None:
        """Make the finding of a mistake."""
        begin = self.text.rfind("\n", 0, mistake.at) + 1
        row = self.text.count("\n", 0, mistake.at) + 1
        found = show_value(mistake.found)
        problem = Text(mistake.slip.problem, {"found": found, "first": Number(first)})
        where = {"what": problem, "line": Number(row), "column": Number(mistake.at - begin + 1)}
        place = Place(self.file, row, self._name_key(begin))
        kind = replace(TOML_BROKEN, hint=mistake.slip.advice)
        right = Either(tuple(one if len(one) <= MOST_SHOWN else f"{one[:MOST_SHOWN]}…" for one in mistake.rights))
        self.findings.append(kind.at(place, problem=Text(_AT_LINE, where), right=right))

    def _name_key(self, begin: int) -> str:
        """Path of the key on a line; empty if there is none."""
        pair = _KEY.match(self.text, begin)
        return f"{self.section.path}.{pair[1]}".removeprefix(".") if pair else ""


def _is_statement(line: str) -> bool:
    """Whether TOML takes a line as a section or a key with its value."""
    try:
        return bool(tomllib.loads(line))
    except (ValueError, RecursionError):
        return False


@dataclass(frozen=True)
class KeyLines:
    """
    Where the keys of a TOML file stand.

    Parameters
    ----------
    file
        Name of the file.
    lines
        Line of each key, counted from 1, by its path, such as ``buses[2].shift``.
    """

    file: str
    lines: Mapping[str, int]

    def place(self, *path: str | int) -> Place:
        """
        Say where a key stands.

        Parameters
        ----------
        *path
            Names of tables and keys, and places in lists counted from 0, from the top down.

        Returns
        -------
        Place
            File, line and path of the key; where it is not there, the line of what surrounds it, None if nothing does.
        """
        shorter = (format_path(path[:length]) for length in range(len(path), 0, -1))
        row = next((self.lines[key] for key in shorter if key in self.lines), None)
        return Place(self.file, row, format_path(path))


def format_path(path: tuple[str | int, ...]) -> str:
    """Such as ``buses[2].shift`` for the second bus: people count from one."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def scan_lines(text: str, file: str) -> KeyLines:
    """Lines of the keys of valid TOML that begin a line; those of inline tables are found by what surrounds them."""
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    prefix, inside = "", ""
    for number, line in enumerate(text.split("\n"), 1):
        if not inside:
            prefix = _note_line(line, number, prefix, lines, counts)
        for quotes in ('"""', "'''"):
            if inside in ("", quotes) and line.count(quotes) % 2:
                inside = "" if inside else quotes
    return KeyLines(file, lines)


def _note_line(line: str, number: int, prefix: str, lines: dict[str, int], counts: dict[str, int]) -> str:
    """Path of the table that holds from this line on, its line or that of a key noted."""
    table = _HEADER.fullmatch(line)
    if table is None:
        pair = _KEY.match(line)
        if pair is not None:
            lines.setdefault(f"{prefix}.{_plain(pair[1])}".removeprefix("."), number)
        return prefix
    prefix = _plain(table[2])
    if table[1] == "[[":
        counts[prefix] = counts.get(prefix, 0) + 1
        lines.setdefault(prefix, number)
        prefix = f"{prefix}[{counts[prefix]}]"
    lines.setdefault(prefix, number)
    return prefix


def _plain(key: str) -> str:
    """Dotted key without spaces."""
    return re.sub(r"\s", "", key)
