"""Fastest drives on a graph of roads, exact and in microseconds."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
