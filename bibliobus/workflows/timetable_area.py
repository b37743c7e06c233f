"""Files of an area that is made from a timetable: its settlements and its scenario."""

from __future__ import annotations

import re
from statistics import median, median_low
from typing import TYPE_CHECKING, Final

from bibliobus.demand.observed_tours import BASE, BASE_ID
from bibliobus.domain.fleet import BusProfile
from bibliobus.domain.places import Settlement
from bibliobus.inputs.files import SCENARIO_FILE, SETTLEMENTS_CSV
from bibliobus.inputs.scenario_text import fill_scenario
from bibliobus.inputs.settlement_csv import format_settlements
from bibliobus.inputs.windows import WEEKDAYS
from bibliobus.network.estimate import EstimatedNetwork
from bibliobus.network.places import NetworkPlace
from bibliobus.units import HOUR_S, MINUTE_S, format_clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.demand.observed import Crew
    from bibliobus.inputs.scenario_text import Setting
    from bibliobus.inputs.timetable_cycle import Timetable
    from bibliobus.network.matrix import TravelMatrix

GRIDS_S: Final = (5 * MINUTE_S, MINUTE_S)
PROFILE: Final = "van"
VISIT_WORTH: Final = 1000.0
"""Minutes of paid time that one visit is worth: more than a bus day of its own costs, so that none is given up."""
NOTICE_UK: Final = "Базу й дороги припущено; мешканців не пораховано, кожну зупинку враховано як одного мешканця."
NOTICE_EN: Final = "Base and roads are assumed; residents are not counted, each stop counts as one resident."
_CYRILLIC: Final = re.compile("[\u0400-\u052f]")


def measure_drives(timetable: Timetable, base: tuple[float, float]) -> TravelMatrix:
    """
    Estimate the drives between the base and the stops, as the network does for an area without roads.

    Parameters
    ----------
    timetable
        The timetable.
    base
        Degrees north and east of the base.

    Returns
    -------
    TravelMatrix
        The base first, then the stops in the order of the timetable.
    """
    places = [(BASE, *base), *((stop.settlement_id, stop.lat, stop.lon) for stop in timetable.stops)]
    network = EstimatedNetwork(tuple(NetworkPlace(place_id, lat, lon, "", 0) for place_id, lat, lon in places))
    return network.measure_travel(BusProfile(PROFILE, 1.0, 1.0, 1.0))


def find_base(timetable: Timetable) -> tuple[float, float]:
    """
    Find the place to assume for the base.

    Parameters
    ----------
    timetable
        The timetable.

    Returns
    -------
    lat : float
        Median of the degrees north of all visits of the cycle, six decimals.
    lon : float
        The same of the degrees east.
    """
    visits = [stop for stop in timetable.stops for _ in range(timetable.cycle.weeks // stop.rhythm_weeks)]
    return round(median(stop.lat for stop in visits), 6), round(median(stop.lon for stop in visits), 6)


def find_grid(timetable: Timetable) -> int:
    """
    Find the steps in which times are published.

    Parameters
    ----------
    timetable
        The timetable.

    Returns
    -------
    int
        Seconds: five minutes if all times are multiples of that, else one.
    """
    moments = {moment for stop in timetable.stops for moment in (stop.start_s, stop.end_s)}
    return next(grid_s for grid_s in GRIDS_S if all(moment % grid_s == 0 for moment in moments))


def render_area(
    timetable: Timetable, crews: Sequence[Crew], base: tuple[float, float], example: str, name: str
) -> dict[str, bytes]:
    """
    Render the files of the area.

    Parameters
    ----------
    timetable
        The timetable.
    crews
        One for each bus of the timetable, in its order.
    base
        Degrees north and east of the base.
    example
        Documented scenario to be filled in.
    name
        Title of the area if the timetable has none.

    Returns
    -------
    dict of str to bytes
        ``settlements.csv`` and ``scenario.toml``.
    """
    scenario = fill_scenario(example, _list_settings(timetable, crews, base, timetable.title or name))
    return {SETTLEMENTS_CSV: format_settlements(_list_settlements(timetable)), SCENARIO_FILE: scenario.encode()}


def _list_settlements(timetable: Timetable) -> tuple[Settlement, ...]:
    """Stops as settlements in the order of the timetable: nobody knows how many people use one."""
    return tuple(
        Settlement(
            settlement_id=stop.settlement_id,
            name_uk=stop.name,
            name_latin="" if _CYRILLIC.search(stop.name) else stop.name,
            category="",
            raion="",
            hromada=stop.hromada,
            lat=stop.lat,
            lon=stop.lon,
            rhythm_weeks=stop.rhythm_weeks,
            dwell_s=stop.end_s - stop.start_s,
        )
        for stop in timetable.stops
    )


def _list_settings(
    timetable: Timetable, crews: Sequence[Crew], base: tuple[float, float], title: str
) -> dict[str, list[dict[str, Setting | None]]]:
    """What the scenario has to say that the example does not."""
    ukrainian = any(_CYRILLIC.search(stop.name) for stop in timetable.stops)
    grid_min = find_grid(timetable) // MINUTE_S
    head: dict[str, Setting | None] = {
        "title_uk": title,
        "title_en": title,
        "notice_uk": NOTICE_UK,
        "notice_en": NOTICE_EN,
    }
    head |= {"data_date": timetable.newest.isoformat(), "attribution": "", "language": "uk" if ukrainian else "en"}
    depot_name = "Припущена база" if ukrainian else "Assumed base"
    rules: dict[str, Setting | None] = {"default_population": 1, "library_radius_km": 0.0, "grid_min": grid_min}
    rules |= {"buffer_percent": 0, "buffer_min": 0, "need_factor_min": 1.0, "need_factor_max": 1.0}
    names = {bus.bus_id: bus.name for bus in timetable.buses}
    return {
        "": [head],
        "cycle": [{"weeks": timetable.cycle.weeks, "first_day": timetable.cycle.first_day}],
        "depots": [{"id": BASE_ID, "name": depot_name, "settlement_id": None, "lat": base[0], "lon": base[1]}],
        "profiles": [{"id": PROFILE}],
        "buses": [_list_bus(crew, names[crew.bus_id]) for crew in crews],
        "rules": [rules],
        "rules.dwell": [{"from_population": 0, "minutes": _find_dwell(timetable, crews)}],
        "rules.rhythm": [{"from_population": 0, "weeks": timetable.cycle.weeks}],
        "weights": [{"need": VISIT_WORTH}],
        "stops": [],
    }


def _find_dwell(timetable: Timetable, crews: Sequence[Crew]) -> int:
    """Minutes to propose for stops that are added later: as long as usual, and no longer than any shift."""
    usual_s = median_low(stop.end_s - stop.start_s for stop in timetable.stops)
    return min(usual_s, *(crew.shift.max_work_s for crew in crews)) // MINUTE_S


def _list_bus(crew: Crew, name: str) -> dict[str, Setting | None]:
    """Settings of one bus."""
    shift, meal = crew.shift, crew.meal_break
    settings: dict[str, Setting | None] = {"id": crew.bus_id, "name": name, "depot": BASE_ID, "profile": PROFILE}
    settings["weekdays"] = [WEEKDAYS[weekday] for weekday in crew.weekdays]
    settings["shift"] = f"{format_clock(shift.start_s)}-{format_clock(shift.end_s)}"
    settings |= {"max_work_h": round(shift.max_work_s / HOUR_S, 4), "break_min": 0, "driving_rules": "none"}
    if meal is not None:
        window = f"{format_clock(meal.earliest_s)}-{format_clock(meal.latest_s)}"
        settings |= {"break_min": meal.duration_s // MINUTE_S, "break_start": window}
    return settings
