"""
The table twin of the map: everything it shows as rows that can be read, sorted and printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bibliobus.output.pages.cards import list_ways_out
from bibliobus.output.pages.shown import choose_missing, choose_next, draw_badge, find_symbol
from bibliobus.plan.explain.reasons import describe_reason
from bibliobus.plan.measure.figures import FIGURES, format_figure
from bibliobus.plan.names import name_settlement, spell_places
from bibliobus.plan.plan import Standing
from bibliobus.words.alphabet import alphabet_key
from bibliobus.words.text import join_dates
from bibliobus.words.units import MINUTE_S, format_clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bibliobus.domain.places import Settlement
    from bibliobus.output.pages.shown import MapPlace, Stay, TourLayer
    from bibliobus.output.pages.view import Atlas
    from bibliobus.plan.plan import Account, Plan
    from bibliobus.view.style import Symbol
    from bibliobus.words.language import Language


@dataclass(frozen=True)
class StopRow:
    """
    Calls of one bus at one settlement at one clock time.

    Parameters
    ----------
    place
        Number of the place on the map.
    name
        Name of the settlement.
    hromada
        Municipality.
    rhythm
        Rhythm in words.
    weeks
        Weeks of the cycle; empty if every week.
    weekday
        Name of the weekday.
    weekday_number
        0 is Monday.
    arrival
        Clock time.
    departure
        Clock time.
    stay
        Length of the stay in words.
    stay_s
        Length of the stay in seconds.
    dates
        Next dates in words.
    missing
        Dates among them without a visit, in words; empty if there are none.
    date_iso
        First of them as YYYY-MM-DD; empty if there is none within a year.
    bus
        Name of the bus; empty for the public.
    badge
        Badge as on the map, as markup.
    far
        True if the settlement stays in the background.
    """

    place: int
    name: str
    hromada: str
    rhythm: str
    weeks: str
    weekday: str
    weekday_number: int
    arrival: str
    departure: str
    stay: str
    stay_s: int
    dates: str
    missing: str
    date_iso: str
    bus: str
    badge: str
    far: bool


@dataclass(frozen=True)
class UnservedRow:
    """
    One settlement that is not served.

    Parameters
    ----------
    place
        Number of the place on the map.
    name
        Name of the settlement.
    hromada
        Municipality.
    population
        Residents.
    residents
        Residents in words.
    symbol
        Symbol on the map.
    reason
        Why, in words.
    ways
        What would change it, in sentences; none for the public.
    """

    place: int
    name: str
    hromada: str
    population: int
    residents: str
    symbol: Symbol
    reason: str
    ways: tuple[str, ...]


@dataclass(frozen=True)
class NotNeededRow:
    """
    One settlement that needs no bus.

    Parameters
    ----------
    place
        Number of the place on the map.
    name
        Name of the settlement.
    hromada
        Municipality.
    library
        Name of the nearest library.
    distance
        Distance by road in words; empty if it stands in the settlement.
    length_m
        Distance by road in metres.
    """

    place: int
    name: str
    hromada: str
    library: str
    distance: str
    length_m: int


def tabulate_stops(atlas: Atlas) -> tuple[StopRow, ...]:
    """
    Tabulate the served settlements.

    Parameters
    ----------
    atlas
        The map.

    Returns
    -------
    tuple of StopRow
        Sorted by name, then by the first date and time.
    """
    by_id = {place.place_id: place for place in atlas.places}
    rows = (
        _stop_row(atlas, by_id[stays[0].settlement_id], layer, stays)
        for layer in atlas.layers
        for stays in _same_time(layer)
    )
    return tuple(sorted(rows, key=lambda row: (alphabet_key(row.name), row.place, row.date_iso, row.arrival)))


def tabulate_unserved(atlas: Atlas) -> tuple[UnservedRow, ...]:
    """
    Tabulate the settlements that are not served; where a hromada is in front only its own.

    Parameters
    ----------
    atlas
        The map.

    Returns
    -------
    tuple of UnservedRow
        Sorted by name.
    """
    language, names = atlas.language, spell_places(atlas.dataset)
    rows = (
        UnservedRow(
            place.index,
            name_settlement(settlement, language),
            settlement.hromada,
            account.population,
            language.number(account.population),
            find_symbol(account),
            describe_reason(account.reason).render(language) if account.reason else "",
            list_ways_out(account, names, atlas),
        )
        for place, settlement, account in _settlements(atlas)
        if account.standing is Standing.UNSERVED
    )
    return tuple(sorted(rows, key=lambda row: (alphabet_key(row.name), row.place)))


def tabulate_not_needed(atlas: Atlas) -> tuple[NotNeededRow, ...]:
    """
    Tabulate the settlements that need no bus; where a hromada is in front only its own.

    Parameters
    ----------
    atlas
        The map.

    Returns
    -------
    tuple of NotNeededRow
        Sorted by name.
    """
    language = atlas.language
    names = {library.library_id: library.name for library in atlas.dataset.libraries}
    rows = (
        NotNeededRow(
            place.index,
            name_settlement(settlement, language),
            settlement.hromada,
            names.get(account.library_id, account.library_id),
            language.kilometres(account.library_m) if account.library_m else "",
            account.library_m or 0,
        )
        for place, settlement, account in _settlements(atlas)
        if account.standing is Standing.NOT_NEEDED
    )
    return tuple(sorted(rows, key=lambda row: (alphabet_key(row.name), row.place)))


def tabulate_figures(plan: Plan, language: Language) -> tuple[tuple[str, str], ...]:
    """
    Tabulate the key figures.

    Parameters
    ----------
    plan
        The plan.
    language
        Language of the reader.

    Returns
    -------
    tuple of tuple
        Label and value in the order of `FIGURES`.
    """
    return tuple(
        (language.gettext(figure.label), format_figure(name, plan.figures[name], language))
        for name, figure in FIGURES.items()
        if name in plan.figures
    )


def _settlements(atlas: Atlas) -> Iterator[tuple[MapPlace, Settlement, Account]]:
    """Places in front that are settlements, with their account."""
    for place in atlas.places:
        if place.settlement is not None and place.account is not None and not atlas.is_far(place):
            yield place, place.settlement, place.account


def _same_time(layer: TourLayer) -> list[list[Stay]]:
    """Calls of a layer that are the same for a resident: one settlement, one clock time."""
    found: dict[tuple[str, int, int], list[Stay]] = {}
    for stay in layer.stays:
        found.setdefault((stay.settlement_id, stay.start_s, stay.end_s), []).append(stay)
    return list(found.values())


def _stop_row(atlas: Atlas, place: MapPlace, layer: TourLayer, stays: Sequence[Stay]) -> StopRow:
    """Row of the calls of one settlement at one clock time."""
    assert place.settlement is not None and place.account is not None  # calls are made at settlements
    language, first = atlas.language, stays[0]
    dates = [day for day, _ in choose_next(atlas.visits, (stay.key for stay in stays))]
    missing = choose_missing(atlas.visits, (stay.key for stay in stays), dates[-1]) if dates else ()
    weeks = [stay.week for stay in stays]
    return StopRow(
        place=place.index,
        name=name_settlement(place.settlement, language),
        hromada=place.settlement.hromada,
        rhythm=language.rhythm(place.account.rhythm_weeks),
        weeks="" if len(weeks) == atlas.plan.cycle.weeks else ", ".join(map(str, weeks)),
        weekday=language.weekday(layer.weekday),
        weekday_number=layer.weekday,
        arrival=format_clock(first.start_s),
        departure=format_clock(first.end_s),
        stay=_minutes(first.end_s - first.start_s, language),
        stay_s=first.end_s - first.start_s,
        dates=join_dates(dates, language),
        missing=join_dates(missing, language),
        date_iso=dates[0].isoformat() if dates else "",
        bus=layer.bus.name,
        badge=draw_badge(layer, stays, language),
        far=atlas.is_far(place),
    )


def _minutes(seconds: int, language: Language) -> str:
    """Length of a stay: always minutes, so that stays can be compared at a glance."""
    unit = language.gettext("min")
    return f"{language.number(round(seconds / MINUTE_S))}\N{NO-BREAK SPACE}{unit}"
