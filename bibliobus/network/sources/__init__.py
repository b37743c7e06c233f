"""Where roads come from: OpenStreetMap files, road tables, or an estimate; each becomes the same RoadNetwork."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
