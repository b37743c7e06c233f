"""Stops: where the bus calls, when, and on which dates it does and does not come."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final, TypeAlias

from bibliobus.domain.calendar import WEEK_DAYS, rhythm_days, weekday_of
from bibliobus.inputs.gazetteers.katottg import transliterate
from bibliobus.network.places import DEPOT_PREFIX, LIBRARY_PREFIX
from bibliobus.plan.dates import CAUSES, Cause, find_period, tell_cause
from bibliobus.plan.names import name_hromada, name_raion, name_settlement
from bibliobus.plan.plan import PeriodCause, Standing
from bibliobus.view.periods import Change, DatedVisit, pair_visits, sort_changes
from bibliobus.words.language import N_, alphabet_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bibliobus.domain.calendar import Cycle
    from bibliobus.domain.fleet import Depot
    from bibliobus.domain.places import Library
    from bibliobus.plan.dates import ServiceDate
    from bibliobus.plan.plan import Call, Period, Tour
    from bibliobus.view.ground import LatLon
    from bibliobus.view.reader import Seen

NO_SCHOOL: Final = N_("No school on this date")
NEXT_VISITS: Final = 6
"""How many visits a map lists by date."""

Key: TypeAlias = tuple[str, int, int, int, str]
"""Settlement, day of the cycle, arrival and departure in seconds after midnight, bus: what the dates of a visit are
found by."""
Other: TypeAlias = tuple[str, date, PeriodCause]
"""Settlement, first date and cause of a period: what its changes are found by."""


@dataclass(frozen=True)
class Building:
    """A library or a depot; `apart` if it stands where it has a mark of its own, and not just in its settlement."""

    place_id: str
    building_id: str
    is_depot: bool
    name: str
    settlement_id: str
    apart: bool
    spot: LatLon | None
    source: str = ""


@dataclass(frozen=True)
class ShownPlace:
    """
    A settlement as its reader may know it.

    `order` counts the settlements that this reader knows of, in the order of the inputs, from 0; `full_name` is that of
    no other settlement; `hromada` and `raion` are as the inputs spell them; `residents` is 0 where the reader may not
    know it.
    """

    settlement_id: str
    order: int
    name: str
    full_name: str
    hromada: str
    raion: str
    hromada_name: str
    raion_name: str
    lat: float
    lon: float
    residents: int
    libraries: tuple[Building, ...]

    @property
    def district(self) -> str:
        """Hromada and raion in words; empty if neither is known."""
        return ", ".join(filter(None, (self.hromada_name, self.raion_name)))

    @property
    def spot(self) -> LatLon:
        """Degrees north and east."""
        return self.lat, self.lon


@dataclass(frozen=True, order=True)
class StopDate:
    """
    One date of a visit.

    Parameters
    ----------
    date
        Date of the visit.
    day
        Day of the cycle that the visit belongs to, from 0.
    comes
        True if the bus comes.
    moved
        True if it is not the date that the cycle gives it.
    why
        Why the bus does not come; empty if it comes.
    changed
        True if it does not come because other tours are driven for a time.
    untold
        True if it does not come because the timetable of before still holds, so that nobody expects it.
    """

    date: date
    day: int
    comes: bool = True
    moved: bool = False
    why: str = ""
    changed: bool = False
    untold: bool = False


@dataclass(frozen=True)
class StopTime:
    """
    Visits of one bus at one stop that one rhythm describes; those at unequal distances are a time each, once a cycle.

    Parameters
    ----------
    bus_id, bus
        Id and name of the bus.
    weekday
        Day of the week, from 0 for Monday.
    start_s, end_s
        Arrival and departure in seconds after midnight.
    weeks
        Weeks from one visit to the next.
    days
        Days of the cycle on which the bus comes, from 0, in order.
    visits
        Dates of the visits.
    since
        First date of the timetable that they belong to, if another one holds before; otherwise None.
    """

    bus_id: str
    bus: str
    weekday: int
    start_s: int
    end_s: int
    weeks: int
    days: tuple[int, ...]
    visits: tuple[StopDate, ...]
    since: date | None = None

    @property
    def dates(self) -> tuple[date, ...]:
        """Dates of the rhythm on which the bus comes."""
        return tuple(one.date for one in self.visits if one.comes and not one.moved)

    @property
    def cancelled(self) -> tuple[StopDate, ...]:
        """Dates of the rhythm on which it does not, though people may expect it."""
        return tuple(one for one in self.visits if not one.comes and not one.moved and not one.untold)

    @property
    def first(self) -> date | None:
        """First date of the rhythm of which people know; None if there is none."""
        return min((*self.dates, *(one.date for one in self.cancelled)), default=None)

    @property
    def gaps(self) -> tuple[date, ...]:
        """Dates of the rhythm without a visit, from the first of which people know."""
        first = self.first
        missing = {one.date for one in self.visits if not one.comes and not one.moved}
        return tuple(sorted(day for day in missing if first is not None and day >= first))

    def find_first(self, cycle: Cycle, day: int) -> date:
        """
        Find the first date that the timetable gives one of the days of the cycle.

        Parameters
        ----------
        cycle
            Cycle of the plan.
        day
            Day of the cycle, from 0.

        Returns
        -------
        date
            Not before the timetable holds.
        """
        first = cycle.date_of(day)
        late = 0 if self.since is None else max(0, (self.since - first).days)
        return first + timedelta(weeks=cycle.weeks * -(-late // (cycle.weeks * WEEK_DAYS)))

    @property
    def holes(self) -> tuple[date, ...]:
        """Dates without a visit between the first and the last of the rhythm on which the bus comes."""
        dates = self.dates
        return tuple(day for day in self.gaps if dates and dates[0] < day < dates[-1])

    @property
    def extra(self) -> tuple[date, ...]:
        """Other dates on which it comes instead."""
        return tuple(one.date for one in self.visits if one.comes and one.moved)

    @property
    def all_dates(self) -> tuple[date, ...]:
        """All dates on which the bus comes, in order."""
        return tuple(sorted({one.date for one in self.visits if one.comes}))

    @property
    def coming(self) -> tuple[DatedVisit, ...]:
        """The visits that come."""
        visits = (one for one in self.visits if one.comes)
        return tuple(DatedVisit(one.date, self.start_s, one.day, self.bus, self.end_s, self.bus_id) for one in visits)


@dataclass(frozen=True)
class Stop(ShownPlace):
    """
    A settlement that the bus serves, in every cycle or for a time.

    Parameters
    ----------
    settlement_id, order, name, full_name, hromada, raion, hromada_name, raion_name, lat, lon, residents, libraries
        As in `ShownPlace`.
    name_uk
        Name in Ukrainian.
    name_latin
        Name in Latin letters.
    note
        What the inputs say of it; empty if nothing, or if the reader may not know it.
    rhythm_weeks
        Weeks from one visit to the next that its rhythm asks for.
    kept_back
        True if it must not be published.
    times
        When the bus comes in every cycle; none if it only comes for a time.
    changes
        What is other for a time, on dates that the reader asked for, in their order.
    """

    name_uk: str
    name_latin: str
    note: str
    rhythm_weeks: int
    kept_back: bool
    times: tuple[StopTime, ...]
    changes: tuple[Change, ...] = ()

    @property
    def changed(self) -> tuple[DatedVisit, ...]:
        """Visits that the cycle does not give: in a period, at another time, on another date or by another bus."""
        return tuple(sorted(one.visit for one in self.changes if one.visit is not None))

    def find_changes(self, time: StopTime) -> tuple[Change, ...]:
        """
        Find what takes visits of one of the times away.

        Parameters
        ----------
        time
            One of the times of the stop.

        Returns
        -------
        tuple of Change
            In the order of their dates.
        """
        wanted = time.start_s, time.end_s, time.bus_id
        return tuple(
            one
            for one in self.changes
            if (old := one.missing) is not None
            and (old.start_s, old.end_s, old.bus_id) == wanted
            and old.day in time.days
        )

    @property
    def coming(self) -> tuple[DatedVisit, ...]:
        """All visits that come, in order."""
        return tuple(sorted((*(visit for time in self.times for visit in time.coming), *self.changed)))

    @property
    def calls(self) -> tuple[tuple[int, StopTime], ...]:
        """Day of the cycle and time of each visit, in their order."""
        found = [(day, time) for time in self.times for day in time.days]
        return tuple(sorted(found, key=lambda one: (one[0], one[1].start_s)))


def list_buildings(seen: Seen) -> tuple[Building, ...]:
    """List the libraries and the depots that the reader may know of."""
    libraries = seen.dataset.libraries if seen.may("libraries") else ()
    depots = seen.dataset.scenario.depots if seen.may("depots") else ()
    return (*(_show_library(one, seen) for one in libraries), *(_show_depot(one, seen) for one in depots))


def list_places(seen: Seen, buildings: Sequence[Building]) -> dict[str, ShownPlace]:
    """List the settlements that the reader knows of, by id."""
    language = seen.reader.language
    inside: dict[str, list[Building]] = defaultdict(list)
    for building in buildings:
        if not building.is_depot:
            inside[building.settlement_id].append(building)
    return {
        one.settlement_id: ShownPlace(
            settlement_id=one.settlement_id,
            order=order,
            name=name_settlement(one, language),
            full_name=seen.names[one.settlement_id],
            hromada=one.hromada,
            raion=one.raion,
            hromada_name=name_hromada(one.hromada, language),
            raion_name=name_raion(one.raion, language),
            lat=one.lat,
            lon=one.lon,
            residents=seen.accounts[one.settlement_id].population if seen.may("residents") else 0,
            libraries=tuple(inside[one.settlement_id]),
        )
        for order, one in enumerate(seen.settlements)
    }


def list_stops(seen: Seen, places: Mapping[str, ShownPlace]) -> tuple[Stop, ...]:
    """List the stops by name in the alphabet, each with its times in the order of the cycle and what is changed."""
    dated = _find_visits(seen)
    times, changes = _list_times(seen, dated), dated.pair(seen.plan.cycle.weeks * WEEK_DAYS)
    stops = [
        Stop(
            **vars(places[one.settlement_id]),
            name_uk=one.name_uk,
            name_latin=one.name_latin,
            note=one.note if seen.may("notes") else "",
            rhythm_weeks=seen.accounts[one.settlement_id].rhythm_weeks,
            kept_back=one.settlement_id in seen.kept_back,
            times=tuple(times[one.settlement_id]),
            changes=changes.get(one.settlement_id, ()),
        )
        for one in seen.settlements
        if seen.accounts[one.settlement_id].standing is Standing.SERVED or one.settlement_id in changes
    ]
    return tuple(sorted(stops, key=lambda stop: (alphabet_key(stop.name), stop.settlement_id)))


def list_next(visits: Iterable[DatedVisit]) -> tuple[DatedVisit, ...]:
    """List the next of some visits by date and clock time, six at most."""
    return tuple(sorted(visits)[:NEXT_VISITS])


def find_rhythms(days: Iterable[int], cycle_weeks: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """
    Find the rhythms of visits at one clock time: weeks between them, and their days of the cycle.

    Days on one weekday that come at equal distances are one rhythm; others are one each, once a cycle.
    """
    weekdays: dict[int, list[int]] = defaultdict(list)
    for day in sorted(days):
        weekdays[weekday_of(day)].append(day)
    for held in weekdays.values():
        weeks, rest = divmod(cycle_weeks, len(held))
        regular = not rest and held[0] < weeks * WEEK_DAYS
        if regular and tuple(held) == rhythm_days(cycle_weeks, weeks, held[0]):
            yield weeks, tuple(held)
        else:
            yield from ((cycle_weeks, (day,)) for day in held)


def spell_plainly(text: str) -> str:
    """Spell a text in Latin letters, digits and hyphens, so that a file may be named by it; it may become empty."""
    return re.sub(r"[^a-z0-9]+", "-", transliterate(text).lower()).strip("-")


def _show_library(library: Library, seen: Seen) -> Building:
    """A library; without a place of its own it stands somewhere in its settlement."""
    place_id = LIBRARY_PREFIX + library.library_id
    return Building(
        place_id=place_id,
        building_id=library.library_id,
        is_depot=False,
        name=library.name,
        settlement_id=library.settlement_id,
        apart=not library.settlement_id or library.lat is not None,
        spot=seen.find_spot(place_id),
        source=library.source,
    )


def _show_depot(depot: Depot, seen: Seen) -> Building:
    """A depot."""
    place_id = DEPOT_PREFIX + depot.depot_id
    return Building(
        place_id=place_id,
        building_id=depot.depot_id,
        is_depot=True,
        name=depot.name,
        settlement_id=depot.settlement_id,
        apart=True,
        spot=seen.find_spot(place_id),
    )


def _list_times(seen: Seen, dated: _Dated) -> Mapping[str, list[StopTime]]:
    """Times of each settlement."""
    held: dict[tuple[str, str, int, int], list[int]] = defaultdict(list)
    for tour in seen.plan.tours:
        for call in tour.calls:
            held[call.settlement_id, tour.bus_id, call.start_s, call.end_s].append(tour.day)
    found: dict[str, list[StopTime]] = defaultdict(list)
    for (settlement_id, bus_id, start_s, end_s), on in held.items():
        bus = seen.buses[bus_id]
        for weeks, days in find_rhythms(on, seen.plan.cycle.weeks):
            keys = [(settlement_id, day, start_s, end_s, bus_id) for day in days]
            visits = tuple(sorted(one for key in keys for one in dated.visits.get(key, ())))
            since = dated.find_since(settlement_id, keys, visits)
            weekday = weekday_of(days[0])
            time = StopTime(bus.bus_id, bus.name, weekday, start_s, end_s, weeks, days, visits, since)
            found[settlement_id].append(time)
    for times in found.values():
        times.sort(key=lambda one: (one.days[0], one.start_s, one.bus, one.end_s))
    return found


@dataclass
class _Dated:
    """
    Dates of each visit of the cycle; by settlement and period what it adds and takes away; by settlement from when on
    its timetable holds, and visits of the cycle that have dates before that on which nobody was told of them.
    """

    visits: dict[Key, list[StopDate]] = field(default_factory=lambda: defaultdict(list))
    added: dict[Other, list[DatedVisit]] = field(default_factory=lambda: defaultdict(list))
    missing: dict[Other, list[tuple[DatedVisit, str]]] = field(default_factory=lambda: defaultdict(list))
    since: dict[str, date] = field(default_factory=dict)
    untold: set[Key] = field(default_factory=set)

    def pair(self, days: int) -> dict[str, tuple[Change, ...]]:
        """What is changed at each settlement."""
        found: dict[str, list[Change]] = defaultdict(list)
        for key in dict.fromkeys((*self.missing, *self.added)):
            settlement_id, _, cause = key
            found[settlement_id] += pair_visits(cause, self.missing.get(key, ()), self.added.get(key, ()), days)
        return {settlement_id: sort_changes(changes) for settlement_id, changes in found.items()}

    def find_since(self, settlement_id: str, keys: Sequence[Key], visits: Iterable[StopDate]) -> date | None:
        """From when on a time holds; None if it holds already under the timetable of before."""
        since = self.since.get(settlement_id)
        held = since is not None and any(one.comes and one.date < since for one in visits)
        return None if held and self.untold.isdisjoint(keys) else since

    def begin_after(self, settlement_id: str, period: Period) -> None:
        """Take up that another timetable holds at a settlement in a period."""
        if period.cause is PeriodCause.BEFORE:
            self.since[settlement_id] = period.last + timedelta(days=1)


def _find_visits(seen: Seen) -> _Dated:
    """Everything that has a date."""
    found = _Dated()
    cycle = {_key(tour, call) for tour in seen.plan.tours for call in tour.calls}
    for _, services in groupby(seen.services, key=lambda one: one.day):
        today = list(services)
        valid = [one for one in today if one.cause is not Cause.CHANGED]
        for service in valid:
            _date_calls(seen, service, cycle, found)
        for service in today:
            if service.cause is Cause.CHANGED:
                _date_missing(seen, service, [one for one in valid if one.instead_of is None], found)
    return found


def _key(tour: Tour, call: Call) -> Key:
    """By what the dates of a visit are found."""
    return call.settlement_id, tour.day, call.start_s, call.end_s, tour.bus_id


def _date_calls(seen: Seen, service: ServiceDate, cycle: set[Key], found: _Dated) -> None:
    """Calls of a tour that holds on a date: visits of the cycle as ever, others if they come."""
    for call in service.tour.calls:
        skipped, key = call.settlement_id in service.skipped, _key(service.tour, call)
        if key in cycle:
            found.visits[key].append(_date_visit(seen, service, skipped=skipped))
        elif service.driven and not skipped:
            period = find_period(seen.plan, service.instead_of or service.day)
            assert period is not None  # only a period has tours beside those of the cycle
            found.added[call.settlement_id, period.first, period.cause].append(_show_visit(seen, service, call))
            found.begin_after(call.settlement_id, period)


def _date_missing(seen: Seen, service: ServiceDate, valid: Sequence[ServiceDate], found: _Dated) -> None:
    """Calls of a tour of the cycle that a period replaces or drops: those that come as ever are not missing."""
    period, given = service.period, {_key(one.tour, call) for one in valid for call in one.tour.calls}
    assert period is not None  # it is why the tour is not driven
    other = next((one for one in valid if one.tour.tour_id == service.tour.tour_id and not one.driven), None)
    for call in service.tour.calls:
        key = _key(service.tour, call)
        if key in given:
            continue
        if period.cause is PeriodCause.BEFORE:
            found.untold.add(key)
            found.visits[key].append(StopDate(service.day, service.tour.day, False, untold=True))
            found.begin_after(call.settlement_id, period)
        elif other is not None:  # the tour in its place is not driven either, say on a holiday: that is why
            found.visits[key].append(_date_visit(seen, other, skipped=False))
        else:
            why = _tell_change(seen, period)
            found.visits[key].append(StopDate(service.day, service.tour.day, False, why=why, changed=True))
            visit = _show_visit(seen, service, call)
            found.missing[call.settlement_id, period.first, period.cause].append((visit, why))


def _show_visit(seen: Seen, service: ServiceDate, call: Call) -> DatedVisit:
    """Visit of a tour on a date."""
    bus = seen.buses[service.tour.bus_id]
    return DatedVisit(service.day, call.start_s, service.tour.day, bus.name, call.end_s, bus.bus_id)


def _tell_change(seen: Seen, period: Period) -> str:
    """Why a period takes a visit away."""
    cause = Cause.BUS_OFF if period.cause is PeriodCause.BUS else Cause.CHANGED
    return seen.reader.language.gettext(CAUSES[cause])


def _date_visit(seen: Seen, service: ServiceDate, *, skipped: bool) -> StopDate:
    """Visit on one of its dates."""
    comes, moved = service.driven and not skipped, service.instead_of is not None
    if comes:
        return StopDate(service.day, service.tour.day, moved=moved)
    language = seen.reader.language
    why = language.gettext(NO_SCHOOL) if service.driven else tell_cause(service, language)
    return StopDate(service.day, service.tour.day, False, moved, why)
