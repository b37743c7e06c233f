"""The documentation: the same in both languages, and every link, command and option in it is right."""

from __future__ import annotations

import importlib.util
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from pages import EVERYWHERE, PAGES, ROOT, list_blocks, list_commands, strip_blocks

from bibliobus.cli.groups import COMMANDS
from bibliobus.cli.main import FAILED_EXIT, INTERRUPTED_EXIT, USAGE_EXIT, build_program
from bibliobus.findings import BibliobusError
from bibliobus.words.language import LANGUAGES, Language

if TYPE_CHECKING:
    from types import ModuleType

pytestmark = pytest.mark.upkeep

README = EVERYWHERE["README.md"]
MOST_LINES = 150
DEVELOPERS = "developers/"
"""Pages for developers are in English; the Ukrainian one says so and sums up."""
SHARED = [name for name in PAGES["uk"] if not name.startswith(DEVELOPERS)]


def outline(text: str) -> dict[str, list[str]]:
    """What both languages of a page must share."""
    plain = strip_blocks(text)
    return {
        "headings": re.findall(r"^(#+) ", plain, re.MULTILINE),
        "tables": [str(line.count("|")) for line in plain.splitlines() if line.lstrip().startswith("|")],
        "lists": re.findall(r"^ *(-|\d+\.) ", plain, re.MULTILINE),
        "links": [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", plain)],
        "blocks": [
            f"{kind} {block if kind.startswith('{') else block.count(chr(10))}" for kind, block in list_blocks(text)
        ],
    }


def shape(line: str) -> list[str]:
    """Words of a command, without texts that are free."""
    words = shlex.split(line)
    free = ("--note", "--source")
    return ["…" if before in free else word for before, word in zip(["", *words], words, strict=False)]


def test_both_languages_have_the_same_pages():
    assert [name for name in PAGES["en"] if not name.startswith(DEVELOPERS)] == SHARED
    assert [name for name in PAGES["uk"] if name.startswith(DEVELOPERS)] == ["developers/index.md"]


@pytest.mark.parametrize("name", SHARED)
def test_a_page_has_the_same_parts_and_commands_in_both_languages(name):
    ukrainian, english = (PAGES[code][name] for code in ("uk", "en"))

    assert outline(ukrainian) == outline(english)
    assert [shape(line) for line in list_commands(ukrainian, "", "text")] == [
        shape(line) for line in list_commands(english, "", "text")
    ]


def test_the_readme_is_short():
    assert README.count("\n") <= MOST_LINES


def test_the_readme_names_every_command_and_nothing_else():
    assert re.findall(r"^\| `bibliobus ([a-z]+)` \|", README, re.MULTILINE) == list(COMMANDS)


def test_the_two_commands_of_the_set_up_stand_in_the_readme():
    assert "pip install . && bibliobus demo" in README
    assert "pip install '.[test]' && pytest" in README


def list_anchors(text: str) -> set[str]:
    """Names that the headings of a page have in links."""
    headings = re.findall(r"^#+ (.*)$", strip_blocks(text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("place", EVERYWHERE)
def test_what_a_page_links_is_there(place):
    links = re.findall(r"\]\(([^)]+)\)", strip_blocks(EVERYWHERE[place]))

    inside = [link.partition("#") for link in links if not re.match(r"https?:", link)]
    files = [((ROOT / place).parent / path if path else ROOT / place, anchor) for path, _, anchor in inside]
    assert [str(file) for file, _ in files if not file.exists()] == []
    assert [
        (file.name, anchor)
        for file, anchor in files
        if anchor and anchor not in list_anchors(file.read_text(encoding="utf-8"))
    ] == []


def find_command(words: list[str]) -> tuple[click.Command, list[str]]:
    """Command that a line calls, and the words behind it."""
    command: click.Command = build_program(Language("en"))
    context = click.Context(command, info_name="bibliobus")
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        assert found is not None, f"there is no command {words[0]}"
        command, words = found, words[1:]
    return command, words


def list_calls(text: str) -> list[str]:
    """Calls of the program in blocks and in running text."""
    inline = re.findall(r"`(bibliobus [^`]+)`", strip_blocks(text))
    return [*list_commands(text, "", "text", "sh"), *inline]


@pytest.mark.parametrize("place", EVERYWHERE)
def test_every_command_and_option_that_is_shown_is_one_of_the_program(place):
    for line in list_calls(EVERYWHERE[place]):
        command, words = find_command(shlex.split(line)[1:])
        known = {option for param in command.params for option in param.opts}
        assert {word for word in words if re.match(r"--?[a-z]", word)} <= known, line


def test_every_option_named_by_itself_is_one_of_the_program():
    known: set[str] = set()
    waiting: list[click.Command] = [build_program(Language("en"))]
    while waiting:
        command = waiting.pop()
        known |= {option for param in command.params for option in param.opts}
        if isinstance(command, click.Group):
            context = click.Context(command)
            waiting += [command.get_command(context, name) for name in command.list_commands(context)]
    pages = {place: text for place, text in EVERYWHERE.items() if place.startswith("docs/") and DEVELOPERS not in place}
    foreign = {"--constraint", "--no-index", "--find-links", "--platform", "--constraints"}

    named = {
        place: {option for code in re.findall(r"`([^`]+)`", text) for option in re.findall(r"(?<!\S)--[a-z-]+", code)}
        for place, text in {**pages, "README.md": README}.items()
    }
    assert {place: options - known - foreign for place, options in named.items() if options - known - foreign} == {}


@pytest.mark.parametrize("place", EVERYWHERE)
def test_every_command_that_is_shown_works_in_powershell_and_cmd_too(place):
    lines = list_commands(EVERYWHERE[place], "", "text")

    # Outside of double quotation marks a comma makes a list, and these marks mean something else or nothing.
    bare = [re.sub(r'"[^"$`]*"', "", line) for line in lines]
    assert [line for line in bare if re.search(r"&&|\|\||[,;'`$<>(){}@#^%]|\\$|^export ", line)] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_exit_code_is_named(code):
    codes = {error.exit_code for error in BibliobusError.__subclasses__()}
    codes |= {0, 1, USAGE_EXIT, FAILED_EXIT, INTERRUPTED_EXIT}

    named = {
        int(number) for number in re.findall(r"^\| (\d+) \|", PAGES[code]["reference/exit-codes.md"], re.MULTILINE)
    }

    assert named == codes


def test_places_for_developers_are_there():
    for name in ("where.md", "architecture.md", "libraries.md"):
        paths = re.findall(r"`((?:bibliobus|tests|tools|docs|data)/[\w./*]*)`", PAGES["en"][DEVELOPERS + name])
        assert [path for path in paths if not list(ROOT.glob(path.rstrip("/")))] == []


def load_tool(name: str) -> ModuleType:
    """Module of the folder ``tools``, which is no part of the package."""
    spec = importlib.util.spec_from_file_location(f"{name}_of_docs", ROOT / "tools" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pieces(tmp_path_factory) -> dict[str, dict[str, str]]:
    """What is made from the program, by language and name."""
    made = {}
    for code in LANGUAGES:
        folder = tmp_path_factory.mktemp(code)
        load_tool("reference").write_reference(folder, code)
        made[code] = {file.stem: file.read_text(encoding="utf-8") for file in (folder / "generated").glob("*.md")}
    return made


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_piece_of_the_reference_stands_on_a_page(code, pieces):
    included = {
        name
        for page in PAGES[code].values()
        for kind, _ in list_blocks(page)
        if kind == "{include}"
        for name in re.findall(r"```\{include\} (?:\.\./)*generated/([\w-]+)\.md", page)
    }

    # Folders of the package are for developers.
    assert included == pieces[code].keys() - ({"folders"} if code == "uk" else set())


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_reference_has_every_command_finding_key_and_column_in_the_language_of_the_reader(code, pieces):
    made = pieces[code]
    language = Language(code)

    assert re.findall(r"^### bibliobus (\w+)$", made["commands"], re.MULTILINE) == [
        name for name in COMMANDS if name not in ("changes", "roads", "settlements", "versions")
    ]
    assert "### bibliobus roads import\n" in made["commands"] and "`--within " in made["commands"]
    kinds = load_tool("reference").collect_kinds()
    assert re.findall(r"^## (.*)$", made["findings"], re.MULTILINE) == [kind.code for kind in kinds]
    assert language.gettext("Too many words: {words}.").partition("{")[0] not in made["findings"]
    assert language.gettext("The area has no settlements.") in made["findings"]
    assert all(f"`{key}`" in made["scenario-keys"] for key in ("first_day", "no_publish_areas", "tolerance_min"))
    assert all(f"`{column}`" in made["columns"] for column in ("settlement_id", "way_ids", "signatures", "mobile"))


def test_a_code_is_words_and_hyphens_and_means_one_thing():
    codes = [kind.code for kind in load_tool("reference").collect_kinds()]

    assert sorted(set(codes)) == codes
    assert [code for code in codes if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_files_of_an_area_explain_every_column_that_is_read_or_written(code, pieces):
    from bibliobus.output.exchange.texts import COLUMNS

    words = {
        word
        for name, text in PAGES[code].items()
        if name.startswith("files/")
        for word in re.findall(r"`([^`\n]+)`", text)
    }
    columns = re.findall(r"^\| `(\w+)` \|", pieces[code]["columns"], re.MULTILINE)

    assert len(columns) > 40
    # Rows of a timetable that is read may name the hromada.
    assert sorted({*columns, *COLUMNS} - words) == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_column_and_word_of_road_changes_is_named(code):
    from bibliobus.domain.roads import ChangeKind, Direction

    words = set(re.findall(r"`([^`\n]+)`", PAGES[code]["files/changes.md"]))
    assert [word for word in (*ChangeKind, *Direction) if word not in words] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_example_of_road_changes_is_read_without_a_finding(code):
    from bibliobus.inputs.changes import read_changes
    from bibliobus.inputs.files import InputFile

    example = next(block for _, block in list_blocks(PAGES[code]["files/changes.md"]) if block.startswith("id,kind,"))

    changes, findings = read_changes(InputFile("changes.csv", example.encode("utf-8")))

    assert changes is not None and [change.kind for change in changes] == ["closed", "weight limit", "danger area"]
    assert findings == []


@pytest.mark.parametrize(
    "words",
    [
        "дорога дороги дорогу дорогою доріг",
        "зупинка зупинки зупинку зупинок",
        "закрита закрито закрити закритою",
        "рада раді",
    ],
)
def test_the_search_knows_endings_of_ukrainian(words):
    cut_ending = load_tool("ukrainian").cut_ending

    roots = [cut_ending(word) for word in words.split()]
    # A vowel that changes inside a word makes another root: those are found by their own form only.
    assert len(set(roots)) <= 2 and roots[0] == roots[1]


def test_the_search_leaves_short_words_and_codes_as_they_are():
    cut_ending = load_tool("ukrainian").cut_ending

    assert [cut_ending(word) for word in ("для", "GTFS", "no_publish")] == ["для", "gtfs", "no_publish"]


def test_the_page_about_python_has_what_the_package_names(monkeypatch):
    import bibliobus

    monkeypatch.setattr(bibliobus, "__all__", ["__version__", "read_area", "Plan"], raising=False)
    monkeypatch.setattr(bibliobus, "read_area", lambda folder: folder, raising=False)
    monkeypatch.setattr(bibliobus, "Plan", Path, raising=False)

    directives = [block.splitlines() for kind, block in list_blocks(load_tool("reference").format_api())]

    assert directives == [
        [".. autofunction:: bibliobus.read_area"],
        [".. autoclass:: bibliobus.Plan", "   :members:"],
    ]
