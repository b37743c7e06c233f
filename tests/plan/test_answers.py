"""An answer for every request, from plans one can read at a glance."""

from __future__ import annotations

from dataclasses import replace

import pytest
from worlds import TOWN, build_dataset, build_road, build_scenario, build_village, build_weights

from bibliobus.domain.places import Request, Wish
from bibliobus.model.area import prepare_area
from bibliobus.plan.answers import RequestVerdict, answer_requests
from bibliobus.tasks.plan import make_plan
from bibliobus.words.language import HOUR_S, MINUTE_S, Language

ENGLISH = Language("en")


@pytest.fixture(scope="module")
def plan():
    """A week in which the bus goes to `near` on Monday for half an hour; `far` cannot be reached in a day."""
    roads = [build_road(TOWN, "near", 10), build_road(TOWN, "far", 400)]
    dataset = build_dataset([build_village("near"), build_village("far")], roads)
    return make_plan(prepare_area(dataset))


def answer(plan, **wish):
    """Verdict and English reason for one request."""
    (made,) = answer_requests(plan, [replace(Request("r", "near", Wish.VISIT), **wish)])
    return made.verdict, made.reason.render(ENGLISH)


def test_a_visit_that_is_planned_is_met(plan):
    assert answer(plan) == (RequestVerdict.MET, "The bus comes every week.")


def test_who_is_not_served_reads_the_reason_of_the_plan(plan):
    verdict, reason = answer(plan, settlement_id="far", wish=Wish.LONGER, wanted=(HOUR_S,))

    assert verdict is RequestVerdict.NOT_MET
    assert reason.startswith("Even alone, no day keeps all rules at once")


def test_a_settlement_with_a_library_gets_no_bus(plan):
    assert answer(plan, settlement_id=TOWN) == (
        RequestVerdict.NOT_MET,
        "No bus is planned: a library stands in the settlement itself.",
    )


def test_a_settlement_the_plan_does_not_know_is_not_met(plan):
    assert answer(plan, settlement_id="gone") == (RequestVerdict.NOT_MET, "The plan does not know this settlement.")


@pytest.mark.parametrize(
    ("wish", "wanted", "verdict", "reason"),
    [
        (Wish.MORE_OFTEN, (1,), RequestVerdict.MET, "The bus comes every week; every week was requested."),
        (Wish.LONGER, (30 * MINUTE_S,), RequestVerdict.MET, "The shortest stay is 30 min; 30 min was requested."),
        (Wish.LONGER, (31 * MINUTE_S,), RequestVerdict.NOT_MET, "The shortest stay is 30 min; 31 min was requested."),
        (Wish.OTHER_DAY, (0, 2), RequestVerdict.MET, "The bus comes on Mon; Mon, Wed was requested."),
        (Wish.OTHER_DAY, (2,), RequestVerdict.NOT_MET, "The bus comes on Mon; Wed was requested."),
        (Wish.OTHER_TIME, (0, HOUR_S), RequestVerdict.NOT_MET, None),
        (Wish.OTHER_TIME, (0, 24 * HOUR_S), RequestVerdict.MET, None),
        (Wish.OTHER, (), RequestVerdict.BY_PEOPLE, "A plan cannot tell: people have to answer this one."),
    ],
)
def test_a_wish_is_held_against_every_visit(plan, wish, wanted, verdict, reason):
    found, words = answer(plan, wish=wish, wanted=wanted)

    assert found is verdict
    assert reason in (None, words.replace("\xa0", " "))


def test_a_fortnightly_bus_meets_half_of_a_weekly_wish():
    scenario = build_scenario(2)
    village = build_village("near", rhythm_weeks=2)
    plan = make_plan(prepare_area(build_dataset([village], [build_road(TOWN, "near", 10)], scenario=scenario)))

    verdict, reason = answer(plan, wish=Wish.MORE_OFTEN, wanted=(1,))

    assert verdict is RequestVerdict.PARTLY
    assert reason == "The bus comes every 2 weeks; every week was requested."


def build_rivals(signatures, people, weight=0.5):
    """Served of two villages, 8 hours of work for one of them only; the one called `asks` has signed."""
    villages = [build_village("asks"), build_village("other", population=people)]
    roads = [build_road(TOWN, "asks", 200), build_road(TOWN, "other", 200)]
    requests = (Request("r", "asks", Wish.VISIT, signatures=signatures),) if signatures else ()
    scenario = build_scenario(weights=build_weights(request=weight))
    dataset = replace(build_dataset(villages, roads, scenario=scenario), requests=requests)
    plan = make_plan(prepare_area(dataset))
    return [account.settlement_id for account in plan.accounts if account.standing == "served"]


def test_a_request_decides_between_villages_alike_and_not_against_ten_times_the_people():
    assert build_rivals(0, 101) == ["other"]
    assert build_rivals(5, 101) == ["asks"]
    assert build_rivals(5, 101, weight=0) == ["other"]
    assert build_rivals(100_000, 1000) == ["other"]
