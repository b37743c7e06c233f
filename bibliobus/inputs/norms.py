"""
Norms, documents and driving rules from data files: those that come with the program, and the planner's own.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from bibliobus.domain.fleet import DrivingRules
from bibliobus.domain.norms import Norm, NormRule
from bibliobus.domain.places import SETTLEMENT_LETTERS
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.scenario.problems import TEXT, TRUTH
from bibliobus.inputs.tables.cells import clean_category, find_unknown, show_value
from bibliobus.inputs.tables.text import decode_text
from bibliobus.inputs.toml.file import parse_toml
from bibliobus.words.language import N_
from bibliobus.words.text import Text
from bibliobus.words.units import HOUR_S, MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bibliobus.inputs.files import InputFile

LIMITS_OF: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "share_within": ((), ("library_km", "stop_km", "min_people_per_ha", "max_people_per_ha")),
    "library_or_bus": (("library_km",), ("min_people",)),
    "stop_people": (("min_people",), ()),
    "stop_library": (("library_km",), ()),
    "stop_stop": (("stop_km",), ()),
    "stay": (("minutes",), ("max_minutes",)),
    "rhythm": (("weeks",), ()),
    "visitors": (("visitors",), ()),
    "no_data": ((), ()),
}
"""Numbers that each measure needs, and those it may have."""

_NORM_TEXTS: Final = ("title_uk", "title_en", "source")
_RULE_TEXTS: Final = ("id", "measure", "text_uk", "text_en", "source")
_RULE_NOTES: Final = ("note_uk", "note_en")
_RULE_KEYS: Final = (*_RULE_TEXTS, *_RULE_NOTES, "verified", "share")
_OF_ALL_KINDS: Final = ("visitors", "no_data")
"""Measures that do not go by settlements, so that a rule cannot be about some kinds of them."""

MAX_NUMBER: Final = 1_000_000
YEARS: Final = range(1800, 2200)
"""Years in which a norm may have begun to hold."""

NORM_KEY_MISSING: Final = FindingKind(
    "norm-key-missing",
    Severity.ERROR,
    N_("{rule}: “{key}” is missing or of the wrong kind; {expected} is expected."),
    N_("Every rule says what is measured, in both languages, from which source, and whether it was verified."),
)
NORM_KEY_UNKNOWN: Final = FindingKind(
    "norm-key-unknown", Severity.ERROR, N_("The key “{value}” is unknown in a norm."), N_("Known here: {known}.")
)
MEASURE_UNKNOWN: Final = FindingKind(
    "measure-unknown", Severity.ERROR, N_("“{value}” cannot be measured."), N_("Allowed here: {known}.")
)
NORM_REPEATED: Final = FindingKind(
    "norm-rule-repeated", Severity.ERROR, N_("Two rules are called “{value}”."), N_("Give each an id of its own.")
)
_NUMBER, _DATE = N_("a number above 0"), N_("a date such as 2026-03-02, or a year")
_SHARE, _RULES = N_("a number from 0 to 1"), N_("a list of rules")
_CATEGORIES = N_('a list of letters of the codifier for kinds of settlement, such as ["C"]')


def list_norms() -> tuple[str, ...]:
    """
    List the norms that come with the program.

    Returns
    -------
    tuple of str
        Their names, sorted.
    """
    folder = resources.files("bibliobus.tables") / "norms"
    return tuple(sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")))


def load_norm(name: str) -> bytes:
    """
    Load a norm that comes with the program.

    Parameters
    ----------
    name
        One of `list_norms`.

    Returns
    -------
    bytes
        Its file.
    """
    return (resources.files("bibliobus.tables") / "norms" / f"{name}.toml").read_bytes()


def read_norm(file: InputFile) -> tuple[Norm | None, list[Finding]]:
    """
    Read a norm.

    Parameters
    ----------
    file
        TOML: ``title_uk``, ``title_en``, ``source``, ``date`` (or a year), and ``[[rules]]`` with ``id``, ``measure``,
        its numbers, ``share``, ``categories`` (letters of the codifier), ``text_uk``, ``text_en``, ``source``,
        ``verified``, and ``note_uk`` and ``note_en`` if anything is assumed.

    Returns
    -------
    norm : Norm or None
        None if anything is wrong.
    findings : list of Finding
        All that is wrong.
    """
    text, findings = decode_text(file)
    place = Place(file.name)
    if text is None:
        return None, findings
    document, broken = parse_toml(text, file.name)
    if document is None:
        return None, [*findings, *broken]
    reader = _Reader(place)
    norm = reader.read(document, file.name.rpartition("/")[2].removesuffix(".toml"))
    return (None if reader.findings else norm), findings + reader.findings


class _Reader:
    """Reading of one file; findings gather until its end."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.findings: list[Finding] = []

    def read(self, document: Mapping[str, Any], norm_id: str) -> Norm:
        """Norm of a document."""
        self._refuse_unknown(document, (*_NORM_TEXTS, "date", "rules"))
        texts = {key: self._text(document, key, norm_id) for key in _NORM_TEXTS}
        since = self._since(document.get("date"), norm_id)
        rules = document.get("rules")
        if not isinstance(rules, list) or not rules or not all(isinstance(rule, dict) for rule in rules):
            self._miss(norm_id, "rules", _RULES)
            rules = []
        read = tuple(self._read_rule(rule) for rule in rules)
        ids = [rule.rule_id for rule in read]
        self.findings += [
            NORM_REPEATED.at(self.place, value=show_value(one)) for one in sorted(set(ids)) if ids.count(one) > 1
        ]
        return Norm(norm_id, texts["title_uk"], texts["title_en"], texts["source"], since, read)

    def _read_rule(self, rule: Mapping[str, Any]) -> NormRule:
        """One rule."""
        name = show_value(str(rule.get("id", "")))
        texts = {key: self._text(rule, key, name) for key in _RULE_TEXTS}
        needed, allowed = LIMITS_OF.get(texts["measure"], ((), ()))
        if texts["measure"] and texts["measure"] not in LIMITS_OF:
            self.findings.append(find_unknown(MEASURE_UNKNOWN, self.place, texts["measure"], LIMITS_OF))
        else:
            kinds = () if texts["measure"] in _OF_ALL_KINDS else ("categories",)
            self._refuse_unknown(rule, (*_RULE_KEYS, *kinds, *needed, *allowed))
        texts |= {key: self._text(rule, key, name) for key in _RULE_NOTES if not rule.keys().isdisjoint(_RULE_NOTES)}
        verified = rule.get("verified")
        if not isinstance(verified, bool):
            self._miss(name, "verified", TRUTH)
        names = (key for key in (*needed, *allowed) if key in needed or key in rule)
        return NormRule(
            rule_id=texts["id"],
            measure=texts["measure"],
            text_uk=texts["text_uk"],
            text_en=texts["text_en"],
            source=texts["source"],
            note_uk=texts.get("note_uk", ""),
            note_en=texts.get("note_en", ""),
            verified=verified is True,
            limits={key: self._number(rule, key, name, MAX_NUMBER, _NUMBER) for key in names},
            share=self._number(rule, "share", name, 1, _SHARE) if "share" in rule else 1.0,
            categories=self._categories(rule["categories"], name) if "categories" in rule else (),
        )

    def _since(self, value: object, norm: str) -> date | int:
        """Date or year since when a norm holds."""
        if type(value) is date or (type(value) is int and value in YEARS):
            return value
        self._miss(norm, "date", _DATE)
        return date.min

    def _categories(self, value: object, rule: str) -> tuple[str, ...]:
        """Letters of the codifier, Cyrillic or Latin as people type them, in Latin; at least one."""
        letters = (
            [clean_category(one) if isinstance(one, str) else "" for one in value] if isinstance(value, list) else []
        )
        if not letters or not SETTLEMENT_LETTERS.issuperset(letters):
            self._miss(rule, "categories", _CATEGORIES)
        return tuple(dict.fromkeys(letters))

    def _text(self, table: Mapping[str, Any], key: str, rule: str) -> str:
        """Text that must be there."""
        value = table.get(key)
        if not isinstance(value, str) or not value.strip():
            self._miss(rule, key, TEXT)
            return ""
        return " ".join(value.split())

    def _number(self, table: Mapping[str, Any], key: str, rule: str, most: float, expected: str) -> float:
        """Number that must be there."""
        value = table.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
            self._miss(rule, key, expected)
            return 1.0
        return float(value)

    def _miss(self, rule: str, key: str, expected: str) -> None:
        """Add a finding for a key."""
        self.findings.append(NORM_KEY_MISSING.at(self.place, rule=rule or "–", key=key, expected=Text(expected)))

    def _refuse_unknown(self, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
        """Add findings for keys that nobody knows."""
        self.findings += [
            find_unknown(NORM_KEY_UNKNOWN, self.place, str(key), known) for key in table if key not in known
        ]


NO_CLAUSES: Final = ""
"""Choice of a scenario whose report answers nobody's demands."""

_FOLDER: Final = "clauses"


@dataclass(frozen=True)
class ClauseSet:
    """
    A document whose demands a report can answer.

    Parameters
    ----------
    title_uk
        The document within a Ukrainian sentence.
    title_en
        The document within an English sentence.
    sections
        What it asks for, in Ukrainian and in English, by name of the section that answers it.
    """

    title_uk: str
    title_en: str
    sections: Mapping[str, tuple[str, str]]


def list_clause_sets() -> tuple[str, ...]:
    """
    List the documents that come with the program.

    Returns
    -------
    tuple of str
        Their names, sorted.
    """
    files = (resources.files("bibliobus.tables") / _FOLDER).iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


@cache
def read_clause_set(name: str) -> ClauseSet | None:
    """
    Read a document that comes with the program.

    Parameters
    ----------
    name
        One of `list_clause_sets`, or `NO_CLAUSES`.

    Returns
    -------
    ClauseSet or None
        None for `NO_CLAUSES`.
    """
    if name == NO_CLAUSES:
        return None
    text = (resources.files("bibliobus.tables") / _FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    sections = {key: (one["title_uk"], one["title_en"]) for key, one in document["sections"].items()}
    return ClauseSet(document["title_uk"], document["title_en"], sections)


NO_RULES: Final = "none"


@cache
def read_driving_rules() -> tuple[DrivingRules, ...]:
    """
    Read the packaged sets of driving rules.

    Returns
    -------
    tuple of DrivingRules
        In the order of the table, which names a source for each.
    """
    text = (resources.files("bibliobus.tables") / "driving_rules.csv").read_text(encoding="utf-8-sig")
    return tuple(
        DrivingRules(
            row["name"],
            max_driving_s=round(float(row["max_driving_h"]) * HOUR_S),
            max_unbroken_s=round(float(row["max_unbroken_h"]) * HOUR_S),
            min_break_s=int(row["min_break_min"]) * MINUTE_S,
            split_break_s=_read_split(row["split_first_min"], row["split_second_min"]),
            max_before_break_s=round(float(hours) * HOUR_S) if (hours := row["meal_within_h"]) else None,
        )
        for row in csv.DictReader(text.splitlines())
    )


def _read_split(first: str, second: str) -> tuple[int, int] | None:
    """Parts of a split break; None where the cells are empty."""
    return (int(first) * MINUTE_S, int(second) * MINUTE_S) if first and second else None
