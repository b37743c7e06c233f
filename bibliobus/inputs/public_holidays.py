"""Public holidays of a country: the one place that knows the package for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

_LANGUAGES: Final = ("uk", "en_US")


@dataclass(frozen=True, order=True)
class Holiday:
    """
    One public holiday.

    Parameters
    ----------
    day
        The date.
    name_uk
        Name in Ukrainian, or in the language of the country where that is not known.
    name_en
        Name in English, or in the language of the country where that is not known.
    """

    day: date
    name_uk: str
    name_en: str


def list_countries() -> tuple[str, ...]:
    """
    List the countries and regions whose holidays are known.

    Returns
    -------
    tuple of str
        Codes of ISO 3166 such as ``UA``, with the region such as ``DE-MV``; sorted.
    """
    from holidays import list_supported_countries

    known = list_supported_countries(include_aliases=False)
    return tuple(sorted([*known, *(f"{country}-{region}" for country, regions in known.items() for region in regions)]))


def list_holidays(country: str, first: date, last: date) -> tuple[Holiday, ...]:
    """
    List the public holidays between two dates.

    Parameters
    ----------
    country
        A code of `list_countries`, or empty for no holidays.
    first
        First date.
    last
        Last date.

    Returns
    -------
    tuple of Holiday
        Sorted by date. Under martial law the holidays of Ukraine are working days, and there are none.
    """
    if not country:
        return ()
    from holidays import country_holidays

    code, _, region = country.partition("-")
    years = range(first.year, last.year + 1)
    uk, en = (country_holidays(code, subdiv=region or None, years=years, language=language) for language in _LANGUAGES)
    return tuple(Holiday(day, uk[day], en[day]) for day in sorted(uk) if first <= day <= last)
