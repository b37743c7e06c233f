"""Sentences and quantities that are put into words only when the reader's language is known."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from bibliobus.units import MINUTE_S, round_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.language import Language


@runtime_checkable
class Wording(Protocol):
    """Anything that a language can put into words."""

    def render(self, language: Language) -> str:
        """
        Put it into words.

        Parameters
        ----------
        language
            Language of the reader.

        Returns
        -------
        str
            The words.
        """
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
    """
    Fill the named places of a sentence.

    Parameters
    ----------
    template
        Sentence with named places in braces, translated already.
    words
        What goes into them.

    Returns
    -------
    str
        The sentence. Words that end in a full stop, such as a Ukrainian date (``2026 р.``), end it with that one.
    """
    for name, word in words.items():
        if str(word).endswith("."):
            template = re.sub(rf"\{{{re.escape(name)}\}}\.(?!\.)", f"{{{name}}}", template)
    return template.format(**words)


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
    """
    A day of the cycle.

    Parameters
    ----------
    day
        0 is the Monday of the first week.
    """

    day: int

    def render(self, language: Language) -> str:
        """
        Put the day into words.

        Parameters
        ----------
        language
            Language of the reader.

        Returns
        -------
        str
            Such as ``Tuesday, week 2``.
        """
        week, weekday = divmod(self.day, 7)
        return language.gettext("{weekday}, week {week}").format(weekday=language.weekday(weekday), week=week + 1)
