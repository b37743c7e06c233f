"""
SearchParams: every number by which the periodic search is tuned, and where each comes from.

The defaults are the search that `bibliobus plan` runs; benchmarks read others from TOML. A source stands beside each
number: a paper; a table of ``tests/bench/README.md``; "prototype" where it was taken over from the experiments before
the search was built, of which that file keeps the results but no runs of single numbers; or "by hand" where it was
chosen and never tuned. Numbers that guard against rounding or size a table are no tuning and stand where they are used.

References
----------
SISR: Christiaens and Vanden Berghe (2020), Slack induction by string removals for vehicle routing problems.
HGSADC: Vidal, Crainic, Gendreau, Lahrichi and Rei (2012), A hybrid genetic algorithm for multidepot and periodic
vehicle routing problems.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class KernelParams(NamedTuple):
    """What the compiled kernel reads of the parameters of one start; names and meanings as in `SearchParams`."""

    removed_mean: float
    string_most: int
    split_share: float
    split_growth: float
    one_day_share: float
    all_repeats_share: float
    absent_near: int
    absent_most: int
    blink: float
    tries_most: int
    order_until: tuple[float, float, float, float]
    reward_noise: float
    size_noise: float
    penalty_every: int
    penalty_aim: tuple[float, float]
    penalty_raise: float
    penalty_lower: float


class BreedingParams(NamedTuple):
    """What the compiled population reads of the parameters; names and meanings as in `SearchParams`, less ``bred_``."""

    neighbours: int
    parents: int
    children: int
    elite: int
    nearest: int
    tries: int
    passes: int
    repaired_share: float
    repair_factor: float
    kept_aim: tuple[float, float]
    penalty_every: int
    penalty_raise: float
    penalty_lower: float


@dataclass(frozen=True, kw_only=True)
class SearchParams:
    """
    Numbers by which the periodic search is tuned.

    A round is one ruin and recreate. A step, of which ``--iterations`` counts, is `rounds_per_step` of them.

    Raises
    ------
    ValueError
        If numbers are out of their range; the message names all of them.
    """

    # Starts and budget.

    rounds_per_step: int = 500
    """Rounds of a step, 1 or more. By hand: some hundredths of a second, so that progress and interrupts are prompt."""

    starts_most: int = 10
    """Most starts, 1 or more. Prototype: with 10 starts instead of 5 two of four instances came nearer to the best
    known (p05, p23), two less near (pr03, p13)."""

    starts_share: float = 0.7
    """Share of the budget for all starts together, above 0, up to 1; the rest goes to the best of them. By hand."""

    rounds_per_call: int = 400
    """Rounds that a start needs for each call of the cycle, 1 or more; with fewer, there are fewer starts. By hand."""

    finish_share: float = 0.05
    """Share of a time limit, 0 to 1, that is left for exact times and the finish where time leads. By hand."""

    composed_share: float = 0.35
    """Share of a time limit, 0 to 1, that is left for composing tours where that can be done; 0 for never. By hand."""

    exact_per_vehicle_day: float = 0.5
    """Least steps from one exact timing of the best tours to the next, per vehicle day, 0 or more. By hand."""

    exact_share: float = 0.1
    """The same as a share of the steps done, 0 or more: so all timings together stay a small part. By hand."""

    # Ruin.

    removed_mean: tuple[float, ...] = (8.0, 16.0)
    """Calls removed in the mean, above 0; starts take the values in turns. SISR has 10. Prototype; later runs of 8
    beside 5 and 14, where 8 was best: table "Single numbers"."""

    string_most: int = 10
    """Most calls of one string, 1 or more. As in SISR."""

    split_share: float = 0.5
    """Chance that a string keeps some calls in its middle. As in SISR."""

    split_growth: float = 0.5
    """Chance that one more call is kept there, again and again; below 1. The idea is SISR's, the number by hand."""

    one_day_share: float = 0.5
    """Chance that all strings of a round are taken from one day. By hand: makes room for a call on that day; the other
    rounds make room for a change of pattern."""

    all_repeats_share: float = 0.85
    """Chance that the visits of a round lose all their calls and may come back on another pattern; else each loses one
    and comes back on the same day. Prototype: the choice of days is where plans differ, not the order in a day."""

    neighbours: int = 400
    """Most neighbours of a visit around which strings are removed, 1 or more. By hand: bounds memory."""

    absent_most: int = 4
    """Most absent visits near the first one that are tried again in a round, 0 or more; one drawn from all comes on
    top. By hand."""

    absent_near: int = 40
    """Neighbours of the first visit among which they are looked for, 0 or more. By hand."""

    # Recreate.

    blink: float = 0.02
    """Chance that a better place, or a pattern, is passed over, 0 to 1. SISR has 0.01, for places. Prototype."""

    tries_most: int = 4
    """Most times that a visit is put in where it turns out not to fit before it stays absent, 1 or more. By hand."""

    order_until: tuple[float, float, float, float] = (0.18, 0.36, 0.72, 0.90)
    """Chances, added up, of the orders in which removed visits come back: by reward, random, by size, farthest first;
    the rest is nearest first. SISR has weights 4, 4, 2, 1 for random, demand, far, close; here half of random's share
    goes to the reward where visits are absent, which SISR does not know."""

    reward_noise: float = 0.5
    """By how much of itself a reward may be mistaken, either way, when visits are ordered by it, 0 to 1. By hand."""

    size_noise: float = 0.001
    """The same upwards for the size, 0 or more: only so that visits of one size change their order. By hand."""

    # Acceptance.

    temperature_first: float = 0.3
    """Temperature at the start, in prices of a mean leg, above 0. Prototype."""

    temperature_last: float = 0.03
    """Temperature at the end, in the same unit, above 0. Prototype; 0.01 was as good: table "Single numbers"."""

    temperature_reward: tuple[float, ...] = (0.05, 0.5)
    """Temperature at the start where visits are absent, as a share of their median reward, 0 or more; starts take the
    values in turns, and `temperature_first` if it is higher. Hot enough to exchange absent visits, and two because
    neither finds the best set everywhere: table "Temperatures at the start"."""

    cooled_again: float = 0.3
    """How far, from 0 to 1, the best start has cooled where it is searched on. By hand; that part of the search gained
    0.0 to 0.6 %: table "Single numbers"."""

    # Penalties of broken rules, as in HGSADC; those of load, time and calls.

    penalty_every: int = 100
    """Accepted rounds after which penalties are adjusted, 1 or more. HGSADC adjusts every 100 iterations."""

    penalty_aim: tuple[float, float] = (0.9, 0.985)
    """Shares of accepted solutions that keep a rule between which its penalty stays, 0 to 1. HGSADC aims at 0.2 of what
    its local search gives. Prototype: about 0.9."""

    penalty_raise: float = 1.1
    """Factor of a penalty whose rule is broken too often, 1 or more. HGSADC has 1.2. By hand."""

    penalty_lower: float = 0.92
    """Factor of a penalty whose rule is broken too seldom, above 0, up to 1. HGSADC has 0.85. By hand."""

    penalty_least: tuple[float, float, float] = (0.02, 0.05, 0.05)
    """Least penalties, above 0: of a unit of load, as a share of a mean leg's price for the largest load; of a second,
    as a share of the price of a second's drive; of a call, as a share of a mean leg's price. By hand."""

    penalty_most: tuple[float, float, float] = (100.0, 100.0, 1000.0)
    """Highest penalties in the same units, above 0. By hand."""

    # Population, where days can be recombined: `population.can_recombine`.

    bred_drawn: int = 60
    """Plans that are drawn to begin with, 2 or more. HGSADC draws four times as many as parents. By hand: fewer, as the
    plans of the start that is annealed beside join them."""

    bred_calls_per_step: int = 500
    """Calls in the cycle times children of a step, 1 or more: 5 children where there are 100 calls, and at least one.
    They then take about as long as the rounds of a step, so that two threads are both at work."""

    bred_adopted: float = 0.02
    """Share of the budget, above 0, up to 1, after which the best plan of the start joins the population again. By
    hand."""

    bred_neighbours: int = 15
    """Nearest neighbours with which a call is tried, 1 or more. HGS-CVRP has 20, HGSADC 40 % of the visits."""

    bred_parents: int = 25
    """Plans of each population that survive, 2 or more. As in HGSADC."""

    bred_children: int = 40
    """Plans that are born until some go, 1 or more. HGSADC has 70, HGS-CVRP 40."""

    bred_elite: int = 4
    """Plans that survive by their cost alone, 1 or more. As in HGS-CVRP; HGSADC has 0.4 of the parents."""

    bred_nearest: int = 5
    """Nearest plans from which one should differ, 1 or more. As in HGS-CVRP."""

    bred_tries: int = 10
    """Times that a second parent is drawn again if it is the first, 1 or more. By hand."""

    bred_passes: int = 3
    """Times at most that days and patterns are searched in turns, 1 or more. HGSADC: twice the days, once between."""

    bred_repaired_share: float = 0.5
    """Chance that a child that breaks rules is repaired, 0 to 1. As in HGSADC."""

    bred_repair_factor: float = 10.0
    """Factor of the penalties in a repair, 1 or more. As in HGSADC."""

    bred_kept_aim: tuple[float, float] = (0.15, 0.25)
    """Shares of children that keep a rule between which its penalty stays, 0 to 1. As in HGSADC."""

    bred_penalty_every: int = 100
    """Children after which penalties are adjusted, 1 or more. As in HGSADC."""

    bred_penalty_raise: float = 1.2
    """Factor of a penalty whose rule is broken too often, 1 or more. As in HGSADC."""

    bred_penalty_lower: float = 0.85
    """Factor of a penalty whose rule is broken too seldom, above 0, up to 1. As in HGSADC."""

    def __post_init__(self) -> None:
        problems = list(_list_problems(self))
        if problems:
            raise ValueError("; ".join(problems))

    def for_kernel(self, number: int) -> KernelParams:
        """
        Choose the numbers that the kernel reads.

        Parameters
        ----------
        number
            Number of the start, from 0; where a number has several values, starts take them in turns.

        Returns
        -------
        KernelParams
            One value for each number.
        """
        chosen = {name: getattr(self, name) for name in KernelParams._fields}
        chosen["removed_mean"] = self.removed_mean[number % len(self.removed_mean)]
        return KernelParams(**chosen)

    def for_breeding(self) -> BreedingParams:
        """
        Choose the numbers that the population reads.

        Returns
        -------
        BreedingParams
            One value for each number.
        """
        return BreedingParams(**{name: getattr(self, f"bred_{name}") for name in BreedingParams._fields})


def parse_params(text: str) -> SearchParams:
    """Parse parameters from TOML: a key for each number that differs from its default, a list where it has several."""
    table = tomllib.loads(text)
    known = {field.name: field.default for field in fields(SearchParams)}
    if unknown := sorted(table.keys() - known.keys()):
        raise ValueError(f"there are no parameters {', '.join(unknown)}")
    return SearchParams(**{name: _convert(name, value, known[name]) for name, value in table.items()})


def _convert(name: str, value: object, default: object) -> Any:
    """A value of TOML as the kind of its default: an int may stand for a float, a list stands for a tuple."""
    if isinstance(default, tuple) and isinstance(value, list):
        return tuple(_convert(name, part, default[0]) for part in value)
    if isinstance(default, float) and type(value) is int:
        return float(value)
    if type(value) is not type(default):
        raise ValueError(f"{name} is {value!r}, but {default!r} is of another kind")
    return value


_COUNTS = (
    "rounds_per_step",
    "starts_most",
    "rounds_per_call",
    "string_most",
    "neighbours",
    "tries_most",
    "penalty_every",
    "bred_calls_per_step",
    "bred_neighbours",
    "bred_children",
    "bred_elite",
    "bred_nearest",
    "bred_tries",
    "bred_passes",
    "bred_penalty_every",
)
_CHANCES = (
    "finish_share",
    "composed_share",
    "split_share",
    "one_day_share",
    "all_repeats_share",
    "blink",
    "reward_noise",
    "cooled_again",
    "bred_repaired_share",
)
_PARTS = ("starts_share", "penalty_lower", "bred_adopted", "bred_penalty_lower")
_POSITIVE = ("removed_mean", "temperature_first", "temperature_last", "penalty_least", "penalty_most")
_NOT_NEGATIVE = (
    "exact_per_vehicle_day",
    "exact_share",
    "absent_most",
    "absent_near",
    "size_noise",
    "temperature_reward",
)


def _list_problems(params: SearchParams) -> Iterator[str]:
    """Everything that is out of its range."""
    ranges: tuple[tuple[tuple[str, ...], Callable[[float], bool], str], ...] = (
        (_COUNTS, lambda value: value >= 1, "1 or more"),
        (_CHANCES, lambda value: 0 <= value <= 1, "from 0 to 1"),
        (_PARTS, lambda value: 0 < value <= 1, "above 0, up to 1"),
        (_POSITIVE, lambda value: value > 0, "above 0"),
        (_NOT_NEGATIVE, lambda value: value >= 0, "0 or more"),
        (("bred_drawn", "bred_parents"), lambda value: value >= 2, "2 or more"),
        (("split_growth",), lambda value: 0 <= value < 1, "from 0 to below 1"),
        (("penalty_raise", "bred_penalty_raise", "bred_repair_factor"), lambda value: value >= 1, "1 or more"),
        (("order_until", "penalty_aim", "bred_kept_aim"), lambda value: 0 <= value <= 1, "from 0 to 1"),
    )
    for names, fits, wanted in ranges:
        for name in names:
            value = getattr(params, name)
            values = value if isinstance(value, tuple) else (value,)
            if not values or not all(math.isfinite(one) and fits(one) for one in values):
                yield f"{name} is {value!r}, not {wanted}"
    for name, length in (
        ("order_until", 4),
        ("penalty_aim", 2),
        ("bred_kept_aim", 2),
        ("penalty_least", 3),
        ("penalty_most", 3),
    ):
        if len(getattr(params, name)) != length:
            yield f"{name} has {len(getattr(params, name))} numbers, not {length}"
    for name in ("order_until", "penalty_aim", "bred_kept_aim"):
        if list(getattr(params, name)) != sorted(getattr(params, name)):
            yield f"{name} is {getattr(params, name)!r}, which does not rise"
