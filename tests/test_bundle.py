"""The folder for Windows, built from made-up wheels and a stand-in for its Python."""

from __future__ import annotations

import re
import struct
from zipfile import ZipFile

import pytest
from wheels import RUNTIME, load_tool, make_house, make_runtime, make_wheel

wheelhouse = load_tool("wheelhouse")
bundle = load_tool("bundle")


@pytest.fixture
def house(tmp_path):
    """Complete folder of wheels."""
    return make_house(tmp_path / "house")


def build(tmp_path, house, *, digest="", runtime=RUNTIME, name="out.zip"):
    """Run the command line."""
    file, right = make_runtime(tmp_path / "python", runtime)
    words = ["--python", str(file), "--sha256", digest or right, "-o", str(tmp_path / name), "--wheelhouse", str(house)]
    return bundle.main([*words, "--docs", str(make_docs(tmp_path / "docs"))])


def make_docs(folder):
    """Documentation of two pages a language."""
    for name in ("uk/index.html", "uk/reference/findings.html", "en/index.html", "en/reference/findings.html"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"<title>{name}</title>", encoding="utf-8")
    return folder


def read(tmp_path, name="out.zip"):
    """Content of the archive by path inside its folder."""
    with ZipFile(tmp_path / name) as archive:
        return {path.removeprefix("bibliobus/"): archive.read(path) for path in archive.namelist()}


def test_the_folder_holds_python_modules_starters_documentation_and_the_sample(tmp_path, house, capsys):
    assert build(tmp_path, house) == 0

    files = read(tmp_path)
    assert {f"runtime/{name}" for name in RUNTIME} <= files.keys()
    assert {"site-packages/one/core.pyd", "site-packages/two/__init__.py"} <= files.keys()
    assert {"Відкрити bibliobus.cmd", "Start.cmd", "bin/bibliobus.cmd", "start.py"} <= files.keys()
    assert {"ЧИТАЙ-МЕНЕ.txt", "README.txt", "docs/uk/index.html", "docs/en/index.html"} <= files.keys()
    assert {"приклад/scenario.toml", "приклад/settlements.csv", "приклад/LICENSE-DATA.md"} <= files.keys()
    assert "files, " in capsys.readouterr().out


def test_python_finds_its_modules_beside_it_and_nowhere_else(tmp_path, house):
    build(tmp_path, house)

    assert read(tmp_path)["runtime/python312._pth"] == b"python312.zip\r\n.\r\n..\\site-packages\r\n"


def test_the_same_inputs_give_the_same_bytes(tmp_path, house):
    build(tmp_path, house, name="one.zip")
    build(tmp_path, house, name="two.zip")

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with ZipFile(tmp_path / "one.zip") as archive:
        paths = archive.namelist()
        assert paths == sorted(paths)
        assert {info.date_time for info in archive.infolist()} == {(2026, 1, 1, 0, 0, 0)}


def test_a_wrong_digest_builds_nothing(tmp_path, house, capsys):
    assert build(tmp_path, house, digest="ab" * 32) == 1

    assert "was expected; nothing was built" in capsys.readouterr().err
    assert not (tmp_path / "out.zip").exists()


def test_a_digest_may_have_large_letters(tmp_path, house):
    _, digest = make_runtime(tmp_path / "python")

    assert build(tmp_path, house, digest=digest.upper()) == 0


@pytest.mark.parametrize("lacking", ["python.exe", "pythonw.exe", "python312.zip", "python312._pth"])
def test_another_archive_than_the_embeddable_python_is_refused(tmp_path, house, lacking, capsys):
    assert build(tmp_path, house, runtime=[name for name in RUNTIME if name != lacking]) == 1

    assert "is no embeddable Python for Windows: it has no " in capsys.readouterr().err


def test_a_file_that_is_no_archive_is_refused(tmp_path, house, capsys):
    file = tmp_path / "python.zip"
    file.write_bytes(b"no archive")
    digest = "4e1cc1dfaee3cd6d3c9bdc1e3d1c6bbd"
    words = ["--python", str(file), "-o", str(tmp_path / "out.zip"), "--wheelhouse", str(house)]
    words += ["--docs", str(make_docs(tmp_path / "docs")), "--sha256"]

    assert bundle.main([*words, digest]) == 1
    assert bundle.main([*words, bundle.hashlib.sha256(b"no archive").hexdigest()]) == 1
    assert "python.zip is no archive" in capsys.readouterr().err


@pytest.mark.parametrize("path", ["../evil.py", "/evil.py", "C:/evil.py", "a/..\\evil.py"])
def test_paths_that_leave_the_folder_are_refused(tmp_path, house, path, capsys):
    make_wheel(house, "three", files={path: b"evil"})

    assert build(tmp_path, house) == 1
    assert f"three-1.0-py3-none-any.whl holds an unsafe path: {path}" in capsys.readouterr().err
    assert build(tmp_path, house, runtime=[*RUNTIME, path]) == 1
    assert f"python-embed.zip holds an unsafe path: {path}" in capsys.readouterr().err


def test_missing_wheels_are_all_named(tmp_path, house, capsys):
    for name in ("two", "one"):
        next(house.glob(f"{name}-*.whl")).unlink()
    make_wheel(house, "bibliobus", requires=["one", "two"])

    assert build(tmp_path, house) == 1
    assert capsys.readouterr().err.splitlines() == [
        "no wheel for one (required by bibliobus)",
        "no wheel for two (required by bibliobus)",
    ]
    assert not (tmp_path / "out.zip").exists()


def test_every_library_has_its_licence(tmp_path, house):
    build(tmp_path, house)

    files = read(tmp_path)
    assert files["LICENSES/one-1.0/LICENSE"] == b"licence of one"
    assert b"MIT" in files["LICENSES/three-1.0/LICENSE.txt"]
    assert "LICENSES/python-3.12/LICENSE.txt" in files


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("one/core.pyd", "one/core.pyd"),
        ("one/testing/tools.py", "one/testing/tools.py"),
        ("jinja2/tests.py", "jinja2/tests.py"),
        ("one/tests/test_core.py", None),
        ("one/inner/test/data.npz", None),
        ("one/core.c", None),
        ("babel/locale-data/uk_UA.dat", "babel/locale-data/uk_UA.dat"),
        ("babel/locale-data/en.dat", "babel/locale-data/en.dat"),
        ("babel/locale-data/root.dat", "babel/locale-data/root.dat"),
        ("babel/locale-data/fr.dat", None),
        ("babel/locale-data/ksh_DE.dat", None),
        ("one-1.0.dist-info/METADATA", "one-1.0.dist-info/METADATA"),
        ("one-1.0.dist-info/RECORD", None),
        ("one-1.0.data/platlib/one.pyd", "one.pyd"),
        ("one-1.0.data/purelib/one.py", "one.py"),
        ("one-1.0.data/scripts/one", None),
        ("one-1.0.data/data/share/man/one.1", None),
    ],
)
def test_what_nobody_needs_is_left_out(name, path):
    assert bundle.place_file(name) == path


def test_two_files_of_one_path_are_refused_as_windows_sees_them(tmp_path, house, capsys):
    make_wheel(house, "three", files={"shared.py": b"1"})
    make_wheel(house, "two", requires=["three"], files={"Shared.py": b"2"})

    assert build(tmp_path, house) == 1
    assert capsys.readouterr().err.splitlines() == [
        "two files have the path bibliobus/site-packages/Shared.py",
        "two files have the path bibliobus/site-packages/shared.py",
    ]


def test_a_path_that_is_too_long_for_windows_is_refused(tmp_path, house, capsys):
    make_wheel(house, "three", files={f"three/{'x' * 180}.py": b""})

    assert build(tmp_path, house) == 1
    assert "the path is longer than 180 letters" in capsys.readouterr().err


def library(*version: int) -> bytes:
    """Library of Windows with a version."""
    first, second, third, fourth = version
    return b"MZ" + struct.pack("<II4H", 0xFEEF04BD, 0x10000, second, first, fourth, third)


def test_the_newest_library_of_cpp_lies_beside_python(tmp_path, house):
    make_wheel(house, "two", requires=["three"], files={"two.libs/msvcp140-ab12.dll": library(14, 44, 1, 0)})
    make_wheel(house, "three", files={"three.libs/msvcp140-ff00.dll": library(14, 9, 9, 9)})

    build(tmp_path, house)

    assert read(tmp_path)["runtime/msvcp140.dll"] == library(14, 44, 1, 0)


def test_a_library_of_cpp_that_comes_with_python_stays(tmp_path, house):
    make_wheel(house, "three", files={"three.libs/msvcp140-ff00.dll": library(14, 9, 9, 9)})

    build(tmp_path, house, runtime=[*RUNTIME, "msvcp140.dll"])

    assert read(tmp_path)["runtime/msvcp140.dll"] == b"stand-in msvcp140.dll"


def test_starters_are_as_windows_reads_them(tmp_path, house):
    build(tmp_path, house)

    files = read(tmp_path)
    for name, language in (("Відкрити bibliobus.cmd", "uk"), ("Start.cmd", "en"), ("bin/bibliobus.cmd", "")):
        lines = files[name].decode("utf-8").split("\r\n")
        assert lines[0] == "@echo off"
        assert not any("\n" in line for line in lines)
        if language:
            # Before the page of codes is UTF-8, and before every jump, there are only letters of ASCII.
            assert lines[1] == "chcp 65001 >nul"
            assert all(line.isascii() for line in lines[: lines.index(":packed")])
            assert any(line.endswith(f'"%~dp0start.py" --lang {language}') for line in lines)
        assert all(re.search(r'"[^"]*%~dp0', line) for line in lines if "%~dp0" in line), "a path may hold blanks"


def test_the_documentation_is_there_as_it_was_built(tmp_path, house):
    build(tmp_path, house)

    docs = {path: text for path, text in read(tmp_path).items() if path.startswith("docs/")}
    assert docs == {
        f"docs/{code}/{name}": f"<title>{code}/{name}</title>".encode()
        for code in ("uk", "en")
        for name in ("index.html", "reference/findings.html")
    }


def test_a_folder_without_documentation_is_refused(tmp_path, house, capsys):
    file, digest = make_runtime(tmp_path / "python")
    words = ["--python", str(file), "--sha256", digest, "-o", str(tmp_path / "out.zip"), "--wheelhouse", str(house)]

    assert bundle.main([*words, "--docs", str(tmp_path / "nothing")]) == 1

    told = capsys.readouterr().err.splitlines()
    assert [line.partition(" holds no pages in ")[2] for line in told] == [
        "uk: run tools/documentation.py",
        "en: run tools/documentation.py",
    ]
    assert not (tmp_path / "out.zip").exists()
