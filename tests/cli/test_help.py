"""The first page of the help, the help of each command, what was meant by a mistyped word, and completion."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import unicodedata

import click
import pytest

from bibliobus import __version__
from bibliobus.cli.groups import CHAPTERS, COMMANDS, SECTIONS, build_command, list_inner
from bibliobus.cli.help import INSTALLS
from bibliobus.cli.speech import name_value
from bibliobus.words.language import LANGUAGES, Language

GROUPS = [name for name in COMMANDS if list_inner(name)]
LEAVES = [words for words in CHAPTERS if words not in GROUPS]
COLUMNS = 80


def measure_width(line: str) -> int:
    """Columns that a line takes on a terminal."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in line)
    return len(line) + wide - sum(unicodedata.combining(letter) > 0 for letter in line)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_names_five_commands_to_begin_with_and_every_other_once(bibliobus, language):
    ran = bibliobus("--lang", language, "-h")

    assert ran.code == 0
    assert len(next(iter(SECTIONS.values()))) == 5
    assert re.findall(r"^  ([a-z]+)  +\S", ran.out, re.MULTILINE) == list(COMMANDS)
    assert all(f"\n{Language(language).gettext(heading)}:\n" in ran.out for heading in SECTIONS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_has_a_line_a_command_all_aligned(bibliobus, language):
    lines = bibliobus("--lang", language, "--help").out.splitlines()

    rows = [line for line in lines if re.match(r"  [a-z]+ +[A-ZА-ЯЄІЇҐ]", line)]
    starts = {len(line) - len(re.sub(r"^  [a-z]+ +", "", line)) for line in rows}
    assert len(rows) == len(COMMANDS)
    assert len(starts) == 1
    assert all(line.endswith(".") for line in rows)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["", *GROUPS, *LEAVES])
def test_help_fits_a_terminal_of_eighty_columns(bibliobus, name, language):
    ran = bibliobus(*name.split(), "--lang", language, "-h")

    assert max(map(measure_width, ran.out.splitlines())) <= COLUMNS


@pytest.mark.parametrize("name", ["", *GROUPS, *LEAVES])
def test_every_way_to_ask_for_help_gives_the_same(bibliobus, name):
    asked = bibliobus(*name.split(), "--lang", "en", "--help")

    assert asked.code == 0
    assert bibliobus(*name.split(), "--lang", "en", "-h") == asked
    assert bibliobus("help", *name.split(), "--lang", "en") == asked
    assert bibliobus("--lang", "en", "help", *name.split()) == asked


@pytest.mark.parametrize("name", GROUPS)
def test_a_group_alone_shows_its_help(bibliobus, name):
    shown = bibliobus(name, "-h")

    assert bibliobus(name).out.strip() == shown.out.strip()
    assert bibliobus(name, "--lang", "uk") == shown
    assert (bibliobus(name).code, bibliobus(name, "--lang", "en").code) == (0, 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_guide_comes_with_the_program(bibliobus, language):
    ran = bibliobus("help", "guide", "--lang", language)

    title = {"en": "# A guide for planners", "uk": "# Посібник для планувальника"}[language]
    assert ran.out.startswith(title)
    assert "bibliobus help guide" in bibliobus("--lang", language).out


def test_help_is_one_document_where_that_is_asked_for(bibliobus):
    assert bibliobus("help", "plan", "--json").document == {
        "exit_code": 0,
        "help": bibliobus("plan", "-h").out.rstrip("\n"),
    }


@pytest.mark.parametrize("name", ["", "plan", "roads", "roads import"])
def test_the_version_is_told_behind_any_command(bibliobus, name):
    assert bibliobus(*name.split(), "--version") == bibliobus("--version")
    assert bibliobus("--version").out == f"bibliobus {__version__}\n"


@pytest.mark.parametrize(
    ("words", "english", "ukrainian"),
    [
        (
            ("plna",),
            "There is no command “plna”. Did you mean “plan”?",
            "Команди «plna» немає. Можливо, ви мали на увазі «plan»?",
        ),
        (("Verify",), "There is no command “Verify”. Did you mean “verify”?", "«verify»?"),
        (("сheck", "x"), "There is no command “сheck”. Did you mean “check”?", "«check»?"),
        (
            ("import",),
            "There is no command “import”. Did you mean “settlements import” or “roads import”?",
            "«settlements import» або «roads import»?",
        ),
        (("roads", "imprt"), "There is no command “imprt”. Did you mean “import”?", "«import»?"),
        (("changes", "lst"), "There is no command “lst”. Did you mean “list”?", "«list»?"),
        (("help", "rplan"), "There is no command “rplan”. Did you mean “replan”?", "«replan»?"),
        (("help", "roads", "inf"), "There is no command “inf”. Did you mean “info”?", "«info»?"),
        (("roads", "fly"), "There is no such command. Commands: import, info.", "Є такі команди: import, info."),
        (
            ("help", "plan", "fly"),
            f"There is no such command. Commands: {', '.join(COMMANDS)}.",
            "Є такі команди: demo, ",
        ),
        (
            ("plan", "area", "--outptu", "x"),
            "There is no option --outptu. Did you mean --output?",
            "Параметра --outptu немає. Можливо, ви мали на увазі --output?",
        ),
        (("check", "area", "--srict"), "There is no option --srict. Did you mean --strict?", "--strict?"),
        (("--verison",), "There is no option --verison. Did you mean --version?", "--version?"),
    ],
)
def test_what_was_meant_by_a_mistyped_word_is_asked(bibliobus, words, english, ukrainian):
    told = {language: bibliobus("--lang", language, *words) for language in LANGUAGES}

    assert {ran.code for ran in told.values()} == {2}
    assert {ran.out for ran in told.values()} == {""}
    message, advice = told["en"].err.splitlines()
    assert message == english
    assert re.fullmatch(r"Try “bibliobus[a-z ]* --help”\.", advice)
    assert ukrainian in told["uk"].err


@pytest.mark.parametrize("name", ["", *GROUPS, *LEAVES])
def test_every_option_with_two_letters_swapped_is_understood(bibliobus, name):
    command = build_command(name, Language("en")) if name else None
    options = [option for param in command.params for option in param.opts] if command else ["--lang", "--help"]

    for option in options:
        if option.startswith("--") and len(option) > 6 and option[-1] != option[-2]:
            ran = bibliobus("--lang", "en", *name.split(), option[:-2] + option[-1] + option[-2])
            assert "Did you mean --" in ran.err, option


@pytest.mark.parametrize("shell", INSTALLS)
def test_completion_prints_a_script_that_says_how_it_is_installed(bibliobus, shell):
    ran = bibliobus("completion", shell)

    assert ran.code == 0
    assert ran.out.isascii()
    assert f"# {INSTALLS[shell]}" in ran.out.splitlines()[:2]
    assert "_BIBLIOBUS_COMPLETE" in ran.out
    assert INSTALLS[shell] in bibliobus("completion", "-h").out
    assert bibliobus("completion", shell, "--json").document == {"exit_code": 0, "script": ran.out}


def complete(shell: str, words: list[str], word: str) -> list[str]:
    """What a terminal is offered for a word."""
    ran = subprocess.run(
        [sys.executable, "-m", "bibliobus"],
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=120,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "PYTHONUTF8": "1",
            "_BIBLIOBUS_COMPLETE": f"{shell}_complete",
            "COMP_WORDS": "\n".join(words),
            "COMP_WORD": word,
        },
    )
    assert ran.stderr == ""
    return list(filter(None, ran.stdout.splitlines()))


@pytest.mark.parametrize(
    ("words", "word", "offered"),
    [
        (["bibliobus"], "re", ["replan", "report"]),
        (["bibliobus", "roads"], "", ["import", "info"]),
        (["bibliobus", "plan", "my area"], "--it", ["--iterations"]),
        (["bibliobus", "publish", "my-plan", "--audience"], "c", ["council"]),
        (["bibliobus", "completion"], "p", ["powershell"]),
        (["bibliobus", "check"], "C:\\my", []),
    ],
)
def test_powershell_is_offered_commands_options_and_choices_and_completes_files_itself(words, word, offered):
    assert [line.split("\t")[0] for line in complete("powershell", words, word)] == offered


def test_the_script_for_powershell_has_nothing_that_5_1_does_not_know(bibliobus):
    script = bibliobus("completion", "powershell").out
    code = re.sub(r"'[^']*'|\"[^\"]*\"", "''", script.partition("\n")[2])
    assert not re.search(r"&&|\|\||\?\?|\?\.|::new\(| \? .* : ", code)
    assert all(script.count(one) == script.count(other) for one, other in ("()", "{}", "[]"))
    assert script.splitlines()[1].startswith("Register-ArgumentCompleter -Native -CommandName bibliobus")


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash on this machine")
def test_the_script_for_bash_is_one(bibliobus):
    script = bibliobus("completion", "bash").out

    assert subprocess.run(["bash", "-n"], input=script.encode(), check=False, timeout=60).returncode == 0


@pytest.mark.parametrize("name", LEAVES)
def test_every_value_has_a_ukrainian_name(name):
    ukrainian = Language("uk")
    command = build_command(name, ukrainian)
    context = click.Context(command, info_name=name)

    values = {param.opts[-1]: name_value(param, context, ukrainian) for param in command.params if not is_flag(param)}

    assert {option: value for option, value in values.items() if re.search("[A-Z]", value)} == {}


def is_flag(param: click.Parameter) -> bool:
    """Whether nothing stands behind the option."""
    return isinstance(param, click.Option) and bool(param.is_flag)


def test_the_first_page_and_the_chapters_name_the_same_commands_in_one_order():
    assert [name for names in SECTIONS.values() for name in names] == list(COMMANDS)
    assert GROUPS == ["settlements", "roads", "changes", "versions"]


def test_help_needs_none_of_the_commands(bibliobus):
    loaded = ("bibliobus.tasks", *(f"bibliobus.cli.{chapter}" for chapter in CHAPTERS.values()))
    script = (
        "import sys; from bibliobus.cli.main import run; run(['--help']); "
        f"print([name for name in sys.modules if name.startswith({loaded!r})])"
    )

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, timeout=120)

    assert ran.stdout.decode("utf-8", "replace").splitlines()[-1] == "[]"


def test_options_of_help_are_two_everywhere():
    for name in LEAVES:
        command = build_command(name, Language("en"))

        assert [
            param.opts for param in command.params if isinstance(param, click.Option) and "--help" in param.opts
        ] == [["-h", "--help"]]


@pytest.mark.parametrize("words", ["--lang en check", "check --lang en", "--lang uk check --lang en"])
def test_the_language_counts_before_and_after_the_command(bibliobus, tmp_path, words):
    assert bibliobus("init", tmp_path / "area").code == 0

    ran = bibliobus(*words.split(), tmp_path / "area")

    assert ran.code == 0
    assert "Settlements\t55" in ran.out.splitlines()
