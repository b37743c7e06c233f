"""From an area's folder to a verified plan folder: complete, the same every time, and about these inputs."""

from __future__ import annotations

import getpass
import io
import os
import socket
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from areas import SETTLEMENTS, write_area
from folders import read_folder

from bibliobus.domain.watch import Watch
from bibliobus.findings import InputError, ToolError, UsageError
from bibliobus.plan.plan import Standing
from bibliobus.plan.store import parse_plan
from bibliobus.solve.budget import choose_steps
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks import plan as workflow
from bibliobus.tasks.areas import ready_area
from bibliobus.tasks.plan import make_plan, plan_area
from bibliobus.tasks.reopen import verify_folder
from bibliobus.words.language import Language

OTHER = SETTLEMENTS.replace(",640,", ",641,")
FEW = SearchOptions(seed=1, iterations=5)

SCRIPT = """
import sys
from pathlib import Path
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks.plan import plan_area
plan_area(Path(sys.argv[1]), Path(sys.argv[2]), options=SearchOptions(seed=1, iterations=5))
"""


def test_a_plan_folder_is_complete(made_once):
    assert sorted(read_folder(made_once)) == [
        "area/libraries.csv",
        "area/roads.csv",
        "area/scenario.toml",
        "area/settlements.csv",
        "map.html",
        "plan.json",
        "timetable.csv",
        "timetable.xlsx",
    ]


def test_a_plan_folder_verifies(made_once):
    plan, _, report = verify_folder(made_once)

    assert report.findings == ()
    assert {account.standing for account in plan.accounts} == {Standing.SERVED, Standing.NOT_NEEDED}
    assert plan.area_id == "area"


def test_the_plan_that_is_given_back_is_the_one_in_the_file(area, tmp_path):
    planned = plan_area(area, tmp_path / "out", options=FEW, area_id="named", language="uk")

    assert parse_plan((tmp_path / "out" / "plan.json").read_text(encoding="utf-8")) == planned.plan
    assert (planned.plan.area_id, planned.plan.language) == ("named", "uk")
    assert planned.report.errors == ()


@pytest.mark.slow
def test_every_file_is_equal_in_another_process_and_under_another_name(made_once, tmp_path):
    area = write_area(tmp_path / "area")
    out = tmp_path / "another name"
    # The order of sets differs from that of this process, which is random or another one.
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

    subprocess.run([sys.executable, "-c", SCRIPT, area, out], check=True, env=environment, timeout=120)

    again, first = read_folder(out), read_folder(made_once)
    assert again.keys() == first.keys()
    assert [name for name in first if again[name] != first[name]] == []


def test_no_output_holds_a_path_or_a_name_of_the_machine(made_once):
    files = read_folder(made_once)
    with zipfile.ZipFile(io.BytesIO(files["timetable.xlsx"])) as archive:
        files |= {f"xlsx/{name}": archive.read(name) for name in archive.namelist()}
    secrets = {str(made_once), str(made_once.parent.parent), str(Path.home()) + os.sep}
    secrets |= {name for name in (socket.gethostname(), getpass.getuser()) if len(name) > 5}  # “vm” is in any text

    found = {
        (name, secret)
        for name, content in files.items()
        for secret in secrets
        if secret.encode() in content or secret.replace("\\", "\\\\").encode() in content
    }

    assert found == set()


@pytest.mark.usefixtures("uncomposed")
def test_another_seed_is_written_into_the_plan(area, tmp_path):
    planned = plan_area(area, tmp_path / "out", options=SearchOptions(seed=7, iterations=3))

    assert (planned.plan.provenance.seed, planned.plan.provenance.iterations) == (7, 3)
    assert planned.plan.provenance.ended_by == "budget"


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (
            lambda area: (area / "settlements.csv").write_bytes(SETTLEMENTS.replace("640", "641").encode()),
            "settlements.csv",
        ),
        (lambda area: (area / "libraries.csv").unlink(), "libraries.csv"),
        (lambda area: (area / "settlements.xlsx").write_bytes(b"new"), "settlements.xlsx"),
    ],
    ids=["edited", "taken away", "added"],
)
def test_inputs_that_change_during_planning_stop_it(change, names, area, tmp_path):
    with pytest.raises(InputError) as caught:
        spoil = Watch(on_progress=lambda progress: progress.done == 1 and change(area))
        plan_area(area, tmp_path / "out", options=FEW, watch=spoil)

    (finding,) = caught.value.findings
    assert (finding.code, finding.place.file) == ("inputs-changed", names)
    assert finding.sentence.render(Language("en")) == "The file was changed while the plan was being made."
    assert not (tmp_path / "out").exists()


def test_what_stands_in_the_way_is_found_before_any_work(area, tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "note.txt").write_bytes(b"mine")
    monkeypatch.setattr(workflow, "open_inputs", None)

    with pytest.raises(UsageError) as caught:
        plan_area(area, tmp_path / "out", options=FEW)

    assert caught.value.findings[0].code == "output-exists"


def test_an_unknown_solver_is_found_before_any_work(tmp_path):
    with pytest.raises(UsageError) as caught:
        plan_area(tmp_path / "no-area", tmp_path / "out", solver="magic")

    assert caught.value.findings[0].code == "solver-unknown"
    assert caught.value.findings[0].sentence.render(Language("en")) == "There is no solver “magic”."
    assert caught.value.findings[0].hint.render(Language("en")) == "Choose one of: ortools, periodic."


def test_unusable_inputs_write_nothing(tmp_path):
    area = write_area(tmp_path / "area", settlements=None)

    with pytest.raises(InputError):
        plan_area(area, tmp_path / "out", options=FEW)

    assert not (tmp_path / "out").exists()


def test_no_plan_that_breaks_a_rule_leaves_the_tool(area, tmp_path, monkeypatch):
    def spoil(*args: object, **kwargs: object) -> object:
        plan = real(*args, **kwargs)
        return replace(plan, tours=plan.tours[:-1])

    real = workflow.assemble_plan
    monkeypatch.setattr(workflow, "assemble_plan", spoil)

    with pytest.raises(ToolError) as caught:
        plan_area(area, tmp_path / "out", options=FEW)

    assert caught.value.exit_code == 5
    assert {finding.code for finding in caught.value.findings} <= {"account-contradicted", "rhythm-broken"}
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("uncomposed")
def test_a_plan_without_options_has_the_defaults(area):
    prepared, _ = ready_area(area)

    plan = make_plan(prepared)

    assert plan.provenance.iterations == choose_steps(prepared.problem)
    assert plan.language == "en"
    assert plan.area_id == "area"
