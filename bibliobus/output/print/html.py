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
from bibliobus.words.language import KM_M, N_
from bibliobus.words.safe import clean_text
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bibliobus.output.print.posters import Poster
    from bibliobus.output.print.sheets import DaySheet
    from bibliobus.view.view import PlanView

CHANGES: Final = N_("Road changes on the way")
CHANGED: Final = N_("Changed dates")
HEADING: Final = N_("The mobile library comes")
NEXT: Final = N_("Next dates")
SCAN: Final = N_("Point your phone’s camera here: the dates go into your calendar. No internet is needed.")


def render_template(name: str, **values: object) -> bytes:
    """Render a page."""
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


def render_sheets_html(view: PlanView, sheets: Iterable[DaySheet]) -> bytes:
    """
    Render day sheets as a page for print.

    Parameters
    ----------
    view
        The plan as its reader may know it.
    sheets
        Sheets of the view, as `list_sheets` makes them.

    Returns
    -------
    bytes
        HTML, sheets in the given order.
    """
    return render_template(
        "sheets.html.jinja",
        language=view.language.code,
        title=view.title,
        sheets=say_once(view, sheets),
        changes=view.language.gettext(CHANGES),
    )


def render_posters_html(view: PlanView, posters: Sequence[Poster]) -> bytes:
    """
    Render the posters of the stops as a page for print.

    Parameters
    ----------
    view
        The plan as its reader may know it.
    posters
        Posters of the view, as `list_posters` makes them.

    Returns
    -------
    bytes
        HTML, posters in the given order.
    """
    _ = view.language.gettext
    return render_template(
        "posters.html.jinja",
        language=view.language.code,
        title=view.title,
        posters=posters,
        size=SIZE_MM,
        bars={one.snippet.bar_km: view.language.kilometres(one.snippet.bar_km * KM_M) for one in posters},
        codes={one.settlement_id: base64.b64encode(one.code).decode() for one in posters},
        heading=_(HEADING),
        next=_(NEXT),
        changed=_(CHANGED),
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
    """A file of a publication."""

    path: str
    about: str


def render_index(
    view: PlanView,
    papers: Sequence[Paper],
    posters: Sequence[Poster],
    calendars: Mapping[str, str],
    cautions: Sequence[str] = (),
) -> bytes:
    """Render the page that leads to all papers."""
    language = view.language
    dates = {"first": language.date(view.span.first), "last": language.date(view.span.last)}
    rows = [
        {
            "name": poster.name,
            "district": poster.district,
            "times": [", ".join(filter(None, time)) for time in poster.times],
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
        title=view.title,
        dates=Text(DATES, dates).render(language),
        warnings=[*view.notices, *filter(None, (view.changes,)), *cautions],
        small=[text for text in (*view.estimate, view.attribution) if text],
        papers_words=language.gettext(PAPERS),
        papers=papers,
        stops_words=language.gettext(STOPS),
        heads=[language.gettext(head) for head in HEADS],
        rows=rows,
    )
