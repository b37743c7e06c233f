"""``bibliobus compare``: words, files and exit codes."""

from __future__ import annotations

import io
import json
import shutil
from zipfile import ZipFile

import pytest
from areas import SETTLEMENTS, write_area

CLOSED = """\
id,kind,from_place,to_place,road,note
=bridge,closed,town,east,,"a | bridge <b>"
"""


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    """Two plans of one area: before and after the only road to one village is closed."""
    from bibliobus.cli.main import run

    folder = tmp_path_factory.mktemp("plans")
    for name, changes in (("old", {}), ("new", {"changes_csv": CLOSED})):
        area = write_area(folder / name / "area", **changes)
        assert (
            run(["plan", str(area), "-o", str(folder / name / "out"), "--iterations", "3", "--solver", "ortools"]) == 0
        )
    return folder / "old" / "out", folder / "new" / "out"


def test_equal_plans_exit_with_0(bibliobus, plans):
    ran = bibliobus("compare", plans[0], plans[0], "--lang", "en")

    assert ran.code == 0
    assert "Nothing changes for anybody." in ran.out


def test_the_village_behind_the_closed_road_is_lost(bibliobus, plans):
    ran = bibliobus("compare", *plans, "--lang", "en")

    assert ran.code == 1
    row = next(line for line in ran.out.splitlines() if line.startswith("Skhidne"))
    assert row.split("\t")[3] == "Visit lost"
    assert row.split("\t")[5].startswith("From ")
    assert row.split("\t")[5].endswith(" the bus does not come until further notice.")
    assert row.split("\t")[8] == "=bridge"


def test_json_is_one_document_of_facts(bibliobus, plans):
    document = bibliobus("compare", *plans, "--json").document

    assert document["exit_code"] == 1
    assert document["same"] is False
    assert document["differences"]["lost"] == {"visits": 1, "settlements": 1, "residents": 640}
    assert document["road_changes"] == [{"change": "=bridge", "legs": 2, "settlements": ["east"]}]
    assert document == {**json.loads(bibliobus("compare", *plans, "--format", "json").out)}


def test_ukrainian_words(bibliobus, plans):
    ran = bibliobus("compare", *plans, "--lang", "uk")

    assert "Відвідування не відбудеться" in ran.out


def test_markdown_escapes_what_comes_from_data(bibliobus, plans, tmp_path):
    ran = bibliobus("compare", *plans, "-o", tmp_path / "changes.md", "--lang", "en")

    text = (tmp_path / "changes.md").read_text(encoding="utf-8")
    assert ran.code == 1
    assert "| Skhidne |" in text
    assert "## Before and after" in text


def test_the_workbook_has_a_sheet_for_each_table_and_no_formula(bibliobus, plans, tmp_path):
    bibliobus("compare", *plans, "-o", tmp_path / "a.xlsx")
    bibliobus("compare", *plans, "-o", tmp_path / "b.xlsx")

    content = (tmp_path / "a.xlsx").read_bytes()
    assert content == (tmp_path / "b.xlsx").read_bytes()
    with ZipFile(io.BytesIO(content)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 6
        assert not any(b"<f>" in archive.read(name) for name in sheets)


def test_the_page_stands_alone(bibliobus, plans, tmp_path):
    bibliobus("compare", *plans, "-o", tmp_path / "changes.html", "--lang", "en")

    page = (tmp_path / "changes.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert "Drives of the old plan only" in page
    assert "Roads that have changed" in page
    assert 'data-place="0"><bdi>Skhidne' in page


def test_a_file_is_not_replaced_without_force(bibliobus, plans, tmp_path):
    (tmp_path / "a.md").write_text("mine", encoding="utf-8")

    ran = bibliobus("compare", *plans, "-o", tmp_path / "a.md")

    assert ran.code == 2
    assert (tmp_path / "a.md").read_text(encoding="utf-8") == "mine"


def test_a_workbook_needs_a_file(bibliobus, plans):
    ran = bibliobus("compare", *plans, "--format", "xlsx", "--lang", "en")

    assert (ran.code, ran.out) == (2, "")
    assert "--output is missing." in ran.err


def test_plans_of_different_areas_are_refused(bibliobus, plans, tmp_path):
    others = SETTLEMENTS.replace("east,", "e,").replace("west,", "w,").replace("north,", "n,").replace("far,", "f,")
    other = write_area(
        tmp_path / "other",
        settlements=others.replace("town,", "t,"),
        roads=None,
        libraries=None,
        scenario=(plans[0] / "area" / "scenario.toml").read_text(encoding="utf-8").replace('"town"', '"t"'),
    )
    assert bibliobus("plan", other, "-o", tmp_path / "out", "--iterations", "0").code == 0

    ran = bibliobus("compare", plans[0], tmp_path / "out", "--lang", "en")

    assert ran.code == 3
    assert "The plans have nothing in common" in ran.err
    assert "Give two plans of the same area. (plan-of-other-area)" in ran.err


def rewrite(folder, to, **libraries):
    """Plan folder as other versions of libraries would have made it."""
    shutil.copytree(folder, to)
    document = json.loads((to / "plan.json").read_text(encoding="utf-8"))
    document["provenance"]["libraries"] |= libraries
    (to / "plan.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return to


NOTE = "that alone may explain some of the differences."


@pytest.mark.parametrize("kind", ["text", "md", "html", "xlsx"])
def test_a_note_says_that_other_versions_made_the_other_plan(bibliobus, plans, tmp_path, kind):
    old = rewrite(plans[0], tmp_path / "old", numpy="1.0", folium="1.0")
    new = rewrite(plans[1], tmp_path / "new", numpy="2.0", folium="2.0")

    ran = bibliobus("compare", old, new, "--format", kind, "-o", tmp_path / "out", "--lang", "en")

    content = (tmp_path / "out").read_bytes()
    if kind == "xlsx":
        with ZipFile(io.BytesIO(content)) as archive:
            content = b"".join(archive.read(name) for name in archive.namelist())
    assert ran.code == 1
    text = content.decode("utf-8", "replace").replace("\\", "")
    assert NOTE in text
    assert "(numpy 1.0 → 2.0)" in text
    assert "folium 1.0" not in text


def test_versions_are_named_in_json(bibliobus, plans, tmp_path):
    old = rewrite(plans[0], tmp_path / "old", numpy="1.0")
    new = rewrite(plans[1], tmp_path / "new", numpy="2.0")

    assert bibliobus("compare", old, new, "--json").document["versions"] == {"numpy": {"before": "1.0", "after": "2.0"}}
    assert bibliobus("compare", *plans, "--json").document["versions"] == {}


def test_other_versions_that_change_nothing_are_no_note(bibliobus, plans, tmp_path):
    new = rewrite(plans[0], tmp_path / "new", numpy="99.0")

    ran = bibliobus("compare", plans[0], new, "--lang", "en")

    assert ran.code == 0
    assert "99.0" not in ran.out


@pytest.mark.parametrize("version", ["0", "99", "<script>", "\x1b[2J"])
def test_versions_never_break_a_plan(bibliobus, plans, tmp_path, version):
    folder = rewrite(plans[0], tmp_path / "old", numpy=version, made_up="1")

    ran = bibliobus("verify", folder, "--lang", "en")

    assert (ran.code, ran.out) == (0, "The plan keeps every rule.\n")
