"""Names of the area and its places in the reader's language."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from bibliobus.inputs.gazetteers.katottg import transliterate
from bibliobus.network.places import DEPOT_PREFIX
from bibliobus.words.language import N_, Language
from bibliobus.words.text import Name, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.domain.places import Settlement
    from bibliobus.inputs.area import Dataset

NAME_IN_HROMADA: Final = N_("{name} ({hromada})")
NAME_WITH_ID: Final = N_("{name} ({id})")
HROMADA: Final = N_("{name} hromada")
RAION: Final = N_("{name} raion")

# Adjectives as the codifier has them: Лиманська, Краматорський; not Oak, Бахмутська міська рада or Лиманська громада.
_HROMADA: Final = re.compile(r"[а-яіїєґ]а$(?<!громада)(?<!рада)(?<!община)", re.IGNORECASE)
_RAION: Final = re.compile(r"[а-яіїєґ][иі]й$", re.IGNORECASE)


def name_area(dataset: Dataset, language: Language) -> str:
    """Title of the area in the scenario, in the language of the reader."""
    return language.choose(uk=dataset.scenario.title_uk, en=dataset.scenario.title_en)


def name_settlement(settlement: Settlement, language: Language) -> str:
    """Name a settlement in a language; other settlements may have the same name."""
    return language.choose(uk=settlement.name_uk, en=settlement.name_latin)


def name_hromada(hromada: str, language: Language) -> str:
    """
    Name a hromada where no heading says what it is, such as ``Лиманська громада`` or ``Lymanska hromada``.

    The name of the inputs may have a word for hromada behind it, or be empty; no Ukrainian adjective stays as it is.
    """
    return _add_noun(hromada, language, HROMADA) if _HROMADA.search(hromada) else hromada


def spell_name(name: str, language: Language) -> str:
    """Name of a hromada or raion under a heading that says what it is, in the letters of the language."""
    return language.choose(uk=name, en=transliterate(name))


def name_raion(raion: str, language: Language) -> str:
    """Name a raion where no heading says what it is, such as ``Миргородський район``; otherwise as `name_hromada`."""
    return _add_noun(raion, language, RAION) if _RAION.search(raion) else raion


def name_district(hromada: str, raion: str, language: Language) -> str:
    """Such as ``Великобагачанська громада, Миргородський район``; empty if neither is known."""
    return ", ".join(filter(None, (name_hromada(hromada, language), name_raion(raion, language))))


def _add_noun(name: str, language: Language, template: str) -> str:
    """Adjective with the noun it belongs to, in the letters of the language."""
    return Text(template, {"name": spell_name(name, language)}).render(language)


def spell_places(dataset: Dataset) -> dict[str, Name]:
    """Name every place in every language, for sentences whose reader is not known yet."""
    uk, en = (name_places(dataset, Language(code)) for code in ("uk", "en"))
    return {place: Name(uk[place], en[place]) for place in uk}


def name_places(dataset: Dataset, language: Language) -> Mapping[str, str]:
    """
    Name every place, by settlement id and by ``depot/…``, so that no two settlements are mixed up.

    A name that several settlements have is followed by the hromada, or by the id where the hromada does not tell them
    apart.
    """
    plain = {s.settlement_id: (name_settlement(s, language), s.hromada) for s in dataset.settlements}
    depots = {DEPOT_PREFIX + depot.depot_id: depot.name for depot in dataset.scenario.depots}
    return tell_apart(plain, language) | depots


def tell_apart(plain: Mapping[str, tuple[str, str]], language: Language) -> dict[str, str]:
    """Name settlements, known by name and hromada, so that no two of those that are given are mixed up."""
    spelt = {key: (name, spell_name(hromada, language)) for key, (name, hromada) in plain.items()}
    names = Counter(name for name, _ in spelt.values())
    pairs = Counter(spelt.values())
    found = {}
    for key, (name, hromada) in spelt.items():
        if names[name] == 1:
            found[key] = name
        elif hromada and pairs[name, hromada] == 1:
            found[key] = Text(NAME_IN_HROMADA, {"name": name, "hromada": hromada}).render(language)
        else:
            found[key] = Text(NAME_WITH_ID, {"name": name, "id": key}).render(language)
    return found
