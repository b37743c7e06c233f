"""Shape of the part of ``scenario.toml`` that says what announced visits are worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Strict

from bibliobus.inputs.bounds import within

_FORBID: dict[str, str] = {"extra": "forbid"}


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
    lost: Annotated[float, Strict(), within("promises.lost")] = 100_000.0
    day: Annotated[float, Strict(), within("promises.day")] = 10_000.0
    bus: Annotated[float, Strict(), within("promises.bus")] = 1_000.0
    time: Annotated[float, Strict(), within("promises.time")] = 100.0
    order: Annotated[float, Strict(), within("promises.order")] = 1.0
    tolerance_min: Annotated[int, Strict(), within("promises.tolerance_min")] = 15
