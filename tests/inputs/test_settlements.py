"""Settlements: headers of both languages, and every message."""

from __future__ import annotations

import pytest
from areas import SETTLEMENTS, say
from hypothesis import given
from hypothesis import strategies as st

from bibliobus.inputs.files import InputFile
from bibliobus.inputs.settlements import SettlementTable, read_settlements
from bibliobus.inputs.tables.ids import bound_line, measure_line


def read(text: str) -> tuple[SettlementTable, list[str]]:
    """Settlements and messages of a text."""
    table, findings = read_settlements(InputFile("settlements.csv", text.encode()))
    return table, say(findings)


def test_ukrainian_headers_are_understood() -> None:
    text = (
        "Код КАТОТТГ;Назва;Категорія;Район;Громада;Широта;Довгота;Населення;Часові вікна;Примітка\n"
        "UА14120010010052562;Слов'янськ;С;Краматорський;Мала;48,7;37,5;1 234;Пн-Пт 09:00-15:00;школа\n"
    )

    table, messages = read(text)

    settlement = table.by_row[2]
    assert messages == []
    assert (settlement.settlement_id, settlement.name_uk) == ("UA14120010010052562", "Слов’янськ")
    assert (settlement.category, settlement.lat, settlement.population) == ("C", 48.7, 1234)
    assert len(settlement.windows) == 5
    assert settlement.dwell_s is None


def test_a_dwell_is_read_in_minutes_and_kept_in_seconds() -> None:
    table, messages = read(SETTLEMENTS)

    assert messages == []
    assert table.by_row[4].dwell_s == 1800
    assert table.by_row[4].needs == ("ramp",)


MESSAGES = [
    (
        "far,",
        "east,",
        [
            (
                "settlements.csv:3:settlement_id | The id “east” is in row 2 already, and again in row"
                " 3. | Give every row an id of its own, or delete the row that is repeated."
            )
        ],
    ),
    (
        "far,",
        "library/x,",
        [
            (
                "settlements.csv:3:settlement_id | “library/x” cannot be an id: an id has at most 100"
                " characters and does not begin with depot/, library/. | Use the KATOTTG code, or any"
                " short text that never changes."
            )
        ],
    ),
    ("Східне", "", ["settlements.csv:2:name_uk | The cell is empty, but a value is needed here. | Fill it in."]),
    (
        "48.700,37.600",
        ",",
        [
            f"settlements.csv:2:{column} | The cell is empty, but a value is needed here. | Fill it in."
            for column in ("lat", "lon")
        ],
    ),
    (
        "48.700,37.600",
        "north,37.6",
        [
            (
                "settlements.csv:2:lat | “north” is not a number. | Write digits with a decimal point or"
                " comma, such as 12.5, and no unit."
            )
        ],
    ),
    (
        "48.700,37.600",
        "95,37.6",
        ["settlements.csv:2:lat | 95 is out of range: expected -90 to 90. | Check the number and its unit."],
    ),
    (
        "48.700,37.600",
        "37.600,48.700",
        [
            (
                "settlements.csv:2:lat | Latitude 37.600 and longitude 48.700 look swapped. | Write"
                " 48.700 as latitude and 37.600 as longitude."
            )
        ],
    ),
    (
        "48.700,37.600",
        "58.700,37.600",
        [
            (
                "settlements.csv:2:lat | The place lies 1,106 km from the middle of the area, farther"
                " than 500 km. | Check the digits of latitude and longitude."
            )
        ],
    ),
    (
        "48.700,37.600",
        "48.700,37.500",
        [
            (
                "settlements.csv:5:lat | “Misto” has the same position as “Skhidne” in row 2. | Check"
                " latitude and longitude of both."
            )
        ],
    ),
    (
        "640",
        "many",
        [
            (
                "settlements.csv:2:population | “many” is not a whole number. | Write digits only, such as"
                " 1044; leave the cell empty if the number is unknown."
            )
        ],
    ),
    (
        "Daleke,C",
        "Daleke,Z",
        [
            (
                "settlements.csv:3:category | The category “Z” is not one of the codifier: O, K, P, H,"
                " M, T, C, X, B. | M is a city, X a settlement, C a village; leave the cell empty if you"
                " do not know."
            )
        ],
    ),
    (
        "Daleke,C",
        "Daleke,місто",
        [
            (
                "settlements.csv:3:category | The category “місто” is not one of the codifier: O, K, P, H,"
                " M, T, C, X, B. | M is a city, X a settlement, C a village; leave the cell empty if you"
                " do not know."
            )
        ],
    ),
    (
        "Далеке",
        "Східне",
        [
            (
                "settlements.csv | 2 settlements are called Skhidne; their ids tell them apart. |"
                " Nothing to do, unless one of them is listed twice."
            )
        ],
    ),
    (
        "09:00-15:00",
        "9-15",
        [
            (
                "settlements.csv:4:windows | “Mon-Fri 9-15” is not a time window: weekdays and a"
                " span of time are expected. | Write windows like this: Mon-Fri 09:00-15:00; Sat 10:00-12:00."
            )
        ],
    ),
    (
        "640",
        "#N/A",
        [
            (
                "settlements.csv:2:population | The cell holds the error #N/A of a spreadsheet formula."
                " | Mend the formula, or put the value instead."
            )
        ],
    ),
    (
        "name_latin",
        "nane_latin",
        [
            (
                "settlements.csv:1:nane_latin | Column “nane_latin” is unknown and was not read. | Did"
                " you mean “name_latin”?"
            )
        ],
    ),
    (
        "name_latin",
        "name_uk",
        ["settlements.csv:1:name_uk | Columns “name_uk” and “name_uk” mean the same: name_uk. | Keep one of them."],
    ),
    (
        "lat,lon",
        "lat,",
        [
            (
                "settlements.csv:1 | Column “” is unknown and was not read. | Known columns:"
                " settlement_id, name_uk, name_latin, category, raion, hromada, lat, lon, population,"
                " rhythm_weeks, dwell_min, windows, needs, note, match."
            ),
            "settlements.csv:1:lon | Column “lon” is missing. | Add it; it may also be called довгота, longitude, lng.",
        ],
    ),
]


@pytest.mark.parametrize(("old", "new", "messages"), MESSAGES)
def test_every_message_names_the_cell_and_says_what_to_do(old: str, new: str, messages: list[str]) -> None:
    assert old in SETTLEMENTS

    _, found = read(SETTLEMENTS.replace(old, new, 1))

    assert found == messages


def test_places_swapped_outside_ukraine_are_seen_by_the_others() -> None:
    rows = ["settlement_id,name_uk,lat,lon", *(f"s{at},S{at},64.{at},-21.{at}" for at in range(1, 6)), "x,X,-21.5,64.5"]

    _, messages = read("\n".join(rows))

    assert messages == [
        "settlements.csv:7:lat | Latitude -21.5 and longitude 64.5 look swapped."
        " | Write 64.5 as latitude and -21.5 as longitude."
    ]


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    table, findings = read_settlements(InputFile("settlements.csv", text.encode("utf-8", "surrogatepass")))

    assert table.by_row or findings


LATS, LONS = st.floats(-90, 90), st.floats(-180, 180)


@given(st.tuples(LATS, LONS), st.tuples(LATS, LONS))
def test_no_way_is_longer_than_its_bound_and_none_much_shorter(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    way_m, bound_m = measure_line((start, end)), bound_line(start, end)

    assert way_m <= bound_m <= 1.0102 * way_m + 2


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for name in ("settlements.csv", "settlements.xlsx"):
        table, findings = read_settlements(InputFile(name, content))

        assert table.by_row or findings


def test_a_table_in_one_column_is_told_as_what_it_is() -> None:
    lines = SETTLEMENTS.splitlines()
    quoted = ['"' + line.replace('"', '""') + '"' for line in lines]
    advice = (
        "Divide it in the spreadsheet program (Excel: Data, Text to Columns) and save it, or take the file as it was."
    )

    for text in ("\n".join(quoted), "\n".join([lines[0], *quoted[1:]])):
        table, messages = read(text)

        (message,) = [one for one in messages if "The whole table is in one column" in one]
        assert "every line is a single cell, such as “" in message
        assert message.endswith(advice)
        assert table.by_row == {}
        assert not [one for one in messages if "The column" in one]
