"""Area: all files of a folder, read and checked against one another into one dataset."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.roads import OSM_ATTRIBUTION, RoadFile
from bibliobus.findings import Finding, FindingKind, FindingReport, Place, Severity
from bibliobus.inputs.changes import read_changes
from bibliobus.inputs.checks import check_against_scenario, check_curfews, check_homes
from bibliobus.inputs.driven import read_driven
from bibliobus.inputs.files import (
    CHANGES_FILES,
    LIBRARIES_FILE,
    MEANWHILE_FILE,
    PLAN_FILE,
    PLAN_FOLDER_OF_AREA,
    REQUESTS_CSV,
    REQUESTS_XLSX,
    SCENARIO_FILE,
    SETTLEMENTS_CSV,
    SETTLEMENTS_XLSX,
    TODAY_FILE,
    area_files,
    digest_area,
    digest_files,
    find_ignored,
    list_names,
    read_files,
    show_path,
)
from bibliobus.inputs.gazetteers.geonames import check_credit, credit_geonames
from bibliobus.inputs.places import NO_LIBRARIES, check_requests, read_libraries, read_requests
from bibliobus.inputs.roads import read_roads
from bibliobus.inputs.scenario.read import read_scenario
from bibliobus.inputs.settlements import NO_SETTLEMENTS, SettlementTable, read_settlements
from bibliobus.words.language import N_
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from bibliobus.domain.places import Library, Request, Settlement
    from bibliobus.domain.roads import RoadChange, Roads
    from bibliobus.domain.scenario import Scenario
    from bibliobus.inputs.driven import Driven
    from bibliobus.inputs.files import InputFile
    from bibliobus.inputs.scenario.read import ScenarioFile


@dataclass(frozen=True)
class Dataset:
    """
    Everything an area's files say.

    Parameters
    ----------
    area_id
        Name of the area's folder.
    scenario
        What the planner decides.
    settlements
        Settlements sorted by id.
    libraries
        Libraries sorted by id.
    roads
        Roads, or the fact that there are none.
    digests
        ``sha256:…`` of each file that was read, by its name, sorted.
    changes
        Road changes in their order; which of them matter depends on the days.
    requests
        Requests of residents sorted by id.
    meanwhile
        What the planner decides for a time; None if the scenario always holds.
    roads_on
        Date whose road changes hold; None means all that hold on any day of the first cycle.
    driven
        What is driven today; None if no file says so.
    """

    area_id: str
    scenario: Scenario
    settlements: tuple[Settlement, ...]
    libraries: tuple[Library, ...]
    roads: Roads
    digests: Mapping[str, str]
    changes: tuple[RoadChange, ...] = ()
    requests: tuple[Request, ...] = ()
    meanwhile: Scenario | None = None
    roads_on: date | None = None
    driven: Driven | None = None


@dataclass(frozen=True)
class AreaInputs:
    """
    The files of an area as they were read, before anybody looked into them.

    Parameters
    ----------
    folder
        Where they were read, and where imported roads lie.
    files
        Those that could be read, by name.
    present
        Names of all that are there.
    findings
        Why some could not be read, and which are not read at all.
    """

    folder: Path
    files: Mapping[str, InputFile]
    present: tuple[str, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def contents(self) -> dict[str, bytes]:
        """Bytes by name."""
        return {name: file.content for name, file in self.files.items()}

    def with_changes(self, file: InputFile | None) -> AreaInputs:
        """
        Put another file of road changes in the place of those that are there.

        Parameters
        ----------
        file
            The file, under one of the names in `CHANGES_FILES`; None for no road changes at all.

        Returns
        -------
        AreaInputs
            The other files as they were.
        """
        put = () if file is None else (file,)
        files = {name: kept for name, kept in self.files.items() if name not in CHANGES_FILES}
        present = (name for name in self.present if name not in CHANGES_FILES)
        return replace(
            self, files={**files, **{one.name: one for one in put}}, present=(*present, *(one.name for one in put))
        )

    def with_today(self, file: InputFile) -> AreaInputs:
        """
        Put another plan in the place of the one that is driven today.

        Parameters
        ----------
        file
            The plan, whatever its file is called.

        Returns
        -------
        AreaInputs
            The other files as they were.
        """
        present = (*(name for name in self.present if name != TODAY_FILE), TODAY_FILE)
        return replace(self, files={**self.files, TODAY_FILE: replace(file, name=TODAY_FILE)}, present=present)

    def with_scenario(self, file: InputFile) -> AreaInputs:
        """
        Put another scenario in the place of the one that is there.

        Parameters
        ----------
        file
            The scenario, whatever its file is called.

        Returns
        -------
        AreaInputs
            The other files as they were.
        """
        return replace(self, files={**self.files, SCENARIO_FILE: replace(file, name=SCENARIO_FILE)})

    def with_meanwhile(self, file: InputFile) -> AreaInputs:
        """
        Put beside the scenario another one that holds for a time.

        Parameters
        ----------
        file
            The scenario, whatever its file is called.

        Returns
        -------
        AreaInputs
            The other files as they were.
        """
        present = (*(name for name in self.present if name != MEANWHILE_FILE), MEANWHILE_FILE)
        return replace(self, files={**self.files, MEANWHILE_FILE: replace(file, name=MEANWHILE_FILE)}, present=present)


__all__ = ["area_files", "digest_area", "read_area", "refuse_area", "refuse_plan"]

NO_AREA: Final = FindingKind(
    "no-area",
    Severity.ERROR,
    N_("There is no folder “{name}”."),
    N_("Check the name; an area is a folder with a file scenario.toml in it."),
)
IS_PLAN: Final = FindingKind(
    "is-plan",
    Severity.ERROR,
    N_("“{name}” is a plan, not an area; {where}."),
    N_("Give that folder, such as “bibliobus check {area}”; the plan is checked with “bibliobus verify {plan}”."),
)
ITS_AREA: Final = N_("the area it was made from is {area}")
NO_AREA_BESIDE: Final = N_("no area lies beside it")
TAKE_AREA: Final = N_("Give the folder of the area that it was made from.")
IN_FOLDER: Final = N_("An area is a folder: give {folder}.")
NO_SCENARIO: Final = FindingKind(
    "no-scenario",
    Severity.ERROR,
    N_("The area has no file scenario.toml."),
    N_("Let “bibliobus init” write one into the area, with every key explained."),
)
TWO_SETTLEMENT_FILES: Final = FindingKind(
    "two-settlement-files",
    Severity.ERROR,
    N_("The area has both settlements.csv and settlements.xlsx, and it is not clear which one holds."),
    N_("Keep one of them in the folder."),
)
TWO_REQUESTS_FILES: Final = FindingKind(
    "two-requests-files",
    Severity.ERROR,
    N_("The area has both requests.csv and requests.xlsx, and it is not clear which one holds."),
    N_("Keep one of them in the folder."),
)
TWO_CHANGES_FILES: Final = FindingKind(
    "two-changes-files",
    Severity.ERROR,
    N_("The area has both {first} and {second}, and it is not clear which one holds."),
    N_("Keep one of them in the folder."),
)


def read_area(
    folder: Path,
    *,
    area_id: str | None = None,
    keep_cache: bool = True,
    changes: Path | None = None,
    scenario: Path | None = None,
) -> tuple[Dataset | None, FindingReport]:
    """
    Read an area and check all of its files at once; None instead of what they say if any finding is an error.

    ``area_id``: Name of the area; None means the name of the folder.
    ``keep_cache``: False if nothing may be written beside imported roads.
    ``changes``, ``scenario``: Files that take the place of the area's own; None means its own.
    """
    refused = refuse_area(folder)
    if refused is not None:
        return None, FindingReport((refused,))
    return parse_area(read_inputs(folder, changes=changes, scenario=scenario), area_id=area_id, keep_cache=keep_cache)


def read_inputs(folder: Path, *, changes: Path | None = None, scenario: Path | None = None) -> AreaInputs:
    """Read the files of an area; another file may stand for its road changes or its scenario."""
    files, findings = read_files(folder, changes=changes, scenario=scenario)
    return AreaInputs(folder, files, list_names(folder), (*findings, *find_ignored(folder)))


def parse_area(
    inputs: AreaInputs, *, area_id: str | None = None, keep_cache: bool = True
) -> tuple[Dataset | None, FindingReport]:
    """
    Check all files of an area at once, as `read_area`; nothing is read but what lies in the files themselves.

    Parameters
    ----------
    inputs
        The files as they were read.
    area_id
        Name of the area; None means that of its folder.
    keep_cache
        Whether roads prepared from a map file may be kept beside it.

    Returns
    -------
    tuple of Dataset or None and FindingReport
        None if there is an error, and all findings, those of reading the files first.
    """
    folder, present, findings = inputs.folder, list(inputs.present), list(inputs.findings)
    files = dict(inputs.files)
    name = folder.resolve().name if area_id is None else area_id
    decided = _read_scenario(files, present, findings)
    files = name_encoding(files, decided)
    settlements = _read_settlements(files, present, findings)
    libraries = _read_libraries(files, present, findings)
    requests = _read_requests(files, present, settlements, findings)
    roads, more = read_roads(folder, files, present, settlements)
    if isinstance(roads, RoadFile) and not keep_cache:
        roads = RoadFile(roads.path, None)
    findings += more
    edits = _read_changes(files, findings)
    meanwhile = _read_meanwhile(files, findings)
    driven = _read_driven(files, findings)
    findings += check_homes(decided, libraries, settlements)
    broken = any(finding.severity is Severity.ERROR and finding.place.file == SCENARIO_FILE for finding in findings)
    if decided is not None and not broken:
        findings += check_against_scenario(decided.scenario, settlements)
        findings += check_curfews(decided, settlements)
        findings += check_credit(decided, settlements)
    report = FindingReport(tuple(findings))
    if decided is None or roads is None or report.errors:
        return None, report
    return Dataset(
        area_id=name,
        scenario=credit_geonames(_credit_roads(decided.scenario, roads), settlements.by_row.values()),
        settlements=tuple(sorted(settlements.by_row.values(), key=lambda settlement: settlement.settlement_id)),
        libraries=tuple(sorted(libraries.values(), key=lambda library: library.library_id)),
        roads=roads,
        digests=digest_files(files),
        changes=edits,
        meanwhile=meanwhile,
        driven=driven,
        requests=tuple(sorted(requests.values(), key=lambda request: request.request_id)),
    ), report


def name_encoding(files: Mapping[str, InputFile], scenario: ScenarioFile | None) -> dict[str, InputFile]:
    """
    Name the encoding of an area's tables as its scenario does (None: there is none); itself it is read by its text.
    """
    encoding = "" if scenario is None else scenario.encoding
    return {
        name: file if name == SCENARIO_FILE else replace(file, encoding=encoding or file.encoding)
        for name, file in files.items()
    }


def _credit_roads(scenario: Scenario, roads: Roads) -> Scenario:
    """Scenario that names OpenStreetMap as a source if its roads come from there: their licence asks for it."""
    if not isinstance(roads, RoadFile) or "openstreetmap" in scenario.attribution.casefold():
        return scenario
    return replace(scenario, attribution="; ".join(filter(None, (scenario.attribution, OSM_ATTRIBUTION))))


def refuse_area(folder: Path) -> Finding | None:
    """Refuse what is no folder, or is a plan, and say which area that has; None if it may be an area."""
    if (plan := refuse_plan(folder)) is not None or folder.is_dir():
        return plan
    if folder.is_file() and (folder.parent / SCENARIO_FILE).is_file():
        return replace(NO_AREA, hint=IN_FOLDER).at(Place(), name=folder.name, folder=show_path(folder.parent))
    return NO_AREA.at(Place(), name=folder.name)


def refuse_plan(folder: Path) -> Finding | None:
    """Refuse a plan where an area is wanted; the folder need not be there."""
    file = folder if folder.name == PLAN_FILE else folder / PLAN_FILE
    inside = (file.parent / SCENARIO_FILE).is_file()
    if not file.is_file() or (inside and folder.is_dir()):
        return None
    area = file.parent if inside else file.parent / PLAN_FOLDER_OF_AREA
    words = {"name": folder.resolve().name, "area": show_path(area), "plan": show_path(folder)}
    if not (area / SCENARIO_FILE).is_file():
        return replace(IS_PLAN, hint=TAKE_AREA).at(Place(), where=Text(NO_AREA_BESIDE), **words)
    return IS_PLAN.at(Place(), where=Text(ITS_AREA, words), **words)


def _read_scenario(files: Mapping[str, InputFile], present: list[str], findings: list[Finding]) -> ScenarioFile | None:
    """Scenario, or a finding that there is none."""
    if SCENARIO_FILE not in present:
        findings.append(NO_SCENARIO.at(Place(SCENARIO_FILE)))
    if SCENARIO_FILE not in files:
        return None
    scenario, more = read_scenario(files[SCENARIO_FILE])
    findings += more
    return scenario


def _read_meanwhile(files: Mapping[str, InputFile], findings: list[Finding]) -> Scenario | None:
    """What is decided for a time; only a program writes the file, so that only its faults are told."""
    if MEANWHILE_FILE not in files:
        return None
    decided, more = read_scenario(files[MEANWHILE_FILE])
    findings += (finding for finding in more if finding.severity is Severity.ERROR)
    return decided.scenario if decided is not None else None


def _read_driven(files: Mapping[str, InputFile], findings: list[Finding]) -> Driven | None:
    """What is driven today."""
    if TODAY_FILE not in files:
        return None
    driven, more = read_driven(files[TODAY_FILE])
    findings += more
    return driven


def _read_settlements(files: Mapping[str, InputFile], present: list[str], findings: list[Finding]) -> SettlementTable:
    """Settlements of the one file that has them, or findings for none or two."""
    names = [name for name in (SETTLEMENTS_CSV, SETTLEMENTS_XLSX) if name in present]
    if not names:
        findings.append(NO_SETTLEMENTS.at(Place(SETTLEMENTS_CSV)))
    if len(names) > 1:
        findings.append(TWO_SETTLEMENT_FILES.at(Place(SETTLEMENTS_XLSX)))
    tables = []
    for name in names:
        if name in files:
            table, more = read_settlements(files[name])
            findings += more
            tables.append(table)
    return tables[0] if len(tables) == len(names) == 1 else SettlementTable()


def _read_libraries(files: Mapping[str, InputFile], present: list[str], findings: list[Finding]) -> dict[int, Library]:
    """Libraries by row, or a warning that there are none."""
    if LIBRARIES_FILE not in present:
        findings.append(NO_LIBRARIES.at(Place(LIBRARIES_FILE)))
    if LIBRARIES_FILE not in files:
        return {}
    libraries, more = read_libraries(files[LIBRARIES_FILE])
    findings += more
    return libraries


def _read_requests(
    files: Mapping[str, InputFile], present: list[str], settlements: SettlementTable, findings: list[Finding]
) -> dict[int, Request]:
    """Requests of the one file that has them; none if there is no file, or a finding for two."""
    names = [name for name in (REQUESTS_CSV, REQUESTS_XLSX) if name in present]
    if len(names) > 1:
        findings.append(TWO_REQUESTS_FILES.at(Place(REQUESTS_XLSX)))
    if len(names) != 1 or names[0] not in files:
        return {}
    requests, more = read_requests(files[names[0]])
    findings += more
    findings += check_requests(names[0], requests, settlements)
    return requests


def _read_changes(files: Mapping[str, InputFile], findings: list[Finding]) -> tuple[RoadChange, ...]:
    """Road changes of the one file that has them; none if there is no file, or a finding for two."""
    names = [name for name in CHANGES_FILES if name in files]
    if len(names) > 1:
        findings.append(TWO_CHANGES_FILES.at(Place(names[1]), first=names[0], second=names[1]))
    if len(names) != 1:
        return ()
    changes, more = read_changes(files[names[0]])
    findings += more
    return changes or ()
