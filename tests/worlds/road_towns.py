"""Random towns written as OpenStreetMap files, and drives in them searched point by point, without any contraction."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final

import numpy as np
from osm_text import Tags, osm_text

if TYPE_CHECKING:
    from bibliobus.network.roads.network import RoadNetwork
    from bibliobus.network.roads.profile import StepTimes
    from bibliobus.network.roads.snap import Snaps

SIDE: Final = 5
CLASSES: Final = ("primary", "tertiary", "residential", "track")

Step = int
"""A segment in one direction: twice its number, one more against its way."""


@dataclass(frozen=True)
class Town:
    """
    Roads of a made-up town; every road leads from one crossing to another.

    Parameters
    ----------
    nodes
        (lat, lon) by number; crossings first.
    ways
        Nodes and tags by number.
    turns
        Rules of turning: way one comes from, crossing, way one turns into, and whether it is the only turn allowed.
    """

    nodes: dict[int, tuple[float, float]]
    ways: dict[int, tuple[list[int], Tags]]
    turns: tuple[tuple[int, int, int, bool], ...] = ()

    @property
    def text(self) -> str:
        """The file."""
        relations = [
            (
                [("way", "from", a), ("node", "via", via), ("way", "to", b)],
                {"type": "restriction", "restriction": "only_straight_on" if only else "no_left_turn"},
            )
            for a, via, b, only in self.turns
        ]
        return osm_text(self.nodes, self.ways, relations=relations)

    @property
    def segments(self) -> list[tuple[int, int, int]]:
        """Way and both nodes of every straight stretch, in the order of the network."""
        return [
            (way, one, two)
            for way in sorted(self.ways)
            for one, two in zip(self.ways[way][0], self.ways[way][0][1:], strict=False)
        ]


def make_town(seed: int, *, oneways: bool = True, turns: bool = True, gaps: float = 0.3) -> Town:
    """
    Make a town: a crooked grid with gaps, bends, one-way roads, weight limits, rules of turning, and an island.

    Parameters
    ----------
    seed
        Start of the random numbers.
    oneways
        True for some one-way roads.
    turns
        True for some rules of turning.
    gaps
        Share of roads that are missing.

    Returns
    -------
    Town
        The town.
    """
    random = np.random.default_rng(seed)
    nodes = {
        row * SIDE + column + 1: (48 + (row + 0.4 * random.random()) / 100, 37 + (column + 0.4 * random.random()) / 70)
        for row in range(SIDE)
        for column in range(SIDE)
    }
    grid = [(n, n + 1) for n in nodes if n % SIDE] + [(n, n + SIDE) for n in nodes if n + SIDE in nodes]
    island = {101: (48.2, 37.0), 102: (48.21, 37.0), 103: (48.21, 37.01)}
    new, number = count(200), count(1000)
    ways: dict[int, tuple[list[int], Tags]] = {}
    for one, two in [pair for pair in grid if random.random() >= gaps]:
        bends = [next(new) for _ in range(int(random.integers(0, 3)))]
        for at, bend in enumerate(bends, start=1):
            share = at / (len(bends) + 1)
            lat, lon = (a + share * (b - a) for a, b in zip(nodes[one], nodes[two], strict=True))
            nodes[bend] = (lat + 0.001 * random.random(), lon + 0.001 * random.random())
        tags = {"highway": CLASSES[int(random.integers(4))]}
        tags |= {"maxweight": "7.5"} if random.random() < 0.15 else {}
        tags |= {"oneway": ("yes", "-1")[int(random.integers(2))]} if oneways and random.random() < 0.2 else {}
        ways[next(number)] = ([one, *bends, two], tags)
    ways[next(number)] = ([101, 102], {"highway": "primary"})
    ways[next(number)] = ([102, 103], {"highway": "primary"})
    rules = []
    for crossing in range(1, SIDE * SIDE + 1):
        here = [way for way, (refs, _) in ways.items() if crossing in (refs[0], refs[-1])]
        if turns and len(here) > 2 and random.random() < 0.5:
            a, b = random.permutation(here)[:2].tolist()
            rules.append((int(a), crossing, int(b), bool(random.random() < 0.3)))
    return Town(nodes | island, ways, tuple(rules))


@dataclass(frozen=True)
class PlainTown:
    """
    The same roads as steps and the turns between them.

    Parameters
    ----------
    ends
        Nodes at both ends of each step that may be driven.
    turns
        Steps one may drive after each step.
    """

    ends: dict[Step, tuple[int, int]]
    turns: dict[Step, list[Step]]


def lay_plainly(town: Town) -> PlainTown:
    """
    Lay the roads of a town point by point.

    Parameters
    ----------
    town
        The town.

    Returns
    -------
    PlainTown
        A bus turns round at crossings without rules of turning and at dead ends, nowhere else.
    """
    segments = town.segments
    ends: dict[Step, tuple[int, int]] = {}
    for at, (way, one, two) in enumerate(segments):
        oneway = town.ways[way][1].get("oneway", "no")
        ends |= {} if oneway == "-1" else {2 * at: (one, two)}
        ends |= {} if oneway == "yes" else {2 * at + 1: (two, one)}
    out: dict[int, list[Step]] = {}
    into: dict[int, list[Step]] = {}
    for step, (tail, head) in ends.items():
        out.setdefault(tail, []).append(step)
        into.setdefault(head, []).append(step)
    turns = {
        step: [after for after in out.get(ends[step][1], []) if _may_turn(town, ends, into, out, step, after)]
        for step in ends
    }
    return PlainTown(ends, turns)


def _may_turn(
    town: Town,
    ends: dict[Step, tuple[int, int]],
    into: dict[int, list[Step]],
    out: dict[int, list[Step]],
    step: Step,
    after: Step,
) -> bool:
    """Whether one may drive a step after another."""
    segments = town.segments
    at, back = ends[step][1], step ^ 1 == after
    from_way, to_way = segments[step >> 1][0], segments[after >> 1][0]
    ways_in, ways_out = {segments[s >> 1][0] for s in into[at]}, {segments[s >> 1][0] for s in out[at]}
    rules = [(a, b, only) for a, via, b, only in town.turns if via == at and a in ways_in and b in ways_out]
    if any(a == from_way and (to_way != b if only else to_way == b) for a, b, only in rules):
        return False
    if rules:
        return not back or len(out[at]) == 1
    neighbours = {ends[s][0] for s in into[at]} | {ends[s][1] for s in out[at]}
    through = len(neighbours) == 2 and len(into[at]) == len(out[at])
    return not (back and through)


def search_plainly(
    plain: PlainTown, network: RoadNetwork, times: StepTimes, snaps: Snaps, source: int
) -> dict[int, tuple[int, int]]:
    """
    Search the fastest drives from one place to the others, step by step.

    Parameters
    ----------
    plain
        The roads.
    network
        The same roads; only lengths are taken from it.
    times
        How long the bus takes for each step.
    snaps
        Which segment each place joins, and where.
    source
        Place to start from.

    Returns
    -------
    dict of (int, int)
        Milliseconds and decimetres by place.
    """
    open_ = {step for step in plain.ends if times.step_ms[step] < 2**29}
    cost = {step: (int(times.step_ms[step]), int(network.segment_dm[step >> 1])) for step in open_}
    found: dict[int, tuple[int, int]] = {source: (0, 0)}

    def part(place: int, step: Step) -> tuple[int, int]:
        share = float(snaps.fraction[place])
        ms, dm = cost[step]
        driven = 1 - share if step & 1 else share
        return round(driven * ms), round(driven * dm)

    def offer(place: int, weight: tuple[int, int]) -> None:
        found[place] = min(found.get(place, weight), weight)

    on_step: dict[Step, list[int]] = {step: [] for step in open_}
    for place, segment in enumerate(snaps.segment.tolist()):
        for step in {2 * segment, 2 * segment + 1} & open_:
            on_step[step].append(place)
    heap: list[tuple[int, int, Step]] = []
    for step in open_:
        if source in on_step[step]:
            here = part(source, step)
            heapq.heappush(heap, (cost[step][0] - here[0], cost[step][1] - here[1], step))
            for place in on_step[step]:
                ahead = part(place, step)
                if place != source and ahead >= here and ahead[1] >= here[1]:
                    offer(place, (ahead[0] - here[0], ahead[1] - here[1]))
    done: set[Step] = set()
    while heap:
        ms, dm, step = heapq.heappop(heap)
        if step in done:
            continue
        done.add(step)
        for after in plain.turns[step]:
            if after in open_:
                for place in on_step[after]:
                    ahead = part(place, after)
                    offer(place, (ms + ahead[0], dm + ahead[1]))
                heapq.heappush(heap, (ms + cost[after][0], dm + cost[after][1], after))
    return found
