"""
Hard rules about when a bus may be open at a stop, a module each: its search, check, words, numbers, what would lift it.

A further rule is a module that keeps the protocol `StopRule`, and its name in `STOP_RULES`.
"""

from typing import Final

from bibliobus.model.rules import curfew, sunset
from bibliobus.model.rules.stop_rule import StopRule

__all__ = ["STOP_RULES", "StopRule"]

STOP_RULES: Final[tuple[StopRule, ...]] = (curfew, sunset)
"""In the order in which a reason is looked for."""
