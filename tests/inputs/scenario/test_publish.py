from __future__ import annotations

import pytest
from areas import SCENARIO, say, write_area

from bibliobus.domain.scenario import Publishing
from bibliobus.findings import Finding
from bibliobus.inputs.area import read_area
from bibliobus.inputs.files import InputFile
from bibliobus.inputs.scenario.read import read_scenario


def read(rows: str) -> tuple[Publishing | None, list[Finding]]:
    """Read the publishing of a scenario that ends with some rows."""
    text = SCENARIO + "\n[publish]\n" + rows
    scenario, findings = read_scenario(InputFile("scenario.toml", text.encode("utf-8")))
    return (None if scenario is None else scenario.scenario.publishing), findings


def test_a_scenario_that_says_nothing_publishes_everything_in_the_time_of_kyiv():
    scenario, findings = read_scenario(InputFile("scenario.toml", SCENARIO.encode("utf-8")))

    assert findings == []
    assert scenario is not None
    assert scenario.scenario.publishing == Publishing("Europe/Kyiv", "", "", (), ())


def test_every_key_of_publish_is_read():
    publishing, findings = read(
        'time_zone = "Europe/Berlin"\nphone = "050 123 45 67"\nwebsite = "https://example.org"\n'
        'no_publish = ["west", "east"]\nno_publish_areas = [[[48.1, 37], [48.1, 37.3], [48.3, 37.2]]]\n'
    )

    assert findings == []
    assert publishing == Publishing(
        "Europe/Berlin",
        "050 123 45 67",
        "https://example.org",
        ("east", "west"),
        (((48.1, 37.0), (48.1, 37.3), (48.3, 37.2)),),
    )


def test_the_phone_of_a_depot_is_read():
    scenario, findings = read_scenario(
        InputFile("scenario.toml", SCENARIO.replace('name = "Central library"', 'name = "C"\nphone = "112"').encode())
    )

    assert findings == []
    assert scenario is not None
    assert scenario.scenario.depots[0].phone == "112"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            'time_zone = "Europe/Kiyv"',
            "scenario.toml:29:publish.time_zone | There is no time zone “Europe/Kiyv”. | Did you mean “Europe/Kyiv”?",
        ),
        (
            'time_zone = "/etc/passwd"',
            "scenario.toml:29:publish.time_zone | There is no time zone “/etc/passwd”. | "
            "Use a name such as Europe/Kyiv or Europe/Berlin.",
        ),
        (
            'website = "javascript:alert(1)"',
            "scenario.toml:29:publish.website | “javascript:alert(1)” is not the address of a web page. | "
            "Write it with https:// or http:// in front, or leave it empty.",
        ),
        (
            "no_publish_areas = [[[137, 48], [37, 49], [38, 48]]]",
            "scenario.toml:29:publish.no_publish_areas[1] | "
            "A point of the outline has the latitude 137, but degrees north go from -90 to 90. | "
            "Write each point as [degrees north, degrees east].",
        ),
    ],
)
def test_what_is_wrong_is_told(row: str, message: str):
    _, findings = read(row + "\n")

    assert say(findings) == [message]


def test_a_settlement_that_is_to_be_kept_back_has_to_be_there(tmp_path):
    scenario = SCENARIO + '\n[publish]\nno_publish = ["eastt"]\n'

    dataset, report = read_area(write_area(tmp_path / "area", scenario=scenario))

    assert dataset is None
    assert say(report.errors) == [
        "scenario.toml:29:publish.no_publish | No settlement has the id “eastt”, so its stop would be published. | "
        "Did you mean “east”?"
    ]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ('[report]\nclauses = "kramatorsk_2017"', []),
        (
            '[report]\nclauses = "kramatorsk_2018"',
            [
                "scenario.toml:29:report.clauses | There is no document “kramatorsk_2018” whose demands a report could"
                " answer. | Did you mean “kramatorsk_2017”?"
            ],
        ),
        (
            '[report]\nclauses = "x"',
            [
                "scenario.toml:29:report.clauses | There is no document “x” whose demands a report could answer."
                " | Known: kramatorsk_2017. Leave it empty for a report that answers to none."
            ],
        ),
        ("[money]\nassumed = true", []),
        (
            '[money]\nassumed = "yes"',
            ["scenario.toml:29:money.assumed | yes is of the wrong kind: expected true or false. | Write: true"],
        ),
    ],
)
def test_clauses_and_made_up_prices_are_choices_of_the_scenario(rows: str, words: list[str]) -> None:
    _, findings = read_scenario(InputFile("scenario.toml", f"{SCENARIO}\n{rows}\n".encode()))

    assert say(findings) == words
