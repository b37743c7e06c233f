"""Part of a scenario about published papers: from the planner's words to ours, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bibliobus.domain.scenario import Publishing
from bibliobus.findings import Finding, FindingKind, Severity
from bibliobus.inputs.norms import NO_CLAUSES, list_clause_sets
from bibliobus.inputs.tables.cells import clean_id, find_unknown
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from bibliobus.inputs.scenario_lines import KeyLines
    from bibliobus.inputs.scenario_schema import ScenarioShape

UNKNOWN_TIME_ZONE: Final = FindingKind(
    "unknown-time-zone",
    Severity.ERROR,
    N_("There is no time zone “{value}”."),
    N_("Use a name such as Europe/Kyiv or Europe/Berlin."),
)
BAD_WEBSITE: Final = FindingKind(
    "bad-website",
    Severity.ERROR,
    N_("“{value}” is not the address of a web page."),
    N_("Write it with https:// or http:// in front, or leave it empty."),
)
BAD_OUTLINE: Final = FindingKind(
    "bad-outline",
    Severity.ERROR,
    N_("A point of the outline has the latitude {value}, but degrees north go from -90 to 90."),
    N_("Write each point as [degrees north, degrees east]."),
)

UNKNOWN_CLAUSES: Final = FindingKind(
    "unknown-clauses",
    Severity.ERROR,
    N_("There is no document “{value}” whose demands a report could answer."),
    N_("Known: {known}. Leave it empty for a report that answers to none."),
)


def choose_clauses(shape: ScenarioShape, lines: KeyLines, findings: list[Finding]) -> str:
    """
    Choose the document whose demands the report answers.

    Parameters
    ----------
    shape
        The scenario as written.
    lines
        Where its keys stand.
    findings
        Where findings are added.

    Returns
    -------
    str
        Its name; empty for none.
    """
    wanted = shape.report.clauses
    if wanted in (NO_CLAUSES, *list_clause_sets()):
        return wanted
    findings.append(find_unknown(UNKNOWN_CLAUSES, lines.place("report", "clauses"), wanted, list_clause_sets()))
    return NO_CLAUSES


def build_publishing(shape: ScenarioShape, lines: KeyLines, findings: list[Finding]) -> Publishing:
    """
    Build what the planner decides about published papers.

    Parameters
    ----------
    shape
        The scenario as written.
    lines
        Where its keys stand.
    findings
        Where findings are added.

    Returns
    -------
    Publishing
        With the settlements sorted.
    """
    publish = shape.publish
    if not _is_zone(publish.time_zone):
        zone = find_unknown(
            UNKNOWN_TIME_ZONE, lines.place("publish", "time_zone"), publish.time_zone, (), available_timezones()
        )
        findings.append(zone)
    if publish.website and not publish.website.startswith(("https://", "http://")):
        findings.append(BAD_WEBSITE.at(lines.place("publish", "website"), value=publish.website))
    rings = tuple(tuple((lat, lon) for lat, lon in ring) for ring in publish.no_publish_areas)
    for at, ring in enumerate(rings):
        place = lines.place("publish", "no_publish_areas", at)
        findings += [BAD_OUTLINE.at(place, value=f"{lat:g}") for lat, _ in ring if abs(lat) > 90]
    return Publishing(
        publish.time_zone, publish.phone, publish.website, tuple(sorted(map(clean_id, publish.no_publish))), rings
    )


def _is_zone(name: str) -> bool:
    """Whether the computer knows the zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
