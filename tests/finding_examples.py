"""
An example of each kind of finding, from tests that really make it: ``python tests/finding_examples.py tests/inputs``.

Runs the fast tests of some folders, notes what the program finds in them, and writes the best example of each kind that
it met into ``docs/findings.toml``, from which the reference is made; the others stay. ``--again`` runs only the tests
that are named there, and fails if one of them no longer makes its example.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from bibliobus.findings import FindingKind
from bibliobus.words.language import LANGUAGES, Language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bibliobus.findings import Finding, Place

TESTS: Final = Path(__file__).parent
TABLE: Final = TESTS.parent / "docs" / "findings.toml"
HEAD: Final = "Written by tests/finding_examples.py: what the program really said in a test, by code."
MOST: Final = 160
"""Characters of an example; a longer one is taken only where there is no other."""
ODD: Final = re.compile(r"[<>{}$\\|]|“”|\w{30}", re.ASCII)
"""What stands in examples that attack the program: true, but no help for a reader."""
UNFIT: Final = re.compile(r"Error\b|\btmp|\d+\.\d+\.\d+|at most 1 are|than 0 rows|than 1 row\b|than 1 MB|days ago")
"""What says that an example depends on the machine, its libraries, its clock, or a limit that a test has lowered."""


@dataclass(frozen=True)
class Example:
    """What the program said in a test: the name of the test, the place, and sentence and hint by language."""

    test: str
    place: str
    texts: tuple[str, ...]

    def rank(self, breadth: int) -> tuple[object, ...]:
        """
        The best has the least: nothing odd, with a place, not too long, and then as full as can be.

        ``breadth``: Kinds that its test makes; the more of them one test makes, the fewer tests prove the table.
        """
        english = self.texts[LANGUAGES.index("en")]
        long = len(english) > MOST
        odd = bool(ODD.search(english))
        return odd, not self.place, long, -breadth, self.test, len(english) * (1 if long else -1), english


class Recorder:
    """
    Notes every finding that a module of the program makes while tests run.

    Parameters
    ----------
    wanted
        Names of the tests to run; None means all of those that pytest was asked for.
    """

    def __init__(self, wanted: set[str] | None) -> None:
        self.wanted = wanted
        self.test = ""
        self.found: dict[str, set[Example]] = defaultdict(set)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out tests that are not wanted, and those whose values are drawn by chance."""
        items[:] = [
            item
            for item in items
            if isinstance(item, pytest.Function)
            and not getattr(item.obj, "is_hypothesis_test", False)
            and (self.wanted is None or item.originalname in self.wanted)
        ]

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Keep the name of the test; not its number among its like, which changes when one more is written."""
        self.test = getattr(item, "originalname", item.name)

    def listen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Be told of every finding."""
        make, heard = FindingKind.at, self.found

        def at(kind: FindingKind, place: Place, /, **values: object) -> Finding:
            finding = make(kind, place, **values)
            maker = sys._getframe(1).f_globals.get("__name__", "")
            if maker.startswith("bibliobus.") and "{" in kind.sentence + kind.hint and self.test:
                example = Example(self.test, str(place), tuple(_tell(finding, code) for code in LANGUAGES))
                if not any(UNFIT.search(text) for text in example.texts):
                    heard[kind.code].add(example)
            return finding

        monkeypatch.setattr(FindingKind, "at", at)


def _tell(finding: Finding, code: str) -> str:
    """Sentence of a finding, and its hint if that has values too."""
    language = Language(code)
    hint = f" {finding.hint.render(language)}" if "{" in finding.kind.hint else ""
    return finding.sentence.render(language) + hint


def record(paths: Sequence[Path], markers: str, wanted: set[str] | None = None) -> dict[str, set[Example]]:
    """Run tests, and give what was found in them by code."""
    recorder = Recorder(wanted)
    with pytest.MonkeyPatch.context() as monkeypatch:
        recorder.listen(monkeypatch)
        options = ["-n0", "-q", "-p", "no:cacheprovider", "-m", markers]
        ended = pytest.main([*options, *map(str, paths)], plugins=[recorder])
    if ended:
        raise SystemExit(int(ended))
    return recorder.found


def read_table() -> dict[str, dict[str, str]]:
    """Examples by code."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def write_table(found: dict[str, set[Example]]) -> None:
    """Write the best example of each code that was met."""
    rows = read_table() if TABLE.exists() else {}
    breadth = Counter(test for examples in found.values() for test in {one.test for one in examples})
    for code, examples in found.items():
        best = min(examples, key=lambda one: one.rank(breadth[one.test]))
        rows[code] = {"test": best.test, "place": best.place, **dict(zip(LANGUAGES, best.texts, strict=True))}
    parts = [f"# {HEAD}\n"]
    for code, row in sorted(rows.items()):
        lines = (f"{key} = {json.dumps(text, ensure_ascii=False)}\n" for key, text in row.items())
        parts.append(f"\n[{code}]\n{''.join(lines)}")
    TABLE.write_text("".join(parts), encoding="utf-8", newline="\n")


def list_untrue() -> list[str]:
    """Codes whose example their test does not make, as it stands in the table."""
    table = read_table()
    wanted = {row["test"] for row in table.values()}
    sources = {file: file.read_text(encoding="utf-8") for file in sorted(TESTS.rglob("test_*.py"))}
    named = {name: f"def {name}(" for name in wanted}
    paths = [file for file, source in sources.items() if any(head in source for head in named.values())]
    found = record(paths, "not browser", wanted)
    said = {code: {(one.place, *one.texts) for one in examples} for code, examples in found.items()}
    return [
        code
        for code, row in table.items()
        if (row["place"], *(row[language] for language in LANGUAGES)) not in said.get(code, set())
    ]


def main(words: Sequence[str]) -> Any:
    """Write the table; with ``--again`` name what in it is not true, which is an error."""
    if list(words) == ["--again"]:
        untrue = list_untrue()
        return f"not made by their tests: {', '.join(untrue)}" if untrue else 0
    write_table(record([Path(word) for word in words] or [TESTS], "not slow and not browser and not upkeep"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
