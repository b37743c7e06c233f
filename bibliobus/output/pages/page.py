"""
The shell of every page: one HTML file with styles and scripts inside, its words, and a policy that forbids the rest.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bibliobus.words.language import Language

TABLE_SCRIPT: Final = "tables.js"
"""Sorts and searches the tables of a page; see ``tables.jinja`` for the markup it needs."""


@dataclass(frozen=True)
class Shell:
    """
    What a page is made of besides its facts.

    ``styles``: Style sheets of the assets in their order.
    ``scripts``: Scripts as text, in their order; by the policy of the page no other script runs.
    ``data``: What the scripts read: dictionaries, lists, strings, numbers; None for no such element.
    ``image_hosts``: Addresses that images may come from; empty keeps the page off the network.
    """

    template: str
    title: str
    styles: Sequence[str] = ("page.css",)
    scripts: Sequence[str] = ()
    data: object = None
    image_hosts: Sequence[str] = field(default=())


def render_shell(shell: Shell, facts: Mapping[str, Any], language: Language) -> str:
    """Render a page that ends with a line feed, equal for equal arguments; plain strings of the facts are escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    from bibliobus.words.safe import embed_json

    environment = Environment(
        loader=PackageLoader("bibliobus.output.pages", "assets"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    frame = {
        "lang": language.code,
        "title": shell.title,
        # Who gives pictures away may ask which site they are for; nobody else learns anything.
        "referrer": "origin" if shell.image_hosts else "no-referrer",
        "policy": Markup(write_policy(shell.scripts, shell.image_hosts)),
        "styles": [Markup(read_asset(name)) for name in shell.styles],
        "scripts": [Markup(script) for script in shell.scripts],
        "data": "" if shell.data is None else Markup(embed_json(shell.data)),
    }
    return environment.get_template(shell.template).render({**facts, **frame})


def write_policy(scripts: Sequence[str], image_hosts: Sequence[str] = ()) -> str:
    """Write the Content Security Policy of a page: only these scripts run, and nothing is fetched, sent or embedded."""
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    allowed = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("img-src data:", *image_hosts)),
            "style-src 'unsafe-inline'",
            "script-src " + (allowed or "'none'"),
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def read_asset(name: str) -> str:
    """Text of a style sheet or a script that comes with the program, without blank lines around it."""
    return (resources.files("bibliobus.output.pages") / "assets" / name).read_text(encoding="utf-8").strip()


WORDS: Final[Mapping[str, str]] = {
    "kind": N_("Timetable and map of the mobile library"),
    "title": N_("{area}: timetable and map of the mobile library"),
    "notice": N_("Please note"),
    "estimated": N_("Distances and driving times are an estimate: they were not measured on real roads."),
    "to_table": N_("To the timetable"),
    "to_tables": N_("To the tables"),
    "no_script": N_("The map needs scripts, which are switched off here. The tables below hold everything it shows."),
    "map": N_("Map"),
    "map_label": N_("Map of the tours; everything it shows is also in the tables below"),
    "show": N_("What the map shows"),
    "weeks": N_("Weeks"),
    "all_weeks": N_("All"),
    "days": N_("Days"),
    "all_days": N_("All"),
    "buses": N_("Bus"),
    "all_buses": N_("all buses"),
    "whole_area": N_("Whole area"),
    "zoom_in": N_("Zoom in"),
    "zoom_out": N_("Zoom out"),
    "close": N_("Close"),
    "tours": N_("Tours"),
    "legend": N_("Legend"),
    "reading": N_("How to read a stop"),
    "reading_weekday": N_("weekday, in the colour of its line"),
    "reading_bus": N_("letter of the bus and weekday, in the colour of its line"),
    "reading_order": N_("when a week is chosen, also the number of the stop on that day"),
    "reading_time": N_("when a week and a day are chosen, the time of arrival"),
    "reading_small": N_("Where there is little room, only a dot of that colour is shown; zoom in to see more."),
    "served": N_("Served by the bus"),
    "not-needed": N_("No bus needed: a library is near"),
    "sacrificed": N_("Not served: no time left"),
    "impossible": N_("Not served: not possible under the rules"),
    "library": N_("Library"),
    "depot": N_("Depot: the bus starts and ends here"),
    "road_main": N_("Main road"),
    "road_other": N_("Other road"),
    "road_estimated": N_("Connection that was estimated, no real road"),
    "headlines": N_("At a glance"),
    "figures": N_("Key figures"),
    "timetable": N_("Timetable"),
    "timetable_hint": N_("Choose a name to find it on the map, or a column heading to sort."),
    "front": N_("What the hromada gets: {hromada}"),
    "others": N_("Other hromadas"),
    "dates_from": N_("Next visits: the first six from {day}"),
    "search": N_("Find a settlement"),
    "nothing_found": N_("No settlement of this name is in the tables."),
    "settlement": N_("Settlement"),
    "hromada": N_("Hromada"),
    "rhythm": N_("How often"),
    "week": N_("Week"),
    "weekday": N_("Weekday"),
    "next_visits": N_("Next visits"),
    "missing": N_("no visit: {dates}"),
    "changed": N_("Changed dates"),
    "what": N_("What is changed"),
    "date": N_("Date"),
    "time": N_("Time"),
    "stay": N_("Stay"),
    "bus": N_("Bus"),
    "unserved": N_("Settlements that are not served"),
    "unserved_none": N_("Every settlement that needs the bus is served."),
    "residents": N_("Residents"),
    "why": N_("Why"),
    "not_needed": N_("Settlements that need no bus"),
    "nearest_library": N_("Nearest library"),
    "distance": N_("Distance by road"),
    "in_settlement": N_("in the settlement"),
    "every_week": N_("every"),
    "share": N_("Share of the people"),
    "visits": N_("Visits in a cycle"),
    "open": N_("Open to readers"),
    "no_stops": N_("The bus does not call here."),
    "sources": N_("About this page"),
    "attribution": N_("Data: {attribution}"),
    "data_date": N_("Date of the data: {date}"),
    "made_with": N_("Made with bibliobus {version}; every rule of the plan was checked independently."),
    "seed": N_("Seed {seed}."),
    "tiles": N_(
        "The background comes from openstreetmap.org: opening this page tells that service which area is looked at."
    ),
    "digests": N_("Digests of the inputs: {digests}"),
    "offline": N_("This page works without internet."),
    "leaflet": N_("The map is drawn by Leaflet 1.9.4 (BSD 2-Clause licence)."),
    "km": N_("km"),
    "m": N_("m"),
}
"""English words of the page by name."""


def translate_words(language: Language) -> dict[str, str]:
    """Translate the words of the page."""
    return {name: language.gettext(text) for name, text in WORDS.items()}
