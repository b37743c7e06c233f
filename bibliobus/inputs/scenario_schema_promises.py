"""Shape of the part of ``scenario.toml`` that says what announced visits are worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeAlias

from pydantic import Field, Strict

_FORBID: dict[str, str] = {"extra": "forbid"}

Price: TypeAlias = Annotated[float, Strict(), Field(ge=0, le=1_000_000)]
Tolerance: TypeAlias = Annotated[int, Strict(), Field(ge=0, le=600)]


@dataclass(frozen=True)
class PromisesShape:
    """
    Table ``[promises]``.

    Parameters
    ----------
    lost
        Price of a visit that no longer takes place.
    day
        Price of another day.
    bus
        Price of another bus.
    time
        Price of another time.
    order
        Price of a slight change.
    tolerance_min
        Minutes by which a visit may move and count as only slightly changed.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID
    lost: Price = 100_000.0
    day: Price = 10_000.0
    bus: Price = 1_000.0
    time: Price = 100.0
    order: Price = 1.0
    tolerance_min: Tolerance = 15
