"""The scenario of an area: its one shape, and reading, writing and explaining it."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
