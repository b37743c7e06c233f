"""``bibliobus explain``."""

from __future__ import annotations

import pytest
from areas import SETTLEMENTS, write_area

from bibliobus.cli.main import run

NEEDS_MORE = SETTLEMENTS.replace("ramp,school", "ramp;4x4,school")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Plan of an area in which one village needs what no bus has."""
    folder = tmp_path_factory.mktemp("made")
    area = write_area(folder / "area", settlements=NEEDS_MORE)
    assert run(["plan", str(area), "-o", str(folder / "out"), "--iterations", "3"]) == 0
    return folder / "out"


def test_unserved_settlements_are_explained(bibliobus, made):
    ran = bibliobus("explain", made, "--lang", "en")

    assert ran.code == 0
    assert ran.out.splitlines() == [
        "Not served: not possible under the rules",
        "",
        "Pivnichne · 450 residents",
        "  No bus has every feature this stop needs.",
        "  It could be served if a bus had what it lacks: 4x4.",
    ]


def test_explanations_are_one_document(bibliobus, made):
    ran = bibliobus("explain", made, "--json", "--strict", "--lang", "uk")

    assert ran.code == ran.document["exit_code"] == 1
    assert ran.document["settlements"] == [
        {
            "settlement": "north",
            "name": "Північне",
            "standing": "unserved",
            "impossible": True,
            "code": "no-bus-with-feature",
            "values": {"change-feature": "4x4"},
            "sentence": "Жоден бібліобус не має всього, чого потребує ця зупинка.",
            "details": ["Туди можна було б їздити, якби бібліобус мав те, чого йому бракує: 4x4."],
        }
    ]


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [("east", "  The bus comes every 2 weeks."), ("Misto", "  Library here: Central library.")],
)
def test_any_settlement_is_explained_by_id_or_name(wanted, sentence, bibliobus, made):
    ran = bibliobus("explain", made, "--settlement", wanted, "--lang", "en", "--strict")

    assert ran.code == 0
    assert sentence in ran.out.splitlines()


def test_a_plan_that_serves_everybody_has_nothing_to_explain(bibliobus, made_once):
    ran = bibliobus("explain", made_once, "--lang", "en", "--strict")

    assert (ran.code, ran.out) == (0, "Every settlement is served or has a library near.\n")


def test_an_unknown_settlement_is_told(bibliobus, made_once):
    ran = bibliobus("explain", made_once, "--settlement", "atlantis", "--lang", "en")

    assert (ran.code, ran.out) == (2, "")
    assert "The plan has no settlement “atlantis”." in ran.err
    assert "Give a settlement_id of the settlements file, or a name as it stands in the plan." in ran.err


def test_a_name_of_several_settlements_is_told(bibliobus, tmp_path):
    area = write_area(tmp_path / "area", settlements=SETTLEMENTS.replace("Далеке,Daleke", "Східне,Skhidne"))
    bibliobus("plan", area, "-o", tmp_path / "out", "--iterations", 1)

    ran = bibliobus("explain", tmp_path / "out", "--settlement", "skhidne", "--lang", "en")

    # Both stand in one hromada, so that their ids tell them apart and neither has the bare name.
    assert ran.code == 2
    assert "“skhidne”" in ran.err
