"""Names of the area and its places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bibliobus.plan.names import name_area, name_district, name_places, name_settlement

if TYPE_CHECKING:
    from bibliobus.inputs.dataset import Dataset
    from bibliobus.language import Language


def test_places_have_their_names_in_the_language_of_the_reader(
    dataset: Dataset, english: Language, ukrainian: Language
) -> None:
    names = name_places(dataset, english), name_places(dataset, ukrainian)

    assert [found["hanna"] for found in names] == ["Hannivka", "Ганнівка"]
    assert [found["yizhak"] for found in names] == ["Їжаківка", "Їжаківка"]
    assert [found["depot/base"] for found in names] == ["Central library", "Central library"]
    assert name_area(dataset, english) == "Small land"
    assert name_area(dataset, ukrainian) == "Мала земля"
    assert name_settlement(dataset.settlements[0], english) == "Ganok"


def test_homonyms_are_told_apart_by_their_hromada(dataset: Dataset, english: Language) -> None:
    names = name_places(dataset, english)

    assert names["ivan-near"] == "Ivanivka (Мала)"
    assert names["ivan-far"] == "Ivanivka (Далека)"


def test_homonyms_in_one_hromada_are_told_apart_by_their_id(dataset: Dataset, english: Language) -> None:
    settlements = tuple(replace(settlement, hromada="") for settlement in dataset.settlements)

    names = name_places(replace(dataset, settlements=settlements), english)

    assert names["ivan-near"] == "Ivanivka (ivan-near)"
    assert names["ivan-far"] == "Ivanivka (ivan-far)"


@pytest.mark.parametrize(
    ("hromada", "raion", "uk", "en"),
    [
        (
            "Лиманська",
            "Краматорський",
            "Лиманська громада, Краматорський район",
            "Lymanska hromada, Kramatorskyi raion",
        ),
        ("Лиманська громада", "Краматорський район", "Лиманська громада, Краматорський район", None),
        ("Лиманська ТГ", "", "Лиманська ТГ", "Лиманська ТГ"),
        ("", "Краматорський", "Краматорський район", "Kramatorskyi raion"),
        ("", "", "", ""),
    ],
)
def test_a_place_is_told_with_the_nouns_of_its_hromada_and_raion(
    hromada: str, raion: str, uk: str, en: str | None, english: Language, ukrainian: Language
) -> None:
    assert name_district(hromada, raion, ukrainian) == uk
    assert name_district(hromada, raion, english) == (uk if en is None else en)
