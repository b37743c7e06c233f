"""``init``, ``check`` and ``demo``: an area begins, and is looked at."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from bibliobus.cli.options import (
    changes_option,
    encoding_option,
    output_option,
    search_options,
    shared_options,
    workers_option,
)
from bibliobus.cli.speech import SpokenCommand
from bibliobus.findings import FindingKind, Place, Severity, UsageError
from bibliobus.words.language import N_, Language, format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.domain.fleet import Bus
    from bibliobus.findings import Finding
    from bibliobus.tasks.start import Today

CHECK_HELP: Final = N_("Check the files of an area and show what was understood.")
AREA: Final = N_("Folder of the area.")


def build_check(language: Language) -> click.Command:
    """Build ``check``."""

    @click.command("check", cls=SpokenCommand, language=language, help=language.gettext(CHECK_HELP))
    @click.argument("area", type=click.Path(), help=language.gettext(AREA))
    @changes_option(language)
    @shared_options(language)
    def check(area: str, changes: str | None, lang: str | None, as_json: bool, strict: bool) -> int:
        from bibliobus.cli.clock import find_today
        from bibliobus.cli.console import finding_document, print_findings, print_json, print_table, show_waiting
        from bibliobus.findings import FindingReport
        from bibliobus.tasks.check import check_area, describe_area
        from bibliobus.tasks.reopen import judge_first_day

        with show_waiting(language, quiet=as_json):
            understood, report = check_area(Path(area), changes=Path(changes) if changes else None)
        spoken = Language(lang or understood.language)
        report = FindingReport.of([*report.findings, *judge_first_day(understood.first_day, find_today())])
        code = 1 if strict and report.warnings else 0
        if as_json:
            document = asdict(understood) | {"first_day": understood.first_day.isoformat()}
            findings = [finding_document(finding, spoken) for finding in report.findings]
            print_json({"exit_code": code, "understood": document, "findings": findings})
            return code
        # Errors are mended one by one; of a hundred alike warnings a screen keeps two and --json all.
        print_findings(report.findings, spoken, brief=True)
        print_table(
            spoken.gettext("The area was understood as follows."),
            ("", ""),
            describe_area(understood, spoken),
            right=[1],
        )
        return code

    return check


DEMO_HELP: Final = N_("Plan a sample area that ships with the program.")
OUTPUT: Final = N_("Folder to write; else bibliobus-demo, or the first free bibliobus-demo-2, -3, ….")
FOLDER: Final = "bibliobus-demo"


def build_demo(language: Language) -> click.Command:
    """Build ``demo``."""

    @click.command("demo", cls=SpokenCommand, language=language, help=language.gettext(DEMO_HELP))
    @click.option(
        "--area", metavar="NAME", default="kramatorsk", show_default=True, help=language.gettext("Sample area.")
    )
    @output_option(language, "DIR", OUTPUT, required=False)
    @workers_option(language)
    @search_options(language)
    @shared_options(language)
    def demo(
        area: str,
        output: str | None,
        force: bool,
        seed: int,
        iterations: int | None,
        time_limit: float | None,
        workers: int | None,
        solver: str,
        lang: str | None,
        as_json: bool,
        strict: bool,
    ) -> int:
        from bibliobus.cli.console import READING_AREA, show_progress
        from bibliobus.cli.plans import report_planned
        from bibliobus.solve.solver import SearchOptions
        from bibliobus.tasks.folders import find_free
        from bibliobus.tasks.plan import plan_area
        from bibliobus.tasks.start import open_sample

        out = Path(output) if output else find_free(Path(FOLDER))
        shown = show_progress(
            language.gettext("Planning"), quiet=as_json, before=language.gettext(READING_AREA), language=language
        )
        with open_sample(area) as folder, shown as watch:
            planned = plan_area(
                folder,
                out,
                force=force,
                area_id=area,
                options=SearchOptions(seed, iterations, time_limit, workers),
                solver=solver,
                language=lang,
                watch=watch,
            )
        return report_planned(planned, out, as_json=as_json, strict=strict)

    return demo


def report_today(today: Today, directory: str, language: Language, *, as_json: bool) -> int:
    """Report what was made from a timetable; the exit code is 0, since rules that are broken today stop nothing."""
    from bibliobus.cli.console import print_findings, print_lines, print_table

    if as_json:
        _print_document(today, directory, language)
        return 0
    _ = language.gettext
    print_findings(today.report.findings, language, brief=True)
    print_table(_("The timetable was understood as follows."), ("", ""), _describe(today, language), right=[1])
    head = (_("Bus"), _("Weekdays"), _("Shift"), _("Longest work"), _("Meal break"))
    limit = _(
        "Buses; the limit of work is what stays and drives take on nine days out of ten today, waiting not counted"
    )
    print_table(limit, head, [_describe_bus(bus, language) for bus in today.prepared.dataset.scenario.buses])
    if today.broken.findings:
        title = _("The plan of today breaks rules, as plans made by hand do. That stops nothing.")
        rows = list_broken(today.broken.findings, language)
        print_table(title, (_("How many times"), _("For example"), _("Code")), rows, right=[0])
    print_lines(
        [
            _("{folder} holds the area and today.json, the plan that is driven today. Next:").format(folder=directory),
            f"  bibliobus check {directory}",
            f"  bibliobus verify {directory}/today.json",
            f"  bibliobus plan {directory} -o plan-1",
            f"  bibliobus compare {directory}/today.json plan-1",
        ]
    )
    return 0


def list_broken(findings: Iterable[Finding], language: Language) -> list[tuple[str, str, str]]:
    """Count the rules that are broken, most frequent first: how often, the first case with its place, the code."""
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    alike = sorted(by_code.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [
        (language.number(len(found)), f"{found[0].sentence.render(language)} [{found[0].place}]", code)
        for code, found in alike
    ]


def _print_document(today: Today, directory: str, language: Language) -> None:
    """One JSON document."""
    from bibliobus.cli.console import finding_document, print_json

    print_json(
        {
            "exit_code": 0,
            "output": directory,
            "cycle_weeks": today.plan.cycle.weeks,
            "first_day": today.plan.cycle.first_day.isoformat(),
            "buses": [bus.bus_id for bus in today.prepared.dataset.scenario.buses],
            "base": list(_find_base(today)),
            "base_assumed": today.base_assumed,
            "figures": dict(today.plan.figures),
            "findings": [finding_document(finding, language) for finding in today.report.findings],
            "broken": [finding_document(finding, language) for finding in today.broken.findings],
        }
    )


def _find_base(today: Today) -> tuple[float | None, float | None]:
    """Degrees north and east of the base."""
    (depot,) = today.prepared.dataset.scenario.depots
    return depot.lat, depot.lon


def _describe(today: Today, language: Language) -> list[tuple[str, str]]:
    """What was understood, as label and value."""
    _, number, figures = language.gettext, language.number, today.plan.figures
    base = "; ".join(number(degrees or 0, 4) for degrees in _find_base(today))
    assumed = _("{place} (assumed: the median of the stops)").format(place=base)
    return [
        (_("Stops"), number(figures["settlements"])),
        (_("Weeks of the cycle"), number(today.plan.cycle.weeks)),
        (_("First day of the cycle"), language.date(today.plan.cycle.first_day)),
        (_("Visits in the cycle"), number(figures["visits"])),
        (_("Bus days in the cycle"), number(figures["bus_days"])),
        (_("Distance driven in the cycle"), language.kilometres(round(figures["length_m"]))),
        (_("Distances and times"), _("estimated")),
        (_("Base: degrees north, east"), assumed if today.base_assumed else base),
    ]


def _describe_bus(bus: Bus, language: Language) -> tuple[str, str, str, str, str]:
    """Name of a bus and its working day."""
    meal = bus.meal_break
    return (
        bus.name,
        ", ".join(language.weekday_short(weekday) for weekday in bus.weekdays),
        f"{format_clock(bus.shift.start_s)}–{format_clock(bus.shift.end_s)}",
        language.duration(bus.shift.max_work_s),
        language.duration(meal.duration_s) if meal else language.gettext("none"),
    )


INIT_HELP: Final = N_(
    "Write an example area with a documented scenario, or only a scenario if DIR has roads or settlements already; "
    "or, from a timetable, an area and today.json, the plan that is driven today."
)
DIRECTORY: Final = N_("Folder to write.")
TIMETABLE: Final = N_("Timetable of today as open data of mobile library stops (.csv or .xlsx).")
BASE: Final = N_("Where the buses of the timetable start, in degrees north and east; else the median of the stops.")
JOIN_ROWS: Final = N_("Make one stop of rows of one bus, place, weekday and time that together are one rhythm.")

BASE_WITHOUT_TIMETABLE: Final = FindingKind(
    "base-without-timetable",
    Severity.ERROR,
    N_("A base is given, but no timetable that starts from it."),
    N_("Give the timetable with --from-timetable, or write the place of the depot into scenario.toml."),
)


class Position(click.ParamType[tuple[float, float]]):
    """A place on Earth as ``LAT,LON`` in degrees."""

    name = N_("degrees north and east with a comma between them, such as 48.73,37.57")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, float]:
        """Convert the text of an option."""
        from bibliobus.inputs.tables.cells import parse_number

        try:
            lat, lon = (parse_number(half) for half in str(value).split(","))
        except ValueError:
            self.fail(str(value), param, ctx)
        if abs(lat) > 90 or abs(lon) > 180:
            self.fail(str(value), param, ctx)
        return lat, lon


def build_init(language: Language) -> click.Command:
    """Build ``init``."""
    _ = language.gettext

    @click.command("init", cls=SpokenCommand, language=language, help=_(INIT_HELP))
    @click.argument("directory", metavar="DIR", type=click.Path(), help=_(DIRECTORY))
    @click.option("--from-timetable", "timetable", metavar="FILE", type=click.Path(), help=_(TIMETABLE))
    @click.option("--base", metavar="LAT,LON", type=Position(), help=_(BASE))
    @click.option("--join-rows", is_flag=True, help=_(JOIN_ROWS))
    @encoding_option(language)
    @click.option("--force", is_flag=True, help=_("Replace what stands there."))
    @shared_options(language, judges=False)
    def init(
        directory: str,
        timetable: str | None,
        base: tuple[float, float] | None,
        join_rows: bool,
        encoding: str,
        force: bool,
        lang: str | None,
        as_json: bool,
    ) -> int:
        from bibliobus.cli.clock import find_today
        from bibliobus.cli.console import print_json, print_lines
        from bibliobus.tasks.start import init_from_timetable, start_area
        from bibliobus.words.text import Name

        if timetable is not None:
            today = init_from_timetable(
                Path(timetable), Path(directory), base=base, join_rows=join_rows, encoding=encoding, force=force
            )
            return report_today(today, directory, Language(lang or today.plan.language), as_json=as_json)
        if base is not None:
            raise UsageError(BASE_WITHOUT_TIMETABLE.at(Place()))
        spoken = Language(lang) if lang else language
        depot = start_area(Path(directory), language=spoken.code, encoding=encoding, today=find_today(), force=force)
        if as_json:
            print_json({"exit_code": 0, "output": directory, "findings": []})
            return 0
        _ = spoken.gettext
        if depot is None:
            lines = [
                _("An example area was written to {folder}.").format(folder=directory),
                _("Next: put your settlements into settlements.csv, read scenario.toml, then run"),
            ]
        else:
            lines = [
                _("A scenario for the existing tables was written to {folder}.").format(folder=directory),
                _("It assumes a depot in {place}, and one bus.").format(
                    place=Name(depot.name_uk, depot.name_latin).render(spoken)
                ),
                _("Next: read scenario.toml and change what is different with you, then run"),
            ]
        print_lines([*lines, f"  bibliobus check {directory}", f"  bibliobus plan {directory} -o plan-1"])
        return 0

    return init
