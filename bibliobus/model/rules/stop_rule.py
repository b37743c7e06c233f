"""What search, checker and papers have to know of a hard rule about when a bus may be open at a stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bibliobus.demand.visits import Visit
    from bibliobus.domain.places import Settlement
    from bibliobus.domain.scenario import Scenario
    from bibliobus.findings import Finding, FindingKind, Place
    from bibliobus.words.text import Name, Text

Span: TypeAlias = tuple[int, int]
"""Seconds after midnight, from and to."""


@dataclass(frozen=True)
class StopFact:
    """What the rule says of one settlement, the key of the scenario that says it, and the scenario without it."""

    words: Text
    key: str
    lift: Callable[[Scenario], Scenario]


class StopRule(Protocol):
    """A hard rule about when a bus may be open at a stop; a module keeps it, as `bibliobus.model.rules.curfew` does."""

    @property
    def CODE(self) -> str:  # noqa: N802 - a constant of a module
        """Code of the reason of a settlement that the rule leaves unserved."""
        ...

    @property
    def REASON(self) -> str:  # noqa: N802 - a constant of a module
        """Sentence of that reason, with the names of `numbers` in braces."""
        ...

    @property
    def CHANGE(self) -> str:  # noqa: N802 - a constant of a module
        """Code of the smallest change with which it could be served."""
        ...

    @property
    def CHANGE_WORDS(self) -> str:  # noqa: N802 - a constant of a module
        """Sentence of that change with ``{time}``."""
        ...

    @property
    def CHANGE_PART(self) -> str:  # noqa: N802 - a constant of a module
        """Part of a list of what must change together, with ``{time}``."""
        ...

    @property
    def BROKEN(self) -> FindingKind:  # noqa: N802 - a constant of a module
        """What the checker says of a call that breaks the rule."""
        ...

    def holds(self, visit: Visit, scenario: Scenario) -> bool:
        """
        Tell whether the rule says anything about a visit.

        Parameters
        ----------
        visit, scenario
            The settlement to be served, and what the planner decides.

        Returns
        -------
        bool
            False where the rule is off, or does not cover the settlement.
        """
        ...

    def cut(self, visit: Visit, scenario: Scenario, day: int, spans: Iterable[Span]) -> Iterable[Span]:
        """
        Cut the hours in which a bus may be open.

        Parameters
        ----------
        visit, scenario
            The settlement to be served, and what the planner decides.
        day
            Day of the cycle, from 0.
        spans
            Spans of that day, in seconds after midnight.

        Returns
        -------
        Iterable of Span
            What the rule leaves of them, in their order.
        """
        ...

    def numbers(self, visit: Visit, scenario: Scenario, spans: Sequence[Span]) -> dict[str, int]:
        """
        Gather the numbers of the reason.

        Parameters
        ----------
        visit, scenario
            The settlement to be served, and what the planner decides.
        spans
            Spans that are left of all days, in seconds after midnight.

        Returns
        -------
        dict of str to int
            By the names that stand in `REASON`.
        """
        ...

    def lift(self, visit: Visit, scenario: Scenario) -> tuple[Visit, Scenario]:
        """
        Lift the rule.

        Parameters
        ----------
        visit, scenario
            The settlement to be served, and what the planner decides.

        Returns
        -------
        tuple of Visit and Scenario
            The same without the rule.
        """
        ...

    def ease(self, visit: Visit, scenario: Scenario, seconds: int) -> tuple[Visit, Scenario] | None:
        """
        Make the rule less strict.

        Parameters
        ----------
        visit, scenario
            The settlement to be served, and what the planner decides.
        seconds
            By how much, in seconds.

        Returns
        -------
        tuple of Visit and Scenario, or None
            The same with the milder rule; None if it cannot be so mild.
        """
        ...

    def list_facts(self, settlement: Settlement, name: Name, scenario: Scenario) -> Iterator[StopFact]:
        """
        List what the rule says of a settlement, where locked visits contradict each other.

        Parameters
        ----------
        settlement
            The settlement.
        name
            How it is called.
        scenario
            What the planner decides.

        Returns
        -------
        Iterator of StopFact
            One for each time the rule covers it; none if it does not hold there.
        """
        ...

    def check(
        self, scenario: Scenario, settlement: Settlement, name: Name, place: Place, day: int, stay: Span
    ) -> Iterator[Finding]:
        """
        Check a stay, by arithmetic of its own.

        Parameters
        ----------
        scenario
            What the planner decides.
        settlement
            Where the bus stands.
        name
            How the settlement is called.
        place
            Where the call stands in the plan.
        day
            Day of the cycle, from 0.
        stay
            Arrival and departure in seconds after midnight.

        Returns
        -------
        Iterator of Finding
            One for each breach of the rule.
        """
        ...
