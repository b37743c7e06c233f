"""An area in which every field has a word of its own, its papers for every reader, and all words of a paper."""

from __future__ import annotations

import html
import io
import json
import re
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from areas import write_area
from folders import read_folder
from pypdf import PdfReader

from bibliobus.cli.main import run
from bibliobus.domain.audience import Audience
from bibliobus.output.registry import list_outputs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

DEPOT: Final = (48.713579, 37.524681)
BEND: Final = (48.731357, 37.551937)
"""A corner of the road that leads to Yavorove."""
HLUSH: Final = (48.652413, 37.618237)
KEPT: Final = "id-dub"
"""A stop that one of the two areas keeps back."""

# Two weekdays: the checker looks for a tour to the village that needs wings on every day of every bus.
SCENARIO: Final = """\
# COMMENT-OF-THE-INPUTS
title_uk = "Відкрита назва"
title_en = "Open title"
attribution = "made up for tests"
language = "en"

[cycle]
weeks = 2
first_day = 2026-03-02

[[depots]]
id = "DEPOT-ID"
name = "DEPOT-NAME"
phone = "PHONE-OF-THE-CREW"
settlement_id = "id-town"
lat = 48.713579
lon = 37.524681

[[profiles]]
id = "lorry"
weight_t = 5.5
height_m = 3.1

[[buses]]
id = "BUS-ID"
name = "BUS-NAME"
depot = "DEPOT-ID"
profile = "lorry"
weekdays = ["Mon", "Thu"]

[[buses]]
id = "BUS-ID-TWO"
name = "BUS-NAME-TWO"
depot = "DEPOT-ID"
profile = "lorry"
weekdays = ["Mon", "Thu"]

[calendar]
no_service = [{ first = 2026-03-16, last = 2026-03-16, note = "REASON-FOR-READERS" }]

[[stops]]
settlement_id = "id-yavir"
forbidden_weekdays = ["Sun"]
note = "NOTE-OF-THE-WISH"

[[curfews]]
hours = "21:43-05:17"
settlements = ["id-yavir"]
note = "NOTE-OF-THE-CURFEW"

[[locks]]
settlement_id = "id-yavir"
note = "NOTE-OF-THE-LOCK"

[publish]
phone = "PHONE-FOR-READERS"
website = "https://page-for-readers.example"
"""
KEEP_BACK: Final = f'no_publish = ["{KEPT}"]\n'

SETTLEMENTS: Final = """\
settlement_id,name_uk,name_latin,category,raion,hromada,lat,lon,population,rhythm_weeks,needs,note
id-dub,Потайне,Potaine,C,Районний,Громадська,48.612345,37.512345,1200,2,,
id-hlush,Глухоманне,Hlukhomanne,C,Районний,Громадська,48.652413,37.618237,7919,2,wings,
id-klen,Кленове,Klenove,C,Районний,Громадська,48.780,37.410,950,2,,
id-town,Безавтобусне,Bezavtobusne,M,Районний,Громадська,48.700,37.500,12000,,,
id-yavir,Яворове,Yavorove,C,Районний,Громадська,48.760,37.600,640,1,,NOTE-OF-THE-SETTLEMENT
"""
LIBRARIES: Final = """\
library_id,name,settlement_id,lat,lon,source
LIBRARY-ID,LIBRARY-NAME,id-town,,,SOURCE-OF-THE-LIBRARY
"""
REQUESTS: Final = """\
request_id,settlement_id,wish,wanted,date,signatures,note
REQUEST-ID,id-hlush,other,,2026-01-10,7,NOTE-OF-THE-REQUEST
"""
ROADS: Final = (
    ("id-town", "id-yavir", 12, ((48.7, 37.5), BEND, (48.76, 37.6))),
    ("id-town", "id-klen", 11, ((48.7, 37.5), (48.78, 37.41))),
    ("id-town", "id-dub", 12, ((48.7, 37.5), (48.612345, 37.512345))),
    ("id-dub", "id-klen", 40, ((48.612345, 37.512345), (48.78, 37.41))),
    ("id-dub", "id-hlush", 15, ((48.612345, 37.512345), HLUSH)),
)
CHANGES: Final = """\
id,kind,from_place,to_place,road,value,note,source
CHANGE-ID,speed,id-town,id-yavir,,30,NOTE-OF-THE-CHANGE,SOURCE-OF-THE-CHANGE
"""
CLOSURE: Final = """\
id,kind,from_place,to_place,road,value,note,source
CHANGE-ID,closed,id-town,id-klen,,,NOTE-OF-THE-CHANGE,SOURCE-OF-THE-CHANGE
"""
LOG: Final = "date,settlement_id,arrival,readers\n2026-03-02,id-yavir,10:00,5\n2026-03-13,id-klen,10:00,5\n"


def spell_degrees(*degrees: float) -> tuple[str, ...]:
    """Degrees as papers write them: five or six decimals."""
    return tuple(f"{value:.{decimals}f}" for value in degrees for decimals in (5, 6))


WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "stops": ("Yavorove", "Яворове", "Klenove", "Кленове"),
    "contacts": ("PHONE-FOR-READERS", "page-for-readers"),
    "closed_days": ("REASON-FOR-READERS",),
    "kept_back": ("Potaine", "Потайне", KEPT, *spell_degrees(48.612345, 37.512345)),
    "buses": ("BUS-ID", "BUS-NAME"),
    "drives": (*spell_degrees(*BEND), "L.polyline(", '"type": "LineString"', "<trkpt"),
    "depots": ("DEPOT-ID", "DEPOT-NAME", *spell_degrees(*DEPOT)),
    "libraries": ("LIBRARY-ID", "LIBRARY-NAME", "SOURCE-OF-THE-LIBRARY"),
    "unserved": ("Hlukhomanne", "Глухоманне", "id-hlush", *spell_degrees(*HLUSH))
    + ("Bezavtobusne", "Безавтобусне", "id-town"),
    "residents": ("7919", "7,919", "7\N{NO-BREAK SPACE}919", "12,000", "12\N{NO-BREAK SPACE}000"),
    "origin": ("sha256:", "Seed "),
    "requests": ("REQUEST-ID", "NOTE-OF-THE-REQUEST"),
    "notes": ("NOTE-OF-THE-SETTLEMENT",),
    "crew_phones": ("PHONE-OF-THE-CREW",),
    "road_changes": ("CHANGE-ID", "NOTE-OF-THE-CHANGE", "SOURCE-OF-THE-CHANGE"),
    "curfews": ("NOTE-OF-THE-CURFEW", "21:43", "05:17"),
    "locks": ("NOTE-OF-THE-LOCK",),
    "wishes": ("NOTE-OF-THE-WISH",),
    "inputs": ("COMMENT-OF-THE-INPUTS",),
}
"""Words by which each thing of the table of audiences is known in a paper, one of them in each paper that shows it."""

COMMANDS: Final[Mapping[str, tuple[tuple[str, str, tuple[str, ...]], ...]]] = {
    # paper: command, name of what it writes, options
    "map": (("map", "map.html", ()), ("map", "pages", ("--pages",))),
    "publish": (("publish", "papers", ("--to", "2026-04-30")),),
    **{
        name: (("export", f"{name}.out", ("--format", name.partition("-")[2], "--to", "2026-04-30")),)
        for name in list_outputs()
        if name.startswith("export-")
    },
    "export-posters": (
        ("export", "posters.pdf", ("--format", "posters", "--to", "2026-04-30")),
        ("export", "posters.html", ("--format", "posters", "--to", "2026-04-30")),
    ),
    **{
        name: tuple((name, f"{name}.{kind}", options) for kind in ("html", "xlsx", "md", "txt", "json"))
        for name, options in (("report", ()), ("coverage", ()), ("impact", ()), ("siting", ("--open", "1")))
    },
}
"""How each paper of a plan is made; papers that take more than a plan are made by `make_others`."""
WITHOUT_READERS: Final = {"impact", "siting"}
"""Commands that ask nobody for whom they are."""


ENVELOPES: Final = (0, 32, 48, 48, 64)
"""Bytes of the envelope in the head of a geometry, by the kind that the head names (OGC 12-128r18, 2.1.3.1.1)."""


def write_secret_area(folder: Path, *, keep_back: bool = False) -> Path:
    """Write the area; with one stop that must not be published or without."""
    from geopandas import GeoDataFrame
    from shapely import LineString

    rows = [
        {"from_id": one, "to_id": two, "length_km": km, "road_class": "tertiary", "source": "SOURCE-OF-THE-ROAD"}
        for one, two, km, _ in ROADS
    ]
    lines = [LineString([(lon, lat) for lat, lon in line]) for *_, line in ROADS]
    area = write_area(
        folder,
        scenario=SCENARIO + (KEEP_BACK if keep_back else ""),
        settlements=SETTLEMENTS,
        libraries=LIBRARIES,
        roads=None,
        requests_csv=REQUESTS,
        changes_csv=CHANGES,
    )
    GeoDataFrame(rows, geometry=lines, crs=4326).to_file(area / "roads.gpkg", driver="GPKG", layer="roads")
    return area


def list_calls(plan: Path, out: Path) -> Iterator[tuple[str, Audience, list[str], Path]]:
    """Paper, reader, words of the command and what it writes, for everything that is made of one plan."""
    for name, ways in COMMANDS.items():
        for audience in list_outputs()[name].audiences:
            for command, target, options in ways:
                file = out / f"{name}-{audience}" / target
                asked = () if name in WITHOUT_READERS else ("--audience", audience.value)
                yield name, audience, [command, str(plan), "-o", str(file), *options, *asked, "--lang", "en"], file


def make_others(plan: Path, out: Path) -> dict[str, Path]:
    """Make what takes more than a plan, all of it for the planner; the folder or file of each."""
    (out / "log.csv").write_text(LOG, encoding="utf-8")
    (out / "closure.csv").write_text(CLOSURE, encoding="utf-8")
    closure, again = str(out / "closure.csv"), str(out / "again")
    few = ["--iterations", "3"]
    for words, code in (
        (["replan", str(plan), "--changes", closure, "-o", again, *few], 0),
        (["replan", str(plan), "--cancel", *find_tour(plan), "-o", str(out / "cancelled")], 0),
        (["compare", str(plan), again, "-o", str(out / "compare.html")], 1),
        (["compare", str(plan), again, "-o", str(out / "compare.xlsx")], 1),
        (["monitor", str(plan), str(out / "log.csv"), "-o", str(out / "monitor.xlsx")], 0),
        (["changes", "check", str(plan / "area"), "-o", str(out / "changes.html")], 0),
    ):
        assert run(words) == code, words
    names = ("again", "cancelled", "compare.html", "compare.xlsx", "monitor.xlsx", "changes.html")
    return {"plan": plan} | {name: out / name for name in names}


def find_tour(plan: Path) -> tuple[str, str]:
    """Bus and date of the first tour that calls at the stop that one of the areas keeps back."""
    tours = json.loads((plan / "plan.json").read_text(encoding="utf-8"))["tours"]
    return next(
        (str(tour["bus_id"]), str(tour["date"]))
        for tour in tours
        if KEPT in [row.get("settlement_id") for row in tour["rows"]]
    )


def read_files(target: Path) -> dict[str, bytes]:
    """Bytes of a file, or of every file of a folder, by name."""
    return read_folder(target) if target.is_dir() else {target.name: target.read_bytes()}


def read_words(path: str, content: bytes) -> str:
    """Everything that anybody can read in a file: unzipped, unfolded, without escapes, and its name."""
    return "\n".join([path, *_read(content)])


def _read(content: bytes) -> Iterator[str]:
    """Texts of a file by what its first bytes say it is."""
    if content.startswith(b"%PDF"):
        reader = PdfReader(io.BytesIO(content))
        yield from (page.extract_text() for page in reader.pages)
        yield str(reader.metadata)
        yield str(reader.outline)
    elif content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name
                yield from _read(archive.read(name))
    elif content.startswith(b"SQLite format 3"):
        yield from _read_database(content)
    else:
        yield from _read_text(content.decode("utf-8", "replace"))


def _read_text(text: str) -> Iterator[str]:
    """A text as it stands, and without the escapes of pages, data in pages, addresses and calendars."""
    yield text
    yield unquote(html.unescape(text))
    yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
    yield re.sub(r"\r?\n[ \t]", "", text).replace("\\,", ",").replace("\\;", ";")


def _read_database(content: bytes) -> Iterator[str]:
    """Every cell of every table; geometries as degrees."""
    import shapely

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file.gpkg"
        file.write_bytes(content)
        with closing(sqlite3.connect(file)) as base:
            tables = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                yield table
                rows: Iterable[tuple[object, ...]] = base.execute(f'SELECT * FROM "{table}"')
                for cell in (cell for row in rows for cell in row):
                    if isinstance(cell, bytes) and cell.startswith(b"GP"):
                        shape = shapely.from_wkb(cell[8 + ENVELOPES[cell[3] >> 1 & 7] :])
                        yield f'"type": "{shape.geom_type}"'
                        yield " ".join(f"{value:.6f}" for point in shape.coords for value in point)
                    elif cell is not None:
                        yield str(cell)
