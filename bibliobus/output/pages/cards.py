"""
Cards that open at a place on the map, and the headlines that a council asks for first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bibliobus.output.pages.page import WORDS
from bibliobus.view.outside import NOT_NEEDED, Outside
from bibliobus.view.stops import Stop, list_next
from bibliobus.words.language import N_
from bibliobus.words.units import HOUR_S, format_clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.output.pages.shown import Atlas, MapPlace
    from bibliobus.view.stops import Building, ShownPlace, StopDate, StopTime
    from bibliobus.words.language import Language

SENTENCE_RHYTHM = N_("The bus comes {rhythm}.")
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
        lines = [*([] if atlas.view.public else [people]), *_settlement_lines(settlement, language)]
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
        case Stop():
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
    return [_row(visit, time, atlas) for visit, time in list_next(stop.times)] if stop else []


def _row(visit: StopDate, time: StopTime, atlas: Atlas) -> list[str]:
    """Weekday, date, time, duration and bus of a visit; everybody learns of one bus without a name."""
    language = atlas.language
    return [
        language.weekday(visit.date.weekday()),
        language.date(visit.date),
        _clock(time),
        language.duration(time.end_s - time.start_s),
        "" if atlas.view.public else time.bus,
    ]


def _say(place: MapPlace, language: Language) -> str:
    """What the place is, or when the bus comes."""
    stop = place.settlement
    calls = stop.calls if isinstance(stop, Stop) else ()
    times = (f"{language.weekday(time.weekday)} {_clock(time)}" for _, time in calls)
    return ", ".join(dict.fromkeys(times)) or language.gettext(WORDS[place.symbol.value])


def _clock(time: StopTime) -> str:
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
