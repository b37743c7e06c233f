"""What holds where a scenario says nothing: the defaults of its shape in our units, changed for a world."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from bibliobus.domain.scenario import PromiseWeights, ServiceRules, Weights
from bibliobus.inputs.scenario.build import convert_rules
from bibliobus.inputs.scenario.problems import to_our_units
from bibliobus.inputs.scenario.shape import PromisesShape, RulesShape, WeightsShape


def default_rules(**changes: Any) -> ServiceRules:
    """Service rules by default, for a cycle of one week."""
    return replace(convert_rules(RulesShape(), 1), **changes)


def default_weights(**changes: Any) -> Weights:
    """Weights by default."""
    return Weights(**asdict(WeightsShape()) | changes)


def default_promises() -> PromiseWeights:
    """Weights of announced visits by default."""
    return PromiseWeights(**to_our_units(PromisesShape()))
