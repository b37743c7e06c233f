"""Bytes of a text file → text, whatever program wrote it."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.cells import show_value
from bibliobus.inputs.encodings import find_readings, is_certain, is_written, name_codec, show_difference
from bibliobus.language import N_

if TYPE_CHECKING:
    from bibliobus.inputs.files import InputFile

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
