"""
Build the folder for people without a terminal, ``bibliobus-windows.zip``, on any system.

``python tools/bundle.py --python FILE --sha256 DIGEST -o bibliobus-windows.zip --docs DOCS [--wheelhouse DIR]``

FILE is the embeddable package of CPython for Windows x64 as python.org publishes it, DIGEST what is published beside
it. DOCS is what ``tools/documentation.py`` has built. DIR holds the wheels, as ``tools/wheelhouse.py`` makes
it; without it they are downloaded. The same inputs give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import struct
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from wheelhouse import ROOT, SYSTEMS, Closure, RefusedError, check_wheelhouse, make_wheelhouse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from wheelhouse import Wheel

TOP: Final = "bibliobus"
RUNTIME: Final = ("python.exe", "pythonw.exe")
SITE: Final = "site-packages"
SAMPLE: Final = ROOT / "data" / "settlements" / "kramatorsk"
STARTERS: Final = {"Відкрити bibliobus.cmd": "uk", "Start.cmd": "en"}
"""Files to double-click and their languages."""
TIME: Final = (2026, 1, 1, 0, 0, 0)
"""Date of every file of the archive: the same bytes from the same inputs."""
LONGEST_PATH: Final = 180
"""Windows allows 259 letters; a folder such as ``C:\\Users\\Олена\\OneDrive\\Робочий стіл`` needs the rest."""

LOCALES: Final = frozenset(
    ("root", "be", "bg", "cs", "de", "en", "et", "hu", "lt", "lv", "pl", "ro", "ru", "sk", "sl", "tr", "uk")
)
"""Languages of Babel that stay: ours, and those of the neighbours whose names of days a calendar may be asked for."""
SOURCES: Final = frozenset((".c", ".cc", ".cpp", ".h", ".hpp", ".lib", ".pdb", ".pxd", ".pyi", ".pyx", ".a"))
"""Ends of files that are only used to build or to check other programs."""
NEEDLESS: Final = ("PIL/_avif.",)
"""Pictures of a kind that no paper holds; Pillow does without."""
CPP_LIBRARY: Final = "runtime/msvcp140.dll"
CPP_HELD: Final = re.compile(r"/msvcp140-[0-9a-f]+\.dll$")
FILE_INFO: Final = struct.pack("<I", 0xFEEF04BD)
"""Begins the version of a library of Windows: VS_FIXEDFILEINFO of the Windows API."""
LICENCE: Final = re.compile(r"(licen[cs]e|copying|notice|authors)[^/]*$|/licenses/", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """
    A file of the archive.

    Parameters
    ----------
    path
        Path in the archive.
    read
        Gives its content.
    size
        Bytes of its content.
    origin
        Where it comes from, for the report.
    """

    path: str
    read: Callable[[], bytes]
    size: int
    origin: str


@dataclass(frozen=True)
class Runtime:
    """
    An embeddable Python.

    Parameters
    ----------
    archive
        The package, open.
    python
        Two numbers of its version.
    path_file
        Name of the file that tells where modules are.
    """

    archive: ZipFile
    python: str
    path_file: str


def open_runtime(file: Path, digest: str, stack: ExitStack) -> Runtime:
    """
    Open the package of an embeddable Python.

    Parameters
    ----------
    file
        The package.
    digest
        Its SHA-256 as published, 64 hexadecimal digits.
    stack
        Closes it in the end.

    Returns
    -------
    Runtime
        The package, whose digest is right and whose files are those of a Python for Windows.

    Raises
    ------
    RefusedError
        If the digest is another, or the package is none.
    """
    if not file.is_file():
        raise RefusedError(f"{file} is no file")
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != digest.strip().lower():
        raise RefusedError(f"{file.name} has the digest {found}, but {digest} was expected; nothing was built")
    try:
        archive = stack.enter_context(ZipFile(file))
    except BadZipFile as error:
        raise RefusedError(f"{file.name} is no archive: {error}") from error
    names = archive.namelist()
    paths = [match for name in names if (match := re.fullmatch(r"python3(\d+)\._pth", name))]
    lacking = [name for name in RUNTIME if name not in names]
    lacking += [] if paths else ["python3*._pth"]
    lacking += [f"python3{match[1]}.zip" for match in paths if f"python3{match[1]}.zip" not in names]
    unsafe = [name for name in names if not _is_safe(name)]
    if lacking or unsafe:
        raise RefusedError(
            *(f"{file.name} is no embeddable Python for Windows: it has no {name}" for name in lacking),
            *(f"{file.name} holds an unsafe path: {name}" for name in unsafe),
        )
    return Runtime(archive, f"3.{paths[0][1]}", paths[0][0])


def list_runtime(runtime: Runtime) -> Iterator[Entry]:
    """
    List the files of the Python, which finds its modules in the folder beside it and nowhere else.

    Parameters
    ----------
    runtime
        The package.

    Yields
    ------
    Entry
        Each file.
    """
    for info in _list_files(runtime.archive):
        if info.filename == runtime.path_file:
            modules = f"python{runtime.python.replace('.', '')}.zip\r\n.\r\n..\\{SITE}\r\n"
            yield _text(f"runtime/{info.filename}", modules, "python", bom=False)
        else:
            yield _member(runtime.archive, info, f"runtime/{info.filename}", "python")
    licence = next((info for info in _list_files(runtime.archive) if info.filename == "LICENSE.txt"), None)
    if licence is not None:
        yield _member(runtime.archive, licence, f"LICENSES/python-{runtime.python}/LICENSE.txt", "licences")


def list_wheel(wheel: Wheel, stack: ExitStack) -> Iterator[Entry]:
    """
    List the files of a wheel as they are installed, without what is needless, and its licences.

    Parameters
    ----------
    wheel
        The wheel.
    stack
        Closes it in the end.

    Yields
    ------
    Entry
        Each file.
    """
    archive = stack.enter_context(ZipFile(wheel.file))
    label = f"{wheel.name}-{wheel.version}"
    licences = 0
    for info in _list_files(archive):
        if not _is_safe(info.filename):
            raise RefusedError(f"{wheel.file.name} holds an unsafe path: {info.filename}")
        folder = info.filename.partition("/")[0]
        if folder.endswith(".dist-info") and LICENCE.search(info.filename):
            licences += 1
            inner = info.filename.partition("/")[2].removeprefix("licenses/")
            yield _member(archive, info, f"LICENSES/{label}/{inner}", "licences")
        elif (path := place_file(info.filename)) is not None:
            yield _member(archive, info, f"{SITE}/{path}", wheel.name)
    if not licences:
        yield _text(f"LICENSES/{label}/LICENSE.txt", _tell_licence(archive), "licences")


def place_file(name: str) -> str | None:
    """
    Tell where a file of a wheel is installed.

    Parameters
    ----------
    name
        Path in the wheel.

    Returns
    -------
    str or None
        Path among the modules; None if it is left out: scripts, pages of manuals, tests, sources of compiled code,
        lists of files that would not be true any more, and languages that nobody asks for.
    """
    top, _, rest = name.partition("/")
    if top.endswith(".data"):
        scheme, _, name = rest.partition("/")
        if scheme not in ("purelib", "platlib"):
            return None
    path = PurePosixPath(name)
    if top.endswith(".dist-info"):
        return None if path.name in ("RECORD", "INSTALLER", "RECORD.jws") else name
    if {"tests", "test"} & set(path.parts[:-1]) or path.suffix in SOURCES or name.startswith(NEEDLESS):
        return None
    if path.parts[:2] == ("babel", "locale-data") and path.stem.partition("_")[0] not in LOCALES:
        return None
    return name


def add_cpp_runtime(entries: Sequence[Entry]) -> Iterator[Entry]:
    """
    Give the Python the library of C++ that some wheels expect to be installed on every Windows, which it is not.

    Other wheels hold it under a name of their own; it is the file of Microsoft, which may be passed on.

    Parameters
    ----------
    entries
        Files of the Python and of the wheels.

    Yields
    ------
    Entry
        The newest of these, beside python.exe; nothing if it is there already, or no wheel has one.
    """
    held = [entry for entry in entries if CPP_HELD.search(entry.path)]
    if held and not any(entry.path == CPP_LIBRARY for entry in entries):
        newest = max(held, key=lambda entry: (_read_version(entry.read()), entry.path))
        yield Entry(CPP_LIBRARY, newest.read, newest.size, "python")


def list_own(docs: Path) -> Iterator[Entry]:
    """
    List the files that are written for this folder.

    Parameters
    ----------
    docs
        The documentation as ``tools/documentation.py`` has built it.

    Yields
    ------
    Entry
        Starters, documentation and the sample area.
    """
    windows = ROOT / "tools" / "windows"
    starter = (windows / "Start.cmd").read_text(encoding="utf-8")
    for name, language in STARTERS.items():
        yield _text(name, starter.replace("LANGUAGE", language), "starters", bom=False)
    yield _text("bin/bibliobus.cmd", (windows / "bibliobus.cmd").read_text(encoding="utf-8"), "starters", bom=False)
    yield _bytes("start.py", (windows / "start.py").read_bytes(), "starters")
    yield _text("ЧИТАЙ-МЕНЕ.txt", (windows / "README.uk.txt").read_text(encoding="utf-8"), "documentation")
    yield _text("README.txt", (windows / "README.en.txt").read_text(encoding="utf-8"), "documentation")
    yield from _list_documentation(docs)
    for file in sorted(SAMPLE.iterdir()):
        if file.suffix in (".csv", ".toml", ".md"):
            yield _bytes(f"приклад/{file.name}", file.read_bytes(), "sample")


def check_entries(entries: Iterable[Entry]) -> list[Entry]:
    """
    Check that the files can be unpacked on Windows, and bring them into order.

    Parameters
    ----------
    entries
        Files in any order.

    Returns
    -------
    list of Entry
        Sorted by path.

    Raises
    ------
    RefusedError
        If two files have one path as Windows sees it, or a path is too long; all are named.
    """
    ordered = sorted(entries, key=lambda entry: entry.path)
    counts = Counter(entry.path.casefold() for entry in ordered)
    twice = [f"two files have the path {entry.path}" for entry in ordered if counts[entry.path.casefold()] > 1]
    long = [
        f"the path is longer than {LONGEST_PATH} letters: {entry.path}"
        for entry in ordered
        if len(entry.path) > LONGEST_PATH
    ]
    if twice or long:
        raise RefusedError(*twice, *long)
    return ordered


def write_archive(file: Path, entries: Sequence[Entry]) -> None:
    """
    Write the archive.

    Parameters
    ----------
    file
        The archive; written beside its name first, so that it is there whole or not at all.
    entries
        Its files in their order.
    """
    partial = file.with_name(f"{file.name}.partial")
    try:
        with ZipFile(partial, "w", ZIP_DEFLATED, compresslevel=9) as archive:
            for entry in entries:
                info = ZipInfo(entry.path, TIME)
                info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
                archive.writestr(info, entry.read())
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def build(
    runtime_file: Path, digest: str, file: Path, docs: Path, wheels: Path | None, constraints: Path | None
) -> list[Entry]:
    """
    Build the archive.

    Parameters
    ----------
    runtime_file
        Package of the embeddable Python.
    digest
        Its SHA-256.
    file
        The archive to write.
    docs
        The documentation as ``tools/documentation.py`` has built it.
    wheels
        Folder of wheels; None to download them.
    constraints
        File of versions to keep to; None for the newest, or whatever the folder holds.

    Returns
    -------
    list of Entry
        Files of the archive.

    Raises
    ------
    RefusedError
        If something is missing or wrong; nothing is written then.
    """
    with ExitStack() as stack:
        runtime = open_runtime(runtime_file, digest, stack)
        closure = _gather(wheels, runtime.python, constraints, stack)
        entries = list(list_runtime(runtime))
        for wheel in closure.wheels:
            entries += list_wheel(wheel, stack)
        entries += [*add_cpp_runtime(entries), *list_own(docs)]
        inside = [Entry(f"{TOP}/{one.path}", one.read, one.size, one.origin) for one in entries]
        ordered = check_entries(inside)
        write_archive(file, ordered)
    return ordered


def main(words: Sequence[str] | None = None) -> int:
    """
    Run the command line.

    Parameters
    ----------
    words
        Words without the program; None means those of the process.

    Returns
    -------
    int
        Exit code: 1 if the archive cannot be built.
    """
    parser = argparse.ArgumentParser(description="Build the folder for Windows.")
    parser.add_argument("--python", metavar="FILE", required=True, type=Path, help="embeddable CPython for Windows x64")
    parser.add_argument("--sha256", metavar="DIGEST", required=True, help="its SHA-256 as published")
    parser.add_argument("-o", "--output", metavar="ZIP", required=True, type=Path, help="archive to write")
    parser.add_argument("--docs", metavar="DIR", required=True, type=Path, help="the built documentation")
    parser.add_argument("--wheelhouse", metavar="DIR", type=Path, help="wheels; else they are downloaded")
    parser.add_argument("--constraints", metavar="FILE", type=Path, help="versions to keep to; else the newest")
    asked = parser.parse_args(words)
    try:
        entries = build(asked.python, asked.sha256, asked.output, asked.docs, asked.wheelhouse, asked.constraints)
    except RefusedError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return 1
    for line in report(entries, asked.output.stat().st_size):
        print(line)
    return 0


def report(entries: Sequence[Entry], packed: int) -> Iterator[str]:
    """
    Tell what an archive holds.

    Parameters
    ----------
    entries
        Its files.
    packed
        Bytes of the archive.

    Yields
    ------
    str
        Lines: sizes, the longest path, and what takes most room.
    """
    sizes: Counter[str] = Counter()
    for entry in entries:
        sizes[entry.origin] += entry.size
    longest = max(entries, key=lambda entry: len(entry.path)).path
    yield f"{len(entries)} files, {sizes.total() / 1e6:.0f} MB unpacked, {packed / 1e6:.0f} MB packed"
    yield f"longest path, {len(longest)} letters: {longest}"
    for origin, size in sizes.most_common(12):
        yield f"{size / 1e6:8.1f} MB  {origin}"


def _gather(wheels: Path | None, python: str, constraints: Path | None, stack: ExitStack) -> Closure:
    """Everything that the program stands on, from a folder or downloaded."""
    system = SYSTEMS["windows"]
    if wheels is not None:
        return check_wheelhouse(wheels, system, python, constraints)
    spare = stack.enter_context(tempfile.TemporaryDirectory())
    return make_wheelhouse(Path(spare) / "wheels", system, python, constraints)


def _list_documentation(folder: Path) -> Iterator[Entry]:
    """The documentation of both languages, as ``tools/documentation.py`` has built it."""
    missing = [code for code in STARTERS.values() if not (folder / code / "index.html").is_file()]
    if missing:
        raise RefusedError(*(f"{folder} holds no pages in {code}: run tools/documentation.py" for code in missing))
    for file in sorted(file for code in STARTERS.values() for file in (folder / code).rglob("*") if file.is_file()):
        yield _bytes(f"docs/{file.relative_to(folder).as_posix()}", file.read_bytes(), "documentation")


def _read_version(library: bytes) -> tuple[int, int, int, int]:
    """Version of a library of Windows; zeros where it has none."""
    at = library.find(FILE_INFO)
    if at < 0 or len(library) < at + 16:
        return (0, 0, 0, 0)
    second, first, fourth, third = struct.unpack_from("<4H", library, at + 8)
    return (first, second, third, fourth)


def _tell_licence(archive: ZipFile) -> str:
    """Licence as the metadata of a wheel name it."""
    inside = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    metadata = HeaderParser().parsestr(archive.read(inside).decode("utf-8"))
    kinds = [str(line) for line in metadata.get_all("Classifier", []) if str(line).startswith("License ::")]
    names = ("License-Expression", "License", "Author", "Home-page")
    fields = [str(metadata[name]) for name in names if metadata[name]]
    return "\n".join([f"{metadata['Name']} {metadata['Version']}", *fields, *kinds]) + "\n"


def _list_files(archive: ZipFile) -> list[ZipInfo]:
    """Files of an archive, without folders."""
    return [info for info in archive.infolist() if not info.is_dir()]


def _is_safe(name: str) -> bool:
    """Whether a path stays inside the folder it is unpacked into."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name


def _member(archive: ZipFile, info: ZipInfo, path: str, origin: str) -> Entry:
    """File taken from another archive."""
    return Entry(path, lambda: archive.read(info), info.file_size, origin)


def _bytes(path: str, content: bytes, origin: str) -> Entry:
    """File with a given content."""
    return Entry(path, lambda: content, len(content), origin)


def _text(path: str, text: str, origin: str, *, bom: bool = True) -> Entry:
    """Text with the line ends of Windows; the interpreter of commands wants no mark of bytes at its start."""
    lines = "\r\n".join(text.splitlines()) + "\r\n"
    return _bytes(path, lines.encode("utf-8-sig" if bom else "utf-8"), origin)


if __name__ == "__main__":
    sys.exit(main())
