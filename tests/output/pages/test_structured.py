"""Tests of `bibliobus.output.pages.map`."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from plans import tiny_atlas, tiny_dataset

from bibliobus.domain.audience import Audience
from bibliobus.domain.calendar import DateSpan, ExtraDay
from bibliobus.output.pages.map import describe_events

PUBLIC = Audience.PUBLIC
DATE, CLOCK, TEXT, URL = r"\d{4}-\d\d-\d\d", r"\d\d:\d\d:\d\d", r".+", r"https://schema\.org/\w+"
VOCABULARY = {
    "Event": {
        "name": TEXT,
        "startDate": f"{DATE}T{CLOCK}",
        "eventAttendanceMode": URL,
        "location": "Place",
        "eventSchedule": ["Schedule"],
    },
    "Place": {"name": TEXT, "address": "PostalAddress", "geo": "GeoCoordinates"},
    "PostalAddress": {"addressLocality": TEXT, "addressRegion": TEXT},
    "GeoCoordinates": {"latitude": float, "longitude": float},
    "Schedule": {
        "startDate": DATE,
        "endDate": DATE,
        "startTime": CLOCK,
        "endTime": CLOCK,
        "scheduleTimezone": r"\w+/\w+",
        "byDay": URL,
        "repeatFrequency": r"P\d+W",
        "exceptDate": [DATE],
    },
}
"""The properties of schema.org that are used: of each type the ranges of its properties."""


def test_only_words_of_the_vocabulary_are_used_and_values_have_their_form() -> None:
    document = describe_events(tiny_atlas(PUBLIC, dataset=_with_exceptions()).view)

    assert set(document) == {"@context", "@graph"}
    assert document["@context"] == "https://schema.org"
    assert [problem for event in document["@graph"] for problem in _check(event, "Event")] == []


def test_every_served_settlement_is_an_event_with_its_times() -> None:
    events = {event["location"]["name"]: event for event in describe_events(tiny_atlas(PUBLIC).view)["@graph"]}

    assert sorted(events) == ["Andriivka", "Ivanivka", "Yelyzavetivka", "Zoloti Prudy"]
    assert events["Ivanivka"]["name"] == "Mobile library: Ivanivka"
    assert events["Ivanivka"]["startDate"] == "2026-03-09T09:20:00"
    assert events["Ivanivka"]["eventSchedule"] == [
        {
            "@type": "Schedule",
            "startDate": "2026-03-09",
            "startTime": "09:20:00",
            "endTime": "09:50:00",
            "scheduleTimezone": "Europe/Kyiv",
            "byDay": "https://schema.org/Monday",
            "repeatFrequency": "P2W",
        }
    ]


def test_exceptions_of_the_calendar_are_exceptions_of_the_schedule() -> None:
    events = describe_events(tiny_atlas(PUBLIC, dataset=_with_exceptions()).view)["@graph"]

    schedules = next(e["eventSchedule"] for e in events if e["location"]["name"] == "Ivanivka")
    assert schedules[0]["exceptDate"] == ["2026-03-23", "2026-04-06"]
    assert (schedules[1]["startDate"], schedules[1]["endDate"]) == ("2026-04-11", "2026-04-11")


def _with_exceptions() -> Any:
    """Tiny dataset with a day without service and a moved one."""
    dataset = tiny_dataset()
    calendar = replace(
        dataset.scenario.calendar,
        no_service=(DateSpan(date(2026, 3, 23), date(2026, 3, 23)),),
        extra_service=(ExtraDay(date(2026, 4, 11), instead_of=date(2026, 4, 6)),),
    )
    return replace(dataset, scenario=replace(dataset.scenario, calendar=calendar))


def _check(value: Any, kind: Any) -> list[str]:
    """Problems of a value that has to be of a type, a form, or a list of such."""
    if isinstance(kind, list):
        return [problem for one in value for problem in _check(one, kind[0])]
    if isinstance(kind, type):
        return [] if isinstance(value, kind) else [f"{value!r} is no {kind.__name__}"]
    if kind not in VOCABULARY:
        return [] if isinstance(value, str) and re.fullmatch(kind, value) else [f"{value!r} is not {kind}"]
    problems = [] if value["@type"] == kind else [f"{value['@type']} is no {kind}"]
    for name, part in value.items():
        if name != "@type":
            known = VOCABULARY[kind].get(name)
            problems += _check(part, known) if known else [f"{kind} has no {name}"]
    return problems
