"""``bibliobus doctor``: the page, its JSON and its exit codes; broken libraries never end it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from bibliobus.findings import FindingKind, Place, Severity
from bibliobus.tasks import doctor
from bibliobus.tasks.doctor import Check, Diagnosis
from bibliobus.tasks.installed import InstalledLibrary, State

CONTRACT = {"python", "libraries", "compiled", "fonts", "time_zones", "browser"}
BROKEN = FindingKind("made-up", Severity.ERROR, "It is broken.", "Mend it.")
ODD = FindingKind("made-up", Severity.WARNING, "It is odd.", "Look at it.")


def run_broken(folder: Path, *names: str, words: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run the doctor in a process where some modules cannot be loaded."""
    for name in names:
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text("raise ImportError('DLL load failed')\n", encoding="utf-8")
    paths = [str(folder), *filter(None, sys.path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "bibliobus", "doctor", "--lang", "en", *words]
    return subprocess.run(command, capture_output=True, check=False, env=environment, timeout=300, encoding="utf-8")


def give(monkeypatch, *kinds):
    """Let the examination find something."""
    checks = (Check("fonts", not kinds, tuple(kind.at(Place()) for kind in kinds)), Check("browser", None))
    libraries = (
        InstalledLibrary("one", "2.0", "1.0", State.NEWER, True, ""),
        InstalledLibrary("two", None, "1.0", State.MISSING, True, ""),
        InstalledLibrary("three", "1.0", "1.0", State.TESTED, False, ""),
        InstalledLibrary("four", "0.1", "1.0", State.OLDER, False, ""),
    )
    monkeypatch.setattr(doctor, "examine", lambda: Diagnosis("0.1.0", "3.11.2", "Linux", libraries, checks))


def test_this_installation_passes_with_one_document(bibliobus):
    ran = bibliobus("doctor", "--json")

    assert (ran.code, ran.err) == (0, "")
    assert ran.document.keys() >= CONTRACT
    assert {"name", "version", "tested", "state"} == ran.document["libraries"][0].keys()
    assert str(Path.home()) not in ran.out
    assert str(Path.cwd()) not in ran.out


def test_the_page_names_each_check_and_each_library_of_ours(bibliobus, monkeypatch):
    give(monkeypatch)

    ran = bibliobus("doctor", "--lang", "en")

    assert ran.code == 0
    assert ran.out == (
        "bibliobus 0.1.0, Python 3.11.2, Linux\n"
        "\n"
        "Font of the PDF documents   in order\n"
        "Browser for maps and pages  not found\n"
        "\n"
        "Package  Installed  Tested\n"
        "one      2.0        1.0     newer than tested\n"
        "two      –          1.0     not installed\n"
        "four     0.1        1.0     older than tested\n"
        "\n"
        "Everything that bibliobus needs works.\n"
        "Nothing here names a person or a folder, so add it to every bug report.\n"
    )


@pytest.mark.parametrize(("kind", "words", "code"), [(BROKEN, (), 5), (ODD, (), 0), (ODD, ("--strict",), 1)])
def test_only_what_is_needed_decides_the_exit_code(bibliobus, monkeypatch, kind, words, code):
    give(monkeypatch, kind)

    ran = bibliobus("doctor", "--lang", "en", *words)

    assert ran.code == code
    assert f"    {kind.severity}: {kind.sentence}\n      → {kind.hint} (made-up)\n" in ran.out
    assert bibliobus("doctor", "--json", *words).document["exit_code"] == code


def test_ukrainian_words(bibliobus, monkeypatch):
    give(monkeypatch, BROKEN)

    ran = bibliobus("doctor", "--lang", "uk")

    assert "Шрифт документів PDF        не гаразд" in ran.out
    assert "Не працює 1 річ, потрібна bibliobus." in ran.out


def test_broken_libraries_are_told_without_a_traceback(tmp_path):
    ran = run_broken(tmp_path, "rich", "babel", "numpy", "packaging", "pydantic")

    assert (ran.returncode, ran.stderr) == (5, "")
    for name in ("rich", "babel", "numpy", "pydantic"):
        version = metadata.version(name)
        told = f"The Python package {name} {version} is installed but cannot be loaded (ImportError: DLL load failed)."
        assert told in ran.stdout
    assert "Traceback" not in ran.stdout


def test_broken_libraries_are_told_in_json(tmp_path):
    ran = run_broken(tmp_path, "ortools", "fpdf", words=("--json",))

    document = json.loads(ran.stdout)
    assert ran.returncode == document["exit_code"] == 5
    assert (document["solver"], document["fonts"], document["time_zones"]) == (False, False, True)


@pytest.mark.parametrize(
    ("words", "start"), [((), "bibliobus cannot start: "), (("--lang", "uk"), "bibliobus не запускається: ")]
)
def test_even_without_the_library_of_the_command_line_there_is_no_traceback(tmp_path, words, start):
    ran = run_broken(tmp_path, "click", words=words)

    assert (ran.returncode, ran.stdout) == (5, "")
    assert len(ran.stderr.splitlines()) == 1
    assert ran.stderr.startswith(start)
