"""Answers to the clauses, from an area one can add up by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pytest
from made import Made
from worlds import TOWN, build_dataset, build_library, build_road, build_scenario, build_village

from bibliobus.domain.audience import Audience
from bibliobus.domain.fleet import Rates
from bibliobus.domain.norms import Norm, NormRule
from bibliobus.domain.places import Request, Wish
from bibliobus.inputs.norms import read_clause_set
from bibliobus.model.area import prepare_area
from bibliobus.plan.answers import Reported, answer_requests, list_remote
from bibliobus.plan.cautions import tell_cautions
from bibliobus.plan.compare.compare import compare_plans
from bibliobus.plan.measure.coverage import judge_norm, measure_access, measure_coverage
from bibliobus.plan.measure.figures import measure_expense
from bibliobus.tasks.plan import make_plan
from bibliobus.view.reports.council import TITLES, answer_clauses, tell_document
from bibliobus.view.reports.council_tables import lay_out_tables, list_report
from bibliobus.words.language import Language

NORM = Norm(
    "mine",
    "Моя норма",
    "My norm",
    "made up for tests",
    date(2026, 1, 1),
    (
        NormRule("near", "library_or_bus", "Усім.", "For all.", "test", verified=True, limits={"library_km": 3}),
        NormRule("old", "library_or_bus", "Невідомо.", "Unknown.", "nobody saw it", verified=False),
    ),
)


@dataclass(frozen=True)
class Told:
    """What was computed for a report, and its plan and area."""

    reported: Reported
    made: Made

    def view(self, code="en"):
        """The plan as a council sees it."""
        return replace(self.made, language=Language(code)).view(Audience.COUNCIL)

    def change(self, **computed):
        """The same with something else computed."""
        return replace(self, reported=replace(self.reported, **computed))


def build_reported(money=None, requests=()):
    """The town of 0 people with a library, 100 people served 12 km away, 100 who cannot be served 400 km away."""
    scenario = build_scenario(money=money or Rates())
    roads = [build_road(TOWN, "near", 12), build_road(TOWN, "far", 400)]
    villages = [build_village("near"), build_village("far")]
    dataset = replace(build_dataset(villages, roads, scenario=scenario), requests=tuple(requests))
    prepared = prepare_area(dataset)
    plan = make_plan(prepared)
    access = measure_access(plan, prepared)
    reported = Reported(
        access=access,
        coverage=measure_coverage(access, weeks=1, share_open=float(plan.figures["share_open"])),
        norms=((NORM, judge_norm(NORM, access)),),
        expense=measure_expense(plan, scenario.money, 1),
        money=scenario.money,
        library_radius_m=scenario.rules.library_radius_m,
        document=scenario.report_clauses,
        answers=answer_requests(plan, dataset.requests),
    )
    return Told(reported, Made(plan, dataset))


@pytest.fixture(scope="module")
def reported():
    """The area without prices and requests."""
    return build_reported()


def tell(reported, name, code="en"):
    """Sentences of one clause, with plain blanks."""
    clauses = {clause.name: clause for clause in answer_clauses(reported.reported, reported.view(code))}
    return [sentence.replace("\xa0", " ") for sentence in clauses[name].sentences]


def test_access_is_told_to_the_person_and_the_broken_rule_named(reported):
    sentences = tell(reported, "access")

    assert sentences[0] == (
        "Residents in all: 200. With a library nearby, within 3.0 km by road: 0 (0%). "
        "The bus comes to 100 more (50%). Neither library nor bus: 100 (50%)."
    )
    assert sentences[-2:] == [
        "My norm: rules met: 0; not met: 1; cannot be measured here: 0; not verified and only shown: 1.",
        "Not met: “For all.”. It holds for 50%; 100% is required.",
    ]


def test_remote_villages_are_told_by_their_way_to_a_library(reported):
    assert tell(reported, "remote") == [
        "Without a library nearby: 2 settlements, 200 residents.",
        "Of these, the bus serves 1 settlement, 100 residents (50% of these residents).",
        "Farther than 10.0 km from every library: 200 residents; the bus comes to 100 of them.",
        "Left without either: 1 settlement, 100 residents; the farthest from a library is Село far, 400.0 km.",
        "Left out for want of time: 0. Cannot be served under the rules, proved: 1.",
    ]
    assert [one.settlement_id for one in list_remote(reported.reported.access)] == ["far", "near"]


def test_where_no_library_is_listed_no_way_to_one_is_told(reported):
    bare = replace(reported.made.dataset, libraries=())
    prepared = prepare_area(bare)
    plan = make_plan(prepared)

    changed = replace(reported, made=Made(plan, bare)).change(access=measure_access(plan, prepared))
    told = tell(changed, "remote")

    assert "Left without either: 2 settlements, 100 residents." in told
    assert [sentence for sentence in told if "No road" in sentence or "Farther" in sentence] == []
    assert any("No library is listed" in text for text in tell_cautions(plan, bare, Language("en")))
    assert tell_cautions(reported.made.plan, reported.made.dataset, Language("en")) == ()


def test_an_area_with_libraries_everywhere_needs_no_more_words(reported):
    prepared = prepare_area(
        build_dataset([build_village("near")], [build_road(TOWN, "near", 12)], libraries=[build_library("near")])
    )
    plan = make_plan(prepared)

    assert tell(reported.change(access=measure_access(plan, prepared)), "remote") == [
        "Every settlement has a library near."
    ]


def test_without_prices_nobody_learns_a_cost(reported):
    assert tell(reported, "network") == [
        "Libraries: 1. Buses: 1.",
        "In an average week: 1 bus days, 24.0 km driven, 1 h 00 min of paid time for the crews.",
        "The cost is not known: the scenario gives no prices (table [money]).",
        "The plan serves 50% of the need (residents weighted by their way to a library).",
        "What is known about the plan: proved to be the best plan under these rules.",
    ]


def test_the_cost_is_that_of_the_prices():
    reported = build_reported(Rates(bus_month=500.0, currency="UAH"))

    assert tell(reported, "network")[2:4] == [
        "By the prices in the scenario it costs 500 UAH in an average month.",
        "That is 5 UAH a month for every resident the bus comes to.",
    ]
    assert "The prices are the planner's own numbers." in tell(reported, "unverified")


def test_made_up_prices_are_called_so_wherever_money_or_fuel_is_told():
    reported = build_reported(Rates(fuel_l_per_100km=16.0, bus_month=500.0, assumed=True))
    made_up = (
        "The prices and the fuel consumption are made up for an example: the figures for fuel and money are not real."
    )

    assert made_up in tell(reported, "network")[:3]
    assert made_up in tell(reported, "unverified")
    assert "The prices are the planner's own numbers." not in tell(reported, "unverified")
    assert list_report(reported.reported, ())["expense"]["prices_assumed"] is True
    assert not any("price" in one for one in tell(build_reported(Rates(assumed=True)), "unverified"))


@pytest.mark.parametrize("code", ["uk", "en"])
def test_a_report_names_no_document_that_the_scenario_did_not_choose(reported, code):
    language = Language(code)
    answered, view = reported.change(document="kramatorsk_2017").reported, reported.view(code)

    neutral = [clause.title for clause in answer_clauses(reported.reported, view)]
    chosen = [clause.title for clause in answer_clauses(answered, view)]

    document = read_clause_set("kramatorsk_2017")
    title = language.choose(uk=document.title_uk, en=document.title_en)
    assert title in tell_document(answered, language)
    assert [word for word in ("Kramatorsk", "Краматорськ") if word in tell_document(reported.reported, language)] == []
    asked = [language.choose(uk=uk, en=en) for uk, en in document.sections.values()]
    assert [title for title in chosen if title in asked] == asked
    assert not set(asked) & set(neutral)
    assert neutral == [language.gettext(title) for title in TITLES.values()]
    assert document.sections.keys() < TITLES.keys()


def test_unpaved_kilometres_are_told_where_they_are_known(reported):
    assert not any("unpaved" in sentence for sentence in tell(reported, "network"))
    rough = reported.change(expense=replace(reported.reported.expense, unpaved_week_m=9_000))

    assert tell(rough, "network")[2] == "Of these on roads known to be unpaved: 9.0 km."


def test_requests_are_counted_by_their_answer():
    asked = (
        Request("r1", "near", Wish.VISIT, signatures=30),
        Request("r2", "far", Wish.VISIT),
        Request("r3", "far", Wish.OTHER, note="<b>books</b>"),
    )
    reported = build_reported(requests=asked)

    assert tell(reported, "requests") == [
        "Residents handed in 3 requests with 32 signatures.",
        "Met: 1. Met in part: 0. Not met: 1. For people to answer: 1.",
    ]
    tables = {table.section: table for table in lay_out_tables(reported.reported, reported.view())}
    rows = tables["requests"].rows
    assert [row[1] for row in rows] == ["that the bus comes", "that the bus comes", "<b>books</b>"]
    assert [row[4] for row in rows] == ["met", "not met", "for people to answer"]
    assert [one["verdict"] for one in list_report(reported.reported, ())["requests"]] == ["met", "not_met", "by_people"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "requests",
            "It is not known whether residents asked for anything: the area has no table of requests (requests.csv).",
        ),
        ("promises", "It is not known whether earlier promises were kept: no earlier plan was given (--before)."),
        ("monitoring", "It is not known what was really done: no log of visits was given (--log)."),
    ],
)
def test_what_was_not_given_is_said_so(reported, name, sentence):
    assert tell(reported, name) == [sentence]


def test_a_plan_like_the_one_before_keeps_every_promise(reported):
    same = reported.change(comparison=compare_plans(reported.made.plan, reported.made.plan))

    assert tell(same, "promises")[0] == "Nothing changes for anybody."


def test_what_nobody_checked_stands_there(reported):
    sentences = tell(reported, "unverified")

    assert "It was not checked that these libraries are open: made up for tests" in sentences
    assert "Rule not verified, only shown: “Unknown.” (nobody saw it)" in sentences
    first, *others = reported.made.dataset.settlements
    dataset = replace(reported.made.dataset, settlements=(replace(first, population=None), *others))
    assumed = replace(reported, made=replace(reported.made, dataset=dataset))
    assert "Residents are assumed, not counted, in 1 settlement." in tell(assumed, "unverified")


def test_every_clause_is_answered_in_both_languages(reported):
    for code in ("uk", "en"):
        clauses = answer_clauses(reported.reported, reported.view(code))

        assert [clause.name for clause in clauses] == [
            "access",
            "remote",
            "network",
            "requests",
            "promises",
            "monitoring",
            "unverified",
        ]
        assert all(clause.sentences for clause in clauses)
