"""What the API gives back: tables that become frames, pages that show themselves, findings in the reader's language."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from bibliobus.findings import BibliobusError
from bibliobus.tasks.folders import write_file
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pandas import DataFrame

    from bibliobus.findings import Finding
    from bibliobus.network.places import LatLon

PathLike: TypeAlias = "str | Path"

DEGREES: Final = "EPSG:4326"
MOST_SHOWN: Final = 30
"""Rows of a table that a notebook shows; a frame has all."""
PAGE_HEIGHT_PX: Final = 640


@dataclass(frozen=True, repr=False)
class Table:
    """
    Rows that show themselves in a notebook and become a frame of pandas when asked.

    Parameters
    ----------
    columns
        Names of the columns; the first is the index of the frame.
    rows
        Values in the order of the columns; None where a value is not known.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def to_frame(self) -> DataFrame:
        """
        Make a frame of pandas.

        Returns
        -------
        pandas.DataFrame
            A row each, indexed by the first column. Whole numbers of which some are unknown are of the type ``Int64``.
        """
        import pandas

        frame = pandas.DataFrame(list(self.rows), columns=list(self.columns))
        for at, name in enumerate(self.columns):
            kinds = {type(row[at]) for row in self.rows}
            if kinds == {int, type(None)}:
                frame[name] = pandas.array([row[at] for row in self.rows], dtype="Int64")
        return frame.set_index(self.columns[0])

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Rows as values by name of the column."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def __repr__(self) -> str:
        """How many rows of what."""
        return f"<{type(self).__name__}: {len(self.rows)} × {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        """Table for a notebook, all texts escaped."""
        return show_rows(self.columns, self.rows)


class Tabled(ABC):
    """What a table tells best: a frame and a notebook show that table."""

    @property
    @abstractmethod
    def table(self) -> Table:
        """The table."""

    def to_frame(self) -> DataFrame:
        """
        Make a frame of pandas.

        Returns
        -------
        pandas.DataFrame
            The table, indexed by its first column.
        """
        return self.table.to_frame()

    def _repr_html_(self) -> str:
        """Table for a notebook."""
        return self.table._repr_html_()


@dataclass(frozen=True, repr=False)
class GeoTable(Table):
    """
    Rows with a place on the ground each.

    Parameters
    ----------
    columns
        As in `Table`.
    rows
        As in `Table`.
    shapes
        One for each row: a point of one (lat, lon), or a line of several, in degrees.
    """

    shapes: tuple[tuple[LatLon, ...], ...]

    def to_frame(self) -> Any:
        """
        Make a frame of geopandas.

        Returns
        -------
        geopandas.GeoDataFrame
            As `Table.to_frame`, with points or lines in EPSG:4326.
        """
        from geopandas import GeoDataFrame
        from shapely.geometry import LineString, Point

        turned = [[(lon, lat) for lat, lon in shape] for shape in self.shapes]
        shapes = [Point(points[0]) if len(points) == 1 else LineString(points) for points in turned]
        return GeoDataFrame(super().to_frame(), geometry=shapes, crs=DEGREES)


@dataclass(frozen=True, repr=False)
class Page:
    """
    A page that stands alone: a map or a chart in one file that opens without the internet.

    Parameters
    ----------
    content
        The HTML.
    title
        What it shows.
    language
        ``uk`` or ``en``.
    """

    content: str
    title: str
    language: str = "en"

    def save(self, path: PathLike, *, force: bool = False) -> Path:
        """
        Write the page into a file.

        Parameters
        ----------
        path
            File to write; its folder is made when missing.
        force
            True if a file that stands there may be replaced.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        UsageError
            If the file is in the way.
        ToolError
            If the disk or the rights do not allow it.
        """
        with speaking(self.language):
            write_file(Path(path), self.content.encode(), force=force)
        return Path(path)

    def __repr__(self) -> str:
        """Its title."""
        return f"<Page: {self.title}>"

    def _repr_html_(self) -> str:
        """The page in a frame of its own, so that nothing of it reaches the notebook."""
        style = f"width:100%;height:{PAGE_HEIGHT_PX}px;border:0"
        return (
            f'<div><iframe srcdoc="{escape(self.content)}" title="{escape(self.title)}" style="{style}"></iframe></div>'
        )


@dataclass(frozen=True, repr=False)
class Findings(Tabled):
    """
    What is wrong or worth knowing, in the language of the reader.

    Parameters
    ----------
    values
        The findings in the order in which they were made.
    language
        ``uk`` or ``en``.
    """

    values: tuple[Finding, ...]
    language: str

    @property
    def table(self) -> Table:
        """A row for each finding: code, severity, place, sentence and hint."""
        spoken = Language(self.language)
        rows = tuple(
            (one.code, one.severity.value, str(one.place), one.sentence.render(spoken), one.hint.render(spoken))
            for one in self.values
        )
        return Table(("code", "severity", "place", "sentence", "hint"), rows)

    def __len__(self) -> int:
        """Number of findings; none at all is false."""
        return len(self.values)

    def __iter__(self) -> Iterator[Finding]:
        """The findings."""
        return iter(self.values)

    def __repr__(self) -> str:
        """A sentence a line."""
        return write_findings(self.values, self.language) or "<Findings: none>"

    def _repr_html_(self) -> str:
        """Table for a notebook."""
        return self.table._repr_html_() if self.values else "<p>—</p>"


def write_findings(findings: Sequence[Finding], language: str) -> str:
    """Write findings as text: severity, place, sentence and hint of each on a line."""
    spoken = Language(language)
    lines = []
    for one in findings:
        place = f"{one.place}: " if str(one.place) else ""
        lines.append(f"{one.severity.value}: {place}{one.sentence.render(spoken)} {one.hint.render(spoken)}".strip())
    return "\n".join(lines)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let errors say what was found, in a language, instead of codes alone."""
    try:
        yield
    except BibliobusError as error:
        error.args = (write_findings(error.findings, language),)
        raise


def show_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]], caption: str = "") -> str:
    """Write a table of HTML with all texts escaped; of many rows only the first."""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(
        f"<tr>{''.join(f'<td>{_show(value)}</td>' for value in row)}</tr>" for row in list(rows)[:MOST_SHOWN]
    )
    more = len(rows) - MOST_SHOWN
    rest = f'<tr><td colspan="{len(columns)}">… +{more}</td></tr>' if more > 0 else ""
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}{rest}</tbody></table>"


def _show(value: object) -> str:
    """One cell."""
    return "" if value is None else escape(f"{value:g}" if isinstance(value, float) else str(value))
