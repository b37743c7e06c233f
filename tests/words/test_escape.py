"""Tests of `bibliobus.words.safe`."""

from __future__ import annotations

import html
import json

import pytest

from bibliobus.words.safe import embed_json, escape_markup

HOSTILE = (
    "<img src=x onerror=\"window.PWN='img'\">",
    "</script><script>window.PWN='script'</script>",
    "${window.PWN='template'}",
    "a`b'c\"d\\e",
    "{{ 7 * 7 }} {% raw %} {# note #}",
    "\u202eправо\u200fналіво\u2028рядок\u2029абзац",
    "Дуже" * 75,
)


@pytest.mark.parametrize("text", HOSTILE)
def test_escaped_markup_reads_as_the_text_it_was(text: str) -> None:
    escaped = escape_markup(text)

    assert html.unescape(escaped) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_escaped_markup_has_no_sign_that_a_page_or_a_template_engine_would_obey(text: str) -> None:
    escaped = escape_markup(text)

    assert not set(escaped) & set("<>\"'`$\\{}")


@pytest.mark.parametrize("text", HOSTILE)
def test_embedded_json_reads_as_the_value_it_was(text: str) -> None:
    value = {"name": text, "rows": [1, None, True]}

    embedded = embed_json(value)

    assert json.loads(embedded) == value


@pytest.mark.parametrize("text", HOSTILE)
def test_embedded_json_cannot_end_its_script_element(text: str) -> None:
    embedded = embed_json([text])

    assert not set(embedded) & set("<>&\u2028\u2029")
