"""What a notebook does: read, plan, look, ask why, close a road, plan anew, compare, save and open again."""

from __future__ import annotations

import csv
import doctest
import importlib
import io
import json
import pkgutil
import re
from datetime import date
from pathlib import Path

import pytest
from areas import SCENARIO, write_area
from folders import read_folder

import bibliobus as bb
import bibliobus.api
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.plan import plan_area

ROOT = Path(__file__).parents[2]
MODULES = [f"bibliobus.api.{found.name}" for found in pkgutil.iter_modules(bibliobus.api.__path__)]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_documentation_are_true(name):
    module = importlib.import_module(name)

    assert doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL).failed == 0


def test_every_task_has_an_example():
    for name in ("compare", "coverage", "explain", "open_plan", "plan", "read_area", "read_sample", "replan", "whatif"):
        assert ">>> import bibliobus as bb" in getattr(bibliobus.api, name).__doc__


def test_settlements_are_a_frame_of_points(area):
    frame = area.settlements.to_frame()

    assert (frame.index.name, str(frame.crs)) == ("settlement_id", "EPSG:4326")
    assert (frame.geometry["east"].x, frame.geometry["east"].y) == (37.6, 48.7)
    assert frame.population["far"] == 210
    assert str(frame.rhythm_weeks.dtype) == "Int64"


def test_an_area_shows_what_was_understood_and_what_was_found(area):
    assert "Small hromada" in area._repr_html_()
    assert "<td>Settlements</td><td>5</td>" in area._repr_html_()
    assert repr(area).startswith("<Area Small hromada: 5 settlements, 1 library, 1 bus, 4 to serve")
    assert set(area.findings.to_frame().columns) == {"severity", "place", "sentence", "hint"}


def test_stops_calls_and_legs_add_up_to_the_plan(plan):
    stops, calls, legs = plan.stops.to_frame(), plan.calls.to_frame(), plan.legs.to_frame()

    assert stops.index.is_unique
    assert len(stops) == plan.figures["settlements_served"]
    assert stops.visits.sum() == len(calls) == plan.figures["visits"]
    assert round(legs.length_km.sum() * 1000) == plan.figures["length_m"]
    assert set(legs.geom_type) == {"LineString"}
    assert str(stops.crs) == str(calls.crs) == str(legs.crs) == "EPSG:4326"
    assert list(stops.arrival) == list(calls.groupby(level=0).arrival.first())


def test_a_plan_and_its_map_show_themselves(plan, tmp_path):
    page = plan.map("council")

    saved = page.save(tmp_path / "map.html")

    assert saved.read_text(encoding="utf-8") == page.content
    assert "default-src 'none'" in page.content
    assert plan._repr_html_().startswith("<div><iframe srcdoc=")
    assert page.content != plan.map("public").content
    with pytest.raises(bb.UsageError, match="exists already"):
        page.save(saved)


def test_a_saved_plan_is_the_folder_that_the_command_writes(folder, plan, tmp_path):
    plan.save(tmp_path / "mine")
    plan_area(folder, tmp_path / "theirs", options=SearchOptions(seed=1, iterations=5))

    assert read_folder(tmp_path / "mine") == read_folder(tmp_path / "theirs")


def test_an_opened_plan_keeps_every_rule_and_is_saved_as_it_was(plan, tmp_path):
    saved = plan.save(tmp_path / "one")

    opened = bb.open_plan(saved)
    opened.save(tmp_path / "two")

    assert opened.value == plan.value
    assert not opened.verify()
    assert read_folder(tmp_path / "two") == read_folder(saved)


def test_verify_finds_what_was_changed_in_the_file(plan, tmp_path):
    saved = plan.save(tmp_path / "one")
    text = (saved / "plan.json").read_text(encoding="utf-8")
    moved = re.sub(r'"start": "(\d\d):(\d)0"', r'"start": "\1:\g<2>1"', text)
    (saved / "plan.json").write_text(moved, encoding="utf-8")

    broken = bb.open_plan(saved).verify()

    assert broken
    assert set(broken.to_frame().severity) == {"error"}


def test_errors_say_what_was_found_in_the_language_of_the_reader(folder, tmp_path, plan):
    broken = write_area(tmp_path / "broken", scenario=SCENARIO.replace("weeks = 2", "weeks = 7"))

    with pytest.raises(bb.InputError) as english:
        bb.read_area(broken)
    with pytest.raises(bb.InputError) as ukrainian:
        bb.read_area(broken, language="uk")
    with pytest.raises(bb.UsageError, match="The plan has no settlement “nowhere”"):
        plan.explain("nowhere")

    assert str(english.value).startswith("error: scenario.toml:")
    assert re.search("[а-яі]{5}", str(ukrainian.value))
    assert str(english.value) != str(ukrainian.value)


def test_explanations_are_sentences(plan):
    told = plan.explain("Skhidne")

    assert str(told).startswith("Skhidne: The bus comes every 2 weeks.")
    assert "<strong>Skhidne</strong>" in told._repr_html_()
    assert len(plan.unserved) == sum(account.standing == "unserved" for account in plan.value.accounts)


def test_coverage_counts_everybody_once(plan):
    covered = plan.coverage("ua_72_2019", "wales_2014")

    everybody = covered.to_frame().iloc[0]
    assert everybody.by_library + everybody.by_bus + everybody.by_neither == everybody.population
    assert covered.norms.to_frame().norm.nunique() == 2
    assert "<iframe" in covered.map("council")._repr_html_()
    with pytest.raises(bb.UsageError, match="There is no norm “none”"):
        bb.coverage(plan, "none")


def test_a_closed_road_is_another_area_and_nothing_is_written(area, folder):
    before = read_folder(folder)

    closed = area.close_road(between=("Місто", "Skhidne"), first=date(2026, 3, 2), note="ice")

    assert (len(area.changes), len(closed.changes)) == (0, 1)
    assert closed.changes[0].note == "ice"
    assert read_folder(folder) == before
    with pytest.raises(bb.InputError, match="nowhere"):
        area.close_road(between=("Місто", "nowhere"))


@pytest.fixture(scope="module")
def anew(area, plan):
    """Plan made anew after the road to the east was closed."""
    return bb.replan(plan, area.close_road(between=("Місто", "Skhidne")), iterations=5)


def _write_cell(value):
    """A value as tables on disk have it."""
    return "" if value is None else str(value)


def test_a_plan_made_anew_changes_little_and_tells_everybody(plan, anew, tmp_path):
    assert not anew.verify()
    assert anew.comparison.changed == bb.compare(plan, anew).changed
    assert list(bb.compare(plan, anew).to_frame().index) == list(anew.comparison.places.to_frame().index)

    saved = anew.save(tmp_path / "new")

    told = list(csv.DictReader(io.StringIO((saved / "notices.csv").read_text(encoding="utf-8-sig"))))
    assert {row["settlement_id"] for row in told} >= {"east"}
    assert [{name: _write_cell(cell) for name, cell in row.items()} for row in anew.notices] == [
        {name: row[name] for name in anew.notices.columns} for row in told
    ]
    assert anew.notices.to_frame()["segments_uk"].min() >= 1
    assert {"base/plan.json", "comparison.html", "notices.txt", "area/changes.geojson"} <= set(read_folder(saved))
    assert not bb.open_plan(saved).verify()
    assert json.loads((saved / "replan.json").read_text(encoding="utf-8"))["broken_tours"] == anew.broken_tours


def test_a_plan_made_anew_keeps_those_before_it_whether_they_were_saved_or_not(area, plan, anew, tmp_path):
    twice = bb.replan(anew, anew.area.close_road(between=("Місто", "Zakhidne")), iterations=5)
    saved, opened = twice.save(tmp_path / "twice"), bb.open_plan(anew.save(tmp_path / "once"))
    later = bb.replan(opened, anew.area.close_road(between=("Місто", "Zakhidne")), iterations=5)

    files = read_folder(saved)
    assert not bb.open_plan(saved / "versions" / "1").verify()
    assert not bb.open_plan(saved / "versions" / "2").verify()
    assert files["versions/1/plan.json"] == read_folder(plan.save(tmp_path / "first"))["plan.json"]
    assert files["versions/2/plan.json"] == read_folder(tmp_path / "once")["plan.json"]
    assert read_folder(later.save(tmp_path / "later")) == files


def test_the_first_area_again_gives_no_worse_plan_when_asked_to_improve(area, plan, anew):
    again = bb.replan(anew, area, improve=True, iterations=5)

    assert again.value.provenance.cost <= plan.value.provenance.cost


def test_without_a_change_there_is_nothing_to_do(area, plan, tmp_path):
    same = bb.replan(plan, area, iterations=5)

    assert same.nothing_to_do
    assert same.comparison.same
    assert read_folder(same.save(tmp_path / "same")) == read_folder(plan.save(tmp_path / "plan"))


def test_a_file_of_changes_will_do_in_place_of_an_area(plan, tmp_path):
    file = tmp_path / "closed.csv"
    file.write_text("id,kind,from_place,to_place\na,closed,town,east\n", encoding="utf-8")

    assert bb.replan(plan, file, iterations=5).area.changes[0].change_id == "a"


def test_named_variants_are_compared_with_their_rhythms_in_columns(area):
    named = ["buses=3 rhythm-weeks=2", "buses=1 rhythm-weeks=3 shift=07:00-19:00/10"]

    frame = bb.whatif(area, variants=named, iterations=1).to_frame()

    assert list(frame["rhythm_weeks"]) == [3, 2]
    assert list(frame["shift"].fillna("")) == ["07:00-19:00/10", ""]
    assert [weeks for _, weeks, _ in frame.index] == [3, 2]
    assert frame["visits_year"].iloc[0] < frame["visits_year"].iloc[1]


def test_variants_stand_side_by_side(area):
    compared = bb.whatif(area, buses=[1, 2], weeks=[2], iterations=3)

    frame = compared.to_frame()
    assert list(frame.index) == [(1, 2, 0), (2, 2, 0)]
    assert frame.people_served.is_monotonic_increasing
    assert "<iframe" in compared.chart()._repr_html_()


@pytest.mark.slow
def test_a_dask_cluster_plans_the_same_variants(area):
    distributed = pytest.importorskip("distributed")

    with distributed.Client(processes=False, n_workers=1, threads_per_worker=1, dashboard_address=None) as client:
        there = bb.whatif(area, buses=[1, 2], iterations=3, client=client)
        assert client.status == "running"

    assert there.to_frame().equals(bb.whatif(area, buses=[1, 2], iterations=3).to_frame())


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_uses_the_api_and_nothing_deeper(file):
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")

    assert "import bibliobus as bb" in code
    assert re.findall(r"bibliobus\.\w+|from bibliobus", code) == []
    assert not re.search(r"\bbb\.(?!(?:" + "|".join(bb.__all__) + r")\b)", code)
    assert "._" not in code
