"""Names of the area and its places in the reader's language."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from bibliobus.inputs.transliteration import transliterate
from bibliobus.language import N_, Language
from bibliobus.network.places import DEPOT_PREFIX
from bibliobus.wording import Name, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.domain.places import Settlement
    from bibliobus.inputs.dataset import Dataset

NAME_IN_HROMADA: Final = N_("{name} ({hromada})")
NAME_WITH_ID: Final = N_("{name} ({id})")
HROMADA: Final = N_("{hromada} hromada")
RAION: Final = N_("{raion} raion")
HROMADA_WORDS: Final = ("громада", "hromada", " тг")
RAION_WORDS: Final = ("район", "raion")


def name_area(dataset: Dataset, language: Language) -> str:
    """
    Name the area.

    Parameters
    ----------
    dataset
        Checked inputs.
    language
        Language of the reader.

    Returns
    -------
    str
        Its title.
    """
    return language.choose(uk=dataset.scenario.title_uk, en=dataset.scenario.title_en)


def name_settlement(settlement: Settlement, language: Language) -> str:
    """
    Name a settlement.

    Parameters
    ----------
    settlement
        The settlement.
    language
        Language of the reader.

    Returns
    -------
    str
        Its name; other settlements may have the same.
    """
    return language.choose(uk=settlement.name_uk, en=settlement.name_latin)


def spell_places(dataset: Dataset) -> dict[str, Name]:
    """
    Name every place in every language, for sentences whose reader is not known yet.

    Parameters
    ----------
    dataset
        Checked inputs.

    Returns
    -------
    dict of str to Name
        As `name_places`.
    """
    uk, en = (name_places(dataset, Language(code)) for code in ("uk", "en"))
    return {place: Name(uk[place], en[place]) for place in uk}


def name_places(dataset: Dataset, language: Language) -> Mapping[str, str]:
    """
    Name every place so that no two settlements are mixed up.

    Parameters
    ----------
    dataset
        Checked inputs.
    language
        Language of the reader.

    Returns
    -------
    mapping of str to str
        Name by settlement id, and by ``depot/…``; a name that several settlements have is followed by the
        hromada, or by the id where the hromada does not tell them apart.
    """
    plain = {s.settlement_id: name_settlement(s, language) for s in dataset.settlements}
    hromadas = {settlement.settlement_id: settlement.hromada for settlement in dataset.settlements}
    names = Counter(plain.values())
    pairs = Counter((plain[key], hromadas[key]) for key in plain)
    found = {}
    for key, name in plain.items():
        if names[name] == 1:
            found[key] = name
        elif hromadas[key] and pairs[name, hromadas[key]] == 1:
            found[key] = Text(NAME_IN_HROMADA, {"name": name, "hromada": hromadas[key]}).render(language)
        else:
            found[key] = Text(NAME_WITH_ID, {"name": name, "id": key}).render(language)
    return found | {DEPOT_PREFIX + depot.depot_id: depot.name for depot in dataset.scenario.depots}


def name_hromada(hromada: str, language: Language) -> str:
    """
    Name a hromada so that a reader sees that it is one.

    Parameters
    ----------
    hromada
        Its name in the inputs, with or without a word for hromada behind it.
    language
        Language of the reader.

    Returns
    -------
    str
        Such as ``Лиманська громада`` or ``Lymanska hromada``.
    """
    if hromada.casefold().endswith(HROMADA_WORDS):
        return hromada
    return Text(HROMADA, {"hromada": Name(hromada, transliterate(hromada))}).render(language)


def name_district(hromada: str, raion: str, language: Language) -> str:
    """
    Name the hromada and the raion in which a place lies.

    Parameters
    ----------
    hromada
        Name of the hromada in the inputs; may be empty.
    raion
        Name of the raion in the inputs; may be empty.
    language
        Language of the reader.

    Returns
    -------
    str
        Such as ``Лиманська громада, Краматорський район``; empty if neither is known.
    """
    parts = [name_hromada(hromada, language)] if hromada else []
    if raion.casefold().endswith(RAION_WORDS):
        parts.append(raion)
    elif raion:
        parts.append(Text(RAION, {"raion": Name(raion, transliterate(raion))}).render(language))
    return ", ".join(parts)
