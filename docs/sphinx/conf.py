"""Settings of the documentation in both languages, which ``python tools/documentation.py`` builds."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bibliobus import __version__

if TYPE_CHECKING:
    from sphinx.application import Sphinx

DOCS = Path(__file__).parents[1]
TOOLS = DOCS.parent / "tools"

project = "bibliobus"
author = "the bibliobus contributors"
version = release = __version__
extensions = ["myst_parser", "sphinx_design", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
# Pieces of pages that tools/reference.py makes from the program; pages include them.
exclude_patterns = ["generated/*"]
templates_path = ["templates"]
html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["documentation.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
# From disk a page may not read another one, which summaries would.
html_show_search_summary = False
html_show_copyright = False
html_last_updated_fmt = None
html_theme_options = {"top_of_page_buttons": []}
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/search.html",
        "sidebar-language.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_domain_indices = False
html_use_index = False
# Quotation marks and dashes are written as they are meant; --options must stay as they are typed.
smartquotes = False
autodoc_typehints = "signature"
pygments_style = "default"
pygments_dark_style = "monokai"
# Blocks without a language are what one types.
highlight_language = "text"

WORDS = {
    "uk": {
        ">Skip to content<": ">До змісту сторінки<",
        "<title>Contents</title>": "<title>Зміст сторінки</title>",
        "<title>Menu</title>": "<title>Меню</title>",
        "<title>Expand</title>": "<title>Розгорнути</title>",
        "<title>Light mode</title>": "<title>Світла тема</title>",
        "<title>Dark mode</title>": "<title>Темна тема</title>",
        "<title>Auto light/dark, in light mode</title>": "<title>Тема системи, зараз світла</title>",
        "<title>Auto light/dark, in dark mode</title>": "<title>Тема системи, зараз темна</title>",
        '"Toggle site navigation sidebar"': '"Показати чи сховати меню"',
        '"Toggle table of contents sidebar"': '"Показати чи сховати зміст сторінки"',
        '"Toggle Light / Dark / Auto color theme"': '"Змінити тему: світла, темна, системна"',
        '"Toggle navigation of ': '"Показати чи сховати розділ ',
        ">Back to top<": ">Нагору<",
        "On this page\n": "На цій сторінці\n",
        ">Next<": ">Далі<",
        ">Previous<": ">Назад<",
        ">Home<": ">Початок<",
    }
}
"""What the theme says in English in any language, with the marks around it, so that no text of a page is meant."""


def translate(page: str, code: str) -> str:
    """Page with the words of its theme in the language of the reader."""
    for english, other in WORDS.get(code, {}).items():
        page = page.replace(english, other)
    return page


def setup(app: Sphinx) -> None:
    """Make the generated pieces, and teach Sphinx the words of the theme and the endings of Ukrainian."""
    sys.path.insert(0, str(TOOLS))
    from reference import write_reference
    from ukrainian import teach_search

    code = str(app.config.language).partition("_")[0]
    write_reference(Path(app.srcdir), code)
    teach_search()
    app.config.html_title = {"uk": "bibliobus: документація", "en": "bibliobus: documentation"}[code]
    app.config.html_search_language = code
    if code == "uk":
        app.add_js_file("words.js", priority=900)
    app.connect("html-page-context", lambda app, page, template, context, tree: context.update(_tell(page, code)))


def _tell(page: str, code: str) -> dict[str, object]:
    """What the templates need: the words of the theme, and the same page in the other language."""
    other, name = {"uk": ("en", "In English"), "en": ("uk", "Українською")}[code]
    there = page == "search" or (DOCS / other / f"{page}.md").exists()
    same = page if there else f"{page.partition('/')[0]}/index" if "/" in page else "index"
    return {
        "say": lambda text: translate(str(text), code),
        "other": {"code": other, "name": name, "page": same},
    }
