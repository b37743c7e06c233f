"""Run the command line, also by ``python -m bibliobus``; where it cannot even be loaded, say so in a sentence."""

from __future__ import annotations

import sys
from typing import Final

from bibliobus.words.language import DEFAULT_LANGUAGE, LANGUAGES, N_, Language

FAILED_EXIT: Final = 5
CANNOT_START: Final = N_(
    "bibliobus cannot start: the Python package {name} is missing or broken. Install it anew: "
    "pip install --force-reinstall {name}"
)


def main() -> None:
    """Run the command line and exit."""
    try:
        from bibliobus.cli.main import main as run
    except ImportError as error:
        # The words of the command line cannot be parsed without the package that is missing.
        asked = next((code for code in LANGUAGES if code in sys.argv or f"--lang={code}" in sys.argv), DEFAULT_LANGUAGE)
        name = (error.name or str(error)).partition(".")[0]
        sys.stderr.reconfigure(errors="replace")  # type: ignore[union-attr]
        sys.stderr.write(Language(asked).gettext(CANNOT_START).format(name=name) + "\n")
        sys.exit(FAILED_EXIT)
    run()


if __name__ == "__main__":
    main()
