"""Open a published plan again, together with the inputs it was made from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bibliobus.errors import InputError
from bibliobus.findings import Finding, FindingKind, FindingReport, Place, Severity
from bibliobus.inputs.files import FILE_UNREADABLE, SCENARIO_FILE, digest_area, name_file, show_path
from bibliobus.language import N_
from bibliobus.plan.evidence import gather_evidence
from bibliobus.plan.retold import check_retold
from bibliobus.plan.store import FILE_NAME, LARGEST_BYTES, PLAN_UNREADABLE, parse_plan
from bibliobus.plan.verify import verify_plan
from bibliobus.quantities import Number
from bibliobus.refusals import explain_refusal
from bibliobus.wording import Text
from bibliobus.workflows.papers import AREA_FOLDER
from bibliobus.workflows.ready import ready_area

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.model.case import Case
    from bibliobus.plan.timetable import Plan

PLAN_MISSING: Final = FindingKind(
    "plan-missing",
    Severity.ERROR,
    N_("There is no plan in “{name}”."),
    N_("Give the folder that `plan` or `demo` wrote, or its plan.json."),
)
IS_AREA: Final = FindingKind(
    "is-area",
    Severity.ERROR,
    N_("“{name}” is an area, not a plan."),
    N_("Plan it first: “bibliobus plan {area} -o my-plan”; then give my-plan."),
)
PLAN_OF_TODAY: Final = "today.json"
"""Plan that lies in an area which was made from a timetable."""

PLAN_OF_AREA: Final = N_("Give the plan that was made from it: {plan}")
INPUTS_DIFFER: Final = FindingKind(
    "inputs-differ",
    Severity.ERROR,
    N_("The file is not the one the plan was made from."),
    N_("Plan anew, put the old file back, or name other inputs on purpose with --area."),
)
TOO_BIG: Final = N_("it is bigger than {limit} MB")
NO_TEXT: Final = N_("it is not text in UTF-8")


def reopen_plan(path: Path, *, area: Path | None = None) -> tuple[Plan, Case]:
    """
    Open a plan with its inputs.

    Parameters
    ----------
    path
        Plan folder, or its plan.json.
    area
        Folder of other inputs; None means those beside the plan, which must be the ones it was made from: the
        folder ``area`` or, for a plan that lies in an area itself, that area.

    Returns
    -------
    plan : Plan
        The plan as it stands in the file, not yet verified.
    case : Case
        Its area made ready.

    Raises
    ------
    InputError
        If there is no plan, it cannot be read, or the inputs are missing, changed or unusable.
    """
    file = path / FILE_NAME if path.is_dir() else path
    plan = _read_plan(file)
    folder = area or find_area(file)
    if area is None:
        digests = digest_area(folder)
        names = sorted(digests.keys() | plan.provenance.digests.keys())
        changed = [name for name in names if digests.get(name) != plan.provenance.digests.get(name)]
        if changed:
            raise InputError(*(INPUTS_DIFFER.at(Place(name_file(file.parent, folder / name))) for name in changed))
    case, _ = ready_area(folder, area_id=plan.area_id, keep_cache=area is not None)
    return plan, case


def verify_folder(path: Path, *, area: Path | None = None) -> tuple[Plan, Case, FindingReport]:
    """
    Verify a plan folder.

    Parameters
    ----------
    path
        Plan folder, or its plan.json.
    area
        Folder of other inputs; None means those beside the plan.

    Returns
    -------
    plan : Plan
        The plan.
    case : Case
        Its area made ready.
    report : FindingReport
        One error for each broken rule; empty if the plan keeps every rule. Where the checker finds none, the reasons
        are told once more and compared.

    Raises
    ------
    InputError
        If the plan or its inputs cannot be used.
    """
    plan, case = reopen_plan(path, area=area)
    report = verify_plan(gather_evidence(plan, case))
    return plan, case, report if report.findings else FindingReport.of(check_retold(plan, case))


def find_area(file: Path) -> Path:
    """
    Find the inputs of a plan.

    Parameters
    ----------
    file
        File of the plan.

    Returns
    -------
    Path
        Folder of the inputs beside it, or around a plan that lies in an area.
    """
    beside = file.parent / AREA_FOLDER
    lies_in_area = not beside.is_dir() and (file.parent / SCENARIO_FILE).is_file()
    return file.parent if lies_in_area else beside


def _find_mistaken(file: Path) -> Finding | None:
    """That an area was given for a plan, and which plan it has or how one is made."""
    asked = file.parent if file.name == FILE_NAME else file
    area = file.parent
    given = file.name == SCENARIO_FILE or (file.name == FILE_NAME and not file.is_file())
    if not given or not (area / SCENARIO_FILE).is_file():
        return None
    outside = area.parent if area.name else area / ".."
    around = outside / FILE_NAME if area.resolve().name == AREA_FOLDER else area / PLAN_OF_TODAY
    kind = replace(IS_AREA, hint=PLAN_OF_AREA) if around.is_file() else IS_AREA
    plan = around.parent if around.name == FILE_NAME else around
    return kind.at(Place(), name=asked.resolve().name, area=show_path(area), plan=show_path(plan))


def _read_plan(file: Path) -> Plan:
    """Plan of a file of bounded size."""
    if (mistaken := _find_mistaken(file)) is not None:
        raise InputError(mistaken)
    try:
        if not file.is_file():
            folder = file.resolve().parent
            raise InputError(PLAN_MISSING.at(Place(), name=folder.name if file.name == FILE_NAME else file.name))
        if file.stat().st_size > LARGEST_BYTES:
            raise InputError(
                PLAN_UNREADABLE.at(Place(file.name), problem=Text(TOO_BIG, {"limit": Number(LARGEST_BYTES // 2**20)}))
            )
        text = file.read_text(encoding="utf-8-sig")  # editors on Windows put a mark in front
    except UnicodeDecodeError as error:
        raise InputError(PLAN_UNREADABLE.at(Place(file.name), problem=Text(NO_TEXT))) from error
    except OSError as error:
        raise InputError(FILE_UNREADABLE.at(Place(file.name), problem=explain_refusal(error))) from error
    try:
        return parse_plan(text)
    except InputError as error:
        # The text does not know the name of its file, which people may choose.
        raise InputError(*(replace(one, place=replace(one.place, file=file.name)) for one in error.findings)) from error
