"""Show an area that was made from a timetable, and which rules are broken today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bibliobus.words.units import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bibliobus.domain.fleet import Bus
    from bibliobus.findings import Finding
    from bibliobus.tasks.start import Today
    from bibliobus.words.language import Language


def report_today(today: Today, directory: str, language: Language, *, as_json: bool) -> int:
    """
    Report what was made from a timetable and find the exit code.

    Parameters
    ----------
    today
        The service as it is driven today.
    directory
        Where it was written, as the user named it.
    language
        Language of the reader.
    as_json
        True for one JSON document.

    Returns
    -------
    int
        0: that rules are broken today is told, and stops nothing.
    """
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
    """
    List which rules are broken, each once.

    Parameters
    ----------
    findings
        Broken rules.
    language
        Language of the reader.

    Returns
    -------
    list of (str, str, str)
        How many times, the first case in words with its place, and the code; most frequent first.
    """
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
