"""What planning anew is asked for, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bibliobus.solve.solver import Ending

if TYPE_CHECKING:
    from datetime import date

    from bibliobus.domain.roads import RoadChange
    from bibliobus.findings import FindingReport
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.pieces import Piece
    from bibliobus.plan.plan import Plan, Tour
    from bibliobus.tasks.areas import ReadyArea
    from bibliobus.tasks.compare import Compared
    from bibliobus.words.text import Text


@dataclass(frozen=True)
class ReplanOrder:
    """
    When a plan made anew holds, and how much may change for it.

    ``first``: First day of the new plan; None: from the first day of the published one, or when a change begins.
    ``until``: Last day of the new plan, after which the published one holds again; None for no end.
    ``freeze``: Date before which visits stay as they are; None if none are frozen.
    """

    first: date | None = None
    until: date | None = None
    freeze: date | None = None
    improve: bool = False


@dataclass(frozen=True)
class Choice:
    """One way to go on: the fewer changes, the dearer."""

    name: str
    compared: Compared
    chosen: bool


@dataclass(frozen=True)
class MadePiece:
    """
    Dates on which other road changes hold than were published, or other decisions, and the tours made for them.

    ``prepared``: The area with the roads of these dates.
    ``tours``: Tours of every day of the cycle, although only those of days that occur are driven.
    ``broken``: Bus and day of each tour of the base plan that could not be driven as announced.
    ``ending``: What ended the search.
    """

    piece: Piece
    prepared: PreparedArea
    tours: tuple[Tour, ...]
    broken: frozenset[tuple[str, int]] = frozenset()
    ending: Ending = Ending.BUDGET


@dataclass(frozen=True)
class Replanned:
    """
    What planning anew gave.

    ``broken``: Announced tours that could not be driven as announced.
    ``choices``: Ways to go on, the fewest changes first; the chosen one among them.
    ``holds_from``, ``holds_until``: First and last date on which anything differs from what was published; no last date
        if it differs for good.
    ``applied``: Road changes that the new plan reckons with on any date.
    ``not_applied``: The others, each with the reason.
    ``pieces``: What was made anew, in the order of the dates.
    """

    compared: Compared
    order: ReplanOrder
    broken: int
    choices: tuple[Choice, ...]
    holds_from: date
    holds_until: date | None
    report: FindingReport
    ready: ReadyArea
    base: Plan
    applied: tuple[RoadChange, ...] = ()
    not_applied: tuple[tuple[RoadChange, Text], ...] = ()
    pieces: tuple[MadePiece, ...] = ()

    @property
    def plan(self) -> Plan:
        """The new plan."""
        return self.compared.new[0]

    @property
    def prepared(self) -> PreparedArea:
        """The area of the new plan."""
        return self.compared.new[1]

    @property
    def interrupted(self) -> bool:
        """Whether somebody stopped a search, so that a better plan may exist."""
        improved = any(choice.chosen and choice.name == "improvement" for choice in self.choices)
        endings = [made.ending for made in self.pieces]
        return Ending.INTERRUPT in [*endings, *([self.plan.provenance.ended_by] if improved else [])]

    @property
    def nothing_to_do(self) -> bool:
        """Whether the new plan is the published one."""
        return self.compared.new[0] is self.compared.old[0]
