"""Why a settlement is not served: proofs and prices, and the words for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.findings import Text

if TYPE_CHECKING:
    from bibliobus.plan.timetable import Reason


def describe_reason(reason: Reason) -> Text:
    """
    Put a reason into a sentence a council understands.

    Parameters
    ----------
    reason
        Reason of an unserved settlement.

    Returns
    -------
    Text
        One or two sentences.
    """
    return Text(reason.code)
