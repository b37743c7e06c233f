"""Stops: where the bus calls, when, and on which dates it does and does not come."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from bibliobus.domain.calendar import WEEK_DAYS, rhythm_days, weekday_of
from bibliobus.inputs.gazetteers.katottg import transliterate
from bibliobus.network.places import DEPOT_PREFIX, LIBRARY_PREFIX
from bibliobus.plan.dates import tell_cause
from bibliobus.plan.names import name_hromada, name_raion, name_settlement
from bibliobus.plan.plan import Standing
from bibliobus.words.language import N_, alphabet_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from bibliobus.domain.fleet import Depot
    from bibliobus.domain.places import Library
    from bibliobus.plan.dates import ServiceDate
    from bibliobus.view.ground import LatLon
    from bibliobus.view.reader import Seen

NO_SCHOOL: Final = N_("No school on this date")
NEXT_VISITS: Final = 6
"""How many visits a map lists by date."""

Key: TypeAlias = tuple[str, int, int, str]
"""Settlement, day of the cycle, arrival in seconds after midnight, bus: what the dates of a visit are found by."""


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
    """

    date: date
    day: int
    comes: bool = True
    moved: bool = False
    why: str = ""


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
    """

    bus_id: str
    bus: str
    weekday: int
    start_s: int
    end_s: int
    weeks: int
    days: tuple[int, ...]
    visits: tuple[StopDate, ...]

    @property
    def dates(self) -> tuple[date, ...]:
        """Dates of the rhythm on which the bus comes."""
        return tuple(one.date for one in self.visits if one.comes and not one.moved)

    @property
    def cancelled(self) -> tuple[StopDate, ...]:
        """Dates of the rhythm on which it does not."""
        return tuple(one for one in self.visits if not one.comes and not one.moved)

    @property
    def extra(self) -> tuple[date, ...]:
        """Other dates on which it comes instead."""
        return tuple(one.date for one in self.visits if one.comes and one.moved)

    @property
    def all_dates(self) -> tuple[date, ...]:
        """All dates on which the bus comes, in order."""
        return tuple(sorted({one.date for one in self.visits if one.comes}))


@dataclass(frozen=True)
class Stop(ShownPlace):
    """
    A settlement that the bus serves.

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
        When the bus comes.
    """

    name_uk: str
    name_latin: str
    note: str
    rhythm_weeks: int
    kept_back: bool
    times: tuple[StopTime, ...]

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
    """List the stops by name in the alphabet, each with its times in the order of the cycle."""
    times = _list_times(seen)
    stops = [
        Stop(
            **vars(places[one.settlement_id]),
            name_uk=one.name_uk,
            name_latin=one.name_latin,
            note=one.note if seen.may("notes") else "",
            rhythm_weeks=seen.accounts[one.settlement_id].rhythm_weeks,
            kept_back=one.settlement_id in seen.kept_back,
            times=tuple(times[one.settlement_id]),
        )
        for one in seen.settlements
        if seen.accounts[one.settlement_id].standing is Standing.SERVED
    ]
    return tuple(sorted(stops, key=lambda stop: (alphabet_key(stop.name), stop.settlement_id)))


def list_next(times: Iterable[StopTime]) -> tuple[tuple[StopDate, StopTime], ...]:
    """List the next visits by date and clock time, six at most, with the times they belong to."""
    coming = [(visit, time) for time in times for visit in time.visits if visit.comes]
    coming.sort(key=lambda one: (one[0].date, one[1].start_s, one[0].day))
    return tuple(coming[:NEXT_VISITS])


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


def _list_times(seen: Seen) -> Mapping[str, list[StopTime]]:
    """Times of each settlement."""
    held: dict[tuple[str, str, int, int], list[int]] = defaultdict(list)
    for tour in seen.plan.tours:
        for call in tour.calls:
            held[call.settlement_id, tour.bus_id, call.start_s, call.end_s].append(tour.day)
    visits = _find_visits(seen)
    found: dict[str, list[StopTime]] = defaultdict(list)
    for (settlement_id, bus_id, start_s, end_s), on in held.items():
        bus = seen.buses[bus_id]
        for weeks, days in find_rhythms(on, seen.plan.cycle.weeks):
            dated = [one for day in days for one in visits.get((settlement_id, day, start_s, bus_id), ())]
            time = StopTime(
                bus.bus_id, bus.name, weekday_of(days[0]), start_s, end_s, weeks, days, tuple(sorted(dated))
            )
            found[settlement_id].append(time)
    for times in found.values():
        times.sort(key=lambda one: (one.days[0], one.start_s, one.bus, one.end_s))
    return found


def _find_visits(seen: Seen) -> Mapping[Key, list[StopDate]]:
    """Dates of each visit of the cycle."""
    found: dict[Key, list[StopDate]] = defaultdict(list)
    for service in seen.services:
        for call in service.tour.calls:
            key = (call.settlement_id, service.tour.day, call.start_s, service.tour.bus_id)
            found[key].append(_date_visit(seen, service, skipped=call.settlement_id in service.skipped))
    return found


def _date_visit(seen: Seen, service: ServiceDate, *, skipped: bool) -> StopDate:
    """Visit on one of its dates."""
    comes, moved = service.driven and not skipped, service.instead_of is not None
    if comes:
        return StopDate(service.day, service.tour.day, moved=moved)
    language = seen.reader.language
    why = language.gettext(NO_SCHOOL) if service.driven else tell_cause(service, language)
    return StopDate(service.day, service.tour.day, False, moved, why)
