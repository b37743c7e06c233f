"""
Bring the gettext catalogues up to date: ``python tools/catalogues.py`` after a message has changed.

Messages are taken from the sources that pyproject.toml lists for Babel. Translations are kept, messages that nobody
uses any more are dropped, new ones stand empty until somebody translates them. Nothing in the files depends on the
day, the machine or the line a message stands on.
"""

from __future__ import annotations

import gettext
import io
import struct
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).parent.parent
LOCALE: Final = ROOT / "bibliobus" / "locale"
LANGUAGE: Final = "uk"
KEYWORDS: Final = {"_": None, "N_": None, "gettext": None, "NN_": (1, 2), "ngettext": (1, 2)}
WIDTH: Final = 110
MO_MAGIC: Final = 0x950412DE

Words: TypeAlias = str | tuple[str, ...]
"""English text of a message; a pair if it has a plural."""


def find_catalogue(suffix: str) -> Path:
    """
    Find a file of the catalogue.

    Parameters
    ----------
    suffix
        ``.po`` or ``.mo``.

    Returns
    -------
    Path
        Where the file is or will be.
    """
    return LOCALE / LANGUAGE / "LC_MESSAGES" / f"bibliobus{suffix}"


def extract_messages(root: Path) -> dict[Words, list[str]]:
    """
    Extract the messages from the sources.

    Parameters
    ----------
    root
        Folder of pyproject.toml, whose mappings say where messages are.

    Returns
    -------
    dict of str or tuple to list of str
        Files by message, both sorted; a message with a plural is a pair.
    """
    mappings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    options = {mapping.pop("pattern"): mapping for mapping in mappings}
    files: dict[Words, set[str]] = {}
    for file, _, message, _, _ in extract_from_dir(root, methods, options, KEYWORDS):
        files.setdefault(message, set()).add(file.replace("\\", "/"))
    return {message: sorted(files[message]) for message in sorted(files, key=str)}


def update_catalogue(po: str, messages: Mapping[Words, list[str]]) -> str:
    """
    Update a catalogue.

    Parameters
    ----------
    po
        Text of the catalogue so far; may be empty.
    messages
        Files by message.

    Returns
    -------
    str
        Text of the new catalogue, sorted by message, with the translations that were there.
    """
    old = read_catalogue(po)
    catalog = Catalog(locale=LANGUAGE)
    for message, files in messages.items():
        translated = old.get(message if isinstance(message, str) else message[0])
        keep = translated is not None and translated.id == message
        string = translated.string if translated is not None and keep else None
        catalog.add(message, string, [(file, 0) for file in files])
        # No message of ours is filled in by the % operator.
        found = catalog.get(message if isinstance(message, str) else message[0])
        if found is not None:
            found.flags.discard("python-format")
    body = io.BytesIO()
    write_po(body, catalog, width=WIDTH, omit_header=True, sort_output=True, include_lineno=False)
    return f"{_format_header(catalog)}\n{body.getvalue().decode('utf-8').rstrip()}\n"


def compile_catalogue(po: str) -> bytes:
    """
    Compile a catalogue into the form that gettext reads.

    Parameters
    ----------
    po
        Text of the catalogue.

    Returns
    -------
    bytes
        Content of the ``.mo`` file; messages without a translation and fuzzy ones are left out.
    """
    catalog = read_catalogue(po)
    pairs = {b"": _header(catalog).encode()}
    for message in catalog:
        if message.id and not message.fuzzy and all(_strings(message)):
            pairs["\0".join(_ids(message)).encode()] = "\0".join(_strings(message)).encode()
    keys = sorted(pairs)
    start = 7 * 4 + len(keys) * 2 * 8
    index, body = [], b""
    for part in [*keys, *(pairs[key] for key in keys)]:
        index += [len(part), start + len(body)]
        body += part + b"\0"
    head = (MO_MAGIC, 0, len(keys), 7 * 4, 7 * 4 + len(keys) * 8, 0, start)
    return struct.pack(f"<{len(head) + len(index)}I", *head, *index) + body


def read_catalogue(po: str) -> Catalog:
    """
    Read the text of a catalogue.

    Parameters
    ----------
    po
        Text of the catalogue; may be empty.

    Returns
    -------
    Catalog
        Its messages.
    """
    return read_po(io.BytesIO(po.encode("utf-8")), locale=LANGUAGE)


def main() -> int:
    """
    Update and compile the catalogue.

    Returns
    -------
    int
        Exit code: 1 if a message has no translation yet.
    """
    po_file, mo_file = find_catalogue(".po"), find_catalogue(".mo")
    po = update_catalogue(po_file.read_text(encoding="utf-8") if po_file.exists() else "", extract_messages(ROOT))
    po_file.parent.mkdir(parents=True, exist_ok=True)
    po_file.write_text(po, encoding="utf-8", newline="\n")
    mo_file.write_bytes(compile_catalogue(po))
    with mo_file.open("rb") as stream:
        gettext.GNUTranslations(stream)
    empty = [_ids(message)[0] for message in read_catalogue(po) if message.id and not all(_strings(message))]
    for text in empty:
        print(f"no translation: {text}")
    return 1 if empty else 0


def _ids(message: Message) -> tuple[str, ...]:
    """English text, or both texts of a plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _strings(message: Message) -> tuple[str, ...]:
    """Translation, or all forms of a plural; empty texts where there is none."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def _header(catalog: Catalog) -> str:
    """Header without dates, machines and versions, which would change without a change."""
    return (
        "Project-Id-Version: bibliobus\n"
        f"Language: {LANGUAGE}\n"
        "MIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=utf-8\n"
        "Content-Transfer-Encoding: 8bit\n"
        f"Plural-Forms: {catalog.plural_forms}\n"
    )


def _format_header(catalog: Catalog) -> str:
    """Header as the first message of a catalogue."""
    lines = "".join(f'"{line}\\n"\n' for line in _header(catalog).splitlines())
    return f'msgid ""\nmsgstr ""\n{lines}'


if __name__ == "__main__":
    sys.exit(main())
