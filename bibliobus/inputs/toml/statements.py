"""Statements of TOML as people write them: each is read with patience, mended, and its mistakes are named."""

from __future__ import annotations

import re
import tomllib
from typing import Final

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

_HEADER: Final = re.compile(
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
        found = _HEADER.match(self.text, self.at)
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
