"""Make an area ready for planning, with every finding about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.errors import InputError
from bibliobus.findings import FindingReport
from bibliobus.inputs.area import read_area
from bibliobus.model.build import check_worth
from bibliobus.model.case import build_case
from bibliobus.network.islands import check_reach
from bibliobus.network.osm_network import OsmNetwork
from bibliobus.plan.cautions import find_cautions

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.model.case import Case


def ready_area(
    folder: Path,
    *,
    area_id: str | None = None,
    keep_cache: bool = True,
    changes: Path | None = None,
    scenario: Path | None = None,
    like: Case | None = None,
) -> tuple[Case, FindingReport]:
    """
    Read an area and make it ready for planning.

    Parameters
    ----------
    folder
        Folder of the area.
    area_id
        Name of the area; None means the name of the folder.
    keep_cache
        False if nothing may be written beside imported roads: in a published plan, or in a sample.
    changes
        File of road changes that takes the place of the area's own; None means the area's own.
    scenario
        File that takes the place of scenario.toml; None means the area's own.
    like
        Case of the same area, whose imported roads need not be read again; None to read them.

    Returns
    -------
    case : Case
        Everything planning needs.
    report : FindingReport
        Warnings and notes.

    Raises
    ------
    InputError
        If the files cannot be used; it carries all findings, warnings too.
    """
    dataset, report = read_area(folder, area_id=area_id, keep_cache=keep_cache, changes=changes, scenario=scenario)
    if dataset is None:
        raise InputError(*report.findings)
    case = build_case(dataset, like)
    worth = check_worth(case.problem)
    if worth:
        raise InputError(*report.findings, *worth)
    to_serve = {visit.settlement_id for visit in case.demand.visits}
    real = case.network if isinstance(case.network, OsmNetwork) else None
    reach = check_reach([s for s in dataset.settlements if s.settlement_id in to_serve], case.matrices, real)
    return case, FindingReport.of(
        [*report.findings, *case.network.findings, *reach, *find_cautions(dataset, case.demand)]
    )
