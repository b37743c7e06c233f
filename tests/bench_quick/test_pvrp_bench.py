"""The benchmark of periodic problems runs on a tiny file, in a process of its own; its tours are checked anew."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).resolve().parents[1] / "bench" / "pvrp.py"
VEHICLES, DAYS, DURATION, LOAD = 2, 4, 240, 30
PROMISED = {"instance", "cost", "best_known", "gap_percent", "status", "seed", "cpu_s", "tours"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Ten customers of frequency 1, 2 and 4, and one that nobody serves."""
    draw = random.Random(7)
    rows = [f"0 {draw.random() * 50:.3f} {draw.random() * 50:.3f} 0 0 0 0"]
    for number in range(1, 11):
        frequency, masks = draw.choice([(1, [8, 4, 2, 1]), (2, [10, 5]), (4, [15])])
        place = f"{draw.random() * 50:.3f} {draw.random() * 50:.3f} {draw.randint(1, 4)} {draw.randint(1, 8)}"
        rows.append(f"{number} {place} {frequency} {len(masks)} " + " ".join(map(str, masks)))
    rows.append("11 25.0 25.0 2 5 0 4 1 2 4 8")
    head = [f"1 {VEHICLES} 11 {DAYS}", *[f"{DURATION} {LOAD}"] * DAYS]
    path = tmp_path / "tiny"
    path.write_text("\n".join([*head, *rows]) + "\n", encoding="ascii")
    return path


def run(*words: object) -> subprocess.CompletedProcess[str]:
    """The program with these words."""
    command = [sys.executable, str(PROGRAM), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def check_tours(file: Path, result) -> None:
    """Check by the file alone that the tours keep everything, and that they are as long as the program says."""
    lines = [line.split() for line in file.read_text().splitlines()]
    places = {int(words[0]): [float(word) for word in words[1:5]] for words in lines[1 + DAYS :]}
    wanted = {int(words[0]): (int(words[5]), {int(mask) for mask in words[7:]}) for words in lines[2 + DAYS :]}
    masks, cost, vehicles = dict.fromkeys(wanted, 0), 0.0, set()
    for tour in result["tours"]:
        assert 0 <= tour["vehicle"] < VEHICLES and 0 <= tour["day"] < DAYS and tour["customers"]
        assert (tour["day"], tour["vehicle"]) not in vehicles
        vehicles.add((tour["day"], tour["vehicle"]))
        way = [0, *tour["customers"], 0]
        length = sum(math.dist(places[a][:2], places[b][:2]) for a, b in zip(way, way[1:], strict=False))
        assert length + sum(places[number][2] for number in way) <= DURATION + 1e-9
        assert sum(places[number][3] for number in way) <= LOAD
        cost += length
        for number in tour["customers"]:
            bit = 1 << (DAYS - 1 - tour["day"])
            assert not masks[number] & bit
            masks[number] |= bit
    for number, (frequency, patterns) in wanted.items():
        assert masks[number] in patterns if frequency else masks[number] == 0
    assert result["cost"] == pytest.approx(cost, abs=1e-3)


@pytest.mark.parametrize("solver", ["periodic"])
def test_benchmark_of_periodic_problems_prints_tours_that_keep_the_rules_of_the_file(file: Path, solver: str) -> None:
    done = run(file, "--time-limit", 2, "--seed", 3, "--solver", solver, "--iterations", 40, "--json")

    (result,) = json.loads(done.stdout)
    assert done.returncode == 0 and not done.stderr
    assert result.keys() >= PROMISED
    assert (result["instance"], result["seed"], result["status"]) == ("tiny", 3, "feasible")
    assert result["best_known"] is None and result["gap_percent"] is None
    check_tours(file, result)


def test_benchmark_of_periodic_problems_finds_the_same_with_one_and_two_threads_and_tells_the_gap(file: Path) -> None:
    (file.parent / "best_known.csv").write_text("instance,best_known\ntiny,100.0\n")
    words = (file, file, "--time-limit", 1000, "--iterations", 30, "--json")

    first, second = (json.loads(run(*words, "--processes", count).stdout) for count in (1, 2))

    assert [result["tours"] for result in first] == [result["tours"] for result in second]
    assert first[0]["tours"] == first[1]["tours"]
    assert first[0]["gap_percent"] == pytest.approx(first[0]["cost"] - 100, abs=0.01)


def test_benchmark_of_periodic_problems_refuses_other_files(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("2 1 1 1\n0 10\n0 0 0 0 0 0 0\n1 1 1 1 1 1 1 1\n")

    done = run(other, "--json")

    assert done.returncode == 2 and not done.stdout
    assert "other holds no periodic problem: type 2" in done.stderr


def test_benchmark_of_periodic_problems_takes_other_numbers_from_toml_and_refuses_wrong_ones(file: Path) -> None:
    numbers = file.parent / "numbers.toml"
    # Sixty customers and one step: both are far from the optimum.
    many, draw = file.parent / "many", random.Random(7)
    rows = [f"{at} {draw.random():.3f} {draw.random():.3f} 0 1 1 4 1 2 4 8" for at in range(1, 61)]
    many.write_text("\n".join(["1 6 60 4", *["0 4"] * 4, "0 0.5 0.5 0 0 0 0", *rows]), encoding="ascii")
    words = (many, "--time-limit", 1000, "--iterations", 1, "--json")
    numbers.write_text("rounds_per_step = 1\nstarts_most = 1\nremoved_mean = [1]\nblink = 0.9\n")

    default, other = json.loads(run(*words).stdout), json.loads(run(*words, "--params", numbers).stdout)
    numbers.write_text("blink = 2\n")
    refused = run(*words, "--params", numbers)

    assert other[0]["tours"] != default[0]["tours"]
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.strip() == "blink is 2.0, not from 0 to 1"
