"""Examples in the reference of findings are what the program really says."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from finding_examples import read_table

from bibliobus.words.language import LANGUAGES

pytestmark = pytest.mark.upkeep

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def reference():
    """The tool that makes the reference."""
    spec = importlib.util.spec_from_file_location("reference_of_examples", ROOT / "tools" / "reference.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_every_example_is_made_by_the_test_that_it_names():
    command = [sys.executable, "tests/finding_examples.py", "--again"]

    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stderr + ran.stdout[-2000:]


def test_most_findings_with_values_have_an_example_and_nothing_else_has_one(reference):
    told = {kind.code for kind in reference.collect_kinds() if "{" in kind.sentence + kind.hint}
    shown = set(read_table())

    assert shown <= told
    assert len(shown) >= 0.8 * len(told), sorted(told - shown)


@pytest.mark.parametrize("code", LANGUAGES)
def test_an_example_stands_below_its_finding_with_its_place(reference, code):
    text = reference.format_findings(reference.Language(code))

    section = text.partition("## not-a-number\n")[2].partition("\n## ")[0]
    row = read_table()["not-a-number"]
    assert f"\n> `{row['place']}`: {row[code]}\n" in section
    assert "\n>" not in text.partition("## no-settlements\n")[2].partition("\n## ")[0]
