"""
How the kernel is compiled, how its machine code is kept, and the random numbers it draws.

This module imports numba, and so does everything that imports it: the driver does so inside functions only.

Three kinds of functions are told apart. `enter_kernel` compiles a function that Python may call. `compile_kernel` makes
one for other compiled functions: each call copies the shapes and addresses of all arrays it is given, some hundreds of
words, which is little once a tour and much once a place in a tour. `inline_kernel` puts a function into those that call
it, which costs nothing at run time: so the parts of the search can have names. The last two have no way in from Python;
a call from there ends the process, and tests call their ``py_func``.

numba keeps machine code until the *file of the function* changes. That is too late here: columns of arrays and
functions of other files are compiled in, too. So the name under which machine code is kept carries a digest of every
file of this folder that the kernel may use.

numba also compiles whatever a function calls anew with it. So the time of compiling grows with the depth of calls:
parts stand side by side rather than inside each other where that reads as well.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Kernel = TypeVar("Kernel", bound=Callable[..., Any])

INFINITE: Final = 1e30
"""More than any cost, and still far from where adding costs would overflow."""
EPSILON: Final = 1e-7
"""Less than any real difference of costs, times or loads, and more than what rounding makes of sums of them."""

NOT_COMPILED: Final = ("search.py", "starts.py", "finish.py", "nursery.py")

# Without counting references to arrays (_nrt), which took half of the time here: no function makes an array.
FLAGS: Final[Mapping[str, Any]] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}

# Without the ways in from Python and C, whose unpacking of arrays took more than half of the time of compiling.
INNER: Final[Mapping[str, bool]] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def digest_sources(folder: Path) -> str:
    """Digest of the files of a folder, and those in it, that the machine code may depend on: all but the driver's."""
    digest = sha256()
    for path in sorted(folder.rglob("*.py")):
        if path.name not in NOT_COMPILED:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


DIGEST: Final = digest_sources(Path(__file__).parent)


def enter_kernel(function: Kernel) -> Kernel:
    """Compile a function of arrays and numbers that Python calls; machine code is made or loaded at its first call."""
    return _compile(function, no_cfunc_wrapper=True)


def compile_kernel(function: Kernel) -> Kernel:
    """Compile a function of arrays and numbers that only other compiled functions call."""
    return _compile(function, **INNER)


def inline_kernel(function: Kernel) -> Kernel:
    """Compile a function of arrays and numbers into those that call it."""
    return _compile(function, **INNER, forceinline=True)


def _compile(function: Kernel, **flags: bool) -> Kernel:
    """Compile a function with flags; the function itself where ``NUMBA_DISABLE_JIT`` is set."""
    function.__qualname__ = f"{function.__name__}_{DIGEST}"
    # numba's stubs do not know all of the flags.
    njit: Any = numba.njit
    return cast("Kernel", njit(**FLAGS, **flags)(function))


@inline_kernel
def draw(rng: NDArray[np.uint64]) -> float:
    """
    Draw a number from 0 to less than 1, of 53 random bits (xorshift64: Marsaglia 2003).

    The state is an array of the start, so that threads cannot disturb each other, and every machine draws the same.
    """
    # Shifts 13, 7, 17: one of the full-period triples of the paper.
    x = rng[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    rng[0] = x
    # The upper 53 of 64 bits, as many as a float holds.
    return float(x >> np.uint64(11)) * 2.0**-53


@inline_kernel
def draw_below(count: float, rng: NDArray[np.uint64]) -> int:
    """Draw a whole number from 0 to less than a count, each as likely."""
    return int(draw(rng) * count)
