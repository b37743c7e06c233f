"""Bytes of a text file → text, whatever program wrote it and in whatever encoding."""

from __future__ import annotations

import codecs
import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.tables.cells import show_value
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.inputs.files import InputFile

_ALPHABETS: Final = {
    "uk": "оаиінвртесклудмпзяьбгчйхїцжющєшфґ",
    "ru": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "fr": "éèàêçôâîûëïùœÿæ",
    "de": "üöäßé",
    "es": "óíáéñúü",
    "pt": "ãçáéíóõúâêàôü",
    "it": "èàùòìé",
    "nb": "øåæéôò",
    "sv": "äöåé",
    "is": "íáðéúóþýæö",
    "nl": "ëéïöü",
    "pl": "łąęóżśćńź",
    "cs": "íáéěřýžčšůúťňďó",
    "sk": "áíčéýžšúľťôňďóäĺŕ",
    "hu": "áéöóőíúüű",
    "ro": "ăâîşţșț",
    "hr": "čšžćđ",
    "el": "αοιετσνηυρπκμλςωθγδάίήόχέύφβώξζψ",
    "tr": "ıüşçöğâîû",
    "lt": "ėšžūįųčąę",
    "lv": "āīēūšžčļņķģ",
    "et": "äõüöšž",
}
"""Letters outside ASCII by language, the commonest first."""

_WRITTEN: Final = frozenset("".join(_ALPHABETS.values()))

_RAREST: Final = 0.01
"""How often the rarest letter of a language stands for one of the commonest: about so in every language above."""

_CYRILLIC: Final = ("uk", "ru")
_WESTERN: Final = ("fr", "de", "es", "pt", "it", "nb", "sv", "is", "nl")
_CENTRAL: Final = ("pl", "cs", "sk", "hu", "ro", "hr", "de")
_RARE: Final = math.log(0.05)
# Turkish in Windows-1254 differs from Icelandic in Windows-1252 by its commonest letters, and is no rarer.
_RARE_LANGUAGES: Final = frozenset({"is"})

_CANDIDATES: Final = {
    "cp1251": ("Windows-1251", _CYRILLIC, 0.0),
    "cp1252": ("Windows-1252", _WESTERN, 0.0),
    "cp1250": ("Windows-1250", _CENTRAL, 0.0),
    "cp1254": ("Windows-1254", ("tr",), _RARE),
    "iso8859_15": ("ISO-8859-15", _WESTERN, _RARE),
    "cp1257": ("Windows-1257", ("lt", "lv", "et"), _RARE),
    "cp1253": ("Windows-1253", ("el",), _RARE),
    "koi8_u": ("KOI8-U", _CYRILLIC, _RARE),
    "cp1125": ("CP1125 (DOS)", _CYRILLIC, _RARE),
    "cp866": ("CP866 (DOS)", _CYRILLIC, _RARE),
    "iso8859_5": ("ISO-8859-5", _CYRILLIC, _RARE),
    "mac_cyrillic": ("Mac Cyrillic", _CYRILLIC, _RARE),
    "cp850": ("CP850 (DOS)", _WESTERN, _RARE),
    "mac_roman": ("Mac Roman", _WESTERN, _RARE),
    "cp852": ("CP852 (DOS)", _CENTRAL, _RARE),
    "iso8859_2": ("ISO-8859-2", _CENTRAL, _RARE),
}
"""Name for people, languages that are written in it, and how likely it is beside those of Windows (logarithm)."""

_FAULT: Final = math.log(1e-4)
_MARK: Final = math.log(0.02)
_LOOK_ALIKE: Final = math.log(0.05)
_BESIDE_DIGIT: Final = math.log(0.05)
_MARKS_ENCODINGS: Final = frozenset("«»“”„‘’‚–—…№°§©®·•€±²³´×\N{NO-BREAK SPACE}")
_IN_WORDS: Final = frozenset("’‘´")
_OPENING: Final = frozenset("«“„‘‚")
# Latin letters that people type in Cyrillic words because they look the same.
_TWINS: Final = frozenset("aceiopxyABCEHIKMOPTX")
_BETWEEN: Final = re.compile('[ \\t\\r\\n,;"]+')
_ASCII: Final = bytes(range(128))
_LETTERS: Final = re.compile(r"[^\W\d_]+")

CERTAIN: Final = math.log(200)
"""A reading is certain when it is so many times likelier than every other. Measured on 801 tables of 1 to 12 names in
12 encodings and 16 languages: none is read wrong; of the 320 with six names or more, 9 are called doubtful. On 703
such tables charset-normalizer read 141 wrong, chardet 128, faust-cchardet 373, and none of them says when it is in
doubt."""

CERTAIN_BESIDE_FAULTS: Final = math.log(20)
"""The same beside a reading with words that nobody writes, and for a text that has no letters outside ASCII."""

MAX_BYTES: Final = 20_000
"""A text says in so much of its lines that are not ASCII what its encoding is, or it does not say it at all."""

FAULTY: Final = 0.1
"""Share of words with a fault from which on no reading is believed, be it ever so much better than the others."""


@dataclass(frozen=True)
class Reading:
    """
    A text as it reads in one encoding; `text` is the first of its lines that are not ASCII.

    ``score``: Logarithm of how likely people write so; 0 is the most.
    ``faulty``: Share of its words outside ASCII that nobody writes so, 0 to 1.
    """

    codec: str
    name: str
    text: str
    score: float
    faulty: float
    letters: int


def find_readings(content: bytes) -> list[Reading]:
    """
    Find the ways in which bytes that are not UTF-8 can be read as text, the likeliest first, judged by its first lines.

    Encodings in which these say the same are one reading. Never empty: some encodings give every byte a meaning.
    """
    lines = [line for line in re.split(rb"[\r\n]+", content) if not line.isascii()]
    sample = b"\n".join(lines)[:MAX_BYTES]
    high = bytes(set(content.translate(None, _ASCII)))
    readings: dict[str, Reading] = {}
    for codec, (name, languages, prior) in _CANDIDATES.items():
        try:
            high.decode(codec)
        except UnicodeDecodeError:
            continue
        text = sample.decode(codec)
        score, faulty = _judge(text, languages)
        before = readings.get(text)
        if before is None or before.score < score + prior:
            letters = {letter.lower() for letter in text if letter > "\x7f" and letter.isalpha()}
            readings[text] = Reading(codec, name, text, score + prior, faulty, len(letters))
    return sorted(readings.values(), key=lambda reading: -reading.score)


def is_certain(readings: list[Reading]) -> bool:
    """
    Tell whether the words of the likeliest reading are such as people write, and no other reading comes near.

    Of a rare encoding a single letter is no evidence.
    """
    best, *others = readings
    known = best.letters > 1 or _CANDIDATES[best.codec][2] == 0.0
    return known and best.faulty <= FAULTY and all(_outdoes(best, other) for other in others)


def _outdoes(best: Reading, other: Reading) -> bool:
    """Whether a reading is so much likelier than another that nobody need be asked; one letter alone is no evidence."""
    if other.faulty > FAULTY or not best.letters:
        return best.score - other.score >= CERTAIN_BESIDE_FAULTS
    return best.letters != 1 and best.score - other.score >= CERTAIN


def show_difference(readings: list[Reading]) -> list[tuple[Reading, str]]:
    """Find a cell that shows how readings differ."""
    cells = [[re.split("[,;\t]", line) for line in reading.text.split("\n")] for reading in readings]
    rows = [(at, column) for at, line in enumerate(cells[0]) for column in range(len(line))]
    at, column = next((spot for spot in rows if len({_find_cell(one, *spot) for one in cells[:2]}) > 1), (0, 0))
    return [(reading, _find_cell(one, at, column)) for reading, one in zip(readings, cells, strict=True)]


def _find_cell(lines: list[list[str]], at: int, column: int) -> str:
    """Text of a cell without quotation marks; empty where a reading has no such cell."""
    found = lines[at][column : column + 1] if at < len(lines) else []
    return "".join(found).strip(' "\r')


def is_written(letter: str) -> bool:
    """Tell whether a character outside ASCII is a letter or mark that people of these languages write."""
    return letter in _MARKS_ENCODINGS or letter.lower() in _WRITTEN


def find_codec(name: str) -> str | None:
    """Python's name of an encoding called ``cp1251``, ``KOI8-U`` or as a finding says; None if there is none."""
    wanted = name.strip().casefold().removesuffix(" (dos)").replace(" ", "_")
    try:
        # UTF-16 needs no name, and what gives ASCII another meaning is no encoding of tables.
        return codecs.lookup(wanted).name if _ASCII.decode(wanted) == _ASCII.decode("ascii") else None
    except (LookupError, ValueError):
        return None


def name_codec(codec: str) -> str:
    """Name an encoding for people."""
    own = {codecs.lookup(known).name: name for known, (name, _, _) in _CANDIDATES.items()}
    return own.get(codec, codec.upper())


def _judge(text: str, languages: Iterable[str]) -> tuple[float, float]:
    """Score of a text in the likeliest of its languages, and share of its words that have a fault."""
    words = sorted({word for word in _BETWEEN.split(text) if not word.isascii()})
    if not words:
        return 0.0, 0.0
    results = []
    for language in languages:
        judged = [_judge_word(word, _weights(language)) for word in words]
        prior = _RARE if language in _RARE_LANGUAGES else 0.0
        results.append((prior + sum(score for score, _ in judged), sum(fault for _, fault in judged) / len(words)))
    return max(results)


def _judge_word(word: str, weights: dict[str, float]) -> tuple[float, bool]:
    """Score of a word, and whether nobody writes so."""
    parts = _LETTERS.findall(word)
    score = _LOOK_ALIKE * sum(_mixes(part, twins=True) for part in parts)
    faults = sum(_mixes(part, twins=False) + _turns(part) for part in parts)
    for at, letter in enumerate(word):
        if letter < "\x80":
            continue
        before, after = word[at - 1] if at else "", word[at + 1 : at + 2]
        if (weight := weights.get(letter.lower())) is not None:
            score += weight
            faults += before.isdigit() and after.isdigit()
            score += _BESIDE_DIGIT * (before.isdigit() or after.isdigit())
        elif letter in _MARKS_ENCODINGS and not _clings(letter, before, after):
            score += _MARK
        else:
            faults += 1
    return score + faults * _FAULT, faults > 0


def _turns(part: str) -> bool:
    """Whether a capital outside ASCII stands inside a word that has small letters."""
    return not part.isupper() and any(letter.isupper() and letter > "\x7f" for letter in part[1:])


def _clings(mark: str, before: str, after: str) -> bool:
    """Whether a mark stands where nobody puts it: between two letters, or before one if it opens nothing."""
    if not after.isalpha():
        return False
    if mark in _IN_WORDS:
        return False
    return before.isalpha() or (mark not in _OPENING and not (before and mark == "\N{NO-BREAK SPACE}"))


def _mixes(part: str, *, twins: bool) -> bool:
    """Whether Cyrillic and Latin letters stand in one word; `twins` asks for those that only look alike."""
    latin = {letter for letter in part if letter < "\u0250"}
    if not latin or len(latin) == len(set(part)):
        return False
    return (latin <= _TWINS) is twins


@cache
def _weights(language: str) -> dict[str, float]:
    """Logarithm of the share of each letter outside ASCII."""
    letters = _ALPHABETS[language]
    step = _RAREST ** (1 / (len(letters) - 1))
    shares = [step**rank for rank in range(len(letters))]
    total = math.log(sum(shares))
    return {letter: math.log(share) - total for letter, share in zip(letters, shares, strict=True)}


NOT_TEXT: Final = FindingKind(
    "not-text",
    Severity.ERROR,
    N_("This is not a text file: it holds bytes that no text has."),
    N_("Save the table as “CSV UTF-8” in the spreadsheet program."),
)
TEXT_DAMAGED: Final = FindingKind(
    "text-damaged",
    Severity.ERROR,
    N_("The text is UTF-8 with damaged characters in it."),
    N_("The file was cut off or changed on its way: take the original, or save it again as UTF-8."),
)
TEXT_CP1251: Final = FindingKind(
    "text-cp1251",
    Severity.NOTE,
    N_("The file is not UTF-8; it was read as Windows-1251 (Cyrillic)."),
    N_("If names look wrong, save the file as “CSV UTF-8”."),
)
TEXT_ENCODING: Final = FindingKind(
    "text-encoding",
    Severity.NOTE,
    N_("The file is not UTF-8; it was read as {encoding}."),
    N_("If names look wrong, save the file as “CSV UTF-8”."),
)
ENCODING_DOUBTFUL: Final = FindingKind(
    "encoding-doubtful",
    Severity.ERROR,
    N_("The file is not UTF-8, and its encoding is not certain. One word of it can be read as: {readings}."),
    N_(
        "Save the file as “CSV UTF-8”, or name the encoding: with --encoding if the command has it, "
        "for tables of an area with the key encoding in scenario.toml."
    ),
)
ENCODING_WRONG: Final = FindingKind(
    "encoding-wrong",
    Severity.ERROR,
    N_("The file cannot be read as {encoding}, the encoding that was named: it holds bytes that mean nothing there."),
    N_("Name another encoding, or save the file as “CSV UTF-8” and name none."),
)
ENCODING_UNKNOWN: Final = FindingKind(
    "encoding-unknown",
    Severity.ERROR,
    N_("There is no encoding of text called “{value}”."),
    N_("Write a name such as windows-1252, windows-1251, windows-1250, koi8-u, cp866 or utf-8."),
)

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NO_TEXT: Final = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f]")
_NO_TEXT_BYTES: Final = re.compile(_NO_TEXT.pattern.encode())
_SHOWN: Final = 3
"""Readings that a finding shows; the right one is hardly ever beyond."""


def decode_text(file: InputFile) -> tuple[str | None, list[Finding]]:
    """
    Decode a text file.

    Parameters
    ----------
    file
        UTF-8 with or without a byte order mark, UTF-16 or UTF-32 with one, or another encoding: the one that was named,
        else the one that its words tell. A name counts only for a text that is not UTF-8 and has no mark.

    Returns
    -------
    text : str or None
        The text with ``\\n`` at the ends of lines; None if it is no text, or in doubt.
    findings : list of Finding
        Why it is no text, or in which way it was read.
    """
    place = Place(file.name)
    text, findings = _decode(file, place)
    if text is not None and _NO_TEXT.search(text):
        return None, [NOT_TEXT.at(place)]
    return None if text is None else text.replace("\r\n", "\n").replace("\r", "\n"), findings


def _decode(file: InputFile, place: Place) -> tuple[str | None, list[Finding]]:
    """Text by byte order mark, then as UTF-8, then as its zeros, the planner or its words tell."""
    content = file.content
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(encoding), []
            except UnicodeDecodeError:
                return None, [TEXT_DAMAGED.at(place)]
    if b"\0" in content:
        return _decode_wide(content, place)
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError:
        pass
    if _NO_TEXT_BYTES.search(content):
        return None, [NOT_TEXT.at(place)]
    if file.encoding:
        return _decode_named(content, file.encoding, place)
    if _is_damaged(content):
        return None, [TEXT_DAMAGED.at(place)]
    return _decode_guessed(content, place)


def _decode_wide(content: bytes, place: Place) -> tuple[str | None, list[Finding]]:
    """Text with zeros in it: UTF-16 without a mark, if that gives letters of Europe; else it is no text."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        known = sum(letter < "\u0530" or "\u2000" <= letter < "\u2200" for letter in text)
        # A table has separators or ends of lines, which are ASCII.
        if known >= 0.95 * len(text) and any(letter < "\x80" for letter in text):
            return text, [TEXT_ENCODING.at(place, encoding=name_codec(encoding))]
    return None, [NOT_TEXT.at(place)]


def _decode_named(content: bytes, codec: str, place: Place) -> tuple[str | None, list[Finding]]:
    """Text in the encoding that somebody named."""
    try:
        return content.decode(codec), []
    except UnicodeDecodeError:
        return None, [ENCODING_WRONG.at(place, encoding=name_codec(codec))]


def _decode_guessed(content: bytes, place: Place) -> tuple[str | None, list[Finding]]:
    """Text in the encoding in which its words are such as people write, if that is certain."""
    readings = find_readings(content)
    best = readings[0]
    if is_certain(readings):
        kind = TEXT_CP1251 if best.codec == "cp1251" else TEXT_ENCODING
        return content.decode(best.codec), [kind.at(place, encoding=best.name)]
    words = (f"{reading.name}: “{show_value(word)}”" for reading, word in show_difference(readings[:_SHOWN]))
    return None, [ENCODING_DOUBTFUL.at(place, readings="; ".join(words))]


def _is_damaged(content: bytes) -> bool:
    """Whether as many letters are whole in UTF-8 as bytes are broken: in any other encoding hardly one is."""
    letters = Counter(content.decode("utf-8", errors="replace"))
    whole = sum(count for letter, count in letters.items() if is_written(letter))
    return whole >= letters["\N{REPLACEMENT CHARACTER}"]
