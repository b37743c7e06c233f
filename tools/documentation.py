"""
Build the documentation of both languages: ``python tools/documentation.py -o build/docs``.

The folder opens from disk, without network. A warning of Sphinx is an error. Needs ``pip install '.[docs]'``.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
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
    with ExitStack() as stack:
        # A process for each: Sphinx keeps the language of its own words as long as it lives.
        builds = [_start(code, folder, stack.enter_context(tempfile.TemporaryDirectory())) for code in LANGUAGES]
        failed = max(one.wait() for one in builds)
    for file in (folder / code / name for code in LANGUAGES for name in SPARE):
        file.unlink(missing_ok=True)
    return failed


def _start(code: str, folder: Path, spare: str) -> subprocess.Popen[bytes]:
    """Start to build the pages of a language."""
    shutil.rmtree(folder / code, ignore_errors=True)
    options = ["-q", "-W", "--keep-going", "-c", str(DOCS / "sphinx"), "-d", spare, "-D", f"language={LANGUAGES[code]}"]
    return subprocess.Popen([sys.executable, "-m", "sphinx", *options, str(DOCS / code), str(folder / code)])


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Build the documentation of both languages.")
    parser.add_argument("-o", "--output", metavar="DIR", required=True, type=Path, help="folder that gets uk and en")
    return build(parser.parse_args(words).output)


if __name__ == "__main__":
    sys.exit(main())
