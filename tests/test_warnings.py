"""A newcomer's test run fails by warnings at lines of ours, and by no warning of other people's packages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.upkeep

SETUP_CFG = Path(__file__).parents[1] / "setup.cfg"
MADE_UP = '''
import types
import warnings

import numpy as np


def make(name, source):
    """A module with this name that holds this source."""
    module = types.ModuleType(name)
    exec(compile(source, f"{name}.py", "exec"), vars(module))
    return module


SOURCE = """
import warnings

def warn(category, stacklevel=1):
    warnings.warn("said by a module", category, stacklevel=stacklevel)
"""
other = make("other_package.part", SOURCE)
alike = make("bibliobus_of_somebody", SOURCE)
ours = make("bibliobus.made.up", SOURCE + """
import numpy as np

def call(other, category):
    other.warn(category, stacklevel=2)

def divide():
    return np.float64(1) / np.float64(0)
""")
ourselves = make("bibliobus", SOURCE)

def test_others_announce():
    for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
        other.warn(category)

def test_others_announce_what_we_call():
    for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
        ours.call(other, category)

def test_others_announce_what_a_test_calls():
    other.warn(DeprecationWarning, stacklevel=2)

def test_others_warn():
    for category in (UserWarning, RuntimeWarning, ImportWarning, ResourceWarning, BytesWarning, UnicodeWarning):
        other.warn(category)

def test_others_leave_a_file_open(tmp_path):
    exec(f"open({str(tmp_path / 'a')!r}, 'w')", vars(other))

def test_a_package_with_a_name_like_ours_warns():
    alike.warn(UserWarning)

def test_bad_we_warn_the_user():
    ours.warn(UserWarning)

def test_bad_we_warn_of_resources():
    ours.warn(ResourceWarning)

def test_bad_the_package_itself_warns():
    ourselves.warn(RuntimeWarning)

def test_bad_we_divide_by_zero():
    ours.divide()

def test_bad_others_warn_of_our_call():
    ours.call(other, UserWarning)
'''


def run_made_up(folder: Path, *options: str) -> set[str]:
    """Names of the tests that pass under our settings."""
    (folder / "test_made_up.py").write_text(MADE_UP, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-c", SETUP_CFG, "--rootdir", folder, "-rA", "-q"]
    command += ["-p", "no:cacheprovider", *options, folder / "test_made_up.py"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    lines = ran.stdout.splitlines()
    told = [line.split()[1].partition("::")[2] for line in lines if line.startswith(("PASSED ", "FAILED "))]
    assert len(told) == MADE_UP.count("def test_"), ran.stdout + ran.stderr
    return {line.split()[1].partition("::")[2] for line in lines if line.startswith("PASSED ")}


@pytest.mark.parametrize("processes", ["-n0", "-n2"])
def test_only_warnings_at_lines_of_ours_fail_a_run(tmp_path, processes):
    passed = run_made_up(tmp_path, processes)

    names = {word.partition("(")[0] for word in MADE_UP.split() if word.startswith("test_")}
    assert passed == {name for name in names if not name.startswith("test_bad_")}


def test_under_the_tested_versions_every_warning_fails(tmp_path):
    passed = run_made_up(tmp_path, "-n0", "-W", "error")

    assert passed == set()
