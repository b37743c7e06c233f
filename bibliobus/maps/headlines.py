"""What a council asks first: how many are served, how often, how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bibliobus.language import N_
from bibliobus.plan.timetable import Standing
from bibliobus.units import HOUR_S

if TYPE_CHECKING:
    from bibliobus.language import Language
    from bibliobus.maps.view import Atlas

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
