from __future__ import annotations

import pytest

from bibliobus.findings import (
    BibliobusError,
    Finding,
    FindingKind,
    FindingReport,
    InfeasibleError,
    InputError,
    Place,
    Severity,
    ToolError,
    UsageError,
)
from bibliobus.words.language import Language

BAD = FindingKind("cell-bad", Severity.ERROR, "Found “{value}”, expected {wish}.", "Write {wish}.")
ODD = FindingKind("cell-odd", Severity.WARNING, "“{value}” is odd.", "Look at it.")
NICE = FindingKind("cell-nice", Severity.NOTE, "All is well.", "")


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(), ""),
        (Place("a.csv"), "a.csv"),
        (Place("a.csv", 3), "a.csv:3"),
        (Place("a.csv", 3, "lat"), "a.csv:3:lat"),
        (Place("scenario.toml", column="cycle.weeks"), "scenario.toml:cycle.weeks"),
        (Place(tour_id="one/7", settlement_id="a"), "one/7 a"),
        (Place("a.csv", 0), "a.csv:0"),
    ],
)
def test_a_place_is_written_from_the_file_to_the_cell_and_from_the_tour_to_the_settlement(place, text):
    assert str(place) == text


def test_a_finding_says_what_was_found_and_what_to_do():
    finding = BAD.at(Place("a.csv", 2, "lat"), value="x", wish="a number")

    english = Language("en")
    assert finding == Finding(BAD, Place("a.csv", 2, "lat"), {"value": "x", "wish": "a number"})
    assert (finding.code, finding.severity) == ("cell-bad", Severity.ERROR)
    assert finding.sentence.render(english) == "Found “x”, expected a number."
    assert finding.hint.render(english) == "Write a number."


def test_braces_in_a_value_are_only_text():
    finding = ODD.at(Place(), value="{value} {0} {")

    assert finding.sentence.render(Language("en")) == "“{value} {0} {” is odd."


def test_a_report_keeps_the_order_and_drops_repeats():
    one, two, again = ODD.at(Place(), value=1), BAD.at(Place(), value=2, wish=3), ODD.at(Place(), value=1)

    report = FindingReport.of([one, two, again])

    assert report.findings == (one, two)


def test_a_report_keeps_two_findings_of_one_cell_that_say_different_things():
    one, two = ODD.at(Place("a.csv", 2, "lat"), value=1), ODD.at(Place("a.csv", 2, "lat"), value=2)

    report = FindingReport.of([two, one, two])

    assert report.findings == (two, one)


def test_a_report_of_a_file_full_of_errors_is_made_at_once():
    # Compared one with every other, these took minutes.
    findings = [BAD.at(Place("a.csv", row, "lat"), value="x", wish="y") for row in range(30_000)]

    report = FindingReport.of(findings)

    assert len(report.findings) == 30_000


def test_a_report_sorts_by_weight():
    bad, odd, nice = BAD.at(Place(), value=2, wish=3), ODD.at(Place(), value=1), NICE.at(Place())

    report = FindingReport.of([nice, odd, bad])

    assert report.errors == (bad,)
    assert report.warnings == (odd,)
    assert FindingReport().findings == ()


@pytest.mark.parametrize(
    ("error", "code"), [(BibliobusError, 5), (UsageError, 2), (InputError, 3), (InfeasibleError, 4), (ToolError, 5)]
)
def test_an_error_carries_its_findings_and_its_exit_code(error, code):
    bad, odd = BAD.at(Place(), value=2, wish=3), ODD.at(Place(), value=1)

    raised = error(bad, odd)

    assert raised.exit_code == code
    assert raised.findings == (bad, odd)
    assert str(raised) == "cell-bad; cell-odd"
