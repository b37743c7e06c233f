"""Plan the rotations of mobile libraries."""

from typing import Final

__version__: Final = "0.1.0"
