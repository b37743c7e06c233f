"""
What a double click does in the folder for Windows: make the example once, show its map, and leave a window to type in.

Stands in the folder as ``start.py`` and is run by its Python. Everything is written into the documents of the user, so
the folder may lie on a stick that takes no file.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import webbrowser
from contextlib import suppress
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

FOLDER: Final = "bibliobus"
DEMO: Final = {"uk": "приклад", "en": "example"}
MAP: Final = "map.html"
DOCUMENTS: Final = "{FDD39AD0-238F-46AF-ADB4-6C85480369C7}"
"""Folder of documents as Windows calls it, also where OneDrive has moved it."""

WORDS: Final = {
    "uk": {
        "making": "Складаю приклад. Уперше це триває кілька хвилин: програма готується до роботи на цьому комп’ютері.",
        "failed": "Приклад не вдалося скласти. Ось що не так на цьому комп’ютері:",
        "map": "Мапа прикладу відкривається в браузері: {file}",
        "nowhere": "Немає теки, куди можна записувати. Спробуйте під іншим користувачем.",
        "ready": "Ваша тека: {folder}. Посібник: docs\\uk\\index.html поруч із програмою. П’ять перших команд:",
    },
    "en": {
        "making": "Making the example. The first time takes some minutes: the program gets ready for this computer.",
        "failed": "The example could not be made. This is what is wrong on this computer:",
        "map": "The map of the example opens in the browser: {file}",
        "nowhere": "There is no folder that can be written into. Try as another user.",
        "ready": "Your folder: {folder}. Guide: docs\\en\\index.html beside the program. Five commands to begin with:",
    },
}
COMMANDS: Final = (
    (
        "bibliobus init {area}",
        {"uk": "нова територія: таблиці, які треба заповнити", "en": "a new area to fill in"},
    ),
    ("bibliobus check {area}", {"uk": "перевірити, що програма зрозуміла", "en": "check what was understood"}),
    ("bibliobus plan {area} -o {plan}", {"uk": "скласти план-графік, мапу й таблиці", "en": "plan: timetable and map"}),
    ("bibliobus explain {plan}", {"uk": "чому до когось не їдуть", "en": "why somebody is not visited"}),
    ("bibliobus --help", {"uk": "усі команди", "en": "all commands"}),
)
NAMES: Final = {"uk": {"area": "громада", "plan": "графік"}, "en": {"area": "my-area", "plan": "my-plan"}}


def list_places(beside: Path) -> Iterator[Path]:
    """
    List folders in which the work of the user may lie, the best first.

    Parameters
    ----------
    beside
        Folder around the program.

    Yields
    ------
    Path
        A folder, there or not.
    """
    if documents := find_documents():
        yield documents / FOLDER
    yield Path.home() / "Documents" / FOLDER
    yield beside.parent / f"{FOLDER}-data"
    yield Path(tempfile.gettempdir()) / FOLDER


def find_documents() -> Path | None:
    """
    Find the documents of the user.

    Returns
    -------
    Path or None
        The folder; None where the system is not Windows or does not tell.
    """
    if sys.platform != "win32":
        return None
    import ctypes
    import uuid

    answer = ctypes.c_wchar_p()
    known = ctypes.create_string_buffer(uuid.UUID(DOCUMENTS).bytes_le, 16)
    if ctypes.windll.shell32.SHGetKnownFolderPath(known, 0, None, ctypes.byref(answer)):
        return None
    return Path(answer.value) if answer.value else None


def find_place(places: Iterator[Path]) -> Path | None:
    """
    Find a folder that can be written into.

    Parameters
    ----------
    places
        Folders, the best first.

    Returns
    -------
    Path or None
        The first one, made if it was not there; None if there is none.
    """
    for place in places:
        with suppress(OSError):
            place.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=place):
                return place
    return None


def find_demo(place: Path, name: str) -> Path:
    """
    Find the example, or where it can be made without touching what lies there.

    Parameters
    ----------
    place
        Folder of the user's work.
    name
        Name of its folder.

    Returns
    -------
    Path
        The first folder of that name, or of that name and a number, that has a map or is not there.
    """
    names = chain([name], (f"{name}-{number}" for number in count(2)))
    return next(demo for demo in (place / one for one in names) if (demo / MAP).is_file() or not demo.exists())


def prepare(place: Path, language: str, run: Callable[[list[str]], int]) -> Path | None:
    """
    Make the example if it is not there.

    Parameters
    ----------
    place
        Folder of the user's work.
    language
        ``uk`` or ``en``.
    run
        The command line of bibliobus.

    Returns
    -------
    Path or None
        Map of the example; None if it could not be made, after a page of the doctor.
    """
    words, demo = WORDS[language], find_demo(place, DEMO[language])
    if not (demo / MAP).is_file():
        print(words["making"], flush=True)
        if run(["demo", "-o", str(demo), "--lang", language]):
            print(words["failed"], flush=True)
            run(["doctor", "--lang", language])
            return None
    return demo / MAP


def show(file: Path) -> None:
    """
    Open a page in the browser.

    Parameters
    ----------
    file
        The page.
    """
    if sys.platform == "win32":
        with suppress(OSError):
            os.startfile(file)
    else:
        webbrowser.open(file.resolve().as_uri())


def list_commands(place: Path, language: str) -> list[str]:
    """
    List the commands to begin with.

    Parameters
    ----------
    place
        Folder of the user's work.
    language
        ``uk`` or ``en``.

    Returns
    -------
    list of str
        Lines to print.
    """
    commands = [(command.format(**NAMES[language]), words[language]) for command, words in COMMANDS]
    width = max(len(command) for command, _ in commands)
    return [
        "",
        WORDS[language]["ready"].format(folder=place),
        "",
        *(f"    {command:<{width}}   {words}" for command, words in commands),
        "",
    ]


def main(words: Sequence[str] | None = None) -> int:
    """
    Do what a double click does.

    Parameters
    ----------
    words
        Words without the program; None means those of the process.

    Returns
    -------
    int
        Exit code: 1 if nothing can be written anywhere.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--lang", choices=WORDS, default="uk")
    language = parser.parse_args(words).lang
    place = find_place(list_places(Path(__file__).resolve().parent))
    if place is None:
        print(WORDS[language]["nowhere"])
        return 1
    from bibliobus.cli.main import run

    page = prepare(place, language, run)
    if page is not None:
        print(WORDS[language]["map"].format(file=page))
        show(page)
    for line in list_commands(place, language):
        print(line)
    sys.stdout.flush()
    if sys.platform == "win32":
        # pushd, unlike a working folder, also takes one on the network.
        subprocess.call(f'cmd /d /k pushd "{place}"')
    return 0


if __name__ == "__main__":
    sys.exit(main())
