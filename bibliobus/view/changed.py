"""Changed visits in words: those that are alike are told together, date by date or as a span."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bibliobus.domain.calendar import WEEK_DAYS, week_of
from bibliobus.plan.compare.compare import Difference, VisitChange
from bibliobus.view.cancellations import ON_DAYS
from bibliobus.words.language import N_, format_clock
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from bibliobus.plan.compare.compare import Comparison, DatedVisit, PlaceChange
    from bibliobus.words.language import Language

MOST_DATES: Final = 3
"""More visits at equal distances are told as a span."""

AND: Final = N_("{days}, and {last}")
NO_VISIT: Final = N_("no visit")
EVERY_WEEK: Final = N_("{visit} every week")
IN_WEEKS: Final = N_("{visit} (week {weeks})")
LAST: Final = N_("{usual}; announced last: {dates}")
"""Behind the usual timetable, what single dates had instead of it."""


@dataclass(frozen=True)
class Phrases:
    """
    How each kind of change is told: of single dates, of a span of dates, and for good.

    ``lost_some``: Of a span in which the bus still comes at other times.
    ``again``: Of visits by the usual timetable that had been called off.
    ``first``: For a settlement that was never announced.
    ``short``: Whether dates are as short as in a message.
    """

    lost: str
    lost_span: str
    lost_some: str
    day: str
    time: str
    bus: str
    other_span: str
    new: str
    new_span: str
    again: str
    again_span: str
    first: str
    first_span: str
    now: str
    no_longer: str
    first_now: str
    short: bool = False


SENTENCES: Final = Phrases(
    lost=N_("The bus does not come {days}."),
    lost_span=N_("From {first} to {last} the bus does not come."),
    lost_some=N_("From {first} to {last} the bus does not come: {before}."),
    day=N_("The bus does not come {old}, but {days}, {start}–{end}."),
    time=N_("The bus comes {days}, at another time: {start}–{end}, not {old_start}–{old_end}."),
    bus=N_("Another bus comes {days}, {start}–{end}: {bus}."),
    other_span=N_("From {first} to {last} the bus comes: {visits} (until now: {before})."),
    new=N_("The bus also comes {days}, {start}–{end}."),
    new_span=N_("From {first} to {last} the bus also comes: {visits}."),
    again=N_("The bus comes after all {days}, {start}–{end}."),
    again_span=N_("From {first} to {last} the bus comes after all: {visits}."),
    first=N_("New: the bus comes {days}, {start}–{end}."),
    first_span=N_("New: from {first} to {last} the bus comes: {visits}."),
    now=N_("From {first} the bus comes: {visits}."),
    no_longer=N_("From {first} the bus does not come until further notice."),
    first_now=N_("New: from {first} the bus comes: {visits}."),
)
"""Sentences of a notice board."""

MESSAGES: Final = Phrases(
    lost=N_("not {days}"),
    lost_span=N_("not from {first} to {last}"),
    lost_some=N_("from {first} to {last} not: {before}"),
    day=N_("{days} {start}-{end} instead of {old}"),
    time=N_("{days} {start}-{end}, not {old_start}-{old_end}"),
    bus=N_("{days} {start}-{end}: {bus}"),
    other_span=N_("from {first} to {last}: {visits}"),
    new=N_("also {days} {start}-{end}"),
    new_span=N_("also from {first} to {last}: {visits}"),
    again=N_("{days} {start}-{end} after all"),
    again_span=N_("after all from {first} to {last}: {visits}"),
    first=N_("new: {days} {start}-{end}"),
    first_span=N_("new: from {first} to {last}: {visits}"),
    now=N_("from {first}: {visits}"),
    no_longer=N_("from {first} no longer"),
    first_now=N_("new: from {first}: {visits}"),
    short=True,
)
"""Words of a short message."""


@dataclass(frozen=True)
class Run:
    """
    Changed visits that are alike but for their dates, in the order of these.

    ``is_span``: Whether they come at equal distances and are many.
    """

    visits: tuple[VisitChange, ...]
    is_span: bool

    @property
    def kind(self) -> Difference:
        """What is different about all of them."""
        return self.visits[0].kind

    @property
    def old(self) -> tuple[DatedVisit, ...]:
        """Visits as they were."""
        return tuple(visit.old for visit in self.visits if visit.old)

    @property
    def new(self) -> tuple[DatedVisit, ...]:
        """Visits as they are now."""
        return tuple(visit.new for visit in self.visits if visit.new)

    @property
    def dates(self) -> tuple[date, ...]:
        """Dates of all of them, old and new, sorted."""
        return tuple(sorted({day for visit in self.visits for day in visit.dates}))


def list_runs(changes: Sequence[VisitChange]) -> tuple[Run, ...]:
    """List changed visits by what they have in common, in the order of their first dates."""
    alike: dict[tuple[object, ...], list[VisitChange]] = {}
    for change in sorted(changes, key=_find_date):
        alike.setdefault(_key(change), []).append(change)
    runs = []
    for some in alike.values():
        pieces = list(_split_evenly(some))
        runs += [Run(tuple(piece), is_span=True) for piece in pieces if len(piece) > MOST_DATES]
        single = [change for piece in pieces if len(piece) <= MOST_DATES for change in piece]
        # Each visit on another day has its own pair of dates.
        apart = [[change] for change in single] if some[0].kind is Difference.DAY else [single]
        runs += [Run(tuple(piece), is_span=False) for piece in apart if piece]
    return tuple(sorted(runs, key=lambda run: (run.dates[0], list(Difference).index(run.kind))))


def _find_date(change: VisitChange) -> date:
    """Date by which a change is sorted: as it was, else as it is now."""
    return min(change.dates)


def _key(change: VisitChange) -> tuple[object, ...]:
    """What changes that are told together have in common."""
    days = (change.new.date - change.old.date).days if change.old and change.new else 0
    return (change.kind, days, *(_find_slot(visit) for visit in (change.old, change.new)))


def _find_slot(visit: DatedVisit | None) -> tuple[int, int, int, str] | None:
    """Weekday, clock times and bus of a visit."""
    return (visit.date.weekday(), visit.start_s, visit.end_s, visit.bus_id) if visit else None


def _split_evenly(changes: Sequence[VisitChange]) -> Iterator[list[VisitChange]]:
    """Split sorted changes where the distance of their dates is another one."""
    piece: list[VisitChange] = []
    for change in changes:
        if len(piece) > 1 and _find_date(change) - _find_date(piece[-1]) != _find_date(piece[1]) - _find_date(piece[0]):
            yield piece
            piece = []
        piece.append(change)
    if piece:
        yield piece


def tell_changes(
    place: PlaceChange, comparison: Comparison, buses: Mapping[str, str], language: Language, phrases: Phrases
) -> tuple[str, ...]:
    """Tell what people notice in a settlement: what is so on single dates, then what holds for good."""
    begins = find_beginning(place, comparison) if place.for_good else None
    dated = place.noticed if begins is None else tuple(_list_before(place.noticed, begins))
    absence = _find_absence(place, dated)
    runs = [absence] if absence else []
    runs += list_runs([change for change in dated if absence is None or change not in absence.visits])
    runs.sort(key=lambda run: run.dates[0])
    told = [_tell_run(run, place, comparison, buses, language, phrases) for run in runs]
    if begins is not None:
        visits = write_rhythm(place.lasting, comparison.repeat_weeks, buses, language)
        template = phrases.no_longer if not place.lasting else phrases.now if place.usual else phrases.first_now
        told.append(Text(template, {"first": _write_date(begins, phrases, language), "visits": visits}))
    return tuple(text.render(language) for text in told)


def _find_absence(place: PlaceChange, changes: Sequence[VisitChange]) -> Run | None:
    """Find a time in which many visits are lost, whatever they have in common, and none takes place."""
    lost = tuple(change for change in changes if change.kind is Difference.LOST)
    if len(lost) <= MOST_DATES:
        return None
    run = Run(tuple(sorted(lost, key=_find_date)), is_span=True)
    first, last = run.dates[0], run.dates[-1]
    return None if any(first <= visit.date <= last for visit in place.after) else run


def find_beginning(place: PlaceChange, comparison: Comparison) -> date:
    """Find the date from which what holds for good for a settlement is so on every date that is compared."""
    days = comparison.repeat_weeks * WEEK_DAYS
    lasting = {visit.date.toordinal() % days: _find_slot(visit) for visit in place.lasting}
    after = {visit.date: _find_slot(visit) for visit in place.after}
    first = max(comparison.first_day, comparison.holds_from or comparison.first_day)
    begins = comparison.last_day + timedelta(days=1)
    while begins > first:
        before = begins - timedelta(days=1)
        if after.get(before) != lasting.get(before.toordinal() % days):
            break
        begins = before
    usual = {visit.date.toordinal() % days: _find_slot(visit) for visit in place.usual}
    alike = {at for at in range(days) if usual.get(at) == lasting.get(at)}
    while first < begins <= comparison.last_day and begins.toordinal() % days in alike:
        # What came before was for a time; then it was as ever until something else begins.
        begins += timedelta(days=1)
    # Calendars may leave no date as the cycle has it.
    return begins if begins <= comparison.last_day else first


def _list_before(changes: Sequence[VisitChange], begins: date) -> Iterator[VisitChange]:
    """What changes before a date; of a visit that is put off beyond it, that it is lost."""
    for change in changes:
        old = change.old if change.old and change.old.date < begins else None
        new = change.new if change.new and change.new.date < begins else None
        if old and new:
            yield change
        elif old or new:
            yield VisitChange(old, new, (Difference.LOST if old else Difference.NEW,))


def _tell_run(
    run: Run,
    place: PlaceChange,
    comparison: Comparison,
    buses: Mapping[str, str],
    language: Language,
    phrases: Phrases,
) -> Text:
    """One sentence about visits that change alike."""
    weeks = comparison.repeat_weeks
    shown = run.new or run.old
    words: dict[str, object] = {
        "days": _write_days([visit.date for visit in shown], phrases, language),
        "old": _write_days([visit.date for visit in run.old[:1]], phrases, language),
        "first": _write_date(run.dates[0], phrases, language),
        "last": _write_date(_find_end(run, place), phrases, language),
        "start": format_clock(shown[0].start_s),
        "end": format_clock(shown[0].end_s),
        "bus": buses.get(shown[0].bus_id, shown[0].bus_id),
        "visits": write_rhythm(run.new, weeks, buses, language),
        "before": write_rhythm(run.old, weeks, buses, language),
    }
    if run.old:
        words |= {"old_start": format_clock(run.old[0].start_s), "old_end": format_clock(run.old[0].end_s)}
    return Text(_choose_template(run, place, weeks, phrases), words)


def _find_end(run: Run, place: PlaceChange) -> date:
    """Last date of a span: that of all changes if the bus was not to come in between, and does not."""
    last, end = run.dates[-1], place.until
    if end is None or any(last < visit.date <= end for visit in (*place.before, *place.after)):
        return last
    return max(last, end)


def _choose_template(run: Run, place: PlaceChange, repeat_weeks: int, phrases: Phrases) -> str:
    """The words for a run."""
    match run.kind:
        case Difference.LOST:
            if not run.is_span:
                return phrases.lost
            comes = any(run.dates[0] <= visit.date <= run.dates[-1] for visit in place.after)
            return phrases.lost_some if comes else phrases.lost_span
        case Difference.NEW:
            if all(is_usual(visit, place, repeat_weeks) for visit in run.new):
                return phrases.again_span if run.is_span else phrases.again
            if place.before or place.usual:
                return phrases.new_span if run.is_span else phrases.new
            return phrases.first_span if run.is_span else phrases.first
        case _ if run.is_span:
            return phrases.other_span
        case Difference.DAY:
            return phrases.day
        case Difference.BUS:
            return phrases.bus
        case _:
            return phrases.time


def is_usual(visit: DatedVisit, place: PlaceChange, repeat_weeks: int) -> bool:
    """Whether a visit is as the old cycle has it on its date, whatever periods, calendars and the bus that drives."""
    days = repeat_weeks * WEEK_DAYS
    alike = (one for one in place.usual if (one.date - visit.date).days % days == 0)
    return any((one.start_s, one.end_s) == (visit.start_s, visit.end_s) for one in alike)


def write_until_now(place: PlaceChange, repeat_weeks: int, buses: Mapping[str, str], language: Language) -> str:
    """Write the usual timetable of a settlement, and what was announced last for changed dates where that is other."""
    usual = write_rhythm(place.usual, repeat_weeks, buses, language)
    dates = [text for change in place.visits if (text := _write_last(change, place, repeat_weeks, language))]
    return Text(LAST, {"usual": usual, "dates": "; ".join(dates)}).render(language) if dates else usual


def _write_last(change: VisitChange, place: PlaceChange, repeat_weeks: int, language: Language) -> str:
    """What was announced last for a date; empty if that is the usual timetable."""
    if change.old is not None:
        if is_usual(change.old, place, repeat_weeks):
            return ""
        clock = f"{format_clock(change.old.start_s)}–{format_clock(change.old.end_s)}"
        return f"{name_date(change.old.date, language)}, {clock}"
    if change.new is None or not is_usual(change.new, place, repeat_weeks):
        return ""
    none = language.gettext(NO_VISIT)
    return f"{name_date(change.new.date, language)}: {none}"


def name_date(day: date, language: Language) -> str:
    """A date with its weekday that stands alone."""
    return f"{language.weekday(day.weekday())}, {language.date(day)}"


def write_rhythm(visits: Sequence[DatedVisit], repeat_weeks: int, buses: Mapping[str, str], language: Language) -> str:
    """Write weekday, time and bus of visits, with the weeks of their cycle where it is not every one."""
    if not visits:
        return language.gettext(NO_VISIT)
    slots: dict[tuple[int, int, int, str], list[DatedVisit]] = {}
    for visit in visits:
        slots.setdefault((visit.date.weekday(), visit.start_s, visit.end_s, visit.bus_id), []).append(visit)
    parts = []
    for (weekday, start_s, end_s, bus), held in slots.items():
        text = f"{language.weekday(weekday)} {format_clock(start_s)}–{format_clock(end_s)}"
        text = f"{text}, {buses.get(bus, bus)}" if len(buses) > 1 else text
        weeks = sorted({week_of(visit.day) for visit in held})
        words = {"visit": text, "weeks": ", ".join(map(str, weeks))}
        parts.append(Text(EVERY_WEEK if _is_weekly(held, repeat_weeks) else IN_WEEKS, words).render(language))
    return "; ".join(parts)


def _is_weekly(visits: Sequence[DatedVisit], repeat_weeks: int) -> bool:
    """Whether visits of one slot take place every week."""
    if len(visits) == 1:
        return repeat_weeks == 1
    gaps = {(later.date - one.date).days for one, later in zip(visits, visits[1:], strict=False)}
    return gaps == {WEEK_DAYS} and len(visits) >= min(repeat_weeks, MOST_DATES + 1)


def write_day(day: date, language: Language) -> str:
    """Write a date with its weekday, as it stands in a sentence."""
    return Text(ON_DAYS[day.weekday()], {"date": language.date(day)}).render(language)


def write_short_date(day: date, language: Language) -> str:
    """Write a date as short as a message needs it."""
    from babel.dates import format_date

    return format_date(day, "d MMM" if language.code == "en" else "dd.MM", locale=language.code)


def write_short_day(day: date, language: Language) -> str:
    """Write a date with its weekday as short as a message needs it."""
    return f"{language.weekday_short(day.weekday())} {write_short_date(day, language)}"


def _write_date(day: date, phrases: Phrases, language: Language) -> str:
    """Write a date without its weekday."""
    return write_short_date(day, language) if phrases.short else language.date(day)


def _write_days(days: Sequence[date], phrases: Phrases, language: Language) -> str:
    """Write dates with their weekdays one after another."""
    if phrases.short:
        return ", ".join(write_short_day(day, language) for day in days)
    texts = [write_day(day, language) for day in days]
    if len(texts) < 2:
        return "".join(texts)
    return Text(AND, {"days": ", ".join(texts[:-1]), "last": texts[-1]}).render(language)
