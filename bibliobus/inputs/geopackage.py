"""GeoPackage: attributes of its first layer as text cells, geometries beside them."""

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

    from shapely.geometry.base import BaseGeometry

    from bibliobus.inputs.files import InputFile
    from bibliobus.inputs.table_file import Table

GEOPACKAGE_UNREADABLE: Final = FindingKind(
    "geopackage-unreadable",
    Severity.ERROR,
    N_("The GeoPackage cannot be read: it is damaged, or has no table in it."),
    N_("Export it again as a GeoPackage with one layer."),
)
LAYERS: Final = NN_("{count} layer", "{count} layers")
SEVERAL_LAYERS: Final = FindingKind(
    "several-layers",
    Severity.NOTE,
    N_("The GeoPackage has {layers}; only the first, “{layer}”, was read."),
    N_("Keep what is to be read in a file with one layer."),
)
NO_COORDINATE_SYSTEM: Final = FindingKind(
    "no-coordinate-system",
    Severity.WARNING,
    N_("The layer does not say its coordinate system; WGS 84 is assumed."),
    N_("Set the coordinate system of the layer and export it again."),
)


@dataclass(frozen=True)
class Layer:
    """
    A table whose rows may have a geometry.

    Parameters
    ----------
    table
        The attributes.
    geometries
        Geometries in WGS 84, coordinates as (lon, lat), by row; none of them empty.
    """

    table: Table
    geometries: Mapping[int, BaseGeometry] = field(default_factory=dict)


def read_layer(file: InputFile) -> tuple[Layer | None, list[Finding]]:
    """
    Read the first layer of a GeoPackage.

    Parameters
    ----------
    file
        The file; its rows are numbered by their feature ids.

    Returns
    -------
    layer : Layer or None
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
            return _build_layer(frame, file, findings)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError, ValueError):
        return None, [GEOPACKAGE_UNREADABLE.at(place)]


def _check_layers(layers: list[str], place: Place) -> list[Finding]:
    """Note if there are several layers."""
    if len(layers) == 1:
        return []
    return [SEVERAL_LAYERS.at(place, layers=Count(*LAYERS, len(layers)), layer=show_value(layers[0]))]


def _build_layer(frame: Any, file: InputFile, findings: list[Finding]) -> tuple[Layer | None, list[Finding]]:
    """Text cells and geometries of a frame."""
    names = [str(name) for name in frame.columns if name != "geometry"]
    header = TableRow(1, tuple(names))
    cells = [[_format(value) for value in frame[name]] for name in names]
    rows = [TableRow(int(fid), tuple(column[at] for column in cells)) for at, fid in enumerate(frame.index)]
    table, more = build_table(file.name, [header, *rows])
    findings += more
    if table is None:
        return None, findings
    return Layer(table, _read_geometries(frame, file, findings)), findings


def _format(value: Any) -> str:
    """Text of an attribute; empty for a missing one."""
    import pandas

    if pandas.isna(value):
        return ""
    return format_cell(value.item() if hasattr(value, "item") else value)


def _read_geometries(frame: Any, file: InputFile, findings: list[Finding]) -> dict[int, BaseGeometry]:
    """Geometries of the rows that have one."""
    import geopandas

    if not isinstance(frame, geopandas.GeoDataFrame) or frame.geometry.isna().all():
        return {}
    if frame.crs is None:
        findings.append(NO_COORDINATE_SYSTEM.at(Place(file.name)))
    else:
        frame = frame.to_crs(epsg=4326)
    return {
        int(fid): geometry
        for fid, geometry in zip(frame.index, frame.geometry, strict=True)
        if geometry is not None and not geometry.is_empty
    }
