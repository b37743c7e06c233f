"""The table twin of the map: everything it shows as rows that can be read, sorted and printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.alphabet import alphabet_key
from bibliobus.maps.places import find_symbol
from bibliobus.maps.rows import NotNeededRow, StopRow, UnservedRow
from bibliobus.maps.tours import draw_badge
from bibliobus.plan.explain import describe_reason
from bibliobus.plan.measure import FIGURES, format_figure
from bibliobus.plan.names import name_settlement
from bibliobus.plan.timetable import Standing
from bibliobus.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bibliobus.domain.places import Settlement
    from bibliobus.inputs.dataset import Dataset
    from bibliobus.language import Language
    from bibliobus.maps.places import MapPlace
    from bibliobus.maps.tours import Stay, TourLayer
    from bibliobus.plan.timetable import Account, Plan

MAIN_FIGURES: Final = ("settlements_served", "people_served", "share_need_served", "visits", "bus_days", "length_m")
"""Key figures that stand out."""


def tabulate_stops(
    plan: Plan, places: Sequence[MapPlace], layers: Sequence[TourLayer], language: Language
) -> tuple[StopRow, ...]:
    """
    Tabulate the served settlements.

    Parameters
    ----------
    plan
        The plan.
    places
        Places of the map.
    layers
        Layers of the map.
    language
        Language of the reader.

    Returns
    -------
    tuple of StopRow
        Sorted by name, then by date and time.
    """
    by_id = {place.place_id: place for place in places}
    rows = (
        _stop_row(plan, by_id[stays[0].settlement_id], layer, stays, language)
        for layer in layers
        for stays in _same_time(layer)
    )
    return tuple(sorted(rows, key=lambda row: (alphabet_key(row.name), row.place, row.date_iso, row.arrival)))


def tabulate_unserved(places: Sequence[MapPlace], language: Language) -> tuple[UnservedRow, ...]:
    """
    Tabulate the settlements that are not served.

    Parameters
    ----------
    places
        Places of the map.
    language
        Language of the reader.

    Returns
    -------
    tuple of UnservedRow
        Sorted by name.
    """
    rows = (
        UnservedRow(
            place.index,
            name_settlement(settlement, language),
            settlement.hromada,
            account.population,
            language.number(account.population),
            find_symbol(account),
            describe_reason(account.reason).render(language) if account.reason else "",
        )
        for place, settlement, account in _settlements(places)
        if account.standing is Standing.UNSERVED
    )
    return tuple(sorted(rows, key=lambda row: (alphabet_key(row.name), row.place)))


def tabulate_not_needed(dataset: Dataset, places: Sequence[MapPlace], language: Language) -> tuple[NotNeededRow, ...]:
    """
    Tabulate the settlements that need no bus.

    Parameters
    ----------
    dataset
        Checked inputs.
    places
        Places of the map.
    language
        Language of the reader.

    Returns
    -------
    tuple of NotNeededRow
        Sorted by name.
    """
    names = {library.library_id: library.name for library in dataset.libraries}
    rows = (
        NotNeededRow(
            place.index,
            name_settlement(settlement, language),
            settlement.hromada,
            names.get(account.library_id, account.library_id),
            language.kilometres(account.library_m) if account.library_m else "",
            account.library_m or 0,
        )
        for place, settlement, account in _settlements(places)
        if account.standing is Standing.NOT_NEEDED
    )
    return tuple(sorted(rows, key=lambda row: (alphabet_key(row.name), row.place)))


def tabulate_figures(plan: Plan, language: Language) -> tuple[tuple[bool, str, str], ...]:
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
        Whether it stands out, label, value; the outstanding first, then in the order of `FIGURES`.
    """
    names = (*MAIN_FIGURES, *(name for name in FIGURES if name not in MAIN_FIGURES))
    return tuple(
        (
            name in MAIN_FIGURES,
            language.gettext(FIGURES[name].label),
            format_figure(name, plan.figures[name], language),
        )
        for name in names
        if name in plan.figures
    )


def _settlements(places: Sequence[MapPlace]) -> Iterator[tuple[MapPlace, Settlement, Account]]:
    """Places that are settlements, with their account."""
    for place in places:
        if place.settlement is not None and place.account is not None:
            yield place, place.settlement, place.account


def _same_time(layer: TourLayer) -> list[list[Stay]]:
    """Calls of a layer that are the same for a resident: one settlement, one clock time."""
    found: dict[tuple[str, int, int], list[Stay]] = {}
    for stay in layer.stays:
        found.setdefault((stay.settlement_id, stay.start_s, stay.end_s), []).append(stay)
    return list(found.values())


def _stop_row(plan: Plan, place: MapPlace, layer: TourLayer, stays: Sequence[Stay], language: Language) -> StopRow:
    """Row of the calls of one settlement at one clock time."""
    assert place.settlement is not None and place.account is not None  # calls are made at settlements
    first = stays[0]
    date = plan.cycle.date_of(first.day)
    weeks = [stay.week for stay in stays]
    return StopRow(
        place=place.index,
        name=name_settlement(place.settlement, language),
        hromada=place.settlement.hromada,
        rhythm=language.rhythm(place.account.rhythm_weeks),
        weeks="" if len(weeks) == plan.cycle.weeks else ", ".join(map(str, weeks)),
        weekday=language.weekday(layer.weekday),
        weekday_number=layer.weekday,
        date=language.date(date),
        date_iso=date.isoformat(),
        arrival=format_clock(first.start_s),
        departure=format_clock(first.end_s),
        bus=layer.bus.name,
        order=first.order,
        badge=draw_badge(layer, stays, plan.cycle.weeks, language),
    )
