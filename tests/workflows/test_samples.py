"""Sample areas that ship with the program."""

from __future__ import annotations

import pytest
from folders import read_folder

from bibliobus.errors import UsageError
from bibliobus.language import Language
from bibliobus.workflows.check import check_area
from bibliobus.workflows.samples import init_area, list_samples, open_sample


def test_every_sample_is_usable():
    for name in list_samples():
        with open_sample(name) as folder:
            understood, report = check_area(folder)
        assert understood.settlements > 0
        assert report.errors == ()


def test_the_default_sample_is_there():
    assert "kramatorsk" in list_samples()


@pytest.mark.parametrize("name", ["atlantis", "", "..", "../settlements", "kramatorsk/"])
def test_an_unknown_sample_is_told_with_the_choices(name):
    with pytest.raises(UsageError) as caught:
        open_sample(name)

    (finding,) = caught.value.findings
    assert finding.sentence.render(Language("en")) == f"There is no sample area “{name}”."
    assert "kramatorsk" in finding.hint.render(Language("en"))


def test_the_example_area_is_the_sample(tmp_path):
    init_area(tmp_path / "mine")

    names = read_folder(tmp_path / "mine").keys()
    assert {"scenario.toml", "settlements.csv", "libraries.csv", "roads.csv", "README.md"} <= names
    assert not any(name.endswith(".py") for name in names)
    understood, _ = check_area(tmp_path / "mine")
    assert understood.settlements == 55


def test_an_area_one_has_worked_on_is_never_deleted(tmp_path):
    init_area(tmp_path / "mine")
    (tmp_path / "mine" / "settlements.csv").write_bytes(b"my work")

    with pytest.raises(UsageError):
        init_area(tmp_path / "mine")
    init_area(tmp_path / "mine", force=True)

    assert (tmp_path / "mine-old" / "settlements.csv").read_bytes() == b"my work"
