"""Codes of the codifier joined with positions of GeoNames, settlement by settlement."""

from __future__ import annotations

import difflib
import math
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeAlias

from bibliobus.inputs.gazetteers.katottg import fold_cyrillic, fold_latin, transliterate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bibliobus.inputs.gazetteers.geonames import GeoPlace
    from bibliobus.inputs.gazetteers.katottg import CodedPlace

FAR_KM: Final = 40.0
"""A settlement this far from every other of its hromada is doubtful: no hromada of Ukraine is that sparse."""

SIMILAR_KM: Final = 15.0
"""Names that are only similar are joined when the place lies within this distance of its hromada."""

SIMILAR_RATIO: Final = 0.85
"""Names are similar from this ratio of `difflib.SequenceMatcher` on."""

MAIN_RATIO: Final = 0.6
"""Below this ratio the main Latin name of a place is another name, and a Cyrillic one that fits may be a former one."""

KM_PER_DEGREE: Final = 111.2

Candidates: TypeAlias = dict[str, set[int]]
"""Numbers of the places that may be a settlement, by its code."""


class Match(StrEnum):
    """How a code and a position were brought together; certain ones first."""

    NAME = "name"
    LATIN = "latin"
    FAR = "uncertain: far from its hromada"
    FORMER = "uncertain: perhaps a former name"
    HOMONYM = "uncertain: homonym"
    SIMILAR = "uncertain: similar name"

    @property
    def certain(self) -> bool:
        """Whether nothing speaks against the join."""
        return self in (Match.NAME, Match.LATIN)


@dataclass(frozen=True)
class Join:
    """One settlement of the codifier with its position."""

    coded: CodedPlace
    point: GeoPlace
    match: Match


@dataclass(frozen=True)
class Joined:
    """
    What joining gave.

    Parameters
    ----------
    joins
        Sorted by code; each code and each point at most once.
    missing
        Settlements of the codifier without a position, sorted by code.
    left_over
        Places of GeoNames in the raions of the codifier that no settlement took, sorted by number.
    """

    joins: tuple[Join, ...]
    missing: tuple[CodedPlace, ...]
    left_over: tuple[GeoPlace, ...]


def join_gazetteers(coded: Sequence[CodedPlace], points: Sequence[GeoPlace]) -> Joined:
    """
    Join the codifier with GeoNames.

    Parameters
    ----------
    coded
        Settlements of the codifier, of whole raions: a homonym that is not among them cannot be told apart.
    points
        Places of GeoNames; those of other raions are passed over.

    Returns
    -------
    Joined
        Joins inside each raion: first names in Cyrillic, then in Latin letters, where one settlement and one place
        have only each other; then homonyms, each by the nearest certain place of its hromada; last, similar names.
        What is not the only choice is marked uncertain.
    """
    by_raion: dict[str, list[GeoPlace]] = defaultdict(list)
    for point in points:
        by_raion[point.raion_digits].append(point)
    groups: dict[str, list[CodedPlace]] = defaultdict(list)
    for place in coded:
        groups[place.raion_digits].append(place)
    joins: list[Join] = []
    left_over: list[GeoPlace] = []
    for digits in sorted(groups):
        raion = _Raion(groups[digits], by_raion.get(digits, []))
        raion.join()
        joins += raion.joins.values()
        left_over += raion.points.values()
    taken = {join.coded.code for join in joins}
    missing = sorted((place for place in coded if place.code not in taken), key=lambda place: place.code)
    ordered = sorted(joins, key=lambda join: join.coded.code)
    return Joined(tuple(ordered), tuple(missing), tuple(sorted(left_over, key=lambda point: point.geoname_id)))


class _Raion:
    """Joins of one raion while they are made; `coded` and `points` are those that are still free."""

    def __init__(self, coded: Iterable[CodedPlace], points: Iterable[GeoPlace]) -> None:
        self.coded = {place.code: place for place in sorted(coded, key=lambda place: place.code)}
        self.points = {point.geoname_id: point for point in sorted(points, key=lambda point: point.geoname_id)}
        self.joins: dict[str, Join] = {}
        self.near: dict[str, list[GeoPlace]] = defaultdict(list)

    def join(self) -> None:
        """Bring together what belongs together, the most certain first."""
        cyrillic = self._find_candidates(_cyrillic_keys, lambda place: fold_cyrillic(place.name))
        latin = self._find_candidates(_main_keys, _latin_key)
        # A homonym by its Cyrillic name stays one, also where only one of them is written in Latin letters.
        latin_only = {code: ids for code, ids in latin.items() if code not in cyrillic}
        self._join_pairs(cyrillic, Match.NAME)
        self._join_pairs(latin_only, Match.LATIN)
        self._doubt_far()
        self._join_nearest({code: cyrillic.get(code, set()) | latin.get(code, set()) for code in self.coded})
        self._join_similar()

    def _find_candidates(
        self, point_keys: Callable[[GeoPlace], set[str]], coded_key: Callable[[CodedPlace], str]
    ) -> Candidates:
        """Places of the same name for each settlement that has any."""
        by_key: dict[str, set[int]] = defaultdict(set)
        for point in self.points.values():
            for key in point_keys(point):
                by_key[key].add(point.geoname_id)
        keys = {code: coded_key(place) for code, place in self.coded.items()}
        return {code: set(by_key[key]) for code, key in keys.items() if key and key in by_key}

    def _join_pairs(self, candidates: Candidates, match: Match) -> None:
        """Join settlements and places that have only each other."""
        wanted: dict[int, list[str]] = defaultdict(list)
        for code, ids in candidates.items():
            for number in ids:
                wanted[number].append(code)
        for code, ids in candidates.items():
            (number, *others) = sorted(ids)
            if not others and wanted[number] == [code] and number in self.points:
                self._take(code, number, match)

    def _take(self, code: str, number: int, match: Match) -> None:
        """Join a settlement and a place."""
        main = _ratio(_latin_key(self.coded[code]), fold_latin(self.points[number].name))
        if match is Match.NAME and main < MAIN_RATIO:
            match = Match.FORMER
        self.joins[code] = Join(self.coded.pop(code), self.points.pop(number), match)

    def _doubt_far(self) -> None:
        """Doubt joins far from all others of their hromada; the rest show where each hromada lies."""
        for join in self.joins.values():
            self.near[join.coded.hromada_code].append(join.point)
        for code, join in self.joins.items():
            others = [point for point in self.near[join.coded.hromada_code] if point is not join.point]
            if join.match.certain and others and min(measure_km(join.point, point) for point in others) > FAR_KM:
                self.joins[code] = Join(join.coded, join.point, Match.FAR)
        self.near.clear()
        for join in self.joins.values():
            if join.match.certain:
                self.near[join.coded.hromada_code].append(join.point)

    def _join_nearest(self, candidates: Candidates) -> None:
        """Join settlements of the same name, the one nearest to its hromada first."""
        pairs = [
            (self._find_distance(self.coded[code], self.points[number]), code, number)
            for code, ids in candidates.items()
            for number in ids
            if number in self.points
        ]
        for _, code, number in sorted(pairs):
            if code in self.coded and number in self.points:
                self._take(code, number, Match.HOMONYM)

    def _find_distance(self, place: CodedPlace, point: GeoPlace) -> float:
        """Kilometres from a place to the nearest certain one of a hromada; infinite if it has none."""
        return min((measure_km(point, other) for other in self.near[place.hromada_code]), default=math.inf)

    def _join_similar(self) -> None:
        """Join what is left by names that are only similar, near the hromada."""
        pairs = []
        for code, place in self.coded.items():
            for number, point in self.points.items():
                distance_km = self._find_distance(place, point)
                ratio = _compare(place, point) if distance_km <= SIMILAR_KM else 0.0
                if ratio >= SIMILAR_RATIO:
                    pairs.append((-ratio, distance_km, code, number))
        for _, _, code, number in sorted(pairs):
            if code in self.coded and number in self.points:
                self._take(code, number, Match.SIMILAR)


def measure_km(a: GeoPlace, b: GeoPlace) -> float:
    """Measure the distance between two places."""
    shrink = math.cos(math.radians((a.lat + b.lat) / 2))
    return KM_PER_DEGREE * math.hypot(a.lat - b.lat, (a.lon - b.lon) * shrink)


def _cyrillic_keys(point: GeoPlace) -> set[str]:
    """Cyrillic names of a place, folded."""
    return {fold_cyrillic(name) for name in point.names if _is_cyrillic(name)}


def _main_keys(point: GeoPlace) -> set[str]:
    """The main Latin name of a place, folded; other Latin names are often former ones or those of neighbours."""
    return {fold_latin(point.name)}


def _latin_key(place: CodedPlace) -> str:
    """Official Latin name of a settlement, folded."""
    return fold_latin(transliterate(place.name))


def _is_cyrillic(name: str) -> bool:
    """Whether a name is written in Cyrillic letters."""
    return any("\u0400" <= letter <= "\u052f" for letter in name)


def _compare(place: CodedPlace, point: GeoPlace) -> float:
    """How similar the names are, 0 to 1, in the letters in which they are most."""
    cyrillic, latin = fold_cyrillic(place.name), _latin_key(place)
    pairs = [(cyrillic, key) for key in _cyrillic_keys(point)] + [(latin, key) for key in _main_keys(point)]
    return max((_ratio(a, b) for a, b in pairs), default=0.0)


def _ratio(a: str, b: str) -> float:
    """How similar two words are, 0 to 1."""
    return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()
