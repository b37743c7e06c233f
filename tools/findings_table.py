"""
Write the table of all finding codes into README.md: ``python tools/findings_table.py``.

With ``--check`` it writes nothing and exits with 1 if the table is not the one it would write.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path
from typing import Final

import bibliobus
from bibliobus.findings import FindingKind

README: Final = Path(__file__).parent.parent / "README.md"
START: Final = "<!-- findings -->"
END: Final = "<!-- /findings -->"


def collect_kinds() -> list[FindingKind]:
    """
    Collect every kind of finding that some module of the package defines.

    Returns
    -------
    list of FindingKind
        Sorted by code.
    """
    modules = (importlib.import_module(found.name) for found in pkgutil.walk_packages(bibliobus.__path__, "bibliobus."))
    kinds = {value for module in modules for value in vars(module).values() if isinstance(value, FindingKind)}
    return sorted(kinds, key=lambda kind: kind.code)


def format_table(kinds: list[FindingKind]) -> str:
    """
    Format the table.

    Parameters
    ----------
    kinds
        Kinds of findings in the order of the rows.

    Returns
    -------
    str
        Markdown, without the markers.
    """
    rows = (f"| `{kind.code}` | {kind.severity.value} | {kind.sentence.replace('|', '&#124;')} |" for kind in kinds)
    return "\n".join(["| code | weight | what is said |", "|---|---|---|", *rows])


def main() -> int:
    """
    Update README.md, or check it.

    Returns
    -------
    int
        0 if README.md has the right table, or has it now; 1 if a check found another one.
    """
    text = README.read_text(encoding="utf-8")
    head, _, rest = text.partition(START)
    _, _, tail = rest.partition(END)
    wanted = f"{head}{START}\n{format_table(collect_kinds())}\n{END}{tail}"
    if "--check" in sys.argv[1:]:
        return int(wanted != text)
    README.write_text(wanted, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
