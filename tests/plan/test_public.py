"""Tests of `bibliobus.plan.public`."""

from __future__ import annotations

from plans import tiny_dataset, tiny_plan

from bibliobus.plan.plan import Standing
from bibliobus.plan.public import keep_public


def test_calls_keep_their_times_and_lose_drives_breaks_and_bus() -> None:
    plan, _ = keep_public(tiny_plan(), tiny_dataset())

    assert [(tour.bus_id, tour.day) for tour in plan.tours] == [("bus", 0), ("bus", 2), ("bus", 7)]
    assert [tour.rows for tour in plan.tours] == [tour.calls for tour in tiny_plan().tours]


def test_only_served_settlements_stay_without_numbers_about_them() -> None:
    plan, dataset = keep_public(tiny_plan(), tiny_dataset())

    assert [account.settlement_id for account in plan.accounts] == ["s2", "s3", "s4", "s5"]
    assert {account.standing for account in plan.accounts} == {Standing.SERVED}
    assert {(account.population, account.need, account.library_id) for account in plan.accounts} == {(0, 0, "")}
    assert [settlement.population for settlement in dataset.settlements] == [None] * 4


def test_depots_libraries_roads_changes_figures_and_origin_are_gone() -> None:
    plan, dataset = keep_public(tiny_plan(), tiny_dataset())

    told = repr((plan, dataset))

    for secret in ("Гараж", "Центральна бібліотека", "asphalt", "Бібліобус", "ab" * 32, "s7", "s8"):
        assert secret in repr((tiny_plan(), tiny_dataset()))
        assert secret not in told
    assert plan.figures == {}
