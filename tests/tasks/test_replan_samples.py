"""A bus is sold in the sample with four buses: the others take its visits over."""

from __future__ import annotations

import re

import pytest

from bibliobus.inputs.files import SCENARIO_FILE, InputFile
from bibliobus.plan.compare.compare import Difference
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.areas import open_area
from bibliobus.tasks.dated import verify_whole
from bibliobus.tasks.plan import make_plan
from bibliobus.tasks.reopen import OpenPlan
from bibliobus.tasks.replan import replan
from bibliobus.tasks.replanned import ReplanOrder
from bibliobus.tasks.start import open_sample

FEW = SearchOptions(seed=1, iterations=5)
SOLD = "bus-2"


def sell(inputs, bus_id):
    """The files of an area without one of its buses."""
    text, found = re.subn(
        rf'\[\[buses\]\]\nid = "{bus_id}"\n(?:.+\n)+\n', "", inputs.files[SCENARIO_FILE].content.decode("utf-8")
    )
    assert found == 1
    return inputs.with_scenario(InputFile(SCENARIO_FILE, text.encode()))


@pytest.mark.slow
def test_of_a_sold_bus_most_visits_are_made_by_the_others_and_nobody_is_put_in_who_was_never_announced():
    with open_sample("donetsk") as folder:
        ready = open_area(folder)
    plan = make_plan(ready.prepared, options=FEW)
    announced = [call.settlement_id for tour in plan.tours for call in tour.calls]
    sold = [call.settlement_id for tour in plan.tours if tour.bus_id == SOLD for call in tour.calls]

    replanned = replan(OpenPlan(plan, ready), sell(ready.inputs, SOLD), ReplanOrder(), options=FEW)

    # Its own visits are lost for at most a quarter of the residents, those of all buses together for at most a third.
    people = {account.settlement_id: account.population for account in plan.accounts}
    lost = [
        place.settlement_id
        for place in replanned.compared.comparison.places
        for visit in place.visits
        if visit.kind is Difference.LOST
    ]
    concerned = sum(people[key] for key in sold)
    assert len(sold) > 50
    assert 0 < sum(people[key] for key in lost if key in set(sold)) <= concerned / 4
    assert sum(people[key] for key in lost) <= concerned / 3
    calls = [(tour.bus_id, call.settlement_id) for tour in replanned.plan.tours for call in tour.calls]
    assert {key for _, key in calls} <= set(announced)
    assert len(announced) - len(calls) == len(lost) < len(sold)
    assert SOLD not in {bus for bus, _ in calls}
    assert verify_whole(replanned.plan, replanned.prepared).findings == ()
    assert replanned.broken == sum(tour.bus_id == SOLD for tour in plan.tours)
