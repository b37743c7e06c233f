"""
Build the documentation of both languages: ``python tools/documentation.py -o build/docs``.

The folder opens from disk, without network. A warning of Sphinx is an error. Needs ``pip install '.[docs]'``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

DOCS: Final = Path(__file__).parent.parent / "docs"
LANGUAGES: Final = {"uk": "uk_UA", "en": "en"}
"""Folders of the pages, and what Sphinx calls their language."""
SPARE: Final = (".buildinfo", ".nojekyll", "objects.inv")
"""Files for other programs than a browser."""


def build(folder: Path) -> int:
    """Build all pages into a folder; 0 if there was neither an error nor a warning."""
    from sphinx.cmd.build import main as run_sphinx

    for code, language in LANGUAGES.items():
        shutil.rmtree(folder / code, ignore_errors=True)
        with tempfile.TemporaryDirectory() as spare:
            options = [
                "-q",
                "-W",
                "--keep-going",
                "-c",
                str(DOCS / "sphinx"),
                "-d",
                spare,
                "-D",
                f"language={language}",
            ]
            failed = run_sphinx([*options, str(DOCS / code), str(folder / code)])
        if failed:
            return failed
        for name in SPARE:
            (folder / code / name).unlink(missing_ok=True)
    return 0


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Build the documentation of both languages.")
    parser.add_argument("-o", "--output", metavar="DIR", required=True, type=Path, help="folder that gets uk and en")
    return build(parser.parse_args(words).output)


if __name__ == "__main__":
    sys.exit(main())
