"""Write a plan made anew with all its papers: plan, comparison, notices, exceptions, and where it comes from."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.watch import UNWATCHED, Stage, Watch
from bibliobus.plan.cautions import find_kept_back, write_kept_back
from bibliobus.plan.store import FILE_NAME, format_plan
from bibliobus.tasks.compare import render_comparison
from bibliobus.tasks.folders import write_folder
from bibliobus.tasks.history import copy_times, find_times, gather_versions
from bibliobus.tasks.plan import render_papers
from bibliobus.tasks.reopen import BASE_FOLDER
from bibliobus.view.notices import Notice, Period, hold_apart, list_notices, render_exceptions, render_notices
from bibliobus.view.reader import name_public_buses
from bibliobus.view.reports.comparison import list_comparison_facts
from bibliobus.words.language import LANGUAGES, Language

if TYPE_CHECKING:
    from collections.abc import ItemsView
    from pathlib import Path

    from bibliobus.domain.places import Settlement
    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.compare.compare import Comparison, PlaceChange
    from bibliobus.tasks.remake import Choice, Replanned

COMPARISON_FILE: Final = "comparison.html"
FACTS_FILE: Final = "replan.json"


def write_replanned(replanned: Replanned, path: Path, out: Path, *, force: bool, watch: Watch = UNWATCHED) -> None:
    """Write a plan made anew, to the end: it was found, and nothing of it is to be lost."""
    whole = watch.to_the_end()
    whole.enter(Stage.WRITING)
    folder = path if path.is_dir() else path.parent
    if replanned.nothing_to_do:
        files, times_ns = copy_plan(folder), copy_times(path)
    else:
        files, times_ns = render_replanned(replanned, whole), find_times(path)
        files |= gather_versions(path, files)
    write_folder(out, files, force=force, watch=whole, times_ns=times_ns)


def copy_plan(folder: Path) -> dict[str, bytes]:
    """Content of every file of a plan by path inside the folder; caches of roads are left out."""
    found = sorted(file for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))
    kept = [file for file in found if file.suffix not in (".cache", ".npz")]
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in kept}


def render_replanned(replanned: Replanned, watch: Watch = UNWATCHED) -> dict[str, bytes]:
    """Render the papers of the new plan, what it changes, and the plan it comes from."""
    compared, language = replanned.compared, Language(replanned.plan.language)
    places = compared.comparison.places
    told, hidden = _hide(replanned)
    files = render_papers(replanned.plan, replanned.prepared, replanned.ready.inputs.contents, watch)
    watch.check()
    files[COMPARISON_FILE] = render_comparison(compared, "html", language)
    watch.check()
    files |= {
        **_tell(replanned, replace(compared.comparison, places=told)),
        FACTS_FILE: (json.dumps(list_replan_facts(replanned), ensure_ascii=False, indent=2) + "\n").encode(),
        f"{BASE_FOLDER}/{FILE_NAME}": format_plan(replanned.base).encode(),
    }
    if len(told) < len(places):
        apart = _tell(replanned, replace(compared.comparison, places=hidden))
        files |= hold_apart(apart, (write_kept_back(Language(code), *compared.told) for code in LANGUAGES))
    return files


def _hide(replanned: Replanned) -> tuple[tuple[PlaceChange, ...], tuple[PlaceChange, ...]]:
    """Changed settlements that everybody may be told of, and those that are kept back."""
    kept_back = {key for pair in replanned.compared.told for key in find_kept_back(*pair)}
    places = replanned.compared.comparison.places
    told = tuple(place for place in places if place.settlement_id not in kept_back)
    return told, tuple(place for place in places if place.settlement_id in kept_back)


def list_told_notices(replanned: Replanned) -> tuple[Notice, ...]:
    """List the notices of all settlements that may be told of, the gravest change first."""
    return _list_notices(replanned, replace(replanned.compared.comparison, places=_hide(replanned)[0]))


def _list_notices(replanned: Replanned, comparison: Comparison) -> tuple[Notice, ...]:
    """Notices of the settlements of a comparison."""
    areas = (replanned.compared.old[1], replanned.compared.new[1])
    buses = {code: {key: name for prepared in areas for key, name in _name_buses(prepared, code)} for code in LANGUAGES}
    period = Period(replanned.holds_from, replanned.holds_until)
    return list_notices(comparison, _list_settlements(replanned), buses, period)


def _list_settlements(replanned: Replanned) -> dict[str, Settlement]:
    """Settlements of both areas by id; the new one's where they differ."""
    areas = (replanned.compared.old[1], replanned.compared.new[1])
    return {s.settlement_id: s for prepared in areas for s in prepared.dataset.settlements}


def _tell(replanned: Replanned, comparison: Comparison) -> dict[str, bytes]:
    """Notices for residents, and every changed visit with its dates."""
    return {
        **render_notices(_list_notices(replanned, comparison)),
        "exceptions.csv": render_exceptions(comparison, _list_settlements(replanned)),
    }


def _name_buses(prepared: PreparedArea, code: str) -> ItemsView[str, str]:
    """Names of the buses that everybody may know, by id."""
    return name_public_buses(prepared.dataset.scenario, Language(code)).items()


def list_replan_facts(replanned: Replanned) -> dict[str, Any]:
    """List what planning anew gave as values that JSON knows."""
    until = replanned.holds_until
    return {
        "nothing_to_do": replanned.nothing_to_do,
        "holds_from": replanned.holds_from.isoformat(),
        "holds_until": until.isoformat() if until else None,
        "returns_to": f"{BASE_FOLDER}/{FILE_NAME}" if until else None,
        "frozen_before": replanned.order.freeze.isoformat() if replanned.order.freeze else None,
        "broken_tours": replanned.broken,
        "choices": [_list_choice(choice) for choice in replanned.choices],
        "comparison": list_comparison_facts(replanned.compared.comparison),
    }


def _list_choice(choice: Choice) -> dict[str, Any]:
    """One way to go on: its changes and its cost."""
    return {
        "name": choice.name,
        "chosen": choice.chosen,
        "changed_visits": choice.compared.comparison.broken,
        "changed_settlements": len(choice.compared.comparison.places),
        "cost": choice.compared.new[0].provenance.cost,
        **{name: choice.compared.new[0].figures[name] for name in ("length_m", "work_s", "people_served", "visits")},
    }
