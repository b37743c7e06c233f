"""A page of questions and answers for a council: sentences first, the tables behind them after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.language import N_
from bibliobus.maps.page import Shell, render_shell
from bibliobus.maps.words import translate_words

if TYPE_CHECKING:
    from bibliobus.language import Language

KIND: Final = N_("Report on the mobile library")
TABLES: Final = N_("Tables")
TABLE: Final = N_("Table {number}")
SEE: Final = N_("Details:")


@dataclass(frozen=True)
class ClauseTable:
    """
    One table behind an answer.

    Parameters
    ----------
    clause
        Name of the clause it belongs to.
    title
        Heading.
    columns
        Heading of each column, and whether it holds numbers.
    rows
        Cells of each row.
    """

    clause: str
    title: str
    columns: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ClausePage:
    """
    What the page says.

    Parameters
    ----------
    title
        Heading.
    lines
        Lines under it.
    warnings
        What must be said before anything else.
    clauses
        Name, title and sentences of each clause.
    tables
        Tables in the order of the clauses.
    sources
        Lines at the foot.
    asked
        What the clauses answer.
    """

    title: str
    lines: tuple[str, ...]
    warnings: tuple[str, ...]
    clauses: tuple[tuple[str, str, tuple[str, ...]], ...]
    tables: tuple[ClauseTable, ...]
    sources: tuple[str, ...]
    asked: str


def render_clauses_page(page: ClausePage, language: Language) -> str:
    """
    Render the page.

    Parameters
    ----------
    page
        What it says.
    language
        Language of the reader.

    Returns
    -------
    str
        The whole HTML file, equal for equal arguments; no script runs on it.
    """
    _ = language.gettext
    labels = [_(TABLE).format(number=at) for at in range(1, len(page.tables) + 1)]
    facts = {
        "words": translate_words(language),
        "page": page,
        "kind": _(KIND),
        "asked": page.asked,
        "tables_title": _(TABLES),
        "see": _(SEE),
        "labels": labels,
    }
    title = f"{facts['kind']}: {page.title}"
    shell = Shell("clauses.html.jinja", title, styles=("page.css", "report.css", "clauses.css"))
    return render_shell(shell, facts, language)
