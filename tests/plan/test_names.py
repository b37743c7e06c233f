"""Names of the area and its places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bibliobus.plan.names import name_area, name_district, name_places, name_settlement
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from bibliobus.inputs.area import Dataset


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

    assert names["ivan-near"] == "Ivanivka (Mala)"
    assert names["ivan-far"] == "Ivanivka (Daleka)"


def test_homonyms_in_one_hromada_are_told_apart_by_their_id(dataset: Dataset, english: Language) -> None:
    settlements = tuple(replace(settlement, hromada="") for settlement in dataset.settlements)

    names = name_places(replace(dataset, settlements=settlements), english)

    assert names["ivan-near"] == "Ivanivka (ivan-near)"
    assert names["ivan-far"] == "Ivanivka (ivan-far)"


@pytest.mark.parametrize(
    ("hromada", "raion", "ukrainian", "english"),
    [
        (
            "Великобагачанська",
            "Миргородський",
            "Великобагачанська громада, Миргородський район",
            "Velykobahachanska hromada, Myrhorodskyi raion",
        ),
        ("Лиманська громада", "Краматорський район", "Лиманська громада, Краматорський район", None),
        ("Бахмутська міська рада", "", "Бахмутська міська рада", None),
        ("Новодонецька", "", "Новодонецька громада", "Novodonetska hromada"),
        ("", "Бахмутський", "Бахмутський район", "Bakhmutskyi raion"),
        ("Oak", "Landkreis Rostock", "Oak, Landkreis Rostock", None),
        ("Łódzka", "", "Łódzka", None),
        ("", "", "", None),
    ],
)
def test_an_adjective_gets_its_noun_and_everything_else_stays(hromada, raion, ukrainian, english):
    assert name_district(hromada, raion, Language("uk")) == ukrainian
    assert name_district(hromada, raion, Language("en")) == (english or ukrainian)
