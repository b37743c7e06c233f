"""The shell of every page: one HTML file with styles and scripts inside, and a policy that forbids the rest."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bibliobus.language import Language

TABLE_SCRIPT: Final = "tables.js"
"""Sorts and searches the tables of a page; see ``tables.jinja`` for the markup it needs."""


@dataclass(frozen=True)
class Shell:
    """
    What a page is made of besides its facts.

    Parameters
    ----------
    template
        File in ``maps/assets`` that extends ``shell.html.jinja``.
    title
        Title of the window, as plain text.
    styles
        Style sheets of ``maps/assets`` in their order.
    scripts
        Scripts as text, in their order; by the policy of the page no other script runs.
    data
        What the scripts read: dictionaries, lists, strings, numbers; None for no such element.
    image_hosts
        Addresses that images may come from; empty keeps the page off the network.
    """

    template: str
    title: str
    styles: Sequence[str] = ("page.css",)
    scripts: Sequence[str] = ()
    data: object = None
    image_hosts: Sequence[str] = field(default=())


def render_shell(shell: Shell, facts: Mapping[str, Any], language: Language) -> str:
    """
    Render a page.

    Parameters
    ----------
    shell
        Template, styles and scripts.
    facts
        What the template names; plain strings are escaped.
    language
        Language of the reader.

    Returns
    -------
    str
        The whole HTML file, equal for equal arguments; it ends with a line feed.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    from bibliobus.maps.escape import embed_json

    environment = Environment(
        loader=PackageLoader("bibliobus.maps", "assets"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    frame = {
        "lang": language.code,
        "title": shell.title,
        # Who gives pictures away may ask which site they are for; nobody else learns anything.
        "referrer": "origin" if shell.image_hosts else "no-referrer",
        "policy": Markup(write_policy(shell.scripts, shell.image_hosts)),
        "styles": [Markup(read_asset(name)) for name in shell.styles],
        "scripts": [Markup(script) for script in shell.scripts],
        "data": "" if shell.data is None else Markup(embed_json(shell.data)),
    }
    return environment.get_template(shell.template).render({**facts, **frame})


def write_policy(scripts: Sequence[str], image_hosts: Sequence[str] = ()) -> str:
    """
    Write the security policy of a page.

    Parameters
    ----------
    scripts
        Scripts of the page, letter by letter.
    image_hosts
        Addresses that images may come from.

    Returns
    -------
    str
        Content Security Policy: only these scripts run, and nothing is fetched, sent or embedded.
    """
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    allowed = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("img-src data:", *image_hosts)),
            "style-src 'unsafe-inline'",
            "script-src " + (allowed or "'none'"),
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def read_asset(name: str) -> str:
    """
    Read a style sheet or a script that comes with the program.

    Parameters
    ----------
    name
        File in ``maps/assets``.

    Returns
    -------
    str
        Its text without blank lines around it.
    """
    return (resources.files("bibliobus.maps") / "assets" / name).read_text(encoding="utf-8").strip()
