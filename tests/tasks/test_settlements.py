"""Settlements come into an area from gazetteers and from tables and layers of any layout."""

from __future__ import annotations

import json

import pytest
import shapely
from gazetteers import codify, line, pack
from workbooks import build_geopackage, build_workbook

from bibliobus.findings import InputError, UsageError
from bibliobus.inputs.files import InputFile
from bibliobus.inputs.settlements import read_settlements
from bibliobus.tasks.settlements import import_gazetteers, import_table
from bibliobus.words.language import Language

ENGLISH = Language("en")
CODE = "UA14120010010000001"


def read_back(area):
    """Settlements of the written table."""
    table, findings = read_settlements(InputFile("settlements.csv", (area / "settlements.csv").read_bytes()))
    assert [finding for finding in findings if finding.code != "same-name"] == []
    return list(table.by_row.values())


@pytest.fixture
def gazetteers(tmp_path):
    """Files of GeoNames and of the codifier: one sure join, one homonym, one place that is not there."""
    lines = [line(1, "Nove", "Нове", 48.7, 37.5, population="420"), line(2, "Haj", "Гай", 48.71, 37.52)]
    settlements = [
        (CODE, "C", "Нове"),
        ("UA14120010020000002", "C", "Гай"),
        ("UA14120030010000003", "C", "Гай"),
        ("UA14120030020000004", "C", "Ясна"),
    ]
    (tmp_path / "UA.zip").write_bytes(pack(lines))
    (tmp_path / "codifier.xlsx").write_bytes(codify(settlements))
    return tmp_path / "UA.zip", tmp_path / "codifier.xlsx"


def test_gazetteers_become_a_table_that_says_what_is_not_sure(gazetteers, tmp_path):
    imported = import_gazetteers(*gazetteers, tmp_path / "area", raions=["Краматорський"])

    nove, haj = read_back(tmp_path / "area")
    assert (nove.settlement_id, nove.population, nove.match, nove.note) == (CODE, 420, "name", "GeoNames 1")
    assert (haj.name_uk, haj.hromada, haj.population, haj.match) == ("Гай", "Північна", None, "uncertain: homonym")
    assert imported.matches == {"name": 1, "uncertain: homonym": 1}
    assert imported.missing == 2
    doubt, *lost = imported.report.findings
    assert doubt.sentence.render(ENGLISH) == (
        "Hai, hromada Північна: joined with “Haj” of GeoNames, but not surely (several of this name in the raion)."
    )
    assert [finding.sentence.render(ENGLISH) for finding in lost] == [
        "Hai, hromada Південна: GeoNames has no place that it could be; it is not in the table.",
        "Yasna, hromada Південна: GeoNames has no place that it could be; it is not in the table.",
    ]


def test_the_same_files_give_the_same_bytes(gazetteers, tmp_path):
    for name in ("one", "two"):
        import_gazetteers(*gazetteers, tmp_path / name)

    assert (tmp_path / "one" / "settlements.csv").read_bytes() == (tmp_path / "two" / "settlements.csv").read_bytes()


def test_files_of_another_country_are_refused_and_nothing_is_written(gazetteers, tmp_path):
    foreign = tmp_path / "foreign.txt"
    foreign.write_text(line(1, "Nove", "Нове", 48.7, 37.5, admin2="9999"), encoding="utf-8")

    with pytest.raises(InputError) as caught:
        import_gazetteers(foreign, gazetteers[1], tmp_path / "area")

    assert [finding.code for finding in caught.value.findings] == ["nothing-joined"]
    assert not (tmp_path / "area").exists()


def test_all_problems_of_both_files_are_told_at_once(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"nothing")
    (tmp_path / "b.xlsx").write_bytes(b"nothing")

    with pytest.raises(InputError) as caught:
        import_gazetteers(tmp_path / "a.zip", tmp_path / "b.xlsx", tmp_path / "area")

    assert [finding.code for finding in caught.value.findings] == ["not-geonames", "workbook-unreadable"]


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(InputError) as caught:
        import_gazetteers(tmp_path / "a.zip", tmp_path / "b.xlsx", tmp_path / "area")

    assert [str(finding.place) for finding in caught.value.findings] == ["a.zip", "b.xlsx"]


def test_what_stands_there_is_kept(gazetteers, tmp_path):
    (tmp_path / "area").mkdir()
    (tmp_path / "area" / "settlements.csv").write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError):
        import_gazetteers(*gazetteers, tmp_path / "area")

    assert (tmp_path / "area" / "settlements.csv").read_text(encoding="utf-8") == "mine"


ROWS = [{"KOD": "a", "NAZVA": "Нове", "LUDEI": 420}, {"KOD": "b", "NAZVA": "Гай", "LUDEI": None}]
POINTS = [shapely.Point(37.5, 48.7), shapely.box(37.59, 48.79, 37.61, 48.81)]
MAPPING = "settlement_id=KOD,name_uk=NAZVA,population=LUDEI"


def layer_geojson() -> bytes:
    """The rows as GeoJSON: a point and an area."""
    features = [
        {"type": "Feature", "properties": row, "geometry": json.loads(shapely.to_geojson(shape))}
        for row, shape in zip(ROWS, POINTS, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def layer_table(separator: str) -> bytes:
    """The rows as text with positions in columns of their own."""
    rows = ["KOD,NAZVA,LUDEI,lat,lon", "a,Нове,420,48.7,37.5", "b,Гай,,48.8,37.6"]
    return "\n".join(rows).replace(",", separator).encode("cp1251")


def layer_workbook() -> bytes:
    """The rows as a workbook."""
    return build_workbook(
        [["KOD", "NAZVA", "LUDEI", "lat", "lon"], ["a", "Нове", 420, 48.7, 37.5], ["b", "Гай", None, 48.8, 37.6]]
    )


def layer_geopackage() -> bytes:
    """The rows as a GeoPackage in metres."""
    import geopandas

    frame = geopandas.GeoDataFrame(ROWS, geometry=POINTS, crs="EPSG:4326").to_crs("EPSG:3857")
    return build_geopackage(frame.to_dict("records"), crs="EPSG:3857", layers=("sela",))


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("sela.geojson", layer_geojson),
        ("sela.gpkg", layer_geopackage),
        ("sela.csv", lambda: layer_table(";")),
        ("SELA.XLSX", layer_workbook),
    ],
    ids=["geojson", "gpkg", "csv", "xlsx"],
)
def test_any_layout_is_read_by_a_mapping(name, make, tmp_path):
    (tmp_path / name).write_bytes(make())

    imported = import_table(tmp_path / name, tmp_path / "area", mapping=MAPPING)

    nove, haj = read_back(tmp_path / "area")
    assert (nove.settlement_id, nove.name_uk, nove.population) == ("a", "Нове", 420)
    assert (nove.lat, nove.lon) == pytest.approx((48.7, 37.5), abs=1e-5)
    assert haj.population is None
    assert (haj.lat, haj.lon) == pytest.approx((48.8, 37.6), abs=1e-5)
    assert len(imported.settlements) == 2


def test_who_is_asked_gives_the_mapping(tmp_path):
    (tmp_path / "sela.csv").write_bytes(layer_table(","))
    heard = []

    def ask(headers):
        heard.extend(headers)
        return {"settlement_id": "KOD", "name_uk": "NAZVA"}

    imported = import_table(tmp_path / "sela.csv", tmp_path / "area", ask=ask)

    assert heard == ["KOD", "NAZVA", "LUDEI", "lat", "lon"]
    assert [settlement.name_uk for settlement in read_back(tmp_path / "area")] == ["Нове", "Гай"]
    assert [finding.code for finding in imported.report.findings] == ["text-cp1251", "unknown-column"]


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ("name_uk", "“name_uk” does not say which column is meant."),
        ("name=NAZVA", "Settlements have no column “name”."),
        ("name_uk=NAZWA", "The file has no column “NAZWA”."),
    ],
)
def test_a_mapping_that_does_not_fit_is_told(mapping, words, tmp_path):
    (tmp_path / "sela.csv").write_bytes(layer_table(","))

    with pytest.raises(InputError) as caught:
        import_table(tmp_path / "sela.csv", tmp_path / "area", mapping=mapping)

    assert words in [finding.sentence.render(ENGLISH) for finding in caught.value.findings]
    assert not (tmp_path / "area").exists()


def test_rows_that_cannot_be_settlements_are_told(tmp_path):
    (tmp_path / "sela.csv").write_text("settlement_id,name_uk,lat,lon\na,,48.7,37.5\n", encoding="utf-8")

    with pytest.raises(InputError) as caught:
        import_table(tmp_path / "sela.csv", tmp_path / "area")

    assert [finding.code for finding in caught.value.findings] == ["cell-empty"]
