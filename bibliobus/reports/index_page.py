"""The page that leads to all papers of a publication."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.language import N_
from bibliobus.reports.heading import list_notices, tell_estimate, write_title
from bibliobus.reports.print_page import render_template
from bibliobus.wording import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bibliobus.reports.material import Material
    from bibliobus.reports.posters import Poster

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
