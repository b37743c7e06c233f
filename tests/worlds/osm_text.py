"""Tiny OpenStreetMap files that tests write as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

STEP_DEG: Final = 0.01
"""Between neighbouring points of the tiny files: 1112 m from south to north."""

Tags = dict[str, str]


def osm_text(
    nodes: Mapping[int, tuple[float, float]],
    ways: Mapping[int, tuple[Sequence[int], Tags]],
    *,
    node_tags: Mapping[int, Tags] | None = None,
    relations: Sequence[tuple[Sequence[tuple[str, str, int]], Tags]] = (),
) -> str:
    """
    Write an OpenStreetMap file as text.

    Parameters
    ----------
    nodes
        (lat, lon) by number.
    ways
        Numbers of the nodes, and tags, by number.
    node_tags
        Tags of nodes by number.
    relations
        Members as (type, role, number), and tags.

    Returns
    -------
    str
        OSM XML.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
    for number, (lat, lon) in nodes.items():
        lines.append(f'<node id="{number}" version="1" lat="{lat}" lon="{lon}">')
        lines += [*_tag_lines((node_tags or {}).get(number, {})), "</node>"]
    for number, (refs, tags) in ways.items():
        lines.append(f'<way id="{number}" version="1">')
        lines += [f'<nd ref="{ref}"/>' for ref in refs]
        lines += [*_tag_lines(tags), "</way>"]
    for number, (members, tags) in enumerate(relations, start=1):
        lines.append(f'<relation id="{number}" version="1">')
        lines += [f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, role, ref in members]
        lines += [*_tag_lines(tags), "</relation>"]
    return "\n".join([*lines, "</osm>", ""])


def one_road(tags: Tags, *, node_tags: Tags | None = None, points: int = 3) -> str:
    """
    Write a file with one road to the north, nodes 1, 2, 3, …; the tagged node is number 2.

    Parameters
    ----------
    tags
        Tags of the road, way 10.
    node_tags
        Tags of the second node.
    points
        Number of nodes.

    Returns
    -------
    str
        OSM XML.
    """
    nodes = {number: (48 + STEP_DEG * (number - 1), 37.0) for number in range(1, points + 1)}
    return osm_text(nodes, {10: (list(nodes), tags)}, node_tags={2: node_tags or {}})


def write_text(folder: Path, text: str, name: str = "roads.osm") -> Path:
    """
    Write a file.

    Parameters
    ----------
    folder
        Where.
    text
        What.
    name
        Name of the file.

    Returns
    -------
    Path
        The file.
    """
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _tag_lines(tags: Tags) -> list[str]:
    """One line a tag."""
    return [f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items()]
