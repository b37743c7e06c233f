"""Settlements without a bus: how they stand, why, and what would change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.plan.explain.reasons import describe_reason, describe_ways_out
from bibliobus.plan.names import spell_places
from bibliobus.plan.plan import Standing
from bibliobus.view.stops import ShownPlace
from bibliobus.words.alphabet import alphabet_key
from bibliobus.words.language import N_
from bibliobus.words.text import Length, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.plan.plan import Account
    from bibliobus.view.reader import Seen

LIBRARY_HERE: Final = N_("A library stands here: {library}.")
LIBRARY_NEAR: Final = N_("A library is near: {library}, {distance} by road.")

IMPOSSIBLE: Final = "impossible"
SACRIFICED: Final = "sacrificed"
NOT_NEEDED: Final = "not_needed"
STANDINGS: Final = {
    IMPOSSIBLE: N_("Not served: not possible under the rules"),
    SACRIFICED: N_("Not served: no time left"),
    NOT_NEEDED: N_("No bus needed: a library is near"),
}
"""How a settlement without a bus stands, in the order of the tables."""


@dataclass(frozen=True)
class Outside(ShownPlace):
    """
    A settlement without a bus.

    `standing` is a name of `STANDINGS`; `why` is one sentence, `reason` the same where a reason of the plan keeps the
    bus away and empty where a library does; `ways` say what would change it; the library is the nearest by road,
    without name and `library_m` None if none can be reached.
    """

    standing: str
    why: str
    reason: str
    ways: tuple[str, ...]
    library: str
    library_m: int | None


def list_outside(seen: Seen, places: Mapping[str, ShownPlace]) -> tuple[Outside, ...]:
    """List the settlements without a bus that the reader may know of: the impossible first, each kind by name."""
    names = spell_places(seen.dataset)
    language = seen.reader.language
    libraries = {library.library_id: library.name for library in seen.dataset.libraries}
    rows = [
        Outside(
            **vars(places[key]),
            standing=_find_standing(account),
            why=_explain(account, libraries).render(language),
            reason=describe_reason(account.reason).render(language) if account.reason else "",
            ways=tuple(way.render(language) for way in describe_ways_out(account.reason, names))
            if account.reason
            else (),
            library=libraries.get(account.library_id, account.library_id),
            library_m=account.library_m,
        )
        for key, account in seen.accounts.items()
        if account.standing is not Standing.SERVED
    ]
    order = list(STANDINGS)
    return tuple(sorted(rows, key=lambda row: (order.index(row.standing), alphabet_key(row.name), row.settlement_id)))


def _find_standing(account: Account) -> str:
    """Name of `STANDINGS`."""
    if account.standing is Standing.NOT_NEEDED:
        return NOT_NEEDED
    return IMPOSSIBLE if account.reason and account.reason.impossible else SACRIFICED


def _explain(account: Account, libraries: Mapping[str, str]) -> Text:
    """Why there is no bus."""
    if account.reason is not None:
        return describe_reason(account.reason)
    library = libraries.get(account.library_id, account.library_id)
    if not account.library_m:
        return Text(LIBRARY_HERE, {"library": library})
    return Text(LIBRARY_NEAR, {"library": library, "distance": Length(account.library_m)})
