"""Tests about the state of the sources are told apart from tests of behaviour, and only developers run them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.upkeep

TESTS = Path(__file__).parent
UPKEEP = {
    "network/test_sample_roads.py": {"test_the_readme_of_the_sample_tells_the_kilometres_that_are_measured"},
    "test_catalogues.py": {"*"},
    "test_contracts.py": {"*"},
    "test_guide.py": {
        "test_both_guides_have_the_same_commands",
        "test_every_command_that_the_guide_mentions_is_one",
        "test_files_that_the_guide_links_are_there",
    },
    "test_messages.py": {"*"},
    "test_readme.py": {"*"},
    "test_samples.py": {"*"},
    "test_upkeep.py": {"*"},
}
"""Functions that carry the marker by file; a star stands for all."""

BEHAVIOUR = {
    "bench_quick/test_pvrp_bench.py": "runs a program of the sources",
    "bench_quick/test_roads_bench.py": "runs a program of the sources",
    "bench_quick/test_today_bench.py": "runs a program of the sources",
    "cli/test_check.py": "reads the hostile areas of another test",
    "inputs/test_scenario_text.py": "reads a sample as a planner does",
    "network/test_hierarchy.py": "compiles a kernel twice",
    "reports/test_table_schema.py": "reads the schema of the open table",
    "scenarios/test_real_services.py": "runs a program of the sources on real timetables",
    "solve/test_periodic_kernel.py": "compiles a kernel twice",
    "workflows/test_by_hand.py": "plans a sample as a planner does",
}
"""Files that reach for files of the sources and are no upkeep all the same, with the reason."""


def is_marker(node: ast.expr) -> bool:
    """Whether an expression is the marker."""
    return ast.unparse(node) == "pytest.mark.upkeep"


def find_marked(source: str) -> set[str]:
    """Functions that carry the marker; a star if the whole module does."""
    body = ast.parse(source).body
    whole = any(
        isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark" and is_marker(node.value)
        for node in body
    )
    marked = {
        node.name
        for node in body
        if isinstance(node, ast.FunctionDef) and any(is_marker(decorator) for decorator in node.decorator_list)
    }
    return {"*"} if whole else marked


def read_tests() -> dict[str, str]:
    """Text of every file of tests by its path."""
    return {
        file.relative_to(TESTS).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted(TESTS.rglob("test_*.py"))
    }


def run_pytest(*arguments: str) -> str:
    """What pytest collects, a line for each test or with a count at the end."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-n0", *arguments]
    ran = subprocess.run(command, cwd=TESTS.parent, capture_output=True, text=True, check=False)
    return ran.stdout


def test_the_marker_stands_where_this_list_says():
    marked = {name: found for name, source in read_tests().items() if (found := find_marked(source))}

    assert marked == UPKEEP


def test_a_file_that_reads_the_sources_is_in_one_of_the_lists():
    reading = {name for name, source in read_tests().items() if "__file__" in source}

    assert reading - UPKEEP.keys() - BEHAVIOUR.keys() == set()
    assert BEHAVIOUR.keys() - reading == set()


ROADS = "network/test_sample_roads.py"
KILOMETRES = "test_the_readme_of_the_sample_tells_the_kilometres_that_are_measured"


@pytest.mark.parametrize(
    ("arguments", "upkeep", "behaviour"),
    [
        (["network", "-k", "sample"], False, True),
        (["network", "-k", "sample", "-m", "not slow"], False, True),
        (["network", "-k", "sample", "-m", "upkeep"], True, False),
        ([ROADS], True, True),
        ([ROADS, "-m", "not upkeep"], False, True),
        ([f"{ROADS}::{KILOMETRES}"], True, False),
    ],
    ids=["folder", "other -m", "-m upkeep", "file", "file and -m", "test"],
)
def test_upkeep_runs_only_where_it_is_asked_for(arguments, upkeep, behaviour):
    arguments = [str(TESTS / arguments[0]), *arguments[1:]]

    tests = [line.partition("::")[2] for line in run_pytest(*arguments).splitlines() if "::" in line]

    assert (KILOMETRES in tests) == upkeep
    assert bool(set(tests) - {KILOMETRES}) == behaviour
