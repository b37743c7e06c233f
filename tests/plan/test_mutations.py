"""A plan.json in which one thing is changed: whatever it is, `verify` notices, and says which rule is broken."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from areas import SCENARIO, SETTLEMENTS, write_area

from bibliobus.findings import InputError
from bibliobus.plan.build import check_retold
from bibliobus.plan.store import format_plan, parse_plan
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.areas import ready_area
from bibliobus.tasks.plan import make_plan
from bibliobus.tasks.start import open_sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from bibliobus.model.area import PreparedArea

Document = dict[str, Any]


@dataclass(frozen=True)
class Sample:
    """A plan as a document, and its area."""

    document: Document
    prepared: PreparedArea

    def find_codes(self, document: Document) -> set[str]:
        """What `verify` says about a document."""
        try:
            plan = parse_plan(json.dumps(document, ensure_ascii=False))
        except InputError as error:
            return {finding.code for finding in error.findings}
        findings = verify_plan(gather_evidence(plan, self.prepared)).findings or check_retold(plan, self.prepared)
        return {finding.code for finding in findings}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Sample:
    """One bus with one call a day: not everybody is served, and one village by no bus at all."""
    scenario = SCENARIO.replace(
        'features = ["ramp"]', 'features = ["ramp"]\nweekdays = ["Tue"]\nmax_calls = 1\nbreak_min = 45'
    ).replace("data_date", 'notice_en = "Only an example."\ndata_date')
    villages = SETTLEMENTS.replace("48.800,37.600,210,,,,", "48.800,37.600,210,,,,boat")
    folder = write_area(tmp_path_factory.mktemp("mutations"), scenario=scenario, settlements=villages)
    prepared, _ = ready_area(folder)
    plan = make_plan(prepared, options=SearchOptions(iterations=3))
    document = json.loads(format_plan(plan))
    # Less than is known about it: else the first contradiction of every change would be with the proof.
    document["provenance"].update(status="feasible", ended_by="budget", bound=None)
    return Sample(document, prepared)


@pytest.fixture(scope="module")
def neubrandenburg() -> Sample:
    """The sample area with roads of OpenStreetMap, so that every length and time is one of its own."""
    with open_sample("neubrandenburg") as folder:
        prepared, _ = ready_area(folder, keep_cache=False)
    plan = make_plan(prepared, options=SearchOptions(iterations=1))
    return Sample(json.loads(format_plan(plan)), prepared)


def first(document: Document, kind: str) -> dict[str, Any]:
    """First row of a kind."""
    return next(row for tour in document["tours"] for row in tour["rows"] if row["kind"] == kind)


def stands(document: Document, standing: str) -> dict[str, Any]:
    """Account of the first settlement that stands so."""
    return next(account for account in document["settlements"] if account["standing"] == standing)


def sacrificed(document: Document) -> dict[str, Any]:
    """Reason of the first settlement that gave way to others."""
    return next(a["reason"] for a in document["settlements"] if a["reason"] and not a["reason"]["impossible"])


def change(path: str, value: Any) -> Callable[[Document], None]:
    """Change of one field; a function is given what stands there."""

    def apply(document: Document) -> None:
        *inner, name = path.split(".")
        holder = document
        for part in inner:
            holder = holder[int(part)] if part.isdigit() else holder[part]
        holder[name] = value(holder[name]) if callable(value) else value

    return apply


def edit(find: Callable[[Document], dict[str, Any]], **changes: Any) -> Callable[[Document], None]:
    """Change of fields of what is found."""

    def apply(document: Document) -> None:
        found = find(document)
        for name, value in changes.items():
            found[name] = value(found[name]) if callable(value) else value

    return apply


def call_row(document: Document) -> dict[str, Any]:
    """First call."""
    return first(document, "call")


def leg_row(document: Document) -> dict[str, Any]:
    """First drive."""
    return first(document, "leg")


def break_row(document: Document) -> dict[str, Any]:
    """First meal break."""
    return first(document, "break")


def values(document: Document) -> dict[str, Any]:
    """Values of the first reason of a settlement that gave way to others."""
    return sacrificed(document)["values"]


def served(document: Document) -> dict[str, Any]:
    """First served settlement."""
    return stands(document, "served")


def unserved(document: Document) -> dict[str, Any]:
    """First settlement that is not served."""
    return stands(document, "unserved")


def near(document: Document) -> dict[str, Any]:
    """First settlement with a library near."""
    return stands(document, "not_needed")


def later(clock: str) -> str:
    """Five minutes later."""
    minutes = int(clock[:2]) * 60 + int(clock[3:]) + 5
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def drop_first_tour(document: Document) -> None:
    """Take a tour out."""
    del document["tours"][0]


def repeat_first_tour(document: Document) -> None:
    """Put a tour in twice."""
    document["tours"].insert(0, copy.deepcopy(document["tours"][0]))


def drop_break(document: Document) -> None:
    """Take the meal breaks of the first tour out."""
    tour = document["tours"][0]
    tour["rows"] = [row for row in tour["rows"] if row["kind"] != "break"]


def swap_ends(document: Document) -> None:
    """Let a row end before it begins."""
    row = call_row(document)
    row["start"], row["end"] = row["end"], row["start"]


UNREADABLE = {"plan-unreadable"}
MUTATIONS: dict[str, tuple[Callable[[Document], None], set[str]]] = {
    # what is changed: the change, and codes of which one at least must be told
    "another format": (change("format", "bibliobus-plan/2"), {"plan-other-format"}),
    "a key at the top": (change("happiness", 1), UNREADABLE),
    "a key of the cycle": (change("cycle.months", 1), UNREADABLE),
    "a key of the making": (change("provenance.cpu", 1), UNREADABLE),
    "a key of a tour": (change("tours.0.driver", "Ivan"), UNREADABLE),
    "a key of a row": (change("tours.0.rows.0.note", "slow"), UNREADABLE),
    "a key of an account": (change("settlements.0.mood", "good"), UNREADABLE),
    "a key of a reason": (edit(sacrificed, comment="sorry"), UNREADABLE),
    "a class of a row": (change("tours.0.rows.0.class", "Call"), UNREADABLE),
    "accounts beside settlements": (change("accounts", []), UNREADABLE),
    "the date": (change("tours.0.date", "2026-03-01"), {"date-wrong"}),
    "the date by a cycle": (change("tours.0.date", "2031-01-01"), {"date-wrong"}),
    "no date": (lambda document: document["tours"][0].pop("date"), UNREADABLE),
    "the first day": (change("cycle.first_day", "2026-03-09"), {"cycle-differs"}),
    "the weeks": (change("cycle.weeks", 3), {"cycle-differs"}),
    "the language": (change("language", "de"), UNREADABLE),
    "estimates": (change("estimated", lambda old: not old), {"estimate-hidden", "estimate-untrue"}),
    "the notice removed": (change("notice_en", ""), {"notice-differs"}),
    "the notice replaced": (change("notice_uk", "Перевірено й затверджено."), {"notice-differs"}),
    "a figure invented": (change("figures.happiness", 100), {"figure-unknown"}),
    "a figure changed": (change("figures.people_served", lambda old: old + 1), {"figure-wrong"}),
    "a share changed": (change("figures.share_open", 0.9999), {"figure-wrong"}),
    "a figure removed": (lambda document: document["figures"].pop("visits"), {"figure-wrong"}),
    "a cheaper cost": (change("provenance.cost", lambda old: old - 1), {"cost-wrong"}),
    "a dearer cost": (change("provenance.cost", lambda old: old * 2), {"cost-wrong"}),
    "a bound above the cost": (change("provenance.bound", lambda old: 10**12), {"bound-untrue"}),
    "optimal": (change("provenance.status", "optimal"), {"status-untrue"}),
    "optimal by a proof of less": (
        lambda document: document["provenance"].update(
            status="optimal", ended_by="proof", bound=document["provenance"]["cost"] - 1
        ),
        {"status-untrue"},
    ),
    "driven": (change("provenance.status", "driven"), {"status-untrue"}),
    "an invented status": (change("provenance.status", "perfect"), {"status-untrue"}),
    "a proof without a bound": (change("provenance.ended_by", "proof"), {"status-untrue"}),
    "made by hand": (change("provenance.status", "by_hand"), {"status-untrue"}),
    "made by hand, without a search": (
        lambda document: document["provenance"].update(status="by_hand", ended_by="none"),
        {"status-untrue"},
    ),
    "driven today, without a search or a cost": (
        lambda document: document["provenance"].update(status="driven", ended_by="none", cost=0),
        {"status-untrue"},
    ),
    "an invented end": (change("provenance.ended_by", "luck"), {"status-untrue"}),
    "a weight": (change("provenance.weights.need", 1.0), {"weight-differs"}),
    "a weight invented": (change("provenance.weights.beauty", 1.0), {"weight-differs"}),
    "a weight removed": (lambda document: document["provenance"]["weights"].pop("km"), {"weight-differs"}),
    "a promise": (change("provenance.weights.promise_lost", 5.0), {"weight-differs"}),
    "a reason of a served one": (
        edit(served, reason={"code": "no-road", "impossible": True, "values": {}}),
        {"reason-not-due"},
    ),
    "a reason of one with a library": (
        edit(near, reason={"code": "outside-shift", "impossible": True, "values": {}}),
        {"reason-not-due"},
    ),
    "no reason": (edit(unserved, reason=None), {"reason-missing"}),
    "another reason": (
        edit(sacrificed, code="no-road", impossible=True, values={}),
        {"reason-untrue", "figure-wrong", "reason-wrong"},
    ),
    "another way to give way": (edit(sacrificed, code="day-times-clash", values={}), {"reason-differs"}),
    "a reason that is none": (edit(sacrificed, code="because"), UNREADABLE),
    "a proof of a wish": (edit(sacrificed, impossible=True), {"reason-untrue", "figure-wrong", "reason-wrong"}),
    "the day of a reason": (edit(values, day=lambda old: old + 1), {"reason-wrong"}),
    "the bus of a reason": (edit(values, bus="Ghost bus"), {"reason-wrong"}),
    "work of a reason": (edit(values, more_work=lambda old: old + 600), {"reason-differs"}),
    "odd work of a reason": (edit(values, more_work=lambda old: old + 1), {"reason-wrong"}),
    "length of a reason": (edit(values, more_length=lambda old: old + 1), {"reason-wrong"}),
    "residents who would go": (edit(values, instead_people=lambda old: old + 1), {"reason-wrong"}),
    "who would go": (edit(values, instead="nobody"), {"reason-wrong"}),
    "a value invented": (edit(values, beauty=1), {"reason-wrong"}),
    "a change invented": (edit(values, **{"change-work": 600}), {"reason-wrong"}),
    "residents": (edit(served, population=lambda old: old + 1), {"account-wrong"}),
    "need": (edit(served, need=lambda old: old + 1), {"account-wrong"}),
    "rhythm": (edit(served, rhythm_weeks=lambda old: 3), {"account-wrong"}),
    "library": (edit(served, library_id="ghost"), {"account-wrong"}),
    "distance to the library": (edit(unserved, library_m=1), {"account-wrong"}),
    "standing": (edit(unserved, standing="not_needed", reason=None), {"not-needed-untrue"}),
    "called served": (edit(unserved, standing="served", reason=None), {"account-contradicted"}),
    "called unserved": (edit(served, standing="unserved"), {"account-contradicted"}),
    "an account removed": (lambda document: document["settlements"].pop(0), {"account-missing"}),
    "an account twice": (
        lambda document: document["settlements"].append(document["settlements"][0]),
        {"account-twice"},
    ),
    "a settlement invented": (change("settlements.0.settlement_id", "atlantis"), {"settlement-unknown"}),
    "a negative drive": (edit(leg_row, driving_s=lambda old: -old), {"drive-impossible"}),
    "a drive in no time": (edit(leg_row, driving_s=0), {"drive-impossible"}),
    "a drive too fast": (edit(leg_row, driving_s=lambda old: old // 4), {"drive-impossible"}),
    "an endless drive": (edit(leg_row, driving_s=10**9), {"drive-impossible"}),
    "a negative length": (edit(leg_row, length_m=lambda old: -old), {"drive-impossible"}),
    "a length of a continent": (edit(leg_row, length_m=10**7), {"drive-impossible"}),
    "a second": (edit(leg_row, driving_s=lambda old: old + 1), {"leg-wrong"}),
    "a metre": (edit(leg_row, length_m=lambda old: old + 1), {"leg-wrong"}),
    "arriving before leaving": (edit(leg_row, arrive="00:00"), {"row-reversed"}),
    "closing before opening": (swap_ends, {"row-reversed"}),
    "leaving later": (edit(leg_row, leave=later), {"leg-too-fast"}),
    "a place of a drive": (edit(leg_row, to_id="atlantis"), {"no-road", "tour-broken"}),
    "a place of a call": (edit(call_row, settlement_id="town"), {"tour-broken", "settlement-unknown"}),
    "closing early": (edit(call_row, end=lambda old: "00:01"), {"row-reversed", "dwell-too-short"}),
    "opening later": (edit(call_row, start=later), {"dwell-too-short"}),
    "a break elsewhere": (edit(break_row, place_id="atlantis"), {"tour-broken"}),
    "no break": (drop_break, {"break-missing"}),
    "a break called a rest": (edit(break_row, kind="rest"), {"break-missing"}),
    "another bus": (change("tours.0.bus_id", "two"), {"bus-unknown"}),
    "another day": (
        lambda document: document["tours"][0].update(day=5, date="2026-03-07"),
        {"bus-off-duty"},
    ),
    "a day outside": (change("tours.0.day", 77), {"day-outside-cycle"}),
    "no tour": (drop_first_tour, {"account-contradicted", "rhythm-broken"}),
    "a tour twice": (repeat_first_tour, {"bus-twice"}),
}


def check(sample: Sample, name: str) -> None:
    """One change is noticed, with a code that fits."""
    mutate, expected = MUTATIONS[name]
    document = copy.deepcopy(sample.document)
    mutate(document)

    found = sample.find_codes(document)

    assert document != sample.document
    assert found & expected, (name, found)


def test_the_plan_itself_verifies(tiny):
    assert tiny.find_codes(tiny.document) == set()
    standings = {account["standing"] for account in tiny.document["settlements"]}
    assert standings == {"served", "unserved", "not_needed"}


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_change_is_noticed(name, tiny):
    check(tiny, name)


@pytest.mark.slow
def test_every_change_of_a_plan_on_real_roads_is_noticed(neubrandenburg):
    assert neubrandenburg.find_codes(neubrandenburg.document) == set()

    for name in MUTATIONS:
        check(neubrandenburg, name)


def test_every_single_number_of_a_plan_is_noticed_when_it_changes(tiny):
    """Numbers that only the search knows: its seed and its budget."""
    unknown = {("provenance", "seed"), ("provenance", "iterations")}
    missed = []
    for path in list_numbers(tiny.document):
        document = copy.deepcopy(tiny.document)
        holder = document
        for part in path[:-1]:
            holder = holder[part]
        holder[path[-1]] += 1

        if not tiny.find_codes(document) and path not in unknown:
            missed.append(path)

    assert missed == []


def list_numbers(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Paths of all numbers in a document."""
    if isinstance(value, dict):
        return [one for key, inner in value.items() for one in list_numbers(inner, (*path, key))]
    if isinstance(value, list):
        return [one for at, inner in enumerate(value) for one in list_numbers(inner, (*path, at))]
    return [path] if isinstance(value, int | float) and not isinstance(value, bool) else []


@pytest.mark.parametrize("old", ['"cost": ', '"date": ', '"population": ', '"visits": '])
def test_a_field_that_stands_twice_is_refused(old, tiny):
    text = json.dumps(tiny.document, ensure_ascii=False)

    with pytest.raises(InputError) as caught:
        parse_plan(text.replace(old, f"{old}1, {old}", 1))

    assert {finding.code for finding in caught.value.findings} == UNREADABLE
