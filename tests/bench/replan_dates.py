"""
Plan anew for random road changes with dates, and count what is announced outside of them.

``python tests/bench/replan_dates.py --cases 200 --seed 0 --json`` prints one JSON object. Each case draws two to four
changes on the roads of six villages with two buses, some that overlap, some without a beginning or an end, plans anew,
and looks at every row of the exceptions, every date of the notices in both languages, and every date of the timetable.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "worlds"))

from dated import (
    HAMLET_ROADS,
    RoadEvent,
    find_dates,
    list_days,
    list_errors,
    list_visits,
    read_rows,
    write_events,
    write_hamlets,
)

from bibliobus.cli.main import run

FIRST = date(2026, 3, 2)
LAST = FIRST + timedelta(days=83)
KINDS = (("closed", ""), ("closed", ""), ("speed", "12"), ("weight limit", "5"))
BUDGET = ("--seed", "1", "--iterations", "20")


def main() -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        counted = count(Path(folder), range(given.seed, given.seed + given.cases))
    print(json.dumps(counted, indent=2))


def count(folder: Path, seeds: range) -> dict[str, int]:
    """Count what is wrong over all cases."""
    call("plan", write_hamlets(folder / "area"), "-o", folder / "plan", *BUDGET)
    found: dict[str, int] = {"cases": 0, "changed": 0}
    for seed in seeds:
        events = draw(random.Random(seed))
        out = folder / f"new-{seed}"
        file = write_events(out.with_suffix(".csv"), events)
        told = json.loads(call("replan", folder / "plan", "--changes", file, "-o", out, "--json", *BUDGET))
        found["cases"] += 1
        for name, wrong in judge(folder / "plan", out, events, told).items():
            found[name] = found.get(name, 0) + wrong
            if wrong and name != "changed":
                print(seed, name, file=sys.stderr)
    return found


def call(*words: object) -> str:
    """Run a command and give what it printed."""
    told, grumbled = io.StringIO(), io.StringIO()
    with redirect_stdout(told), redirect_stderr(grumbled):
        code = run([str(word) for word in words])
    if code:
        raise SystemExit(told.getvalue() + grumbled.getvalue())
    return told.getvalue()


def draw(chance: random.Random) -> list[RoadEvent]:
    """Draw changes."""
    events = []
    for at, road in enumerate(chance.sample(HAMLET_ROADS, chance.randint(2, 4))):
        kind, value = chance.choice(KINDS)
        begins = FIRST + timedelta(days=chance.randint(0, 30))
        ends = begins + timedelta(days=chance.randint(0, 20))
        first = "" if chance.random() < 0.15 else begins.isoformat()
        last = "" if chance.random() < 0.25 else ends.isoformat()
        events.append(RoadEvent(f"change-{at}", kind, *road[:2], value, first, last))
    return events


def judge(old: Path, new: Path, events: list[RoadEvent], told: dict[str, Any]) -> dict[str, int]:
    """Count the kinds of what is wrong in one case."""
    days = {day for day in list_days(FIRST, LAST) if any(event.holds(day) for event in events)}
    around = days | {day + timedelta(days=1) for day in days}
    before, after = list_visits(old, FIRST, LAST), list_visits(new, FIRST, LAST)
    rows = [] if told["nothing_to_do"] else read_rows(new / "exceptions.csv")
    notices = [] if told["nothing_to_do"] else read_rows(new / "notices.csv")
    dated = {date.fromisoformat(row[name]) for row in rows for name in ("old_date", "new_date") if row[name]}
    named = [*told["applied"], *(one["id"] for one in told["not_applied"])]
    return {
        "changed": int(before != after),
        "visits_outside": sum(visit.day not in days for visit in before ^ after),
        "exceptions_outside": len(dated - days),
        "notices_outside": sum(
            not find_dates(row[f"text_{code}"])
            <= around | {visit.day for visit in after if visit.settlement_id == row["settlement_id"]}
            for row in notices
            for code in ("uk", "en")
        ),
        "changes_unnamed": int(sorted(named) != sorted(event.key for event in events)),
        "rules_broken": len(list_errors(new)),
    }


if __name__ == "__main__":
    main()
