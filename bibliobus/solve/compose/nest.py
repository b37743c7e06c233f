"""
Nest: days that are alike, and how the day sets of the visits lie inside each other.

A *row* is one bus on one day. The rows on which a visit may be served together – one pattern by one bus – are a *node*;
where all nodes are nested or apart they make a forest, whose leaves are the rows: four weeks of Mondays, two fortnights
in it, two days in each. A tour then holds visits of every level above it, and the tours of one node share those of its
level. Nodes that nothing tells apart are of one *kind*, and it is enough to count them: that is what makes the choice
of all tours small enough to be proved.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bibliobus.model.problem import Problem
    from bibliobus.solve.drafts import TourKey


@dataclass(frozen=True)
class Node:
    """
    A set of rows on which visits are served together, and the nodes in it.

    ``joining``: Visits that may be served on all these rows. ``sign``: Number of its kind: nodes of one number are
    alike in everything. A node without parts is a row.
    """

    rows: tuple[TourKey, ...]
    joining: frozenset[int]
    parts: tuple[Node, ...]
    sign: int

    def list_leaves(self) -> Iterator[Node]:
        """The rows in it."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.list_leaves()


def list_options(problem: Problem, visit: int) -> list[tuple[TourKey, ...]]:
    """The rows of each pattern of a visit by each of its buses, without those on which a bus is not out."""
    wish = problem.visits[visit]
    return [
        tuple((bus, day) for day in days)
        for bus in wish.buses
        for days in wish.patterns
        if set(days) <= set(problem.buses[bus].days)
    ]


def find_nest(problem: Problem, kinds: Mapping[TourKey, int]) -> tuple[Node, ...] | None:
    """
    The forest of all rows; None where day sets cross, or a visit may be served in two ways on one row.

    ``kinds``: Number of the kind of every row: alike in all but the visits that may join it.
    """
    joining: dict[frozenset[TourKey], set[int]] = {frozenset({row}): set() for row in kinds}
    for visit in range(len(problem.visits)):
        for option in list_options(problem, visit):
            joining.setdefault(frozenset(option), set()).add(visit)
    above: dict[TourKey, frozenset[TourKey]] = {}
    inside: dict[frozenset[TourKey] | None, list[frozenset[TourKey]]] = {None: []}
    taken: dict[frozenset[TourKey], frozenset[int]] = {}
    for rows in sorted(joining, key=lambda rows: (-len(rows), min(rows))):
        around = {above.get(row) for row in rows}
        parent = around.pop()
        known = taken.get(parent, frozenset()) if parent else frozenset()
        if around or known & joining[rows]:
            return None
        inside.setdefault(parent, []).append(rows)
        taken[rows] = known | joining[rows]
        above |= dict.fromkeys(rows, rows)
    signs: dict[object, int] = {}

    def build(rows: frozenset[TourKey]) -> Node:
        parts = sorted((build(part) for part in inside.get(rows, ())), key=lambda part: (part.sign, part.rows))
        alike = kinds[min(rows)] if not parts else tuple(part.sign for part in parts)
        sign = signs.setdefault((alike, frozenset(joining[rows])), len(signs))
        return Node(tuple(sorted(rows)), frozenset(joining[rows]), tuple(parts), sign)

    return tuple(build(rows) for rows in inside[None])


def group_nodes(nodes: Sequence[Node]) -> list[list[Node]]:
    """Nodes by kind, in the order of their first."""
    groups: dict[int, list[Node]] = {}
    for node in nodes:
        groups.setdefault(node.sign, []).append(node)
    return list(groups.values())
