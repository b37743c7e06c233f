"""Folders of wheels for offices without internet: complete for the computer they are for, or refused."""

from __future__ import annotations

import subprocess
from zipfile import ZipFile

import pytest
from wheels import load_tool, make_house, make_wheel

wheelhouse = load_tool("wheelhouse")
WINDOWS = wheelhouse.SYSTEMS["windows"]


def names(closure):
    """Names of the wheels."""
    return [wheel.name for wheel in closure.wheels]


def test_a_complete_folder_is_closed_under_what_wheels_require(tmp_path):
    closure = wheelhouse.find_closure(make_house(tmp_path), WINDOWS, "3.12")

    assert names(closure) == ["bibliobus", "one", "three", "two"]
    assert closure.missing == ()


def test_markers_are_those_of_the_other_computer(tmp_path):
    closure = wheelhouse.find_closure(make_house(tmp_path), wheelhouse.SYSTEMS["linux-x64"], "3.12")

    assert closure.missing == ("one>=1 (required by bibliobus)", "other (required by bibliobus)")


def test_all_missing_wheels_are_named(tmp_path, capsys):
    make_house(tmp_path)
    for name in ("one", "three"):
        next(tmp_path.glob(f"{name}-*.whl")).unlink()
    make_wheel(tmp_path, "one", tags="cp311-cp311-win_amd64")
    make_wheel(tmp_path, "bibliobus", "2.0", requires=["one", "two[more]", "four==4"])

    code = wheelhouse.main(["-o", str(tmp_path), "--check"])

    assert code == 1
    assert capsys.readouterr().err.splitlines() == [
        "no wheel for four==4 (required by bibliobus)",
        "no wheel for one (required by bibliobus)",
        "no wheel for three<2 (required by two)",
    ]


def test_a_version_that_a_later_wheel_does_not_allow_is_missing(tmp_path):
    make_wheel(tmp_path, "bibliobus", requires=["one", "two"])
    make_wheel(tmp_path, "one", "3.0")
    make_wheel(tmp_path, "two", requires=["one<3"])

    assert wheelhouse.find_closure(tmp_path, WINDOWS, "3.12").missing == ("one<3 (required by two)",)


def test_the_wheel_made_for_the_computer_is_preferred_to_the_one_for_all(tmp_path):
    make_wheel(tmp_path, "bibliobus", requires=["one"])
    make_wheel(tmp_path, "one")
    special = make_wheel(tmp_path, "one", tags="cp312-cp312-win_amd64")

    assert wheelhouse.find_closure(tmp_path, WINDOWS, "3.12").wheels[1].file == special


@pytest.mark.parametrize(
    ("system", "python", "tag"),
    [
        ("windows", "3.12", "cp312-cp312-win_amd64"),
        ("windows", "3.14", "cp38-abi3-win_amd64"),
        ("macos-arm64", "3.13", "cp313-cp313-macosx_14_0_arm64"),
        ("linux-x64", "3.11", "cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64"),
        ("linux-arm64", "3.12", "cp312-cp312-manylinux2014_aarch64"),
    ],
)
def test_wheels_of_each_system_are_known(tmp_path, system, python, tag):
    make_wheel(tmp_path, "bibliobus", tags=tag)

    assert names(wheelhouse.find_closure(tmp_path, wheelhouse.SYSTEMS[system], python)) == ["bibliobus"]


def test_a_file_that_is_no_wheel_is_refused(tmp_path, capsys):
    (tmp_path / "bibliobus-1.0-py3-none-any.whl").write_bytes(b"no archive")

    assert wheelhouse.main(["-o", str(tmp_path), "--check"]) == 1
    assert "bibliobus-1.0-py3-none-any.whl is no wheel" in capsys.readouterr().err


def test_a_folder_with_something_in_it_is_not_filled(tmp_path, capsys):
    (tmp_path / "note.txt").write_text("mine")

    assert wheelhouse.main(["-o", str(tmp_path)]) == 1
    assert "is not empty" in capsys.readouterr().err


def follow(commands, tmp_path):
    """Do as pip and uv do, without a network."""

    def run(command, *, input, cwd, **rest):
        commands.append(command)
        if "wheel" in command:
            make_wheel(tmp_path / "house", "bibliobus", requires=["one"])
        if "download" in command:
            make_wheel(tmp_path / "house", "one", tags="cp312-cp312-win_amd64")
        return subprocess.CompletedProcess(command, 0, "one==1.0\n" if "compile" in command else "", "")

    return run


def test_what_the_other_computer_needs_is_resolved_then_fetched_exactly(tmp_path, monkeypatch, capsys):
    commands = []
    (tmp_path / "constraints.txt").write_text("one==1.0\n")
    monkeypatch.setattr(wheelhouse.subprocess, "run", follow(commands, tmp_path))

    code = wheelhouse.main(["-o", str(tmp_path / "house"), "--constraints", str(tmp_path / "constraints.txt")])

    resolved, fetched = commands[1:]
    assert code == 0
    assert capsys.readouterr().out == "2 wheels, 0 MB, complete for windows, Python 3.12\n"
    assert "x86_64-pc-windows-msvc" in resolved
    assert resolved[resolved.index("--constraints") + 1] == str(tmp_path / "constraints.txt")
    assert fetched[-3:] == ["--platform", "win_amd64", "one==1.0"]
    assert "--no-deps" in fetched
    readme = (tmp_path / "house" / "README.txt").read_bytes().decode("utf-8-sig")
    assert "python -m pip install --no-index --find-links . bibliobus\r\n" in readme
    assert "Потрібен Python 3.12." in readme


def test_what_pip_or_uv_refuse_is_told(tmp_path, monkeypatch, capsys):
    def refuse(command, **rest):
        return subprocess.CompletedProcess(command, 1, "", "no wheel of ortools\nfor this platform\n")

    monkeypatch.setattr(wheelhouse.subprocess, "run", refuse)

    assert wheelhouse.main(["-o", str(tmp_path / "house")]) == 1
    assert capsys.readouterr().err == "no wheel of ortools\nfor this platform\n"


def test_a_made_up_wheel_is_read_as_its_metadata_say(tmp_path):
    wheel = wheelhouse.read_wheel(make_wheel(tmp_path, "one", "2.5", requires=["two>=1"]))

    assert (wheel.name, str(wheel.version), [str(line) for line in wheel.requires]) == ("one", "2.5", ["two>=1"])
    with ZipFile(wheel.file) as archive:
        assert "one-2.5.dist-info/METADATA" in archive.namelist()


def test_wheels_of_other_versions_than_the_constraints_are_named(tmp_path, capsys):
    house = make_house(tmp_path / "house")
    lines = ("# tested", "one==1.1", "two==1.0", "three==9 ; python_version < '3.12'", "unused==1")
    (tmp_path / "constraints.txt").write_text("\n".join(lines))

    code = wheelhouse.main(["-o", str(house), "--check", "--constraints", str(tmp_path / "constraints.txt")])

    assert code == 1
    assert capsys.readouterr().err == (
        "one-1.0-cp312-cp312-win_amd64.whl is not the version of constraints.txt: one==1.1\n"
    )
