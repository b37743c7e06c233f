"""Values as people write them in a TOML file → the right form; nothing is claimed that TOML does not take."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeAlias

from bibliobus.words.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Rights: TypeAlias = tuple[str, ...]
"""Right forms of a value: one where it is certain, several where only its writer knows, none if not recognised."""


@dataclass(frozen=True)
class Slip:
    """One kind of mistake: English words with ``{found}``, and advice with ``{right}`` where there is a right form."""

    problem: str
    advice: str


WRITE: Final = N_("Write: {right}")
DECIMAL_COMMA: Final = Slip(N_("the number “{found}” has a decimal comma"), N_("Write it with a point: {right}"))
NUMBER: Final = Slip(N_("“{found}” is not how a number is written here"), WRITE)
UNIT: Final = Slip(
    N_("“{found}” has a unit after the number"), N_("Write the number alone, in the unit of the key: {right}")
)
DATE: Final = Slip(
    N_("“{found}” is not how a date is written here"), N_("Write year, month and day with hyphens: {right}")
)
NO_DATE: Final = Slip(N_("the calendar has no date “{found}”"), N_("Correct the date."))
TIME: Final = Slip(N_("the time “{found}” has no quotation marks"), WRITE)
TRUTH: Final = Slip(N_("“{found}” is not how yes and no are written here"), WRITE)
NOTHING: Final = Slip(N_("“{found}” is not a value"), N_("Put # in front of the line if there is nothing to say."))
TEXT: Final = Slip(N_("the text “{found}” has no quotation marks"), WRITE)
QUOTE_MISSING: Final = Slip(N_("a quotation mark is missing in {found}"), WRITE)

STAND_IN: Final = "2026-03-02"
"""Date in place of one that the calendar does not have, so that the rest can be read."""

_YES: Final = frozenset(("так", "true", "yes", "on", "істина", "ja", "да"))
_NO: Final = frozenset(("ні", "false", "no", "off", "хибність", "nein", "нет"))
_NOTHING: Final = frozenset(("null", "NULL", "nil", "None", "NaN", "n/a", "N/A"))
_DASH: Final = "[-\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}\N{NON-BREAKING HYPHEN}]"
_LOOKALIKES: Final = str.maketrans("асеіјморхукТтАВСЕНІЈКМОРХѕ", "aceijmopxykTtABCEHIJKMOPXs")
_MONTHS: Final[Mapping[str, int]] = {
    name: at
    for names in (
        "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
        "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень",
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
    )
    for at, name in enumerate(names.split(), 1)
}
_MINUTE, _HOUR, _WEEK = 1, 60, 7 * 24 * 60
# What is measured, how much of its smallest unit, and how people write it.
_UNITS: Final[Mapping[str, tuple[str, Decimal]]] = {
    word: (measure, Decimal(size))
    for measure, size, words in (
        ("time", _MINUTE, "хв хвилина хвилини хвилин хвилину min mins minute minutes minuten мин минут минуты"),
        ("time", _HOUR, "год година години годин годину час часа часов h hr hrs hour hours std stunden"),
        ("time", 24 * _HOUR, "день дні дня днів доба доби діб day days"),
        ("time", _WEEK, "тиж тижд тиждень тижні тижня тижнів неделя недели недель week weeks wk"),
        ("length", 1, "м метр метри метра метрів m metre metres meter meters"),
        ("length", 1000, "км кілометр кілометри кілометра кілометрів km kilometre kilometres kilometer kilometers"),
        ("mass", 1, "кг кілограм кілограми кілограмів kg"),
        ("mass", 1000, "т тонна тонни тонн t tonne tonnes"),
        ("speed", 1, "км/год km/h kmh км/г км/ч kph"),
        ("money", 1, "грн гривня гривні гривень ₴ uah € eur $ usd"),
        ("people", 1, "особа особи осіб люди людей мешканців people residents persons"),
        ("fuel", 1, "л літр літри літрів l litre litres"),
        ("rate", 1, "л/100км l/100km"),
        ("price", 1, "грн/л грн/год грн/км uah/l uah/h uah/km"),
        ("share", 1, "%"),
        ("times", 1, "раз рази разів times шт"),
    )
    for word in words.split()
}
# The unit that the name of a key ends with.
_KEY_UNITS: Final[Mapping[str, str]] = {
    "min": "min", "h": "h", "weeks": "weeks", "km": "km", "m": "m", "t": "t", "kmh": "kmh", "percent": "%"
}  # fmt: skip
_SPACES: Final = "[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}]"
_AMOUNT: Final = rf"\d[\d.,]*(?:{_SPACES}\d{{3}}(?!\d))*(?:[.,]\d+)?"
_WITH_UNIT: Final = re.compile(rf"{_AMOUNT}\s*[^\W\d_]+\.?")
_BEFORE_UNIT: Final = re.compile(rf"([₴€$])\s*({_AMOUNT})")
_CLOCK: Final = r"(\d{1,2})[:.](\d{2})"
_SPAN: Final = re.compile(rf"(?:(?:з|від|from)\s+)?{_CLOCK}\s*(?:{_DASH}|до|по|to)\s*{_CLOCK}", re.IGNORECASE)
_MOMENT: Final = re.compile(r"(\d{1,2}):(\d{2})")
_PHONE: Final = re.compile(r"[+(]?\d[\d ()/-]{7,18}")


def is_value(text: str) -> bool:
    """Tell whether TOML takes a text as a value."""
    try:
        return list(tomllib.loads(f"value = {text}")) == ["value"]
    except (ValueError, RecursionError):
        return False


def quote(text: str) -> str:
    """Put a text into quotation marks."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def latinise(text: str) -> str:
    """Put Latin letters in place of the Cyrillic ones that look like them."""
    return text.translate(_LOOKALIKES)


def recognise(value: str, key: str) -> tuple[Slip, Rights] | None:
    """The mistake in a value that TOML does not take and its right forms for a key; None if it is not recognised."""
    for slip, find in _RECOGNISERS:
        rights = tuple(dict.fromkeys(right for right in find(value, key) if is_value(right)))
        if rights:
            return slip, rights
    return None


def _find_truth(value: str, _key: str) -> Rights:
    """Yes and no in words."""
    word, latin = value.casefold(), latinise(value).casefold()
    if word in _YES or latin in _YES:
        return ("true",)
    return ("false",) if word in _NO or latin in _NO else ()


def _find_nothing(value: str, _key: str) -> Rights:
    """Words of other languages for no value; the line is left out, so any value may stand in."""
    return ('""',) if value in _NOTHING else ()


def _find_date(value: str, _key: str) -> Rights:
    """Dates in every order."""
    return tuple(day.isoformat() for day in filter(None, (_make_day(*parts) for parts in _read_days(value))))


def _find_no_date(value: str, _key: str) -> Rights:
    """What has the look of a date and is none."""
    return (STAND_IN,) if _read_days(value) else ()


def _read_days(value: str) -> list[tuple[int, int, int]]:
    """Year, month and day in the orders that a text may mean."""
    plain = re.sub(r"\s*(?:року|рік|р\.?)$", "", value.strip().casefold())
    if found := re.fullmatch(rf"(\d{{4}})(?:[./]|{_DASH})(\d{{1,2}})(?:[./]|{_DASH})(\d{{1,2}})", plain):
        return [(int(found[1]), int(found[2]), int(found[3]))]
    if found := re.fullmatch(rf"(\d{{1,2}})\s*([./]|{_DASH})\s*(\d{{1,2}})\s*\2\s*(\d{{4}}|\d{{2}})", plain):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        year += 2000 if len(found[4]) == 2 else 0
        day_first, month_first = (year, second, first), (year, first, second)
        # Whoever writes dots means the day first; slashes and hyphens are written both ways.
        certain = found[2] == "." and _make_day(*day_first) is not None
        return [day_first] if certain else [day_first, month_first]
    if found := re.fullmatch(r"(\d{1,2})\.?\s+([^\W\d_]+)\.?,?\s+(\d{4})", plain):
        return [(int(found[3]), _MONTHS[found[2]], int(found[1]))] if found[2] in _MONTHS else []
    if found := re.fullmatch(r"([^\W\d_]+)\.?\s+(\d{1,2}),?\s+(\d{4})", plain):
        return [(int(found[3]), _MONTHS[found[1]], int(found[2]))] if found[1] in _MONTHS else []
    return []


def _make_day(year: int, month: int, day: int) -> date | None:
    """Date; None if the calendar does not have it."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _find_time(value: str, _key: str) -> Rights:
    """Clock times and spans of them, one or several."""
    pieces = [_read_time(piece) for piece in re.split(r"\s*[;,]\s*", value)]
    return (quote("; ".join(filter(None, pieces))),) if all(pieces) else ()


def _read_time(value: str) -> str:
    """One time or span as scenarios have it; empty if it is none."""
    found = _SPAN.fullmatch(value) or _MOMENT.fullmatch(value)
    numbers = [int(number) for number in found.groups()] if found else []
    clocks = list(zip(numbers[::2], numbers[1::2], strict=True))
    if any(hour * 60 + minute > 24 * 60 or minute > 59 for hour, minute in clocks):
        return ""
    return "-".join(f"{hour:02d}:{minute:02d}" for hour, minute in clocks)


def _find_decimal_comma(value: str, _key: str) -> Rights:
    """Numbers with a comma, which may stand for thousands too."""
    return read_number(value) if "," in value and "." not in value else ()


def _find_number(value: str, _key: str) -> Rights:
    """Numbers with spaces, zeros in front, or a bare point."""
    return read_number(value)


def read_number(text: str) -> Rights:
    """Read a number as people write it."""
    plain = re.sub(_SPACES, " ", text.strip())
    sign = "-" if re.match(rf"{_DASH}\s*\d", plain) else ""
    plain = re.sub(rf"^(?:\+|{_DASH})\s*", "", plain)
    if re.fullmatch(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?", plain):
        plain = plain.replace(" ", "")
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}", plain):
        plain = plain.replace(".", "")
    elif re.fullmatch(r"\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}", plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"[1-9]\d{0,2},\d{3}", plain):
        return sign + plain.replace(",", "."), sign + plain.replace(",", "")
    # A number with a zero in front that is as long as this is a telephone or a code.
    if not re.fullmatch(r"\d+\.?|\d*[.,]\d+", plain) or re.match(r"0\d{4}", plain):
        return ()
    whole, mark, decimals = re.match(r"(\d*)([.,]?)(\d*)", plain).groups()  # type: ignore[union-attr]
    return (sign + (whole.lstrip("0") or "0") + (f".{decimals or '0'}" if mark else ""),)


def _find_unit(value: str, key: str) -> Rights:
    """Number with its unit, in the unit that the name of the key ends with."""
    amounts = _read_amounts(value)
    if not amounts:
        return ()
    wanted = _KEY_UNITS.get(key.rpartition("_")[2].casefold())
    if wanted is None:
        return amounts[0][0] if len(amounts) == 1 else ()
    measure, size = _UNITS[wanted.casefold()]
    if any(_UNITS[unit][0] != measure for _, unit in amounts) or any(len(rights) > 1 for rights, _ in amounts):
        # A unit that the key does not have: what was meant is not known.
        return ()
    if len(amounts) == 1 and _UNITS[amounts[0][1]][1] == size:
        return amounts[0][0]
    total = sum(Decimal(rights[0]) * _UNITS[unit][1] for rights, unit in amounts) / size
    return (f"{round(total, 4).normalize():f}",)


def _read_amounts(value: str) -> list[tuple[Rights, str]]:
    """Numbers and units that a value is made of; none if there is anything else in it."""
    if found := _BEFORE_UNIT.fullmatch(value):
        return [(read_number(found[2]), found[1])]
    amounts, at = [], 0
    for found in re.finditer(rf"\s*({_AMOUNT})\s*([^\W\d_][^\d\s.]*(?:100\s*(?:км|km))?|[₴€$%])\.?", value):
        unit = re.sub(r"\s", "", found[2]).casefold()
        if found.start() != at or unit not in _UNITS or not read_number(found[1]):
            return []
        amounts.append((read_number(found[1]), unit))
        at = found.end()
    return amounts if at == len(value) else []


def _find_text(value: str, _key: str) -> Rights:
    """Anything with a letter, and telephones; brackets and marks of TOML speak against a text."""
    marks = sum(value.count(mark) for mark in '"“”„«»')
    worded = re.search(r"[^\W\d_]", value) is not None or _PHONE.fullmatch(value) is not None
    certain = worded and not re.search(r"[][{}=]", value) and marks % 2 == 0 and not _is_amount(value)
    return (quote(value),) if certain and not _read_days(value) else ()


def _is_amount(value: str) -> bool:
    """Whether it may be a number with a unit, although not of the key, or none that is known here."""
    return bool(_read_amounts(value)) or _WITH_UNIT.fullmatch(value) is not None


def _find_half_quoted(value: str, _key: str) -> Rights:
    """A text that has only its last quotation mark."""
    marks = "\"'“”»’"
    inner = value[:-1].strip()
    alone = value[-1:] in marks and bool(inner) and not any(mark in inner for mark in '"“”„«»[]{}=')
    return (quote(inner),) if alone else ()


_RECOGNISERS: Final[tuple[tuple[Slip, Callable[[str, str], Rights]], ...]] = (
    (TRUTH, _find_truth),
    (NOTHING, _find_nothing),
    (DATE, _find_date),
    (NO_DATE, _find_no_date),
    (TIME, _find_time),
    (DECIMAL_COMMA, _find_decimal_comma),
    (NUMBER, _find_number),
    (UNIT, _find_unit),
    (QUOTE_MISSING, _find_half_quoted),
    (TEXT, _find_text),
)
