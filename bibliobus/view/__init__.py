"""What a reader may know of a plan: one view for all papers, redacted and refused while it is built."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
