"""Sample areas that ship with the program."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bibliobus.domain.fleet import Rates
from bibliobus.findings import FindingKind, Place, Severity, UsageError
from bibliobus.inputs.files import SCENARIO_FILE, area_files
from bibliobus.inputs.norms import NO_CLAUSES
from bibliobus.inputs.scenario_text import fill_scenario
from bibliobus.tasks.folders import write_folder
from bibliobus.tasks.reopen import find_monday
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from datetime import date

DEFAULT_SAMPLE: Final = "kramatorsk"

SAMPLE_UNKNOWN: Final = FindingKind(
    "sample-unknown",
    Severity.ERROR,
    N_("There is no sample area “{name}”."),
    N_("Choose one of: {choices}."),
)


def list_samples() -> tuple[str, ...]:
    """
    List the sample areas.

    Returns
    -------
    tuple of str
        Names, sorted.
    """
    folders = (entry for entry in resources.files("bibliobus.samples").iterdir() if entry.is_dir())
    return tuple(sorted(folder.name for folder in folders if (folder / "scenario.toml").is_file()))


def open_sample(name: str) -> AbstractContextManager[Path]:
    """
    Open a sample area.

    Parameters
    ----------
    name
        Name of the sample.

    Returns
    -------
    context manager of Path
        Its folder, there as long as the context lasts.

    Raises
    ------
    UsageError
        If there is no sample of that name.
    """
    if name not in list_samples():
        raise UsageError(SAMPLE_UNKNOWN.at(Place(), name=name, choices=", ".join(list_samples())))
    return resources.as_file(resources.files("bibliobus.samples") / name)


def read_template() -> str:
    """
    Read the documented scenario that new areas begin with.

    Returns
    -------
    str
        That of the default sample without its choices that no other area may take over unseen: made-up prices, and the
        document that its report answers.
    """
    with open_sample(DEFAULT_SAMPLE) as folder:
        text = (folder / SCENARIO_FILE).read_text(encoding="utf-8")
    return fill_scenario(text, {"report": [{"clauses": NO_CLAUSES}], "money": [asdict(Rates())]})


def date_scenario(text: str, today: date | None) -> str:
    """
    Let the cycle of a scenario begin on a Monday that is still to come.

    Parameters
    ----------
    text
        TOML of a scenario.
    today
        Date of the caller; None keeps the first day.

    Returns
    -------
    str
        The same TOML with another ``first_day``.
    """
    if today is None:
        return text
    return re.sub(r"(?m)^first_day = \S+", f"first_day = {find_monday(today).isoformat()}", text, count=1)


def init_area(target: Path, *, today: date | None = None, force: bool = False) -> None:
    """
    Write an example area to start from.

    Parameters
    ----------
    target
        Folder to write: the files of the default sample and its README, with `read_template` as the scenario.
    today
        Date of the caller: the cycle begins on a Monday after it; None keeps the first day of the sample.
    force
        True if a folder that stands there may be replaced.

    Raises
    ------
    UsageError
        If the folder is in the way.
    ToolError
        If it cannot be written.
    """
    with open_sample(DEFAULT_SAMPLE) as folder:
        files = [*area_files(folder), *sorted(folder.glob("*.md"))]
        contents = {file.name: file.read_bytes() for file in files}
    scenario = date_scenario(read_template(), today).encode()
    write_folder(target, {**contents, SCENARIO_FILE: scenario}, force=force)
