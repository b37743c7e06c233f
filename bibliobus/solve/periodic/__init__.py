"""Periodic search: ruin and recreate over all tours of the cycle at once, compiled; the default engine."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
