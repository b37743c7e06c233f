"""Every rule has a plan that breaks it and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan_rows import BASE, at, call, change_account, change_row, leg, pause
from plan_scenarios import SCENARIOS
from worlds import TOWN

from bibliobus.domain.calendar import Cycle
from bibliobus.domain.roads import NoRoads
from bibliobus.findings import FindingKind, Severity
from bibliobus.model.area import PreparedArea, prepare_area
from bibliobus.model.rules import STOP_RULES
from bibliobus.plan import build as by_hand
from bibliobus.plan import promises as keep
from bibliobus.plan import today
from bibliobus.plan.plan import Account, Call, Leg, Pause, Plan, Reason, Row, Standing, Tour
from bibliobus.plan.verify import facts as rules_facts
from bibliobus.plan.verify import reasons as rules_reasons
from bibliobus.plan.verify import service as rules_service
from bibliobus.plan.verify import service as rules_wishes
from bibliobus.plan.verify import tours as rules_crew
from bibliobus.plan.verify import tours as rules_tour
from bibliobus.plan.verify import verify
from bibliobus.plan.verify import verify as rules_making
from bibliobus.plan.verify.evidence import depot_of, gather_evidence
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.solve.backends import SOLVERS
from bibliobus.solve.solver import Ending
from bibliobus.words.language import Language

IDLE = (leg(BASE, BASE, "10:30", "10:30", 0), pause(BASE, "11:30", "12:15"))
"""Rows of a tour that goes nowhere."""


def add_tour(plan: Plan, tour: Tour) -> Plan:
    """Plan with one more tour."""
    return replace(plan, tours=(*plan.tours, tour))


def change_tour(plan: Plan, old: int, **changes: object) -> Plan:
    """Plan in which the tour of a day differs."""
    return replace(plan, tours=tuple(replace(t, **changes) if t.day == old else t for t in plan.tours))


def drop_account(plan: Plan, settlement_id: str) -> Plan:
    """Plan without the account of a settlement."""
    return replace(plan, accounts=tuple(a for a in plan.accounts if a.settlement_id != settlement_id))


def add_account(plan: Plan, account: Account) -> Plan:
    """Plan with one more account."""
    return replace(plan, accounts=(*plan.accounts, account))


def change_making(plan: Plan, **changes: object) -> Plan:
    """Plan that says something else of its making."""
    return replace(plan, provenance=replace(plan.provenance, **changes))


MUTATIONS: dict[str, tuple[Callable[[Plan], Plan], str]] = {
    # code: a change of the plan that breaks this rule alone, and the sentence about it
    "bus-unknown": (
        lambda plan: change_tour(plan, 7, bus_id="three"),
        "The tour is driven by “three”, but the scenario has no such bus.",
    ),
    "bus-off-duty": (
        lambda plan: add_tour(plan, Tour("one", 5, IDLE)),
        "Bus one drives on Saturday, week 1, but that is none of its service days.",
    ),
    "bus-twice": (lambda plan: add_tour(plan, Tour("one", 7, IDLE)), "Bus one has two tours on Monday, week 2."),
    "day-outside-cycle": (
        lambda plan: add_tour(plan, Tour("one", 14, IDLE)),
        "The tour is on day 14 of the cycle, which has the days 0 to 13.",
    ),
    "tour-broken": (
        lambda plan: change_row(plan, 0, 4, pause("east", "12:00", "12:45")),
        "The bus is at Pivnichne, but the next row starts at Skhidne.",
    ),
    "tour-not-from-depot": (
        lambda plan: change_row(plan, 7, 0, leg(TOWN, "east", "10:30", "10:45", 10)),
        "The tour starts at Село town and ends at Depot; the depot of the bus is Depot.",
    ),
    "no-road": (
        lambda plan: change_row(
            plan,
            7,
            2,
            leg("east", "island", "11:15", "11:20", 1),
            leg("island", BASE, "11:20", "11:30", 1),
        ),
        "No road leads from Skhidne to Ostrivne for this bus.",
    ),
    "leg-too-fast": (
        lambda plan: change_row(plan, 0, 0, leg(BASE, "east", "10:30", "10:40", 10)),
        "From Depot to Skhidne the plan allows 10\xa0min; with reserve the drive takes 15\xa0min.",
    ),
    "leg-wrong": (
        lambda plan: change_row(plan, 0, 0, leg(BASE, "east", "10:30", "10:45", 9)),
        "From Depot to Skhidne the plan says 540 s and 9,000 m; by the roads it is 600 s and 10,000 m.",
    ),
    "time-runs-back": (
        lambda plan: change_row(plan, 0, 2, leg("east", "north", "11:10", "11:30", 10)),
        "A row starts at 11:10, before the row above it has ended at 11:15.",
    ),
    "break-not-parked": (
        lambda plan: change_row(plan, 0, 4, pause("north", "11:55", "12:45")),
        "The break from 11:55 to 12:45 overlaps a drive or a stay.",
    ),
    "break-missing": (lambda plan: change_row(plan, 7, 3), "The tour has 0 meal breaks; it needs exactly one."),
    "break-too-short": (
        lambda plan: change_row(plan, 7, 3, pause(BASE, "11:30", "12:10")),
        "The meal break lasts 40\xa0min; it has to last 45\xa0min.",
    ),
    "break-outside-window": (
        lambda plan: change_row(plan, 7, 3, pause(BASE, "14:35", "15:20")),
        "The meal break starts at 14:35; it has to start between 11:30 and 14:30.",
    ),
    "outside-shift": (
        lambda plan: change_row(plan, 7, 0, leg(BASE, "east", "10:25", "10:45", 10)),
        "The tour runs from 10:25 to 11:30; the shift is from 10:30 to 17:00.",
    ),
    "work-too-long": (
        lambda plan: change_row(plan, 0, 5, leg("north", BASE, "12:45", "16:20", 20)),
        "The crew works 5\xa0h\xa005\xa0min without the meal break; the limit is 5\xa0h\xa000\xa0min.",
    ),
    "driving-too-long": (
        lambda plan: change_row(
            plan,
            7,
            3,
            pause(BASE, "11:30", "12:15"),
            leg(BASE, "north", "12:15", "12:40", 20),
            leg("north", BASE, "12:40", "13:05", 20),
        ),
        "The driver drives 1\xa0h\xa020\xa0min with reserve; the limit of a day is 1\xa0h\xa010\xa0min.",
    ),
    "driving-unbroken": (
        lambda plan: change_row(
            change_row(plan, 0, 5, leg("north", BASE, "12:00", "12:25", 20), pause(BASE, "12:25", "13:10")), 0, 4
        ),
        "The driver drives 55\xa0min without a long enough break; the limit is 54\xa0min.",
    ),
    "off-grid": (
        lambda plan: change_row(plan, 0, 5, leg("north", BASE, "12:45", "13:11", 20)),
        "13:11 is not a multiple of 5\xa0min.",
    ),
    "cycle-differs": (
        lambda plan: replace(plan, cycle=Cycle(4, date(2026, 3, 9))),
        "The plan repeats every 4 weeks from 2026-03-09; the scenario says every 2 weeks from 2026-03-02.",
    ),
    "settlement-unknown": (
        lambda plan: add_account(plan, Account("atlantis", Standing.NOT_NEEDED, 0, 0, 0, "", None)),
        "The plan names the settlement “atlantis”, which the area does not have.",
    ),
    "account-missing": (lambda plan: drop_account(plan, "island"), "The plan does not say whether Ostrivne is served."),
    "account-twice": (lambda plan: add_account(plan, plan.accounts[1]), "The plan lists Ostrivne 2 times."),
    "reason-untrue": (
        lambda plan: change_account(
            change_tour(plan, 0, rows=plan.tours[1].rows),
            "north",
            standing=Standing.UNSERVED,
            reason=Reason("outside-shift", True),
        ),
        "By the plan no bus can serve Pivnichne, but Bus one could on a tour of its own, such as at "
        "10:55 on Monday, week 1.",
    ),
    "account-contradicted": (
        lambda plan: change_account(plan, "north", standing=Standing.UNSERVED, reason=Reason("no-road", True)),
        "The plan calls Pivnichne “Not served”, but it has 1 call.",
    ),
    "not-needed-untrue": (
        lambda plan: change_account(plan, "night", standing=Standing.NOT_NEEDED),
        "The plan says that Nichne needs no bus, but no library is near enough.",
    ),
    "account-wrong": (
        lambda plan: change_account(plan, "north", population=251),
        "Pivnichne: by the plan, “Residents” is “251”; by the inputs it is “250”.",
    ),
    "reason-missing": (
        lambda plan: change_account(plan, "night", reason=None),
        "Nichne is not served, and the plan does not say why.",
    ),
    "weekday-differs": (
        lambda plan: change_tour(plan, 7, day=8),
        "Skhidne is visited on different weekdays: Monday, week 1; Tuesday, week 2.",
    ),
    "rhythm-broken": (
        lambda plan: replace(plan, tours=plan.tours[:1]),
        "Skhidne is to be visited every week, but its visits are on: Monday, week 1.",
    ),
    "dwell-too-short": (
        lambda plan: change_row(plan, 0, 1, call("east", "10:45", "11:10")),
        "In Skhidne the bus stays 25\xa0min; it has to stay 30\xa0min.",
    ),
    "outside-window": (
        lambda plan: change_row(
            change_row(change_row(plan, 0, 3, call("north", "11:35", "12:05")), 0, 4, pause("north", "12:05", "12:50")),
            0,
            5,
            leg("north", BASE, "12:50", "13:15", 20),
        ),
        "In Pivnichne the bus is open from 11:35 to 12:05 on Monday, week 1, outside the times allowed there.",
    ),
    "feature-missing": (
        lambda plan: change_tour(plan, 0, bus_id="two"),
        "Pivnichne needs “ramp”, which Bus two does not have.",
    ),
    "figure-wrong": (
        lambda plan: replace(plan, figures={**plan.figures, "visits": 4}),
        "The key figure “Visits in the cycle” is 4; by the tours it is 3.",
    ),
}

MUTATIONS |= {
    "date-wrong": (
        lambda plan: change_tour(plan, 7, date=date(2026, 3, 8)),
        "The tour on Monday, week 2 has the date 2026-03-08; by the first day of the cycle it is 2026-03-09.",
    ),
    "drive-impossible": (
        lambda plan: change_row(plan, 0, 0, replace(plan.tours[0].rows[0], driving_s=-600)),
        "From Depot to Skhidne the plan says -600 s and 10,000 m: no bus can drive that.",
    ),
    "row-reversed": (
        lambda plan: change_row(plan, 7, 0, leg(BASE, "east", "10:45", "10:40", 10)),
        "A row ends at 10:40, before it begins at 10:45.",
    ),
    "reason-not-due": (
        lambda plan: change_account(plan, "north", reason=Reason("no-road", True)),
        "The plan says why Pivnichne is not served, but calls it “served” or “not needed”.",
    ),
    "reason-wrong": (
        lambda plan: change_account(plan, "island", reason=Reason("outside-shift", True)),
        "The reason why Ostrivne is not served says “code” = outside-shift; the inputs and the tours contradict that.",
    ),
    "estimate-untrue": (
        lambda plan: replace(plan, estimated=True),
        "The plan calls its distances and times estimates, but they follow the roads of the area.",
    ),
    "notice-differs": (
        lambda plan: replace(plan, notice_uk="Усе правда."),
        "The notice of the plan is “Усе правда.”; the scenario says “–”.",
    ),
    "weight-differs": (
        lambda plan: change_making(plan, weights={**plan.provenance.weights, "km": 1.0}),
        "The weight “km” is 1 by the plan; by the scenario it is 0.",
    ),
    "status-untrue": (
        lambda plan: change_making(plan, status="optimal", ended_by="proof"),
        "By the plan, its status is “optimal”, ended by “proof”; nothing in it bears that out.",
    ),
    "cost-wrong": (
        lambda plan: change_making(plan, cost=2_017_499),
        "The cost of the plan is 2,017,499; by its tours and the weights it is 2,017,500.",
    ),
    "bound-untrue": (
        lambda plan: change_making(plan, bound=2_000_000),
        "The plan says that no plan costs less than 2,000,000, but “by hand” has proved nothing of the kind.",
    ),
    "figure-unknown": (
        lambda plan: replace(plan, figures={**plan.figures, "happiness": 1}),
        "The plan has an unknown key figure “happiness”.",
    ),
}

BY_OTHER_INPUTS = {*SCENARIOS, "estimate-hidden"}
"""Rules that a plan breaks only when the area differs."""


def list_rules() -> dict[str, FindingKind]:
    """Every rule of the checker by code."""
    modules = (
        rules_tour,
        rules_crew,
        rules_service,
        rules_wishes,
        *STOP_RULES,
        rules_reasons,
        rules_facts,
        rules_making,
        verify,
    )
    kinds = [value for module in modules for value in vars(module).values() if isinstance(value, FindingKind)]
    return {kind.code: kind for kind in kinds}


def find_codes(plan: Plan, prepared: PreparedArea) -> set[str]:
    """Codes that the checker finds."""
    return {finding.code for finding in verify_plan(gather_evidence(plan, prepared)).findings}


def test_a_good_plan_has_no_finding(plan, prepared):
    report = verify_plan(gather_evidence(plan, prepared))

    assert report.findings == ()


def test_every_rule_has_a_plan_that_breaks_it():
    rules = list_rules()

    assert rules.keys() == MUTATIONS.keys() | BY_OTHER_INPUTS
    assert all(kind.severity is Severity.ERROR for kind in rules.values())


@pytest.mark.parametrize("code", MUTATIONS)
def test_a_broken_rule_is_found_and_no_other(code, plan, prepared):
    mutate, sentence = MUTATIONS[code]

    report = verify_plan(gather_evidence(mutate(plan), prepared))

    assert {finding.code for finding in report.findings} == {code}
    assert report.findings[0].sentence.render(Language("en")) == sentence


@pytest.mark.parametrize("language", ["uk", "en"])
@pytest.mark.parametrize("code", MUTATIONS)
def test_every_finding_can_be_said_in_both_languages(code, language, plan, prepared):
    spoken = Language(language)

    findings = verify_plan(gather_evidence(MUTATIONS[code][0](plan), prepared)).findings

    for finding in findings:
        assert "{" not in finding.sentence.render(spoken) + finding.hint.render(spoken)
        assert finding.hint.render(spoken).endswith(".")


@pytest.mark.parametrize("code", SCENARIOS)
def test_a_plan_that_breaks_a_rule_of_another_scenario_is_found_and_no_other(code, plan, prepared):
    change, sentence = SCENARIOS[code]
    other = prepare_area(change(prepared.dataset))

    report = verify_plan(gather_evidence(plan, other))

    assert {finding.code for finding in report.findings} == {code}
    assert report.findings[0].sentence.render(Language("en")) == sentence
    assert "{" not in report.findings[0].hint.render(Language("uk"))


def test_a_bus_without_meal_break_and_driving_rules_needs_none(plan, prepared):
    scenario = prepared.dataset.scenario
    buses = tuple(replace(bus, meal_break=None, driving_rules=None) for bus in scenario.buses)
    other = prepare_area(replace(prepared.dataset, scenario=replace(scenario, buses=buses)))
    without = change_row(change_row(plan, 7, 3), 0, 4)

    codes = find_codes(without, other)

    assert codes == {"figure-wrong"}


def test_an_estimate_that_the_plan_hides_is_found(plan, prepared):
    other = prepare_area(replace(prepared.dataset, roads=NoRoads()))

    findings = verify_plan(gather_evidence(plan, other)).findings

    hidden = next(finding for finding in findings if finding.code == "estimate-hidden")
    sentence = hidden.sentence.render(Language("en"))
    assert sentence == "Distances or times are estimates, and the plan does not say so."
    assert "estimate-hidden" not in find_codes(replace(plan, estimated=True), other)


def test_only_a_search_that_proves_bounds_makes_a_plan_optimal(plan, prepared, monkeypatch):
    cost = plan.provenance.cost
    proved = change_making(plan, status="optimal", ended_by="proof", bound=cost, solver="exact")

    assert find_codes(proved, prepared) == {"bound-untrue", "status-untrue"}

    monkeypatch.setattr(rules_making, "PROVING", frozenset({"exact"}))

    assert find_codes(proved, prepared) == set()
    assert find_codes(change_making(proved, bound=cost - 1), prepared) == {"status-untrue"}
    assert find_codes(change_making(proved, bound=cost + 1), prepared) == {"bound-untrue", "status-untrue"}
    assert find_codes(change_making(proved, status="feasible", ended_by="limit", bound=cost - 1), prepared) == set()


def test_the_makers_of_plans_are_those_that_the_checker_knows():
    assert {by_hand.STATUS: by_hand.SOLVER, today.STATUS: today.SOLVER} == rules_making.MAKERS
    assert keep.SOLVER == rules_making.REPLANNED
    assert {ending.value for ending in Ending} == {*rules_making.SEARCHED, "proof"}
    assert {by_hand.ENDED_BY, today.ENDED_BY} == {"none"}
    assert today.STATUS == rules_making.DRIVEN
    assert not rules_making.PROVING - set(SOLVERS)


def test_drives_that_agree_with_wrong_roads_are_impossible_all_the_same(plan, prepared):
    for seconds, metres in ((-600, 10_000), (0, 10_000), (270, 10_000), (600, -10_000), (600, 10**6)):
        matrix = prepared.matrices[0]
        start, end = (matrix.place_ids.index(name) for name in (BASE, "east"))
        duration_s, length_m = matrix.duration_s.copy(), matrix.length_m.copy()
        duration_s[start, end], length_m[start, end] = seconds, metres
        wrong = replace(prepared, matrices=(replace(matrix, duration_s=duration_s, length_m=length_m),))
        drive = replace(plan.tours[0].rows[0], driving_s=seconds, length_m=metres)
        agreeing = change_row(change_row(plan, 0, 0, drive), 7, 0, drive)

        assert find_codes(agreeing, wrong) == {"drive-impossible"}, (seconds, metres)


def test_a_drive_at_the_limit_of_motorways_is_possible(plan, prepared):
    drive = replace(plan.tours[0].rows[0], driving_s=276, length_m=10_000)

    assert "drive-impossible" not in find_codes(change_row(plan, 0, 0, drive), prepared)


def test_dates_are_not_asked_where_the_cycle_is_another(plan, prepared):
    dated = replace(change_tour(plan, 0, date=date(2026, 3, 9)), cycle=Cycle(2, date(2026, 3, 9)))

    assert find_codes(dated, prepared) == {"cycle-differs"}


def test_a_tour_without_a_drive_is_broken(plan, prepared):
    parked = add_tour(plan, Tour("one", 1, (pause(BASE, "11:30", "12:15"),)))

    assert find_codes(parked, prepared) == {"tour-not-from-depot"}


def test_a_row_that_ends_before_it_starts_hides_no_overlap(plan, prepared):
    rows = plan.tours[0].rows
    backwards = Leg(BASE, BASE, rows[-1].arrive_s, at("09:00"), 0, 0)
    again = leg(BASE, BASE, "09:00", "17:00", 0)

    codes = find_codes(change_tour(plan, 0, rows=(*rows, backwards, again)), prepared)

    assert "time-runs-back" in codes


def test_a_call_at_a_settlement_that_does_not_exist_is_found_once(plan, prepared):
    lost = change_row(plan, 7, 1, call("east", "10:45", "11:15"), call("atlantis", "11:15", "11:15"))

    findings = verify_plan(gather_evidence(lost, prepared)).findings

    assert [finding.code for finding in findings].count("settlement-unknown") == 1


def test_a_settlement_with_a_library_near_cannot_be_called_unserved(plan, prepared):
    wrong = change_account(plan, TOWN, standing=Standing.UNSERVED, reason=Reason("no-road", True))

    findings = verify_plan(gather_evidence(wrong, prepared)).findings

    assert [finding.code for finding in findings] == ["account-wrong"]
    sentence = findings[0].sentence.render(Language("en"))
    assert sentence == (
        "Село town: by the plan, “Standing” is “Not served”; by the inputs it is “No bus needed: a library is near”."
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"need": 9_999}, "“Need” is “9,999”; by the inputs it is “250”"),
        ({"rhythm_weeks": 4}, "“How often” is “every 4 weeks”; by the inputs it is “every 2 weeks”"),
        ({"rhythm_weeks": 0}, "“How often” is “–”; by the inputs it is “every 2 weeks”"),
        ({"library_id": ""}, "“Nearest library” is “–”; by the inputs it is “Бібліотека”"),
        ({"library_id": "ghost"}, "“Nearest library” is “ghost”; by the inputs it is “Бібліотека”"),
        ({"library_m": 20_001}, "“Distance by road” is “20,001 m”; by the inputs it is “20,000 m”"),
        ({"library_m": None}, "“Distance by road” is “–”; by the inputs it is “20,000 m”"),
    ],
)
def test_fields_of_an_account_are_told_as_people_read_them(change, told, plan, prepared):
    (finding,) = verify_plan(gather_evidence(change_account(plan, "north", **change), prepared)).findings

    assert finding.place.settlement_id == "north"
    assert finding.sentence.render(Language("en")) == f"Pivnichne: by the plan, {told}."


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"length_m": 1}, "“Distance driven in the cycle” is 1 m; by the tours it is 60,000 m"),
        ({"open_s": 61}, "“Time open to readers in the cycle” is 61 s; by the tours it is 5,400 s"),
        ({"share_need_served": 0.12}, "“Share of the need that is served” is 0.12; by the tours it is 0.7647"),
        ({"visits": None}, "“Visits in the cycle” is –; by the tours it is 3"),
    ],
)
def test_figures_are_told_so_exactly_that_they_differ(change, told, plan, prepared):
    (finding,) = verify_plan(gather_evidence(replace(plan, figures={**plan.figures, **change}), prepared)).findings

    assert finding.sentence.render(Language("en")) == f"The key figure {told}."


def test_a_drive_that_lacks_seconds_reads_as_too_short(plan, prepared):
    roads = tuple(replace(road, speed_kmh=59.9) for road in prepared.dataset.roads.rows)
    slower = prepare_area(replace(prepared.dataset, roads=replace(prepared.dataset.roads, rows=roads)))

    findings = verify_plan(gather_evidence(plan, slower)).findings

    told = [finding.sentence.render(Language("en")) for finding in findings if finding.code == "leg-too-fast"]
    assert told[0] == "From Depot to Skhidne the plan allows 15\xa0min; with reserve the drive takes 16\xa0min."


def test_a_drive_to_a_place_that_nobody_knows_names_its_id(plan, prepared):
    lost = change_row(
        plan, 7, 2, leg("east", "atlantis", "11:15", "11:20", 1), leg("atlantis", BASE, "11:20", "11:30", 1)
    )

    told = [f.sentence.render(Language("en")) for f in verify_plan(gather_evidence(lost, prepared)).findings]

    assert "No road leads from Skhidne to atlantis for this bus." in told


def test_places_are_named_in_the_language_of_the_reader(plan, prepared):
    finding, *_ = verify_plan(gather_evidence(MUTATIONS["no-road"][0](plan), prepared)).findings

    assert finding.place.tour_id == "one/7"
    assert finding.values["end"].render(Language("uk")) == "Село island"
    assert finding.values["end"].render(Language("en")) == "Ostrivne"


def test_a_call_where_a_library_is_near_is_allowed_but_serves_no_need(plan, prepared):
    rows = (*plan.tours[1].rows[:3], leg(BASE, TOWN, "11:30", "11:30", 0), call(TOWN, "11:30", "12:00"))
    rows += (leg(TOWN, BASE, "12:00", "12:00", 0), pause(BASE, "12:00", "12:45"))
    extra = change_account(change_tour(plan, 7, rows=rows), TOWN, standing=Standing.SERVED)

    assert find_codes(extra, prepared) == {"figure-wrong"}
    assert find_codes(change_account(extra, TOWN, need=5), prepared) == {"account-wrong"}


def test_figures_are_compared_only_when_nothing_else_is_wrong(plan, prepared):
    twice_wrong = replace(plan, figures={}, cycle=Cycle(4, plan.cycle.first_day))

    assert find_codes(twice_wrong, prepared) == {"cycle-differs"}


def test_the_depot_is_named_like_its_place(prepared):
    assert depot_of(prepared.dataset.scenario.buses[0]) == BASE


def shift_row(row: Row, seconds: int) -> Row:
    """Row at another time."""
    if isinstance(row, Leg):
        return replace(row, leave_s=row.leave_s + seconds, arrive_s=row.arrive_s + seconds)
    return replace(row, start_s=row.start_s + seconds, end_s=row.end_s + seconds)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shifts=st.lists(st.integers(-4 * 3600, 4 * 3600), min_size=10, max_size=10), data=st.data())
def test_no_times_make_the_checker_fail(shifts, data, plan, prepared):
    moved = iter(shifts)
    tours = [replace(tour, rows=tuple(shift_row(row, next(moved)) for row in tour.rows)) for tour in plan.tours]
    order = data.draw(st.permutations(tours[0].rows))
    odd = replace(plan, tours=(replace(tours[0], rows=tuple(order)), *tours[1:]))

    report = verify_plan(gather_evidence(odd, prepared))

    for finding in report.findings:
        assert "{" not in finding.sentence.render(Language("en"))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.integers(0, 30))
def test_a_tour_may_be_later_within_all_limits(steps, plan, prepared):
    later = tuple(shift_row(row, steps * 300) for row in plan.tours[1].rows)

    codes = find_codes(change_tour(plan, 7, rows=later), prepared)

    # The break starts at 11:30 and must start by 14:30: 36 steps; the key figures know that east changes its time.
    assert codes == ({"figure-wrong"} if steps else set())


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.integers(0, 30))
def test_a_later_break_after_the_tour_changes_nothing(steps, plan, prepared):
    meal = plan.tours[1].pauses[0]

    codes = find_codes(change_row(plan, 7, 3, shift_row(meal, steps * 300)), prepared)

    assert codes == set()


def test_a_pause_is_no_call(plan):
    kinds = [type(row) for row in plan.tours[0].rows]

    assert kinds == [Leg, Call, Leg, Call, Pause, Leg]
