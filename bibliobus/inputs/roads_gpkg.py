"""Road table in a GeoPackage: attributes as text cells, drawn lines as shapes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.geopackage import read_layer
from bibliobus.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

    from bibliobus.inputs.files import InputFile
    from bibliobus.inputs.table_file import Table

NOT_A_LINE: Final = FindingKind(
    "not-a-line",
    Severity.ERROR,
    N_("The geometry of the road is not a single line: {found}."),
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
    layer, findings = read_layer(file)
    if layer is None:
        return None, findings
    shapes = {}
    for fid, geometry in layer.geometries.items():
        points = _read_line(geometry)
        if points:
            shapes[fid] = points
        else:
            findings.append(NOT_A_LINE.at(Place(file.name, fid, "geom"), found=geometry.geom_type))
    return DrawnTable(layer.table, shapes), findings


def _read_line(geometry: BaseGeometry) -> tuple[tuple[float, float], ...]:
    """Points of a line or of the one line that several parts make up; empty if there is none on Earth."""
    import shapely

    line = shapely.line_merge(geometry) if geometry.geom_type == "MultiLineString" else geometry
    if line.geom_type != "LineString":
        return ()
    points = tuple((float(lat), float(lon)) for lon, lat in line.coords)
    return points if all(abs(lat) <= 90 and abs(lon) <= 180 for lat, lon in points) else ()
