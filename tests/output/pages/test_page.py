"""Tests of `bibliobus.output.pages.page`."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from jinja2 import UndefinedError

from bibliobus.output.pages.page import Shell, render_shell, write_policy
from bibliobus.words.language import Language

ENGLISH = Language("en")


def test_a_page_has_language_title_and_data_that_cannot_end_their_element() -> None:
    page = render_shell(Shell("shell.html.jinja", "<i>Title</i>", data={"name": "</script>"}), {}, Language("uk"))

    assert '<html lang="uk">' in page
    assert "<title>&lt;i&gt;Title&lt;/i&gt;</title>" in page
    assert '{"name":"\\u003c/script\\u003e"}' in page
    assert page.endswith("</html>\n")


def test_only_the_scripts_of_the_page_may_run() -> None:
    page = render_shell(Shell("shell.html.jinja", "x", scripts=("let a = 1;\n", "let b = 2;")), {}, ENGLISH)

    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert scripts == ["let a = 1;\n", "let b = 2;"]
    assert all(f"'sha256-{digest}'" in page for digest in digests)


def test_the_policy_forbids_scripts_and_hosts_unless_they_are_named() -> None:
    strict, open_to_one = write_policy(()), write_policy((), ["https://tiles.example"])

    assert strict == (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'none'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert open_to_one == strict.replace("data:", "data: https://tiles.example")


def test_a_fact_that_a_template_needs_cannot_be_forgotten() -> None:
    with pytest.raises(UndefinedError):
        render_shell(Shell("map_page.html.jinja", "x"), {}, ENGLISH)
