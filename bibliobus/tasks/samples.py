"""Sample areas that ship with the program."""

from __future__ import annotations

import tomllib
from contextlib import AbstractContextManager
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bibliobus.findings import FindingKind, Place, Severity, UsageError
from bibliobus.inputs.files import SCENARIO_FILE, area_files
from bibliobus.inputs.scenario.write import read_remarks, write_scenario
from bibliobus.tasks.folders import write_folder
from bibliobus.tasks.reopen import find_monday
from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping
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


def read_template() -> dict[str, Any]:
    """Values that the scenario of a new area begins with: the default sample without choices of its own."""
    values = tomllib.loads(_read_sample_scenario())
    # Made-up prices, and the document that a report answers, may no other area take over unseen.
    return {key: value for key, value in values.items() if key not in ("money", "report")}


def write_template(values: Mapping[str, Any], today: date | None = None) -> str:
    """Documented scenario of a new area; the cycle begins on a Monday after today, None keeps the day of the values."""
    if today is not None:
        values = {**values, "cycle": {**values["cycle"], "first_day": find_monday(today)}}
    return write_scenario(values, read_remarks(_read_sample_scenario()))


def _read_sample_scenario() -> str:
    """Scenario of the default sample."""
    with open_sample(DEFAULT_SAMPLE) as folder:
        return (folder / SCENARIO_FILE).read_text(encoding="utf-8")


def init_area(target: Path, *, today: date | None = None, force: bool = False) -> None:
    """
    Write an example area to start from.

    Parameters
    ----------
    target
        Folder to write: the files of the default sample and its README, with `write_template` as the scenario.
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
    scenario = write_template(read_template(), today).encode()
    write_folder(target, {**contents, SCENARIO_FILE: scenario}, force=force)
