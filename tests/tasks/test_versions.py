"""A plan made anew keeps those before it whole: listed, verified, compared, taken back; what is broken is told."""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from areas import ROADS, ROADS_BEYOND, SCENARIO, SETTLEMENTS, SETTLEMENTS_BEYOND, write_area
from folders import copy_folder, read_folder
from road_areas import LANE, make_area

from bibliobus.domain.audience import Audience
from bibliobus.findings import InputError, UsageError
from bibliobus.inputs.files import digest_bytes, read_files
from bibliobus.solve.solver import SearchOptions
from bibliobus.tasks import history as keeping
from bibliobus.tasks import versions
from bibliobus.tasks.history import History, KeptPlan, gather_versions, keep_versions, read_history
from bibliobus.tasks.plan import plan_area
from bibliobus.tasks.publish import Publication, publish_plan
from bibliobus.tasks.reopen import open_plan_folder, verify_folder
from bibliobus.tasks.replan import ReplanFiles, ReplanOrder, replan_folder
from bibliobus.tasks.replan_papers import write_replanned
from bibliobus.tasks.versions import compare_versions, list_versions, restore_version, show_version
from bibliobus.view.notices import count_segments
from bibliobus.words.language import Language

FEW = SearchOptions(seed=1, iterations=5)
HEAD = "id,kind,from_place,to_place,note\n"
DATED = "id,kind,from_place,to_place,valid_from,valid_to\n"
CELLS = ("date", "start", "end", "bus")
CLOSURES = (
    "east,closed,town,east,the bridge is closed\n",
    "west,closed,town,west,\n",
    "far,closed,town,north,floods\n",
)
MINUTE_NS = 60 * 10**9
FIRST_NS = 1_771_000_020 * 10**9


def replan(path, out, text, head=HEAD):
    """Plan anew for road changes, and write the plan."""
    file = out.with_suffix(".csv")
    file.write_text(head + text, encoding="utf-8")
    replanned = replan_folder(path, out, ReplanFiles(file), ReplanOrder(), options=FEW)
    write_replanned(replanned, path, out, force=False)
    return out


def make_chain(folder, area):
    """A plan and three that follow it, each with one more closure, made a minute apart."""
    plans = [folder / "plan"]
    plan_area(area, plans[0], options=FEW)
    for at in range(len(CLOSURES)):
        made_ns = FIRST_NS + at * MINUTE_NS
        os.utime(plans[at] / "plan.json", ns=(made_ns, made_ns))
        plans.append(replan(plans[at], folder / f"anew-{at}", "".join(CLOSURES[: at + 1])))
    return plans


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    """Four plans, each made anew from the one before, that no test may change."""
    folder = tmp_path_factory.mktemp("chain")
    return make_chain(folder, write_area(folder / "area"))


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """The same, where every file of more than a few letters is big."""
    folder = tmp_path_factory.mktemp("shared")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping, "LARGE_BYTES", 300)
        return make_chain(folder, write_area(folder / "area"))


def say(findings, code="en"):
    """Places and sentences of findings."""
    return [(one.code, str(one.place), one.sentence.render(Language(code))) for one in findings]


def test_every_plan_of_a_chain_is_kept_byte_for_byte_and_verifies_as_it_lies(chain):
    *before, last = chain

    kept = [last / "versions" / str(at + 1) for at in range(len(before))]

    assert sorted(entry.name for entry in (last / "versions").iterdir()) == ["1", "2", "3"]
    for folder, plan in zip(kept, before, strict=True):
        assert (folder / "plan.json").read_bytes() == (plan / "plan.json").read_bytes()
        assert read_folder(folder / "area") == read_folder(plan / "area")
        assert verify_folder(folder)[2].findings == ()


def test_no_paper_of_an_earlier_version_is_kept(chain):
    kept = {name.partition("/")[2] for name in read_folder(chain[-1] / "versions")}

    assert {name.partition("/")[0] for name in kept} == {"plan.json", "area", "base"}


def test_versions_are_listed_with_their_parents_times_and_what_they_were_made_for(chain):
    listed = list_versions(chain[-1])

    assert [(one.number, one.parent) for one in listed.versions] == [(1, None), (2, 1), (3, 2), (4, 3)]
    assert [one.tell(Language("en")) for one in listed.versions] == [
        "first plan",
        "road changes added: the bridge is closed",
        "road changes added: west",
        "road changes added: floods",
    ]
    assert listed.versions[1].tell(Language("uk")) == "додано зміни на дорогах: the bridge is closed"
    minutes = [datetime.fromtimestamp((FIRST_NS + at * MINUTE_NS) // 10**9, UTC) for at in range(3)]
    assert [one.made for one in listed.versions[:3]] == minutes
    assert [one.last for one in listed.versions] == [None] * 4
    assert listed.versions[0].first.isoformat() == "2026-03-02"
    assert all(one.first is not None for one in listed.versions)
    assert (listed.language, listed.findings) == ("en", ())


def test_a_disk_that_keeps_no_times_holds_the_plan_all_the_same(chain, tmp_path, monkeypatch):
    def refuse(*args, **more):
        raise PermissionError

    monkeypatch.setattr(os, "utime", refuse)

    restore_version(chain[1], 1, tmp_path / "back")

    assert (tmp_path / "back" / "versions" / "1" / "plan.json").is_file()


@pytest.mark.parametrize("made_ns", [-(10**18), 4 * 10**19 // 10])
def test_a_time_that_cannot_be_is_none(chain, made_ns, tmp_path):
    folder = copy_folder(chain[1], tmp_path / "plan")
    history = read_history(folder)

    assert versions._find_made(replace(history.now, made_ns=made_ns * 10)) is None


def test_a_version_for_a_time_differs_from_its_first_to_its_last_tour_and_so_does_the_way_back(chain, tmp_path):
    head = "id,kind,from_place,to_place,valid_from,valid_to\n"
    anew = replan(chain[0], tmp_path / "anew", "east,closed,town,east,2026-03-14,2026-03-29\n", head)
    restore_version(anew, None, tmp_path / "back")

    _, closed, back = list_versions(tmp_path / "back").versions

    assert date(2026, 3, 14) <= closed.first <= closed.last <= date(2026, 3, 29)
    assert (back.first, back.last) == (closed.first, closed.last)
    assert (closed.tell(Language("en")), back.tell(Language("en"))) == (
        "road changes added: east",
        "back to version 1",
    )
    assert verify_folder(tmp_path / "back" / "versions" / "2")[2].findings == ()


def test_what_is_kept_has_no_clock_in_its_bytes(chain, tmp_path):
    again = make_chain(tmp_path, write_area(tmp_path / "area"))

    assert read_folder(again[-1]) == read_folder(chain[-1])


@pytest.mark.parametrize("number", [1, 2, 3])
def test_any_version_is_taken_back_byte_for_byte_and_every_version_stays(chain, number, tmp_path):
    restored = restore_version(chain[-1], number, tmp_path / "back")

    files, was = read_folder(tmp_path / "back"), read_folder(chain[number - 1])
    assert {name: files[name] for name in was if name.partition("/")[0] in ("plan.json", "area", "base")} == {
        name: was[name] for name in was if name.partition("/")[0] in ("plan.json", "area", "base")
    }
    assert {name: files[name] for name in ("map.html", "timetable.xlsx", "timetable.csv")} == {
        name: was[name] for name in ("map.html", "timetable.xlsx", "timetable.csv")
    }
    assert (restored.number, restored.versions) == (number, 5)
    assert verify_folder(tmp_path / "back")[2].findings == ()
    told = list_versions(tmp_path / "back").versions
    assert [one.made for one in told[:3]] == [one.made for one in list_versions(chain[-1]).versions[:3]]
    assert told[-1].tell(Language("en")) == f"back to version {number}"


def test_taking_back_is_taken_back(chain, tmp_path):
    restore_version(chain[-1], None, tmp_path / "back")
    restore_version(tmp_path / "back", None, tmp_path / "again")

    assert (tmp_path / "back" / "plan.json").read_bytes() == (chain[-2] / "plan.json").read_bytes()
    assert (tmp_path / "again" / "plan.json").read_bytes() == (chain[-1] / "plan.json").read_bytes()
    told = [one.tell(Language("en")) for one in list_versions(tmp_path / "again").versions]
    assert told[-2:] == ["back to version 3", "back to version 4"]


def read_rows(folder, name):
    """Rows of a table of a plan folder."""
    return list(csv.DictReader(io.StringIO((folder / name).read_text(encoding="utf-8-sig"))))


def test_who_was_told_of_a_change_is_told_that_it_is_taken_back_and_nobody_else(chain, tmp_path):
    closed = replan(chain[0], tmp_path / "anew", "east,closed,town,east,2026-03-16,2026-03-29\n", DATED)

    restored = restore_version(closed, None, tmp_path / "back")

    lost, found = (read_rows(folder, "exceptions.csv") for folder in (closed, tmp_path / "back"))
    assert lost
    names, ends = ("settlement_id", "name_uk"), (("old", "new"), ("new", "old"))
    turned = [
        {name: row[name] for name in names}
        | {f"{end}_{cell}": row[f"{other}_{cell}"] for end, other in ends for cell in CELLS}
        for row in lost
    ]
    assert [{key: row[key] for key in row if key != "change"} for row in found] == turned
    told, before = (read_rows(folder, "notices.csv") for folder in (tmp_path / "back", closed))
    assert {row["settlement_id"] for row in told} == {row["settlement_id"] for row in before}
    days = [date.fromisoformat(row["new_date"]) for row in found if row["settlement_id"] == "east"]
    row = next(row for row in told if row["settlement_id"] == "east")
    assert (row["first_date"], row["last_date"]) == (min(days).isoformat(), max(days).isoformat())
    assert "road" not in row["text_en"].lower()
    assert all(f"March {day.day}, 2026" in row["text_en"] for day in days)
    assert (int(row["segments_uk"]), int(row["segments_en"])) == tuple(
        count_segments(row[name]) for name in ("short_uk", "short_en")
    )
    text = (tmp_path / "back" / "notices.txt").read_text(encoding="utf-8-sig")
    assert all(row["text_uk"] in text and row["text_en"] in text for row in told)
    assert restored.compared.comparison.holds_from == min(date.fromisoformat(row["new_date"]) for row in found)


def test_what_is_closed_again_by_taking_back_is_told_with_its_reason(chain, tmp_path):
    closed = replan(chain[0], tmp_path / "anew", "east,closed,town,east,2026-03-16,2026-03-29\n", DATED)
    restore_version(closed, None, tmp_path / "back")

    restore_version(tmp_path / "back", None, tmp_path / "again")

    for name in ("exceptions.csv", "notices.csv", "notices.txt"):
        assert (tmp_path / "again" / name).read_bytes() == (closed / name).read_bytes()


def test_what_is_taken_back_holds_from_the_first_date_that_differs_although_the_plan_began_before(chain, tmp_path):
    closed = replan(chain[0], tmp_path / "anew", "east,closed,town,east,2026-03-16,\n", DATED)

    compared = restore_version(closed, None, tmp_path / "back").compared

    assert compared.comparison.first_day >= date(2026, 3, 16)
    assert compared.comparison.holds_from == compared.comparison.first_day
    row = next(row for row in read_rows(tmp_path / "back", "notices.csv") if row["settlement_id"] == "east")
    assert date.fromisoformat(row["first_date"]) >= date(2026, 3, 16)
    assert row["last_date"] == ""


def test_where_nothing_differs_nobody_is_told_anything(chain, tmp_path):
    restore_version(chain[1], 1, tmp_path / "first")

    restored = restore_version(tmp_path / "first", 1, tmp_path / "back")

    assert restored.compared.comparison.same
    assert not {"notices.txt", "notices.csv", "exceptions.csv"} & read_folder(tmp_path / "back").keys()


def test_a_stop_that_must_not_be_published_is_told_of_apart(tmp_path):
    area = write_area(tmp_path / "area")
    scenario = (area / "scenario.toml").read_text(encoding="utf-8")
    hidden = '\n[publish]\nno_publish = ["east"]\n'
    (area / "scenario.toml").write_text(scenario + hidden, encoding="utf-8")
    plan_area(area, tmp_path / "plan", options=FEW)
    closed = replan(tmp_path / "plan", tmp_path / "anew", CLOSURES[0])

    restore_version(closed, None, tmp_path / "back")

    assert "east" not in {row["settlement_id"] for row in read_rows(tmp_path / "back", "notices.csv")}
    assert [row["settlement_id"] for row in read_rows(tmp_path / "back" / "not-public", "notices.csv")] == ["east"]


def test_a_plan_takes_a_version_back_in_its_own_place(chain, tmp_path):
    folder = copy_folder(chain[-1], tmp_path / "plan")

    with pytest.raises(UsageError):
        restore_version(folder, 1, folder)
    restore_version(folder, 1, folder, force=True)

    assert (folder / "plan.json").read_bytes() == (chain[0] / "plan.json").read_bytes()
    assert (folder / "versions" / "4" / "plan.json").read_bytes() == (chain[-1] / "plan.json").read_bytes()
    # Papers that only the plan before had are no part of the new one, and are not lost.
    assert (tmp_path / "plan-old" / "notices.txt").is_file()


def test_a_plan_that_is_taken_back_is_planned_anew_as_before(chain, tmp_path):
    restore_version(chain[-1], 2, tmp_path / "back")

    anew = replan(tmp_path / "back", tmp_path / "anew", "".join(CLOSURES[:2]))

    assert (anew / "plan.json").read_bytes() == (chain[2] / "plan.json").read_bytes()
    assert [one.number for one in list_versions(anew).versions] == [1, 2, 3, 4, 5, 6]


def test_with_nothing_to_do_the_versions_are_copied_with_their_times(chain, tmp_path):
    same = replan(chain[1], tmp_path / "same", CLOSURES[0])

    assert read_folder(same) == read_folder(chain[1])
    assert [one.made for one in list_versions(same).versions] == [one.made for one in list_versions(chain[1]).versions]


def test_who_is_concerned_by_a_version_is_shown(chain):
    shown, oldest = show_version(chain[-1], 2), show_version(chain[-1], 1)

    assert {place.settlement_id for place in shown.compared.comparison.places} >= {"east"}
    assert (shown.version.number, oldest.version.number, oldest.compared) == (2, 1, None)
    assert show_version(chain[-1], None).version.number == 4


def test_two_versions_are_compared_as_two_plans_are(chain):
    compared = compare_versions(chain[-1], 1, None)

    assert {"east", "west", "far"} <= {place.settlement_id for place in compared.comparison.places}
    assert compare_versions(chain[-1], 2, 2).comparison.same


def test_a_version_that_is_not_there_is_told_with_those_that_are(chain, tmp_path):
    for ask in (lambda: restore_version(chain[-1], 9, tmp_path / "x"), lambda: show_version(chain[-1], 9)):
        with pytest.raises(UsageError) as caught:
            ask()
        (finding,) = caught.value.findings
        assert finding.sentence.render(Language("en")) == "The plan has no version 9."
        assert finding.hint.render(Language("en")) == "Known versions: 1, 2, 3, 4."
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("at", "number", "code"), [(0, None, "version-first"), (0, 1, "version-first"), (3, 4, "version-is-now")]
)
def test_there_is_no_way_back_from_where_one_stands(chain, at, number, code, tmp_path):
    with pytest.raises(UsageError) as caught:
        restore_version(chain[at], number, tmp_path / "x")

    assert [one.code for one in caught.value.findings] == [code]


@pytest.mark.parametrize("place", ["inside", "."])
def test_a_version_is_not_written_into_or_around_its_plan(chain, place, tmp_path):
    folder = copy_folder(chain[1], tmp_path / "around" / "plan")
    out = folder / "inside" if place == "inside" else tmp_path / "around"

    with pytest.raises(UsageError) as caught:
        restore_version(folder, 1, out, force=True)

    assert [one.code for one in caught.value.findings] == ["version-inside"]
    assert read_folder(folder) == read_folder(chain[1])


def test_a_broken_version_is_told_and_hinders_no_other(chain, tmp_path):
    folder = copy_folder(chain[-1], tmp_path / "plan")
    (folder / "versions" / "2" / "area" / "settlements.csv").write_text("settlement_id\n", encoding="utf-8")

    listed = list_versions(folder)

    words = "The file is missing or was changed: version 2 was made from another one."
    assert say(listed.findings) == [("version-broken", "versions/2/area/settlements.csv", words)]
    assert [one.tell(Language("en")) for one in listed.versions] == [
        "first plan",
        "broken: versions/2/area/settlements.csv",
        "after a broken version",
        "road changes added: floods",
    ]
    with pytest.raises(InputError) as caught:
        restore_version(folder, 2, tmp_path / "back")
    assert say(caught.value.findings) == say(listed.findings)
    assert restore_version(folder, 1, tmp_path / "first").versions == 5
    # It is handed on as it is: nothing that may be mended is thrown away.
    assert list_versions(tmp_path / "first").versions[1].tell(Language("en")).startswith("broken")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("plan.json", b"{}", "plan-field-missing"),
        ("plan.json", b"\xff", "version-broken"),
        ("plan.json", None, "not-a-file"),
        ("area/scenario.toml", None, "version-broken"),
        ("area/roads.csv", b"", "version-broken"),
    ],
)
def test_whatever_is_broken_in_a_version_is_told_with_its_place(chain, name, content, code, tmp_path):
    folder = copy_folder(chain[-1], tmp_path / "plan")
    file = folder / "versions" / "3" / name
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)

    findings = list_versions(folder).findings

    assert {one.place.file for one in findings} == {f"versions/3/{name}"}
    if name != "plan.json" or code != "plan-field-missing":
        assert {one.code for one in findings} == {code}


def test_an_earlier_version_comes_back_although_the_plan_as_it_is_now_is_broken(chain, tmp_path):
    folder = copy_folder(chain[-1], tmp_path / "plan")
    (folder / "plan.json").write_text("{", encoding="utf-8")

    restored = restore_version(folder, None, tmp_path / "back")

    assert (tmp_path / "back" / "plan.json").read_bytes() == (chain[-2] / "plan.json").read_bytes()
    assert restored.compared is None
    assert [one.place.file for one in restored.findings] == ["plan.json"]
    assert (tmp_path / "back" / "versions" / "4" / "plan.json").read_text(encoding="utf-8") == "{"


def test_a_version_that_was_deleted_leaves_the_others_their_numbers(chain, tmp_path):
    folder = copy_folder(chain[-1], tmp_path / "plan")
    for name in read_folder(folder / "versions" / "1"):
        (folder / "versions" / "1" / name).unlink()
    for inner in ("area", "base", ""):
        if (folder / "versions" / "1" / inner).is_dir():
            (folder / "versions" / "1" / inner).rmdir()

    listed = list_versions(folder)

    assert [(one.number, one.parent) for one in listed.versions] == [(2, None), (3, 2), (4, 3)]
    assert listed.versions[0].tell(Language("en")) == "oldest version that is kept"


def test_a_version_is_a_plan_that_others_can_follow(chain, tmp_path):
    anew = replan(chain[-1] / "versions" / "2", tmp_path / "anew", CLOSURES[0] + CLOSURES[2])

    assert [one.tell(Language("en")) for one in list_versions(anew).versions] == [
        "first plan",
        "road changes added: the bridge is closed",
        "road changes added: floods",
    ]


def test_a_big_file_is_there_once_however_many_versions_have_it(shared):
    files = read_folder(shared[-1])

    for text in (ROADS, SETTLEMENTS):
        assert [name for name, content in files.items() if content == text.encode()] == [
            "area/roads.csv" if text == ROADS else "area/settlements.csv"
        ]
    index = json.loads(files["versions/1/area/shared.json"])
    assert index["files"]["roads.csv"] == digest_bytes(ROADS.encode())


def test_versions_with_shared_files_verify_and_come_back_as_others_do(shared, tmp_path):
    for at, plan in enumerate(shared[:-1]):
        assert verify_folder(shared[-1] / "versions" / str(at + 1))[2].findings == ()
        restore_version(shared[-1], at + 1, tmp_path / str(at))
        assert read_folder(tmp_path / str(at) / "area") == read_folder(plan / "area")
        assert (tmp_path / str(at) / "plan.json").read_bytes() == (plan / "plan.json").read_bytes()


def test_a_big_file_that_only_versions_have_is_kept_among_them_once():
    big = {"sha256:" + "a" * 64: b"roads of before"}
    old = [KeptPlan(at, None, b"{}", None, {}, {"roads.gpkg": "sha256:" + "a" * 64}) for at in (1, 2)]

    alone = keep_versions(History(tuple(old), big), {"area/roads.gpkg": b"other roads"})

    assert [name for name, content in alone.items() if content == b"roads of before"] == [f"versions/shared/{'a' * 64}"]
    assert json.loads(alone["versions/2/area/shared.json"])["files"] == {"roads.gpkg": "sha256:" + "a" * 64}


def test_a_shared_file_that_was_changed_is_told_by_every_version_that_has_it(shared, tmp_path):
    folder = copy_folder(shared[-1], tmp_path / "plan")
    (folder / "area" / "roads.csv").write_text(ROADS + "town,far,99,track,,,,,,,x\n", encoding="utf-8")

    findings = list_versions(folder).findings

    assert {(one.code, one.place.file) for one in findings} == {
        *(("shared-missing", f"versions/{number}/area/roads.csv") for number in (1, 2, 3)),
        ("version-broken", "area/roads.csv"),
    }
    with pytest.raises(InputError):
        open_plan_folder(folder / "versions" / "1")


def test_a_version_away_from_its_plan_says_what_it_lacks(shared, tmp_path):
    alone = copy_folder(shared[-1] / "versions" / "1", tmp_path / "1")

    files, findings = read_files(alone / "area")

    assert "roads.csv" not in files
    told = "The file is shared by several versions of a plan, and is not there as it was."
    assert ("shared-missing", "roads.csv", told) in say(findings)


@pytest.mark.parametrize(
    "index",
    [
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b" " * 100_001,
        b'{"format": "bibliobus-shared/2", "files": {}}',
        b'{"format": "bibliobus-shared/1", "files": []}',
        b'{"format": "bibliobus-shared/1", "files": {"../../secret": "sha256:' + b"a" * 64 + b'"}}',
        b'{"format": "bibliobus-shared/1", "files": {"roads.csv": "sha256:../../../secret"}}',
        b'{"format": "bibliobus-shared/1", "files": {"roads.csv": "sha256:' + b"A" * 64 + b'"}}',
        b'{"format": "bibliobus-shared/1", "files": {"roads.csv": 7}}',
    ],
)
def test_a_list_of_shared_files_says_names_and_digests_and_nothing_else(shared, index, tmp_path):
    folder = copy_folder(shared[-1], tmp_path / "plan")
    (folder / "versions" / "1" / "area" / "shared.json").write_bytes(index)

    files, findings = read_files(folder / "versions" / "1" / "area")

    assert "shared-unreadable" in {one.code for one in findings}
    assert not {"roads.csv", "../../secret"} & set(files)
    told = {(one.code, one.place.file) for one in list_versions(folder).findings}
    assert ("shared-unreadable", "versions/1/area/shared.json") in told


def test_imported_roads_are_read_where_all_versions_keep_them(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "LARGE_BYTES", 300)
    area = make_area(tmp_path)
    plan_area(area, tmp_path / "plan", options=FEW)
    replan(tmp_path / "plan", tmp_path / "anew", f"a,closed,{LANE}\n", "id,kind,way_ids\n")
    kept = tmp_path / "anew" / "versions" / "1"
    before = read_folder(tmp_path / "anew")

    opened = open_plan_folder(kept)

    assert not (kept / "area" / "roads" / "roads.osm.pbf").exists()
    assert opened.prepared.dataset.roads.path == (tmp_path / "anew" / "area" / "roads" / "roads.osm.pbf").resolve()
    assert opened.prepared.dataset.roads.cache is None
    assert verify_folder(kept)[2].findings == ()
    assert read_folder(tmp_path / "anew") == before


def test_history_is_gathered_from_a_plan_alone(chain):
    child = {"plan.json": b"", "area/roads.csv": b""}

    assert gather_versions(chain[-1], child) == keep_versions(read_history(chain[-1]), child)
    assert all(name.startswith("versions/") for name in gather_versions(chain[-1], child))


def test_nothing_of_any_version_is_published(chain, tmp_path):
    for audience in (Audience.PUBLIC, Audience.COUNCIL):
        published = publish_plan(chain[-1], tmp_path / audience.value, Publication(audience))

        assert not any("versions" in name or name.endswith("plan.json") for name in published.files)


@pytest.fixture(scope="module")
def improved(tmp_path_factory):
    """A cheaper plan from a date on, since a bridge that was closed is open; no test may change it."""
    folder = tmp_path_factory.mktemp("improved")
    closed = HEAD + "bridge,closed,east,beyond1,\n"
    later = SCENARIO.replace("2026-03-02", "2026-03-09")
    area = write_area(folder / "area", settlements=SETTLEMENTS_BEYOND, roads=ROADS_BEYOND, changes_csv=closed)
    plan_area(area, folder / "plan", options=FEW)
    for name, content in (("open.csv", HEAD), ("later.toml", later)):
        (folder / name).write_text(content, encoding="utf-8")
    files = ReplanFiles(folder / "open.csv", folder / "later.toml")
    order = ReplanOrder(first=date(2026, 3, 16), improve=True)
    replanned = replan_folder(folder / "plan", folder / "anew", files, order, options=FEW)
    assert [choice.name for choice in replanned.choices if choice.chosen] == ["improvement"]
    assert replanned.plan.periods
    write_replanned(replanned, folder / "plan", folder / "anew", force=False, papers=False)
    return folder / "anew"


def test_the_cheaper_plan_that_later_ones_come_from_is_verified_as_it_lies(improved, tmp_path):
    plan, _, report = verify_folder(improved / "base")

    assert (plan.periods, report.findings) == ((), ())
    assert {call.settlement_id for tour in plan.tours for call in tour.calls} >= {"beyond1", "beyond3"}
    later = replan(improved, tmp_path / "later", "south,closed,town,south,2026-04-06,2026-04-19\n", DATED)
    assert (later / "base" / "plan.json").read_bytes() == (improved / "base" / "plan.json").read_bytes()
    for folder in (later / "base", later / "versions" / "2" / "base", *(later / "versions" / at for at in "12")):
        assert verify_folder(folder)[2].findings == ()


def test_the_cheaper_plan_is_not_verified_by_other_inputs_and_a_broken_one_is_told(improved, tmp_path):
    folder = copy_folder(improved, tmp_path / "plan")
    (folder / "area" / "roads.csv").write_text(ROADS_BEYOND.replace("9,", "8,"), encoding="utf-8")
    with pytest.raises(InputError) as other:
        verify_folder(folder / "base")
    assert {(one.code, one.place.file) for one in other.value.findings} == {("inputs-differ", "area/roads.csv")}
    base = folder / "base" / "plan.json"
    base.write_text(base.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    with pytest.raises(InputError) as broken:
        verify_folder(folder / "base")
    assert [one.code for one in broken.value.findings] == ["plan-unreadable"]
