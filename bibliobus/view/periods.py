"""What is other for a time: visits that the cycle does not give and those that fall out, as values and in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING, Final

from bibliobus.plan.plan import PeriodCause
from bibliobus.words.language import N_, format_clock
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bibliobus.domain.calendar import DateSpan
    from bibliobus.plan.plan import Period, Plan
    from bibliobus.words.language import Language

SINCE: Final = N_("From {date}: {text}")
"""What holds from a date on."""
NO_VISIT: Final = N_("No visit on {date}: {why}")
ALSO: Final = N_("Also on {date}, {start}–{end}")
OTHER_TIME: Final = N_("{date}: {start}–{end} instead of {old_start}–{old_end}")
OTHER_DATE: Final = N_("{date}, {start}–{end} instead of {old_date}")
OTHER_BUS: Final = N_("{date}: {bus} instead of {old_bus}")
OLD_VISIT: Final = N_("{date}, {start}–{end}, as in the timetable of before")

SPANS: Final = {
    PeriodCause.CHANGE: N_("From {first} to {last} the timetable is changed; the changed dates are listed."),
    PeriodCause.BUS: N_("From {first} to {last} not every bus drives; the changed dates are listed."),
    PeriodCause.BEFORE: N_("This timetable holds from {next}; the dates until then, to {last}, are listed."),
}
"""What is said of some days of a period."""
DATES: Final = SPANS | {
    PeriodCause.CHANGE: N_("On {first} the timetable is changed; the changed dates are listed."),
    PeriodCause.BUS: N_("On {first} not every bus drives; the changed dates are listed."),
}
"""What is said of a period of one day."""


@dataclass(frozen=True, order=True)
class DatedVisit:
    """One visit on its date, `day` of the cycle; in the order in which people read visits."""

    date: date
    start_s: int
    day: int
    bus: str
    end_s: int
    bus_id: str

    @property
    def weekday(self) -> int:
        """Day of the week, from 0 for Monday."""
        return self.date.weekday()


@dataclass(frozen=True)
class Change:
    """
    What a period changes at a stop: a visit of the cycle is missing, one comes in its place, or one comes besides.

    ``why``: Why a visit is missing, where none comes in its place; otherwise empty.
    """

    cause: PeriodCause
    missing: DatedVisit | None = None
    visit: DatedVisit | None = None
    why: str = ""

    @property
    def dates(self) -> tuple[date, ...]:
        """Dates that it concerns, in order."""
        return tuple(sorted({one.date for one in (self.missing, self.visit) if one is not None}))

    @property
    def felt(self) -> bool:
        """Whether who waits at the stop notices it: more than the bus is another one."""
        old, new = self.missing, self.visit
        if old is None or new is None:
            return True
        return (old.date, old.start_s, old.end_s) != (new.date, new.start_s, new.end_s)


def pair_visits(
    cause: PeriodCause, missing: Iterable[tuple[DatedVisit, str]], visits: Iterable[DatedVisit], days: int
) -> tuple[Change, ...]:
    """Pair missing visits of a stop with those that come in a period, the nearest first and less than `days` apart."""
    gone, new = dict(missing), set(visits)
    found = []
    for _, old, visit in sorted((abs(one.date - two.date), one, two) for one, two in product(gone, new)):
        if old in gone and visit in new and abs(old.date - visit.date) < timedelta(days):
            del gone[old]
            new.remove(visit)
            found.append(Change(cause, old, visit))
    found += (Change(cause, old, why=why) for old, why in gone.items())
    found += (Change(cause, visit=visit) for visit in sorted(new))
    return sort_changes(found)


def sort_changes(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Sort changes by date and clock time; of one moment, what is missing comes first."""

    def key(one: Change) -> tuple[date, bool, DatedVisit]:
        first = one.missing or one.visit
        assert first is not None  # a change has one of them
        return one.dates[0], one.missing is None, first

    return tuple(sorted(changes, key=key))


def tell_since(text: str, since: date | None, language: Language) -> str:
    """Tell what holds, behind from when on if that is not always."""
    return text if since is None else Text(SINCE, {"date": language.date(since), "text": text}).render(language)


def tell_change(change: Change, language: Language) -> str:
    """Tell what is changed at a stop in a line without a full stop."""
    old, new = change.missing, change.visit
    words: dict[str, object] = {}
    if old is not None:
        words |= {"old_date": language.date(old.date), "old_bus": old.bus}
        words |= {"old_start": format_clock(old.start_s), "old_end": format_clock(old.end_s)}
    if new is None:
        return Text(NO_VISIT, {"date": words["old_date"], "why": change.why}).render(language)
    words |= {"date": language.date(new.date), "bus": new.bus}
    words |= {"start": format_clock(new.start_s), "end": format_clock(new.end_s)}
    return Text(_choose(change, old, new), words).render(language)


def _choose(change: Change, old: DatedVisit | None, new: DatedVisit) -> str:
    """Words of a visit that the cycle does not give."""
    if change.cause is PeriodCause.BEFORE:
        return OLD_VISIT
    if old is None:
        return ALSO
    if not change.felt:
        return OTHER_BUS
    return OTHER_DATE if old.date != new.date else OTHER_TIME


def tell_periods(plan: Plan, span: DateSpan, language: Language) -> tuple[str, ...]:
    """Tell when other tours are driven than those of the cycle, a sentence for each time of one cause in a span."""
    periods = (one for one in _join(plan.periods) if one.first <= span.last and span.first <= one.last)
    return tuple(_tell_period(one, language) for one in periods)


def _join(periods: Iterable[Period]) -> Iterator[Period]:
    """Periods with those in one that follow each other with one cause, since people only see that there is a change."""
    held: Period | None = None
    for period in periods:
        if held and held.cause is period.cause and held.last + timedelta(days=1) == period.first:
            held = replace(held, last=period.last)
            continue
        if held:
            yield held
        held = period
    if held:
        yield held


def _tell_period(period: Period, language: Language) -> str:
    """Sentence about a period."""
    words = (SPANS if period.first < period.last else DATES)[period.cause]
    dates = {"first": period.first, "last": period.last, "next": period.last + timedelta(days=1)}
    return Text(words, {name: language.date(day) for name, day in dates.items()}).render(language)
