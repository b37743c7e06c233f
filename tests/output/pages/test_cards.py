"""Tests of `bibliobus.output.pages.tables`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from plans import tiny_atlas, tiny_dataset, tiny_plan

from bibliobus.domain.audience import Audience
from bibliobus.domain.places import Library
from bibliobus.inputs.area import Dataset
from bibliobus.output.pages.tables import rank_labels, write_cards
from bibliobus.plan.plan import Reason


def test_the_card_of_a_served_settlement_lists_the_next_six_visits() -> None:
    card = _cards(tiny_dataset())[1]

    assert (card["id"], card["name"], card["sub"]) == ("s2", "Andriivka", "Mistetska hromada, Testovyi raion")
    assert card["lines"] == ["1,600 residents", "The bus comes every week."]
    assert card["rows"][:2] == [
        ["Monday", "March 2, 2026", "09:20–10:20", "1\u00a0h\u00a000\u00a0min", "Бібліобус 1"],
        ["Monday", "March 9, 2026", "10:05–11:05", "1\u00a0h\u00a000\u00a0min", "Бібліобус 1"],
    ]
    assert [row[1] for row in card["rows"][2:]] == [
        f"{month}, 2026" for month in ("March 16", "March 23", "March 30", "April 6")
    ]


def test_a_screen_reader_hears_when_the_bus_comes_or_why_not() -> None:
    cards = _cards(tiny_dataset())

    assert cards[1]["say"] == "Monday 09:20–10:20, Monday 10:05–11:05"
    assert cards[6]["say"] == "Not served: no time left"


def test_the_card_for_the_public_tells_nothing_but_the_visits() -> None:
    cards = write_cards(tiny_atlas(Audience.PUBLIC))

    assert [card["id"] for card in cards] == ["s2", "s3", "s4", "s5"]
    assert cards[0]["lines"] == ["The bus comes every week."]
    assert {row[4] for card in cards for row in card["rows"]} == {""}


def test_settlements_of_other_hromadas_are_far_and_their_names_come_last() -> None:
    dataset = tiny_dataset()
    moved = tuple(replace(s, hromada="Інша") if s.settlement_id == "s1" else s for s in dataset.settlements)

    cards = write_cards(tiny_atlas(hromada="Містецька", dataset=replace(dataset, settlements=moved)))

    assert [card["id"] for card in cards if card["far"]] == ["s1"]
    assert max(cards, key=lambda card: card["rank"])["id"] == "s1"


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


def test_only_the_public_is_not_told_who_would_have_to_go() -> None:
    values = {"day": 2, "needed": 32400, "limit": 28800, "bus": "Бібліобус 1", "more_work": 3000, "more_length": 9000}
    gone = {"instead": "s4", "instead_day": 7, "instead_people": 300}
    reason = Reason("day-full", False, values | gone)
    plan = tiny_plan()
    accounts = tuple(replace(one, reason=reason) if one.settlement_id == "s7" else one for one in plan.accounts)
    plan = replace(plan, accounts=accounts)

    cards = write_cards(tiny_atlas(Audience.COUNCIL, plan=plan))
    assert cards[6]["lines"][2:] == [
        "The best place for it is with Бібліобус 1 from Wednesday, week 1: 50\xa0min more work and 9.0\xa0km more "
        "driving in the cycle.",
        "It would fit in on Monday, week 2 if “Ivanivka” (300 residents) were left out instead.",
    ]
    assert not [card for card in write_cards(tiny_atlas(Audience.PUBLIC, plan=plan)) if "instead" in str(card)]


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
    places = tiny_atlas().places

    ranks = rank_labels(places)

    assert sorted(ranks, key=lambda index: ranks[index]) == [0, 1, 5, 4, 2, 3, 6, 7]


def _cards(dataset: Dataset) -> list[dict[str, Any]]:
    """Cards of the tiny plan in English."""
    return write_cards(tiny_atlas(dataset=dataset))
