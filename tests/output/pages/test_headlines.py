"""Tests of `bibliobus.output.pages.tables`."""

from __future__ import annotations

from dataclasses import replace

from plans import tiny_atlas, tiny_dataset, tiny_plan

from bibliobus.output.pages.tables import write_headlines


def test_the_council_reads_how_many_how_often_and_how_long() -> None:
    headlines = [(one.value, one.label) for one in write_headlines(tiny_atlas())]

    assert headlines == [
        ("4 of 6", "settlements that need the bus are served"),
        ("94%", "of the people without a library near are served: 3,060 of 3,260"),
        ("5", "visits in 2 weeks"),
        ("3\u00a0h\u00a045\u00a0min", "open to readers in that time"),
    ]


def test_where_a_hromada_is_in_front_only_its_settlements_count() -> None:
    dataset = tiny_dataset()
    moved = tuple(replace(s, hromada="Інша") if s.settlement_id in {"s5", "s7"} else s for s in dataset.settlements)

    headlines = write_headlines(tiny_atlas(hromada="Інша", dataset=replace(dataset, settlements=moved)))

    assert [one.value for one in headlines] == ["1 of 2", "86%", "1", "45\u00a0min"]


def test_where_nobody_needs_the_bus_everybody_is_served() -> None:
    plan = tiny_plan()
    near = tuple(replace(account, standing=plan.accounts[0].standing) for account in plan.accounts)

    headlines = write_headlines(tiny_atlas(plan=replace(plan, accounts=near, tours=())))

    assert [one.value for one in headlines[:2]] == ["0 of 0", "100%"]
