"""A plan whose every text is hostile: to markup, scripts, spreadsheets, tables, calendars and readers of text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Final

from made import Made
from worlds import build_bus, build_library, build_scenario, build_village

from bibliobus.domain.calendar import Cycle
from bibliobus.domain.fleet import Depot
from bibliobus.domain.roads import NoRoads
from bibliobus.inputs.area import Dataset
from bibliobus.network.places import MapGeometry
from bibliobus.plan.measure.figures import measure_plan
from bibliobus.plan.plan import Account, Call, Leg, Plan, Provenance, Standing, Tour
from bibliobus.words.language import HOUR_S, MINUTE_S, Language

if TYPE_CHECKING:
    from bibliobus.domain.places import Settlement

NAMES: Final = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "${alert(1)}",
    "`${document.cookie}`",
    "{{ 7*7 }}{% raw %}",
    "{0} {name} %s %(x)d",
    "\"double\" and 'single'",
    "a\\b\\n\\",
    "=HYPERLINK(1;2)",
    "+1+1",
    "-2",
    "@SUM(A1)",
    '=1+1,"x";y|z',
    "a;b,c:d|e",
    "BEGIN:VEVENT",
    "DTSTART:20260101",
    "\u202eтсет\u202c",
    "\u200fשלום\u200e world",
    "довга" * 60,
    "село " * 60,
    "📚🚌 бібліобус",
    "👩‍👩‍👧",
    "e\u0301a\u0308 комбінування",
    "]]><!--x-->",
    "&amp;&lt;&#39;&nbsp;",
    "null",
    "0012",
    "2026-03-02",
    "../../etc/passwd",
    "Мар’їнка — «Їжачок» №5",
)
"""Thirty names; none has a space at its ends, a line break or a control character, which no table keeps."""

HOME: Final = "depot/base"
PER_DAY: Final = 5


def _tidy(name: str) -> str:
    """Name without spaces at its ends."""
    return name.strip()


def _village(at: int) -> Settlement:
    """Village with hostile texts everywhere."""
    return build_village(
        f"v{at:02d}",
        name_uk=_tidy(NAMES[at]),
        name_latin="",
        hromada=_tidy(NAMES[(at + 7) % len(NAMES)]),
        raion=_tidy(NAMES[(at + 13) % len(NAMES)]),
        lat=48.0 + at / 50,
        lon=37.0 + at % 7 / 20,
        note=_tidy(NAMES[(at + 3) % len(NAMES)]),
    )


def _tour(day: int, villages: list[str]) -> Tour:
    """Tour that leaves at eight and calls for half an hour every hour."""
    rows: list[Leg | Call] = []
    here, clock = HOME, 8 * HOUR_S
    for village in villages:
        rows.append(Leg(here, village, clock, clock + 30 * MINUTE_S, 25 * MINUTE_S, 20_000))
        rows.append(Call(village, clock + 30 * MINUTE_S, clock + HOUR_S))
        here, clock = village, clock + HOUR_S
    rows.append(Leg(here, HOME, clock, clock + 30 * MINUTE_S, 25 * MINUTE_S, 20_000))
    return Tour("one", day, tuple(rows))


def build_hostile(language: str = "uk") -> Made:
    """Build thirty villages in six tours of a cycle of two weeks."""
    villages = [_village(at) for at in range(len(NAMES))]
    ids = [village.settlement_id for village in villages]
    days = (0, 1, 3, 7, 9, 11)
    tours = tuple(_tour(day, ids[at * PER_DAY : (at + 1) * PER_DAY]) for at, day in enumerate(days))
    scenario = build_scenario(
        2,
        title_uk=NAMES[0],
        title_en=NAMES[1],
        notice_uk=NAMES[2],
        notice_en=NAMES[3],
        attribution=NAMES[5],
        depots=(Depot("base", NAMES[12], "", 48.0, 37.0),),
        buses=(build_bus(name=NAMES[8], depot_id="base"),),
        cycle=Cycle(2, date(2026, 3, 2)),
    )
    libraries = (build_library("v00", library_id="l", name=NAMES[6]),)
    dataset = Dataset("hostile", scenario, tuple(villages), libraries, NoRoads(), {"settlements.csv": "sha256:aa"})
    accounts = tuple(Account(key, Standing.SERVED, 100, 100, 2, "l", 5000) for key in ids)
    provenance = Provenance("0.1.0", "ortools", 1, 1, "feasible", "budget", 1, None, {"need": 1.0}, {})
    plan = Plan("hostile", language, scenario.cycle, True, tours, accounts, measure_plan(tours, accounts), provenance)
    positions = {village.settlement_id: (village.lat, village.lon) for village in villages}
    positions |= {HOME: (48.0, 37.0), "library/l": (48.0, 37.0)}
    return Made(plan, dataset, MapGeometry(positions, (), {}), Language(language))


def list_names() -> list[str]:
    """Names as they stand in the plan, by settlement id."""
    return [_tidy(name) for name in NAMES]


def rename(made: Made, **names: str) -> Made:
    """Give settlements other names."""
    changed = tuple(
        replace(place, name_uk=names.get(place.settlement_id, place.name_uk)) for place in made.dataset.settlements
    )
    return replace(made, dataset=replace(made.dataset, settlements=changed))
