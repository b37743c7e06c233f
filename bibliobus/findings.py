"""Findings: what is wrong or worth knowing in data and plans, as values; and the errors that carry them."""

from __future__ import annotations

import errno
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Final

from bibliobus.words.language import N_
from bibliobus.words.text import Number, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Severity(StrEnum):
    """How much a finding matters: errors stop the work, warnings do not, notes only inform."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Place:
    """
    Where a finding was made: a cell of a file, or a call of a tour; what does not apply is empty.

    ``file``: Name of the file inside its folder, never a path of the machine.
    ``row``: 1-based line of a text file or row of a sheet; None if the whole file is meant.
    ``column``: Header of the column or key of the setting.
    """

    file: str = ""
    row: int | None = None
    column: str = ""
    tour_id: str = ""
    settlement_id: str = ""

    def __str__(self) -> str:
        """Format as ``file:row:column`` or ``tour settlement``."""
        cell = ":".join(str(part) for part in (self.file, self.row, self.column) if part not in ("", None))
        return " ".join(part for part in (cell, self.tour_id, self.settlement_id) if part)


@dataclass(frozen=True)
class FindingKind:
    """
    One kind of finding; a module constant beside the check that makes it.

    ``code``: Words joined by hyphens; never changes once released.
    """

    code: str
    severity: Severity
    sentence: str
    hint: str

    def at(self, place: Place, **values: object) -> Finding:
        """Make a finding of this kind."""
        return Finding(self, place, values)


@dataclass(frozen=True)
class Finding:
    """One thing that was found."""

    kind: FindingKind
    place: Place
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Code that never changes."""
        return self.kind.code

    @property
    def severity(self) -> Severity:
        """Weight of the finding."""
        return self.kind.severity

    @property
    def sentence(self) -> Text:
        """Sentence with the value found and what was expected."""
        return Text(self.kind.sentence, self.values)

    @property
    def hint(self) -> Text:
        """Advice what to do."""
        return Text(self.kind.hint, self.values)


@dataclass(frozen=True)
class FindingReport:
    """All findings of a check, in the order they were made."""

    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> FindingReport:
        """Build a report without repeats, in the order in which findings were made."""
        kept: list[Finding] = []
        # The values cannot be hashed; kind and place can, and hardly any two findings share both.
        alike: dict[tuple[FindingKind, Place], list[Finding]] = {}
        for finding in findings:
            seen = alike.setdefault((finding.kind, finding.place), [])
            if finding not in seen:
                seen.append(finding)
                kept.append(finding)
        return cls(tuple(kept))

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Findings that stop the work."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Findings that a reader should act on, but that stop nothing."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.WARNING)


class BibliobusError(Exception):
    """
    Base of all errors that are not bugs.

    Parameters
    ----------
    *findings
        What is wrong, at least one finding.
    """

    exit_code: ClassVar[int] = 5

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(finding.code for finding in findings))
        self.findings = findings


class UsageError(BibliobusError):
    """A wrong use of the command: a name that does not exist, a folder that is in the way."""

    exit_code = 2


class InputError(BibliobusError):
    """Files that cannot be used as they are; the findings name every problem."""

    exit_code = 3


class InfeasibleError(BibliobusError):
    """No plan can obey all rules."""

    exit_code = 4


class ToolError(BibliobusError):
    """The tool itself failed, or the machine did: a full disk, a plan that does not verify."""

    exit_code = 5


# By name: not every system has every number.
_REASONS: Final = {
    "EACCES": N_("there is no permission, or another program holds it open"),
    "EBUSY": N_("another program holds it open"),
    "EDQUOT": N_("the disk is full"),
    "EEXIST": N_("something with this name already exists"),
    "EFBIG": N_("the disk takes no file of this size"),
    "EINVAL": N_("the name holds a character that is not allowed"),
    "EIO": N_("the disk failed"),
    "EISDIR": N_("it is a folder"),
    "ELOOP": N_("a link leads in a circle"),
    "EMFILE": N_("too many files are open"),
    "ENAMETOOLONG": N_("the name is too long"),
    "ENFILE": N_("too many files are open"),
    "ENOENT": N_("it is not there"),
    "ENOSPC": N_("the disk is full"),
    "ENOTDIR": N_("a part of its path is not a folder"),
    "ENOTEMPTY": N_("the folder is not empty"),
    "EPERM": N_("there is no permission"),
    "EROFS": N_("the disk can only be read"),
    "ETXTBSY": N_("another program holds it open"),
}
_OTHER: Final = N_("the operating system refused with error {number}")
_UNKNOWN: Final = N_("the operating system refused")


def explain_refusal(error: OSError) -> Text:
    """Say why the operating system refused, without a capital letter and a full stop, to stand inside a sentence."""
    if error.errno is None:
        return Text(_UNKNOWN)
    reason = _REASONS.get(errno.errorcode.get(error.errno, ""))
    return Text(_OTHER, {"number": Number(error.errno)}) if reason is None else Text(reason)
