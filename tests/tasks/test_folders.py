"""Whatever fails, and whenever: what is written is wholly old or wholly new."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from folders import read_folder

from bibliobus.findings import BibliobusError, ToolError, UsageError
from bibliobus.tasks.folders import check_output, find_free, write_file, write_folder
from bibliobus.words.language import Language

OLD = {"plan.json": b"old plan", "map.html": b"old map", "area/scenario.toml": b"old scenario"}
NEW = {"plan.json": b"new plan", "map.html": b"new map", "timetable.csv": b"new", "area/roads.csv": b"new roads"}

CALLS = ((Path, "open"), (Path, "mkdir"), (Path, "rename"), (Path, "replace"), (os, "fsync"))
MOST_CALLS = 60


class KilledError(BaseException):
    """The process is gone: nothing behind this point runs."""


class Faults:
    """Lets the n-th call to the disk fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int, error: BaseException) -> None:
        self.calls = 0
        self.at = at
        self.error = error
        for owner, name in CALLS:
            monkeypatch.setattr(owner, name, self.wrap(getattr(owner, name)))

    def wrap(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Call that counts, and fails when its time has come; a dead process calls no more."""

        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            dead = isinstance(self.error, KilledError) and self.calls > self.at
            if self.calls == self.at or dead:
                raise self.error
            return real(*args, **kwargs)

        return call


def fail_at_every_call(
    error: BaseException, prepare: Callable[[Path], None], act: Callable[[Path], None], check: Callable[[Path], None]
) -> Callable[[Path, pytest.MonkeyPatch], int]:
    """Run with a fault at the first call, the second, … until there is none left."""

    def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
        for at in range(1, MOST_CALLS):
            folder = tmp_path / str(at)
            folder.mkdir()
            prepare(folder)
            with monkeypatch.context() as patch:
                faults = Faults(patch, at, error)
                try:
                    act(folder)
                except (BibliobusError, KilledError, KeyboardInterrupt) as raised:
                    expected = ToolError if isinstance(error, OSError) else type(error)
                    assert isinstance(raised, expected)
            check(folder)
            if faults.calls < at:
                return at
        raise AssertionError("more calls than expected")

    return run


def write_old(folder: Path) -> None:
    """An old plan."""
    write_folder(folder / "out", OLD, force=False)


def write_nothing(folder: Path) -> None:
    """No plan yet."""


def write_new(folder: Path) -> None:
    """A new plan in place of whatever is there."""
    write_folder(folder / "out", NEW, force=True)


def check_whole(folder: Path) -> None:
    """Old or new, nothing beside it, and the next run is clean."""
    entries = {entry.name for entry in folder.iterdir()}
    assert entries <= {"out", ".bibliobus-replaced-out"}
    if "out" in entries:
        assert read_folder(folder / "out") in (OLD, NEW)
    check_next_run(folder)


def check_killed(folder: Path) -> None:
    """Old or new, perhaps beside its place, and the next run is clean."""
    out, aside = folder / "out", folder / ".bibliobus-replaced-out"
    if out.exists():
        assert read_folder(out) in (OLD, NEW)
    elif aside.exists():
        assert read_folder(aside) == OLD
        with pytest.raises(UsageError):
            write_folder(out, NEW, force=False)
    check_next_run(folder)


def check_next_run(folder: Path) -> None:
    """The next run leaves the new plan and nothing else."""
    write_new(folder)
    assert {entry.name for entry in folder.iterdir()} == {"out"}
    assert read_folder(folder / "out") == NEW


FULL = OSError(errno.ENOSPC, "No space left on device")
LOCKED = PermissionError(errno.EACCES, "Permission denied")


@pytest.mark.parametrize("prepare", [write_nothing, write_old], ids=["fresh", "replaced"])
@pytest.mark.parametrize("error", [FULL, LOCKED, KeyboardInterrupt()], ids=["full", "locked", "interrupt"])
def test_a_folder_is_old_or_new_at_every_fault(error, prepare, tmp_path, monkeypatch):
    points = fail_at_every_call(error, prepare, write_new, check_whole)(tmp_path, monkeypatch)

    assert points > 2 * len(NEW)


@pytest.mark.parametrize("prepare", [write_nothing, write_old], ids=["fresh", "replaced"])
def test_a_folder_is_old_or_new_after_a_kill(prepare, tmp_path, monkeypatch):
    points = fail_at_every_call(KilledError(), prepare, write_new, check_killed)(tmp_path, monkeypatch)

    assert points > 2 * len(NEW)


def test_a_file_is_old_or_new_at_every_fault(tmp_path, monkeypatch):
    def prepare(folder: Path) -> None:
        (folder / "map.html").write_bytes(b"old")

    def act(folder: Path) -> None:
        write_file(folder / "map.html", b"new", force=True)

    def check(folder: Path) -> None:
        assert [entry.name for entry in folder.iterdir()] == ["map.html"]
        assert (folder / "map.html").read_bytes() in (b"old", b"new")

    points = fail_at_every_call(FULL, prepare, act, check)(tmp_path, monkeypatch)

    assert points >= 4


def test_a_fault_is_told_without_a_path(tmp_path, monkeypatch):
    Faults(monkeypatch, 2, FULL)

    with pytest.raises(ToolError) as caught:
        write_folder(tmp_path / "out", NEW, force=False)

    (finding,) = caught.value.findings
    assert finding.code == "output-failed"
    assert finding.sentence.render(Language("en")) == (
        "“out” could not be written: the disk is full. What was there before is unchanged."
    )
    assert caught.value.exit_code == 5


@pytest.mark.parametrize(
    "write", [lambda path: write_file(path, b"", force=False), lambda path: write_folder(path, NEW, force=False)]
)
def test_what_stands_there_is_kept_without_force(write, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "note.txt").write_bytes(b"mine")

    with pytest.raises(UsageError) as caught:
        write(tmp_path / "out")

    assert caught.value.findings[0].sentence.render(Language("en")) == "“out” exists already and is not empty."
    assert read_folder(tmp_path) == {"out/note.txt": b"mine"}


def test_a_file_in_the_way_of_a_folder_is_kept_aside(tmp_path):
    (tmp_path / "out").write_bytes(b"mine")

    with pytest.raises(UsageError):
        write_folder(tmp_path / "out", NEW, force=False)
    write_folder(tmp_path / "out", NEW, force=True)

    assert (tmp_path / "out-old").read_bytes() == b"mine"
    assert read_folder(tmp_path / "out") == NEW


@pytest.mark.parametrize(
    "mine",
    [
        {"note.txt": b"mine"},
        {"plan.json": b"old", "note.txt": b"mine"},
        {"settlements.csv": b"mine"},
    ],
    ids=["no plan", "a plan and more", "an area"],
)
def test_a_folder_with_anything_of_others_is_kept_aside(mine, tmp_path):
    for name, content in mine.items():
        (tmp_path / "out").mkdir(exist_ok=True)
        (tmp_path / "out" / name).write_bytes(content)

    write_folder(tmp_path / "out", NEW, force=True)
    (tmp_path / "out" / "more.txt").write_bytes(b"again")
    write_folder(tmp_path / "out", NEW, force=True)

    assert read_folder(tmp_path / "out-old") == mine
    assert (tmp_path / "out-old-2" / "more.txt").read_bytes() == b"again"
    assert read_folder(tmp_path / "out") == NEW


def test_a_plan_is_replaced_and_leaves_nothing(tmp_path):
    write_folder(tmp_path / "out", OLD, force=False)

    write_folder(tmp_path / "out", NEW, force=True)

    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]
    assert read_folder(tmp_path / "out") == NEW


def test_an_empty_folder_may_be_filled(tmp_path):
    (tmp_path / "out").mkdir()

    write_folder(tmp_path / "out", NEW, force=False)

    assert read_folder(tmp_path) == {f"out/{name}": content for name, content in NEW.items()}


def test_missing_folders_above_are_made(tmp_path):
    write_folder(tmp_path / "a" / "b" / "out", NEW, force=False)
    write_file(tmp_path / "c" / "map.html", b"new", force=False)

    assert read_folder(tmp_path / "a" / "b" / "out") == NEW
    assert (tmp_path / "c" / "map.html").read_bytes() == b"new"


def test_a_file_where_a_folder_should_be_is_told(tmp_path):
    (tmp_path / "note.txt").write_bytes(b"mine")

    for write in (
        lambda: write_file(tmp_path / "note.txt" / "map.html", b"", force=True),
        lambda: write_folder(tmp_path / "note.txt" / "out", NEW, force=True),
    ):
        with pytest.raises(ToolError):
            write()

    assert read_folder(tmp_path) == {"note.txt": b"mine"}


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_is_no_file(force, tmp_path):
    (tmp_path / "out").mkdir()

    with pytest.raises(UsageError) as caught:
        write_file(tmp_path / "out", b"", force=force)

    sentence = caught.value.findings[0].sentence.render(Language("en"))
    assert sentence == "“out” is a folder, but one file is to be written."


@pytest.mark.parametrize("name", [".", "..", ""])
def test_the_folder_one_is_in_is_not_replaced(name, tmp_path, monkeypatch):
    here = tmp_path / "here" / "inner"
    here.mkdir(parents=True)
    (here / "note.txt").write_bytes(b"mine")
    monkeypatch.chdir(here)

    with pytest.raises(UsageError) as caught:
        write_folder(Path(name), NEW, force=True)

    sentence = caught.value.findings[0].sentence.render(Language("en"))
    folder = "here" if name == ".." else "inner"
    assert sentence == f"“{folder}” is the folder you are in, or one around it; it cannot be replaced."
    assert read_folder(tmp_path) == {"here/inner/note.txt": b"mine"}


def test_the_root_of_the_disk_is_not_replaced(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UsageError):
        write_folder(Path(tmp_path.anchor), NEW, force=True)


def test_a_folder_one_may_not_look_into_is_told(tmp_path, monkeypatch):
    def refuse(self: Path) -> None:
        raise LOCKED

    (tmp_path / "out").mkdir()
    monkeypatch.setattr(Path, "iterdir", refuse)

    with pytest.raises(ToolError) as caught:
        check_output(tmp_path / "out", force=False)

    assert "there is no permission" in caught.value.findings[0].sentence.render(Language("en"))


def test_leftovers_of_a_killed_run_are_not_mixed_in(tmp_path):
    stale = tmp_path / ".bibliobus-partial-out"
    (stale / "area").mkdir(parents=True)
    (stale / "area" / "changes.geojson").write_bytes(b"stale")

    write_folder(tmp_path / "out", NEW, force=False)

    assert read_folder(tmp_path) == {f"out/{name}": content for name, content in NEW.items()}


def test_the_first_free_name_is_found(tmp_path):
    assert find_free(tmp_path / "demo") == tmp_path / "demo"
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo-2").write_bytes(b"")
    assert find_free(tmp_path / "demo") == tmp_path / "demo-3"


def test_a_link_leads_to_its_folder(tmp_path):
    (tmp_path / "real").mkdir()
    try:
        (tmp_path / "out").symlink_to(tmp_path / "real", target_is_directory=True)
    except OSError:
        pytest.skip("links need rights here")

    write_folder(tmp_path / "out", NEW, force=False)

    assert read_folder(tmp_path / "real") == NEW


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize(
    "write",
    [lambda place: write_file(place, b"x", force=True), lambda place: write_folder(place, {"a": b"x"}, force=True)],
)
def test_what_is_neither_file_nor_folder_is_never_replaced(write, tmp_path):
    pipe = tmp_path / "device"
    os.mkfifo(pipe)

    with pytest.raises(UsageError) as caught:
        write(pipe)

    sentence = caught.value.findings[0].sentence.render(Language("en"))
    assert sentence == "“device” is neither a file nor a folder but a device, and is never replaced."
    assert pipe.is_fifo()
