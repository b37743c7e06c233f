"""Versions of libraries as the installation has them."""

from __future__ import annotations

from importlib import metadata

import pytest

from bibliobus.libraries import PAPER_LIBRARIES, PLAN_LIBRARIES, list_versions, read_version


def test_every_library_that_decides_bytes_is_required_under_that_name():
    required = {line.split(">")[0] for line in metadata.requires("bibliobus") or ()}

    assert {*PLAN_LIBRARIES, *PAPER_LIBRARIES} <= required


def test_versions_are_sorted_and_what_is_not_installed_is_left_out():
    found = list_versions(["scipy", "no-such-library", "babel"])

    assert list(found.items()) == [("babel", metadata.version("babel")), ("scipy", metadata.version("scipy"))]


# Python 3.12 and 3.13 announce that a later one will raise KeyError there.
@pytest.mark.filterwarnings("ignore:Implicit None on return values:DeprecationWarning")
@pytest.mark.parametrize("text", ["", "Name: broken\n"])
def test_an_installation_without_a_version_counts_as_none(text, tmp_path, monkeypatch):
    folder = tmp_path / "broken_one-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    assert read_version("broken-one") is None


def test_an_installation_whose_metadata_are_missed_counts_as_none(monkeypatch):
    def miss(name: str) -> str:
        raise FileNotFoundError(name)

    monkeypatch.setattr(metadata, "version", miss)

    assert read_version("broken-one") is None
