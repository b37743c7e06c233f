"""An area begins: from an example, from a sample that ships with the program, or from a timetable of today."""

from __future__ import annotations

import re
import tomllib
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from statistics import median, median_low
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from bibliobus.demand.observed import BASE, BASE_ID, Drives, build_observed_tours, observe_crews
from bibliobus.domain.fleet import BusProfile, Depot
from bibliobus.domain.places import Settlement
from bibliobus.domain.roads import OSM_ATTRIBUTION
from bibliobus.findings import Finding, FindingKind, FindingReport, InputError, Place, Severity, UsageError
from bibliobus.inputs.files import ROADS_OSM, SCENARIO_FILE, SETTLEMENTS_CSV, TODAY_FILE, area_files, read_file
from bibliobus.inputs.gazetteers.geonames import GEONAMES_ATTRIBUTION, comes_from_geonames
from bibliobus.inputs.scenario.write import Shown, read_remarks, write_scenario
from bibliobus.inputs.settlements import NO_SETTLEMENTS, format_settlements
from bibliobus.inputs.tables.cells import WEEKDAYS
from bibliobus.inputs.timetables.cycle import build_timetable
from bibliobus.inputs.timetables.rows import read_timetable
from bibliobus.network.network import join_network
from bibliobus.network.places import NetworkPlace, join_building, measure_distances
from bibliobus.network.sources.estimate import estimate_roads
from bibliobus.network.sources.table import lay_table
from bibliobus.plan.store import format_plan
from bibliobus.plan.today import build_today
from bibliobus.plan.verify.evidence import gather_evidence
from bibliobus.plan.verify.verify import verify_plan
from bibliobus.tasks.areas import read_area_settlements, ready_area
from bibliobus.tasks.folders import check_output, write_file, write_folder
from bibliobus.tasks.reopen import find_monday
from bibliobus.words.language import HOUR_S, MINUTE_S, N_, Language, format_clock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from bibliobus.demand.observed import Crew
    from bibliobus.inputs.timetables.cycle import Timetable
    from bibliobus.model.area import PreparedArea
    from bibliobus.network.places import TravelMatrix
    from bibliobus.plan.plan import Plan

DEFAULT_SAMPLE: Final = "kramatorsk"

SAMPLE_UNKNOWN: Final = FindingKind(
    "sample-unknown",
    Severity.ERROR,
    N_("There is no sample area “{name}”."),
    N_("Choose one of: {choices}."),
)


def list_samples() -> tuple[str, ...]:
    """List the sample areas."""
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
    """Write an example area whose cycle begins on a Monday after today; None keeps the first day of the sample."""
    with open_sample(DEFAULT_SAMPLE) as folder:
        files = [*area_files(folder), *sorted(folder.glob("*.md"))]
        contents = {file.name: file.read_bytes() for file in files}
    scenario = write_template(read_template(), today).encode()
    write_folder(target, {**contents, SCENARIO_FILE: scenario}, force=force)


BUS: Final = N_("Bus 1")


def start_area(
    target: Path, *, language: str, encoding: str = "", today: date | None = None, force: bool = False
) -> Settlement | None:
    """
    Write an example area, or only a scenario into a folder that has roads or settlements but no scenario.

    Returns the settlement where such a scenario assumes the depot; None if the example was written.

    ``encoding``: Python's name of that of these tables if they are not UTF-8; empty means by their text.
    ``today``: The cycle begins on a Monday after it; None keeps the first day of the example.
    ``force``: True if a folder that stands there may be replaced by the example; tables without a scenario never are.
    """
    there = area_files(target)
    if not there or target / SCENARIO_FILE in there:
        init_area(target, today=today, force=force)
        return None
    settlements, _ = read_area_settlements(target, encoding=encoding)
    if not settlements:
        raise InputError(NO_SETTLEMENTS.at(Place(SETTLEMENTS_CSV)))
    depot = find_centre(settlements)
    sources = [
        OSM_ATTRIBUTION if target / ROADS_OSM in there else "",
        GEONAMES_ATTRIBUTION if comes_from_geonames(settlements) else "",
    ]
    attribution = "; ".join(filter(None, sources))
    values = settle_scenario(
        target.resolve().name, depot, language=language, attribution=attribution, encoding=encoding
    )
    write_file(target / SCENARIO_FILE, write_template(values, today).encode("utf-8"), force=False)
    return depot


def find_centre(settlements: Sequence[Settlement]) -> Settlement:
    """Where a depot most likely stands: with the most people, or in the middle if nobody knows how many there are."""
    if any(settlement.population for settlement in settlements):
        return max(settlements, key=lambda settlement: settlement.population or 0)
    lats, lons = [s.lat for s in settlements], [s.lon for s in settlements]
    return settlements[int(measure_distances(lats, lons, lats, lons).sum(axis=1).argmin())]


def settle_scenario(
    title: str, depot: Settlement, *, language: str, attribution: str, encoding: str = ""
) -> dict[str, object]:
    """Values of the documented scenario with what is known of another area, the depot assumed in a settlement."""
    values = read_template()
    base = {"name": depot.name_uk, "settlement_id": depot.settlement_id}
    place = {"lat": Shown(depot.lat), "lon": Shown(depot.lon)}
    (depots,), (bus,) = values["depots"], values["buses"]
    return values | {
        "title_uk": title,
        "title_en": title,
        "notice_uk": "",
        "notice_en": "",
        "data_date": "",
        "attribution": attribution,
        "language": language,
        "encoding": encoding,
        "depots": [depots | base | place],
        "buses": [bus | {"name": Language(language).gettext(BUS)}],
    }


GRIDS_S: Final = (5 * MINUTE_S, MINUTE_S)
PROFILE: Final = "van"
VISIT_WORTH: Final = 1000.0
"""Minutes of paid time that one visit is worth: more than a bus day of its own costs, so that none is given up."""
NOTICE_UK: Final = "Базу й дороги припущено; мешканців не пораховано, кожну зупинку враховано як одного мешканця."
NOTICE_EN: Final = "Base and roads are assumed; residents are not counted, each stop counts as one resident."
_CYRILLIC: Final = re.compile("[\u0400-\u052f]")


def measure_drives(timetable: Timetable, base: tuple[float, float]) -> TravelMatrix:
    """Estimate the drives between base (degrees north and east), first, and stops in their order, as without roads."""
    settlements = _list_settlements(timetable)
    depot = join_building(BASE, Depot(BASE_ID, "", "", *base), settlements)
    places = (depot, *(NetworkPlace(s.settlement_id, s.lat, s.lon, s.settlement_id, 0) for s in settlements))
    profile, roads = BusProfile(PROFILE, 1.0, 1.0, 1.0), lay_table(estimate_roads(settlements), settlements)
    return join_network(roads, places, [profile], [place.place_id for place in places]).measure_travel(profile)


def find_base(timetable: Timetable) -> tuple[float, float]:
    """Place to assume for the base (degrees north and east): the median of the stops."""
    visits = [stop for stop in timetable.stops for _ in range(timetable.cycle.weeks // stop.rhythm_weeks)]
    return round(median(stop.lat for stop in visits), 6), round(median(stop.lon for stop in visits), 6)


def find_grid(timetable: Timetable) -> int:
    """Seconds in which times are published: five minutes if all times are multiples of that, else one."""
    moments = {moment for stop in timetable.stops for moment in (stop.start_s, stop.end_s)}
    return next(grid_s for grid_s in GRIDS_S if all(moment % grid_s == 0 for moment in moments))


def render_area(timetable: Timetable, crews: Sequence[Crew], base: tuple[float, float], name: str) -> dict[str, bytes]:
    """
    Render the settlements and the documented scenario of the area.

    A crew for each bus of the timetable in its order; the name is the title if the timetable has none.
    """
    scenario = write_template(_list_settings(timetable, crews, base, timetable.title or name))
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
) -> dict[str, Any]:
    """What the scenario says: the example, and what is known of the service."""
    ukrainian = any(_CYRILLIC.search(stop.name) for stop in timetable.stops)
    grid_min = find_grid(timetable) // MINUTE_S
    values = read_template()
    values |= {
        "title_uk": title,
        "title_en": title,
        "notice_uk": NOTICE_UK,
        "notice_en": NOTICE_EN,
    }
    values |= {"data_date": timetable.newest.isoformat(), "attribution": "", "language": "uk" if ukrainian else "en"}
    depot_name = "Припущена база" if ukrainian else "Assumed base"
    rules: dict[str, Any] = {"default_population": 1, "library_radius_km": 0.0, "grid_min": grid_min}
    rules |= {"buffer_percent": 0, "buffer_min": 0, "need_factor_min": 1.0, "need_factor_max": 1.0}
    names = {bus.bus_id: bus.name for bus in timetable.buses}
    rules |= {"dwell": [{"from_population": 0, "minutes": _find_dwell(timetable, crews)}]}
    rules |= {"rhythm": [{"from_population": 0, "weeks": timetable.cycle.weeks}]}
    first, *others = (_list_bus(crew, names[crew.bus_id]) for crew in crews)
    return values | {
        "cycle": {"weeks": timetable.cycle.weeks, "first_day": timetable.cycle.first_day},
        "depots": [{"id": BASE_ID, "name": depot_name, "lat": base[0], "lon": base[1]}],
        "profiles": [values["profiles"][0] | {"id": PROFILE}],
        "buses": [values["buses"][0] | first, *others],
        "rules": values["rules"] | rules,
        "weights": values["weights"] | {"need": VISIT_WORTH},
        "stops": [],
    }


def _find_dwell(timetable: Timetable, crews: Sequence[Crew]) -> int:
    """Minutes to propose for stops that are added later: as long as usual, and no longer than any shift."""
    usual_s = median_low(stop.end_s - stop.start_s for stop in timetable.stops)
    return min(usual_s, *(crew.shift.max_work_s for crew in crews)) // MINUTE_S


def _list_bus(crew: Crew, name: str) -> dict[str, Any]:
    """Settings of one bus."""
    shift, meal = crew.shift, crew.meal_break
    settings: dict[str, Any] = {"id": crew.bus_id, "name": name, "depot": BASE_ID, "profile": PROFILE}
    settings["weekdays"] = [WEEKDAYS[weekday] for weekday in crew.weekdays]
    settings["shift"] = f"{format_clock(shift.start_s)}-{format_clock(shift.end_s)}"
    settings |= {"max_work_h": round(shift.max_work_s / HOUR_S, 4), "break_min": 0, "driving_rules": "none"}
    if meal is not None:
        window = f"{format_clock(meal.earliest_s)}-{format_clock(meal.latest_s)}"
        settings |= {"break_min": meal.duration_s // MINUTE_S, "break_start": window}
    return settings


MAX_SIZE_MB: Final = 20


@dataclass(frozen=True)
class Today:
    """A service as it is driven today; nobody may have said where its base is."""

    plan: Plan
    prepared: PreparedArea
    base_assumed: bool
    report: FindingReport
    broken: FindingReport


def init_from_timetable(
    file: Path,
    target: Path,
    *,
    base: tuple[float, float] | None = None,
    join_rows: bool = False,
    encoding: str = "",
    force: bool = False,
) -> Today:
    """
    Write an area and the plan that is driven today, both from a timetable.

    ``base``: Degrees north and east of the base; None means the median of the stops.
    ``join_rows``: True if rows that together are one rhythm become one stop.
    ``encoding``: Python's name of that of a timetable that is not UTF-8; empty means by its text.
    """
    check_output(target, force=force)
    timetable, findings = _read(file, join_rows=join_rows, encoding=encoding)
    place = find_base(timetable) if base is None else (round(base[0], 6), round(base[1], 6))
    tours = build_observed_tours(timetable)
    drives, grid_s = Drives.of(measure_drives(timetable, place)), find_grid(timetable)
    crews = observe_crews(tours, drives, grid_s, timetable.cycle.weeks)
    files = render_area(timetable, crews, place, file.stem)
    prepared = _ready(files, target.resolve().name, findings)
    plan = build_today(tours, prepared)
    broken = verify_plan(gather_evidence(plan, prepared))
    files[TODAY_FILE] = format_plan(plan).encode()
    write_folder(target, files, force=force)
    prepared = _ready(files, target.resolve().name, findings)
    return Today(plan, prepared, base is None, FindingReport.of(findings), broken)


def _read(file: Path, *, join_rows: bool, encoding: str) -> tuple[Timetable, list[Finding]]:
    """Timetable of a file, with the findings that stop nothing."""
    content = read_file(file, file.name, MAX_SIZE_MB, encoding=encoding)
    if isinstance(content, Finding):
        raise InputError(content)
    rows, findings = read_timetable(content)
    if rows is None:
        raise InputError(*findings)
    timetable, more = build_timetable(rows, file.name, join_rows=join_rows)
    return timetable, findings + more


def _ready(files: dict[str, bytes], area_id: str, findings: list[Finding]) -> PreparedArea:
    """The area as every other command will read it."""
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        try:
            return ready_area(Path(folder), area_id=area_id)[0]
        except InputError as error:
            raise InputError(*findings, *error.findings) from error
