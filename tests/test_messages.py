"""Every message that the sources mark or translate is one that Babel finds."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import pytest

pytestmark = pytest.mark.upkeep

ROOT = Path(__file__).parents[1]
MESSAGES = {"_": 1, "N_": 1, "NN_": 2, "gettext": 1, "ngettext": 2}
"""Functions whose first arguments are messages, and how many of them."""


def find_sources() -> list[Path]:
    """Modules of the package."""
    return sorted((ROOT / "bibliobus").rglob("*.py"))


def find_calls(tree: ast.AST) -> list[ast.Call]:
    """Calls of the functions of `MESSAGES`."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in MESSAGES
    ]


def find_hidden(source: str) -> list[str]:
    """Calls inside f-strings, which Babel does not read on every Python."""
    inside = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr))
    return [ast.unparse(call) for text in inside for call in find_calls(text)]


def find_texts(source: str) -> list[str]:
    """Texts that the calls are given."""
    return [
        part.value
        for call in find_calls(ast.parse(source))
        for part in call.args[: MESSAGES[getattr(call.func, "attr", getattr(call.func, "id", ""))]]
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


def extract_texts() -> set[str]:
    """Texts that Babel finds, with both of each plural."""
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / "tools" / "catalogues.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = module.extract_messages(ROOT)
    return {text for message in found for text in ((message,) if isinstance(message, str) else message)}


@pytest.mark.parametrize(
    ("source", "hidden"),
    [
        ("f\"{language.gettext('km')}\"", ["language.gettext('km')"]),
        ("f\"{N_('a')} {x:{_('b')}}\"", ["N_('a')", "_('b')"]),
        ("f\"{language.ngettext('a', 'b', 1)}\"", ["language.ngettext('a', 'b', 1)"]),
        ("words = N_('a')\nf'{words} {number(1)}'", []),
    ],
)
def test_a_message_inside_an_f_string_is_noticed(source, hidden):
    assert sorted(set(find_hidden(source))) == hidden


@pytest.mark.parametrize("file", find_sources(), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_no_message_stands_inside_an_f_string(file):
    assert find_hidden(file.read_text(encoding="utf-8")) == [], "Babel on Python 3.11 does not find it"


def test_every_message_of_the_sources_is_extracted():
    texts = {text for file in find_sources() for text in find_texts(file.read_text(encoding="utf-8"))}

    assert len(texts) > 400
    assert texts - {""} <= extract_texts()
