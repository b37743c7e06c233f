"""Requests of residents: what they wish for, in words or numbers that can be checked."""

from __future__ import annotations

from datetime import date

import pytest
from areas import say, write_area

from bibliobus.domain.places import Request, Wish
from bibliobus.inputs.area import read_area
from bibliobus.inputs.files import InputFile
from bibliobus.inputs.places import read_requests
from bibliobus.words.language import HOUR_S, MINUTE_S, Language

HEADER = "request_id,settlement_id,wish,wanted,date,signatures,note\n"
HINT = (
    "Write in the column wanted: weeks between visits for more_often, minutes for longer, weekdays such as Tue, Thu "
    "for other_day, a span such as 10:00-12:00 for other_time."
)


def read(*rows):
    """Requests and messages of a table with these rows."""
    requests, findings = read_requests(InputFile("requests.csv", (HEADER + "\n".join(rows)).encode()))
    return requests, say(findings)


def test_every_wish_is_read_with_what_is_wanted():
    requests, messages = read(
        "r1,far,visit,,2026-01-15,40,",
        "r2,east,more_often,1,,,",
        "r3,east,longer,60,,,",
        'r4,east,other_day,"Thu, Tue",,,',
        "r5,east,other_time,10:00-12:30,,,",
        "r6,east,other,,,,more books for children",
    )

    assert messages == []
    assert list(requests.values()) == [
        Request("r1", "far", Wish.VISIT, (), date(2026, 1, 15), 40),
        Request("r2", "east", Wish.MORE_OFTEN, (1,)),
        Request("r3", "east", Wish.LONGER, (60 * MINUTE_S,)),
        Request("r4", "east", Wish.OTHER_DAY, (1, 3)),
        Request("r5", "east", Wish.OTHER_TIME, (10 * HOUR_S, 12 * HOUR_S + 30 * MINUTE_S)),
        Request("r6", "east", Wish.OTHER, note="more books for children"),
    ]


def test_headers_wishes_and_weekdays_may_be_ukrainian():
    text = "код звернення;код КАТОТТГ;побажання;бажано;дата;підписи\nз1;east;інший день;вт;15.01.2026;12\n"

    requests, findings = read_requests(InputFile("requests.csv", text.encode()))

    assert findings == []
    assert requests == {2: Request("з1", "east", Wish.OTHER_DAY, (1,), date(2026, 1, 15), 12)}


def test_an_unknown_wish_asks_what_was_meant():
    assert read("r1,east,visitt,,,,")[1] == [
        "requests.csv:2:wish | “visitt” is not a known wish. | Did you mean “visit”?"
    ]
    assert read("r1,east,!!!,,,,")[1] == [
        "requests.csv:2:wish | “!!!” is not a known wish."
        " | Known wishes: visit, more_often, longer, other_day, other_time, other."
    ]


@pytest.mark.parametrize("wish", ["more_often", "longer", "other_day", "other_time"])
def test_a_wish_that_does_not_say_what_is_wanted_cannot_be_answered(wish):
    assert read(f"r1,east,{wish},,,,")[1] == [
        f"requests.csv:2:wanted | The wish “{wish}” does not say what is wanted, so nobody can tell whether it is met."
        f" | {HINT}"
    ]


@pytest.mark.parametrize(
    ("wish", "wanted"),
    [("more_often", "5"), ("longer", "0"), ("longer", "long"), ("other_day", "someday"), ("other_time", "12:00-10:00")],
)
def test_what_is_wanted_must_fit_the_wish(wish, wanted):
    assert read(f"r1,east,{wish},{wanted},,,")[1] == [
        f"requests.csv:2:wanted | “{wanted}” is not what the wish “{wish}” asks for. | {HINT}"
    ]


def test_a_plain_wish_for_a_visit_needs_no_number():
    requests, messages = read("r1,east,visit,2,,,")

    assert len(requests) == 1
    assert messages == [
        "requests.csv:2:wanted | “2” is not used: the wish “visit” needs no further word."
        " | Write it into the note, or choose another wish."
    ]


def test_an_other_wish_says_which():
    assert read("r1,east,other,,,,")[1] == [
        "requests.csv:2:note | The cell is empty, but a value is needed here. | Fill it in."
    ]


def test_an_area_has_its_requests_sorted_and_digested(tmp_path):
    area = write_area(tmp_path / "area", requests_csv=HEADER + "r2,far,visit,,,3,\nr1,east,visit,,,,\n")

    dataset, report = read_area(area)

    assert report.findings == ()
    assert [request.request_id for request in dataset.requests] == ["r1", "r2"]
    assert "requests.csv" in dataset.digests


def test_a_request_from_nowhere_and_too_many_signatures_are_told(tmp_path):
    area = write_area(tmp_path / "area", requests_csv=HEADER + "r1,eastt,visit,,,3,\nr2,far,visit,,,211,\n")

    _, report = read_area(area)

    assert say(report.findings) == [
        "requests.csv:2:settlement_id | The request comes from a settlement “eastt”, which the area does not have."
        " | Did you mean “east”?",
        "requests.csv:3:signatures | 211 signatures for “Daleke”, where 210 residents live;"
        " no more than these weigh in planning. | Check the number of signatures and the population.",
    ]


def test_two_files_of_requests_are_one_too_many(tmp_path):
    area = write_area(tmp_path / "area", requests_csv=HEADER, requests_xlsx=b"x")

    _, report = read_area(area)

    assert [finding.sentence.render(Language("en")) for finding in report.errors][:1] == [
        "The area has both requests.csv and requests.xlsx, and it is not clear which one holds."
    ]
