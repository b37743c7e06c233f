"""Bytes of a text file → text, whatever program wrote it."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
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

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_NO_TEXT: Final = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f]")


def decode_text(file: InputFile) -> tuple[str | None, list[Finding]]:
    """
    Decode a text file.

    Parameters
    ----------
    file
        UTF-8 with or without a byte order mark, UTF-16 with one, or Windows-1251.

    Returns
    -------
    text : str or None
        The text with ``\\n`` at the ends of lines; None if it is no text.
    findings : list of Finding
        Why it is no text, or in which way it was read.
    """
    place = Place(file.name)
    text, findings = _decode(file.content, place)
    if text is not None and _NO_TEXT.search(text):
        return None, [NOT_TEXT.at(place)]
    return None if text is None else text.replace("\r\n", "\n").replace("\r", "\n"), findings


def _decode(content: bytes, place: Place) -> tuple[str | None, list[Finding]]:
    """Text by byte order mark, then as UTF-8, then as Windows-1251."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(encoding), []
            except UnicodeDecodeError:
                return None, [TEXT_DAMAGED.at(place)]
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError:
        return _decode_cp1251(content, place)


def _decode_cp1251(content: bytes, place: Place) -> tuple[str | None, list[Finding]]:
    """Text as Windows-1251, unless it is Cyrillic in damaged UTF-8, where every other byte is D0 to D2."""
    high = sum(byte >= 0x80 for byte in content)
    if high < 3 * sum(content.count(lead) for lead in (0xD0, 0xD1, 0xD2)):
        return None, [TEXT_DAMAGED.at(place)]
    try:
        return content.decode("cp1251"), [TEXT_CP1251.at(place)]
    except UnicodeDecodeError:
        return None, [NOT_TEXT.at(place)]
