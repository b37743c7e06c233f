"""Every message has a Ukrainian translation that can be filled in like the English text."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest
from babel.messages import Message

pytestmark = pytest.mark.upkeep

ROOT = Path(__file__).parents[1]


SHEETS = ("By bus and day", "By settlement", "Without a bus", "Key figures", "Sources")


def load_tool() -> ModuleType:
    """Module of tools/catalogues.py, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / "tools" / "catalogues.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


catalogues = load_tool()


@pytest.fixture(scope="module")
def po() -> str:
    """Text of the Ukrainian catalogue."""
    return catalogues.find_catalogue(".po").read_text(encoding="utf-8")


def list_messages(po: str) -> list[Message]:
    """Messages of a catalogue without its header."""
    return [message for message in catalogues.read_catalogue(po) if message.id]


def as_tuple(words: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """One text or all forms of a plural."""
    return (words,) if isinstance(words, str) else tuple(words)


def find_places(text: str) -> set[str]:
    """Named places in braces."""
    # Values of a scenario in braces have a space in front.
    shown = re.sub(r"\{ [^}]*\}", "", text)
    return {name for _, name, _, _ in Formatter().parse(shown) if name is not None}


def allow_places(words: tuple[str, ...], form: int) -> list[set[str]]:
    """Places a form of a translation may have; that for one may leave the number out where the English does."""
    return [find_places(words[-1]), *([find_places(words[0])] if form == 0 else [])]


def test_the_catalogue_holds_exactly_the_messages_of_the_sources(po):
    messages = catalogues.extract_messages(ROOT)

    assert catalogues.find_differences(po, messages) == [], "run python tools/catalogues.py"


def test_every_message_is_translated(po):
    empty = [message.id for message in list_messages(po) if not all(as_tuple(message.string))]

    assert empty == []


def test_no_translation_is_a_guess(po):
    fuzzy = [message.id for message in list_messages(po) if message.fuzzy]

    assert fuzzy == []


def test_a_translation_has_the_places_of_its_message(po):
    different = [
        (message.id, translation)
        for message in list_messages(po)
        for form, translation in enumerate(as_tuple(message.string))
        if translation and find_places(translation) not in allow_places(as_tuple(message.id), form)
    ]

    assert different == []


def test_ukrainian_plurals_have_three_forms(po):
    forms = [len(as_tuple(message.string)) for message in list_messages(po) if isinstance(message.id, tuple | list)]

    assert "nplurals=3;" in po
    assert set(forms) <= {3}


def test_spreadsheet_programs_take_the_names_of_the_sheets(po):
    names = {message.id: message.string for message in list_messages(po) if message.id in SHEETS}

    assert sorted(names) == sorted(SHEETS)
    assert len({name.casefold() for name in names.values()}) == len(SHEETS)
    assert [name for name in names.values() if len(name) > 31 or set(name) & set("[]:*?/\\'")] == []


def test_the_compiled_catalogue_is_that_of_the_text(po):
    compiled = catalogues.find_catalogue(".mo").read_bytes()

    assert compiled == catalogues.compile_catalogue(po), "run python tools/catalogues.py"


def test_the_catalogue_names_no_day_and_no_machine(po):
    header = po.partition("\n\n")[0]

    assert "Date" not in header
    assert "Generated-By" not in header


def test_messages_are_found_in_python_and_templates(tmp_path):
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    assets = tmp_path / "bibliobus" / "output" / "pages" / "assets"
    assets.mkdir(parents=True)
    (assets / "page.jinja").write_text('{{ gettext("From a template") }}', encoding="utf-8")
    (tmp_path / "bibliobus" / "some.py").write_text(
        'N_("Marked")\nlanguage.gettext("Called")\nlanguage.ngettext("{count} stop", "{count} stops", n)\n'
        'NN_("{count} week", "{count} weeks")\n',
        encoding="utf-8",
    )

    messages = catalogues.extract_messages(tmp_path)

    assert messages == {
        ("{count} stop", "{count} stops"): ["bibliobus/some.py"],
        ("{count} week", "{count} weeks"): ["bibliobus/some.py"],
        "Called": ["bibliobus/some.py"],
        "From a template": ["bibliobus/output/pages/assets/page.jinja"],
        "Marked": ["bibliobus/some.py"],
    }


def test_an_update_keeps_translations_and_drops_what_is_not_used():
    old = 'msgid "Kept {name}"\nmsgstr "Лишається {name}"\n\nmsgid "Gone"\nmsgstr "Немає"\n'

    new = catalogues.update_catalogue(old, {"Kept {name}": ["a.py"], "New at 5 % once": ["b.py"]})

    assert 'msgid "Kept {name}"\nmsgstr "Лишається {name}"' in new
    assert 'msgid "New at 5 % once"\nmsgstr ""' in new
    assert "Gone" not in new
    assert "Немає" not in new
    assert "python-format" not in new
    assert catalogues.update_catalogue(new, {"Kept {name}": ["a.py"], "New at 5 % once": ["b.py"]}) == new


RULES = (
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "nplurals=3; plural=((n % 10 == 1 && n % 100 != 11) ? 0 : (n % 10 >= 2 && n % 10 <= 4) ? 1 : 2);",
    "nplurals=4; plural=(n==1 ? 3 : n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2);",
)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("above", ["", "# Translators of the library\n#, fuzzy\n"])
def test_a_header_in_another_spelling_stays_as_it_is(rule, above):
    header = f'{above}msgid ""\nmsgstr ""\n"Language: uk\\n"\n"Plural-Forms: "\n"{rule}\\n"\n"X-Generator: some\\n"\n'

    new = catalogues.update_catalogue(header, {("{count} stop", "{count} stops"): ["a.py"], "Bus": ["a.py"]})

    assert new.startswith(f"{header}\n")
    assert new.count("msgstr[") == int(rule[len("nplurals=")])
    assert catalogues.update_catalogue(new, {("{count} stop", "{count} stops"): ["a.py"], "Bus": ["a.py"]}) == new
    assert f"Language: uk\nPlural-Forms: {rule}\nX-Generator: some\n".encode() in catalogues.compile_catalogue(new)


def test_another_version_of_babel_changes_no_header(monkeypatch, po):
    monkeypatch.setattr("babel.messages.catalog.Catalog.plural_forms", "nplurals=3; plural=(n % 10 == 1 ? 0 : 2);")

    new = catalogues.update_catalogue(po, catalogues.extract_messages(ROOT))

    assert new.partition("\n\n")[0] == po.partition("\n\n")[0]
    assert catalogues.compile_catalogue(new) == catalogues.compile_catalogue(po)


def test_the_layout_of_a_catalogue_is_no_difference():
    messages = {("{count} stop", "{count} stops"): ["a.py"], "Leaves at {time} from the depot": ["a.py", "b.py"]}
    text = catalogues.update_catalogue("", messages)
    other = text.replace('msgid "Leaves at {time} from the depot"', 'msgid ""\n"Leaves at {time} "\n"from the depot"')

    assert other != text
    assert catalogues.find_differences(other.replace("#: a.py b.py", "#: a.py\n#: b.py"), messages) == []


@pytest.mark.parametrize(
    "messages",
    [
        {"Bus": ["a.py"], "Depot": ["a.py"], "New": ["a.py"]},
        {"Bus": ["a.py"]},
        {"Bus": ["a.py"], "Depot": ["b.py"]},
        {"Bus": ["a.py"], ("Depot", "Depots"): ["a.py"]},
    ],
    ids=["new", "gone", "elsewhere", "plural"],
)
def test_a_message_that_changed_is_a_difference(messages):
    text = catalogues.update_catalogue("", {"Bus": ["a.py"], "Depot": ["a.py"]})

    assert catalogues.find_differences(text, messages) == [next(iter({"New"} & messages.keys()), "Depot")]


def test_a_compiled_catalogue_speaks_ukrainian(tmp_path):
    import gettext

    text = catalogues.update_catalogue("", {("{count} stop", "{count} stops"): ["a.py"], "Bus": ["a.py"]})
    text = text.replace('msgid "Bus"\nmsgstr ""', 'msgid "Bus"\nmsgstr "Бібліобус"')
    for form, words in enumerate(("{count} зупинка", "{count} зупинки", "{count} зупинок")):
        text = text.replace(f'msgstr[{form}] ""', f'msgstr[{form}] "{words}"')
    file = tmp_path / "bibliobus.mo"

    file.write_bytes(catalogues.compile_catalogue(text))

    with file.open("rb") as stream:
        catalogue = gettext.GNUTranslations(stream)
    assert catalogue.gettext("Bus") == "Бібліобус"
    assert [catalogue.ngettext("{count} stop", "{count} stops", n) for n in (1, 3, 5, 21, 11)] == [
        "{count} зупинка",
        "{count} зупинки",
        "{count} зупинок",
        "{count} зупинка",
        "{count} зупинок",
    ]
