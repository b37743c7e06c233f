"""Numbers and counts that are put into words only when the reader's language is known."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from bibliobus.language import Language


@dataclass(frozen=True)
class Number:
    """
    A number.

    Parameters
    ----------
    value
        Any finite number; it is written with the decimals it has.
    """

    value: float

    def render(self, language: Language) -> str:
        """
        Put the number into digits.

        Parameters
        ----------
        language
            Language of the reader.

        Returns
        -------
        str
            Such as ``1 234,5`` in Ukrainian and ``1,234.5`` in English.
        """
        exponent = Decimal(str(self.value)).normalize().as_tuple().exponent
        return language.number(self.value, max(0, -exponent) if isinstance(exponent, int) else 0)


@dataclass(frozen=True)
class Share:
    """
    A share of something.

    Parameters
    ----------
    value
        From 0 to 1.
    """

    value: float

    def render(self, language: Language) -> str:
        """
        Put the share into whole percent.

        Parameters
        ----------
        language
            Language of the reader.

        Returns
        -------
        str
            Such as ``62 %`` in Ukrainian and ``62%`` in English.
        """
        return language.percent(self.value)


@dataclass(frozen=True)
class Count:
    """
    How many of something.

    Parameters
    ----------
    one
        English text for one, with ``{count}``; marked together with `many` by `NN_` where it is written.
    many
        English text for several, with ``{count}``.
    count
        The number, 0 or more.
    """

    one: str
    many: str
    count: int

    def render(self, language: Language) -> str:
        """
        Put the count into words.

        Parameters
        ----------
        language
            Language of the reader.

        Returns
        -------
        str
            Such as ``3 sheets``.
        """
        return language.ngettext(self.one, self.many, self.count)


@dataclass(frozen=True)
class Rhythm:
    """
    How often something is repeated.

    Parameters
    ----------
    weeks
        Weeks from one time to the next, at least 1.
    """

    weeks: int

    def render(self, language: Language) -> str:
        """
        Put the rhythm into words.

        Parameters
        ----------
        language
            Language of the reader.

        Returns
        -------
        str
            Such as ``every 2 weeks``.
        """
        return language.rhythm(self.weeks)


@dataclass(frozen=True)
class Weekday:
    """
    A day of the week.

    Parameters
    ----------
    weekday
        0 (Monday) to 6.
    """

    weekday: int

    def render(self, language: Language) -> str:
        """
        Put the weekday into words.

        Parameters
        ----------
        language
            Language of the reader.

        Returns
        -------
        str
            Its name.
        """
        return language.weekday(self.weekday)


@dataclass(frozen=True)
class Day:
    """
    A date.

    Parameters
    ----------
    date
        The date.
    """

    date: date

    def render(self, language: Language) -> str:
        """
        Put the date into words.

        Parameters
        ----------
        language
            Language of the reader.

        Returns
        -------
        str
            Such as ``2 березня 2026 року`` or ``March 2, 2026``.
        """
        return language.date(self.date)


@dataclass(frozen=True)
class Weekdays:
    """
    Some weekdays.

    Parameters
    ----------
    days
        0 (Monday) to 6 (Sunday), in the order in which they are named.
    """

    days: tuple[int, ...]

    def render(self, language: Language) -> str:
        """
        Name the weekdays briefly.

        Parameters
        ----------
        language
            Language of the reader.

        Returns
        -------
        str
            Such as ``Tue, Thu``.
        """
        return ", ".join(language.weekday_short(day) for day in self.days)
