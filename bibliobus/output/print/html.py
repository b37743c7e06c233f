"""
Pages for print, and the page that leads to all papers: one file, without scripts and without anything from elsewhere.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Final

from bibliobus.output.print.sheets import say_once
from bibliobus.output.print.snippet import SIZE_MM
from bibliobus.view.heading import list_notices, tell_estimate, write_title
from bibliobus.words.language import N_
from bibliobus.words.safe import clean_text
from bibliobus.words.text import Text
from bibliobus.words.units import KM_M

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bibliobus.output.print.posters import Poster
    from bibliobus.output.print.sheets import DaySheet
    from bibliobus.view.material import Material

CHANGES: Final = N_("Road changes on the way")
HEADING: Final = N_("The mobile library comes")
NEXT: Final = N_("Next dates")
SCAN: Final = N_("Point your phone’s camera here: the dates go into your calendar. No internet is needed.")


def render_template(name: str, **values: object) -> bytes:
    """
    Render a page.

    Parameters
    ----------
    name
        File of the template among the assets.
    **values
        What it is filled with; texts are escaped.

    Returns
    -------
    bytes
        HTML in UTF-8 with LF; halves of surrogate pairs are replaced.
    """
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FunctionLoader(_read_asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if isinstance(value, Markup) or not isinstance(value, str) else clean_text(value),
    )
    css = Markup(_read_asset("print.css"))  # our own file
    return environment.get_template(name).render(css=css, **values).encode("utf-8", "replace")


def render_sheets_html(material: Material, sheets: Iterable[DaySheet]) -> bytes:
    """
    Render day sheets as a page for print.

    Parameters
    ----------
    material
        The plan and what its papers need.
    sheets
        The sheets.

    Returns
    -------
    bytes
        HTML; each sheet begins on a page of its own.
    """
    return render_template(
        "sheets.html.jinja",
        language=material.language.code,
        title=write_title(material.dataset, material.language),
        sheets=say_once(material, sheets),
        changes=material.language.gettext(CHANGES),
    )


def render_posters_html(material: Material, posters: Sequence[Poster]) -> bytes:
    """
    Render the posters of the stops as a page for print.

    Parameters
    ----------
    material
        The plan and what its papers need.
    posters
        The posters.

    Returns
    -------
    bytes
        HTML; each poster is a page of A4, with its map as SVG and its code as an embedded picture.
    """
    _ = material.language.gettext
    return render_template(
        "posters.html.jinja",
        language=material.language.code,
        title=write_title(material.dataset, material.language),
        posters=posters,
        size=SIZE_MM,
        bars={one.snippet.bar_km: material.language.kilometres(one.snippet.bar_km * KM_M) for one in posters},
        codes={one.settlement_id: base64.b64encode(one.code).decode() for one in posters},
        heading=_(HEADING),
        next=_(NEXT),
        scan=_(SCAN),
    )


def _read_asset(name: str) -> str:
    """Text of a file among the assets."""
    return (resources.files("bibliobus.output.print") / "assets" / name).read_text(encoding="utf-8")


DATES: Final = N_("From {first} to {last}")
HEADS: Final = (N_("Settlement"), N_("When"), N_("Next date"), N_("Poster"), N_("Calendar"))
PAPERS: Final = N_("Papers")
STOPS: Final = N_("Stops")
PAGE: Final = N_("page {page}")


@dataclass(frozen=True)
class Paper:
    """
    A file of a publication.

    Parameters
    ----------
    path
        Path inside the folder, with forward slashes; letters that need no escape in an address.
    about
        What it holds, in the reader's language.
    """

    path: str
    about: str


def render_index(
    material: Material,
    papers: Sequence[Paper],
    posters: Sequence[Poster],
    calendars: Mapping[str, str],
    cautions: Sequence[str] = (),
) -> bytes:
    """
    Render the page that leads to all papers.

    Parameters
    ----------
    material
        The plan and what its papers need.
    papers
        Files in the order of the page.
    posters
        Posters in the order of their document, ``posters.pdf``.
    calendars
        Path of the calendar file of each stop.
    cautions
        What this reader must not miss beside that.

    Returns
    -------
    bytes
        HTML without scripts and without anything from elsewhere.
    """
    language = material.language
    dates = {"first": language.date(material.span.first), "last": language.date(material.span.last)}
    rows = [
        {
            "name": poster.name,
            "district": poster.district,
            "times": [f"{time}, {rhythm}" for time, rhythm in poster.times],
            "next": poster.dates[0],
            "page": number,
            "page_words": Text(PAGE, {"page": number}).render(language),
            "calendar": calendars[poster.settlement_id],
        }
        for number, poster in enumerate(posters, start=1)
    ]
    return render_template(
        "index.html.jinja",
        language=language.code,
        title=write_title(material.dataset, language),
        dates=Text(DATES, dates).render(language),
        warnings=[*list_notices(material.dataset, language, (material.plan, material.dataset)), *cautions],
        small=[text for text in (*tell_estimate(material.plan, language), material.attribution) if text],
        papers_words=language.gettext(PAPERS),
        papers=papers,
        stops_words=language.gettext(STOPS),
        heads=[language.gettext(head) for head in HEADS],
        rows=rows,
    )
