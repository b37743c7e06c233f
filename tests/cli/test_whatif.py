"""``bibliobus whatif``."""

from __future__ import annotations

import pytest

from bibliobus.tasks import variants as batch
from bibliobus.tasks.variants import attempt_job


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    """Jobs in this process: faster, and seen by the coverage."""
    monkeypatch.setattr(batch, "_run_apart", attempt_job)


def test_people_read_a_row_for_each_variant(bibliobus, area, tmp_path):
    ran = bibliobus(
        "whatif",
        area,
        "--buses",
        "2,1",
        "--cycle-weeks",
        "1,2",
        "--iterations",
        2,
        "-o",
        tmp_path / "o",
        "--lang",
        "en",
    )

    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].endswith(": variants of the mobile library")
    rows = [line.split("\t")[:2] for line in lines if line[:1].isdigit()]
    assert rows == [["1", "1"], ["1", "2"], ["2", "1"], ["2", "2"]]
    assert sorted(path.name for path in (tmp_path / "o").iterdir()) == [
        "jobs",
        "whatif.csv",
        "whatif.html",
        "whatif.xlsx",
    ]


def test_json_has_exact_values(bibliobus, area, tmp_path):
    document = bibliobus("whatif", area, "--min-dwell", 40, "--iterations", 2, "-o", tmp_path / "o", "--json").document

    (row,) = document["variants"]
    assert (row["buses"], row["weeks"], row["min_dwell_min"]) == (1, 2, 40)
    assert row["people_served"] + row["people_sacrificed"] + row["people_impossible"] == 2280


def test_it_goes_on_where_it_was(bibliobus, area, tmp_path):
    words = ("whatif", area, "--iterations", 2, "-o", tmp_path / "o")
    first = bibliobus(*words, "--json").out

    assert bibliobus(*words, "--json").code == 2
    assert bibliobus(*words, "--resume", "--json").out == first
    assert bibliobus(*words, "--force", "--json").out == first


WRONG = [
    ("--rhythm-weeks", "5"),
    ("--rhythm-weeks", "3", "--cycle-weeks", "2"),
    ("--dwell", "7"),
    ("--shift", "morning"),
    ("--variant", "buses=many"),
]


@pytest.mark.parametrize(
    "words", [("--buses", "none"), ("--buses", "0"), ("--cycle-weeks", "5"), ("--min-dwell", "1"), *WRONG]
)
def test_wrong_numbers_are_wrong_use(bibliobus, area, tmp_path, words):
    assert bibliobus("whatif", area, *words, "-o", tmp_path / "o").code == 2


def test_strict_minds_who_is_left_out(bibliobus, area, tmp_path):
    ran = bibliobus("whatif", area, "--iterations", 2, "-o", tmp_path / "o", "--strict", "--json")

    left = ran.document["variants"][0]["people_sacrificed"] + ran.document["variants"][0]["people_impossible"]
    assert ran.code == int(left > 0)


def test_variants_that_are_named_are_compared_in_one_command(bibliobus, area, tmp_path):
    words = ("--variant", "buses=3 rhythm-weeks=2", "--variant", "buses=1 rhythm-weeks=3 shift=07:00-19:00/10")

    document = bibliobus("whatif", area, *words, "--iterations", 2, "-o", tmp_path / "o", "--json").document

    one, three = document["variants"]
    assert (one["buses"], one["weeks"], one["rhythm_weeks"], one["shift"]) == (1, 3, 3, "07:00-19:00/10")
    assert (three["buses"], three["weeks"], three["rhythm_weeks"], three["shift"]) == (3, 2, 2, None)
    assert one["visits_year"] < three["visits_year"]


def test_lists_are_combined_each_with_each(bibliobus, area, tmp_path):
    words = ("--rhythm-weeks", "1,2", "--dwell", "15,30", "--shift", "08:00-17:00,07:00-19:00/10")

    document = bibliobus("whatif", area, *words, "--iterations", 1, "-o", tmp_path / "o", "--json").document

    told = [(row["rhythm_weeks"], row["dwell_min"], row["shift"]) for row in document["variants"]]
    assert told == [
        (rhythm, dwell, shift) for rhythm in (1, 2) for dwell in (15, 30) for shift in ("07:00-19:00/10", "08:00-17:00")
    ]


def test_visits_that_became_more_frequent_are_warned_of(bibliobus, area, tmp_path):
    words = ("whatif", area, "--cycle-weeks", 3, "--iterations", 1, "--lang", "en", "-o", tmp_path / "o", "--force")

    spoken, document = bibliobus(*words), bibliobus(*words, "--json").document

    assert "visits-more-often" in spoken.err
    assert "would be visited every week" in spoken.out
    assert [finding["code"] for finding in document["findings"]] == ["visits-more-often"]
    assert bibliobus(*words, "--strict").code == 1
