"""Days of the buses."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from made import Made

from bibliobus.output.print import sheets
from bibliobus.output.print import sheets as sheets_pdf
from bibliobus.plan.day_sheet import DOINGS
from bibliobus.view.days import Doing
from bibliobus.words.language import format_clock

if TYPE_CHECKING:
    from bibliobus.inputs.area import Dataset
    from bibliobus.plan.plan import Plan
    from bibliobus.view.days import BusDay
    from bibliobus.words.language import Language


def _tell(day: BusDay) -> list[str]:
    """Rows as short texts."""
    return [f"{format_clock(row.start_s)}-{format_clock(row.end_s)} {row.doing} {row.place}" for row in day.rows]


def test_a_day_is_told_from_leaving_to_returning_with_waiting_and_the_meal(
    plan: Plan, dataset: Dataset, english: Language
) -> None:
    day = Made(plan, dataset, language=english).view().days[0]

    assert _tell(day) == [
        "08:00-08:00 leave Central library",
        "08:00-08:50 drive Hannivka",
        "08:50-09:00 wait Hannivka",
        "09:00-10:00 open Hannivka",
        "10:00-10:20 drive Ganok",
        "10:20-11:20 open Ganok",
        "11:20-11:40 drive Ivanivka (Mala)",
        "11:40-12:25 meal Ivanivka (Mala)",
        "12:25-12:30 wait Ivanivka (Mala)",
        "12:30-13:00 open Ivanivka (Mala)",
        "13:00-13:45 drive Central library",
        "13:45-13:45 back Central library",
    ]
    assert [row.length_m for row in day.rows if row.doing is Doing.DRIVE] == [24500, 9000, 8200, 21300]
    assert all(row.length_m is None for row in day.rows if row.doing is not Doing.DRIVE)


def test_time_at_the_depot_before_and_after_the_tour_is_not_waiting(
    plan: Plan, dataset: Dataset, english: Language
) -> None:
    _, after, before = Made(plan, dataset, language=english).view().days

    assert _tell(after)[-2:] == ["12:00-12:00 back Central library", "12:15-13:00 meal Central library"]
    assert _tell(before)[:2] == ["11:30-12:15 meal Central library", "12:30-12:30 leave Central library"]
    assert not [row for day in (after, before) for row in day.rows if row.doing is Doing.WAIT]


def test_the_head_of_a_day_adds_up(plan: Plan, dataset: Dataset, english: Language) -> None:
    day = Made(plan, dataset, language=english).view().days[0]

    assert (day.bus, day.week, day.weekday, day.date) == ("Bus 1", 1, 0, date(2026, 3, 2))
    assert tuple(call.place for call in day.calls) == ("Hannivka", "Ganok", "Ivanivka (Mala)")
    assert (format_clock(day.leave_s), format_clock(day.return_s)) == ("08:00", "13:45")
    assert (day.work_s, day.length_m) == (5 * 3600, 63000)


def test_rows_of_a_tour_leave_no_gap(plan: Plan, dataset: Dataset, english: Language) -> None:
    day = Made(plan, dataset, language=english).view().days[0]

    assert [row.end_s for row in day.rows][:-1] == [row.start_s for row in day.rows][1:]


def test_every_paper_has_words_and_sizes_for_all_that_a_crew_does():
    everything = set(Doing)

    assert set(DOINGS) == everything
    # A drive has words of its own on the day sheet.
    assert set(sheets.DOINGS) | {Doing.DRIVE} == everything
    assert set(sheets_pdf._TITLES_PT) == everything
