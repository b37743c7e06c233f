"""Tables of any program: cells, rows, layers and workbooks, read with patience."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
