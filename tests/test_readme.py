"""README names every command, option, exit code, finding and column."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import click
import pytest

import bibliobus
from bibliobus.cli.main import COMMANDS, FAILED_EXIT, INTERRUPTED_EXIT, USAGE_EXIT
from bibliobus.findings import BibliobusError, FindingKind
from bibliobus.words.language import Language

pytestmark = pytest.mark.upkeep

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
WORDS = set(re.findall(r"`([^`\n]+)`", README))


def import_all() -> list[object]:
    """Every module of the package."""
    found = pkgutil.walk_packages(bibliobus.__path__, "bibliobus.")
    return [importlib.import_module(module.name) for module in found]


def list_kinds() -> dict[str, list[FindingKind]]:
    """Every kind of finding by its code."""
    kinds: dict[str, list[FindingKind]] = {}
    for module in import_all():
        for value in vars(module).values():
            if isinstance(value, FindingKind) and value not in kinds.setdefault(value.code, []):
                kinds[value.code].append(value)
    return kinds


def test_every_command_is_named():
    assert [name for name in COMMANDS if f"`bibliobus {name}" not in README] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_named(name):
    command = importlib.import_module(f"bibliobus.cli.{name}").build_command(Language("en"))

    options = {opt for param in command.params if isinstance(param, click.Option) for opt in param.opts}

    assert [option for option in sorted(options - {"--help", "--output"}) if option not in README] == []


def test_every_exit_code_is_named():
    codes = {error.exit_code for error in BibliobusError.__subclasses__()}
    codes |= {0, 1, USAGE_EXIT, FAILED_EXIT, INTERRUPTED_EXIT}

    named = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}

    assert named == codes


def test_a_code_means_one_thing():
    assert [code for code, kinds in list_kinds().items() if len({kind.sentence for kind in kinds}) > 1] == [
        code for code in SHARED if code in list_kinds()
    ]


SHARED: tuple[str, ...] = ()
"""Codes that two checks share on purpose."""


def test_a_code_is_words_and_hyphens():
    assert [code for code in list_kinds() if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)] == []


def test_every_finding_is_named():
    assert sorted(code for code in list_kinds() if code not in WORDS) == []


def test_every_column_of_the_timetable_is_named():
    from bibliobus.output.exchange.timetable_csv import COLUMNS

    assert [column for column in COLUMNS if column not in WORDS] == []


def test_every_column_of_the_inputs_is_named():
    sample = Path(__file__).parents[1] / "data" / "settlements" / "kramatorsk"
    for name in ("settlements.csv", "libraries.csv", "roads.csv"):
        header = (sample / name).read_text(encoding="utf-8-sig").splitlines()[0]
        assert [column for column in header.split(",") if column not in WORDS] == []


def test_every_column_and_word_of_road_changes_is_named():
    from bibliobus.domain.changes import ChangeKind, Direction
    from bibliobus.inputs.changes import COLUMNS, SUFFIXES

    wanted = [*(column.name for column in COLUMNS), *ChangeKind, *Direction]
    assert [word for word in wanted if word not in WORDS] == []
    assert [suffix for suffix in SUFFIXES if suffix != ".json" and f"`changes{suffix}`" not in README] == []


def test_the_example_of_road_changes_is_read_without_a_finding():
    from bibliobus.inputs.changes import read_changes
    from bibliobus.inputs.files import InputFile

    example = next(text for text in README.split("```") if text.startswith("\nid,kind,")).lstrip()

    changes, findings = read_changes(InputFile("changes.csv", example.encode("utf-8")))

    assert changes is not None and [change.kind for change in changes] == ["closed", "weight limit", "danger area"]
    assert findings == []


@pytest.mark.parametrize("name", ["import", "info"])
def test_every_option_of_the_commands_about_roads_is_named(name):
    command = importlib.import_module(f"bibliobus.cli.roads_{name}").build_command(Language("en"))

    options = {opt for param in command.params if isinstance(param, click.Option) for opt in param.opts}

    assert [option for option in sorted(options - {"--help", "--output"}) if option not in README] == []


def test_the_two_commands_of_the_set_up_stand_in_the_readme():
    assert "pip install . && bibliobus demo" in README
    assert "pip install '.[test]' && pytest" in README
