"""Names in Latin letters by the official table, and what all tables have in common."""

from __future__ import annotations

import pytest

from bibliobus.inputs.gazetteers.katottg import fold_cyrillic, fold_latin, transliterate


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        # Examples of the resolution itself (No. 55 of 2010).
        ("Алушта", "Alushta"),
        ("Розгон", "Rozghon"),
        ("Згорани", "Zghorany"),
        ("Єнакієве", "Yenakiieve"),
        ("Їжакевич", "Yizhakevych"),
        ("Кадиївка", "Kadyivka"),
        ("Йосипівка", "Yosypivka"),
        ("Стрий", "Stryi"),
        ("Олексій", "Oleksii"),
        ("Щербухи", "Shcherbukhy"),
        ("Юрій", "Yurii"),
        ("Крюківка", "Kriukivka"),
        ("Яготин", "Yahotyn"),
        ("Знам’янка", "Znamianka"),
        ("Русь", "Rus"),
        ("Ґалаґан", "Galagan"),
        # Every word begins anew, capitals stay.
        ("Олексієво-Дружківка", "Oleksiievo-Druzhkivka"),
        ("Нове Життя", "Nove Zhyttia"),
        ("СЕЛО", "SELO"),
    ],
)
def test_names_are_written_by_the_official_table(name, latin):
    assert transliterate(name) == latin


@pytest.mark.parametrize("latin", ["Oleksiievo-Druzhkivka", "Oleksiyevo-Druzhkivka", "OLEKSIJEVO DRUŽKIVKA"])
def test_ways_of_writing_latin_names_fold_to_nearly_the_same(latin):
    folded = fold_latin(latin).replace("zh", "z")

    assert folded == "oleksievodruzkivka"


def test_cyrillic_names_lose_marks_but_not_letters():
    assert fold_cyrillic("Дуванко́й") == "дуванкой"
    assert fold_cyrillic("Новий Буг") == "новийбуг"
    assert fold_cyrillic("М’яке-2") == fold_cyrillic("М'ЯКЕ 2") == "мяке2"
    assert fold_cyrillic("Їжак") != fold_cyrillic("Іжак")
