"""
Publish a plan: the whole set of papers for one audience, in one folder.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.audience import Audience
from bibliobus.domain.calendar import DateSpan
from bibliobus.findings import InputError
from bibliobus.output.print.html import Paper, render_index
from bibliobus.output.print.posters import list_posters
from bibliobus.output.print.sheets import list_sheets
from bibliobus.output.registry import PUBLICATION, PaperOrder, PublishedPaper, list_weeks, write_paper
from bibliobus.plan.cautions import tell_cautions, tell_long_after
from bibliobus.plan.kept_back import refuse_kept_back
from bibliobus.tasks.export import gather_material
from bibliobus.tasks.folders import check_output, write_folder
from bibliobus.tasks.reopen import choose_span, verify_folder
from bibliobus.view.material import keep_public_material
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from bibliobus.plan.plan import Plan
    from bibliobus.view.material import Material

_CALENDARS: Final = "calendars"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9-]+")
_LONGEST_NAME: Final = 60


def render_publication(material: Material, audience: Audience) -> dict[str, bytes]:
    """
    Render the papers of one audience.

    Parameters
    ----------
    material
        The plan and what its papers need, uncut.
    audience
        Public, council or driver.

    Returns
    -------
    dict of str to bytes
        Content by path inside the folder, as `PUBLICATION` says; ``index.html`` leads to all of it.
    """
    shown = keep_public_material(material) if audience is Audience.PUBLIC else material
    posters = list_posters(shown)
    calendars = name_files(poster.settlement_id for poster in posters)
    files: dict[str, bytes] = {}
    links: list[Paper] = []
    for paper in PUBLICATION:
        if audience in paper.audiences:
            for path, content, about in _make(paper, material, shown, audience, calendars):
                files[path] = content
                links += [Paper(path, about)] if about else []
    index = render_index(shown, links, posters, calendars, _tell_reader(material, audience))
    return {"index.html": index} | files


def _make(
    paper: PublishedPaper, material: Material, shown: Material, audience: Audience, calendars: Mapping[str, str]
) -> Iterator[tuple[str, bytes, str]]:
    """Path, content and words for the page that leads there, of each file of one kind."""
    span, about = material.span, material.language.gettext(paper.about) if paper.about else ""
    order = PaperOrder(paper.wanted, audience, span.first, span.last, page=paper.page, stops_only=paper.stops_only)
    weeks = list(list_weeks(span))
    if "{stop}" in paper.path:
        for stop, path in calendars.items():
            yield path, _write(material, shown.at_stop(stop), replace(order, settlement_id=stop)), ""
    elif "{week}" in paper.path:
        for week in weeks:
            held = replace(shown, span=week)
            if list_sheets(held):
                date = material.language.date(week.first)
                path = paper.path.format(week=week.first.isoformat())
                yield path, _write(material, held, order), about.format(date=date)
    elif paper.path.endswith("/"):
        yield from _make_folder(paper.path, write_paper(material, shown, order), about)
    else:
        held = replace(shown, span=DateSpan(span.first, weeks[-1].last)) if paper.early else shown
        yield paper.path, _write(material, held, order), about


def _write(material: Material, shown: Material, order: PaperOrder) -> bytes:
    """One file."""
    content = write_paper(material, shown, order)
    assert isinstance(content, bytes)
    return content


def _make_folder(path: str, pages: object, about: str) -> Iterator[tuple[str, bytes, str]]:
    """Files of a folder; words are for its index, or for each file where it has none."""
    assert isinstance(pages, dict)
    for name, content in sorted(pages.items()):
        yield f"{path}{name}", content, about if name == "index.html" or "index.html" not in pages else ""


def _tell_reader(material: Material, audience: Audience) -> tuple[str, ...]:
    """What the council, or the crew, must not miss; a resident needs none of it."""
    first = material.span.first
    if audience is Audience.COUNCIL:
        return tell_cautions(material.plan, material.dataset, material.language, first=first)
    return tell_long_after(material.plan, material.language, first) if audience is Audience.DRIVER else ()


def name_files(ids: Iterable[str]) -> dict[str, str]:
    """
    Name the calendar files of stops so that every file system takes them.

    Parameters
    ----------
    ids
        Settlements, in order.

    Returns
    -------
    dict of str to str
        Path inside the folder by settlement; letters, digits and hyphens only, no two alike in small letters.
    """
    names: dict[str, str] = {}
    taken = {"all"}
    for settlement_id in ids:
        plain = f"stop-{_UNSAFE.sub('-', settlement_id).strip('-')[:_LONGEST_NAME]}".rstrip("-")
        name, number = plain, 1
        while name.lower() in taken:
            number += 1
            name = f"{plain}-{number}"
        taken.add(name.lower())
        names[settlement_id] = f"{_CALENDARS}/{name}.ics"
    return names


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
    files = render_publication(material, publication.audience)
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
