"""What if: the same area with other numbers of buses, other cycles and longer stays, side by side in a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from bibliobus.api.area import Area, read_area
from bibliobus.api.shown import Page, Table, Tabled, speaking
from bibliobus.domain.variants import Wishes
from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.plan.names import name_area
from bibliobus.solve.backends import DEFAULT_SOLVER
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.variants import COLUMNS, list_rows, render_whatif, run_batch
from bibliobus.tasks.whatif import make_jobs, parse_shift, parse_wish
from bibliobus.words.language import MINUTE_S, Language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pandas import DataFrame

    from bibliobus.api.shown import PathLike
    from bibliobus.inputs.area import Dataset
    from bibliobus.tasks.whatif import JobOutcome

KEYS: Final = ("buses", "weeks", "min_dwell_min")
MORE_KEYS: Final = ("rhythm_weeks", "dwell_min", "shift")


@dataclass(frozen=True, repr=False, eq=False)
class WhatIf(Tabled):
    """
    Variants of an area that were planned.

    Parameters
    ----------
    outcomes
        What came of each, in order.
    dataset
        Checked inputs of the area.
    language
        ``uk`` or ``en``.
    """

    outcomes: tuple[JobOutcome, ...]
    dataset: Dataset
    language: str

    @cached_property
    def table(self) -> Table:
        """A row for each variant: people, kilometres, hours and money."""
        rows = list_rows(self.outcomes)
        keys = ["×".join(str(row[name]) for name in (*KEYS, *MORE_KEYS) if row[name] is not None) for row in rows]
        cells = (tuple(row[name] for name in COLUMNS) for row in rows)
        return Table(("variant", *COLUMNS), tuple((key, *more) for key, more in zip(keys, cells, strict=True)))

    def to_frame(self) -> DataFrame:
        """
        Make a frame of pandas.

        Returns
        -------
        pandas.DataFrame
            A row for each variant, indexed by ``buses``, ``weeks`` and ``min_dwell_min``; other rhythms, stays and
            hours are columns. Lengths in metres, times in seconds, money in ``currency``.
        """
        return super().to_frame().set_index(list(KEYS))

    def chart(self) -> Page:
        """
        Draw the variants as bars.

        Returns
        -------
        Page
            A page with a chart and the tables below it.
        """
        spoken = Language(self.language)
        content = render_whatif(self.outcomes, self.dataset, spoken)["whatif.html"].decode()
        return Page(content, name_area(self.dataset, spoken), self.language)

    def __len__(self) -> int:
        """Number of variants."""
        return len(self.outcomes)

    def __repr__(self) -> str:
        """How many variants, and how many could not be planned."""
        failed = sum(outcome.result is None for outcome in self.outcomes)
        return f"<WhatIf: {len(self.outcomes)} variants, {failed} failed>"


def whatif(
    area: Area | PathLike,
    *,
    buses: Iterable[int] = (),
    weeks: Iterable[int] = (),
    min_dwell_min: Iterable[int] = (),
    rhythm_weeks: Iterable[int] = (),
    dwell_min: Iterable[int] = (),
    shifts: Iterable[str] = (),
    variants: Iterable[str] = (),
    seed: int = 1,
    iterations: int | None = None,
    time_limit_s: float | None = None,
    solver: str = DEFAULT_SOLVER,
    processes: int = 0,
    client: object | None = None,
    watch: Watch = UNWATCHED,
) -> WhatIf:
    """
    Plan an area with other numbers of buses, other rhythms, cycles, stays and hours.

    Parameters
    ----------
    area
        The area, or its folder.
    buses
        Numbers of buses; more are copies of the last one. None at all means that of the scenario.
    weeks
        Weeks of the cycle: 1, 2, 3 or 4. None at all means that of the scenario.
    min_dwell_min
        Shortest stays in minutes. None at all means those of the scenario.
    rhythm_weeks
        Weeks between the visits of every settlement: 1, 2, 3 or 4; the cycle becomes one that fits. None at all means
        those of the scenario.
    dwell_min
        Length of every stay in minutes. None at all means those of the scenario.
    shifts
        Hours of all buses, such as ``"07:00-19:00/10"`` with the longest work of a day in hours after the slash. None
        at all means those of the scenario.
    variants
        Single combinations, such as ``"buses=3 rhythm-weeks=2"``, beside all combinations of what else is given.
    seed
        As in `plan`.
    iterations
        As in `plan`.
    time_limit_s
        As in `plan`.
    solver
        As in `plan`.
    processes
        Processes at a time; 0 to plan one variant after the other in this one.
    client
        Client of a Dask cluster that does the work, or the address of its scheduler; None means this machine.

    watch
        Told of the searches that run in this process, and asked whether to stop; then the variants that are left have
        no result.

    Returns
    -------
    WhatIf
        One outcome for each combination; one that could not be planned says why.

    Raises
    ------
    InputError
        If the area is a folder that cannot be used.
    UsageError
        If these are too many combinations, a rhythm does not divide the weeks that are given with it, hours or a
        variant cannot be read, or Dask cannot be used.

    Examples
    --------
    >>> import bibliobus as bb
    >>> area = bb.read_sample("kramatorsk", language="en")
    >>> frame = bb.whatif(area, buses=[1, 2], iterations=2).to_frame()
    >>> list(frame.index.get_level_values("buses"))
    [1, 2]
    """
    ready = area if isinstance(area, Area) else read_area(area)
    options = SearchOptions(seed, iterations, time_limit_s)
    with speaking(ready.language):
        wishes = Wishes(
            buses=tuple(buses),
            weeks=tuple(weeks),
            min_dwell_s=tuple(minutes * MINUTE_S for minutes in min_dwell_min),
            rhythm_weeks=tuple(rhythm_weeks),
            dwell_s=tuple(minutes * MINUTE_S for minutes in dwell_min),
            shifts=tuple(parse_shift(shift) for shift in shifts),
            named=tuple(parse_wish(variant) for variant in variants),
        )
        jobs = make_jobs(ready.dataset, wishes, options=options, solver=solver)
        outcomes = run_batch(jobs, None, processes=processes, dask=client, watch=watch)
    return WhatIf(outcomes, ready.dataset, ready.language)
