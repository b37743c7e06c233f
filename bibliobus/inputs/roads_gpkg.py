"""Road table in a GeoPackage: attributes as text cells, drawn lines as shapes."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.cells import show_value
from bibliobus.inputs.table_file import MAX_ROWS, ROWS, TABLE_TOO_LONG, TableRow, build_table
from bibliobus.inputs.workbook import format_cell
from bibliobus.language import N_, NN_
from bibliobus.quantities import Count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.inputs.files import InputFile
    from bibliobus.inputs.table_file import Table

GEOPACKAGE_UNREADABLE: Final = FindingKind(
    "geopackage-unreadable",
    Severity.ERROR,
    N_("The GeoPackage cannot be read: it is damaged, or has no table in it."),
    N_("Export the roads again as a GeoPackage with one layer of lines."),
)
SEVERAL_LAYERS: Final = FindingKind(
    "several-layers",
    Severity.NOTE,
    N_("The GeoPackage has {layers}; only the first, “{layer}”, was read."),
    N_("Keep the roads in a file with one layer."),
)
LAYERS: Final = NN_("{count} layer", "{count} layers")
NO_COORDINATE_SYSTEM: Final = FindingKind(
    "no-coordinate-system",
    Severity.WARNING,
    N_("The layer does not say its coordinate system; WGS 84 is assumed."),
    N_("Set the coordinate system of the layer and export it again."),
)
NOT_A_LINE: Final = FindingKind(
    "not-a-line",
    Severity.ERROR,
    N_("The geometry of the road is no single line: {found}."),
    N_("Draw each road as one line from its start to its end, within latitude 90 and longitude 180."),
)


@dataclass(frozen=True)
class DrawnTable:
    """
    A table whose rows may have a line.

    Parameters
    ----------
    table
        The attributes.
    shapes
        Points of a line as (lat, lon), WGS 84, by row.
    """

    table: Table
    shapes: Mapping[int, tuple[tuple[float, float], ...]] = field(default_factory=dict)


def read_geopackage(file: InputFile) -> tuple[DrawnTable | None, list[Finding]]:
    """
    Read the first layer of a GeoPackage.

    Parameters
    ----------
    file
        The file; its rows are numbered by their feature ids.

    Returns
    -------
    drawn : DrawnTable or None
        None if the file cannot be read.
    findings : list of Finding
        Everything that is wrong or worth knowing.
    """
    import geopandas
    import pyogrio
    import pyogrio.errors

    place = Place(file.name)
    if not file.content.startswith(b"SQLite format 3\0"):
        return None, [GEOPACKAGE_UNREADABLE.at(place)]
    try:
        with warnings.catch_warnings():
            # GDAL warns of missing side files and measures; what matters is checked below.
            warnings.simplefilter("ignore")
            layers = [str(name) for name, _ in pyogrio.list_layers(file.content)]
            if not layers:
                return None, [GEOPACKAGE_UNREADABLE.at(place)]
            frame: Any = geopandas.read_file(
                BytesIO(file.content), layer=layers[0], rows=MAX_ROWS + 1, fid_as_index=True, force_2d=True
            )
            findings = _check_layers(layers, place)
            if len(frame) > MAX_ROWS:
                return None, [*findings, TABLE_TOO_LONG.at(place, limit=Count(*ROWS, MAX_ROWS))]
            return _build_drawn(frame, file, findings)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError, ValueError):
        return None, [GEOPACKAGE_UNREADABLE.at(place)]


def _check_layers(layers: list[str], place: Place) -> list[Finding]:
    """Note if there are several layers."""
    if len(layers) == 1:
        return []
    return [SEVERAL_LAYERS.at(place, layers=Count(*LAYERS, len(layers)), layer=show_value(layers[0]))]


def _build_drawn(frame: Any, file: InputFile, findings: list[Finding]) -> tuple[DrawnTable | None, list[Finding]]:
    """Text cells and shapes of a frame."""
    names = [str(name) for name in frame.columns if name != "geometry"]
    header = TableRow(1, tuple(names))
    cells = [[_format(value) for value in frame[name]] for name in names]
    rows = [TableRow(int(fid), tuple(column[at] for column in cells)) for at, fid in enumerate(frame.index)]
    table, more = build_table(file.name, [header, *rows])
    findings += more
    if table is None:
        return None, findings
    return DrawnTable(table, _read_shapes(frame, file, findings)), findings


def _format(value: Any) -> str:
    """Text of an attribute; empty for a missing one."""
    import pandas

    if pandas.isna(value):
        return ""
    return format_cell(value.item() if hasattr(value, "item") else value)


def _read_shapes(frame: Any, file: InputFile, findings: list[Finding]) -> dict[int, tuple[tuple[float, float], ...]]:
    """Lines of the rows that have one."""
    import geopandas

    if not isinstance(frame, geopandas.GeoDataFrame) or frame.geometry.isna().all():
        return {}
    if frame.crs is None:
        findings.append(NO_COORDINATE_SYSTEM.at(Place(file.name)))
    else:
        frame = frame.to_crs(epsg=4326)
    shapes = {}
    for fid, geometry in zip(frame.index, frame.geometry, strict=True):
        if geometry is None or geometry.is_empty:
            continue
        points = _read_line(geometry)
        if points:
            shapes[int(fid)] = points
        else:
            findings.append(NOT_A_LINE.at(Place(file.name, int(fid), "geom"), found=geometry.geom_type))
    return shapes


def _read_line(geometry: Any) -> tuple[tuple[float, float], ...]:
    """Points of a line or of the one line that several parts make up; empty if there is none on Earth."""
    import shapely

    line = shapely.line_merge(geometry) if geometry.geom_type == "MultiLineString" else geometry
    if line.geom_type != "LineString":
        return ()
    points = tuple((float(lat), float(lon)) for lon, lat in line.coords)
    return points if all(abs(lat) <= 90 and abs(lon) <= 180 for lat, lon in points) else ()
