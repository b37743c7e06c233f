"""Road changes in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.domain.changes import BetweenPlaces, ChangeKind, Direction, InArea, OnWays
from bibliobus.language import N_
from bibliobus.quantities import Number
from bibliobus.wording import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.domain.changes import RoadChange
    from bibliobus.language import Language

KINDS: Final[Mapping[ChangeKind, str]] = {
    ChangeKind.CLOSED: N_("closed"),
    ChangeKind.OPENED: N_("opened"),
    ChangeKind.SPEED: N_("at most {value} km/h"),
    ChangeKind.WEIGHT_LIMIT: N_("at most {value} t"),
    ChangeKind.HEIGHT_LIMIT: N_("at most {value} m high"),
    ChangeKind.DANGER_AREA: N_("danger area"),
}
"""What happens to a road."""

BETWEEN: Final = N_("between {start} and {end}")
BETWEEN_ON: Final = N_("{road} between {start} and {end}")
ALONG_LINE: Final = N_("along a drawn line")
IN_AREA: Final = N_("in a drawn area")
ON_WAYS: Final = N_("on the ways {ways}")
DIRECTIONS: Final = {Direction.BOTH: "", Direction.ALONG: N_("only there"), Direction.AGAINST: N_("only back")}
SINCE: Final = N_("from {first}")
UNTIL: Final = N_("until {last}")
ALWAYS: Final = N_("until further notice")


def write_kind(change: RoadChange, language: Language) -> str:
    """
    Write what happens to a road.

    Parameters
    ----------
    change
        The change.
    language
        Language of the reader.

    Returns
    -------
    str
        Such as ``at most 30 km/h``.
    """
    value = "" if change.value is None else Number(change.value)
    return Text(KINDS[change.kind], {"value": value}).render(language)


def write_where(change: RoadChange, names: Mapping[str, str], language: Language) -> str:
    """
    Write where a road changes.

    Parameters
    ----------
    change
        The change.
    names
        Names of settlements by id.
    language
        Language of the reader.

    Returns
    -------
    str
        Such as ``T0514 between Skhidne and Misto``.
    """
    match change.where:
        case BetweenPlaces(start, end, road):
            words: dict[str, object] = {"start": names.get(start, start), "end": names.get(end, end), "road": road}
            text = Text(BETWEEN_ON if road else BETWEEN, words).render(language)
        case OnWays(way_ids):
            text = Text(ON_WAYS, {"ways": ", ".join(map(str, way_ids))}).render(language)
        case InArea():
            text = language.gettext(IN_AREA)
        case _:
            text = language.gettext(ALONG_LINE)
    direction = language.gettext(DIRECTIONS[change.direction])
    return f"{text}, {direction}" if direction else text


def write_dates(change: RoadChange, language: Language) -> str:
    """
    Write when a change holds.

    Parameters
    ----------
    change
        The change.
    language
        Language of the reader.

    Returns
    -------
    str
        First and last day, as far as they are known.
    """
    parts = []
    if change.valid_from is not None:
        parts.append(Text(SINCE, {"first": language.date(change.valid_from)}).render(language))
    if change.valid_to is not None:
        parts.append(Text(UNTIL, {"last": language.date(change.valid_to)}).render(language))
    return " ".join(parts) or language.gettext(ALWAYS)
