"""Encodings: recognised by what the text says in them, asked for where that is in doubt."""

from __future__ import annotations

import random

import pytest

from bibliobus.inputs.files import InputFile
from bibliobus.inputs.tables.text import decode_text, find_codec, find_readings, is_certain, name_codec
from bibliobus.words.language import Language

ENGLISH = Language("en")

UKRAINIAN = "Дружківка Біленьке Маяки Костянтинівка Райгородок Кам'янка Щастя Ґанна Шишаки Їжакове Єлизаветівка"
RUSSIAN = "Дружковка Беленькое Маяки Константиновка Новосёловка Щербиновка Счастье Эсхар Объездное"
FRENCH = "Saint-Étienne Orléans Besançon Nîmes Mâcon Évreux Crèvecœur Genève Sète"
GERMAN = "München Köln Nürnberg Göttingen Großbeeren Märkisch Überlingen"
SPANISH = "Ávila Málaga Logroño Peñíscola Úbeda León Écija Castellón"
POLISH = "Łódź Wrocław Gdańsk Częstochowa Świdnica Żyrardów Łomża Toruń"
CZECH = "Příbram Plzeň Děčín Třebíč Žďár Kroměříž Týniště Náchod"
HUNGARIAN = "Győr Székesfehérvár Gödöllő Hódmezővásárhely Dunaújváros Kőszeg"

CASES = [
    *((UKRAINIAN, codec) for codec in ("cp1251", "koi8_u", "cp1125", "mac_cyrillic", "utf-16-le", "utf-16-be")),
    (UKRAINIAN.replace("Ґ", "Г"), "iso8859_5"),
    *((RUSSIAN, codec) for codec in ("cp1251", "koi8_r", "cp866", "mac_cyrillic", "iso8859_5")),
    *((words, codec) for words in (FRENCH, GERMAN, SPANISH) for codec in ("cp1252", "mac_roman")),
    *((words, codec) for words in (POLISH, CZECH, HUNGARIAN) for codec in ("cp1250", "cp852")),
]


def write_table(words: str, seed: int = 0) -> str:
    """Table of settlements with these names in some order, the first as hromada of all."""
    names = words.split()
    random.Random(seed).shuffle(names)
    rows = [f"S{at};{name};{100 + at};{names[0]};50,0{at};30,1" for at, name in enumerate(names)]
    return "\n".join(["settlement_id;name_uk;population;hromada;lat;lon", *rows]) + "\n"


def decode(content: bytes, encoding: str = "") -> tuple[str | None, list[str]]:
    """Text and codes of a file."""
    text, findings = decode_text(InputFile("t.csv", content, encoding))
    return text, [finding.code for finding in findings]


@pytest.mark.parametrize(("words", "codec"), CASES)
@pytest.mark.parametrize("seed", range(3))
def test_an_encoding_is_recognised_by_the_words_of_the_text(words: str, codec: str, seed: int) -> None:
    table = write_table(words, seed)

    text, codes = decode(table.encode(codec))

    assert text == table
    assert codes == (["text-cp1251"] if codec == "cp1251" else ["text-encoding"])


@pytest.mark.parametrize(("words", "codec"), [case for case in CASES if not case[1].startswith("utf")])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_however_short_a_table_is_it_is_read_right_or_not_at_all(words: str, codec: str, count: int) -> None:
    for seed in range(8):
        table = "\n".join(write_table(words, seed).split("\n")[: count + 1])

        text, codes = decode(table.encode(codec))

        assert text == table or (text is None and codes == ["encoding-doubtful"]), (table, text)


@pytest.mark.parametrize(
    ("words", "codec"),
    [
        ("İstanbul Muğla", "cp1254"),  # as Icelandic in Windows-1252: Ýstanbul, Muðla
        ("Saint-Étienne Besançon Évreux Orléans Nîmes Alès Vénissieux Créteil Bézier Œuilly", "iso8859_15"),
        ("Diyarbakır", "cp850"),  # as Mac Cyrillic: Diyarbak’r
        ("Œuilly", "iso8859_15"),
        ("Ağrı Iğdır", "cp1254"),
    ],
)
def test_rare_encodings_are_not_taken_for_common_ones(words: str, codec: str) -> None:
    table = write_table(words)

    text, codes = decode(table.encode(codec))

    assert text == table if text else codes == ["encoding-doubtful"]


def test_letters_of_france_are_no_letters_of_ukraine() -> None:
    text, codes = decode("S01;Saint-Étienne\n".encode("cp1252"))

    assert text == "S01;Saint-Étienne\n"
    assert codes == ["text-encoding"]


def test_doubt_shows_how_the_same_cell_reads_and_what_to_do() -> None:
    text, (finding,) = decode_text(InputFile("t.csv", "id;name\nA;Genève\nB;Sète\n".encode("cp1252")))

    assert text is None
    assert finding.sentence.render(ENGLISH) == (
        "The file is not UTF-8, and its encoding is not certain. One word of it can be read as: "
        "Windows-1250: “Genčve”; Windows-1252: “Genève”; Mac Roman: “GenËve”."
    )
    assert "--encoding" in finding.hint.render(ENGLISH)
    assert "scenario.toml" in finding.hint.render(ENGLISH)


def test_a_name_ends_the_doubt() -> None:
    content = "A;Genève\n".encode("cp1252")

    assert decode(content, "cp1252") == ("A;Genève\n", [])
    assert decode(content, "cp1250") == ("A;Genčve\n", [])


def test_a_name_that_does_not_fit_is_an_error() -> None:
    assert decode(b"\x98\xe0\xe1", "cp1251") == (None, ["encoding-wrong"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_text_that_says_itself_what_it_is_needs_no_name(encoding: str) -> None:
    assert decode("A;Маяки\n".encode(encoding), "cp1252") == ("A;Маяки\n", [])


def test_ascii_and_marks_leave_no_doubt() -> None:
    assert decode(b"A;Mayaky\n", "") == ("A;Mayaky\n", [])
    assert decode("A;1\xa0044\nB;2\xa0000;6°\n".encode("cp1251"))[0] == "A;1\xa0044\nB;2\xa0000;6°\n"


def test_cyrillic_words_with_latin_letters_that_look_alike_are_still_cyrillic() -> None:
    table = "S1;Костянтинiвка\nS2;Дружкiвка\nS3;Cлов'янськ\n"

    assert decode(table.encode("cp1251")) == (table, ["text-cp1251"])


@pytest.mark.parametrize("at", [10, 25, 60])
def test_a_damaged_byte_in_utf_8_is_damage_and_no_other_encoding(at: int) -> None:
    content = write_table(UKRAINIAN + " " + POLISH).encode()

    assert decode(content[: 60 + at] + b"\xff" + content[61 + at :])[1] == ["text-damaged"]


def test_capitals_only_are_told_from_small_letters() -> None:
    table = write_table(UKRAINIAN.upper())

    assert decode(table.encode("cp1251"))[0] == table


def test_a_big_file_is_judged_by_a_part_of_it() -> None:
    readings = find_readings(b"Saint-\xc9tienne;12\nOrl\xe9ans;5\n" * 100_000)

    assert is_certain(readings)
    assert readings[0].codec == "cp1252"
    assert len(readings[0].text) <= 20_000


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("windows-1252", "cp1252"),
        ("Windows-1251", "cp1251"),
        ("KOI8-U", "koi8-u"),
        ("CP866 (DOS)", "cp866"),
        ("Mac Roman", "mac-roman"),
        ("utf-8", "utf-8"),
        ("nosuch", None),
        ("", None),
        ("rot13", None),
        ("utf-7", None),
        ("cp037", None),
    ],
)
def test_encodings_are_found_by_the_names_people_give(name: str, codec: str | None) -> None:
    assert find_codec(name) == codec


def test_every_name_that_a_finding_gives_is_found_again() -> None:
    for reading in find_readings(write_table(FRENCH).encode("cp1252")):
        assert name_codec(find_codec(reading.name) or "") == reading.name
