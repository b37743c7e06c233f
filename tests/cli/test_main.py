"""The command line as a whole: help, languages, wrong words, errors and their exit codes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bibliobus import __version__
from bibliobus.cli import main as command_line
from bibliobus.cli.groups import CHAPTERS, COMMANDS, build_command, list_inner
from bibliobus.cli.speech import find_language
from bibliobus.findings import FindingKind, InfeasibleError, Place, Severity, ToolError
from bibliobus.output.registry import FORMATS
from bibliobus.tasks import check as check_workflow
from bibliobus.words.language import Language

if TYPE_CHECKING:
    from pathlib import Path

GROUPS = {name: list_inner(name) for name in COMMANDS if list_inner(name)}
LEAVES = [words for words in CHAPTERS if words not in GROUPS]

HEAVY = {
    "folium",
    "geopandas",
    "networkx",
    "numpy",
    "openpyxl",
    "ortools",
    "pandas",
    "pydantic",
    "rich",
    "shapely",
    "babel",
    "jinja2",
}

CONFLICT = FindingKind("made-up", Severity.ERROR, "Facts “{name}” contradict each other.", "Change one of them.")


def run_python(script: str, *words: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a script in a process of its own."""
    paths = os.pathsep.join(filter(None, sys.path))
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, words)],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": paths, **environment},
        timeout=120,
    )


@pytest.mark.parametrize("language", ["uk", "en"])
def test_help_names_every_command(bibliobus, language):
    ran = bibliobus("--lang", language, "--help")

    assert ran.code == 0
    assert all(f"\n  {name} " in ran.out for name in COMMANDS)
    assert ran.err == ""


def test_no_words_at_all_give_the_help(bibliobus):
    assert bibliobus().out.strip() == bibliobus("--help").out.strip()


def test_the_version_is_printed(bibliobus):
    ran = bibliobus("--version")

    assert (ran.code, ran.out) == (0, f"bibliobus {__version__}\n")


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_has_help_in_english(bibliobus, name):
    ran = bibliobus(*name.split(), "--lang", "en", "--help")

    assert ran.code == 0
    assert ran.out.startswith(f"Usage: bibliobus {name} [OPTIONS]")
    assert "--json" in ran.out
    assert "--lang [uk|en]" in ran.out
    assert "Positional" not in ran.out


def blacken(self: Language, message: str) -> str:
    """Message in a language of which no word is English; names of files, options and settings stay."""
    kept = re.compile(r"(\{\w+\}|`[^`]*`|-{1,2}\w[\w-]*|bibliobus[\w-]*|[\w.]+\.(?:json|csv|toml))")
    return "".join(part if at % 2 else re.sub("[A-Za-z]", "ж", part) for at, part in enumerate(kept.split(message)))


@pytest.mark.parametrize("name", ["", *GROUPS, *LEAVES])
def test_every_word_of_the_help_goes_through_the_catalogue(bibliobus, name, monkeypatch):
    monkeypatch.setattr(Language, "gettext", blacken)

    ran = bibliobus(*name.split(), "--lang", "uk", "--help")

    names = {
        "donetsk",
        "today",
        "xlsx",
        "kramatorsk",
        "neubrandenburg",
        "ortools",
        "periodic",
        "json",
        "demo",
        "csv",
        "settlements",
    }
    # Lines that are typed into a terminal, and names of formats.
    names |= {
        "buses",
        "rhythm",
        "guide",
        "bash",
        "bashrc",
        "zsh",
        "zshrc",
        "fish",
        "powershell",
        "config",
        "completions",
        "Out",
        "File",
        "ascii",
    }
    names |= set(FORMATS)
    names |= {"PROFILE", "Set", "ExecutionPolicy", "CurrentUser", "RemoteSigned", "import"}
    known = {
        *COMMANDS,
        *(name for group in GROUPS.values() for name in group),
        *FORMATS,
        *names,
        "bibliobus",
        "uk",
        "en",
    }
    words = re.findall(r"(?<![\w-])[A-Za-z]+", re.sub(r"--?[a-z][a-z-]*", "", ran.out))
    assert ran.code == 0
    assert set(words) - known == set()


@pytest.mark.parametrize("name", LEAVES)
def test_every_option_has_words_in_its_help(name):
    command = build_command(name, Language("en"))

    for param in command.params:
        assert param.help, f"{name} {param.name}"


@pytest.mark.parametrize("name", LEAVES)
def test_shared_options_mean_the_same_everywhere(name):
    command = build_command(name, Language("en"))
    reference = build_command("plan", Language("en"))
    known = {param.name: param for param in reference.params}

    shared = {"lang", "as_json", "strict", "seed", "iterations", "time_limit", "solver", "force"}
    for param in command.params:
        if param.name in shared:
            twin = known[param.name]
            assert (param.opts, param.help, param.default) == (twin.opts, twin.help, twin.default)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("fly",), f"There is no such command. Commands: {', '.join(COMMANDS)}."),
        (("check",), "AREA is missing."),
        (("plan", "area"), "--output is missing."),
        (("map",), "PLAN is missing."),
        (("check", "area", "--fast"), "There is no option --fast."),
        (("check", "area", "another", "one"), "Too many words: another one."),
        (("--lang", "en", "plan", "area", "-o"), "The option -o is used wrongly."),
        (("--lang", "en", "check", "area", "--lang"), "The option --lang is used wrongly."),
        (
            ("--lang", "en", "check", "area", "--lang", "fr"),
            "The value of --lang does not fit; it has to be one of: uk, en.",
        ),
        (
            ("plan", "area", "-o", "x", "--seed", "many"),
            "The value of --seed does not fit; it has to be a whole number from 0 to 2,147,483,647.",
        ),
        (
            ("demo", "--iterations", "-1"),
            "The value of --iterations does not fit; it has to be a whole number from 0 to 10,000,000.",
        ),
        (("demo", "--time-limit", "0"), "The value of --time-limit does not fit; it has to be a number above 0."),
        (("demo", "--time-limit", "nan"), "The value of --time-limit does not fit; it has to be a number above 0."),
    ],
)
def test_wrong_words_are_told(bibliobus, words, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    ran = bibliobus(*words) if "--lang" in words else bibliobus(*words, "--lang", "en")

    assert ran.code == 2
    assert ran.out == ""
    said, advice = ran.err.splitlines()
    assert said == message
    assert advice.startswith("Try “bibliobus")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (("fly",), "bibliobus"),
        (("plan", "area", "--fast"), "bibliobus plan"),
        (("roads", "fly"), "bibliobus roads"),
        (("roads", "info", "area", "--fast"), "bibliobus roads info"),
    ],
)
def test_the_help_that_is_advised_is_that_of_the_command(bibliobus, words, command):
    assert bibliobus("--lang", "en", *words).err.splitlines()[-1] == f"Try “{command} --help”."


def test_wrong_words_are_told_in_json_too(bibliobus):
    ran = bibliobus("check", "--json")

    assert (ran.code, ran.document) == (2, {"exit_code": 2, "findings": []})


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ((), None),
        (("--lang", "en"), "en"),
        (("check", "x", "--lang=uk"), "uk"),
        (("--lang", "en", "check", "--lang", "uk"), "uk"),
        (("--lang", "fr"), None),
        (("--lang", "en", "check", "--lang", "fr"), "en"),
        (("check", "--lang"), None),
    ],
)
def test_the_language_is_found_before_anything_else(words, language):
    assert find_language(words) == language


def fail_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command check fail."""

    def refuse(folder: Path, *, changes: Path | None) -> None:
        raise error

    monkeypatch.setattr(check_workflow, "check_area", refuse)


@pytest.mark.parametrize(("kind", "code"), [(InfeasibleError, 4), (ToolError, 5)])
def test_an_error_has_its_exit_code_and_its_findings(bibliobus, kind, code, monkeypatch):
    fail_with(kind(CONFLICT.at(Place("scenario.toml", 3, "buses"), name="a, b")), monkeypatch)

    plain = bibliobus("check", "area", "--lang", "en")
    document = bibliobus("check", "area", "--json", "--lang", "en").document

    assert (plain.code, plain.out) == (code, "")
    assert plain.err == (
        "error: Facts “a, b” contradict each other. [scenario.toml:3:buses]\n  → Change one of them. (made-up)\n"
    )
    assert document == {
        "exit_code": code,
        "findings": [
            {
                "code": "made-up",
                "severity": "error",
                "file": "scenario.toml",
                "row": 3,
                "column": "buses",
                "tour": "",
                "settlement": "",
                "sentence": "Facts “a, b” contradict each other.",
                "hint": "Change one of them.",
            }
        ],
    }


def test_an_interrupt_is_no_failure(bibliobus, monkeypatch):
    fail_with(KeyboardInterrupt(), monkeypatch)

    ran = bibliobus("check", "area", "--lang", "en", "--json")

    assert (ran.code, ran.err) == (130, "\nInterrupted.\n")
    assert ran.document == {"exit_code": 130, "findings": []}


def test_a_bug_is_told_from_bad_input(bibliobus, monkeypatch):
    fail_with(RuntimeError("a bug"), monkeypatch)

    ran = bibliobus("check", "area", "--lang", "en")

    assert (ran.code, ran.out) == (5, "")
    assert ran.err.startswith("bibliobus itself failed; please report this with the lines below.\n")
    assert "RuntimeError: a bug" in ran.err


def test_what_data_say_cannot_steer_the_terminal(bibliobus, monkeypatch):
    fail_with(ToolError(CONFLICT.at(Place("\x1b[2J"), name="\x1b]0;title\x07\r\nerror: forged")), monkeypatch)

    ran = bibliobus("check", "area", "--lang", "en")

    assert "\x1b" not in ran.err
    assert "\x07" not in ran.err
    assert len(ran.err.splitlines()) == 2


def test_help_loads_no_heavy_library():
    script = (
        "import sys; from bibliobus.cli.main import run; run(['--help']); run(['plan', '--help']); "
        f"print(sorted(set(sys.modules) & {HEAVY!r}))"
    )

    ran = run_python(script)

    assert ran.returncode == 0, ran.stderr.decode()
    assert ran.stdout.decode("utf-8", "replace").splitlines()[-1] == "[]"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_console_that_cannot_print_ukrainian_gets_other_characters(encoding, area):
    (area / "libraries.csv").unlink()

    ran = run_python(
        "import sys; from bibliobus.cli.main import main; main(sys.argv[1:])",
        "check",
        area,
        "--lang",
        "uk",
        PYTHONIOENCODING=encoding,
        PYTHONUTF8="0",
    )

    assert ran.returncode == 0, ran.stderr
    assert b"?" in ran.stdout + ran.stderr
    assert b"Traceback" not in ran.stderr


def test_the_process_ends_with_the_exit_code(monkeypatch, capsys):
    with pytest.raises(SystemExit) as caught:
        command_line.main(["fly"])
    assert caught.value.code == 2

    monkeypatch.setattr(sys, "argv", ["bibliobus", "--version"])
    with pytest.raises(SystemExit) as caught:
        command_line.main()
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"bibliobus {__version__}\n"
