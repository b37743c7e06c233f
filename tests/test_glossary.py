"""One word for one thing: messages, papers and documentation keep to the glossary, and Ukrainian is clean."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from bibliobus.inputs.scenario.problems import walk_keys
from bibliobus.inputs.scenario.shape import ScenarioShape

ROOT: Final = Path(__file__).parents[1]
GLOSSARY: Final = ROOT / "docs" / "en" / "developers" / "glossary.md"
CYRILLIC: Final = "А-Яа-яІіЇїЄєҐґ"
LETTER: Final = rf"[{CYRILLIC}’]"
PLACE: Final = re.compile(r"\{\w+\}")
CODE: Final = re.compile(
    r"```.*?```|`[^`]*`"  # what is typed
    r"|(?<=\])\([^)]*\)"  # targets of links
    r"|«bibliobus [^»]*»|pip install [^);»]*"  # commands
    r"|\b[a-z]+-?[0-9]+(?:-[a-z])?\b|\$?\b[A-Z]+_[A-Z_]+\b|\$[A-Z]+"  # encodings and variables
    r"|\[\{.*?\}\]"  # values of a scenario
    r"|\[\[?\w*\]\]?"  # tables of a scenario
    r"|--[a-z-]+|(?<!\S)-[a-z]\b"  # options
    r"|https?://\S*"
    r"|\b\w+=[\w;=*-]+|\b\w+ = \"[^\"]*\""  # values such as FREQ=WEEKLY
    r"|\b[a-z]+(?:[_.][a-z_]+)+\b"  # keys and files such as from_id and rules.grid_min
    r"|(?<!\w)\.(?:csv|xlsx|xls|html|geojson|gpkg|pdf|ics|osm|pbf|gz|bz2)\b(?:\.(?:pbf|gz|bz2))?",
    re.DOTALL,
)
"""What is typed or read by programs: no word of a language."""
NAMES_HEADING: Final = "## Latin words in Ukrainian messages"
UNITS: Final = "хв|год|км|грн|мм|см"
MESSAGES_WITH_MARKS: Final = {'Look for a lonely " in this row or the next, remove it, or write it twice.'}
"""Messages about the mark itself."""


@dataclass(frozen=True)
class Ban:
    """
    Words that must not be written for a thing.

    Parameters
    ----------
    word
        Word that is written instead.
    pattern
        What finds the banned ones; None if there are none.
    allowed
        Phrases in which they may stand.
    """

    word: str
    pattern: re.Pattern[str] | None
    allowed: tuple[str, ...]

    def find(self, text: str) -> list[str]:
        """Banned words in a text."""
        if self.pattern is None:
            return []
        for phrase in self.allowed:
            text = re.sub(re.escape(phrase), " ", text, flags=re.IGNORECASE)
        return self.pattern.findall(text)


def make_pattern(words: str) -> re.Pattern[str] | None:
    """Pattern of words with commas between them; a star stands for any letters, a space for any white space."""
    listed = [word.strip() for word in words.split(",") if word.strip()]
    alternatives = [re.escape(word).replace(r"\*", r"[\w’]*").replace(r"\ ", r"\s+") for word in listed]
    return re.compile(rf"(?<![\w’-])(?:{'|'.join(alternatives)})(?![\w’])", re.IGNORECASE) if listed else None


def read_glossary(language: str) -> list[Ban]:
    """Bans of the table of the glossary."""
    rows = [line for line in GLOSSARY.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]
    word, banned = (1, 2) if language == "en" else (3, 4)
    return [
        Ban(
            row[word],
            make_pattern(row[banned]),
            tuple(phrase.strip() for phrase in row[5].split(",") if phrase.strip()),
        )
        for row in cells
    ]


def read_names() -> set[str]:
    """Latin words that the glossary allows in Ukrainian messages."""
    text = GLOSSARY.read_text(encoding="utf-8")
    return set(text.partition(NAMES_HEADING)[2].split("```")[1].split())


BANS: Final = {language: read_glossary(language) for language in ("en", "uk")}


def as_tuple(words: object) -> tuple[str, ...]:
    """One text or all forms of a plural."""
    return (words,) if isinstance(words, str) else tuple(words)  # type: ignore[arg-type]


def read_messages() -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """English and Ukrainian of every message."""
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / "tools" / "catalogues.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    catalogue = module.read_catalogue(module.find_catalogue(".po").read_text(encoding="utf-8"))
    return [(as_tuple(message.id), as_tuple(message.string)) for message in catalogue if message.id]


MESSAGES: Final = read_messages()
KEY_WORDS: Final = frozenset(key.told.words for _, key in walk_keys(ScenarioShape))
"""Explanations of keys: they name values as TOML has them."""

UKRAINIAN: Final = [(source[0], text) for source, texts in MESSAGES for text in texts]


def is_ukrainian(text: str) -> bool:
    """Whether a paragraph or a comment is Ukrainian."""
    return len(re.findall(f"[{CYRILLIC}]", text)) > len(re.findall("[A-Za-z]", CODE.sub("", text)))


def read_documents() -> dict[str, dict[str, str]]:
    """Texts of documents by language and place: guides, README, sample areas, norms, templates."""
    found: dict[str, dict[str, str]] = {"en": {}, "uk": {}}

    def add(language: str, place: str, text: str) -> None:
        found[language][place] = text

    for language in ("uk", "en"):
        for file in sorted((ROOT / "docs" / language).rglob("*.md")):
            # What is made from the program has been looked at as its messages.
            if file != GLOSSARY and file.parent.name != "generated":
                add(language, str(file.relative_to(ROOT)), file.read_text(encoding="utf-8"))
    for file in [ROOT / "README.md", *sorted((ROOT / "data" / "settlements").glob("*/*.md"))]:
        place = str(file.relative_to(ROOT))
        paragraphs = file.read_text(encoding="utf-8").split("\n\n")
        add("uk", place, "\n\n".join(filter(is_ukrainian, paragraphs)))
    for file in sorted((ROOT / "data" / "settlements").glob("*/scenario.toml")):
        text = file.read_text(encoding="utf-8")
        place = str(file.relative_to(ROOT))
        comments = [line for line in text.splitlines() if line.startswith("# ")]
        add("uk", place, "\n".join([*filter(is_ukrainian, comments), str(tomllib.loads(text)["notice_uk"])]))
        add("en", place, "\n".join(line for line in comments if not is_ukrainian(line)))
    for file in sorted((ROOT / "bibliobus" / "tables" / "norms").glob("*.toml")):
        norm = tomllib.loads(file.read_text(encoding="utf-8"))
        tables = [norm, *norm["rules"]]
        for language in found:
            texts = [str(value) for one in tables for key, value in one.items() if key.endswith(f"_{language}")]
            add(language, str(file.relative_to(ROOT)), "\n".join(texts))
    return found


DOCUMENTS: Final = read_documents()
TEXTS: Final = {
    "en": [*((source, source) for sources, _ in MESSAGES for source in sources), *DOCUMENTS["en"].items()],
    "uk": [*UKRAINIAN, *DOCUMENTS["uk"].items()],
}
UKRAINIAN_TEXTS: Final = TEXTS["uk"]

pytestmark = pytest.mark.upkeep


@pytest.mark.parametrize("language", ["en", "uk"])
def test_no_text_uses_a_word_that_the_glossary_replaces(language):
    wrong = [
        f"{place}: “{word}”, write “{ban.word}”"
        for place, text in TEXTS[language]
        for ban in BANS[language]
        for word in ban.find(CODE.sub(" ", text) if language == "uk" else text)
    ]

    assert not wrong, "\n".join(wrong)


def test_the_table_of_the_glossary_is_read():
    words = {ban.word for ban in BANS["uk"]}

    assert {"план", "графік", "мапа", "відвідування", "користувач", "мешканець"} <= words
    assert sum(ban.pattern is not None for ban in BANS["uk"]) > 20
    assert sum(ban.pattern is not None for ban in BANS["en"]) > 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Карту записано.", ["Карту"]),
        ("Картку записано, картографи раді.", []),
        ("Бібліобус приїжджає на візит.", ["візит", "приїжджає"]),
        ("Новий план-графік для читачів", ["план-графік", "читачів"]),
        ("обслуговування жителів віддалених населених пунктів", []),
        ("кількість жителів", ["жителів"]),
        ("листи водія", ["листи водія"]),
        ("Сума: 100 UAH", ["UAH"]),
    ],
)
def test_a_banned_word_is_found_with_every_ending_and_quotations_are_not(text, words):
    assert sorted(word for ban in BANS["uk"] for word in ban.find(text)) == sorted(words)


@pytest.mark.parametrize(
    ("text", "words"), [("“x” is no number", ["is no"]), ("There is no bus, and it is no longer sought.", [])]
)
def test_english_of_another_language_is_found(text, words):
    assert [word for ban in BANS["en"] for word in ban.find(text)] == words


def test_no_ukrainian_word_mixes_alphabets():
    mixed = rf"\b(?=\w*[{CYRILLIC}])(?=\w*[A-Za-z])\w+"

    assert [
        (place, found) for place, text in UKRAINIAN_TEXTS if (found := re.findall(mixed, PLACE.sub(" ", text)))
    ] == []


def test_latin_words_of_ukrainian_messages_are_names():
    found = {
        word
        for place, text in UKRAINIAN
        if place not in KEY_WORDS
        for word in re.findall(r"[A-Za-z][A-Za-z0-9_]*", PLACE.sub(" ", CODE.sub(" ", text)))
    }

    assert sorted(found - read_names()) == []


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(r"(?<!\.)\.\.(?!\.)", id="two dots"),
        pytest.param(r"[^\s|] {2,}\S", id="two spaces"),
        pytest.param(rf"(?<={LETTER}) [,;:!?](?!\w)|(?<={LETTER}) \.(?![a-z])", id="a space before a mark"),
        pytest.param(r"[«„] | »", id="a space inside quotation marks"),
        pytest.param(rf"[{CYRILLIC}][\"'ʼ`´]|[\"'ʼ`´][{CYRILLIC}]", id="straight quotation marks"),
        pytest.param(rf"“(?=[{CYRILLIC}{{])|(?<=[{CYRILLIC}}}])”|„", id="English quotation marks"),
        pytest.param(rf"(?<=[{CYRILLIC}»)]) [-–] (?=[{CYRILLIC}«])", id="a hyphen for a dash"),
        pytest.param(rf"(?<={LETTER})—|—(?={LETTER})", id="a dash without spaces"),
        pytest.param(rf"\d(?: |\N{{NO-BREAK SPACE}})?(?:{UNITS})\.(?= [а-яіїєґ])", id="a dot behind a unit"),
    ],
)
def test_ukrainian_is_set_as_ukrainian(fault):
    texts = [(place, CODE.sub("X", text)) for place, text in UKRAINIAN_TEXTS if place not in MESSAGES_WITH_MARKS]

    wrong = [f"{place}: {found}" for place, text in texts if (found := re.findall(fault, text))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(r"(?<!\.)\.\.(?![./])", id="two dots"),
        pytest.param(r"[a-z.,] [,;:!?](?!\w)|[a-z] \.(?![a-z])", id="a space before a mark"),
        pytest.param(r"(?<=[a-z ])\"(?=[a-z])|[«»„]", id="quotation marks of another kind"),
    ],
)
def test_english_is_set_as_english(fault):
    # Scenarios name their values as TOML has them, in straight quotation marks.
    toml = {place for place, _ in TEXTS["en"] if place.endswith(".toml")} | KEY_WORDS
    texts = [(place, CODE.sub("X", text)) for place, text in TEXTS["en"] if place not in toml]

    wrong = [
        f"{place}: {found}"
        for place, text in texts
        if place not in MESSAGES_WITH_MARKS and (found := re.findall(fault, text))
    ]
    assert not wrong, "\n".join(wrong)


def test_the_faults_of_a_plural_are_seen():
    assert find_plural_faults(("{count} тижні", "{count} тижні", "{count} тижнів")) == ["one like few"]
    assert find_plural_faults(("{count} тиждень", "{count} тижнів", "{count} тижнів")) == ["few like many"]
    assert find_plural_faults(("{count} відвідування", "{count} відвідування", "{count} відвідувань")) == []
    assert find_plural_faults(("і ще {count}",) * 3) == []


def test_every_plural_has_three_forms_that_differ():
    faults = {source: find_plural_faults(texts) for source, texts in MESSAGES if len(source) > 1}

    assert {source: found for source, found in faults.items() if found} == {}


def find_plural_faults(texts: tuple[str, ...]) -> list[str]:
    """What is wrong with the three forms for one, few and many; nouns in -ння are alike for one and few."""
    if len(texts) != 3:
        return [f"{len(texts)} forms"]
    one, few, many = texts
    if one == few == many and not re.search(rf"\}} {LETTER}", one):
        return []
    faults = ["few like many"] if few == many else []
    return faults if one != few or re.search(r"\b\w+(?:ння|ття)\b", one) else [*faults, "one like few"]
