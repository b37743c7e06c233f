"""The kept network: fits, is stale, is damaged, cannot be written."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from osm_text import one_road, osm_text, write_text

from bibliobus.network.osm.roads import make_region
from bibliobus.network.profile_table import read_profile_table
from bibliobus.network.sources import osm as road_cache
from bibliobus.network.sources.osm import load_roads, make_cache_key, read_cache
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from pathlib import Path

    from bibliobus.network.roads.network import RoadNetwork

ROAD = {"highway": "primary", "name": "Довга\nвулиця", "maxspeed": "70"}
KEY = "sha256:" + "0" * 64


def list_values(value: Any) -> list[tuple[str, Any]]:
    """Every array and text of a network, by name."""
    parts = [(field.name, getattr(value, field.name)) for field in fields(value)]
    arrays = [(name, (part.dtype.str, part.tolist())) for name, part in parts if isinstance(part, np.ndarray)]
    return arrays + [(name, part) for name, part in parts if isinstance(part, str | tuple)]


def describe(network: RoadNetwork) -> list[Any]:
    """Everything in a network."""
    return [list_values(network), list_values(network.graph), list_values(network.ways)]


def refuse(*_: Any, **__: Any) -> None:
    """A file must not be read again."""
    raise AssertionError


def test_a_kept_network_is_the_same_and_the_file_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, cache = write_text(tmp_path, one_road(ROAD)), tmp_path / "roads.cache"
    first, _ = load_roads(source, cache)
    monkeypatch.setattr(road_cache, "read_osm", refuse)

    second, findings = load_roads(source, cache)

    assert first is not None and second is not None and findings == []
    assert describe(first) == describe(second)
    assert not second.chain.flags.writeable


def test_warnings_come_again_from_the_cache(tmp_path: Path) -> None:
    nodes = {number: (48 + number / 100, 37.0) for number in range(1, 30)}
    source = write_text(tmp_path, osm_text(nodes, {10: ([*nodes, 99], ROAD)}))
    _, first = load_roads(source, tmp_path / "roads.cache")

    _, second = load_roads(source, tmp_path / "roads.cache")

    assert [finding.code for finding in first] == ["osm-some-nodes-missing"]
    assert first == second


def test_the_same_network_gives_the_same_bytes(tmp_path: Path) -> None:
    source = write_text(tmp_path, one_road(ROAD))

    for name in ("one", "two"):
        load_roads(source, tmp_path / name)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_another_file_table_importer_or_region_is_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write_text(tmp_path, one_road(ROAD))
    other = write_text(tmp_path, one_road(ROAD, points=4), "other.osm")
    table = replace(read_profile_table(), digest="sha256:other")

    keys = [make_cache_key(source), make_cache_key(other), make_cache_key(source, table=table)]
    keys += [make_cache_key(source, region=make_region([48], [37], 1000 * size)) for size in (1, 2)]
    monkeypatch.setattr(road_cache, "IMPORTER_VERSION", 99)
    keys.append(make_cache_key(source))

    assert len(set(keys)) == 6


def test_a_stale_cache_is_replaced(tmp_path: Path) -> None:
    source, cache = write_text(tmp_path, one_road(ROAD)), tmp_path / "roads.cache"
    load_roads(source, cache)

    network, _ = load_roads(write_text(tmp_path, one_road(ROAD, points=5)), cache)
    kept = read_cache(cache, make_cache_key(source))

    assert network is not None and network.segments == 4
    assert kept is not None and kept[0].segments == 4


def test_a_cache_damaged_anywhere_is_noticed(tmp_path: Path) -> None:
    source, cache = write_text(tmp_path, one_road(ROAD)), tmp_path / "roads.cache"
    network, _ = load_roads(source, cache)
    whole, key = cache.read_bytes(), make_cache_key(source)
    assert network is not None
    random = np.random.default_rng(3)

    for mutant in range(300):
        content = bytearray(whole)
        if mutant % 3:
            content[int(random.integers(len(content)))] ^= 1 << int(random.integers(8))
        else:
            del content[int(random.integers(len(content))) :]
        cache.write_bytes(content)
        kept = read_cache(cache, key)

        # A bit that means nothing, such as one of a date, may go unnoticed; the network is then the right one.
        assert kept is None or describe(kept[0]) == describe(network)


def test_a_damaged_cache_is_rebuilt(tmp_path: Path) -> None:
    source, cache = write_text(tmp_path, one_road(ROAD)), tmp_path / "roads.cache"
    load_roads(source, cache)
    whole = cache.read_bytes()
    cache.write_bytes(whole[: len(whole) // 2])

    network, findings = load_roads(source, cache)

    assert network is not None and findings == []
    assert cache.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_only_a_note(tmp_path: Path) -> None:
    source = write_text(tmp_path, one_road(ROAD))

    network, findings = load_roads(source, tmp_path / "no such folder" / "roads.cache")

    assert network is not None
    assert findings[0].sentence.render(Language("en")) == (
        "The roads were read, but cannot be kept for the next time: No such file or directory."
    )


def test_a_failure_while_writing_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, cache = write_text(tmp_path, one_road(ROAD)), tmp_path / "roads.cache"
    cache.write_bytes(b"old")

    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(road_cache.os, "fsync", fail)
    network, findings = load_roads(source, cache)

    assert network is not None and [finding.code for finding in findings] == ["road-cache-unwritable"]
    assert cache.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["roads.cache", "roads.osm"]


@pytest.mark.parametrize("content", [None, b"", b"nonsense"])
def test_a_file_that_cannot_be_used_leaves_no_cache(tmp_path: Path, content: bytes | None) -> None:
    source, cache = tmp_path / "roads.osm", tmp_path / "roads.cache"
    if content is not None:
        source.write_bytes(content)

    network, findings = load_roads(source, cache)

    assert network is None and len(findings) == 1
    assert not cache.exists()


def test_roads_without_any_stretch_leave_no_cache(tmp_path: Path) -> None:
    source = write_text(tmp_path, osm_text({1: (48, 37), 2: (58, 37)}, {10: ([1, 2], ROAD)}))

    network, _ = load_roads(source, tmp_path / "roads.cache")

    assert network is None and not (tmp_path / "roads.cache").exists()
