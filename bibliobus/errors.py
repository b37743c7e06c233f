"""Errors a caller can act on; each knows the exit code of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from bibliobus.findings import Finding


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
