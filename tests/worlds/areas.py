"""A tiny valid area that tests write to disk and vary with plain strings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bibliobus.words.language import Language

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bibliobus.findings import Finding

SCENARIO: Final = """\
title_uk = "Мала громада"
title_en = "Small hromada"
data_date = "2021"
attribution = "made up for tests"
language = "en"

[cycle]
weeks = 2
first_day = 2026-03-02

[[depots]]
id = "base"
name = "Central library"
settlement_id = "town"

[[profiles]]
id = "lorry"
weight_t = 5.5
height_m = 3.1

[[buses]]
id = "one"
name = "Bus 1"
depot = "base"
profile = "lorry"
features = ["ramp"]
"""

# Some 7 km apart: the town, two villages east and west of it, two farther north.
SETTLEMENTS: Final = """\
settlement_id,name_uk,name_latin,category,raion,hromada,lat,lon,population,rhythm_weeks,dwell_min,windows,needs,note
east,Східне,Skhidne,C,Краматорський,Мала,48.700,37.600,640,,,,,
far,Далеке,Daleke,C,Краматорський,Мала,48.800,37.600,210,,,,,
north,Північне,Pivnichne,C,Краматорський,Мала,48.760,37.500,450,2,30,Mon-Fri 09:00-15:00,ramp,school
town,Місто,Misto,M,Краматорський,Мала,48.700,37.500,12000,,,,,
west,Західне,Zakhidne,C,Краматорський,Мала,48.700,37.400,980,,,,,
"""

LIBRARIES: Final = """\
library_id,name,settlement_id,lat,lon,source
central,Central library,town,,,made up for tests
"""

ROADS: Final = """\
from_id,to_id,length_km,road_class,surface,speed_kmh,max_weight_t,max_height_m,oneway,name,source
town,east,8,secondary,asphalt,,,,,T0514,made up for tests
town,west,9,tertiary,asphalt,,,,,,made up for tests
town,north,8,tertiary,gravel,,,,,,made up for tests
north,crossroads,6,unclassified,,40,,,no,,made up for tests
crossroads,far,5,track,earth,,7.5,3.5,no,,made up for tests
"""

# The three villages beyond hang on the bridge between gate and beyond1.
SETTLEMENTS_BEYOND = """\
settlement_id,name_uk,name_latin,category,raion,hromada,lat,lon,population,rhythm_weeks
beyond1,Заріччя,Zarichchia,C,Р,Зарічна,48.700,37.700,640,
beyond2,Мале Заріччя,Male Zarichchia,C,Р,Зарічна,48.740,37.720,310,
beyond3,Велике Заріччя,Velyke Zarichchia,C,Р,Зарічна,48.660,37.720,950,
east,Східне,Skhidne,C,Р,Мала,48.700,37.600,540,
north,Північне,Pivnichne,C,Р,Мала,48.780,37.500,450,1
south,Південне,Pivdenne,C,Р,Мала,48.620,37.500,820,
town,Місто,Misto,M,Р,Мала,48.700,37.500,12000,
"""
ROADS_BEYOND = """\
from_id,to_id,length_km,road_class,surface,speed_kmh,name,source
town,east,9,secondary,asphalt,50,,x
east,beyond1,8,secondary,asphalt,50,bridge,x
beyond1,beyond2,6,tertiary,asphalt,50,,x
beyond1,beyond3,6,tertiary,asphalt,50,,x
town,north,10,tertiary,asphalt,50,,x
town,south,10,tertiary,asphalt,50,,x
south,east,14,tertiary,asphalt,50,,x
"""


def write_area(
    folder: Path,
    *,
    scenario: str | bytes | None = SCENARIO,
    settlements: str | bytes | None = SETTLEMENTS,
    libraries: str | bytes | None = LIBRARIES,
    roads: str | bytes | None = ROADS,
    **others: str | bytes,
) -> Path:
    """
    Write a small valid area: 5 settlements, one depot, one bus, a library, a road table.

    Parameters
    ----------
    folder
        Folder of the area; made if it does not exist.
    scenario
        Text or bytes of scenario.toml; None leaves the file out.
    settlements
        Text or bytes of settlements.csv; None leaves the file out.
    libraries
        Text or bytes of libraries.csv; None leaves the file out.
    roads
        Text or bytes of roads.csv; None leaves the file out.
    **others
        Further files by name, ``settlements_xlsx=…`` writes settlements.xlsx.

    Returns
    -------
    Path
        The folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    named = {
        "scenario.toml": scenario,
        "settlements.csv": settlements,
        "libraries.csv": libraries,
        "roads.csv": roads,
        **{".".join(name.rsplit("_", 1)): content for name, content in others.items()},
    }
    for name, content in named.items():
        if content is not None:
            (folder / name).write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return folder


def say(findings: Iterable[Finding]) -> list[str]:
    """
    Put findings into English words.

    Parameters
    ----------
    findings
        Findings.

    Returns
    -------
    list of str
        Place, sentence and hint of each, such as ``roads.csv:3:to_id | … | …``.
    """
    english = Language("en")
    return [f"{f.place} | {f.sentence.render(english)} | {f.hint.render(english)}" for f in findings]
