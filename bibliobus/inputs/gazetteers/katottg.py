"""The Ukrainian codifier KATOTTG, and its names in Latin letters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bibliobus.domain.places import SETTLEMENT_LETTERS
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.tables.cells import clean_category, clean_id, clean_name, find_unknown, show_value
from bibliobus.words.language import N_, alphabet_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bibliobus.inputs.files import InputFile
    from bibliobus.inputs.tables.table import TableRow

MAX_CODES: Final = 100_000
CODE_LENGTH: Final = 19
_LEVELS: Final = {"O": "oblast", "K": "oblast", "P": "raion", "H": "hromada"}

NOT_KATOTTG: Final = FindingKind(
    "not-katottg",
    Severity.ERROR,
    N_("This is not the codifier KATOTTG: no row has five columns of codes, a category and a name."),
    N_("Take the workbook that the ministry publishes, without changing its columns."),
)
REGION_UNKNOWN: Final = FindingKind(
    "region-unknown",
    Severity.ERROR,
    N_("The codifier has no raion or oblast “{value}”."),
    N_("Known: {known}."),
)


@dataclass(frozen=True)
class CodedPlace:
    """One settlement of the codifier; a city with special status has no raion."""

    code: str
    name: str
    category: str
    hromada_code: str
    hromada: str
    raion: str
    oblast: str

    @property
    def raion_digits(self) -> str:
        """Four digits of the oblast and the raion inside the code, which GeoNames uses too."""
        return self.code[2:6]


def read_katottg(file: InputFile) -> tuple[tuple[CodedPlace, ...], list[Finding]]:
    """
    Read the codifier.

    Parameters
    ----------
    file
        The ministry's workbook, or the same table as CSV: five columns of codes by level, category, name; rows above
        the first such row are passed over.

    Returns
    -------
    places : tuple of CodedPlace
        Settlements, sorted by code; empty if the file cannot be read.
    findings : list of Finding
        Everything that is wrong.
    """
    rows, findings = _read_rows(file)
    if rows is None:
        return (), findings
    names: dict[str, str] = {}
    found: dict[str, CodedPlace] = {}
    for row in rows:
        entry = _read_entry(row.cells)
        if entry is None:
            continue
        codes, category, name = entry
        own = codes[-1]
        if category in _LEVELS:
            names[own] = name
        if category in SETTLEMENT_LETTERS and own not in found:
            oblast, raion, hromada = ([*codes, "", "", ""])[:3]
            found[own] = CodedPlace(
                own, name, category, hromada, names.get(hromada, ""), names.get(raion, ""), names.get(oblast, "")
            )
    if not found:
        return (), [*findings, NOT_KATOTTG.at(Place(file.name))]
    return tuple(found[code] for code in sorted(found)), findings


def choose_region(
    places: Sequence[CodedPlace], raions: Iterable[str], oblasts: Iterable[str]
) -> tuple[tuple[CodedPlace, ...], list[Finding]]:
    """
    Choose the settlements of raions and oblasts, in the same order; all of them if none is named.

    Letter case, apostrophes and the word for raion do not matter. A finding for each name the codifier does not have.
    """
    wanted_raions, wanted_oblasts = ({_key(name): name for name in names} for names in (raions, oblasts))
    findings = []
    for wanted, known in (
        (wanted_raions, sorted({place.raion for place in places if place.raion}, key=alphabet_key)),
        (wanted_oblasts, sorted({place.oblast for place in places if place.oblast}, key=alphabet_key)),
    ):
        keys = {_key(name) for name in known}
        findings += [
            find_unknown(REGION_UNKNOWN, Place(), show_value(name), known)
            for key, name in sorted(wanted.items())
            if key not in keys
        ]
    if not wanted_raions and not wanted_oblasts:
        return tuple(places), findings
    chosen = (p for p in places if _key(p.raion) in wanted_raions or _key(p.oblast) in wanted_oblasts)
    return tuple(chosen), findings


def _read_rows(file: InputFile) -> tuple[list[TableRow] | None, list[Finding]]:
    """Rows of the workbook or of the CSV file."""
    from bibliobus.inputs.tables.table import read_csv, read_workbook

    if file.name.casefold().endswith(".xlsx"):
        rows, findings = read_workbook(file, max_rows=MAX_CODES)
    else:
        rows, findings = read_csv(file, max_rows=MAX_CODES)
    return rows, [finding for finding in findings if finding.severity is Severity.ERROR]


def _read_entry(cells: tuple[str, ...]) -> tuple[list[str], str, str] | None:
    """Codes from the top level down, category and name; None for a row that is no entry."""
    if len(cells) < 7:
        return None
    codes = [clean_id(cell) for cell in cells[:5] if cell]
    category, name = clean_category(cells[5]), clean_name(cells[6])
    good = codes and name and len(category) == 1 and all(len(code) == CODE_LENGTH for code in codes)
    return (codes, category, name) if good else None


def _key(name: str) -> str:
    """Name of a region as people may write it."""
    plain = clean_name(name).casefold().replace("’", "")
    return plain.removesuffix(" район").removesuffix(" область").strip()


_LETTERS: Final = dict(
    zip(
        "абвгґдезиіклмнопрстуфх",
        ("a", "b", "v", "h", "g", "d", "e", "z", "y", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh"),
        strict=True,
    )
) | {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "'": "", "’": "", "ʼ": ""}
_AT_START: Final = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_INSIDE: Final = {"є": "ie", "ї": "i", "й": "i", "ю": "iu", "я": "ia"}


def transliterate(name: str) -> str:
    """
    Write a Ukrainian name in Latin letters.

    Parameters
    ----------
    name
        Name in Ukrainian letters; others are kept.

    Returns
    -------
    str
        The name by the official table, letter case as in the name.

    Notes
    -----
    Resolution of the Cabinet of Ministers of Ukraine No. 55 of 27.01.2010: ``зг`` is ``zgh``; ``є ї й ю я`` differ at
    the beginning of a word; the soft sign and the apostrophe are not written.
    """
    return re.sub(r"[^\W\d_][\w'’ʼ]*", lambda word: _transliterate_word(word[0]), unicodedata.normalize("NFC", name))


def fold_latin(name: str) -> str:
    """Reduce a Latin name to lower-case letters without accents; ``y``, ``j`` and ``i`` are alike and never doubled."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = re.sub("[^a-z]", "", plain)
    return re.sub("i+", "i", re.sub("[yj]", "i", letters))


def fold_cyrillic(name: str) -> str:
    """Reduce a Cyrillic name to lower-case letters and digits, without accents, apostrophes, hyphens and spaces."""
    # An accent that marks the stress is dropped; the marks of й and ї are part of the letter.
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFD", name.casefold()).replace("\u0301", ""))
    return "".join(mark for mark in plain if mark.isalnum())


def _transliterate_word(word: str) -> str:
    """One word, its first letter large if it was."""
    lower = word.casefold()
    parts = []
    for at, letter in enumerate(lower):
        if lower[at - 1 : at + 1] == "зг":
            parts.append("gh")
        else:
            special = _INSIDE if at else _AT_START
            parts.append(special.get(letter, _LETTERS.get(letter, letter)))
    latin = "".join(parts)
    if len(word) > 1 and word.isupper():
        return latin.upper()
    return latin[:1].upper() + latin[1:] if word[:1].isupper() else latin
