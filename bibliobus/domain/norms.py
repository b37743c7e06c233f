"""Norms of access to libraries: rules with a number, a source and a date, from data files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True)
class NormRule:
    """
    One rule of a norm.

    Parameters
    ----------
    rule_id
        Unique text within the norm.
    measure
        What is measured, a name of `bibliobus.plan.measure.coverage`.
    text_uk, text_en
        The rule in a sentence, in Ukrainian and English.
    source
        Where the rule was read.
    verified
        False if nobody has seen its text; such a rule is shown, and not measured.
    limits
        Numbers of the rule by name: ``library_km``, ``stop_km``, ``min_people``, ``minutes``, ``max_minutes``,
        ``weeks``, ``visitors``, ``min_people_per_ha``, ``max_people_per_ha``.
    share
        Share of what is counted for which the rule has to hold, 0 to 1.
    categories
        Letters of the codifier, in Latin, of the settlements that the rule is about; empty means all of them.
    note_uk, note_en
        What this program assumes to measure the rule, in Ukrainian and English; may be empty.
    """

    rule_id: str
    measure: str
    text_uk: str
    text_en: str
    source: str
    verified: bool
    limits: Mapping[str, float] = field(default_factory=dict)
    share: float = 1.0
    categories: tuple[str, ...] = ()
    note_uk: str = ""
    note_en: str = ""


@dataclass(frozen=True)
class Norm:
    """
    A norm.

    Parameters
    ----------
    norm_id
        Its name on the command line.
    title_uk, title_en
        Title in Ukrainian and English.
    source
        The document.
    since
        Since when it holds: a date, or the year alone where no more is known.
    rules
        In the order of the file.
    """

    norm_id: str
    title_uk: str
    title_en: str
    source: str
    since: date | int
    rules: tuple[NormRule, ...]
