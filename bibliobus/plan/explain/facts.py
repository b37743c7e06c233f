"""Facts about locked visits that may contradict each other: what each says, where it stands, and an area without it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.calendar import WEEK_DAYS
from bibliobus.findings import Place
from bibliobus.inputs.files import SCENARIO_FILE
from bibliobus.inputs.tables.cells import format_windows
from bibliobus.model.rules import STOP_RULES
from bibliobus.words.language import DAY_S, N_, format_clock
from bibliobus.words.text import Duration, Number, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bibliobus.domain.fleet import Bus
    from bibliobus.domain.places import Settlement
    from bibliobus.domain.scenario import Lock
    from bibliobus.inputs.area import Dataset
    from bibliobus.model.rules.stop_rule import StopFact
    from bibliobus.words.language import Language
    from bibliobus.words.text import Name

SETTLEMENT_TABLE: Final = "settlements"

LOCK: Final = N_("{name} must be served, for it is locked")
LOCK_WEEKDAY: Final = N_("{name} is locked to this weekday: {days}")
LOCK_WEEK: Final = N_("{name} is locked to week {value}")
LOCK_TIME: Final = N_("{name} is locked to {value}")
LOCK_BUS: Final = N_("{name} is locked to {value}")
LOCK_POSITION: Final = N_("{name} is locked to place {value} in its tour (-1 is the last)")
WINDOWS: Final = N_("{name} may be visited only at these times: {value}")
WEEKDAYS: Final = N_("{name} may be visited on these weekdays: {days}")
FORBIDDEN: Final = N_("{name} may not be visited on these weekdays: {days}")
NEEDS: Final = N_("{name} needs a bus with: {value}")
BUS_DAYS: Final = N_("{name} is in service on these weekdays: {days}")
BUS_OFF: Final = N_("{name} has days off in the cycle")
BUS_SHIFT: Final = N_("the shift of {name} is from {start} to {end}")
BUS_WORK: Final = N_("the crew of {name} may work {value} a day")
BUS_MEAL: Final = N_("the crew of {name} has a meal break of {value}, which starts between {start} and {end}")
BUS_DRIVING: Final = N_("the driver of {name} keeps the driving rules {value}")
BUS_CALLS: Final = N_("{name} may have {value} calls a day")
BUS_CAPACITY: Final = N_("{name} holds a load of {value}")


@dataclass(frozen=True)
class Fact:
    """One fact that a planner could change; `lift` gives the area without it."""

    words: Text
    place: Place
    lift: Callable[[Dataset], Dataset]


@dataclass(frozen=True)
class _Weekdays:
    """Weekdays as a list of names."""

    days: tuple[int, ...]

    def render(self, language: Language) -> str:
        """Names of the weekdays."""
        return ", ".join(language.weekday(day) for day in self.days)


def list_bus_facts(dataset: Dataset) -> tuple[Fact, ...]:
    """What buses and crews may not do, bus by bus in the order of the scenario."""
    return tuple(fact for at, bus in enumerate(dataset.scenario.buses) for fact in _list_bus(dataset, at, bus))


def list_settlement_facts(settlement: Settlement, name: Name, dataset: Dataset) -> tuple[Fact, ...]:
    """List what limits the visits of one settlement, locks left out."""
    return (*_list_own(settlement, name), *_list_wishes(settlement, name, dataset))


def list_lock_facts(lock: Lock, name: Name, dataset: Dataset) -> tuple[Fact, ...]:
    """What a lock says: its keys, and last that the settlement must be served at all."""
    at = [one.settlement_id for one in dataset.scenario.locks].index(lock.settlement_id)
    buses = {bus.bus_id: bus.name for bus in dataset.scenario.buses}
    keys: dict[str, tuple[object, str, dict[str, object]]] = {
        "weekday": (lock.weekday, LOCK_WEEKDAY, {"days": _Weekdays((lock.weekday or 0,))}),
        "week": (lock.week, LOCK_WEEK, {"value": Number(lock.week or 0)}),
        "time_s": (lock.time_s, LOCK_TIME, {"value": format_clock(lock.time_s or 0)}),
        "bus_id": (lock.bus_id, LOCK_BUS, {"value": buses.get(lock.bus_id or "", lock.bus_id)}),
        "position": (lock.position, LOCK_POSITION, {"value": Number(lock.position or 0)}),
    }
    facts = [
        Fact(
            Text(words, {"name": name, **values}),
            _place("locks", at, key.removesuffix("_s").removesuffix("_id")),
            _change_lock(lock.settlement_id, key),
        )
        for key, (value, words, values) in keys.items()
        if value is not None
    ]
    return (*facts, Fact(Text(LOCK, {"name": name}), _place("locks", at, ""), _drop_lock(lock.settlement_id)))


def _place(table: str, at: int, key: str) -> Place:
    """Place in the scenario; people count from one."""
    return Place(SCENARIO_FILE, None, f"{table}[{at + 1}]" + (f".{key}" if key else ""))


def _change_scenario(dataset: Dataset, **changes: Any) -> Dataset:
    """Area with another scenario."""
    return replace(dataset, scenario=replace(dataset.scenario, **changes))


def _change_lock(settlement_id: str, key: str) -> Callable[[Dataset], Dataset]:
    """Area in which one key of a lock is open."""

    def lift(dataset: Dataset) -> Dataset:
        none: dict[str, Any] = {key: None}
        locks = (replace(x, **none) if x.settlement_id == settlement_id else x for x in dataset.scenario.locks)
        return _change_scenario(dataset, locks=tuple(locks))

    return lift


def _drop_lock(settlement_id: str) -> Callable[[Dataset], Dataset]:
    """Area without one lock."""
    return lambda dataset: _change_scenario(
        dataset, locks=tuple(lock for lock in dataset.scenario.locks if lock.settlement_id != settlement_id)
    )


def _change_settlement(settlement_id: str, **changes: Any) -> Callable[[Dataset], Dataset]:
    """Area in which one settlement differs."""
    return lambda dataset: replace(
        dataset,
        settlements=tuple(
            replace(one, **changes) if one.settlement_id == settlement_id else one for one in dataset.settlements
        ),
    )


def _change_bus(bus_id: str, **changes: Any) -> Callable[[Dataset], Dataset]:
    """Area in which one bus differs."""
    return lambda dataset: _change_scenario(
        dataset,
        buses=tuple(replace(bus, **changes) if bus.bus_id == bus_id else bus for bus in dataset.scenario.buses),
    )


def _change_stop(settlement_id: str, **changes: Any) -> Callable[[Dataset], Dataset]:
    """Area in which the wishes of one settlement differ."""
    return lambda dataset: _change_scenario(
        dataset,
        stops=tuple(
            replace(one, **changes) if one.settlement_id == settlement_id else one for one in dataset.scenario.stops
        ),
    )


def _lift_rule(fact: StopFact) -> Callable[[Dataset], Dataset]:
    """Area without a rule about times at a stop."""
    return lambda dataset: replace(dataset, scenario=fact.lift(dataset.scenario))


def _list_own(settlement: Settlement, name: Name) -> Iterator[Fact]:
    """Facts of the settlement's row."""
    key = settlement.settlement_id
    if settlement.windows:
        words = Text(WINDOWS, {"name": name, "value": format_windows(settlement.windows)})
        yield Fact(words, Place(SETTLEMENT_TABLE, None, "windows", "", key), _change_settlement(key, windows=()))
    if settlement.needs:
        words = Text(NEEDS, {"name": name, "value": ", ".join(settlement.needs)})
        yield Fact(words, Place(SETTLEMENT_TABLE, None, "needs", "", key), _change_settlement(key, needs=()))


def _list_wishes(settlement: Settlement, name: Name, dataset: Dataset) -> Iterator[Fact]:
    """Facts of the scenario about one settlement."""
    key = settlement.settlement_id
    for at, wish in enumerate(dataset.scenario.stops):
        if wish.settlement_id == key and wish.weekdays:
            words = Text(WEEKDAYS, {"name": name, "days": _Weekdays(wish.weekdays)})
            yield Fact(words, _place("stops", at, "weekdays"), _change_stop(key, weekdays=()))
        if wish.settlement_id == key and wish.forbidden_weekdays:
            words = Text(FORBIDDEN, {"name": name, "days": _Weekdays(wish.forbidden_weekdays)})
            yield Fact(words, _place("stops", at, "forbidden_weekdays"), _change_stop(key, forbidden_weekdays=()))
    for rule in STOP_RULES:
        for fact in rule.list_facts(settlement, name, dataset.scenario):
            yield Fact(fact.words, Place(SCENARIO_FILE, None, fact.key), _lift_rule(fact))


def _list_bus(dataset: Dataset, at: int, bus: Bus) -> Iterator[Fact]:
    """Facts of one bus."""

    def fact(words: str, key: str, values: dict[str, object], **changes: Any) -> Fact:
        told = Text(words, {"name": bus.name, **values})
        return Fact(told, _place("buses", at, key), _change_bus(bus.bus_id, **changes))

    if len(bus.weekdays) < WEEK_DAYS:
        days = {"days": _Weekdays(bus.weekdays)}
        yield fact(BUS_DAYS, "weekdays", dict(days), weekdays=tuple(range(WEEK_DAYS)))
    if bus.days_off:
        yield fact(BUS_OFF, "days_off", {}, days_off=())
    shift = bus.shift
    span: dict[str, object] = {"start": format_clock(shift.start_s), "end": format_clock(shift.end_s)}
    yield _lift_shift(fact(BUS_SHIFT, "shift", span), bus.bus_id, start_s=0, end_s=DAY_S)
    limit_s = max(0, shift.max_work_s + shift.overtime_s - dataset.scenario.rules.reserve_s)
    yield _lift_shift(fact(BUS_WORK, "max_work_h", {"value": Duration(limit_s)}), bus.bus_id, max_work_s=2 * DAY_S)
    if bus.meal_break is not None:
        meal = bus.meal_break
        times = {"start": format_clock(meal.earliest_s), "end": format_clock(meal.latest_s)}
        yield fact(BUS_MEAL, "break_min", {"value": Duration(meal.duration_s), **times}, meal_break=None)
    if bus.driving_rules is not None:
        yield fact(BUS_DRIVING, "driving_rules", {"value": bus.driving_rules.name}, driving_rules=None)
    if bus.max_calls is not None:
        yield fact(BUS_CALLS, "max_calls", {"value": Number(bus.max_calls)}, max_calls=None)
    if bus.capacity is not None:
        yield fact(BUS_CAPACITY, "capacity", {"value": Number(bus.capacity)}, capacity=None)


def _lift_shift(fact: Fact, bus_id: str, **changes: int) -> Fact:
    """The same fact, whose lifting changes a part of the shift and leaves the rest as it then is."""

    def lift(dataset: Dataset) -> Dataset:
        buses = tuple(
            replace(bus, shift=replace(bus.shift, **changes)) if bus.bus_id == bus_id else bus
            for bus in dataset.scenario.buses
        )
        return _change_scenario(dataset, buses=buses)

    return replace(fact, lift=lift)
