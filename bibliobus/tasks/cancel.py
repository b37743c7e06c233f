"""A bus does not drive on a date: cancelled visits, the cheapest replacement dates, and what to tell."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.findings import FindingKind, InputError, Place, Severity, UsageError
from bibliobus.plan.cautions import find_kept_back, write_kept_back
from bibliobus.plan.compare.compare import DatedVisit
from bibliobus.plan.dates import service_dates
from bibliobus.plan.names import name_settlement
from bibliobus.plan.plan import Tour
from bibliobus.plan.promises import list_promises, make_prices
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.solve.repair.promises import ChangePrices
from bibliobus.solve.repair.times import TimeKeeper
from bibliobus.tasks.folders import check_output, write_folder
from bibliobus.tasks.reopen import reopen_plan
from bibliobus.tasks.replan_papers import copy_plan
from bibliobus.view.notices import CUT, EXCEPTION_COLUMNS, hold_apart, list_notice_cells
from bibliobus.view.tables import format_csv
from bibliobus.words.language import LANGUAGES, N_, Language, format_clock
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from bibliobus.model.area import PreparedArea
    from bibliobus.plan.plan import Plan
    from bibliobus.solve.repair.times import TourValue

CANCEL_UNKNOWN_BUS: Final = FindingKind(
    "cancel-unknown-bus",
    Severity.ERROR,
    N_("There is no bus “{value}”."),
    N_("Known ids: {known}."),
)
CANCEL_NO_TOUR: Final = FindingKind(
    "cancel-no-tour",
    Severity.ERROR,
    N_("{bus} does not drive on {day} anyway."),
    N_("Give a date on which it drives, such as {next}."),
)


@dataclass(frozen=True)
class CancelledVisit:
    """
    One visit that does not take place.

    ``new``: The visit that replaces it; None if there is none before the next one by the timetable.
    ``following``: Date of the next visit by the timetable; None if there is none within a year.
    """

    settlement_id: str
    old: DatedVisit
    new: DatedVisit | None
    following: date | None


@dataclass(frozen=True)
class Cancelled:
    """
    What the cancelling of a tour means: its visits in their order, and visits elsewhere that open minutes apart.

    ``moved``: Settlement, visit as announced, visit as it will be, on the replacement dates.
    """

    plan: Plan
    prepared: PreparedArea
    visits: tuple[CancelledVisit, ...]
    moved: tuple[tuple[str, DatedVisit, DatedVisit], ...]


def cancel_tour(path: Path, bus_id: str, day: date, out: Path, *, force: bool = False) -> Cancelled:
    """
    Cancel the tour of a bus on a date, and find the cheapest replacement date for each visit before its next one.

    On it a bus has room without moving any other announced visit by more than the tolerance.
    """
    check_output(out, force=force)
    plan, prepared = reopen_plan(path)
    broken = verify_plan(gather_evidence(plan, prepared)).errors
    if broken:
        raise InputError(*broken)
    buses = [bus.bus_id for bus in prepared.dataset.scenario.buses]
    if bus_id not in buses:
        raise UsageError(CANCEL_UNKNOWN_BUS.at(Place(), value=bus_id, known=", ".join(buses)))
    return _Search(plan, prepared, day).run(bus_id)


class _Search:
    """Dates and tours after a cancelled one, as they fill up."""

    def __init__(self, plan: Plan, prepared: PreparedArea, day: date) -> None:
        self.plan, self.prepared, self.day = plan, prepared, day
        scenario = prepared.dataset.scenario
        self.last = day + timedelta(days=max(plan.cycle.weeks * WEEK_DAYS, WEEK_DAYS))
        self.driven = [one for one in service_dates(plan, scenario, day, self.last) if one.driven]
        self.available = self._find_available()
        prices = make_prices(scenario.promises)
        self.prices: ChangePrices = prices
        self.times = TimeKeeper(prepared.problem, list_promises(plan, prepared), prices)
        self.at = {visit.settlement_id: at for at, visit in enumerate(prepared.demand.visits)}
        self.buses = {bus.bus_id: at for at, bus in enumerate(scenario.buses)}
        self.orders: dict[tuple[date, int], tuple[int, tuple[int, ...]]] = {
            (one.day, self.buses[one.tour.bus_id]): (
                one.tour.day,
                tuple(self.at[call.settlement_id] for call in one.tour.calls),
            )
            for one in self.driven
            if one.instead_of is None and not one.skipped
        }

    def run(self, bus_id: str) -> Cancelled:
        """Cancelled visits with their replacements, the most needed placed first."""
        tours = [one.tour for one in self.driven if one.day == self.day and one.tour.bus_id == bus_id]
        if not tours:
            others = [one.day for one in self.driven if one.tour.bus_id == bus_id]
            following = min(others).isoformat() if others else "–"
            raise InputError(CANCEL_NO_TOUR.at(Place(), bus=bus_id, day=self.day.isoformat(), next=following))
        calls = [(tour, call) for tour in tours for call in tour.calls]
        reward = {
            call.settlement_id: self.prepared.problem.visits[self.at[call.settlement_id]].reward for _, call in calls
        }
        old = {
            call.settlement_id: DatedVisit(self.day, tour.day, tour.bus_id, call.start_s, call.end_s)
            for tour, call in calls
        }
        touched: set[tuple[date, int]] = set()
        found: dict[str, tuple[date, int] | None] = {}
        for key in sorted(old, key=lambda key: (-reward[key], key)):
            found[key] = self._place(key)
            touched.update(filter(None, [found[key]]))
        visits = tuple(
            CancelledVisit(key, old[key], self._find_visit(key, found[key]), self._find_following(key)) for key in old
        )
        return Cancelled(self.plan, self.prepared, visits, tuple(self._list_moved(touched, set(old))))

    def _find_available(self) -> set[tuple[date, int]]:
        """Dates after the cancelled one on which each bus is in service, whether it has a tour or not."""
        scenario = self.prepared.dataset.scenario
        taken = {(tour.bus_id, tour.day) for tour in self.plan.tours}
        free = [
            Tour(bus.bus_id, day, ())
            for bus, crew in zip(scenario.buses, self.prepared.problem.buses, strict=True)
            for day in crew.days
            if (bus.bus_id, day) not in taken
        ]
        all_days = replace(self.plan, tours=(*self.plan.tours, *free))
        numbers = {bus.bus_id: at for at, bus in enumerate(scenario.buses)}
        dates = service_dates(all_days, scenario, self.day + timedelta(days=1), self.last)
        return {(one.day, numbers[one.tour.bus_id]) for one in dates if one.driven and one.instead_of is None}

    def _place(self, key: str) -> tuple[date, int] | None:
        """Date and bus that take a visit at the least price; None if none does. The tour is changed for the next."""
        following = self._find_following(key) or self.last + timedelta(days=1)
        visit = self.at[key]
        best: tuple[tuple[int, int, date, int], tuple[int, ...]] | None = None
        for (day, bus), (cycle_day, order) in self._list_tours():
            if not self.day < day < following or bus not in self.prepared.problem.visits[visit].buses:
                continue
            before = self.times.value((bus, cycle_day), order) if order else None
            for candidate in _list_places(order, visit):
                value = self.times.value((bus, cycle_day), candidate)
                if value is None or value.change >= self.prices.time:
                    continue
                extra = value.cost - (before.cost if before else 0)
                choice = ((value.change, extra, day, bus), candidate)
                best = choice if best is None else min(best, choice)
        if best is None:
            return None
        (_, _, day, bus), order = best
        self.orders[day, bus] = (self._cycle_day(day), order)
        return day, bus

    def _list_tours(self) -> Iterator[tuple[tuple[date, int], tuple[int, tuple[int, ...]]]]:
        """Tours after the cancelled one, and free days of buses that are in service."""
        taken = {(tour.bus_id, tour.day) for tour in self.plan.tours}
        for day, bus in sorted(self.available):
            cycle_day, bus_id = self._cycle_day(day), self.prepared.dataset.scenario.buses[bus].bus_id
            known = self.orders.get((day, bus))
            if known is not None:
                yield (day, bus), known
            elif (bus_id, cycle_day) not in taken:
                yield (day, bus), (cycle_day, ())

    def _cycle_day(self, day: date) -> int:
        """Day of the cycle of a date."""
        return (day - self.plan.cycle.first_day).days % (self.plan.cycle.weeks * WEEK_DAYS)

    def _find_following(self, key: str) -> date | None:
        """Next visit by the timetable."""
        return next(
            (
                one.day
                for one in self.driven
                if one.day > self.day and any(call.settlement_id == key for call in one.tour.calls)
            ),
            None,
        )

    def _value(self, place: tuple[date, int]) -> TourValue:
        """Times of a tour that was changed."""
        cycle_day, order = self.orders[place]
        value = self.times.value((place[1], cycle_day), order)
        assert value is not None  # it was found before
        return value

    def _find_visit(self, key: str, place: tuple[date, int] | None) -> DatedVisit | None:
        """Visit that replaces a cancelled one."""
        if place is None:
            return None
        call = next(call for call in self._value(place).tour.calls if call.visit == self.at[key])
        bus_id = self.prepared.dataset.scenario.buses[place[1]].bus_id
        return DatedVisit(place[0], self._cycle_day(place[0]), bus_id, call.start_s, call.end_s)

    def _list_moved(
        self, touched: set[tuple[date, int]], cancelled: set[str]
    ) -> Iterator[tuple[str, DatedVisit, DatedVisit]]:
        """Other visits whose times move a little on the replacement dates."""
        for place in sorted(touched):
            bus_id, cycle_day = self.prepared.dataset.scenario.buses[place[1]].bus_id, self._cycle_day(place[0])
            for call in self._value(place).tour.calls:
                promise = self.times.published.promises.get(call.visit, {}).get(cycle_day)
                key = self.prepared.demand.visits[call.visit].settlement_id
                if promise is not None and promise.start_s != call.start_s and key not in cancelled:
                    old = DatedVisit(place[0], cycle_day, bus_id, promise.start_s, promise.end_s)
                    yield key, old, replace(old, start_s=call.start_s, end_s=call.end_s)


def _list_places(order: tuple[int, ...], visit: int) -> Iterator[tuple[int, ...]]:
    """Tour with a visit at each position."""
    for at in range(len(order) + 1):
        yield (*order[:at], visit, *order[at:])


COLUMNS: Final = ("settlement_id", "name_uk", "name_latin", "hromada", "text_uk", "text_en")
CANCELLED: Final = N_("{place}: the mobile library. On {date}, {start}–{end}, the bus does not come.")
INSTEAD: Final = N_("It comes instead on {date}, {start}–{end}.")
NO_REPLACEMENT: Final = N_("There is no replacement; the next visit is on {date}.")
NO_VISIT_KNOWN: Final = N_("There is no replacement.")
MOVED: Final = N_("{place}: the mobile library. On {date} the bus comes at {start}–{end}.")


def write_cancelled(cancelled: Cancelled, path: Path, out: Path, *, force: bool) -> None:
    """Write what the cancelling of a tour means."""
    plan, dataset = cancelled.plan, cancelled.prepared.dataset
    kept_back = frozenset(find_kept_back(plan, dataset))
    files = copy_plan(path if path.is_dir() else path.parent) | _render(cancelled, without=kept_back)
    files["cancel.json"] = (json.dumps(list_cancel_facts(cancelled), ensure_ascii=False, indent=2) + "\n").encode()
    if kept_back & {key for key, _ in list_cancel_notices(cancelled)}:
        others = frozenset(place.settlement_id for place in dataset.settlements) - kept_back
        apart = _render(cancelled, without=others)
        files |= hold_apart(apart, (write_kept_back(Language(code), (plan, dataset)) for code in LANGUAGES))
    write_folder(out, files, force=force)


def _render(cancelled: Cancelled, *, without: Collection[str]) -> dict[str, bytes]:
    """Notices and exceptions of the settlements that are not left out."""
    settlements = {s.settlement_id: s for s in cancelled.prepared.dataset.settlements}
    rows, texts = [], []
    for key, told in list_cancel_notices(cancelled):
        if key not in without:
            one = settlements[key]
            rows.append((key, one.name_uk, one.name_latin, one.hromada, *told))
            texts.append("\n".join(told))
    return {
        "exceptions.csv": _render_exceptions(cancelled, without),
        "notices.csv": format_csv(COLUMNS, rows),
        "notices.txt": ("\N{BYTE ORDER MARK}" + CUT.join(texts) + "\n").encode(),
    }


def list_cancel_notices(cancelled: Cancelled) -> list[tuple[str, tuple[str, ...]]]:
    """List the notices of everybody concerned."""
    names = {s.settlement_id: s for s in cancelled.prepared.dataset.settlements}
    languages = [Language(code) for code in LANGUAGES]
    told = [
        (
            visit.settlement_id,
            tuple(_write(visit, name_settlement(names[visit.settlement_id], one), one) for one in languages),
        )
        for visit in cancelled.visits
    ]
    for key, _, new in cancelled.moved:
        words = [
            Text(MOVED, {"place": name_settlement(names[key], one), **_tell(new, one)}).render(one) for one in languages
        ]
        told.append((key, tuple(words)))
    return told


def list_cancel_facts(cancelled: Cancelled) -> dict[str, Any]:
    """List what the cancelling of a tour means as values that JSON knows."""
    return {
        "cancelled": [
            {
                "settlement_id": visit.settlement_id,
                "old": _list_facts(visit.old),
                "new": None if visit.new is None else _list_facts(visit.new),
                "following": visit.following and visit.following.isoformat(),
            }
            for visit in cancelled.visits
        ],
        "moved": [
            {"settlement_id": key, "old": _list_facts(old), "new": _list_facts(new)}
            for key, old, new in cancelled.moved
        ],
    }


def _render_exceptions(cancelled: Cancelled, without: Collection[str]) -> bytes:
    """Each cancelled, replacing and moved visit with its dates."""
    names = {s.settlement_id: s.name_uk for s in cancelled.prepared.dataset.settlements}
    rows = [
        (
            visit.settlement_id,
            names[visit.settlement_id],
            "cancelled" if visit.new is None else "replaced",
            *list_notice_cells(visit.old),
            *list_notice_cells(visit.new),
        )
        for visit in cancelled.visits
    ]
    rows += [
        (key, names[key], "slight", *list_notice_cells(old), *list_notice_cells(new))
        for key, old, new in cancelled.moved
    ]
    return format_csv(EXCEPTION_COLUMNS, [row for row in rows if row[0] not in without])


def _write(visit: CancelledVisit, name: str, language: Language) -> str:
    """Notice of a cancelled visit."""
    first = Text(CANCELLED, {"place": name, **_tell(visit.old, language)}).render(language)
    if visit.new is not None:
        return f"{first} {Text(INSTEAD, _tell(visit.new, language)).render(language)}"
    if visit.following is None:
        return f"{first} {Text(NO_VISIT_KNOWN).render(language)}"
    return f"{first} {Text(NO_REPLACEMENT, {'date': language.date(visit.following)}).render(language)}"


def _tell(visit: DatedVisit, language: Language) -> dict[str, str]:
    """Date and clock times in words."""
    day = f"{language.weekday(visit.date.weekday())}, {language.date(visit.date)}"
    return {"date": day, "start": format_clock(visit.start_s), "end": format_clock(visit.end_s)}


def _list_facts(visit: DatedVisit) -> dict[str, str]:
    """Date, bus and clock times."""
    start, end = format_clock(visit.start_s), format_clock(visit.end_s)
    return {"date": visit.date.isoformat(), "bus_id": visit.bus_id, "start": start, "end": end}
