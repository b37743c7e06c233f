"""What stands above every report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bibliobus.view.heading import list_warnings, write_period, write_title

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
    warnings = list_warnings(plan, dataset, english)

    assert warnings == (
        "This is an example.",
        "Distances and driving times are an estimate: they were not measured on real roads.",
    )


def test_there_is_no_warning_where_there_is_nothing_to_warn_of(plan: Plan, dataset: Dataset, english: Language) -> None:
    quiet = replace(dataset, scenario=replace(dataset.scenario, notice_uk="", notice_en=""))

    warnings = list_warnings(replace(plan, estimated=False), quiet, english)

    assert warnings == ()
