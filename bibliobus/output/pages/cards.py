"""
Cards that open at a place on the map, and the headlines that a council asks for first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bibliobus.domain.audience import Audience
from bibliobus.domain.places import Library
from bibliobus.output.pages.page import WORDS
from bibliobus.output.pages.shown import choose_next
from bibliobus.plan.explain.reasons import describe_reason, describe_ways_out
from bibliobus.plan.names import name_district, name_settlement, spell_places
from bibliobus.plan.plan import Standing
from bibliobus.words.language import N_
from bibliobus.words.units import HOUR_S, format_clock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from bibliobus.output.pages.shown import MapPlace, Stay
    from bibliobus.output.pages.view import Atlas
    from bibliobus.plan.plan import Account
    from bibliobus.words.language import Language
    from bibliobus.words.text import Name

SENTENCE_RHYTHM = N_("The bus comes {rhythm}.")
SENTENCE_LIBRARY_HERE = N_("Library here: {library}.")
SENTENCE_LIBRARY_NEAR = N_("No bus needed. Nearest library: {library}, {distance} by road.")
SENTENCE_SOURCE = N_("Source: {source}")
SENTENCE_DEPOT = N_("Depot: the bus starts and ends here")
SENTENCE_LIBRARY = N_("Library")
SENTENCE_UNSERVED = N_("Not served. {reason}")


def write_cards(atlas: Atlas) -> list[dict[str, Any]]:
    """
    Write the card of every place.

    Parameters
    ----------
    atlas
        The map.

    Returns
    -------
    list of dict
        In the order of the places: ``id``, ``name``, ``sub`` (where it is), ``lines`` (sentences), ``rows`` (weekday,
        date, time, duration, bus of each of the next visits), ``say`` (what a screen reader adds to the name),
        ``rank`` for its label on the map (0 first; -1 for none), ``strong`` for a bold label, ``far`` if it stays in
        the background.
    """
    ranks = rank_labels(atlas.places)
    stays: dict[str, list[Stay]] = {}
    for stay in (stay for layer in atlas.layers for stay in layer.stays):
        stays.setdefault(stay.settlement_id, []).append(stay)
    libraries = {library.library_id: library for library in atlas.dataset.libraries}
    cards = []
    for place in atlas.places:
        own = sorted(stays.get(place.place_id, []), key=lambda stay: (stay.day, stay.start_s, stay.bus_id))
        cards.append(
            {
                "id": place.place_id,
                **_describe(place, libraries, atlas),
                "rows": [_row(stay, day, atlas) for stay, day in _next(own, atlas)],
                "say": _say(place, own, atlas.language),
                "rank": ranks.get(place.index, -1) + (len(ranks) if atlas.is_far(place) else 0),
                "strong": bool(place.libraries),
                "far": atlas.is_far(place),
            }
        )
    return cards


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


def list_ways_out(account: Account, names: Mapping[str, Name], atlas: Atlas) -> tuple[str, ...]:
    """
    List what would change it that a settlement is not served.

    Parameters
    ----------
    account
        How the settlement stands.
    names
        Names of settlements by id.
    atlas
        The map.

    Returns
    -------
    tuple of str
        Sentences; none for the public, to whom nobody names a village that could be left out instead.
    """
    if account.reason is None or atlas.view.audience is Audience.PUBLIC:
        return ()
    return tuple(way.render(atlas.language) for way in describe_ways_out(account.reason, names))


def _describe(place: MapPlace, libraries: dict[str, Library], atlas: Atlas) -> dict[str, Any]:
    """Name, place and sentences of a card."""
    language = atlas.language
    if place.settlement is not None and place.account is not None:
        public = atlas.view.audience is Audience.PUBLIC
        people = language.ngettext("{count} resident", "{count} residents", place.account.population)
        return {
            "name": name_settlement(place.settlement, language),
            "sub": name_district(place.settlement.hromada, place.settlement.raion, language),
            "lines": [*([] if public else [people]), *_settlement_lines(place, place.account, libraries, atlas)],
        }
    building = place.building
    assert building is not None  # every place is a settlement or a building
    if isinstance(building, Library):
        lines = _library_lines((building,), language)[1:]
        return {"name": building.name, "sub": language.gettext(SENTENCE_LIBRARY), "lines": lines}
    return {"name": building.name, "sub": language.gettext(SENTENCE_DEPOT), "lines": []}


def _settlement_lines(place: MapPlace, account: Account, libraries: dict[str, Library], atlas: Atlas) -> list[str]:
    """Sentences about the service of a settlement."""
    language = atlas.language
    lines = _library_lines(place.libraries, language)
    if account.standing is Standing.SERVED:
        rhythm = language.rhythm(account.rhythm_weeks)
        lines.append(language.gettext(SENTENCE_RHYTHM).format(rhythm=rhythm))
    elif account.standing is Standing.UNSERVED and account.reason is not None:
        reason = describe_reason(account.reason).render(language)
        lines.append(language.gettext(SENTENCE_UNSERVED).format(reason=reason))
        lines += list_ways_out(account, spell_places(atlas.dataset), atlas)
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


def _next(stays: Sequence[Stay], atlas: Atlas) -> list[tuple[Stay, date]]:
    """Next visits of a settlement."""
    by_key = {stay.key: stay for stay in stays}
    return [(by_key[key], day) for day, key in choose_next(atlas.visits, by_key)]


def _row(stay: Stay, day: date, atlas: Atlas) -> list[str]:
    """Weekday, date, time, duration and bus of a visit."""
    language = atlas.language
    return [
        language.weekday(day.weekday()),
        language.date(day),
        _clock(stay),
        language.duration(stay.end_s - stay.start_s),
        atlas.layers[stay.layer].bus.name,
    ]


def _say(place: MapPlace, stays: Sequence[Stay], language: Language) -> str:
    """What the place is, or when the bus comes."""
    calls = dict.fromkeys(f"{language.weekday(stay.weekday)} {_clock(stay)}" for stay in stays)
    return ", ".join(calls) or language.gettext(WORDS[place.symbol.value])


def _clock(stay: Stay) -> str:
    """Arrival and departure."""
    return f"{format_clock(stay.start_s)}\N{EN DASH}{format_clock(stay.end_s)}"


PART_OF_WHOLE = N_("{part} of {whole}")
LABEL_SETTLEMENTS = N_("settlements that need the bus are served")
LABEL_SHARE = N_("of the people without a library near are served: {part} of {whole}")
LABEL_OPEN = N_("open to readers in that time")
MANY_HOURS = 10


@dataclass(frozen=True)
class Headline:
    """
    One number that stands out.

    Parameters
    ----------
    value
        The number in words.
    label
        What it counts.
    """

    value: str
    label: str


def write_headlines(atlas: Atlas) -> tuple[Headline, ...]:
    """
    Write the numbers that stand out.

    Parameters
    ----------
    atlas
        The map; where a hromada is in front only its settlements count.

    Returns
    -------
    tuple of Headline
        Settlements served, share of people served, visits in a cycle, time open to readers.
    """
    language = atlas.language
    accounts = [place.account for place in atlas.places if place.account and not atlas.is_far(place)]
    served = [account for account in accounts if account.standing is Standing.SERVED]
    needing = [account for account in accounts if account.standing is not Standing.NOT_NEEDED]
    part, whole = (sum(account.population for account in some) for some in (served, needing))
    ids = {account.settlement_id for account in served}
    stays = [stay for layer in atlas.layers for stay in layer.stays if stay.settlement_id in ids]
    settlements = language.gettext(PART_OF_WHOLE).format(part=len(served), whole=len(needing))
    people = language.gettext(LABEL_SHARE).format(part=language.number(part), whole=language.number(whole))
    visits = language.ngettext("visits a week", "visits in {count} weeks", atlas.plan.cycle.weeks)
    return (
        Headline(settlements, language.gettext(LABEL_SETTLEMENTS)),
        Headline(language.percent(part / whole if whole else 1.0), people),
        Headline(language.number(len(stays)), visits),
        Headline(_hours(sum(stay.end_s - stay.start_s for stay in stays), language), language.gettext(LABEL_OPEN)),
    )


def _hours(seconds: int, language: Language) -> str:
    """Time; from ten hours on in whole hours."""
    hours, unit = round(seconds / HOUR_S), language.gettext("h")
    return f"{language.number(hours)}\N{NO-BREAK SPACE}{unit}" if hours >= MANY_HOURS else language.duration(seconds)
