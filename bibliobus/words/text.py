"""Sentences, names, numbers and dates that are put into words only when the reader's language is known."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from bibliobus.words.language import MINUTE_S, round_up

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from bibliobus.words.language import Language


@runtime_checkable
class Wording(Protocol):
    """Anything that a language can put into words."""

    def render(self, language: Language) -> str:
        """Put it into words."""
        ...


@dataclass(frozen=True)
class Text:
    """
    A sentence.

    Parameters
    ----------
    template
        English sentence with named places in braces, marked with `N_` where it is written.
    values
        What goes into the named places: strings, numbers, or further wordings.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def render(self, language: Language) -> str:
        """
        Put the sentence into words.

        Parameters
        ----------
        language
            Language of the reader.

        Returns
        -------
        str
            The translated sentence with its values filled in.
        """
        words = {
            name: value.render(language) if isinstance(value, Wording) else value for name, value in self.values.items()
        }
        return fill_sentence(language.gettext(self.template), words)


def fill_sentence(template: str, words: Mapping[str, object]) -> str:
    """Fill the named places of a sentence; words that end in a full stop, such as ``2026 р.``, end it with that one."""
    for name, word in words.items():
        if str(word).endswith("."):
            template = re.sub(rf"\{{{re.escape(name)}\}}\.(?!\.)", f"{{{name}}}", template)
    return template.format(**words)


@dataclass(frozen=True)
class Parts:
    """Several parts of a sentence, of which each may have commas of its own."""

    parts: tuple[Wording, ...]

    def render(self, language: Language) -> str:
        """Parts one after the other."""
        return "; ".join(part.render(language) for part in self.parts)


@dataclass(frozen=True)
class Name:
    """
    A name with two spellings.

    Parameters
    ----------
    uk
        Ukrainian spelling.
    en
        Latin spelling; empty if none is known.
    """

    uk: str
    en: str

    def render(self, language: Language) -> str:
        """
        Choose the spelling.

        Parameters
        ----------
        language
            Language of the reader.

        Returns
        -------
        str
            The name.
        """
        return language.choose(uk=self.uk, en=self.en)


@dataclass(frozen=True)
class Duration:
    """
    A length of time.

    Parameters
    ----------
    seconds
        Whole seconds, 0 or more.
    """

    seconds: int

    @classmethod
    def rounded_up(cls, seconds: int) -> Duration:
        """
        Make what is at least needed: rounded up, it is always more than a time that does not suffice.

        Parameters
        ----------
        seconds
            Whole seconds, 0 or more.

        Returns
        -------
        Duration
            Full minutes.
        """
        return cls(round_up(seconds, MINUTE_S))

    @classmethod
    def rounded_down(cls, seconds: int) -> Duration:
        """
        Make what is at most there: rounded down, it is always less than a time that is too long.

        Parameters
        ----------
        seconds
            Whole seconds; less than none counts as none.

        Returns
        -------
        Duration
            Full minutes.
        """
        return cls(max(seconds, 0) // MINUTE_S * MINUTE_S)

    def render(self, language: Language) -> str:
        """
        Put the duration into words.

        Parameters
        ----------
        language
            Language of the reader.

        Returns
        -------
        str
            Hours and minutes.
        """
        return language.duration(self.seconds)


@dataclass(frozen=True)
class Length:
    """
    A distance.

    Parameters
    ----------
    metres
        Whole metres, 0 or more.
    """

    metres: int

    def render(self, language: Language) -> str:
        """
        Put the distance into words.

        Parameters
        ----------
        language
            Language of the reader.

        Returns
        -------
        str
            Kilometres with one decimal.
        """
        return language.kilometres(self.metres)


@dataclass(frozen=True)
class CycleDay:
    """A day of the cycle; 0 is the Monday of the first week."""

    day: int

    def render(self, language: Language) -> str:
        """Such as ``Tuesday, week 2``."""
        week, weekday = divmod(self.day, 7)
        return language.gettext("{weekday}, week {week}").format(weekday=language.weekday(weekday), week=week + 1)


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
    """A share of something."""

    value: float

    def render(self, language: Language) -> str:
        """Whole percent, such as ``62 %`` in Ukrainian and ``62%`` in English."""
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
    """How often something is repeated: weeks from one time to the next, at least 1."""

    weeks: int

    def render(self, language: Language) -> str:
        """Such as ``every 2 weeks``."""
        return language.rhythm(self.weeks)


@dataclass(frozen=True)
class Weekday:
    """A day of the week."""

    weekday: int

    def render(self, language: Language) -> str:
        """Put the weekday into words."""
        return language.weekday(self.weekday)


@dataclass(frozen=True)
class DateText:
    """A date."""

    date: date

    def render(self, language: Language) -> str:
        """Such as ``2 березня 2026 року`` or ``March 2, 2026``."""
        return language.date(self.date)


@dataclass(frozen=True)
class Weekdays:
    """Some weekdays, 0 (Monday) to 6 (Sunday), in the order in which they are named."""

    days: tuple[int, ...]

    def render(self, language: Language) -> str:
        """Name the weekdays briefly."""
        return ", ".join(language.weekday_short(day) for day in self.days)


def join_dates(dates: Sequence[date], language: Language) -> str:
    """Days by month, such as ``2, 16, 30 березня; 13 квітня``, with the year behind it where there are several."""
    years = len({day.year for day in dates}) > 1
    return "; ".join(
        _month([day.day for day in group], month, f" {year}" if years else "", language)
        for (year, month), group in groupby(dates, key=lambda day: (day.year, day.month))
    )


def _month(days: Sequence[int], month: int, year: str, language: Language) -> str:
    """Days of one month."""
    from babel.dates import get_month_names

    name = get_month_names("wide", context="format", locale=language.code)[month]
    listed = ", ".join(map(str, days))
    words = f"{name} {listed}" if language.code == "en" else f"{listed} {name}"
    separator = "," if year and language.code == "en" else ""
    return f"{words}{separator}{year}"
