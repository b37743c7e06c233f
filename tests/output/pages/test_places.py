"""Tests of `bibliobus.output.pages.shown`."""

from __future__ import annotations

from dataclasses import replace

from plans import tiny_atlas, tiny_dataset

from bibliobus.domain.places import Library
from bibliobus.view.style import Symbol


def test_every_settlement_and_depot_has_a_place_with_the_symbol_of_its_standing() -> None:
    places = tiny_atlas().places

    assert [(place.place_id, place.symbol) for place in places] == [
        ("s1", Symbol.LIBRARY),
        ("s2", Symbol.SERVED),
        ("s3", Symbol.SERVED),
        ("s4", Symbol.SERVED),
        ("s5", Symbol.SERVED),
        ("s6", Symbol.NOT_NEEDED),
        ("s7", Symbol.SACRIFICED),
        ("s8", Symbol.IMPOSSIBLE),
        ("depot/main", Symbol.DEPOT),
    ]
    assert [place.index for place in places] == list(range(len(places)))


def test_a_library_with_a_position_of_its_own_is_a_place_of_its_own() -> None:
    dataset = replace(tiny_dataset(), libraries=(Library("l1", "Бібліотека", "s1", 48.71, 37.51, ""),))

    places = tiny_atlas(dataset=dataset).places

    assert places[0].symbol is Symbol.NOT_NEEDED
    assert (places[8].place_id, places[8].symbol) == ("library/l1", Symbol.LIBRARY)
    assert [place.index for place in places] == list(range(10))


def test_a_settlement_that_is_served_keeps_its_symbol_beside_a_library() -> None:
    dataset = replace(tiny_dataset(), libraries=(Library("l1", "Бібліотека", "s2", None, None, ""),))

    places = tiny_atlas(dataset=dataset).places

    assert places[1].symbol is Symbol.SERVED
    assert [library.place_id for library in places[1].libraries] == ["library/l1"]
