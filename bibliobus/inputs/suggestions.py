"""Findings for unknown words: what may have been meant, or what is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bibliobus.inputs.cells import find_similar, show_value
from bibliobus.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.findings import Finding, FindingKind, Place

DID_YOU_MEAN: Final = N_("Did you mean “{similar}”?")


def find_unknown(
    kind: FindingKind, place: Place, word: str, choices: Iterable[str], synonyms: Iterable[str] = ()
) -> Finding:
    """
    Make a finding for a word that is none of the known ones.

    Parameters
    ----------
    kind
        Kind with a place for ``{value}`` in its sentence, and for ``{known}`` in its hint if it likes.
    place
        Where the word stands.
    word
        The word.
    choices
        What is known; named in the hint if nothing is similar.
    synonyms
        Other words that may have been meant, not named in the hint.

    Returns
    -------
    Finding
        With the hint of `kind`, or one that asks whether the most similar word was meant.
    """
    known = list(choices)
    similar = find_similar(word, {*known, *synonyms})
    if similar:
        return replace(kind, hint=DID_YOU_MEAN).at(place, value=show_value(word), similar=show_value(similar))
    return kind.at(place, value=show_value(word), known=", ".join(show_value(choice) for choice in known))
