"""today.json is read for a search to start from: buses, days and calls, and nothing else of it."""

from __future__ import annotations

import json
from datetime import date

import pytest

from bibliobus.domain.calendar import Cycle
from bibliobus.inputs.driven import Driven, DrivenTour, read_driven
from bibliobus.inputs.files import InputFile
from bibliobus.words.language import Language

MONDAY = date(2026, 3, 2)
TOUR = {"bus_id": "one", "day": 8, "rows": [{"kind": "leg"}, {"kind": "call", "settlement_id": "a"}, {"kind": "break"}]}
PLAN = {"format": "bibliobus-plan/1", "cycle": {"weeks": 2, "first_day": "2026-03-02"}, "tours": [TOUR]}


def read(document: object) -> tuple[Driven | None, list[str]]:
    """Read a document; the findings as people read them."""
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    driven, findings = read_driven(InputFile("today.json", content))
    return driven, [f"{finding.sentence.render(Language('en'))} [{finding.place}]" for finding in findings]


def test_buses_days_and_calls_are_read():
    driven, findings = read(PLAN)

    assert driven == Driven(Cycle(2, MONDAY), (DrivenTour("one", 8, ("a",)),))
    assert findings == []


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        [],
        {},
        PLAN | {"cycle": {"weeks": 0, "first_day": "2026-03-02"}},
        PLAN | {"cycle": {"weeks": 2, "first_day": "2026-03-03"}},
        PLAN | {"cycle": {"weeks": True, "first_day": "2026-03-02"}},
        PLAN | {"tours": [TOUR | {"day": 14}]},
        PLAN | {"tours": [TOUR | {"day": -1}]},
        PLAN | {"tours": [TOUR | {"day": 1.5}]},
        PLAN | {"tours": [TOUR | {"bus_id": 7}]},
        PLAN | {"tours": [TOUR | {"rows": [{"kind": "call", "settlement_id": None}]}]},
        PLAN | {"tours": 3},
    ],
)
def test_what_is_no_plan_is_a_finding_and_never_a_crash(document):
    driven, findings = read(document)

    assert driven is None
    assert findings == ["This is not a plan of bibliobus, so no search can start from it. [today.json]"]


def test_a_cycle_that_begins_a_week_later_has_the_days_of_the_other_week():
    driven = Driven(Cycle(2, MONDAY), (DrivenTour("one", 8, ("a",)), DrivenTour("one", 1, ("b",))))

    assert [tour.day for tour in driven.list_tours(Cycle(2, date(2026, 3, 9)))] == [1, 8]
    assert [tour.day for tour in driven.list_tours(Cycle(2, date(2026, 3, 16)))] == [8, 1]


def test_a_cycle_of_other_weeks_has_none_of_the_tours():
    driven = Driven(Cycle(2, MONDAY), (DrivenTour("one", 8, ("a",)),))

    assert driven.list_tours(Cycle(4, MONDAY)) == ()
