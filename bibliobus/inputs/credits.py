"""Credit to GeoNames: data that come from there ask to be named, whatever became of the scenario since their import."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Severity
from bibliobus.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.domain.places import Settlement
    from bibliobus.domain.scenario import Scenario
    from bibliobus.inputs.scenario_file import ScenarioFile
    from bibliobus.inputs.settlements import SettlementTable

GEONAMES_ATTRIBUTION: Final = "GeoNames (CC BY 4.0)"
"""What the licence of GeoNames asks for."""

ATTRIBUTION_ADDED: Final = FindingKind(
    "attribution-added",
    Severity.WARNING,
    N_("Settlements come from GeoNames, whose licence asks for credit, but attribution does not name it."),
    N_('The papers name it all the same; to word it yourself, write attribution = "{value}" into scenario.toml.'),
)

# `settlements import` writes where it found each place into the note, and how it joined it into the column match.
_NOTE: Final = re.compile(r"\bGeoNames \d+\b")


def comes_from_geonames(settlements: Iterable[Settlement]) -> bool:
    """
    Tell whether any settlement was imported from GeoNames.

    Parameters
    ----------
    settlements
        Settlements of an area.

    Returns
    -------
    bool
        True if a note or the way of joining says so.
    """
    return any(settlement.match or _NOTE.search(settlement.note) for settlement in settlements)


def credit_geonames(scenario: Scenario, settlements: Iterable[Settlement]) -> Scenario:
    """
    Name GeoNames as a source if settlements come from there.

    Parameters
    ----------
    scenario
        The scenario.
    settlements
        Settlements of the area.

    Returns
    -------
    Scenario
        The same, with GeoNames in its attribution where it has to be and is not yet.
    """
    if _is_named(scenario) or not comes_from_geonames(settlements):
        return scenario
    return replace(scenario, attribution="; ".join(filter(None, (scenario.attribution, GEONAMES_ATTRIBUTION))))


def check_credit(file: ScenarioFile, settlements: SettlementTable) -> list[Finding]:
    """
    Check that the scenario names GeoNames if settlements come from there.

    Parameters
    ----------
    file
        The scenario.
    settlements
        Settlements by row.

    Returns
    -------
    list of Finding
        One warning, or none.
    """
    if _is_named(file.scenario) or not comes_from_geonames(settlements.by_row.values()):
        return []
    return [ATTRIBUTION_ADDED.at(file.lines.place("attribution"), value=GEONAMES_ATTRIBUTION)]


def _is_named(scenario: Scenario) -> bool:
    """Whether the planner named GeoNames."""
    return "geonames" in scenario.attribution.casefold()
