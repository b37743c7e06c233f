"""Tests about the state of the sources are told apart from tests of behaviour, and only developers run them."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

pytestmark = pytest.mark.upkeep

TESTS = Path(__file__).parent
UPKEEP = {
    "network/test_sample_roads.py": {"test_the_readme_of_the_sample_tells_the_kilometres_that_are_measured"},
    "words/test_alphabet.py": {
        "test_every_module_that_sorts_for_the_machine_is_there",
        "test_names_that_people_read_are_sorted_by_the_alphabet_everywhere",
    },
    "test_catalogues.py": {"*"},
    "test_contracts.py": {"*"},
    "test_docs.py": {"*"},
    "test_examples.py": {"*"},
    "test_full_stops.py": {"test_no_message_with_a_date_has_two_full_stops"},
    "test_glossary.py": {"*"},
    "test_guide.py": {
        "test_a_page_of_the_guide_is_short_and_plain",
        "test_every_page_with_python_is_run",
        "test_the_terminal_shows_the_guide_whole",
    },
    "test_install.py": {"*"},
    "test_messages.py": {"*"},
    "test_samples.py": {"*"},
    "test_upkeep.py": {"*"},
    "test_walks.py": {"*"},
    "test_warnings.py": {"*"},
    "test_worlds.py": {"*"},
}
"""Functions that carry the marker by file; a star stands for all."""

BEHAVIOUR = {
    "api/test_api.py": "runs the examples and the notebooks",
    "api/test_import.py": "reads the types of the package",
    "bench_quick/test_pvrp_bench.py": "runs a program of the sources",
    "bench_quick/test_roads_bench.py": "runs a program of the sources",
    "bench_quick/test_today_bench.py": "runs a program of the sources",
    "cli/test_check.py": "reads the hostile areas of another test",
    "cli/test_replan_stories.py": "reads the tours that its stories are about",
    "network/engine/test_hierarchy.py": "compiles a kernel twice",
    "output/test_table_schema.py": "reads the schema of the open table",
    "scenarios/test_real_services.py": "runs a program of the sources on real timetables",
    "solve/periodic/test_kernel.py": "reads what the compiled modules import",
    "tasks/test_edit.py": "plans a sample as a planner does",
    "test_offers.py": "reads the types of packages",
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


def test_the_marker_stands_where_this_list_says():
    marked = {name: found for name, source in read_tests().items() if (found := find_marked(source))}

    assert marked == UPKEEP


def test_a_file_that_reads_the_sources_is_in_one_of_the_lists():
    reading = {name for name, source in read_tests().items() if "__file__" in source}

    assert reading - UPKEEP.keys() - BEHAVIOUR.keys() == set()
    assert BEHAVIOUR.keys() - reading == set()


@dataclass(frozen=True)
class MadeUpItem:
    """A test as far as the choice needs it."""

    path: Path
    marker: str

    def get_closest_marker(self, name: str) -> str | None:
        """Marker of that name, if it carries it."""
        return self.marker if self.marker == name else None


def choose(conftest: ModuleType, markexpr: str, *arguments: str) -> set[str]:
    """Markers of the tests that run: two that are no upkeep, and two of upkeep in one file."""
    items = [MadeUpItem(TESTS / "words/test_units.py", ""), MadeUpItem(TESTS / "test_plan.py", "slow")]
    items += [MadeUpItem(TESTS / "test_guide.py", "upkeep")] * 2
    config = SimpleNamespace(
        option=SimpleNamespace(markexpr=markexpr),
        args=list(arguments),
        invocation_params=SimpleNamespace(dir=TESTS.parent),
        hook=SimpleNamespace(pytest_deselected=lambda items: None),
    )
    conftest.pytest_collection_modifyitems(config, items)
    return {item.marker for item in items}


@pytest.fixture(scope="module")
def conftest() -> ModuleType:
    """Module that makes the choice."""
    spec = importlib.util.spec_from_file_location("conftest_of_upkeep", TESTS / "conftest.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("markexpr", "chosen"), [("", {""}), ("not slow", {"", "slow"}), ("slow or browser", {"", "slow"})]
)
@pytest.mark.parametrize("argument", ["tests", "tests/", ".", "tests/words/test_units.py"])
def test_a_run_has_what_is_left_out_only_if_it_asks_for_it(conftest, markexpr, chosen, argument):
    assert choose(conftest, markexpr, argument) == chosen


@pytest.mark.parametrize("markexpr", ["upkeep or slow", "not slow and (upkeep or not browser)"])
def test_a_marker_expression_that_names_both_decides_alone(conftest, markexpr):
    assert choose(conftest, markexpr, "tests") == {"", "slow", "upkeep"}


def test_a_marker_expression_that_names_one_leaves_the_other_out(conftest):
    assert choose(conftest, "upkeep", "tests") == {"", "upkeep"}


@pytest.mark.parametrize(
    "argument", ["tests/test_guide.py", "./tests/test_guide.py::test_it", str(TESTS / "test_guide.py")]
)
def test_upkeep_runs_if_its_file_is_named(conftest, argument):
    assert choose(conftest, "", argument) == {"", "upkeep"}


@pytest.mark.parametrize(("options", "upkeep"), [((), True), (("-m", "not upkeep"), False)], ids=["named", "left out"])
def test_pytest_itself_makes_that_choice(options, upkeep):
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-n0", "-p", "no:cacheprovider", *options]
    ran = subprocess.run(
        [*command, TESTS / "test_guide.py"], cwd=TESTS.parent, capture_output=True, text=True, check=True
    )

    tests = {line.partition("::")[2].partition("[")[0] for line in ran.stdout.splitlines() if "::" in line}
    assert tests - UPKEEP["test_guide.py"] == {
        "test_the_commands_of_the_guide_work_in_their_order",
        "test_the_page_about_a_closed_road_shows_what_the_demo_says",
        "test_the_page_about_a_broken_bus_shows_what_the_program_says",
        "test_the_python_of_a_page_shows_what_stands_below_it",
    }
    assert tests & UPKEEP["test_guide.py"] == (UPKEEP["test_guide.py"] if upkeep else set())
