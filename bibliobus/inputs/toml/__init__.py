"""TOML as people write it: read with the line of every key, or every mistake with its right form."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
