"""On a computer for which numba has no wheel, as an Intel Mac, every step from the area to the papers works."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

PROGRAM = """
import sys

sys.modules.update(numba=None, llvmlite=None)
from bibliobus.cli.main import run

sys.exit(run(sys.argv[1:]))
"""


def run_without_numba(*words: object) -> subprocess.CompletedProcess[str]:
    """Run a command in a process that cannot import numba."""
    command = [sys.executable, "-c", PROGRAM, *(str(word) for word in words)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def read_plan(folder: Path) -> dict[str, Any]:
    """Plan as it was written."""
    return json.loads((folder / "plan.json").read_text(encoding="utf-8"))


def test_without_numba_ortools_plans_and_one_note_says_so(area, bibliobus, tmp_path):
    options = ("--seed", "3", "--iterations", "3", "--lang", "en")
    assert bibliobus("plan", area, "-o", tmp_path / "with", "--solver", "ortools", *options).code == 0

    ran = run_without_numba("plan", area, "-o", tmp_path / "without", *options)

    assert ran.returncode == 0, ran.stderr
    assert ran.stderr.count("“periodic” cannot be used on this computer; “ortools” plans instead") == 1
    assert read_plan(tmp_path / "without")["tours"] == read_plan(tmp_path / "with")["tours"]
    assert read_plan(tmp_path / "without")["provenance"]["solver"] == "ortools"


def test_without_numba_the_plan_is_verified_and_its_papers_are_written(made_once, tmp_path):
    verified = run_without_numba("verify", made_once, "--lang", "en")
    published = run_without_numba(
        "publish", made_once, "--audience", "driver", "-o", tmp_path / "papers", "--lang", "en"
    )

    assert verified.returncode == 0, verified.stderr
    assert published.returncode == 0, published.stderr
    assert (tmp_path / "papers" / "index.html").is_file()
