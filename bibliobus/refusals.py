"""Why the operating system refused, in words of ours: its own come in another language, or name paths."""

from __future__ import annotations

import errno
from typing import Final

from bibliobus.language import N_
from bibliobus.quantities import Number
from bibliobus.wording import Text

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
    """
    Say why the operating system refused.

    Parameters
    ----------
    error
        What it raised.

    Returns
    -------
    Text
        Words without a capital letter and a full stop, to stand inside a sentence.
    """
    if error.errno is None:
        return Text(_UNKNOWN)
    reason = _REASONS.get(errno.errorcode.get(error.errno, ""))
    return Text(_OTHER, {"number": Number(error.errno)}) if reason is None else Text(reason)
