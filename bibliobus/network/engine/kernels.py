"""Compiled kernels of the contraction hierarchy: imports numba, so it is itself imported only where it is used."""

# Nodes are named by their rank here. An *edge* joins a node to a node of higher rank, its upper neighbour; edge e has
# the weight up[e] towards the higher node and down[e] back. Slot 2 * e is the way up, 2 * e + 1 the way down.
# An edge is made of an arc of the graph or of two lower edges over a middle node: ``via`` holds the middle node,
# or -2 - arc, or NOTHING.
#
# numba keeps the machine code until this file changes: who changes CLOSED in weights.py must touch this file too.

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from bibliobus.network.engine.dissection import compile_when_called
from bibliobus.network.engine.graph import CLOSED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int32]
    Longs = NDArray[np.int64]

NOTHING: Final = -1
LANES: Final = 16
"""Sources swept together: two cache lines of weights a node. Chosen so, not measured against other numbers."""


@compile_when_called
def grow_int32(array: Ints, size: int) -> Ints:
    """Copy an array into one that is not shorter; what is added is undefined."""
    longer = np.empty(size, dtype=np.int32)
    # Compiles in a fraction of the time that an assignment to a slice takes, as does the sort below.
    for at in range(len(array)):
        longer[at] = array[at]
    return longer


@compile_when_called
def sort_range(array: Ints, begin: int, end: int) -> None:
    """Sort part of an array in place; made for short parts."""
    for at in range(begin + 1, end):
        value, hole = array[at], at
        while hole > begin and array[hole - 1] > value:
            array[hole] = array[hole - 1]
            hole -= 1
        array[hole] = value


@compile_when_called
def find_edges(first: Longs, neighbour: Ints) -> tuple[Longs, Ints, Ints]:
    """
    Find the edges of the hierarchy: those of the graph and the shortcuts of contracting the nodes in rank order.

    ``first``: Shape (nodes + 1,): neighbours of node v are ``neighbour[first[v]:first[v + 1]]``.
    ``neighbour``: Shape (any,), in any order, doubles and loops allowed; only upper neighbours are looked at.

    Returns shape (nodes + 1,): edges of node v are ``up_first[v]`` to ``up_first[v + 1] - 1``; then heads and parents.
    """
    nodes = len(first) - 1
    up_first, up_head = np.zeros(nodes + 1, dtype=np.int64), np.empty(2 * len(neighbour) + 64, dtype=np.int32)
    parent, seen = np.full(nodes, NOTHING, dtype=np.int32), np.full(nodes, -1, dtype=np.int32)
    first_child, next_sibling = np.full(nodes, -1, dtype=np.int32), np.full(nodes, -1, dtype=np.int32)
    count = 0
    for node in range(nodes):
        seen[node] = node
        begin, room = count, count + first[node + 1] - first[node]
        child = first_child[node]
        while child != -1:
            room += up_first[child + 1] - up_first[child]
            child = next_sibling[child]
        if room > len(up_head):
            up_head = grow_int32(up_head, 2 * room)
        for at in range(first[node], first[node + 1]):
            there = neighbour[at]
            if there > node and seen[there] != node:
                seen[there] = node
                up_head[count] = there
                count += 1
        # Of all lower neighbours the children in the elimination tree are enough: they have inherited the rest.
        child = first_child[node]
        while child != -1:
            for edge in range(up_first[child], up_first[child + 1]):
                there = up_head[edge]
                if there > node and seen[there] != node:
                    seen[there] = node
                    up_head[count] = there
                    count += 1
            child = next_sibling[child]
        up_first[node + 1] = count
        if count > begin:
            sort_range(up_head, begin, count)
            above = up_head[begin]
            parent[node] = above
            next_sibling[node], first_child[above] = first_child[above], node
    return up_first, up_head[:count].copy(), parent


@compile_when_called
def find_edge(up_first: Longs, up_head: Ints, low: int, high: int) -> int:
    """Find the edge, which must exist, between two nodes, the second of higher rank."""
    begin, end = int(up_first[low]), int(up_first[low + 1])
    while begin < end:
        middle = (begin + end) >> 1
        if up_head[middle] < high:
            begin = middle + 1
        else:
            end = middle
    return begin


@compile_when_called
def find_slots(up_first: Longs, up_head: Ints, tail: Ints, head: Ints) -> Ints:
    """Find the slot of every arc; `NOTHING` for an arc that ends where it starts."""
    slots = np.empty(len(tail), dtype=np.int32)
    for arc in range(len(tail)):
        if tail[arc] < head[arc]:
            slots[arc] = 2 * find_edge(up_first, up_head, tail[arc], head[arc])
        elif tail[arc] > head[arc]:
            slots[arc] = 2 * find_edge(up_first, up_head, head[arc], tail[arc]) + 1
        else:
            slots[arc] = NOTHING
    return slots


@compile_when_called
def lay_weights(up_first: Longs, up_head: Ints, slots: Ints, weights: Longs) -> tuple[Longs, Longs, Ints, Ints]:
    """
    Lay weights over the hierarchy: every edge gets the least weight of its arcs and of all ways over lower nodes.

    ``weights``: Shape (arcs,), packed weights, `CLOSED` at most.
    """
    edges = len(up_head)
    up, down = np.full(edges, CLOSED, dtype=np.int64), np.full(edges, CLOSED, dtype=np.int64)
    via_up, via_down = np.full(edges, NOTHING, dtype=np.int32), np.full(edges, NOTHING, dtype=np.int32)
    for arc in range(len(slots)):
        slot, weight = slots[arc], weights[arc]
        if slot == NOTHING:
            continue
        edge = slot >> 1
        if slot & 1 == 0:
            if weight < up[edge]:
                up[edge], via_up[edge] = weight, -2 - arc
        elif weight < down[edge]:
            down[edge], via_down[edge] = weight, -2 - arc
    for middle in range(len(up_first) - 1):
        begin, end = up_first[middle], up_first[middle + 1]
        for lower in range(begin, end):
            to_low, from_low = down[lower], up[lower]
            if to_low >= CLOSED and from_low >= CLOSED:
                continue
            edge = up_first[up_head[lower]]
            for upper in range(lower + 1, end):
                high = up_head[upper]
                while up_head[edge] < high:
                    edge += 1
                weight = to_low + up[upper]
                if weight < up[edge]:
                    up[edge], via_up[edge] = weight, middle
                weight = down[upper] + from_low
                if weight < down[edge]:
                    down[edge], via_down[edge] = weight, middle
    return up, down, via_up, via_down


@compile_when_called
def list_ancestors(parent: Ints, nodes: Ints, listed: Ints) -> int:
    """List nodes and all their ancestors in the elimination tree into `listed`, lowest rank first, and count them."""
    front, running, count = nodes.copy(), len(nodes), 0
    while running > 0:
        lowest = front[0]
        for at in range(1, running):
            lowest = min(lowest, front[at])
        listed[count] = lowest
        count += 1
        above = parent[lowest]
        at, met = 0, above == NOTHING
        while at < running:
            if front[at] != lowest:
                at += 1
            elif met:
                # Another climber goes on from here, or nothing is above: this one is done.
                running -= 1
                front[at] = front[running]
            else:
                front[at], met = above, True
                at += 1
    return count


@compile_when_called
def climb(
    up_first: Longs,
    up_head: Ints,
    parent: Ints,
    weight: Longs,
    nodes: Ints,
    offsets: Longs,
    distance: Longs,
    before: Ints,
    listed: Ints,
) -> int:
    """
    Measure the best ways that only climb, from a place to all ancestors of its nodes.

    ``distance``, ``before``: Shape (nodes,), need not be initialised; filled for the listed nodes with the weight and
        the node climbed from, or -1 - entry.
    """
    count = list_ancestors(parent, nodes, listed)
    for at in range(count):
        distance[listed[at]] = CLOSED
    for entry in range(len(nodes)):
        if offsets[entry] < distance[nodes[entry]]:
            distance[nodes[entry]] = offsets[entry]
            before[nodes[entry]] = -1 - entry
    for at in range(count):
        node = listed[at]
        here = distance[node]
        if here >= CLOSED:
            continue
        for edge in range(up_first[node], up_first[node + 1]):
            there, reached = up_head[edge], here + weight[edge]
            if reached < distance[there]:
                distance[there], before[there] = reached, node
    return count


@compile_when_called
def select_below(
    up_first: Longs, up_head: Ints, parent: Ints, down: Longs, targets: Ints
) -> tuple[Ints, Longs, Ints, Longs]:
    """
    Select the part of the hierarchy above some targets, for sweeps from the top down.

    Returns the row of each selected node, highest rank first, `NOTHING` for the others; then the open edges: those of
    row r are ``row_first[r]`` to ``row_first[r + 1] - 1``.
    """
    row = np.full(len(parent), NOTHING, dtype=np.int32)
    rows = 0
    for target in targets:
        node = target
        while node != NOTHING and row[node] == NOTHING:
            row[node] = 0
            rows += 1
            node = parent[node]
    row_first, edges, at = np.zeros(rows + 1, dtype=np.int64), 0, 0
    for node in range(len(parent) - 1, -1, -1):
        if row[node] != NOTHING:
            row[node] = at
            at += 1
            for edge in range(up_first[node], up_first[node + 1]):
                if down[edge] < CLOSED:
                    edges += 1
            row_first[at] = edges
    row_above, row_weight = np.empty(edges, dtype=np.int32), np.empty(edges, dtype=np.int64)
    for node in range(len(parent)):
        if row[node] != NOTHING:
            edges = row_first[row[node]]
            for edge in range(up_first[node], up_first[node + 1]):
                if down[edge] < CLOSED:
                    row_above[edges], row_weight[edges] = row[up_head[edge]], down[edge]
                    edges += 1
    return row, row_first, row_above, row_weight


@compile_when_called
def sweep(
    up_first: Longs,
    up_head: Ints,
    parent: Ints,
    up: Longs,
    down: Longs,
    source_first: Longs,
    source_node: Ints,
    source_offset: Longs,
    target_first: Longs,
    target_node: Ints,
    target_offset: Longs,
) -> NDArray[np.int64]:
    """
    Measure the fastest drives between places, `LANES` sources at once, as packed weights; `CLOSED` where no road leads.

    ``source_first``, ``target_first``: Shape (places + 1,): entries of each place.
    """
    sources, targets, nodes = len(source_first) - 1, len(target_first) - 1, len(parent)
    row, row_first, row_above, row_weight = select_below(up_first, up_head, parent, down, target_node)
    rows = len(row_first) - 1
    target_row = row[target_node]
    reached = np.empty((rows, LANES), dtype=np.int64)
    distance = np.empty(nodes, dtype=np.int64)
    before, listed = np.empty(nodes, dtype=np.int32), np.empty(nodes, dtype=np.int32)
    found = np.empty((sources, targets), dtype=np.int64)
    for begin in range(0, sources, LANES):
        lanes = min(LANES, sources - begin)
        reached[:] = CLOSED
        for lane in range(lanes):
            entry, end = source_first[begin + lane], source_first[begin + lane + 1]
            count = climb(
                up_first,
                up_head,
                parent,
                up,
                source_node[entry:end],
                source_offset[entry:end],
                distance,
                before,
                listed,
            )
            for at in range(count):
                if row[listed[at]] != NOTHING:
                    reached[row[listed[at]], lane] = distance[listed[at]]
        for below in range(rows):
            for edge in range(row_first[below], row_first[below + 1]):
                above, weight = row_above[edge], row_weight[edge]
                for lane in range(LANES):
                    reached[below, lane] = min(reached[below, lane], reached[above, lane] + weight)
        for target in range(targets):
            entry, end = target_first[target], target_first[target + 1]
            for lane in range(lanes):
                best = CLOSED
                for other in range(entry, end):
                    best = min(best, reached[target_row[other], lane] + target_offset[other])
                found[begin + lane, target] = best
    return found


@compile_when_called
def unpack_edge(
    up_first: Longs, up_head: Ints, via_up: Ints, via_down: Ints, start: int, end: int, arcs: Ints, count: int
) -> tuple[Ints, int]:
    """Write down the arcs of the way over one edge into `arcs`, which may be replaced by a longer array."""
    # Room to begin with; both arrays grow when they are full, so their size decides nothing.
    stack, waiting = np.empty(256, dtype=np.int32), 2
    stack[0], stack[1] = start, end
    while waiting > 0:
        waiting -= 2
        tail, head = stack[waiting], stack[waiting + 1]
        if tail < head:
            via = via_up[find_edge(up_first, up_head, tail, head)]
        else:
            via = via_down[find_edge(up_first, up_head, head, tail)]
        if via < NOTHING:
            if count == len(arcs):
                arcs = grow_int32(arcs, 2 * count)
            arcs[count] = -2 - via
            count += 1
        else:
            if waiting + 4 > len(stack):
                stack = grow_int32(stack, 2 * len(stack))
            stack[waiting], stack[waiting + 1] = via, head
            stack[waiting + 2], stack[waiting + 3] = tail, via
            waiting += 4
    return arcs, count


@compile_when_called
def find_way(
    up_first: Longs,
    up_head: Ints,
    parent: Ints,
    up: Longs,
    down: Longs,
    via_up: Ints,
    via_down: Ints,
    source_node: Ints,
    source_offset: Longs,
    target_node: Ints,
    target_offset: Longs,
) -> tuple[int, Ints, int, int]:
    """
    Find the fastest drive from a place to a place.

    Returns packed weight, `CLOSED` if no road leads; arcs in the order of the drive; entries where it starts and ends.
    """
    nodes = len(parent)
    # Only the listed ancestors are ever touched, so these cost nothing on big networks.
    ahead, back = np.empty(nodes, dtype=np.int64), np.empty(nodes, dtype=np.int64)
    before, after = np.empty(nodes, dtype=np.int32), np.empty(nodes, dtype=np.int32)
    ahead_of, back_of = np.empty(nodes, dtype=np.int32), np.empty(nodes, dtype=np.int32)
    aheads = climb(up_first, up_head, parent, up, source_node, source_offset, ahead, before, ahead_of)
    backs = climb(up_first, up_head, parent, down, target_node, target_offset, back, after, back_of)
    best, top, here, there = CLOSED, NOTHING, 0, 0
    while here < aheads and there < backs:
        if ahead_of[here] < back_of[there]:
            here += 1
        elif ahead_of[here] > back_of[there]:
            there += 1
        else:
            node = ahead_of[here]
            if ahead[node] + back[node] < best:
                best, top = ahead[node] + back[node], node
            here += 1
            there += 1
    arcs, count = np.empty(64, dtype=np.int32), 0
    if top == NOTHING:
        return best, arcs[:0], NOTHING, NOTHING
    steps, node = 0, top
    while before[node] >= 0:
        ahead_of[steps] = node
        steps += 1
        node = before[node]
    source_entry = -1 - before[node]
    for step in range(steps - 1, -1, -1):
        arcs, count = unpack_edge(up_first, up_head, via_up, via_down, node, ahead_of[step], arcs, count)
        node = ahead_of[step]
    while after[node] >= 0:
        arcs, count = unpack_edge(up_first, up_head, via_up, via_down, node, after[node], arcs, count)
        node = after[node]
    return best, arcs[:count].copy(), source_entry, -1 - after[node]
