"""Keys and values of TOML as people write them, read with patience: each is mended, and each mistake is noted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.inputs.toml.forms import QUOTE_MISSING, TEXT, WRITE, Slip, is_value, latinise, quote, recognise
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

TYPOGRAPHIC: Final = Slip(N_("the quotation marks of {found} are not the straight ones"), WRITE)
TWO_KINDS: Final = Slip(N_("the quotation marks of {found} are of two kinds"), WRITE)
INNER_QUOTES: Final = Slip(N_("quotation marks stand inside the same quotation marks: {found}"), WRITE)
BACKSLASH: Final = Slip(N_("a backslash means something else in such quotation marks: {found}"), WRITE)
COMMA_MISSING: Final = Slip(N_("a comma is missing after {found}"), WRITE)
OTHER_COMMA: Final = Slip(N_("“{found}” stands between the values of a list"), N_("Write a comma instead."))
BRACKET_MISSING: Final = Slip(N_("a bracket is missing: {found}"), WRITE)
LIST_BRACKETS: Final = Slip(N_("a list is written in square brackets: {found}"), WRITE)
SUPERFLUOUS: Final = Slip(N_("nothing may follow the value: “{found}”"), N_("Delete it."))
REMARK: Final = Slip(N_("a remark does not begin with “{found}”"), N_("Begin it with #: {right}"))
SPACE: Final = Slip(
    N_("there is a space of another kind or an invisible character"), N_("Type it again with an ordinary space.")
)
EQUALS: Final = Slip(N_("between key and value “=” is expected, not “{found}”"), WRITE)
EQUALS_MISSING: Final = Slip(N_("“=” is missing after the key “{found}”"), WRITE)
LETTERS: Final = Slip(
    N_("the key “{found}” has Cyrillic letters that look like Latin ones"),
    N_("Type it again in Latin letters: {right}"),
)
KEY_SPACES: Final = Slip(N_("the key “{found}” has spaces in it"), WRITE)
KEY_WORD: Final = Slip(
    N_("“{found}” cannot be a key"), N_("Keys have Latin letters, as in the scenario that “bibliobus init” writes.")
)
UNENDED: Final = Slip(N_("the text after {found} has no end"), N_("Write {right} after its last line."))

_STRAIGHT: Final = "\"'"
_OPENERS: Final = "\"'«»„“”‟‘’‚‛‹›`´″″"
_CLOSERS: Final = {'"': "\"”“»″„'", "'": "'’‘\""}
ODD_SPACE: Final = "\u00a0\u00ad\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
_INVISIBLE: Final = "\u00ad\u200b-\u200f\u2060\ufeff"
_BLANK: Final = re.compile(rf"[ \t{ODD_SPACE}]*")
STATEMENT: Final = re.compile(
    r"[^\S\n]*(?:\[\[?[^\S\n]*[^\W\d][\w.-]*[^\S\n]*\]?\][^\S\n]*(?:#.*)?$|[\w.-]+[^\S\n]*=)", re.MULTILINE
)
_PAIR: Final = re.compile(r"([^=:\n#]*?)([^\S\n]*)(:=|=(?:[^\S\n]*=)+|=>|=|:)")
_NO_EQUALS: Final = re.compile(r"([A-Za-z][\w-]*)[^\S\n]+(?=\S)")
REMARK_MARKS: Final = re.compile(r"//+|--+|/\*|<!--|;+|%")
_BEHIND: Final = re.compile(r"\s*(?://|--|;|,\s*$)")
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_DEEPEST: Final = 30


@dataclass(frozen=True)
class Mistake:
    """One mistake, found at a place in the text and mended: what stands there, and its right forms."""

    slip: Slip
    at: int
    found: str
    rights: tuple[str, ...] = ()


class UnclearError(Exception):
    """What stands here has no certain meaning."""


class ValueReader:
    """Patient reading of keys and values from a place in a text."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self.key = ""
        self.depth = 0
        self.mistakes: list[Mistake] = []

    def _note(self, slip: Slip, at: int, found: str, *rights: str) -> None:
        """Keep a mistake."""
        self.mistakes.append(Mistake(slip, at, found, rights))

    def _rest_of_line(self) -> str:
        """What is left of the line."""
        end = self.text.find("\n", self.at)
        return self.text[self.at : len(self.text) if end < 0 else end]

    def _peek(self) -> str:
        """Next character; empty at the end."""
        return self.text[self.at : self.at + 1]

    def _skip_blank(self) -> str:
        """Space as TOML has it, in place of any on this line."""
        found = _BLANK.match(self.text, self.at)
        blank = found[0] if found else ""
        odd = re.sub(r"[ \t]", "", blank)
        if odd:
            self._note(SPACE, self.at + blank.index(odd[0]), "")
        self.at += len(blank)
        return re.sub(rf"[{ODD_SPACE}]", " ", blank)

    def _read_key(self) -> str | None:
        """Key and what stands between it and the value; None if the line was left out."""
        start, line = self.at, self._rest_of_line()
        found = _PAIR.match(self.text, self.at)
        if line[:1] in _STRAIGHT and (quoted := re.match(r"(\"[^\"\n]*\"|'[^'\n]*')\s*=", line)):
            self.key = quoted[1]
            self.at += quoted.end()
            return quoted[1]
        if found is None or "\n" in found[0]:
            if not (bare := _NO_EQUALS.match(line)):
                raise UnclearError
            self.key = bare[1]
            self.at += bare.end()
            if self._peek() in _OPENERS or not re.match(r"[-+\d\"'\[]|true\b|false\b", self._rest_of_line()):
                raise UnclearError
            self._note(EQUALS_MISSING, start, bare[1], "")
            return bare[1]
        written = found[1].strip()
        if not written:
            raise UnclearError
        if odd := re.search(rf"[{ODD_SPACE}]", found[2]):
            self._note(SPACE, found.start(2) + odd.start(), "")
        parts, at = [], start
        for part in written.split("."):
            parts.append(self._mend_key(part.strip(), at))
            at += len(part) + 1
        self.key = ".".join(parts)
        self.at = found.end()
        if found[3] != "=":
            self._note(EQUALS, found.start(3), found[3], "")
        return self.key

    def _mend_key(self, written: str, at: int) -> str:
        """Bare key, in the letters that TOML takes."""
        key = re.sub(rf"[{ODD_SPACE}]", " ", written).strip() if written[:1] not in _OPENERS else written
        key = (
            re.sub(rf"[{_INVISIBLE}]", "", written)
            if _BARE_KEY.fullmatch(re.sub(rf"[{_INVISIBLE}]", "", written))
            else key
        )
        if key != written:
            self._note(SPACE, at, "")
        if _BARE_KEY.fullmatch(key):
            return key
        if len(key) > 2 and key[0] in _OPENERS and key[-1] in _OPENERS:
            key = key[1:-1].strip()
            self._note(TYPOGRAPHIC, at, written, key)
        if not key.isascii() and re.search("[A-Za-z]", key) and latinise(key).isascii():
            self._note(LETTERS, at, key, latinise(key))
            key = latinise(key)
        if re.fullmatch(r"[A-Za-z0-9_-]+(?:\s+[A-Za-z0-9_-]+)+", key):
            joined = re.sub(r"\s+", "_", key)
            self._note(KEY_SPACES, at, key, joined)
            key = joined
        if not _BARE_KEY.fullmatch(key):
            if len(written.split()) == 1:
                self._note(KEY_WORD, at, written)
            raise UnclearError
        return key

    def _read_value(self, ends: str) -> str:
        """One value; `ends` are the characters that end it inside a list or a table, empty outside of them."""
        rest = self._rest_of_line()
        if self.depth > _DEEPEST:
            raise UnclearError
        if rest.startswith(('"""', "'''")):
            return self._read_long_text()
        if rest.startswith("["):
            return self._read_list("]")
        if re.match(r"\(\s*[\"'«„“\d].*[,;].*\)", rest):
            return self._read_odd_list(")")
        if rest.startswith("{"):
            return self._read_table() if re.search("[=:]", rest.partition("}")[0]) else self._read_odd_list("}")
        return self._read_text(ends) if rest[:1] in _OPENERS else self._read_bare(ends)

    def _read_long_text(self) -> str:
        """Text between three quotation marks, as it is."""
        start, marks = self.at, self.text[self.at : self.at + 3]
        end = self.text.find(marks, start + 3)
        if end < 0:
            following = STATEMENT.search(self.text, start + 3)
            self.at = following.start() if following else len(self.text)
            self.at = start + len(self.text[start : self.at].rstrip("\n"))
            self._note(UNENDED, start, marks, marks)
            return self.text[start : self.at] + marks
        self.at = end + 3
        while self._peek() == marks[0]:
            self.at += 1
        return self.text[start : self.at]

    def _read_bare(self, ends: str) -> str:
        """Value without quotation marks."""
        start, rest = self.at, self._rest_of_line()
        found = re.match(
            rf"[^{re.escape(ends)}]*?(?=\s*[{re.escape(ends)}]|\s*#|\s*$)" if ends else r".*?(?=\s+#|#|\s*$)", rest
        )
        value = found[0] if found else ""
        odd = re.search(rf"[{ODD_SPACE}]+$", value)
        if odd and odd.start():
            self._note(SPACE, start + odd.start(), "")
            value = value[: odd.start()]
        if not value:
            raise UnclearError
        mended = self._mend_bare(value)
        if mended is None:
            # Outside of a list what is left over is judged as what stands behind the value.
            cut = value.split()[0] if ends and all(map(is_value, value.split())) else _BEHIND.split(value)[0]
            mended = self._mend_bare(cut) if cut and cut != value else None
            value = cut
        if mended is None:
            raise UnclearError
        slip, rights = mended
        if slip is not None:
            self._note(slip, start, value, *rights)
        self.at = start + len(value) + (len(odd[0]) if odd and odd.start() == len(value) else 0)
        return rights[0]

    def _mend_bare(self, value: str) -> tuple[Slip | None, tuple[str, ...]] | None:
        """The mistake in a value and its right forms; None if it has no certain meaning."""
        if is_value(value):
            return None, (value,)
        got = recognise(value, self.key)
        cut = _BEHIND.split(value)[0]
        if got and got[0] is TEXT and cut != value:
            # A value and a remark behind it is likelier than a text that holds both.
            front = recognise(cut, self.key)
            return None if is_value(cut) or (front and (front[0] is not TEXT or value.endswith(","))) else got
        return got

    def _follows(self, at: int, ends: str) -> bool:
        """Whether what stands here may follow a value."""
        rest = self.text[at : self.text.find("\n", at) if "\n" in self.text[at:] else len(self.text)].lstrip()
        if ends:
            return not rest or rest[0] in f"#{ends},"
        return not rest or re.match(r"#|//|--|;|,\s*(?:$|[\"'«„“])|\]\s*$", rest) is not None

    def _read_text(self, ends: str) -> str:
        """Value that begins with a quotation mark of any kind."""
        start, rest = self.at, self._rest_of_line()
        opener = rest[0]
        regular = re.match(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'", rest)
        if regular:
            self.at = start + regular.end()
            neighbour = (
                bool(ends)
                and self.text[self.at : self.at + 1] in (" ", '"')
                and re.match(r"\s*[\"'«„“]", self.text[self.at :])
            )
            apart = neighbour and not regular[0][-2].isspace()
            if self._follows(self.at, ends) or apart:
                return self._mend_regular(regular[0], start)
            if ends and regular[0][1:-1].rstrip().endswith(","):
                # The mark that seems to end this text begins the next one.
                inner = regular[0][1:-1].rstrip().removesuffix(",")
                self.at = start + 1 + len(inner)
                return self._quote(QUOTE_MISSING, start, rest[: 1 + len(inner)], inner)
        closers = _CLOSERS.get(opener, _OPENERS)
        for place in range(1, len(rest)):
            if rest[place] in closers and self._follows(start + place + 1, ends):
                self.at = start + place + 1
                straight = opener in _STRAIGHT and rest[place] == opener
                inner = rest[1:place]
                if straight and regular and rest[regular.end() :].lstrip()[:1] == opener:
                    raise UnclearError  # two texts, one behind the other
                if straight:
                    slip = BACKSLASH if "\\" in inner else INNER_QUOTES
                else:
                    slip = TWO_KINDS if {opener, rest[place]} == {*_STRAIGHT} else TYPOGRAPHIC
                return self._quote(slip, start, rest[: place + 1], inner if straight else inner.strip())
        found = re.match(
            rf"[^{re.escape(ends)}]*?(?=\s*[{re.escape(ends)}]|\s+#|\s*$)" if ends else r".*?(?=\s+#|\s*$)", rest
        )
        piece = found[0] if found else ""
        inner = piece[1:].strip()
        if not inner or any(mark in inner for mark in '"«»“”„'):
            raise UnclearError
        self.at = start + len(piece)
        return self._quote(QUOTE_MISSING, start, piece, inner)

    def _mend_regular(self, text: str, start: int) -> str:
        """Text whose quotation marks are right; its backslashes may not be."""
        return text if is_value(text) else self._quote(BACKSLASH, start, text, text[1:-1])

    def _quote(self, slip: Slip, start: int, found: str, inner: str) -> str:
        """Text in right quotation marks, the mistake noted."""
        right = quote(inner)
        if not is_value(right):
            raise UnclearError
        self._note(slip, start, found, right)
        return right

    def _read_odd_list(self, close: str) -> str:
        """List in other brackets than square ones."""
        start = self.at
        mended = self._read_list(close)
        self._note(LIST_BRACKETS, start, self.text[start : self.at], mended)
        return mended

    def _read_list(self, close: str) -> str:
        """List, over as many lines as it takes."""
        start = self.at
        self.at += 1
        self.depth += 1
        pieces, after_item = ["["], (1, self.at)
        # Whoever parts the values by semicolons may write decimal commas between them.
        ends = f";{close}" if re.match(r"[^\"'\n#]*\d\s*;", self._rest_of_line()) else f",;{close}"
        count, parted, item_at = 0, True, self.at
        while True:
            pieces.append(self._skip_lines())
            if self._peek() == close:
                self.at += 1
                pieces.append("]")
                break
            if (
                not self._peek()
                or (self.text[self.at - 1] == "\n" and STATEMENT.match(self.text, self.at))
                or self._starts_statement()
            ):
                pieces = [*pieces[: after_item[0]], "]"]
                self.at = after_item[1]
                whole = "".join(pieces)
                self._note(BRACKET_MISSING, start, self._first_line(start), "]" if "\n" in whole else whole)
                break
            if self._peek() in ",;" and count and not parted:
                if self._peek() == ";":
                    self._note(OTHER_COMMA, self.at, ";")
                self.at += 1
                pieces.append(",")
                after_item, parted = (len(pieces), self.at), True
                continue
            if not parted:
                last = pieces[after_item[0] - 1]
                pieces.insert(after_item[0], ",")
                self._note(COMMA_MISSING, item_at, last, f"{last},")
            if self._peek() in ",;":
                raise UnclearError
            item_at = self.at
            pieces.append(self._read_value(ends))
            after_item = (len(pieces), self.at)
            count, parted = count + 1, False
        self.depth -= 1
        return "".join(pieces)

    def _starts_statement(self) -> bool:
        """Whether a new statement begins on this line."""
        begin = self.text.rfind("\n", 0, self.at) + 1
        return not self.text[begin : self.at].strip() and STATEMENT.match(self.text, begin) is not None

    def _first_line(self, start: int) -> str:
        """Line of a place, from there on."""
        end = self.text.find("\n", start)
        return self.text[start : len(self.text) if end < 0 else end].rstrip()

    def _skip_lines(self) -> str:
        """Blanks, ends of lines and remarks inside a list."""
        pieces = []
        while True:
            pieces.append(self._skip_blank())
            line = self._rest_of_line()
            if line.startswith("#"):
                pieces.append(line)
                self.at += len(line)
            elif remark := re.match(r"//+|--+", line):
                right = f"# {line[remark.end() :].strip()}"
                self._note(REMARK, self.at, remark[0], right)
                pieces.append(right)
                self.at += len(line)
            elif self._peek() == "\n":
                pieces.append("\n")
                self.at += 1
            else:
                return "".join(pieces)

    def _read_table(self) -> str:
        """``{ key = value, … }`` on one line."""
        start, outer = self.at, self.key
        self.at += 1
        self.depth += 1
        pieces: list[str] = []
        while True:
            self._skip_blank()
            if self._peek() == "}":
                self.at += 1
                break
            if self._peek() in ("", "\n", "]"):
                if not pieces:
                    raise UnclearError
                self._note(BRACKET_MISSING, start, self.text[start : self.at].rstrip(), f"{{ {', '.join(pieces)} }}")
                break
            if self._read_key() is None:
                raise UnclearError
            self._skip_blank()
            value = self._read_value(",;}")
            for at, one in enumerate(self.mistakes):
                if one.slip in (EQUALS, EQUALS_MISSING) and one.rights == ("",):
                    self.mistakes[at] = Mistake(one.slip, one.at, one.found, (f"{self.key} = {value}",))
            pieces.append(f"{self.key} = {value}")
            self._part_pairs(pieces)
        self.depth -= 1
        self.key = outer
        return f"{{ {', '.join(pieces)} }}" if pieces else "{}"

    def _part_pairs(self, pieces: Sequence[str]) -> None:
        """Step over what stands between two pairs."""
        self._skip_blank()
        mark = self._peek()
        if mark == ";":
            self._note(OTHER_COMMA, self.at, mark)
        if mark and mark in ",;":
            at = self.at
            self.at += 1
            self._skip_blank()
            if self._peek() == "}":
                self._note(SUPERFLUOUS, at, mark)
        elif mark and mark not in "}\n]":
            self._note(COMMA_MISSING, self.at - 1, pieces[-1], f"{pieces[-1]},")
