"""One step from a version of a plan to the next: what was planned anew for, and on which dates the tours differ."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from math import lcm
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.plan.dates import service_dates
from bibliobus.plan.plan import PeriodCause
from bibliobus.words.language import N_
from bibliobus.words.text import DateText, Text, Wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from bibliobus.domain.roads import RoadChange
    from bibliobus.domain.scenario import Scenario
    from bibliobus.plan.plan import Plan
    from bibliobus.words.language import Language

CHANGES_ADDED: Final = N_("road changes added: {names}")
CHANGES_ALTERED: Final = N_("road changes altered: {names}")
CHANGES_GONE: Final = N_("road changes taken back: {names}")
CANCELLED: Final = N_("{bus} does not drive on {first}")
CANCELLED_SPAN: Final = N_("{bus} does not drive from {first} to {last}")
DRIVEN_AGAIN: Final = N_("{bus} drives on {first} after all")
DRIVEN_AGAIN_SPAN: Final = N_("{bus} drives from {first} to {last} after all")
SCENARIO_CHANGED: Final = N_("scenario: {names}")
DECIDED: Final = N_("scenario from {first} to {last}: {names}")
DECIDED_NO_MORE: Final = N_("scenario from {first} to {last} taken back")
OTHER_TOURS: Final = N_("other tours for the same inputs")
NO_DIFFERENCE: Final = N_("nothing is different")
AND_MORE: Final = N_("{names} and {count} more")

TABLES: Final[Mapping[str, str]] = {
    "settlements": N_("other settlements"),
    "libraries": N_("other libraries"),
    "requests": N_("other requests of residents"),
    "roads": N_("other roads"),
}
"""Words for tables of the area, by the first part of the file's name."""
DECISIONS: Final[Mapping[str, tuple[str, ...]]] = {
    N_("cycle"): ("cycle",),
    N_("buses and depots"): ("depots", "profiles", "buses"),
    N_("calendar of the service"): ("calendar",),
    N_("wishes for stops"): ("stops",),
    N_("fixed stops"): ("locks",),
    N_("curfews"): ("curfews",),
    N_("rules of visits"): ("rules",),
    N_("weights and promises"): ("weights", "promises"),
}
"""Fields of the scenario by what people call them; all others are `PAPERS`."""
PAPERS: Final = N_("texts of the papers and prices")

MOST_NAMES: Final = 3
LONGEST_NAME: Final = 60
TAIL_DAYS: Final = 366
"""Days after the last date that a plan or a calendar names, over which every holiday comes once."""
MOST_DAYS: Final = 5 * 366
"""Dates farther away are not looked at; a scenario may name the year 2100."""


@dataclass(frozen=True)
class Side:
    """
    One version of a plan with that part of its inputs by which versions are told apart.

    ``digests``: Digests of all of its files by name.
    ``meanwhile``: What is decided for a time, whose dates the plan says; None if the scenario always holds.
    """

    plan: Plan
    scenario: Scenario
    changes: tuple[RoadChange, ...]
    digests: Mapping[str, str]
    meanwhile: Scenario | None = None


@dataclass(frozen=True)
class Names:
    """Names that come from data, the first few of them, each cut where it is long."""

    names: Sequence[str]

    def render(self, language: Language) -> str:
        """Such as ``bridge, ford, dam and 2 more``."""
        shown = ", ".join(_shorten(name) for name in self.names[:MOST_NAMES])
        more = len(self.names) - MOST_NAMES
        return Text(AND_MORE, {"names": shown, "count": more}).render(language) if more > 0 else shown


@dataclass(frozen=True)
class Parts:
    """Words of ours with commas between."""

    messages: Sequence[str]

    def render(self, language: Language) -> str:
        """Such as ``cycle, curfews``."""
        return ", ".join(map(language.gettext, self.messages))


def _shorten(name: str) -> str:
    """A name on one line that does not fill the page."""
    plain = " ".join(name.split())
    return plain if len(plain) <= LONGEST_NAME else f"{plain[: LONGEST_NAME - 1].rstrip()}…"


def tell_step(old: Side, new: Side) -> tuple[Wording, ...]:
    """Tell what a version was planned anew for, by what its inputs have that those before it had not."""
    told = (*_tell_changes(old, new), *_tell_buses(old, new), *_tell_scenario(old, new), *_tell_tables(old, new))
    if told:
        return told
    same = old.plan.tours == new.plan.tours and old.plan.periods == new.plan.periods
    return (Text(NO_DIFFERENCE if same else OTHER_TOURS),)


def _tell_changes(old: Side, new: Side) -> Iterator[Wording]:
    """Road changes that are new, other than they were, or gone."""
    before, now = ({change.change_id: _facts(change) for change in side.changes} for side in (old, new))
    names = {change.change_id: change.note or change.change_id for side in (old, new) for change in side.changes}
    for sentence, keys in (
        (CHANGES_ADDED, [key for key in now if key not in before]),
        (CHANGES_ALTERED, [key for key in now if key in before and now[key] != before[key]]),
        (CHANGES_GONE, [key for key in before if key not in now]),
    ):
        if keys:
            yield Text(sentence, {"names": Names([names[key] for key in keys])})


def _facts(change: RoadChange) -> tuple[object, ...]:
    """What a change says, whatever file it stands in."""
    return (
        *(change.kind, change.where, change.direction, change.valid_from, change.valid_to),
        *(change.vehicles, change.value, change.note, change.source),
    )


def _tell_buses(old: Side, new: Side) -> Iterator[Wording]:
    """Dates on which a bus does not drive, or drives again."""
    for one, other, sentences in (
        (new, old, (CANCELLED, CANCELLED_SPAN)),
        (old, new, (DRIVEN_AGAIN, DRIVEN_AGAIN_SPAN)),
    ):
        known = set(_list_absences(other))
        for bus, first, last in _list_absences(one):
            if (bus, first, last) not in known:
                words = {"bus": Names([bus]), "first": DateText(first), "last": DateText(last)}
                yield Text(sentences[first != last], words)


def _list_absences(side: Side) -> Iterator[tuple[str, date, date]]:
    """Name of a bus with the first and last date on which it does not drive."""
    names = {bus.bus_id: bus.name or bus.bus_id for bus in side.scenario.buses}
    for period in side.plan.periods:
        if period.cause is PeriodCause.BUS:
            for bus_id in dict.fromkeys(name.bus_id for name in period.dropped):
                yield names.get(bus_id, bus_id), period.first, period.last


def _tell_scenario(old: Side, new: Side) -> Iterator[Wording]:
    """Decisions of the planner that are others, for ever or for a time."""
    if old.scenario != new.scenario:
        yield Text(SCENARIO_CHANGED, {"names": Parts(_list_parts(old.scenario, new.scenario))})
    before, now = ((side.meanwhile, side.plan.meanwhile) for side in (old, new))
    if before == now:
        return
    for sentence, side in ((DECIDED, new), (DECIDED_NO_MORE, old)):
        span = side.plan.meanwhile
        if side.meanwhile is not None and span is not None:
            parts = Parts(_list_parts(side.scenario, side.meanwhile))
            yield Text(sentence, {"first": DateText(span.first), "last": DateText(span.last), "names": parts})


def _list_parts(old: Scenario, new: Scenario) -> list[str]:
    """What people call the fields in which two scenarios differ."""
    told = {name for names in DECISIONS.values() for name in names}
    parts = [word for word, names in DECISIONS.items() if _differ(old, new, names)]
    others = (one.name for one in fields(old) if one.name not in told)
    return [*parts, PAPERS] if _differ(old, new, others) else parts


def _differ(old: Scenario, new: Scenario, names: Iterable[str]) -> bool:
    """Whether two scenarios differ in one of some fields."""
    return any(getattr(old, name) != getattr(new, name) for name in names)


def _tell_tables(old: Side, new: Side) -> Iterator[Wording]:
    """Tables that are others."""
    names = old.digests.keys() | new.digests.keys()
    other = {
        name.partition("/")[0].partition(".")[0] for name in names if old.digests.get(name) != new.digests.get(name)
    }
    yield from (Text(words) for table, words in TABLES.items() if table in other)


def find_differing_dates(old: Side, new: Side) -> tuple[date | None, date | None]:
    """
    Find the first and the last date on which two versions drive otherwise.

    The first is None if there is none, the last if there is no end. Dates before either of the two begins do not
    count: the timetable of before holds on them.
    """
    start = max(side.plan.cycle.first_day for side in (old, new))
    named = max((day for side in (old, new) for day in _list_named(side) if day >= start), default=start)
    named = min(named, start + timedelta(days=MOST_DAYS))
    weeks = lcm(old.plan.cycle.weeks, new.plan.cycle.weeks)
    end = named + timedelta(days=max(TAIL_DAYS, weeks * WEEK_DAYS))
    before, now = (_list_driven(side, start, end) for side in (old, new))
    days = sorted(day for day in before.keys() | now.keys() if before.get(day) != now.get(day))
    if not days:
        return None, None
    return days[0], days[-1] if days[-1] <= named else None


def _list_driven(side: Side, first: date, last: date) -> dict[date, list[object]]:
    """What is driven on each date of a span that has any of it."""
    found: dict[date, list[object]] = {}
    for one in service_dates(side.plan, side.scenario, first, last):
        if one.driven:
            found.setdefault(one.day, []).append((one.tour.bus_id, one.tour.rows, one.skipped))
    return found


def _list_named(side: Side) -> Iterator[date]:
    """Every date after which a plan and its calendar are only a cycle and holidays."""
    calendar, periods = side.scenario.calendar, side.plan.periods
    yield from (period.last for period in periods)
    yield from (span.last for span in (*calendar.no_service, *calendar.school_terms))
    yield from (day for extra in calendar.extra_service for day in (extra.day, extra.instead_of) if day is not None)
    yield from (day for bus in side.scenario.buses for day in bus.days_off)
