"""Language: texts, plurals, numbers, alphabets and clock times of the languages of bibliobus, and marks of messages."""

from __future__ import annotations

import gettext
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from datetime import date

MINUTE_S: Final = 60
HOUR_S: Final = 3600
DAY_S: Final = 86_400
KM_M: Final = 1000


def round_up(value: int, step: int) -> int:
    """Round a whole number up to a multiple of a step."""
    return -(-value // step) * step


def parse_clock(text: str) -> int:
    """
    Parse a clock time.

    Parameters
    ----------
    text
        ``H:MM`` or ``HH:MM``, from 00:00 to 24:00.

    Returns
    -------
    int
        Seconds after midnight.

    Raises
    ------
    ValueError
        If the text is no clock time.
    """
    hours, colon, minutes = text.strip().partition(":")
    if not (colon and hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()):
        raise ValueError(text)
    if len(hours) > 2 or len(minutes) != 2 or int(minutes) > 59:
        raise ValueError(text)
    seconds = int(hours) * HOUR_S + int(minutes) * MINUTE_S
    if seconds > DAY_S:
        raise ValueError(text)
    return seconds


def format_clock(seconds: int) -> str:
    """
    Format seconds after midnight as a 24-hour clock time.

    Parameters
    ----------
    seconds
        Seconds after midnight, 0 or more; seconds beyond the full minute are dropped.

    Returns
    -------
    str
        ``HH:MM``.
    """
    return f"{seconds // HOUR_S:02d}:{seconds % HOUR_S // MINUTE_S:02d}"


LANGUAGES: Final = ("uk", "en")
DEFAULT_LANGUAGE: Final = "uk"
YEAR_SHORT_UK: Final = "р."
YEAR_UK: Final = "року"


def N_(message: str) -> str:
    """
    Mark an English message for the catalogues and give it back unchanged.

    Parameters
    ----------
    message
        English text, translated where it is printed.

    Returns
    -------
    str
        The same text.
    """
    return message


def NN_(one: str, many: str) -> tuple[str, str]:
    """
    Mark an English message that counts something for the catalogues and give it back unchanged.

    Parameters
    ----------
    one
        English text for one, with ``{count}``.
    many
        English text for several, with ``{count}``.

    Returns
    -------
    tuple of str
        Both texts, translated where they are printed.
    """
    return one, many


CURRENCIES: Final = (N_("UAH"), N_("EUR"))
"""Currencies with a name that is shorter or plainer than their code in some language."""


@dataclass(frozen=True)
class Language:
    """
    One language of the readers.

    Parameters
    ----------
    code
        ``uk`` or ``en``.
    """

    code: str

    def gettext(self, message: str) -> str:
        """
        Translate a message.

        Parameters
        ----------
        message
            English text as it stands in the source.

        Returns
        -------
        str
            The text in this language.
        """
        return _catalogue(self.code).gettext(message) if message else ""

    def ngettext(self, one: str, many: str, count: int) -> str:
        """
        Translate a message that counts something.

        Parameters
        ----------
        one
            English text for one, with ``{count}``.
        many
            English text for several, with ``{count}``.
        count
            The number.

        Returns
        -------
        str
            The text in this language with the number filled in.
        """
        return _catalogue(self.code).ngettext(one, many, count).format(count=self.number(count))

    def number(self, value: float, decimals: int = 0) -> str:
        """
        Format a number with the marks of this language.

        Parameters
        ----------
        value
            Any finite number.
        decimals
            Digits after the decimal mark, 0 or more.

        Returns
        -------
        str
            Such as ``1 234,5`` in Ukrainian and ``1,234.5`` in English.
        """
        text = f"{value:,.{decimals}f}"
        return text if self.code == "en" else text.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")

    def percent(self, share: float) -> str:
        """
        Format a share as whole percent.

        Parameters
        ----------
        share
            From 0 to 1.

        Returns
        -------
        str
            Such as ``62 %`` in Ukrainian and ``62%`` in English.
        """
        return f"{self.number(100 * share)}%" if self.code == "en" else f"{self.number(100 * share)}\N{NO-BREAK SPACE}%"

    def kilometres(self, length_m: int) -> str:
        """
        Format a length in kilometres with one decimal and the unit.

        Parameters
        ----------
        length_m
            Metres, 0 or more.

        Returns
        -------
        str
            Such as ``12,3 км``.
        """
        unit = self.gettext("km")
        return f"{self.number(length_m / KM_M, 1)}\N{NO-BREAK SPACE}{unit}"

    def duration(self, seconds: int) -> str:
        """
        Format a duration in hours and minutes.

        Parameters
        ----------
        seconds
            Seconds, 0 or more; rounded to the nearest minute.

        Returns
        -------
        str
            Such as ``2 год 05 хв``, or ``45 хв`` below one hour.
        """
        minutes = round(seconds / MINUTE_S)
        hours, rest = divmod(minutes, HOUR_S // MINUTE_S)
        space = "\N{NO-BREAK SPACE}"
        # Not inside the f-strings: there messages are not found when the catalogues are made.
        hour_unit, minute_unit = self.gettext("h"), self.gettext("min")
        if not hours:
            return f"{rest}{space}{minute_unit}"
        return f"{hours}{space}{hour_unit}{space}{rest:02d}{space}{minute_unit}"

    def rhythm(self, weeks: int) -> str:
        """
        Put a rhythm into words.

        Parameters
        ----------
        weeks
            Weeks between visits, at least 1.

        Returns
        -------
        str
            Such as ``every 2 weeks``.
        """
        # Ukrainian has the form of one for 21 and 31 too, so that a single week needs words of its own.
        if weeks == 1:
            return self.gettext("every week")
        return self.ngettext("every {count} week", "every {count} weeks", weeks)

    def weekday(self, weekday: int) -> str:
        """
        Name a weekday.

        Parameters
        ----------
        weekday
            0 (Monday) to 6 (Sunday).

        Returns
        -------
        str
            Full name, such as ``понеділок`` or ``Monday``.
        """
        from babel.dates import get_day_names

        return _plain(get_day_names("wide", context="stand-alone", locale=self.code)[weekday])

    def weekday_short(self, weekday: int) -> str:
        """
        Name a weekday briefly.

        Parameters
        ----------
        weekday
            0 (Monday) to 6 (Sunday).

        Returns
        -------
        str
            Such as ``пн`` or ``Mon``.
        """
        from babel.dates import get_day_names

        return _plain(get_day_names("abbreviated", context="stand-alone", locale=self.code)[weekday])

    def date(self, day: date) -> str:
        """
        Format a date in full.

        Parameters
        ----------
        day
            The date.

        Returns
        -------
        str
            Such as ``2 березня 2026 року`` or ``March 2, 2026``.
        """
        from babel.dates import format_date

        words = _plain(format_date(day, "long", locale=self.code))
        # An abbreviation would end with a dot in the middle of a sentence, and with two at its end.
        return f"{words.removesuffix(YEAR_SHORT_UK)}{YEAR_UK}" if words.endswith(YEAR_SHORT_UK) else words

    def currency(self, code: str) -> str:
        """
        Name a currency behind a sum.

        Parameters
        ----------
        code
            Three letters of ISO 4217.

        Returns
        -------
        str
            Such as ``грн`` for ``UAH`` in Ukrainian; the code itself where no name is known.
        """
        return self.gettext(code) if code in CURRENCIES else code

    def choose(self, *, uk: str, en: str) -> str:
        """
        Choose between the two spellings of a name.

        Parameters
        ----------
        uk
            Ukrainian spelling.
        en
            Latin spelling; empty if none is known.

        Returns
        -------
        str
            The one for this language, or the other where this one is empty.
        """
        return (en or uk) if self.code == "en" else (uk or en)


def _plain(text: str) -> str:
    """Words of Babel with the apostrophe and the space that our texts and every font and console have."""
    spaced = text.replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}")
    return spaced.replace("\N{MODIFIER LETTER APOSTROPHE}", "\N{RIGHT SINGLE QUOTATION MARK}")


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    """Catalogue of a language; English is the language of the source and needs none."""
    if code == "en":
        return gettext.NullTranslations()
    file = resources.files("bibliobus.locale") / code / "LC_MESSAGES" / "bibliobus.mo"
    with file.open("rb") as stream:
        return gettext.GNUTranslations(stream)


UKRAINIAN_ALPHABET: Final = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"

AlphabetKey: TypeAlias = tuple[tuple[tuple[int, int], ...], str]

_BLANK, _DIGIT, _OTHER, _LATIN, _UKRAINIAN, _CYRILLIC = range(6)


def alphabet_key(name: str) -> AlphabetKey:
    """
    Find the place of a name in the alphabet.

    Parameters
    ----------
    name
        Name in any letters.

    Returns
    -------
    tuple
        Key to sort by: words first by their letters (digits, Latin without accents, Ukrainian in the order
        of its alphabet, other Cyrillic), case, apostrophes and other marks aside; then by the text itself.
    """
    folded = unicodedata.normalize("NFC", name).casefold().replace("-", " ")
    return tuple(place for letter in folded for place in _places(letter)), name


@lru_cache(maxsize=256)
def _places(letter: str) -> tuple[tuple[int, int], ...]:
    """Class of a letter and its place within; none for a mark, several for a letter made of several."""
    if letter in UKRAINIAN_ALPHABET:
        return ((_UKRAINIAN, UKRAINIAN_ALPHABET.index(letter)),)
    if letter.isspace():
        return ((_BLANK, 0),)
    if "\u0400" <= letter <= "\u052f":
        return ((_CYRILLIC, ord(letter)),)
    return tuple(
        (_DIGIT if part.isdigit() else _LATIN if part.isascii() else _OTHER, ord(part))
        for part in unicodedata.normalize("NFKD", letter)
        if part.isalnum()
    )
