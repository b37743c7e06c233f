"""Shape of the part of ``scenario.toml`` that is about money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field, Strict

from bibliobus.inputs.bounds import within

_FORBID: dict[str, str] = {"extra": "forbid"}

Currency: TypeAlias = Annotated[str, Strict(), Field(min_length=1, max_length=20)]


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
    crew_hour: Annotated[float, Strict(), within("money.crew_hour")] = 0.0
    fuel_litre: Annotated[float, Strict(), within("money.fuel_litre")] = 0.0
    fuel_l_per_100km: Annotated[float, Strict(), within("money.fuel_l_per_100km")] = 0.0
    fuel_unpaved_percent: Annotated[float, Strict(), within("money.fuel_unpaved_percent")] = 0.0
    bus_day: Annotated[float, Strict(), within("money.bus_day")] = 0.0
    bus_month: Annotated[float, Strict(), within("money.bus_month")] = 0.0
    assumed: Annotated[bool, Strict()] = False
