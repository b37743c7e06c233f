"""Write a plan made anew with all its papers: plan, comparison, notices, exceptions, and where it comes from."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.roads import ChangeKind
from bibliobus.domain.watch import UNWATCHED, Stage, Watch
from bibliobus.inputs.files import PLAN_FOLDER_OF_AREA
from bibliobus.plan.build import account_tours
from bibliobus.plan.cautions import find_kept_back, write_kept_back
from bibliobus.plan.compare.compare import Difference
from bibliobus.plan.dates import lacks_bus
from bibliobus.plan.plan import Call
from bibliobus.plan.store import FILE_NAME, format_plan
from bibliobus.tasks.compare import ReplanReasons, find_dated_reasons, render_comparison
from bibliobus.tasks.folders import write_folder
from bibliobus.tasks.history import copy_times, find_times, gather_versions
from bibliobus.tasks.reopen import BASE_FOLDER
from bibliobus.view.notices import Notice, Why, hold_apart, list_notices, render_exceptions, render_notices
from bibliobus.view.reader import name_public_buses
from bibliobus.view.reports.comparison import list_comparison_facts
from bibliobus.words.language import LANGUAGES, Language

if TYPE_CHECKING:
    from collections.abc import ItemsView
    from datetime import date
    from pathlib import Path

    from bibliobus.domain.places import Settlement
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.compare.compare import Comparison, PlaceChange
    from bibliobus.plan.plan import Account, Plan, Tour
    from bibliobus.tasks.compare import Compared
    from bibliobus.tasks.replanned import Choice, Replanned

COMPARISON_FILE: Final = "comparison.html"
FACTS_FILE: Final = "replan.json"


def write_replanned(
    replanned: Replanned, path: Path, out: Path, *, force: bool, papers: bool = True, watch: Watch = UNWATCHED
) -> None:
    """
    Write a plan made anew, to the end: it was found, and nothing of it is to be lost.

    Without papers, map, workbook and comparison page are left for `map`, `export` and `compare` to make.
    """
    whole = watch.to_the_end()
    whole.enter(Stage.WRITING)
    folder = path if path.is_dir() else path.parent
    if replanned.nothing_to_do:
        files, times_ns = copy_plan(folder), copy_times(path)
    else:
        files, times_ns = render_replanned(replanned, whole, papers=papers), find_times(path)
        files |= gather_versions(path, files)
    write_folder(out, files, force=force, watch=whole, times_ns=times_ns)


def put_in_language(replanned: Replanned, code: str | None) -> Replanned:
    """The same with its papers in a language; None for that of the published plan, whatever the first plan had."""
    compared = replanned.compared
    if replanned.nothing_to_do:
        return replanned

    def put(shown: tuple[Plan, PreparedArea]) -> tuple[Plan, PreparedArea]:
        return replace(shown[0], language=code or compared.old[0].language), shown[1]

    during = compared.during and put(compared.during)
    return replace(replanned, compared=replace(compared, new=put(compared.new), during=during))


def copy_plan(folder: Path) -> dict[str, bytes]:
    """Content of every file of a plan by path inside the folder; caches of roads are left out."""
    found = sorted(file for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))
    kept = [file for file in found if file.suffix not in (".cache", ".npz")]
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in kept}


def render_replanned(replanned: Replanned, watch: Watch = UNWATCHED, *, papers: bool = True) -> dict[str, bytes]:
    """Render the new plan, what it changes, and the plan it comes from; and its map, workbook and page if asked to."""
    compared, language = replanned.compared, Language(replanned.plan.language)
    inputs = replanned.ready.inputs.contents
    if papers:
        # Maps and workbooks take their time to load, and who only wants the answer needs none.
        from bibliobus.tasks.plan import render_papers

        files = render_papers(replanned.plan, replanned.prepared, inputs, watch)
        watch.check()
        files[COMPARISON_FILE] = render_comparison(compared, "html", language, gather_reasons(replanned))
        watch.check()
    else:
        files = {FILE_NAME: format_plan(replanned.plan).encode()}
        files |= {f"{PLAN_FOLDER_OF_AREA}/{name}": content for name, content in inputs.items()}
    files |= {
        **render_told(compared),
        FACTS_FILE: (json.dumps(list_replan_facts(replanned), ensure_ascii=False, indent=2) + "\n").encode(),
        f"{BASE_FOLDER}/{FILE_NAME}": format_plan(replanned.base).encode(),
    }
    return files


def render_told(compared: Compared) -> dict[str, bytes]:
    """Render what residents are told of, and every changed visit; of stops that must not be published, apart."""
    told, hidden = _hide(compared)
    files = _tell(compared, replace(compared.comparison, places=told))
    if hidden:
        apart = _tell(compared, replace(compared.comparison, places=hidden))
        files |= hold_apart(apart, (write_kept_back(Language(code), *compared.told) for code in LANGUAGES))
    return files


def _hide(compared: Compared) -> tuple[tuple[PlaceChange, ...], tuple[PlaceChange, ...]]:
    """Changed settlements that everybody may be told of, and those that are kept back."""
    kept_back = {key for pair in compared.told for key in find_kept_back(*pair)}
    places = compared.comparison.places
    told = tuple(place for place in places if place.settlement_id not in kept_back)
    return told, tuple(place for place in places if place.settlement_id in kept_back)


def list_told_notices(compared: Compared) -> tuple[Notice, ...]:
    """List the notices of all settlements that may be told of, the gravest change first."""
    return _list_notices(compared, replace(compared.comparison, places=_hide(compared)[0]))


def _list_notices(compared: Compared, comparison: Comparison) -> tuple[Notice, ...]:
    """Notices of the settlements of a comparison."""
    areas = (compared.old[1], compared.new[1])
    buses = {code: {key: name for prepared in areas for key, name in _name_buses(prepared, code)} for code in LANGUAGES}
    reasons = {place.settlement_id: find_why(place, compared) for place in comparison.places}
    return list_notices(comparison, _list_settlements(compared), buses, reasons)


def gather_reasons(replanned: Replanned) -> ReplanReasons:
    """Gather why visits are lost in each piece of the calendar, and why road changes were not applied."""
    shown = {account.settlement_id for account in replanned.compared.shown[0].accounts if account.reason}
    # On some dates no tour is driven whatever the roads: then there is no place to look for.
    shown |= find_dated_reasons(replanned.compared, replanned.compared.language).keys()
    lost = [
        (place.settlement_id, change.old.date)
        for place in replanned.compared.comparison.places
        for change in place.visits
        if change.kind is Difference.LOST and change.old and place.settlement_id not in shown
    ]
    accounts: dict[str, Account] = {}
    for made in replanned.pieces:
        here = {key for key, day in lost if made.piece.first <= day and not _is_after(day, made.piece.last)}
        if here - accounts.keys():
            # A weekly stop is lost as a whole, although its visits of other weeks are driven as ever.
            tours = tuple(_leave_out(tour, here) for tour in made.tours)
            plan = account_tours(replace(replanned.plan, periods=()), made.prepared, tours)
            accounts |= {one.settlement_id: one for one in plan.accounts if one.settlement_id in here and one.reason}
    left_out = {change.change_id: reason for change, reason in replanned.not_applied}
    return ReplanReasons(accounts, left_out)


def _leave_out(tour: Tour, keys: set[str]) -> Tour:
    """The tour without its calls in some settlements."""
    return replace(tour, rows=tuple(r for r in tour.rows if not (isinstance(r, Call) and r.settlement_id in keys)))


def _is_after(day: date, last: date | None) -> bool:
    """Whether a date lies after an end; never where there is none."""
    return last is not None and day > last


def find_why(place: PlaceChange, compared: Compared) -> Why:
    """Why the timetable of a settlement changes, as far as everybody may know."""
    (old, before), (new, now) = compared.old, compared.new
    before_it = [visit.old for visit in place.noticed if visit.old]
    if before_it and all(lacks_bus(new, visit.bus_id, visit.date) for visit in before_it):
        return Why.BUS
    if all(visit.kind is Difference.NEW for visit in place.noticed):
        return Why.UNSAID
    days = [day for visit in place.noticed for day in visit.dates]
    held = [change for change in compared.changes if any(change.overlaps(day, day) for day in days)]
    touching = [change for change in held if change.change_id in place.causes]
    if not touching and _list_rules(before, old) == _list_rules(now, old):
        # Only roads are others: who is not touched by them gives way to who is.
        touching = [change for change in held if compared.roads.get(change.change_id)]
    kinds = {change.kind for change in touching} - {ChangeKind.OPENED}
    if kinds & {ChangeKind.CLOSED, ChangeKind.DANGER_AREA}:
        return Why.CLOSED
    return Why.RESTRICTED if kinds else Why.UNSAID


def _list_rules(prepared: PreparedArea, plan: Plan) -> tuple[object, ...]:
    """Everything the planner decides and who lives where, but for roads and the first day of the cycle."""
    return replace(prepared.dataset.scenario, cycle=plan.cycle), prepared.dataset.settlements


def _list_settlements(compared: Compared) -> dict[str, Settlement]:
    """Settlements of both areas by id; the new one's where they differ."""
    areas = (compared.old[1], compared.new[1])
    return {s.settlement_id: s for prepared in areas for s in prepared.dataset.settlements}


def _tell(compared: Compared, comparison: Comparison) -> dict[str, bytes]:
    """Notices for residents, and every changed visit with its dates."""
    return {
        **render_notices(_list_notices(compared, comparison)),
        "exceptions.csv": render_exceptions(comparison, _list_settlements(compared)),
    }


def _name_buses(prepared: PreparedArea, code: str) -> ItemsView[str, str]:
    """Names of the buses that everybody may know, by id."""
    return name_public_buses(prepared.dataset.scenario, Language(code)).items()


def list_replan_facts(replanned: Replanned) -> dict[str, Any]:
    """List what planning anew gave as values that JSON knows."""
    first, until = replanned.holds_from, replanned.holds_until
    return {
        **list_summary(replanned.compared.comparison),
        "from": _write_iso(first),
        "until": _write_iso(until),
        "applied": [change.change_id for change in replanned.applied],
        "not_applied": [
            {"id": change.change_id, "reason": reason.render(Language(replanned.plan.language))}
            for change, reason in replanned.not_applied
        ],
        "nothing_to_do": replanned.nothing_to_do,
        "interrupted": replanned.interrupted,
        "holds_from": _write_iso(first),
        "holds_until": _write_iso(until),
        "returns_to": f"{BASE_FOLDER}/{FILE_NAME}" if until else None,
        "frozen_before": _write_iso(replanned.order.freeze),
        "broken_tours": replanned.broken,
        "choices": [_list_choice(choice) for choice in replanned.choices],
        "comparison": list_comparison_facts(replanned.compared.comparison),
    }


def _write_iso(day: date | None) -> str | None:
    """A date as JSON has it."""
    return day.isoformat() if day else None


def list_summary(comparison: Comparison) -> dict[str, int]:
    """List announced visits that change, by kind, settlements to be told, and people served before and after."""
    visits = [visit for place in comparison.places for visit in place.visits]
    people = next(pair for pair in comparison.figures if pair.name == "people_served")
    kinds = {"lost": Difference.LOST, "moved_day": Difference.DAY, "moved_time": Difference.TIME}
    return {
        "changed": comparison.broken,
        **{name: sum(visit.kind is kind for visit in visits) for name, kind in kinds.items()},
        "told": len(comparison.told),
        "people_before": round(people.old),
        "people_after": round(people.new),
    }


def _list_choice(choice: Choice) -> dict[str, Any]:
    """One way to go on: its changes and its cost, with the figures of the time that concerns most people."""
    figures = choice.compared.shown[0].figures
    return {
        "name": choice.name,
        "chosen": choice.chosen,
        "changed_visits": choice.compared.comparison.broken,
        "changed_settlements": len(choice.compared.comparison.places),
        "cost": choice.compared.new[0].provenance.cost,
        **{name: figures[name] for name in ("length_m", "work_s", "people_served", "visits")},
    }
