"""Tests of `bibliobus.maps.cards`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from plans import tiny_dataset, tiny_plan

from bibliobus.domain.places import Library
from bibliobus.inputs.dataset import Dataset
from bibliobus.language import Language
from bibliobus.maps.cards import rank_labels, write_cards
from bibliobus.maps.places import list_places
from bibliobus.maps.tours import find_layers


def test_the_card_of_a_served_settlement_lists_its_calls_by_week() -> None:
    card = _cards(tiny_dataset())[1]

    assert (card["name"], card["sub"]) == ("Andriivka", "Містецька · Тестовий")
    assert card["lines"] == ["1,600 residents", "The bus comes every week."]
    assert card["rows"] == [
        ["1", "Monday", "March 2, 2026", "09:20–10:20", "1\u00a0h\u00a000\u00a0min", "Бібліобус 1"],
        ["2", "Monday", "March 9, 2026", "10:05–11:05", "1\u00a0h\u00a000\u00a0min", "Бібліобус 1"],
    ]


def test_the_card_of_a_fortnightly_stop_says_so() -> None:
    card = _cards(tiny_dataset())[2]

    assert card["lines"][1] == "The bus comes every 2 weeks."


def test_the_card_of_a_settlement_with_a_library_names_it_and_its_source() -> None:
    card = _cards(tiny_dataset())[0]

    assert card["lines"] == ["20,000 residents", "Library here: Центральна бібліотека.", "Source: an assumption"]
    assert card["rows"] == []


def test_the_card_of_a_settlement_near_a_library_says_how_far_it_is() -> None:
    card = _cards(tiny_dataset())[5]

    assert card["lines"][1] == "No bus needed. Nearest library: Центральна бібліотека, 2.0\u00a0km by road."


def test_the_card_of_an_unserved_settlement_says_why() -> None:
    cards = _cards(tiny_dataset())

    assert cards[6]["lines"][1].startswith("Not served. It gave way to others: ")
    assert cards[7]["lines"][1] == "Not served. No road leads there from a depot and back for any suitable bus."


def test_the_card_of_a_depot_says_what_it_is() -> None:
    card = _cards(tiny_dataset())[8]

    assert (card["name"], card["sub"]) == ("Гараж бібліотеки", "Depot: the bus starts and ends here")
    assert card["rank"] == -1


def test_the_card_of_a_library_with_a_position_of_its_own_says_where_that_comes_from() -> None:
    library = Library("l1", "Філія", "", 48.71, 37.51, "a register")

    card = _cards(replace(tiny_dataset(), libraries=(library,)))[8]

    assert (card["name"], card["sub"], card["lines"]) == ("Філія", "Library", ["Source: a register"])


def test_a_library_without_a_source_has_no_line_for_it() -> None:
    library = replace(tiny_dataset().libraries[0], source="")

    card = _cards(replace(tiny_dataset(), libraries=(library,)))[0]

    assert card["lines"] == ["20,000 residents", "Library here: Центральна бібліотека."]


def test_labels_are_ranked_by_library_then_by_residents() -> None:
    places = list_places(tiny_plan(), tiny_dataset())

    ranks = rank_labels(places)

    assert sorted(ranks, key=lambda index: ranks[index]) == [0, 1, 5, 4, 2, 3, 6, 7]


def _cards(dataset: Dataset) -> list[dict[str, Any]]:
    """Cards of the tiny plan in English."""
    plan = tiny_plan()
    return write_cards(plan, dataset, list_places(plan, dataset), find_layers(plan, dataset), Language("en"))
