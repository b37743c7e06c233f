"""Publish a plan: the whole set of papers for one audience, in one folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.errors import InputError
from bibliobus.language import Language
from bibliobus.plan.kept_back import refuse_kept_back
from bibliobus.workflows.export import gather_material
from bibliobus.workflows.output import check_output, write_folder
from bibliobus.workflows.publication import render_publication
from bibliobus.workflows.reopen import verify_folder
from bibliobus.workflows.spans import choose_span

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from bibliobus.domain.audience import Audience
    from bibliobus.domain.calendar import DateSpan
    from bibliobus.plan.timetable import Plan

FORMAT: Final = "bibliobus-publication/1"
MANIFEST: Final = "published.json"


@dataclass(frozen=True)
class Publication:
    """
    What is to be published.

    Parameters
    ----------
    audience
        Public, council or driver.
    first
        First date; None means the first day of the plan.
    last
        Last date; None means a year from the first.
    """

    audience: Audience
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Published:
    """
    What was published.

    Parameters
    ----------
    plan
        The plan.
    files
        Paths inside the folder, sorted.
    """

    plan: Plan
    files: tuple[str, ...]


def publish_plan(
    path: Path,
    out: Path,
    publication: Publication,
    *,
    area: Path | None = None,
    language: str | None = None,
    force: bool = False,
) -> Published:
    """
    Publish a plan into a folder.

    Parameters
    ----------
    path
        Plan folder, or its plan.json.
    out
        Folder to write, whole or not at all; the inputs of the plan are never in it.
    publication
        For whom, and for which dates.
    area
        Folder of other inputs; None means those beside the plan.
    language
        Language of the papers; None means that of the plan.
    force
        True if a folder that stands there may be replaced.

    Returns
    -------
    Published
        The plan and the files.

    Raises
    ------
    UsageError
        If the folder is in the way, or the dates do not fit.
    InputError
        If the plan or its inputs cannot be used, the plan breaks a rule, or a stop must not be published.
    ToolError
        If the folder cannot be written.
    """
    check_output(out, force=force)
    plan, case, report = verify_folder(path, area=area)
    if report.errors:
        raise InputError(*report.errors)
    span = choose_span(plan, publication.first, publication.last)
    refuse_kept_back(publication.audience, (plan, case.dataset))
    spoken = Language(language or plan.language)
    material = gather_material(plan, case, spoken, span)
    files = render_publication(material, case, publication.audience)
    files[MANIFEST] = _write_manifest(publication.audience, span, spoken, files.keys() | {MANIFEST})
    write_folder(out, files, force=force)
    return Published(plan, tuple(sorted(files)))


def _write_manifest(audience: Audience, span: DateSpan, language: Language, paths: set[str]) -> bytes:
    """What the folder is, for programs; it also marks the folder as one that was written by us."""
    document = {
        "format": FORMAT,
        "audience": audience.value,
        "first": span.first.isoformat(),
        "last": span.last.isoformat(),
        "language": language.code,
        "files": sorted(paths),
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
