"""What setup.cfg, the files of versions and README say about the installation holds together."""

from __future__ import annotations

import importlib.util
import re
import sys
from importlib import resources
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.upkeep

ROOT = Path(__file__).parents[1]
SETUP_CFG = (ROOT / "setup.cfg").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = ("pip install . && bibliobus demo", "pip install '.[test]' && pytest")
PLATFORMS = [
    ("linux", "x86_64", True),
    ("linux", "aarch64", True),
    ("linux", "armv7l", False),
    ("linux", "i686", False),
    ("linux", "riscv64", False),
    ("linux", "ppc64le", False),
    ("linux", "", False),
    ("darwin", "arm64", True),
    ("darwin", "x86_64", False),
    ("win32", "AMD64", True),
    ("win32", "ARM64", False),
    ("win32", "x86", False),
]
"""Systems and processors, and whether numba has a wheel there."""


def load_tool() -> ModuleType:
    """Module of tools/lock.py, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("lock_of_install", ROOT / "tools" / "lock.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look for their module.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


lock = load_tool()
RUNTIME = lock.read_requirements(SETUP_CFG)
EVERYTHING = lock.read_requirements(SETUP_CFG, lock.EXTRAS)
CONSTRAINTS = lock.read_pins(lock.CONSTRAINTS.read_text(encoding="utf-8"))
TESTED = lock.read_pins((resources.files("bibliobus.tables") / "tested.txt").read_text(encoding="utf-8"))
ENVIRONMENTS = [
    pytest.param(platform.environment(python), id=f"{platform.sys_platform}-{platform.machine}-{python}")
    for platform in lock.PLATFORMS
    for python in lock.PYTHONS
]


def list_blocks(text: str) -> list[list[str]]:
    """Lines of the fenced blocks below the heading of the two commands."""
    section = text.partition("\n## Two commands\n")[2].partition("\n## ")[0]
    return [block.splitlines() for block in re.findall(r"^```\w*\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)]


@pytest.mark.parametrize(("system", "machine", "wheel"), PLATFORMS)
@pytest.mark.parametrize("python", lock.PYTHONS)
def test_numba_is_asked_for_exactly_where_it_has_a_wheel(system, machine, wheel, python):
    marker = next(need for need in RUNTIME if need.name == "numba").marker

    assert marker.evaluate(lock.Platform(system, machine).environment(python)) == wheel


def test_nothing_else_depends_on_the_platform():
    assert [need.name for need in RUNTIME if need.marker] == ["numba"]


def test_no_requirement_has_a_cap():
    caps = [str(need) for need in EVERYTHING for bound in need.specifier if bound.operator not in (">=", "!=")]

    assert caps == []


@pytest.mark.parametrize(
    ("needed", "pins"), [(EVERYTHING, CONSTRAINTS), (RUNTIME, TESTED)], ids=["constraints.txt", "tested.txt"]
)
def test_the_tested_versions_are_those_that_setup_cfg_allows(needed, pins):
    assert lock.find_gaps(needed, pins) == [], "run python tools/lock.py"


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_program_is_said_to_be_tested_with_what_the_tests_have_run_with(environment):
    everything, runtime = (lock.choose_pins(pins, environment) for pins in (CONSTRAINTS, TESTED))

    assert runtime.items() <= everything.items()
    assert {name: versions for name, versions in everything.items() if len(versions) != 1} == {}


def test_every_python_and_platform_has_the_same_versions_so_that_plans_have_the_same_bytes():
    versions = [(pin.name, str(pin.specifier)) for pin in TESTED]

    assert len({name for name, _ in versions}) == len(versions)


@pytest.mark.parametrize("file", [lock.CONSTRAINTS, lock.TESTED], ids=lambda file: file.name)
def test_a_file_of_versions_names_versions_and_no_place(file):
    text = file.read_text(encoding="utf-8")

    assert "://" not in text
    assert "--" not in text
    assert [str(pin) for pin in lock.read_pins(text) if [bound.operator for bound in pin.specifier] != ["=="]] == []


@pytest.mark.parametrize(
    ("needed", "pins", "faults"),
    [
        ("babel>=2.18", "babel==2.18.0", 0),
        ("Some_Name>=1", "some-name==1.0", 0),
        ("babel>=2.18", "babel==2.17.0", 20),
        ("babel>=2.18", "click==8.5.1", 20),
        ("babel>=2.18,!=2.19.0", "babel==2.19.0", 20),
        ("numpy>=2.4", "numpy==2.4.6 ; python_version < '3.12'\nnumpy==2.5.5 ; python_version >= '3.12'", 0),
        ("numpy>=2.4", "numpy==2.4.6 ; python_version < '3.13'\nnumpy==2.5.5 ; python_version >= '3.12'", 5),
        ("numpy>=2.4", "numpy==2.4.6 ; python_version < '3.14'", 5),
        ("numba>=1 ; sys_platform != 'darwin'", "numba==1.0 ; sys_platform == 'linux'", 4),
    ],
)
def test_a_version_that_is_missing_or_does_not_fit_is_found_wherever_it_is_needed(needed, pins, faults):
    assert len(lock.find_gaps([Requirement(needed)], lock.read_pins(pins))) == faults


def test_a_distribution_that_another_one_needs_must_be_there():
    resolved = lock.read_pins("babel==2.18.0\npytz==2026.1 ; sys_platform == 'win32'\n")

    assert lock.find_missing(resolved, lock.read_pins("# head\nbabel==2.18.0\nclick==8.5.1\n")) == ["pytz==2026.1"]
    assert lock.find_missing(resolved, lock.read_pins("babel==2.18.0\npytz==2026.1\n")) == []


def test_what_is_installed_beside_the_tested_versions_is_named_as_tested():
    from importlib.metadata import distribution

    waiting, seen = [canonicalize_name("bibliobus")], set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        needs = [Requirement(text) for text in distribution(name).requires or ()]
        wanted = {
            canonicalize_name(need.name) for need in needs if not need.marker or need.marker.evaluate({"extra": ""})
        }
        waiting += sorted(wanted - seen - set(waiting))

    assert sorted(seen - {canonicalize_name(pin.name) for pin in TESTED}) == ["bibliobus"]


def test_the_first_block_of_the_readme_is_the_two_commands():
    assert list_blocks(README)[0] == list(COMMANDS)


def test_the_second_block_says_the_same_without_what_windows_powershell_5_lacks():
    words = [word for command in COMMANDS for word in command.split(" && ")]

    assert list_blocks(README)[1] == words


def test_every_python_that_is_tested_is_named():
    named = re.findall(r"^ +Programming Language :: Python :: (3\.\d+)$", SETUP_CFG, re.MULTILINE)

    assert tuple(named) == lock.PYTHONS
    assert f"python_requires = >={lock.PYTHONS[0]}\n" in SETUP_CFG
    assert f"Python {lock.PYTHONS[0]} or newer" in README


DOCUMENTS = ("docs/uk/start.md", "docs/en/start.md")


def test_both_languages_tell_the_same_commands_and_platforms():
    ukrainian, english = ((ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS[:2])

    blocks = [re.findall(r"^```\n(.*?)^```$", text, re.DOTALL | re.MULTILINE) for text in (ukrainian, english)]
    rows = [[line.count("|") for line in text.splitlines() if line.startswith("|")] for text in (ukrainian, english)]
    assert blocks[0] == blocks[1] and len(blocks[0]) == 2
    assert rows[0] == rows[1]
    assert set(re.findall(r"`(?:pip|py|python3?|apt-get) [^`]+`", ukrainian)) == set(
        re.findall(r"`(?:pip|py|python3?|apt-get) [^`]+`", english)
    )


def load_same_bytes() -> ModuleType:
    """Module of tools/same_bytes.py, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("same_bytes", ROOT / "tools" / "same_bytes.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PLAN = '{{"tours": [{tours}], "provenance": {{"seed": {seed}, "libraries": {{"numpy": "{numpy}"}}, "cost": 1}}}}'


@pytest.mark.parametrize(
    ("changed", "other_file", "code"),
    [
        ({}, "", 0),
        ({"numpy": "2.5.5"}, "", 0),
        ({"seed": 8}, "", 1),
        ({"tours": 2}, "", 1),
        ({}, "timetable.csv", 1),
        ({}, "timetable.xlsx", 1),
        ({}, "map.html", 1),
    ],
)
def test_two_demos_have_the_same_bytes_but_for_the_versions_in_the_plan(
    tmp_path, monkeypatch, capsys, changed, other_file, code
):
    tool = load_same_bytes()
    values = {"tours": 1, "seed": 7, "numpy": "2.4.6"}
    for name, numbers in (("one", values), ("two", {**values, **changed})):
        (tmp_path / name).mkdir()
        for file in tool.FILES:
            (tmp_path / name / file).write_bytes(b"same!" if (name, file) == ("two", other_file) else b"same")
        (tmp_path / name / "plan.json").write_text(PLAN.format(**numbers), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["same_bytes.py", str(tmp_path / "one"), str(tmp_path / "two")])

    assert tool.main() == code
    told = capsys.readouterr().out
    assert ("made with numpy 2.4.6 and 2.5.5" in told) == ("numpy" in changed)
    assert ("map.html: byte 4: b'same' and b'same!'" in told) == (other_file == "map.html")


def test_a_plan_without_versions_is_compared_as_it_is():
    plan = b'{"provenance": {"seed": 7}, "note": "\\"libraries\\": {}"}'

    assert load_same_bytes().leave_out_libraries(plan) == plan
