"""The order of names."""

from __future__ import annotations

import ast
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bibliobus
from bibliobus.words.language import UKRAINIAN_ALPHABET, alphabet_key


def _mix(names: list[str]) -> list[str]:
    """Names in another order, the same at every run."""
    return random.Random(1).sample(names, len(names))


def test_the_alphabet_has_33_letters_in_the_right_places() -> None:
    letters = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"

    ordered = sorted(letters.upper(), key=alphabet_key)

    assert len(set(UKRAINIAN_ALPHABET)) == 33
    assert "".join(ordered).lower() == letters


def test_ukrainian_names_stand_in_the_order_of_a_dictionary() -> None:
    names = ["Ганнівка", "Ґанок", "Дружківка", "Елеватор", "Євгенівка", "Иржавець", "Іванівка", "Їжаківка", "Йосипівка"]

    ordered = sorted(_mix(names), key=alphabet_key)

    assert ordered == names


def test_words_come_before_longer_words_and_marks_do_not_count() -> None:
    names = ["Нове", "Нове Місто", "Нове-Поле", "Новий", "Прибуття", "П’ятигірське", "П'ять"]

    ordered = sorted(_mix(names), key=alphabet_key)

    assert ordered == ["Нове", "Нове Місто", "Нове-Поле", "Новий", "Прибуття", "П’ятигірське", "П'ять"]


def test_digits_and_latin_letters_come_before_cyrillic_ones_and_accents_do_not_count() -> None:
    names = ["1 Травня", "Elan", "Élan", "Elaz", "Straße", "ω", "Андріївка", "Ы"]

    ordered = sorted(_mix(names), key=alphabet_key)

    assert ordered == ["1 Травня", "ω", "Elan", "Élan", "Elaz", "Straße", "Андріївка", "Ы"]


@given(st.lists(st.text(max_size=8), max_size=8))
def test_every_text_has_a_place_and_the_order_does_not_depend_on_the_start(names: list[str]) -> None:
    mixed = _mix(names)

    ordered = sorted(mixed, key=alphabet_key)

    assert ordered == sorted(names, key=alphabet_key)


NAMES = re.compile(r"name|hromada|raion|oblast|source|title|label|WORDS|region")
"""What in a call of ``sorted`` tells that people read the names that are sorted."""

BY_MACHINE = {
    "inputs/changes.py": "keys of a file",
    "inputs/files.py": "names of files",
    "inputs/gazetteers/geonames.py": "names of files",
    "inputs/gazetteers/join.py": "numbers of GeoNames",
    "inputs/norms.py": "names of files, codes of countries",
    "libraries.py": "names of packages",
    "network/changes/names.py": "keys of names",
    "output/registry.py": "names of formats",
    "plan/verify/facts.py": "names of numbers",
    "solve/periodic/params.py": "numbers in their order",
    "tasks/history.py": "numbers of versions",
    "tasks/installed.py": "names of packages",
    "tasks/replan_papers.py": "names of files",
    "tasks/start.py": "names of files",
}
"""Modules that sort names which are no words of a language."""


def list_sorted_names() -> list[str]:
    """Every place where names are sorted and not by the alphabet."""
    package = Path(bibliobus.__file__).parent
    found = []
    for file in sorted(package.rglob("*.py")):
        text, module = file.read_text(encoding="utf-8"), file.relative_to(package).as_posix()
        for node in ast.walk(ast.parse(text)):
            called = node.func if isinstance(node, ast.Call) else None
            name = getattr(called, "id", getattr(called, "attr", ""))
            words = ast.get_source_segment(text, node) or "" if name in ("sorted", "sort") else ""
            if module not in BY_MACHINE and NAMES.search(words) and "alphabet_key" not in words:
                found.append(f"{module}: {words}")
    return found


@pytest.mark.upkeep
def test_names_that_people_read_are_sorted_by_the_alphabet_everywhere() -> None:
    assert list_sorted_names() == []


@pytest.mark.upkeep
def test_every_module_that_sorts_for_the_machine_is_there() -> None:
    package = Path(bibliobus.__file__).parent

    assert [module for module in BY_MACHINE if not (package / module).is_file()] == []
