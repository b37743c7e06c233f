"""Pages for print as HTML: one file, without scripts and without anything from elsewhere."""

from __future__ import annotations

import base64
from importlib import resources
from typing import TYPE_CHECKING, Final

from bibliobus.language import N_
from bibliobus.reports.heading import write_title
from bibliobus.reports.sheets import say_once
from bibliobus.reports.snippet import SIZE_MM
from bibliobus.reports.text import clean_text
from bibliobus.units import KM_M

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bibliobus.reports.material import Material
    from bibliobus.reports.posters import Poster
    from bibliobus.reports.sheets import DaySheet

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
    return (resources.files("bibliobus.reports") / "assets" / name).read_text(encoding="utf-8")
