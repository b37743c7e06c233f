"""Shape of the part of ``scenario.toml`` that is about money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field, Strict

_FORBID: dict[str, str] = {"extra": "forbid"}

Currency: TypeAlias = Annotated[str, Strict(), Field(min_length=1, max_length=20)]
Amount: TypeAlias = Annotated[float, Strict(), Field(ge=0, le=1_000_000_000)]
Litres: TypeAlias = Annotated[float, Strict(), Field(ge=0, le=200)]
Percent: TypeAlias = Annotated[float, Strict(), Field(ge=0, le=300)]


@dataclass(frozen=True)
class MoneyShape:
    """
    Table ``[money]``.

    Parameters
    ----------
    currency
        What the prices are in.
    crew_hour
        Wages of a crew for one paid hour.
    fuel_litre
        Price of one litre of fuel.
    fuel_l_per_100km
        Litres for 100 km on paved roads.
    fuel_unpaved_percent
        How much more on unpaved roads, in percent.
    bus_day
        Further cost of a bus a day on the road.
    bus_month
        Further cost of a bus a month.
    assumed
        Whether the prices are made up.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID
    currency: Currency = "UAH"
    crew_hour: Amount = 0.0
    fuel_litre: Amount = 0.0
    fuel_l_per_100km: Litres = 0.0
    fuel_unpaved_percent: Percent = 0.0
    bus_day: Amount = 0.0
    bus_month: Amount = 0.0
    assumed: Annotated[bool, Strict()] = False
