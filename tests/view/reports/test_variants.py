"""A plan on one screen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from made import Made

from bibliobus.output.tables import format_text
from bibliobus.output.values import list_texts
from bibliobus.view.reports.variants import summarise_plan

if TYPE_CHECKING:
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan
    from bibliobus.view.tables import ReportTable
    from bibliobus.words.language import Language


def name_columns(table: ReportTable) -> tuple[str, ...]:
    """Headings of a table."""
    return tuple(column.label for column in table.columns)


def test_the_summary_says_what_it_is_and_warns_first(plan: Plan, dataset: Dataset, english: Language) -> None:
    summary = summarise_plan(Made(plan, dataset, language=english).view())

    assert summary.title == "Small land: timetable of the mobile library"
    assert summary.heads == ("First cycle: March 2, 2026 to March 15, 2026",)
    assert summary.told == (
        "This is an example.",
        "Distances and driving times are an estimate: they were not measured on real roads.",
    )


def test_the_summary_shows_each_tour_in_a_row(plan: Plan, dataset: Dataset, english: Language) -> None:
    week = summarise_plan(Made(plan, dataset, language=english).view()).tables[0]

    assert week.title == "Tours"
    assert name_columns(week) == ("Week", "Weekday", "Bus", "Leaves", "Stops in order", "Back", "Distance")
    space = "\N{NO-BREAK SPACE}"
    assert list_texts(week, english) == (
        ("1", "Monday", "Bus 1", "08:00", "Hannivka, Ganok, Ivanivka (Mala)", "13:45", f"63.0{space}km"),
        ("2", "Monday", "Bus 1", "08:15", "Hannivka, Ganok", "12:00", f"53.5{space}km"),
        ("2", "Tuesday", "Bus 2", "12:30", "Їжаківка", "15:00", f"62.0{space}km"),
    )


def test_the_summary_shows_who_is_not_served_but_not_who_needs_no_bus(
    plan: Plan, dataset: Dataset, english: Language
) -> None:
    unserved = summarise_plan(Made(plan, dataset, language=english).view()).tables[1]

    assert unserved.title == "Settlements that are not served"
    assert name_columns(unserved) == ("Settlement", "Residents", "Why")
    assert [
        (block.heading, [row[:2] for row in list_texts(unserved, english, block)]) for block in unserved.blocks
    ] == [
        ("Not served: not possible under the rules", [("Ivanivka (Daleka)", "90")]),
        ("Not served: no time left", [("Yelyzavetivka", "200")]),
    ]


def test_the_summary_shows_all_key_figures(plan: Plan, dataset: Dataset, english: Language) -> None:
    figures = summarise_plan(Made(plan, dataset, language=english).view()).tables[2]

    assert figures.title == "Key figures"
    assert name_columns(figures) == ("Key figure", "Value")
    assert ("Residents served by the bus", "3,950") in figures.rows
    assert len(figures.rows) == len(plan.figures)


def test_every_row_is_as_wide_as_its_heading(plan: Plan, dataset: Dataset, english: Language) -> None:
    for table in summarise_plan(Made(plan, dataset, language=english).view()).tables:
        assert {len(row) for row in table.rows} == {len(table.columns)}


def test_a_name_cannot_move_the_cursor(plan: Plan, dataset: Dataset, english: Language) -> None:
    named = tuple(replace(settlement, name_latin="\x1b[2J\rx\n") for settlement in dataset.settlements)
    hostile = replace(
        dataset,
        settlements=named,
        scenario=replace(dataset.scenario, notice_en="stop\x07", title_en="a\x1bb"),
    )

    lines = format_text(summarise_plan(Made(plan, hostile, language=english).view()), english).splitlines()

    assert lines[0] == "ab: timetable of the mobile library"
    assert "! stop" in lines
    assert any(line.startswith("[2J x ") for line in lines)
    assert not {"\x1b", "\r", "\x07"} & set("".join(lines))
