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
    """A hard rule about when a bus may be open at a stop; a module keeps it."""

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
    def BROKEN(self) -> FindingKind:  # noqa: N802 - a constant of a module
        """What the checker says of a call that breaks the rule."""
        ...

    def holds(self, visit: Visit, scenario: Scenario) -> bool:
        """Whether the rule says anything about a visit."""
        ...

    def cut(self, visit: Visit, scenario: Scenario, day: int, spans: Iterable[Span]) -> Iterable[Span]:
        """What the rule leaves of the spans of a day of the cycle."""
        ...

    def numbers(self, visit: Visit, scenario: Scenario, spans: Sequence[Span]) -> dict[str, int]:
        """Numbers of the reason; the spans are those that are left of all days."""
        ...

    def lift(self, visit: Visit, scenario: Scenario) -> tuple[Visit, Scenario]:
        """The same without the rule."""
        ...

    def ease(self, visit: Visit, scenario: Scenario, seconds: int) -> tuple[Visit, Scenario] | None:
        """The same with the rule so many seconds less strict; None if it cannot be."""
        ...

    def list_facts(self, settlement: Settlement, name: Name, scenario: Scenario) -> Iterator[StopFact]:
        """What the rule says of a settlement, where locked visits contradict each other."""
        ...

    def check(
        self, scenario: Scenario, settlement: Settlement, name: Name, place: Place, day: int, stay: Span
    ) -> Iterator[Finding]:
        """A finding for a stay on a day of the cycle that breaks the rule, by arithmetic of its own."""
        ...
