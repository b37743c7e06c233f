"""
Plan the rotations of mobile libraries.

In a notebook or a script, ``import bibliobus as bb`` and then `read_area` or `read_sample`, `plan`, `open_plan`,
`replan`, `compare`, `coverage`, `explain` and `whatif`. Nothing is loaded before it is asked for; the types of these
names stand in ``__init__.pyi``.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from inspect import Signature

__version__: Final = "0.1.0"

__all__ = [
    "Area",
    "BibliobusError",
    "InfeasibleError",
    "InputError",
    "Plan",
    "ToolError",
    "UsageError",
    "__version__",
    "compare",
    "coverage",
    "explain",
    "open_plan",
    "plan",
    "read_area",
    "read_sample",
    "replan",
    "whatif",
]

# By name, so that no stage below the API depends on it through this package.
_API: Final = "bibliobus.api"
_ERRORS: Final = "bibliobus.findings"


def __getattr__(name: str) -> Any:
    """A name of `__all__`, loaded when it is first asked for."""
    if name == "plan":  # also the package of that stage, which is what one gets whoever imports what first
        return import_module("bibliobus.plan")
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ERRORS if name.endswith("Error") else _API), name)


def __dir__() -> list[str]:
    """Names for completion."""
    return sorted({*globals(), *__all__})


class _PlanPackage(ModuleType):
    """The package ``bibliobus.plan``, which can be called: then it plans an area, as `bibliobus.api.plan`."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Plan an area; see `bibliobus.api.plan`."""
        return import_module(_API).plan(*args, **options)

    @property
    def __signature__(self) -> Signature:
        """Signature of the task, for help in notebooks."""
        from inspect import signature

        return signature(import_module(_API).plan)

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        """Pickled by name, as a function would be."""
        return import_module, (self.__name__,)


class _Bibliobus(ModuleType):
    """This package, which makes its sub-package ``plan`` callable whenever that is imported."""

    def __setattr__(self, name: str, value: object) -> None:
        """The import system sets each sub-package here once it is loaded."""
        if name == "plan" and isinstance(value, ModuleType):
            value.__class__ = _PlanPackage
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Bibliobus
