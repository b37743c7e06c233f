"""What the closure of each road would mean, as a table, a workbook and a page with a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bibliobus.language import N_, NN_
from bibliobus.maps.changes_page import render_changes_page
from bibliobus.network.shapes import gather_geometry
from bibliobus.plan.names import name_places
from bibliobus.reports.heading import list_warnings, write_title
from bibliobus.reports.sheet import Block, Column, Kind, Sheet, translate_columns
from bibliobus.reports.sheet_files import list_cells, render_sheets
from bibliobus.wording import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.language import Language
    from bibliobus.workflows.impact import Concerned, Impact, Stretch

TITLE: Final = N_("Roads that matter most if they are closed")
KIND: Final = N_("Which roads matter to whom, before any of them is closed")
COLUMNS: Final = (
    Column(N_("Road"), widest=30),
    Column(N_("Length, km"), Kind.KM),
    Column(N_("Cut off"), widest=40),
    Column(N_("Residents cut off"), Kind.WHOLE),
    Column(N_("Reached later"), widest=40),
    Column(N_("Residents reached later"), Kind.WHOLE),
    Column(N_("Changed visits"), Kind.WHOLE),
    Column(N_("Lost visits"), Kind.WHOLE),
    Column(N_("Drives that use it"), Kind.WHOLE),
)
MOST_NAMED: Final = 6
MORE: Final = NN_("and {count} more", "and {count} more")
LATER: Final = N_("{place} by {time}")
BETWEEN: Final = N_("{start} – {end}")
BESIDE: Final = N_("near {start}")
SHEET: Final = N_("Roads that matter")


def lay_out_impact(impact: Impact, language: Language) -> Sheet:
    """
    Lay the impact out as a sheet.

    Parameters
    ----------
    impact
        Which roads matter to whom.
    language
        Language of the reader.

    Returns
    -------
    Sheet
        A row for each stretch, the one that matters most first.
    """
    names = dict(name_places(impact.case.dataset, language))
    rows = tuple(
        (
            name_stretch(stretch, names, language),
            stretch.length_m,
            _list_names([names[one.settlement_id] for one in stretch.cut_off], language),
            sum(one.residents for one in stretch.cut_off),
            _list_names([_tell(one, names, language) for one in stretch.delayed], language),
            sum(one.residents for one in stretch.delayed),
            stretch.changed_visits,
            stretch.lost_visits,
            stretch.drives,
        )
        for stretch in impact.stretches
    )
    return Sheet(language.gettext(SHEET), translate_columns(COLUMNS, language), (Block(rows),), landscape=True)


def name_stretch(stretch: Stretch, names: Mapping[str, str], language: Language) -> str:
    """
    Name a stretch.

    Parameters
    ----------
    stretch
        The stretch.
    names
        Names of settlements by id.
    language
        Language of the reader.

    Returns
    -------
    str
        Number and name of the road, and the settlements at its ends.
    """
    start, end = (names.get(key, key) for key in stretch.ends)
    place = Text(BETWEEN if start != end else BESIDE, {"start": start, "end": end}).render(language)
    return f"{stretch.label}: {place}" if stretch.label else place


def render_impact(impact: Impact, kind: str, language: Language) -> bytes:
    """
    Render the impact as a file.

    Parameters
    ----------
    impact
        Which roads matter to whom.
    kind
        ``xlsx`` or ``html``.
    language
        Language of the reader.

    Returns
    -------
    bytes
        Content of the file.
    """
    sheet, dataset = lay_out_impact(impact, language), impact.case.dataset
    warnings = list_warnings(impact.plan, dataset, language)
    if kind == "xlsx":
        title = (write_title(dataset, language), language.gettext(KIND))
        return render_sheets((sheet,), title, warnings, language)
    geometry = gather_geometry(impact.case.network, dataset.scenario.profiles, ())
    names = name_places(dataset, language)
    hit = [(name_stretch(stretch, names, language), stretch.lines) for stretch in impact.stretches]
    heads = tuple((column.label, column.kind is not Kind.TEXT) for column in sheet.columns)
    table = (language.gettext(TITLE), heads, list_cells(sheet, language))
    page = render_changes_page(dataset, geometry, hit, table, language, kind=KIND, warnings=warnings)
    return page.encode()


def list_impact_facts(impact: Impact) -> list[dict[str, Any]]:
    """
    List the impact as values that JSON knows.

    Parameters
    ----------
    impact
        Which roads matter to whom.

    Returns
    -------
    list of dict
        One for each stretch, the one that matters most first.
    """
    return [
        {
            "road": stretch.label,
            "length_m": stretch.length_m,
            "position": list(stretch.lines[0][0]) if stretch.lines else None,
            "drives": stretch.drives,
            "cut_off": [{"settlement": one.settlement_id, "residents": one.residents} for one in stretch.cut_off],
            "delayed": [
                {"settlement": one.settlement_id, "residents": one.residents, "later_s": one.later_s}
                for one in stretch.delayed
            ],
            "changed_visits": stretch.changed_visits,
            "lost_visits": stretch.lost_visits,
        }
        for stretch in impact.stretches
    ]


def _tell(one: Concerned, names: dict[str, str], language: Language) -> str:
    """Settlement and how much later it is reached."""
    words = {"place": names[one.settlement_id], "time": language.duration(one.later_s or 0)}
    return Text(LATER, words).render(language)


def _list_names(names: list[str], language: Language) -> str:
    """The first names, and how many more there are."""
    shown = names[:MOST_NAMED]
    if len(names) > MOST_NAMED:
        shown.append(language.ngettext(*MORE, len(names) - MOST_NAMED))
    return ", ".join(shown)
