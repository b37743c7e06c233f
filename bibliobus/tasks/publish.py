"""Publish: papers of a plan, one or all of an audience, made when asked for and put in place together."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bibliobus.domain.audience import Audience
from bibliobus.domain.watch import UNWATCHED, Stage, Watch
from bibliobus.findings import FindingKind, InputError, Place, Severity, UsageError
from bibliobus.inputs.tables.cells import find_unknown
from bibliobus.output.pages.shown import MapOptions
from bibliobus.output.print.html import Paper, render_index
from bibliobus.output.print.posters import list_posters
from bibliobus.output.print.sheets import list_sheets
from bibliobus.output.registry import FORMATS, PUBLICATION, PaperOrder, PublishedPaper, list_weeks, write_paper
from bibliobus.tasks.folders import check_output, write_file, write_folder
from bibliobus.tasks.plan import make_view, render_map, render_pages
from bibliobus.tasks.reopen import choose_span, verify_folder
from bibliobus.view.ground import gather_ground
from bibliobus.view.reader import Reader, span_year
from bibliobus.view.view import NOT_FOR_AUDIENCE, build_view
from bibliobus.words.language import N_, Language, alphabet_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from bibliobus.inputs.area import Dataset
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.plan import Plan
    from bibliobus.view.view import PlanView

_CALENDARS: Final = "calendars"
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9-]+")
_LONGEST_NAME: Final = 60


def render_publication(view: PlanView, ahead: PlanView, watch: Watch = UNWATCHED) -> dict[str, bytes]:
    """
    Render the papers of one audience by path in the folder, as `PUBLICATION` says; ``index.html`` leads to all of it.

    ``watch``: Told, and asked whether to stop, after every file.
    """
    posters = list_posters(view)
    calendars = name_files(poster.settlement_id for poster in posters)
    files: dict[str, bytes] = {}
    links: list[Paper] = []
    for paper in PUBLICATION:
        if view.audience in paper.audiences:
            source = ahead if FORMATS[paper.wanted].ahead else view
            watch.check()
            for path, content, about in _make(paper, source, calendars, watch):
                watch.check()
                files[path] = content
                links += [Paper(path, about)] if about else []
    return {"index.html": render_index(view, links, posters, calendars, _tell_reader(view))} | files


def _make(
    paper: PublishedPaper, view: PlanView, calendars: Mapping[str, str], watch: Watch
) -> Iterator[tuple[str, bytes, str]]:
    """Path, content and words for the page that leads there, of each file of one kind."""
    span, about = view.span, view.language.gettext(paper.about) if paper.about else ""
    order = PaperOrder(
        paper.wanted, view.audience, span.first, span.last, page=paper.page, stops_only=paper.stops_only, watch=watch
    )
    weeks = list(list_weeks(span))
    if "{stop}" in paper.path:
        for stop, path in calendars.items():
            yield path, _write(view.at_stop(stop), replace(order, settlement_id=stop)), ""
    elif "{week}" in paper.path:
        for week in weeks:
            if list_sheets(view, week):
                date = view.language.date(week.first)
                path = paper.path.format(week=week.first.isoformat())
                yield path, _write(view, replace(order, first=week.first, last=week.last)), about.format(date=date)
    elif paper.path.endswith("/"):
        yield from _make_folder(paper.path, write_paper(view, order), about)
    else:
        last = weeks[-1].last if paper.early else span.last
        yield paper.path, _write(view, replace(order, last=last)), about


def _write(view: PlanView, order: PaperOrder) -> bytes:
    """One file."""
    content = write_paper(view, order)
    assert isinstance(content, bytes)
    return content


def _make_folder(path: str, pages: object, about: str) -> Iterator[tuple[str, bytes, str]]:
    """Files of a folder; words are for its index, or for each file where it has none."""
    assert isinstance(pages, dict)
    for name, content in sorted(pages.items()):
        yield f"{path}{name}", content, about if name == "index.html" or "index.html" not in pages else ""


def _tell_reader(view: PlanView) -> tuple[str, ...]:
    """What the council, or the crew, must not miss; a resident needs none of it."""
    return (*view.cautions, *view.long_after) if view.audience is Audience.COUNCIL else view.long_after


def name_files(ids: Iterable[str]) -> dict[str, str]:
    """Paths of calendar files by settlement: letters, digits and hyphens only, no two alike in small letters."""
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
    """What is to be published; without dates, from the first day of the plan, for a year."""

    audience: Audience
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class PublishedFiles:
    """What was published, with sorted paths inside the folder."""

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
    watch: Watch = UNWATCHED,
) -> PublishedFiles:
    """
    Publish a plan into a folder, whole or not at all; the inputs of the plan are never in it.

    ``language``: Language of the papers; None means that of the plan.
    ``watch``: Told of stages, and asked whether to stop; then `Stopped` is raised and nothing is written.
    """
    check_output(out, force=force)
    plan, prepared, report = verify_folder(path, area=area, watch=watch)
    if report.errors:
        raise InputError(*report.errors)
    span = choose_span(plan, publication.first, publication.last)
    reader = Reader(publication.audience, Language(language or plan.language), span)
    watch.enter(Stage.WRITING)
    pieces = publication.audience is Audience.DRIVER  # who alone gets day sheets
    ground = gather_ground(plan, prepared.dataset, prepared.network, pieces=pieces)
    watch.check()
    view = build_view(plan, prepared.dataset, reader, ground)
    watch.check()
    year = span_year(span.first)
    ahead = view if span == year else build_view(plan, prepared.dataset, replace(reader, span=year), ground)
    files = render_publication(view, ahead, watch)
    files[MANIFEST] = _write_manifest(reader, files.keys() | {MANIFEST})
    write_folder(out, files, force=force, watch=watch)
    return PublishedFiles(plan, tuple(sorted(files)))


def _write_manifest(reader: Reader, paths: set[str]) -> bytes:
    """What the folder is, for programs; it also marks the folder as one that was written by us."""
    document = {
        "format": FORMAT,
        "audience": reader.audience.value,
        "first": reader.span.first.isoformat(),
        "last": reader.span.last.isoformat(),
        "language": reader.language.code,
        "files": sorted(paths),
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


STOP_UNKNOWN: Final = FindingKind(
    "stop-unknown",
    Severity.ERROR,
    N_("The bus does not call in a settlement “{value}”."),
    N_("Give the id of a settlement that the plan serves."),
)


def export_plan(
    path: Path,
    out: Path,
    *,
    order: PaperOrder,
    area: Path | None = None,
    language: str | None = None,
    force: bool = False,
) -> Plan:
    """Export a plan into one file, which is replaced only with `force`; no language means that of the plan."""
    _check_audience(order)
    check_output(out, force=force)
    plan, prepared, report = verify_folder(path, area=area)
    if report.errors:
        raise InputError(*report.errors)
    span = choose_span(plan, order.first, order.last)
    stops = {call.settlement_id for tour in plan.all_tours for call in tour.calls}
    if order.settlement_id is not None and order.settlement_id not in stops:
        raise UsageError(find_unknown(STOP_UNKNOWN, Place(), order.settlement_id, (), stops))
    reader = Reader(order.reader, Language(language or plan.language), span)
    ground = gather_ground(plan, prepared.dataset, prepared.network, pieces=FORMATS[order.wanted].roads)
    alone = order.settlement_id if FORMATS[order.wanted].by_stop else None
    view = build_view(plan, prepared.dataset, reader, ground, alone=alone or "")
    content = write_paper(view, order)
    assert isinstance(content, bytes)
    write_file(out, content, force=force)
    return plan


def _check_audience(order: PaperOrder) -> None:
    """Stop if the format shows what these readers may not see."""
    known = FORMATS[order.wanted].audiences
    if order.reader not in known:
        values = {"value": order.wanted, "audience": order.reader.value, "known": ", ".join(known)}
        raise UsageError(NOT_FOR_AUDIENCE.at(Place(), **values))


HROMADA_UNKNOWN: Final = FindingKind(
    "hromada-unknown",
    Severity.ERROR,
    N_("The area has no hromada “{value}”."),
    N_("Choose one of: {known}."),
)
HROMADA_NONE: Final = FindingKind(
    "hromada-none",
    Severity.ERROR,
    N_("No settlement of the area has a hromada, so there are no pages of hromadas."),
    N_("Fill the column hromada of the settlements, plan again, then draw the pages."),
)


@dataclass(frozen=True)
class MapRequest:
    """
    Which map is wanted: the hromada in front as people write it, and the first day of visits, None for that of the
    plan.

    ``tiles``: True if the map may load background pictures from the internet.
    """

    audience: Audience = Audience.PLANNER
    hromada: str = ""
    first: date | None = None
    tiles: bool = False


def draw_plan(
    path: Path,
    out: Path,
    *,
    area: Path | None = None,
    language: str | None = None,
    request: MapRequest | None = None,
    force: bool = False,
) -> Plan:
    """
    Draw the map of a plan into one HTML file, for the planner unless the request says for whom.

    No language means that of the plan; an existing file is replaced only with `force`.
    """
    check_output(out, force=force)
    request = request or MapRequest()
    plan, prepared, hromada = _reopen(path, area, request)
    view = make_view(plan, prepared, _find_reader(plan, request, language))
    write_file(out, render_map(view, MapOptions(hromada, request.tiles)), force=force)
    return plan


def draw_pages(
    path: Path,
    out: Path,
    *,
    request: MapRequest,
    area: Path | None = None,
    language: str | None = None,
    force: bool = False,
) -> tuple[Plan, tuple[str, ...]]:
    """
    Draw the pages of the hromadas, or of the one in front, into a folder; returns its files, sorted.

    No language means that of the plan; an existing folder is replaced only with `force`.
    """
    check_output(out, force=force)
    plan, prepared, hromada = _reopen(path, area, request)
    view = make_view(plan, prepared, _find_reader(plan, request, language))
    if not any(settlement.hromada for settlement in prepared.dataset.settlements):
        raise UsageError(HROMADA_NONE.at(Place()))
    pages = render_pages(view, hromada)
    write_folder(out, pages, force=force)
    return plan, tuple(sorted(pages))


def find_hromada(dataset: Dataset, name: str) -> str:
    """Find a hromada by what somebody typed; case, apostrophes and a word “hromada” behind it do not matter."""
    known = sorted({s.hromada for s in dataset.settlements if s.hromada}, key=alphabet_key)
    sought = _letters(name)
    for hromada in known:
        if sought in {_letters(hromada), *(_letters(f"{hromada} {word}") for word in ("громада", "тг", "hromada"))}:
            return hromada
    raise UsageError(find_unknown(HROMADA_UNKNOWN, Place(), name, known))


def _letters(name: str) -> object:
    """Name as the alphabet sees it."""
    return alphabet_key(name)[0]


def _reopen(path: Path, area: Path | None, request: MapRequest) -> tuple[Plan, PreparedArea, str]:
    """A plan that keeps every rule, and the hromada as the inputs spell it."""
    plan, prepared, report = verify_folder(path, area=area)
    if report.errors:
        raise InputError(*report.errors)
    return plan, prepared, find_hromada(prepared.dataset, request.hromada) if request.hromada else ""


def _find_reader(plan: Plan, request: MapRequest, language: str | None) -> Reader:
    """For whom the map is; visits are listed for a year."""
    span = span_year(request.first or plan.cycle.first_day)
    return Reader(request.audience, Language(language or plan.language), span)
