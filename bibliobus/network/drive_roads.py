"""Names of the roads of a drive, as a driver wants to hear them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.network.roads.network import RoadNetwork

SHORTEST_NAMED_M: Final = 200
SHORTEST_NAMELESS_M: Final = 500
"""Shorter pieces are crossings and bends, which nobody needs to be told."""


@dataclass(frozen=True)
class RoadPiece:
    """
    One road of a drive.

    Parameters
    ----------
    name
        Number, or the name where there is no number; empty if it has neither.
    length_m
        Metres driven on it.
    """

    name: str
    length_m: int


def join_pieces(pieces: Iterable[RoadPiece]) -> tuple[RoadPiece, ...]:
    """
    Join the pieces of a drive to what is worth telling.

    Parameters
    ----------
    pieces
        Pieces in the order of the drive.

    Returns
    -------
    tuple of RoadPiece
        Neighbours of one name are one piece; crumbs are part of the piece before them, or of the one behind the
        start.
    """
    told: list[RoadPiece] = []
    for piece in _merge(pieces):
        shortest = SHORTEST_NAMED_M if piece.name else SHORTEST_NAMELESS_M
        if told and (piece.length_m < shortest or told[-1].name == piece.name):
            told[-1] = replace(told[-1], length_m=told[-1].length_m + piece.length_m)
        elif len(told) == 1 and not told[0].name and told[0].length_m < SHORTEST_NAMELESS_M:
            told[0] = replace(piece, length_m=told[0].length_m + piece.length_m)
        else:
            told.append(piece)
    return tuple(told)


def _merge(pieces: Iterable[RoadPiece]) -> list[RoadPiece]:
    """Neighbours of one name as one piece."""
    merged: list[RoadPiece] = []
    for piece in pieces:
        if merged and merged[-1].name == piece.name:
            merged[-1] = replace(piece, length_m=merged[-1].length_m + piece.length_m)
        else:
            merged.append(piece)
    return merged


def name_steps(roads: RoadNetwork, steps: Iterable[int]) -> tuple[RoadPiece, ...]:
    """
    Name the roads of steps that follow each other.

    Parameters
    ----------
    roads
        The roads.
    steps
        Steps in the order they are driven.

    Returns
    -------
    tuple of RoadPiece
        What is worth telling; lengths are those of whole segments.
    """
    lengths_dm: list[tuple[int, int]] = []
    for step in steps:
        way, length_dm = int(roads.segment_way[step >> 1]), int(roads.segment_dm[step >> 1])
        if lengths_dm and lengths_dm[-1][0] == way:
            lengths_dm[-1] = (way, lengths_dm[-1][1] + length_dm)
        else:
            lengths_dm.append((way, length_dm))
    return join_pieces(RoadPiece(_name_way(roads, way), round(length_dm / 10)) for way, length_dm in lengths_dm)


def _name_way(roads: RoadNetwork, way: int) -> str:
    """Number of a way, which is what signs show between villages, or its name."""
    ref: str = roads.texts[roads.ways.ref_code[way]]
    return ref or roads.texts[roads.ways.name_code[way]]
