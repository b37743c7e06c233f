"""Road changes: found on the roads, laid over them, and what they hit."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
