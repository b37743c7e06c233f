"""Codifier and GeoNames are joined by name inside a raion; what is not sure is marked so, and nothing sure is wrong."""

from __future__ import annotations

import pytest
from gazetteers import NORTH, RAION, SOUTH, code, codify, line, pack
from hypothesis import given
from hypothesis import strategies as st

from bibliobus.inputs.files import InputFile
from bibliobus.inputs.gazetteers import geonames as geonames_module
from bibliobus.inputs.gazetteers.geonames import GeoPlace, read_geonames
from bibliobus.inputs.gazetteers.join import Match, join_gazetteers
from bibliobus.inputs.gazetteers.katottg import CodedPlace, choose_region, read_katottg
from bibliobus.words.language import Language

ENGLISH = Language("en")


def read(settlements, lines):
    """Both gazetteers, read from files of their formats and joined."""
    coded, problems = read_katottg(InputFile("codifier.xlsx", codify(settlements)))
    points, others = read_geonames(InputFile("UA.zip", pack(lines)))
    assert problems + others == []
    return join_gazetteers(coded, points)


def matches(joined):
    """Number of the place and way of joining by code."""
    return {join.coded.code: (join.point.geoname_id, join.match) for join in joined.joins}


# A truth table by hand: two hromadas, north and south of each other, some 40 km apart.
CITY, HILL_N, HILL_S, LATIN, RENAMED, TWIN_OF_OLD, SPELT, NOWHERE = (
    code(NORTH, 1),
    code(NORTH, 2),
    code(SOUTH, 3),
    code(SOUTH, 4),
    code(SOUTH, 5),
    code(NORTH, 6),
    code(SOUTH, 7),
    code(SOUTH, 8),
)
SETTLEMENTS = [
    (CITY, "М", "Краматорськ"),  # a Cyrillic М
    (HILL_N, "C", "Михайлівка"),
    (HILL_S, "С", "Михайлівка"),  # a Cyrillic С
    (LATIN, "X", "Щасливе"),
    (RENAMED, "C", "Звягель"),
    (TWIN_OF_OLD, "C", "Червоне"),
    (SPELT, "C", "Олександро-Калинове"),
    (NOWHERE, "C", "Ясна Поляна"),
]
LINES = [
    line(1, "Kramatorsk", "Краматорск,Краматорськ", 48.74, 37.58, population="147145"),
    line(2, "Mykhaylivka", "Михайлівка", 48.70, 37.60),
    line(3, "Mykhaylivka", "Михайловка,Михайлівка", 48.36, 37.61),
    line(4, "Shchaslyve", "", 48.35, 37.58, population="640"),
    line(5, "Novohrad", "Новоград,Звягель", 48.34, 37.66),
    line(6, "Krasne", "Красне,Червоне", 48.75, 37.66),
    line(7, "Oleksandro-Kalynovo", "Александро-Калиново,Олександро-Калинові", 48.33, 37.60),
    line(8, "Zaton", "Затон", 48.33, 37.69),
    line(9, "Kramatorsk", "Краматорськ", 50.0, 30.0, admin2="3200"),  # another raion
    line(10, "Kramatorsk Zakhidnyi", "Краматорськ", 48.74, 37.57, kind="PPLX"),  # a part of the city
    line(11, "Mykhailivka", "Михайлівка", 48.6, 37.6, **{"class": "S"}),  # a station
]


def test_the_truth_table_is_met():
    joined = read(SETTLEMENTS, LINES)

    assert matches(joined) == {
        CITY: (1, Match.NAME),
        HILL_N: (2, Match.HOMONYM),
        HILL_S: (3, Match.HOMONYM),
        LATIN: (4, Match.LATIN),
        RENAMED: (5, Match.FORMER),
        TWIN_OF_OLD: (6, Match.FORMER),
        SPELT: (7, Match.SIMILAR),
    }
    assert [place.code for place in joined.missing] == [NOWHERE]
    assert [point.geoname_id for point in joined.left_over] == [8]


def test_what_the_files_say_is_kept():
    city, latin = (join for join in read(SETTLEMENTS, LINES).joins if join.coded.code in (CITY, LATIN))

    assert city.coded == CodedPlace(CITY, "Краматорськ", "M", NORTH, "Північна", "Краматорський", "Донецька")
    assert city.coded.raion_digits == RAION[2:6]
    assert city.point.population == 147145
    assert (latin.point.lat, latin.point.lon) == (48.35, 37.58)


def test_an_unknown_population_is_not_zero():
    join = next(join for join in read(SETTLEMENTS, LINES).joins if join.coded.code == HILL_N)

    assert join.point.population is None


def test_a_lone_homonym_is_not_sure():
    # GeoNames knows only one of the two villages: which one, the nearest hromada tells.
    joined = read(SETTLEMENTS[:4], [LINES[0], LINES[2], LINES[3]])

    assert matches(joined)[HILL_S] == (3, Match.HOMONYM)
    assert HILL_N not in matches(joined)


def test_a_place_far_from_its_hromada_is_doubted():
    lines = [
        LINES[0],
        line(20, "Shchaslyve", "Щасливе", 48.35, 37.58),
        line(21, "Yasna Poliana", "Ясна Поляна", 47.5, 37.6),
    ]
    joined = read([SETTLEMENTS[0], SETTLEMENTS[3], SETTLEMENTS[7]], lines)

    assert matches(joined)[NOWHERE] == (21, Match.FAR)


@given(
    st.lists(st.sampled_from(["Нове", "Старе", "Мале", "Гай"]), min_size=1, max_size=7),
    st.lists(st.tuples(st.sampled_from(["Нове", "Старе", "Мале", "Луг"]), st.integers(0, 9)), max_size=7),
)
def test_every_code_and_place_is_used_once_and_certain_joins_are_the_only_choice(names, places):
    coded = [
        CodedPlace(code(NORTH if at % 2 else SOUTH, at), name, "C", NORTH if at % 2 else SOUTH, "Г", "Р", "О")
        for at, name in enumerate(names)
    ]
    points = [
        GeoPlace(at, "X", (name,), 48 + shift / 10, 37.0, "1412", None) for at, (name, shift) in enumerate(places)
    ]

    joined = join_gazetteers(coded, points)

    used = [join.point.geoname_id for join in joined.joins] + [point.geoname_id for point in joined.left_over]
    known = [join.coded.code for join in joined.joins] + [place.code for place in joined.missing]
    assert sorted(used) == list(range(len(points)))
    assert sorted(known) == sorted(place.code for place in coded)
    for join in joined.joins:
        if join.match.certain:
            assert names.count(join.coded.name) == 1
            assert [name for name, _ in places].count(join.coded.name) == 1


def test_the_order_of_the_files_does_not_matter():
    assert matches(read(SETTLEMENTS[::-1], LINES[::-1])) == matches(read(SETTLEMENTS, LINES))


@pytest.mark.parametrize(
    ("raions", "oblasts", "count"),
    [([], [], 8), (["краматорський район"], [], 8), ([], ["Донецька область"], 8)],
)
def test_regions_are_chosen_by_name(raions, oblasts, count):
    coded, _ = read_katottg(InputFile("codifier.xlsx", codify(SETTLEMENTS)))

    chosen, findings = choose_region(coded, raions, oblasts)

    assert (len(chosen), findings) == (count, [])


def test_an_unknown_region_is_a_finding():
    coded, _ = read_katottg(InputFile("codifier.xlsx", codify(SETTLEMENTS)))

    _, (similar, unknown) = choose_region(coded, ["Краматорскьий"], ["Львівська"])

    assert similar.sentence.render(ENGLISH) == "The codifier has no raion or oblast “Краматорскьий”."
    assert similar.hint.render(ENGLISH) == "Did you mean “Краматорський”?"
    assert unknown.hint.render(ENGLISH) == "Known: Донецька."


def test_the_codifier_may_be_a_csv_file():
    text = "1;2;3;4;5;category;name\n" + ";".join([RAION[:4] + "0" * 15, RAION, NORTH, CITY, "", "M", "Краматорськ"])

    coded, findings = read_katottg(InputFile("codifier.csv", text.encode("cp1251")))

    assert [place.name for place in coded] == ["Краматорськ"]
    assert findings == []


@pytest.mark.parametrize("content", [b"", b"a;b\n1;2\n", b"PK\x03\x04 cut off"])
def test_another_table_is_no_codifier(content):
    coded, findings = read_katottg(InputFile("other.csv", content))

    assert coded == ()
    assert {finding.code for finding in findings} <= {"not-katottg", "table-empty", "not-text"}
    assert findings


def locked() -> bytes:
    """Archive that needs a password."""
    content = bytearray(pack(LINES))
    for at in range(len(content) - 4):
        if content[at : at + 4] == b"PK\x01\x02":
            content[at + 8] |= 1
        if content[at : at + 4] == b"PK\x03\x04":
            content[at + 6] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a\tb\n",
        pack(LINES)[:-40],
        pack([], name="about.md"),
        locked(),
        b"\x00" * 100,
        "\t".join("x" * 19).encode(),
    ],
    ids=["empty", "table", "cut", "no text", "locked", "zeros", "words"],
)
def test_another_file_is_no_dump_of_geonames(content):
    points, findings = read_geonames(InputFile("UA.zip", content))

    assert points == ()
    assert [finding.code for finding in findings] == ["not-geonames"]
    assert findings[0].sentence.render(ENGLISH) == (
        "This is not a country dump of GeoNames: no line has 19 columns separated by tabs."
    )


def test_broken_lines_are_told_and_the_rest_is_read():
    lines = [
        LINES[0],
        "half a line",
        line(30, "Nove", "Нове", 95.0, 37.0),
        line(31, "Stare", "Старе", 48.0, 37.0, population="many"),
    ]

    points, (finding,) = read_geonames(InputFile("UA.txt", "\n".join(lines).encode()))

    assert [point.geoname_id for point in points] == [1]
    assert finding.sentence.render(ENGLISH) == (
        "Skipped: 3 lines that name no place of GeoNames, the first of them line 2."
    )


def test_a_zip_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(geonames_module, "MAX_UNPACKED_MB", 1)
    bomb = pack([LINES[0], "\t" * 3_000_000])
    assert len(bomb) < 10_000

    points, (finding,) = read_geonames(InputFile("UA.zip", bomb))

    assert points == ()
    assert finding.sentence.render(ENGLISH) == "Unpacked, the file is bigger than 1 MB, the largest size that is read."


def test_bytes_that_are_no_text_do_not_stop_the_reading():
    content = LINES[0].replace("Краматорск,", "\ud800").encode("utf-8", "surrogatepass")

    points, _ = read_geonames(InputFile("UA.txt", content))

    assert [point.geoname_id for point in points] == [1]


def test_names_of_geonames_that_are_not_utf_8_are_told_and_not_guessed():
    good, bad = line(1, "Nove", "Нове", 48.7, 37.5), line(2, "Haj", "Гай", 48.75, 37.52)

    places, findings = read_geonames(InputFile("UA.txt", good.encode() + b"\n" + bad.encode("cp1251") + b"\n"))

    assert [place.names for place in places] == [("Nove", "Нове"), ("Haj",)]
    assert [(finding.code, finding.values["line"]) for finding in findings] == [("geonames-damaged", 2)]
