"""PDF documents with a font of our own, the same bytes at every run."""

from __future__ import annotations

import unicodedata
from contextlib import ExitStack, contextmanager
from datetime import UTC
from importlib import resources
from typing import TYPE_CHECKING, Final, cast

from bibliobus.output.archive import DOCUMENT_DATE, MAKER
from bibliobus.words.safe import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fpdf import FPDF
    from fpdf.fonts import TTFFont

    from bibliobus.words.language import Language

FONT: Final = "DejaVu"
PAGE_WIDTH_MM: Final = 210.0
PAGE_HEIGHT_MM: Final = 297.0
MARGIN_MM: Final = 15.0
MISSING: Final = "\N{WHITE SQUARE}"
"""Stands for a letter that the font does not have."""

_FILES: Final = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
_POINT_MM: Final = 25.4 / 72
_LINE: Final = 1.25
_INVISIBLE: Final = frozenset({"Cf", "Mn", "Me"})


@contextmanager
def open_document(title: str, language: Language) -> Iterator[FPDF]:
    """
    Open an empty document for A4 paper: upright, margins of 15 mm, pages that are never broken by themselves.

    Date, maker and font are set; the files of the font are closed in the end.
    """
    from fpdf import FPDF

    document = FPDF(format="A4", unit="mm")
    document.set_margin(MARGIN_MM)
    document.set_auto_page_break(False)
    document.set_creation_date(DOCUMENT_DATE.replace(tzinfo=UTC))
    document.set_producer(MAKER)
    document.set_creator(MAKER)
    document.set_title(clean_text(title))
    document.set_lang(language.code)
    with ExitStack() as files:
        for style, name in _FILES.items():
            file = files.enter_context(resources.as_file(resources.files("bibliobus.output.print") / "fonts" / name))
            document.add_font(FONT, style, file)
            files.callback(cast("TTFFont", document.fonts[FONT.lower() + style]).ttfont.close)
        document.set_font(FONT, "", 11)
        yield document


def finish_document(document: FPDF) -> bytes:
    """Finish an open document, which gets a page if it has none; nothing can be added to it any more."""
    if not document.pages_count:
        document.add_page()
    return bytes(document.output())


def clean_line(document: FPDF, text: str) -> str:
    """
    Clean a text to one line, composed, without marks that change the direction of writing or other invisible ones.

    `MISSING` stands for each letter that the font does not have.
    """
    known = cast("TTFFont", document.fonts[FONT.lower()]).cmap
    composed = unicodedata.normalize("NFC", clean_text(text))
    return "".join(
        letter if ord(letter) in known else MISSING
        for letter in composed
        if unicodedata.category(letter) not in _INVISIBLE or (ord(letter) in known and unicodedata.combining(letter))
    )


def measure_block(document: FPDF, text: str, size_pt: float, width_mm: float, *, bold: bool = False) -> float:
    """Millimetres that a text without line breaks is high; 0 for an empty text."""
    return len(split_block(document, text, size_pt, width_mm, bold=bold)) * size_pt * _POINT_MM * _LINE


def split_block(document: FPDF, text: str, size_pt: float, width_mm: float, *, bold: bool = False) -> list[str]:
    """Break a text into lines at spaces, and inside of words that are longer than a line; none for an empty text."""
    document.set_font(FONT, "B" if bold else "", size_pt)
    lines: list[str] = []
    for word in clean_line(document, text).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and document.get_string_width(longer) <= width_mm:
            lines[-1] = longer
        else:
            lines += _split_word(document, word, width_mm)
    return lines


def write_block(
    document: FPDF, text: str, at: tuple[float, float], size_pt: float, width_mm: float, *, bold: bool = False
) -> float:
    """Write a text without line breaks at millimetres from left and top; returns where from the top it ends."""
    left, top = at
    height = size_pt * _POINT_MM * _LINE
    for line in split_block(document, text, size_pt, width_mm, bold=bold):
        document.set_xy(left, top)
        document.cell(width_mm, height, line)
        top += height
    return top


def fit_size(document: FPDF, text: str, sizes_pt: tuple[int, ...], width_mm: float, lines: int) -> int:
    """Find the largest size in which a bold text without line breaks fits; the last one if it fits in none."""
    words = clean_line(document, text).split()
    for size_pt in sizes_pt:
        # A word torn apart is no fit, even if there is room.
        split = split_block(document, text, size_pt, width_mm, bold=True)
        if len(split) <= lines and all(document.get_string_width(word) <= width_mm for word in words):
            return size_pt
    return sizes_pt[-1]


def _split_word(document: FPDF, word: str, width_mm: float) -> list[str]:
    """A word as pieces that each fit on a line."""
    if document.get_string_width(word) <= width_mm:
        return [word]
    pieces = [""]
    for letter in word:
        if pieces[-1] and document.get_string_width(pieces[-1] + letter) > width_mm:
            pieces.append("")
        pieces[-1] += letter
    return pieces
