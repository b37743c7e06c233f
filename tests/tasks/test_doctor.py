"""What the doctor finds, with one thing broken at a time."""

from __future__ import annotations

import sys
import types
import webbrowser
from importlib import metadata
from pathlib import Path

import pytest

from bibliobus.findings import Severity
from bibliobus.network.engine import engine
from bibliobus.solve import backends
from bibliobus.tasks import doctor, installed
from bibliobus.tasks.doctor import examine, find_browser, name_package
from bibliobus.tasks.installed import InstalledLibrary, State, attempt, find_causes, hide_folders, list_libraries
from bibliobus.words.language import Language

NUMPY = metadata.version("numpy")
WORKING = ("libraries", "solver", "fonts", "time_zones", "writable")


def codes(diagnosis, name=None):
    """Codes of the findings of one check, or of all."""
    checks = [check for check in diagnosis.checks if name in (None, check.name)]
    return [finding.code for check in checks for finding in check.findings]


def value(diagnosis, name):
    """Value of a check."""
    return next(check.value for check in diagnosis.checks if check.name == name)


@pytest.fixture
def lone(monkeypatch):
    """Examine with one small required library, so that only what a test breaks is loaded."""

    def run(required=("click>=8",), tested="", **broken):
        for name in ("_try_compiler", "_try_solver", "_try_font", "_try_time_zone", "_try_folder"):
            if name not in broken.get("real", ()):
                monkeypatch.setattr(doctor, name, lambda: None)
        return examine(required=required, tested=tested)

    return run


def test_this_installation_is_in_order():
    diagnosis = examine()

    assert [value(diagnosis, name) for name in WORKING] == [True] * len(WORKING)
    assert {finding.severity for finding in diagnosis.findings} <= {Severity.NOTE, Severity.WARNING}
    assert {library.name for library in diagnosis.libraries if library.direct} >= {"numpy", "ortools", "fpdf2"}


@pytest.mark.parametrize(
    ("tested", "state"),
    [
        (f"numpy=={NUMPY}", State.TESTED),
        (f"NumPy == {NUMPY}.0  # comment", State.TESTED),
        ("numpy==1.0", State.NEWER),
        ("numpy==99.0rc1", State.OLDER),
        ("scipy==1.0", State.UNKNOWN),
        ("numpy==no version", State.UNKNOWN),
        ('numpy==1.0 ; python_full_version < "3"\nnumpy==99 ; python_full_version >= "3"', State.OLDER),
        ('numpy==1.0 ; python_full_version < "3"', State.UNKNOWN),
        ("numpy==1.0 ; no marker", State.UNKNOWN),
    ],
)
def test_a_version_is_judged_against_the_tested_one(tested, state):
    library = next(one for one in list_libraries(["numpy>=2"], tested) if one.name == "numpy")

    assert (library.version, library.state) == (NUMPY, state)


def test_what_required_libraries_require_is_listed_after_them_and_extras_are_not():
    found = list_libraries(["pandas>=3", 'pytest>=9; extra == "test"'], "")

    assert [one.name for one in found if one.direct] == ["pandas"]
    assert "numpy" in [one.name for one in found if not one.direct]
    assert "pytest" not in [one.name for one in found]


def test_without_requirements_everything_tested_counts():
    assert [one.name for one in list_libraries([], "click==1\nno-such-thing==2\n") if one.direct] == [
        "click",
        "no-such-thing",
    ]


def test_without_the_library_that_reads_versions_nothing_is_guessed(monkeypatch):
    monkeypatch.setitem(sys.modules, "packaging", None)
    monkeypatch.setitem(sys.modules, "packaging.version", None)
    monkeypatch.setitem(sys.modules, "packaging.markers", None)
    monkeypatch.setitem(sys.modules, "packaging.specifiers", None)

    found = list_libraries(["numpy>=99", "click>=8; python_version > '3'"], "numpy==1.0")

    assert [(one.name, one.state, one.too_old) for one in found if one.direct] == [("numpy", State.UNKNOWN, False)]


def test_a_missing_library_is_named_with_what_to_install(lone):
    diagnosis = lone(["no-such-thing>=2"], "no-such-thing==2.5")

    (finding,) = (one for one in diagnosis.findings if one.code == "package-missing")
    assert value(diagnosis, "libraries") is False
    assert finding.hint.render(Language("en")) == (
        "Install it: pip install no-such-thing==2.5 (in the folder for Windows, unpack the archive anew instead)."
    )
    assert diagnosis.libraries[0].state is State.MISSING


@pytest.mark.parametrize("error", [ImportError("DLL load failed"), OSError("no file"), ValueError(), TypeError("x")])
def test_a_library_that_cannot_be_loaded_is_named_whatever_it_raises(lone, monkeypatch, error):
    def refuse(name):
        raise error

    monkeypatch.setattr(doctor, "import_module", refuse)

    diagnosis = lone()

    assert codes(diagnosis, "libraries") == ["package-broken"]
    assert type(error).__name__ in diagnosis.findings[0].sentence.render(Language("en"))


def test_a_version_below_the_one_needed_is_a_warning(lone):
    diagnosis = lone(["click>=99"], "")

    assert codes(diagnosis, "libraries") == ["package-unfit"]
    assert diagnosis.findings[0].severity is Severity.WARNING
    assert value(diagnosis, "libraries") is True
    assert name_package(diagnosis.libraries[0]) == '"click>=99"'


def test_untested_versions_are_one_note(lone):
    diagnosis = lone(["click", "numpy"], "click==1.0\nnumpy==99")

    (finding,) = diagnosis.checks[0].findings
    assert finding.code == "packages-untested"
    assert finding.sentence.render(Language("en")) == (
        "2 Python packages are installed in other versions than those tested."
    )
    assert "pip install click==1.0 numpy==99." in finding.hint.render(Language("en"))


def test_a_missing_compiler_is_a_warning_and_no_missing_library(lone, monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)

    diagnosis = lone(["numba>=0.1"], real=("_try_compiler",))

    assert codes(diagnosis, "compiled") == ["compiler-unusable"]
    assert codes(diagnosis, "libraries") == []
    assert value(diagnosis, "compiled") is False


def test_a_compiler_that_computes_wrongly_is_found(monkeypatch):
    monkeypatch.setattr(engine, "_add_up", lambda below: 11)

    assert attempt(engine.try_compiler) == "RuntimeError: 0 + 1 + 2 + 3 + 4 = 11"


def test_a_place_for_machine_code_that_takes_no_file_is_found(monkeypatch, tmp_path):
    from bibliobus.network.engine import kernels as hierarchy_kernels

    (tmp_path / "file").write_text("")
    kernel = types.SimpleNamespace(stats=types.SimpleNamespace(cache_path=str(tmp_path / "file")))
    monkeypatch.setattr(hierarchy_kernels, "grow_int32", kernel)

    assert (attempt(engine.try_compiler) or "").startswith("FileExistsError")


def test_a_solver_that_finds_nothing_is_broken(lone, monkeypatch):
    from ortools.sat.python import cp_model

    monkeypatch.setattr(cp_model.CpSolver, "solve", lambda self, model: cp_model.UNKNOWN)
    monkeypatch.setattr(cp_model.CpSolver, "status_name", lambda self: "UNKNOWN")

    assert attempt(backends.try_solver) == "RuntimeError: UNKNOWN"
    assert codes(lone(real=("_try_solver",)), "solver") == ["solver-broken"]


def test_a_font_that_is_damaged_is_found(lone, monkeypatch, tmp_path):
    from bibliobus.output.print import pdf

    (tmp_path / "fonts").mkdir()
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        (tmp_path / "fonts" / name).write_bytes(b"no font")
    monkeypatch.setattr(pdf.resources, "files", lambda package: tmp_path)

    assert codes(lone(real=("_try_font",)), "fonts") == ["font-broken"]


def test_a_font_without_a_ukrainian_letter_is_found(lone, monkeypatch):
    monkeypatch.setattr(doctor, "LETTERS", "їґ漢")

    diagnosis = lone(real=("_try_font",))

    assert codes(diagnosis, "fonts") == ["font-broken"]
    assert "漢" in diagnosis.findings[0].sentence.render(Language("en"))


def test_a_time_zone_that_is_not_there_is_found(lone, monkeypatch):
    monkeypatch.setattr(doctor, "ZONE", "Europe/Nowhere")

    assert codes(lone(real=("_try_time_zone",)), "time_zones") == ["time-zone-broken"]


def test_a_time_zone_with_other_clocks_is_found(lone, monkeypatch):
    monkeypatch.setattr(doctor, "ZONE", "UTC")

    assert codes(lone(real=("_try_time_zone",)), "time_zones") == ["time-zone-broken"]


def test_a_folder_that_is_gone_is_found(lone, monkeypatch, tmp_path):
    gone = tmp_path / "Олена"
    monkeypatch.setattr(Path, "cwd", lambda: gone)

    diagnosis = lone(real=("_try_folder",))

    assert codes(diagnosis, "writable") == ["folder-read-only"]
    assert "Олена" not in diagnosis.findings[0].sentence.render(Language("uk"))


@pytest.mark.parametrize("name", ["w3m", "lynx"])
def test_a_browser_of_text_is_none(lone, monkeypatch, name):
    monkeypatch.setattr(doctor.shutil, "which", lambda command: None)
    monkeypatch.setattr(doctor.sys, "platform", "linux")
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser([f"/usr/bin/{name}", "%s"]))

    assert codes(lone(), "browser") == ["browser-missing"]


def test_no_browser_at_all_is_a_note(lone, monkeypatch):
    def refuse():
        raise webbrowser.Error("none")

    monkeypatch.setattr(doctor.shutil, "which", lambda command: None)
    monkeypatch.setattr(doctor.sys, "platform", "linux")
    monkeypatch.setattr(webbrowser, "get", refuse)

    diagnosis = lone()

    assert value(diagnosis, "browser") is None
    assert diagnosis.findings[0].severity is Severity.NOTE


def test_a_browser_of_windows_is_found_by_its_folder(monkeypatch, tmp_path):
    file = tmp_path / "Олена" / "Microsoft" / "Edge" / "Application" / "msedge.exe"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"")
    monkeypatch.setattr(doctor.shutil, "which", lambda command: None)
    monkeypatch.setenv("ProgramFiles(x86)", str(tmp_path / "Олена"))

    assert find_browser() == "msedge"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cannot open /opt/x/lib/libfoo.so.1: no such file", "cannot open libfoo.so.1: no such file"),
        (r"DLL load failed: C:\Users\Olena\venv\numpy.pyd", "DLL load failed: numpy.pyd"),
        (r"'C:\\Users\\Olena\\x.dll'", "'x.dll'"),
        ("only https://example.org/a stays short", "only https:a stays short"),
        ("a/b and 1/2", "a/b and 1/2"),
    ],
)
def test_folders_are_hidden(text, shown):
    assert hide_folders(text) == shown


def test_the_own_home_is_hidden_with_its_blanks(monkeypatch, tmp_path):
    home = tmp_path / "Олена Петренко"
    monkeypatch.setattr(installed.Path, "home", lambda: home)

    assert hide_folders(f"no file {home}/venv/x y.so!") == "no file x y.so!"


def test_a_long_problem_is_one_short_line():
    def fail():
        raise ImportError("\n\nfirst " + "x" * 500 + "\nsecond")

    problem = attempt(fail) or ""
    assert problem.startswith("ImportError: first x")
    assert len(problem) == 200


def test_only_the_cause_is_named_where_others_stand_on_it(lone, monkeypatch):
    def refuse(name):
        if name in ("numpy", "pandas", "geopandas", "rich"):
            raise ImportError("no numpy")

    monkeypatch.setattr(doctor, "import_module", refuse)

    diagnosis = lone(["geopandas", "numpy", "pandas", "click", "rich"])

    assert [finding.values["name"] for finding in diagnosis.findings if finding.code == "package-broken"] == [
        "numpy",
        "rich",
    ]
    assert value(diagnosis, "libraries") is False


def test_libraries_that_require_each_other_are_both_named():
    ring = [
        InstalledLibrary(name, "1", None, State.UNKNOWN, True, "", requires)
        for name, requires in (("a", ("b",)), ("b", ("a",)), ("c", ("a",)))
    ]

    assert find_causes({"a", "b", "c"}, ring) == {"a", "b"}
    assert find_causes({"c"}, ring) == {"c"}
    assert find_causes({"c", "a"}, ring) == {"a"}
