"""Tables and cards below the map: every stop with its times, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bibliobus.output.pages.page import WORDS
from bibliobus.output.pages.shown import draw_badge, find_symbol
from bibliobus.view.periods import tell_change, tell_since, write_day
from bibliobus.view.stops import NEXT_VISITS, Stop, list_next
from bibliobus.view.view import NOT_NEEDED, Outside
from bibliobus.words.language import HOUR_S, MINUTE_S, N_, alphabet_key, format_clock
from bibliobus.words.text import join_dates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bibliobus.output.pages.shown import Atlas, Held, MapPlace, TourLayer
    from bibliobus.view.periods import Change, DatedVisit
    from bibliobus.view.stops import Building, ShownPlace, StopTime
    from bibliobus.view.style import Symbol
    from bibliobus.words.language import Language

SENTENCE_RHYTHM = N_("The bus comes {rhythm}.")
SENTENCE_ONLY = N_("The bus comes on the listed dates only.")
SENTENCE_LIBRARY_HERE = N_("Library here: {library}.")
SENTENCE_LIBRARY_NEAR = N_("No bus needed. Nearest library: {library}, {distance} by road.")
SENTENCE_SOURCE = N_("Source: {source}")
SENTENCE_DEPOT = N_("Depot: the bus starts and ends here")
SENTENCE_LIBRARY = N_("Library")
SENTENCE_UNSERVED = N_("Not served. {reason}")


def write_cards(atlas: Atlas) -> list[dict[str, Any]]:
    """Write the card of every place: values that JSON knows."""
    ranks = rank_labels(atlas.places)
    return [
        {
            "id": place.place_id,
            **_describe(place, atlas),
            "rows": _list_rows(place, atlas),
            "say": _say(place, atlas.language),
            "rank": ranks.get(place.index, -1) + (len(ranks) if atlas.is_far(place) else 0),
            "strong": bool(place.libraries),
            "far": atlas.is_far(place),
        }
        for place in atlas.places
    ]


def rank_labels(places: Sequence[MapPlace]) -> dict[int, int]:
    """Rank the labels of the settlements, by number of the place: those with a library first, then by residents."""

    def weight(place: MapPlace) -> tuple[bool, int, int]:
        return (not place.libraries, -place.residents, place.index)

    settlements = sorted((place for place in places if place.settlement), key=weight)
    return {place.index: rank for rank, place in enumerate(settlements)}


def _describe(place: MapPlace, atlas: Atlas) -> dict[str, Any]:
    """Name, place and sentences of a card."""
    language = atlas.language
    if (settlement := place.settlement) is not None:
        people = language.ngettext("{count} resident", "{count} residents", settlement.residents)
        stop = atlas.stops.get(settlement.settlement_id)
        only = [language.gettext(SENTENCE_ONLY)] if stop and not stop.times else []
        lines = [*([] if atlas.view.public else [people]), *_settlement_lines(settlement, language), *only]
        return {"name": settlement.name, "sub": settlement.district, "lines": lines}
    building = place.building
    assert building is not None  # every place is a settlement or a building
    if building.is_depot:
        return {"name": building.name, "sub": language.gettext(SENTENCE_DEPOT), "lines": []}
    lines = _library_lines((building,), language)[1:]
    return {"name": building.name, "sub": language.gettext(SENTENCE_LIBRARY), "lines": lines}


def _settlement_lines(place: ShownPlace, language: Language) -> list[str]:
    """Sentences about the service of a settlement."""
    lines = _library_lines(place.libraries, language)
    match place:
        case Stop() if place.times:
            rhythm = language.rhythm(place.rhythm_weeks)
            lines.append(language.gettext(SENTENCE_RHYTHM).format(rhythm=rhythm))
        case Outside() if place.standing != NOT_NEEDED:
            lines.append(language.gettext(SENTENCE_UNSERVED).format(reason=place.reason))
            lines += place.ways
        case Outside() if place.library_m:
            distance = language.kilometres(place.library_m)
            words = {"library": place.library, "distance": distance}
            lines.append(language.gettext(SENTENCE_LIBRARY_NEAR).format(**words))
    return lines


def _library_lines(libraries: Sequence[Building], language: Language) -> list[str]:
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


def _list_rows(place: MapPlace, atlas: Atlas) -> list[list[str]]:
    """Next visits of a settlement."""
    stop = atlas.stops.get(place.place_id)
    return [_row(visit, atlas) for visit in list_next(stop.coming)] if stop else []


def _row(visit: DatedVisit, atlas: Atlas) -> list[str]:
    """Weekday, date, time, duration and bus of a visit; everybody learns of one bus without a name."""
    language = atlas.language
    return [
        language.weekday(visit.weekday),
        language.date(visit.date),
        _clock(visit),
        language.duration(visit.end_s - visit.start_s),
        "" if atlas.view.public else visit.bus,
    ]


def _say(place: MapPlace, language: Language) -> str:
    """What the place is, or when the bus comes."""
    stop = place.settlement
    calls = stop.calls if isinstance(stop, Stop) else ()
    times = (f"{language.weekday(time.weekday)} {_clock(time)}" for _, time in calls)
    return ", ".join(dict.fromkeys(times)) or language.gettext(WORDS[place.symbol.value])


def _clock(time: StopTime | DatedVisit) -> str:
    """Arrival and departure."""
    return f"{format_clock(time.start_s)}\N{EN DASH}{format_clock(time.end_s)}"


PART_OF_WHOLE: Final = N_("{part} of {whole}")
LABEL_SETTLEMENTS: Final = N_("settlements that need the bus are served")
LABEL_SHARE: Final = N_("of the people without a library near are served: {part} of {whole}")
LABEL_OPEN: Final = N_("open to readers in that time")
MANY_HOURS: Final = 10


@dataclass(frozen=True)
class Headline:
    """One number that stands out, in words, and what it counts."""

    value: str
    label: str


def write_headlines(atlas: Atlas) -> tuple[Headline, ...]:
    """
    Write the numbers that stand out; where a hromada is in front only its settlements count.

    Settlements served, share of people served, visits in a cycle, time open to readers; none for readers who may not
    know of people.
    """
    if atlas.view.public:
        return ()
    language = atlas.language
    near = [place.settlement for place in atlas.places if place.settlement and not atlas.is_far(place)]
    served = [place for place in near if isinstance(place, Stop)]
    needing = [place for place in near if not (isinstance(place, Outside) and place.standing == NOT_NEEDED)]
    part, whole = (sum(place.residents for place in some) for some in (served, needing))
    calls = [time for stop in served for _, time in stop.calls]
    settlements = language.gettext(PART_OF_WHOLE).format(part=len(served), whole=len(needing))
    people = language.gettext(LABEL_SHARE).format(part=language.number(part), whole=language.number(whole))
    visits = language.ngettext("visits a week", "visits in {count} weeks", atlas.view.cycle.weeks)
    return (
        Headline(settlements, language.gettext(LABEL_SETTLEMENTS)),
        Headline(language.percent(part / whole if whole else 1.0), people),
        Headline(language.number(len(calls)), visits),
        Headline(_hours(sum(time.end_s - time.start_s for time in calls), language), language.gettext(LABEL_OPEN)),
    )


def _hours(seconds: int, language: Language) -> str:
    """Time; from ten hours on in whole hours."""
    hours, unit = round(seconds / HOUR_S), language.gettext("h")
    return f"{language.number(hours)}\N{NO-BREAK SPACE}{unit}" if hours >= MANY_HOURS else language.duration(seconds)


@dataclass(frozen=True)
class StopRow:
    """
    Calls of one bus at one settlement at one clock time; weeks are empty if every week, the bus for the public.

    ``missing``: Dates among them without a visit, in words; empty if there are none.
    ``changed``: Dates among them with a visit in the place of the usual one, a line each.
    ``since``: From when on it holds, in words that end where its dates follow; empty if always.
    ``date_iso``: First of them as YYYY-MM-DD; empty if there is none within a year.
    ``far``: True if the settlement stays in the background.
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
    changed: tuple[str, ...] = ()
    since: str = ""


@dataclass(frozen=True)
class ChangeRow:
    """What is changed for a time in one settlement on a date."""

    place: int
    name: str
    hromada: str
    date: str
    date_iso: str
    text: str


@dataclass(frozen=True)
class UnservedRow:
    """One settlement that is not served, and in sentences what would change it; no such sentence for the public."""

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
    """One settlement that needs no bus; the distance by road in words is empty if the library stands in it."""

    place: int
    name: str
    hromada: str
    library: str
    distance: str
    length_m: int


def tabulate_stops(atlas: Atlas) -> tuple[StopRow, ...]:
    """Tabulate the served settlements by name, then by the first date and time."""
    by_id = {place.place_id: place for place in atlas.places}
    rows = (
        _stop_row(atlas, by_id[calls[0][2].place_id], layer, calls)
        for layer in atlas.layers
        for calls in _same_time(layer)
    )
    return tuple(sorted(rows, key=lambda row: (alphabet_key(row.name), row.place, row.date_iso, row.arrival)))


def tabulate_changes(atlas: Atlas) -> tuple[ChangeRow, ...]:
    """Tabulate what is changed for a time among the next visits, by name and date; of a hromada in front only its."""
    language, by_id = atlas.language, {place.place_id: place for place in atlas.places}
    rows = (
        ChangeRow(
            place=by_id[stop.settlement_id].index,
            name=stop.name,
            hromada=stop.hromada,
            date=write_day(change.when, language),
            date_iso=change.when.isoformat(),
            text=tell_change(change, language, dated=False),
        )
        for stop in atlas.view.stops
        if not atlas.is_far(by_id[stop.settlement_id])
        for change in _list_near(stop, atlas)
    )
    return tuple(sorted(rows, key=lambda row: (alphabet_key(row.name), row.place, row.date_iso)))


def _list_near(stop: Stop, atlas: Atlas) -> list[Change]:
    """Changes up to the last of the next visits, as far as the reader notices them."""
    told = [change for change in stop.changes if change.felt or not atlas.view.public]
    coming = list_next(stop.coming)
    return [one for one in told if one.first <= coming[-1].date] if coming else told[:NEXT_VISITS]


def tabulate_unserved(atlas: Atlas) -> tuple[UnservedRow, ...]:
    """Tabulate the settlements that are not served by name; where a hromada is in front only its own."""
    rows = (
        UnservedRow(
            place=place.index,
            name=settlement.name,
            hromada=settlement.hromada,
            population=settlement.residents,
            residents=atlas.language.number(settlement.residents),
            symbol=find_symbol(settlement),
            reason=settlement.reason,
            ways=settlement.ways,
        )
        for place, settlement in _list_outside(atlas)
        if settlement.standing != NOT_NEEDED
    )
    return tuple(sorted(rows, key=lambda row: (alphabet_key(row.name), row.place)))


def tabulate_not_needed(atlas: Atlas) -> tuple[NotNeededRow, ...]:
    """Tabulate the settlements that need no bus by name; where a hromada is in front only its own."""
    rows = (
        NotNeededRow(
            place=place.index,
            name=settlement.name,
            hromada=settlement.hromada,
            library=settlement.library,
            distance=atlas.language.kilometres(settlement.library_m) if settlement.library_m else "",
            length_m=settlement.library_m or 0,
        )
        for place, settlement in _list_outside(atlas)
        if settlement.standing == NOT_NEEDED
    )
    return tuple(sorted(rows, key=lambda row: (alphabet_key(row.name), row.place)))


def _list_outside(atlas: Atlas) -> Iterator[tuple[MapPlace, Outside]]:
    """Settlements in front that have no bus."""
    for place in atlas.places:
        if isinstance(place.settlement, Outside) and not atlas.is_far(place):
            yield place, place.settlement


def _same_time(layer: TourLayer) -> list[list[Held]]:
    """Calls of a layer that are the same for a resident: one settlement, one clock time."""
    found: dict[tuple[str, int, int], list[Held]] = {}
    for call in layer.calls:
        row = call[2]
        found.setdefault((row.place_id, row.start_s, row.end_s), []).append(call)
    return list(found.values())


def _find_times(stop: Stop, layer: TourLayer, calls: Sequence[Held], atlas: Atlas) -> list[StopTime]:
    """Times of a stop that these calls belong to; everybody gets all buses in one row."""
    row = calls[0][2]
    return [
        time
        for time in stop.times
        if (time.weekday, time.start_s, time.end_s) == (layer.weekday, row.start_s, row.end_s)
        and (atlas.view.public or time.bus_id == layer.bus.bus_id)
    ]


def _stop_row(atlas: Atlas, place: MapPlace, layer: TourLayer, calls: Sequence[Held]) -> StopRow:
    """Row of the calls of one settlement at one clock time."""
    language, first, stop = atlas.language, calls[0][2], atlas.stops[place.place_id]
    times = _find_times(stop, layer, calls, atlas)
    dates = [visit.date for visit in list_next(visit for time in times for visit in time.coming)]
    missing = {
        one.date for time in times for one in time.cancelled if dates and one.date <= dates[-1] and not one.changed
    }
    near = _list_near(stop, atlas)
    changes = [change for time in times for change in stop.find_changes(time) if change in near]
    missing |= {change.when for change in changes if change.visit is None}
    since = max((time.since for time in times if time.since), default=None)
    weeks = [week for week, _, _ in calls]
    return StopRow(
        place=place.index,
        name=stop.name,
        hromada=stop.hromada,
        rhythm=language.rhythm(stop.rhythm_weeks),
        weeks="" if len(weeks) == atlas.view.cycle.weeks else ", ".join(map(str, weeks)),
        weekday=language.weekday(layer.weekday),
        weekday_number=layer.weekday,
        arrival=format_clock(first.start_s),
        departure=format_clock(first.end_s),
        stay=_minutes(first.end_s - first.start_s, language),
        stay_s=first.end_s - first.start_s,
        dates=join_dates(dates, language),
        missing=join_dates(sorted(missing), language),
        date_iso=dates[0].isoformat() if dates else "",
        bus=layer.bus.name,
        badge=draw_badge(layer, calls, language),
        far=atlas.is_far(place),
        changed=tuple(tell_change(change, language) for change in changes if change.visit is not None),
        since=tell_since("", since, language).strip(),
    )


def _minutes(seconds: int, language: Language) -> str:
    """Length of a stay: always minutes, so that stays can be compared at a glance."""
    unit = language.gettext("min")
    return f"{language.number(round(seconds / MINUTE_S))}\N{NO-BREAK SPACE}{unit}"
