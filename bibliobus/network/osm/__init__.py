"""Roads of OpenStreetMap: files read into arrays that do not depend on the bus."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
