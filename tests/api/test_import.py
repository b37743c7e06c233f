"""``import bibliobus`` is light, and ``bibliobus.plan`` is task and package, in whatever order they are imported."""

from __future__ import annotations

import ast
import importlib
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import bibliobus

HEAVY = ("numpy", "pandas", "geopandas", "shapely", "folium", "numba", "ortools", "scipy", "pydantic", "openpyxl")


def run(code: str) -> str:
    """What a fresh Python prints."""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def test_importing_loads_nothing_heavy_and_nothing_of_ours():
    loaded = run("import sys, bibliobus; print(*sorted(sys.modules))").split()

    assert not {name.partition(".")[0] for name in loaded} & set(HEAVY)
    assert [name for name in loaded if name.startswith("bibliobus")] == ["bibliobus"]


def test_importing_takes_less_than_a_tenth_of_a_second():
    code = "import time; a = time.process_time(); import bibliobus; print(time.process_time() - a)"

    assert min(float(run(code)) for _ in range(3)) < 0.1


def test_every_name_that_is_offered_is_there_and_typed():
    stub = ast.parse(Path(bibliobus.__file__).with_name("__init__.pyi").read_text(encoding="utf-8"))
    typed = {name.asname for node in stub.body if isinstance(node, ast.ImportFrom) for name in node.names}
    typed |= {node.target.id for node in stub.body if isinstance(node, ast.AnnAssign)}

    assert typed - {None} == set(bibliobus.__all__)
    assert set(bibliobus.__all__) <= set(dir(bibliobus))
    assert all(getattr(bibliobus, name) is not None for name in bibliobus.__all__)


def test_a_name_that_is_not_offered_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'rotate'"):
        bibliobus.rotate  # noqa: B018


ORDERS = {
    "the package first": "import bibliobus; import bibliobus.plan.plan",
    "a module of the stage first": "from bibliobus.plan.plan import Plan; import bibliobus",
    "the sub-package from the package": "from bibliobus import plan; import bibliobus",
    "the API first": "import bibliobus.api; import bibliobus",
    "the task first": "import bibliobus; bibliobus.plan; import bibliobus.plan.store",
    "under another name": "import bibliobus.plan as other; import bibliobus; assert other is bibliobus.plan",
    "after a reload of the sub-package": (
        "import importlib, bibliobus, bibliobus.plan; importlib.reload(sys.modules['bibliobus.plan'])"
    ),
    "after a reload of the package": "import importlib, bibliobus.plan.plan, bibliobus; importlib.reload(bibliobus)",
}
ASKED = """
import inspect, pickle
from bibliobus import plan
from bibliobus.plan import plan as module
from bibliobus.api.plan import plan as task
assert callable(bibliobus.plan) and plan is bibliobus.plan is sys.modules["bibliobus.plan"]
assert inspect.signature(plan) == inspect.signature(task)
assert bibliobus.plan.plan is module and module.__name__ == "bibliobus.plan.plan"
assert pickle.loads(pickle.dumps(plan)) is plan
try:
    plan("no-such-folder")
except bibliobus.InputError as error:
    print("called", error.findings[0].code)
"""


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_plan_is_the_task_and_the_package_in_every_order_of_imports(order):
    assert run(f"import sys\n{ORDERS[order]}\n{ASKED}") == "called no-area"


def test_values_of_the_stage_are_pickled_as_before():
    kind = importlib.import_module("bibliobus.plan.plan").Call

    assert pickle.loads(pickle.dumps(kind("a", 1, 2))) == kind("a", 1, 2)


def test_an_interrupt_after_planning_is_still_pythons_own(tmp_path):
    # OR-Tools would take the signal and leave the process without a handler: the next interrupt would kill it.
    script = (
        "import signal, bibliobus as bb\n"
        "bb.plan(bb.read_sample('kramatorsk'), iterations=1)\n"
        "try:\n    signal.raise_signal(signal.SIGINT)\nexcept KeyboardInterrupt:\n    print('interrupted')\n"
    )

    # Elsewhere than in the sources, which have no samples.
    command = [sys.executable, "-c", script]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)

    assert (ran.returncode, ran.stdout.splitlines()[-1:]) == (0, ["interrupted"]), ran.stderr
