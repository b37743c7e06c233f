"""Endings of Ukrainian for the search in the documentation: Sphinx has none, and «дороги» would not find «дорогу»."""

from __future__ import annotations

import json
from typing import Final

ENDINGS: Final = """
    а я о е є и і ї у ю ь й ою ею єю ам ям ах ях ом ем єм ів їв ей ові еві єві ами ями
    ий ій ого ому им їм ої их їх ими іми ая яя ую юю
    ти ть ться тися ся сь в ла ло ли ємо імо ете ите єте іть ать ять уть ють ає яє ує ить
    ання яння ення ань ень ість ості істю
"""
LONGEST_FIRST: Final = sorted(ENDINGS.split(), key=lambda ending: (-len(ending), ending))
LEAST: Final = 3
"""Letters that stay at least."""

SCRIPT: Final = """
var Stemmer = function () {
  const endings = ENDINGS;
  this.stemWord = function (word) {
    const ending = endings.find((end) => word.endsWith(end) && word.length - end.length >= LEAST);
    return ending === undefined ? word : word.slice(0, -ending.length);
  };
};
"""


def cut_ending(word: str) -> str:
    """Word without its ending, in small letters."""
    low = word.lower()
    ending = next((end for end in LONGEST_FIRST if low.endswith(end) and len(low) - len(end) >= LEAST), "")
    return low.removesuffix(ending) if ending else low


def teach_search() -> None:
    """Let Sphinx index Ukrainian pages by words without endings, and give the page of results the same rule."""
    from sphinx.search import SearchLanguage, languages

    class SearchUkrainian(SearchLanguage):
        """Ukrainian words are found whatever their ending is."""

        lang = "uk"
        language_name = "Ukrainian"
        endings = json.dumps(LONGEST_FIRST, ensure_ascii=False)
        js_stemmer_code = SCRIPT.replace("ENDINGS", endings).replace("LEAST", str(LEAST))

        def stem(self, word: str) -> str:
            """Word without its ending."""
            return cut_ending(word)

    languages["uk"] = SearchUkrainian
