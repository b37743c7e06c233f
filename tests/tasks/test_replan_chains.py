"""
Chains of road changes with dates: what holds whatever closes when, in which order, and in how many steps.

The plan made anew is a function of the plan that was published and of the roads as they are now. So the steps between
do not count, dates without a change are those of the published plan, and taking everything back gives that plan again.
"""

from __future__ import annotations

import io
import json
import random
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pytest
from dated import (
    HAMLET_ROADS,
    Dated,
    RoadEvent,
    find_dates,
    find_wrong_weekdays,
    list_days,
    list_errors,
    list_visits,
    read_rows,
    write_events,
    write_hamlets,
)
from folders import read_folder

from bibliobus.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

FIRST: Final = date(2026, 3, 2)
LAST: Final = FIRST + timedelta(days=83)
"""Six cycles, of which the changes meet four at most."""

SEEDS: Final = [seed if seed in {0, 6} else pytest.param(seed, marks=pytest.mark.slow) for seed in range(8)]
CHAINS: Final = [chain if chain == 0 else pytest.param(chain, marks=pytest.mark.slow) for chain in range(3)]
BUDGET: Final = ("--seed", "1", "--iterations", "20")
KINDS: Final = (("closed", ""), ("closed", ""), ("speed", "12"), ("weight limit", "5"))


@dataclass(frozen=True)
class Step:
    """A plan made anew: its folder, and the one document that the command told."""

    folder: Path
    document: dict[str, Any]

    def tell(self, name: str) -> Any:
        """What the document says under a name of the contract."""
        assert name in self.document
        return self.document[name]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Published plan of the hamlets, which no test may change."""
    folder = tmp_path_factory.mktemp("hamlets")
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        code = run(["plan", str(write_hamlets(folder / "area")), "-o", str(folder / "plan"), *BUDGET])
    assert code == 0, out.getvalue()
    return folder / "plan"


def replan(plan: Path, out: Path, events: Sequence[RoadEvent], *options: str) -> Step:
    """Plan anew for these changes and no others."""
    file = write_events(out.with_suffix(".csv"), events)
    told, grumbled = io.StringIO(), io.StringIO()
    words = ["replan", str(plan), "--changes", str(file), "-o", str(out), "--json", *BUDGET, *options]
    with redirect_stdout(told), redirect_stderr(grumbled):
        code = run(words)
    assert code == 0, told.getvalue() + grumbled.getvalue()
    return Step(out, json.loads(told.getvalue()))


def draw_events(seed: int, *, always_end: bool = False) -> list[RoadEvent]:
    """Draw two to four changes on roads of the hamlets; some overlap, some have no beginning or no end."""
    draw = random.Random(seed)
    roads = draw.sample(HAMLET_ROADS, draw.randint(2, 4))
    return [_draw_event(draw, f"change-{at}", *road[:2], always_end) for at, road in enumerate(roads)]


def _draw_event(draw: random.Random, key: str, start: str, end: str, always_end: bool) -> RoadEvent:
    """Draw what happens on a road and when."""
    kind, value = draw.choice(KINDS)
    begins = FIRST + timedelta(days=draw.randint(0, 30))
    ends = begins + timedelta(days=draw.randint(0, 20))
    first = "" if draw.random() < 0.15 else begins.isoformat()
    last = "" if not always_end and draw.random() < 0.25 else ends.isoformat()
    return RoadEvent(key, kind, start, end, value, first, last)


@pytest.fixture(scope="module")
def drawn(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], tuple[list[RoadEvent], Step]]:
    """Changes and the plan made anew for them, by seed; each is made once."""
    folder = tmp_path_factory.mktemp("drawn")

    @cache
    def draw(seed: int) -> tuple[list[RoadEvent], Step]:
        events = draw_events(seed)
        return events, replan(published, folder / f"new-{seed}", events)

    return draw


def read_told(step: Step, name: str) -> list[dict[str, str]]:
    """Rows of a paper about what changes; none is written where there is nothing to do."""
    return [] if step.document["nothing_to_do"] else read_rows(step.folder / name)


def list_between(folder: Path, first: date, last: date, days: Sequence[date]) -> set[Dated]:
    """Visits on some of the dates of a span."""
    return {visit for visit in list_visits(folder, first, last) if visit.day in days}


def read_tours(folder: Path) -> Any:
    """Tours of the cycle and of all spans of dates, as the plan is stored."""
    document = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return document["tours"], document.get("periods", [])


@pytest.mark.slow
def test_most_of_the_changes_that_are_drawn_change_something(published, drawn):
    changed = [
        seed
        for seed in range(8)
        if list_visits(drawn(seed)[1].folder, FIRST, LAST) != list_visits(published, FIRST, LAST)
    ]

    assert len(changed) >= 4


@pytest.mark.parametrize("seed", SEEDS)
def test_on_dates_without_a_change_the_published_plan_holds(published, drawn, seed):
    events, step = drawn(seed)
    calm = [day for day in list_days(FIRST, LAST) if not any(event.holds(day) for event in events)]

    visits = list_between(step.folder, FIRST, LAST, calm)

    assert visits == list_between(published, FIRST, LAST, calm)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_rule_holds_in_the_new_plan(drawn, seed):
    assert list_errors(drawn(seed)[1].folder) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_every_change_is_applied_or_named_with_a_reason(drawn, seed):
    events, step = drawn(seed)

    applied = step.tell("applied")
    left = {one["id"]: one["reason"] for one in step.tell("not_applied")}
    assert sorted([*applied, *left]) == sorted(event.key for event in events)
    assert all(reason.strip() for reason in left.values())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_change_that_is_not_applied_changes_nothing(published, drawn, tmp_path, seed):
    events, step = drawn(seed)
    left = {one["id"] for one in step.tell("not_applied")}

    without = replan(published, tmp_path / "without", [event for event in events if event.key not in left])

    assert read_tours(without.folder) == read_tours(step.folder)


@pytest.mark.parametrize("seed", SEEDS)
def test_exceptions_tell_visits_that_are_there_and_no_date_without_a_change(published, drawn, seed):
    events, step = drawn(seed)
    old, new = list_visits(published, FIRST, LAST), list_visits(step.folder, FIRST, LAST)

    for row in read_told(step, "exceptions.csv"):
        for side, visits in (("old", old), ("new", new)):
            if row[f"{side}_date"]:
                day = date.fromisoformat(row[f"{side}_date"])
                times = (row[f"{side}_start"], row[f"{side}_end"], row[f"{side}_bus"])
                assert any(event.holds(day) for event in events), row
                assert Dated(day, row["settlement_id"], *times) in visits, row


@pytest.mark.parametrize("seed", SEEDS)
def test_visits_that_are_no_longer_there_are_exceptions_while_all_changes_end(published, tmp_path, seed):
    events = draw_events(100 + seed, always_end=True)

    step = replan(published, tmp_path / "new", events)

    gone = list_visits(published, FIRST, LAST) - list_visits(step.folder, FIRST, LAST)
    days = {(visit.settlement_id, visit.day.isoformat()) for visit in gone}
    kept = {(visit.settlement_id, visit.day.isoformat()) for visit in list_visits(step.folder, FIRST, LAST)}
    rows = read_told(step, "exceptions.csv")
    assert days - kept <= {(row["settlement_id"], row["old_date"]) for row in rows}


@pytest.mark.parametrize("seed", SEEDS)
def test_notices_tell_dates_of_the_changes_the_day_after_or_a_later_visit(published, drawn, seed):
    events, step = drawn(seed)
    days = {day for day in list_days(FIRST, LAST) if any(event.holds(day) for event in events)}
    days |= {day + timedelta(days=1) for day in days}
    known = list_visits(step.folder, FIRST, LAST)

    for row in read_told(step, "notices.csv"):
        visited = {
            visit.day for visit in known if visit.settlement_id == row["settlement_id"] and visit.day > max(days)
        }
        for text in (row["text_en"], row["text_uk"]):
            assert find_dates(text) <= days | visited, text
            assert find_wrong_weekdays(text) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_both_languages_of_a_notice_tell_the_same_dates(drawn, seed):
    for row in read_told(drawn(seed)[1], "notices.csv"):
        assert find_dates(row["text_en"]) == find_dates(row["text_uk"]), row


@pytest.mark.parametrize("seed", SEEDS)
def test_the_dates_that_are_told_frame_what_differs(published, drawn, seed):
    events, step = drawn(seed)
    differing = {visit.day for visit in list_visits(published, FIRST, LAST) ^ list_visits(step.folder, FIRST, LAST)}

    first, last = step.tell("from"), step.tell("until")

    if differing:
        assert date.fromisoformat(first) <= min(differing)
        assert any(event.holds(date.fromisoformat(first)) for event in events)
        assert last is None or max(differing) <= date.fromisoformat(last)
    if all(event.last for event in events):
        assert last is not None
        assert last <= max(event.last for event in events)


@pytest.mark.parametrize("chain", CHAINS)
def test_the_order_of_changes_in_the_file_does_not_count(published, drawn, tmp_path, chain):
    events, step = drawn(chain)

    backwards = replan(published, tmp_path / "backwards", events[::-1])

    assert read_tours(backwards.folder) == read_tours(step.folder)


@pytest.mark.parametrize("chain", CHAINS)
def test_a_chain_of_steps_in_any_order_ends_where_one_step_does(published, drawn, tmp_path, chain):
    events, step = drawn(chain)

    ends = []
    for name, order in (("there", events), ("back", events[::-1])):
        plan = published
        for known in range(1, len(order) + 1):
            plan = replan(plan, tmp_path / f"{name}-{known}", order[:known]).folder
        ends.append(read_tours(plan))

    assert ends == [read_tours(step.folder)] * 2


@pytest.mark.parametrize("chain", CHAINS)
def test_taking_the_last_change_back_gives_the_plan_before_it(published, drawn, tmp_path, chain):
    events, _ = drawn(chain)
    before = replan(published, tmp_path / "before", events[:-1])
    after = replan(before.folder, tmp_path / "after", events)

    undone = replan(after.folder, tmp_path / "undone", events[:-1])

    assert read_tours(undone.folder) == read_tours(before.folder)
    assert list_visits(undone.folder, FIRST, LAST) == list_visits(before.folder, FIRST, LAST)


@pytest.mark.parametrize("chain", CHAINS)
def test_taking_all_changes_back_gives_the_published_plan(published, drawn, tmp_path, chain):
    _, step = drawn(chain)

    empty = replan(step.folder, tmp_path / "empty", [])

    assert read_tours(empty.folder) == read_tours(published)
    assert list_visits(empty.folder, FIRST, LAST) == list_visits(published, FIRST, LAST)
    assert list_errors(empty.folder) == []


@pytest.mark.parametrize("chain", CHAINS)
def test_the_plan_that_was_published_lies_whole_beside_every_step(published, drawn, tmp_path, chain):
    events, step = drawn(chain)

    again = replan(step.folder, tmp_path / "again", events[:-1])

    for one in (step, again):
        base = one.folder / "base" if (one.folder / "base").is_dir() else one.folder
        assert (base / "plan.json").read_bytes() == (published / "plan.json").read_bytes()
        assert run(["verify", str(base)]) == 0


@pytest.mark.parametrize("chain", CHAINS)
def test_the_same_changes_give_the_same_bytes(published, drawn, tmp_path, chain):
    events, step = drawn(chain)

    again = replan(published, tmp_path / "again", events)

    assert read_folder(again.folder) == read_folder(step.folder)


OPTIONS: Final = (
    {"--from": "2026-03-09"},
    {"--from": "2026-03-11", "--until": "2026-03-20"},
    {"--until": "2026-03-17"},
    {"--freeze-until": "2026-03-10"},
    {"--from": "2026-03-09", "--freeze-until": "2026-03-12", "--until": "2026-04-01"},
    {"--from": "2026-03-18", "--freeze-until": "2026-03-10"},
)


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: " ".join(" ".join(pair) for pair in options.items()))
@pytest.mark.parametrize("chain", CHAINS)
def test_nothing_changes_before_from_and_freeze_or_after_until(published, tmp_path, chain, options):
    # Whatever else is drawn, elm and fir cannot be reached from dogwood for two cycles.
    events = [*draw_events(chain), RoadEvent("bridge", "closed", "dogwood", "elm", "", "2026-03-02", "2026-03-29")]
    events = [
        event for event in events if event.key == "bridge" or {event.from_place, event.to_place} != {"dogwood", "elm"}
    ]

    words = [word for pair in options.items() for word in pair]
    step = replan(published, tmp_path / "new", events, *words)

    begins = max(options.get("--from", ""), options.get("--freeze-until", ""), FIRST.isoformat())
    ends = options.get("--until", LAST.isoformat())
    held = [day for day in list_days(FIRST, LAST) if not begins <= day.isoformat() <= ends]
    assert list_between(step.folder, FIRST, LAST, held) == list_between(published, FIRST, LAST, held)
    told = {row[name] for row in read_told(step, "exceptions.csv") for name in ("old_date", "new_date")} - {""}
    assert [day for day in sorted(told) if not begins <= day <= ends] == []


def test_a_freeze_in_the_middle_of_a_week_parts_it(published, tmp_path):
    # Alder is visited every Tuesday; the bus goes there and back by one road while the other is far.
    bridge = RoadEvent("bridge", "closed", "town", "alder", "", "2026-03-02", "2026-03-13")

    frozen = replan(published, tmp_path / "frozen", [bridge], "--freeze-until", "2026-03-04")

    old, new = list_visits(published, FIRST, LAST), list_visits(frozen.folder, FIRST, LAST)
    days = {visit.day for visit in old ^ new}
    assert days
    assert min(days) >= date(2026, 3, 4)
    assert max(days) <= date(2026, 3, 13)
    assert frozen.tell("from") >= "2026-03-04"


def test_two_changes_of_one_road_with_a_gap_leave_the_gap_alone(published, tmp_path):
    events = [
        RoadEvent("first", "closed", "dogwood", "elm", "", "2026-03-09", "2026-03-13"),
        RoadEvent("second", "closed", "dogwood", "elm", "", "2026-04-06", "2026-04-10"),
    ]

    step = replan(published, tmp_path / "new", events)

    old, new = list_visits(published, FIRST, LAST), list_visits(step.folder, FIRST, LAST)
    days = sorted({visit.day for visit in old ^ new})
    assert sorted(step.tell("applied")) == ["first", "second"]
    assert days
    assert all(any(event.holds(day) for event in events) for day in days)
    assert all(any(event.holds(day) for day in days) for event in events)


def test_a_change_that_ended_before_the_plan_began_is_named_and_changes_nothing(published, tmp_path):
    over = RoadEvent("over", "closed", "dogwood", "elm", "", "2026-01-05", "2026-02-27")

    step = replan(published, tmp_path / "new", [over])

    assert list_visits(step.folder, FIRST, LAST) == list_visits(published, FIRST, LAST)
    assert step.tell("applied") == []
    assert [one["id"] for one in step.tell("not_applied")] == ["over"]
    assert step.tell("not_applied")[0]["reason"].strip()


def test_a_change_after_the_last_day_asked_for_is_named(published, tmp_path):
    late = RoadEvent("late", "closed", "dogwood", "elm", "", "2026-05-04", "2026-05-15")
    soon = RoadEvent("soon", "closed", "alder", "birch", "", "2026-03-02", "2026-03-20")

    step = replan(published, tmp_path / "new", [late, soon], "--until", "2026-03-31")

    assert step.tell("applied") == ["soon"]
    assert [one["id"] for one in step.tell("not_applied")] == ["late"]
