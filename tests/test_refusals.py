from __future__ import annotations

import errno

import pytest

from bibliobus.findings import explain_refusal
from bibliobus.words.language import Language


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "there is no permission, or another program holds it open"),
        (errno.EPERM, "there is no permission"),
        (errno.EEXIST, "something with this name already exists"),
        (errno.EISDIR, "it is a folder"),
        (errno.EROFS, "the disk can only be read"),
        (errno.EMFILE, "too many files are open"),
        (errno.EIO, "the disk failed"),
        (errno.ENOENT, "it is not there"),
        (99_999, "the operating system refused with error 99,999"),
    ],
)
def test_a_refusal_is_told_in_words_of_ours(number, words):
    error = OSError(number, "words of the system", "/some/path")

    assert explain_refusal(error).render(Language("en")) == words


def test_a_refusal_is_told_in_ukrainian():
    error = OSError(errno.ENOSPC, "No space left on device")

    assert explain_refusal(error).render(Language("uk")) == "на диску немає місця"


def test_a_refusal_without_a_number_is_told_too():
    assert explain_refusal(OSError("odd")).render(Language("en")) == "the operating system refused"
