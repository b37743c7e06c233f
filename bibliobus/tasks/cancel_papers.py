"""Write what the cancelling of tours means: the plan with its dates, notices, exceptions, and what each offer costs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.watch import UNWATCHED, Watch
from bibliobus.plan.cautions import find_kept_back, write_kept_back
from bibliobus.plan.names import name_settlement
from bibliobus.solve.repair.stand_in import WhyNot
from bibliobus.tasks.folders import write_folder
from bibliobus.tasks.history import find_times, gather_versions
from bibliobus.tasks.plan import render_papers
from bibliobus.tasks.reopen import BASE_FOLDER
from bibliobus.tasks.replan_papers import copy_plan
from bibliobus.view.cancellations import tell_day, write_cancellation, write_moved
from bibliobus.view.notices import (
    CUT,
    EXCEPTION_COLUMNS,
    count_segments,
    hold_apart,
    list_notice_cells,
    write_cancel_message,
)
from bibliobus.view.tables import format_csv
from bibliobus.words.language import LANGUAGES, MINUTE_S, N_, NN_, Language, format_clock
from bibliobus.words.text import Count, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import date
    from pathlib import Path

    from bibliobus.plan.compare.compare import DatedVisit
    from bibliobus.tasks.cancel import Alternative, Cancelled, CancelledVisit, OfferCost

FACTS_FILE: Final = "cancel.json"
COLUMNS: Final = (
    *("settlement_id", "name_uk", "name_latin", "hromada", "text_uk", "text_en"),
    *("short_uk", "segments_uk", "short_en", "segments_en"),
)
WHY_NOT: Final = {
    WhyNot.NO_BUS: N_("no bus that suits is free on any date before the next visit"),
    WhyNot.FULL: N_("it fits into no tour before the next visit without moving others or breaking a rule"),
    WhyNot.OTHERS: N_("where it would fit, the bus comes to others who would wait longer"),
    WhyNot.DEAR: N_("every replacement costs more than the waiting is worth by the scenario"),
}
RESIDENT_DAYS: Final = NN_("{count} resident-day", "{count} resident-days")


def write_cancelled(cancelled: Cancelled, path: Path, out: Path, *, force: bool, watch: Watch = UNWATCHED) -> None:
    """Write the plan with its dates, and what the cancelling of tours means."""
    plan, dataset = cancelled.plan, cancelled.prepared.dataset
    kept_back = frozenset(find_kept_back(plan, dataset))
    files = render_papers(plan, cancelled.prepared, cancelled.inputs, watch)
    base = copy_plan(path if path.is_dir() else path.parent)
    files |= {name: content for name, content in base.items() if name.startswith(f"{BASE_FOLDER}/")}
    files |= _render(cancelled, without=kept_back)
    files[FACTS_FILE] = (json.dumps(list_cancel_facts(cancelled), ensure_ascii=False, indent=2) + "\n").encode()
    if kept_back & {key for key, _ in list_cancel_notices(cancelled)}:
        others = frozenset(place.settlement_id for place in dataset.settlements) - kept_back
        apart = _render(cancelled, without=others)
        files |= hold_apart(apart, (write_kept_back(Language(code), (plan, dataset)) for code in LANGUAGES))
    files |= gather_versions(path, files)
    write_folder(out, files, force=force, watch=watch, times_ns=find_times(path))


def _render(cancelled: Cancelled, *, without: Collection[str]) -> dict[str, bytes]:
    """Notices and exceptions of the settlements that are not left out."""
    settlements = {s.settlement_id: s for s in cancelled.prepared.dataset.settlements}
    rows, texts = [], []
    for (key, told), (_, short) in zip(list_cancel_notices(cancelled), list_cancel_messages(cancelled), strict=True):
        if key not in without:
            one = settlements[key]
            messages = (cell for text in short for cell in (text, str(count_segments(text))))
            rows.append((key, one.name_uk, one.name_latin, one.hromada, *told, *messages))
            texts.append("\n".join(told))
    return {
        "exceptions.csv": _render_exceptions(cancelled, without),
        "notices.csv": format_csv(COLUMNS, rows),
        "notices.txt": ("\N{BYTE ORDER MARK}" + CUT.join(texts) + "\n").encode(),
    }


def list_cancel_notices(cancelled: Cancelled) -> list[tuple[str, tuple[str, ...]]]:
    """List the notices of everybody concerned, in each language of `LANGUAGES`."""
    return _tell(cancelled, write_cancellation, write_moved)


def list_cancel_messages(cancelled: Cancelled) -> list[tuple[str, tuple[str, ...]]]:
    """List the same as short messages."""

    def write_short_move(name: str, old: DatedVisit, new: DatedVisit, language: Language) -> str:
        return write_cancel_message(name, old, new, None, language)

    return _tell(cancelled, write_cancel_message, write_short_move)


def _tell(
    cancelled: Cancelled,
    write: Callable[[str, DatedVisit, DatedVisit | None, DatedVisit | None, Language], str],
    write_move: Callable[[str, DatedVisit, DatedVisit, Language], str],
) -> list[tuple[str, tuple[str, ...]]]:
    """Texts of everybody concerned, in each language."""
    settlements = {s.settlement_id: s for s in cancelled.prepared.dataset.settlements}
    languages = [Language(code) for code in LANGUAGES]

    def name(key: str, language: Language) -> str:
        return name_settlement(settlements[key], language) if key in settlements else key

    told = []
    for visit in cancelled.visits:
        key, what = visit.settlement_id, (visit.old, visit.new, visit.missed.following)
        told.append((key, tuple(write(name(key, one), *what, one) for one in languages)))
    for key, old, new in cancelled.moved:
        told.append((key, tuple(write_move(name(key, one), old, new, one) for one in languages)))
    return told


def list_cancel_facts(cancelled: Cancelled) -> dict[str, Any]:
    """List what the cancelling of tours means as values that JSON knows."""
    return {
        "from": cancelled.order.first.isoformat(),
        "until": cancelled.order.until.isoformat() if cancelled.order.until else None,
        "cancelled": [_list_visit(visit) for visit in cancelled.visits],
        "moved": [
            {"settlement_id": key, "old": _list_facts(old), "new": _list_facts(new)}
            for key, old, new in cancelled.moved
        ],
        "cost": _list_cost(cancelled.cost),
        "resident_days": cancelled.cost.days,
        "resident_days_without": cancelled.days_without,
        "not_driven": _list_cost(cancelled.spared),
        "proved": cancelled.whole,
    }


def _list_visit(visit: CancelledVisit) -> dict[str, Any]:
    """A cancelled visit, what replaces it, what could, and who waits how long."""
    following, people = visit.missed.following, visit.missed.people
    return {
        "settlement_id": visit.settlement_id,
        "old": _list_facts(visit.old),
        "new": None if visit.new is None else _list_facts(visit.new),
        "following": following and following.date.isoformat(),
        "next_visit": following and _list_facts(following),
        "why_not": visit.why_not,
        "residents": people,
        "days": visit.days,
        "days_without": visit.days_without,
        "resident_days": visit.days * people,
        "resident_days_without": visit.days_without * people,
        "cost": None if visit.chosen is None else _list_cost(visit.chosen.cost),
        "others": [
            {**_list_facts(other.visit), **_list_cost(other.cost), "days": other.cost.days} for other in visit.others
        ],
    }


def _list_cost(cost: OfferCost) -> dict[str, float]:
    """Minutes of paid time and overtime, and kilometres."""
    return {
        "paid_min": cost.work_s // MINUTE_S,
        "km": round(cost.length_m / 1000, 1),
        "overtime_min": cost.overtime_s // MINUTE_S,
    }


def _list_facts(visit: DatedVisit) -> dict[str, str]:
    """Date, bus and clock times."""
    start, end = format_clock(visit.start_s), format_clock(visit.end_s)
    return {"date": visit.date.isoformat(), "bus_id": visit.bus_id, "start": start, "end": end}


def _render_exceptions(cancelled: Cancelled, without: Collection[str]) -> bytes:
    """Each cancelled, replacing and moved visit with its dates."""
    names = {s.settlement_id: s.name_uk for s in cancelled.prepared.dataset.settlements}
    rows = [
        (
            visit.settlement_id,
            names.get(visit.settlement_id, ""),
            "cancelled" if visit.new is None else "replaced",
            *list_notice_cells(visit.old),
            *list_notice_cells(visit.new),
        )
        for visit in cancelled.visits
    ]
    rows += [
        (key, names.get(key, ""), "slight", *list_notice_cells(old), *list_notice_cells(new))
        for key, old, new in cancelled.moved
    ]
    return format_csv(EXCEPTION_COLUMNS, [row for row in rows if row[0] not in without])


MORE_ROOM: Final = N_(
    "More room for replacements: in [[buses]] of the scenario, replacement_weekdays allows further weekdays, "
    "overtime_h longer days, and “spare = true” a spare vehicle."
)
OFFERS: Final = N_("Replacements and what they cost")
ALL_TOGETHER: Final = N_("All replacements together")
NOT_DRIVEN: Final = N_("Cancelled tours")
NOTHING: Final = N_("none: {why}")
OFFER_HEAD: Final = (
    N_("Settlement"),
    N_("Replacement"),
    N_("Bus"),
    N_("Paid time it adds"),
    N_("Kilometres it adds"),
    N_("Overtime it adds"),
    N_("Waiting"),
    N_("Waiting without it"),
    N_("Also possible"),
)


def list_offer_cells(cancelled: Cancelled, language: Language) -> list[tuple[str, ...]]:
    """Rows of a table: each cancelled visit, what replaces it and what that costs, and what could instead; the sum."""
    names = {s.settlement_id: s for s in cancelled.prepared.dataset.settlements}
    buses = {bus.bus_id: bus.name for bus in cancelled.prepared.dataset.scenario.buses}
    rows: list[tuple[str, ...]] = []
    for visit in cancelled.visits:
        key, people = visit.settlement_id, visit.missed.people
        rows.append(
            (
                name_settlement(names[key], language) if key in names else key,
                _tell_replacement(visit, language),
                buses[visit.new.bus_id] if visit.new else "",
                *(_tell_cost(visit.chosen.cost, language) if visit.chosen else ("", "", "")),
                Count(*RESIDENT_DAYS, visit.days * people).render(language),
                Count(*RESIDENT_DAYS, visit.days_without * people).render(language),
                "; ".join(_tell_other(other, visit.old.date, buses, language) for other in visit.others),
            )
        )
    waits = (cancelled.cost.days, cancelled.days_without)
    told = (Count(*RESIDENT_DAYS, days).render(language) for days in waits)
    rows.append((language.gettext(ALL_TOGETHER), "", "", *_tell_cost(cancelled.cost, language), *told, ""))
    spared = replace(cancelled.spared, overtime_s=0)
    spared = replace(spared, work_s=-spared.work_s, length_m=-spared.length_m)
    rows.append((language.gettext(NOT_DRIVEN), "", "", *_tell_cost(spared, language), "", "", ""))
    return rows


def _tell_replacement(visit: CancelledVisit, language: Language) -> str:
    """When the bus comes instead, or why it does not."""
    if visit.new is not None:
        return _tell_visit(visit.new, visit.old.date, language)
    assert visit.why_not is not None  # what is not replaced has a reason
    return Text(NOTHING, {"why": Text(WHY_NOT[visit.why_not])}).render(language)


def _tell_visit(visit: DatedVisit, after: date, language: Language) -> str:
    """Day and clock times."""
    return f"{tell_day(visit.date, after, language)}, {format_clock(visit.start_s)}–{format_clock(visit.end_s)}"


def _tell_other(other: Alternative, after: date, buses: Mapping[str, str], language: Language) -> str:
    """A replacement that was not chosen: when, by which bus, and the paid time it takes."""
    paid, _, _ = _tell_cost(other.cost, language)
    return f"{_tell_visit(other.visit, after, language)}, {buses[other.visit.bus_id]}, {paid}"


def _tell_cost(cost: OfferCost, language: Language) -> tuple[str, str, str]:
    """Paid time, kilometres and overtime with their signs."""
    paid = f"{'−' if cost.work_s < 0 else '+'}{language.duration(abs(cost.work_s))}"
    way = f"{'−' if cost.length_m < 0 else '+'}{language.kilometres(abs(cost.length_m))}"
    return paid, way, language.duration(cost.overtime_s) if cost.overtime_s > 0 else ""
