"""Styles in the QML of QGIS; colours that colour-blind readers can tell apart, and dashes beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.language import Language

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEAD: Final = '<qgis version="3.22.0" styleCategories="Symbology|Labeling">'
_LABEL: Final = (
    '<labeling type="simple"><settings calloutType="simple"><text-style fieldName="name" isExpression="0"'
    ' fontFamily="DejaVu Sans" fontSize="9" fontSizeUnit="Point" textColor="0,0,0,255"><text-buffer bufferDraw="1"'
    ' bufferSize="0.8" bufferSizeUnits="MM" bufferColor="255,255,255,255"/></text-style>'
    '<placement placement="6" dist="1" distUnits="MM"/></settings></labeling>'
)
_WEEKDAYS: Final = (
    ("0,114,178,255", "solid"),
    ("213,94,0,255", "dash"),
    ("0,158,115,255", "dash dot"),
    ("204,121,167,255", "dot"),
    ("86,180,233,255", "dash dot dot"),
    ("230,159,0,255", "solid"),
    ("0,0,0,255", "dash"),
)
"""Colour (Okabe and Ito 2008) and dash of each weekday."""
_STANDINGS: Final = {
    "impossible": {"name": "cross2", "color": "0,0,0,255", "outline_color": "0,0,0,255", "size": "3"},
    "sacrificed": {"name": "triangle", "color": "230,159,0,255", "outline_color": "0,0,0,255", "size": "3"},
    "not_needed": {"name": "circle", "color": "255,255,255,255", "outline_color": "90,90,90,255", "size": "2"},
}


def style_points(shape: str, colour: str, size_mm: str, *, label: bool) -> str:
    """
    Style a layer of points in one way.

    Parameters
    ----------
    shape
        Name of the marker in QGIS.
    colour
        Red, green, blue and opacity, 0 to 255.
    size_mm
        Millimetres.
    label
        True if the column ``name`` is written beside the points.

    Returns
    -------
    str
        QML.
    """
    marker = {"name": shape, "color": colour, "outline_color": "255,255,255,255", "size": size_mm}
    symbol = _symbol("marker", "0", "SimpleMarker", marker)
    labels = ' labelsEnabled="1">' if label else ">"
    return (
        f'{_HEAD[:-1]}{labels}<renderer-v2 type="singleSymbol"><symbols>{symbol}</symbols></renderer-v2>'
        f"{_LABEL if label else ''}</qgis>"
    )


def style_outside() -> str:
    """
    Style the settlements without a bus by their standing.

    Returns
    -------
    str
        QML.
    """
    symbols = [_symbol("marker", name, "SimpleMarker", look) for name, look in _STANDINGS.items()]
    return _categorise("standing", {name: name for name in _STANDINGS}, symbols)


def style_legs() -> str:
    """
    Style the legs by weekday.

    Returns
    -------
    str
        QML.
    """
    english = Language("en")
    symbols = [
        _symbol("line", str(at), "SimpleLine", {"line_color": colour, "line_style": dash, "line_width": "0.8"})
        for at, (colour, dash) in enumerate(_WEEKDAYS, start=1)
    ]
    return _categorise("weekday", {str(at): english.weekday(at - 1) for at in range(1, len(_WEEKDAYS) + 1)}, symbols)


def _categorise(column: str, labels: Mapping[str, str], symbols: list[str]) -> str:
    """Style by the values of a column; the symbols are named after the values."""
    categories = "".join(
        f'<category value="{value}" symbol="{value}" label="{label}" render="true"/>' for value, label in labels.items()
    )
    return (
        f'{_HEAD}<renderer-v2 type="categorizedSymbol" attr="{column}"><categories>{categories}</categories>'
        f"<symbols>{''.join(symbols)}</symbols></renderer-v2></qgis>"
    )


def _symbol(kind: str, name: str, layer: str, look: Mapping[str, str]) -> str:
    """Symbol of one layer; both spellings of its properties, that of QGIS before 3.20 and that of later ones."""
    options = "".join(f'<Option type="QString" name="{key}" value="{value}"/>' for key, value in look.items())
    props = "".join(f'<prop k="{key}" v="{value}"/>' for key, value in look.items())
    return (
        f'<symbol type="{kind}" name="{name}" alpha="1"><layer class="{layer}" enabled="1" pass="0" locked="0">'
        f'<Option type="Map">{options}</Option>{props}</layer></symbol>'
    )
