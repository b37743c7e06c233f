"""The first page of the help: five commands to begin with, the others by what they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

SECTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    N_("To begin with"): {
        "demo": N_("Plan a sample area, to see what comes out."),
        "init": N_("Make an area of your own, from an example or a timetable."),
        "check": N_("Show what is wrong with an area, and what was understood."),
        "plan": N_("Plan an area: timetable, map and workbook."),
        "publish": N_("Make all papers for residents, the council or the driver."),
    },
    N_("Data of an area"): {
        "settlements": N_("Bring in settlements from gazetteers or any table."),
        "roads": N_("Bring in real roads from OpenStreetMap, and describe them."),
    },
    N_("Look at a plan"): {
        "verify": N_("Check that a plan keeps every rule, also one edited by hand."),
        "explain": N_("Explain why a settlement is not served, and what would help."),
        "locks": N_("Take stops locked in the edited workbook into the scenario."),
    },
    N_("When something changes"): {
        "changes": N_("Add and check road changes: closures, limits, danger areas."),
        "replan": N_("Plan anew and keep what was announced as far as possible."),
        "compare": N_("Show what changes for whom between two plans."),
        "impact": N_("Show which roads matter most before any is closed."),
    },
    N_("Single papers and maps"): {
        "map": N_("Draw the map of a plan for the council, residents or you."),
        "export": N_("Write a plan as PDF, calendar, GTFS, GeoJSON and more."),
    },
    N_("Answer the council"): {
        "coverage": N_("Show who is reached by a library or the bus, by which norm."),
        "report": N_("Answer a resolution point by point on one page."),
        "monitor": N_("Compare the log of visits with the plan."),
        "whatif": N_("Compare other numbers of buses, cycles and stays."),
        "siting": N_("Show where a branch serves best, and where the bus does."),
    },
    N_("Help"): {
        "help": N_("Show the help of a command, or the guide for planners."),
        "doctor": N_("Check whether everything works on this computer."),
        "completion": N_("Let the terminal complete commands with the Tab key."),
    },
}
"""Commands in the order a planner meets them, under what they are for, each in one short line."""
