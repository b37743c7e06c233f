"""Turn restrictions as OpenStreetMap gives them: relations of a way, a node, and a way."""

from __future__ import annotations

import re
from array import array
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from bibliobus.network.osm_roads import Restrictions

if TYPE_CHECKING:
    from collections.abc import Mapping

# A restriction for one kind of vehicle is for a bus if it is under one of these keys.
KEYS: Final = ("restriction:bus", "restriction:psv", "restriction:motor_vehicle", "restriction:vehicle", "restriction")
EXEMPT: Final = ("bus", "psv", "motor_vehicle", "vehicle")


class TurnReader:
    """Collector of turn restrictions."""

    def __init__(self) -> None:
        self._from = array("q")
        self._via = array("q")
        self._to = array("q")
        self._only = array("B")
        self._skipped = 0

    def take(self, relation: Any) -> None:
        """
        Take a relation; anything but a turn restriction for a bus is passed over.

        Parameters
        ----------
        relation
            Relation as pyosmium gives it.
        """
        tags: Mapping[str, str] = dict(relation.tags)
        if not tags.get("type", "").startswith("restriction"):
            return
        turn = find_turn(tags)
        if not turn:
            return
        members = [(member.role, member.type, member.ref) for member in relation.members]
        ways = {role: [ref for r, kind, ref in members if r == role and kind == "w"] for role in ("from", "to")}
        via = [ref for role, kind, ref in members if role == "via" and kind == "n"]
        if len(via) != 1 or not ways["from"] or not ways["to"] or any(r == "via" and k == "w" for r, k, _ in members):
            self._skipped += 1
            return
        for from_way, to_way in product(ways["from"], ways["to"]):
            self._from.append(from_way)
            self._via.append(via[0])
            self._to.append(to_way)
            self._only.append(turn.startswith("only_"))

    def build(self) -> Restrictions:
        """
        Build arrays of what was taken.

        Returns
        -------
        Restrictions
            In the order of the file.
        """
        import numpy as np

        return Restrictions(
            np.array(self._from, dtype=np.int64),
            np.array(self._via, dtype=np.int64),
            np.array(self._to, dtype=np.int64),
            np.array(self._only, dtype=bool),
            self._skipped,
        )


def find_turn(tags: Mapping[str, str]) -> str:
    """
    Find the restriction that holds for a bus.

    Parameters
    ----------
    tags
        All tags of the relation.

    Returns
    -------
    str
        ``no_…`` or ``only_…``; empty if there is none for a bus at all hours.
    """
    if any(word in EXEMPT for word in re.split(r"[;,\s]+", tags.get("except", ""))):
        return ""
    value = next((tags[key] for key in KEYS if key in tags), "")
    return value if value.startswith(("no_", "only_")) else ""
