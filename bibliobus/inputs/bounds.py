"""Bounds of every number of the tables that a planner writes, each with the reason for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Bound:
    """What a number may be: the smallest and the largest that is read, and why, in English for the catalogues."""

    least: int | float
    most: int | float
    reason: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        """Limits for the parser, which calls this for each number that is annotated with a range."""
        schema = handler(source)
        number = schema["schema"] if schema["type"] == "nullable" else schema
        number |= {"ge": self.least, "le": self.most}
        return schema


CYCLE: Final = N_("a cycle has one to four weeks")
LATITUDE: Final = N_("from the South Pole to the North Pole")
LONGITUDE: Final = N_("once around the Earth")
RESIDENTS: Final = N_("the largest cities of the world have fewer than 40 million residents")
DWELL: Final = N_("no stay is longer than ten hours, which is more than a working day")
_COUNT: Final = N_("more than all the readers of one visit")
_LIMIT: Final = N_("road signs never show more or less")

BOUNDS: Final[Mapping[str, Bound]] = {
    "settlements.csv: lat": Bound(-90, 90, LATITUDE),
    "settlements.csv: lon": Bound(-180, 180, LONGITUDE),
    "settlements.csv: population": Bound(0, 50_000_000, RESIDENTS),
    "settlements.csv: rhythm_weeks": Bound(1, 4, CYCLE),
    "settlements.csv: dwell_min": Bound(1, 600, DWELL),
    "libraries.csv: lat": Bound(-90, 90, LATITUDE),
    "libraries.csv: lon": Bound(-180, 180, LONGITUDE),
    "roads.csv: length_km": Bound(0.001, 1000, N_("from a step to the length of a country")),
    "roads.csv: speed_kmh": Bound(1, 130, N_("from walking pace to the limit on motorways")),
    "roads.csv: max_weight_t": Bound(0.1, 200, _LIMIT),
    "roads.csv: max_height_m": Bound(0.5, 20, _LIMIT),
    "changes: speed": Bound(1, 130, N_("from walking pace to the limit on motorways")),
    "changes: weight limit": Bound(0.1, 200, _LIMIT),
    "changes: height limit": Bound(0.5, 20, _LIMIT),
    "requests.csv: signatures": Bound(1, 1_000_000, N_("a million people sign a petition, not a wish for a stop")),
    "requests.csv: weeks wanted": Bound(1, 4, CYCLE),
    "requests.csv: minutes wanted": Bound(1, 600, DWELL),
    "visits.csv: readers": Bound(0, 100_000, _COUNT),
    "visits.csv: loans": Bound(0, 100_000, _COUNT),
}
"""Every number of the tables by file and column; those of scenario.toml stand in its shape."""


def limits_of(key: str) -> tuple[int | float, int | float]:
    """Smallest and largest that is read in a column."""
    return BOUNDS[key].least, BOUNDS[key].most
