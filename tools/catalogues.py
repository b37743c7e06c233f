"""
Bring the gettext catalogues up to date: ``python tools/catalogues.py`` after a message has changed.

Messages are taken from the sources that pyproject.toml lists for Babel. Translations are kept, messages that nobody
uses any more are dropped, new ones stand empty until somebody translates them. The header stays as it is in the file.
Nothing in the files depends on the day, the machine, the line a message stands on, or how a version of Babel spells a
rule.
"""

from __future__ import annotations

import gettext
import io
import re
import struct
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import denormalize, read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).parent.parent
LOCALE: Final = ROOT / "bibliobus" / "locale"
LANGUAGE: Final = "uk"
KEYWORDS: Final = {"_": None, "N_": None, "gettext": None, "NN_": (1, 2), "ngettext": (1, 2)}
WIDTH: Final = 110
MO_MAGIC: Final = 0x950412DE
# Written here, since the rule in Babel's spelling changes from one of its versions to the next.
HEADER: Final = (
    'msgid ""\n'
    'msgstr ""\n'
    '"Project-Id-Version: bibliobus\\n"\n'
    f'"Language: {LANGUAGE}\\n"\n'
    '"MIME-Version: 1.0\\n"\n'
    '"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Content-Transfer-Encoding: 8bit\\n"\n'
    '"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : '
    'n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"\n'
)
HEADER_START: Final = re.compile(r'(?:#.*\n)*msgid ""\nmsgstr ')

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
        Text of the new catalogue, sorted by message, with the header and the translations that were there.
    """
    old = read_catalogue(po)
    catalog = Catalog(locale=LANGUAGE)
    catalog.mime_headers = _list_fields(find_header(po))
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
    return f"{find_header(po)}\n{body.getvalue().decode('utf-8').rstrip()}\n"


def find_differences(po: str, messages: Mapping[Words, list[str]]) -> list[str]:
    """
    Find what an update of a catalogue would change, message by message.

    Parameters
    ----------
    po
        Text of the catalogue.
    messages
        Files by message.

    Returns
    -------
    list of str
        English texts whose plural, translation or files would change, or that would come or go; sorted. How a message
        is laid out in the file is no difference.
    """
    now, then = _list_facts(po), _list_facts(update_catalogue(po, messages))
    return sorted(text for text in now.keys() | then.keys() if now.get(text) != then.get(text))


def find_header(po: str) -> str:
    """
    Find the header of a catalogue.

    Parameters
    ----------
    po
        Text of the catalogue; may be empty.

    Returns
    -------
    str
        Its first message letter by letter, with the comments above it; that of a new catalogue if there is none.
    """
    return po.partition("\n\n")[0].rstrip("\n") + "\n" if HEADER_START.match(po) else HEADER


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
    pairs = {b"": _read_header(find_header(po)).encode()}
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


def _list_facts(po: str) -> dict[str, tuple[tuple[str, ...], tuple[str, ...], list[str]]]:
    """English texts, translations and files of every message by its first text."""
    return {
        _ids(message)[0]: (_ids(message), _strings(message), sorted(file for file, _ in message.locations))
        for message in read_catalogue(po)
        if message.id
    }


def _read_header(header: str) -> str:
    """Text that the header stands for."""
    return denormalize(header[header.index("msgstr ") + len("msgstr ") :])


def _list_fields(header: str) -> list[tuple[str, str]]:
    """Names and values in the header."""
    fields = (line.partition(": ") for line in _read_header(header).splitlines())
    return [(name, value) for name, _, value in fields]


if __name__ == "__main__":
    sys.exit(main())
