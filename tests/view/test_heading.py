"""What stands above and below every report."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from made import Made

from bibliobus.domain.roads import NoRoads
from bibliobus.domain.scenario import Weights
from bibliobus.view.heading import WEIGHTS, list_sources, write_period, write_title

if TYPE_CHECKING:
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan
    from bibliobus.words.language import Language


def test_the_title_names_the_area_and_the_period_both_ends(plan: Plan, dataset: Dataset, english: Language) -> None:
    title, period = write_title(dataset, english), write_period(plan, english)

    assert title == "Small land: timetable of the mobile library"
    assert period == "First cycle: March 2, 2026 to March 15, 2026"


def test_the_notice_comes_first_and_then_that_distances_are_estimates(
    plan: Plan, dataset: Dataset, english: Language
) -> None:
    warnings = Made(plan, dataset, language=english).view().warnings

    assert warnings == (
        "This is an example.",
        "Distances and driving times are an estimate: they were not measured on real roads.",
    )


def test_there_is_no_warning_where_there_is_nothing_to_warn_of(plan: Plan, dataset: Dataset, english: Language) -> None:
    quiet = replace(dataset, scenario=replace(dataset.scenario, notice_uk="", notice_en=""))

    warnings = Made(replace(plan, estimated=False), quiet, language=english).view().warnings

    assert warnings == ()


def test_sources_name_data_and_maker_and_leave_to_the_top_that_distances_are_estimates(
    plan: Plan, dataset: Dataset, english: Language
) -> None:
    rows = list_sources(plan, dataset, english)

    assert rows == (
        ("Please note", "This is an example."),
        ("Data", "GeoNames (CC BY 4.0)"),
        ("Date of the data", "2021"),
        ("Residents", "1 settlement has no known number of residents; a number set by the scenario was assumed."),
        ("Source of the libraries", "assumed for the test"),
        ("Source of the roads", "estimate"),
        ("Made with", "bibliobus 0.1.0"),
        ("Solver", "ortools"),
        ("Seed of the search", 7),
        ("Steps of the search", 300),
        (
            "What is known about the plan",
            "a plan that keeps all rules; by proof, no plan is better by more than 22% of what can be decided at all "
            "(those whom no plan can serve are left out of it)",
        ),
        ("What ended the search", "the budget of the search"),
        ("Cost in minutes of paid time, including those left out", 1234.56),
        ("Proved lower bound of the cost", 1000.0),
        ("Weight: one bus day", 120.0),
        ("Weight: one paid hour on the road", 60.0),
        ("Weight: one kilometre", 1.0),
        ("Weight: one resident, weighted by distance, at one visit", 1.0),
        ("Digest of scenario.toml", "sha256:bb"),
        ("Digest of settlements.csv", "sha256:aa"),
    )


def test_what_is_not_known_has_no_row(plan: Plan, dataset: Dataset, english: Language) -> None:
    bare = replace(
        dataset,
        scenario=replace(dataset.scenario, notice_uk="", notice_en="", attribution="", data_date=""),
        settlements=tuple(replace(settlement, population=10) for settlement in dataset.settlements),
        libraries=(),
        roads=NoRoads(),
    )
    measured = replace(plan, estimated=False, provenance=replace(plan.provenance, bound=None))

    rows = list_sources(measured, bare, english)

    assert rows[0] == (
        "Distances and times",
        "Distances and driving times follow the roads given; driving times are computed, not measured.",
    )
    assert rows[1][0] == "Made with"
    assert "Proved lower bound of the cost" not in dict(rows)


def test_codes_of_an_unknown_solver_are_shown_as_they_are(plan: Plan, dataset: Dataset, english: Language) -> None:
    strange = replace(plan.provenance, status="magic", ended_by="boredom", weights={"luck": 1.0})

    rows = dict(list_sources(replace(plan, provenance=strange), dataset, english))

    assert rows["What is known about the plan"] == "magic"
    assert rows["What ended the search"] == "boredom"
    assert rows["luck"] == 1.0


def test_every_ending_has_its_words(plan: Plan, dataset: Dataset, english: Language) -> None:
    codes = {"proof": "optimal", "limit": "feasible", "interrupt": "feasible"}

    words = [
        dict(
            list_sources(
                replace(plan, provenance=replace(plan.provenance, ended_by=end, status=status)), dataset, english
            )
        )
        for end, status in codes.items()
    ]

    assert [found["What ended the search"] for found in words] == [
        "the proof that no better plan exists",
        "the time limit",
        "an interruption by the user",
    ]
    assert words[0]["What is known about the plan"] == "proved to be the best plan under these rules"


def test_every_weight_has_words() -> None:
    assert {field.name for field in fields(Weights)} == set(WEIGHTS)
