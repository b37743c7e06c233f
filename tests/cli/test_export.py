"""``bibliobus export``."""

from __future__ import annotations

import pytest

from bibliobus.output.registry import EXPORTED, FORMATS


@pytest.mark.parametrize("lang", ["uk", "en"])
def test_the_help_says_for_whom_each_format_is_as_a_rule(bibliobus, lang):
    text = " ".join(bibliobus("export", "--help", "--lang", lang).out.split())

    for name in EXPORTED:
        group = [other for other in EXPORTED if FORMATS[other].audiences[0] is FORMATS[name].audiences[0]]
        assert ", ".join(group) in text


@pytest.mark.parametrize("wanted", EXPORTED)
def test_a_plan_is_exported(bibliobus, made_once, tmp_path, wanted):
    out = tmp_path / f"plan.{wanted}"

    ran = bibliobus("export", made_once, "--format", wanted, "-o", out, "--lang", "en")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"The plan was written to {out}.\n"
    assert str(tmp_path).encode() not in out.read_bytes()


@pytest.mark.parametrize("wanted", ["sheets", "posters"])
def test_a_name_that_ends_in_html_is_a_page(bibliobus, made_once, tmp_path, wanted):
    bibliobus("export", made_once, "--format", wanted, "-o", tmp_path / "a.html")
    bibliobus("export", made_once, "--format", wanted, "-o", tmp_path / "a.pdf")

    assert (tmp_path / "a.html").read_bytes().startswith(b"<!DOCTYPE html>")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")


def test_sheets_are_those_of_a_cycle_or_of_the_dates_asked_for(bibliobus, made_once, tmp_path):
    for name, words in (("one", ()), ("two", ("--to", "2026-03-29")), ("later", ("--from", "2026-03-30"))):
        bibliobus("export", made_once, "--format", "sheets", "-o", tmp_path / f"{name}.html", *words)

    one, two, later = (
        (tmp_path / f"{name}.html").read_text("utf-8").count("<section>") for name in ("one", "two", "later")
    )
    assert one == later > 0
    assert two == 2 * one


def test_the_csv_is_that_of_the_plan_folder(bibliobus, made_once, tmp_path):
    bibliobus("export", made_once, "--format", "csv", "-o", tmp_path / "stops.csv")

    assert (tmp_path / "stops.csv").read_bytes() == (made_once / "timetable.csv").read_bytes()


def test_an_export_is_told_in_json(bibliobus, made_once, tmp_path):
    ran = bibliobus("export", made_once, "--format", "text", "-o", tmp_path / "plan.txt", "--json")

    assert ran.document == {"exit_code": 0, "output": str(tmp_path / "plan.txt"), "format": "text", "findings": []}


def test_a_stop_and_its_dates_are_chosen(bibliobus, made_once, tmp_path):
    words = ("--from", "2026-04-01", "--to", "2026-04-30", "--settlement", "west")

    ran = bibliobus("export", made_once, "--format", "ics", "-o", tmp_path / "west.ics", *words, "--lang", "en")

    text = (tmp_path / "west.ics").read_text(encoding="utf-8")
    assert ran.code == 0
    assert text.count("BEGIN:VEVENT") == 1
    assert "SUMMARY:Mobile library: Zakhidne" in text
    assert ";UNTIL=202604" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--settlement", "wets"), "error: The bus does not call in a settlement “wets”.\n  → Did you mean “west”?"),
        (("--settlement", "town"), "error: The bus does not call in a settlement “town”.\n"),
        (("--to", "2026-01-01"), "error: The papers are to end on 2026-01-01, before they begin on 2026-03-02."),
        (("--from", "soon"), "The value of --from does not fit; it has to be a date such as 2026-03-02."),
    ],
)
def test_a_stop_or_dates_that_do_not_fit_are_wrong_use(bibliobus, made_once, tmp_path, words, message):
    ran = bibliobus("export", made_once, "--format", "ics", "-o", tmp_path / "a.ics", *words, "--lang", "en")

    assert ran.code == 2
    assert ran.err.startswith(message)
    assert not (tmp_path / "a.ics").exists()


def test_an_unknown_format_is_wrong_use(bibliobus, made_once, tmp_path):
    ran = bibliobus("export", made_once, "--format", "doc", "-o", tmp_path / "plan.doc", "--lang", "en")

    assert ran.code == 2
    assert ran.err.startswith("The value of --format does not fit; it has to be one of: csv, ")
    assert not (tmp_path / "plan.doc").exists()


def test_an_export_replaces_nothing_without_force(bibliobus, made_once, tmp_path):
    (tmp_path / "plan.txt").write_bytes(b"mine")

    ran = bibliobus("export", made_once, "--format", "text", "-o", tmp_path / "plan.txt")
    assert ran.code == 2
    assert (tmp_path / "plan.txt").read_bytes() == b"mine"

    assert bibliobus("export", made_once, "--format", "text", "-o", tmp_path / "plan.txt", "--force").code == 0


def test_a_plan_that_breaks_a_rule_is_not_exported(bibliobus, made_once, tmp_path):
    text = (made_once / "plan.json").read_text(encoding="utf-8").replace('"population": 640', '"population": 641')
    (tmp_path / "plan.json").write_text(text, encoding="utf-8", newline="\n")

    ran = bibliobus(
        "export", tmp_path, "--area", made_once / "area", "--format", "gpx", "-o", tmp_path / "a.gpx", "--lang", "en"
    )

    assert (ran.code, ran.out) == (3, "")
    assert "(account-wrong)" in ran.err
    assert not (tmp_path / "a.gpx").exists()
