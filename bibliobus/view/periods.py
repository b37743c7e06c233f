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
DATE: Final = N_("{weekday}, {date}")
NO_VISIT: Final = N_("No visit on {date}: {why}")
LINES: Final = {
    "also": N_("{day}, {start}–{end}, an extra visit"),
    "time": N_("{day}: {start}–{end} instead of {old_start}–{old_end}"),
    "date": N_("{day}, {start}–{end} instead of {old_day}"),
    "bus": N_("{day}: {bus} instead of {old_bus}"),
    "before": N_("{day}, {start}–{end}, by the earlier timetable"),
    "missing": NO_VISIT,
}
"""What a line about a change says."""
CELLS: Final = {
    "also": N_("{start}–{end}, an extra visit"),
    "time": N_("{start}–{end} instead of {old_start}–{old_end}"),
    "date": N_("instead on {day}, {start}–{end}"),
    "bus": N_("{bus} instead of {old_bus}"),
    "before": N_("{start}–{end}, by the earlier timetable"),
    "missing": N_("no visit: {why}"),
}
"""What is said of it behind its date."""

SPANS: Final = {
    PeriodCause.CHANGE: N_("From {first} to {last} the timetable is changed."),
    PeriodCause.BUS: N_("From {first} to {last} not every bus drives."),
    PeriodCause.BEFORE: N_("This timetable holds from {next}; until {last} the earlier one does."),
}
"""What is said of some days of a period."""
DATES: Final = SPANS | {
    PeriodCause.CHANGE: N_("On {first} the timetable is changed."),
    PeriodCause.BUS: N_("On {first} not every bus drives."),
}
"""What is said of a period of one day."""
LISTED: Final = N_("The changed dates are listed.")


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
    def when(self) -> date:
        """Date that it changes: that of the visit of the cycle, if there is one."""
        found = self.missing or self.visit
        assert found is not None  # a change has one of them
        return found.date

    @property
    def first(self) -> date:
        """First date that it concerns."""
        return min(one.date for one in (self.missing, self.visit) if one is not None)

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

    def key(one: Change) -> tuple[date, int, bool, str]:
        visit = one.missing or one.visit
        assert visit is not None  # a change has one of them
        return visit.date, visit.start_s, one.missing is None, visit.bus_id

    return tuple(sorted(changes, key=key))


def tell_since(text: str, since: date | None, language: Language) -> str:
    """Tell what holds, behind from when on if that is not always."""
    return text if since is None else Text(SINCE, {"date": language.date(since), "text": text}).render(language)


def tell_change(change: Change, language: Language, *, dated: bool = True) -> str:
    """Tell what is changed at a stop in a line without a full stop, with its date or for where that stands before."""
    old, new = change.missing, change.visit
    words: dict[str, object] = {"why": change.why}
    if old is not None:
        words |= {"date": language.date(old.date), "old_day": write_day(old.date, language), "old_bus": old.bus}
        words |= {"old_start": format_clock(old.start_s), "old_end": format_clock(old.end_s)}
    if new is not None:
        words |= {"day": write_day(new.date, language), "bus": new.bus}
        words |= {"start": format_clock(new.start_s), "end": format_clock(new.end_s)}
    return Text((LINES if dated else CELLS)[_find_kind(change)], words).render(language)


def write_day(day: date, language: Language) -> str:
    """Write a date with its weekday in short."""
    words = {"weekday": language.weekday_short(day.weekday()), "date": language.date(day)}
    return Text(DATE, words).render(language)


def _find_kind(change: Change) -> str:
    """Name of its words."""
    old, new = change.missing, change.visit
    if new is None:
        return "missing"
    if change.cause is PeriodCause.BEFORE:
        return "before"
    if old is None:
        return "also"
    if not change.felt:
        return "bus"
    return "date" if old.date != new.date else "time"


def tell_periods(plan: Plan, span: DateSpan, language: Language) -> str:
    """Tell when other tours are driven than those of the cycle, a sentence for each time of one cause in a span; empty
    if they never are."""
    periods = (one for one in _join(plan.periods) if one.first <= span.last and span.first <= one.last)
    told = [_tell_period(one, language) for one in periods]
    return " ".join((*told, language.gettext(LISTED))) if told else ""


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
