"""What the law says, from data files and from a library: norms, clauses, driving rules and public holidays."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Any, Final

from bibliobus.domain.fleet import DrivingRules
from bibliobus.domain.norms import Norm, NormRule
from bibliobus.domain.places import SETTLEMENT_LETTERS
from bibliobus.findings import Finding, FindingKind, Place, Severity
from bibliobus.inputs.scenario.problems import TEXT, TOML, TRUTH, FaultKind, translate_error
from bibliobus.inputs.tables.cells import clean_category, find_unknown, show_value
from bibliobus.inputs.tables.text import decode_text
from bibliobus.inputs.toml.file import parse_toml
from bibliobus.words.language import HOUR_S, MINUTE_S, N_
from bibliobus.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

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
_EXPECTED: Final = {
    **dict.fromkeys((*_NORM_TEXTS, *_RULE_TEXTS, *_RULE_NOTES), TEXT),
    "date": _DATE,
    "rules": _RULES,
    "verified": TRUTH,
    "share": _SHARE,
    "categories": _CATEGORIES,
}
"""What is expected of each key; numbers of all others."""


def list_norms() -> tuple[str, ...]:
    """List the norms that come with the program."""
    folder = resources.files("bibliobus.tables") / "norms"
    return tuple(sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")))


def load_norm(name: str) -> bytes:
    """Load a norm that comes with the program."""
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
    return norm, findings + reader.findings


class _Reader:
    """Reading of one file; findings gather until its end."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.findings: list[Finding] = []

    def read(self, document: Mapping[str, Any], norm_id: str) -> Norm | None:
        """Norm of a document; None if anything is wrong."""
        known = (*_NORM_TEXTS, "date", "rules")
        head = self._read_table(document, norm_id, known, known)
        rules = document.get("rules")
        if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
            return None
        read = [self._read_rule(rule) for rule in rules]
        ids = [_join_words(rule.get("id")) for rule in rules]
        self.findings += [
            NORM_REPEATED.at(self.place, value=show_value(one)) for one in sorted(set(ids)) if ids.count(one) > 1
        ]
        if self.findings:
            return None
        kept = tuple(rule for rule in read if rule is not None)
        return Norm(norm_id, head["title_uk"], head["title_en"], head["source"], head["date"], kept)

    def _read_rule(self, rule: Mapping[str, Any]) -> NormRule | None:
        """One rule; its measure says which numbers it needs, and which it may have. None if anything is wrong."""
        measure = _join_words(rule.get("measure"))
        notes = () if rule.keys().isdisjoint(_RULE_NOTES) else _RULE_NOTES
        needed, allowed = LIMITS_OF.get(measure, ((), ()))
        kinds = () if measure in _OF_ALL_KINDS else ("categories",)
        known = (*_RULE_TEXTS, *_RULE_NOTES, "verified", "share", *kinds, *needed, *allowed)
        if measure and measure not in LIMITS_OF:
            # Nobody knows which numbers it may have.
            rule = {key: value for key, value in rule.items() if key in known}
        required = (*_RULE_TEXTS, *notes, "verified", *needed)
        found = self._read_table(rule, show_value(str(rule.get("id", ""))), required, known, first=_RULE_TEXTS)
        if not found:
            return None
        return NormRule(
            rule_id=found["id"],
            measure=found["measure"],
            text_uk=found["text_uk"],
            text_en=found["text_en"],
            source=found["source"],
            note_uk=found.get("note_uk", ""),
            note_en=found.get("note_en", ""),
            verified=found["verified"],
            limits={key: found[key] for key in (*needed, *allowed) if key in found},
            share=found.get("share", 1.0),
            categories=found.get("categories", ()),
        )

    def _read_table(
        self,
        table: Mapping[str, Any],
        name: str,
        required: tuple[str, ...],
        known: tuple[str, ...],
        *,
        first: tuple[str, ...] = (),
    ) -> dict[str, Any]:
        """Values of a table; none if any is wrong: findings on the first keys, on unknown ones, then on the rest."""
        from pydantic import ValidationError

        try:
            read = _table_parser(required, known).model_validate(table)
            return {key: getattr(read, key) for key in known if key in table}
        except ValidationError as error:
            faults = [translate_error(one, TOML) for one in error.errors(include_url=False)]
        told: dict[tuple[int, str], Finding] = {}
        for fault in faults:
            key = str(fault.path[0])
            if fault.kind is FaultKind.UNKNOWN:
                told[1, key] = find_unknown(NORM_KEY_UNKNOWN, self.place, key, known)
            elif key == "measure" and (measure := _join_words(fault.value)):
                told[1, key] = find_unknown(MEASURE_UNKNOWN, self.place, measure, LIMITS_OF)
            else:
                # A key of several kinds has a fault for each.
                words = {"rule": name or "–", "key": key, "expected": Text(_EXPECTED.get(key, _NUMBER))}
                told[0 if key in first else 2, key] = NORM_KEY_MISSING.at(self.place, **words)
        self.findings += [told[at] for at in sorted(told, key=lambda at: at[0])]
        return {}


def _join_words(value: object) -> str:
    """Text with single spaces; empty for what is none."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def _check_measure(measure: str) -> str:
    """Measure that is known."""
    if measure not in LIMITS_OF:
        raise ValueError(measure)
    return measure


@cache
def _table_parser(required: tuple[str, ...], known: tuple[str, ...]) -> type[BaseModel]:
    """Parser of a table that has the required ones of the known keys, and no others."""
    from pydantic import AfterValidator, Field, Strict, create_model

    number = Annotated[float, Strict(), Field(gt=0, le=MAX_NUMBER)]
    words = Annotated[str, Strict(), AfterValidator(_join_words), Field(min_length=1)]
    year = Annotated[int, Strict(), Field(ge=YEARS.start, lt=YEARS.stop)]
    kinds: dict[str, Any] = {
        **dict.fromkeys((*_NORM_TEXTS, *_RULE_TEXTS, *_RULE_NOTES), words),
        "measure": Annotated[words, AfterValidator(_check_measure)],
        "date": Annotated[date, Strict()] | year,
        "rules": Annotated[list[dict[str, Any]], Field(min_length=1)],
        "verified": Annotated[bool, Strict()],
        "share": Annotated[float, Strict(), Field(gt=0, le=1)],
        "categories": Annotated[list[Annotated[str, Strict()]], AfterValidator(_clean_categories)],
    }
    # In the order of the findings: numbers before share and kinds.
    order = (*required, *sorted((key for key in known if key not in required), key=lambda key: key in kinds))
    keys: dict[str, Any] = {key: (kinds.get(key, number), ... if key in required else None) for key in order}
    return create_model("Table", __config__={"extra": "forbid"}, **keys)


def _clean_categories(letters: list[str]) -> tuple[str, ...]:
    """Letters of the codifier, Cyrillic or Latin as people type them, in Latin; at least one."""
    cleaned = tuple(dict.fromkeys(map(clean_category, letters)))
    if not cleaned or not SETTLEMENT_LETTERS.issuperset(cleaned):
        raise ValueError(letters)
    return cleaned


NO_CLAUSES: Final = ""
"""Choice of a scenario whose report answers nobody's demands."""

_FOLDER: Final = "clauses"


@dataclass(frozen=True)
class ClauseSet:
    """A document whose demands a report can answer."""

    title_uk: str
    title_en: str
    sections: Mapping[str, tuple[str, str]]


def list_clause_sets() -> tuple[str, ...]:
    """List the documents that come with the program."""
    files = (resources.files("bibliobus.tables") / _FOLDER).iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


@cache
def read_clause_set(name: str) -> ClauseSet | None:
    """Read a document that comes with the program."""
    if name == NO_CLAUSES:
        return None
    text = (resources.files("bibliobus.tables") / _FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    sections = {key: (one["title_uk"], one["title_en"]) for key, one in document["sections"].items()}
    return ClauseSet(document["title_uk"], document["title_en"], sections)


NO_RULES: Final = "none"


@cache
def read_driving_rules() -> tuple[DrivingRules, ...]:
    """Read the packaged sets of driving rules, in the order of the table, which names a source for each."""
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


_LANGUAGES: Final = ("uk", "en_US")


@dataclass(frozen=True, order=True)
class Holiday:
    """One public holiday; a name that is not known stands in the language of the country."""

    day: date
    name_uk: str
    name_en: str


def list_countries() -> tuple[str, ...]:
    """Codes of ISO 3166 of countries and regions whose holidays are known, such as ``UA`` and ``DE-MV``; sorted."""
    from holidays import list_supported_countries

    known = list_supported_countries(include_aliases=False)
    return tuple(sorted([*known, *(f"{country}-{region}" for country, regions in known.items() for region in regions)]))


def list_holidays(country: str, first: date, last: date) -> tuple[Holiday, ...]:
    """List the public holidays between two dates; none for an empty code."""
    if not country:
        return ()
    from holidays import country_holidays

    code, _, region = country.partition("-")
    years = range(first.year, last.year + 1)
    uk, en = (country_holidays(code, subdiv=region or None, years=years, language=language) for language in _LANGUAGES)
    return tuple(Holiday(day, uk[day], en[day]) for day in sorted(uk) if first <= day <= last)
