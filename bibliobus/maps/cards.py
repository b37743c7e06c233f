"""Cards: what opens when one chooses a place on the map, as text without markup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bibliobus.domain.places import Library
from bibliobus.language import N_
from bibliobus.plan.explain import describe_reason
from bibliobus.plan.names import name_settlement
from bibliobus.plan.timetable import Standing
from bibliobus.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.inputs.dataset import Dataset
    from bibliobus.language import Language
    from bibliobus.maps.places import MapPlace
    from bibliobus.maps.tours import Stay, TourLayer
    from bibliobus.plan.timetable import Account, Plan

SENTENCE_RHYTHM = N_("The bus comes {rhythm}.")
SENTENCE_LIBRARY_HERE = N_("Library here: {library}.")
SENTENCE_LIBRARY_NEAR = N_("No bus needed. Nearest library: {library}, {distance} by road.")
SENTENCE_SOURCE = N_("Source: {source}")
SENTENCE_DEPOT = N_("Depot: the bus starts and ends here")
SENTENCE_LIBRARY = N_("Library")
SENTENCE_UNSERVED = N_("Not served. {reason}")


def write_cards(
    plan: Plan, dataset: Dataset, places: Sequence[MapPlace], layers: Sequence[TourLayer], language: Language
) -> list[dict[str, Any]]:
    """
    Write the card of every place.

    Parameters
    ----------
    plan
        The plan.
    dataset
        Checked inputs it was made from.
    places
        Places of the map.
    layers
        Layers of the map.
    language
        Language of the reader.

    Returns
    -------
    list of dict
        In the order of `places`: ``name``, ``sub`` (where it is), ``lines`` (sentences), ``rows``
        (week, weekday, date, time, duration, bus of each call), ``rank`` for its label on the
        map (0 first; -1 for none), ``strong`` for a bold label.
    """
    ranks = rank_labels(places)
    stays: dict[str, list[Stay]] = {}
    for stay in sorted((s for layer in layers for s in layer.stays), key=lambda s: (s.day, s.start_s, s.bus_id)):
        stays.setdefault(stay.settlement_id, []).append(stay)
    libraries = {library.library_id: library for library in dataset.libraries}
    names = {bus.bus_id: bus.name for bus in dataset.scenario.buses}
    return [
        {
            **_describe(place, libraries, language),
            "rows": [_row(plan, stay, names, language) for stay in stays.get(place.place_id, [])],
            "rank": ranks.get(place.index, -1),
            "strong": bool(place.libraries),
        }
        for place in places
    ]


def rank_labels(places: Sequence[MapPlace]) -> dict[int, int]:
    """
    Rank the labels: those with a library first, then by residents.

    Parameters
    ----------
    places
        Places of the map.

    Returns
    -------
    dict of int to int
        Rank by number of the place, settlements only; a map shows as many as fit, by rank.
    """

    def weight(place: MapPlace) -> tuple[bool, int, int]:
        population = place.account.population if place.account else 0
        return (not place.libraries, -population, place.index)

    settlements = sorted((place for place in places if place.settlement), key=weight)
    return {place.index: rank for rank, place in enumerate(settlements)}


def _describe(place: MapPlace, libraries: dict[str, Library], language: Language) -> dict[str, Any]:
    """Name, place and sentences of a card."""
    if place.settlement is not None and place.account is not None:
        return {
            "name": name_settlement(place.settlement, language),
            "sub": " · ".join(part for part in (place.settlement.hromada, place.settlement.raion) if part),
            "lines": _settlement_lines(place, place.account, libraries, language),
        }
    building = place.building
    assert building is not None  # every place is a settlement or a building
    if isinstance(building, Library):
        lines = _library_lines((building,), language)[1:]
        return {"name": building.name, "sub": language.gettext(SENTENCE_LIBRARY), "lines": lines}
    return {"name": building.name, "sub": language.gettext(SENTENCE_DEPOT), "lines": []}


def _settlement_lines(
    place: MapPlace, account: Account, libraries: dict[str, Library], language: Language
) -> list[str]:
    """Sentences of the card of a settlement."""
    lines = [language.ngettext("{count} resident", "{count} residents", account.population)]
    lines += _library_lines(place.libraries, language)
    if account.standing is Standing.SERVED:
        rhythm = language.rhythm(account.rhythm_weeks)
        lines.append(language.gettext(SENTENCE_RHYTHM).format(rhythm=rhythm))
    elif account.standing is Standing.UNSERVED and account.reason is not None:
        reason = describe_reason(account.reason).render(language)
        lines.append(language.gettext(SENTENCE_UNSERVED).format(reason=reason))
    elif account.library_m and account.library_id in libraries:
        name = libraries[account.library_id].name
        distance = language.kilometres(account.library_m)
        lines.append(language.gettext(SENTENCE_LIBRARY_NEAR).format(library=name, distance=distance))
    return lines


def _library_lines(libraries: Sequence[Library], language: Language) -> list[str]:
    """Name and source of each library."""
    return [
        text
        for library in libraries
        for text in (
            language.gettext(SENTENCE_LIBRARY_HERE).format(library=library.name),
            language.gettext(SENTENCE_SOURCE).format(source=library.source) if library.source else "",
        )
        if text
    ]


def _row(plan: Plan, stay: Stay, names: dict[str, str], language: Language) -> list[str]:
    """Week, weekday, date, time, duration and bus of a call."""
    return [
        str(stay.week),
        language.weekday(stay.weekday),
        language.date(plan.cycle.date_of(stay.day)),
        f"{format_clock(stay.start_s)}\N{EN DASH}{format_clock(stay.end_s)}",
        language.duration(stay.end_s - stay.start_s),
        names[stay.bus_id],
    ]
